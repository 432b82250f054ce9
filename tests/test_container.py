"""The image and compose.yaml: nobody's root, nothing to write but the store, watched for health."""

import json
import re
import subprocess
import sys
from pathlib import Path

from tests.running import ROOT, running

DOCKERFILE = (ROOT / "Dockerfile").read_text(encoding="utf-8")
COMPOSE = (ROOT / "compose.yaml").read_text(encoding="utf-8")


def health_check(port: int) -> list[str]:
    """The image's own check, for another port and by our own interpreter."""
    found = re.search(r"HEALTHCHECK .*CMD \\\n +(\[.*\])", DOCKERFILE)
    assert found
    command: list[str] = json.loads(found[1])
    inside = re.search(r"FOYER_HTTP__PORT=(\d+)", DOCKERFILE)
    assert inside
    assert command[0] == "python"
    assert f":{inside[1]}/healthz" in command[2]
    return [sys.executable, *command[1:2], command[2].replace(inside[1], str(port))]


def passes(port: int) -> bool:
    check = subprocess.run(health_check(port), capture_output=True, check=False)  # noqa: S603  ours
    return check.returncode == 0


def test_the_health_check_of_the_image_asks_the_bot(tmp_path: Path) -> None:
    with running(tmp_path, f"sqlite:///{tmp_path / 'foyer.db'}", discord="silent") as bot:
        port = int(bot.wait_until_it_listens().rpartition(":")[2])
        assert passes(port)
        assert bot.stopped()[0] == 0
    assert not passes(port)


def test_the_image_runs_the_bot_as_nobody_in_particular() -> None:
    final = DOCKERFILE.rpartition("\nFROM ")[2]
    user = re.search(r"^USER (\w+)$", final, re.MULTILINE)
    assert user
    assert f"useradd --uid 10001 --home-dir /data --create-home {user[1]}" in final
    assert final.index("USER") < final.index("ENTRYPOINT")
    assert 'ENTRYPOINT ["foyer"]\nCMD ["run"]' in final


def test_no_secret_is_part_of_the_image_or_of_its_command() -> None:
    assert not re.search("token", DOCKERFILE, re.IGNORECASE)
    settings = re.sub("#.*", "", COMPOSE)
    assert "TOKEN" not in settings
    assert "environment" not in settings
    assert "./secrets:/run/secrets:ro" in settings
    assert "/secrets/" in (ROOT / ".gitignore").read_text(encoding="utf-8").splitlines()


def test_the_container_may_write_nothing_but_its_store() -> None:
    for line in ("read_only: true", "cap_drop:\n      - ALL", "no-new-privileges:true"):
        assert line in COMPOSE


def test_the_container_is_given_the_time_that_stopping_may_take() -> None:
    from bot.running.stopping import LONGEST_STOP

    given = re.search(r"stop_grace_period: (\d+)s", COMPOSE)
    assert given
    assert int(given[1]) > LONGEST_STOP + 5
