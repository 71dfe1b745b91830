"""A process is killed with SIGKILL in the middle of saving: nothing that it had called saved is lost."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import PROVE

ROOT = Path(__file__).resolve().parents[2]
KILLS = 50 if PROVE else 4
DATABASE = "kaoping_faults"

pytestmark = [pytest.mark.both_engines, pytest.mark.long]


@pytest.fixture
def house(tmp_path: Path) -> Iterator[dict[str, str]]:
    """The environment of a house of its own, run as in production: every commit is on disk before it is said."""
    environment = {name: value for name, value in os.environ.items() if name not in ("REDIS_URL", "KAOPING_DEMO")}
    environment |= {
        "DJANGO_SETTINGS_MODULE": "appraisal_site.settings",
        "DATA_DIR": str(tmp_path),
        "SECRET_KEY": "x" * 60,
        "DATABASE_URL": f"sqlite:///{tmp_path}/house.sqlite3",
    }
    if os.environ.get("DATABASE_URL", "").startswith("postgres"):
        environment["DATABASE_URL"] = f"postgres://postgres@/{DATABASE}"
        _sql(f"CREATE DATABASE {DATABASE}")
    subprocess.run([sys.executable, "-m", "tests.faults.saving", "prepare"], cwd=ROOT, env=environment, check=True)
    yield environment
    if environment["DATABASE_URL"].startswith("postgres"):
        _sql(f"DROP DATABASE {DATABASE} WITH (FORCE)")


def _sql(statement: str) -> None:
    import psycopg2

    connection = psycopg2.connect(host=os.environ["PGHOST"], user="postgres", dbname="postgres")
    connection.autocommit = True
    with connection.cursor() as cursor:
        cursor.execute(statement)
    connection.close()


def _saved_until_killed(environment: dict[str, str], seconds: float) -> tuple[dict[str, Any], int]:
    """Let a process save for so long and kill it; what it found stored at first, and the last step it called saved."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.faults.saving", "save"],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    found = json.loads(process.stdout.readline())
    first = process.stdout.readline()
    time.sleep(seconds)
    process.kill()
    lines = [first, *process.stdout.read().splitlines()]
    process.wait()
    whole_lines = [line for line in lines if line.startswith("saved ")]
    return found, int(whole_lines[-1].split()[1])


def test_nothing_called_saved_is_lost_and_no_step_is_half_done(house: dict[str, str]) -> None:
    chance = random.Random(20261122)
    acknowledged = 0
    for _kill in range(KILLS + 1):
        found, last = _saved_until_killed(house, chance.uniform(0, 0.4))
        assert found["whole"], found
        assert found["journalled"] == found["recorded"], found
        assert acknowledged <= found["recorded"] <= acknowledged + 1, (acknowledged, found)
        assert found["recorded"] <= found["claimed"] <= found["recorded"] + 1, (acknowledged, found)
        assert last > acknowledged
        acknowledged = last
