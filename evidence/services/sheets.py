"""The sheet as a whole: handing it in. Giving it back is `returning`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils import timezone

from appraisal_site.toolkit.conflicts import Conflict
from appraisal_site.toolkit.models import compare_and_set
from evidence import lifecycle, policies
from evidence.models import Fact, SheetItem, Submission
from evidence.selectors.gaps import gaps_of
from evidence.services import common
from evidence.services.common import Refused
from evidence.services.versions import append_version
from evidence.worth import Worth, worth_of
from units.services import journal

if TYPE_CHECKING:
    from rubrics.models import Enrolment
    from units.models import User

ATTEMPTS = 5
"""How often handing in begins again because the unit's records changed while its points were worked out."""
LANG = "zh-hans"


class Incomplete(Exception):
    """The sheet has gaps: ``gaps`` lists them all."""

    def __init__(self, gaps: list[Any]) -> None:
        super().__init__(f"{len(gaps)} gaps")
        self.gaps = gaps


class _Moved(Exception):
    """The records are no longer those that the points were worked out from."""


def submit_sheet(*, actor: User, enrolment: Enrolment, version: int) -> Submission:
    """Hand the sheet in: check that it is complete, record its claims, lock it, keep the version, and give a receipt.

    ``version`` is the sheet's the person saw (0: it had no row yet). Raises Refused, Incomplete, Conflict; of two
    people who submit at once the second is told so.
    """
    for _attempt in range(ATTEMPTS):
        # The points are worked out before the transaction: that may read the whole cycle, and is remembered.
        enrolment.refresh_from_db(fields=["records_version"])
        seen, worth = enrolment.records_version, worth_of(enrolment, LANG)
        try:
            return _submit(actor, enrolment, version, seen, worth)
        except _Moved:
            continue
    raise Conflict(enrolment, sent=version, current=None)


@transaction.atomic
def _submit(actor: User, enrolment: Enrolment, version: int, seen: int, worth: Worth) -> Submission:
    now = timezone.now()
    common.touch(enrolment)
    submission = common.ensure_submission(enrolment)
    if submission.state == Submission.State.SUBMITTED:
        raise Conflict(submission, sent=version, current=submission.version)
    if not policies.may_submit(actor, enrolment, submission, now):
        raise Refused("closed")
    gaps = gaps_of(enrolment)
    if gaps:
        raise Incomplete(gaps)
    if enrolment.records_version != seen + 1:
        raise _Moved
    before = {"state": submission.state, "receipt": submission.receipt_number}
    claims = Fact.objects.filter(enrolment=enrolment, origin=Fact.Origin.UNIT, state=Fact.State.DRAFT)
    claims.update(state=lifecycle.step(lifecycle.FACT, "draft", "record"))
    times = submission.times + 1
    receipt = receipt_number(enrolment, times)
    kept = append_version(
        enrolment=enrolment, submission=submission, actor=actor, at=now, number=times, receipt=receipt, worth=worth
    )
    compare_and_set(
        submission,
        version=version or submission.version,
        state=lifecycle.step(lifecycle.SUBMISSION, submission.state, "submit"),
        submitted_at=now,
        submitted_by=actor,
        times=times,
        receipt_number=receipt,
        fingerprint=kept.fingerprint,
        returned_scope="",
        returned_reason="",
        returned_until=None,
        ready_at=None,
        ready_by=None,
    )
    SheetItem.objects.filter(submission=submission, reopened=True).update(reopened=False, returned_reason="")
    journal.append(
        actor=actor, scope=common.scope_of(enrolment), verb="sheet.submitted", obj=submission, before=before,
        after={"receipt": receipt, "fingerprint": kept.fingerprint, "times": times},
    )  # fmt: skip
    return submission


def receipt_number(enrolment: Enrolment, times: int) -> str:
    """Year, cycle, number of the enrolment, and how often the sheet was handed in."""
    return f"{enrolment.cycle.year}-{enrolment.cycle_id}-{enrolment.pk:04d}-{times:02d}"
