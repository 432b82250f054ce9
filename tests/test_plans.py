import re
import sqlite3
from collections.abc import Iterator

import pytest

from db.connection import QUERIES
from db.migrate import migrations
from db.sqlite import SqliteConnection

EXPECTED = {
    "day_messages": ["m USING PRIMARY KEY (community_id=? AND at>? AND at<?)"],
    "day_reactions": [
        "r USING COVERING INDEX reaction_time (community_id=? AND at>? AND at<?)",
        "o USING PRIMARY KEY (community_id=? AND channel_no=? AND message_no=?"
        " AND account_no=? AND emoji=?)",
    ],
    "span_messages": ["m USING PRIMARY KEY (community_id=? AND at>? AND at<?)"],
    "message_reactions": [
        "reaction USING PRIMARY KEY (community_id=? AND channel_no=? AND message_no=?)"
    ],
    "first_spoken": [
        "activity_day USING PRIMARY KEY (community_id=? AND day>? AND day<?)",
        "b USING COVERING INDEX activity_account (community_id=? AND account_no=? AND day<?)",
    ],
    "spoken_before": [
        "activity_day USING COVERING INDEX activity_account"
        " (community_id=? AND account_no=? AND day<?)"
    ],
    "voice_contacts_before": [
        "contact_day USING COVERING INDEX contact_voice (community_id=? AND sender_no=? AND day<?)"
    ],
    "next_posts": [
        "SCAN o USING INDEX outbox_open",
        "f USING INDEX outbox_first (platform=? AND target=? AND at<?)",
    ],
    "expire_posts": ["SCAN outbox USING INDEX outbox_open"],
}


@pytest.fixture
def schema() -> Iterator[sqlite3.Connection]:
    connection = sqlite3.connect(":memory:")
    for migration in migrations():
        for statement in migration.statements(SqliteConnection.ddl):
            connection.execute(statement)
    yield connection
    connection.close()


def queries() -> dict[str, tuple[str, str]]:
    pattern = re.compile(r"-- name: (\w+)\(([^)]*)\)\S*\n(.*?);\n", re.DOTALL)
    texts = [path.read_text() for path in sorted(QUERIES.glob("*.sql"))]
    return {m[1]: (m[2], m[3]) for text in texts for m in pattern.finditer(text)}


@pytest.mark.parametrize("name", EXPECTED)
def test_what_is_asked_often_is_found_by_an_index(schema: sqlite3.Connection, name: str) -> None:
    names, sql = queries()[name]
    parameters = dict.fromkeys((one.strip() for one in names.split(",")), 1)
    rows = schema.execute(f"EXPLAIN QUERY PLAN {sql}", parameters)
    plan = [row[3].removeprefix("SEARCH ") for row in rows]
    assert [step for step in EXPECTED[name] if step not in plan] == [], plan
