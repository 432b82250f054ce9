"""The options that commands share, and what they give to a command."""

import os
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from bot.config_sources import read_sources
from bot.errors import UsageError
from bot.languages import SOURCE_LANGUAGE, languages
from bot.store_url import find_store_url
from bot.weeks import FIRST_DAY, LAST_DAY, sunday_of

if TYPE_CHECKING:
    from bot.config import Settings
    from bot.model import AccountId

_Command = TypeVar("_Command", bound=Callable[..., Any])


@dataclass
class Options:
    """What `--db`, `--config` and `--quiet` said; a command receives it by `click.pass_obj`."""

    db: str | None = None
    config: Path | None = None
    quiet: bool = False

    def store_url(self, *, is_light: bool = False) -> str:
        """The address of the store, once the settings are known to hold no mistake.

        `is_light` looks at the address alone: what checks the settings costs an import too much
        memory.

        Raises:
            UsageError: it is none, or naming every mistake in the settings.
        """
        if not is_light and read_sources(self.config, os.environ, Path.cwd()):
            self.settings()
        return find_store_url(self.db, self.config, os.environ, Path.cwd())

    def language(self) -> str:
        """The language of a new community: the settings' `defaults.language`, else English.

        Raises:
            UsageError: Foyer does not speak it.
        """
        found = read_sources(self.config, os.environ, Path.cwd()).get("defaults.language")
        if found is None:
            return SOURCE_LANGUAGE
        if found.value not in languages():
            raise UsageError(f"{found.origin}: must be one of {', '.join(languages())}")
        return str(found.value)

    def settings(self) -> "Settings":
        """The installation's settings.

        Raises:
            UsageError: naming every mistake with its file and line.
        """
        from bot.config import load

        return load(self.config, os.environ)


def common_options(command: _Command) -> _Command:
    """Give a command or group `--db`, `--config` and `--quiet`; the nearer to the end wins."""
    for option in (
        click.option(
            "-q", "--quiet", is_flag=True, help="No progress bars.", **_kept_in_options("quiet")
        ),
        click.option(
            "--config",
            type=click.Path(path_type=Path),
            metavar="FILE",
            help="The settings (default: config.toml, if it is there).",
            **_kept_in_options("config"),
        ),
        click.option(
            "--db",
            metavar="URL",
            help="The store: sqlite:///FILE or postgresql://... (default: sqlite:///foyer.db).",
            **_kept_in_options("db"),
        ),
    ):
        command = option(command)
    return command


def _kept_in_options(attribute: str) -> dict[str, Any]:
    def keep(ctx: click.Context, _: click.Parameter, value: Any) -> None:
        options = ctx.ensure_object(Options)
        if value not in (None, False):
            setattr(options, attribute, value)

    return {"expose_value": False, "callback": keep}


class LocalDate(click.ParamType[date]):
    """A calendar date written `YYYY-MM-DD`."""

    name = "date"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        """The date; anything else is a usage error."""
        if isinstance(value, date):
            return value
        if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value):
            self.fail(f"{value!r} is not a date like 2025-10-05.", param, ctx)
        try:
            day = date.fromisoformat(value)
        except ValueError:
            self.fail(f"{value!r} is not a day of the calendar.", param, ctx)
        if not FIRST_DAY <= day <= LAST_DAY:
            self.fail(f"{value!r} is not a day between {FIRST_DAY} and {LAST_DAY}.", param, ctx)
        return day


class Week(click.ParamType[date]):
    """An ISO week written `2025-W40`, given as its Sunday."""

    name = "week"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        """The Sunday of the week; anything else is a usage error."""
        if isinstance(value, date):
            return value
        try:
            return sunday_of(value)
        except ValueError:
            self.fail(f"{value!r} is not a week like 2025-W40.", param, ctx)


class Language(click.ParamType[str]):
    """A language Foyer speaks, by its two letters."""

    name = "lang"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """The language's code; anything else is a usage error."""
        known = languages()
        if value not in known:
            self.fail(f"{value!r} is not one of {', '.join(known)}.", param, ctx)
        return str(value)


class Account(click.ParamType["AccountId"]):
    """An account written `PLATFORM:ID`."""

    name = "account"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> "AccountId":
        """The account; anything else is a usage error."""
        from bot.model import AccountId, Platform, split_id

        if isinstance(value, AccountId):
            return value
        named = split_id(value)
        if named is None or any(one == "\0" or "\ud800" <= one <= "\udfff" for one in value):
            *others, last = [f"{platform}:ID" for platform in Platform]
            self.fail(f"name the account as {', '.join(others)} or {last}.", param, ctx)
        return AccountId(*named)


community_option = click.option(
    "--community",
    required=True,
    metavar="C",
    help="Its number, discord:GUILD_ID, telegram:CHAT_ID or exact name.",
)
until_option = click.option(
    "--until",
    type=LocalDate(),
    metavar="DATE",
    help="The last day counted (default: yesterday, or the last day with events if earlier).",
)
week_option = click.option(
    "--week", type=Week(), metavar="2025-W40", help="The ISO week (default: the last full one)."
)
lang_option = click.option(
    "--lang", type=Language(), metavar="en|fr", help="The language (default: the community's)."
)
json_option = click.option(
    "--json", "as_json", is_flag=True, help="One JSON document on stdout, nothing else."
)
