import json
import sqlite3
import tarfile
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from bot.cli import cli
from tests.exports import SHARED, channel, group, lines, posted, said, saved, served

CLUB = ["--community", "club"]
TELEGRAM = SHARED / "telegram_fixtures"
DISCORD = SHARED / "discord_export.tar.xz"


def _words(text: str) -> set[str]:
    return set(text.split())


METRICS = _words(
    "headcount reachable dau wau mau stickiness regularity participation_rate l28_4plus"
    " non_new_communicators member_types gini n2_voices top1_share bus_factor hero_survival"
    " degree_centralisation giant_component clustering reciprocity activation_7d"
    " time_to_first_message newcomer_first_reply_24h retention_d1 retention_w1 retention_w4"
    " welcome_effect growth quick_ratio core_kept early_leave_rate answer_rate_24h answer_rate_1h"
    " first_response_time helpful_answer_rate conversation_depth conversations_3plus"
    " response_ratio reaction_rate member_voice_share poll_turnout gratitude_rate kindness_reach"
    " moderator_load staff_first_reply_share channel_entropy rhythm needs_met needs_ship_time"
    " prompt_effect noise_share"
)
IMPORT = _words(
    "schema community community_id created files records new known ignored rejected rejects_file"
    " events accounts first_event last_event"
)
STATISTICS = _words(
    "schema community community_id coverage window metrics index authenticity sources sections"
    " actions"
)
METRIC = _words("value x n low high unit previous changed enough window_days parts unavailable")
AUTHENTICITY = _words(
    "headcount reported unseen engaged dormant new quiet hollow hollow_low hollow_high real_size"
    " real_size_low real_size_high low high verifiable assessed reason"
)
COMMUNITY = _words(
    "id name platforms chats channels members timezone language first_event last_event"
)


@pytest.fixture(autouse=True)
def _a_folder_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def foyer(*words: str, code: int = 0) -> Result:
    result = CliRunner().invoke(cli, list(words), prog_name="foyer")
    assert result.exit_code == code, result.stderr
    return result


def document(*words: str) -> dict[str, Any]:
    """The one JSON document on stdout, with nothing beside it."""
    result = foyer(*words)
    assert result.stderr == ""
    told: dict[str, Any] = json.loads(result.stdout)
    return told


def talk(path: Path, count: int = 40) -> Path:
    """Some weeks of a group in which people answer, join, react and leave."""
    people = [f"user{1 + number % 6}" for number in range(count)]
    days = [f"2024-05-{1 + number // 2:02d}T{8 + number % 9:02d}:15:00" for number in range(count)]
    messages = [
        said(
            number + 10,
            **{"from": f"P{people[number]}"},
            from_id=people[number],
            date=days[number],
            text="who comes?" if number % 3 == 0 else "me",
            reply_to_message_id=number + 9 if number % 3 == 1 else None,
        )
        for number in range(count)
    ]
    recent = [{"from": "Puser2", "from_id": "user2", "date": days[-1]}]
    messages[3]["reactions"] = [{"type": "emoji", "emoji": "❤", "recent": recent}]
    joined = served("join_group_by_link", 1, actor_id="user3", date="2024-05-01T07:00:00")
    left = served("remove_members", 2, actor_id="user6", members=["Puser6"], date=days[-1])
    return saved(path, group(joined, *messages, left))


def test_an_import_tells_what_it_did_and_does_nothing_twice(tmp_path: Path) -> None:
    talk(tmp_path / "a.json")
    first = document("import", "a.json", *CLUB, "--json")
    again = document("import", "a.json", "a.json", *CLUB, "--json")
    assert first.keys() == again.keys() == IMPORT
    assert (first["created"], again["created"]) == (True, False)
    assert (first["records"], first["new"], first["rejected"]) == (42, 42, 0)
    assert (again["files"], again["new"], again["known"]) == (1, 0, 42)
    assert first["events"] == {"message": 40, "reaction": 1, "member_joined": 1, "member_left": 1}
    assert first["first_event"] == "2024-05-01T07:00:00Z"
    assert again["rejects_file"] is None


def test_an_import_in_the_folder_of_the_store_can_be_repeated_in_spite_of_rejects(
    tmp_path: Path,
) -> None:
    saved(tmp_path / "a.json", group(said(1), said("x")))
    for new in (1, 0):
        told = document("import", ".", *CLUB, "--json")
        assert (told["files"], told["new"], told["rejected"]) == (1, new, 1)
        assert told["rejects_file"] == "club.rejects.jsonl"
    assert [path.name for path in tmp_path.glob("*rejects*")] == ["club.rejects.jsonl"]


def test_rejects_of_the_longest_name_find_a_place(tmp_path: Path) -> None:
    saved(tmp_path / "a.json", group(said(1), said("x")))
    told = document("import", "a.json", "--community", "鳥" * 100, "--json")
    assert Path(told["rejects_file"]).is_file()


def test_a_folder_in_the_place_of_the_rejects_is_told_before_anything_is_stored(
    tmp_path: Path,
) -> None:
    saved(tmp_path / "a.json", group(said(1), said("x")))
    (tmp_path / "club.rejects.jsonl").mkdir()
    assert "club.rejects.jsonl: is a folder" in foyer("import", "a.json", *CLUB, code=1).stderr
    assert not (tmp_path / "foyer.db").exists()


def test_every_documented_key_is_in_every_document(tmp_path: Path) -> None:
    talk(tmp_path / "a.json")
    foyer("import", "a.json", *CLUB)
    stats = document("stats", *CLUB, "--json")
    digest = document("digest", *CLUB, "--format", "json")
    communities = document("communities", "--json")
    for told in (stats, digest):
        assert told.keys() == STATISTICS
        assert told["metrics"].keys() >= METRICS
        assert all(metric.keys() == METRIC for metric in told["metrics"].values())
        assert told["authenticity"].keys() == AUTHENTICITY
        assert told["window"].keys() == {"start", "end", "timezone", "week"}
    assert digest["sections"]
    assert communities.keys() == {"schema", "communities"}
    [club] = communities["communities"]
    assert club.keys() == COMMUNITY
    assert club["chats"] == [{"platform": "telegram", "id": "-10077"}]


def test_a_community_may_be_called_by_number_place_or_name(tmp_path: Path) -> None:
    talk(tmp_path / "a.json")
    foyer("import", "a.json", *CLUB)
    told = [document("stats", "--community", c, "--json") for c in ("1", "telegram:-10077", "club")]
    assert told[0] == told[1] == told[2]


def test_windows_and_weeks_are_those_that_were_asked_for(tmp_path: Path) -> None:
    talk(tmp_path / "a.json")
    foyer("import", "a.json", *CLUB, "--timezone", "Europe/Paris")
    told = document("stats", *CLUB, "--json", "--days", "14", "--until", "2024-05-14")
    assert told["window"] == {
        "start": "2024-05-01",
        "end": "2024-05-14",
        "timezone": "Europe/Paris",
        "week": None,
    }
    weekly = document("digest", *CLUB, "--week", "2024-W19", "--format", "json")
    assert weekly["window"]["end"] == "2024-05-12"
    empty = document("stats", *CLUB, "--json", "--until", "1999-12-31")
    assert empty["window"]["end"] == "1999-12-31"


def test_the_digest_speaks_both_languages_and_goes_into_a_file(tmp_path: Path) -> None:
    talk(tmp_path / "a.json")
    foyer("import", "a.json", *CLUB)
    said_en, said_fr = (foyer("digest", *CLUB, "--lang", code).stdout for code in ("en", "fr"))
    assert "the week of" in said_en
    assert "semaine" in said_fr
    assert foyer("digest", *CLUB, "--out", "d.txt").output == ""
    assert (tmp_path / "d.txt").read_text() == said_en


def test_an_export_taken_in_again_gives_the_same_figures(tmp_path: Path) -> None:
    talk(tmp_path / "a.json")
    foyer("import", "a.json", *CLUB)
    foyer("export", *CLUB, "--out", "out")
    other = ["--db", "sqlite:///other.db"]
    foyer("import", "out", *CLUB, *other)
    assert document("stats", *CLUB, "--json", *other) == document("stats", *CLUB, "--json")


def test_a_member_gets_only_their_own_data(tmp_path: Path) -> None:
    talk(tmp_path / "a.json")
    foyer("import", "a.json", *CLUB)
    foyer("export", *CLUB, "--member", "telegram:user3", "--out", "own")
    rows = [json.loads(line) for line in (tmp_path / "own/events.jsonl").read_text().splitlines()]
    sent = [row["author"] for row in rows[1:] if row["kind"] == "message"]
    assert sent
    assert set(sent) == {"user3"}


def test_whoever_was_forgotten_does_not_come_back(tmp_path: Path) -> None:
    talk(tmp_path / "a.json")
    foyer("import", "a.json", *CLUB)
    before = document("stats", *CLUB, "--json")["metrics"]["headcount"]["value"]
    foyer("forget", "telegram:user3")
    after = document("stats", *CLUB, "--json")
    assert after["metrics"]["headcount"]["value"] == before - 1
    assert document("import", "a.json", *CLUB, "--json")["new"] == 0
    assert document("stats", *CLUB, "--json") == after
    foyer("export", *CLUB, "--out", "out")
    assert "user3" not in (tmp_path / "out/events.jsonl").read_text()
    with closing(sqlite3.connect("foyer.db")) as store:
        assert not any("user3" in line for line in store.iterdump())


def test_a_demo_is_the_same_twice_and_in_two_folders(tmp_path: Path) -> None:
    texts = []
    for out in ("one", "one", "two"):
        foyer("demo", "--out", out, "--quiet")
        files = [tmp_path / out / name for name in ("digest.txt", "digest.json")]
        texts.append([file.read_bytes() for file in files])
    assert texts[0] == texts[1] == texts[2]


@pytest.mark.parametrize("content", [b"", b"dear diary", None])
def test_a_demo_leaves_a_store_of_somebody_else_alone(
    tmp_path: Path, content: bytes | None
) -> None:
    store = tmp_path / "mine" / "foyer.db"
    store.parent.mkdir()
    if content is None:
        talk(tmp_path / "a.json")
        foyer("import", "a.json", *CLUB, "--db", f"sqlite:///{store}")
    else:
        store.write_bytes(content)
    before = store.read_bytes()
    told = foyer("demo", "--out", "mine", code=1).stderr
    assert told == "foyer: mine/foyer.db: is no store of an earlier demo; choose another --out\n"
    assert store.read_bytes() == before
    assert not (store.parent / "digest.txt").exists()


def test_a_new_community_speaks_the_language_of_the_settings(tmp_path: Path) -> None:
    lines(tmp_path / "e.jsonl", {"kind": "member", "user": "u"})
    (tmp_path / "config.toml").write_text('[defaults]\nlanguage = "fr"\n')
    foyer("import", "e.jsonl", *CLUB)
    [known] = document("communities", "--json")["communities"]
    assert known["language"] == "fr"
    assert "semaine du" in foyer("digest", *CLUB).stdout
    (tmp_path / "config.toml").write_text('[defaults]\nlanguage = "xx"\n')
    told = foyer("import", "e.jsonl", *CLUB, code=2).stderr
    assert told == "foyer: config.toml:2: defaults.language: must be one of en, fr\n"


def test_a_demo_cut_short_is_begun_anew(tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    foyer("db", "migrate", "--db", "sqlite:///mine/foyer.db")
    foyer("demo", "--out", "mine", "--quiet")
    assert (tmp_path / "mine" / "digest.txt").exists()


@pytest.mark.parametrize(
    "words",
    [
        ["--db", "sqlite:///b.db", "communities", "--json"],
        ["communities", "--db", "sqlite:///b.db", "--json"],
        ["--db", "sqlite:///a.db", "communities", "--json", "--db", "sqlite:///b.db"],
        ["--config", "b.toml", "communities", "--json"],
        ["communities", "--json", "--config", "b.toml", "--quiet"],
    ],
)
def test_options_go_before_or_after_the_command(tmp_path: Path, words: Sequence[str]) -> None:
    lines(tmp_path / "e.jsonl", {"kind": "member", "user": "u"})
    (tmp_path / "b.toml").write_text('[store]\nurl = "sqlite:///b.db"\n')
    foyer("import", "e.jsonl", "--community", "bees", "--db", "sqlite:///b.db")
    [known] = document(*words)["communities"]
    assert known["name"] == "bees"


def test_a_store_is_named_by_option_variable_file_and_default(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines(tmp_path / "e.jsonl", {"kind": "member", "user": "u"})
    for name in ("option", "variable", "dotenv", "config", "foyer"):
        url = f"sqlite:///{name}.db"
        foyer("import", "e.jsonl", "--community", f"of {name}", "--db", url)

    def named(*words: str) -> str:
        [known] = document("communities", "--json", *words)["communities"]
        return str(known["name"])

    assert named() == "of foyer"
    (tmp_path / "config.toml").write_text('[store]\nurl = "sqlite:///config.db"\n')
    assert named() == "of config"
    (tmp_path / ".env").write_text("FOYER_STORE__URL=sqlite:///dotenv.db\n")
    assert named() == "of dotenv"
    monkeypatch.setenv("FOYER_STORE__URL", "sqlite:///variable.db")
    assert named() == "of variable"
    assert named("--db", "sqlite:///option.db") == "of option"


def test_a_migration_of_a_store_that_is_up_to_date_changes_nothing(tmp_path: Path) -> None:
    saved(tmp_path / "c.json", channel(posted()))
    foyer("import", "c.json", *CLUB)
    told = document("stats", *CLUB, "--json")
    foyer("db", "migrate")
    assert document("stats", *CLUB, "--json") == told


def test_a_store_may_be_called_by_bytes_that_are_no_text(tmp_path: Path) -> None:
    saved(tmp_path / "c.json", channel(posted()))
    store = ["--db", "sqlite:///\udcff%41.db"]
    foyer("import", "c.json", *CLUB, *store)
    assert document("stats", *CLUB, *store, "--json")["community"] == "club"
    assert (tmp_path / "\udcff%41.db").is_file()


@pytest.mark.skipif(not TELEGRAM.is_dir(), reason="the shared Telegram exports are not here")
def test_every_telegram_fixture_is_taken_in_or_told_to_hold_no_group() -> None:
    for number, path in enumerate(sorted(TELEGRAM.glob("*.json"))):
        db = ["--db", f"sqlite:///{number}.db"]
        if "inline-bot-buttons" in path.name:
            failure = foyer("import", str(path), *CLUB, *db, code=1)
            assert f"{path}: no group chat in it; only groups are imported" in failure.stderr
            continue
        answer = document("import", str(path), *CLUB, *db, "--json")
        assert answer["new"] > 0
        assert answer["rejected"] == 0
        assert document("import", str(path), *CLUB, *db, "--json")["new"] == 0
        assert foyer("digest", *CLUB, *db).stdout


@pytest.mark.skipif(not DISCORD.exists(), reason="the shared Discord export is not here")
def test_a_folder_of_a_real_discord_community_is_taken_in_once(tmp_path: Path) -> None:
    with tarfile.open(DISCORD) as archive:
        members = [member for member, _ in zip(archive, range(40), strict=False)]
        archive.extractall(tmp_path, members, filter="data")
    folder = "discord_export"
    first = document("import", folder, *CLUB, "--json", "--timezone", "America/New_York")
    assert (first["files"], first["rejected"]) == (39, 0)
    assert first["new"] + first["known"] + first["ignored"] == first["records"]
    again = document("import", folder, *CLUB, "--json")
    assert (again["new"], again["created"]) == (0, False)
    assert "2026" in foyer("digest", *CLUB, "--week", "2026-W10", "--lang", "fr").stdout
