"""What a person may open; everything else is a 404, as if it were not there."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.http import Http404

from evidence import outline, policies
from evidence.lifecycle import may_amend
from evidence.models import Attachment, Fact
from evidence.selectors.records import unit_of
from evidence.selectors.sheetdata import SheetData, load
from rubrics import selectors as rubrics_selectors
from units import selectors as units_selectors

if TYPE_CHECKING:
    from rubrics.models import Cycle, Enrolment
    from units.models import User


def sheet_for(user: User, pk: int) -> Enrolment:
    """The enrolment whose whole sheet the person may read; raises Http404."""
    enrolment = rubrics_selectors.enrolment_for(user, pk)
    if not policies.may_read_sheet(user, enrolment):
        raise Http404
    return enrolment


def part_for(user: User, pk: int) -> Enrolment:
    """The enrolment of whose sheet the person may open the whole or a part; raises Http404.

    What of it they see is what ``data_for`` and ``entries_for`` give them: a view that takes this door reads through
    those.
    """
    try:
        return sheet_for(user, pk)
    except Http404:
        helped = rubrics_selectors.helped_enrolments(user).filter(pk=pk).first()
        if helped is None or not policies.may_open_sheet(user, helped):
            raise
        return helped


def data_for(user: User, enrolment: Enrolment) -> SheetData:
    """The sheet as far as the person may see it: the whole, or nothing but the items that were given to them."""
    data = load(enrolment)
    if policies.may_read_sheet(user, enrolment):
        return data
    return data.only(policies.given_items(user, enrolment))


def entries_for(user: User, enrolment: Enrolment) -> tuple[outline.Entry, ...]:
    """The items of the sheet that the person may see, without anything that is said under them."""
    definition = rubrics_selectors.definition_of(enrolment.cycle.rubric)
    entries = outline.outline_of(definition, unit_of(enrolment))
    if policies.may_read_sheet(user, enrolment):
        return entries
    given = policies.given_items(user, enrolment)
    return tuple(entry for entry in entries if entry.code in given)


def given_sheets(user: User, cycle: Cycle) -> list[Enrolment]:
    """The enrolments of the cycle in whose sheets the person, as a colleague, was given items; agrees with
    ``policies.may_open_sheet``. Those whose sheets the person may read whole are not among them.
    """
    rows = rubrics_selectors.helped_enrolments(user).filter(cycle=cycle).order_by("pk")
    return [row for row in rows if not policies.may_read_sheet(user, row) and policies.given_items(user, row)]


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
    return Fact.objects.filter(enrolment=enrolment, pk=pk).select_related("created_by", "changed_by").first()


def live_claim(enrolment: Enrolment, clause_code: str) -> Fact | None:
    """The unit's latest claim under a clause: what a colleague saved meanwhile."""
    rows = Fact.objects.filter(enrolment=enrolment, clause_code=clause_code, origin=Fact.Origin.UNIT)
    return rows.exclude(state=Fact.State.WITHDRAWN).select_related("changed_by").order_by("-pk").first()


def editable_items(user: User, data: SheetData, now: datetime) -> set[str]:
    """Codes of the items in which the person may write now; agrees with ``policies.may_fill_item``."""
    submission = data.submission
    codes = {entry.code for entry in data.claimable}
    if not policies.may_fill(user, data.enrolment, submission, now):
        if not policies.may_fill(user, data.enrolment, submission, now, given=True):
            return set()
        codes &= policies.given_items(user, data.enrolment)
    if submission is None:
        return codes
    reopened = {code for code, row in data.rows.items() if row.reopened}
    return {code for code in codes if may_amend(submission.state, submission.returned_scope, code in reopened)}


def may_submit(user: User, data: SheetData, now: datetime) -> bool:
    """Whether the person may hand the sheet in now."""
    return policies.may_submit(user, data.enrolment, data.submission, now)


def may_read_whole(user: User, enrolment: Enrolment) -> bool:
    """Whether the person may read all of a sheet of which they may open something."""
    return policies.may_read_sheet(user, enrolment)


def may_share(user: User, data: SheetData) -> bool:
    """Whether the person may give items of the sheet to people of the unit."""
    return policies.may_share(user, data.enrolment)


def untouched_deductions(data: SheetData, editable: set[str]) -> list[str]:
    """Untouched items that can only cost points: "nothing to report" can settle them all at once."""
    return [
        entry.code
        for entry in data.claimable
        if entry.code in editable and entry.is_deduction and data.state_of(entry.code) == "untouched"
    ]
