"""What moderators set up: checks what they want, and changes what differs from what holds."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal, get_args

from bot.commands import Asker
from bot.errors import UserError
from bot.model import ChannelId, PlaceId, private_chat
from bot.outbox import reopen
from bot.settings import BOUNDS, CommunitySettings, load_settings, save_settings
from bot.text.phrase import phrase
from bot.timezones import find_timezone, nearest_timezone
from db.connection import Connection
from db.rezone import rezone

Day = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
WEEKDAYS: tuple[Day, ...] = get_args(Day)

_CHANNELS = ("main", "moderators")


@dataclass(frozen=True, slots=True)
class House:
    """What holds in a community: its time zone and language, and its settings.

    `names` are what the guilds or chats are called in which it chose channels, where that is known.
    """

    timezone: str
    language: str
    settings: CommunitySettings
    names: Mapping[ChannelId, str]

    def value(self, name: str) -> Any:
        """What holds for one name of `/setup`."""
        return getattr(self if name in ("timezone", "language") else self.settings, name)


def checked(wanted: Mapping[str, Any]) -> dict[str, Any]:
    """What is wanted, without what was left out, written as it is stored.

    Raises:
        UserError: a number is out of bounds, or there is no such time zone.
    """
    given = {name: value for name, value in wanted.items() if value is not None}
    for name, (least, most) in BOUNDS.items():
        if name in given and not least <= given[name] <= most:
            raise UserError(
                phrase("{number} is not between {least} and {most}."),
                number=str(given[name]),
                least=str(least),
                most=str(most),
            )
    if "digest_day" in given:
        given["digest_weekday"] = WEEKDAYS.index(given.pop("digest_day"))
    if "timezone" in given:
        given["timezone"] = _timezone(given["timezone"])
    return given


async def change(
    connection: Connection,
    community: int,
    wanted: Mapping[str, Any],
    asker: Asker | None = None,
) -> list[str]:
    """Change what differs from what holds; the names of what was changed.

    `asker` may name channels in other places that they moderate, and for moderators their own
    private chat. A channel that is named is spoken in again, also where it was closed to us.

    Raises:
        UserError: a channel belongs to other people, or the wrong people would read it.
    """
    before = await load_house(connection, community)
    changed = {name: value for name, value in wanted.items() if value != before.value(name)}
    _check_readers(before.settings, wanted)
    private = None if asker is None else private_chat(asker.account)
    manages = frozenset[PlaceId]() if asker is None else asker.manages
    if private is not None and changed.get("main") == private:
        raise UserError(
            phrase("“{name}” is the channel that everybody reads; a private chat is none."),
            name="main",
        )
    for name in _CHANNELS:
        if name in changed and PlaceId(*changed[name].whole) not in manages:
            await _check_channel(connection, community, changed[name])
        if name in wanted:
            await reopen(connection, community, wanted[name])
    stored = dict(changed)
    if (timezone := stored.pop("timezone", None)) is not None:
        await rezone(connection, community, timezone)
    if (language := stored.pop("language", None)) is not None:
        await connection.run("set_language", community=community, language=language)
    await save_settings(connection, community, **stored)
    return list(changed)


async def load_house(connection: Connection, community: int) -> House:
    """What holds in a community."""
    row = await connection.row("house", community=community)
    assert row is not None  # noqa: S101  whoever asks stands in the community
    settings = await load_settings(connection, community)
    names = {}
    for channel in filter(None, (settings.main, settings.moderators)):
        name = await connection.value("place_name", **channel.whole._asdict())
        if name:
            names[channel.whole] = name
    return House(row[0], row[1], settings, names)


def _timezone(words: str) -> str:
    found = find_timezone(words)
    if found is not None:
        return found
    near = nearest_timezone(words)
    if near is None:
        raise UserError(
            phrase("I do not know the time zone “{name}”; write it like Europe/Paris."), name=words
        )
    raise UserError(
        phrase("I do not know the time zone “{name}”. Did you mean {near}?"), name=words, near=near
    )


def _check_readers(settings: CommunitySettings, wanted: Mapping[str, Any]) -> None:
    """Keep what is for moderators alone out of the channel that everybody reads."""
    places = {name: wanted[name] for name in _CHANNELS if name in wanted}
    if (places or wanted.get("digest")) and replace(settings, **places).mixes_readers:
        raise UserError(
            phrase(
                "The main channel and the moderators’ channel must be two: what is for moderators"
                " alone is not for everybody to read. /setup chooses them."
            )
        )


async def _check_channel(connection: Connection, community: int, channel: ChannelId) -> None:
    rows = await connection.rows("owners_of_channel", **channel.whole._asdict())
    owners = {row[0] for row in rows}
    if owners and community not in owners:
        raise UserError(phrase("I do not know that channel here."))
