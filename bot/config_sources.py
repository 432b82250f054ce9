"""Where settings are written down: config.toml, secret files, `.env` and variables.

All of them give flat, dotted keys (`discord.token`), each with the place it was found in, so that
a mistake can be told with its file and line. No validation happens here, and nothing heavy is
loaded: `foyer import` finds its store through this module.
"""

import os
import re
import stat
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bot.errors import UsageError

CONFIG_NAME = "config.toml"
PREFIX = "FOYER_"
SECRETS_VARIABLE = "FOYER_SECRETS_DIR"
_SECRETS_FOLDER = Path("/run/secrets")
_LARGEST_SECRET = 65_536
_PRIVATE = (".token", "_secret")
"""How keys end whose values nobody else may read."""


@dataclass(frozen=True, slots=True)
class Found:
    """A setting's raw value, and its origin as `config.toml:4: http.port` or a variable's name."""

    value: Any = field(repr=False)
    origin: str


Sources = dict[str, Found]


def read_sources(config_path: Path | None, environ: Mapping[str, str], cwd: Path) -> Sources:
    """Every setting that is written down somewhere, by dotted key.

    Variables win over `.env`, that over secret files, those over the config file. An empty
    variable counts as absent.

    Raises:
        UsageError: a file is missing, unreadable or malformed, or others can read its tokens.
    """
    return {
        **dict(_from_config(config_path, cwd)),
        **dict(_from_secrets(environ)),
        **dict(_from_dotenv(cwd)),
        **dict(_from_variables(environ, "")),
    }


def _from_variables(
    variables: Mapping[str, str | None], prefix: str
) -> Iterator[tuple[str, Found]]:
    """Settings are the variables `FOYER_SECTION__KEY`; others of that prefix are not."""
    for name, value in variables.items():
        if name.upper().startswith(PREFIX) and "__" in name and value:
            key = name[len(PREFIX) :].lower().replace("__", ".")
            yield key, Found(value, f"{prefix}{name}")


def _from_dotenv(cwd: Path) -> Iterator[tuple[str, Found]]:
    path = cwd / ".env"
    if not path.is_file():
        return
    from dotenv import dotenv_values

    try:
        variables = dotenv_values(path, interpolate=False)
    except (OSError, ValueError) as error:
        raise UsageError(f".env: cannot be read ({_reason(error)})") from None
    yield from _from_variables(variables, ".env: ")


def _from_secrets(environ: Mapping[str, str]) -> Iterator[tuple[str, Found]]:
    """Files named like the variable in lower case: `foyer_discord__token`."""
    named = environ.get(SECRETS_VARIABLE)
    folder = Path(named) if named else _SECRETS_FOLDER
    if not folder.is_dir():
        if named:
            raise UsageError(f"{SECRETS_VARIABLE}: {named} is not a folder")
        return
    try:
        files = sorted(path for path in folder.glob("[fF][oO][yY][eE][rR]_*") if path.is_file())
        texts = {path.name: _secret(path) for path in files}
    except OSError as error:
        raise UsageError(f"{folder}: cannot be read ({_reason(error)})") from None
    yield from _from_variables(texts, f"{folder}{os.sep}")


def _secret(path: Path) -> str:
    if path.stat().st_size > _LARGEST_SECRET:
        raise UsageError(f"{path}: is too long for a secret")
    try:
        return path.read_text(encoding="utf-8").strip()
    except UnicodeDecodeError:
        raise UsageError(f"{path}: is not UTF-8 text") from None


def _from_config(config_path: Path | None, cwd: Path) -> Iterator[tuple[str, Found]]:
    path = cwd / CONFIG_NAME if config_path is None else config_path
    name = CONFIG_NAME if config_path is None else str(config_path)
    if config_path is None and not path.exists():
        return
    text = _config_text(path, name)
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise UsageError(_syntax(name, text, str(error))) from None
    except RecursionError:
        raise UsageError(f"{name}: is nested too deeply") from None
    settings = dict(_flat(document))
    if any(key.endswith(_PRIVATE) and value for key, value in settings.items()):
        _check_private(path, name)
    lines = _key_lines(text)
    for key, value in settings.items():
        yield key, Found(value, f"{name}{_line_of(key, lines)}: {key}")


def _config_text(path: Path, name: str) -> str:
    try:
        return path.read_bytes().decode("utf-8-sig")
    except FileNotFoundError:
        raise UsageError(f"{name}: there is no such file; see config.example.toml") from None
    except UnicodeDecodeError as error:
        raise UsageError(f"{name}: is not UTF-8 text (byte {error.start})") from None
    except (OSError, ValueError) as error:
        raise UsageError(f"{name}: cannot be read ({_reason(error)})") from None


def _check_private(path: Path, name: str) -> None:
    if os.name == "posix" and stat.S_IMODE(path.stat().st_mode) & 0o077:
        raise UsageError(
            f"{name}: holds a token or secret that others can read; run: chmod 600 {name}"
        )


def _reason(error: Exception) -> str:
    return (error.strerror if isinstance(error, OSError) else None) or type(error).__name__


def _syntax(name: str, text: str, message: str) -> str:
    """`config.toml:3: ...`, the parser's own position moved to the front."""
    said, _, position = message.partition(" (at ")
    line = re.match(r"line (\d+)", position)
    number = int(line[1]) if line else text.count("\n") + 1
    return f"{name}:{number}: {said[:1].lower()}{said[1:]}"


def _flat(table: Mapping[str, Any], above: str = "") -> Iterator[tuple[str, Any]]:
    for name, value in table.items():
        if isinstance(value, dict) and value:
            yield from _flat(value, f"{above}{name}.")
        elif above or not isinstance(value, dict):
            yield f"{above}{name}", value


def _key_lines(text: str) -> dict[str, int]:
    """The line of each table and key, by dotted name; enough for files people write by hand."""
    lines: dict[str, int] = {}
    table = ""
    for number, line in enumerate(text.splitlines(), 1):
        if header := re.match(r"\s*\[+\s*([^\[\]#]+?)\s*\]", line):
            table = _plain(header[1]) + "."
            lines.setdefault(table[:-1], number)
        elif key := re.match(r"\s*([A-Za-z0-9_.\"'\- ]+?)\s*=", line):
            lines.setdefault(table + _plain(key[1]), number)
    return lines


def _plain(key: str) -> str:
    return re.sub(r"[\s\"']", "", key)


def _line_of(key: str, lines: Mapping[str, int]) -> str:
    """`:4` for the key itself or the nearest table around it."""
    while key:
        if key in lines:
            return f":{lines[key]}"
        key = key.rpartition(".")[0]
    return ""
