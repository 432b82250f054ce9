"""The whole product on Telegram: the real `foyer run` in a forum, on a fake Bot API."""

import json
import random
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from bot.cli import cli
from bot.clock import DAY_MS, HOUR_MS, MINUTE_MS, now_ms
from tests.fakes.telegram import FakeTelegram, serving_telegram
from tests.fakes.telegram_state import Sent
from tests.nursery import Child, Nursery, nursing
from tests.picture_cog import PICTURE

MONDAY = round(datetime.fromisoformat("2026-10-05T08:00:00+02:00").timestamp() * 1000)
MESSAGES = 2000
DAYS = 7
TO_BE_SAID = "SELECT 1 FROM outbox WHERE state IN ('pending', 'sending')"
SOURCES = ("Flyer", "Partner club", "Video")
PATIENCE = 90.0


class Club:
    """A forum of runners with the bot in it, and the clock that all of them read."""

    def __init__(self, fake: FakeTelegram, nursery: Nursery, folder: Path) -> None:
        self.fake, self.nursery, self.folder = fake, nursery, folder
        self.dice = random.Random(7)  # noqa: S311  a seed, so that it can be played again
        self._ahead = folder / "ahead"
        self.turn_to(MONDAY)
        self.mona = fake.person("Mona Lisa", "en", "mona")
        self.zoe = fake.person("Zoé Dupont", "fr", "zoe")
        self.chat = fake.group("The runners", is_forum=True, owner=self.mona, bot=None)
        self.people = [fake.person(f"Runner {n}") for n in range(40)]
        for person in (self.zoe, *self.people):
            fake.joins(self.chat, person)
        self.topic = fake.opens_topic(self.chat, self.mona, "Routes")
        self.said = self.answers = self.reacted = 0
        self.bot = self.begin()

    def turn_to(self, at: int) -> None:
        """Set everybody's clock."""
        self.fake.clock.set(at)
        part = self._ahead.with_suffix(".new")
        part.write_text(str(at - now_ms()))
        part.replace(self._ahead)

    def begin(self) -> Child:
        """Start the bot on this very store."""
        return self.nursery.begin(
            self.folder,
            "--db",
            f"sqlite:///{self.folder / 'foyer.db'}",
            cogs=["tests.picture_cog"],
            clock=self._ahead,
            FOYER_TELEGRAM__TOKEN=self.fake.token,
            FOYER_TELEGRAM__API_URL=self.fake.api_url,
            FOYER_TELEGRAM__FILE_URL=self.fake.file_url,
            FOYER_DEFAULTS__TIMEZONE="Europe/Paris",
        )

    def is_awake(self) -> bool:
        """Whether the bot of this life listens."""
        return '"listening"' in self.bot.said

    def heard_all(self) -> None:
        """Wait until the bot has taken everything."""
        self.fake.wait_for(lambda: self.bot.has_ended or not len(self.fake.updates), PATIENCE)
        assert not self.bot.has_ended, self.bot.said

    def asks(self, user: int, words: str, where: int, *, topic: int | None = None) -> Sent:
        """Somebody types a command in the group; what the bot says to it in a chat."""

        def heard() -> list[Sent]:
            return [one for one in self.fake.sent if one.chat == where]

        before = len(heard())
        entity = {"type": "bot_command", "offset": 0, "length": len(words.split()[0])}
        asked = self.fake.says(self.chat, user, words, topic=topic, entities=[entity])

        def answers() -> list[Sent]:
            is_here = where == self.chat
            number = asked["message_id"]
            return [one for one in heard()[before:] if not is_here or one.reply_to == number]

        self.fake.wait_for(answers, PATIENCE)
        return answers()[0]

    def day(self, number: int) -> None:
        """Two hours of talk: questions, answers, thanks."""
        start = MONDAY + number * DAY_MS + 10 * HOUR_MS
        self.turn_to(start + 2 * HOUR_MS)
        ids: list[int] = []
        for turn in range(MESSAGES // DAYS + 1):
            at = start + turn * 20_000
            answers = self.dice.random() < 0.6 and len(ids) > 0
            said = self.fake.says(
                self.chat,
                self.dice.choice(self.people),
                "Who runs tomorrow?" if turn % 5 == 0 else "I do, see you there",
                at=at,
                topic=self.topic if turn % 3 == 0 else None,
                reply_to=ids[-1] if answers and turn % 3 else None,
            )
            ids.append(said["message_id"])
            self.answers += "reply_to_message" in said and bool(answers and turn % 3)
            self.said += 1
            if turn % 4 == 0:
                liker = self.dice.choice(self.people)
                self.fake.reacts(self.chat, ids[-1], liker, "❤", at=at + 1000)
                self.reacted += 1
        self.heard_all()

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        """What the store holds."""
        with closing(sqlite3.connect(f"file:{self.folder / 'foyer.db'}?mode=ro", uri=True)) as db:
            return db.execute(sql).fetchall()


@pytest.fixture
def club(tmp_path: Path) -> Iterator[Club]:
    with serving_telegram() as fake, nursing() as nursery:
        yield Club(fake, nursery, tmp_path)


@pytest.mark.timeout(300)
def test_two_weeks_of_a_forum(club: Club) -> None:
    fake = club.fake
    fake.adds_bot(club.chat, club.mona, admin=True)
    fake.starts(club.mona)
    fake.wait_for(lambda: len(fake.sent) > 0, PATIENCE)
    assert "/privacy" in fake.sent[0].text
    assert f"https://t.me/{fake.me.username}?startgroup" in club.bot.said
    check_commands(club)
    check_sources(club)
    check_picture(club)
    for number in range(DAYS):
        club.day(number)
    check_rows(club)
    check_digests(club)
    listed = club.asks(club.mona, "/source_list", club.mona).text
    assert all(source in listed for source in SOURCES)
    assert club.bot.stopped() == 0
    check_figures(club)


def check_commands(club: Club) -> None:
    """Mona sets it up in English; Zoé is answered in French, where the bot may write to her."""
    words = "/setup language:fr moderators:me digest_day:monday digest_hour:9"
    assert "French" in club.asks(club.mona, words, club.mona).text
    assert "/status" in club.asks(club.mona, "/help", club.mona).text
    hint = club.asks(club.zoe, "/help", club.chat, topic=club.topic)
    assert (hint.topic, hint.labels) == (club.topic, ["Continuer en privé"])
    assert "/status" not in hint.text
    club.fake.starts(club.zoe)
    told = club.asks(club.zoe, "/help", club.zoe).text
    assert "Ce que vous pouvez me demander" in told
    assert "/status" not in told


def check_sources(club: Club) -> None:
    """Three links of the bot's own; who came by which is known exactly."""
    fake, links = club.fake, list[str]()
    for source in SOURCES:
        told = club.asks(club.mona, f'/source_add "{source}"', club.mona)
        links.append(next(link for link in fake.rooms[club.chat].links if link in told.text))
    for number, (source, link) in enumerate(zip(SOURCES, links, strict=True), 2):
        for guest in range(number):
            fake.joins(club.chat, fake.person(f"{source} {guest}"), link=link)
    fake.joins(club.chat, fake.person("Nobody's guest"))
    club.heard_all()
    joins = club.rows(
        "SELECT s.name, m.certainty, count(*) FROM membership m LEFT JOIN source s"
        " USING (community_id, source_no) WHERE m.joined = 1 GROUP BY 1, 2 ORDER BY 3"
    )
    assert [row for row in joins if row[0]] == [
        (source, "exact", number) for number, source in enumerate(SOURCES, 2)
    ]
    listed = club.asks(club.mona, "/source_list", club.mona).text
    assert all(source in listed for source in SOURCES)


def check_picture(club: Club) -> None:
    """A picture and its caption are one message, and every byte arrives."""
    shown = club.asks(club.zoe, "/picture", club.chat, topic=club.topic)
    assert shown.photo == PICTURE
    assert '<by hand> & "true"' in shown.caption
    assert shown.topic == club.topic


def check_rows(club: Club) -> None:
    """Every message, answer and reaction of the week is in the store once."""
    people = ", ".join(f"'user{person}'" for person in club.people)
    where = f"JOIN account a USING (community_id) WHERE a.external_id IN ({people})"
    assert club.said >= MESSAGES
    assert club.rows(
        f"SELECT count(*), count(thread_no) > 0, count(reply_no) FROM message m {where}"
        " AND a.account_no = m.author_no"
    ) == [(club.said, 1, club.answers)]
    assert club.rows(
        f"SELECT count(*) FROM reaction r {where} AND a.account_no = r.account_no"
    ) == [(club.reacted,)]


def check_digests(club: Club) -> None:
    """On Monday morning both editions are posted once, whatever happens to the process."""
    club.bot.killed()
    club.turn_to(MONDAY + DAYS * DAY_MS + HOUR_MS + MINUTE_MS)
    for _ in range(3):
        club.bot = club.begin()
        club.fake.wait_for(lambda: club.is_awake() and len(digests(club)) >= 2, PATIENCE)
        club.bot.killed()
    club.bot = club.begin()
    club.fake.wait_for(lambda: club.is_awake() and not club.rows(TO_BE_SAID), PATIENCE)
    assert sorted(one.chat for one in digests(club)) == sorted((club.chat, club.mona))
    said = [one.text for one in club.fake.sent if one.at >= MONDAY + DAYS * DAY_MS]
    assert len(said) == len(set(said))


def check_figures(club: Club) -> None:
    """Who did something is counted, and so is what Telegram says of the group."""
    store = ("--db", f"sqlite:///{club.folder / 'foyer.db'}", "--community", "1")
    answer = CliRunner().invoke(cli, ["stats", *store, "--until", "2026-10-11", "--json"])
    told = json.loads(answer.stdout)
    figures = told["metrics"]
    assert figures["wau"]["value"] == len(club.people) + len((club.mona, club.zoe))
    assert figures["answer_rate_24h"]["enough"]
    assert not any(figure["unavailable"] for figure in figures.values())
    assert told["authenticity"]["reported"] >= figures["headcount"]["value"]


def digests(club: Club) -> list[Sent]:
    """The beginnings of weekly digests; what is long goes on in further messages."""
    return [one for one in club.fake.sent if "semaine du 5 au 11 octobre" in one.text]
