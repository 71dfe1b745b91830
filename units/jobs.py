"""Long work: asked for in a transaction, run after its commit, watched from a page.

    jobs.enqueue("scoring.store_results", [cycle.pk], actor=user)          # in a service
    @jobs.handler("scoring.store_results")                                 # in scoring/tasks.py
    def store_results(ids, *, actor, progress): ...                        # one service call; safe to run twice

The row commits with the change that asks for it. `settings.JOBS_RUN` says who runs it: "celery" (a worker), "thread"
(one background thread of the web process), "inline" (at once on commit, for tests and commands). A row that was lost on
the way, or whose runner died, is found by `sweep` and run again, three times at most.

A handler calls `progress(done, total, message)` between its own transactions, not inside one: nobody sees a figure
that is not committed.
"""

from __future__ import annotations

import logging
import os
import threading
import time
from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from celery import current_app
from django.conf import settings
from django.db import DatabaseError, close_old_connections, connection, transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from units import chain
from units.models import Job
from units.services.notices import notify

if TYPE_CHECKING:
    from units.models import User

logger = logging.getLogger(__name__)

Progress = Callable[..., None]
Handler = Callable[..., str | None]

BEAT = 10  # seconds between two signs of life of a running job
LOST_AFTER = timedelta(seconds=60)  # without a sign of life
ATTEMPTS = 3
IDLE = 15  # seconds the thread waits before it looks for lost rows by itself
CLOCK = 600  # seconds between two rounds of what is done regularly; Celery's beat keeps the same

_handlers: dict[str, Handler] = {}
_regular: dict[str, Callable[[], Any]] = {}


def handler(name: str) -> Callable[[Handler], Handler]:
    """Register the function that does the jobs of that name."""

    def register(function: Handler) -> Handler:
        known = _handlers.get(name)
        if known is not None and known.__module__ != function.__module__:
            raise ValueError(f"two handlers for {name!r}: {known.__module__} and {function.__module__}")
        _handlers[name] = function
        return function

    return register


def enqueue(name: str, ids: Any, *, actor: User | None) -> Job:
    """Ask for a job; it starts when the present transaction has committed. Raises KeyError for an unknown name."""
    if name not in _handlers:
        raise KeyError(f"no handler is registered for the job {name!r}")
    job = Job.objects.create(name=name, ids=chain.plain(ids), asked_by=actor, asked_at=timezone.now())
    transaction.on_commit(lambda: _dispatch(job.pk), robust=True)
    return job


def _dispatch(pk: int) -> None:
    mode = settings.JOBS_RUN
    if mode == "inline":
        run(pk)
    elif mode == "celery":
        current_app.send_task("units.run_job", [pk])
    else:
        wake()


# ---------------------------------------------------------------- running one


def run(pk: int) -> bool:
    """Run the job if it is still waiting.

    True if it was this call that ran it. Never raises what the handler raises.
    """
    now = timezone.now()
    claimed = Job.objects.filter(pk=pk, state=Job.QUEUED).update(
        state=Job.RUNNING, started_at=now, beat_at=now, attempts=F("attempts") + 1, done=0, total=0, message=""
    )
    if not claimed:
        return False
    job = Job.objects.select_related("asked_by").get(pk=pk)
    with override(job.asked_by.language if job.asked_by and job.asked_by.language else settings.LANGUAGE_CODE):
        try:
            with _Heartbeat(pk):
                message = _handlers[job.name](job.ids, actor=job.asked_by, progress=_progress(pk))
        except Exception:
            logger.exception("job %s (%s) failed", pk, job.name)
            _finish(job, Job.FAILED, _("It stopped at an error; what it had not done stays as it was."))
        else:
            _finish(job, Job.DONE, message or "")
    return True


def _progress(pk: int) -> Progress:
    def report(done: int, total: int, message: str = "") -> None:
        Job.objects.filter(pk=pk).update(done=done, total=total, message=message[:500], beat_at=timezone.now())

    return report


def _finish(job: Job, state: str, message: str) -> None:
    """Note the end; on failure tell whoever asked."""
    with transaction.atomic():
        Job.objects.filter(pk=job.pk).update(state=state, message=message[:500], finished_at=timezone.now())
        if state == Job.FAILED and job.asked_by:
            notify(users=[job.asked_by], text_code="job.failed", params={"message": message, "job": job.pk})


class _Heartbeat:
    """While a job runs, its row shows every few seconds that its runner lives.

    Not where the test's transaction is ours.
    """

    def __init__(self, pk: int) -> None:
        self.pk = pk
        self.over = threading.Event()
        self.thread = threading.Thread(target=self._beat, name=f"job-{pk}-beat", daemon=True)

    def __enter__(self) -> None:
        if settings.JOBS_RUN != "inline":
            self.thread.start()

    def __exit__(self, *exception: object) -> None:
        self.over.set()
        if self.thread.is_alive():
            self.thread.join()

    def _beat(self) -> None:
        while not self.over.wait(BEAT):
            try:
                Job.objects.filter(pk=self.pk, state=Job.RUNNING).update(beat_at=timezone.now())
            except DatabaseError:
                logger.warning("job %s: a sign of life could not be written", self.pk, exc_info=True)
        connection.close()


# ---------------------------------------------------------------- finding what was lost


def sweep() -> list[int]:
    """Put jobs whose runner died back into the queue, give up on those that died too often; the keys that wait now.

    In a served installation Celery's beat calls it, and rows that never reached Redis are sent again.
    """
    silent = Job.objects.filter(state=Job.RUNNING, beat_at__lt=timezone.now() - LOST_AFTER)
    for job in silent.select_related("asked_by"):
        if job.attempts >= ATTEMPTS:
            _finish(job, Job.FAILED, _("It was interrupted {count} times.").format(count=job.attempts))
        else:
            Job.objects.filter(pk=job.pk, state=Job.RUNNING, beat_at=job.beat_at).update(state=Job.QUEUED)
    waiting = Q(state=Job.QUEUED)
    if settings.JOBS_RUN == "celery":
        waiting &= Q(asked_at__lt=timezone.now() - LOST_AFTER)
    return list(Job.objects.filter(waiting).order_by("asked_at", "pk").values_list("pk", flat=True))


# ---------------------------------------------------------------- what is done every few minutes, asked for or not


def regularly(name: str) -> Callable[[Callable[[], Any]], Callable[[], Any]]:
    """Register a function that is called every ten minutes or so, by more than one process at once if it comes so."""

    def register(function: Callable[[], Any]) -> Callable[[], Any]:
        _regular[name] = function
        return function

    return register


def keep_clock() -> None:
    """One round of everything regular; what one of them raises is logged and keeps none of the others from its turn."""
    for name, function in _regular.items():
        try:
            with override(settings.LANGUAGE_CODE):
                function()
        except Exception:
            logger.exception("the regular work %s failed", name)


# ---------------------------------------------------------------- the background thread of a process without Celery


class _Worker:
    """One daemon thread that drains the queue; started at the first need, once a process (and again after a fork)."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.woken = threading.Event()
        self.thread: threading.Thread | None = None
        self.pid = 0
        self.over = False

    def wake(self) -> None:
        """Start the thread if this process has none, and let it look at once."""
        with self.lock:
            if self.pid != os.getpid() or self.thread is None or not self.thread.is_alive():
                self.pid = os.getpid()
                self.woken = threading.Event()
                self.thread = threading.Thread(target=self._drain, args=(self.woken,), name="kaoping-jobs", daemon=True)
                self.thread.start()
        self.woken.set()

    def stop(self) -> None:
        """Let the thread end after what it is doing; for tests, whose database goes away."""
        self.over = True
        self.woken.set()
        if self.thread is not None:
            self.thread.join()

    def alive(self) -> bool:
        """Whether this process has its thread."""
        return self.pid == os.getpid() and self.thread is not None and self.thread.is_alive()

    def _drain(self, woken: threading.Event) -> None:
        next_round = time.monotonic() + IDLE
        while not self.over:
            woken.wait(IDLE)
            woken.clear()
            close_old_connections()
            try:
                for pk in sweep():
                    run(pk)
                if time.monotonic() >= next_round and not self.over:
                    next_round = time.monotonic() + CLOCK
                    keep_clock()
            except DatabaseError:
                logger.warning("the queue of jobs could not be read; trying again", exc_info=True)
            finally:
                connection.close()


_worker = _Worker()


def wake() -> None:
    """Let the background thread look at the queue now; starts it if need be."""
    _worker.wake()


def keep_watch() -> None:
    """Called with the first requests of a process: finds work that an earlier process left behind."""
    if settings.JOBS_RUN == "thread" and not _worker.alive():
        wake()
