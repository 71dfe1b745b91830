"""Files given as proof: checked, kept in the store, tied to an item or a fact."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from evidence import files, outline, policies, store
from evidence.models import Attachment, Fact, FactAttachment, ItemAttachment, SheetItem, Submission
from evidence.services import common
from evidence.services.common import Refused
from evidence.services.items import entry_for
from units.services import journal

if TYPE_CHECKING:
    from rubrics.models import Enrolment
    from units.models import User

FILE_LIMIT = 50 * 1024 * 1024
"""Bytes of one file, unless the setting EVIDENCE_FILE_LIMIT says otherwise."""


def file_limit() -> int:
    return int(getattr(settings, "EVIDENCE_FILE_LIMIT", FILE_LIMIT))


def attach_file(
    *, actor: User, enrolment: Enrolment, upload: Any, item_code: str | None = None, fact: Fact | None = None
) -> Attachment:
    """Keep an uploaded file and tie it to an item of the sheet, or to a fact that the actor recorded.

    ``upload`` is Django's UploadedFile. A file whose bytes the unit already gave is not kept twice. Raises Refused
    (who or when), ``files.Refused`` (the file itself).
    """
    sheet = _require(actor, enrolment, item_code, fact)
    name = files.clean_name(upload.name or "")
    kind = files.inspect(name, upload.file, upload.size, limit=file_limit())
    kept = store.keep(upload.chunks())
    try:
        return _tie(actor, enrolment, name, kind, kept, item_code, fact, sheet)
    except BaseException:
        store.drop(kept.name)
        raise


def _require(actor: User, enrolment: Enrolment, item_code: str | None, fact: Fact | None) -> int | None:
    """Refuse what is not allowed now; for an item the version of the sheet of which this was judged."""
    sheet: int | None = None
    now = timezone.now()
    if fact is not None:
        if fact.enrolment_id != enrolment.pk or fact.created_by_id != actor.pk:
            raise Refused("closed")
        if fact.origin == Fact.Origin.REVIEWER:
            allowed = policies.may_record(actor, enrolment, outline.item_of(fact.clause_code), now)
        else:
            definition = common.definition_for(enrolment)
            codes = definition.providers_of(fact.clause_code, enrolment.series_code)
            allowed = policies.may_provide(actor, enrolment, codes, now)
    else:
        entry_for(enrolment, item_code or "")
        submission = common.submission_of(enrolment)
        row = common.item_row(submission, item_code or "")
        allowed = policies.may_fill_item(actor, enrolment, submission, row, now)
        sheet = common.sheet_version(submission)
    if not allowed:
        raise Refused("closed")
    return sheet


@transaction.atomic
def _tie(
    actor: User, enrolment: Enrolment, name: str, kind: str, kept: store.Stored,
    item_code: str | None, fact: Fact | None, sheet: int | None,
) -> Attachment:  # fmt: skip
    # Proof moves no points, but the row makes two uploads of one unit queue, so that the same file is seen as the same.
    common.touch(enrolment, sheet=sheet)
    attachment = Attachment.objects.filter(enrolment=enrolment, sha256=kept.sha256, size=kept.size).first()
    if attachment is None:
        attachment = Attachment.objects.create(
            enrolment=enrolment, uploaded_by=actor, file=kept.name, name=name,
            size=kept.size, sha256=kept.sha256, kind=kind,
        )  # fmt: skip
    else:
        transaction.on_commit(lambda: store.drop(kept.name))
    if fact is not None:
        FactAttachment.objects.get_or_create(fact=fact, attachment=attachment)
    else:
        submission = common.ensure_submission(enrolment)
        ItemAttachment.objects.get_or_create(submission=submission, item_code=item_code, attachment=attachment)
        _reply(submission, item_code or "")
        common.note_saved(submission)
    journal.append(
        actor=actor, scope=common.scope_of(enrolment), verb="proof.attached", obj=attachment,
        after={"name": name, "size": kept.size, "sha256": kept.sha256, "item": item_code, "fact": fact and fact.pk},
    )  # fmt: skip
    return attachment


def _reply(submission: Submission, item_code: str) -> None:
    """A file added to a returned item answers the return; whether it is filled in follows from its claims."""
    row = common.item_row(submission, item_code)
    if row is not None and row.state == SheetItem.State.RETURNED:
        claims = Fact.objects.filter(
            enrolment_id=submission.enrolment_id, origin=Fact.Origin.UNIT, clause_code__startswith=f"{item_code}."
        ).exclude(state=Fact.State.WITHDRAWN)
        state = SheetItem.State.CLAIMED if claims.exists() else SheetItem.State.UNTOUCHED
        common.set_item(submission, item_code, state=state)


def detach_file(*, actor: User, enrolment: Enrolment, item_code: str, attachment_pk: int) -> None:
    """Take a file off an item; the file itself stays in the store and in the journal. Raises Refused."""
    submission = common.submission_of(enrolment)
    row = common.item_row(submission, item_code)
    if not policies.may_fill_item(actor, enrolment, submission, row, timezone.now()):
        raise Refused("closed")
    with transaction.atomic():
        link = ItemAttachment.objects.filter(
            submission=submission, item_code=item_code, attachment_id=attachment_pk
        ).select_related("attachment").first()  # fmt: skip
        if link is None:
            return
        common.touch(enrolment, sheet=common.sheet_version(submission))
        attachment = link.attachment
        link.delete()
        common.note_saved(common.ensure_submission(enrolment))
        journal.append(
            actor=actor, scope=common.scope_of(enrolment), verb="proof.detached", obj=attachment,
            before={"name": attachment.name, "item": item_code, "sha256": attachment.sha256},
        )  # fmt: skip
