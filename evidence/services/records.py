"""Records of whole units brought in at once: a demonstration's, another deployment's. Few queries for each unit."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from io import BytesIO
from typing import TYPE_CHECKING, Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from appraisal_site.toolkit.models import compare_and_set
from evidence import beforehand, files, outline, policies, store
from evidence.facts import Fact as FactRecord
from evidence.models import (
    Attachment,
    Fact,
    ItemAttachment,
    PanelRating,
    PrerequisiteAnswer,
    Ruling,
    SheetItem,
    Submission,
)
from evidence.said import FIELDS, to_stored
from evidence.selectors.records import unit_of
from evidence.services import common, looks, prerequisites
from evidence.services.items import entry_for
from evidence.services.proof import file_limit
from evidence.services.sheets import LANG, receipt_number
from evidence.services.versions import append_version
from evidence.worth import worth_of
from rubrics import services as rubrics_services
from rubrics.kinds.numbers import plain
from units.services import journal

if TYPE_CHECKING:
    from datetime import datetime

    from rubrics.definition import Definition
    from rubrics.models import Cycle, Enrolment
    from units.models import User


@dataclass(frozen=True)
class Recorded:
    """How the facts of one unit are brought in.

    ``claimed_by`` makes them claims of the unit by that person, ``provided_by`` facts that a provider recorded
    (otherwise they are imported); ``submitted_at`` hands the sheet in at that time, with every item without a claim
    reported as nothing; ``decided_by`` accepts them all at ``decided_at`` (now, where left out) but those whose ids are
    in ``undecided``, and exempts those that the file exempts. A claim that the file exempts asks for it with the file's
    reason; where nobody decides, it still waits.
    """

    claimed_by: User | None = None
    provided_by: User | None = None
    submitted_at: datetime | None = None
    decided_by: User | None = None
    decided_at: datetime | None = None
    undecided: frozenset[str] = frozenset()


@transaction.atomic
def load_records(
    *, actor: User | None, enrolment: Enrolment, facts: Iterable[FactRecord], recorded: Recorded = Recorded()
) -> list[Fact]:
    """Store the facts of one unit as a facts file has them (checked by ``evidence.facts`` before); returns the rows.

    ``actor=None`` is the house itself: a command of the person at the machine.
    """
    if actor is not None and not policies.may_import(actor, enrolment.cycle, timezone.now()):
        raise PermissionDenied
    common.touch(enrolment)
    records = list(facts)
    claimed = recorded.claimed_by is not None
    draft = claimed and recorded.submitted_at is None
    definition = common.definition_for(enrolment)
    rows = Fact.objects.bulk_create(
        Fact(
            enrolment=enrolment,
            clause_code=record.clause,
            origin=_origin(recorded),
            state=Fact.State.DRAFT if draft else Fact.State.RECORDED,
            said=to_stored({name: getattr(record, name) for name in FIELDS}),
            date=record.date,
            matter=record.matter or "",
            share=""
            if record.share is None
            else record.share
            if isinstance(record.share, str)
            else plain(record.share),
            modifiers=list(record.modifiers),
            note=record.note or "",
            exempt_reason=_why_exempt(record) if claimed and _asks(definition, record) else "",
            created_by=recorded.claimed_by or recorded.provided_by or actor,
        )
        for record in records
    )
    if claimed:
        _fill_sheet(enrolment, rows, recorded)
    if not draft:
        _decide_all(rows, records, recorded)
    journal.append(
        actor=actor, scope=common.scope_of(enrolment), verb="facts.loaded", obj=enrolment,
        after={"count": len(rows), "claimed": claimed, "decided": recorded.decided_by is not None},
    )  # fmt: skip
    return rows


def _origin(recorded: Recorded) -> str:
    if recorded.claimed_by is not None:
        return Fact.Origin.UNIT
    return Fact.Origin.PROVIDER if recorded.provided_by is not None else Fact.Origin.IMPORT


def _fill_sheet(enrolment: Enrolment, rows: list[Fact], recorded: Recorded) -> None:
    """The sheet's own rows: claimed items, and once it is handed in, nothing to report everywhere else."""
    submission = common.ensure_submission(enrolment)
    claimed = {outline.item_of(row.clause_code) for row in rows}
    stored = set(SheetItem.objects.filter(submission=submission).values_list("item_code", flat=True))
    items = []
    for entry in outline.outline_of(common.definition_for(enrolment), unit_of(enrolment)):
        if entry.code in stored or not entry.claimable:
            continue
        if entry.code in claimed:
            items.append(SheetItem(submission=submission, item_code=entry.code, state=SheetItem.State.CLAIMED))
        elif recorded.submitted_at is not None:
            items.append(SheetItem(submission=submission, item_code=entry.code, state=SheetItem.State.NOTHING))
    SheetItem.objects.bulk_create(items)
    changes: dict[str, Any] = {"saved_at": recorded.submitted_at or timezone.now()}
    if recorded.submitted_at is not None:
        times = submission.times + 1
        receipt = receipt_number(enrolment, times)
        assert recorded.claimed_by is not None  # or there were no claims to fill the sheet with
        kept = append_version(
            enrolment=enrolment, submission=submission, actor=recorded.claimed_by, at=recorded.submitted_at,
            number=times, receipt=receipt, worth=worth_of(enrolment, LANG),
        )  # fmt: skip
        changes |= {
            "state": Submission.State.SUBMITTED,
            "submitted_at": recorded.submitted_at,
            "submitted_by": recorded.claimed_by,
            "times": times,
            "receipt_number": receipt,
            "fingerprint": kept.fingerprint,
        }
    Submission.objects.filter(pk=submission.pk).update(**changes)


def _asks(definition: Definition, record: FactRecord) -> bool:
    clause = definition.clauses.get(record.clause)
    return record.exempt and clause is not None and outline.may_ask_exemption(clause)


def _why_exempt(record: FactRecord) -> str:
    """A file need not say why; a ruling and a unit that asks must."""
    return record.reason or record.note or "–"


def _decide_all(rows: list[Fact], records: list[FactRecord], recorded: Recorded) -> None:
    now = recorded.decided_at or timezone.now()
    rulings = []
    for row, record in zip(rows, records, strict=True):
        exempt = record.exempt and not row.exempt_reason
        if not (recorded.decided_by is not None or exempt) or record.id in recorded.undecided:
            continue
        verdict = Ruling.Verdict.EXEMPT if record.exempt else Ruling.Verdict.ACCEPTED
        reason = _why_exempt(record) if record.exempt else ""
        rulings.append(
            Ruling(
                fact=row, number=1, fact_version=row.version, verdict=verdict, reason=reason,
                decided_by=recorded.decided_by, decided_at=now,
            )
        )  # fmt: skip
    Ruling.objects.bulk_create(rulings)


@transaction.atomic
def load_proof(
    *, actor: User | None, enrolment: Enrolment, item_code: str, name: str, content: bytes, uploaded_by: User
) -> Attachment:
    """Give an item of a sheet a file as its unit would have, whatever the phase. Call it before ``load_records``.

    Raises ``files.Refused`` where the file is not one that is taken.
    """
    if actor is not None and not policies.may_import(actor, enrolment.cycle, timezone.now()):
        raise PermissionDenied
    entry_for(enrolment, item_code)
    attachment = _file(enrolment, name, content, uploaded_by)
    submission = common.ensure_submission(enrolment)
    ItemAttachment.objects.get_or_create(submission=submission, item_code=item_code, attachment=attachment)
    _note_proof(uploaded_by, enrolment, attachment, item=item_code, fact=None)
    return attachment


@transaction.atomic
def load_confirmations(
    *, actor: User | None, enrolment: Enrolment, codes: Iterable[str] | None, name: str, content: bytes,
    confirmed_by: User, confirmed_at: datetime,
) -> list[PrerequisiteAnswer]:  # fmt: skip
    """Confirm prerequisites as the unit would have, whatever the phase: those of these codes, all that apply where
    ``codes`` is None. One file proves them all. Raises ``files.Refused`` where it is not one that is taken.
    """
    if actor is not None and not policies.may_import(actor, enrolment.cycle, timezone.now()):
        raise PermissionDenied
    due = beforehand.prerequisites_for(common.definition_for(enrolment), unit_of(enrolment))
    wanted = [one.code for one in due if codes is None or one.code in set(codes)]
    if not wanted:
        return []
    attachment, answers = _file(enrolment, name, content, confirmed_by), []
    for code in wanted:
        prerequisites.tie(enrolment, code, attachment)
        answer = prerequisites.ensure_answer(enrolment, code)
        compare_and_set(
            answer, version=answer.version, confirmed=True, confirmed_by=confirmed_by, confirmed_at=confirmed_at
        )
        answers.append(answer)
        journal.append(
            actor=confirmed_by, scope=common.scope_of(enrolment), verb="prerequisite.confirmed", obj=answer,
            after={"code": code, "confirmed": True, "note": "", "files": [attachment.sha256]},
        )  # fmt: skip
    return answers


def _file(enrolment: Enrolment, name: str, content: bytes, uploaded_by: User) -> Attachment:
    """The unit's file with these bytes, kept in the store if it is not there yet."""
    kind = files.inspect(name, BytesIO(content), len(content), limit=file_limit())
    common.touch(enrolment)
    digest = hashlib.sha256(content).hexdigest()
    attachment = Attachment.objects.filter(enrolment=enrolment, sha256=digest).first()
    if attachment is None:
        kept = store.keep([content])
        attachment = Attachment.objects.create(
            enrolment=enrolment, uploaded_by=uploaded_by, file=kept.name, name=files.clean_name(name),
            size=kept.size, sha256=kept.sha256, kind=kind,
        )  # fmt: skip
        transaction.on_commit(partial(looks.look_at, attachment.pk), robust=True)
    return attachment


def _note_proof(actor: User, enrolment: Enrolment, attachment: Attachment, **places: Any) -> None:
    told = {"name": attachment.name, "size": attachment.size, "sha256": attachment.sha256}
    journal.append(
        actor=actor, scope=common.scope_of(enrolment), verb="proof.attached", obj=attachment, after={**told, **places}
    )


@transaction.atomic
def load_ratings(
    *, actor: User | None, cycle: Cycle, ratings: Iterable[Mapping[str, Any]], enrolments: Mapping[str, Enrolment]
) -> int:
    """Store a panel's ballots as counts from a file: mappings with panel, group, unit (its code) and values.

    Ballots already stored for the same panel, group and unit are replaced. Returns how many rows there are.
    """
    if actor is not None and not policies.may_import(actor, cycle, timezone.now()):
        raise PermissionDenied
    rows = [
        PanelRating(
            cycle=cycle, panel_code=one["panel"], group_code=one["group"], enrolment=enrolments[one["unit"]],
            values=[None if value is None else str(value) for value in one["values"]],
        )
        for one in ratings
    ]  # fmt: skip
    PanelRating.objects.bulk_create(
        rows, update_conflicts=True, update_fields=["values"],
        unique_fields=["cycle", "panel_code", "group_code", "enrolment"],
    )  # fmt: skip
    rubrics_services.touch_cycle(cycle)
    journal.append(actor=actor, scope=f"cycle:{cycle.pk}", verb="ratings.loaded", obj=cycle, after={"count": len(rows)})
    return len(rows)
