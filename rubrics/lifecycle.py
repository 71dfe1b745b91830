"""The states of a rubric, and the phases of a cycle: which action leads where, and which verb is open when.

Phases are half-open intervals [opens_at, closes_at) that may overlap; which phase it is follows from the dates alone.
Who may do something is the policies' business. Pure: no framework, no clock; all moments carry a time zone.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Literal, NamedTuple


class NotPossible(ValueError):
    """The action does not exist in this state; `state` and `action` say which."""

    def __init__(self, state: str, action: str) -> None:
        super().__init__(f"{action} is not possible while {state}")
        self.state = state
        self.action = action


# --- rubric ---------------------------------------------------------------------------------------------------------

RUBRIC: Mapping[tuple[str, str], str] = {
    ("draft", "edit"): "draft",
    ("draft", "publish"): "published",
    ("published", "retire"): "retired",
}


def step(state: str, action: str) -> str:
    """The state of a rubric after the action, or NotPossible."""
    try:
        return RUBRIC[(state, action)]
    except KeyError:
        raise NotPossible(state, action) from None


# --- cycle ----------------------------------------------------------------------------------------------------------

PHASES = ("application", "self_assessment", "verification", "review", "panel", "publicity", "appeal", "approval")
USUAL_PHASES = ("self_assessment", "review", "approval")
"""What a cycle gets whose rubric names no phase."""

USUAL_DAYS: Mapping[str, int] = {
    "application": 14,
    "self_assessment": 21,
    "verification": 7,
    "review": 14,
    "panel": 10,
    "publicity": 7,
    "appeal": 10,
    "approval": 7,
}

Otherwise = Literal["never", "whole"]


class Rule(NamedTuple):
    """The phases in which a verb is open; `otherwise` where the cycle has none of them: never, or its whole length."""

    phases: tuple[str, ...]
    otherwise: Otherwise = "never"


WHOLE = Rule((), "whole")

VERBS: Mapping[str, Rule] = {
    # the unit
    "fill_sheet": Rule(("application", "self_assessment")),
    "sign_sheet": Rule(("application", "self_assessment")),
    "submit_sheet": Rule(("application", "self_assessment")),
    "correct_sheet": Rule(("application", "self_assessment", "verification", "review"), "whole"),
    "file_appeal": Rule(("appeal",)),
    "propose_targets": WHOLE,
    # providers and reviewers
    "record_fact": WHOLE,
    "return_sheet": Rule(("application", "self_assessment", "verification", "review"), "whole"),
    "decide": Rule(("verification", "review"), "whole"),
    "rate": Rule(("panel",)),
    # leading group
    "decide_appeal": Rule(("appeal", "approval")),
    "settle": WHOLE,
    "approve": Rule(("approval",), "whole"),
    # administrator
    "assign": WHOLE,
    "enrol": WHOLE,
    "import_facts": WHOLE,
    "approve_targets": WHOLE,
    "schedule": WHOLE,
    "publish": Rule(("publicity",), "whole"),
}

RELEASING = ("publicity", "appeal", "approval")
"""The beginning of any of these lets a unit see its own result."""


class Phase(NamedTuple):
    """One phase with the dates that hold: `closes_at` is the earlier of the planned end and an end by hand."""

    code: str
    opens_at: datetime
    closes_at: datetime

    def is_open(self, now: datetime) -> bool:
        return self.opens_at <= now < self.closes_at


@dataclass(frozen=True)
class Schedule:
    """The phases of one cycle, or of one unit in it, in the rubric's order."""

    phases: tuple[Phase, ...]
    sealed: bool = False

    @property
    def opens_at(self) -> datetime | None:
        return min((phase.opens_at for phase in self.phases), default=None)

    @property
    def closes_at(self) -> datetime | None:
        """The end of approval; of a cycle without it, the last end of any phase."""
        ends = [phase.closes_at for phase in self.phases if phase.code == "approval"]
        return max(ends or [phase.closes_at for phase in self.phases], default=None)

    def phase(self, code: str) -> Phase | None:
        return next((phase for phase in self.phases if phase.code == code), None)

    def runs(self, now: datetime) -> bool:
        """Whether the cycle has begun and its approval has not ended."""
        start, end = self.opens_at, self.closes_at
        return start is not None and end is not None and start <= now < end


def effective_end(closes_at: datetime, closed_early_at: datetime | None, extension: datetime | None = None) -> datetime:
    """When a phase really ends: an end by hand comes before the planned one, a unit's own extension after both."""
    end = closes_at if closed_early_at is None else min(closes_at, closed_early_at)
    return end if extension is None else max(end, extension)


def open_phases(phases: Iterable[Phase], now: datetime) -> tuple[str, ...]:
    """The codes of the phases that are open now; which phase it is follows from the dates."""
    return tuple(phase.code for phase in phases if phase.is_open(now))


def is_open(verb: str, schedule: Schedule, now: datetime, *, until: datetime | None = None) -> bool:
    """Whether the cycle lets anybody do `verb` now: never once it is sealed. An unknown verb is a KeyError.

    `until` is an end of its own that takes the place of the phases' ends: it may lie before or after them, but nothing
    is open after the cycle.
    """
    rule = VERBS[verb]
    if schedule.sealed:
        return False
    if until is not None:
        return now < until and schedule.runs(now)
    named = [phase for phase in schedule.phases if phase.code in rule.phases]
    if named:
        return any(phase.is_open(now) for phase in named)
    return rule.otherwise == "whole" and schedule.runs(now)


def opening(verb: str, schedule: Schedule, now: datetime) -> Phase | None:
    """The phase that holds `verb` open longest now; None where it is closed or follows from the whole cycle."""
    named = [phase for phase in schedule.phases if phase.code in VERBS[verb].phases and phase.is_open(now)]
    return max(named, key=lambda phase: phase.closes_at, default=None) if not schedule.sealed else None


def is_released(schedule: Schedule, now: datetime, *, publicity_of: str = "results") -> bool:
    """Whether a unit may see its own result: publicity (of results), appeal or approval has begun, or all is over."""
    if schedule.sealed:
        return True
    named = [
        phase
        for phase in schedule.phases
        if phase.code in RELEASING and not (phase.code == "publicity" and publicity_of == "applicants")
    ]
    if named:
        return any(phase.opens_at <= now for phase in named)
    end = schedule.closes_at
    return end is not None and end <= now


def state_of(phase: Phase, now: datetime) -> Literal["past", "now", "next"]:
    """Where a phase stands on the time scale."""
    if now >= phase.closes_at:
        return "past"
    return "now" if now >= phase.opens_at else "next"


# --- default dates --------------------------------------------------------------------------------------------------


class Days(NamedTuple):
    """A phase by whole days, the last day included."""

    code: str
    first: date
    last: date


def usual_days(phases: Sequence[str], procedure: Mapping[str, Any], start: date) -> list[Days]:
    """Dates for a new cycle: one phase after the other from `start`, as long as they usually take.

    `procedure` is the rubric's, file-shaped: publicity lasts at least `publicity_days`, and a deadline (MM-DD)
    that still
    lies ahead of its phase's first day is its last day, in the following year where it would lie before an earlier
    phase.
    """
    found: list[Days] = []
    first = start
    for code in phases or USUAL_PHASES:
        length = USUAL_DAYS[code]
        if code == "publicity":
            length = max(length, int(procedure.get("publicity_days") or 0))
        last = _deadline(code, procedure, first) or first + timedelta(days=length - 1)
        found.append(Days(code, first, last))
        first = last + timedelta(days=1)
    return found


def _deadline(code: str, procedure: Mapping[str, Any], first: date) -> date | None:
    """The last of the phase's deadlines within the half year after its first day."""
    ends = [
        day
        for entry in procedure.get("deadlines") or ()
        if entry.get("phase") == code and entry.get("by")
        for day in _readings(str(entry["by"]), first)
        if first <= day <= first + timedelta(days=183)
    ]
    return max(ends, default=None)


def _readings(month_day: str, first: date) -> list[date]:
    """The days that MM-DD may mean: in the year of `first`, or in the next; 29 February only where there is one."""
    month, day = (int(part) for part in month_day.split("-"))
    found = []
    for year in (first.year, first.year + 1):
        try:
            found.append(date(year, month, day))
        except ValueError:
            continue
    return found
