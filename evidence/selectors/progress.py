"""How far every unit of a cycle is: sheet, items, claims and decisions; a constant number of queries."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.db.models import Count

from evidence import outline, policies
from evidence.models import Attachment, Fact, SheetItem, Submission
from evidence.selectors.given import Room, rooms_of, unit_limit
from evidence.selectors.prerequisites import confirmed_counts
from evidence.selectors.records import unit_of
from evidence.selectors.undecided import IN_QUEUE, is_decided, to_judge
from rubrics import selectors as rubrics_selectors

if TYPE_CHECKING:
    from rubrics.definition import Definition
    from rubrics.models import Cycle, Enrolment

FILLED = (SheetItem.State.NOTHING, SheetItem.State.CLAIMED, SheetItem.State.NOT_DUTY)


@dataclass(frozen=True)
class Progress:
    """One unit. ``others`` are facts that providers, reviewers or an import recorded; ``late``: it missed the date."""

    pk: int
    unit: str
    state: str
    late: bool
    filled: int
    items: int
    claims: int
    decided: int
    others: int
    files: int
    met: int = 0
    due: int = 0
    """Prerequisites that are confirmed, out of how many that apply."""
    room: Room | None = None
    """What the unit's files take of what it may give."""

    @property
    def done(self) -> bool:
        return self.state in ("submitted", "ruled") and self.claims == self.decided


def progress_of(cycle: Cycle, now: datetime) -> list[Progress]:
    """A line for each unit, in series and name order."""
    definition = rubrics_selectors.definition_of(cycle.rubric)
    sheets = {row.enrolment_id: row for row in Submission.objects.filter(enrolment__cycle=cycle)}
    filled = _filled(cycle)
    claims, decided, others = _facts(cycle)
    files = _counted(Attachment.objects.filter(enrolment__cycle=cycle))
    lines, enrolments = [], list(rubrics_selectors.enrolments_in(cycle))
    confirmed = confirmed_counts(cycle, enrolments)
    rooms, nothing = rooms_of(cycle), unit_limit(cycle)
    for enrolment in enrolments:
        key, sheet = enrolment.pk, sheets.get(enrolment.pk)
        state = sheet.state if sheet else "none"
        items = claimable_items(definition, enrolment)
        late = items > 0 and _is_late(enrolment, sheet, now)
        lines.append(
            Progress(
                key, enrolment.unit.title, state, late, min(filled[key], items), items,
                claims[key], decided[key], others[key], files[key],
                *confirmed.get(key, (0, 0)), room=rooms.get(key, nothing),
            )
        )  # fmt: skip
    return lines


def _is_late(enrolment: Enrolment, sheet: Submission | None, now: datetime) -> bool:
    """Whether the sheet is still with the unit after self-assessment, or after the date set for what was returned."""
    if sheet is not None and sheet.state not in (Submission.State.DRAFT, Submission.State.RETURNED):
        return False
    if sheet is not None and sheet.state == Submission.State.RETURNED:
        until = policies.correct_until(enrolment, sheet)
        return until is not None and until <= now
    phase = enrolment.schedule().phase("self_assessment")
    return phase is not None and phase.closes_at <= now


def claimable_items(definition: Definition, enrolment: Enrolment) -> int:
    """How many items the unit answers itself; with none, it is asked for no sheet."""
    return sum(1 for entry in outline.outline_of(definition, unit_of(enrolment)) if entry.claimable)


def _filled(cycle: Cycle) -> Counter[int]:
    rows = SheetItem.objects.filter(submission__enrolment__cycle=cycle, state__in=FILLED)
    return Counter(dict(rows.values_list("submission__enrolment").annotate(n=Count("pk")).order_by()))


def _facts(cycle: Cycle) -> tuple[Counter[int], Counter[int], Counter[int]]:
    rows = Fact.objects.filter(enrolment__cycle=cycle, state=Fact.State.RECORDED)
    claims = to_judge(rows)
    others = rows.filter(IN_QUEUE).exclude(origin=Fact.Origin.UNIT)
    return _counted(claims), _counted(claims.filter(is_decided())), _counted(others)


def _counted(rows: object) -> Counter[int]:
    return Counter(dict(rows.values_list("enrolment").annotate(n=Count("pk")).order_by()))  # type: ignore[attr-defined]
