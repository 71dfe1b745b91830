"""Everything on record for one unit's sheet, read in a constant number of queries whatever the rubric's size."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from evidence import outline
from evidence.models import Attachment, Fact, ItemAttachment, SheetItem, Submission
from evidence.selectors.records import unit_of
from rubrics import selectors as rubrics_selectors

if TYPE_CHECKING:
    from rubrics.definition import Definition
    from rubrics.models import Enrolment

OPEN_STATES = (SheetItem.State.UNTOUCHED, SheetItem.State.RETURNED)


@dataclass(frozen=True)
class SheetData:
    """The rows of one sheet, by item and by clause."""

    enrolment: Enrolment
    definition: Definition
    entries: tuple[outline.Entry, ...]
    submission: Submission | None
    rows: dict[str, SheetItem]
    claims: dict[str, list[Fact]]
    files: dict[str, list[Attachment]]
    uses: Counter[int]

    def state_of(self, item_code: str) -> str:
        row = self.rows.get(item_code)
        return row.state if row else SheetItem.State.UNTOUCHED

    def claims_under(self, entry: outline.Entry) -> list[Fact]:
        return [fact for code, _clause in entry.clauses for fact in self.claims.get(code, ())]

    def is_open(self, entry: outline.Entry) -> bool:
        """Whether the unit has still to say something about the item."""
        return entry.claimable and self.state_of(entry.code) in OPEN_STATES

    def lacking(self, entry: outline.Entry) -> list[str]:
        """Full codes of claimed clauses that demand proof while the item has no file."""
        if not entry.claimable or self.files.get(entry.code):
            return []
        return [code for code, clause in entry.clauses if outline.needs_proof(clause) and self.claims.get(code)]

    @property
    def claimable(self) -> list[outline.Entry]:
        return [entry for entry in self.entries if entry.claimable]


def load(enrolment: Enrolment) -> SheetData:
    """Four queries beside those of the definition, which is remembered."""
    definition = rubrics_selectors.definition_of(enrolment.cycle.rubric)
    submission = Submission.objects.filter(enrolment=enrolment).select_related("submitted_by", "returned_by").first()
    rows: dict[str, SheetItem] = {}
    files: dict[str, list[Attachment]] = defaultdict(list)
    uses: Counter[int] = Counter()
    if submission is not None:
        rows = {row.item_code: row for row in SheetItem.objects.filter(submission=submission)}
        for link in ItemAttachment.objects.filter(submission=submission).select_related("attachment"):
            files[link.item_code].append(link.attachment)
            uses[link.attachment_id] += 1
    claims: dict[str, list[Fact]] = defaultdict(list)
    live = Fact.objects.filter(enrolment=enrolment, origin=Fact.Origin.UNIT).exclude(state=Fact.State.WITHDRAWN)
    for fact in live.order_by("pk"):
        claims[fact.clause_code].append(fact)
    entries = outline.outline_of(definition, unit_of(enrolment))
    return SheetData(enrolment, definition, entries, submission, rows, dict(claims), dict(files), uses)
