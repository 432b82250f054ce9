import os
import unicodedata
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.events import MemberJoined
from bot.post import Para
from bot.settings import save_settings
from bot.text import texts_for
from cogs.welcome import MOST_NAMED, _said_name, cog, greeting
from tests.bot import PLATFORM, Bot, text_of
from tests.stages import asks, in_club

HOSTILE = [
    "@everyone",
    "<@123456>",
    "<#1> <t:0:F> </help:1>",
    "https://scam.example/x",
    "t.me/scam",
    "/forgetme",
    "#spam",
    "\u202egnp.exe\u202c",
    "  \n\n ",
    "\u200b",
    "{names} {0} %s",
    "＠admin",
]


async def configure(bot: Bot, **changed: Any) -> None:
    await bot.stage.store.write(lambda connection: save_settings(connection, 1, **changed))


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_names_link_and_mention_nothing(name: str) -> None:
    async def scene(bot: Bot) -> None:
        await bot.hears(
            MemberJoined(platform=PLATFORM, user="66", at=bot.now),
            MemberJoined(platform=PLATFORM, user="67", at=bot.now + 1),
            **{"66": name, "67": name},
        )
        await bot.advance(minutes=10)
        line = bot.said[0].text.partition("\n")[0]
        assert line.startswith("Welcome, ")
        assert not {"\u202e", "\u202c", "\u200b"} & set(line)
        for sign in "@#<./":
            assert all(after in (" ", "!", "") for after in _after(line, sign)), line

    in_club(cog, scene)


@settings(max_examples=2_000 if os.environ.get("CI") else 200, deadline=None)
@given(
    st.text(max_size=80)
    | st.text(alphabet="@#<>/.:!&*_~`|[]()\u200b\u202e\u2066\n\r\t\x00abт.me", max_size=80)
)
def test_no_name_breaks_a_line_hides_links_or_mentions(name: str) -> None:
    said = greeting(texts_for("en"), [_said_name(name, texts_for("en"))])
    [line, *_] = [block.text for block in said.sections[0].blocks if isinstance(block, Para)]
    assert len(line) < 150
    assert not [c for c in line if unicodedata.category(c) in {"Cc", "Cf", "Cs", "Zl", "Zp"}]
    for sign in "@#<./":
        assert all(after in (" ", "!", "") for after in _after(line, sign)), line


def _after(line: str, sign: str) -> list[str]:
    return [line[index + 1 : index + 2] for index, found in enumerate(line) if found == sign]


@pytest.mark.parametrize("count", [1, 2, MOST_NAMED, MOST_NAMED + 1, 500])
@pytest.mark.parametrize("language", ["en", "fr"])
def test_a_greeting_stays_short_whatever_the_crowd(count: int, language: str) -> None:
    names = ["é" * 60] * count
    said = text_of(greeting(texts_for(language), names))
    assert len(said) < 1500
    assert said.count("é" * 60) == min(count, MOST_NAMED)
    more = count - MOST_NAMED
    assert (f"{more} more" in said or f"{more} autre" in said) == (more > 0)


def test_staff_see_a_preview_in_the_communitys_language() -> None:
    async def scene(bot: Bot) -> None:
        bot.languages["Mona"] = "en"
        said = await asks(bot, "Mona", "/welcome_preview Zoé")
        assert said.startswith("Bienvenue à Zoé !")
        assert "10 minutes after the first came in" in said
        assert bot.was_private
        assert "Bienvenue à Mona\u202f!" in await bot.asks("Mona", "/welcome_preview")
        assert bot.said == []

    in_club(cog, scene, "fr")


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"welcome": False}, "switched off"),
        ({"main": None}, "choose the main channel"),
        ({"paused_until": 2_000_000_000_000}, "/pause"),
        ({"welcome_minutes": 1}, "1 minute after"),
    ],
)
def test_the_preview_says_why_nobody_is_greeted(changed: dict[str, Any], reason: str) -> None:
    async def scene(bot: Bot) -> None:
        await configure(bot, **changed)
        assert reason in await asks(bot, "Mona", "/welcome_preview")

    in_club(cog, scene)


def test_only_staff_see_the_preview() -> None:
    async def scene(bot: Bot) -> None:
        assert "Welcome" not in await bot.asks("Ann", "/welcome_preview @everyone")
        bot.staff.remove("Mona")
        assert "Welcome" not in await asks(bot, "Mona", "/welcome_preview")

    in_club(cog, scene)
