"""Everything on record for one unit's sheet, read in a constant number of queries whatever the rubric's size."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from evidence import outline
from evidence.models import Attachment, Fact, ItemAttachment, SheetItem, Submission
from evidence.policies import prerequisites_are_open
from evidence.selectors.given import given_by_unit
from evidence.selectors.prerequisites import Confirmation, confirmations_of
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
    prerequisites: tuple[Confirmation, ...] = ()
    links: dict[str, list[ItemAttachment]] = field(default_factory=dict)
    given: dict[int, Attachment] = field(default_factory=dict)
    """Every file that the unit gave in this cycle, whether it serves an item now or not, oldest first."""

    @property
    def unmet(self) -> list[Confirmation]:
        """Prerequisites that are not confirmed as yet; empty while nobody may confirm any."""
        return [one for one in self.prerequisites if not one.met] if prerequisites_are_open(self.submission) else []

    def state_of(self, item_code: str) -> str:
        row = self.rows.get(item_code)
        return row.state if row else SheetItem.State.UNTOUCHED

    def claims_under(self, entry: outline.Entry) -> list[Fact]:
        return [fact for code, _clause in entry.clauses for fact in self.claims.get(code, ())]

    def is_open(self, entry: outline.Entry) -> bool:
        """Whether the unit has still to say something about the item."""
        return entry.claimable and self.state_of(entry.code) in OPEN_STATES

    def lacking(self, entry: outline.Entry) -> list[str]:
        """Full codes of claimed clauses that demand proof while no file proves them."""
        if not entry.claimable:
            return []
        asked = [code for code, clause in entry.clauses if outline.needs_proof(clause) and self.claims.get(code)]
        return [code for code in asked if not self.is_proven(entry, code)] if asked else []

    def is_proven(self, entry: outline.Entry, clause_code: str) -> bool:
        """Whether a file serves the clause: one for the item as a whole, or one that names this clause.

        A file that names a clause which the item does not have (any more) serves the item as a whole.
        """
        codes = {code for code, _clause in entry.clauses}
        links = self.links.get(entry.code, ())
        return any(link.clause_code == clause_code or link.clause_code not in codes for link in links)

    def awaits(self, entry: outline.Entry) -> bool:
        """Whether something is still to be said about the item or given with it."""
        return self.is_open(entry) or bool(self.lacking(entry))

    def only(self, codes: frozenset[str]) -> SheetData:
        """The same sheet as if it had no other items than these: nothing that is said under another is left in it."""
        entries = tuple(entry for entry in self.entries if entry.code in codes)
        files = {code: found for code, found in self.files.items() if code in codes}
        return replace(
            self,
            entries=entries,
            rows={code: row for code, row in self.rows.items() if code in codes},
            claims={code: facts for code, facts in self.claims.items() if outline.item_of(code) in codes},
            files=files,
            uses=Counter(file.pk for found in files.values() for file in found),
            links={code: found for code, found in self.links.items() if code in codes},
            given={file.pk: file for found in files.values() for file in found},
        )

    @property
    def claimable(self) -> list[outline.Entry]:
        return [entry for entry in self.entries if entry.claimable]


def load(enrolment: Enrolment) -> SheetData:
    """Five queries beside those of the definition, which is remembered; two more where there are prerequisites."""
    definition = rubrics_selectors.definition_of(enrolment.cycle.rubric)
    people = ("submitted_by", "returned_by", "ready_by")
    submission = Submission.objects.filter(enrolment=enrolment).select_related(*people).first()
    rows: dict[str, SheetItem] = {}
    files: dict[str, list[Attachment]] = defaultdict(list)
    links: dict[str, list[ItemAttachment]] = defaultdict(list)
    uses: Counter[int] = Counter()
    tied = list(ItemAttachment.objects.filter(submission=submission).order_by("pk")) if submission else []
    given = {file.pk: file for file in given_by_unit(enrolment).select_related("look")}
    if submission is not None:
        rows = {row.item_code: row for row in SheetItem.objects.filter(submission=submission)}
    for link in tied:
        link.attachment = given[link.attachment_id]
        links[link.item_code].append(link)
        files[link.item_code].append(link.attachment)
        uses[link.attachment_id] += 1
    claims: dict[str, list[Fact]] = defaultdict(list)
    live = Fact.objects.filter(enrolment=enrolment, origin=Fact.Origin.UNIT).exclude(state=Fact.State.WITHDRAWN)
    for fact in live.order_by("pk"):
        claims[fact.clause_code].append(fact)
    entries = outline.outline_of(definition, unit_of(enrolment))
    return SheetData(
        enrolment, definition, entries, submission, rows, dict(claims), dict(files), uses,
        prerequisites=confirmations_of(enrolment), links=dict(links), given=given,
    )  # fmt: skip
