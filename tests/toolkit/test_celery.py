"""A served house: the web process asks, a Celery worker on a real Redis does it."""

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 60  # seconds
ASK = "from units import jobs; print(jobs.enqueue('units.verify_journal', [], actor=None).pk)"
LOOK = "from units.models import Job; print(Job.objects.get().state)"


@pytest.mark.redis
def test_a_job_asked_for_in_one_process_is_done_in_another(redis_server: str, tmp_path: Path) -> None:
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "appraisal_site.settings",
        "DATA_DIR": str(tmp_path),
        "REDIS_URL": redis_server,
        "SECRET_KEY": "k" * 60,
        "ALLOWED_HOSTS": "kaoping.example",
    }
    environment.pop("DATABASE_URL", None)

    def manage(*words: str) -> str:
        command = [sys.executable, "manage.py", *words]
        return subprocess.run(
            command, cwd=ROOT, env=environment, check=True, capture_output=True, text=True
        ).stdout.strip()

    manage("migrate", "--verbosity", "0")
    command = [
        sys.executable,
        "-m",
        "celery",
        "-A",
        "appraisal_site",
        "worker",
        "--pool",
        "solo",
        "--loglevel",
        "WARNING",
    ]
    worker = subprocess.Popen(command, cwd=ROOT, env=environment)
    try:
        assert manage("shell", "--verbosity", "0", "-c", ASK) == "1"
        until = time.monotonic() + PATIENCE
        while (state := manage("shell", "--verbosity", "0", "-c", LOOK)) in {
            "queued",
            "running",
        } and time.monotonic() < until:
            time.sleep(0.3)
        assert state == "done"
    finally:
        worker.terminate()
        worker.wait(PATIENCE)
