import pytest

from bot.clock import DAY_MS, HOUR_MS, MINUTE_MS
from bot.delivery import AmbiguousError
from bot.events import GapNoted
from bot.post import Post
from bot.settings import save_settings
from bot.slot_reasons import SlotReason
from bot.status import Hole, Status, read_status
from cogs import COGS
from cogs import status as cog
from db.slots import SlotRow
from db.tables import SLOT
from tests.bot import GENERAL, MODERATORS, PLATFORM, Bot, talking

ROUTINES = {routine.name for feature in COGS for routine in feature.routines}


async def standing(bot: Bot) -> Status:
    return await bot.stage.reading(lambda reader: read_status(reader.connection, 1, bot.now))


def labels(bot: Bot) -> list[str]:
    assert isinstance(bot.last, Post)
    return [choice.label for choice in bot.last.choices]


async def down(bot: Bot, start: int, end: int, channel: str | None = None) -> None:
    await bot.hears(
        GapNoted(platform=PLATFORM, start=start, end=end, reason="down", channel=channel)
    )


def test_the_routines_that_are_told_of_exist() -> None:
    assert {cog.DIGEST, cog.MEMBERS_DIGEST} == ROUTINES


async def test_a_bot_that_has_seen_nothing_says_so() -> None:
    async with talking() as bot:
        said = await bot.asks("Mona", "/status")
        assert "I have seen nothing yet." in said
        assert "Telegram: connected, here since Monday 5 October 2026, 08:00" in said
        assert "Running since Monday 5 October 2026, 08:00" in said
        assert "Everything was said." in said
        assert labels(bot) == []


async def test_what_is_told_is_told_by_the_clocks_of_the_community() -> None:
    async with talking(timezone="Asia/Tokyo") as bot:
        await bot.says("Ana")
        said = await bot.asks("Mona", "/status")
        assert "Last event: Monday 5 October 2026, 15:00" in said
        assert "Moderators’ digest: Monday 12 October 2026, 09:00" in said


async def test_a_platform_that_is_away_is_told() -> None:
    async with talking() as bot:
        bot.chat.is_connected = False
        assert "Telegram: not connected" in await bot.asks("Mona", "/status")


async def test_the_share_of_the_week_that_was_seen_counts_no_hour_twice() -> None:
    async with talking() as bot:
        await bot.says("Ana")
        await bot.advance(days=10)
        day = bot.now - DAY_MS
        await down(bot, day, day + 6 * HOUR_MS)
        await down(bot, day + 3 * HOUR_MS, day + 9 * HOUR_MS)
        await down(bot, day, day + 20 * HOUR_MS, channel="-100")
        found = await standing(bot)
        assert found.holes == (Hole(day, day + 9 * HOUR_MS),)
        assert found.coverage == pytest.approx(1 - 9 / (7 * 24))
        said = await bot.asks("Mona", "/status")
        assert "I listened for 95% of the last week" in said
        assert "Seen nothing from" in said


async def test_a_gap_of_seconds_is_not_told_as_a_span_of_no_length() -> None:
    async with talking() as bot:
        await bot.says("Ana")
        await bot.advance(days=2)
        await down(bot, bot.now - DAY_MS, bot.now - DAY_MS + 20_000)
        said = await bot.asks("Mona", "/status")
        assert "I listened for over 99% of the last week" in said
        assert "Seen nothing from" not in said


async def test_a_gap_from_before_the_week_counts_only_inside_it() -> None:
    async with talking() as bot:
        await bot.says("Ana")
        await bot.advance(days=10)
        week = bot.now - 7 * DAY_MS
        await down(bot, week - 3 * DAY_MS, week + DAY_MS)
        found = await standing(bot)
        assert found.coverage == pytest.approx(6 / 7)


async def test_a_young_history_is_measured_from_its_own_beginning() -> None:
    async with talking() as bot:
        await bot.says("Ana")
        begun = bot.now
        await bot.advance(hours=10)
        await down(bot, begun, begun + 5 * HOUR_MS)
        assert (await standing(bot)).coverage == pytest.approx(0.5)


async def test_what_comes_next_follows_the_settings() -> None:
    async with talking() as bot:
        await bot.asks("Mona", "/setup digest_day:friday digest_hour:18 members_digest:off")
        said = await bot.asks("Mona", "/status")
        assert "Moderators’ digest: Friday 9 October 2026, 18:00" in said
        assert "Everybody’s digest: switched off" in said
        await bot.asks("Mona", "/pause 2")
        said = await bot.asks("Mona", "/status")
        assert "Moderators’ digest: Friday 9 October 2026, 18:00" in said
        assert "All of it is paused until Wednesday 7 October 2026, 08:00" in said


async def test_the_status_and_the_schedule_agree_on_the_first_digest_after_a_pause() -> None:
    async with talking() as bot:
        await bot.asks("Mona", "/pause 8")
        said = await bot.asks("Mona", "/status")
        assert "Moderators’ digest: Monday 19 October 2026, 09:00" in said
        assert "Everybody’s digest: Monday 19 October 2026, 09:00" in said
        plan = await bot.asks("Mona", "/digest_schedule")
        assert "the next time on Monday 19 October 2026, 09:00" in " ".join(plan.split())


async def test_a_digest_that_is_due_the_moment_a_pause_ends_is_the_next_one() -> None:
    async with talking("2026-10-05T09:30:00+02:00") as bot:
        end = bot.now + 7 * DAY_MS - HOUR_MS // 2
        await bot.stage.store.write(lambda c: save_settings(c, 1, paused_until=end))
        said = await bot.asks("Mona", "/status")
        assert "Moderators’ digest: Monday 12 October 2026, 09:00" in said
        await bot.stage.store.write(lambda c: save_settings(c, 1, paused_until=end + 1))
        said = await bot.asks("Mona", "/status")
        assert "Moderators’ digest: Monday 19 October 2026, 09:00" in said


async def test_the_next_digest_comes_at_the_local_hour_across_the_change_of_clocks() -> None:
    async with talking("2026-10-20T08:00:00+02:00") as bot:
        said = await bot.asks("Mona", "/status")
        assert "Moderators’ digest: Monday 26 October 2026, 09:00" in said


@pytest.mark.parametrize(
    ("state", "reason", "words"),
    [
        ("done", None, "done"),
        ("skipped", "too_little", "skipped (too little to tell)"),
        ("skipped", "no_place", "skipped (no channel is set for it)"),
        ("skipped", "paused", "skipped (paused)"),
        ("given_up", "late", "failed until it was too late"),
        ("expired", None, "missed, I was not running"),
        ("failed", "KeyError", "failed, I try again"),
        ("given_up", "KeyError", "failed"),
    ],
)
async def test_what_became_of_turns_is_told(state: str, reason: str | None, words: str) -> None:
    async with talking() as bot:
        row = SlotRow(1, cog.DIGEST, "2026-W40", bot.now - MINUTE_MS, state, reason, 1, bot.now)
        await bot.stage.store.write(lambda connection: connection.insert(SLOT, [row]))
        said = " ".join((await bot.asks("Mona", "/status")).split())
        assert f"• Moderators’ digest of Monday 5 October 2026, 07:59: {words} What I say" in said
        assert "KeyError" not in said


@pytest.mark.parametrize("reason", SlotReason)
async def test_every_reason_of_a_turn_is_told_in_words(reason: SlotReason) -> None:
    async with talking() as bot:
        row = SlotRow(1, cog.DIGEST, "2026-W40", bot.now, "unheard", reason, 1, bot.now)
        await bot.stage.store.write(lambda connection: connection.insert(SLOT, [row]))
        said = await bot.asks("Mona", "/status")
        assert "Moderators’ digest of" in said
        assert "unheard" not in said


async def test_only_the_latest_turns_are_told() -> None:
    async with talking() as bot:
        rows = [
            SlotRow(1, cog.DIGEST, str(n), bot.now - n * DAY_MS, "done", None, 1, bot.now)
            for n in range(1, 9)
        ]
        await bot.stage.store.write(lambda connection: connection.insert(SLOT, rows))
        assert [turn.due_at for turn in (await standing(bot)).turns] == [
            bot.now - n * DAY_MS for n in range(1, 6)
        ]


# Posts in doubt


async def in_doubt(bot: Bot, monkeypatch: pytest.MonkeyPatch) -> None:
    """A greeting of which nobody knows whether it arrived."""
    send = bot.chat.send

    async def vanish(target: str, payload: str, nonce: str) -> str:
        if target == GENERAL.external_id:
            raise AmbiguousError("nobody answered")
        return await send(target, payload, nonce)

    with monkeypatch.context() as patch:
        patch.setattr(bot.chat, "send", vanish)
        await bot.joins("Ana")
        await bot.advance(minutes=11)


async def test_a_post_in_doubt_is_told_with_both_ways_out(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with talking() as bot:
        await in_doubt(bot, monkeypatch)
        said = await bot.asks("Mona", "/status")
        assert "1. Nobody knows whether a greeting of Monday 5 October 2026, 08:10 arrived" in said
        assert labels(bot) == ["Resend 1", "1 was sent"]


async def test_a_moderator_has_it_sent_again_once(monkeypatch: pytest.MonkeyPatch) -> None:
    async with talking() as bot:
        await in_doubt(bot, monkeypatch)
        before = len(bot.said_in(GENERAL))
        await bot.asks("Mona", "/status")
        assert "sending it again" in await bot.presses("Mona", "Resend 1")
        assert len(bot.said_in(GENERAL)) == before + 1
        assert "Ana" in bot.said_in(GENERAL)[-1]
        assert "settled already" in await bot.presses("Mona", "Resend")
        assert len(bot.said_in(GENERAL)) == before + 1
        assert "Everything was said." in await bot.asks("Mona", "/status")


async def test_a_moderator_takes_it_as_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    async with talking() as bot:
        await in_doubt(bot, monkeypatch)
        before = len(bot.said_in(GENERAL))
        await bot.asks("Mona", "/status")
        assert "take it as sent" in await bot.presses("Mona", "1 was sent")
        assert len(bot.said_in(GENERAL)) == before
        assert "settled already" in await bot.presses("Mona", "It was sent")
        assert "Everything was said." in await bot.asks("Mona", "/status")


async def test_the_buttons_of_the_report_are_these_very_commands(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with talking() as bot:
        await in_doubt(bot, monkeypatch)
        [report] = [said for said in bot.said if said.target == MODERATORS.external_id]
        assert [choice[1] for choice in report.choices] == ["resend", "mark_sent"]
        assert "is for moderators" in await bot.presses("Ana", "Resend")
        assert "sending it again" in await bot.presses("Mona", "Resend")


@pytest.mark.parametrize("command", ["resend", "mark_sent"])
async def test_a_post_that_never_was_is_nothing_to_decide_about(command: str) -> None:
    async with talking() as bot:
        assert "settled already" in await bot.calls("Mona", command, {"post": "greeting:1"})
