"""Who waits for what, from one instant to another."""

from dataclasses import replace
from typing import Any

import pytest

from bot.cog import Cog
from bot.commands import Asker, Command
from bot.context import CommandContext
from bot.cooldown import Cooldowns
from bot.errors import UserError
from bot.model import AccountId, Community
from bot.post import Post, plain
from bot.text import texts_for

CLUB = Community(1, "club", "UTC", "en")
ANA = Asker(AccountId("telegram", "ana"), "Ana")
NOON = 1_791_194_400_000
MANY = 10_000


def command(name: str = "pulse", seconds: int = 30) -> Command:
    cog = Cog("cog")

    @cog.command(cooldown=seconds, private=True)
    async def pulse(ctx: CommandContext) -> Post:
        """Look."""
        return plain("")

    return replace(cog.commands[0], name=name)


def ask(
    cooldowns: Cooldowns,
    asked: Command,
    now: int,
    asker: Asker = ANA,
    community: Community | None = CLUB,
) -> None:
    with cooldowns.kept(asked, community, asker, texts_for("en"), now):
        pass


def waits(cooldowns: Cooldowns, asked: Command, now: int, asker: Asker = ANA) -> bool:
    try:
        with cooldowns.kept(asked, CLUB, asker, texts_for("en"), now):
            raise LookupError
    except LookupError:  # whoever failed may ask again at once
        return False
    except UserError:
        return True


def test_the_wait_ends_at_its_instant() -> None:
    cooldowns, pulse = Cooldowns(), command()
    ask(cooldowns, pulse, NOON)
    assert waits(cooldowns, pulse, NOON + 29_999)
    assert not waits(cooldowns, pulse, NOON + 30_000)


def test_another_command_is_not_waited_for() -> None:
    cooldowns = Cooldowns()
    ask(cooldowns, command("pulse"), NOON)
    assert not waits(cooldowns, command("digest"), NOON + 1)


def test_a_private_chat_is_not_a_community() -> None:
    cooldowns, pulse = Cooldowns(), command()
    ask(cooldowns, pulse, NOON, community=None)
    assert not waits(cooldowns, pulse, NOON + 1)
    with pytest.raises(UserError):
        ask(cooldowns, pulse, NOON + 1, community=None)


def test_of_many_those_are_forgotten_who_need_not_wait_any_more() -> None:
    cooldowns, brief, long = Cooldowns(), command(), command("report", 3600)
    ask(cooldowns, long, NOON)
    for number in range(MANY):
        asker = Asker(AccountId("telegram", str(number)), "")
        ask(cooldowns, brief, NOON, asker)
    later = NOON + 31_000
    ask(cooldowns, brief, later)
    assert waits(cooldowns, long, later)
    assert waits(cooldowns, brief, later)
    kept: Any = cooldowns._until
    assert len(kept) == 2
