import re
import sqlite3
import time
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.cli import cli
from tests.exports import lines

ROOT = Path(__file__).parents[1]
BEGIN = ":at 2026-10-05T06:00:00Z\n"


@pytest.fixture(autouse=True)
def _a_folder_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def console(script: str, *words: str, code: int = 0) -> str:
    """What a script on stdin shows; or the one line that tells why it failed."""
    result = CliRunner().invoke(cli, ["console", *words], input=script, prog_name="foyer")
    assert result.exit_code == code, result.stderr
    if code == 0:
        assert result.stderr == ""
        return result.stdout
    assert result.stderr.count("\n") == 1
    return result.stderr.removeprefix("foyer: ").strip()


def played(script: str, *words: str) -> list[str]:
    """The lines of the transcript after Foyer's first words."""
    rows = console(BEGIN + script, *words).splitlines()
    return rows[rows.index("     Moderators begin with /setup.") + 2 :]


# What people do


def test_people_come_talk_and_are_greeted_together() -> None:
    shown = played(
        ":join Zoé\n:join Max\n:as Zoé\nBonjour !\n:as Max\n:reply 2 Hi @Zoé\n:advance 1h"
    )
    assert shown[:5] == [
        "     Zoé joined",
        "     Max joined",
        "  2  Zoé: Bonjour !",
        "  3  Max → 2: Hi @Zoé",
        "",
    ]
    assert shown[5:9] == [
        "── Monday 5 October 2026, 06:10 ──",
        "",
        "  4  Foyer",
        "     Welcome, Zoé and Max!",
    ]


def test_whoever_is_named_first_speaks_until_somebody_else_does() -> None:
    rows = played(":join Zoé\n:join Max\nhello\n:as Max\nhi\n")
    assert rows[-2:] == ["  2  Zoé: hello", "  3  Max: hi"]
    assert "Mona: /settings" in console(BEGIN + ":admin Mona\n/settings\n")


def test_a_private_answer_is_for_the_asker_alone_and_has_no_number() -> None:
    shown = played(":as Zoé\n/privacy\nhello")
    assert "     Foyer, to Zoé only" in shown
    assert shown[-1] == "  2  Zoé: hello"


def test_only_moderators_may_do_what_is_theirs() -> None:
    refused = played(":as Zoé\n/settings")
    assert "     /settings is for moderators." in refused
    assert "     • Time zone: UTC" in played(":admin Zoé\n:as Zoé\n/settings")


def test_a_form_is_asked_question_by_question_and_then_done() -> None:
    answers = "Europe/Paris\n\n/skip\n\\#moderators\noff\nON\nFriday\n18\n\n\n5\n"
    shown = played(f":admin Ann\n:as Ann\n/setup\n{answers}/settings")
    told = "\n".join(shown)
    assert "     • Time zone: Europe/Paris" in told
    assert "     • Weekly digest for moderators: off" in told
    assert "     • Day of the digest: Friday" in told
    assert "     • Hour of the digest: 18:00" in told
    assert "     • Newcomers are gathered for 5 min, then greeted together" in told
    assert not any(re.match(r" +\d+  Ann", row) for row in shown)


def test_a_form_that_is_left_changes_nothing() -> None:
    shown = "\n".join(played(":admin Ann\n:as Ann\n/setup\nEurope/Paris\n/cancel\n/settings"))
    assert "     Nothing was changed." in shown
    assert "     • Time zone: UTC" in shown


def test_a_form_is_answered_by_whoever_opened_it() -> None:
    shown = played(":admin Ann\n:as Ann\n/setup\n:as Max\nhello\n:as Ann\nEurope/Paris\n/cancel")
    assert "  2  Max: hello" in shown
    assert "     Ann: Europe/Paris" in shown


def test_another_command_leaves_the_open_form() -> None:
    shown = played(":admin Ann\n:as Ann\n/setup\n/about\nEurope/Paris")
    assert any(re.match(r"  \d  Ann: Europe/Paris", row) for row in shown)


def after(rows: list[str], start: str) -> str:
    """What is shown after the last line that is this."""
    at = len(rows) - rows[::-1].index(start)
    return "\n".join(rows[at:])


def test_an_answer_that_does_not_fit_is_asked_again_at_its_question() -> None:
    typed = "\n\n\\#nowhere\ngeneral\n\nperhaps\noui\nnon\nmercredi\nmardi"
    shown = played(f":admin Ann\n/setup\n{typed}\n18\n\n\n7\n/settings")
    told = "\n".join(shown)
    assert "     There is no channel called “nowhere” here." in shown
    assert "     “perhaps” is none of the answers." in shown
    assert "     “mardi” is no whole number." in shown
    assert told.count("     The hour of the digest, 0 to 23") == 2
    settings = after(shown, "     Ann: /settings")
    assert "Weekly digest for moderators: on" in settings
    assert "Weekly digest for everybody: off" in settings
    assert "Day of the digest: Wednesday" in settings
    assert "Hour of the digest: 18:00" in settings
    assert "gathered for 7 min" in settings


def test_what_the_command_itself_refuses_is_asked_again_and_all_else_is_kept() -> None:
    typed = "Mars/Phobos\n\n\n\noff\n\nfriday\n99\n\n\n\n"
    shown = played(f":admin Ann\n/setup\n{typed}17\nEurope/Paris\n/settings")
    told = "\n".join(shown)
    assert told.count("     Time zone, like Europe/Paris") == 2
    assert told.count("     The hour of the digest, 0 to 23") == 2
    assert told.count("     Your other answers are kept.") == 2
    assert told.count("     The day of the weekly digest") == 1
    settings = after(shown, "     Ann: /settings")
    assert "Time zone: Europe/Paris" in settings
    assert "Weekly digest for moderators: off" in settings
    assert "Day of the digest: Friday" in settings
    assert "Hour of the digest: 17:00" in settings


def test_what_was_refused_at_the_end_may_be_left_as_it_is() -> None:
    typed = "Mars/Phobos\n\n\n\noff\n\n\n\n\n\n\n/skip"
    shown = played(f":admin Ann\n/setup\n{typed}\n/settings")
    settings = after(shown, "     Ann: /settings")
    assert "Time zone: UTC" in settings
    assert "Weekly digest for moderators: off" in settings


# In one language


def test_a_form_ends_in_the_language_in_which_it_began() -> None:
    typed = ":lang fr\n\nperhaps\n/cancel"
    shown = played(f":admin Ann\n/setup\n{typed}")
    told = after(shown, "     /skip leaves it as it is, /cancel leaves the form.")
    whole = "\n".join(shown)
    assert "Now: en" in whole
    assert "     “perhaps” is none of the answers." in shown
    assert "     Nothing was changed." in told
    assert not re.search("Actuellement|Langue|réponse|changé", whole)


def test_whoever_chose_a_language_is_answered_in_it_whatever_the_console_speaks() -> None:
    typed = "/language fr\n/mydata\n/mydata a\n/about main:#x\n/setup main:#nowhere\n/setup"
    shown = played(f":admin Ann\nhello\n{typed}\n\nperhaps\n/cancel")
    told = after(shown, "     Ann: /mydata a")
    assert any(re.search(r"\(\d+\slignes, \d+\soctets\)", row) for row in shown)
    assert "ne comprend pas" in told
    assert "nowhere" in told
    assert "Actuellement" in told
    assert "« perhaps »" in told.replace("\u00a0", " ").replace("\u202f", " ")
    assert "Rien n’a changé." in told
    assert not re.search("Now:|leaves|understand|There is no channel|Nothing was", told)


def test_a_channel_that_is_not_there_is_refused() -> None:
    shown = played(":admin Ann\n:as Ann\n/setup main:#nowhere")
    assert "     There is no channel called “nowhere” here." in shown


def test_words_that_a_command_does_not_take_are_refused_politely() -> None:
    assert any("does not understand" in row for row in played(":as Zoé\n/about one two"))
    assert any("I do not know /dance" in row for row in played(":as Zoé\n/dance now"))


def test_a_button_is_pressed_by_its_label() -> None:
    shown = played(":as Zoé\nhi\n/forgetme\n:press Yes, forget me\n/mydata")
    assert "     Zoé presses [Yes, forget me]" in shown
    assert "     Done: what was stored of you in 1 community is erased." in shown


def test_everybody_speaks_another_language_from_there_on() -> None:
    shown = played(":as Zoé\n/nonsense\n:lang fr\n/nonsense\n:join Max\n:advance 1h")
    told = "\n".join(shown)
    assert "I do not know /nonsense" in told
    assert "Je ne connais pas" in told
    assert "     Max arrive" in told
    assert "── lundi 5 octobre 2026, 06:10 ──" in told
    assert "Bienvenue" in told


def test_a_script_may_begin_in_another_language() -> None:
    assert console(f":lang fr\n{BEGIN}").startswith("── lundi 5 octobre 2026, 06:00 ──\n")
    assert console(BEGIN, "--lang", "fr").startswith("── lundi 5 octobre 2026, 06:00 ──\n")


def test_headings_follow_the_time_zone_of_the_community() -> None:
    shown = played(":admin Ann\n:as Ann\n/setup timezone:Europe/Paris\n:advance 1h\nhello")
    assert "── Monday 5 October 2026, 09:00 ──" in shown


def test_a_script_stops_at_quit() -> None:
    assert "hello" not in console(f"{BEGIN}:as Zoé\n:quit\nhello\n:dance")


def test_the_same_script_shows_the_same_to_the_byte() -> None:
    script = f"{BEGIN}:join Zoé\n:as Zoé\nWho is there?\n:react 2 👍\n/mydata\n:advance 8d\n"
    assert console(script) == console(script)


def test_without_an_instant_the_clock_is_the_machines() -> None:
    before = time.strftime("%Y", time.gmtime())
    assert before in console(":as Zoé\nhello").splitlines()[0]


# What cannot be done


@pytest.mark.parametrize(
    ("script", "line"),
    [
        (":dance", "<stdin>:2: unknown directive :dance; :help lists them"),
        ("hello", "<stdin>:2: nobody speaks yet; say who with :as NAME"),
        ("/help", "<stdin>:2: nobody speaks yet; say who with :as NAME"),
        (":as Zoé\n:reply 7 yes", "<stdin>:3: there is no message 7"),
        (":as Zoé\n:react 7 👍", "<stdin>:3: there is no message 7"),
        (":as Zoé\n:press Go", "<stdin>:3: there is no button 'Go'"),
        (":as Zoé\n:at 2026-10-04T06:00:00Z", "<stdin>:3: the clock never goes back"),
        (":join", "<stdin>:2: a name is missing"),
        (":advance soon", "<stdin>:2: write :advance 7d, 3h or 10m"),
        (":as \x1b[31m", "<stdin>:2: a name has 1 to 32 printable characters"),
    ],
)
def test_what_cannot_be_done_ends_the_script_and_names_the_line(script: str, line: str) -> None:
    assert console(BEGIN + script, code=2).startswith(line)


def test_a_script_in_a_file_is_understood_before_anything_happens() -> None:
    Path("month.console").write_text(f"{BEGIN}:as Zoé\nhello\n\n:dance\n", encoding="utf-8")
    result = CliRunner().invoke(cli, ["console", "month.console", "--db", "sqlite:///s.db"])
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.startswith("foyer: month.console:5: unknown directive :dance")
    assert not Path("s.db").exists()


def test_a_file_that_is_no_text_is_wrong_content() -> None:
    Path("bad.console").write_bytes(b":as Zo\xe9\n")
    result = CliRunner().invoke(cli, ["console", "bad.console"])
    assert (result.exit_code, result.stderr) == (1, "foyer: bad.console:1: this is not UTF-8\n")


def test_a_script_that_is_not_there_is_a_wrong_argument() -> None:
    result = CliRunner().invoke(cli, ["console", "nowhere.console"])
    assert (result.exit_code, result.stderr.count("\n")) == (2, 1)


def test_a_picture_needs_a_folder_that_is_there() -> None:
    told = console(f"{BEGIN}:as Zoé\nhello", "--svg", "nowhere/x.svg", code=2)
    assert told == "--svg nowhere/x.svg: there is no such folder; make it first"


def test_a_script_may_come_from_windows() -> None:
    Path("w.console").write_bytes(f"\ufeff{BEGIN}:as Zoé\nhello\n".replace("\n", "\r\n").encode())
    result = CliRunner().invoke(cli, ["console", "w.console"])
    assert result.stdout.endswith("  2  Zoé: hello\n")


hostile = st.text(max_size=30) | st.sampled_from(
    [":as [b]", ":join \u202ex", "/setup", "/correct @x", "/note", "\x00", "/forgetme yes", "/skip"]
)


@settings(max_examples=25, deadline=None)
@given(st.lists(hostile, max_size=8))
def test_whatever_a_script_holds_it_is_played_or_refused_in_one_line(rows: list[str]) -> None:
    script = "\n".join([BEGIN + ":admin Ann", ":as Ann", *rows])
    raw = script.encode(errors="replace")
    result = CliRunner().invoke(cli, ["console"], input=raw, prog_name="foyer")
    assert result.exit_code in (0, 2)
    assert result.stderr.count("\n") == (result.exit_code != 0)
    assert not {"\x1b", "\u202e", "\x00"} & set(result.output)


# What is stored


def stored() -> list[sqlite3.Row]:
    with closing(sqlite3.connect("s.db")) as store:
        return store.execute("SELECT at, length, flags FROM message ORDER BY at").fetchall()


DB = ("--db", "sqlite:///s.db")


def test_nothing_is_stored_on_the_disk_unless_it_is_asked_for(tmp_path: Path) -> None:
    console(f"{BEGIN}:as Zoé\nhello")
    assert list(tmp_path.iterdir()) == []


def test_of_what_people_write_only_the_measure_is_stored() -> None:
    console(f"{BEGIN}:as Zoé\nIs canary47 at https://canary47.example?\n/about canary47", *DB)
    assert [row[1] for row in stored()] == [len("Is canary47 at https://canary47.example?")]
    assert all(b"canary47" not in path.read_bytes() for path in Path().iterdir() if path.is_file())


def test_each_deed_takes_a_second_and_joining_none() -> None:
    console(f"{BEGIN}:join Zoé\n:join Max\n:as Zoé\na\n/about\n:react 2 👍\nb", *DB)
    first, second = (row[0] for row in stored())
    assert (first, second - first) == (1_791_180_000_000, 3000)


def test_replies_mentions_and_reactions_are_stored_with_those_they_are_for() -> None:
    people = ":join Marie Curie\n:join Marie\n"
    talk = ":as Max\nhi @Marie Curie!\n:as Marie\n:reply 2 oui\n:react 2 ❤️"
    console(BEGIN + people + talk, *DB)
    with closing(sqlite3.connect("s.db")) as store:
        who = dict(store.execute("SELECT account_no, external_id FROM account"))
        mentioned = [who[no] for (no,) in store.execute("SELECT account_no FROM mention")]
        replied = store.execute("SELECT reply_author_no FROM message ORDER BY at").fetchall()
        reacted = store.execute("SELECT account_no, author_no, emoji FROM reaction").fetchall()
    assert mentioned == ["Marie Curie"]
    assert [who.get(no) for (no,) in replied] == [None, "Max"]
    assert [(who[by], who[to], emoji) for by, to, emoji in reacted] == [("Marie", "Max", "❤️")]


def test_foyer_itself_is_known_as_a_bot() -> None:
    console(f"{BEGIN}:as Zoé\n:reply 1 hello", *DB)
    with closing(sqlite3.connect("s.db")) as store:
        bots = store.execute("SELECT external_id FROM account WHERE is_bot = 1").fetchall()
    assert bots == [("Foyer",)]


def test_a_store_goes_on_in_the_next_session_and_in_its_language() -> None:
    console(f":lang fr\n{BEGIN}:as Zoé\nun\ndeux", *DB)
    shown = console(":at 2026-10-06T06:00:00Z\n:as Zoé\ntrois", *DB)
    assert shown == "── mardi 6 octobre 2026, 06:00 ──\n\n  1  Zoé: trois\n"
    assert len(stored()) == 3


def test_a_session_is_the_same_on_each_engine(store_url: str) -> None:
    script = f"{BEGIN}:join Zoé\n:as Zoé\nWho is there?\n:react 2 👍\n/mydata\n:advance 8d\n"
    assert console(script, "--db", store_url) == console(script)


def test_sessions_at_the_same_instant_store_all_that_is_said() -> None:
    for _ in range(3):
        console(f"{BEGIN}:as Zoé\nhello", *DB)
    assert len(stored()) == 3


def test_a_store_of_imported_chats_has_a_room_beside_them(tmp_path: Path) -> None:
    line = {
        "kind": "message",
        "id": "1",
        "channel": "c",
        "author": "u",
        "at": "2025-01-01T12:00:00Z",
    }
    lines(tmp_path / "e.jsonl", line)
    assert CliRunner().invoke(cli, ["import", "e.jsonl", "--community", "club", *DB]).exit_code == 0
    console(f"{BEGIN}:as Zoé\nhello", *DB)
    listed = CliRunner().invoke(cli, ["communities", *DB]).stdout
    assert "club" in listed
    assert "Console" in listed


def test_another_writer_keeps_the_console_out(tmp_path: Path) -> None:
    from db.lock import only_writer

    console(BEGIN, *DB)
    with only_writer(tmp_path / "s.db"):
        assert "another" in console(BEGIN, *DB, code=1)
