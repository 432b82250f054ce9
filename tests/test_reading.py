import msgspec
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.clock import DAY_MS, MINUTE_MS, LocalDays
from bot.events import (
    Event,
    MembersCounted,
    MessageDeleted,
    MessageSent,
    ReactionChanged,
    VoiceSpent,
)
from bot.ledger import Ledger, Message
from db.connection import Connection
from db.links import link
from db.reading import Reader
from tests.happenings import START, in_their_order, streams
from tests.stores import PARIS, in_store, recorded

DAYS = LocalDays(PARIS)
FIRST = DAYS.day(START)


def happened(event: Event) -> int:
    """When an event began; what holds for all time happened before everything."""
    for field in ("at", "start"):
        if field in event.__struct_fields__:
            at: int = getattr(event, field)
            return at
    return 0


Seen = tuple[Ledger, list[Message]]


async def seen(connection: Connection, community: int, today: int, first_day: int) -> Seen:
    reader = Reader(connection)
    batches = reader.messages(community, PARIS, today, first_day)
    messages = [message async for batch in batches for message in batch]
    return await reader.ledger(community, PARIS, today, first_day), messages


def by_name(seen: Seen) -> dict[str, object]:
    """What a reader saw, in the platforms' own names."""
    ledger, messages = seen
    names = {account.number: account.key for account in ledger.accounts}
    names[0] = "?"
    return {
        "activity": sorted(
            (row.day, names[row.account], row.messages, row.votes, row.threads, row.voice_ms,
             row.hours, row.voice_hours)
            for row in ledger.activity
        ),
        "contacts": sorted(
            (row.day, names[row.sender], names[row.receiver], *row[4:]) for row in ledger.contacts
        ),
        "spoke_on": {names[account]: day for account, day in ledger.spoke_on.items()},
        "memberships": sorted((m.at, names[m.account], m.joined) for m in ledger.memberships),
        "messages": sorted(
            (m.at, m.number, names[m.author], m.reply_stored, names[m.reply_author],
             tuple(names[account] for account in m.mentions))
            for m in messages
        ),
        "acted": {a.key: a.acted_at for a in ledger.accounts if a.acted_at is not None},
    }  # fmt: skip


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(events=streams, after=st.integers(1, 10), settled=st.booleans())
def test_what_happens_later_changes_no_earlier_picture(
    store_url: str, events: list[Event], after: int, settled: bool
) -> None:
    events = in_their_order(events)
    today = FIRST + after
    midnight = DAYS.start(today)
    early = [event for event in events if happened(event) < midnight]

    async def pictures(connection: Connection) -> tuple[Seen, Seen]:
        only_early = await recorded(connection, [early])
        everything = await recorded(connection, [events], settled=settled)
        return (
            await seen(connection, only_early.id, today, FIRST - 1),
            await seen(connection, everything.id, today, FIRST - 1),
        )

    only_early, everything = in_store(store_url, pictures)
    assert by_name(everything) == by_name(only_early)


def test_a_reaction_taken_back_still_counts_in_the_week_it_stood(store_url: str) -> None:
    author = MessageSent(platform="discord", channel="c1", id="1", author="ana", at=START)
    reaction = ReactionChanged(
        platform="discord", channel="c1", message="1", user="bob", emoji="👍", at=START + DAY_MS
    )
    removal = msgspec.structs.replace(reaction, op="remove", at=START + 5 * DAY_MS)

    async def contacts(connection: Connection) -> list[int]:
        community = await recorded(connection, [[author, reaction, removal]])
        ledgers = [(await seen(connection, community.id, FIRST + n, FIRST))[0] for n in (3, 7)]
        return [len(ledger.contacts) for ledger in ledgers]

    assert in_store(store_url, contacts) == [1, 0]


def test_excluded_channels_are_left_out_when_reading(store_url: str) -> None:
    told = [
        MessageSent(platform="discord", channel=channel, id=id, author="ana", at=at)
        for channel, id, at in [("c1", "1", START), ("c2", "2", START + DAY_MS)]
    ]

    async def without_first(connection: Connection) -> Seen:
        community = await recorded(connection, [told])
        await connection.statement("UPDATE channel SET is_excluded = 1 WHERE channel_no = 1")
        return await seen(connection, community.id, FIRST + 3, FIRST)

    ledger, messages = in_store(store_url, without_first)
    assert [row.channel for row in ledger.activity] == [2]
    assert list(ledger.spoke_on.values()) == [FIRST + 1]
    assert [message.number for message in messages] == [2]


def test_the_first_words_before_the_span_are_known(store_url: str) -> None:
    told = [
        MessageSent(platform="discord", channel="c1", id=id, author=author, at=at)
        for id, author, at in [
            ("1", "ana", START),
            ("2", "bob", START + DAY_MS),
            ("3", "ana", START + 9 * DAY_MS),
        ]
    ]

    async def first_words(connection: Connection) -> dict[int, int]:
        community = await recorded(connection, [told])
        await link(connection, community.id, 1, 2, START)
        ledger, _ = await seen(connection, community.id, FIRST + 10, FIRST + 5)
        return ledger.spoke_on

    assert in_store(store_url, first_words) == {1: FIRST, 2: FIRST + 1}


def test_the_latest_head_count_of_each_platform_is_reported(store_url: str) -> None:
    told = [
        MembersCounted(platform=platform, at=START + day * DAY_MS, count=count)
        for platform, day, count in [("discord", 0, 5), ("telegram", 1, 7), ("discord", 4, 9)]
    ]

    async def reported(connection: Connection) -> list[int | None]:
        community = await recorded(connection, [told])
        ledgers = [(await seen(connection, community.id, FIRST + n, FIRST))[0] for n in (0, 3, 6)]
        return [ledger.reported for ledger in ledgers]

    assert in_store(store_url, reported) == [None, 12, 16]


def test_the_latest_head_counts_of_chats_are_added_up_and_gone_chats_left_out(
    store_url: str,
) -> None:
    told = [
        MembersCounted(
            platform="telegram", at=START + day * DAY_MS + place, count=count, place=str(place)
        )
        for day, place, count in [(0, 1, 50), (0, 2, 7), (1, 1, 51), (1, 2, 8), (2, 1, 52)]
    ]
    told += [
        MembersCounted(platform="telegram", at=START + day * DAY_MS + 3, count=49, place="3")
        for day in (3, 4)
    ]
    told += [MembersCounted(platform="telegram", at=START + 9 * DAY_MS, count=1000)]

    async def reported(connection: Connection) -> list[int | None]:
        community = await recorded(connection, [told])
        days = range(1, 12)
        ledgers = [(await seen(connection, community.id, FIRST + n, FIRST))[0] for n in days]
        return [ledger.reported for ledger in ledgers]

    assert in_store(store_url, reported) == [
        *(57, 59, 60, 52 + 49, 49),
        *(49, 49, 49, 49, 1000, 1000),
    ]


def test_a_stay_across_local_midnight_counts_on_both_days(store_url: str) -> None:
    midnight = DAYS.start(FIRST + 3)
    stay = VoiceSpent(
        platform="discord",
        user="ana",
        channel="v",
        start=midnight - 7 * MINUTE_MS,
        end=midnight + 4 * MINUTE_MS,
    )

    async def minutes(connection: Connection) -> list[int]:
        community = await recorded(connection, [[stay]])
        ledger, _ = await seen(connection, community.id, FIRST + 5, FIRST)
        return [row.voice_ms // MINUTE_MS for row in ledger.activity]

    assert in_store(store_url, minutes) == [7, 4]


def test_a_message_taken_away_later_still_counts_in_its_week(store_url: str) -> None:
    told: list[Event] = [
        MessageSent(platform="discord", channel="c1", id="1", author="ana", at=START),
        MessageDeleted(
            platform="discord", channel="c1", id="1", at=START + 5 * DAY_MS, by_moderator=True
        ),
    ]

    async def counted(connection: Connection) -> list[tuple[int, int]]:
        community = await recorded(connection, [told])
        pictures = [await seen(connection, community.id, FIRST + n, FIRST) for n in (3, 7)]
        return [(len(ledger.activity), len(messages)) for ledger, messages in pictures]

    assert in_store(store_url, counted) == [(1, 1), (0, 0)]
