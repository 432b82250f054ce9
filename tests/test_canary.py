"""What anybody wrote, planted everywhere in an export, is found nowhere after a whole visit."""

import json
import re
import secrets
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from bot.cli import cli
from tests.exports import channel, group, lines, posted, said, saved, served

CLUB = ["--community", "club"]


def telegram(word: str) -> bytes:
    planted = {
        "text": [word, {"type": "bold", "text": word}, {"type": word, "text": word}],
        "text_entities": [{"type": "plain", "text": word}],
        "caption": word,
        "from": word,
        "file": f"files/{word}.pdf",
        "file_name": f"{word}.pdf",
        "photo": f"photos/{word}.jpg",
        "thumbnail": word,
        "media_type": word,
        "mime_type": word,
        "sticker_emoji": word,
        "performer": word,
        "forwarded_from": word,
        "saved_from": word,
        "via_bot": word,
        "author": word,
        "poll": {"question": word, "answers": [{"text": word, "voters": 1}]},
        "contact_information": {"first_name": word, "last_name": word, "phone_number": word},
        "contact_vcard": f"contacts/{word}.vcard",
        "location_information": {"place": word},
        "inline_bot_buttons": [[{"type": "url", "text": word, "data": word}]],
        word: {word: [word]},
    }
    recent = [{"from": word, "from_id": "user2", "date": "2024-05-01T12:00:00"}]
    spelt = {"type": "emoji", "emoji": word}
    told = group(
        said(1, **planted),
        said(2, **planted, reactions=[{"type": "custom_emoji", "document_id": word}]),
        said(3, **planted, reactions=[{"type": "emoji", "emoji": "❤", "recent": recent}]),
        said(4, **planted | {"text": word}, reply_to_message_id=1, reply_to_peer_id=word),
        said(5, **planted, from_id=word),
        said(word, **planted),
        said(7, **planted, date=word),
        said(8, **planted | {"text": {word: word}}),
        said(9, **planted, type=word),
        said(10, **planted, reply_to_message_id=word),
        served("create_group", 11, title=word, members=[word], actor=word),
        served("invite_members", 12, members=word),
        served("edit_group_title", 13, title=word),
        served(word, 14, members=[word]),
        served("topic_created", 15, title=word),
        said(16, **planted, reply_to_message_id=15, reactions=[spelt | {"recent": recent}]),
        said(17, **planted, reactions=[{"type": word, "emoji": word, "recent": recent}]),
        word,
        [word],
    )
    named = {"about": word, "contacts": {"list": [{"first_name": word}]}, word: [{word: word}]}
    return json.dumps(told | named).encode()


def discord(word: str, **place: object) -> bytes:
    person = {"id": "1", "name": word, "nickname": word, "roles": [{"name": word}], "isBot": False}
    planted = {
        "content": word,
        "author": person | {"avatarUrl": word},
        "attachments": [{"id": "5", "url": word, "fileName": f"{word}.png"}],
        "embeds": [{"title": word, "fields": [{"name": word}], "images": [{"url": word}]}],
        "stickers": [{"name": word, "sourceUrl": word}],
        "inlineEmojis": [{"name": word}],
        "interaction": {"name": word, "user": person},
        "poll": {"question": {"text": word}, "answers": [{"text": word}]},
        "components": [{"label": word, "url": word}],
        "mentions": [person],
        word: {word: [word]},
    }
    own = [{"emoji": {"id": "7", "name": word}, "count": 1, "users": [person]}]
    told = channel(
        posted("1", **planted),
        posted("2", **planted, reactions=own, type="Reply", reference={"messageId": "1"}),
        posted("3", **planted | {"author": person | {"id": word}}),
        posted(word, **planted),
        posted("5", **planted, timestamp=word),
        posted("6", **planted, type=word),
        posted("7", **planted | {"content": {word: word}}),
        posted("8", **planted | {"mentions": word}),
        posted("9", **planted, type="Reply", reference={"messageId": word}),
        posted("10", **planted, reactions=[{"emoji": {"id": word}, "users": [person]}]),
        posted("11", **planted, type="ChannelPinnedMessage"),
        posted("12", **planted, reactions=[{"emoji": {"id": "", "name": word}, "users": [person]}]),
        word,
        name=word,
        topic=word,
        category=word,
        iconUrl=word,
        **place,
    )
    return json.dumps(told | {"dateRange": word, "exportedAt": word, word: word}).encode()


def events(word: str, folder: Path) -> bytes:
    at = {"at": "2025-01-01T12:00:00Z"}
    sent = {"kind": "message", "id": "1", "channel": "c", "author": "u1", "length": 3, **at}
    reaction = {"kind": "reaction", "message": "1", "channel": "c", "user": "u2", **at}
    planted = {"text": word, "content": word, "name": word, "file": word, word: {word: [word]}}
    path = lines(
        folder / "made.jsonl",
        sent | planted,
        {"kind": "member_joined", "user": "u2", "language": word, **at, **planted},
        {"kind": "poll_vote", "user": "u2", "poll": "p", "question": word, **at, **planted},
        reaction | planted | {"emoji": f"{word} {word}"},
        reaction | planted | {"emoji": word * 4},
        sent | planted | {"platform": word},
        {"kind": "feedback", **planted},
        {"kind": word, **planted},
        sent | planted | {"at": word},
        sent | planted | {"length": word},
        sent | planted | {"author": {word: word}},
        sent | planted | {"author": word * 20},
        {"kind": "message", **planted},
        f'{{"kind": "message", "text": "{word}'.encode(),
        word.encode(),
        json.dumps([word]).encode(),
    )
    return path.read_bytes()


MAKERS: dict[str, Callable[[str, Path], bytes]] = {
    "telegram": lambda word, _: telegram(word),
    "discord": lambda word, _: discord(word),
    "discord thread": lambda word, _: discord(word, type="GuildPublicThread", categoryId="4"),
    "events": events,
}


class Visit:
    """Everything that commands said, and the folder in which they may have left something."""

    def __init__(self, store: Path) -> None:
        self.store = store
        self.said: list[str] = []

    def foyer(self, *words: str, code: int = 0) -> Result:
        url = f"sqlite:///{self.store / 'foyer.db'}"
        result = CliRunner().invoke(cli, [*words, "--db", url], prog_name="foyer")
        assert result.exit_code == code, result.stderr
        self.said += [result.stdout, result.stderr]
        return result

    def left(self) -> bytes:
        """The names and bytes of all that is in the folder, and all that was said."""
        files = [path for path in self.store.rglob("*") if path.is_file()]
        assert self.store / "foyer.db" in files
        names = [str(path.relative_to(self.store)).encode() for path in files]
        told = [text.encode() for text in self.said]
        return b"\n".join([*names, *(path.read_bytes() for path in files), *told])


def traces(word: str, left: bytes) -> list[str]:
    """The shapes in which a word is left."""
    shapes = {
        "plain": word.encode(),
        "UTF-16": word.encode("utf-16-le"),
        "hexadecimal": word.encode().hex().encode(),
    }
    return [name for name, shape in shapes.items() if shape in left]


@pytest.fixture
def visit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Visit:
    store = tmp_path / "store"
    (store / "temporary").mkdir(parents=True)
    monkeypatch.setattr("tempfile.tempdir", str(store / "temporary"))
    monkeypatch.chdir(store)
    return Visit(store)


@pytest.mark.parametrize("kind", MAKERS)
def test_no_word_is_left_after_a_whole_visit(tmp_path: Path, visit: Visit, kind: str) -> None:
    word = "canary" + secrets.token_hex(8)
    folder = tmp_path / word / f"{word}.d"
    folder.mkdir(parents=True)
    content = MAKERS[kind](word, tmp_path)
    assert content.count(word.encode()) > 50
    saved(folder / f"{word}.json", content)
    for _ in range(2):
        answer: dict[str, Any] = json.loads(
            visit.foyer("import", str(folder), *CLUB, "--json").stdout
        )
        assert answer["rejected"]
        assert answer["rejects_file"]
    assert answer["known"]
    visit.foyer("import", str(folder / f"{word}.json"), *CLUB)
    for words in (["stats"], ["stats", "--json"], ["digest"], ["digest", "--format", "json"]):
        visit.foyer(*words, *CLUB)
    visit.foyer("digest", *CLUB, "--lang", "fr", "--out", "digest.txt")
    visit.foyer("communities", "--json")
    visit.foyer("export", *CLUB, "--out", "out")
    platform = "telegram:user1" if kind == "telegram" else "discord:1"
    if kind != "events":
        visit.foyer("export", *CLUB, "--member", platform, "--out", "own")
        visit.foyer("forget", platform)
    left = visit.left()
    assert b'"reason"' in left
    assert traces(word, left) == []


@pytest.mark.parametrize("kind", MAKERS)
def test_no_word_is_left_by_an_import_that_fails(tmp_path: Path, visit: Visit, kind: str) -> None:
    word = "canary" + secrets.token_hex(8)
    path = saved(tmp_path / "good.json", group(said(1)))
    visit.foyer("import", str(path), *CLUB)
    content = MAKERS[kind](word, tmp_path)
    within = [found.end() for found in re.finditer(f'"{word}'.encode(), content)]
    for cut in within[:: len(within) // 23 + 1]:
        saved(path, content[:cut])
        visit.foyer("import", str(path), *CLUB, code=1)
    assert traces(word, visit.left()) == []


@pytest.mark.parametrize("shape", ["plain", "UTF-16", "hexadecimal"])
def test_a_word_that_is_left_is_found(shape: str) -> None:
    left = {"plain": b"a canary!", "UTF-16": "canary".encode("utf-16-le")}
    assert traces("canary", left.get(shape, b"63616e617279")) == [shape]
