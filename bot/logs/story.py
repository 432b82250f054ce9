"""What may be told of an exception: where it came from, and its words only if they are ours."""

import traceback
from collections.abc import Iterator

from bot.delivery import DeliveryError
from bot.errors import FoyerError, UserError

_OURS = (FoyerError, DeliveryError, UserError)
"""Their texts are written for operators; anybody else's may hold secrets or people's words."""


def headline(error: BaseException) -> str:
    """The exception's type, with its text where that is ours."""
    kind = type(error)
    name = kind.__qualname__ if kind.__module__ == "builtins" else _full_name(kind)
    return f"{name}: {error}" if isinstance(error, _OURS) else name


def story(error: BaseException) -> list[str]:
    """The exception, its frames and what led to it, a line each; never its arguments or locals."""
    return list(_story(error, set()))


def _story(error: BaseException, told: set[int]) -> Iterator[str]:
    told.add(id(error))
    yield headline(error)
    for frame, line in traceback.walk_tb(error.__traceback__):
        yield f"  {frame.f_code.co_filename}:{line} {frame.f_code.co_qualname}"
    if isinstance(error, BaseExceptionGroup):
        for part in error.exceptions:
            if id(part) not in told:
                yield from _story(part, told)
    earlier = error.__cause__ or error.__context__
    if earlier is not None and id(earlier) not in told:
        yield "after"
        yield from _story(earlier, told)


def _full_name(kind: type[BaseException]) -> str:
    return f"{kind.__module__}.{kind.__qualname__}"
