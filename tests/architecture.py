"""The rules of the house, each a function from a module's source to what it does wrong."""

import ast
import re
from collections.abc import Callable, Iterator
from typing import NamedTuple


class Source(NamedTuple):
    """A module's dotted name and its text."""

    name: str
    text: str

    @property
    def tree(self) -> ast.Module:
        """The module, parsed."""
        return ast.parse(self.text)


Rule = Callable[[Source], Iterator[str]]
"""What a module does that it must not, one text for each finding."""


def imports(source: Source) -> Iterator[str]:
    """Everything that is imported anywhere in the source; `from a import b` is `a.b`."""
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def inside(name: str, *packages: str) -> bool:
    """Whether a dotted name is one of the packages or lies in one."""
    return any(name == package or name.startswith(f"{package}.") for package in packages)


# Who may import whom

HOMES = {
    "discord": ("bot.adapters.discord",),
    "telegram": ("bot.adapters.telegram",),
    "aiosqlite": ("db",),
    "asyncpg": ("db",),
    "aiosql": ("db",),
    "sqlite3": ("db",),
    "apscheduler": ("bot.alarm_clock",),
    "aiohttp": ("bot.serve", "bot.adapters.telegram"),
    "httpx": ("bot.adapters.telegram",),
    "prometheus_client": ("bot.telemetry",),
    "pydantic": ("bot.config",),
    "pydantic_settings": ("bot.config",),
}
"""Libraries that are named in one room only."""


def libraries_outside_their_home(source: Source) -> Iterator[str]:
    for name in imports(source):
        homes = HOMES.get(name.partition(".")[0])
        if homes and not inside(source.name, *homes):
            yield f"imports {name}, which belongs to {' and '.join(homes)}"


PURE = (
    "bot.authenticity",
    "bot.conversations",
    "bot.digest",
    "bot.facts",
    "bot.index",
    "bot.metrics",
    "bot.people",
    "bot.post",
    "bot.ledger",
    "bot.render",
    "bot.rollup",
    "bot.sight",
    "bot.sources",
    "bot.spans",
    "bot.tiers",
    "bot.weeks",
)
OUTSIDE_WORLD = (
    *("asyncio", "concurrent", "http", "io", "multiprocessing", "os", "pathlib", "shutil"),
    *("socket", "sqlite3", "subprocess", "tempfile", "threading", "time", "urllib", "db"),
    *("bot.adapters", "bot.app", "bot.cli", "bot.config", "bot.config_sources", "bot.gather"),
    *("bot.importers", "bot.importing", "bot.recorder", "bot.schedule", "bot.serve"),
)


def input_or_output_in_pure_rooms(source: Source) -> Iterator[str]:
    if not inside(source.name, *PURE):
        return
    yield from (f"imports {name}" for name in imports(source) if inside(name, *OUTSIDE_WORLD))
    for node in ast.walk(source.tree):
        match node:
            case ast.Call(func=ast.Name(id="open" | "print" | "input" as name)):
                yield f"calls {name}()"


DB_MAY_IMPORT = (
    *("db", "bot.clock", "bot.errors", "bot.events", "bot.ledger", "bot.model"),
    "bot.rollup",
)


def foreign_rooms_in_db(source: Source) -> Iterator[str]:
    if inside(source.name, "db"):
        for name in imports(source):
            if inside(name, "bot", "cogs") and not inside(name, *DB_MAY_IMPORT):
                yield f"imports {name}"


BUILDERS = ("bot.app", "bot.bench", "bot.cli", "bot.demo")
"""Who may ask the composition root for anything."""


def builders_elsewhere(source: Source) -> Iterator[str]:
    if inside(source.name, "bot", "cogs", "db") and not inside(source.name, *BUILDERS):
        yield from (f"imports {name}" for name in imports(source) if inside(name, "bot.app"))


def edges_in_cogs(source: Source) -> Iterator[str]:
    if inside(source.name, "cogs"):
        for name in imports(source):
            if inside(name, "db", "bot.adapters", "bot.config", "bot.app"):
                yield f"imports {name}"
        if ".hands" in source.text:
            yield "reaches for the store past its context"


ADAPTERS = ("bot.adapters.discord", "bot.adapters.telegram", "bot.adapters.console")


def features_in_adapters(source: Source) -> Iterator[str]:
    if inside(source.name, "bot.adapters"):
        others = [adapter for adapter in ADAPTERS if not inside(source.name, adapter)]
        for name in imports(source):
            if inside(name, "cogs", "db", *others):
                yield f"imports {name}"


TELEGRAM_ROOMS = ("reading", "line", "saying", "groups", "listening", "asking")
"""The rooms of Telegram's adapter, each of which knows those before it alone."""


def telegram_rooms_upwards(source: Source) -> Iterator[str]:
    home = "bot.adapters.telegram."
    room = source.name.removeprefix(home).partition(".")[0]
    if not source.name.startswith(home) or room not in TELEGRAM_ROOMS:
        return
    allowed = TELEGRAM_ROOMS[: TELEGRAM_ROOMS.index(room) + 1]
    for name in imports(source):
        other = name.removeprefix(home).partition(".")[0] if name.startswith(home) else ""
        if other and other not in allowed:
            yield f"imports {name}, a room above"


# What no module may hold

CLOCKS = {
    *("time.time", "time.time_ns", "time.localtime", "time.gmtime", "time.strftime"),
    *("datetime.now", "datetime.utcnow", "datetime.today", "date.today"),
}


def wall_clocks(source: Source) -> Iterator[str]:
    if source.name == "bot.clock":
        return
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Attribute):
            said = ast.unparse(node)
            if ".".join(said.split(".")[-2:]) in CLOCKS:
                yield f"reads {said}"
        elif isinstance(node, ast.ImportFrom) and node.module == "time":
            yield from (f"takes {a.name}" for a in node.names if f"time.{a.name}" in CLOCKS)


MAY_CATCH_EVERYTHING = {"bot.dispatcher", "bot.adapters.supervisor", "bot.cli"}


def caught_everything(source: Source) -> Iterator[str]:
    for node in ast.walk(source.tree):
        if not isinstance(node, ast.ExceptHandler):
            continue
        caught = {word.id for word in ast.walk(node.type or node) if isinstance(word, ast.Name)}
        if node.type is None:
            yield f"catches anything in line {node.lineno}"
        elif "Exception" in caught and source.name not in MAY_CATCH_EVERYTHING:
            yield f"catches Exception in line {node.lineno}"
        elif "BaseException" in caught and not _raises_again(node):
            yield f"swallows BaseException in line {node.lineno}"


def _raises_again(handler: ast.ExceptHandler) -> bool:
    last = handler.body[-1]
    return isinstance(last, ast.Raise) and last.exc is None


NAMELESS = {"utils", "util", "helpers", "helper", "common", "misc", "base", "manager"}


def nameless_names(source: Source) -> Iterator[str]:
    for word in source.name.split("."):
        if NAMELESS & set(word.split("_")):
            yield f"is called {word}, which says nothing"


UNFINISHED = re.compile(r"\b(TO" + r"DO|FIX" + r"ME|X" + r"XX)\b")


def unfinished_work(source: Source) -> Iterator[str]:
    for number, line in enumerate(source.text.splitlines(), 1):
        if UNFINISHED.search(line):
            yield f"leaves work in line {number}"


Documented = ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef


def missing_docstrings(source: Source) -> Iterator[str]:
    if not ast.get_docstring(source.tree):
        yield "has no docstring"
    for name, node in _public(source.tree):
        if not ast.get_docstring(node):
            yield f"has no docstring on {name}"


def _public(parent: ast.Module | ast.ClassDef, above: str = "") -> Iterator[tuple[str, Documented]]:
    for node in parent.body:
        if isinstance(node, Documented) and not node.name.startswith("_"):
            yield f"{above}{node.name}", node
            if isinstance(node, ast.ClassDef):
                yield from _public(node, f"{above}{node.name}.")


LONGEST = 400


def too_long(source: Source) -> Iterator[str]:
    length = len(source.text.splitlines())
    if length > LONGEST:
        yield f"has {length} lines; {LONGEST} are the most"


WORK = re.compile(r"^open$|environ|getenv|\.(read_text|read_bytes|now|today|connect)$")


def work_at_import(source: Source) -> Iterator[str]:
    """Reading the environment, files or the clock while a module is loaded."""
    for node in source.tree.body:
        if isinstance(node, Documented):
            continue
        for call in ast.walk(node):
            if isinstance(call, ast.Call) and WORK.search(ast.unparse(call.func)):
                yield f"calls {ast.unparse(call.func)} when it is imported"


EVERYWHERE: tuple[Rule, ...] = (nameless_names, unfinished_work, too_long)
RULES: tuple[Rule, ...] = (
    libraries_outside_their_home,
    input_or_output_in_pure_rooms,
    foreign_rooms_in_db,
    builders_elsewhere,
    edges_in_cogs,
    features_in_adapters,
    telegram_rooms_upwards,
    wall_clocks,
    caught_everything,
    missing_docstrings,
    work_at_import,
    *EVERYWHERE,
)
