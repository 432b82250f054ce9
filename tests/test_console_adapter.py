import asyncio
from collections.abc import Sequence

import pytest

from bot.adapters import Adapter
from bot.adapters.console.adapter import ConsoleAdapter
from bot.adapters.console.room import Room
from bot.adapters.console.screen import Screen
from bot.clock import ManualClock
from bot.errors import UsageError
from bot.post import Choice, Post, plain
from bot.render.layout import Line
from bot.render.text import plain_text
from bot.text import texts_for

AT = 1_791_180_000_000


class Terminal:
    """The adapter with a room of its own, and what it printed."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.room = Room()
        screen = Screen(self._take, texts_for("en"), ManualClock(AT))
        self.adapter: Adapter = ConsoleAdapter(self.room, screen)

    def _take(self, lines: Sequence[Line]) -> None:
        self.lines += map(plain_text, lines)

    async def send(self, post: Post, nonce: str = "n", target: str = "general") -> str:
        (payload,) = self.adapter.render(post)
        return await self.adapter.send(target, payload, nonce)


@pytest.fixture
def terminal() -> Terminal:
    return Terminal()


async def test_what_is_sent_stands_in_the_transcript_under_the_next_number(
    terminal: Terminal,
) -> None:
    terminal.room.note("Zoé", AT)
    sent_id = await terminal.send(plain("Hello."))
    assert terminal.lines[2:] == ["  2  Foyer", "     Hello."]
    assert terminal.room.get(2).id == sent_id
    assert terminal.room.get(2).author == "Foyer"


async def test_the_same_nonce_is_said_once(terminal: Terminal) -> None:
    first = await terminal.send(plain("Hello."), "a")
    again = await terminal.send(plain("Hello."), "a")
    other = await terminal.send(plain("Hello."), "b")
    assert first == again != other
    assert terminal.lines.count("     Hello.") == 2


async def test_the_moderators_channel_is_marked(terminal: Terminal) -> None:
    await terminal.send(plain("Hello."), target="moderators")
    assert terminal.lines[2] == "  1  Foyer #moderators"


async def test_an_edit_shows_what_stands_there_now_once(terminal: Terminal) -> None:
    sent_id = await terminal.send(plain("Hello.", choices=(Choice("Old", "old"),)))
    (payload,) = terminal.adapter.render(plain("Good day.", choices=(Choice("New", "new"),)))
    for _ in range(2):
        await terminal.adapter.edit("general", sent_id, payload)
    assert terminal.lines.count("  1  Foyer (edited)") == 1
    assert terminal.lines.count("     Good day.") == 1
    assert terminal.room.press("New", "Zoé").command == "new"
    with pytest.raises(UsageError):
        terminal.room.press("Old", "Zoé")


async def test_a_deletion_is_shown_once_and_takes_the_buttons_away(terminal: Terminal) -> None:
    sent_id = await terminal.send(plain("Hello.", choices=(Choice("Go", "go"),)))
    for _ in range(2):
        await terminal.adapter.delete("general", sent_id)
    assert terminal.lines.count("  1  Foyer (deleted)") == 1
    with pytest.raises(UsageError):
        terminal.room.press("Go", "Zoé")


async def test_what_an_earlier_session_said_can_be_edited_and_deleted(terminal: Terminal) -> None:
    (payload,) = terminal.adapter.render(plain("Good day."))
    await terminal.adapter.edit("general", "17", payload)
    await terminal.adapter.delete("general", "18")
    assert terminal.lines[2:] == ["     Foyer (edited)", "     Good day."]


async def test_looking_for_a_message_is_certain(terminal: Terminal) -> None:
    sent_id = await terminal.send(plain("Hello."), "a")
    assert await terminal.adapter.find("general", "a", 0) == (sent_id, True)
    assert await terminal.adapter.find("general", "b", 0) == (None, True)


async def test_listening_goes_on_until_it_is_cancelled(terminal: Terminal) -> None:
    from tests.bot import talking

    async with talking() as bot:
        listening = asyncio.create_task(terminal.adapter.run(bot.stage))
        await asyncio.sleep(0)
        assert not listening.done()
        listening.cancel()
        with pytest.raises(asyncio.CancelledError):
            await listening


def test_a_post_is_one_payload_whatever_its_length(terminal: Terminal) -> None:
    assert len(terminal.adapter.render(plain(*["word " * 100] * 100))) == 1
    assert terminal.adapter.plain("anything") is None
    assert terminal.adapter.is_connected
