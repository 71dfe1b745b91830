"""The sheet as a whole: handing it in, and giving it back."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from appraisal_site.toolkit.conflicts import Conflict
from appraisal_site.toolkit.models import compare_and_set
from evidence import lifecycle, policies
from evidence.models import Fact, ItemAttachment, SheetItem, Submission
from evidence.selectors.gaps import gaps_of
from evidence.services import common
from evidence.services.common import Invalid, Refused
from evidence.services.items import entry_for
from units import selectors as units_selectors
from units import services as units_services
from units.services import journal

if TYPE_CHECKING:
    from rubrics.models import Enrolment
    from units.models import User


class Incomplete(Exception):
    """The sheet has gaps: ``gaps`` lists them all."""

    def __init__(self, gaps: list[Any]) -> None:
        super().__init__(f"{len(gaps)} gaps")
        self.gaps = gaps


def submit_sheet(*, actor: User, enrolment: Enrolment, version: int) -> Submission:
    """Hand the sheet in: check that it is complete, record its claims, lock it, and give a receipt.

    ``version`` is the sheet's the person saw (0: it had no row yet). Raises Refused, Incomplete, Conflict; of two
    people who submit at once the second is told so.
    """
    now = timezone.now()
    with transaction.atomic():
        common.touch(enrolment)
        submission = common.ensure_submission(enrolment)
        if submission.state == Submission.State.SUBMITTED:
            raise Conflict(submission, sent=version, current=submission.version)
        if not policies.may_submit(actor, enrolment, submission, now):
            raise Refused("closed")
        gaps = gaps_of(enrolment)
        if gaps:
            raise Incomplete(gaps)
        before = {"state": submission.state, "receipt": submission.receipt_number}
        claims = Fact.objects.filter(enrolment=enrolment, origin=Fact.Origin.UNIT, state=Fact.State.DRAFT)
        claims.update(state=lifecycle.step(lifecycle.FACT, "draft", "record"))
        times = submission.times + 1
        compare_and_set(
            submission,
            version=version or submission.version,
            state=lifecycle.step(lifecycle.SUBMISSION, submission.state, "submit"),
            submitted_at=now,
            submitted_by=actor,
            times=times,
            receipt_number=receipt_number(enrolment, times),
            fingerprint=fingerprint_of(enrolment, submission),
            returned_scope="",
            returned_reason="",
        )
        SheetItem.objects.filter(submission=submission, reopened=True).update(reopened=False, returned_reason="")
        journal.append(
            actor=actor, scope=common.scope_of(enrolment), verb="sheet.submitted", obj=submission, before=before,
            after={"receipt": submission.receipt_number, "fingerprint": submission.fingerprint, "times": times},
        )  # fmt: skip
    return submission


def receipt_number(enrolment: Enrolment, times: int) -> str:
    """Year, cycle, number of the enrolment, and how often the sheet was handed in."""
    return f"{enrolment.cycle.year}-{enrolment.cycle_id}-{enrolment.pk:04d}-{times:02d}"


def fingerprint_of(enrolment: Enrolment, submission: Submission) -> str:
    """SHA-256 over what the sheet says: claims, what was said about items, and the hashes of its files."""
    columns = ("clause_code", "said", "date", "matter", "share", "modifiers", "note")
    facts = Fact.objects.filter(enrolment=enrolment, origin=Fact.Origin.UNIT).exclude(state=Fact.State.WITHDRAWN)
    items = SheetItem.objects.filter(submission=submission).order_by("item_code")
    links = ItemAttachment.objects.filter(submission=submission).order_by("item_code", "attachment__sha256")
    content = {
        "cycle": enrolment.cycle.code,
        "unit": enrolment.unit.code,
        "facts": [[str(value) if name == "date" else value for name, value in zip(columns, row, strict=True)]
                  for row in facts.order_by("pk").values_list(*columns)],
        "items": list(items.values_list("item_code", "state", "reason")),
        "files": list(links.values_list("item_code", "attachment__sha256")),
    }  # fmt: skip
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def return_sheet(*, actor: User, enrolment: Enrolment, reason: str, version: int) -> Submission:
    """Give the whole sheet back with a reason; everything in it may be amended until it is submitted again."""
    if not policies.may_return(actor, enrolment, None, timezone.now()):
        raise Refused("closed")
    return _give_back(actor, enrolment, None, reason, version)


def return_item(*, actor: User, enrolment: Enrolment, item_code: str, reason: str, version: int) -> Submission:
    """Give one item back with a reason; only returned items may be amended. ``version`` is the sheet's."""
    if not policies.may_return(actor, enrolment, item_code, timezone.now()):
        raise Refused("closed")
    entry_for(enrolment, item_code)
    return _give_back(actor, enrolment, item_code, reason, version)


def _give_back(actor: User, enrolment: Enrolment, item_code: str | None, reason: str, version: int) -> Submission:
    reason = reason.strip()
    if not reason:
        raise Invalid({"reason": "missing"})
    now = timezone.now()
    with transaction.atomic():
        common.touch(enrolment)
        submission = common.submission_of(enrolment)
        if submission is None or submission.state == Submission.State.DRAFT:
            raise Refused("not_submitted")
        before = {"state": submission.state, "scope": submission.returned_scope}
        whole = item_code is None or submission.returned_scope == Submission.Scope.SHEET
        compare_and_set(
            submission,
            version=version,
            state=lifecycle.step(lifecycle.SUBMISSION, submission.state, "return"),
            returned_scope=Submission.Scope.SHEET if whole else Submission.Scope.ITEMS,
            returned_reason=reason if item_code is None else submission.returned_reason,
            returned_at=now,
            returned_by=actor,
        )
        if item_code is not None:
            state = lifecycle.step(lifecycle.ITEM, "untouched", "return")
            common.set_item(submission, item_code, state=state, returned_reason=reason, reopened=True)
        journal.append(
            actor=actor, scope=common.scope_of(enrolment), verb="item.returned" if item_code else "sheet.returned",
            obj=submission, before=before, after={"item": item_code, "reason": reason},
        )  # fmt: skip
        _tell_unit(enrolment, item_code, reason)
    return submission


def _tell_unit(enrolment: Enrolment, item_code: str | None, reason: str) -> None:
    people = units_selectors.people_of_units([enrolment.unit_id], "clerk", "head")
    title = common.definition_for(enrolment).nodes[item_code].title if item_code else ""
    units_services.notify(
        users=people,
        text_code="item.returned" if item_code else "sheet.returned",
        params={"cycle": enrolment.cycle.title, "item": title, "reason": reason},
        url=reverse("evidence:sheet", args=[enrolment.pk]),
    )
