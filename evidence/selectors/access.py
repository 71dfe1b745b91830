"""What a person may open; everything else is a 404, as if it were not there."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.http import Http404

from evidence import policies
from evidence.lifecycle import may_amend
from evidence.models import Attachment, Fact
from rubrics import selectors as rubrics_selectors
from units import selectors as units_selectors

if TYPE_CHECKING:
    from evidence.selectors.sheetdata import SheetData
    from rubrics.models import Cycle, Enrolment
    from units.models import User


def sheet_for(user: User, pk: int) -> Enrolment:
    """The enrolment whose whole sheet the person may read; raises Http404."""
    enrolment = rubrics_selectors.enrolment_for(user, pk)
    if not policies.may_read_sheet(user, enrolment):
        raise Http404
    return enrolment


def own_sheets(user: User, cycle: Cycle) -> list[Enrolment]:
    """The enrolments of the person's own units in the cycle, as clerk or head."""
    units = {*units_selectors.units_filled_by(user).values_list("pk", flat=True)}
    units |= {*units_selectors.units_signed_by(user).values_list("pk", flat=True)}
    return list(rubrics_selectors.enrolments_in(cycle).filter(unit_id__in=units))


def review_for(user: User, pk: int) -> Enrolment:
    """The enrolment whose review page the person may open; raises Http404."""
    enrolment = rubrics_selectors.enrolment_for(user, pk)
    if not policies.may_review_unit(user, enrolment):
        raise Http404
    return enrolment


def attachment_for(user: User, pk: int) -> Attachment:
    """A file the person may see; raises Http404."""
    rows = Attachment.objects.select_related("enrolment__cycle__rubric", "enrolment__unit", "enrolment__member_of")
    found = rows.filter(pk=pk).first()
    if found is None or not policies.may_open_attachment(user, found):
        raise Http404
    return found


def fact_of(enrolment: Enrolment, pk: int) -> Fact | None:
    """One fact of an enrolment the caller was given by a guard of this module."""
    return Fact.objects.filter(enrolment=enrolment, pk=pk).select_related("created_by").first()


def live_claim(enrolment: Enrolment, clause_code: str) -> Fact | None:
    """The unit's latest claim under a clause: what a colleague saved meanwhile."""
    rows = Fact.objects.filter(enrolment=enrolment, clause_code=clause_code, origin=Fact.Origin.UNIT)
    return rows.exclude(state=Fact.State.WITHDRAWN).order_by("-pk").first()


def editable_items(user: User, data: SheetData, now: datetime) -> set[str]:
    """Codes of the items in which the person may write now; agrees with ``policies.may_fill_item``."""
    submission = data.submission
    if not policies.may_fill(user, data.enrolment, submission, now):
        return set()
    codes = {entry.code for entry in data.claimable}
    if submission is None:
        return codes
    reopened = {code for code, row in data.rows.items() if row.reopened}
    return {code for code in codes if may_amend(submission.state, submission.returned_scope, code in reopened)}


def may_submit(user: User, data: SheetData, now: datetime) -> bool:
    """Whether the person may hand the sheet in now."""
    return policies.may_submit(user, data.enrolment, data.submission, now)


def untouched_deductions(data: SheetData, editable: set[str]) -> list[str]:
    """Untouched items that can only cost points: "nothing to report" can settle them all at once."""
    return [
        entry.code
        for entry in data.claimable
        if entry.code in editable and entry.is_deduction and data.state_of(entry.code) == "untouched"
    ]
