"""Stored results."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rubrics import selectors as rubrics_selectors
from scoring.engine import ENGINE_VERSION, Result
from scoring.models import Run, UnitResult
from scoring.packing import unpack
from units.services import journal

if TYPE_CHECKING:
    from rubrics.models import Cycle


def current_run(cycle: Cycle, stand: str) -> Run | None:
    """The stored result that counts, fresh or stale; None where nothing was stored yet."""
    return Run.objects.filter(cycle=cycle, stand=stand, current=True).select_related("made_by").first()


def runs_of(cycle: Cycle) -> list[Run]:
    """All complete runs of a cycle, the newest first."""
    return list(Run.objects.filter(cycle=cycle, complete=True).select_related("made_by"))


def is_fresh(run: Run | None, cycle: Cycle, version: int | None = None) -> bool:
    """Whether a run was made from the records, the rubric and the engine as they are now."""
    if run is None:
        return False
    now = rubrics_selectors.records_version_of(cycle) if version is None else version
    return (
        run.records_version == now
        and run.definition_fingerprint == cycle.rubric.fingerprint
        and run.engine_version == ENGINE_VERSION
    )


COLUMNS = (
    "enrolment__unit__code",
    "enrolment__unit__title",
    "enrolment__series_code",
    "total",
    "marks",
    "rank",
    "out_of_rank",
    "grades",
    "vetoes",
    "body",
)


def result_of_run(run: Run) -> Result:
    """A stored run as the result it was; one query."""
    rows = UnitResult.objects.filter(run=run).order_by("enrolment__unit__sort_key", "pk").values_list(*COLUMNS)
    units = [
        unpack(
            body,
            code=code,
            title=title,
            series=series or None,
            total=total,
            marks=marks,
            rank=rank,
            out_of_rank=out_of_rank,
            grades=grades,
            vetoes=tuple(vetoes),
        )
        for code, title, series, total, marks, rank, out_of_rank, grades, vetoes, body in rows
    ]
    return Result(rubric=run.cycle.rubric.code, units=units)


def journal_head(cycle: Cycle) -> str:
    """The head of the cycle's journal, which is printed on everything that is handed out."""
    return journal.head_of(f"cycle:{cycle.pk}")
