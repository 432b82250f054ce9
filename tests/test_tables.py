import re

import pytest

from db.connection import Connection
from db.migrate import MIGRATIONS
from db.tables import TABLES, Kept, Table, type_of
from tests.stores import fetch, in_store

ACCOUNT_COLUMN = re.compile(r"(account|author|inviter|sender|receiver|person)_no$")


async def _columns(connection: Connection, table: str) -> dict[str, str]:
    if connection.engine == "sqlite":
        rows = await fetch(connection, f"SELECT name, type FROM pragma_table_info('{table}')")
        names = {"INTEGER": "bigint", "TEXT": "text", "REAL": "float8"}
        return {row[0]: names[row[1]] for row in rows}
    rows = await fetch(
        connection,
        "SELECT column_name, udt_name FROM information_schema.columns"
        f" WHERE table_schema = CURRENT_SCHEMA AND table_name = '{table}'",
    )
    return {str(row[0]): "bigint" if row[1] == "int8" else str(row[1]) for row in rows}


async def _table_names(connection: Connection) -> set[str]:
    if connection.engine == "sqlite":
        rows = await fetch(connection, "SELECT name FROM sqlite_master WHERE type = 'table'")
    else:
        rows = await fetch(
            connection,
            "SELECT table_name FROM information_schema.tables"
            " WHERE table_schema = CURRENT_SCHEMA AND table_type = 'BASE TABLE'",
        )
    return {row[0] for row in rows} - {"schema_migration"}


def test_the_registry_names_every_table(store_url: str) -> None:
    assert in_store(store_url, _table_names) == {table.name for table in TABLES}


def test_the_registry_names_every_column_with_its_type(store_url: str) -> None:
    async def all_columns(connection: Connection) -> dict[str, dict[str, str]]:
        return {table.name: await _columns(connection, table.name) for table in TABLES}

    assert in_store(store_url, all_columns) == {
        table.name: {column: type_of(column) for column in table.all_columns} for table in TABLES
    }


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_every_column_that_names_an_account_is_erased(table: Table) -> None:
    named = {column for column in table.all_columns if ACCOUNT_COLUMN.search(column)}
    assert named == {*table.owner, *table.points}


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_keys_of_a_communitys_data_start_with_the_community(table: Table) -> None:
    assert table.installation or table.key[0] == "community_id"


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_what_goes_with_time_has_a_time(table: Table) -> None:
    assert (table.kept is Kept.RAW) == (table.time is not None)


def test_primary_keys_are_the_registrys() -> None:
    text = "\n".join(path.read_text() for path in sorted(MIGRATIONS.glob("*.sql")))
    for table in TABLES:
        *_, statement = re.findall(rf"CREATE TABLE {table.name} \((.*?)\n\) ", text, re.DOTALL)
        keyed = re.search(r"PRIMARY KEY \(([^)]*)\)", statement)
        single = re.search(r"^\s*(\w+) [^,]*PRIMARY KEY", statement, re.MULTILINE)
        found = keyed[1] if keyed else single[1] if single else ""
        assert tuple(found.split(", ")) == table.key, table.name
