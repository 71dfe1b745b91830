"""What a unit says of its files, and which items they serve: tied again, described, named for one clause, replaced."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from django.db import transaction

from appraisal_site.toolkit.conflicts import Conflict
from appraisal_site.toolkit.models import compare_and_set
from evidence import files, policies
from evidence.models import Attachment, ItemAttachment
from evidence.selectors.filerows import locked_items
from evidence.selectors.given import given_by_unit
from evidence.services import common, proof
from evidence.services.common import Refused
from evidence.services.items import entry_for
from units.services import journal

if TYPE_CHECKING:
    from rubrics.models import Enrolment
    from units.models import User


@dataclass(frozen=True)
class Replaced:
    """The file that stands in the place of another; ``kept`` counts the items that keep the earlier one since they are
    locked.
    """

    attachment: Attachment
    known: bool
    items: int
    kept: int


def reuse_files(
    *, actor: User, enrolment: Enrolment, item_code: str, attachment_pks: Iterable[int]
) -> list[Attachment]:
    """Let files that the unit gave already serve one more item; those that serve it already are left as they are.

    Only files that the unit gave in this cycle and the person may open; others are passed over. Raises Refused.
    """
    sheet = proof.require_item(actor, enrolment, item_code)
    rows = given_by_unit(enrolment).filter(pk__in=list(attachment_pks)).select_related("enrolment__cycle")
    wanted = [attachment for attachment in rows if policies.may_open_attachment(actor, attachment)]
    if not wanted:
        return []
    with transaction.atomic():
        common.touch(enrolment, sheet=sheet)
        tied = [attachment for attachment in wanted if proof.tie_item(enrolment, item_code, attachment)]
        for attachment in tied:
            proof.note_attached(actor, enrolment, attachment, item=item_code)
    return tied


def describe_file(
    *, actor: User, enrolment: Enrolment, item_code: str, attachment_pk: int, version: int,
    title: str, happened_on: date | None, note: str,
) -> Attachment:  # fmt: skip
    """Save what the unit says of a file: title, date of the event, note. ``version`` is the file's the person saw.

    What is said holds for every item that the file serves. Raises Refused (``file_serves_locked`` where one of them is
    not open to the person), Conflict.
    """
    sheet = proof.require_item(actor, enrolment, item_code)
    changes = {"title": title.strip(), "happened_on": happened_on, "note": note.strip()}
    with transaction.atomic():
        common.touch(enrolment, sheet=sheet)
        attachment = _link(enrolment, item_code, attachment_pk).attachment
        if locked_items(actor, enrolment, attachment):
            raise Refused("file_serves_locked")
        before = {name: getattr(attachment, name) for name in changes}
        if before == changes:  # also what is sent again because its answer was lost
            return attachment
        compare_and_set(attachment, version=version, **changes)
        common.note_saved(common.ensure_submission(enrolment))
        journal.append(
            actor=actor, scope=common.scope_of(enrolment), verb="proof.described", obj=attachment,
            before=before, after=changes,
        )  # fmt: skip
    return attachment


def name_clause(
    *, actor: User, enrolment: Enrolment, item_code: str, attachment_pk: int, clause_code: str, seen: str
) -> ItemAttachment:
    """Say which clause of the item a file proves; "" is the item as a whole. ``seen`` is what the person saw.

    Raises Refused (``no_clause``), Conflict where somebody said another one meanwhile.
    """
    sheet = proof.require_item(actor, enrolment, item_code)
    entry = entry_for(enrolment, item_code)
    if clause_code and clause_code not in {code for code, _clause in entry.clauses}:
        raise Refused("no_clause", clause=clause_code)
    with transaction.atomic():
        common.touch(enrolment, sheet=sheet)
        link = _link(enrolment, item_code, attachment_pk)
        before = link.clause_code
        if before == clause_code:
            return link
        changed = ItemAttachment.objects.filter(pk=link.pk, clause_code=seen).update(clause_code=clause_code)
        if not changed:
            raise Conflict(link.attachment, sent=0, current=None)
        link.clause_code = clause_code
        common.note_saved(common.ensure_submission(enrolment))
        journal.append(
            actor=actor, scope=common.scope_of(enrolment), verb="proof.described", obj=link.attachment,
            before={"item": item_code, "clause": before}, after={"item": item_code, "clause": clause_code},
        )  # fmt: skip
    return link


def replace_file(
    *, actor: User, enrolment: Enrolment, item_code: str, attachment_pk: int, upload: Any, everywhere: bool = False
) -> Replaced:
    """Put a new file in the place of one, on this item or on every item it serves that the person may change.

    The earlier file stays in the store and is named by the new one, which takes over what was said of it. Facts keep
    the files they were recorded with. Raises Refused, ``files.Refused`` (``same``: they are the bytes of the
    file itself).
    """
    sheet = proof.require_item(actor, enrolment, item_code)
    with proof.arriving(enrolment, upload) as arrived, transaction.atomic():
        common.touch(enrolment, sheet=sheet)
        link = _link(enrolment, item_code, attachment_pk)
        old = link.attachment
        if arrived.kept.sha256 == old.sha256:
            raise files.Refused("same")
        said: dict[str, Any] = {"title": old.title, "happened_on": old.happened_on, "note": old.note, "replaces": old}
        new, known = proof.row_of(actor, enrolment, arrived, **said)
        if known:
            _follow(old, new)
        links, kept = [link], 0
        if everywhere:
            locked = locked_items(actor, enrolment, old)
            serving = ItemAttachment.objects.filter(submission=link.submission_id, attachment=old)
            links = [one for one in serving if one.item_code not in locked]
            kept = len(locked)
        for one in links:
            _swap(one, new)
            proof.reply(link.submission, one.item_code)
        common.note_saved(link.submission)
        items = [one.item_code for one in links]
        journal.append(
            actor=actor, scope=common.scope_of(enrolment), verb="proof.replaced", obj=new,
            before={"name": old.name, "sha256": old.sha256, "file": old.pk},
            after={"name": new.name, "size": new.size, "sha256": new.sha256, "items": items},
        )  # fmt: skip
    return Replaced(new, known, len(links), kept)


def _link(enrolment: Enrolment, item_code: str, attachment_pk: int) -> ItemAttachment:
    """The file at the item; Refused where somebody took it off meanwhile."""
    rows = ItemAttachment.objects.filter(submission__enrolment=enrolment, item_code=item_code)
    link = rows.filter(attachment_id=attachment_pk).select_related("attachment", "submission").first()
    if link is None:
        raise Refused("no_file")
    return link


def _swap(link: ItemAttachment, new: Attachment) -> None:
    """The new file at the place of a link, and for its clause; where it served the item already, the link goes."""
    serving = ItemAttachment.objects.filter(submission=link.submission_id, item_code=link.item_code, attachment=new)
    if serving.exists():
        link.delete()
    else:
        ItemAttachment.objects.filter(pk=link.pk).update(attachment=new)


def _follow(old: Attachment, new: Attachment) -> None:
    """Name the earlier file in one that the unit had given before, unless it follows another or comes before it."""
    above: Attachment | None = old
    while above is not None:
        if above.pk == new.pk:
            return
        above = above.replaces
    if new.replaces_id is None:
        compare_and_set(new, version=new.version, replaces=old)
