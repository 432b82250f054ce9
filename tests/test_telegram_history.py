"""What the real bot keeps of a forum on Telegram: written out, read in again, and forgotten."""

import json
import sqlite3
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from bot.cli import cli
from bot.clock import DAY_MS, MINUTE_MS, now_ms
from tests.fakes.telegram import FakeTelegram, serving_telegram
from tests.nursery import Child, Nursery, nursing

ZOE = 7_319_913_731
WORDS = (str(ZOE), "Kanarienvogel", "canaryname", "secretword")
"""Zoé's id, her names, and what she says."""
PATIENCE = 60.0
WAITING = "SELECT 1 FROM outbox WHERE state IN ('pending', 'sending')"


AGO_MS = 6 * DAY_MS
"""So long ago is what happens in the forum, for the figures to tell of it."""


class Forum:
    """A forum with the bot in it; Mona moderates, and Zoé leaves a trace wherever one can."""

    def __init__(self, fake: FakeTelegram, nursery: Nursery, folder: Path) -> None:
        self.fake, self._nursery, self.folder = fake, nursery, folder
        (folder / "ahead").write_text(str(-AGO_MS))
        fake.clock.set(now_ms() - AGO_MS)
        self.mona = fake.person("Mona", "en", "mona")
        self.ana = fake.person("Ana", "fr", "ana")
        self.zoe = fake.person("Kanarienvogel", "fr", "canaryname", id=ZOE)
        self.chat = fake.group("The runners", is_forum=True, owner=self.mona, bot=None)
        fake.joins(self.chat, self.ana)
        self.topic = fake.opens_topic(self.chat, self.mona, "Routes")
        fake.adds_bot(self.chat, self.mona, admin=True)
        fake.starts(self.mona)
        self.bot = self.begin()

    def begin(self) -> Child:
        """Start the bot on this store."""
        return self._nursery.begin(
            self.folder,
            "--db",
            f"sqlite:///{self.folder / 'foyer.db'}",
            clock=self.folder / "ahead",
            FOYER_TELEGRAM__TOKEN=self.fake.token,
            FOYER_TELEGRAM__API_URL=self.fake.api_url,
            FOYER_TELEGRAM__FILE_URL=self.fake.file_url,
        )

    def stop(self) -> None:
        """Wait until the bot has taken and said everything, and end it."""
        self.fake.wait_for(lambda: self.bot.has_ended or not len(self.fake.updates), PATIENCE)
        self.fake.wait_for(lambda: not self.rows(WAITING), PATIENCE)
        assert self.bot.stopped() == 0, self.bot.said

    def asks(self, user: int, words: str, chat: int) -> None:
        """Type a command."""
        entity = {"type": "bot_command", "offset": 0, "length": len(words.split()[0])}
        self.fake.says(chat, user, words, entities=[entity])

    def links(self) -> tuple[str, str]:
        """The invite links of two sources; by the second one, moderators let people in."""
        self.asks(self.mona, "/setup main:here moderators:me", self.chat)
        self.asks(self.mona, "/source_add Flyer", self.chat)
        self.asks(self.mona, "/source_add Gate gated:yes", self.chat)
        links = self.fake.rooms[self.chat].links
        self.fake.wait_for(lambda: len(links) == 2, PATIENCE)
        flyer, gate = sorted(links, key=lambda link: bool(links[link]["creates_join_request"]))
        return flyer, gate

    def leaves_traces(self, flyer: str, gate: str) -> None:
        """Everything that somebody can do in a group, Zoé with Ana."""
        at = now_ms() // 1000 * 1000 - AGO_MS
        fake, chat, zoe, ana, topic = self.fake, self.chat, self.zoe, self.ana, self.topic
        fake.asks_to_join(chat, zoe, gate, at=at)
        fake.joins(chat, zoe, link=flyer, at=at)
        fake.leaves(chat, zoe, at=at + 1000)
        fake.joins(chat, zoe, link=flyer, at=at + 2000)
        for number in range(12):
            now = at + number * 7 * MINUTE_MS
            asked = fake.says(chat, ana, "Who runs?", topic=topic, at=now)["message_id"]
            told = fake.says(
                chat, zoe, "Me, secretword", topic=topic, reply_to=asked, at=now + 9000
            )
            fake.reacts(chat, told["message_id"], ana, "❤", at=now + 20_000)
            fake.reacts(chat, asked, zoe, "👍", at=now + 21_000)
        fake.reacts(chat, asked, zoe, at=now + 25_000)
        mention = {"type": "text_mention", "offset": 0, "length": 3, "user": fake.people[zoe].user}
        fake.says(chat, ana, "You secretword", entities=[mention], at=at)
        fake.says(chat, zoe, "secretword edited", edit_of=told["message_id"])
        fake.says(chat, ana, "secretword of hers", forward=zoe, at=at)
        for author, album in ((zoe, "1"), (ana, "2")):
            for number in range(3):
                fake.says(chat, author, "" if number else "secretword", album=album, at=at + 5000)
        fake.opens_topic(chat, zoe, "secretword topic", at=at)
        fake.opens_poll(chat, zoe, "secretword?", at=at)
        fake.joins(chat, fake.person("Bob"), added_by=zoe, at=at)

    def asks_in_private(self) -> None:
        """Zoé has the bot write to her."""
        self.fake.starts(self.zoe)
        self.asks(self.zoe, "/language fr", self.zoe)
        self.asks(self.zoe, "/mydata", self.zoe)
        self.asks(self.zoe, "/help", self.chat)

    def sends_nonsense(self) -> None:
        """Updates about Zoé that nobody understands."""
        user, chat = self.fake.people[self.zoe].user, self.fake.rooms[self.chat].chat
        private = {"id": self.zoe, "type": "private", "first_name": "Kanarienvogel"}
        for update in (
            {"message": {"message_id": "secretword", "date": 1, "chat": chat, "from": user}},
            {"message": {"message_id": 9, "date": "secretword", "chat": private, "from": user}},
            {"chat_member": {"chat": chat, "from": user, "date": 1, "old_chat_member": 5}},
            b'{"message":{"from":{"id":%d,"first_name":"Kanarienvogel"},,}}' % self.zoe,
        ):
            self.fake.push(update, poison=True)

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        with closing(sqlite3.connect(f"file:{self.folder / 'foyer.db'}?mode=ro", uri=True)) as db:
            return db.execute(sql).fetchall()

    def traces(self) -> set[str]:
        """The tables in which anything of Zoé stands."""
        names = [row[0] for row in self.rows("SELECT name FROM sqlite_master WHERE type = 'table'")]
        rows = {name: repr(self.rows(f"SELECT * FROM {name}")) for name in names}
        return {name for name, told in rows.items() if any(word in told for word in WORDS)}


def foyer(*words: str, store: str = "foyer.db") -> str:
    result = CliRunner().invoke(cli, [*words, "--db", f"sqlite:///{store}"], prog_name="foyer")
    assert result.exit_code == 0, result.output
    return result.stdout


def exported(folder: str, *words: str, **store: str) -> tuple[str, list[dict[str, Any]]]:
    """The header and the lines of an export."""
    foyer("export", "--community", "1", "--out", folder, *words, **store)
    header, *lines = (Path(folder) / "events.jsonl").read_text().splitlines()
    return header, sorted(map(json.loads, lines), key=repr)


def figures(**store: str) -> dict[str, Any]:
    told: dict[str, Any] = json.loads(foyer("stats", "--community", "1", "--json", **store))
    return told


@pytest.fixture
def forum(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Forum]:
    monkeypatch.chdir(tmp_path)
    with serving_telegram() as fake, nursing() as nursery:
        yield Forum(fake, nursery, tmp_path)


def test_what_was_heard_can_travel_and_whoever_said_it_can_be_forgotten(forum: Forum) -> None:
    links = forum.links()
    forum.leaves_traces(*links)
    forum.asks_in_private()
    forum.sends_nonsense()
    forum.stop()
    assert len(forum.rows("SELECT 1 FROM quarantine")) == 4
    assert forum.traces() == {"account", "greeting", "user_setting"}
    check_journey()
    check_member()
    foyer("forget", f"telegram:user{ZOE}")
    assert forum.traces() == set()
    stored = b"".join(path.read_bytes() for path in forum.folder.glob("foyer.db*"))
    assert not [word for word in WORDS if word.encode() in stored]
    said = forum.bot.said
    forum.bot = forum.begin()
    forum.leaves_traces(*links)
    forum.sends_nonsense()
    forum.stop()
    assert forum.traces() == set()
    assert not [word for word in WORDS if word in said + forum.bot.said]


def check_journey() -> None:
    """In another store the figures are the same, and so is what that one tells."""
    told = exported("out")
    kinds = {line["kind"] for line in told[1]}
    assert kinds >= {"join_request", "album_item", "source", "member_count", "thread_created"}
    assert kinds >= {"message", "reaction", "member_joined", "member_left", "member"}
    foyer("import", "out/events.jsonl", "--community", "The runners", store="other.db")
    assert any(one["enough"] for one in figures()["metrics"].values())
    assert figures(store="other.db") == figures()
    assert exported("again", store="other.db") == told


def check_member() -> None:
    """Zoé is told all that she did, and what else is kept of her."""
    _, lines = exported("hers", "--member", f"telegram:user{ZOE}")
    assert Counter(line["kind"] for line in lines) == {
        "member_joined": 2, "member_left": 1, "join_request": 1, "message": 15, "reaction": 13,
        "album_item": 2, "thread_created": 1,
    }  # fmt: skip
    assert "secretword" not in Path("hers/events.jsonl").read_text()
    record = json.loads(Path("hers/member.json").read_text())
    assert (record["language"], record["greeting"]["name"]) == ("fr", "Kanarienvogel")
