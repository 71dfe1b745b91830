"""The procedure: evidence, publicity, deadlines, phases. Errors are days that do not exist and codes given twice."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from typing import NamedTuple

from rubrics.checks.titles import choice_title
from rubrics.definition.records import Definition, Procedure
from rubrics.kinds.problems import Path, Problem, hint
from rubrics.lifecycle import PHASES

_HALF_A_YEAR = datetime.timedelta(days=183)
_AFTER = ("publicity", "appeal", "approval")


def check_process(definition: Definition) -> Iterator[Problem]:
    procedure = definition.procedure
    for place, entry in enumerate(procedure.prerequisites):
        if entry.evidence == "none":
            yield hint(("procedure", "prerequisites", place, "evidence"), "prerequisite_without_evidence")
    coded = [(place, entry.code) for place, entry in enumerate(procedure.reviewers) if entry.code]
    for number, (place, code) in enumerate(coded):
        if code in {other for _, other in coded[:number]}:
            yield Problem(("procedure", "reviewers", place, "code"), "duplicate_code", {"code": code})
    yield from _phases(procedure)
    yield from _publicity(procedure)
    dates, problems = _dated(definition)
    yield from problems
    yield from _order(procedure, dates)
    yield from _publicity_days(procedure, dates)


def _phases(procedure: Procedure) -> Iterator[Problem]:
    phases = procedure.phases
    for place, phase in enumerate(phases):
        if phase in phases[:place]:
            yield hint(("procedure", "phases", place), "phase_twice", {"phase": choice_title("phase", phase)})
    if not phases:
        return
    for name in ("demands", "deadlines"):
        for place, entry in enumerate(getattr(procedure, name)):
            if entry.phase is not None and entry.phase not in phases:
                known = [choice_title("phase", phase) for phase in phases]
                found = {"phase": choice_title("phase", entry.phase), "known": known}
                yield hint(("procedure", name, place, "phase"), "phase_not_planned", found)


def _publicity(procedure: Procedure) -> Iterator[Problem]:
    planned = "publicity" in procedure.phases
    if planned and procedure.publicity_days is None and not procedure.open:
        yield hint(("procedure", "publicity_days"), "publicity_without_days")
    if procedure.phases and not planned and procedure.publicity_days is not None:
        yield hint(("procedure", "publicity_days"), "publicity_without_phase", {"days": procedure.publicity_days})


class _Due(NamedTuple):
    """The day by which a phase must be done; `path` leads to the deadline that says so."""

    phase: str
    day: datetime.date
    path: Path


def _dated(definition: Definition) -> tuple[list[_Due], list[Problem]]:
    """Deadlines with a phase in the order of the phases, and the days that no year has."""
    procedure, problems = definition.procedure, []
    order: list[str] = [*procedure.phases] or list(PHASES)
    found: list[_Due] = []
    for place, entry in enumerate(procedure.deadlines):
        path: Path = ("procedure", "deadlines", place, "by")
        if entry.by is None:
            if not (entry.open or procedure.open):
                problems.append(hint(path, "deadline_without_day"))
            continue
        day = _day(definition.year, entry.by) or _day(2028, entry.by)
        if day is None:
            problems.append(Problem(path, "no_such_day"))
        elif entry.phase in order:
            found.append(_Due(str(entry.phase), day, path))
    return sorted(found, key=lambda due: order.index(due.phase)), problems


def _day(year: int, month_day: str) -> datetime.date | None:
    try:
        return datetime.date(year, int(month_day[:2]), int(month_day[3:]))
    except ValueError:
        return None


def _in_following_year(day: datetime.date) -> datetime.date:
    try:
        return day.replace(year=day.year + 1)
    except ValueError:
        return day.replace(year=day.year + 1, day=28)


def _order(procedure: Procedure, dates: list[_Due]) -> Iterator[Problem]:
    """A deadline before an earlier phase's is in the following year: strange where that is half a year off."""
    latest: _Due | None = None
    for due in dates:
        if latest is not None and due.phase != latest.phase and due.day < latest.day:
            if _in_following_year(due.day) - latest.day > _HALF_A_YEAR:
                words = {"phase": choice_title("phase", due.phase), "other": choice_title("phase", latest.phase)}
                found = {**words, "by": f"{due.day:%m-%d}"}
                yield hint(due.path, "deadline_out_of_order", {**found, "before": f"{latest.day:%m-%d}"})
            continue
        if latest is None or due.day > latest.day:
            latest = due


def _publicity_days(procedure: Procedure, dates: list[_Due]) -> Iterator[Problem]:
    """Days between the last deadline before publicity and the first one from publicity on."""
    days, phases = procedure.publicity_days, procedure.phases
    if days is None or "publicity" not in phases:
        return
    at = phases.index("publicity")
    before = [due for due in dates if due.phase in phases[:at]]
    after = [due for due in dates if due.phase in phases[at:] and due.phase in _AFTER]
    if not before or not after:
        return
    last = max(due.day for due in before)
    for due in after:
        day = due.day if due.day >= last else _in_following_year(due.day)
        if (day - last).days < days:
            found = {"days": (day - last).days, "demanded": days, "by": f"{due.day:%m-%d}", "from": f"{last:%m-%d}"}
            yield hint(due.path, "publicity_short", found)
            return
