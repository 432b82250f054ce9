"""What buttons send back fits into 64 bytes, and comes back as it was."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.adapters.telegram.saying.buttons import LONGEST, data_of, read
from bot.delivery import AmbiguousError
from bot.post import Choice, Post
from tests.bot import Bot, talking

ROOT = Path(__file__).parents[1]
names = st.from_regex("[a-z_]{1,8}", fullmatch=True)
arguments = st.dictionaries(names, st.text(max_size=20), max_size=3)


@given(st.from_regex("[a-z0-9_]{1,32}", fullmatch=True), arguments)
@example("resend", {"post": "digest:moderators:2026-W41"})
@example("a", {"b": "c=d&e=f%26?g", "c": ""})
@example("a", {"b": "%ff é 👍\n"})
def test_what_is_sent_comes_back_as_it_was(command: str, said: dict[str, str]) -> None:
    try:
        data = data_of(Choice("label", command, tuple(said.items())))
    except ValueError:
        assert sum(len(f"{name}={value}".encode()) for name, value in said.items()) > 10
        return
    assert len(data.encode()) <= LONGEST
    assert read(data) == (command, said)


@pytest.mark.parametrize(
    ("words", "data"),
    [
        ((), "help"),
        ((("post", "5b72517fcfae"),), "help?post=5b72517fcfae"),
        ((("day", "2026-05-03"), ("number", "2")), "help?day=2026-05-03&number=2"),
        ((("key", "digest:é"),), "help?key=digest:é"),
    ],
)
def test_it_is_as_short_as_it_can_be(words: tuple[tuple[str, str], ...], data: str) -> None:
    assert data_of(Choice("Help", "help", words)) == data


def test_as_many_bytes_as_telegram_takes_fit_and_not_one_more() -> None:
    assert len(data_of(Choice("x", "open", (("link", "a" * 54),)))) == LONGEST
    with pytest.raises(ValueError, match="/open says more than 64 bytes"):
        data_of(Choice("x", "open", (("link", "a" * 55),)))
    assert data_of(Choice("x", "open", (("link", "é" * 27),)))
    with pytest.raises(ValueError, match="64"):
        data_of(Choice("x", "open", (("link", "é" * 28),)))


def test_a_button_without_a_command_is_no_button() -> None:
    for command in ("", "Not one", "a?b", "x" * 33):
        with pytest.raises(ValueError, match="no command"):
            data_of(Choice("x", command))


@pytest.mark.parametrize("data", ["", "?", "?a=b", "Help", "help me", "a?b", "a?b&c=d", "\0"])
def test_what_somebody_made_up_is_none_of_ours(data: str) -> None:
    assert read(data) is None


@given(st.text(max_size=64))
def test_whatever_is_pressed_can_be_read(data: str) -> None:
    found = read(data)
    assert found is None or data.startswith(found[0])


def choice_commands() -> Iterator[str]:
    """The commands of all buttons that cogs and the outbox make."""
    for path in [*(ROOT / "cogs").glob("*.py"), *(ROOT / "bot/outbox").glob("*.py")]:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            match node:
                case ast.Call(func=ast.Name(id="Choice"), args=[_, ast.Constant(str(name)), *_]):
                    yield name
                case ast.Call(func=ast.Name(id="Choice")):
                    raise AssertionError(f"{path}: a button whose command nobody sees")


async def everything_pressed(bot: Bot, monkeypatch: pytest.MonkeyPatch) -> list[Choice]:
    """The buttons under every answer that has some, and under every post."""
    found: list[Choice] = []

    async def asks(words: str) -> None:
        await bot.asks("Mona", words)
        assert isinstance(bot.last, Post)
        found.extend(bot.last.choices)

    for words in ("/pause", "/pause 365", "/language", "/forgetme"):
        await asks(words)
    for number in range(10):
        await asks(f"/note 2026-05-03 note {number}")
    await asks("/note")
    send = bot.chat.send

    async def vanish(target: str, payload: str, nonce: str) -> str:
        monkeypatch.setattr(bot.chat, "send", send)
        raise AmbiguousError("nobody answered")

    await asks("/pause 0")
    monkeypatch.setattr(bot.chat, "send", vanish)
    await bot.joins("Ana")
    await bot.advance(minutes=11)
    await asks("/status")
    for said in bot.said:
        found += [Choice(label, name, tuple(told.items())) for label, name, told in said.choices]
    return found


async def test_every_button_of_ours_fits(monkeypatch: pytest.MonkeyPatch) -> None:
    async with talking() as bot:
        found = await everything_pressed(bot, monkeypatch)
        for choice in found:
            assert read(data_of(choice)) == (choice.command, dict(choice.arguments))
        assert {choice.command for choice in found} == set(choice_commands())
        [mark] = {dict(one.arguments)["post"] for one in found if one.command == "resend"}
        assert "I am sending it again." in await bot.calls("Mona", "resend", {"post": mark})
        assert "settled already" in await bot.calls("Mona", "mark_sent", {"post": mark})
