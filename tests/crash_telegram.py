"""A feature of a test's own: it ends the process at the step that TELEGRAM_STEP says.

A step is every COMMIT, every question for updates and every answer to one, as they come.
"""

import os
from typing import Any

from bot.adapters.telegram.line.client import Client
from bot.cog import Cog
from tests.crashing import Steps

cog = Cog("mortality")


def _count(steps: Steps) -> None:
    poll = Client.poll

    async def counted(self: Client, *words: Any, **named: Any) -> bytes:
        steps.take()
        body = await poll(self, *words, **named)
        steps.take()
        return body

    Client.poll = counted  # type: ignore[method-assign]  # counts every question
    steps.count_statements({"COMMIT"})


if "TELEGRAM_STEP" in os.environ:
    _count(Steps(int(os.environ["TELEGRAM_STEP"])))
