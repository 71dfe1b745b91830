"""What a unit confirms before its sheet opens: each prerequisite with its proof and a note, saved at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils import timezone

from appraisal_site.toolkit.models import compare_and_set
from evidence import beforehand, policies
from evidence.models import Attachment, PrerequisiteAnswer, PrerequisiteAttachment
from evidence.selectors.records import unit_of
from evidence.services import common
from evidence.services.common import Refused
from units.services import journal

if TYPE_CHECKING:
    from rubrics.definition.records import Prerequisite
    from rubrics.models import Enrolment
    from units.models import User

FIRST = 1
"""The version of an answer before anything was said: its row is made with this one."""


def answer_prerequisite(
    *, actor: User, enrolment: Enrolment, code: str, version: int, confirmed: bool | None = None,
    note: str | None = None,
) -> PrerequisiteAnswer:  # fmt: skip
    """Confirm a prerequisite, take that back, or change the note; what is None stays as it is.

    ``version`` is that of the answer the person saw, 1 where there was none. Confirming takes a file where the rubric
    demands one. Confirming and taking back are journalled. Raises Refused (``needs_file``), Conflict.
    """
    one, sheet = require_open(actor, enrolment, code)
    with transaction.atomic():
        common.touch(enrolment, sheet=sheet)
        row = ensure_answer(enrolment, code)
        if confirmed and beforehand.needs_file(one) and not row.files.exists():
            raise Refused("needs_file")
        before = {"confirmed": row.confirmed, "note": row.note}
        compare_and_set(row, version=version, **_changes(actor, row, confirmed, note))
        if row.confirmed != before["confirmed"]:
            journal.append(
                actor=actor, scope=common.scope_of(enrolment), obj=row,
                verb="prerequisite.confirmed" if row.confirmed else "prerequisite.taken_back",
                before=before,
                after={"code": code, "confirmed": row.confirmed, "note": row.note, "files": _hashes(row)},
            )  # fmt: skip
    return row


def _changes(actor: User, row: PrerequisiteAnswer, confirmed: bool | None, note: str | None) -> dict[str, Any]:
    changes: dict[str, Any] = {}
    if note is not None:
        changes["note"] = note.strip()
    if confirmed is True and not row.confirmed:
        changes |= {"confirmed": True, "confirmed_by": actor, "confirmed_at": timezone.now()}
    if confirmed is False:
        changes |= {"confirmed": False, "confirmed_by": None, "confirmed_at": None}
    return changes


def _hashes(row: PrerequisiteAnswer) -> list[str]:
    return list(row.files.values_list("attachment__sha256", flat=True))


def require_open(actor: User, enrolment: Enrolment, code: str) -> tuple[Prerequisite, int]:
    """Refuse where this is not the unit's to confirm now; the prerequisite, and the version of the sheet of which this
    was judged.
    """
    due = beforehand.prerequisites_for(common.definition_for(enrolment), unit_of(enrolment))
    one = next((one for one in due if one.code == code), None)
    if one is None:
        raise Refused("no_prerequisite")
    submission = common.submission_of(enrolment)
    if not policies.may_confirm(actor, enrolment, submission, timezone.now()):
        raise Refused("closed")
    return one, common.sheet_version(submission)


def ensure_answer(enrolment: Enrolment, code: str) -> PrerequisiteAnswer:
    """The row of the answer, made with the first thing that is said or attached."""
    return PrerequisiteAnswer.objects.get_or_create(enrolment=enrolment, code=code)[0]


def tie(enrolment: Enrolment, code: str, attachment: Attachment) -> bool:
    """Let a file prove a prerequisite; the caller has asked and queued. Whether it did not yet."""
    return PrerequisiteAttachment.objects.get_or_create(answer=ensure_answer(enrolment, code), attachment=attachment)[1]


def prove_by_given(*, actor: User, enrolment: Enrolment, code: str, attachment_pk: int) -> None:
    """Let a file that the unit gave already prove a prerequisite as well. Raises Refused (``not_given``)."""
    _one, sheet = require_open(actor, enrolment, code)
    with transaction.atomic():
        attachment = Attachment.objects.filter(enrolment=enrolment, pk=attachment_pk).first()
        if attachment is None:
            raise Refused("not_given")
        common.touch(enrolment, sheet=sheet)
        if tie(enrolment, code, attachment):
            journal.append(
                actor=actor, scope=common.scope_of(enrolment), verb="proof.attached", obj=attachment,
                after={"name": attachment.name, "prerequisite": code, "sha256": attachment.sha256},
            )  # fmt: skip


def detach_from_prerequisite(*, actor: User, enrolment: Enrolment, code: str, attachment_pk: int) -> None:
    """Take a file off a prerequisite; the file itself stays in the store and in the journal.

    The last file of one that is confirmed and has to be proved stays until the confirmation is taken back. Raises
    Refused (``proves``).
    """
    one, sheet = require_open(actor, enrolment, code)
    with transaction.atomic():
        rows = PrerequisiteAttachment.objects.filter(answer__enrolment=enrolment, answer__code=code)
        link = rows.filter(attachment_id=attachment_pk).select_related("attachment", "answer").first()
        if link is None:
            return
        common.touch(enrolment, sheet=sheet)
        link.answer.refresh_from_db()
        if link.answer.confirmed and beforehand.needs_file(one) and rows.count() == 1:
            raise Refused("proves")
        attachment = link.attachment
        link.delete()
        journal.append(
            actor=actor, scope=common.scope_of(enrolment), verb="proof.detached", obj=attachment,
            before={"name": attachment.name, "prerequisite": code, "sha256": attachment.sha256},
        )  # fmt: skip
