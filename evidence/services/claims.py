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
from evidence.services.attempts import ONCE, Attempt, made_before
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


BLANK_EXTRAS: Mapping[str, Any] = {
    "date": None, "matter": "", "share": "", "modifiers": [], "note": "", "exempt_reason": "",
}  # fmt: skip


def save_claim(
    *, actor: User, enrolment: Enrolment, clause_code: str, claim: Claim,
    fact_pk: int | None = None, version: int = 0, first: bool = False, attempt: Attempt = ONCE,
) -> Saved:  # fmt: skip
    """Create, change or take back one claim of the unit's sheet.

    ``version`` is that of the fact the person had before them; ``first`` says that they saw none under the clause, so
    that a claim made meanwhile by a colleague is a Conflict and not a second claim. A blank claim takes the fact back.
    What is sent again (``attempt``) because its answer was lost is saved once.
    Drafts are not journalled one by one; the submission is. Raises Refused, Invalid, Conflict.
    """
    definition = common.definition_for(enrolment)
    common.clause_for(definition, clause_code)
    sheet = _require_open(actor, enrolment, definition, clause_code)
    if not claim.blank:
        common.check_fact(enrolment, clause_code, claim.said, claim.extras)
    with transaction.atomic():
        writer = _Writer(actor, enrolment, common.ensure_submission(enrolment), sheet, attempt)
        if fact_pk is not None:
            fact: Fact | None = _live_claim(enrolment, clause_code, fact_pk)
        else:
            fact = made_before(attempt, enrolment.pk, clause_code)
        if fact is None:
            return writer.create(clause_code, claim, first=first)
        return writer.take_back(fact, version) if claim.blank else writer.change(fact, claim, version)


def withdraw_claim(*, actor: User, enrolment: Enrolment, fact_pk: int, version: int, attempt: Attempt = ONCE) -> Saved:
    """Take one claim back; it stays on file and counts no more. Raises Refused, Conflict."""
    fact = _live_claim(enrolment, None, fact_pk)
    sheet = _require_open(actor, enrolment, common.definition_for(enrolment), fact.clause_code)
    with transaction.atomic():
        writer = _Writer(actor, enrolment, common.ensure_submission(enrolment), sheet, attempt)
        return writer.take_back(fact, version)


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
    if not policies.may_fill_item(actor, enrolment, submission, row, timezone.now(), item_code=item_code):
        raise common.locked(enrolment, submission)
    return common.sheet_version(submission)


def _live_claim(enrolment: Enrolment, clause_code: str | None, fact_pk: int) -> Fact:
    rows = Fact.objects.filter(pk=fact_pk, enrolment=enrolment, origin=Fact.Origin.UNIT)
    if clause_code is not None:
        rows = rows.filter(clause_code=clause_code)
    fact = rows.first()
    if fact is None:
        raise Refused("no_fact")
    return fact


@dataclass(frozen=True)
class _Writer:
    """Writes one claim, inside the transaction of whoever made it; ``sheet`` is the version that was judged open."""

    actor: User
    enrolment: Enrolment
    submission: Submission
    sheet: int
    attempt: Attempt

    def create(self, clause_code: str, claim: Claim, *, first: bool) -> Saved:
        if claim.blank:
            return Saved(None, False, self.submission.saved_at or timezone.now(), self.submission)
        common.touch(self.enrolment, sheet=self.sheet)
        before = made_before(self.attempt, self.enrolment.pk, clause_code)
        if before is not None:  # the same request, sent twice at once
            return self.change(before, claim, 0)
        if first:
            others = Fact.objects.filter(enrolment=self.enrolment, clause_code=clause_code, origin=Fact.Origin.UNIT)
            other = others.exclude(state=Fact.State.WITHDRAWN).order_by("-pk").first()
            if other is not None:
                raise Conflict(other, sent=0, current=other.version)
        fact = Fact.objects.create(
            enrolment=self.enrolment,
            clause_code=clause_code,
            origin=Fact.Origin.UNIT,
            state=Fact.State.DRAFT,
            said=to_stored(claim.said),
            created_by=self.actor,
            changed_by=self.actor,
            client_key=self.attempt.form,
            save_key=self.attempt.key,
            **{**BLANK_EXTRAS, **claim.extras},
        )
        return _saved(self.submission, fact, clause_code)

    def change(self, fact: Fact, claim: Claim, version: int) -> Saved:
        wanted = {"said": to_stored(claim.said), **claim.extras, "misfit": ""}
        if fact.state != Fact.State.WITHDRAWN and all(getattr(fact, name) == value for name, value in wanted.items()):
            return Saved(fact, False, fact.updated_at, self.submission)
        if fact.state == Fact.State.WITHDRAWN:
            raise Conflict(fact, sent=version, current=fact.version)
        self._write(fact, version, "amend", **wanted)
        return _saved(self.submission, fact, fact.clause_code)

    def take_back(self, fact: Fact, version: int) -> Saved:
        if fact.state == Fact.State.WITHDRAWN:
            return Saved(None, False, fact.updated_at, self.submission)
        self._write(fact, version, "withdraw")
        saved = _saved(self.submission, fact, fact.clause_code)
        return Saved(None, True, saved.at, self.submission)

    def _write(self, fact: Fact, version: int, action: str, **changes: Any) -> None:
        common.touch(self.enrolment, sheet=self.sheet)
        seen = fact.version if self.attempt.wrote(fact.save_key) else version
        state = lifecycle.step(lifecycle.FACT, fact.state, action)
        compare_and_set(
            fact, version=seen, state=state, updated_at=timezone.now(), changed_by=self.actor,
            save_key=self.attempt.key, **changes,
        )  # fmt: skip


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
