"""Shows on a terminal how far a long command has come."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

T = TypeVar("T")

_STEP = 500
"""The terminal is told of so many at once."""


@contextmanager
def counting(
    what: str, read: Callable[[], Iterator[T]], *, is_quiet: bool
) -> Iterator[Callable[[], Iterator[T]]]:
    """The same reading, with a line on stderr that counts up what is read.

    There is a line only where stderr is a terminal and nobody wants silence.
    """
    if is_quiet or not sys.stderr.isatty():
        yield read
        return
    from rich.console import Console
    from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    count = TextColumn("{task.description} {task.completed:,.0f}")
    columns = (SpinnerColumn(), count, TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task(what, total=None)

        def counted() -> Iterator[T]:
            for number, one in enumerate(read(), 1):
                if number % _STEP == 0:
                    progress.update(task, completed=number)
                yield one

        yield counted
