import os
from pathlib import Path
from typing import Any

import pytest

from bot.errors import ContentError, FoyerError, UsageError
from bot.importers import Plan, examine
from tests.exports import channel, group, lines, posted, said, saved


def complaint(*paths: Path, **options: Any) -> FoyerError:
    with pytest.raises(FoyerError) as told:
        examine(paths, **options)
    assert "\n" not in str(told.value)
    return told.value


def test_a_missing_path_is_a_mistake_in_the_call(tmp_path: Path) -> None:
    told = complaint(tmp_path / "no\nwhere.json")
    assert (type(told), "there is no such file" in str(told)) == (UsageError, True)


def test_an_impossible_path_is_a_mistake_in_the_call() -> None:
    assert isinstance(complaint(Path("a\0b")), UsageError)


def test_an_empty_file_is_refused(tmp_path: Path) -> None:
    told = complaint(saved(tmp_path / "x.json", b""))
    assert (type(told), "is empty" in str(told)) == (ContentError, True)


def test_a_folder_without_exports_is_refused(tmp_path: Path) -> None:
    told = complaint(tmp_path)
    assert (type(told), "holds no export" in str(told)) == (ContentError, True)


def test_what_is_no_regular_file_is_refused(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    assert isinstance(complaint(tmp_path / "pipe"), UsageError)


@pytest.mark.parametrize("content", [{}, [], 5, {"messages": []}, {"messages": [1, {}]}, "x"])
def test_json_that_is_no_export_is_refused(tmp_path: Path, content: object) -> None:
    told = complaint(saved(tmp_path / "x.json", content))
    assert (type(told), "no export that Foyer knows" in str(told)) == (ContentError, True)


@pytest.mark.parametrize(
    "content",
    [
        {"guild": {"id": "1"}, "channel": {"id": "2"}},
        {"guild": {"id": "1"}, "channel": {"id": "2"}, "messages": {}},
        {"guild": {"id": "1"}, "channel": {}, "messages": []},
        {"guild": {"id": "x"}, "channel": {"id": "2"}, "messages": []},
        {"name": "x", "type": "private_group", "id": 1},
        {"name": "x", "type": "private_group", "id": 1, "messages": "x"},
        {"name": "x", "type": "private_group", "id": None, "messages": []},
        {"chats": {"list": 5}},
    ],
)
def test_an_export_of_a_wrong_layout_is_refused(tmp_path: Path, content: object) -> None:
    assert isinstance(complaint(saved(tmp_path / "x.json", content)), ContentError)


def test_a_file_that_breaks_late_is_refused_before_anything_is_read(tmp_path: Path) -> None:
    for number in range(3):
        saved(tmp_path / f"{number}.json", channel(posted(), id=number))
    whole = (tmp_path / "2.json").read_bytes()
    saved(tmp_path / "2.json", whole[:-1])
    assert f"2.json: the file ends too early, at byte {len(whole) - 1};" in str(complaint(tmp_path))


@pytest.mark.parametrize("name", ["Mars/One", "Europe", "../../etc/passwd", "a\nb", "\0"])
def test_an_unknown_zone_is_a_mistake_in_the_call(tmp_path: Path, name: str) -> None:
    path = saved(tmp_path / "x.json", group(said()))
    assert isinstance(complaint(path, timezone=name), UsageError)


def test_formats_are_not_mixed(tmp_path: Path) -> None:
    saved(tmp_path / "a.json", channel(posted()))
    saved(tmp_path / "b.json", group(said()))
    assert "import one format at a time" in str(complaint(tmp_path))


def told_format(plan: Plan) -> str:
    return "events" if plan.unit == "line" else plan.places[0].id.platform


def test_a_format_that_is_asked_for_must_be_the_one_found(tmp_path: Path) -> None:
    path = saved(tmp_path / "a.json", channel(posted()))
    assert isinstance(complaint(path, format="telegram"), UsageError)
    assert isinstance(complaint(path, format="word"), UsageError)
    assert told_format(examine([path], format="discord")) == "discord"


def test_the_content_tells_the_format_and_not_the_name(tmp_path: Path) -> None:
    assert told_format(examine([lines(tmp_path / "result.json")])) == "events"
    assert told_format(examine([saved(tmp_path / "b.jsonl", group(said()))])) == "telegram"
    turned = dict(reversed(channel(posted()).items()))
    assert told_format(examine([saved(tmp_path / "c", turned)])) == "discord"


def test_chats_are_chosen_in_telegram_exports_only(tmp_path: Path) -> None:
    path = saved(tmp_path / "a.json", channel(posted()))
    assert isinstance(complaint(path, chats=["1"]), UsageError)


def test_nothing_to_import_is_a_mistake_in_the_call() -> None:
    assert isinstance(complaint(), UsageError)


def test_a_file_named_twice_is_read_once(tmp_path: Path) -> None:
    path = saved(tmp_path / "a.json", channel(posted()))
    assert examine([path, tmp_path]).files == 1


def test_a_file_that_changes_in_the_meantime_stops_the_import(tmp_path: Path) -> None:
    path = saved(tmp_path / "a.json", channel(posted()))
    plan = examine([path])
    saved(path, channel(posted(), posted("101")))
    with pytest.raises(ContentError, match="changed while it was being read"):
        list(plan.records())
