from pathlib import Path

import pytest

from tests.crashing import EVERY, crashed_everywhere


@pytest.mark.timeout(600)
@pytest.mark.parametrize("variant", ["plain", "nonce"])
def test_a_renewed_post_is_said_once_wherever_the_process_is_killed(
    tmp_path: Path, variant: str
) -> None:
    report = crashed_everywhere("tests.crash_renewal", variant, tmp_path)
    assert report.complaints == []
    assert report.points > 20 // EVERY


def test_the_harness_sees_what_is_said_twice(tmp_path: Path) -> None:
    report = crashed_everywhere("tests.crash_renewal", "nonce-forgotten", tmp_path, every=2)
    assert any("was said 2 times" in one for one in report.complaints)
