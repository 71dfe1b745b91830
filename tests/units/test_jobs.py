"""Jobs: asked for in a transaction, run once after it, found again when they were lost."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client
from django.utils import timezone

from units import jobs
from units.models import Job, User

pytestmark = pytest.mark.django_db


@pytest.fixture
def done(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Any]]:
    """What the handler "test.work" did; it fails when it is given "fail"."""
    monkeypatch.setattr(jobs, "_handlers", dict(jobs._handlers))
    found: list[Any] = []

    @jobs.handler("test.work")
    def work(ids: Any, *, actor: User | None, progress: jobs.Progress) -> str:
        if ids == "fail":
            raise ValueError("secret detail")
        progress(1, 2, "half")
        found.append((ids, actor))
        return "all of it"

    yield found


def test_a_job_runs_after_the_commit_and_says_so(
    done: list[Any], clerk: User, django_capture_on_commit_callbacks: Callable[..., Any]
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        job = jobs.enqueue("test.work", [3, 4], actor=clerk)
        assert done == []
    job.refresh_from_db()
    assert done == [([3, 4], clerk)]
    assert (job.state, job.done, job.total, job.message) == (Job.DONE, 1, 2, "all of it")
    assert job.finished_at is not None


def test_a_job_goes_with_the_transaction_that_asked(done: list[Any]) -> None:
    with pytest.raises(RuntimeError), transaction.atomic():
        jobs.enqueue("test.work", [], actor=None)
        raise RuntimeError
    assert not Job.objects.exists()
    assert done == []


def test_an_unknown_job_cannot_be_asked_for() -> None:
    with pytest.raises(KeyError, match=r"no\.such"):
        jobs.enqueue("no.such", [], actor=None)
    assert not Job.objects.exists()


def test_a_failure_is_told_without_its_details(
    done: list[Any], clerk: User, django_capture_on_commit_callbacks: Callable[..., Any]
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        job = jobs.enqueue("test.work", "fail", actor=clerk)
    job.refresh_from_db()
    assert job.state == Job.FAILED
    assert "secret" not in job.message
    assert clerk.notices.get().text_code == "job.failed"


def test_a_job_is_run_once(done: list[Any]) -> None:
    job = jobs.enqueue("test.work", [], actor=None)
    assert jobs.run(job.pk) is True
    assert jobs.run(job.pk) is False
    assert len(done) == 1


def test_a_job_whose_runner_died_is_run_again_three_times_at_most(done: list[Any], clerk: User) -> None:
    job = jobs.enqueue("test.work", [], actor=clerk)
    long_ago = timezone.now() - timedelta(minutes=5)
    for attempt in (1, 2):
        Job.objects.filter(pk=job.pk).update(state=Job.RUNNING, beat_at=long_ago, attempts=attempt)
        assert jobs.sweep() == [job.pk]
    Job.objects.filter(pk=job.pk).update(state=Job.RUNNING, beat_at=long_ago, attempts=3)
    assert jobs.sweep() == []
    job.refresh_from_db()
    assert job.state == Job.FAILED
    assert clerk.notices.count() == 1


def test_a_job_that_shows_signs_of_life_is_left_alone(done: list[Any]) -> None:
    job = jobs.enqueue("test.work", [], actor=None)
    Job.objects.filter(pk=job.pk).update(state=Job.RUNNING, beat_at=timezone.now(), attempts=1)
    assert jobs.sweep() == []


def test_progress_is_shown_to_whoever_asked_and_ends_by_loading_the_page(
    done: list[Any], clerk: User, head: User, as_user: Callable[[User], Client]
) -> None:
    job = jobs.enqueue("test.work", [], actor=clerk)
    client, path = as_user(clerk), f"/jobs/{job.pk}/"
    waiting = client.get(path, headers={"HX-Request": "true"})
    assert 'hx-trigger="every 1s"' in waiting.content.decode()
    jobs.run(job.pk)
    over = client.get(path, headers={"HX-Request": "true"})
    assert (over.status_code, over.headers["HX-Refresh"]) == (204, "true")
    stay = client.get(path, {"stay": "1"}, headers={"HX-Request": "true"})
    assert "all of it" in stay.content.decode()
    assert "hx-trigger" not in stay.content.decode()
    assert client.get(path).status_code == 200
    assert as_user(head).get(path).status_code == 404


@pytest.mark.django_db(transaction=True)
def test_two_runners_do_not_both_take_a_job(done: list[Any], rounds: int) -> None:
    for _round in range(rounds):
        job = jobs.enqueue("test.work", [], actor=None)
        Job.objects.filter(pk=job.pk).update(state=Job.QUEUED)
        done.clear()
        start, took = threading.Barrier(2), []

        def work(pk: int = job.pk, start: threading.Barrier = start, took: list[bool] = took) -> None:
            start.wait()
            took.append(jobs.run(pk))
            connection.close()

        running = [threading.Thread(target=work) for _ in range(2)]
        for thread in running:
            thread.start()
        for thread in running:
            thread.join()
        assert sorted(took) == [False, True]
        assert len(done) == 1


@pytest.mark.django_db(transaction=True)
def test_the_background_thread_drains_the_queue(
    done: list[Any], settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.JOBS_RUN = "thread"
    worker = jobs._Worker()
    monkeypatch.setattr(jobs, "_worker", worker)
    first = jobs.enqueue("test.work", [1], actor=None)
    second = jobs.enqueue("test.work", [2], actor=None)
    give_up = time.monotonic() + 20
    while Job.objects.filter(pk__in=[first.pk, second.pk], state=Job.DONE).count() < 2 and time.monotonic() < give_up:
        time.sleep(0.05)
    worker.stop()
    assert [ids for ids, _actor in done] == [[1], [2]]


def test_a_queue_that_does_not_answer_loses_nothing(
    done: list[Any],
    settings: Any,
    monkeypatch: pytest.MonkeyPatch,
    django_capture_on_commit_callbacks: Callable[..., Any],
) -> None:
    settings.JOBS_RUN = "celery"

    def unreachable(*sent: object) -> None:
        raise ConnectionError

    monkeypatch.setattr(jobs.current_app, "send_task", unreachable)
    with django_capture_on_commit_callbacks(execute=True):
        job = jobs.enqueue("test.work", [], actor=None)
    assert Job.objects.get(pk=job.pk).state == Job.QUEUED
    assert jobs.sweep() == []
    Job.objects.filter(pk=job.pk).update(asked_at=timezone.now() - timedelta(minutes=2))
    assert jobs.sweep() == [job.pk]
