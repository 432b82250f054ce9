"""Every way that we know of in which a secret gets into a log line, as functions of the secret."""

import asyncio
import gc
import json
import logging
import sys
import threading
import warnings
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import quote, quote_plus, urlencode

import structlog

from bot.config import DiscordSettings, Settings, StoreSettings
from bot.delivery import AmbiguousError, AuthError, NotDeliveredError
from bot.errors import StoreError, UsageError
from bot.logs import tell_of_loop_failure

Leak = Callable[[str], None]
Log = Callable[..., None]

LIBRARIES = ("httpx", "httpcore.connection", "telegram.ext.Updater", "discord.gateway", "sqlite")


class Client:
    """A library's object that shows its token."""

    def __init__(self, token: str) -> None:
        self.token = token

    def __repr__(self) -> str:
        return f"Client(token={self.token!r})"

    def __del__(self) -> None:
        if self.token.startswith("dies "):
            raise ValueError(self.token)


def own() -> Any:
    return structlog.get_logger("bot.adapters.somewhere")


def messages() -> Iterator[tuple[str, Leak]]:
    """What is said, and with which values."""
    yield "event", lambda s: own().info(s)
    yield (
        "event in an address",
        lambda s: own().warning(f"GET https://api.example.org/bot{s}/getMe"),
    )
    yield "value", lambda s: own().info("sent", token=s)
    yield "value of many lines", lambda s: own().info("sent", text=f"one\n{s}\r\nthree")
    yield "value in quotes", lambda s: own().info("sent", text=f"'{s}' \"{s}\"")
    yield "value in a list", lambda s: own().info("sent", all=["a", s, ("b", s)])
    yield "value in a set", lambda s: own().info("sent", all={s})
    yield "value in a mapping", lambda s: own().info("sent", all={"token": s})
    yield "key of a mapping", lambda s: own().info("sent", all={s: 1})
    yield "value as bytes", lambda s: own().info("sent", raw=s.encode())
    yield "value as an object", lambda s: own().info("sent", client=Client(s))
    yield "value as an exception", lambda s: own().info("failed", error=ValueError(s))
    yield "value as our exception", lambda s: own().info("failed", error=StoreError(f"at {s}"))
    yield "name of a value", lambda s: own().info("sent", **{s: 1})
    yield "bound value", lambda s: own().bind(token=s).info("sent")
    yield "name of a logger", lambda s: structlog.get_logger(s).warning("sent")
    yield "quoted", lambda s: own().info("sent", url=f"/bot{quote(s, safe='')}/getMe")
    yield "quoted with plus", lambda s: own().info("sent", url=quote_plus(s))
    yield "quoted twice", lambda s: own().info("sent", url=quote(quote(s, safe=""), safe=""))
    yield "in a query", lambda s: own().info("sent", url="?" + urlencode({"token": s}))
    yield "as JSON", lambda s: own().info("sent", body=json.dumps({"token": s}))
    yield "as Python", lambda s: own().info("sent", body=repr({"token": s}))
    yield "as text of bytes", lambda s: own().info("sent", body=repr(s.encode()))
    yield "in a header", lambda s: own().info("sent", header=f"Authorization: Bot {s}")
    yield "among control characters", lambda s: own().info("sent", text=f"\x1b[31m{s}\x07")
    yield "among letters", lambda s: own().info("sent", text=f"é“{s}”字")
    yield "settings", lambda s: own().info("set", settings=settings_with(s))
    yield "settings as text", lambda s: own().info("set", settings=repr(settings_with(s)))
    yield "settings as words", lambda s: own().info("set", settings=str(settings_with(s)))
    yield "address of a store", lambda s: own().info("open", url=f"postgresql://foyer:{s}@db/foyer")
    yield "debugging of our own", lambda s: own().debug(s)


def records() -> Iterator[tuple[str, Leak]]:
    """What libraries say through `logging`."""
    for name in LIBRARIES:
        for level in (logging.DEBUG, logging.INFO, logging.WARNING, logging.CRITICAL):
            yield f"{name} at {level}", _record(name, level)
    yield "percent", lambda s: other().warning("bot%s of %d", s, 3)
    yield "percent of a mapping", lambda s: other().warning("%(token)s", {"token": s})
    yield "percent that fails", lambda s: other().warning("%d", s)
    yield "too many arguments", lambda s: other().warning("nothing", s)
    yield "too few arguments", lambda s: other().warning(f"%s %s {s}", s)
    yield "representation", lambda s: other().warning("%r", Client(s))
    yield "bytes", lambda s: other().warning("%s", s.encode())
    yield "object as message", lambda s: other().warning(Client(s))
    yield "extra", lambda s: other().warning("sent", extra={"token": s})
    yield "exception in hand", lambda s: failing(s, lambda e: other().error("failed", exc_info=e))
    yield "exception at hand", lambda s: failing(s, lambda _: other().exception("failed"))
    yield "exception as message", lambda s: failing(s, lambda e: other().error(e))
    yield "stack", lambda s: other().warning("sent", stack_info=True, extra={"s": s})
    yield "quiet library set to debug", _loud_library
    yield "library with a handler of its own", _own_handler


def failures() -> Iterator[tuple[str, Leak]]:
    """What is told of exceptions."""
    yield "exception", lambda s: failing(s, lambda e: own().error("failed", exc_info=e))
    yield "exception by context", lambda s: failing(s, lambda _: own().exception("failed"))
    yield (
        "exception as a triple",
        lambda s: failing(s, lambda _: own().error("failed", exc_info=sys.exc_info())),
    )
    for kind in (StoreError, UsageError, AuthError, AmbiguousError, NotDeliveredError):
        yield f"{kind.__name__} of ours", _failing_with(kind)
    yield "cause", _caused
    yield "hidden context", _in_context
    yield "group", _grouped
    yield "group in a group", _grouped_deeply
    yield "note", _noted
    yield "circle", _circular
    yield "local", _with_locals
    yield "wrong syntax", _syntax
    yield "wrong letters", _letters
    yield "missing key", lambda s: failing_by(lambda: dict[str, str]()[s])
    yield "missing attribute", lambda s: failing_by(lambda: getattr(object(), s))
    yield "missing file", lambda s: failing_by(lambda: open(f"/nowhere/{s}"))  # noqa: SIM115, PTH123


def unheard() -> Iterator[tuple[str, Leak]]:
    """What nobody catches."""
    yield "uncaught", lambda s: failing(s, lambda e: sys.excepthook(type(e), e, e.__traceback__))
    yield "uncaught in a thread", _in_thread
    yield "uncaught while dying", _while_dying
    yield "warning", lambda s: warnings.warn(f"deprecated {s}", stacklevel=1)
    yield "task that nobody awaits", _forgotten_task
    yield "callback", _callback
    yield (
        "loop's own words",
        lambda s: in_loop(lambda loop: tell_of_loop_failure(loop, {"message": s})),
    )


def every_leak() -> list[tuple[str, Leak]]:
    return [*messages(), *records(), *failures(), *unheard()]


def other() -> logging.Logger:
    return logging.getLogger("somebody.else")


def settings_with(secret: str) -> Settings:
    store = StoreSettings(url=f"postgresql://foyer:{quote(secret, safe='')}@db/foyer")
    return Settings(discord=DiscordSettings.model_validate({"token": secret}), store=store)


def failing(secret: str, tell: Callable[[Exception], object]) -> None:
    client = Client(secret)
    try:
        raise ValueError(f"the token {client.token} was rejected", client)
    except ValueError as error:
        tell(error)


def failing_by(work: Callable[[], object]) -> None:
    try:
        work()
    except (LookupError, AttributeError, OSError):
        own().exception("failed")


def _record(name: str, level: int) -> Leak:
    return lambda s: logging.getLogger(name).log(level, "HTTP Request: POST bot%s/getMe", s)


def _failing_with(kind: type[Exception]) -> Leak:
    def leak(secret: str) -> None:
        try:
            raise kind(f"https://api.telegram.org/bot{secret}/sendMessage timed out")
        except kind:
            own().exception("failed")

    return leak


def _caused(secret: str) -> None:
    try:
        try:
            raise StoreError(f"postgresql://foyer:{secret}@db/foyer")
        except StoreError as cause:
            raise KeyError(secret) from cause
    except KeyError:
        own().exception("failed")


def _in_context(secret: str) -> None:
    try:
        try:
            raise KeyError(secret)
        except KeyError:
            raise AuthError(f"the token {secret} was rejected") from None
    except AuthError:
        own().exception("failed")


def _grouped(secret: str) -> None:
    own().error("failed", exc_info=ExceptionGroup(secret, [ValueError(secret), AuthError(secret)]))


def _grouped_deeply(secret: str) -> None:
    inner = ExceptionGroup(secret, [OSError(5, secret, secret)])
    own().error("failed", exc_info=BaseExceptionGroup(secret, [inner, KeyboardInterrupt(secret)]))


def _noted(secret: str) -> None:
    error = StoreError("full")
    error.add_note(secret)
    own().error("failed", exc_info=error)


def _circular(secret: str) -> None:
    one, two = ValueError(secret), StoreError(secret)
    one.__cause__, two.__cause__ = two, one
    own().error("failed", exc_info=one)


def _with_locals(secret: str) -> None:
    token, nested = secret, {"deep": [secret]}
    try:
        assert not (token and nested)
    except AssertionError:
        own().exception("failed", stack_info=True)


def _syntax(secret: str) -> None:
    try:
        compile(f"token = '{secret}' +", "<config>", "exec")
    except SyntaxError:
        own().exception("failed")


def _letters(secret: str) -> None:
    try:
        (secret.encode() + b"\xff").decode()
    except UnicodeDecodeError:
        own().exception("failed")


def _loud_library(secret: str) -> None:
    logger = logging.getLogger("discord.http")
    logger.setLevel(logging.DEBUG)
    logger.debug("POST with %s", secret)
    logger.setLevel(logging.NOTSET)


def _own_handler(secret: str) -> None:
    logging.getLogger("library.with.handler").warning("bot%s", secret)


def _in_thread(secret: str) -> None:
    def fail() -> None:
        raise ValueError(secret)

    thread = threading.Thread(target=fail, name=secret)
    thread.start()
    thread.join()


def _while_dying(secret: str) -> None:
    Client(f"dies {secret}")
    gc.collect()


def in_loop(work: Callable[[asyncio.AbstractEventLoop], object]) -> None:
    async def run() -> None:
        loop = asyncio.get_running_loop()
        loop.set_exception_handler(tell_of_loop_failure)
        work(loop)
        await asyncio.sleep(0)
        gc.collect()
        await asyncio.sleep(0)

    loop = asyncio.new_event_loop()
    try:
        loop.run_until_complete(run())
    finally:
        loop.close()


def _forgotten_task(secret: str) -> None:
    async def fail(words: str) -> None:
        raise ValueError(words)

    in_loop(lambda loop: loop.create_task(fail(secret), name=secret))


def _callback(secret: str) -> None:
    def fail(words: str) -> None:
        raise ValueError(words)

    in_loop(lambda loop: loop.call_soon(fail, secret))
