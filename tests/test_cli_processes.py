import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner

from bot.cli import cli
from db.lock import only_writer
from tests.exports import lines

CLUB = ["--community", "club"]
COMMAND = [sys.executable, "-m", "bot"]
MANY = 30_000
START = datetime(2025, 1, 1, tzinfo=UTC)


def history(path: Path, count: int, *more: object) -> Path:
    """A history of so many messages, one every minute, by fifty people."""
    messages = (
        {
            "kind": "message",
            "id": str(number),
            "channel": "c1",
            "author": f"u{number % 50}",
            "at": (START + timedelta(minutes=number)).isoformat().replace("+00:00", "Z"),
            "reply_to": str(number - 1) if number else None,
            "length": 9,
            "has_question": number % 7 == 0,
        }
        for number in range(count)
    )
    return lines(path, *messages, *more)


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a short and a long history, and a store that holds the short one."""
    folder = tmp_path_factory.mktemp("filled")
    history(folder / "many.jsonl", MANY)
    history(folder / "few.jsonl", 20)
    foyer(folder, "import", "few.jsonl", *CLUB)
    return folder


@pytest.fixture
def here(filled: Path, tmp_path: Path) -> Path:
    return shutil.copytree(filled, tmp_path / "here")


def started(folder: Path, *words: str) -> "subprocess.Popen[str]":
    return subprocess.Popen(  # noqa: S603  our own program
        [*COMMAND, *words],
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=os.environ | {"PYTHONPATH": str(Path(__file__).parents[1])},
    )


def foyer(folder: Path, *words: str, code: int = 0) -> str:
    """What a finished process said: its answer, or the only line of its failure."""
    with started(folder, *words) as process:
        out, err = process.communicate(timeout=60)
    assert process.returncode == code, err
    if code == 0:
        return out
    assert (out, err.count("\n"), err[:7]) == ("", 1, "foyer: ")
    return err


def stats(folder: Path) -> object:
    return json.loads(foyer(folder, "stats", *CLUB, "--json"))


def state(folder: Path) -> dict[str, bytes]:
    """Every file of a folder; logs of a killed process are the next one's to take away."""
    return {
        path.name: path.read_bytes()
        for path in folder.iterdir()
        if path.is_file() and not path.name.endswith(("-shm", "-wal", "-journal"))
    }


def importing(folder: Path, *words: str) -> "subprocess.Popen[str]":
    """An import of the long history that is held in the middle of its writing."""
    process = started(folder, "import", "many.jsonl", *CLUB, *words)
    lock = folder / ("new.db.lock" if words else "foyer.db.lock")
    began = lock.with_name(lock.name + "-journal")
    deadline = time.monotonic() + 30
    while not began.exists():
        assert time.monotonic() < deadline
        time.sleep(0.001)
    time.sleep(0.15)
    process.send_signal(signal.SIGSTOP)
    assert process.poll() is None, "it was over before it could be disturbed"
    return process


@pytest.mark.parametrize("words", [[], ["--db", "sqlite:///new.db"]])
def test_ctrl_c_during_an_import_leaves_everything_as_it_was(here: Path, words: list[str]) -> None:
    before = state(here)
    with importing(here, *words) as process:
        process.send_signal(signal.SIGINT)
        process.send_signal(signal.SIGCONT)
        assert process.communicate(timeout=30) == ("", "foyer: interrupted\n")
    assert process.returncode == 130
    assert state(here) == before


def test_a_killed_import_leaves_the_store_as_it_was_and_the_next_one_works(here: Path) -> None:
    whole = shutil.copytree(here, here.parent / "whole")
    foyer(whole, "import", "many.jsonl", *CLUB)
    before, told = state(here), stats(here)
    with importing(here) as process:
        process.kill()
    assert state(here) == before
    assert stats(here) == told
    foyer(here, "import", "many.jsonl", *CLUB)
    assert stats(here) == stats(whole)


def test_a_killed_first_import_does_not_hinder_the_next_one(here: Path) -> None:
    new = ["--db", "sqlite:///new.db"]
    with importing(here, *new) as process:
        process.kill()
    answer = json.loads(foyer(here, "import", "few.jsonl", *CLUB, *new, "--json"))
    assert (answer["created"], answer["new"], answer["known"]) == (True, 20, 0)


def test_a_second_writer_is_sent_away_and_a_reader_sees_what_was(here: Path) -> None:
    told = stats(here)
    with importing(here) as process:
        for words in (["import", "few.jsonl", *CLUB], ["forget", "discord:u1"], ["db", "migrate"]):
            said = foyer(here, *words, code=1)
            assert "foyer.db: another foyer process is writing to this store" in said
        assert stats(here) == told
        process.send_signal(signal.SIGCONT)
        out, err = process.communicate(timeout=60)
    assert (process.returncode, err) == (0, "")
    assert f"{MANY - 20} new, 20 known" in out


def test_whoever_finds_a_new_store_locked_takes_nothing_away(here: Path) -> None:
    with only_writer(here / "new.db"):
        before = sorted(here.iterdir())
        foyer(here, "import", "few.jsonl", *CLUB, "--db", "sqlite:///new.db", code=1)
        assert sorted(here.iterdir()) == before


def test_a_reader_who_left_early_is_not_told_anything(here: Path) -> None:
    for words in (["stats", *CLUB], ["digest", *CLUB], ["communities"], ["stats", *CLUB, "--json"]):
        reader, writer = os.pipe()
        os.close(reader)
        with os.fdopen(writer, "w") as pipe:
            result = subprocess.run(  # noqa: S603  our own program
                [*COMMAND, *words, "--db", f"sqlite:///{here}/foyer.db"],
                stdout=pipe,
                stderr=subprocess.PIPE,
                text=True,
                timeout=60,
                check=False,
            )
        assert (result.returncode, result.stderr) == (1, "")


def test_names_of_bytes_that_are_no_text_are_one_line(here: Path) -> None:
    for words in (["import", b"\xff"], ["stats", "--db", b"sqlite:///\xff.db"], [b"\xff"]):
        result = subprocess.run(  # noqa: S603  our own program
            [*COMMAND, *words, "--community", b"\xff"],
            cwd=here,
            capture_output=True,
            env=os.environ | {"PYTHONPATH": str(Path(__file__).parents[1]), "LC_ALL": "C.UTF-8"},
            timeout=60,
            check=False,
        )
        assert (result.stdout, result.stderr.count(b"\n")) == (b"", 1)
        assert result.stderr.startswith(b"foyer: ")
        assert b"something went wrong" not in result.stderr
        assert result.returncode in (1, 2)


def mounted(folder: Path, *options: str) -> None:
    result = subprocess.run(  # noqa: S603  a file system of the test's own
        ["mount", "-t", "tmpfs", "-o", ",".join(options), "tmpfs", str(folder)],  # noqa: S607
        capture_output=True,
        check=False,
    )
    if result.returncode:
        pytest.skip("only root can mount a small or read-only file system to test with")


@pytest.fixture
def small(tmp_path: Path) -> Iterator[Path]:
    """A file system of one megabyte."""
    if shutil.which("mount") is None:
        pytest.skip("there is no `mount` here to make a small file system with")
    folder = tmp_path / "small"
    folder.mkdir()
    mounted(folder, "size=1m")
    try:
        yield folder
    finally:
        subprocess.run(["umount", str(folder)], check=True)  # noqa: S603, S607  the one made above


def in_process(*words: str) -> tuple[int, str, str]:
    result = CliRunner().invoke(cli, list(words), prog_name="foyer")
    return result.exit_code, result.stdout, result.stderr


def failed(*words: str) -> str:
    code, out, err = in_process(*words)
    assert (code, out, err.count("\n"), err[:7]) == (1, "", 1, "foyer: ")
    assert "something went wrong" not in err
    return err


def test_a_full_disk_leaves_the_store_as_it_was(filled: Path, small: Path) -> None:
    store = ["--db", f"sqlite:///{shutil.copy(filled / 'foyer.db', small)}"]
    assert in_process("import", str(filled / "few.jsonl"), *CLUB, *store)[0] == 0
    before = state(small)
    said = failed("import", str(filled / "many.jsonl"), *CLUB, *store)
    assert "the disk is full; free some space and try again" in said
    assert state(small) == before
    assert in_process("stats", *CLUB, *store)[0] == 0


@pytest.mark.parametrize("free", [0, 4_096, 40_960, 204_800, 614_400])
def test_a_disk_that_fills_at_any_moment_leaves_nothing_behind(
    filled: Path, small: Path, free: int
) -> None:
    rejected = [{"kind": "message", "id": "x"}] * 3_000
    history(filled / "bad.jsonl", 3_000, *rejected)
    whole = os.statvfs(small)
    (small / "ballast").write_bytes(bytes(whole.f_bavail * whole.f_frsize - free))
    before = state(small)
    said = failed("import", str(filled / "bad.jsonl"), *CLUB, "--db", f"sqlite:///{small}/new.db")
    assert str(small) in said
    assert state(small) == before


def test_answers_that_do_not_fit_leave_nothing_behind(filled: Path, small: Path) -> None:
    store = ["--db", f"sqlite:///{filled}/foyer.db"]
    (small / "digest.txt").write_text("an earlier one")
    whole = os.statvfs(small)
    (small / "ballast").write_bytes(bytes(whole.f_bavail * whole.f_frsize))
    before = state(small)
    for words in (
        ["digest", "--out", f"{small}/digest.txt"],
        ["digest", "--out", f"{small}/new.txt"],
        ["export", "--out", str(small)],
    ):
        said = failed(*words, *CLUB, *store)
        assert str(small) in said
        assert "no space left on device" in said.lower()
    assert state(small) == before


def test_a_read_only_disk_can_be_read_and_is_not_written(filled: Path, small: Path) -> None:
    shutil.copy(filled / "foyer.db", small)
    store = ["--db", f"sqlite:///{small}/foyer.db"]
    told = in_process("stats", *CLUB, "--db", f"sqlite:///{filled}/foyer.db")
    subprocess.run(["mount", "-o", "remount,ro", str(small)], check=True)  # noqa: S603, S607  ours
    before = state(small)
    few = str(filled / "few.jsonl")
    for words in (
        ["import", few, *CLUB, *store],
        ["import", few, *CLUB, "--db", f"sqlite:///{small}/new.db"],
        ["forget", "discord:u1", *store],
        ["db", "migrate", *store],
        ["digest", *CLUB, *store, "--out", f"{small}/x"],
        ["export", *CLUB, *store, "--out", f"{small}"],
        ["export", *CLUB, *store, "--out", f"{small}/x"],
        ["demo", "--out", f"{small}/x"],
    ):
        assert str(small) in failed(*words)
    assert in_process("stats", *CLUB, *store) == told
    assert state(small) == before


def test_an_answer_goes_into_a_pipe_as_it_is(here: Path) -> None:
    pipe = here / "pipe"
    os.mkfifo(pipe)
    with started(here, "digest", *CLUB, "--out", "pipe") as process:
        assert "club" in pipe.read_text()
        assert process.wait(60) == 0
    assert pipe.is_fifo()
