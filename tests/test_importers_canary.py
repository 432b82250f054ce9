"""A word planted wherever people write must be found nowhere afterwards."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from bot.errors import FoyerError
from bot.events import Event
from bot.importers import examine
from bot.importing import import_history
from tests.exports import channel, group, lines, posted, said, saved, served

CANARY = "kanarienvogel1234567890"
NUMBER = "0611223344"
"""A telephone number, which looks like an id."""


class Memory:
    """Keeps everything that would have been stored."""

    def __init__(self) -> None:
        self.events: list[Event] = []

    async def record(self, events: Sequence[Event], /) -> list[bool]:
        self.events += events
        return [True] * len(events)


def telegram() -> Any:
    words = {
        "text": [CANARY, {"type": "bold", "text": CANARY}, {"type": CANARY, "text": CANARY}],
        "text_entities": [{"type": "plain", "text": CANARY}],
        "file": f"files/{CANARY}.pdf",
        "media_type": CANARY,
        "forwarded_from": CANARY,
        "via_bot": CANARY,
        "author": CANARY,
        "poll": {"question": CANARY, "answers": [{"text": CANARY}]},
        "contact_information": {"first_name": CANARY},
        "inline_bot_buttons": [[{"type": "url", "text": CANARY, "data": CANARY}]],
        CANARY: CANARY,
    }
    reaction = {"type": "custom_emoji", "document_id": CANARY, "count": 1}
    recent = [{"from": CANARY, "from_id": "user2", "date": "2024-05-01T12:00:00"}]
    told = group(
        said(1, **words),
        said(2, **words, **{"from": CANARY}, reactions=[reaction | {"recent": recent}]),
        said(3, **words, from_id=CANARY, reply_to_peer_id=CANARY),
        said(CANARY, **words, date=CANARY),
        said(5, **words, type=CANARY),
        said(6, **words | {"text": {CANARY: CANARY}}),
        said(7, reactions=[{"type": "emoji", "emoji": CANARY * 20, "recent": recent}]),
        said(11, reactions=[{"type": "emoji", "emoji": CANARY, "recent": recent}]),
        served("topic_created", 12, title=CANARY),
        served("create_group", 8, title=CANARY, members=[CANARY], **{CANARY: CANARY}),
        served(CANARY, 9, members=CANARY),
        served("invite_members", 10, members=CANARY),
        CANARY,
        [CANARY],
    )
    return told | {CANARY: [CANARY], "about": CANARY}


def discord() -> Any:
    words = {
        "content": CANARY,
        "attachments": [{"url": CANARY, "fileName": f"{CANARY}.png"}],
        "embeds": [{"title": CANARY, "description": CANARY, "images": [{"url": CANARY}]}],
        "stickers": [{"name": CANARY}],
        "interaction": {"name": CANARY},
        CANARY: CANARY,
    }
    person = {"id": "1", "name": CANARY, "nickname": CANARY, "roles": [{"name": CANARY}]}
    return channel(
        posted("1", **words, author=person, mentions=[person]),
        posted("2", **words, author=person | {"id": CANARY}),
        posted(CANARY, **words),
        posted("4", **words, timestamp=CANARY),
        posted("5", **words, type=CANARY),
        posted("6", **words | {"content": {CANARY: CANARY}}),
        posted("7", reactions=[{"emoji": {"id": CANARY, "name": CANARY}, "users": [person]}]),
        posted("8", mentions=CANARY),
        posted("10", reactions=[{"emoji": {"id": None, "name": CANARY}, "users": [person]}]),
        posted("9", type="Reply", reference={"messageId": CANARY}),
        CANARY,
        name=CANARY,
        topic=CANARY,
        category=CANARY,
    )


def events(path: Path) -> Path:
    good = {"kind": "poll_vote", "user": "u", "poll": "p", "at": "2025-01-01T12:00:00Z"}
    return lines(
        path,
        good | {"text": CANARY, CANARY: CANARY},
        {"kind": CANARY},
        good | {"at": CANARY, CANARY: [CANARY]},
        good | {"user": {CANARY: CANARY}},
        good | {"user": CANARY * 20},
        good | {"platform": CANARY + ":"},
        {"kind": "reaction", "op": CANARY, "message": CANARY},
        good | {"kind": "reaction", "message": "1", "channel": "c", "emoji": f"{CANARY} {CANARY}"},
        good | {"kind": "reaction", "message": "1", "channel": "c", "emoji": CANARY * 3},
        {"kind": "message", "text": CANARY},
        f'{{"kind": "{CANARY}'.encode(),
        CANARY.encode(),
        b'"' + CANARY.encode() + b'"',
    )


async def everything_that_is_left(path: Path) -> str:
    memory = Memory()
    plan = examine([path])
    rejects = path.parent / "club.rejects.jsonl"
    report = await import_history(memory, plan, rejects)
    assert report.new, "nothing was imported"
    assert report.rejected, "nothing was rejected"
    left = repr(memory.events) + repr(list(plan.records())) + rejects.read_text()
    return left + json.dumps(report.counts()["events"])


@pytest.mark.parametrize("kind", ["telegram", "discord", "events"])
async def test_no_word_that_anybody_wrote_is_left(tmp_path: Path, kind: str) -> None:
    path = tmp_path / f"{CANARY}.json"
    if kind == "events":
        events(path)
    else:
        saved(path, telegram() if kind == "telegram" else discord())
    assert CANARY not in await everything_that_is_left(path)


@pytest.mark.parametrize("kind", ["telegram", "discord", "events"])
async def test_no_number_that_anybody_wrote_is_left(tmp_path: Path, kind: str) -> None:
    words = dict.fromkeys(("message", "text", "poll", "thread", "count", "reason"), NUMBER)
    join = {"kind": "member_joined", "user": "u", "at": "2025-01-01T12:00:00Z"}
    path = tmp_path / "x.json"
    if kind == "telegram":
        saved(path, group(said(1), said(2, **words, author=NUMBER, from_id="x")))
    elif kind == "discord":
        saved(path, channel(posted("1"), posted("2", **words, author=NUMBER)))
    else:
        lines(path, join, words | {"kind": "message", "id": "5"})
    assert NUMBER not in await everything_that_is_left(path)


@pytest.mark.parametrize(
    "content",
    [
        f'{{"{CANARY}": "{CANARY}"}}',
        f'{{"name": "{CANARY}", "type": "private_group", "id": 1, "messages": "{CANARY}"}}',
        f'{{"name": "{CANARY}", "type": "{CANARY}", "messages": [{{"from_id": 1}}]}}',
        f'{{"guild": {{"id": "{CANARY}"}}, "channel": {{"id": "{CANARY}"}}, "messages": []}}',
        f'{{"messages": [{{"text": "{CANARY}" "{CANARY}"}}]}}',
        f'{{"messages": [{{"text": "{CANARY}',
        CANARY,
        f'{{"kind": "{CANARY}"}}',
        f'{{"format": "foyer-events/{CANARY}", "platform": "discord"}}',
        f'{{"format": "foyer-events/1", "platform": "{CANARY}"}}',
        f'{{"format": "foyer-events/1", "platform": "discord", "timezone": "{CANARY}"}}',
    ],
)
def test_no_error_quotes_a_file(tmp_path: Path, content: str) -> None:
    path = saved(tmp_path / "x.json", content.encode())
    with pytest.raises(FoyerError) as told:
        examine([path])
    assert CANARY not in str(told.value)
    assert told.value.__context__ is None or told.value.__suppress_context__
