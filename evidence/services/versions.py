"""Every version of a sheet that was handed in: its content, and what its paper shows besides. Only ever appended to."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from evidence.models import (
    Attachment,
    ItemAttachment,
    PrerequisiteAttachment,
    SheetItem,
    SheetVersion,
    Submission,
)
from evidence.selectors.content import content_of, live_claims
from evidence.selectors.snapshot import replaced_by_hash
from evidence.versions import content_data, fingerprint

if TYPE_CHECKING:
    from evidence.worth import Worth
    from rubrics.models import Enrolment
    from units.models import User


def append_version(
    *, enrolment: Enrolment, submission: Submission, actor: User, at: datetime, number: int, receipt: str, worth: Worth
) -> SheetVersion:
    """Keep the sheet as it stands now, in the caller's transaction; the number and the receipt are unique."""
    content = content_data(content_of(enrolment, submission))
    return SheetVersion.objects.create(
        submission=submission,
        number=number,
        submitted_at=at,
        submitted_by=actor,
        receipt_number=receipt,
        fingerprint=fingerprint(content),
        content=content,
        shown=_shown(enrolment, submission, actor, worth),
    )


def _shown(enrolment: Enrolment, submission: Submission, actor: User, worth: Worth) -> dict[str, Any]:
    """What the paper shows that the unit does not state itself: titles, points as claimed, what was returned before."""
    return {
        "rubric": enrolment.cycle.rubric_id,
        "cycle": enrolment.cycle.title,
        "unit": enrolment.unit.title,
        "series": enrolment.series_code,
        "tags": list(enrolment.tags),
        "not_applicable": list(enrolment.not_applicable),
        "by": str(actor),
        "worth": {
            "value": worth.value,
            "full": worth.full,
            "notes": dict(worth.notes),
            "nodes": dict(worth.nodes),
            "clauses": dict(worth.clauses),
        },
        "facts": [fact.pk for fact in live_claims(enrolment)],
        "files": _files(enrolment, submission),
        "returned": returned(submission),
    }


def _files(enrolment: Enrolment, submission: Submission) -> dict[str, dict[str, Any]]:
    """By hash: key, name, size and kind of each file, and the hashes of the files whose place it took."""
    used = set(ItemAttachment.objects.filter(submission=submission).values_list("attachment_id", flat=True))
    links = PrerequisiteAttachment.objects.filter(answer__enrolment=enrolment)
    used |= set(links.values_list("attachment_id", flat=True))
    replaced = replaced_by_hash(enrolment) if used else {}
    return {
        row.sha256: {
            "pk": row.pk, "name": row.name, "size": row.size, "kind": row.kind,
            "replaces": list(replaced.get(row.sha256, ())),
        }
        for row in Attachment.objects.filter(pk__in=used)
    }  # fmt: skip


def returned(submission: Submission) -> dict[str, Any]:
    """Why the sheet was with its unit again: the reviewers' words for the whole and for single items; {} before."""
    if submission.returned_at is None or submission.state != Submission.State.RETURNED:
        return {}
    rows = SheetItem.objects.filter(submission=submission, reopened=True).order_by("item_code")
    until = submission.returned_until
    return {
        "scope": submission.returned_scope,
        "reason": submission.returned_reason,
        "at": submission.returned_at.isoformat(),
        "by": str(submission.returned_by or ""),
        "until": until.isoformat() if until else "",
        "items": [[row.item_code, row.returned_reason] for row in rows],
    }
