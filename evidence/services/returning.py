"""A reviewer gives a sheet, or items of it, back to the unit: with a reason, and a date for handing it in again."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from appraisal_site.toolkit.models import compare_and_set
from evidence import lifecycle, policies, wording
from evidence.models import Submission
from evidence.returning import usual_until, why_not_until
from evidence.services import common
from evidence.services.common import Invalid, Refused
from evidence.services.items import entry_for
from units import selectors as units_selectors
from units import services as units_services
from units.services import journal

if TYPE_CHECKING:
    from rubrics.models import Enrolment
    from units.models import User


def return_sheet(
    *, actor: User, enrolment: Enrolment, reason: str, version: int, until: datetime | None = None
) -> Submission:
    """Give the whole sheet back with a reason; everything in it may be amended until it is submitted again.

    ``until`` is when it is due; without one the date that stands holds, or the usual one. Raises Refused, Invalid
    (``reason``, ``until``), Conflict.
    """
    if not policies.may_return(actor, enrolment, None, timezone.now()):
        raise Refused("closed")
    return _give_back(actor, enrolment, None, reason, version, until)


def return_item(
    *, actor: User, enrolment: Enrolment, item_code: str, reason: str, version: int, until: datetime | None = None
) -> Submission:
    """Give one item back with a reason; only returned items may be amended. ``version`` is the sheet's.

    ``until`` as in `return_sheet`; the last date that was set holds for all items that are back.
    """
    if not policies.may_return(actor, enrolment, item_code, timezone.now()):
        raise Refused("closed")
    entry_for(enrolment, item_code)
    return _give_back(actor, enrolment, item_code, reason, version, until)


def _give_back(
    actor: User, enrolment: Enrolment, item_code: str | None, reason: str, version: int, until: datetime | None
) -> Submission:
    now, reason = timezone.now(), reason.strip()
    problems = {} if reason else {"reason": "missing"}
    closes_at = enrolment.schedule().closes_at
    wrong = why_not_until(until, now, closes_at) if until is not None else ""
    if problems or wrong:
        raise Invalid(problems | ({"until": wrong} if wrong else {}))
    with transaction.atomic():
        common.touch(enrolment)
        submission = common.submission_of(enrolment)
        if submission is None or submission.state == Submission.State.DRAFT:
            raise Refused("not_submitted")
        before: dict[str, Any] = {"state": submission.state, "scope": submission.returned_scope}
        whole = item_code is None or submission.returned_scope == Submission.Scope.SHEET
        compare_and_set(
            submission,
            version=version,
            state=lifecycle.step(lifecycle.SUBMISSION, submission.state, "return"),
            returned_scope=Submission.Scope.SHEET if whole else Submission.Scope.ITEMS,
            returned_reason=reason if item_code is None else submission.returned_reason,
            returned_at=now,
            returned_by=actor,
            returned_until=until or _standing(submission, now) or usual_until(now, closes_at),
        )
        if item_code is not None:
            state = lifecycle.step(lifecycle.ITEM, "untouched", "return")
            common.set_item(submission, item_code, state=state, returned_reason=reason, reopened=True)
        due = policies.correct_until(enrolment, submission)
        journal.append(
            actor=actor, scope=common.scope_of(enrolment), verb="item.returned" if item_code else "sheet.returned",
            obj=submission, before=before,
            after={"item": item_code, "reason": reason, "until": due.isoformat() if due else None},
        )  # fmt: skip
        _tell_unit(enrolment, item_code, reason, due)
    return submission


def _standing(submission: Submission, now: datetime) -> datetime | None:
    """The date of an earlier return that still lies ahead."""
    until = submission.returned_until if submission.state == Submission.State.RETURNED else None
    return until if until is not None and until > now else None


def _tell_unit(enrolment: Enrolment, item_code: str | None, reason: str, due: datetime | None) -> None:
    people = units_selectors.people_of_units([enrolment.unit_id], "clerk", "head")
    title = common.definition_for(enrolment).nodes[item_code].title if item_code else ""
    units_services.notify(
        users=people,
        text_code="item.returned" if item_code else "sheet.returned",
        params={
            "cycle": enrolment.cycle.title,
            "item": title,
            "reason": reason,
            "until": wording.in_figures(due) if due else "",
        },
        url=reverse("evidence:sheet", args=[enrolment.pk]),
    )
