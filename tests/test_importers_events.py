import json
from pathlib import Path
from typing import Any

import pytest

from bot import events as e
from bot.errors import ContentError
from bot.importers import Record, examine, foyer_events
from tests.exports import happened, lines, read, saved

NOON = "2025-01-01T12:00:00Z"
BEFORE = "2025-01-01T11:59:59.999Z"
AT = 1_735_732_800_000


def event(tmp_path: Path, line: object) -> Any:
    (record,) = read(lines(tmp_path / "e.jsonl", line))
    assert record.rejection is None, record.rejection
    (one,) = record.events
    return one


def refused(tmp_path: Path, line: object) -> str:
    (record,) = read(lines(tmp_path / "e.jsonl", line))
    assert record.rejection is not None, "it was accepted"
    return record.rejection.reason


def message(**more: object) -> dict[str, object]:
    return {"kind": "message", "id": "12", "channel": "c1", "author": "u1", "at": NOON} | more


@pytest.mark.parametrize(
    ("line", "told"),
    [
        (
            message(reply_to="11", mentions=["u2"], length=42, has_question=True, simhash="x"),
            e.MessageSent(
                platform="discord",
                channel="c1",
                id="12",
                author="u1",
                at=AT,
                reply_to="11",
                mentions=("u2",),
                length=42,
                has_question=True,
            ),
        ),
        (
            {"kind": "message_deleted", "id": "12", "channel": "c1", "at": NOON},
            e.MessageDeleted(platform="discord", channel="c1", id="12", at=AT),
        ),
        (
            {
                "kind": "reaction",
                "message": "1",
                "channel": "c",
                "user": "u",
                "emoji": "❤️",
                "at": NOON,
            },
            e.ReactionChanged(
                platform="discord", channel="c", message="1", user="u", emoji="❤️", at=AT
            ),
        ),
        (
            {"kind": "member_joined", "user": "u", "at": NOON, "source": "promo", "language": "fr"},
            e.MemberJoined(platform="discord", user="u", at=AT, source="promo"),
        ),
        (
            {"kind": "member_left", "user": "u", "at": "2025-01-01T13:00:00.5+01:00"},
            e.MemberLeft(platform="discord", user="u", at=AT + 500),
        ),
        (
            {"kind": "member", "user": "u", "is_bot": True, "platform": "telegram"},
            e.MemberDescribed(platform="telegram", user="u", is_bot=True),
        ),
        (
            {"kind": "member_count", "at": NOON, "count": 1950},
            e.MembersCounted(platform="discord", at=AT, count=1950),
        ),
        (
            {"kind": "gap", "channel": None, "start": NOON, "end": NOON, "reason": "down"},
            e.GapNoted(platform="discord", start=AT, end=AT, reason="down"),
        ),
        (
            {"kind": "thread_created", "author": "u", "channel": "c", "thread": "t", "at": NOON},
            e.ThreadCreated(platform="discord", user="u", channel="c", thread="t", at=AT),
        ),
        (
            {"kind": "source", "name": "promo", "spend": 10, "currency": "EUR"},
            e.SourceDescribed(platform="discord", name="promo", spend=10.0, currency="EUR"),
        ),
    ],
)
def test_lines_become_events(tmp_path: Path, line: object, told: e.Event) -> None:
    assert event(tmp_path, line) == told


def test_a_question_that_nobody_looked_for_is_unknown(tmp_path: Path) -> None:
    assert event(tmp_path, message()).has_question is None


@pytest.mark.parametrize(
    ("emoji", "kept"),
    [
        ("❤️", "❤️"),
        ("thumbsup", "thumbsup"),
        ("x" * 64, "x" * 64),
        ("x" * 65, "custom"),
        ("x" * 300, "custom"),
        ("my words", "custom"),
        ("my\u00a0words", "custom"),
        ("my\nwords", "custom"),
    ],
)
def test_the_name_of_an_emoji_is_no_sentence(tmp_path: Path, emoji: str, kept: str) -> None:
    reaction = {"kind": "reaction", "message": "1", "channel": "c", "user": "u", "at": NOON}
    assert event(tmp_path, reaction | {"emoji": emoji}).emoji == kept


def test_feedback_is_accepted_and_ignored(tmp_path: Path) -> None:
    (record,) = read(lines(tmp_path / "e.jsonl", {"kind": "feedback", "id": 5}))
    assert (record.events, record.rejection) == ((), None)


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ({"kind": "secret"}, "kind is unknown"),
        ({"id": "1"}, "kind is missing"),
        ({"kind": "message"}, "id is missing"),
        (message(id=12), "id must be str, not int"),
        (message(id=""), "id is empty"),
        (message(id="x" * 256), "id has more than 255 characters"),
        (message(author="a\0b"), "author holds a character"),
        (message(author="\ud800"), "author holds a character"),
        (message(mentions=["\udfff"]), "mentions holds a character"),
        (message(at="2025-01-01T12:00:00"), "at is wrong"),
        (message(at="2025-02-30T12:00:00Z"), "at is wrong"),
        (message(at="1989-12-31T23:59:59Z"), "at is not between"),
        (message(at=5), "at must be"),
        (message(length=-1), "length is wrong"),
        (message(length=2**63), "length is wrong"),
        (message(platform="matrix"), "platform is neither discord nor telegram"),
        ({"kind": "thread_created", "channel": "c", "thread": "t", "at": NOON}, "user is missing"),
        (
            {"kind": "voice", "user": "u", "channel": "v", "start": NOON, "end": BEFORE},
            "end is before start",
        ),
        (b"not json", "the line is no JSON"),
        (b'{"kind": NaN}', "the line is no JSON"),
        (b'{"kind": "\xff"}', "the line is no UTF-8"),
        (b'{"kind": "member", "user": "u", "x": "\xff"}', "the line is no UTF-8"),
        (b"\0", "the line is no JSON"),
        (b'{"kind": "member", "user": "u", "x": ' + b"[" * 100_000, "the line is nested too deep"),
        (b"[" * 100_000, "the line is no event"),
        (b"7", "the line is no event"),
        (b"9" * 5_000, "the line is no event"),
    ],
)
def test_what_cannot_be_read_is_refused_with_its_reason(
    tmp_path: Path, line: object, why: str
) -> None:
    assert refused(tmp_path, line).startswith(why)


def test_half_a_character_in_an_unknown_field_is_ignored(tmp_path: Path) -> None:
    assert event(tmp_path, message(text="\ud800")).id == "12"


def test_positions_are_line_numbers_and_blank_lines_are_no_records(tmp_path: Path) -> None:
    records = read(lines(tmp_path / "e.jsonl", b"", message(), b"  ", b"x\r"))
    assert [record.position.number for record in records] == [3, 5]


def test_a_line_that_is_too_long_is_refused_and_the_next_one_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(foyer_events, "LONGEST_LINE", 200)
    records: list[Record] = read(
        lines(tmp_path / "e.jsonl", message(text="x" * 900), message(), b"y" * 402)
    )
    assert [record.rejection is None for record in records] == [False, True, False]


@pytest.mark.parametrize(
    ("header", "why"),
    [
        ({"format": "foyer-events/2", "platform": "discord"}, '"format" must be "foyer-events/1"'),
        ({"format": "foyer-events/1"}, "must be a header"),
        ({"kind": "message"}, "must be a header"),
        ({"format": "foyer-events/1", "platform": "matrix"}, '"platform" must be "discord" or'),
        (
            {"format": "foyer-events/1", "platform": "discord", "timezone": "Mars/One"},
            '"timezone" must be a zone',
        ),
    ],
)
def test_a_wrong_header_stops_the_import(tmp_path: Path, header: object, why: str) -> None:
    with pytest.raises(ContentError, match=rf"e\.jsonl:1: .*{why}"):
        examine([saved(tmp_path / "e.jsonl", header)])


@pytest.mark.parametrize("field", ["format", "platform", "timezone"])
def test_what_is_wrong_in_a_header_is_not_quoted(tmp_path: Path, field: str) -> None:
    header = {"format": "foyer-events/1", "platform": "discord"} | {field: "foyer-events secret"}
    with pytest.raises(ContentError) as told:
        examine([saved(tmp_path / "e.jsonl", header)])
    assert f'"{field}" must be' in str(told.value)
    assert "secret" not in str(told.value)
    assert "\n" not in str(told.value)


def test_a_file_cut_in_the_middle_of_a_line_stops_the_import(tmp_path: Path) -> None:
    path = lines(tmp_path / "e.jsonl", message(), message(id="13"))
    whole = path.read_bytes()
    path.write_bytes(whole[:-20])
    with pytest.raises(ContentError, match=f"ends too early, at byte {len(whole) - 20};"):
        examine([path])
    path.write_bytes(whole[:-1])
    assert len(happened(examine([path]))) == 2


def test_a_header_tells_the_zone(tmp_path: Path) -> None:
    header = {"format": "foyer-events/1", "platform": "discord", "timezone": "Asia/Tokyo"}
    told = json.dumps(header | {"community": "club"}).encode()
    plan = examine([saved(tmp_path / "e.jsonl", b"\xef\xbb\xbf" + told)])
    assert plan.timezone == "Asia/Tokyo"
