from typing import get_args, get_type_hints

import pytest

from bot.adapters import Arrival
from bot.clock import DAY_MS
from bot.commands import Asker, Kind, Request
from bot.languages import languages
from bot.model import AccountId, ChannelId, Place, PlaceId
from bot.post import Form, Post
from bot.settings import CommunitySettings, load_settings, save_settings
from cogs import COGS
from cogs import settings as cog
from db.tables import CLOSED_CHANNEL
from tests.bot import GENERAL, MODERATORS, PLATFORM, Bot, talking, text_of

SETUP = next(one for feature in COGS for one in feature.commands if one.name == "setup")


async def stored(bot: Bot, community: int = 1) -> CommunitySettings:
    return await bot.stage.reading(lambda reader: load_settings(reader.connection, community))


async def house(bot: Bot) -> tuple[str, str]:
    row = await bot.stage.reading(lambda reader: reader.connection.row("house", community=1))
    assert row is not None
    return row[0], row[1]


def choices(bot: Bot) -> list[str]:
    assert isinstance(bot.last, Post)
    return [choice.label for choice in bot.last.choices]


# /setup


async def test_without_parameters_a_form_shows_what_holds() -> None:
    async with talking() as bot:
        await bot.asks("Mona", "/setup")
        assert isinstance(bot.last, Form)
        assert {field.name: field.value for field in bot.last.fields} == {
            "timezone": "Europe/Paris",
            "language": "en",
            "main": GENERAL.external_id,
            "moderators": MODERATORS.external_id,
            "digest": "on",
            "members_digest": "on",
            "digest_day": "monday",
            "digest_hour": "9",
            "digest_in_place": "off",
            "welcome": "on",
            "welcome_minutes": "10",
        }


async def test_a_form_that_comes_back_as_it_was_changes_nothing() -> None:
    async with talking() as bot:
        await bot.asks("Mona", "/setup")
        assert isinstance(bot.last, Form)
        answers = {field.name: field.value for field in bot.last.fields}
        before = await stored(bot), await house(bot)
        assert "nothing changed" in await bot.calls("Mona", "setup", answers)
        assert (await stored(bot), await house(bot)) == before


async def test_the_form_asks_for_every_setting_that_moderators_have() -> None:
    by_itself = {"paused_until"}
    asked = {param.name for param in SETUP.params} - {"timezone", "language"}
    known = set(get_type_hints(CommunitySettings)) - by_itself
    assert {name.replace("digest_day", "digest_weekday") for name in asked} == known


@pytest.mark.parametrize(
    ("words", "name", "value", "said"),
    [
        ("digest_day:thursday", "digest_weekday", 3, "Day of the digest: Thursday"),
        ("digest_hour:0", "digest_hour", 0, "Hour of the digest: 0:00"),
        ("digest_hour:23", "digest_hour", 23, "Hour of the digest: 23:00"),
        ("welcome:off", "welcome", False, "Greetings: off"),
        ("welcome_minutes:240", "welcome_minutes", 240, "gathered for 4 h"),
        ("digest:no", "digest", False, "Weekly digest for moderators: off"),
        ("members_digest:non", "members_digest", False, "Weekly digest for everybody: off"),
        ("main:-300", "main", ChannelId(PLATFORM, "-300"), "Main channel: -300"),
        ("moderators:-300", "moderators", ChannelId(PLATFORM, "-300"), "channel: -300"),
        ("digest:oui", "digest", True, "All of this was set already"),
        ("digest_in_place:on", "digest_in_place", True, "digest, changed every week: on"),
        ("digest_day:lundi", "digest_weekday", 0, "All of this was set already"),
        ("digest_day:Dimanche", "digest_weekday", 6, "Day of the digest: Sunday"),
    ],
)
async def test_a_setting_is_changed_stored_and_told(
    words: str, name: str, value: object, said: str
) -> None:
    async with talking() as bot:
        answer = await bot.asks("Mona", f"/setup {words}")
        assert said in answer
        assert getattr(await stored(bot), name) == value
        if "already" not in said:
            assert len(answer.strip().splitlines()) == 3
            assert said in await bot.asks("Mona", "/settings")


@pytest.mark.parametrize(
    ("words", "refusal"),
    [
        ("digest_hour:24", "24 is not between 0 and 23."),
        ("digest_hour:-1", "-1 is not between 0 and 23."),
        ("welcome_minutes:0", "0 is not between 1 and 240."),
        ("welcome_minutes:241", "241 is not between 1 and 240."),
        ("digest_day:someday", "“someday” does not fit “digest_day”; /help setup tells what does."),
        ("language:de", "“de” does not fit “language”; /help setup tells what does."),
        ("timezone:Pariss", "I do not know the time zone “Pariss”. Did you mean Europe/Paris?"),
        ("timezone:qqqqqq", "I do not know the time zone “qqqqqq”; write it like Europe/Paris."),
        ("timezone:../../etc/passwd", "I do not know the time zone “../../etc/passwd”"),
        ("timezone:localtime", "I do not know the time zone “localtime”"),
        ("timezone:Factory", "I do not know the time zone “Factory”"),
        ("main:-200", "must be two"),
        ("moderators:-100", "must be two"),
        ("moderators:-100/7", "must be two"),
        ("main:-300 moderators:-300/7", "must be two"),
    ],
)
async def test_what_cannot_be_is_refused_and_nothing_of_it_is_stored(
    words: str, refusal: str
) -> None:
    async with talking() as bot:
        before = await stored(bot), await house(bot)
        answer = await bot.asks("Mona", f"/setup welcome:off {words}")
        assert refusal in answer
        assert (await stored(bot), await house(bot)) == before


@pytest.mark.parametrize("typed", ["Asia/Tokyo", "asia/tokyo", "ASIA/TOKYO"])
async def test_a_time_zone_is_known_however_it_is_written(typed: str) -> None:
    async with talking() as bot:
        assert "Time zone: Asia/Tokyo" in await bot.asks("Mona", f"/setup timezone:{typed}")
        assert (await house(bot))[0] == "Asia/Tokyo"


async def test_what_is_recorded_after_a_move_counts_in_the_new_days() -> None:
    async with talking("2026-10-05T23:30:00+02:00") as bot:
        await bot.says("Ana")
        await bot.asks("Mona", "/setup timezone:Asia/Tokyo")
        await bot.says("Ana")
        ledger = await bot.stage.reading(
            lambda reader: reader.ledger(1, "Asia/Tokyo", 30_000, 20_000)
        )
        assert [(row.day, row.messages) for row in ledger.activity] == [(20_732, 2)]


async def test_the_language_of_the_community_is_what_it_is_greeted_in() -> None:
    async with talking() as bot:
        await bot.asks("Mona", "/setup language:fr")
        await bot.joins("Ana")
        await bot.advance(minutes=11)
        assert "Bienvenue" in bot.said_in(GENERAL)[-1]


async def test_no_channel_of_another_community_can_be_spoken_in() -> None:
    async with talking() as bot:
        theirs = Place(PlaceId(PLATFORM, "-900"), "The others", "supergroup")
        await bot.stage.arrive(Arrival(theirs, bot.now, ChannelId(PLATFORM, "-900")))
        await bot.stage.settle()
        for target in ("-900", "-900/7"):
            answer = await bot.asks("Mona", f"/setup main:{target}")
            assert answer.strip() == "I do not know that channel here."
        assert (await stored(bot)).main == GENERAL


async def test_channels_are_told_by_the_names_of_their_groups() -> None:
    async with talking() as bot:
        said = await bot.asks("Mona", "/settings")
        assert "Main channel: The club" in said
        assert f"Moderators’ channel: {MODERATORS.external_id}" in said
        said = await bot.asks("Mona", f"/setup main:{GENERAL.external_id}/42")
        assert "Main channel: The club, topic 42" in said


async def test_a_hostile_name_of_a_group_is_inert_in_the_settings() -> None:
    async with talking() as bot:
        await bot.stage.store.write(
            lambda connection: connection.statement("UPDATE place SET name = 'a\u202eb\nc'")
        )
        assert "Main channel: ab c" in await bot.asks("Mona", "/settings")


async def test_a_channel_that_was_closed_is_spoken_in_again_once_it_is_named() -> None:
    async with talking() as bot:
        closed = (1, *GENERAL, "gone", bot.now)
        await bot.stage.store.write(lambda connection: connection.insert(CLOSED_CHANNEL, [closed]))
        await bot.asks("Mona", f"/setup main:{GENERAL.external_id}")
        await bot.joins("Ana")
        await bot.advance(minutes=11)
        assert "Ana" in bot.said_in(GENERAL)[-1]


async def test_the_schedule_of_the_digest_is_the_same_setting_and_refused_alike() -> None:
    async with talking() as bot:
        await bot.asks("Mona", "/digest_schedule day:sunday hour:0 on:no")
        said = await bot.asks("Mona", "/settings")
        assert "Day of the digest: Sunday" in said
        assert "Hour of the digest: 0:00" in said
        assert "Weekly digest for everybody: off" in said
        refusal = await bot.asks("Mona", "/setup digest_hour:24")
        assert await bot.asks("Mona", "/digest_schedule hour:24") == refusal


async def test_main_and_moderators_can_change_places_but_never_meet() -> None:
    async with talking() as bot:
        await bot.asks("Mona", "/setup main:-200 moderators:-100")
        settings = await stored(bot)
        assert (settings.main, settings.moderators) == (MODERATORS, GENERAL)


@pytest.mark.parametrize("words", ["/setup digest:on", "/digest_schedule on:yes"])
async def test_a_digest_for_moderators_is_not_begun_where_everybody_would_read_it(
    words: str,
) -> None:
    async with talking() as bot:
        await bot.asks("Mona", "/setup digest:off members_digest:off")
        await bot.stage.store.write(lambda c: save_settings(c, 1, moderators=GENERAL))
        answer = await bot.asks("Mona", words)
        assert "must be two" in answer
        assert not (await stored(bot)).digest
        assert "Changed" in await bot.asks("Mona", "/setup digest_hour:7")
        assert "Changed" in await bot.asks("Mona", "/setup moderators:-200 digest:on")


# /language


def test_the_languages_that_are_offered_are_those_of_the_catalogues() -> None:
    for name in ("setup", "language"):
        command = next(one for one in cog.cog.commands if one.name == name)
        [param] = [one for one in command.params if one.name == "language"]
        assert param.options == languages()
        assert param.kind is Kind.CHOICE
    assert get_args(get_type_hints(cog.setup)["language"])


async def test_everybody_is_answered_in_the_language_they_chose() -> None:
    async with talking() as bot:
        assert "English" in await bot.asks("Ana", "/language")
        assert choices(bot) == ["English", "Français"]
        assert "français" in await bot.presses("Ana", "Français")
        for in_private in (False, True):
            said = await bot.asks("Ana", "/help", in_private=in_private)
            assert "Ce que vous pouvez" in said
        assert "What you can" in await bot.asks("Bob", "/help")
        assert "English" in await bot.asks("Ana", "/language en", in_private=True)
        assert "What you can" in await bot.asks("Ana", "/help")


async def test_what_a_member_chose_changes_nothing_for_the_community() -> None:
    async with talking() as bot:
        await bot.asks("Ana", "/language fr")
        assert (await house(bot))[1] == "en"


async def test_whoever_is_forgotten_leaves_not_even_a_language() -> None:
    async with talking() as bot:
        await bot.says("Ana")
        await bot.asks("Ana", "/language fr")
        await bot.calls("Ana", "forgetme", {"confirm": "yes"})
        answer = await bot.asks("Ana", "/language fr")
        assert "asked to be forgotten" in answer
        rows = await bot.stage.reading(
            lambda reader: reader.connection.value(
                "user_language", platform=PLATFORM, external_id="userAna"
            )
        )
        assert rows is None


async def test_whoever_came_back_here_can_choose_a_language_here_and_in_private() -> None:
    async with talking() as bot:
        await bot.says("Ana")
        await bot.calls("Ana", "forgetme", {"confirm": "yes"})
        for in_private in (False, True):
            answer = await bot.asks("Ana", "/language fr", in_private=in_private)
            assert "asked to be forgotten" in answer
        await bot.asks("Ana", "/optin")
        for in_private in (False, True):
            answer = await bot.asks("Ana", "/language fr", in_private=in_private)
            assert "français" in answer
        theirs = Place(PlaceId(PLATFORM, "-900"), "The others", "supergroup")
        await bot.stage.arrive(Arrival(theirs, bot.now, ChannelId(PLATFORM, "-900")))
        asker = Asker(AccountId(PLATFORM, "userAna"), "Ana")
        there = ChannelId(PLATFORM, "-900")
        request = Request(theirs.id, there, asker, "language", {"language": "en"})
        assert "demandé" in text_of((await bot.stage.ask(request)).answer)
        await bot.asks("Ana", "/optout")
        assert "oubli" in await bot.asks("Ana", "/language fr")


# /pause


async def test_everything_rests_for_some_days_and_then_goes_on() -> None:
    async with talking() as bot:
        answer = await bot.asks("Mona", "/pause 3")
        assert "are paused until Thursday 8 October 2026, 08:00" in answer
        assert (await stored(bot)).paused_until == bot.now + 3 * DAY_MS
        before = len(bot.said)
        await bot.joins("Ana")
        await bot.advance(days=2)
        assert len(bot.said) == before
        assert "are paused until" in await bot.asks("Mona", "/settings")
        await bot.advance(days=1.1)
        assert "are paused until" not in await bot.asks("Mona", "/settings")
        await bot.joins("Bob")
        await bot.advance(minutes=11)
        assert "Bob" in bot.said_in(GENERAL)[-1]


async def test_a_rest_can_be_begun_and_ended_by_a_button() -> None:
    async with talking() as bot:
        assert "Nothing is paused" in await bot.asks("Mona", "/pause")
        assert "are paused until Monday 12 October" in await bot.presses("Mona", "Pause for a week")
        assert "are paused until Monday 12 October" in await bot.asks("Mona", "/pause")
        assert "go on" in await bot.presses("Mona", "Go on")
        assert (await stored(bot)).paused_until is None
        assert "Nothing is paused" in await bot.asks("Mona", "/pause")


async def test_what_falls_due_during_a_rest_is_not_made_up_for() -> None:
    async with talking() as bot:
        for name in ("Ana", "Bob", "Cyd", "Dan", "Eve", "Fay"):
            await bot.joins(name)
            await bot.says(name)
        await bot.advance(days=1)
        await bot.asks("Mona", "/pause 7")
        before = len(bot.said)
        await bot.advance(days=6.5)
        assert len(bot.said) == before
        await bot.asks("Mona", "/pause 0")
        await bot.advance(hours=1)
        assert len(bot.said) == before
        assert "skipped (paused)" in await bot.asks("Mona", "/status")


@pytest.mark.parametrize("days", ["-1", "366", "100000"])
async def test_a_rest_has_bounds(days: str) -> None:
    async with talking() as bot:
        assert "0 to 365 days" in await bot.asks("Mona", f"/pause {days}")
        assert (await stored(bot)).paused_until is None
