from pathlib import Path

import pytest

from tests.crashing import EVERY, Report, crashed_everywhere


def crashed(variant: str, folder: Path, every: int = EVERY) -> Report:
    return crashed_everywhere("tests.crash_outbox", variant, folder, every)


@pytest.mark.timeout(900)
@pytest.mark.parametrize("variant", ["nonce", "nonce-late"])
def test_with_a_nonce_everything_is_said_once_wherever_the_process_is_killed(
    tmp_path: Path, variant: str
) -> None:
    report = crashed(variant, tmp_path)
    assert report.complaints == []
    assert report.points > 30 // EVERY


@pytest.mark.timeout(900)
def test_without_a_nonce_nothing_is_doubled_and_what_may_lack_is_reported(tmp_path: Path) -> None:
    report = crashed("plain", tmp_path)
    assert report.complaints == []
    assert report.points > 30 // EVERY


@pytest.mark.timeout(300)
@pytest.mark.parametrize(
    ("defect", "complaint"),
    [("nonce-forgotten", "was said 2 times"), ("silent", "nobody was told")],
)
def test_the_harness_sees_what_is_wrong(tmp_path: Path, defect: str, complaint: str) -> None:
    report = crashed(defect, tmp_path, every=3)
    assert any(complaint in one for one in report.complaints)
