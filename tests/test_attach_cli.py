"""`foyer attach` and `foyer join`: an imported past and the group that lives on, on the disk."""

import asyncio
import json
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from bot.adapters import Arrival, News
from bot.app import on_stage
from bot.cli import cli
from bot.clock import ManualClock
from bot.events import Event, MemberJoined, MessageSent
from bot.intake import Defaults
from bot.model import ChannelId, Place, PlaceId
from bot.telemetry import Telemetry
from tests.bot import RememberingPlatform
from tests.exports import group, lines, said, saved, served

LIVE = PlaceId("telegram", "-10077")
BASIC = PlaceId("telegram", "-77")
AT = 1_714_564_800
"""2024-05-01T12:00:00Z, in seconds as Telegram counts them."""


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def foyer(*words: str, code: int = 0) -> str:
    result = CliRunner().invoke(cli, words, prog_name="foyer")
    assert result.exit_code == code, result.output
    if code:
        assert not result.stdout
        assert result.stderr.count("\n") == 1
    return result.stdout or result.stderr


def rows(sql: str) -> list[Any]:
    with closing(sqlite3.connect("foyer.db")) as store:
        return store.execute(sql).fetchall()


def live(*events: Event, place: PlaceId = LIVE) -> None:
    """The bot runs in a group and hears of events."""

    async def run() -> None:
        clock, chat = ManualClock(AT * 1000), RememberingPlatform()
        url, defaults = "sqlite:///foyer.db", Defaults("UTC", "en")
        async with on_stage(url, {"telegram": chat}, clock, defaults, Telemetry()) as stage:
            group = Place(place, "Les amis", "supergroup" if place == LIVE else "group")
            await stage.arrive(Arrival(group, AT * 1000, ChannelId(*place)))
            await stage.take(News(place, events))
            await stage.settle()

    asyncio.run(run())


def heard(id: int, at: int, user: int = 1, channel: str = LIVE.external_id) -> MessageSent:
    return MessageSent(
        platform="telegram", channel=channel, id=str(id), author=f"user{user}", at=at * 1000,
        length=5, has_question=False,
    )  # fmt: skip


def came(user: int, at: int) -> MemberJoined:
    return MemberJoined(
        platform="telegram", user=f"user{user}", at=at * 1000, source="promo", certainty="exact"
    )


def exported(ids: Sequence[int], **header: Any) -> str:
    """A Telegram Desktop export of messages a minute apart, and of a join with the first."""
    messages = [said(n, date_unixtime=str(AT + 60 * n)) for n in ids]
    joins = [
        served("join_group_by_link", ids[0] + 10_000, actor_id="user2", actor="Bob",
               date_unixtime=str(AT + 60 * ids[0])),
    ]  # fmt: skip
    return str(saved(Path("export.json"), group(*messages, *joins, **header)))


def counted() -> tuple[int, int, int]:
    """Communities, messages and joins."""
    [found] = rows(
        "SELECT (SELECT COUNT(*) FROM community), (SELECT COUNT(*) FROM message),"
        " (SELECT COUNT(*) FROM membership)"
    )
    return tuple(found)


def test_an_export_of_the_live_group_doubles_no_message(here: Path) -> None:
    """Heard before, during and after what the export tells of, and told twice."""
    ids = range(10, 20)
    live(*(heard(n, AT + 60 * n) for n in (5, 6, 12, 13)), came(2, AT + 600))
    for _ in range(2):
        foyer("import", exported(ids), "--community", str(LIVE))
        assert counted() == (1, 12, 1)
    live(*(heard(n, AT + 60 * n) for n in (13, 19, 30)), came(2, AT + 600))
    assert counted() == (1, 13, 1)
    assert rows("SELECT COUNT(*) FROM membership WHERE source_no IS NOT NULL") == [(1,)]


def test_an_export_of_the_old_basic_group_becomes_the_live_groups_past() -> None:
    live(heard(1, AT + 6000), came(3, AT + 6001))
    foyer("import", exported(range(1, 11), type="private_group", id=5), "--community", "past")
    assert counted() == (2, 11, 2)
    assert foyer("attach", "--community", "past", str(LIVE)) == (
        f"{LIVE}, and with it everything of Les amis (community 1), is part of past"
        " (community 2) now.\n"
    )
    assert counted() == (1, 11, 2)
    live(heard(1, AT + 6000), heard(2, AT + 6060))
    assert counted() == (1, 12, 2)
    assert rows("SELECT external_id, community_id FROM place ORDER BY external_id") == [
        ("-10077", 2),
        ("-5", 2),
    ]
    foyer("import", "export.json", "--community", "past")
    assert counted() == (1, 12, 2)


def basic(*ids: int, **more: Any) -> str:
    """An export of the basic group, by an account that has other numbers."""
    return exported(ids, type="private_group", **more)


def heard_there(id: int, minute: int, user: int = 1) -> MessageSent:
    return heard(id, AT + 60 * minute, user, BASIC.external_id)


def imported(community: str) -> dict[str, Any]:
    told = foyer("import", "export.json", "--community", community, "--json")
    document = json.loads(told)
    return {key: document[key] for key in ("records", "new", "known", "events")}


def test_an_export_of_a_basic_group_loses_and_doubles_nothing_beside_the_bots_own_numbers() -> None:
    """The bot's number 11 is another message than the export's; it missed those from 14 on."""
    live(*(heard_there(id, id - 1) for id in (11, 12, 13)), came(2, AT + 600), place=BASIC)
    basic(*range(10, 20))
    first = imported(str(BASIC))
    assert (first["records"], first["new"], first["known"]) == (11, 7, 4)
    assert (first["events"]["message"], first["events"]["member_joined"]) == (7, 0)
    assert counted() == (1, 10, 1)
    before = _told()
    assert imported(str(BASIC))["new"] == 0
    live(heard_there(20, 19), heard_there(21, 30), place=BASIC)
    assert counted() == (1, 11, 1)
    assert len(before & _told()) == len(before) - 1
    assert json.loads(foyer("communities", "--json"))["communities"][0]["channels"] == 1


@pytest.mark.parametrize("is_past_kept", [True, False])
def test_a_basic_group_and_its_past_become_one_of_two(is_past_kept: bool) -> None:
    live(*(heard_there(id, id - 1) for id in (11, 12, 13)), place=BASIC)
    # The past came by another way than under the group's own name.
    told = [
        {
            "kind": "message", "id": str(id - 1_000_000_000), "channel": BASIC.external_id,
            "author": "user1", "at": f"2024-05-01T12:{id:02}:00Z",
        }
        for id in range(10, 20)
    ]  # fmt: skip
    lines(Path("past.jsonl"), *told, platform="telegram")
    foyer("import", "past.jsonl", "--community", "past")
    assert counted() == (2, 13, 0)
    if is_past_kept:
        foyer("attach", "--community", "past", str(BASIC))
    else:
        foyer("join", str(BASIC), "past")
    assert counted() == (1, 10, 0)
    live(heard_there(20, 19), place=BASIC)
    assert counted() == (1, 10, 0)


def test_what_another_store_told_of_the_same_group_counts_once(here: Path) -> None:
    told = [
        {
            "kind": "message", "id": str(n), "channel": LIVE.external_id, "author": "user1",
            "at": f"2024-05-01T12:{n:02}:00Z",
        }
        for n in range(10)
    ]  # fmt: skip
    joined = {"kind": "member_joined", "user": "user2", "at": "2024-05-01T12:10:00Z"}
    lines(here / "events.jsonl", *told, joined, platform="telegram")
    foyer("import", "events.jsonl", "--community", "past")
    live(*(heard(n, AT + 60 * n) for n in range(5, 15)), came(2, AT + 600))
    assert counted() == (2, 20, 2)
    foyer("attach", "--community", "past", str(LIVE))
    assert counted() == (1, 15, 1)
    [(name, certainty)] = rows(
        "SELECT s.name, m.certainty FROM membership m JOIN source s"
        " ON s.community_id = m.community_id AND s.source_no = m.source_no"
    )
    assert (name, certainty) == ("promo", "exact")


def test_figures_and_exports_are_those_of_one_store_that_heard_it_all(here: Path) -> None:
    past = [heard(n, AT + 3600 * n, user=n % 5) for n in range(1, 200)]
    late = [heard(n, AT + 3600 * n, user=n % 7) for n in range(150, 400)]
    file = [
        {
            "kind": "message", "id": one.id, "channel": one.channel, "author": one.author,
            "at": one.at // 1000, "length": 5, "has_question": False,
        }
        for one in past
    ]  # fmt: skip
    for line in file:
        line["at"] = _iso(int(str(line["at"])))
    lines(here / "events.jsonl", *file, platform="telegram")
    foyer("import", "events.jsonl", "--community", "Les amis")
    live(*(one for one in late if int(one.id) >= 200))
    [(archive,)] = rows("SELECT community_id FROM community WHERE community_id = 1")
    foyer("attach", "--community", str(archive), str(LIVE))
    found = [_told(), _stats()]
    Path("foyer.db").rename("joined.db")
    live(*past, *(one for one in late if int(one.id) >= 200))
    assert [_told(), _stats()] == found


def _iso(seconds: int) -> str:
    from bot.clock import iso_instant

    return iso_instant(seconds * 1000)


def _told() -> set[str]:
    Path("out/events.jsonl").unlink(missing_ok=True)
    foyer("export", "--community", "1", "--out", "out")
    _, *events = Path("out/events.jsonl").read_text().splitlines()
    return set(events)


def _stats() -> dict[str, Any]:
    document = json.loads(foyer("stats", "--community", "1", "--until", "2024-05-17", "--json"))
    return {key: document[key] for key in ("metrics", "authenticity", "window")}


def test_a_place_that_nobody_knows_yet_is_waited_for() -> None:
    foyer("import", exported(range(3), type="private_group", id=5), "--community", "past")
    assert foyer("attach", "--community", "past", str(LIVE)) == (
        f"{LIVE} is part of past (community 1) now.\n"
    )
    assert foyer("attach", "--community", "1", str(LIVE)) == (
        f"{LIVE} is part of past (community 1) already.\n"
    )
    live(heard(9, AT + 6000))
    assert counted() == (1, 4, 1)
    assert rows("SELECT kind FROM place ORDER BY external_id") == [("supergroup",), ("group",)]


def test_without_a_place_a_code_is_given_that_the_bot_takes() -> None:
    foyer("import", exported(range(3), type="private_group", id=5), "--community", "past")
    told = foyer("attach", "--community", "past")
    assert "Within 24 hours, a moderator types this once" in told
    [code] = [line.strip() for line in told.splitlines() if "/attach" in line]
    assert len(code.removeprefix("/attach ")) == 19
    assert rows("SELECT community_id, LENGTH(hmac) FROM attach_code") == [(1, 64)]
    assert foyer("attach", "--community", "past") != told


def test_an_imported_community_is_not_taken_by_a_slip() -> None:
    for name, number in (("one", 5), ("two", 6)):
        export = exported(range(3), type="private_group", id=number)
        foyer("import", export, "--community", name)
    refused = foyer("attach", "--community", "one", "telegram:-6", code=2)
    assert "belongs to community 2 (two), which was imported" in refused
    assert "foyer join 1 2" in refused
    assert counted() == (2, 6, 2)


def test_two_communities_become_one_that_cannot_be_named_by_the_other_any_more() -> None:
    for name, number in (("one", 5), ("two", 6)):
        export = exported(range(3), type="private_group", id=number)
        foyer("import", export, "--community", name)
    assert foyer("join", "one", "telegram:-6") == (
        "Everything of two (community 2) is part of one (community 1) now.\n"
    )
    assert counted() == (1, 6, 1)
    assert "C2: unknown; the store has: 1 one" in foyer("join", "1", "two", code=2)
    assert "C2: is the same as C1" in foyer("join", "1", "telegram:-6", code=2)
    assert "C1: unknown" in foyer("join", "2", "1", code=2)


@pytest.mark.parametrize(
    ("words", "named"),
    [
        (["telegram:77"], "begins with a minus"),
        (["telegram:-"], "begins with a minus"),
        (["telegram:-077"], "begins with a minus"),
        (["telegram:-100/42"], "begins with a minus"),
        (["telegram:-１２"], "begins with a minus"),
        (["telegram:@club"], "begins with a minus"),
        (["telegram:-" + "9" * 5000], "begins with a minus"),
        (["discord:-81384788765712384"], "15 to 20 digits"),
        (["discord:123"], "15 to 20 digits"),
        (["discord:club"], "15 to 20 digits"),
        (["-10077"], ""),
        (["Les amis"], "telegram:CHAT_ID or discord:GUILD_ID"),
        (["console:room"], "telegram:CHAT_ID or discord:GUILD_ID"),
        (["telegram:-\udcff"], "begins with a minus"),
        (["telegram:-5", "telegram:-6"], "unexpected extra argument"),
    ],
)
def test_a_place_that_is_none_is_refused_with_how_it_is_written(
    words: list[str], named: str
) -> None:
    foyer("import", exported(range(3)), "--community", "past")
    before = Path("foyer.db").read_bytes()
    refused = foyer("attach", "--community", "past", *words, code=2)
    assert named in refused
    assert Path("foyer.db").read_bytes() == before


def test_what_is_missing_is_named() -> None:
    assert "there is no store" in foyer("attach", "--community", "past", str(LIVE), code=1)
    assert not Path("foyer.db").exists()
    foyer("import", exported(range(3)), "--community", "past")
    assert "--community: unknown" in foyer("attach", "--community", "nope", str(LIVE), code=2)
    assert "--community" in foyer("attach", str(LIVE), code=2)
