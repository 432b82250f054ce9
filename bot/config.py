"""The installation's settings: their shape, their defaults, and every mistake in them at once."""

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import urlsplit

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    SecretStr,
    ValidationError,
    ValidationInfo,
)
from pydantic_core import ErrorDetails
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from bot.config_sources import Sources, read_sources
from bot.errors import UsageError
from bot.store_url import DEFAULT_STORE_URL, parse_store_url
from bot.timezones import check_timezone, did_you_mean


def _check_store(url: str) -> str:
    try:
        parse_store_url(url)
    except UsageError as error:
        raise ValueError(str(error)) from None
    return url


def _check_language(code: str) -> str:
    from bot.languages import languages

    known = languages()
    if code not in known:
        raise ValueError(f"unknown language {code!r}; one of {', '.join(known)}")
    return code


def _check_address(url: str, schemes: Sequence[str]) -> str:
    parts = urlsplit(url)
    if parts.scheme not in schemes or not parts.hostname:
        raise ValueError(f"must be an address beginning with {' or '.join(schemes)}://")
    return url


def _address(*schemes: str) -> AfterValidator:
    return AfterValidator(lambda url: _check_address(url, schemes))


_TELEGRAM = "https://api.telegram.org/"
"""Telegram's own servers call addresses with TLS only; one run at home may call any."""
_SECRET = re.compile("[A-Za-z0-9_-]{1,256}")


def _check_webhook(url: str, info: ValidationInfo) -> str:
    if not url:
        return url
    schemes = ["https"] if info.data.get("api_url", "").startswith(_TELEGRAM) else ["https", "http"]
    _check_address(url, schemes)
    if info.data.get("webhook_secret", "wrong") is None:
        raise ValueError("needs a telegram.webhook_secret beside it")
    return url


def _check_secret(secret: SecretStr | None) -> SecretStr | None:
    if secret is not None and not _SECRET.fullmatch(secret.get_secret_value()):
        raise ValueError("must be 1 to 256 of the characters A-Z, a-z, 0-9, _ and -")
    return secret


Token = Annotated[SecretStr | None, BeforeValidator(lambda value: value or None)]
"""A platform's secret; an empty one is none."""
Http = Annotated[str, _address("https", "http")]
Gateway = Annotated[str, _address("wss", "ws")]
Timezone = Annotated[str, AfterValidator(check_timezone)]
Language = Annotated[str, AfterValidator(_check_language)]
StoreAddress = Annotated[str, AfterValidator(_check_store)]


class Section(BaseModel):
    """A table of config.toml."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class DiscordSettings(Section):
    """How to reach Discord."""

    token: Annotated[Token, Field(description="The bot's token; empty leaves Discord out.")] = None
    api_url: Annotated[Http, Field(description="Where Discord's API is.")] = (
        "https://discord.com/api/v10"
    )
    gateway_url: Annotated[Gateway, Field(description="Where Discord's events come from.")] = (
        "wss://gateway.discord.gg/"
    )


class TelegramSettings(Section):
    """How to reach Telegram."""

    token: Annotated[Token, Field(description="The bot's token; empty leaves Telegram out.")] = None
    api_url: Annotated[
        Http, Field(description="Where Telegram's Bot API is, without the token.")
    ] = "https://api.telegram.org/bot"
    file_url: Annotated[Http, Field(description="Where Telegram's files are.")] = (
        "https://api.telegram.org/file/bot"
    )
    webhook_secret: Annotated[
        Token,
        AfterValidator(_check_secret),
        Field(description="What proves that it is Telegram that calls the address below."),
    ] = None
    webhook_url: Annotated[
        str,
        AfterValidator(_check_webhook),
        Field(description="The https address that Telegram calls; empty has the bot ask instead."),
    ] = ""
    webhook_host: Annotated[
        str, Field(min_length=1, description="Where to listen for Telegram's calls.")
    ] = "127.0.0.1"
    webhook_port: Annotated[
        int,
        Field(ge=0, le=65_535, description="The port to listen on for them; 0 is any free one."),
    ] = 8443


class StoreSettings(Section):
    """Where everything is kept."""

    url: Annotated[
        StoreAddress,
        Field(
            description="The store: sqlite:///FILE, sqlite:////FOLDER/FILE or postgresql://...",
            repr=False,
        ),
    ] = DEFAULT_STORE_URL


class HttpSettings(Section):
    """Where health and metrics are served."""

    host: Annotated[str, Field(min_length=1, description="The address to listen on.")] = "127.0.0.1"
    port: Annotated[
        int, Field(ge=0, le=65_535, description="The port to listen on; 0 is any free one.")
    ] = 0


class DefaultSettings(Section):
    """What a new community starts with; an import brings its own time zone."""

    timezone: Annotated[
        Timezone,
        Field(description="The time zone, as in Europe/Paris."),
    ] = "UTC"
    language: Annotated[Language, Field(description="The language: en or fr.")] = "en"


class Settings(BaseSettings):
    """Everything that is decided for an installation rather than for a community."""

    model_config = SettingsConfigDict(frozen=True, extra="forbid")

    discord: DiscordSettings = DiscordSettings()
    telegram: TelegramSettings = TelegramSettings()
    store: StoreSettings = StoreSettings()
    http: HttpSettings = HttpSettings()
    defaults: DefaultSettings = DefaultSettings()

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Only what `load` passes on: it has read all sources, and knows each value's place."""
        return (init_settings,)


def load(path: Path | None, environ: Mapping[str, str]) -> Settings:
    """The settings of `path` (default: config.toml, if there is one) and of the environment.

    Raises:
        UsageError: naming every mistake with its file and line, in one line.
    """
    sources = read_sources(path, environ, Path.cwd())
    mistakes = find_mistakes(sources)
    if mistakes:
        raise UsageError("; ".join(mistakes))
    return Settings(**_nested(sources))


def find_mistakes(sources: Sources) -> list[str]:
    """One line for each unknown key and each value that cannot be."""
    known = list(keys())
    unknown = [key for key in sources if key not in known]
    told = [f"{sources[key].origin}: {_unknown(key, known)}" for key in unknown]
    try:
        Settings(**_nested({key: sources[key] for key in sources if key in known}))
    except ValidationError as error:
        told += [_told(detail, sources) for detail in error.errors(include_input=False)]
    return told


def keys() -> Iterator[str]:
    """Every setting's dotted key."""
    for section, field in Settings.model_fields.items():
        assert isinstance(field.annotation, type)  # noqa: S101  every section is a model
        assert issubclass(field.annotation, Section)  # noqa: S101  every section is a model
        yield from (f"{section}.{key}" for key in field.annotation.model_fields)


def _nested(sources: Sources) -> dict[str, Any]:
    sections: dict[str, Any] = {}
    for dotted, found in sources.items():
        section, _, key = dotted.partition(".")
        sections.setdefault(section, {})[key] = found.value
    return sections


def _unknown(key: str, known: list[str]) -> str:
    inside = [name for name in known if name.startswith(f"{key}.")]
    if inside:
        return f"is a table; write [{key}] and its keys below"
    return f"unknown setting{did_you_mean(key, known)}"


def _told(detail: ErrorDetails, sources: Sources) -> str:
    key = ".".join(str(part) for part in detail["loc"][:2])
    said = detail["msg"].removeprefix("Value error, ")
    return f"{sources[key].origin}: {said[:1].lower()}{said[1:]}"
