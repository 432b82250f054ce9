"""What moderators put right reads as if the platform had said so from the start."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.clock import LocalDays, date_of
from bot.events import Event, MemberDescribed, MessageSent
from bot.gather import gather
from bot.model import AccountId, ChannelId, Community
from bot.settings.corrections import (
    correct_account,
    count_corrections,
    exclude_channel,
    trust_platform,
)
from bot.stats import document
from db.connection import Connection
from db.directory import find_account
from db.erasure import erase
from db.links import link
from db.reading import Reader
from tests.bot import GENERAL, Bot, account, talking
from tests.happenings import START, in_their_order, streams
from tests.stores import PARIS, dump, fetch, in_store, record_more, recorded

DAYS = LocalDays(PARIS)
UNTIL = date_of(DAYS.day(START)) + timedelta(days=10)
NOW = START
LAW = settings(
    max_examples=15,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
PEOPLE = ("ana", "bob", "cyd", "dan", "eve")
marks = st.dictionaries(
    st.sampled_from(PEOPLE),
    st.tuples(st.none() | st.booleans(), st.none() | st.booleans()),
    min_size=1,
)


async def read(connection: Connection, community: Community) -> dict[str, Any]:
    told = document(await gather(Reader(connection), community, UNTIL))
    return told | {"community_id": None}


def person(name: str) -> AccountId:
    return AccountId("discord", name)


async def corrected(connection: Connection, number: int, marks: Any) -> None:
    for name, (is_bot, is_staff) in marks.items():
        await correct_account(
            connection, number, person(name), NOW, is_bot=is_bot, is_staff=is_staff
        )


@LAW
@given(events=streams, marks=marks)
def test_a_correction_reads_as_if_the_platform_had_said_so(
    store_url: str, events: list[Event], marks: dict[str, tuple[bool | None, bool | None]]
) -> None:
    events = in_their_order(events)

    async def both(connection: Connection) -> tuple[Any, Any]:
        put_right = await recorded(connection, [events])
        await corrected(connection, put_right.id, marks)
        told_so = await recorded(connection, [events])
        for name, (is_bot, is_staff) in marks.items():
            for column, value in (("is_bot", is_bot), ("is_staff", is_staff)):
                if value is not None:
                    await connection.statement(
                        f"UPDATE account SET {column} = {int(value)}"
                        f" WHERE community_id = {told_so.id} AND external_id = '{name}'"
                    )
        return await read(connection, put_right), await read(connection, told_so)

    put_right, told_so = in_store(store_url, both)
    assert put_right == told_so


@LAW
@given(events=streams, marks=marks)
def test_to_trust_the_platform_again_leaves_nothing_of_a_correction(
    store_url: str, events: list[Event], marks: dict[str, tuple[bool | None, bool | None]]
) -> None:
    async def both(connection: Connection) -> tuple[Any, Any]:
        community = await recorded(connection, [events])
        before = await dump(connection, community.id), await read(connection, community)
        await corrected(connection, community.id, marks)
        for name in marks:
            await trust_platform(connection, community.id, person(name))
        return before, (await dump(connection, community.id), await read(connection, community))

    before, after = in_store(store_url, both)
    assert after == before


@LAW
@given(events=streams, channel=st.sampled_from(["c1", "c2", "v"]))
def test_a_channel_that_is_taken_in_again_reads_as_before(
    store_url: str, events: list[Event], channel: str
) -> None:
    async def around(connection: Connection) -> list[Any]:
        community = await recorded(connection, [events])
        found = [await read(connection, community)]
        for is_excluded in (True, False):
            where = ChannelId("discord", channel)
            await exclude_channel(connection, community.id, where, is_excluded)
            found.append(await read(connection, community))
        return found

    before, without, after = in_store(store_url, around)
    assert after == before
    told = [event for event in events if getattr(event, "channel", None) != channel]
    assert without == before or len(told) < len(events)


def _message(number: int, author: str, channel: str = "c1", **more: Any) -> MessageSent:
    return MessageSent(
        platform="discord", channel=channel, id=str(number), author=author,
        at=START + number * 60_000, **more,
    )  # fmt: skip


def test_one_mark_may_be_put_right_after_the_other(store_url: str) -> None:
    async def marked(connection: Connection) -> list[Any]:
        community = await recorded(connection, [[_message(1, "ana")]])
        await correct_account(connection, community.id, person("ana"), 1, is_bot=False)
        await correct_account(connection, community.id, person("ana"), 2, is_staff=True)
        await correct_account(connection, community.id, person("ana"), 3, is_staff=False)
        return list(await fetch(connection, "SELECT is_bot, is_staff, at FROM correction"))

    assert [tuple(row) for row in in_store(store_url, marked)] == [(0, 0, 3)]


def test_what_the_platform_says_later_does_not_outweigh_a_moderator(store_url: str) -> None:
    says = MemberDescribed(platform="discord", user="ana", is_bot=True, is_staff=True)

    async def counted(connection: Connection) -> list[tuple[bool, bool]]:
        community = await recorded(connection, [[_message(1, "ana")]])
        await correct_account(
            connection, community.id, person("ana"), 1, is_bot=False, is_staff=False
        )
        await record_more(connection, community, [[says]])
        today = DAYS.day(START) + 1
        ledger = await Reader(connection).ledger(community.id, PARIS, today, today - 1)
        return [(one.is_bot, one.is_staff) for one in ledger.accounts]

    assert in_store(store_url, counted) == [(False, False)]


def test_what_one_community_puts_right_is_nothing_to_another(store_url: str) -> None:
    async def counted(connection: Connection) -> list[list[bool]]:
        ours = await recorded(connection, [[_message(1, "ana")]])
        theirs = await recorded(connection, [[_message(1, "ana")]])
        await correct_account(connection, ours.id, person("ana"), NOW, is_bot=True)
        today = DAYS.day(START) + 1
        ledgers = [
            await Reader(connection).ledger(one.id, PARIS, today, today - 1)
            for one in (ours, theirs)
        ]
        return [[account.is_bot for account in ledger.accounts] for ledger in ledgers]

    assert in_store(store_url, counted) == [[True], [False]]


def test_nothing_is_noted_of_what_was_never_met(store_url: str) -> None:
    async def tried(connection: Connection) -> tuple[list[bool], Any, tuple[int, int]]:
        community = await recorded(connection, [[_message(1, "ana", thread="t")]])
        elsewhere = await recorded(connection, [[_message(1, "zoe", "c9")]])
        number = community.id
        before = await dump(connection, elsewhere.id)
        done = [
            await correct_account(connection, number, person("zoe"), NOW, is_bot=True),
            await correct_account(
                connection, number, AccountId("telegram", "ana"), NOW, is_bot=True
            ),
            await trust_platform(connection, number, person("zoe")),
            await exclude_channel(connection, number, ChannelId("discord", "c9"), True),
            await exclude_channel(connection, number, ChannelId("telegram", "c1"), True),
            await exclude_channel(connection, number, ChannelId("discord", "c1/t"), True),
        ]
        assert await dump(connection, elsewhere.id) == before
        return done, before, await count_corrections(connection, number)

    done, _, counts = in_store(store_url, tried)
    assert (done, counts) == ([False] * 6, (0, 0))


def test_a_person_is_a_bot_as_long_as_one_of_their_accounts_is(store_url: str) -> None:
    async def people(connection: Connection) -> list[int]:
        community = await recorded(connection, [[_message(1, "ana"), _message(2, "bob")]])
        numbers = [await find_account(connection, community.id, person(n)) for n in ("ana", "bob")]
        assert None not in numbers
        await link(connection, community.id, numbers[0] or 0, numbers[1] or 0, NOW)
        counts = []
        for is_bot in (False, True):
            await correct_account(connection, community.id, person("bob"), NOW, is_bot=is_bot)
            parts = await gather(Reader(connection), community, UNTIL)
            assert parts.head_count is not None
            counts.append(round(parts.head_count.engaged + parts.head_count.dormant))
        return counts

    assert in_store(store_url, people) == [1, 0]


def test_a_correction_goes_with_whom_it_is_about(store_url: str) -> None:
    async def left(connection: Connection) -> list[Any]:
        community = await recorded(connection, [[_message(1, "ana")]])
        await correct_account(connection, community.id, person("ana"), NOW, is_bot=True)
        number = await find_account(connection, community.id, person("ana"))
        await erase(connection, community.id, number or 0, DAYS)
        return list(await fetch(connection, "SELECT account_no FROM correction"))

    assert in_store(store_url, left) == []


# In a chat


async def counted(bot: Bot) -> tuple[list[bool], list[bool]]:
    """Who is a bot and who is staff, by the order in which they were met."""
    today = LocalDays("Europe/Paris").day(bot.now) + 1
    ledger = await bot.stage.reading(
        lambda reader: reader.ledger(1, "Europe/Paris", today, today - 7)
    )
    return [one.is_bot for one in ledger.accounts], [one.is_staff for one in ledger.accounts]


@pytest.mark.parametrize(
    ("what", "expected"),
    [
        ("bot", ([True], [False])),
        ("staff", ([False], [True])),
        ("human", ([False], [False])),
        ("member", ([False], [False])),
    ],
)
async def test_moderators_say_what_an_account_is(
    what: str, expected: tuple[list[bool], list[bool]]
) -> None:
    async with talking() as bot:
        await bot.says("Ana")
        assert "Noted" in await bot.asks("Mona", f"/correct {what} {account('Ana')}")
        assert await counted(bot) == expected
        assert "1 account corrected" in await bot.asks("Mona", "/settings")
        said = await bot.asks("Mona", f"/correct reset {account('Ana')}")
        assert "what the platform says" in said
        assert "account corrected" not in await bot.asks("Mona", "/settings")


async def test_a_channel_is_left_out_and_taken_in_again() -> None:
    async with talking() as bot:
        await bot.says("Ana")

        async def rows() -> int:
            today = LocalDays("Europe/Paris").day(bot.now) + 1
            ledger = await bot.stage.reading(
                lambda reader: reader.ledger(1, "Europe/Paris", today, today - 7)
            )
            return len(ledger.activity)

        assert await rows() == 1
        assert "left out" in await bot.asks("Mona", "/correct excluded")
        assert await rows() == 0
        assert "1 channel left out" in await bot.asks("Mona", "/settings")
        said = await bot.calls(
            "Mona", "correct", {"what": "included", "channel": f"{GENERAL.external_id}/7"}
        )
        assert "counts" in said
        assert await rows() == 1


@pytest.mark.parametrize(
    ("arguments", "refusal"),
    [
        ({"what": "bot"}, "Whose account is it?"),
        ({"what": "bot", "member": "userZoe"}, "I have not met that account here."),
        ({"what": "excluded", "channel": "-999"}, "I have seen nothing in that channel yet."),
        ({"what": "excluded", "member": "userAna"}, "“excluded” is for channels, not for people."),
        (
            {"what": "wizard", "member": "userAna"},
            "“wizard” does not fit “what”; /help correct tells what does.",
        ),
        ({}, "/correct needs “what”; /help correct tells more."),
    ],
)
async def test_what_makes_no_sense_is_refused_and_changes_nothing(
    arguments: dict[str, str], refusal: str
) -> None:
    async with talking() as bot:
        await bot.says("Ana")
        assert (await bot.calls("Mona", "correct", arguments)).startswith(refusal)
        assert await counted(bot) == ([False], [False])
