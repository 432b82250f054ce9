"""The digest by itself and on demand, in a club that began on Monday, 5 October 2026."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Any

import pytest

from bot.events import MemberJoined, MessageSent
from bot.settings import CommunitySettings, save_settings
from cogs.digest import cog, for_members, for_moderators
from tests.bot import GENERAL, MODERATORS, PLATFORM, Bot, account
from tests.stages import asks, in_club, look_up, one_line

RUNNERS = [f"Runner{number}" for number in range(20)]
STATES = (
    "SELECT routine || ' ' || slot_key || ' ' || state || ' ' || COALESCE(reason, '') FROM slot"
)


async def configure(bot: Bot, **changed: Any) -> None:
    await bot.stage.store.write(lambda connection: save_settings(connection, 1, **changed))


async def live(bot: Bot, talkers: Sequence[str] = RUNNERS[:12]) -> None:
    """Twenty join, some write; then it is Monday, 12 October, 8:00 and a bit."""
    joined = [MemberJoined(platform=PLATFORM, user=account(name), at=bot.now) for name in RUNNERS]
    said = [
        MessageSent(
            platform=PLATFORM,
            channel=GENERAL.external_id,
            id=str(number),
            author=account(name),
            at=bot.now + number,
            length=20,
        )
        for number, name in enumerate(talkers, 1)
    ]
    await bot.hears(*joined, *said)
    await bot.advance(days=7)


async def states(bot: Bot, week: str) -> set[str]:
    """What became of the turns of an ISO week: the routine's name, the state and the reason."""
    told = [str(row).split(" ", 2) for row in await look_up(bot, STATES)]
    return {f"{routine} {state}".strip() for routine, slot, state in told if slot == week}


def club(scene: Callable[[Bot], Awaitable[None]], language: str = "en") -> None:
    in_club(cog, scene, language)


def test_both_editions_come_on_monday_at_nine_once_and_where_they_belong() -> None:
    async def scene(bot: Bot) -> None:
        await live(bot)
        assert bot.said == []
        await bot.advance(hours=1)
        [moderators], [members] = bot.said_in(MODERATORS), bot.said_in(GENERAL)
        assert moderators.startswith("The club: the week of 5 to 11 October 2026\n")
        assert "12  people took part this week" in moderators
        assert members.startswith("The club: our week, 5 to 11 October 2026\n")
        assert "10  people or more took part this week" in members
        assert await states(bot, "2026-W42") == {"weekly_digest done", "members_digest done"}
        await bot.advance(days=6)
        assert len(bot.said) == 2

    club(scene)


def test_each_edition_is_named_by_its_audience_and_the_week_it_tells_of() -> None:
    async def scene(bot: Bot) -> None:
        await configure(bot, digest_weekday=3, digest_hour=18)
        await live(bot)
        await bot.advance(days=4)
        keys = await look_up(bot, "SELECT DISTINCT post_key FROM outbox ORDER BY post_key")
        assert keys == ["digest:members:2026-W41", "digest:moderators:2026-W41"]
        assert "the week of 5 to 11 October 2026" in bot.said_in(MODERATORS)[0]
        late = await look_up(bot, "SELECT DISTINCT not_after - due_at FROM outbox, slot")
        assert 36 * 3_600_000 in late

    club(scene)


def test_the_first_monday_knows_no_week_and_is_skipped() -> None:
    async def scene(bot: Bot) -> None:
        await bot.joins(*RUNNERS[:3])
        await bot.advance(hours=2)
        assert bot.said == []
        assert await states(bot, "2026-W41") == {
            "weekly_digest skipped too_little",
            "members_digest skipped too_little",
        }

    club(scene)


def test_four_people_are_too_few_for_the_public_and_enough_for_moderators() -> None:
    async def scene(bot: Bot) -> None:
        await live(bot, RUNNERS[:4])
        await bot.advance(hours=1)
        assert bot.said_in(GENERAL) == []
        assert len(bot.said_in(MODERATORS)) == 1
        assert await states(bot, "2026-W42") == {
            "weekly_digest done",
            "members_digest skipped too_little",
        }

    club(scene)


def test_a_still_week_is_told_to_nobody() -> None:
    async def scene(bot: Bot) -> None:
        await live(bot)
        await bot.advance(hours=1)
        before = len(bot.said)
        await bot.advance(days=7)
        assert len(bot.said) == before
        assert await states(bot, "2026-W43") == {
            "weekly_digest skipped too_little",
            "members_digest skipped too_little",
        }

    club(scene)


def test_without_a_place_a_digest_is_skipped_and_says_why() -> None:
    async def scene(bot: Bot) -> None:
        await look_up(bot, "DELETE FROM setting WHERE name IN ('moderators', 'main') RETURNING 1")
        await live(bot)
        await bot.advance(hours=1)
        assert bot.said == []
        assert await states(bot, "2026-W42") == {
            "weekly_digest skipped no_place",
            "members_digest skipped no_place",
        }

    club(scene)


def test_an_edition_that_is_switched_off_has_no_turns() -> None:
    settings = CommunitySettings(digest=False, members_digest=True, digest_weekday=2)
    assert for_moderators(settings) is None
    assert for_members(settings) == for_moderators(CommunitySettings(digest_weekday=2))
    assert for_members(CommunitySettings(members_digest=False)) is None
    assert {routine.name for routine in cog.routines} == {"weekly_digest", "members_digest"}
    assert {routine.window for routine in cog.routines} == {36 * 3600}


def test_members_ask_for_their_edition_in_the_communitys_language() -> None:
    async def scene(bot: Bot) -> None:
        bot.languages["Runner1"] = "en"
        await live(bot)
        said = await asks(bot, "Runner1", "/digest")
        assert said.startswith("The club : notre semaine du 5 au 11 octobre 2026")
        assert "10 personnes au moins ont participé" in said
        assert not bot.was_private
        await bot.advance(minutes=5)
        assert "notre semaine" in await asks(bot, "Runner2", "/digest 2026-w41")

    club(scene, "fr")


def test_a_refusal_costs_nobody_their_turn() -> None:
    async def scene(bot: Bot) -> None:
        await live(bot)
        assert "not over yet" in await asks(bot, "Runner1", "/digest 2026-W42")
        assert "our week" in await asks(bot, "Runner1", "/digest 2026-W41")
        assert "please wait 5 min" in await asks(bot, "Runner2", "/digest 2026-W41")
        await bot.advance(minutes=5)
        assert "our week" in await asks(bot, "Runner1", "/digest 2026-W41")

    club(scene)


@pytest.mark.parametrize(
    ("week", "said"),
    [
        ("2026-W42", "The week 2026-W42 is not over yet."),
        ("2031-W01", "The week 2031-W01 is not over yet."),
        ("2026-W40", "I know nothing of the week 2026-W40."),
        ("1999-W01", "I know nothing of the week 1999-W01."),
        ("last", "“last” is not a week; write it like 2026-W41."),
        ("2026-W54", "“2026-W54” is not a week; write it like 2026-W41."),
        ("0001-W01", "“0001-W01” is not a week; write it like 2026-W41."),
    ],
)
def test_weeks_that_cannot_be_told_are_refused_kindly(week: str, said: str) -> None:
    async def scene(bot: Bot) -> None:
        await live(bot)
        for command in ("/digest", "/digest_preview"):
            assert await asks(bot, "Mona", f"{command} {week}") == said
            assert bot.was_private

    club(scene)


def test_in_the_first_week_nobody_is_told_of_the_name_of_a_week() -> None:
    async def scene(bot: Bot) -> None:
        for command in ("/digest", "/digest_preview"):
            said = await asks(bot, "Mona", command)
            assert said == "I know nothing of last week: I was not here yet, or saw nobody."

    club(scene)


def test_a_week_of_few_people_is_refused_without_a_number() -> None:
    async def scene(bot: Bot) -> None:
        await live(bot, RUNNERS[:3])
        said = await asks(bot, "Runner1", "/digest")
        assert said == "The week 2026-W41 saw too few people to tell of it in public."
        preview = await asks(bot, "Mona", "/digest_preview audience:members")
        assert preview == (
            "Nothing is posted about the week 2026-W41: there is too little to tell. /status says"
            " whether something is hidden from me."
        )

    club(scene)


def test_the_preview_is_what_is_posted() -> None:
    async def scene(bot: Bot) -> None:
        bot.languages["Mona"] = "fr"
        await live(bot)
        previews = [
            await bot.asks("Mona", f"/digest_preview audience:{audience}")
            for audience in ("moderators", "members")
        ]
        assert bot.was_private
        await bot.advance(hours=1)
        assert previews == [*bot.said_in(MODERATORS), *bot.said_in(GENERAL)]

    club(scene)


def test_the_first_weeks_are_explained_to_moderators_alone() -> None:
    async def scene(bot: Bot) -> None:
        await live(bot)
        preview = await asks(bot, "Mona", "/digest_preview")
        assert "begins on Monday 5 October 2026: 1 week," in preview
        assert "From the week that ends on 18 October 2026: who came," in preview
        assert "begins on" not in await asks(bot, "Mona", "/digest")

    club(scene)


@pytest.mark.parametrize("command", ["/digest_preview", "/digest_schedule on:no"])
def test_only_moderators_preview_and_schedule(command: str) -> None:
    async def scene(bot: Bot) -> None:
        await live(bot)
        said = await asks(bot, "Runner1", command)
        assert said == f"{command.partition(' ')[0]} is for moderators."
        assert bot.was_private
        await bot.advance(hours=1)
        assert len(bot.said) == 2

    club(scene)


def test_the_schedule_is_shown_with_the_next_turn_and_where_it_goes() -> None:
    async def scene(bot: Bot) -> None:
        said = await asks(bot, "Mona", "/digest_schedule")
        assert said == (
            "The digest is posted once a week, the next time on Monday 5 October 2026, 09:00 "
            "(Europe/Paris). • The moderators’ edition goes to the moderators’ channel. • The "
            "members’ edition goes to the main channel."
        )
        assert bot.was_private

    club(scene)


def test_a_new_schedule_is_kept_and_followed() -> None:
    async def scene(bot: Bot) -> None:
        await live(bot)
        said = await asks(bot, "Mona", "/digest_schedule friday 18")
        assert "the next time on Friday 16 October 2026, 18:00" in said
        assert said == await asks(bot, "Mona", "/digest_schedule")
        await bot.advance(days=4, hours=9)
        assert bot.said == []
        await bot.advance(hours=1)
        assert len(bot.said) == 2

    club(scene)


def test_the_next_turn_is_never_one_that_the_week_had_already() -> None:
    async def scene(bot: Bot) -> None:
        await live(bot)
        await bot.advance(hours=2)
        said = await asks(bot, "Mona", "/digest_schedule day:friday")
        assert "the next time on Friday 23 October 2026, 09:00" in said
        await bot.advance(days=6)
        assert len(bot.said) == 2

    club(scene)


def test_a_pause_puts_the_next_turn_off() -> None:
    async def scene(bot: Bot) -> None:
        await configure(bot, paused_until=bot.now + 8 * 86_400_000)
        said = await asks(bot, "Mona", "/digest_schedule")
        assert "the next time on Monday 19 October 2026, 09:00" in said

    club(scene)


def test_the_digest_is_switched_off_and_on_again() -> None:
    async def scene(bot: Bot) -> None:
        await live(bot)
        off = await asks(bot, "Mona", "/digest_schedule on:no")
        assert off == "No digest is posted by itself; /digest_schedule on:yes changes that."
        await bot.advance(hours=1)
        assert bot.said == []
        assert "the next time on" in await asks(bot, "Mona", "/digest_schedule on:yes")
        await bot.advance(hours=1)
        assert len(bot.said) == 2

    club(scene)


def test_an_edition_without_a_place_or_switched_off_is_named() -> None:
    async def scene(bot: Bot) -> None:
        await configure(bot, members_digest=False)
        said = await asks(bot, "Mona", "/digest_schedule")
        assert "The members’ edition is switched off in /setup." in said
        await configure(bot, members_digest=True, digest=False)
        await look_up(bot, "DELETE FROM setting WHERE name IN ('moderators', 'main') RETURNING 1")
        said = await asks(bot, "Mona", "/digest_schedule")
        assert "The moderators’ edition is switched off in /setup." in said
        assert "The members’ edition has nowhere to go: /setup chooses its channel." in said
        await configure(bot, digest=True)
        said = await asks(bot, "Mona", "/digest_schedule")
        assert "The moderators’ edition has nowhere to go: /setup chooses its channel." in said

    club(scene)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("hour:24", "24 is not between 0 and 23."),
        ("hour:-1", "-1 is not between 0 and 23."),
        ("hour:nine", "“nine” does not fit “hour”; /help digest_schedule tells what does."),
        ("day:someday", "“someday” does not fit “day”; /help digest_schedule tells what does."),
        ("on:perhaps", "“perhaps” does not fit “on”; /help digest_schedule tells what does."),
    ],
)
def test_a_schedule_that_makes_no_sense_changes_nothing(words: str, said: str) -> None:
    async def scene(bot: Bot) -> None:
        before = await asks(bot, "Mona", "/digest_schedule")
        assert await asks(bot, "Mona", f"/digest_schedule {words}") == said
        assert await asks(bot, "Mona", "/digest_schedule") == before

    club(scene)


def test_a_digest_on_sunday_tells_of_the_week_before() -> None:
    async def scene(bot: Bot) -> None:
        await configure(bot, digest_weekday=6, digest_hour=23)
        await live(bot)
        await bot.advance(days=6, hours=15)
        [said] = bot.said_in(MODERATORS)
        assert "the week of 5 to 11 October 2026" in one_line(said)

    club(scene)
