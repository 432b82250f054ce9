"""A community's own settings, which its moderators change by command."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any, NamedTuple

import structlog

from bot.model import ChannelId
from db.connection import Connection, Row
from db.tables import SETTING

log = structlog.get_logger(__name__)

MONDAY = 0
_LAST_INSTANT = 253_402_300_799_999
"""The end of the year 9999 (epoch ms)."""
BOUNDS: Mapping[str, tuple[int, int]] = {
    "welcome_minutes": (1, 240),
    "digest_weekday": (0, 6),
    "digest_hour": (0, 23),
    "paused_until": (0, _LAST_INSTANT),
}
"""The least and the greatest that a number may be."""


@dataclass(frozen=True, slots=True)
class CommunitySettings:
    """How Foyer behaves in a community.

    Weekdays count from Monday 0, hours are local, `welcome_minutes` is how long newcomers are
    gathered before one greeting. `digest_in_place` has one pinned digest that changes every week,
    instead of one digest each week. `main` is the channel everybody reads, `moderators` the one for
    moderators alone, None where there is none. `paused_until` is an instant (epoch ms).
    """

    welcome: bool = True
    welcome_minutes: int = 10
    digest: bool = True
    members_digest: bool = True
    digest_weekday: int = MONDAY
    digest_hour: int = 9
    digest_in_place: bool = False
    main: ChannelId | None = None
    moderators: ChannelId | None = None
    paused_until: int | None = None

    def is_paused(self, now: int) -> bool:
        """Whether routines rest at an instant."""
        return self.paused_until is not None and now < self.paused_until

    @property
    def mixes_readers(self) -> bool:
        """Whether the moderators' channel is the main one, or a thread beside it."""
        if self.main is None or self.moderators is None:
            return False
        return self.main.whole == self.moderators.whole


class _Spelling(NamedTuple):
    """How a value is written in the store and read from it."""

    write: Callable[[Any], str]
    read: Callable[[str], Any]


def _read_channel(text: str) -> ChannelId:
    platform, _, external_id = text.partition(":")
    return ChannelId(platform, external_id)


_CHANNEL = _Spelling(str, _read_channel)
_SWITCH = _Spelling(lambda value: str(int(value)), lambda text: text == "1")


def _number(low: int, high: int) -> _Spelling:
    def read(text: str) -> int:
        number = int(text)
        if not low <= number <= high:
            raise ValueError(text)
        return number

    return _Spelling(str, read)


_SPELLINGS: Mapping[str, _Spelling] = {
    "welcome": _SWITCH,
    "welcome_minutes": _number(*BOUNDS["welcome_minutes"]),
    "digest": _SWITCH,
    "members_digest": _SWITCH,
    "digest_weekday": _number(*BOUNDS["digest_weekday"]),
    "digest_hour": _number(*BOUNDS["digest_hour"]),
    "digest_in_place": _SWITCH,
    "main": _CHANNEL,
    "moderators": _CHANNEL,
    "paused_until": _number(*BOUNDS["paused_until"]),
}


async def load_settings(connection: Connection, community: int) -> CommunitySettings:
    """A community's settings; what this version does not know or cannot read is left out."""
    return _read(await connection.rows("settings", community=community))


async def load_all_settings(connection: Connection) -> defaultdict[int, CommunitySettings]:
    """The settings of every community by its number."""
    changed = defaultdict[int, list[Row]](list)
    for community, *setting in await connection.rows("all_settings"):
        changed[community].append(setting)
    found = {community: _read(rows) for community, rows in changed.items()}
    return defaultdict(CommunitySettings, found)


def _read(rows: Sequence[Row]) -> CommunitySettings:
    known = {field.name for field in fields(CommunitySettings)}
    changed = {}
    for name, value in rows:
        if name in known:
            try:
                changed[name] = _SPELLINGS[name].read(value)
            except ValueError:
                log.warning("a setting cannot be read; its default holds", setting=name)
    return replace(CommunitySettings(), **changed)


async def save_settings(connection: Connection, community: int, /, **changed: Any) -> None:
    """Change some of a community's settings; None takes one back to its default."""
    for name, value in changed.items():
        await connection.run("unset", community=community, name=name)
        if value is not None:
            await connection.insert(SETTING, [(community, name, _SPELLINGS[name].write(value))])
