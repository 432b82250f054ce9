"""The address of the store: where it is written down, and what it means."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from bot.config_sources import read_sources
from bot.errors import UsageError

DEFAULT_STORE_URL = "sqlite:///foyer.db"

_FORMS = "write sqlite:///FILE, sqlite:////FOLDER/FILE or postgresql://USER@HOST/DATABASE"


@dataclass(frozen=True, slots=True)
class SqliteUrl:
    """A SQLite file; a relative path counts from the working folder."""

    path: Path


@dataclass(frozen=True, slots=True)
class PostgresUrl:
    """A PostgreSQL database; the address may hold a password and is never shown."""

    dsn: str = field(repr=False)


StoreUrl = SqliteUrl | PostgresUrl


def find_store_url(
    option: str | None, config_path: Path | None, environ: Mapping[str, str], cwd: Path
) -> str:
    """The store's URL: `--db`, else the settings' `store.url`, else a file in the working folder.

    Raises:
        UsageError: what was found is no store URL, or a file of settings cannot be read.
    """
    if option is not None:
        return _checked(option, "--db")
    found = read_sources(config_path, environ, cwd).get("store.url")
    if found is None:
        return DEFAULT_STORE_URL
    if not isinstance(found.value, str):
        raise UsageError(f"{found.origin}: must be text; {_FORMS}")
    return _checked(found.value, found.origin)


def parse_store_url(url: str) -> StoreUrl:
    """What a store URL means.

    Raises:
        UsageError: it is neither of SQLite nor of PostgreSQL; the URL itself is not repeated, as
            it may hold a password.
    """
    scheme, separator, rest = url.partition("://")
    if not separator:
        raise UsageError(f"this is no store URL; {_FORMS}")
    if scheme == "sqlite":
        return SqliteUrl(_sqlite_path(rest))
    if scheme == "postgresql":
        _check_address(url)
        return PostgresUrl(url)
    raise UsageError(f"a store is not reached by {scheme!r}; {_FORMS}")


def _checked(url: str, origin: str) -> str:
    try:
        parse_store_url(url)
    except UsageError as error:
        raise UsageError(f"{origin}: {error}") from None
    return url


def _sqlite_path(rest: str) -> Path:
    name = rest.removeprefix("/")
    if name == rest:
        raise UsageError("sqlite: takes three slashes before a relative file, four before a folder")
    if not name or name.endswith("/") or "\0" in name:
        raise UsageError(f"sqlite: names no file; {_FORMS}")
    if name == ":memory:" or "?" in name:
        raise UsageError("sqlite: takes a file and no options, as in sqlite:///foyer.db")
    return Path(name)


def _check_address(url: str) -> None:
    try:
        parts = urlsplit(url)
        sound = parts.port != 0 and bool(parts.netloc or parts.path.strip("/"))
    except ValueError:
        sound = False
    if not sound or any(character.isspace() or character == "\0" for character in url):
        raise UsageError(
            "the PostgreSQL address is malformed; write postgresql://USER@HOST:PORT/DATABASE,"
            " special characters of the password as %XX"
        )
