from pathlib import Path

import pytest

from tests.crashing import EVERY, crashed_everywhere


@pytest.mark.timeout(900)
@pytest.mark.parametrize("variant", ["nonce", "plain"])
def test_wherever_the_bot_is_killed_nothing_is_lost_and_nothing_is_doubled(
    tmp_path: Path, variant: str
) -> None:
    report = crashed_everywhere("tests.crash_engine", variant, tmp_path)
    assert report.complaints == []
    assert report.points > 60 // EVERY
