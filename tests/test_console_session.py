import contextlib
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from contextlib import asynccontextmanager
from typing import Any, cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.adapters import Adapter, Cursor, Host, News
from bot.adapters.console.adapter import ConsoleAdapter
from bot.adapters.console.directives import (
    Appoint,
    Ask,
    Begin,
    Directive,
    Join,
    Leave,
    React,
    Say,
    Speak,
    Speech,
    Wait,
)
from bot.adapters.console.place import PLATFORM, ROOM
from bot.adapters.console.playing import converse, play
from bot.adapters.console.room import Room
from bot.adapters.console.screen import Screen
from bot.adapters.console.script import Step, steps
from bot.adapters.console.session import Session
from bot.app import on_stage
from bot.clock import DAY_MS, HOUR_MS, MINUTE_MS, ManualClock
from bot.engine import Stage
from bot.errors import UsageError
from bot.events import MemberDescribed, MemberJoined, MemberLeft, MessageSent, ReactionChanged
from bot.intake import Defaults
from bot.model import Community
from bot.render.layout import Line
from bot.render.text import plain_text
from bot.telemetry import Telemetry
from bot.text import texts_for
from db.directory import find_community_at
from tests.stores import fetch

AT = 1_791_180_000_000
"""2026-10-05T06:00:00Z, a Monday."""


class Listening:
    """Keeps what deeds tell the host, beside passing it on."""

    def __init__(self, stage: Stage, told: list[News]) -> None:
        self.clock, self.stage, self.told = stage.clock, stage, told

    async def take(self, *news: News, cursor: Cursor | None = None) -> None:
        """Hear of news."""
        assert cursor is not None
        self.told += news
        await self.stage.take(*news, cursor=cursor)


class Sitting:
    """A session on a real stage, with what it shows and what it tells."""

    def __init__(
        self, stage: Stage, clock: ManualClock, shown: list[str], session: Session
    ) -> None:
        self.stage, self.clock, self.shown, self.session = stage, clock, shown, session
        self.told: list[News] = []
        session.deeds.host = cast(Host, Listening(stage, self.told))

    async def does(self, *directives: Directive) -> None:
        """Carry directives out."""
        for directive in directives:
            await self.session.carry_out(directive)

    async def types(self, *rows: str) -> list[str]:
        """Type lines at a prompt and then leave; the prompts that were shown."""
        prompts: list[str] = []
        await converse(self.session, typing(rows, prompts), ManualClock(AT), "You")
        return prompts

    async def rows(self, sql: str) -> list[Any]:
        """What a query finds in the store."""
        return await self.stage.reading(lambda reader: fetch(reader.connection, sql))


def typing(rows: Iterable[str], prompts: list[str]) -> Callable[[str], str | None]:
    """Somebody who types these lines and presses Ctrl-D."""
    coming = iter(rows)

    def typed(prompt: str) -> str | None:
        prompts.append(prompt)
        return next(coming, None)

    return typed


@asynccontextmanager
async def sitting(breath_ms: int = 1000) -> AsyncIterator[Sitting]:
    """The bot has just come into the room."""
    clock, shown = ManualClock(AT), list[str]()

    def out(lines: Sequence[Line]) -> None:
        shown.extend(map(plain_text, lines))

    room, screen = Room(), Screen(out, texts_for("en"), clock)
    adapters: dict[str, Adapter] = {PLATFORM: ConsoleAdapter(room, screen)}
    async with on_stage(None, adapters, clock, Defaults("UTC", "en"), Telemetry()) as stage:

        async def community() -> Community | None:
            return await stage.reading(lambda reader: find_community_at(reader.connection, ROOM))

        session = Session(stage, room, screen, community, breath_ms)
        await session.open()
        shown.clear()
        yield Sitting(stage, clock, shown, session)


# What is told of deeds


async def test_a_message_is_told_by_its_measure_and_with_whom_it_names() -> None:
    async with sitting() as here:
        await here.does(Speak("Max"), Speak("Zoé"), Say("Is it `a?` @Max, see https://x.example?"))
        (news,) = here.told
        assert news.place == ROOM
        assert news.names == {"Zoé": "Zoé"}
        (event,) = news.events
        assert event == MessageSent(
            platform="console",
            channel="general",
            id=here.session.room.said[-1].id,
            author="Zoé",
            at=AT,
            mentions=("Max",),
            length=39,
            has_question=False,
            has_link=True,
        )


async def test_replies_and_reactions_are_told_with_the_message_they_are_for() -> None:
    async with sitting() as here:
        await here.does(Speak("Zoé"), Say("?"), Speak("Max"), Say("!", 2), React(2, "👍"))
        asked, replied, reacted = (news.events[0] for news in here.told)
        assert isinstance(asked, MessageSent)
        assert isinstance(replied, MessageSent)
        assert (replied.reply_to, replied.reply_to_author) == (asked.id, "Zoé")
        assert reacted == ReactionChanged(
            platform="console",
            channel="general",
            message=asked.id,
            user="Max",
            emoji="👍",
            at=AT + 2000,
            message_author="Zoé",
        )


async def test_what_may_be_words_is_told_as_no_emoji() -> None:
    async with sitting() as here:
        await here.does(Speak("Zoé"), React(1, "secret"))
        (event,) = here.told[0].events
        assert isinstance(event, ReactionChanged)
        assert event.emoji == "custom"
        assert event.message_author == "Foyer"


async def test_coming_going_and_moderating_are_told_at_the_present_instant() -> None:
    async with sitting() as here:
        await here.does(Join("Zoé"), Wait(HOUR_MS), Leave("Zoé"), Appoint("Ann"))
        assert [news.events[0] for news in here.told] == [
            MemberJoined(platform="console", user="Zoé", at=AT),
            MemberLeft(platform="console", user="Zoé", at=AT + HOUR_MS),
            MemberDescribed(platform="console", user="Ann", is_staff=True),
        ]


@pytest.mark.parametrize(
    ("text", "mentioned"),
    [
        ("@Marie", ("Marie",)),
        ("hello @Marie Curie!", ("Marie Curie",)),
        ("@Marie @Max @Marie", ("Marie", "Max")),
        ("@Mariette", ()),
        ("me@Marie", ()),
        ("@marie", ()),
        ("Marie", ()),
        ("@Foyer", ()),
    ],
)
async def test_only_people_who_are_known_are_mentioned(
    text: str, mentioned: tuple[str, ...]
) -> None:
    async with sitting() as here:
        await here.does(Join("Marie"), Join("Marie Curie"), Speak("Max"), Say(text))
        (event,) = here.told[-1].events
        assert isinstance(event, MessageSent)
        assert event.mentions == mentioned


async def test_a_moderator_who_left_is_none_any_more() -> None:
    async with sitting() as here:
        await here.does(Appoint("Ann"), Ask("settings", ""), Leave("Ann"))
        here.shown.clear()
        await here.does(Join("Ann"), Ask("settings", ""))
        assert "     /settings is for moderators." in here.shown
        await here.does(Appoint("Ann"), Ask("settings", ""))
        assert "     • Time zone: UTC" in here.shown


async def test_the_community_is_looked_up_only_after_what_may_change_it() -> None:
    async with sitting() as here:
        looked: list[None] = []
        asked = here.session._community

        async def counted() -> Community | None:
            looked.append(None)
            return await asked()

        here.session._community = counted
        await here.does(Appoint("Ann"), Say("a"), React(2, "👍"))
        assert looked == []
        await here.does(Ask("setup", "timezone:Europe/Paris"))
        assert here.session.screen.timezone == "Europe/Paris"


async def test_what_goes_wrong_is_told_to_nobody() -> None:
    async with sitting() as here:
        for directive in (Say("hello"), Begin(AT - 1)):
            with pytest.raises(UsageError):
                await here.does(directive)
        await here.does(Speak("Zoé"))
        with pytest.raises(UsageError):
            await here.does(Say("yes", 9))
        assert here.told == []
        assert here.shown == []


# The clock


async def test_only_deeds_and_waiting_let_time_pass() -> None:
    async with sitting() as here:
        await here.does(Join("Zoé"), Speak("Zoé"), Leave("Zoé"), Speech("fr"))
        assert here.clock.now() == AT
        await here.does(Say("a"), React(2, "👍"))
        assert here.clock.now() == AT + 2000
        await here.does(Begin(AT + DAY_MS), Wait(MINUTE_MS))
        assert here.clock.now() == AT + DAY_MS + MINUTE_MS


async def test_what_falls_due_while_time_passes_is_shown_at_its_instant() -> None:
    async with sitting() as here:
        await here.does(Join("Zoé"), Wait(DAY_MS))
        said = here.shown.index("     Welcome, Zoé!")
        assert here.shown[said - 3 : said] == [
            "── Monday 5 October 2026, 06:10 ──",
            "",
            "  2  Foyer",
        ]


async def test_another_language_is_the_communitys_too() -> None:
    async with sitting() as here:
        await here.does(Speech("fr"))
        assert await here.rows("SELECT language FROM community") == [("fr",)]


# A script


async def test_a_script_names_the_line_that_cannot_be_carried_out() -> None:
    async with sitting() as here:
        with pytest.raises(UsageError, match=r"^s:3: there is no message 9$"):
            await play(here.session, steps([":as Zoé", "hello", ":reply 9 yes", "never"], "s"))
        assert here.shown[-1] == "  2  Zoé: hello"


async def test_a_script_is_read_no_further_than_it_is_played() -> None:
    async with sitting() as here:

        def coming() -> Iterable[Step]:
            yield from steps([":as Zoé", "hello"], "s")
            assert here.shown[-1] == "  2  Zoé: hello"
            yield from steps([":quit"], "s")
            pytest.fail("read on")

        await play(here.session, coming())


# At the prompt


async def test_the_prompt_says_who_speaks() -> None:
    async with sitting(0) as here:
        prompts = await here.types("hello", ":as [b]Zoé", "hello", ":join Max", "# a comment", "")
        assert prompts == ["You> ", "You> ", *["[b]Zoé> "] * 5]


async def test_whoever_sits_down_is_a_moderator_and_sees_the_guide() -> None:
    async with sitting(0) as here:
        await here.types("/settings")
        assert "     • Time zone: UTC" in here.shown
        assert any(row.startswith("     :join NAME") for row in here.shown)


async def test_real_time_passes_between_the_lines_and_what_fell_due_is_shown() -> None:
    wall = ManualClock(AT)
    async with sitting(0) as here:

        def rows() -> Iterable[str]:
            yield ":join Zoé"
            wall.at += 11 * MINUTE_MS
            yield "hello"

        await converse(here.session, typing(rows(), []), wall, "You")
        assert here.clock.now() == AT + 11 * MINUTE_MS
        assert here.shown.index("     Welcome, Zoé!") < here.shown.index("  3  You: hello")


async def test_a_wall_clock_that_is_set_back_moves_nothing_back() -> None:
    wall = ManualClock(AT)
    async with sitting(0) as here:

        def rows() -> Iterable[str]:
            wall.at -= HOUR_MS
            yield "one"
            wall.at += MINUTE_MS
            yield "two"

        await converse(here.session, typing(rows(), []), wall, "You")
        assert here.clock.now() == AT + MINUTE_MS


async def test_after_waiting_the_prompt_comes_with_the_time() -> None:
    async with sitting(0) as here:
        await here.types(":advance 1d")
        assert here.shown[-2:] == ["── Tuesday 6 October 2026, 06:00 ──", ""]


async def test_a_mistake_is_told_and_the_session_goes_on() -> None:
    async with sitting(0) as here:
        await here.types(":dance", ":reply 9 yes", "hello", ":quit", "never")
        assert "     unknown directive :dance; :help lists them" in here.shown
        assert "     there is no message 9" in here.shown
        assert here.shown[-1] == "  2  You: hello"


# A law

people = st.sampled_from(["Zoé", "Max", "Ann"])
deeds = st.one_of(
    st.builds(Join, people),
    st.builds(Leave, people),
    st.builds(Speak, people),
    st.builds(Appoint, people),
    st.builds(Say, st.text("ab ?", min_size=1, max_size=9), st.none() | st.integers(1, 4)),
    st.builds(React, st.integers(1, 4), st.sampled_from("👍❤️🎉"[:1])),
    st.builds(Wait, st.sampled_from([MINUTE_MS, HOUR_MS])),
)


@settings(max_examples=20, deadline=None)
@given(st.lists(deeds, max_size=25))
async def test_the_transcript_and_the_store_tell_of_the_same_messages(
    said: list[Directive],
) -> None:
    async with sitting() as here:
        await here.does(Speak("Zoé"))
        for directive in said:
            with contextlib.suppress(UsageError):
                await here.does(directive)
        spoken = [one for one in here.session.room.said if one.author != "Foyer"]
        stored = await here.rows(
            "SELECT message_no, external_id FROM message"
            " JOIN account ON account.account_no = author_no ORDER BY message_no"
        )
        assert [(int(one.id), one.author) for one in spoken] == [tuple(row) for row in stored]
        assert [one.number for one in here.session.room.said] == [
            n + 1 for n in range(len(here.session.room.said))
        ]
        shown = [row for row in here.shown if row[:5].strip().isdecimal() and "Foyer" not in row]
        assert len(shown) == len(spoken)
