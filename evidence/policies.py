"""Who may do what with sheets, facts, proof and rulings. Deny by default; the phase is part of the answer.

What a person is to a cycle or a unit is answered by ``rubrics.policies``; this room adds the state of the sheet.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.db.models import Count

from evidence import beforehand, outline, returning
from evidence.lifecycle import may_amend
from evidence.models import Attachment, Fact, ItemAttachment, ItemShare, PrerequisiteAnswer, SheetItem, Submission
from rubrics import policies as rubrics_policies
from rubrics import selectors as rubrics_selectors
from rubrics.lifecycle import VERBS

if TYPE_CHECKING:
    from rubrics.models import Cycle, Enrolment
    from units.models import User


def may_read_sheet(user: User, enrolment: Enrolment) -> bool:
    """Read the whole sheet as its unit sees it: the unit itself and those who oversee the cycle."""
    return bool(rubrics_policies.acts_for(user, enrolment) or rubrics_policies.may_see_board(user, enrolment.cycle))


def given_items(user: User, enrolment: Enrolment) -> frozenset[str]:
    """The items that the person sees and fills in because they were given to them: while they are a colleague of the
    unit, not merely because they once were. One query, none for anybody else.
    """
    if not rubrics_policies.helps(user, enrolment):
        return frozenset()
    rows = ItemShare.objects.filter(enrolment=enrolment, user=user)
    return frozenset(rows.values_list("item_code", flat=True))


def may_open_sheet(user: User, enrolment: Enrolment) -> bool:
    """See the sheet or a part of it: who may read the whole, and a colleague with at least one item."""
    return may_read_sheet(user, enrolment) or bool(given_items(user, enrolment))


def may_share(user: User, enrolment: Enrolment) -> bool:
    """Give items of the sheet to people of the unit, and take them back: clerk and head, until the cycle is sealed."""
    return bool(rubrics_policies.acts_for(user, enrolment)) and not enrolment.cycle.sealed


def may_fill(
    user: User, enrolment: Enrolment, submission: Submission | None, now: datetime, *, given: bool = False
) -> bool:
    """Write anywhere in the sheet: in its phase while it is a draft, longer while it is returned.

    Not before the prerequisites are confirmed, where there are any. ``given`` asks of a colleague whether they may
    write under the items that were given to them; which these are is not asked here.
    """
    if submission is None or submission.state == Submission.State.DRAFT:
        open_now = bool(rubrics_policies.may_fill_sheet(user, enrolment, now, given=given))
    elif submission.state == Submission.State.RETURNED:
        until = correct_until(enrolment, submission)
        open_now = bool(rubrics_policies.may_correct_sheet(user, enrolment, now, given=given, until=until))
    else:
        return False
    return open_now and not waits_for_prerequisites(enrolment, submission)


def correct_until(enrolment: Enrolment, submission: Submission | None) -> datetime | None:
    """When a returned sheet locks again: the date set for it, or the unit's own more time where that is later, never
    after the cycle. None where no date was set and the phases decide.
    """
    if submission is None or submission.state != Submission.State.RETURNED or submission.returned_until is None:
        return None
    phases = VERBS["correct_sheet"].phases
    more = [moment for code in phases if (moment := enrolment.extension(code)) is not None]
    return returning.correct_until(submission.returned_until, more, enrolment.schedule().closes_at)


def unmet_prerequisites(enrolment: Enrolment) -> tuple[str, ...]:
    """Codes of the prerequisites that the unit has still to confirm; asks no database where the rubric has none."""
    definition = rubrics_selectors.definition_of(enrolment.cycle.rubric)
    if not definition.procedure.prerequisites:
        return ()
    unit = outline.unit_key(enrolment.unit.code, enrolment.series_code, enrolment.tags, enrolment.not_applicable)
    due = beforehand.prerequisites_for(definition, unit)
    rows = PrerequisiteAnswer.objects.filter(enrolment=enrolment, confirmed=True)
    confirmed = dict(rows.annotate(n=Count("files")).order_by().values_list("code", "n")) if due else {}
    return tuple(one.code for one in beforehand.unmet(due, confirmed))


def prerequisites_are_open(submission: Submission | None) -> bool:
    """Whether they may be confirmed and taken back: while the sheet is a draft, and once it is returned as a whole."""
    if submission is None or submission.state == Submission.State.DRAFT:
        return True
    return submission.state == Submission.State.RETURNED and submission.returned_scope == Submission.Scope.SHEET


def waits_for_prerequisites(enrolment: Enrolment, submission: Submission | None) -> bool:
    """Whether the sheet is only to be read until prerequisites are confirmed."""
    return prerequisites_are_open(submission) and bool(unmet_prerequisites(enrolment))


def may_confirm(user: User, enrolment: Enrolment, submission: Submission | None, now: datetime) -> bool:
    """Confirm prerequisites, prove them, and take that back: the clerk, while the sheet may be filled in."""
    if not prerequisites_are_open(submission):
        return False
    if submission is not None and submission.state == Submission.State.RETURNED:
        until = correct_until(enrolment, submission)
        return bool(rubrics_policies.may_correct_sheet(user, enrolment, now, until=until))
    return bool(rubrics_policies.may_fill_sheet(user, enrolment, now))


def may_draw_targets(user: User, enrolment: Enrolment, now: datetime) -> bool:
    """Draw up the unit's own targets."""
    return bool(rubrics_policies.may_draw_targets(user, enrolment, now))


def may_propose_targets(user: User, enrolment: Enrolment, now: datetime) -> bool:
    """Lay the unit's own targets before the administrator, and take that back."""
    return bool(rubrics_policies.may_propose_targets(user, enrolment, now))


def may_decide_targets(user: User, cycle: Cycle, now: datetime) -> bool:
    """Agree to the targets that units propose, or return them."""
    return bool(rubrics_policies.may_approve_targets(user, cycle, now))


def may_see_target_plans(user: User, cycle: Cycle) -> bool:
    """All units' targets side by side."""
    return bool(rubrics_policies.may_see_board(user, cycle))


def may_fill_item(
    user: User,
    enrolment: Enrolment,
    submission: Submission | None,
    item: SheetItem | None,
    now: datetime,
    *,
    item_code: str = "",
) -> bool:
    """Write under one item: of a sheet returned in part, only under the items that were returned.

    A colleague writes under the items given to them only, so whoever asks names the item: by ``item_code`` where it
    has no row yet. An item that nobody named is no colleague's.
    """
    if not may_fill(user, enrolment, submission, now):
        code = item_code or (item.item_code if item else "")
        if code not in given_items(user, enrolment) or not may_fill(user, enrolment, submission, now, given=True):
            return False
    if submission is None:
        return True
    return may_amend(submission.state, submission.returned_scope, bool(item and item.reopened))


def may_submit(user: User, enrolment: Enrolment, submission: Submission | None, now: datetime) -> bool:
    """Hand the sheet in, or in again after it was returned."""
    state = submission.state if submission else Submission.State.DRAFT
    if state == Submission.State.DRAFT:
        return bool(rubrics_policies.may_submit_sheet(user, enrolment, now))
    if state == Submission.State.RETURNED:
        until = correct_until(enrolment, submission)
        return bool(rubrics_policies.may_submit_sheet(user, enrolment, now, verb="correct_sheet", until=until))
    return False


def may_lay_before(user: User, enrolment: Enrolment, submission: Submission | None, now: datetime) -> bool:
    """Lay the sheet before the head to be signed: a clerk, where the cycle does not let them submit themselves."""
    if not may_fill(user, enrolment, submission, now) or may_submit(user, enrolment, submission, now):
        return False
    return submission is None or submission.ready_at is None


def may_send_back(user: User, enrolment: Enrolment, submission: Submission | None, now: datetime) -> bool:
    """Give the sheet back unsigned: the head before whom it was laid, while they may submit it."""
    if submission is None or submission.ready_at is None:
        return False
    return rubrics_policies.signs(user, enrolment) and may_submit(user, enrolment, submission, now)


def may_review_unit(user: User, enrolment: Enrolment) -> bool:
    """Open the unit's review page: its assigned reviewers at any time, and those who oversee the cycle, reading."""
    return bool(rubrics_policies.assigned(user, enrolment) or rubrics_policies.may_see_board(user, enrolment.cycle))


def may_decide(user: User, enrolment: Enrolment, item_code: str | None, now: datetime) -> bool:
    """Decide on claims under an item, or under any of the unit's items."""
    return bool(rubrics_policies.may_review(user, enrolment, item_code, now))


def may_return(user: User, enrolment: Enrolment, item_code: str | None, now: datetime) -> bool:
    """Give an item, or the whole sheet, back to its unit."""
    return bool(rubrics_policies.may_return_sheet(user, enrolment, item_code, now))


def may_record(user: User, enrolment: Enrolment, item_code: str, now: datetime) -> bool:
    """Record what a reviewer found about the unit."""
    return bool(rubrics_policies.may_record_fact(user, enrolment, item_code, now))


def may_provide(user: User, enrolment: Enrolment, provider_codes: tuple[str, ...], now: datetime) -> bool:
    """Record a fact as one of the providers whom the clause names."""
    return bool(provider_codes) and bool(rubrics_policies.may_provide_fact(user, enrolment, provider_codes, now))


def may_import(user: User, cycle: Cycle, now: datetime) -> bool:
    """Bring records of a whole cycle in from a file."""
    return bool(rubrics_policies.may_import_facts(user, cycle, now))


def may_open_attachment(user: User, attachment: Attachment) -> bool:
    """See a file: its unit, the unit's reviewers, those who oversee the cycle, and a colleague while the file serves an
    item of theirs.
    """
    enrolment = attachment.enrolment
    if may_read_sheet(user, enrolment) or rubrics_policies.assigned(user, enrolment):
        return True
    given = given_items(user, enrolment)
    return bool(given) and ItemAttachment.objects.filter(attachment=attachment, item_code__in=given).exists()


def may_withdraw(user: User, fact: Fact, item_code: str, provider_codes: tuple[str, ...], now: datetime) -> bool:
    """Take back a recorded fact: whoever recorded it, while they may still record such facts."""
    if fact.created_by_id != user.pk or fact.state != Fact.State.RECORDED:
        return False
    if fact.origin == Fact.Origin.REVIEWER:
        return may_record(user, fact.enrolment, item_code, now)
    return fact.origin == Fact.Origin.PROVIDER and may_provide(user, fact.enrolment, provider_codes, now)


def may_see_progress(user: User, cycle: Cycle) -> bool:
    """How far every unit has come."""
    return bool(rubrics_policies.may_see_board(user, cycle))
