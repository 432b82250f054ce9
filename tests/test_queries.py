import re
from pathlib import Path

from db.connection import QUERIES

ROOT = Path(__file__).parents[1]
NAME = re.compile(r"-- name: (\w+)\(")
ONE_PER_ENGINE = "has_schema_"


def test_every_query_is_asked_by_somebody() -> None:
    names = {name for path in QUERIES.glob("*.sql") for name in NAME.findall(path.read_text())}
    code = "\n".join(
        path.read_text() for room in ("bot", "db") for path in (ROOT / room).rglob("*.py")
    )
    asked = {name for name in names if f'"{name}"' in code or name.startswith(ONE_PER_ENGINE)}
    assert names == asked


def test_queries_have_one_name_each() -> None:
    names = [name for path in QUERIES.glob("*.sql") for name in NAME.findall(path.read_text())]
    assert len(names) == len(set(names))
