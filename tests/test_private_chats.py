"""A moderator's private chat where moderators read, until they are none or want to be forgotten."""

from typing import Any

import pytest

from bot.events import GapNoted, MemberDescribed, MemberLeft, MessageSent
from bot.model import AccountId, ChannelId, private_chat
from bot.privacy.forgetting import forget, opt_out
from bot.settings import load_settings, save_settings
from db.connection import Connection
from db.keys import PassingKey
from db.suppression import Suppression
from db.tables import CLOSED_CHANNEL, OUTBOX
from tests.bot import MODERATORS, PLATFORM, Bot, talking
from tests.canary import row_of
from tests.happenings import START
from tests.stores import fetch, in_store, recorded

MONA = AccountId("telegram", "user777000777")
CHAT = ChannelId("telegram", "777000777")
ELSEWHERE = ChannelId("telegram", "-200")


@pytest.mark.parametrize(
    ("account", "chat"),
    [
        (AccountId("telegram", "user7"), ChannelId("telegram", "7")),
        (AccountId("telegram", "channel7"), None),
        (AccountId("discord", "user7"), None),
        (AccountId("discord", "7"), None),
    ],
)
def test_a_person_on_telegram_has_a_chat_of_their_number(
    account: AccountId, chat: ChannelId | None
) -> None:
    assert private_chat(account) == chat


# Standing


async def chosen(bot: Bot) -> ChannelId | None:
    """Where moderators read."""
    return (await bot.stage.store.write(lambda c: load_settings(c, 1))).moderators


@pytest.mark.parametrize(
    ("event", "is_left"),
    [
        (MemberDescribed(platform=PLATFORM, user="userMona", is_staff=False), True),
        (MemberLeft(platform=PLATFORM, user="userMona", at=START), True),
        (MemberLeft(platform=PLATFORM, user="userMona", at=START, how="banned"), True),
        (MemberDescribed(platform=PLATFORM, user="userMona", is_staff=True), False),
        (MemberDescribed(platform=PLATFORM, user="userMona", is_bot=False), False),
        (MemberDescribed(platform=PLATFORM, user="userAna", is_staff=False), False),
        (MemberLeft(platform=PLATFORM, user="userAna", at=START), False),
        (GapNoted(platform=PLATFORM, start=START, end=START + 1, reason="down"), False),
    ],
)
async def test_who_moderates_no_more_reads_no_more(event: Any, is_left: bool) -> None:
    async with talking() as bot:
        said = await bot.asks("Mona", "/setup moderators:Mona")
        assert "Moderators’ channel: our private chat" in said
        await bot.hears(event)
        assert await chosen(bot) == (None if is_left else ChannelId(PLATFORM, "Mona"))


async def test_a_channel_for_all_moderators_stays_when_one_goes() -> None:
    async with talking() as bot:
        await bot.hears(MemberDescribed(platform=PLATFORM, user="userMona", is_staff=False))
        assert await chosen(bot) == MODERATORS


async def test_a_digest_that_waits_for_a_moderator_who_went_is_never_said() -> None:
    async with talking() as bot:
        await bot.asks("Mona", "/setup moderators:Mona")
        waiting = row_of(OUTBOX, **_post("digest:moderators:x", "Mona") | {"not_before": 2**52})
        await bot.stage.store.write(lambda c: c.insert(OUTBOX, [waiting]))
        await bot.hears(MemberLeft(platform=PLATFORM, user="userMona", at=START))
        rows = await bot.stage.store.write(lambda c: fetch(c, "SELECT target FROM outbox"))
        assert "Mona" not in {row[0] for row in rows}


async def test_who_was_forgotten_is_not_noted_down_again() -> None:
    async with talking() as bot:
        await bot.asks("Mona", "/forgetme yes")
        said = await bot.asks("Mona", "/setup moderators:Mona digest_hour:5")
        assert "You asked to be forgotten" in said
        assert await chosen(bot) == MODERATORS
        assert "Changed" in await bot.asks("Mona", "/setup digest_hour:5")


# Being forgotten


def _post(key: str, target: str) -> dict[str, Any]:
    """A post on its way."""
    numbers = dict.fromkeys(("part", "op_no", "fence", "attempts", "not_before", "at"), 0)
    said = {"op": "send", "platform": "telegram", "body": "The week", "nonce": "n"}
    return {**numbers, **said, "community_id": 1, "post_key": key, "target": target} | {
        "state": "pending"
    }


async def _planted(connection: Connection, *, is_known: bool) -> list[int]:
    """Two communities that write to Mona in private, with what is left of that."""
    written = MessageSent(
        platform="telegram", channel="-1", id="1", author=MONA.external_id, at=START
    )
    numbers = []
    for _ in range(2):
        community = (await recorded(connection, [[written] if is_known else []])).id
        await save_settings(connection, community, moderators=CHAT, main=ELSEWHERE)
        for target in (CHAT.external_id, ELSEWHERE.external_id):
            post = _post(f"digest:{target}", target) | {"community_id": community}
            await connection.insert(OUTBOX, [row_of(OUTBOX, **post)])
            closed = (community, "telegram", target, "gone", START)
            await connection.insert(CLOSED_CHANNEL, [closed])
        numbers.append(community)
    return numbers


async def _left(connection: Connection) -> dict[str, list[int]]:
    """The communities that still know the private chat, by table."""
    found = {}
    for table, column in (("setting", "value"), ("outbox", "target"), ("closed_channel", "target")):
        rows = await fetch(
            connection,
            f"SELECT DISTINCT community_id FROM {table} WHERE {column} LIKE '%777000777%'",
        )
        found[table] = sorted(row[0] for row in rows)
    return found


@pytest.mark.parametrize("is_known", [True, False], ids=["recorded", "never recorded"])
def test_who_is_forgotten_is_written_to_nowhere(store_url: str, *, is_known: bool) -> None:
    async def run(connection: Connection) -> tuple[Any, int]:
        await _planted(connection, is_known=is_known)
        await forget(connection, Suppression(PassingKey()), MONA, START)
        kept = await fetch(
            connection, "SELECT target FROM outbox UNION ALL SELECT target FROM closed_channel"
        )
        return await _left(connection), len(kept)

    left, kept = in_store(store_url, run)
    assert left == {"setting": [], "outbox": [], "closed_channel": []}
    assert kept == 4


def test_a_channel_that_was_chosen_since_stays_when_somebody_is_forgotten(store_url: str) -> None:
    async def run(connection: Connection) -> tuple[Any, Any]:
        first, second = await _planted(connection, is_known=True)
        await save_settings(connection, first, moderators=ELSEWHERE)
        await forget(connection, Suppression(PassingKey()), MONA, START)
        found = [await load_settings(connection, one) for one in (first, second)]
        return [one.moderators for one in found], await _left(connection)

    chosen_now, left = in_store(store_url, run)
    assert chosen_now == [ELSEWHERE, None]
    assert left == {"setting": [], "outbox": [], "closed_channel": []}


def test_who_opts_out_of_one_community_is_written_to_by_the_others(store_url: str) -> None:
    async def run(connection: Connection) -> tuple[Any, list[int]]:
        numbers = await _planted(connection, is_known=True)
        await opt_out(connection, Suppression(PassingKey()), numbers[0], MONA, START)
        return await _left(connection), numbers

    left, (_, second) = in_store(store_url, run)
    assert left == {"setting": [second], "outbox": [second], "closed_channel": [second]}
