"""Between clerk and head: the sheet laid before the head to be signed, and given back with a remark."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from appraisal_site.toolkit.conflicts import Conflict
from evidence import policies
from evidence.models import Submission
from evidence.selectors.gaps import gaps_of
from evidence.services import common
from evidence.services.common import Invalid, Refused
from evidence.services.sheets import Incomplete
from rubrics import services as rubrics_services
from units import selectors as units_selectors
from units import services as units_services
from units.services import journal

if TYPE_CHECKING:
    from rubrics.models import Enrolment
    from units.models import User


def lay_before_head(*, actor: User, enrolment: Enrolment, version: int) -> Submission:
    """A clerk who may not submit says that the sheet is ready to be signed; the heads are told.

    ``version`` is the sheet's. Raises Refused, Incomplete where it has gaps, Conflict where it was laid before the
    head, handed in or returned meanwhile.
    """
    now = timezone.now()
    with transaction.atomic():
        rubrics_services.hold_enrolment(enrolment)
        submission = common.submission_of(enrolment)
        if not policies.may_lay_before(actor, enrolment, submission, now):
            raise Refused("closed")
        gaps = gaps_of(enrolment)
        if gaps or submission is None:
            raise Incomplete(gaps)
        rows = Submission.objects.filter(pk=submission.pk, version=version, ready_at=None)
        if not rows.update(ready_at=now, ready_by=actor):
            raise Conflict(submission, sent=version, current=submission.version)
        submission.ready_at, submission.ready_by = now, actor
        journal.append(
            actor=actor, scope=common.scope_of(enrolment), verb="sheet.laid_before", obj=submission,
            after={"saved_at": submission.saved_at},
        )  # fmt: skip
        units_services.notify(
            users=units_selectors.people_of_units([enrolment.unit_id], "head"),
            text_code="sheet.laid_before",
            params={"cycle": enrolment.cycle.title, "unit": str(enrolment.unit), "by": str(actor)},
            url=reverse("evidence:check", args=[enrolment.pk]),
        )
    return submission


def send_back(*, actor: User, enrolment: Enrolment, remark: str, laid_at: datetime | None) -> Submission:
    """The head gives the sheet back to the clerk unsigned, with a remark; the clerks are told.

    ``laid_at`` is when the sheet was laid before the head as the page said it. Raises Refused, Invalid without a
    remark, Conflict where it was submitted, given back or laid before the head anew meanwhile.
    """
    if not remark.strip():
        raise Invalid({"remark": "missing"})
    now = timezone.now()
    with transaction.atomic():
        rubrics_services.hold_enrolment(enrolment)
        submission = common.submission_of(enrolment)
        if submission is None or not policies.may_send_back(actor, enrolment, submission, now):
            raise Refused("not_laid_before")
        rows = Submission.objects.filter(pk=submission.pk, ready_at=laid_at)
        if laid_at is None or not rows.update(ready_at=None, ready_by=None):
            raise Conflict(submission, sent=submission.version, current=submission.version)
        journal.append(
            actor=actor, scope=common.scope_of(enrolment), verb="sheet.sent_back", obj=submission,
            before={"ready_at": submission.ready_at}, after={"reason": remark.strip()},
        )  # fmt: skip
        submission.ready_at = submission.ready_by = None
        units_services.notify(
            users=units_selectors.people_of_units([enrolment.unit_id], "clerk"),
            text_code="sheet.sent_back",
            params={"cycle": enrolment.cycle.title, "by": str(actor), "reason": remark.strip()},
            url=reverse("evidence:sheet", args=[enrolment.pk]),
        )
    return submission
