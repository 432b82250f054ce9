"""What deep links carry, and what they do not prove."""

import string

from hypothesis import given
from hypothesis import strategies as st

from bot.adapters.telegram.asking.deep_links import (
    KEPT_MS,
    LONGEST,
    MOST_EACH,
    MOST_KEPT,
    DeepLinks,
    Link,
)
from bot.adapters.telegram.asking.openings import OPEN
from bot.adapters.telegram.saying.buttons import data_of
from bot.clock import ManualClock
from bot.model import ChannelId, PlaceId
from bot.post import Choice
from cogs import COGS

GROUP = PlaceId("telegram", "-1001234567890")
TOPIC = ChannelId("telegram", "-1001234567890/42")
ALPHABET = set(string.ascii_letters + string.digits + "_-")
MONA, ANA = 1, 2
LOWEST = -(2**52)
"""Telegram's ids have no more significant bits."""


def links(clock: ManualClock | None = None) -> DeepLinks:
    return DeepLinks("foyer_bot", clock or ManualClock(1_000_000))


def note(words: str = "a giveaway") -> Link:
    return Link(GROUP, TOPIC, "note", {"words": words})


def token_of(url: str) -> str:
    return url.partition("?start=")[2]


def test_a_link_opens_the_private_chat_with_the_bot() -> None:
    made = links()
    assert made.home == "https://t.me/foyer_bot"
    assert made.url("abc") == "https://t.me/foyer_bot?start=abc"


def test_whoever_asked_gets_back_what_they_typed() -> None:
    made = links()
    assert made.read(made.token(note(), MONA), MONA) == note()._replace(is_own=True)


def test_somebody_else_gets_the_command_alone_and_is_no_owner() -> None:
    made = links()
    link = made.read(made.token(note(), MONA), ANA)
    assert link == Link(GROUP, ChannelId(*GROUP), "note", {}, is_own=False)


def test_what_nobody_knows_the_asker_of_is_nobodys_own() -> None:
    made = links()
    link = made.read(made.token(note(), None), ANA)
    assert link == note()._replace(is_own=False)


def test_after_a_quarter_of_an_hour_the_words_are_forgotten() -> None:
    clock = ManualClock(1_000_000)
    made = links(clock)
    token = made.token(note(), MONA)
    clock.at += KEPT_MS - 1
    assert made.read(token, MONA) == note()._replace(is_own=True)
    clock.at += 1
    assert made.read(token, MONA) == Link(GROUP, ChannelId(*GROUP), "note", {}, is_own=False)


def test_a_new_process_knows_the_place_and_the_command_still() -> None:
    token = links().token(note(), MONA)
    assert links().read(token, MONA) == Link(GROUP, ChannelId(*GROUP), "note", {}, is_own=False)


def test_words_are_not_given_to_another_command_or_group() -> None:
    made = links()
    chat, mark, _ = made.token(note("yes"), MONA).split("-")
    assert made.read(f"{chat}-{mark}-forgetme", MONA) == Link(
        GROUP, ChannelId(*GROUP), "forgetme", {}, is_own=False
    )
    elsewhere = made.read(f"zzz-{mark}-note", MONA)
    assert elsewhere is not None
    assert (elsewhere.arguments, elsewhere.is_own) == ({}, False)


def test_memory_is_bounded_and_the_oldest_go_first() -> None:
    made = links()
    tokens = {user: made.token(note("yes"), user) for user in range(1, MOST_KEPT + 2)}
    known = [made.read(tokens[user], user) for user in (1, 2, MOST_KEPT + 1)]
    assert [link is not None and link.is_own for link in known] == [False, True, True]


def test_whoever_asks_for_many_links_drives_out_only_their_own() -> None:
    made = links()
    other = made.token(note("mine"), ANA)
    tokens = [made.token(note(str(number)), MONA) for number in range(MOST_KEPT)]
    link = made.read(other, ANA)
    assert link is not None
    assert link.is_own
    known = [made.read(token, MONA) for token in tokens]
    is_kept = [link is not None and link.is_own for link in known]
    assert is_kept == [False] * (MOST_KEPT - MOST_EACH) + [True] * MOST_EACH


@given(
    st.integers(LOWEST, -1),
    st.text(string.ascii_lowercase + string.digits + "_", min_size=1, max_size=32),
)
def test_every_group_and_command_fits_into_a_link_and_comes_back(chat: int, command: str) -> None:
    made = links()
    place = PlaceId("telegram", str(chat))
    link = Link(place, ChannelId(*place), command, {"x": "y"})
    token = made.token(link, MONA)
    assert len(token) <= LONGEST
    assert set(token) <= ALPHABET
    assert made.read(token, MONA) == link._replace(is_own=True)


def test_the_links_of_all_our_commands_fit_into_buttons_too() -> None:
    for command in (command for cog in COGS for command in cog.commands):
        place = PlaceId("telegram", str(LOWEST))
        token = links().token(Link(place, ChannelId(*place), command.name, {}), MONA)
        assert data_of(Choice("Yes", OPEN, (("link", token),)))


def test_no_command_is_called_like_what_our_own_buttons_send() -> None:
    names = {command.name for cog in COGS for command in cog.commands}
    assert not names & {"open", "form"}


@given(st.text(max_size=80))
def test_no_other_text_is_read_as_a_link_unless_it_is_shaped_like_one(text: str) -> None:
    link = links().read(text, ANA)
    if link is not None:
        assert set(text) <= ALPHABET
        assert int(link.place.external_id) < 0
        assert (link.arguments, link.is_own) == ({}, False)


def test_what_is_not_ours_is_no_link() -> None:
    made = links()
    token = made.token(note(), MONA)
    spoilt = ["", "start", token[:-5], f"{token}/", f"-{token}", token.upper(), f" {token}"]
    spoilt += ["0-00000000-note", "zzzzzzzzzzzz-00000000-note", "a-00000000-", "١-00000000-note"]
    assert [made.read(one, MONA) for one in spoilt] == [None] * len(spoilt)
