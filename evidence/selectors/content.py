"""Reads what a sheet says now: the rows behind the canonical content of `evidence.versions`."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from evidence.models import Fact, ItemAttachment, PrerequisiteAnswer, PrerequisiteAttachment, SheetItem, Submission
from evidence.versions import Content, FactState, FileState, ItemState, PrerequisiteState, TargetState

if TYPE_CHECKING:
    from rubrics.models import Enrolment


def content_of(enrolment: Enrolment, submission: Submission | None) -> Content:
    """Everything that the unit states, in five queries at most."""
    return Content(
        cycle=enrolment.cycle.code,
        unit=enrolment.unit.code,
        facts=tuple(fact_state(fact) for fact in live_claims(enrolment)),
        items=_items(submission) if submission else (),
        files=_files(submission) if submission else (),
        prerequisites=_prerequisites(enrolment),
        targets=_targets(enrolment),
    )


def live_claims(enrolment: Enrolment) -> list[Fact]:
    """The claims of a sheet in the order of their making."""
    rows = Fact.objects.filter(enrolment=enrolment, origin=Fact.Origin.UNIT).exclude(state=Fact.State.WITHDRAWN)
    return list(rows.order_by("pk"))


def fact_state(fact: Fact) -> FactState:
    """What one claim says."""
    return FactState(
        clause=fact.clause_code,
        said=fact.said,
        date=fact.date.isoformat() if fact.date else "",
        matter=fact.matter,
        share=fact.share,
        modifiers=tuple(fact.modifiers),
        note=fact.note,
        exempt_reason=fact.exempt_reason,
    )


def _items(submission: Submission) -> tuple[ItemState, ...]:
    rows = SheetItem.objects.filter(submission=submission).exclude(state=SheetItem.State.UNTOUCHED)
    return tuple(ItemState(*row) for row in rows.order_by("item_code").values_list("item_code", "state", "reason"))


def _files(submission: Submission) -> tuple[FileState, ...]:
    links = ItemAttachment.objects.filter(submission=submission).select_related("attachment").order_by("pk")
    return tuple(
        FileState(
            item=link.item_code,
            sha256=link.attachment.sha256,
            name=link.attachment.name,
            clause=link.clause_code,
            title=link.attachment.title,
            happened_on=link.attachment.happened_on.isoformat() if link.attachment.happened_on else "",
            note=link.attachment.note,
        )
        for link in links
    )


def _prerequisites(enrolment: Enrolment) -> tuple[PrerequisiteState, ...]:
    answers = list(PrerequisiteAnswer.objects.filter(enrolment=enrolment).order_by("code"))
    if not answers:
        return ()
    files: dict[int, list[str]] = defaultdict(list)
    links = PrerequisiteAttachment.objects.filter(answer__enrolment=enrolment).order_by("attachment__sha256")
    for answer, sha256 in links.values_list("answer_id", "attachment__sha256"):
        files[answer].append(sha256)
    return tuple(PrerequisiteState(one.code, one.confirmed, one.note, tuple(files[one.pk])) for one in answers)


def _targets(enrolment: Enrolment) -> tuple[TargetState, ...]:
    """The unit's own targets; numbers are texts here, as they were entered."""
    return tuple(
        TargetState(
            item=item, code=str(one["code"]), title=str(one.get("title") or ""),
            points=_text(one.get("points")), value=_text(one.get("value")),
        )
        for item, rows in sorted(enrolment.targets.items())
        for one in rows
    )  # fmt: skip


def _text(value: Any) -> str:
    return "" if value is None else str(value)
