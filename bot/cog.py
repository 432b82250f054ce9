"""How a feature is declared: its commands, what it hears of, and what it does by itself.

A cog keeps nothing; everything goes through the context that its functions are given.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from bot.commands import Check, Command, Run, declared
from bot.context import Alarm, Context, Due
from bot.events import Event
from bot.recurrence import Recurrence
from bot.settings import CommunitySettings

HOUR = 3600
"""Seconds."""

E = TypeVar("E", bound=Event)
Hear = Callable[[Context, Any], Awaitable[None]]
When = Callable[[CommunitySettings], Recurrence | None]
"""How often a routine runs in a community; None where it is switched off there."""


@dataclass(frozen=True, slots=True)
class Handler:
    """A function that hears of one kind of event, once each, after it was recorded."""

    cog: str
    event: type[Event]
    run: Hear


@dataclass(frozen=True, slots=True)
class Routine:
    """Something that is due once in every slot of a recurrence, at most `window` seconds late."""

    name: str
    when: When
    window: int
    run: Callable[[Context, Due], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class AlarmHandler:
    """A function that is woken at the instants which `Context.wake` set for it."""

    name: str
    run: Callable[[Context, Alarm], Awaitable[None]]


class Cog:
    """A feature; names of commands, routines and alarms are unique in the whole bot."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.commands: list[Command] = []
        self.handlers: list[Handler] = []
        self.routines: list[Routine] = []
        self.alarms: list[AlarmHandler] = []

    def command(
        self,
        *,
        staff_only: bool = False,
        private: bool = False,
        hidden: bool = False,
        anywhere: bool = False,
        cooldown: int = 0,
        check: Check | None = None,
    ) -> Callable[[Run], Run]:
        """Declare a command: it returns what to answer."""

        def declare(function: Run) -> Run:
            self.commands.append(
                declared(
                    function,
                    staff_only=staff_only,
                    private=private,
                    hidden=hidden,
                    anywhere=anywhere,
                    cooldown=cooldown,
                    check=check,
                )
            )
            return function

        return declare

    def on(
        self, event: type[E]
    ) -> Callable[
        [Callable[[Context, E], Awaitable[None]]], Callable[[Context, E], Awaitable[None]]
    ]:
        """Declare what hears of an event; it runs in the transaction that records the event."""

        def declare(
            function: Callable[[Context, E], Awaitable[None]],
        ) -> Callable[[Context, E], Awaitable[None]]:
            self.handlers.append(Handler(self.name, event, function))
            return function

        return declare

    def routine(
        self, name: str, *, when: When, window: int = 36 * HOUR
    ) -> Callable[
        [Callable[[Context, Due], Awaitable[None]]], Callable[[Context, Due], Awaitable[None]]
    ]:
        """Declare what happens on a schedule; what it posts is stored together with its slot."""

        def declare(
            function: Callable[[Context, Due], Awaitable[None]],
        ) -> Callable[[Context, Due], Awaitable[None]]:
            self.routines.append(Routine(name, when, window, function))
            return function

        return declare

    def alarm(
        self, name: str
    ) -> Callable[
        [Callable[[Context, Alarm], Awaitable[None]]], Callable[[Context, Alarm], Awaitable[None]]
    ]:
        """Declare what `Context.wake(name, ...)` wakes; it runs in the alarm's own transaction."""

        def declare(
            function: Callable[[Context, Alarm], Awaitable[None]],
        ) -> Callable[[Context, Alarm], Awaitable[None]]:
            self.alarms.append(AlarmHandler(name, function))
            return function

        return declare
