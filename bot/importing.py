"""Feeds the records of an import to the recorder, and counts what became of them."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from bot import events
from bot.clock import iso_instant
from bot.errors import ContentError
from bot.importers import Plan, Record
from bot.importers.rejects import RejectsFile

_BATCH = 5_000
_ALWAYS = ("message", "reaction", "member_joined", "member_left")
_KINDS: dict[type[events.Event], str] = {
    events.MessageSent: "message",
    events.ReactionChanged: "reaction",
    events.MemberJoined: "member_joined",
    events.MemberLeft: "member_left",
    events.VoiceSpent: "voice",
    events.PollVoted: "poll_vote",
    events.MessageDeleted: "message_deleted",
    events.MemberDescribed: "member",
    events.MembersCounted: "member_count",
    events.GapNoted: "gap",
    events.SourceDescribed: "source",
    events.ThreadCreated: "thread_created",
    events.ModeratorActed: "mod_action",
    events.PollClosed: "poll_closed",
    events.JoinRequested: "join_request",
    events.AlbumItemSent: "album_item",
}


class Recorder(Protocol):
    """What an import needs of `bot.recorder`."""

    async def record(self, events: Sequence[events.Event], /) -> Sequence[bool]:
        """Stores events and tells of each whether it was new."""


@dataclass(slots=True)
class Report:
    """What an import did (CONTRACT.md §2, `import`); instants are UTC epoch milliseconds.

    A record is new if one of its events was, known if all were stored before, ignored if it has
    none. `accounts` wrote, reacted, joined, voted, spoke or were described in the files. A gap is
    no event of the first and last.
    """

    files: int
    records: int = 0
    new: int = 0
    known: int = 0
    ignored: int = 0
    rejected: int = 0
    rejects_file: Path | None = None
    events: Counter[str] = field(default_factory=Counter)
    accounts: int = 0
    first_event: int | None = None
    last_event: int | None = None

    def counts(self) -> dict[str, Any]:
        """The keys of the document that tell of the records and events."""
        always = {kind: self.events[kind] for kind in _ALWAYS}
        others = {kind: n for kind, n in self.events.items() if n and kind not in always}
        return {
            "files": self.files,
            "records": self.records,
            "new": self.new,
            "known": self.known,
            "ignored": self.ignored,
            "rejected": self.rejected,
            "rejects_file": None if self.rejects_file is None else str(self.rejects_file),
            "events": always | others,
            "accounts": self.accounts,
            "first_event": None if self.first_event is None else iso_instant(self.first_event),
            "last_event": None if self.last_event is None else iso_instant(self.last_event),
        }


async def import_history(recorder: Recorder, plan: Plan, rejects_path: Path) -> Report:
    """Records everything a plan reads; importing the same again changes nothing.

    Raises:
        ContentError: every record was rejected; nothing was written.
        StoreError: the rejects cannot be written.
    """
    report = Report(plan.files)
    accounts: set[tuple[str, str]] = set()
    first_reason = ""
    with RejectsFile(rejects_path, plan.unit) as rejects:
        is_described = False
        for batch in _batches(plan.records()):
            for record in batch:
                if record.rejection:
                    first_reason = first_reason or record.rejection.reason
                    rejects.write(record)
            happened = [event for record in batch for event in record.events]
            if happened and not is_described:
                await recorder.record(plan.descriptions)
                is_described = True
            _count(report, batch, await recorder.record(happened) if happened else ())
            for event in happened:
                _note(report, accounts, event)
        if report.records and report.rejected == report.records:
            raise ContentError(f"every record was rejected; the first one: {first_reason}")
        if not is_described and plan.descriptions:
            await recorder.record(plan.descriptions)
        report.rejects_file = rejects.keep()
    report.accounts = len(accounts)
    return report


def _batches(records: Iterator[Record]) -> Iterator[list[Record]]:
    """Records in lots of some thousand events or records."""
    batch: list[Record] = []
    size = 0
    for record in records:
        batch.append(record)
        size += max(1, len(record.events))
        if size >= _BATCH:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


def _count(report: Report, batch: Sequence[Record], stored: Sequence[bool]) -> None:
    told = iter(stored)
    for record in batch:
        report.records += 1
        if record.rejection:
            report.rejected += 1
        elif not record.events:
            report.ignored += 1
        else:
            fresh = [event for event in record.events if next(told)]
            report.events.update(_KINDS[type(event)] for event in fresh if type(event) in _KINDS)
            report.new += bool(fresh)
            report.known += not fresh


def _note(report: Report, accounts: set[tuple[str, str]], event: events.Event) -> None:
    if (account := _account(event)) is not None:
        accounts.add((event.platform, account))
    for at in _instants(event):
        report.first_event = at if report.first_event is None else min(report.first_event, at)
        report.last_event = at if report.last_event is None else max(report.last_event, at)


def _account(event: events.Event) -> str | None:
    match event:
        case events.MessageSent():
            return event.author
        case (
            events.ReactionChanged()
            | events.MemberJoined()
            | events.PollVoted()
            | events.VoiceSpent()
            | events.MemberDescribed()
        ):
            return event.user
    return None


def _instants(event: events.Event) -> tuple[int, ...]:
    if isinstance(event, events.VoiceSpent):
        return (event.start, event.end)
    at = getattr(event, "at", None)
    return () if at is None else (at,)
