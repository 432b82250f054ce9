"""Invite links with a name, and how many came by each, as moderators meet them."""

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.clock import DAY_MS
from bot.delivery import NotDeliveredError, TargetGoneError
from bot.errors import UserError
from bot.events import GapNoted, JoinRequested, MemberJoined
from bot.invite_links import (
    MOST_LINKS,
    NAME_LENGTH,
    InviteLinks,
    Link,
    checked_source,
    find_wanted,
)
from bot.model import PlaceId
from bot.sight import Sight
from cogs.sources import MOST_SHOWN
from db.connection import Connection
from db.keys import PassingKey
from db.suppression import Suppression
from tests.bot import CLUB, PLATFORM, Bot, RememberingPlatform, account, talking
from tests.stores import in_store, recorded

NOBODY = Suppression(PassingKey())
LINK = re.compile(r"https://t\.me/\+\w+")


@dataclass
class InvitingPlatform(RememberingPlatform):
    """A platform whose links are numbered, and which may refuse to make any."""

    made: list[tuple[str, str, bool]] = field(default_factory=list)
    failure: Exception | None = None

    async def invite(self, place: str, name: str, *, is_gated: bool) -> str:
        """Make a link."""
        if self.failure is not None:
            raise self.failure
        self.made.append((place, name, is_gated))
        number = len(self.made)
        await asyncio.sleep(0)
        return f"https://t.me/+{number}"


@asynccontextmanager
async def inviting(
    language: str = "en", url: str | None = None
) -> AsyncIterator[tuple[Bot, InvitingPlatform]]:
    chat = InvitingPlatform()
    async with talking(language=language, url=url, chat=chat) as bot:
        yield bot, chat


async def comes(bot: Bot, name: str, source: str | None, certainty: str | None = "exact") -> None:
    bot.clock.at += 1000
    sure = certainty if source else None
    await bot.hears(
        MemberJoined(
            platform=PLATFORM, user=account(name), at=bot.now, source=source, certainty=sure
        )
    )


async def asks_in(bot: Bot, name: str, source: str | None) -> None:
    bot.clock.at += 1000
    await bot.hears(JoinRequested(platform=PLATFORM, user=account(name), at=bot.now, source=source))


def about(name: str, said: str) -> list[str]:
    """What is told below a source's name."""
    lines = said.splitlines()
    below = lines[lines.index(name) + 2 :]
    return [line.removeprefix("• ") for line in below[: below.index("")]]


def last_line(said: str) -> str:
    return said.strip().splitlines()[-1]


# Links


async def test_a_source_gets_a_link_that_can_be_copied() -> None:
    async with inviting() as (bot, chat):
        said = await bot.asks("Mona", "/source_add spring")
        assert chat.made == [(CLUB.id.external_id, "spring", False)]
        assert "https://t.me/+1" in said.splitlines()
        assert "counts for this source, exactly" in " ".join(said.split())
        assert "Nobody is rewarded" in " ".join(said.split())
        assert bot.was_private


async def test_asking_again_tells_the_same_link_however_it_is_capitalised() -> None:
    async with inviting() as (bot, chat):
        first = await bot.asks("Mona", "/source_add Spring")
        for again in ("Spring", "spring", "SPRING", '" Spring "', "Ｓｐｒｉｎｇ"):
            assert await bot.asks("Mona", f"/source_add {again}") == first
        assert len(chat.made) == 1


async def test_a_gate_is_made_when_it_is_asked_for_and_told_of() -> None:
    async with inviting() as (bot, chat):
        gated = await bot.asks("Mona", "/source_add poster yes")
        assert "asks to be let in" in gated
        assert await bot.asks("Mona", "/source_add poster") == gated
        assert "comes in at once" in await bot.asks("Mona", "/source_add poster gated:no")
        assert chat.made == [("-100", "poster", True), ("-100", "poster", False)]
        assert await bot.asks("Mona", "/source_add poster gated:yes") == gated


async def test_a_source_that_came_with_an_import_keeps_its_spelling() -> None:
    async with inviting() as (bot, chat):
        await comes(bot, "Ana", "Radio")
        assert "“Radio”" in await bot.asks("Mona", "/source_add radio")
        assert chat.made == [("-100", "Radio", False)]


@pytest.mark.parametrize(
    ("name", "answer"),
    [
        ("unknown", "“unknown” means those who came by no source."),
        ("Unknown", "“Unknown” means those who came by no source."),
        ("x" * 33, "A source’s name has 1 to 32 visible characters."),
        ("\u200b\u202e", "A source’s name has 1 to 32 visible characters."),
    ],
)
async def test_what_is_no_name_is_refused_politely(name: str, answer: str) -> None:
    async with inviting() as (bot, chat):
        said = await bot.calls("Mona", "source_add", {"name": name})
        assert said.strip() == answer
        assert chat.made == []


@given(name=st.text(max_size=40))
def test_a_name_is_short_visible_and_stays_what_it_is(name: str) -> None:
    try:
        kept = checked_source(name)
    except UserError:
        return
    assert 1 <= len(kept) <= NAME_LENGTH
    assert kept.isprintable()
    assert checked_source(kept) == kept


async def test_two_moderators_who_ask_at_once_hear_of_one_link() -> None:
    async with inviting() as (bot, chat):
        bot.staff.add("Max")
        said = await asyncio.gather(
            bot.asks("Mona", "/source_add spring"), bot.asks("Max", "/source_add Spring")
        )
        assert len(chat.made) == 2  # one of them is never told
        assert LINK.findall(said[0]) == LINK.findall(said[1])
        assert "Spring" not in await bot.asks("Mona", "/source_list")


def test_each_chat_of_a_community_has_links_of_its_own(store_url: str) -> None:
    here, there = CLUB.id, PlaceId("discord", "5")

    async def found(connection: Connection) -> list[tuple[str, bool]]:
        community, links = await recorded(connection, []), InviteLinks(NOBODY, lambda: None)
        await links.keep(connection, community, Link("spring", here, "https://t.me/+1", False), 1)
        asked = [
            await find_wanted(connection, community.id, "Spring", one, None)
            for one in (here, there)
        ]
        return [(wanted.source, wanted.link is not None) for wanted in asked]

    assert in_store(store_url, found) == [("spring", True), ("spring", False)]


@pytest.mark.parametrize(
    ("failure", "answer"),
    [
        (TargetGoneError("no"), "I may not make invite links here"),
        (NotDeliveredError("later"), "please try again"),
    ],
)
async def test_what_the_platform_refuses_leaves_no_source(failure: Exception, answer: str) -> None:
    async with inviting() as (bot, chat):
        chat.failure = failure
        assert answer in await bot.asks("Mona", "/source_add spring")
        assert "There is no source yet" in await bot.asks("Mona", "/source_list")
        chat.failure = None
        assert "https://t.me/+1" in await bot.asks("Mona", "/source_add spring")


async def test_a_platform_without_links_says_so() -> None:
    async with talking() as bot:
        said = await bot.asks("Mona", "/source_add spring")
        assert said.strip() == "I cannot make invite links here."


async def test_there_is_an_end_to_links() -> None:
    async with inviting() as (bot, chat):
        for number in range(MOST_LINKS):
            await bot.asks("Mona", f"/source_add s{number}")
        assert "as many as I look after" in await bot.asks("Mona", "/source_add more")
        assert len(chat.made) == MOST_LINKS
        assert "https://t.me/+1\n" in await bot.asks("Mona", "/source_add s0")


# Numbers


async def test_every_join_counts_for_its_source_exactly(store_url: str) -> None:
    async with inviting(url=store_url) as (bot, _):
        await bot.asks("Mona", "/source_add spring")
        await bot.asks("Mona", "/source_add poster")
        for name in ("Ana", "Bob", "Cyd"):
            await comes(bot, name, "spring")
        await comes(bot, "Dan", "poster")
        await comes(bot, "Eve", None)
        await bot.leaves("Ana")
        said = await bot.asks("Mona", "/source_list")
        assert about("spring", said) == [
            "3 joins so far; in the last 4 weeks: 3",
            "all known exactly, by its link",
            "https://t.me/+1",
        ]
        assert about("poster", said)[0] == "1 join so far; in the last 4 weeks: 1"
        assert last_line(said) == "1 join by no source that I know of"


async def test_a_source_that_is_met_after_one_was_added_is_another_one() -> None:
    """What the recorder remembers must hear of sources that it did not number itself."""
    async with inviting() as (bot, _):
        await comes(bot, "Ana", "radio")
        await bot.asks("Mona", "/source_add spring")
        await comes(bot, "Bob", "poster")
        await comes(bot, "Cyd", "spring")
        said = await bot.asks("Mona", "/source_list")
        for name in ("poster", "radio", "spring"):
            assert about(name, said)[0].startswith("1 join so far"), said


async def test_the_last_four_weeks_are_told_apart_and_so_is_what_is_less_sure() -> None:
    async with inviting() as (bot, _):
        await comes(bot, "Ana", "radio", None)
        bot.clock.at += 27 * DAY_MS
        await comes(bot, "Bob", "radio", "diff")
        bot.clock.at += DAY_MS
        await comes(bot, "Cyd", "radio")
        said = await bot.asks("Mona", "/source_list")
        assert about("radio", said) == [
            "3 joins so far; in the last 4 weeks: 2",
            "known exactly, by its link: 1; less surely: 2",
        ]


async def test_bots_count_for_no_source() -> None:
    async with inviting() as (bot, _):
        await comes(bot, "Ana", "radio")
        await comes(bot, "Robot", "radio")
        await comes(bot, "Helper", None)
        await bot.is_a_bot("Robot")
        await bot.asks("Mona", f"/correct bot {account('Helper')}")
        said = await bot.asks("Mona", "/source_list")
        assert about("radio", said)[0] == "1 join so far; in the last 4 weeks: 1"
        assert last_line(said) == "0 joins by no source that I know of"


async def test_people_who_ask_to_be_let_in_are_counted_until_they_come(store_url: str) -> None:
    async with inviting(url=store_url) as (bot, _):
        await bot.asks("Mona", "/source_add poster yes")
        said = await bot.asks("Mona", "/source_list")
        assert "0 people asked to be let in; not in yet: 0" in about("poster", said)
        await comes(bot, "Dan", None)
        for name in ("Ana", "Bob", "Bob", "Dan"):
            await asks_in(bot, name, "poster")
        await asks_in(bot, "Cyd", None)
        await comes(bot, "Ana", "poster")
        said = await bot.asks("Mona", "/source_list")
        assert about("poster", said) == [
            "1 join so far; in the last 4 weeks: 1",
            "all known exactly, by its link",
            "3 people asked to be let in; not in yet: 2",
            "https://t.me/+1 (moderators let each one in)",
        ]


async def test_sources_are_in_the_order_of_their_names_and_few_are_shown() -> None:
    async with inviting() as (bot, _):
        names = [f"s{number:02}" for number in range(MOST_SHOWN + 3)]
        for place, name in enumerate(names):
            for again in range(1 + (place > 2)):
                await comes(bot, f"{name}-{again}", name)
        said = await bot.asks("Mona", "/source_list")
        shown = [line for line in said.splitlines() if line in names]
        assert shown == names[3:]
        assert "3 more sources brought fewer people lately." in said


async def test_names_from_elsewhere_are_shown_without_tricks() -> None:
    async with inviting() as (bot, _):
        await comes(bot, "Ana", "\u202egniht\n# " + "x" * 90)
        await comes(bot, "Bob", "\u200b")
        said = await bot.asks("Mona", "/source_list")
        assert "\u202e" not in said
        assert max(map(len, said.splitlines())) < 80
        assert about("?", said)[0].startswith("1 join")


async def test_where_joins_cannot_be_seen_the_list_says_so() -> None:
    async with inviting() as (bot, _):
        await bot.stage.look(CLUB.id, [Sight.JOINS])
        said = " ".join((await bot.asks("Mona", "/source_list")).split())
        assert "I do not see who comes in everywhere" in said
        await bot.stage.look(CLUB.id, [Sight.REACTIONS])
        bot.clock.at += 29 * DAY_MS
        assert "not see" not in await bot.asks("Mona", "/source_list")


MISSED = "There were times in the last 4 weeks when I did not see who came in"


@pytest.mark.parametrize("is_gap", [True, False], ids=["down", "hidden"])
async def test_where_joins_were_missed_lately_the_list_says_so(
    is_gap: bool, store_url: str
) -> None:
    async with inviting(url=store_url) as (bot, _):
        bot.clock.at += DAY_MS
        if is_gap:
            await bot.hears(
                GapNoted(platform=PLATFORM, start=bot.now - DAY_MS, end=bot.now, reason="down")
            )
        else:
            await bot.stage.look(CLUB.id, [Sight.JOINS])
            bot.clock.at += 1000
            await bot.stage.look(CLUB.id, [])
        bot.clock.at += 27 * DAY_MS
        assert MISSED in " ".join((await bot.asks("Mona", "/source_list")).split())
        bot.clock.at += 2 * DAY_MS
        assert MISSED not in " ".join((await bot.asks("Mona", "/source_list")).split())


async def test_what_went_unseen_elsewhere_misses_no_join() -> None:
    async with inviting() as (bot, _):
        bot.clock.at += DAY_MS
        await bot.hears(
            GapNoted(
                platform=PLATFORM, start=bot.now - 9, end=bot.now, reason="down", channel="-100"
            )
        )
        for hidden in ([Sight.REACTIONS], []):
            bot.clock.at += 1000
            await bot.stage.look(CLUB.id, hidden)
            assert "not see" not in await bot.asks("Mona", "/source_list")


async def test_where_there_is_no_source_nothing_is_said_of_joins_by_none() -> None:
    async with inviting() as (bot, _):
        await comes(bot, "Ana", None)
        said = await bot.asks("Mona", "/source_list")
        assert said.strip().startswith("There is no source yet.")
        assert "joins by no source" not in said
        assert "join by no source" not in said


async def test_whoever_is_forgotten_counts_nowhere() -> None:
    async with inviting() as (bot, _):
        await comes(bot, "Ana", "radio")
        await asks_in(bot, "Ana", "radio")
        await bot.asks("Ana", "/forgetme yes")
        said = await bot.asks("Mona", "/source_list")
        assert about("radio", said) == ["0 joins so far; in the last 4 weeks: 0"]


async def test_it_is_all_said_in_french_too() -> None:
    async with inviting("fr") as (bot, _):
        bot.languages["Mona"] = "fr"
        said = await bot.asks("Mona", "/source_add affiche oui")
        assert "les modérateurs décident" in said
        await asks_in(bot, "Ana", "affiche")
        said = await bot.asks("Mona", "/source_list")
        assert "1\xa0personne a demandé à entrer\xa0; pas encore entrée\xa0: 1" in said.replace(
            "\u202f", "\xa0"
        )
        assert "joins" not in said
