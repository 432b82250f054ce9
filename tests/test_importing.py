import json
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from bot.errors import ContentError, StoreError
from bot.events import Event
from bot.importers import examine
from bot.importing import Report, import_history
from bot.recorder import Recorder
from db.connection import Connection
from db.directory import create_community
from db.keys import PassingKey
from db.suppression import Suppression
from tests.exports import SHARED, channel, group, lines, posted, said, saved, served
from tests.stores import in_store

FIXTURE = SHARED / "telegram_fixtures" / "telegram_2020-01.json"
JOIN = {"kind": "member_joined", "user": "u", "at": "2025-01-01T12:00:00Z"}


def imported(*paths: Path) -> list[Report]:
    """Imports one file after the other into one store; its rejects go beside the file."""

    async def work(connection: Connection) -> list[Report]:
        community = await create_community(connection, "club", "UTC", "en")
        recorder = Recorder(connection, community, Suppression(PassingKey()))
        return [
            await import_history(recorder, examine([path]), path.parent / "club.rejects.jsonl")
            for path in paths
        ]

    with TemporaryDirectory() as folder:
        return in_store(f"sqlite:///{folder}/foyer.db", work)


class Counting:
    """Notes how many events come at once."""

    def __init__(self, sizes: list[int]) -> None:
        self._sizes = sizes

    async def record(self, events: Sequence[Event], /) -> list[bool]:
        self._sizes.append(len(events))
        return [True] * len(events)


def names_in(folder: Path) -> list[str]:
    return sorted(one.name for one in folder.iterdir())


def test_records_are_new_once_and_known_afterwards(tmp_path: Path) -> None:
    path = saved(tmp_path / "x.json", group(said(1), said(2), served("pin_message", 3)))
    first, second = imported(path, path)
    assert (first.records, first.new, first.known, first.ignored) == (3, 2, 0, 1)
    assert (second.records, second.new, second.known, second.ignored) == (3, 0, 2, 1)
    assert (first.events["message"], second.events["message"]) == (2, 0)


def test_the_report_is_that_of_the_contract(tmp_path: Path) -> None:
    voice = {
        "kind": "voice",
        "user": "v",
        "channel": "c",
        "start": "2025-01-02T00:00:00Z",
        "end": "2025-01-02T01:00:00.5Z",
    }
    gap = {
        "kind": "gap",
        "start": "2024-01-01T00:00:00Z",
        "end": "2026-01-01T00:00:00Z",
        "reason": "down",
    }
    left = {"kind": "member_left", "user": "w", "at": "2025-01-01T13:00:00Z"}
    path = lines(tmp_path / "e.jsonl", JOIN, left, voice, gap, {"kind": "feedback"})
    (report,) = imported(path)
    assert report.counts() == {
        "files": 1,
        "records": 5,
        "new": 4,
        "known": 0,
        "ignored": 1,
        "rejected": 0,
        "rejects_file": None,
        "events": {
            "message": 0,
            "reaction": 0,
            "member_joined": 1,
            "member_left": 1,
            "voice": 1,
            "gap": 1,
        },
        "accounts": 2,
        "first_event": "2025-01-01T12:00:00Z",
        "last_event": "2025-01-02T01:00:00.500Z",
    }


def test_rejects_are_kept_beside_without_their_words(tmp_path: Path) -> None:
    path = saved(tmp_path / "x.json", group(said(1), said(2, from_id="SECRET", text="SECRET")))
    (report,) = imported(path)
    assert (report.new, report.rejected) == (1, 1)
    assert report.rejects_file == tmp_path / "club.rejects.jsonl"
    told = json.loads(report.rejects_file.read_text())
    assert told["keys"]["text"] == "string"
    del told["keys"]
    assert told == {
        "file": 1,
        "message": 2,
        "reason": "from_id is no account",
        "ids": {"id": "2"},
        "times": {"date": "2024-05-01T12:00:00"},
    }
    assert names_in(tmp_path) == ["club.rejects.jsonl", "x.json"]


async def test_an_import_of_nothing_but_rejects_fails_and_writes_nothing(tmp_path: Path) -> None:
    path = lines(tmp_path / "e.jsonl", {"kind": "x"}, b"y")
    calls: list[int] = []
    with pytest.raises(ContentError, match="every record was rejected; the first one: kind is"):
        await import_history(Counting(calls), examine([path]), tmp_path / "club.rejects.jsonl")
    assert (calls, names_in(tmp_path)) == ([], ["e.jsonl"])


def test_an_empty_export_is_no_mistake(tmp_path: Path) -> None:
    (report,) = imported(saved(tmp_path / "c.json", channel()))
    assert (report.records, report.first_event, report.last_event) == (0, None, None)


def test_channels_are_described_and_not_counted(tmp_path: Path) -> None:
    (report,) = imported(saved(tmp_path / "c.json", channel(posted())))
    assert report.counts()["events"] == {
        "message": 1,
        "reaction": 0,
        "member_joined": 0,
        "member_left": 0,
    }


async def test_many_records_come_in_batches(tmp_path: Path) -> None:
    sizes: list[int] = []
    path = saved(tmp_path / "x.json", group(*(said(number) for number in range(12_000))))
    report = await import_history(Counting(sizes), examine([path]), tmp_path / "r.jsonl")
    assert (report.new, sizes) == (12_000, [1, 5_000, 5_000, 2_000])


async def test_rejects_that_cannot_be_written_stop_the_import(tmp_path: Path) -> None:
    plan = examine([lines(tmp_path / "e.jsonl", JOIN, b"x")])
    with pytest.raises(StoreError, match=r"r\.jsonl: cannot be written"):
        await import_history(Counting([]), plan, tmp_path / "no" / "r.jsonl")


@pytest.mark.skipif(not FIXTURE.exists(), reason="the shared Telegram exports are not here")
def test_the_real_export_of_2020_counts_as_the_contract_says(tmp_path: Path) -> None:
    path = tmp_path / "result.json"
    path.write_bytes(FIXTURE.read_bytes())
    report, again = imported(path, path)
    assert (again.new, again.known) == (0, 29)
    counts = report.counts()
    assert (counts["records"], counts["new"], counts["ignored"]) == (31, 29, 2)
    assert counts["events"] == {
        "message": 26,
        "reaction": 0,
        "member_joined": 5,
        "member_left": 1,
    }
    assert counts["accounts"] == 7
