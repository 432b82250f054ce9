"""A process that may die at any statement of its store and any call of its platform."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import aiosqlite
import pytest

from tests.bot import RememberingPlatform


class DeathError(BaseException):
    """The process is no more: nobody catches this."""


class Life:
    """What is left of a life, in steps; endless until `ends_in` says otherwise."""

    def __init__(self) -> None:
        self.left: int | None = None
        self.is_over = False

    def ends_in(self, steps: int) -> None:
        """Die after so many steps."""
        self.left = steps

    def begin(self) -> None:
        """Live again, as another process."""
        self.left, self.is_over = None, False

    def step(self) -> None:
        """Go on, or die; the dead do nothing more."""
        if self.left is not None:
            self.left -= 1
            self.is_over = self.is_over or self.left < 0
        if self.is_over:
            raise DeathError


@contextmanager
def mortal_stores(life: Life) -> Iterator[None]:
    """Every statement of every SQLite store is a step; a dead process can only be closed."""
    execute: Any = aiosqlite.Connection._execute

    async def step(self: aiosqlite.Connection, work: Any, *args: Any, **kwargs: Any) -> Any:
        if getattr(work, "__name__", "") not in {"close", "_close"}:
            life.step()
        return await execute(self, work, *args, **kwargs)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(aiosqlite.Connection, "_execute", step)
        yield


class MortalPlatform(RememberingPlatform):
    """A platform that the process may not live to hear the answer of."""

    life: Life

    async def send(self, target: str, payload: str, nonce: str) -> str:
        """Send, and maybe die before or after."""
        self.life.step()
        sent_id = await super().send(target, payload, nonce)
        self.life.step()
        return sent_id

    async def edit(self, target: str, sent_id: str, payload: str) -> None:
        """Edit, and maybe die before or after."""
        self.life.step()
        await super().edit(target, sent_id, payload)
        self.life.step()

    async def delete(self, target: str, sent_id: str) -> None:
        """Delete, and maybe die before or after."""
        self.life.step()
        await super().delete(target, sent_id)
        self.life.step()
