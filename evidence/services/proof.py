"""Files given as proof: checked, kept in the store, tied to an item or a fact."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from evidence import files, outline, policies, store, wording
from evidence.models import Attachment, Fact, FactAttachment, ItemAttachment, SheetItem, Submission
from evidence.selectors.given import cycle_room, unit_room
from evidence.services import common, looks, prerequisites
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


@dataclass(frozen=True)
class Arrived:
    """An upload that was checked and lies in the store, not named by any row yet."""

    name: str
    kind: str
    kept: store.Stored


@dataclass(frozen=True)
class Given:
    """What became of a file: ``known`` where the unit had given the same bytes before, so that they were not stored
    again; ``here`` where it served the place already, so that nothing was changed.
    """

    attachment: Attachment
    known: bool
    here: bool


def attach_file(
    *, actor: User, enrolment: Enrolment, upload: Any, item_code: str | None = None, fact: Fact | None = None,
    prerequisite: str | None = None,
) -> Attachment:  # fmt: skip
    """Keep an uploaded file and tie it to an item of the sheet, a prerequisite, or a fact that the actor recorded.

    ``upload`` is Django's UploadedFile. A file whose bytes the unit already gave is not kept twice. Raises Refused
    (who or when), ``files.Refused`` (the file itself, or no room for it).
    """
    return give_file(
        actor=actor, enrolment=enrolment, upload=upload, item_code=item_code, fact=fact, prerequisite=prerequisite
    ).attachment


def give_file(
    *, actor: User, enrolment: Enrolment, upload: Any, item_code: str | None = None, fact: Fact | None = None,
    prerequisite: str | None = None,
) -> Given:  # fmt: skip
    """The same, and whether the file was known."""
    sheet: int | None = None
    if prerequisite is not None:
        _one, sheet = prerequisites.require_open(actor, enrolment, prerequisite)
    elif fact is not None:
        _require_fact(actor, enrolment, fact)
    else:
        sheet = require_item(actor, enrolment, item_code or "")
    with arriving(enrolment, upload, of_unit=fact is None) as arrived, transaction.atomic():
        return _tie(actor, enrolment, arrived, item_code, fact, prerequisite, sheet)


@contextmanager
def arriving(enrolment: Enrolment, upload: Any, *, of_unit: bool = True) -> Iterator[Arrived]:
    """Check an upload and keep its bytes; they are dropped again where the block fails.

    ``of_unit``: the unit gives it, so that its own limit counts. Raises ``files.Refused``. What has surely no room is
    refused before it is written; `row_of` asks again where nobody can come between.
    """
    name = files.clean_name(upload.name or "")
    kind = files.inspect(name, upload.file, upload.size, limit=file_limit())
    if not Attachment.objects.filter(enrolment=enrolment, size=upload.size).exists():
        require_room(enrolment, upload.size, of_unit=of_unit)
    kept = store.keep(upload.chunks())
    try:
        yield Arrived(name, kind, kept)
    except BaseException:
        store.drop(kept.name)
        raise


def row_of(
    actor: User, enrolment: Enrolment, arrived: Arrived, *, of_unit: bool = True, **said: Any
) -> tuple[Attachment, bool]:
    """The row of a file that arrived, and whether there was one already. In a transaction that has touched the unit:
    so uploads of one unit queue, and the same file is seen as the same. ``said`` is what a new row says besides.
    """
    kept = arrived.kept
    known = Attachment.objects.filter(enrolment=enrolment, sha256=kept.sha256, size=kept.size).first()
    if known is not None:
        transaction.on_commit(lambda: store.drop(kept.name))
        return known, True
    require_room(enrolment, kept.size, of_unit=of_unit)
    made = Attachment.objects.create(
        enrolment=enrolment, uploaded_by=actor, file=kept.name, name=arrived.name,
        size=kept.size, sha256=kept.sha256, kind=arrived.kind, **said,
    )  # fmt: skip
    looks.ask_for_look(made)
    return made, False


def require_room(enrolment: Enrolment, size: int, *, of_unit: bool) -> None:
    """Raise ``files.Refused`` with figures where ``size`` bytes go beyond what the unit or the cycle may give."""
    shown = wording.mega_text(size)
    if of_unit:
        room = unit_room(enrolment)
        if size > room.left:
            raise files.Refused("unit_room", {"used": room.used_text, "room": room.limit_text, "needs": shown})
    room = cycle_room(enrolment.cycle)
    if size > room.left:
        left = wording.mega_text(room.left)
        raise files.Refused("cycle_room", {"room": room.limit_text, "left": left, "needs": shown})


def require_item(actor: User, enrolment: Enrolment, item_code: str) -> int:
    """The version of the sheet of which it was judged that the person may write under the item; else Refused."""
    entry_for(enrolment, item_code)
    submission = common.submission_of(enrolment)
    row = common.item_row(submission, item_code)
    if not policies.may_fill_item(actor, enrolment, submission, row, timezone.now(), item_code=item_code):
        raise common.locked(enrolment, submission)
    return common.sheet_version(submission)


def _require_fact(actor: User, enrolment: Enrolment, fact: Fact) -> None:
    """Refuse where the person may not add to that fact now."""
    now = timezone.now()
    if fact.enrolment_id != enrolment.pk or fact.created_by_id != actor.pk:
        raise Refused("closed")
    if fact.origin == Fact.Origin.REVIEWER:
        allowed = policies.may_record(actor, enrolment, outline.item_of(fact.clause_code), now)
    else:
        definition = common.definition_for(enrolment)
        codes = definition.providers_of(fact.clause_code, enrolment.series_code)
        allowed = policies.may_provide(actor, enrolment, codes, now)
    if not allowed:
        raise Refused("closed")


def _tie(
    actor: User, enrolment: Enrolment, arrived: Arrived,
    item_code: str | None, fact: Fact | None, prerequisite: str | None, sheet: int | None,
) -> Given:  # fmt: skip
    common.touch(enrolment, sheet=sheet)
    attachment, known = row_of(actor, enrolment, arrived, of_unit=fact is None)
    if prerequisite is not None:
        made = prerequisites.tie(enrolment, prerequisite, attachment)
    elif fact is not None:
        made = FactAttachment.objects.get_or_create(fact=fact, attachment=attachment)[1]
    else:
        made = tie_item(enrolment, item_code or "", attachment)
    if made is False:
        return Given(attachment, known=True, here=True)
    places = {"item": item_code, "fact": fact and fact.pk, **({"prerequisite": prerequisite} if prerequisite else {})}
    note_attached(actor, enrolment, attachment, **places)
    return Given(attachment, known=known, here=False)


def tie_item(enrolment: Enrolment, item_code: str, attachment: Attachment, clause_code: str = "") -> bool:
    """Let a file serve an item, in a transaction that has touched the unit; whether it did not yet."""
    submission = common.ensure_submission(enrolment)
    _link, made = ItemAttachment.objects.get_or_create(
        submission=submission, item_code=item_code, attachment=attachment, defaults={"clause_code": clause_code}
    )
    if made:
        reply(submission, item_code)
        common.note_saved(submission)
    return made


def note_attached(actor: User, enrolment: Enrolment, attachment: Attachment, **places: Any) -> None:
    """Write into the journal that a file serves something from now on."""
    after = {"name": attachment.name, "size": attachment.size, "sha256": attachment.sha256, **places}
    journal.append(
        actor=actor, scope=common.scope_of(enrolment), verb="proof.attached", obj=attachment, after=after
    )  # fmt: skip


def reply(submission: Submission, item_code: str) -> None:
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
    if not policies.may_fill_item(actor, enrolment, submission, row, timezone.now(), item_code=item_code):
        raise common.locked(enrolment, submission)
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
