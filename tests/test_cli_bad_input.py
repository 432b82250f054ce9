import json
import os
import shutil
import sqlite3
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from bot.cli import cli
from tests.exports import channel, group, lines, posted, said, saved

SECRET = "hunter2"  # noqa: S105  a word that must not be shown
CLUB = ["--community", "club"]
BASIC = {"name": "Nous", "type": "private_group", "id": 88, "messages": [said(1)]}
ACCOUNT = {"chats": {"list": [group(said(1)), BASIC]}}
PRIVATE = {"chats": {"list": [group(said(1), type="personal_chat")]}}
JOIN = {"kind": "member_joined", "user": "u", "at": "2025-01-01T12:00:00Z"}
WHOLE = json.dumps(group(*(said(n, text="xé" * 9) for n in range(9))), ensure_ascii=False).encode()

State = dict[str, bytes | None]


def foyer(*words: str) -> Result:
    return CliRunner().invoke(cli, list(words), prog_name="foyer")


def told_once(result: Result, code: int) -> str:
    """The only line of a failure, once everything else about it is known to be right."""
    assert result.stdout == ""
    assert result.stderr.count("\n") == 1, result.stderr
    assert result.stderr.startswith("foyer: ")
    assert result.stderr.removesuffix("\n").isprintable()
    assert "something went wrong" not in result.stderr
    assert "Traceback" not in result.stderr
    assert SECRET not in result.stderr
    assert result.exit_code == code, result.stderr
    return result.stderr


def state(folder: Path) -> State:
    """Every path below a folder with its content, but for what SQLite keeps beside a store."""
    return {
        str(path.relative_to(folder)): path.read_bytes() if path.is_file() else None
        for path in sorted(folder.rglob("*"))
        if not path.name.endswith(("-shm", "-wal"))
    }


def refused(folder: Path, code: int, named: str, *words: str) -> None:
    before = state(folder)
    assert named in told_once(foyer(*words), code)
    assert state(folder) == before


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with an export and the store that was made of it."""
    folder = tmp_path_factory.mktemp("filled")
    saved(folder / "ok.json", group(said(1), said(2, from_id="user2")))
    url = f"sqlite:///{folder}/foyer.db"
    assert foyer("import", f"{folder}/ok.json", *CLUB, "--db", url).exit_code == 0
    return folder


@pytest.fixture
def here(filled: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The working folder, with a store of one community in it."""
    for name in ("ok.json", "foyer.db", "foyer.db.lock"):
        shutil.copy(filled / name, tmp_path)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    return tmp_path


CONTENTS: dict[str, tuple[bytes | object, int, str]] = {
    "empty": (b"", 1, "x.json: is empty"),
    "binary": (bytes(range(256)), 1, "x.json: "),
    "a NUL": (b"\0", 1, "x.json: no JSON at byte 0"),
    "a NUL in the middle": (WHOLE[:200] + b"\0" + WHOLE[200:], 1, "x.json: no JSON at byte "),
    "no UTF-8": (WHOLE.replace(b"Les", b"\xff"), 1, "x.json: "),
    "a list at the top": ([group(said(1))], 1, "x.json: no export that Foyer knows"),
    "a number": (b"7", 1, "x.json: no export that Foyer knows"),
    "another layout": ({"users": [1, 2], "posts": []}, 1, "x.json: no export that Foyer knows"),
    "two documents": (WHOLE + WHOLE, 1, "x.json: no JSON at byte "),
    "NaN": (b'{"type": "private_group", "id": NaN, "messages": []}', 1, "x.json: no JSON at byte"),
    "infinity": (b'{"type": "private_group", "id": -Infinity}', 1, "x.json: no JSON at byte"),
    "deep lists": (b"[" * 100_000, 1, "x.json: nested deeper than 64 levels at byte"),
    "deep objects": (b'{"type":' * 9_999, 1, "x.json: nested deeper than 64 levels at byte"),
    "a huge integer": (b'{"type": "a", "id": ' + b"9" * 9_999 + b"}", 1, "x.json: "),
    "a huge exponent": (b'{"type": "a", "id": 1e99999999999999999999}', 1, "x.json: "),
    "a huge string": (b'{"type": "' + b"a" * 2_000_000 + b'"}', 1, "x.json: a value of more than"),
    "private chats": (PRIVATE, 1, "x.json: no group chat in it"),
    "direct messages": (channel(posted(), guild="0"), 1, "x.json: no channel of a server in it"),
    "no guild": (channel(posted(), guild=None), 1, "x.json: no Discord export"),
    "a guild of letters": (channel(posted(), guild="\ud800"), 1, "x.json: no Discord export"),
    "several groups": (ACCOUNT, 2, "--chat ID or --all-chats: -10077 Les amis, -88 Nous"),
    "ids of halves": (group(said(1, from_id="user\ud83d"), id=99), 1, "from_id is no account"),
    "an id of NULs": (group(said(1, from_id="user1\0"), id=99), 1, "from_id is no account"),
    "a huge id": (group(said(10**30), id=99), 1, "id is a number out of range"),
    "an impossible date": (
        group(said(1, date="2024-02-30T12:00:00"), id=99),
        1,
        "every record was rejec",
    ),
    "a date without time": (
        group(said(1, date="2024-02-03"), id=99),
        1,
        "every record was rejected",
    ),
    "a date of old": (
        group(said(1, date="1970-01-01T00:00:00"), id=99),
        1,
        "every record was rejected",
    ),
    "a far date": (
        group(said(1, date="9999-12-31T23:59:59"), id=99),
        1,
        "every record was rejected",
    ),
    "a huge time": (group(said(1, date_unixtime="9" * 19), id=99), 1, "every record was rejected"),
    "no record": (group("x", ["y"], 1.5, id=99), 1, "every record was rejected"),
    "events of no kind": (b'{"format": "foyer-events/1", "platform": "discord"}\n{}\n', 1, "every"),
    "events of tomorrow": (
        b'{"format": "foyer-events/9", "platform": "discord"}\n',
        1,
        "x.json:1: ",
    ),
    "events without a header": (json.dumps(JOIN).encode() + b"\n", 1, "x.json:1: "),
    "events of half a line": (b'{"format": "foyer-events/1", "platform": "discord"}\n{"', 1, "x.j"),
}


@pytest.mark.parametrize("kind", CONTENTS)
def test_an_export_that_cannot_be_read_leaves_everything_alone(here: Path, kind: str) -> None:
    content, code, named = CONTENTS[kind]
    saved(here / "x.json", content)
    for more in (CLUB, ["--community", "another"], [*CLUB, "--db", "sqlite:///new.db"]):
        refused(here, code, named, "import", "x.json", *more)


@pytest.mark.parametrize("cut", [*range(1, len(WHOLE) - 1, 97), len(WHOLE) - 1])
def test_an_export_cut_anywhere_names_the_byte(here: Path, cut: int) -> None:
    saved(here / "x.json", WHOLE[:cut])
    refused(here, 1, "x.json: ", "import", "x.json", *CLUB)


def test_one_broken_file_among_good_ones_stops_all(here: Path) -> None:
    saved(here / "x.json", channel(posted()))
    saved(here / "y.json", json.dumps(channel(posted())).encode()[:-9])
    refused(
        here, 1, "y.json: the file ends too early, at byte", "import", "x.json", "y.json", *CLUB
    )


def _folder(here: Path) -> None:
    (here / "in" / "chat_Files").mkdir(parents=True)
    saved(here / "in" / "notes.txt", b"hello")
    saved(here / "in" / "chat_Files" / "x.json", b"{}")


def _pipe(here: Path) -> None:
    os.mkfifo(here / "in")


def _mixed(here: Path) -> None:
    (here / "in").mkdir()
    saved(here / "in" / "a.json", group(said(1)))
    saved(here / "in" / "b.json", channel(posted()))


def _two_guilds(here: Path) -> None:
    (here / "in").mkdir()
    saved(here / "in" / "a.json", channel(posted(), guild="5"))
    saved(here / "in" / "b.json", channel(posted(), guild="6"))


def _account(here: Path) -> None:
    saved(here / "in", ACCOUNT)


def _good(here: Path) -> None:
    saved(here / "in", group(said(3)))


PATHS: list[tuple[Callable[[Path], None], int, str, list[str]]] = [
    (lambda _: None, 2, "in: there is no such file", ["in", *CLUB]),
    (_folder, 1, "in: holds no export", ["in", *CLUB]),
    (_pipe, 2, "in: is no file", ["in", *CLUB]),
    (_mixed, 2, "import one format at a time", ["in", *CLUB]),
    (_two_guilds, 2, "import one server at a time", ["in", *CLUB]),
    (_account, 2, "-88 already belongs to community 2", ["in", "--all-chats", *CLUB]),
    (_account, 2, "--chat 99: no such group; there are: -10077", ["in", "--chat", "99", *CLUB]),
    (_good, 2, "-10077 already belongs to community 1", ["in", "--community", "new"]),
    (_good, 2, "already belongs to community 1", ["in", "--community", "other"]),
    (_good, 2, "in: its format is telegram, not discord", ["in", "--format", "discord", *CLUB]),
    (_good, 2, "--format", ["in", "--format", "xml", *CLUB]),
    (_good, 2, "--timezone: unknown time zone", ["in", "--timezone", "Europe/Pariss", *CLUB]),
    (_good, 2, "--timezone: unknown time zone", ["in", "--timezone", "../../etc/passwd", *CLUB]),
    (_good, 2, "--timezone: unknown time zone", ["in", "--timezone", "", *CLUB]),
    (_good, 2, "Missing option '--community'", ["in"]),
    (_good, 2, "Missing argument 'PATH...'", CLUB),
    (_good, 2, "--community", ["in", "--community", ""]),
    (_good, 2, "--community", ["in", "--community", "a\nb"]),
    (_good, 2, "--community", ["in", "--community", "a\u202eb"]),
    (_good, 2, "--community", ["in", "--community", "a\x1b[2J"]),
    (_good, 2, "--community", ["in", "--community", "\udcff"]),
    (_good, 2, "--community", ["in", "--community", "é" * 101]),
    (_good, 2, "--community", ["in", "--community", "1" * 5_000]),
    (_good, 2, "--community", ["in", "--community", "999"]),
    (_good, 2, "--community", ["in", "--community", "discord:\udcff"]),
    (_good, 2, "\\udcff: there is no such file", ["\udcff", *CLUB]),
    (_good, 2, "a\\nb: there is no such file", ["a\nb", *CLUB]),
    (_good, 2, "cannot be read (file name too long)", ["x" * 5_000, *CLUB]),
]


@pytest.mark.parametrize("number", range(len(PATHS)))
def test_an_import_that_cannot_be_meant_leaves_the_store_alone(here: Path, number: int) -> None:
    make, code, named, words = PATHS[number]
    saved(here / "basic.json", BASIC)
    assert foyer("import", "basic.json", "--community", "other").exit_code == 0
    make(here)
    refused(here, code, named, "import", *words)


WORDS: list[tuple[int, str, list[str]]] = [
    (2, "No such command 'nope'", ["nope"]),
    (2, "No such option '--nope'", ["stats", "--nope"]),
    (2, "--community: unknown; the store has: 1 club", ["stats", "--community", "nope"]),
    (2, "--community: unknown", ["digest", "--community", "a\nb"]),
    (2, "--community: unknown", ["stats", "--community", "discord:\udcff"]),
    (2, "--community: unknown", ["stats", "--community", "1" * 5_000]),
    (2, "--days", ["stats", *CLUB, "--days", "0"]),
    (2, "--days", ["stats", *CLUB, "--days", "-1"]),
    (2, "--days", ["stats", *CLUB, "--days", "367"]),
    (2, "--days", ["stats", *CLUB, "--days", "9" * 5_000]),
    (2, "--until", ["stats", *CLUB, "--until", "yesterday"]),
    (2, "--until", ["stats", *CLUB, "--until", "2025-02-29"]),
    (2, "--until", ["stats", *CLUB, "--until", "0001-01-01"]),
    (2, "--week", ["digest", *CLUB, "--week", "2025-W53"]),
    (2, "--week", ["digest", *CLUB, "--week", "2025-40"]),
    (2, "--lang", ["digest", *CLUB, "--lang", "../fr"]),
    (2, "--audience", ["digest", *CLUB, "--audience", "everybody"]),
    (2, "'html' is not one of 'text', 'json'", ["digest", *CLUB, "--format", "html"]),
    (2, "2199-W40 is not over yet", ["digest", *CLUB, "--week", "2199-W40"]),
    (2, "--out", ["digest", *CLUB, "--out", "."]),
    (2, "--out no/x: there is no such folder", ["digest", *CLUB, "--out", "no/x"]),
    (1, "File name too long", ["digest", *CLUB, "--out", "x" * 250]),
    (2, "--out", ["export", *CLUB]),
    (2, "--out", ["export", *CLUB, "--out", "ok.json"]),
    (1, "ok.json/x: ", ["export", *CLUB, "--out", "ok.json/x"]),
    (2, "--member", ["export", *CLUB, "--out", "out", "--member", "Ana"]),
    (2, "--member", ["export", *CLUB, "--out", "out", "--member", "discord:\udcff"]),
    (2, "--member: this community knows", ["export", *CLUB, "--out", "o", "--member", "discord:9"]),
    (2, "PLATFORM:ID", ["forget", "Ana"]),
    (2, "PLATFORM:ID", ["forget", "telegram:\udcff"]),
    (2, "--community: unknown", ["forget", "telegram:user1", "--community", "nope"]),
    (2, "--seed", ["demo", "--seed", "-1"]),
    (2, "--out", ["demo", "--out", "ok.json"]),
    (2, "--config", ["stats", *CLUB, "--config"]),
    (2, "no.toml: there is no such file", ["stats", *CLUB, "--config", "no.toml"]),
]


@pytest.mark.parametrize("number", range(len(WORDS)))
def test_a_word_that_cannot_be_meant_leaves_everything_alone(here: Path, number: int) -> None:
    code, named, words = WORDS[number]
    refused(here, code, named, *words)


READING = [["stats", *CLUB], ["digest", *CLUB], ["communities"], ["export", *CLUB, "--out", "out"]]
WRITING = [["import", "ok.json", *CLUB], ["db", "migrate"]]


@pytest.mark.parametrize("words", [*READING, ["forget", "telegram:user1"]])
def test_without_a_store_there_is_nothing_to_tell(here: Path, words: Sequence[str]) -> None:
    refused(here, 1, "no.db: there is no store", *words, "--db", "sqlite:///no.db")


def _newer(path: Path) -> None:
    shutil.copy("foyer.db", path)
    with closing(sqlite3.connect(path)) as store, store:
        store.execute("INSERT INTO schema_migration VALUES (99, 'later', 'x', 0)")


def _damaged(path: Path) -> None:
    content = bytearray(Path("foyer.db").read_bytes())
    content[4096::100] = bytes(len(content[4096::100]))
    path.write_bytes(content)


def _foreign(path: Path) -> None:
    with closing(sqlite3.connect(path)) as store, store:
        store.execute("CREATE TABLE recipe (name TEXT)")


STORES: dict[str, tuple[Callable[[Path], object], str]] = {
    "folder": (Path.mkdir, "is no file"),
    "pipe": (os.mkfifo, "is no file"),
    "text": (lambda path: path.write_bytes(b"dear diary " * 99), "is no Foyer store"),
    "foreign": (_foreign, "is a database of another program"),
    "newer": (_newer, "the store is newer (version 99)"),
    "damaged": (_damaged, "is damaged; restore a backup"),
    "cut": (lambda path: path.write_bytes(Path("foyer.db").read_bytes()[:9_000]), "is damaged"),
}


@pytest.mark.parametrize("kind", STORES)
@pytest.mark.parametrize("words", [*READING, *WRITING, ["forget", "telegram:user1"]])
def test_a_file_that_is_no_sound_store_is_left_alone(
    here: Path, kind: str, words: Sequence[str]
) -> None:
    make, named = STORES[kind]
    make(here / "x.db")
    refused(here, 1, f"x.db: {named}", *words, "--db", "sqlite:///x.db")


URLS = [
    "foyer.db",
    "sqlite:foyer.db",
    "sqlite://foyer.db",
    "sqlite:///",
    "sqlite:///:memory:",
    "sqlite:///foyer.db?mode=rwc",
    "sqlite:///a\0b",
    f"mysql://me:{SECRET}@host/club",
    f"me:{SECRET}@host",
    f"postgresql://me:{SECRET}@host:99999/club",
    f"postgresql://me:{SECRET} x@host/club",
    "",
]


@pytest.mark.parametrize("url", URLS)
@pytest.mark.parametrize("words", [READING[0], WRITING[0]])
def test_a_store_url_that_is_none_is_refused_unrepeated(
    here: Path, url: str, words: Sequence[str]
) -> None:
    refused(here, 2, "--db: ", *words, "--db", url)


@pytest.mark.parametrize("words", [*READING, ["db", "migrate"]])
def test_every_mistake_of_a_config_is_told_at_once(here: Path, words: Sequence[str]) -> None:
    config = here / "config.toml"
    config.write_text(f'[stor]\nurl = "x"\n[http]\nport = 99999\n[discord]\ntokn = "{SECRET}"\n')
    for named in ("config.toml:2: stor.url", "config.toml:4: http.port", ":6: discord.tokn"):
        refused(here, 2, named, *words)


def test_an_import_reads_no_setting_but_the_stores_and_that_one_carefully(here: Path) -> None:
    (here / "config.toml").write_text('[store]\nurl = "mysql://x"\n')
    refused(here, 2, "config.toml:2: store.url", "import", "ok.json", *CLUB)
    (here / "config.toml").write_text("[store\n")
    refused(here, 2, "config.toml:1: ", "import", "ok.json", *CLUB)


def test_an_ambiguous_community_is_to_be_named_by_its_number(here: Path) -> None:
    saved(here / "basic.json", BASIC)
    assert foyer("import", "basic.json", "--community", "other").exit_code == 0
    with closing(sqlite3.connect("foyer.db")) as store, store:
        store.execute("UPDATE community SET name = 'club'")
    named = "--community: several are called that; use a number instead: 1, 2"
    for words in (["stats"], ["digest"], ["import", "ok.json"], ["forget", "telegram:user1"]):
        refused(here, 2, named, *words, *CLUB)


def test_a_store_in_a_folder_that_does_not_exist_is_not_made(here: Path) -> None:
    refused(here, 1, "there is no such folder", *WRITING[0], "--db", "sqlite:///no/foyer.db")


def test_names_of_events_that_no_store_could_hold_are_refused(here: Path) -> None:
    lines(here / "e.jsonl", JOIN | {"user": "a\0"}, JOIN | {"user": "\ud800"}, JOIN | {"user": ""})
    refused(here, 1, "every record was rejected", "import", "e.jsonl", *CLUB)
