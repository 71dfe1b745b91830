"""What Celery calls, and the handlers of this app's own jobs."""

from __future__ import annotations

import time
from typing import Any

from celery import shared_task
from django.utils.translation import gettext as _

from units import jobs
from units.models import User
from units.services import journal


@shared_task(name="units.run_job", acks_late=True)
def run_job(job_id: int) -> None:
    """Run one job by its row; a row that somebody else has taken is left alone."""
    jobs.run(job_id)


@shared_task(name="units.sweep_jobs")
def sweep_jobs() -> None:
    """For Celery's beat: send lost jobs again."""
    for pk in jobs.sweep():
        run_job.delay(pk)


@shared_task(name="units.keep_clock")
def keep_clock() -> None:
    """For Celery's beat: what is done every few minutes."""
    jobs.keep_clock()


@jobs.handler("units.verify_journal")
def verify_journal(ids: Any, *, actor: User | None, progress: jobs.Progress) -> str:
    """Check every chain of the journal and note in it what was found."""
    began = time.monotonic()
    verdicts, fits = journal.verify(progress=progress)
    journal.note_verification(actor=actor, verdicts=verdicts, seconds=time.monotonic() - began)
    return _("All rows fit.") if fits else _("At least one chain is broken.")
