"""What the board of a cycle shows: phases with today on them, units by series, coverage of review. Constant queries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from rubrics import dates
from rubrics.lifecycle import Phase, state_of
from rubrics.models import Assignment, Cycle, CyclePhase, Enrolment
from rubrics.selectors.duties import Coverage
from rubrics.wording import phase_short, phase_title

if TYPE_CHECKING:
    from rubrics.definition import Definition


@dataclass(frozen=True)
class PhaseLine:
    """A phase on the ruler, as templates/_phases.html wants it, with what the pages say of it."""

    code: str
    title: str
    dates: str
    state: str
    at: str
    note: str
    opens: str
    closes: str
    left: str
    closed_early: bool


@dataclass(frozen=True)
class Cell:
    """One unit in one phase: a state of LOOKS, with the icon, class and words that show it."""

    state: str
    icon: str
    css: str
    label: str


@dataclass(frozen=True)
class UnitRow:
    pk: int
    title: str
    cells: tuple[Cell, ...]
    late: bool = False
    url: str = ""


@dataclass(frozen=True)
class SeriesTable:
    code: str
    title: str
    heads: tuple[str, ...]
    rows: tuple[UnitRow, ...]


def phase_lines(cycle: Cycle, now: datetime) -> list[PhaseLine]:
    return [_line(phase, now) for phase in cycle.phases.all()]


def _line(row: CyclePhase, now: datetime) -> PhaseLine:
    phase = row.interval()
    state = state_of(phase, now)
    note, at = "", ""
    if state == "now":
        at = f"{100 * (now - phase.opens_at) / (phase.closes_at - phase.opens_at):.1f}%"
        note = _("Today %(day)s") % {"day": dates.day(now)}
    early = row.closed_early_at is not None and row.closed_early_at < row.closes_at
    return PhaseLine(
        row.code,
        phase_title(row.code),
        dates.span(phase.opens_at, phase.closes_at),
        state,
        at,
        note,
        dates.beginning(phase.opens_at),
        dates.minute(phase.closes_at),
        dates.until(now, phase.opens_at) if state == "next" else dates.left(now, phase.closes_at),
        early,
    )


def sentence(cycle: Cycle, now: datetime) -> str:
    """What goes on today, in one sentence."""
    today = dates.day(now)
    if cycle.sealed:
        return _("Approved and sealed.")
    going = [line for line in phase_lines(cycle, now) if line.state == "now"]
    if going:
        parts = [_("%(phase)s %(left)s") % {"phase": line.title, "left": line.left} for line in going]
        return _("%(today)s. %(parts)s.") % {"today": today, "parts": "; ".join(parts)}
    ahead = [line for line in phase_lines(cycle, now) if line.state == "next"]
    if ahead:
        said = {"today": today, "phase": ahead[0].title, "left": ahead[0].left}
        return _("%(today)s. %(phase)s begins %(left)s.") % said
    return _("%(today)s. All phases are over.") % {"today": today}


LOOKS: Mapping[str, tuple[str, str, Any]] = {
    "done": ("check", "d", gettext_lazy("%(phase)s: done")),
    "now": ("o-half", "n", gettext_lazy("%(phase)s: going on")),
    "back": ("back", "n", gettext_lazy("%(phase)s: returned")),
    "longer": ("clock", "n", gettext_lazy("%(phase)s: more time")),
    "late": ("warn", "l", gettext_lazy("%(phase)s: late")),
    "over": ("check", "d", gettext_lazy("%(phase)s: over")),
    "next": ("o-no", "z", gettext_lazy("%(phase)s: not begun")),
}
"""State of a unit in a phase → icon, class, words."""

States = Mapping[int, Mapping[str, str]]
"""For an enrolment's key, the states of its phases as the work stands; what is left out follows from the dates."""


def glance(
    cycle: Cycle,
    definition: Definition,
    enrolments: list[Enrolment],
    now: datetime,
    states: States | None = None,
    url_of: Callable[[int], str] | None = None,
) -> list[SeriesTable]:
    """Units × phases: by their dates, and by `states` where a room above knows how far the work is."""
    rows_by_series: dict[str, list[UnitRow]] = defaultdict(list)
    heads = tuple(phase_short(phase.code) for phase in cycle.phases.all())
    common = cycle.schedule().phases
    for enrolment in enrolments:
        known = (states or {}).get(enrolment.pk, {})
        cells = tuple(
            _cell(known.get(own.code) or _by_dates(own, usual, now), own.code)
            for own, usual in zip(enrolment.schedule().phases, common, strict=True)
        )
        late = any(cell.state == "late" for cell in cells)
        url = url_of(enrolment.pk) if url_of else ""
        rows_by_series[enrolment.series_code].append(UnitRow(enrolment.pk, enrolment.unit.label, cells, late, url))
    titles = {series.code: series.title or series.code for series in definition.series}
    return [
        SeriesTable(code, title, heads, tuple(rows_by_series[code]))
        for code, title in titles.items()
        if rows_by_series[code]
    ]


def _by_dates(own: Phase, common: Phase, now: datetime) -> str:
    if own.closes_at > common.closes_at and now < own.closes_at:
        return "longer"
    return {"past": "over", "now": "now", "next": "next"}[state_of(own, now)]


def _cell(state: str, phase: str) -> Cell:
    icon, css, words = LOOKS[state]
    return Cell(state, icon, css, str(words) % {"phase": phase_title(phase)})


def days_to(cycle: Cycle, code: str, now: datetime) -> tuple[int, str] | None:
    """Days until a phase begins, and the day; None where it has begun or there is none."""
    phase = cycle.schedule().phase(code)
    if phase is None or phase.opens_at <= now:
        return None
    return dates.days_between(now, phase.opens_at), dates.day(timezone.localtime(phase.opens_at))


@dataclass(frozen=True)
class Total:
    """One figure of the strip on top."""

    title: str
    figure: str
    of: str = ""
    note: str = ""
    bad: bool = False


def totals(
    cycle: Cycle,
    definition: Definition,
    enrolments: list[Enrolment],
    assignments: list[Assignment],
    coverage: list[Coverage],
    now: datetime,
) -> list[Total]:
    """The figures of the cycle that this room knows."""
    gaps = sum(row.units - row.covered for row in coverage)
    covered, asked = sum(row.covered for row in coverage), sum(row.units for row in coverage)
    found = [
        Total(_("Units"), str(len(enrolments))),
        Total(_("Reviewers"), str(len({assignment.user_id for assignment in assignments}))),
        Total(_("Review covered"), str(covered), str(asked), _("%(n)s gaps") % {"n": gaps} if gaps else "", gaps > 0),
        Total(_("Units with more time"), str(sum(bool(enrolment.extensions) for enrolment in enrolments))),
    ]
    ahead = days_to(cycle, "publicity", now)
    if ahead is not None:
        found.append(Total(_("Until publicity"), str(ahead[0]), "", _("days, %(day)s") % {"day": ahead[1]}))
    return found


@dataclass(frozen=True)
class Longer:
    """A unit with more time in a phase."""

    unit: str
    phase: str
    until: str
    left: str
    reason: str = ""


def extensions(cycle: Cycle, enrolments: list[Enrolment]) -> list[Longer]:
    now = timezone.now()
    found = []
    for enrolment in enrolments:
        for code in enrolment.extensions:
            moment = enrolment.extension(code)
            if moment is not None:
                until, left = dates.minute(moment), dates.left(now, moment)
                reason = enrolment.extension_reason(code)
                found.append(Longer(enrolment.unit.label, phase_title(code), until, left, reason))
    return found


def in_columns(tables: list[SeriesTable], columns: int = 3) -> list[list[SeriesTable]]:
    """The tables laid out in columns of about equal height; a long series is cut, its head repeated."""
    rows = sum(len(table.rows) + 2 for table in tables)
    height = max(8, -(-rows // columns))
    found: list[list[SeriesTable]] = [[]]
    room = height
    for table in tables:
        rest = table.rows
        while rest:
            if room < 4 and len(found) < columns:
                found.append([])
                room = height
            last = len(found) == columns
            taken = rest if last else rest[: max(2, room - 2)]
            found[-1].append(SeriesTable(table.code, table.title, table.heads, taken))
            rest = rest[len(taken) :]
            room -= len(taken) + 2
    return found


@dataclass(frozen=True)
class DeadlineLine:
    text: str
    phase: str
    day: str


def deadlines(cycle: Cycle, definition: Definition, now: datetime) -> list[DeadlineLine]:
    """The rubric's own deadlines, as it writes them."""
    return [
        DeadlineLine(entry.text, phase_title(entry.phase) if entry.phase else "", entry.by or "")
        for entry in definition.procedure.deadlines
    ]
