"""What a unit says about an item as a whole: nothing to report, or not its duty."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone

from appraisal_site.toolkit.conflicts import Conflict
from evidence import lifecycle, outline, policies
from evidence.models import Fact, SheetItem, Submission
from evidence.selectors.records import unit_of
from evidence.services import common
from evidence.services.attempts import ONCE, Attempt
from evidence.services.common import Invalid, Refused
from units.services import journal

if TYPE_CHECKING:
    from rubrics.models import Enrolment
    from units.models import User

SAYINGS = ("nothing", "not_duty", "clear")


def say_item(
    *, actor: User, enrolment: Enrolment, item_code: str, say: str, reason: str = "", version: int = 0,
    attempt: Attempt = ONCE,
) -> SheetItem:  # fmt: skip
    """Say "nothing to report" or "not our duty" (with a reason) about an item, or take either back.

    ``version`` is that of the item's row the person saw, 0 where there was none. Raises Refused (``has_claims`` while
    the item holds claims), Invalid without a reason, Conflict.
    """
    if say not in SAYINGS:
        raise Refused("no_such_saying")
    entry = entry_for(enrolment, item_code)
    if not entry.claimable:
        raise Refused("not_concerned")
    if say == "not_duty" and not reason.strip():
        raise Invalid({"reason": "missing"})
    now = timezone.now()
    with transaction.atomic():
        common.touch(enrolment)
        submission = common.ensure_submission(enrolment)
        row = common.item_row(submission, item_code)
        if not policies.may_fill_item(actor, enrolment, submission, row, now, item_code=item_code):
            raise common.locked(enrolment, submission)
        if row is not None and attempt.wrote(row.save_key):
            version = row.version
        _compare(submission, row, version)
        if say != "clear" and _has_claims(submission, item_code):
            raise Refused("has_claims")
        state = lifecycle.step(lifecycle.ITEM, row.state if row else SheetItem.State.UNTOUCHED, say)
        saved = common.set_item(
            submission, item_code, state=state, reason=reason.strip() if say == "not_duty" else "",
            granted=None, granted_reason="", changed_by=actor, changed_at=now, save_key=attempt.key,
        )  # fmt: skip
        common.note_saved(submission)
    return saved


def say_nothing_everywhere(*, actor: User, enrolment: Enrolment) -> list[str]:
    """Say "nothing to report" about every untouched item that can only cost points; the codes it touched."""
    now = timezone.now()
    with transaction.atomic():
        common.touch(enrolment)
        submission = common.ensure_submission(enrolment)
        if not policies.may_fill(actor, enrolment, submission, now):
            raise common.locked(enrolment, submission)
        rows = {row.item_code: row for row in SheetItem.objects.filter(submission=submission)}
        touched = []
        for entry in outline.outline_of(common.definition_for(enrolment), unit_of(enrolment)):
            row = rows.get(entry.code)
            open_state = row is None or row.state == SheetItem.State.UNTOUCHED
            if not (open_state and entry.is_deduction):
                continue
            if policies.may_fill_item(actor, enrolment, submission, row, now):
                common.set_item(submission, entry.code, state=SheetItem.State.NOTHING)
                touched.append(entry.code)
        if touched:
            common.note_saved(submission)
    return touched


def answer_duty(
    *, actor: User, enrolment: Enrolment, item_code: str, grant: bool, reason: str, version: int
) -> SheetItem:
    """Grant or refuse the claim that an item is not the unit's duty. Raises Refused, Invalid, Conflict."""
    if not grant and not reason.strip():
        raise Invalid({"reason": "missing"})
    if not policies.may_decide(actor, enrolment, item_code, timezone.now()):
        raise Refused("closed")
    with transaction.atomic():
        common.touch(enrolment)
        submission = common.ensure_submission(enrolment)
        row = common.item_row(submission, item_code)
        if row is None or row.state != SheetItem.State.NOT_DUTY:
            raise Refused("not_claimed")
        _compare(submission, row, version)
        before = {"granted": row.granted}
        row = common.set_item(submission, item_code, granted=grant, granted_reason=reason.strip())
        journal.append(
            actor=actor, scope=common.scope_of(enrolment), verb="duty.granted" if grant else "duty.refused", obj=row,
            before=before, after={"item": item_code, "granted": grant, "reason": reason.strip()},
        )  # fmt: skip
    return row


def entry_for(enrolment: Enrolment, item_code: str) -> outline.Entry:
    """The item as it concerns the unit; Refused where it does not."""
    for entry in outline.outline_of(common.definition_for(enrolment), unit_of(enrolment)):
        if entry.code == item_code:
            return entry
    raise Refused("not_concerned")


def _compare(submission: Submission, row: SheetItem | None, version: int) -> None:
    current = row.version if row else 0
    if current != version:
        raise Conflict(row or submission, sent=version, current=current)


def _has_claims(submission: Submission, item_code: str) -> bool:
    rows = Fact.objects.filter(
        enrolment_id=submission.enrolment_id, origin=Fact.Origin.UNIT, clause_code__startswith=f"{item_code}."
    ).exclude(state=Fact.State.WITHDRAWN)
    return any(outline.item_of(code) == item_code for code in rows.values_list("clause_code", flat=True))
