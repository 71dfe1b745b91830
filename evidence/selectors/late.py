"""Whose work a phase still waits for: sheets that are not handed in, and claims by those who are to decide them."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from evidence import policies
from evidence.models import Fact, Submission
from evidence.selectors.progress import progress_of
from evidence.selectors.undecided import is_decided, to_judge
from rubrics import policies as rubrics_policies
from rubrics import selectors as rubrics_selectors
from rubrics.lifecycle import VERBS, Phase, Schedule
from units import selectors as units_selectors

if TYPE_CHECKING:
    from rubrics.models import Cycle, Enrolment
    from units.models import User

HANDED_IN = ("submitted", "ruled")
ROLES = ("clerk", "head")


@dataclass(frozen=True)
class OpenSheet:
    """A unit whose sheet is still with it, and its own phase with its own end."""

    enrolment: Enrolment
    state: str
    filled: int
    items: int
    phase: Phase
    people: tuple[User, ...]

    @property
    def kind(self) -> str:
        return "returned" if self.state == "returned" else "sheet"

    @property
    def about(self) -> tuple[str, int]:
        return ("unit", self.enrolment.pk)

    @property
    def count(self) -> int:
        """The items nothing was said about."""
        return self.items - self.filled


@dataclass(frozen=True)
class OpenReview:
    """A reviewer with claims to decide; the phase is that of the unit whose end comes first."""

    user: User
    count: int
    units: int
    phase: Phase
    kind: str = "review"

    @property
    def about(self) -> tuple[str, int]:
        return ("person", self.user.pk)

    @property
    def people(self) -> tuple[User, ...]:
        return (self.user,)


@dataclass(frozen=True)
class OpenWork:
    """Everything that is not finished in phases that have begun, what ends first on top."""

    sheets: tuple[OpenSheet, ...]
    reviews: tuple[OpenReview, ...]
    asked: int
    """How many units are asked for a sheet in a phase that has begun."""

    @property
    def lines(self) -> tuple[OpenSheet | OpenReview, ...]:
        return (*self.sheets, *self.reviews)


def open_work(cycle: Cycle, now: datetime) -> OpenWork:
    """A constant number of queries."""
    enrolments = {row.pk: row for row in rubrics_selectors.enrolments_in(cycle)}
    schedules = {pk: row.schedule() for pk, row in enrolments.items()}
    asked = [line for line in progress_of(cycle, now) if line.items and line.pk in enrolments]
    back = _returned(cycle)
    begun = {
        line.pk: phase
        for line in asked
        if (phase := _phase_of_sheet(enrolments[line.pk], back.get(line.pk), schedules[line.pk], now))
    }
    waiting = [line for line in asked if line.pk in begun and line.state not in HANDED_IN]
    people = _people_by_unit([enrolments[line.pk].unit_id for line in waiting])
    sheets = [
        OpenSheet(
            (row := enrolments[line.pk]), line.state, line.filled, line.items, begun[line.pk],
            tuple(people[row.unit_id]),
        )
        for line in waiting
    ]  # fmt: skip
    reviews = _reviews(cycle, list(enrolments.values()), schedules, now)
    return OpenWork(tuple(sorted(sheets, key=_end)), tuple(sorted(reviews, key=_end)), len(begun))


def _end(line: OpenSheet | OpenReview) -> datetime:
    return line.phase.closes_at


def phase_for(verb: str, schedule: Schedule, now: datetime) -> Phase | None:
    """Of the phases that let people do it and have begun, the one that ends last, be it over; None before the first."""
    begun = [phase for phase in schedule.phases if phase.code in VERBS[verb].phases and phase.opens_at <= now]
    return max(begun, key=lambda phase: phase.closes_at, default=None)


def _returned(cycle: Cycle) -> dict[int, Submission]:
    """The sheets that are back with their units, by enrolment."""
    rows = Submission.objects.filter(enrolment__cycle=cycle, state=Submission.State.RETURNED)
    return {row.enrolment_id: row for row in rows}


def _phase_of_sheet(
    enrolment: Enrolment, returned: Submission | None, schedule: Schedule, now: datetime
) -> Phase | None:
    """The unit's phase with its own end: of a returned sheet from its return to the date that was set for it."""
    if returned is None:
        return phase_for("submit_sheet", schedule, now)
    until = policies.correct_until(enrolment, returned)
    if until is None:
        return phase_for("correct_sheet", schedule, now)
    # The first of the phases that a correction belongs to: more time is given for that one.
    code = next((phase.code for phase in schedule.phases if phase.code in VERBS["correct_sheet"].phases), "review")
    return Phase(code, returned.returned_at or now, until)


def nearest_returns(cycle: Cycle, now: datetime) -> list[Phase]:
    """The time of every sheet that is back with its unit and has a date."""
    enrolments = {row.pk: row for row in rubrics_selectors.enrolments_in(cycle)}
    found = []
    for pk, row in _returned(cycle).items():
        phase = _phase_of_sheet(enrolments[pk], row, enrolments[pk].schedule(), now)
        if row.returned_until is not None and phase is not None:
            found.append(phase)
    return found


def _people_by_unit(units: list[int]) -> dict[int, list[User]]:
    """Clerks and heads of these units, by unit."""
    found: dict[int, list[User]] = defaultdict(list)
    for person in units_selectors.people_of_units(units, *ROLES).prefetch_related("memberships"):
        held = [each for each in person.memberships.all() if each.until is None and each.role in ROLES]
        for unit in {each.unit_id for each in held}:
            found[unit].append(person)
    return found


def _reviews(
    cycle: Cycle, enrolments: list[Enrolment], schedules: dict[int, Schedule], now: datetime
) -> list[OpenReview]:
    """By reviewer, what waits for them; a claim that several may decide stands with each of them."""
    phases = {row.pk: phase for row in enrolments if (phase := phase_for("decide", schedules[row.pk], now))}
    undecided = _undecided(cycle) if phases else {}
    units = [row for row in enrolments if row.pk in phases and row.pk in undecided]
    if not units:
        return []
    reviewers = {user.pk for user in rubrics_selectors.reviewers_in(cycle) if user.is_active}
    assigned = defaultdict(list)
    for assignment in rubrics_selectors.assignments_in(cycle):
        if assignment.user_id in reviewers:
            assigned[assignment.user].append(assignment)
    found = []
    for user, parts in assigned.items():
        own = {each.unit_id for each in user.memberships.all() if each.until is None}
        open_: Counter[int] = Counter()
        for row in units:
            if row.unit_id not in own:
                for top, count in undecided[row.pk].items():
                    covered = any(rubrics_policies.covers(part, row, f"{top}.x") for part in parts)
                    open_[row.pk] += count if covered else 0
        mine = [pk for pk, count in open_.items() if count]
        if mine:
            first = min((phases[pk] for pk in mine), key=lambda phase: phase.closes_at)
            found.append(OpenReview(user, open_.total(), len(mine), first))
    return found


def _undecided(cycle: Cycle) -> dict[int, Counter[str]]:
    """Claims that wait for a decision, by unit and top category."""
    rows = to_judge(Fact.objects.filter(enrolment__cycle=cycle, state=Fact.State.RECORDED)).filter(~is_decided())
    found: dict[int, Counter[str]] = defaultdict(Counter)
    for enrolment, code in rows.values_list("enrolment_id", "clause_code"):
        found[enrolment][code.partition(".")[0]] += 1
    return dict(found)
