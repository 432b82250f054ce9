"""Brings a store's tables to the shape that this version of Foyer knows."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from bot.clock import now_ms
from bot.errors import StoreError
from db.connection import Connection

MIGRATIONS = Path(__file__).parent / "migrations"

_LEDGER = (
    "CREATE TABLE IF NOT EXISTS schema_migration ("
    "version {int} NOT NULL PRIMARY KEY, name TEXT NOT NULL,"
    " checksum TEXT NOT NULL, applied_at {int} NOT NULL) {keyed}"
)


@dataclass(frozen=True, slots=True)
class Migration:
    """A numbered file of statements, identified by its checksum."""

    version: int
    name: str
    text: str

    @property
    def checksum(self) -> str:
        """SHA-256 of the file as it stands."""
        return hashlib.sha256(self.text.encode()).hexdigest()

    def statements(self, tokens: Mapping[str, str]) -> list[str]:
        """The statements, without comments, in the engine's own words."""
        lines = [line for line in self.text.splitlines() if not line.startswith("--")]
        return [
            part.strip() for part in _filled("\n".join(lines), tokens).split(";") if part.strip()
        ]


def migrations(folder: Path = MIGRATIONS) -> list[Migration]:
    """All migrations in order of their number."""
    return [
        Migration(int(path.stem[:4]), path.stem[5:], path.read_text(encoding="utf-8"))
        for path in sorted(folder.glob("[0-9][0-9][0-9][0-9]_*.sql"))
    ]


async def pending(connection: Connection, known: list[Migration]) -> list[Migration]:
    """The migrations that the store still lacks; changes nothing.

    Raises:
        StoreError: the store is newer than this version, or a released migration was altered.
    """
    if not await connection.value("has_schema_" + connection.engine):
        return known
    applied = {row[0]: row[1] for row in await connection.rows("applied_migrations")}
    newest = known[-1].version if known else 0
    if max(applied, default=0) > newest:
        raise StoreError(
            f"the store is newer (version {max(applied)}) than this Foyer (version {newest});"
            " update Foyer, or restore a backup made before the update"
        )
    for migration in known:
        if applied.get(migration.version, migration.checksum) != migration.checksum:
            raise StoreError(
                f"migration {migration.version:04d}_{migration.name} was changed after this store"
                " applied it; use the Foyer release that made the store"
            )
    return [migration for migration in known if migration.version not in applied]


async def migrate(connection: Connection, known: list[Migration] | None = None) -> list[int]:
    """Apply what is missing, each migration in a transaction with its row; the versions applied."""
    missing = await pending(connection, migrations() if known is None else known)
    for migration in missing:
        async with connection.transaction():
            await connection.lock_schema()
            await connection.statement(_filled(_LEDGER, connection.ddl))
            if await connection.value("has_migration", version=migration.version):
                continue
            for statement in migration.statements(connection.ddl):
                await connection.statement(statement)
            await connection.run(
                "add_migration",
                version=migration.version,
                name=migration.name,
                checksum=migration.checksum,
                applied_at=now_ms(),
            )
    return [migration.version for migration in missing]


def _filled(text: str, tokens: Mapping[str, str]) -> str:
    for token, value in tokens.items():
        text = text.replace("{" + token + "}", value)
    return text
