"""The digest as one message that changes every week, in a club that wants it so."""

from collections.abc import Awaitable, Callable
from itertools import count
from pathlib import Path

import pytest
from click.testing import CliRunner

from bot.cli import cli
from bot.delivery import mark_of
from bot.events import MessageSent
from bot.outbox.kinds import kind_of
from cogs.digest import STANDING, cog
from tests.bot import GENERAL, MODERATORS, PLATFORM, Bot, Said, account
from tests.stages import in_club, look_up, one_line
from tests.test_digest_cog import RUNNERS, configure, live, states

KEYS = [f"digest:{audience}:{STANDING}" for audience in ("members", "moderators")]
numbers = count(5000)


def club(scene: Callable[[Bot], Awaitable[None]], language: str = "en") -> None:
    async def in_place(bot: Bot) -> None:
        await configure(bot, digest_in_place=True)
        await scene(bot)

    in_club(cog, in_place, language)


async def another_week(bot: Bot, talkers: int = 12) -> None:
    """Some write, and a week goes by."""
    for name in RUNNERS[:talkers]:
        message = MessageSent(
            platform=PLATFORM,
            channel=GENERAL.external_id,
            id=str(next(numbers)),
            author=account(name),
            at=bot.now,
            length=20,
        )
        await bot.hears(message)
    await bot.advance(days=7)


def in_moderators(bot: Bot) -> list[Said]:
    return [said for said in bot.chat.messages if said.target == MODERATORS.external_id]


def test_each_edition_is_pinned_once_and_changed_every_week() -> None:
    async def scene(bot: Bot) -> None:
        await live(bot)
        await bot.advance(hours=2)
        first = [said.text for said in bot.said]
        assert all(said.is_pinned for said in bot.said)
        for week in (2, 3, 4, 5, 6):
            await another_week(bot, talkers=10 + week)
            assert len(bot.chat.messages) == 2
            assert [said.edits for said in bot.said] == [week - 1] * 2
        assert "the week of 9 to 15 November 2026" in one_line(bot.said_in(MODERATORS)[0])
        assert "our week, 9 to 15 November 2026" in one_line(bot.said_in(GENERAL)[0])
        assert not set(first) & {said.text for said in bot.said}
        assert await look_up(bot, "SELECT DISTINCT post_key FROM outbox ORDER BY 1") == KEYS

    club(scene)


def test_a_digest_that_somebody_deleted_comes_back_once_and_pinned() -> None:
    async def scene(bot: Bot) -> None:
        await live(bot)
        await bot.advance(hours=2)
        [said] = in_moderators(bot)
        said.is_deleted = True
        await another_week(bot)
        _, anew = in_moderators(bot)
        assert "12 to 18 October 2026" in one_line(anew.text)
        assert anew.is_pinned
        await another_week(bot)
        assert [said.is_deleted for said in in_moderators(bot)] == [True, False]
        assert anew.edits == 1
        assert len(bot.said_in(GENERAL)) == 1

    club(scene)


def test_a_digest_changed_in_place_has_a_turn_like_any_other() -> None:
    async def scene(bot: Bot) -> None:
        await live(bot)
        await bot.advance(hours=2)
        await another_week(bot)
        assert await states(bot, "2026-W43") == {"weekly_digest done", "members_digest done"}
        await another_week(bot, talkers=0)
        assert "members_digest skipped too_little" in await states(bot, "2026-W44")
        assert "12 to 18 October" in one_line(bot.said_in(GENERAL)[0]), "the last one stays"

    club(scene)


def test_switching_to_one_message_and_back_leaves_what_was_said() -> None:
    async def scene(bot: Bot) -> None:
        await configure(bot, digest_in_place=None)
        await live(bot)
        await bot.advance(hours=2)
        await configure(bot, digest_in_place=True)
        await another_week(bot)
        await another_week(bot)
        await configure(bot, digest_in_place=False)
        await another_week(bot)
        shown = [(said.edits, said.is_pinned) for said in in_moderators(bot)]
        assert shown == [(0, False), (1, True), (0, False)]

    club(scene)


def test_the_digest_moves_with_the_channel_that_moderators_choose() -> None:
    async def scene(bot: Bot) -> None:
        await live(bot)
        await bot.advance(hours=2)
        await configure(bot, moderators=MODERATORS._replace(external_id="-300"))
        await another_week(bot)
        assert bot.said_in(MODERATORS) == []
        [moved] = [said for said in bot.said if said.target == "-300"]
        assert moved.is_pinned

    club(scene)


def test_it_speaks_the_language_of_the_community() -> None:
    async def scene(bot: Bot) -> None:
        await live(bot)
        await bot.advance(hours=2)
        await another_week(bot)
        assert "semaine du 12 au 18 octobre 2026" in one_line(bot.said_in(MODERATORS)[0])

    club(scene, "fr")


@pytest.mark.parametrize("key", KEYS)
def test_its_key_is_called_by_its_name_and_fits_a_button(key: str) -> None:
    assert kind_of(key) in ("the moderators’ digest", "the members’ digest")
    assert len(mark_of(1, key)) == 12


SCRIPT = """\
:at 2026-10-05T07:00:00Z
:admin Ann
:as Ann
/setup digest_in_place:on timezone:Europe/Paris
{talk}
:at 2026-10-12T08:00:00Z
{talk}
:at 2026-10-19T08:00:00Z
"""


def test_the_console_shows_a_digest_that_was_changed(tmp_path: Path) -> None:
    talk = "\n".join(f":as {name}\nhello\nhow are you?" for name in RUNNERS[:12])
    (tmp_path / "script").write_text(SCRIPT.format(talk=talk))
    played = CliRunner().invoke(cli, ["console", str(tmp_path / "script")], prog_name="foyer")
    assert played.exit_code == 0, played.output
    assert "One pinned digest, changed every week: on" in played.stdout
    assert played.stdout.count("Foyer #moderators (edited)") == 1
    assert played.stdout.count("Foyer #moderators\n") == 1
