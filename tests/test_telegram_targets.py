"""Which channels people may name, and whom that gives what."""

import pytest

from bot.adapters.telegram.groups.staff import FRESH_MS
from tests.fakes.telegram_faults import page
from tests.fakes.telegram_state import Sent
from tests.telegram_desk import Reception, at_the_desk, one_line
from tests.telegram_probe import probe


async def points(desk: Reception, user: int, words: str, **how: int) -> str:
    """What a moderator is told who names a channel in the group."""
    (said,) = await desk.asks(desk.group, user, f"/point {words}", **how)
    return one_line(said)


def linked(chat: int, *parts: int) -> str:
    """The address of a message or a topic."""
    return "/".join(("https://t.me/c", str(chat).removeprefix("-100"), *map(str, parts)))


def further_group(desk: Reception, owner: int, *, is_forum: bool = False, name: str = "") -> int:
    """A group beside the one at hand."""
    return desk.fake.group(
        "Mods", owner=owner, bot="administrator", is_forum=is_forum, username=name or None
    )


@pytest.mark.parametrize("word", ["here", "ici", "HERE"])
def test_here_is_the_group_or_the_topic_in_which_it_is_said(word: str) -> None:
    async def scene(desk: Reception) -> None:
        topic = desk.fake.opens_topic(desk.group, desk.mona, "Routes")
        assert await points(desk, desk.mona, word) == f"there: {desk.group} []"
        said = await points(desk, desk.mona, word, topic=topic)
        assert said == f"there: {desk.group}/{topic} []"

    at_the_desk(scene, probe, is_forum=True)


def test_a_link_names_a_topic_of_a_forum() -> None:
    async def scene(desk: Reception) -> None:
        topic = desk.fake.opens_topic(desk.group, desk.mona, "Routes")
        for link in (linked(desk.group, topic), linked(desk.group, topic, 99)):
            said = await points(desk, desk.mona, link)
            assert said == f"there: {desk.group}/{topic} []"
        for link in (linked(desk.group, 1), linked(desk.group, 1, 99), linked(desk.group)):
            assert await points(desk, desk.mona, link) == f"there: {desk.group} []"

    at_the_desk(scene, probe, is_forum=True)


def test_a_link_to_a_message_names_the_group_where_it_has_no_topics() -> None:
    async def scene(desk: Reception) -> None:
        for word in (linked(desk.group, 42), str(desk.group)):
            assert await points(desk, desk.mona, word) == f"there: {desk.group} []"

    at_the_desk(scene, probe)


def test_another_group_may_be_named_by_who_moderates_it_too() -> None:
    async def scene(desk: Reception) -> None:
        other = further_group(desk, desk.mona, is_forum=True)
        desk.fake.says(other, desk.mona, "the general topic's first message")
        topic = desk.fake.opens_topic(other, desk.mona, "Staff")
        for word, where in (
            (str(other), f"{other}"),
            (f"{other}/{topic}", f"{other}/{topic}"),
            (linked(other, topic), f"{other}/{topic}"),
        ):
            said = await points(desk, desk.mona, word)
            assert said == f"there: {where} ['{other}']"

    at_the_desk(scene, probe)


def test_another_group_may_be_named_by_nobody_else() -> None:
    async def scene(desk: Reception) -> None:
        other = further_group(desk, desk.ana)
        assert "is another group" in await points(desk, desk.mona, str(other))
        assert "is another group" in await points(desk, desk.mona, str(other), anonymous=True)
        desk.fake.promote(other, desk.mona)
        desk.clock.at += FRESH_MS
        assert str(other) in await points(desk, desk.mona, str(other))
        desk.fake.demote(other, desk.mona)
        desk.clock.at += FRESH_MS
        assert "is another group" in await points(desk, desk.mona, str(other))

    at_the_desk(scene, probe)


def test_a_group_without_the_bot_may_be_named_by_nobody() -> None:
    async def scene(desk: Reception) -> None:
        other = desk.fake.group("Elsewhere", owner=desk.mona, bot=None)
        assert "is another group" in await points(desk, desk.mona, str(other))
        assert "I know no chat called" in await points(desk, desk.mona, linked(other, 5))

    at_the_desk(scene, probe)


def test_a_public_group_may_be_named_by_its_name() -> None:
    async def scene(desk: Reception) -> None:
        other = further_group(desk, desk.mona, name="runners_mods")
        for word in ("@runners_mods", "https://t.me/runners_mods", "t.me/Runners_Mods/17"):
            assert await points(desk, desk.mona, f"where:{word}") == f"there: {other} ['{other}']"
        assert "I know no chat called" in await points(desk, desk.mona, "where:@nobody_there")

    at_the_desk(scene, probe)


def test_me_is_the_private_chat_of_who_says_so() -> None:
    async def scene(desk: Reception) -> None:
        assert "press Start first" in await points(desk, desk.mona, "me")
        desk.fake.starts(desk.mona)
        for word in ("me", "moi", f"where:{desk.mona}"):
            assert await points(desk, desk.mona, word) == f"there: {desk.mona} []"
        assert "I cannot see who you are" in await points(desk, desk.mona, "me", anonymous=True)

    at_the_desk(scene, probe)


def test_the_private_chat_of_somebody_else_may_be_named_by_nobody() -> None:
    async def scene(desk: Reception) -> None:
        desk.fake.starts(desk.ana)
        said = await points(desk, desk.mona, f"where:{desk.ana}")
        assert "I write to nobody else in private" in said
        said = await points(desk, desk.mona, f"where:{desk.ana}", anonymous=True)
        assert "I write to nobody else in private" in said

    at_the_desk(scene, probe)


def test_here_is_the_private_chat_in_the_private_chat() -> None:
    async def scene(desk: Reception) -> None:
        desk.fake.starts(desk.mona)
        (said,) = await desk.asks(desk.mona, desk.mona, "/settle here")
        assert one_line(said) == f"settled in {desk.mona}"

    at_the_desk(scene, probe)


def test_who_may_not_give_a_command_learns_of_no_chat() -> None:
    async def scene(desk: Reception) -> None:
        before = len(desk.fake.called("getChat"))
        other = further_group(desk, desk.mona, name="secret_mods")
        for word in ("@secret_mods", str(other), linked(other, 5)):
            said = await points(desk, desk.ana, f"where:{word}")
            assert said == "/point is for moderators."
        assert len(desk.fake.called("getChat")) == before

    at_the_desk(scene, probe)


def test_while_telegram_does_not_tell_nothing_is_guessed() -> None:
    async def scene(desk: Reception) -> None:
        said: list[Sent] = []
        desk.fake.faults.add("getChat", page(502))
        said += await desk.asks(desk.group, desk.mona, f"/point {linked(desk.group, 5)}")
        desk.fake.faults.add("sendChatAction", page(502))
        said += await desk.asks(desk.group, desk.mona, "/point me")
        assert said == []

    at_the_desk(scene, probe)
