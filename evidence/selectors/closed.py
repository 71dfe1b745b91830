"""Why something cannot be written in a sheet now, in a sentence that says since when and whom to ask."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.conf import settings
from django.utils.translation import gettext as _

from evidence import policies, wording
from evidence.lifecycle import may_amend
from evidence.models import SheetItem, Submission

if TYPE_CHECKING:
    from rubrics.models import Enrolment

FILLING = ("self_assessment", "application")


def why_closed(enrolment: Enrolment, item_code: str, now: datetime) -> str:
    """What happened meanwhile: the sheet was handed in, its time ran out, or the item is not among the returned ones.

    Says nothing of rights: the person could write when they opened the page.
    """
    sheet = Submission.objects.filter(enrolment=enrolment).select_related("submitted_by").first()
    if sheet is not None and sheet.state in (Submission.State.SUBMITTED, Submission.State.RULED):
        when = wording.day_and_time(sheet.submitted_at) if sheet.submitted_at else ""
        return _("The sheet was handed in on %(when)s by %(who)s. The reviewers can return it.") % {
            "when": when, "who": sheet.submitted_by or _("somebody else"),
        }  # fmt: skip
    if sheet is not None and sheet.state == Submission.State.RETURNED:
        row = SheetItem.objects.filter(submission=sheet, item_code=item_code).first()
        if not may_amend(sheet.state, sheet.returned_scope, bool(row and row.reopened)):
            return _("Only the items that the reviewers returned can be changed.")
        until = policies.correct_until(enrolment, sheet)
        if until is not None and until <= now:
            return _time_over(until)
    ended = _ended_at(enrolment, now)
    return _time_over(ended) if ended is not None else wording.refusal("closed")


def _ended_at(enrolment: Enrolment, now: datetime) -> datetime | None:
    """When filling in ended for this unit; None while a phase of it is open, or none has begun."""
    phases = [phase for phase in enrolment.schedule().phases if phase.code in FILLING and phase.opens_at <= now]
    if not phases or any(phase.is_open(now) for phase in phases):
        return None
    return max(phase.closes_at for phase in phases)


def _time_over(ended: datetime) -> str:
    text = _("The time to fill in ended on %(when)s. The administrator can give your unit more time.") % {
        "when": wording.day_and_time(ended)
    }
    contact = getattr(settings, "KAOPING_CONTACT", "")
    return f"{text} {contact}" if contact else text
