"""What is hidden is told with its fix, once; nothing is said where all is seen."""

import pytest

from bot.adapters import Arrival
from bot.clock import DAY_MS, HOUR_MS
from bot.ledger import Blind
from bot.model import ChannelId, Place, PlaceId
from bot.settings import save_settings
from bot.sight import Sight, fixes, named
from bot.text import texts_for
from db.connection import Connection
from db.directory import add_place
from db.presence import depart
from db.reading import Reader
from db.sight import Hidden, list_hidden
from tests.bot import CLUB, GENERAL, MODERATORS, Bot, talking

ALL = {Sight.MESSAGES, Sight.REACTIONS, Sight.JOINS}
OTHER = Place(PlaceId("telegram", "-300"), "The annexe", "supergroup")
DISCORD = PlaceId("discord", "7")
ADMINISTRATOR = "make me an administrator of the group"
PRIVACY = "send /setprivacy to @BotFather, choose Disable"


async def hidden(bot: Bot, *sights: Sight, place: PlaceId = CLUB.id) -> None:
    """From now on something is hidden in a place."""
    await bot.stage.look(place, set(sights))
    await bot.stage.settle()


def warnings(bot: Bot, channel: ChannelId = MODERATORS) -> list[str]:
    said = (" ".join(text.split()) for text in bot.said_in(channel))
    return [text for text in said if "I do not see everything" in text]


async def spans(bot: Bot, today: int) -> list[Blind]:
    async def read(connection: Connection) -> list[Blind]:
        ledger = await Reader(connection).ledger(1, "UTC", today, today - 90)
        return list(ledger.blind)

    return await bot.stage.store.write(read)


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("platform", ["telegram", "discord", "console"])
def test_everything_that_may_be_hidden_is_told_in_every_language(
    platform: str, language: str
) -> None:
    texts = texts_for(language)
    for sight in ALL:
        (line,) = fixes(texts, platform, {sight})
        assert named(texts, {sight}) in line
        assert line[0].isupper()
    assert fixes(texts, platform, ()) == ()


def test_what_one_fix_puts_right_is_one_sentence() -> None:
    english = texts_for("en")
    assert fixes(english, "telegram", {Sight.JOINS, Sight.REACTIONS}) == (
        "I do not see reactions and who comes and goes: make me an administrator of the group.",
    )
    messages, rest = fixes(english, "telegram", ALL)
    assert messages.startswith("I do not see messages: ")
    assert PRIVACY in messages
    assert rest.endswith(f"{ADMINISTRATOR}.")


def test_what_another_program_asked_for_is_no_matter_of_rights() -> None:
    (line,) = fixes(texts_for("en"), "telegram", {Sight.REACTIONS, Sight.JOINS, Sight.UPDATES})
    assert "reactions and who comes and goes" in line
    assert "let no other program use my token, then start me again" in line
    assert ADMINISTRATOR not in line


async def test_the_status_names_what_is_hidden_and_the_fix() -> None:
    async with talking() as bot:
        await hidden(bot, *ALL)
        said = " ".join((await bot.asks("Mona", "/status")).split())
        assert "I have seen nothing yet." in said
        assert f"I do not see messages: {ADMINISTRATOR}; or {PRIVACY}" in said
        assert f"I do not see reactions and who comes and goes: {ADMINISTRATOR}." in said
        await bot.says("Ana")
        assert "I do not see messages" in await bot.asks("Mona", "/status")


async def test_the_status_speaks_the_language_of_whoever_asks() -> None:
    async with talking() as bot:
        bot.languages["Mona"] = "fr"
        await hidden(bot, Sight.REACTIONS)
        said = (await bot.asks("Mona", "/status")).replace("\u00a0", " ")
        assert "Il me manque les réactions : nommez-moi administrateur du groupe." in said


async def test_nothing_is_said_where_all_is_seen() -> None:
    async with talking() as bot:
        await hidden(bot)
        assert warnings(bot) == []
        assert "I do not see" not in await bot.asks("Mona", "/status")


async def test_what_is_seen_again_is_not_told_as_hidden() -> None:
    async with talking() as bot:
        await hidden(bot, Sight.REACTIONS)
        await hidden(bot)
        assert "I do not see" not in await bot.asks("Mona", "/status")


async def test_rights_that_come_right_after_the_bot_leave_nothing_to_tell() -> None:
    async with talking() as bot:
        await bot.stage.look(CLUB.id, {Sight.JOINS, Sight.REACTIONS})
        await bot.advance(minutes=1)
        await bot.stage.look(CLUB.id, set())
        await bot.advance(minutes=5)
        assert warnings(bot) == []


async def test_moderators_are_told_once_for_each_set_of_what_is_hidden() -> None:
    async with talking() as bot:
        await hidden(bot, *ALL)
        await bot.advance(minutes=2)
        [first] = warnings(bot)
        assert first.startswith("I do not see everything in The club, and leave out")
        assert PRIVACY in first
        await hidden(bot, Sight.REACTIONS, Sight.JOINS)
        await bot.advance(minutes=2)
        assert len(warnings(bot)) == 2
        await hidden(bot)
        await bot.advance(minutes=2)
        await hidden(bot, *ALL)
        await bot.advance(minutes=2)
        await hidden(bot, Sight.REACTIONS, Sight.JOINS)
        await bot.advance(minutes=2)
        assert len(warnings(bot)) == 2
        assert warnings(bot, GENERAL) == []


async def test_not_even_months_later_are_moderators_told_again() -> None:
    async with talking() as bot:
        await hidden(bot, Sight.JOINS)
        await bot.advance(minutes=2)
        await hidden(bot)
        await bot.advance(minutes=2)
        await bot.advance(days=40)
        await hidden(bot, Sight.JOINS)
        await bot.advance(minutes=2)
        assert len(warnings(bot)) == 1


async def test_without_a_moderators_channel_the_main_one_is_told_in_its_language() -> None:
    async with talking(language="fr") as bot:
        await bot.stage.store.write(lambda c: save_settings(c, 1, moderators=None))
        await hidden(bot, Sight.JOINS)
        await bot.advance(minutes=2)
        [said] = [text for text in bot.said_in(GENERAL) if "je ne vois pas" in text]
        assert said.startswith(
            "À l’attention des modérateurs\u00a0: je ne vois pas tout dans The club"
        )


async def test_a_group_that_is_known_by_no_name_is_this_group() -> None:
    async with talking() as bot:
        await bot.stage.store.write(lambda c: add_place(c, 1, DISCORD, "guild", None))
        await hidden(bot, Sight.JOINS, place=DISCORD)
        await bot.advance(minutes=2)
        [said] = warnings(bot)
        assert "everything in this group, and" in said
        assert "I do not see who comes and goes." in said


async def test_the_name_of_a_group_does_nothing_to_the_message() -> None:
    async with talking() as bot:
        evil = Place(PlaceId("telegram", "-666"), "\u202e@all\n<b>x</b>", "supergroup")
        await bot.stage.arrive(Arrival(evil, bot.now, ChannelId("telegram", "-666")))
        await hidden(bot, Sight.JOINS, place=evil.id)
        await bot.advance(minutes=2)
        [said] = warnings(bot, ChannelId("telegram", "-666"))
        assert "\u202e" not in said
        assert "everything in @all <b>x</b>, and" in said


async def test_the_status_of_several_places_names_the_one() -> None:
    async with talking() as bot:
        await bot.stage.store.write(lambda c: add_place(c, 1, OTHER.id, OTHER.kind, OTHER.name))
        await hidden(bot, Sight.JOINS, place=OTHER.id)
        said = await bot.asks("Mona", "/status")
        assert "The annexe: I do not see who comes and goes" in said


async def test_where_the_bot_no_longer_is_nothing_is_hidden() -> None:
    async with talking() as bot:
        start = bot.now
        await hidden(bot, Sight.REACTIONS)
        await bot.advance(hours=1)
        await bot.stage.depart(CLUB.id)
        await bot.advance(days=3)
        await bot.stage.depart(CLUB.id)
        day = start // DAY_MS + 5
        assert await spans(bot, day) == [Blind("reactions", start, start + HOUR_MS)]
        assert await bot.stage.store.write(lambda c: list_hidden(c, 1)) == []


async def test_a_group_that_moved_is_blind_under_its_new_id_alone() -> None:
    async with talking() as bot:
        new = PlaceId("telegram", "-1009")
        await hidden(bot, Sight.REACTIONS)
        await bot.stage.move(CLUB.id, new)
        await hidden(bot, Sight.REACTIONS, place=new)
        assert await bot.stage.store.write(lambda c: list_hidden(c, 1)) == [
            Hidden(new, "The club", frozenset({"reactions"}))
        ]


async def test_spans_are_read_as_they_stood_at_a_midnight(store_url: str) -> None:
    async with talking(url=store_url) as bot:
        start = bot.now
        await hidden(bot, Sight.REACTIONS, Sight.JOINS)
        await bot.advance(days=2)
        await hidden(bot, Sight.JOINS)
        end, today = bot.now, start // DAY_MS + 1
        midnight = today * DAY_MS
        assert await spans(bot, today - 1) == []
        assert await spans(bot, today) == [
            Blind("joins", start, midnight),
            Blind("reactions", start, midnight),
        ]
        later = today + 9
        assert await spans(bot, later) == [
            Blind("joins", start, later * DAY_MS),
            Blind("reactions", start, end),
        ]


async def test_the_digest_of_a_blind_group_says_so_and_the_store_holds_no_false_zero(
    store_url: str,
) -> None:
    async with talking(url=store_url) as bot:
        await hidden(bot, Sight.REACTIONS, Sight.JOINS)
        for day in range(7):
            for name in "ABCDEF":
                first = await bot.says(name, asks=True)
                await bot.says("Zoe", reply_to=first)
            if day < 6:
                await bot.advance(days=1)
        await bot.advance(days=1, hours=2)
        digest = " ".join(
            " ".join(text for text in bot.said_in(MODERATORS) if "the week of" in text).split()
        )
        assert "7 people took part this week" in digest
        assert "Not available: the share of people within reach" in digest
        assert "Foyer could not see reactions and who comes and goes here" in digest
        assert "of links are returned" not in digest


async def test_presence_ends_but_once(store_url: str) -> None:
    async with talking(url=store_url) as bot:
        await bot.stage.store.write(lambda c: depart(c, CLUB.id, bot.now + 5))
        await bot.stage.store.write(lambda c: depart(c, CLUB.id, bot.now + 9))
        row = await bot.stage.store.write(lambda c: c.row("presence_at", **CLUB.id._asdict()))
        assert row is not None
        assert row[0] == bot.now + 5
