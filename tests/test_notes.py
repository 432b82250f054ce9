from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.errors import UserError
from bot.post import Post
from bot.settings.notes import MOST_NOTES, NOTE_LENGTH, DayNote, add_note, drop_note, list_notes
from db.connection import Connection
from db.directory import create_community
from tests.bot import Bot, talking
from tests.stores import in_store

DAY, LATER = date(2026, 10, 5), date(2026, 10, 9)


async def community(connection: Connection) -> int:
    return (await create_community(connection, "club", "UTC", "en")).id


def test_notes_are_told_by_day_the_latest_first(store_url: str) -> None:
    async def told(connection: Connection) -> list[DayNote]:
        number = await community(connection)
        for on, words in [(DAY, "giveaway"), (LATER, "site down"), (DAY, "newspaper")]:
            await add_note(connection, number, on, words, 1)
        return await list_notes(connection, number)

    assert in_store(store_url, told) == [
        DayNote(LATER, 1, "site down"),
        DayNote(DAY, 1, "giveaway"),
        DayNote(DAY, 2, "newspaper"),
    ]


def test_a_note_goes_alone_and_its_number_with_it(store_url: str) -> None:
    async def told(connection: Connection) -> list[DayNote]:
        number, other = await community(connection), await community(connection)
        for words in ("one", "two", "three"):
            await add_note(connection, number, DAY, words, 1)
        await add_note(connection, other, DAY, "elsewhere", 1)
        await drop_note(connection, number, DAY, 2)
        await drop_note(connection, number, DAY, 2)
        await drop_note(connection, number, LATER, 1)
        await add_note(connection, number, DAY, "four", 1)
        return [*await list_notes(connection, number), *await list_notes(connection, other)]

    assert in_store(store_url, told) == [
        DayNote(DAY, 1, "one"),
        DayNote(DAY, 3, "three"),
        DayNote(DAY, 4, "four"),
        DayNote(DAY, 1, "elsewhere"),
    ]


def test_the_same_said_twice_is_one_note(store_url: str) -> None:
    async def told(connection: Connection) -> list[DayNote]:
        number = await community(connection)
        for _ in range(2):
            await add_note(connection, number, DAY, "giveaway", 1)
        return await list_notes(connection, number)

    assert in_store(store_url, told) == [DayNote(DAY, 1, "giveaway")]


def test_a_day_has_only_so_many_notes(store_url: str) -> None:
    async def told(connection: Connection) -> int:
        number = await community(connection)
        for n in range(MOST_NOTES):
            await add_note(connection, number, DAY, f"note {n}", 1)
        with pytest.raises(UserError):
            await add_note(connection, number, DAY, "one more", 1)
        await add_note(connection, number, LATER, "another day", 1)
        return len(await list_notes(connection, number))

    assert in_store(store_url, told) == MOST_NOTES + 1


@pytest.mark.parametrize("words", ["", "  ", "\u200b\u202e", "x" * (NOTE_LENGTH + 1)])
def test_what_cannot_be_read_or_is_too_long_is_refused(store_url: str, words: str) -> None:
    async def told(connection: Connection) -> list[DayNote]:
        number = await community(connection)
        with pytest.raises(UserError):
            await add_note(connection, number, DAY, words, 1)
        return await list_notes(connection, number)

    assert in_store(store_url, told) == []


@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(words=st.text(max_size=NOTE_LENGTH))
def test_whatever_is_noted_is_one_short_visible_line(store_url: str, words: str) -> None:
    async def told(connection: Connection) -> list[DayNote]:
        number = await community(connection)
        try:
            await add_note(connection, number, DAY, words, 1)
        except UserError:
            return []
        return await list_notes(connection, number)

    for note in in_store(store_url, told):
        assert 0 < len(note.words) <= NOTE_LENGTH
        assert note.words == " ".join(note.words.split())
        assert not any(mark in note.words for mark in "\n\r\x00\u202e\u200f")


# In a chat


def labels(bot: Bot) -> list[str]:
    assert isinstance(bot.last, Post)
    return [choice.label for choice in bot.last.choices]


async def test_a_note_is_about_the_local_today_unless_a_day_is_named() -> None:
    async with talking("2026-10-05T23:30:00+02:00", timezone="Asia/Tokyo") as bot:
        assert "6 October 2026: “giveaway at noon”" in await bot.asks(
            "Mona", "/note giveaway at noon"
        )
        assert "3 May 2026: “site down”" in await bot.asks("Mona", "/note 2026-05-03 site down")
        assert "4 May 2026: “up”" in await bot.asks("Mona", "/note up day:2026-05-04")


@pytest.mark.parametrize("day", ["2026-10-99", "0001-01-01", "9999-12-31", "day:2026-13-01"])
async def test_a_day_that_is_none_is_not_noted_as_words_of_today(day: str) -> None:
    async with talking() as bot:
        word = day.removeprefix("day:")
        assert f"“{word}” does not fit “day”; /help note tells what does." in await bot.asks(
            "Mona", f"/note {day} x"
        )
        assert "There is no note yet." in await bot.asks("Mona", "/note")
        assert "“party: great”" in await bot.asks("Mona", "/note party: great")


async def test_notes_are_listed_and_taken_away_by_their_buttons() -> None:
    async with talking() as bot:
        assert "There is no note yet." in await bot.asks("Mona", "/note")
        await bot.asks("Mona", "/note 2026-10-01 first")
        await bot.asks("Mona", "/note 2026-10-02 second")
        said = await bot.asks("Mona", "/note")
        assert said.index("second") < said.index("first")
        assert labels(bot) == ["Remove note 1", "Remove note 2"]
        assert "gone" in await bot.presses("Mona", "Remove note 2")
        said = await bot.asks("Mona", "/note")
        assert "first" not in said
        assert "second" in said
        assert "second" in await bot.asks("Mona", "/note 2026-10-02")
        assert "no note" in await bot.asks("Mona", "/note 2026-10-01")


async def test_a_note_just_made_can_be_taken_back_and_twice_is_once() -> None:
    async with talking() as bot:
        await bot.asks("Mona", "/note oops")
        for _ in range(2):
            assert "gone" in await bot.calls(
                "Mona", "note_remove", {"day": "2026-10-05", "number": "1"}
            )
        assert "There is no note yet." in await bot.asks("Mona", "/note")


async def test_a_button_of_somebody_else_takes_nothing_away() -> None:
    async with talking() as bot:
        await bot.asks("Mona", "/note oops")
        assert "is for moderators" in await bot.presses("Ana", "Remove this note")
        assert "oops" in await bot.asks("Mona", "/note")
