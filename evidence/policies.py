"""Who may do what with sheets, facts, proof and rulings. Deny by default; the phase is part of the answer.

What a person is to a cycle or a unit is answered by ``rubrics.policies``; this room adds the state of the sheet.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from evidence.lifecycle import may_amend
from evidence.models import Attachment, Fact, SheetItem, Submission
from rubrics import policies as rubrics_policies

if TYPE_CHECKING:
    from rubrics.models import Cycle, Enrolment
    from units.models import User


def may_read_sheet(user: User, enrolment: Enrolment) -> bool:
    """Read the whole sheet as its unit sees it: the unit itself and those who oversee the cycle."""
    return bool(rubrics_policies.acts_for(user, enrolment) or rubrics_policies.may_see_board(user, enrolment.cycle))


def may_fill(user: User, enrolment: Enrolment, submission: Submission | None, now: datetime) -> bool:
    """Write in the sheet at all: in its phase while it is a draft, longer while it is returned."""
    if submission is None or submission.state == Submission.State.DRAFT:
        return bool(rubrics_policies.may_fill_sheet(user, enrolment, now))
    if submission.state == Submission.State.RETURNED:
        return bool(rubrics_policies.may_correct_sheet(user, enrolment, now))
    return False


def may_fill_item(
    user: User, enrolment: Enrolment, submission: Submission | None, item: SheetItem | None, now: datetime
) -> bool:
    """Write under one item: of a sheet returned in part, only under the items that were returned."""
    if not may_fill(user, enrolment, submission, now):
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
        return bool(rubrics_policies.may_submit_sheet(user, enrolment, now, verb="correct_sheet"))
    return False


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
    """See a file: its unit, the unit's reviewers, and those who oversee the cycle."""
    enrolment = attachment.enrolment
    return may_read_sheet(user, enrolment) or bool(rubrics_policies.assigned(user, enrolment))


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
