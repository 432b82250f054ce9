"""Plays a script to its end, or goes on as long as somebody types."""

from collections.abc import Callable, Iterable, Iterator
from itertools import chain
from typing import NamedTuple

from bot.adapters.console.directives import Begin, Empty, Explain, Quit, Speech, Wait
from bot.adapters.console.script import Step, parse
from bot.adapters.console.session import Session
from bot.clock import Clock
from bot.errors import UsageError
from bot.post import inert_name


class Opening(NamedTuple):
    """What a script says before anything happens: the instant (epoch ms) and the language."""

    at: int | None
    language: str | None
    rest: Iterator[Step]


def opening(steps: Iterable[Step]) -> Opening:
    """Takes the opening off a script; of two instants the second one lets time pass."""
    coming = iter(steps)
    at = language = None
    for step in coming:
        match step.directive:
            case Begin(instant) if at is None:
                at = instant
            case Speech(code):
                language = code
            case Empty():
                continue
            case _:
                return Opening(at, language, chain([step], coming))
    return Opening(at, language, coming)


async def play(session: Session, steps: Iterable[Step]) -> None:
    """Carry a script out up to `:quit` or its end.

    Raises:
        UsageError: something cannot be done; where it stands is named.
    """
    for where, directive in steps:
        if isinstance(directive, Quit):
            return
        try:
            await session.carry_out(directive)
        except UsageError as error:
            raise UsageError(f"{where}: {error}") from None


async def converse(
    session: Session, typed: Callable[[str], str | None], wall: Clock, beginner: str
) -> None:
    """Carry out what is typed, a line for each prompt, until `:quit` or None.

    Real time, told by `wall`, passes between the lines. A mistake is told, and that is all.
    """
    session.room.speaker = beginner
    session.room.people.add(beginner)
    session.room.staff.add(beginner)
    await session.carry_out(Explain())
    before = wall.now()
    while (line := typed(_prompt(session))) is not None:
        now = wall.now()
        await session.stage.advance(session.stage.clock.now() + max(0, now - before))
        before = now
        try:
            directive = parse(line)
            if isinstance(directive, Quit):
                return
            if directive is not None:
                await session.carry_out(directive)
            if isinstance(directive, Wait):
                session.screen.show_time()
        except UsageError as error:
            session.screen.complain(str(error))


def _prompt(session: Session) -> str:
    return f"{inert_name(session.room.speaker or '', '…')}> "
