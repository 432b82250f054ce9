import contextlib
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import ContentError
from bot.importers import json_walk
from bot.importers.files import find_sources
from bot.importers.json_walk import Mark, Walk
from bot.importers.surrogates import LONE, mark_lone_halves, split_unfinished
from tests.exports import saved

RECORDS = frozenset({("messages", None)})
BROKEN: list[tuple[bytes, int]] = [
    (b'{"a":[1,2', 9),
    (b'{"a":"\xe2\x82', 8),
    (b" ", 1),
    (b'{"a":NaN}', 5),
    (b'{"a":-Infinity}', 6),
    (b'{"a":1 2}', 7),
    (b'{"a":01}', 6),
    (b'{"a":"b" "c"}', 9),
    (b'{"a":1,}', 7),
    (b"[1,,2]", 3),
    (b"[1}", 2),
    (b'{"a" 1}', 5),
    (b'{"a":tru}', 8),
    (b'{"a":1} {', 8),
    (b'{"a":1}]', 7),
    (b'{"a":1}\0', 7),
    (b'{"a":"x\0"}', 7),
    (b'{"a":"x\ny"}', 7),
    (b'{"a":"\xff"}', 6),
    (b'{"a":"\xed\xa0\x80"}', 6),
    (b'{"a":"\xc0\x80"}', 6),
    ('{"a":1}'.encode("utf-16"), 0),
    (b"[" * 100_000, 64),
    (b"[" * 100_000 + b"]" * 100_000, 64),
    (b'{"messages":[' + b"[" * 100_000, 75),
    (b'{"messages":[{"x":' + b'{"a":' * 100_000, 18 + 5 * 61),
    (b'{"a":' + b"9" * 5_000 + b"}", 5),
    (b'{"a":1e99999999999999999999}', 5),
]


def steps(path: Path, block: int = 65_536) -> list[tuple[Any, Any]]:
    return list(Walk(find_sources([path])[0], RECORDS, block).steps())


@pytest.mark.parametrize(("data", "offset"), BROKEN, ids=range(len(BROKEN)))
def test_a_broken_file_is_named_with_its_byte(tmp_path: Path, data: bytes, offset: int) -> None:
    path = saved(tmp_path / "x.json", data)
    with pytest.raises(ContentError, match=rf"x\.json: .* at byte {offset};"):
        steps(path)


@pytest.mark.parametrize("padding", [0, 65_520, 65_536, 131_060])
def test_the_byte_is_true_in_every_block(tmp_path: Path, padding: int) -> None:
    path = saved(tmp_path / "x.json", b" " * padding + b'{"a":"b" "c"}')
    with pytest.raises(ContentError, match=f"at byte {padding + 9};"):
        steps(path)


@given(data=st.binary(min_size=1, max_size=60), block=st.integers(7, 40))
def test_any_bytes_are_read_or_refused(
    tmp_path_factory: pytest.TempPathFactory, data: bytes, block: int
) -> None:
    path = saved(tmp_path_factory.mktemp("any") / "x.json", data)
    with contextlib.suppress(ContentError):
        steps(path, block)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=20,
)


@given(messages=st.lists(json_values, max_size=6), block=st.integers(7, 200))
def test_records_come_as_the_standard_library_reads_them(
    tmp_path_factory: pytest.TempPathFactory, messages: list[Any], block: int
) -> None:
    data = {"before": [1, {"x": []}], "messages": messages, "after": {"messages": [2]}}
    path = saved(tmp_path_factory.mktemp("same") / "x.json", data)
    read = [value for where, value in steps(path, block) if where in RECORDS]
    assert read == messages


@given(data=st.data(), block=st.integers(7, 30))
def test_every_cut_of_a_document_ends_too_early(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject, block: int
) -> None:
    whole = json.dumps({"messages": [{"a": "é\ud83d\ude00", "b": [1.5, None]}]}).encode()
    cut = data.draw(st.integers(1, len(whole) - 1))
    path = saved(tmp_path_factory.mktemp("cut") / "x.json", whole[:cut])
    with pytest.raises(ContentError, match=f"ends too early, at byte {cut};"):
        steps(path, block)


def test_skipped_records_are_checked_but_not_built(tmp_path: Path) -> None:
    path = saved(tmp_path / "x.json", {"messages": [{"a": [{}]}, 5], "z": 1})
    walk = Walk(find_sources([path])[0], RECORDS)
    walk.is_skipping = True
    told = list(walk.steps())
    assert (("messages", None), None) in told
    assert told[-2:] == [(("z",), 1), ((), Mark.END)]


def test_skipped_records_may_not_be_nested_too_deep_either(tmp_path: Path) -> None:
    path = saved(tmp_path / "x.json", b'{"messages":[' + b"[" * 100 + b"]" * 100 + b"]}")
    walk = Walk(find_sources([path])[0], RECORDS)
    walk.is_skipping = True
    with pytest.raises(ContentError, match="nested deeper than 64 levels at byte 75;"):
        list(walk.steps())


def test_too_many_values_in_a_record_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(json_walk, "MOST_VALUES", 10)
    path = saved(tmp_path / "x.json", {"messages": [list(range(20))]})
    with pytest.raises(ContentError, match="a record of more than 10 values at byte"):
        steps(path)


def test_a_value_without_an_end_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(json_walk, "LARGEST_VALUE", 200)
    path = saved(tmp_path / "x.json", b'{"a":"' + b"x" * 1_000 + b'"}')
    with pytest.raises(ContentError, match="a value of more than"):
        steps(path, 64)


@pytest.mark.parametrize(
    ("escaped", "read"),
    [
        (rb"\ud800", LONE),
        (rb"\ude00x", LONE + "x"),
        (rb"\ud83d\u0041", LONE + "A"),
        (rb"\ud83d\ud83d\ude00", LONE + "😀"),
        (rb"\\ud800", "\\ud800"),
        (rb"\x0Bx", "\b\bx"),
    ],
)
def test_half_characters_are_marked_and_keep_their_length(
    tmp_path: Path, escaped: bytes, read: str
) -> None:
    path = saved(tmp_path / "x.json", b'{"a":"' + escaped + b'"}')
    assert (("a",), read) in steps(path)
    assert len(mark_lone_halves(escaped)) == len(escaped)


pieces = st.sampled_from(
    [rb"\ud83d", rb"\ude00", rb"\\", rb"\n", rb"\x0B", rb"\u0041", b"x", b"d800", b"\\"]
)


@given(text=st.lists(pieces, max_size=10).map(b"".join), size=st.integers(1, 9))
def test_where_a_block_ends_changes_nothing(text: bytes, size: int) -> None:
    held, told = b"", b""
    for start in range(0, len(text), size):
        block, held = split_unfinished(held + text[start : start + size])
        told += mark_lone_halves(block)
    assert told + mark_lone_halves(held) == mark_lone_halves(text)
