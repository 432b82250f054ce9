"""A community's door, through which people come and go, without any bot around it."""

from collections.abc import Awaitable, Callable
from typing import Any

from bot.events import Event, MemberJoined, MemberLeft
from bot.greetings import GREET, Newcomer, gather, names_to_greet, note_leave
from bot.model import AccountId, Community
from db.connection import Connection
from db.tables import OUTBOX
from tests.stores import fetch, in_store, record_more, recorded

NOON = 1_791_201_600_000
"""2026-10-05T12:00:00Z"""
WAIT = 10
"""Minutes."""
PLATFORM = "telegram"


class Door:
    """A community's door: people come and go through it, and are greeted behind it."""

    def __init__(self, connection: Connection, community: Community) -> None:
        self.connection, self.community = connection, community

    async def happens(self, *events: Event) -> None:
        await record_more(self.connection, self.community, [events])

    async def comes(self, name: str, at: int, now: int | None = None) -> None:
        await self.happens(MemberJoined(platform=PLATFORM, user=name, at=at))
        newcomer = Newcomer(AccountId(PLATFORM, name), name.title(), at)
        await gather(self.connection, self.community.id, newcomer, WAIT, at if now is None else now)

    async def goes(self, name: str, at: int) -> None:
        await self.happens(MemberLeft(platform=PLATFORM, user=name, at=at))
        await note_leave(self.connection, self.community.id, AccountId(PLATFORM, name), at, at)

    async def alarms(self, name: str) -> list[tuple[int, str]]:
        """The instants and keys for which an alarm is set."""
        rows = await fetch(
            self.connection,
            f"SELECT due_at, alarm_key FROM alarm WHERE alarm_name = '{name}' ORDER BY due_at",
        )
        return [(due_at, key) for due_at, key in rows]

    async def greets(self, now: int) -> list[str]:
        """The names said by the newest window."""
        key = (await self.alarms(GREET))[-1][1]
        return await names_to_greet(self.connection, self.community.id, key, WAIT, now)

    async def posts(self, key: str, part: int, state: str) -> None:
        """A message that says "Welcome!" is in the outbox."""
        row = dict.fromkeys(OUTBOX.all_columns, 0) | {
            "community_id": self.community.id, "post_key": key, "part": part, "op": "send",
            "platform": PLATFORM, "target": "-1", "body": "Welcome!", "nonce": "n", "state": state,
            "lessee": None, "not_after": None, "sent_id": None, "error": None,
        }  # fmt: skip
        await self.connection.insert(OUTBOX, [tuple(row.values())])

    async def number(self, name: str) -> int:
        rows = await fetch(
            self.connection, f"SELECT account_no FROM account WHERE external_id = '{name}'"
        )
        number: int = rows[0][0]
        return number

    async def rows(self) -> int:
        return len(await fetch(self.connection, "SELECT 1 FROM greeting"))


def at_the_door(url: str, work: Callable[[Door], Awaitable[Any]]) -> Any:
    async def run(connection: Connection) -> Any:
        return await work(Door(connection, await recorded(connection, [])))

    return in_store(url, run)
