"""The only place that writes results: ask for them to be stored, and store them as a run."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import TYPE_CHECKING, Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from evidence.facts.writing import digest
from rubrics import selectors as rubrics_selectors
from scoring import policies, selectors
from scoring.engine import ENGINE_VERSION
from scoring.models import Run, UnitResult
from scoring.packing import pack
from units import jobs
from units.services import journal

if TYPE_CHECKING:
    from rubrics.models import Cycle
    from scoring.selectors import Outcome
    from units.models import Job, User

STORE = "scoring.store_results"
TRY_OUT = "scoring.try_out"
BATCH = 500
"""Units written in one transaction: SQLite lets nobody else write while one lasts."""

Progress = Callable[..., None]


def ask_to_store(*, actor: User, cycle: Cycle, stand: str) -> Job:
    """Queue the job that stores a cycle's results. Raises PermissionDenied."""
    if not policies.may_store_results(actor, cycle):
        raise PermissionDenied
    with transaction.atomic():
        return jobs.enqueue(STORE, {"cycle": cycle.pk, "stand": stand}, actor=actor)


def ask_to_try_out(*, actor: User, ids: dict[str, Any]) -> Job:
    """Queue the job that tries a rubric on many records; nothing comes of it but a page. Raises PermissionDenied."""
    if not policies.may_try_out(actor):
        raise PermissionDenied
    with transaction.atomic():
        return jobs.enqueue(TRY_OUT, ids, actor=actor)


def store_run(*, actor: User | None, cycle: Cycle, stand: str, progress: Progress | None = None) -> Run:
    """Store the results of a cycle as a new run and let it count; the run before it stays on file.

    Facts are read outside any transaction, results written in batches, and the run counts only once it is whole, so
    a crash leaves the former one in force. Safe to run twice: the same facts make no second run.
    Raises PermissionDenied; `actor` None is the house itself.
    """
    if actor is not None and not policies.may_store_results(actor, cycle):
        raise PermissionDenied
    outcome = selectors.outcome_of(cycle, stand)
    facts_digest = digest(outcome.facts)
    known = selectors.current_run(cycle, stand)
    if known is not None and _is_same(known, cycle, facts_digest, outcome.version):
        return known
    run = Run.objects.create(
        cycle=cycle,
        stand=stand,
        definition_fingerprint=cycle.rubric.fingerprint,
        facts_digest=facts_digest,
        engine_version=ENGINE_VERSION,
        records_version=outcome.version,
        units=len(outcome.result.units),
        made_at=timezone.now(),
        made_by=actor,
    )
    _write_units(run, cycle, outcome, progress)
    _let_count(run, actor)
    return run


def _is_same(run: Run, cycle: Cycle, facts_digest: str, version: int) -> bool:
    return selectors.is_fresh(run, cycle, version) and run.facts_digest == facts_digest


def _write_units(run: Run, cycle: Cycle, outcome: Outcome, progress: Progress | None) -> None:
    enrolments = {row.unit.code: row for row in rubrics_selectors.enrolments_in(cycle)}
    units = outcome.result.units
    done = 0
    for batch in _batches(units, BATCH):
        rows = [_row(run, enrolments[unit.code], unit) for unit in batch if unit.code in enrolments]
        with transaction.atomic():
            UnitResult.objects.bulk_create(rows)
        done += len(batch)
        if progress:
            progress(done, len(units))


def _row(run: Run, enrolment: Any, unit: Any) -> UnitResult:
    return UnitResult(
        run=run,
        enrolment=enrolment,
        records_version=enrolment.records_version,
        total=unit.total,
        marks=unit.marks,
        rank=unit.rank,
        out_of_rank=unit.out_of_rank,
        grades=unit.grades,
        vetoes=list(unit.vetoes),
        body=pack(unit),
    )


def _let_count(run: Run, actor: User | None) -> None:
    with transaction.atomic():
        Run.objects.filter(cycle=run.cycle, stand=run.stand, current=True).update(current=False)
        Run.objects.filter(pk=run.pk).update(current=True, complete=True)
        run.current = run.complete = True
        after = {
            "stand": run.stand,
            "units": run.units,
            "definition": run.definition_fingerprint,
            "facts": run.facts_digest,
            "engine": run.engine_version,
        }
        journal.append(actor=actor, scope=f"cycle:{run.cycle.pk}", verb="results.stored", obj=run, after=after)


def _batches(rows: Iterable[Any], size: int) -> Iterator[list[Any]]:
    found = iter(rows)
    while batch := list(islice(found, size)):
        yield batch
