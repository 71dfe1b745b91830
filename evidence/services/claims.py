"""What a unit claims: one fact of its sheet at a time, saved as it is typed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils import timezone

from appraisal_site.toolkit.conflicts import Conflict
from appraisal_site.toolkit.models import compare_and_set
from evidence import lifecycle, outline, policies
from evidence.models import Fact, SheetItem, Submission
from evidence.said import to_stored
from evidence.selectors.records import unit_of
from evidence.services import common
from evidence.services.common import Refused

if TYPE_CHECKING:
    from rubrics.models import Enrolment
    from units.models import User


@dataclass(frozen=True)
class Claim:
    """What a claim says: the basis's fields, and the fields any fact may have; those not named stay as they are."""

    said: Mapping[str, Any]
    extras: Mapping[str, Any]
    present: bool = False

    @property
    def blank(self) -> bool:
        return not (self.said or self.present)


@dataclass(frozen=True)
class Saved:
    """The outcome: the fact (None once it was taken back), whether anything changed, and when it was saved."""

    fact: Fact | None
    changed: bool
    at: datetime
    submission: Submission


BLANK_EXTRAS: Mapping[str, Any] = {"date": None, "matter": "", "share": "", "modifiers": [], "note": ""}


def save_claim(
    *, actor: User, enrolment: Enrolment, clause_code: str, claim: Claim,
    fact_pk: int | None = None, version: int = 0, first: bool = False,
) -> Saved:  # fmt: skip
    """Create, change or take back one claim of the unit's sheet.

    ``version`` is that of the fact the person had before them; ``first`` says that they saw none under the clause, so
    that a claim made meanwhile by a colleague is a Conflict and not a second claim. A blank claim takes the fact back.
    Drafts are not journalled one by one; the submission is. Raises Refused, Invalid, Conflict.
    """
    definition = common.definition_for(enrolment)
    common.clause_for(definition, clause_code)
    sheet = _require_open(actor, enrolment, definition, clause_code)
    if not claim.blank:
        common.check_fact(enrolment, clause_code, claim.said, claim.extras)
    with transaction.atomic():
        submission = common.ensure_submission(enrolment)
        if fact_pk is None:
            return _create(actor, enrolment, submission, clause_code, claim, sheet, first=first)
        fact = _live_claim(enrolment, clause_code, fact_pk)
        if claim.blank:
            return _take_back(enrolment, submission, fact, version, sheet)
        return _change(enrolment, submission, fact, claim, version, sheet)


def withdraw_claim(*, actor: User, enrolment: Enrolment, fact_pk: int, version: int) -> Saved:
    """Take one claim back; it stays on file and counts no more. Raises Refused, Conflict."""
    fact = _live_claim(enrolment, None, fact_pk)
    sheet = _require_open(actor, enrolment, common.definition_for(enrolment), fact.clause_code)
    with transaction.atomic():
        return _take_back(enrolment, common.ensure_submission(enrolment), fact, version, sheet)


def _require_open(actor: User, enrolment: Enrolment, definition: Any, clause_code: str) -> int:
    """Refuse where the clause is not the unit's to fill in now; the version of the sheet of which this was judged."""
    item_code = outline.item_of(clause_code)
    concerned = {entry.code: entry for entry in outline.outline_of(definition, unit_of(enrolment))}
    entry = concerned.get(item_code)
    allowed = {code for code, clause in entry.clauses if outline.is_claimable(clause)} if entry else set()
    if clause_code not in allowed:
        raise Refused("not_concerned")
    submission = common.submission_of(enrolment)
    row = common.item_row(submission, item_code)
    if not policies.may_fill_item(actor, enrolment, submission, row, timezone.now()):
        raise Refused("closed")
    return common.sheet_version(submission)


def _live_claim(enrolment: Enrolment, clause_code: str | None, fact_pk: int) -> Fact:
    rows = Fact.objects.filter(pk=fact_pk, enrolment=enrolment, origin=Fact.Origin.UNIT)
    if clause_code is not None:
        rows = rows.filter(clause_code=clause_code)
    fact = rows.first()
    if fact is None:
        raise Refused("no_fact")
    return fact


def _create(
    actor: User,
    enrolment: Enrolment,
    submission: Submission,
    clause_code: str,
    claim: Claim,
    sheet: int,
    *,
    first: bool,
) -> Saved:
    if claim.blank:
        return Saved(None, False, submission.saved_at or timezone.now(), submission)
    common.touch(enrolment, sheet=sheet)
    if first:
        others = Fact.objects.filter(enrolment=enrolment, clause_code=clause_code, origin=Fact.Origin.UNIT)
        other = others.exclude(state=Fact.State.WITHDRAWN).order_by("-pk").first()
        if other is not None:
            raise Conflict(other, sent=0, current=other.version)
    fact = Fact.objects.create(
        enrolment=enrolment,
        clause_code=clause_code,
        origin=Fact.Origin.UNIT,
        state=Fact.State.DRAFT,
        said=to_stored(claim.said),
        created_by=actor,
        **{**BLANK_EXTRAS, **claim.extras},
    )
    return _saved(submission, fact, clause_code)


def _change(enrolment: Enrolment, submission: Submission, fact: Fact, claim: Claim, version: int, sheet: int) -> Saved:
    wanted = {"said": to_stored(claim.said), **claim.extras, "misfit": ""}
    if fact.state != Fact.State.WITHDRAWN and all(getattr(fact, name) == value for name, value in wanted.items()):
        return Saved(fact, False, fact.updated_at, submission)
    if fact.state == Fact.State.WITHDRAWN:
        raise Conflict(fact, sent=version, current=fact.version)
    common.touch(enrolment, sheet=sheet)
    state = lifecycle.step(lifecycle.FACT, fact.state, "amend")
    compare_and_set(fact, version=version, state=state, updated_at=timezone.now(), **wanted)
    return _saved(submission, fact, fact.clause_code)


def _take_back(enrolment: Enrolment, submission: Submission, fact: Fact, version: int, sheet: int) -> Saved:
    if fact.state == Fact.State.WITHDRAWN:
        return Saved(None, False, fact.updated_at, submission)
    common.touch(enrolment, sheet=sheet)
    state = lifecycle.step(lifecycle.FACT, fact.state, "withdraw")
    compare_and_set(fact, version=version, state=state, updated_at=timezone.now())
    saved = _saved(submission, fact, fact.clause_code)
    return Saved(None, True, saved.at, submission)


def _saved(submission: Submission, fact: Fact, clause_code: str) -> Saved:
    """Bring the item's state along: it is filled in while it holds a claim."""
    item_code = outline.item_of(clause_code)
    claims = Fact.objects.filter(
        enrolment_id=submission.enrolment_id, origin=Fact.Origin.UNIT, clause_code__startswith=f"{item_code}."
    ).exclude(state=Fact.State.WITHDRAWN)
    holds = any(outline.item_of(code) == item_code for code in claims.values_list("clause_code", flat=True))
    row = common.item_row(submission, item_code)
    before = row.state if row else SheetItem.State.UNTOUCHED
    state = lifecycle.step(lifecycle.ITEM, before, "claim" if holds else "clear")
    common.set_item(submission, item_code, state=state, reason="", granted=None, granted_reason="")
    return Saved(fact, True, common.note_saved(submission), submission)
