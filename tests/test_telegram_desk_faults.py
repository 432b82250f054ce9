"""What the desk does when Telegram does not do what it should, and what it never does."""

import pytest
from structlog.testing import capture_logs

from bot.adapters.telegram.asking.answers import PATIENCE_MS
from bot.adapters.telegram.groups.staff import FRESH_MS
from bot.clock import MINUTE_MS
from cogs import COGS
from tests.fakes.telegram_faults import BLOCKED, RESET, Fault, flooded, page
from tests.fakes.telegram_refusals import bad_request
from tests.telegram_desk import Reception, at_the_desk, calls_of, one_line
from tests.telegram_probe import probe

ON = "Let us go on in private: press the button, then Start."
NOTED = "I answered you in private."
COMMANDS = [command for cog in COGS for command in cog.commands]
CANARY = "kanarienvogel"


# What goes wrong


def test_an_answer_that_surely_did_not_arrive_is_tried_once_more() -> None:
    async def scene(desk: Reception) -> None:
        desk.fake.faults.add("sendMessage", flooded(2))
        (said,) = await desk.asks(desk.group, desk.ana, "/shout hi")
        assert one_line(said).endswith("hi")
        assert len(desk.fake.called("sendMessage")) == 2

    at_the_desk(scene, probe)


def test_an_answer_that_would_come_too_late_is_left_unsaid() -> None:
    async def scene(desk: Reception) -> None:
        desk.fake.faults.add("sendMessage", flooded(PATIENCE_MS // 1000 + 1))
        assert await desk.asks(desk.group, desk.ana, "/shout hi") == []
        assert len(desk.fake.called("sendMessage")) == 1

    at_the_desk(scene, probe)


def test_an_answer_of_which_nobody_knows_is_not_doubled() -> None:
    async def scene(desk: Reception) -> None:
        desk.fake.faults.add("sendMessage", RESET)
        (said,) = await desk.asks(desk.group, desk.ana, "/shout hi")
        assert one_line(said).endswith("hi")

    at_the_desk(scene, probe)


def test_markup_that_telegram_refuses_is_said_plainly() -> None:
    async def scene(desk: Reception) -> None:
        refusal = Fault(bad_request("can't parse entities: Unsupported start tag"))
        desk.fake.faults.add("sendMessage", refusal)
        (said,) = await desk.asks(desk.group, desk.ana, "/shout a & b")
        assert (one_line(said)[-5:], said.parse_mode) == ("a & b", "")

    at_the_desk(scene, probe)


def test_a_group_that_has_just_moved_is_answered_where_it_is() -> None:
    async def scene(desk: Reception) -> None:
        desk.fake.says(desk.group, desk.ana, "/shout hi")
        new = desk.fake.migrate(desk.group, tell_old=False, tell_new=False)
        await desk.hears()
        (said,) = [one for one in desk.fake.sent if one.text]
        assert said.chat == new

    at_the_desk(scene, probe, kind="group")


@pytest.mark.parametrize("method", ["sendMessage", "sendChatAction", "getChatAdministrators"])
def test_whatever_telegram_does_the_desk_goes_on(method: str) -> None:
    async def scene(desk: Reception) -> None:
        desk.fake.starts(desk.mona)
        for fault in (page(500), page(404), BLOCKED, RESET, flooded(99)):
            desk.fake.faults.add(method, fault, times=9)
            await desk.asks(desk.group, desk.mona, "/guarded")
            desk.fake.faults.clear()
            desk.clock.at += 2 * FRESH_MS
            desk.rested(99)
        answer, _ = await desk.asks(desk.group, desk.mona, "/guarded well")
        assert one_line(answer) == "kept from others: well"

    at_the_desk(scene, probe)


def test_nothing_that_members_write_is_logged() -> None:
    async def scene(desk: Reception) -> None:
        with capture_logs() as logs:
            for fault in (None, page(502), flooded(99), BLOCKED):
                if fault is not None:
                    desk.fake.faults.add("*", fault, times=99)
                for words in ("/shout", "/whisper", "/guarded", "/meet", "/point", f"/{CANARY}"):
                    desk.clock.at += MINUTE_MS
                    desk.rested(60)
                    await desk.asks(desk.group, desk.ana, f"{words} {CANARY}")
                    await desk.asks(desk.ana, desk.ana, f"{words} {CANARY}")
                    await desk.asks(desk.ana, desk.ana, CANARY)
                desk.fake.faults.clear()
        assert logs
        assert CANARY not in str(logs)

    at_the_desk(scene, probe)


def test_a_channel_is_no_place_for_commands() -> None:
    async def scene(desk: Reception) -> None:
        channel = desk.fake.channel("News", bot="administrator")
        desk.fake.posts(channel, "/shout hi")
        await desk.hears()
        assert desk.fake.sent == []
        assert list(calls_of(desk.fake, "sendMessage")) == []

    at_the_desk(scene, probe)
