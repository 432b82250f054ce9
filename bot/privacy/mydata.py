"""What the store knows of one person, for their own eyes: as files, and in a few numbers."""

from dataclasses import dataclass, field
from typing import Any

import msgspec

from bot.clock import LocalDays, date_of, iso_instant
from bot.events import Event, MemberJoined, MessageSent, ReactionChanged, VoiceSpent
from bot.exporter import event_lines, header_line, platform_of
from bot.model import AccountId, Community
from bot.privacy.user_language import language_of
from db.connection import Connection, Row
from db.directory import find_account, list_communities
from db.tables import RAW_DAYS
from db.telling import Teller

FORMAT = "foyer-member/1"
KEPT_DAYS = RAW_DAYS
"""Local days that single events are kept for; daily sums stay."""

_HOURS = range(24)
_ACTED = ("messages", "votes", "threads", "voice_ms")
_MET = ("replies", "mentions", "reactions", "positive", "gratitude", "fast", "voice_ms")


@dataclass
class OwnData:
    """What is known of an account in one community.

    `events` is a foyer-events/1 file, `record` what no event tells. `days` are the local days
    (since 1970-01-01) on which they did something. Reactions that were taken back count.
    """

    community: Community
    days: set[int]
    events: bytes = b""
    record: dict[str, Any] = field(default_factory=dict)
    messages: int = 0
    reactions: int = 0
    joins: int = 0
    voice_ms: int = 0

    def note(self, event: Event, days: LocalDays) -> None:
        """Count an event in."""
        match event:
            case MessageSent():
                self.messages += 1
            case ReactionChanged(op="add"):
                self.reactions += 1
            case MemberJoined():
                self.joins += 1
            case VoiceSpent():
                self.voice_ms += event.end - event.start
        at = getattr(event, "start", None) or getattr(event, "at", None)
        if at is not None:
            self.days.add(days.day(at))


async def own_data(
    connection: Connection, account: AccountId, only: int | None = None
) -> list[OwnData]:
    """What is known of an account in one community or (None) in each that knows it."""
    found = []
    for community in await list_communities(connection):
        if only is None or community.id == only:
            number = await find_account(connection, community.id, account)
            if number is not None:
                found.append(await _told(connection, community, account, number))
    return found


async def member_record(
    connection: Connection, community: Community, account: AccountId, number: int
) -> dict[str, Any]:
    """What is known of an account beside its events, ready for JSON."""
    who = {"community": community.id, "account": number}
    linked = await connection.rows("linked_accounts", community=community.id, **account._asdict())
    return {
        "format": FORMAT,
        "account": str(account),
        "community": community.name,
        "language": await language_of(connection, account),
        "linked": [str(AccountId(*row)) for row in linked if AccountId(*row) != account],
        "correction": _correction(await connection.row("own_correction", **who)),
        "greeting": _greeting(await connection.row("own_greeting", **who)),
        "days": await _days(connection, who),
    }


def record_file(record: dict[str, Any]) -> bytes:
    """A member's record as a file of JSON."""
    return msgspec.json.format(msgspec.json.encode(record), indent=2) + b"\n"


async def _told(
    connection: Connection, community: Community, account: AccountId, number: int
) -> OwnData:
    who = {"community": community.id, "account": number}
    data = OwnData(community, {row[0] for row in await connection.rows("own_days", **who)})
    platform, days = await platform_of(connection, community), LocalDays(community.timezone)
    lines = [header_line(platform, community.name, community.timezone)]
    async for events in Teller(connection, community.id, platform).tell(number):
        for event in events:
            data.note(event, days)
        lines.append(event_lines(events, platform))
    data.events = b"".join(lines)
    data.record = await member_record(connection, community, account, number)
    return data


def _correction(row: Row | None) -> dict[str, Any] | None:
    if row is None:
        return None
    is_bot, is_staff, at = row
    return {"is_bot": _yes(is_bot), "is_staff": _yes(is_staff), "at": iso_instant(at)}


def _greeting(row: Row | None) -> dict[str, Any] | None:
    return None if row is None else {"name": row[0], "at": iso_instant(row[1])}


async def _days(connection: Connection, who: dict[str, int]) -> list[dict[str, Any]]:
    """The daily sums, which outlive the events; the others of a contact stay unnamed."""
    channels = {
        row[0]: row[2] for row in await connection.rows("told_channels", community=who["community"])
    }
    days: dict[tuple[int, int], dict[str, Any]] = {}

    def entry(day: int, channel: int) -> dict[str, Any]:
        fresh = {"day": date_of(day).isoformat(), "channel": channels.get(channel)}
        return days.setdefault((day, channel), fresh)

    for day, channel, *sums, hours, voice_hours in await connection.rows("own_days", **who):
        entry(day, channel).update(
            dict(zip(_ACTED, sums, strict=True)),
            hours=_marked(hours),
            voice_hours=_marked(voice_hours),
        )
    for day, channel, side, *sums in await connection.rows("own_contacts", **who):
        entry(day, channel)[side] = dict(zip(_MET, sums, strict=True))
    return [days[key] for key in sorted(days)]


def _marked(mask: int) -> list[int]:
    return [hour for hour in _HOURS if mask >> hour & 1]


def _yes(mark: int | None) -> bool | None:
    return None if mark is None else bool(mark)
