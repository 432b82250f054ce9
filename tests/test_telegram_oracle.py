"""The reading of Telegram's updates against a second one that was written without looking at it.

FOYER_SEEDS says on how many streams; outside of CI on few, because nobody wants to wait so long.
"""

import json
import os
import random
from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from itertools import chain
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from bot.adapters.telegram.groups.arrivals import Arrivals
from bot.adapters.telegram.groups.staff import Staff
from bot.adapters.telegram.line.client import connected
from bot.adapters.telegram.listening.calls import Calls
from bot.adapters.telegram.listening.inbox import Inbox
from bot.adapters.telegram.listening.poller import STREAM
from bot.adapters.telegram.reading.told import Call
from bot.cli import cli
from bot.clock import DAY_MS, MINUTE_MS, ManualClock, now_ms
from db.flags import ASKS, LINK, MEDIA
from tests import telegram_updates as raw
from tests.fakes.telegram import FakeTelegram, serving_telegram
from tests.fakes.telegram_spec import specification
from tests.fakes.telegram_world import BOT_ID
from tests.nursery import Nursery, nursing
from tests.oracle import figures
from tests.oracle_telegram import Json, Reading, instant, lines, read
from tests.telegram_bots import engine_at, settings_for, stored
from tests.telegram_streams import ASIDE, BASIC, BLIND, FORUM, NOON, PLAIN, SILENT, SUPER, Stream
from tests.test_oracle_product import alike

SEEDS = int(os.environ.get("FOYER_SEEDS", "30" if os.environ.get("CI") else "6"))
STEPS = 100
FIGURE_STEPS, FIGURE_PAUSES = 400, (1, 5, 20, 60, 200, 900, 45_000)
PATIENCE = 30.0
Rows = list[tuple[Any, ...]]
Found = dict[str, Rows]

_CHANNEL = "JOIN channel c ON c.community_id = m.community_id AND c.channel_no = m.channel_no"
_ACCOUNT = "JOIN account a ON a.community_id = m.community_id AND a.account_no = m.{}"
_PLACE = "JOIN place p ON p.community_id = m.community_id AND p.moved_to IS NULL"
_SOURCE = "LEFT JOIN source s ON s.community_id = m.community_id AND s.source_no = m.source_no"
QUERIES = {
    "messages": "SELECT c.external_id, m.message_no, a.external_id, m.at, t.external_id,"
    f" m.reply_no, r.external_id, m.length, m.flags FROM message m {_CHANNEL}"
    f" {_ACCOUNT.format('author_no')} LEFT JOIN channel t ON t.community_id = m.community_id"
    " AND t.channel_no = m.thread_no LEFT JOIN account r ON r.community_id = m.community_id"
    " AND r.account_no = m.reply_author_no",
    "mentions": f"SELECT c.external_id, m.message_no, a.external_id FROM mention m {_CHANNEL}"
    f" {_ACCOUNT.format('account_no')} ORDER BY m.place",
    "reactions": "SELECT c.external_id, m.message_no, a.external_id, m.emoji, m.at, m.added"
    f" FROM reaction m {_CHANNEL} {_ACCOUNT.format('account_no')} ORDER BY m.at, m.added DESC",
    "moves": "SELECT p.external_id, a.external_id, m.at, m.joined, m.how, s.name, i.external_id"
    f" FROM membership m {_PLACE} {_ACCOUNT.format('account_no')} {_SOURCE}"
    " LEFT JOIN account i ON i.community_id = m.community_id AND i.account_no = m.inviter_no",
    "requests": "SELECT p.external_id, a.external_id, m.at, s.name"
    f" FROM join_request m {_PLACE} {_ACCOUNT.format('account_no')} {_SOURCE}",
    "votes": f"SELECT m.poll, a.external_id FROM vote m {_ACCOUNT.format('account_no')}",
    "accounts": "SELECT external_id, is_bot, is_staff FROM account",
    "places": "SELECT external_id, community_id FROM place",
    "quarantine": "SELECT reason FROM quarantine",
}


@pytest.fixture(scope="module")
def fake() -> Iterator[FakeTelegram]:
    with serving_telegram() as serving:
        furnish(serving)
        yield serving


@pytest.fixture(scope="module", autouse=True)
def nursery() -> Iterator[Nursery]:
    """Made first, because it gets ready while the other tests run."""
    with nursing() as made:
        yield made


def furnish(fake: FakeTelegram) -> None:
    """The groups of the streams, in all of which but one the bot sees who comes and goes."""
    for chat in (FORUM, PLAIN, SUPER, BASIC, BLIND):
        kind = "group" if chat == BASIC else "supergroup"
        rank = "member" if chat == BLIND else "administrator"
        fake.group("Group", kind, id=chat, bot=rank)
    fake.group("Group", id=raw.CHAT, bot="administrator")


async def heard(fake: FakeTelegram, batches: Sequence[Sequence[Json | bytes]]) -> Found:
    """What is in a new store once it has taken these batches of updates."""
    clock = ManualClock((NOON + 10**6) * 1000)

    async def ignore(call: Call) -> None:
        return None

    async with connected(settings_for(fake)) as client, engine_at(clock) as engine:
        calls, staff = Calls(clock, ignore, ignore), Staff(client.bot, clock)
        arrivals = Arrivals(engine, client)
        inbox = Inbox(engine, client.me, arrivals, staff, calls, lambda _: None, STREAM)
        number = 0
        for batch in batches:
            told = [one if isinstance(one, bytes) else raw.raw(one) for one in batch]
            await inbox.take(list(enumerate(told, number)))
            number += len(told)
            clock.at += MINUTE_MS
        await calls.end()
        return {name: await stored(engine, sql) for name, sql in QUERIES.items()}


def differences(told: Reading, found: Found) -> Iterator[str]:
    """Everything in the store that is not what the second reading says."""
    yield from messages_apart(told, found)
    since: dict[tuple[int, int, str, str], int] = {}
    for chat, number, who, emoji, at, added in found["reactions"]:
        key = (int(chat), number, who, emoji)
        if added:
            since.setdefault(key, at)
        else:
            since.pop(key, None)
    standing = {(*key, at) for key, at in since.items()}
    yield from apart("reaction", standing, {(*key, at) for key, at in told.reactions.items()})
    moves = {
        (int(chat), who, at, bool(joined), *how) for chat, who, at, joined, *how in found["moves"]
    }
    yield from apart("move", moves, {(told.now(chat), *move) for chat, move in told.moves})
    requests = {(int(chat), *request) for chat, *request in found["requests"]}
    yield from apart("request", requests, {(told.now(chat), *one) for chat, *one in told.requests})
    yield from apart("vote", set(found["votes"]), told.votes)
    known = {who for who, *_ in found["accounts"]}
    robots = {who for who, is_bot, _ in found["accounts"] if is_bot}
    yield from apart("bot", robots & told_of(told), told.no_people & known)
    staff = {who for who, _, is_staff in found["accounts"] if is_staff}
    yield from apart("staff", staff, {who for _, who in told.staff})
    yield from apart("community", communities(found, told), histories(told))


def told_of(told: Reading) -> set[str]:
    """Everybody of whom the updates say whether they are people."""
    authors = {said.author for said in told.messages.values()}
    return told.no_people | authors | {who for _, (who, *_) in told.moves}


def messages_apart(told: Reading, found: Found) -> Iterator[str]:
    mentions: defaultdict[tuple[int, int], list[str]] = defaultdict(list)
    for chat, number, who in found["mentions"]:
        mentions[int(chat), number].append(who)
    ours = {}
    for chat, number, author, at, thread, reply, reply_author, length, flags in found["messages"]:
        key = (int(chat), number)
        topic = None if thread is None else thread.partition("/")[2]
        content = (length or 0, bool(flags & ASKS), bool(flags & LINK), bool(flags & MEDIA))
        ours[key] = (author, at, topic, reply, reply_author, tuple(mentions[key]), *content)
    assert len(ours) == len(found["messages"])
    yield from apart("message", set(ours), set(told.messages))
    for key in ours.keys() & told.messages.keys():
        said = told.messages[key]
        for name, mine, theirs in zip(said._fields, said, ours[key], strict=True):
            if mine != theirs and not (name == "shows" and mine is None):
                yield f"{name} of message {key}: {theirs!r} is not {mine!r}"


def apart(what: str, ours: set[Any], theirs: set[Any]) -> Iterator[str]:
    """What is in one set only."""
    for one in sorted(ours - theirs, key=repr):
        yield f"{what} too much: {one}"
    for one in sorted(theirs - ours, key=repr):
        yield f"{what} missing: {one}"


def communities(found: Found, told: Reading) -> set[frozenset[int]]:
    """Which chats that were heard of are of one community."""
    chats: defaultdict[int, set[int]] = defaultdict(set)
    for chat, community in found["places"]:
        chats[community].add(int(chat))
    return {frozenset(one & told.chats) for one in chats.values()} - {frozenset()}


def histories(told: Reading) -> set[frozenset[int]]:
    """Which chats have one history."""
    ends = {told.now(chat) for chat in told.chats}
    return {frozenset(chat for chat in told.chats if told.now(chat) == end) for end in ends}


def numbered(updates: Sequence[Json]) -> list[Json]:
    return [{"update_id": number, **update} for number, update in enumerate(updates, 1)]


def in_batches(updates: Sequence[Any], dice: random.Random) -> Iterator[Sequence[Any]]:
    """The updates as a bot gets them that asks now and then."""
    start = 0
    while start < len(updates):
        size = dice.randrange(1, 16)
        yield updates[start : start + size]
        start += size


def disturbed(stream: Stream, dice: random.Random, *, is_shuffled: bool) -> list[Json | bytes]:
    """The updates, some told twice, among some that nobody can read.

    Votes do not tell their chat: however much is out of order, they follow the poll.
    """
    told = [one for one in stream.updates for _ in range(dice.choice((1, 1, 1, 2)))]
    if is_shuffled:
        dice.shuffle(told)
        told.sort(key=lambda update: "poll_answer" in update)
    stream_of_all: list[Json | bytes] = [*numbered(told)]
    for poison in POISON:
        stream_of_all.insert(dice.randrange(len(stream_of_all)), poison)
    return stream_of_all


POISON = (
    b'{"update_id":9,"message":{"message_id":99,"chat":{"id":-1001000000002,"type":"supergroup"}}}',
    b'{"update_id":9,"message_reaction":{"chat":7,"message_id":12,"date":1714564801}}',
    b'{"update_id":9,"chat_member":{"chat":{"id":-1001000000002,"type":"supergroup"},"date":"x"}}',
    b'{"update_id":9,"message":',
)


_SMALL, _GROWN = raw.chat(BASIC, "group"), raw.chat(SUPER)
_MOVED = {"message": raw.message(1, chat=_GROWN, migrate_from_chat_id=BASIC)}
_THUMB, _NONE = raw.emoji("👍"), raw.emoji()
_VOTE = {"poll_answer": raw.voted(0)}
_TAKEN_BACK = {"message_reaction": raw.reacted(_THUMB, _NONE, at=raw.NOON + 9)}
_PUT_BACK = {"message_reaction": raw.reacted(_NONE, _THUMB, at=raw.NOON + 9)}
_ROBOT = [raw.entity("text_mention", 0, 5, user=raw.robot())]
_ASIDE = raw.chat(is_direct_messages=True)
LAWS: dict[str, list[list[Json]]] = {
    "a bot that is only mentioned is no person": [
        [{"message": raw.said("Robot", entities=_ROBOT)}]
    ],
    "a migration heard of before both groups makes one history": [
        [_MOVED],
        [{"message": raw.said(chat=_SMALL)}],
        [{"message": raw.said(chat=_GROWN)}],
    ],
    "what is written to a channel alone is said in no group": [
        [{"message": raw.said(chat=_ASIDE)}]
    ],
    "a reaction put back within the second stands": [
        [{"message_reaction": raw.reacted(_NONE, _THUMB)}],
        [_TAKEN_BACK, _PUT_BACK],
    ],
}
"""What streams hold seldom or never, in the fewest updates, by batches."""
WRONG: dict[str, tuple[list[list[Json]], str]] = {
    "a reaction put back within the second stands, however it is told": (
        [[{"message_reaction": raw.reacted(_NONE, _THUMB)}], [_TAKEN_BACK], [_PUT_BACK]],
        "known: dates are whole seconds, and who asks again in between cannot know the order",
    ),
    "a vote told twice is one vote": (
        [[{"message": raw.message(poll=raw.POLL)}], [_VOTE], [_VOTE]],
        "known: votes have no date but when they are heard, and figures count voters",
    ),
}
"""What is read otherwise than the pages say, and why it stays so."""


@pytest.mark.parametrize("law", LAWS)
async def test_a_law_is_kept(fake: FakeTelegram, law: str) -> None:
    await kept(fake, LAWS[law])


@pytest.mark.parametrize(
    "batches",
    [
        pytest.param(batches, marks=pytest.mark.xfail(strict=True, reason=reason), id=law)
        for law, (batches, reason) in WRONG.items()
    ],
)
async def test_what_is_still_read_otherwise(fake: FakeTelegram, batches: list[list[Json]]) -> None:
    await kept(fake, batches)


async def kept(fake: FakeTelegram, batches: list[list[Json]]) -> None:
    """Batches of updates are read as the pages say."""
    told = [numbered(batch) for batch in batches]
    found = await heard(fake, told)
    assert list(differences(read([*chain(*told)], BOT_ID), found)) == []
    assert len(found["votes"]) == len(set(found["votes"]))


@pytest.mark.parametrize("seed", range(SEEDS))
async def test_a_stream_is_read_as_the_pages_say(fake: FakeTelegram, seed: int) -> None:
    dice = random.Random(seed)  # noqa: S311  a seed, so that it can be played again
    stream = Stream(seed).play(STEPS)
    told = read(stream.updates, BOT_ID, [BLIND])
    updates = disturbed(stream, dice, is_shuffled=seed % 2 == 1)
    found = await heard(fake, [*in_batches(updates, dice)])
    assert list(differences(told, found)) == []
    assert len(found["quarantine"]) == len(POISON)


def test_streams_hold_what_telegram_sends_and_all_that_is_compared() -> None:
    streams = [Stream(seed).play(STEPS) for seed in range(6)]
    updates = [one for stream in streams for one in numbered(stream.updates)]
    assert [wrong for one in updates for wrong in specification().value(one, "Update")] == []
    assert any(update.get("message", {}).get("chat", {}).get("id") == ASIDE for update in updates)
    told = [read(stream.updates, BOT_ID, [BLIND]) for stream in streams]
    mentioned = {who for one in told for said in one.messages.values() for who in said.mentions}
    robots = {who for one in told for who in one.no_people}
    assert f"user{SILENT['id']}" in mentioned & robots
    said = [message for one in told for message in one.messages.values()]
    for name in ("thread", "reply_to", "mentions", "asks", "links", "shows"):
        assert {bool(getattr(message, name)) for message in said} == {True, False}, name
    for name in ("posts", "reactions", "moves", "requests", "votes", "staff", "former"):
        assert any(getattr(one, name) for one in told), name
    assert {move.how for one in told for _, move in one.moves} == {None, "left", "kicked", "banned"}
    assert {move.source for one in told for _, move in one.moves} > {None, "Flyer"}
    assert {bool(move.inviter) for one in told for _, move in one.moves} == {True, False}


def test_the_figures_of_a_running_bot_are_those_of_the_second_reading(
    nursery: Nursery, tmp_path: Path
) -> None:
    stream = Stream(2026, FIGURE_PAUSES).play(FIGURE_STEPS)
    told = read(stream.updates, BOT_ID, [BLIND])
    ahead = tmp_path / "ahead"
    ahead.write_text(str(stream.date * 1000 + DAY_MS - now_ms()))
    store = f"sqlite:///{tmp_path / 'foyer.db'}"
    with serving_telegram() as fake:
        furnish(fake)
        fake.push_many(stream.updates)
        bot = nursery.begin(
            tmp_path,
            *("--db", store),
            clock=ahead,
            FOYER_TELEGRAM__TOKEN=fake.token,
            FOYER_TELEGRAM__API_URL=fake.api_url,
            FOYER_TELEGRAM__FILE_URL=fake.file_url,
            FOYER_DEFAULTS__TIMEZONE="Europe/Paris",
        )
        fake.wait_for(lambda: bot.has_ended or not len(fake.updates), PATIENCE)
        assert bot.stopped() == 0, bot.said
    until = date.fromisoformat(instant(stream.date * 1000)[:10]) - timedelta(days=1)
    for chats in histories(told):
        wrong = figures_apart(store, told, chats, until)
        assert list(wrong) == [], chats


def figures_apart(store: str, told: Reading, chats: frozenset[int], until: date) -> Iterator[str]:
    """Every value of `foyer stats` that the second reading and the second opinion do not give."""
    chat = max(chats, key=lambda one: one == told.now(one))
    words = ("stats", "--community", f"telegram:{chat}", "--until", until.isoformat())
    result = CliRunner().invoke(cli, [*words, "--db", store, "--json", "--quiet"])
    assert result.exit_code == 0, result.stderr
    ours = json.loads(result.stdout)["metrics"]
    expected = figures([*lines(told, chats)], until, "Europe/Paris", platform="telegram")
    for name in expected.keys() & ours.keys():
        for key in ("value", "x", "n"):
            mine = expected[name].get(key)
            if mine is not None and not alike(mine, ours[name][key]):
                yield f"{name}.{key}: {ours[name][key]} is not {mine}"
