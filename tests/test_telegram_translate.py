import os
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any

import pytest

from bot.adapters.telegram.reading.calling import command_in
from bot.adapters.telegram.reading.people import Me
from bot.adapters.telegram.reading.told import NOTHING, Call
from bot.adapters.telegram.reading.translate import translate
from bot.adapters.telegram.reading.updates import decode
from bot.events import Event
from bot.model import PlaceId
from db.connection import Connection
from tests.fakes.telegram_spec import specification
from tests.stores import dump, in_store, recorded
from tests.telegram_updates import (
    ANA,
    ANONYMOUS,
    AS_CHANNEL,
    BOB,
    CHANNEL,
    CHAT,
    GROUP,
    ME,
    NOON,
    NOW,
    PHOTO,
    POLL,
    PRIVATE,
    Json,
    asked,
    changed,
    chat,
    command,
    emoji,
    entity,
    in_topic,
    link,
    member,
    message,
    person,
    pressed,
    raw,
    reacted,
    robot,
    said,
    told,
    update,
    voted,
)

HERE = PlaceId("telegram", str(CHAT))
SEEDS = range(1_000 if os.environ.get("CI") else 100)
TOGETHER = 50
"""So many streams share a store, each in a chat of its own."""


def call(content: Json, kind: str = "message") -> Call:
    heard = told(kind, content).call
    assert heard is not None, "it is no call"
    return heard


# Commands in a group


def test_a_command_is_a_call_and_a_message_too() -> None:
    heard = told("message", command("/stats 28 days", from_=BOB, date=NOON + 3))
    assert [type(one).__name__ for one in heard.events] == ["MessageSent"]
    assert heard.place == HERE
    asked = heard.call
    assert asked is not None
    assert (asked.kind, asked.command, asked.words) == ("command", "stats", "28 days")
    assert (asked.at, asked.message, asked.thread) == ((NOON + 3) * 1000, 5, None)
    assert asked.user is not None
    assert (asked.user.id, asked.sender_chat, asked.is_named) == (2, None, False)
    assert (asked.chat.id, asked.reply_to, asked.mentions) == (CHAT, None, {})


@pytest.mark.parametrize(
    ("text", "name", "words", "is_named"),
    [
        ("/help", "help", "", False),
        ("/Help", "help", "", False),
        ("/help@FoyerBot", "help", "", True),
        ("/help@foyerbot  me ", "help", "me", True),
        ("/correct\nbot", "correct", "bot", False),
        ("/note 🏃 run", "note", "🏃 run", False),
    ],
)
def test_commands_are_read(text: str, name: str, words: str, is_named: bool) -> None:
    asked = call(command(text))
    assert (asked.command, asked.words, asked.is_named) == (name, words, is_named)


@pytest.mark.parametrize(
    "content",
    [
        said("/help"),
        said("see /help", entities=[entity("bot_command", 4, 5)]),
        said("/help", entities=[entity("code", 0, 5)]),
        said("/", entities=[entity("bot_command", 0, 1)]),
        command("/help@OtherBot"),
        command("/help@FoyerBotTwo"),
        command("/help", from_=robot()),
        command("/help", forward_origin={"type": "user", "date": NOON, "sender_user": BOB}),
        command("/help", via_bot=robot()),
        message(photo=PHOTO, caption="/help", caption_entities=[entity("bot_command", 0, 5)]),
    ],
    ids=lambda content: content.get("text", "caption"),
)
def test_what_is_no_command_of_ours_is_no_call(content: Json) -> None:
    assert told("message", content).call is None


def test_a_command_in_a_topic_stands_there() -> None:
    asked = call(command("/help", **in_topic(10)))
    assert (asked.thread, asked.reply_to) == (10, None)


def test_a_chain_of_replies_is_no_topic_of_a_command() -> None:
    asked = call(command("/help", message_thread_id=4, reply_to_message=said("who?", 4, from_=BOB)))
    assert (asked.thread, asked.reply_to) == (None, "user2")


@pytest.mark.parametrize(
    ("stand_in", "sender"), [(ANONYMOUS, GROUP), (AS_CHANNEL, CHANNEL)], ids=["group", "channel"]
)
def test_a_chat_that_asks_is_nobody(stand_in: Json, sender: Json) -> None:
    asked = call(command("/help", from_=stand_in, sender_chat=sender))
    assert (asked.user, asked.sender_chat) == (None, sender["id"])


def test_an_account_that_was_picked_stands_in_the_words() -> None:
    text = "/correct 🏃 bot Zoé Dupont now"
    zoe = person(123, "Zoé", last_name="Dupont")
    marks = [entity("bot_command", 0, 8), entity("text_mention", 16, 10, user=zoe)]
    asked = call(said(text, entities=marks))
    assert (asked.command, asked.words) == ("correct", "🏃 bot @user123 now")


@pytest.mark.parametrize(
    ("typed", "username", "mentions"),
    [
        ("@Bob", "bob", {"@Bob": "user2"}),
        ("@bob", "bob", {"@bob": "user2"}),
        ("@bobby", "bob", {}),
        ("@bob", None, {}),
    ],
)
def test_an_answered_message_tells_whom_a_name_means(
    typed: str, username: str | None, mentions: dict[str, str]
) -> None:
    author = BOB if username is None else BOB | {"username": username}
    marks = [entity("bot_command", 0, 4), entity("mention", 5, len(typed))]
    content = said(f"/me2 {typed}", entities=marks, reply_to_message=said("hi", 4, from_=author))
    asked = call(content)
    assert (asked.mentions, asked.reply_to) == (mentions, "user2")


def test_a_command_is_for_the_bot_of_that_name_alone() -> None:
    heard = decode(raw(update("message", command("/help@FoyerBot")))).message
    assert heard is not None
    assert command_in(heard, ME) is not None
    assert command_in(heard, Me(7, "SomebodyBot", reads_all=True)) is None


# In private


def test_words_in_private_are_a_call_and_nothing_else() -> None:
    heard = told("message", said(" what is this? ", chat=PRIVATE))
    assert (heard.place, heard.events, heard.names, heard.chat) == (None, (), {}, None)
    assert heard.call is not None
    assert (heard.call.kind, heard.call.words) == ("words", "what is this?")
    assert (heard.call.command, heard.call.chat.id) == ("", 1)


def test_a_command_in_private_is_a_command() -> None:
    asked = call(command("/start a_b-c", chat=PRIVATE))
    assert (asked.kind, asked.command, asked.words) == ("command", "start", "a_b-c")


@pytest.mark.parametrize(
    "content",
    [
        message(photo=PHOTO, caption="look", chat=PRIVATE),
        command("/start@OtherBot", chat=PRIVATE),
        said("hi", chat=PRIVATE, from_=robot()),
        message(chat=PRIVATE, pinned_message=said()),
    ],
)
def test_what_else_comes_in_private_tells_nothing(content: Json) -> None:
    assert told("message", content) == NOTHING


OURS = robot(ME.id)
ASIDE = chat(-1_001_000_000_078, is_direct_messages=True)
"""What people write to a channel alone."""


@pytest.mark.parametrize(
    ("kind", "content"),
    [
        ("message", said("hi")),
        ("message", command("/help@FoyerBot")),
        ("message", message(new_chat_members=[BOB])),
        ("message", message(migrate_from_chat_id=-5)),
        ("message_reaction", reacted([], emoji("👍"))),
        ("chat_member", changed(member("left"), member("member"))),
        ("my_chat_member", changed(member("left", OURS), member("member", OURS), ANA)),
        ("chat_join_request", asked()),
    ],
)
def test_what_people_write_to_a_channel_alone_tells_nothing(kind: str, content: Json) -> None:
    assert told(kind, content, blind=True) != NOTHING
    assert told(kind, content | {"chat": ASIDE}, blind=True) == NOTHING


# Buttons


def test_a_button_in_a_group_is_pressed_there() -> None:
    heard = told("callback_query", pressed("form?of=1"))
    assert (heard.place, heard.events) == (HERE, ())
    asked = heard.call
    assert asked is not None
    assert asked.user is not None
    assert (asked.kind, asked.data, asked.callback_id) == ("button", "form?of=1", "4000")
    assert (asked.user.id, asked.message, asked.thread, asked.at) == (2, 7, None, 0)


def test_a_button_may_hang_under_a_message_out_of_reach() -> None:
    gone = {"chat": PRIVATE, "message_id": 7, "date": 0}
    heard = told("callback_query", pressed(message=gone))
    assert heard.place is None
    assert heard.call is not None
    assert (heard.call.message, heard.call.chat.id) == (7, 1)


def test_a_button_in_a_topic_knows_it() -> None:
    shown = said("hi", 7, **in_topic(10))
    assert call(pressed(message=shown), "callback_query").thread == 10


def test_a_button_without_data_is_still_to_be_answered() -> None:
    content = {key: value for key, value in pressed().items() if key != "data"}
    assert call(content, "callback_query").data == ""


def test_a_button_under_no_message_tells_nothing() -> None:
    content = {key: value for key, value in pressed().items() if key != "message"}
    assert told("callback_query", content | {"inline_message_id": "5"}) == NOTHING


# The whole stream


class Stream:
    """Some days of a group: people come, talk, react, vote and go."""

    def __init__(self, seed: int) -> None:
        dice = Random(seed)  # noqa: S311  a test must be repeatable
        self.dice, self.updates = dice, list[Json]()
        self.chat = chat(CHAT - seed)
        self.second, self.number = 0, 10
        self.reactions: dict[tuple[int, int], list[str]] = {}
        self.inside: set[int] = set()
        for _ in range(dice.randint(5, 25)):
            self.second += dice.randint(1, 9_000)
            dice.choice((*[self.talk] * 2, *self.deeds))()

    @property
    def deeds(self) -> list[Callable[[], None]]:
        return [self.answer, self.react, self.come_or_go, self.vote, self.show]

    def told(self, kind: str, content: Json) -> None:
        here = {"chat": self.chat} if "chat" in content else {}
        self.updates.append(update(kind, content | here))

    def when(self) -> Json:
        return {"date": NOON + self.second}

    def who(self) -> Json:
        return person(self.dice.randint(1, 4), "Somebody")

    def talk(self) -> None:
        self.number += self.dice.randint(1, 3)
        where: Json = self.dice.choice([{}, {}, in_topic(10, self.chat), in_topic(9, self.chat)])
        voice: Json = self.dice.choice([{}, {}, {"sender_chat": CHANNEL}])
        words = self.dice.choice(["hi", "who?", "see www.x.org?"])
        content = said(words, self.number, from_=self.who(), **self.when(), **where | voice)
        self.told("message", content)

    def answer(self) -> None:
        self.number += 1
        before = self.dice.randint(9, self.number - 1)
        parent = said("hi", before, from_=self.who(), chat=self.chat)
        marks = [entity("text_mention", 0, 3, user=self.who())]
        more = {"reply_to_message": parent, "entities": marks, **self.when()}
        self.told("message", said("you?", self.number, from_=self.who(), **more))

    def show(self) -> None:
        album, user = f"album{self.number}", self.who()
        for _ in range(self.dice.randint(1, 4)):
            self.number += 1
            more = {"photo": PHOTO, "media_group_id": album, **self.when()}
            self.told("message", message(self.number, from_=user, **more))

    def react(self) -> None:
        user, where = self.who(), self.dice.randint(11, 14)
        before = self.reactions.get((user["id"], where), [])
        after = self.dice.sample(["👍", "❤", "111", "222"], self.dice.randint(0, 2))
        self.reactions[user["id"], where] = after
        change = reacted(emoji(*before), emoji(*after), where, NOON + self.second, user=user)
        self.told("message_reaction", change)

    def come_or_go(self) -> None:
        user = self.who()
        self.inside ^= {user["id"]}
        steps = [member("left", user), member("member", user)]
        before, after = steps if user["id"] in self.inside else reversed(steps)
        more = self.dice.choice([{}, {"invite_link": link("promo")}, {"from": ANA}])
        self.told("chat_member", changed(before, after, **self.when() | more))

    def vote(self) -> None:
        self.told("poll_answer", voted(0, user=self.who()))
        self.told("poll", POLL | {"is_closed": True})


def heard(updates: list[Json]) -> list[Event]:
    """The events of updates, those of votes too."""
    return [
        event
        for one in updates
        for event in translate(decode(raw(one)), ME, now=NOW + one["update_id"]).events
    ]


def three_times_over(dice: Random, updates: list[Json]) -> list[list[Event]]:
    """Everything three times, in any order, in any batches."""
    shuffled = dice.sample(updates * 3, len(updates) * 3)
    cuts = sorted(dice.choices(range(len(shuffled)), k=3))
    bounds = zip([0, *cuts], [*cuts, len(shuffled)], strict=True)
    return [heard(shuffled[first:last]) for first, last in bounds]


async def export(connection: Connection, batches: list[list[Event]]) -> dict[str, Any]:
    community = await recorded(connection, batches)
    return await dump(connection, community.id)


def test_streams_told_three_times_in_any_order_are_stored_once(tmp_path: Path) -> None:
    async def work(connection: Connection) -> list[int]:
        wrong, rows = [], 0
        for first in SEEDS[::TOGETHER]:
            streams = [Stream(seed) for seed in SEEDS[first : first + TOGETHER]]
            updates = [one for stream in streams for one in stream.updates]
            plain = await export(connection, [heard(updates)])
            mixed = await export(connection, three_times_over(streams[0].dice, updates))
            wrong += [first] * (mixed != plain)
            rows += sum(len(plain[table]) for table in ("message", "reaction", "membership"))
        assert rows > 5 * len(SEEDS), "nothing was stored"
        return wrong

    assert in_store(f"sqlite:///{tmp_path / 'foyer.db'}", work) == []


def test_less_of_a_stream_is_another_store(tmp_path: Path) -> None:
    """Half a stream is another store than the whole: the comparison above can tell."""

    async def work(connection: Connection) -> tuple[Any, Any]:
        updates = Stream(3).updates
        half = await export(connection, [heard(updates[1:])])
        return half, await export(connection, [heard(updates)])

    half, whole = in_store(f"sqlite:///{tmp_path / 'foyer.db'}", work)
    assert half != whole


def test_streams_are_such_as_telegram_could_send() -> None:
    updates = [one for seed in range(20) for one in Stream(seed).updates]
    assert [wrong for one in updates for wrong in specification().value(one, "Update")] == []


def test_translating_is_pure() -> None:
    updates = [decode(raw(one)) for one in Stream(1).updates]
    first = [translate(one, ME, now=NOW) for one in updates]
    assert [translate(one, ME, now=NOW) for one in updates] == first


@pytest.mark.parametrize("id", [CHAT, -456])
def test_every_group_is_a_place_of_its_own(id: int) -> None:
    where = chat(id, "supergroup" if id == CHAT else "group")
    assert told("message", said(chat=where)).place == PlaceId("telegram", str(id))
