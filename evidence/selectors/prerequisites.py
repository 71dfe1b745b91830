"""What a unit has confirmed before its sheet opens: each prerequisite with its answer and its proof."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.db.models import Count

from evidence import beforehand, wording
from evidence.models import Attachment, PrerequisiteAnswer, PrerequisiteAttachment
from evidence.outline import slug
from evidence.selectors.records import unit_of
from evidence.selectors.sheetrows import FileRow, RefusedRow
from rubrics import selectors as rubrics_selectors

if TYPE_CHECKING:
    from rubrics.definition.records import Prerequisite
    from rubrics.models import Cycle, Enrolment

FIRST = 1
"""The version of an answer before anything was said."""


@dataclass(frozen=True)
class Confirmation:
    """One prerequisite that applies to the unit, and what the unit says of it; ``by`` and ``at`` once confirmed."""

    code: str
    ref: str
    text: str
    evidence: str
    version: int
    confirmed: bool
    note: str
    by: str
    at: datetime | None
    files: tuple[Attachment, ...]

    @property
    def needs_file(self) -> bool:
        return self.evidence == "required"

    @property
    def met(self) -> bool:
        return self.confirmed and (bool(self.files) or not self.needs_file)

    @property
    def lacks_file(self) -> bool:
        return self.needs_file and not self.files

    @property
    def title(self) -> str:
        return f"{self.ref} {self.text}".strip()


def confirmations_of(enrolment: Enrolment) -> tuple[Confirmation, ...]:
    """In the rubric's order; no query where none applies, else two."""
    definition = rubrics_selectors.definition_of(enrolment.cycle.rubric)
    due = beforehand.prerequisites_for(definition, unit_of(enrolment))
    if not due:
        return ()
    rows = PrerequisiteAnswer.objects.filter(enrolment=enrolment).select_related("confirmed_by")
    answers = {row.code: row for row in rows}
    files = _files(enrolment)
    return tuple(_confirmation(one, answers.get(one.code), files.get(one.code, ())) for one in due)


def _files(enrolment: Enrolment) -> dict[str, list[Attachment]]:
    found: dict[str, list[Attachment]] = defaultdict(list)
    links = PrerequisiteAttachment.objects.filter(answer__enrolment=enrolment).select_related("answer", "attachment")
    for link in links:
        found[link.answer.code].append(link.attachment)
    return found


def _confirmation(one: Prerequisite, answer: PrerequisiteAnswer | None, files: Iterable[Attachment]) -> Confirmation:
    confirmed = answer is not None and answer.confirmed
    return Confirmation(
        code=one.code,
        ref=one.ref,
        text=one.text or one.code,
        evidence=one.evidence,
        version=answer.version if answer else FIRST,
        confirmed=confirmed,
        note=answer.note if answer else "",
        by=str(answer.confirmed_by) if answer and confirmed and answer.confirmed_by else "",
        at=answer.confirmed_at if answer and confirmed else None,
        files=tuple(files),
    )


# --- rows of the page -----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class PrerequisiteRow:
    """One prerequisite as its page takes it; ``title`` and ``slug`` serve the tiles of its files."""

    one: Confirmation
    slug: str
    editable: bool
    files: tuple[FileRow, ...]
    refused: tuple[RefusedRow, ...] = ()
    others: tuple[Attachment, ...] = ()
    """Files that prove other prerequisites, and may prove this one too."""

    @property
    def code(self) -> str:
        return self.one.code

    @property
    def title(self) -> str:
        return self.one.text

    @property
    def takes_proof(self) -> bool:
        return bool(self.files) or (self.editable and self.one.evidence != "none")


def row_of(
    one: Confirmation, among: Sequence[Confirmation], *, editable: bool, refused: Iterable[tuple[str, str]] = ()
) -> PrerequisiteRow:
    """``among`` are all that apply to the unit, this one included."""
    shown = Counter(file.pk for each in among for file in each.files)
    here = {file.pk for file in one.files}
    others = {file.pk: file for each in among for file in each.files if file.pk not in here}
    files = tuple(
        FileRow(
            file.pk, file.name, file.kind, wording.size_text(file.size), shown[file.pk] if shown[file.pk] > 1 else 0
        )
        for file in one.files
    )
    refusals = tuple(RefusedRow(name, text) for name, text in refused)
    return PrerequisiteRow(one, f"pre-{slug(one.code)}", editable, files, refusals, tuple(others.values()))


# --- all units ------------------------------------------------------------------------------------------------------


def confirmed_counts(cycle: Cycle, enrolments: Iterable[Enrolment]) -> dict[int, tuple[int, int]]:
    """By enrolment, how many prerequisites are met out of how many; no query where the rubric has none, else one."""
    definition = rubrics_selectors.definition_of(cycle.rubric)
    if not definition.procedure.prerequisites:
        return {}
    rows = PrerequisiteAnswer.objects.filter(enrolment__cycle=cycle, confirmed=True).annotate(n=Count("files"))
    confirmed: dict[int, dict[str, int]] = defaultdict(dict)
    for enrolment, code, files in rows.order_by().values_list("enrolment_id", "code", "n"):
        confirmed[enrolment][code] = files
    found = {}
    for enrolment in enrolments:
        due = beforehand.prerequisites_for(definition, unit_of(enrolment))
        open_ones = beforehand.unmet(due, confirmed[enrolment.pk])
        found[enrolment.pk] = (len(due) - len(open_ones), len(due))
    return found
