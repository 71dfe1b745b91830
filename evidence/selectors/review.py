"""What a reviewer sees: units and categories with their states, and one unit's claims with proof and decisions."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.db.models import Prefetch

from evidence import outline
from evidence.models import Attachment, Fact, FactAttachment, ItemAttachment, Ruling, SheetItem, Submission
from evidence.selectors.records import unit_of
from evidence.selectors.undecided import is_decided, to_judge
from rubrics import policies as rubrics_policies
from rubrics import selectors as rubrics_selectors
from units import selectors as units_selectors

if TYPE_CHECKING:
    from rubrics.definition import Definition
    from rubrics.models import Assignment, Cycle, Enrolment
    from units.models import User


@dataclass(frozen=True)
class Reach:
    """What of a cycle a person may judge; ``everything`` for those who oversee it and only read."""

    everything: bool
    assignments: tuple[Assignment, ...]

    def covers(self, enrolment: Enrolment, item_code: str | None = None) -> bool:
        return self.everything or any(rubrics_policies.covers(row, enrolment, item_code) for row in self.assignments)


def reach_of(user: User, cycle: Cycle) -> Reach:
    """One query; own units are left out by ``enrolments_for``."""
    if rubrics_policies.reviews(user, cycle):
        return Reach(False, tuple(rubrics_selectors.assignments_of(user, cycle)))
    return Reach(rubrics_policies.may_see_board(user, cycle), ())


def units_to_review(user: User, cycle: Cycle, reach: Reach) -> list[Enrolment]:
    """The units whose review page the person may open, in series and name order; never their own as a reviewer."""
    rows = rubrics_selectors.enrolments_for(user, cycle)
    if reach.everything:
        return list(rows)
    own = set(units_selectors.units_of(user).values_list("pk", flat=True))
    return [row for row in rows if row.unit_id not in own and reach.covers(row)]


# --- the list -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Cell:
    """One unit × top category: how many facts are decided of how many; None where it does not concern the person."""

    title: str
    decided: int
    total: int
    returned: int
    duty: int

    @property
    def open(self) -> int:
        return self.total - self.decided


@dataclass(frozen=True)
class UnitLine:
    enrolment: Enrolment
    state: str
    cells: list[Cell | None]

    @property
    def decided(self) -> int:
        return sum(cell.decided for cell in self.cells if cell)

    @property
    def total(self) -> int:
        return sum(cell.total for cell in self.cells if cell)

    @property
    def done(self) -> bool:
        return self.state in ("submitted", "ruled") and self.decided == self.total and not self.waiting

    @property
    def waiting(self) -> int:
        return sum(cell.duty for cell in self.cells if cell)


def review_list(user: User, cycle: Cycle) -> tuple[list[Any], list[UnitLine]]:
    """Top categories, and a line for each unit that the person reviews; seven queries however many there are."""
    definition = rubrics_selectors.definition_of(cycle.rubric)
    reach = reach_of(user, cycle)
    units = units_to_review(user, cycle, reach)
    totals, decided = _counts(cycle)
    states = dict(Submission.objects.filter(enrolment__cycle=cycle).values_list("enrolment_id", "state"))
    returned, duty = _item_counts(cycle)
    lines = []
    for enrolment in units:
        key = enrolment.pk
        concerned: dict[str, list[str]] = defaultdict(list)
        for entry in outline.outline_of(definition, unit_of(enrolment)):
            concerned[entry.top_code].append(entry.code)
        cells: list[Cell | None] = []
        for top in definition.categories:
            if top.code not in concerned or not reach.covers(enrolment, f"{top.code}.x"):
                cells.append(None)
                continue
            place, items = (key, top.code), [(key, code) for code in concerned[top.code]]
            back, waived = (sum(counts[item] for item in items) for counts in (returned, duty))
            cells.append(Cell(top.title or top.code, decided[place], totals[place], back, waived))
        lines.append(UnitLine(enrolment, states.get(key, "none"), cells))
    return list(definition.categories), lines


def _counts(cycle: Cycle) -> tuple[Counter[Any], Counter[Any]]:
    """Claims of submitted sheets by unit and top category: all, and those decided."""
    rows = to_judge(Fact.objects.filter(enrolment__cycle=cycle, state=Fact.State.RECORDED))
    totals: Counter[Any] = Counter()
    decided: Counter[Any] = Counter()
    for enrolment, code, done in rows.annotate(done=is_decided()).values_list("enrolment_id", "clause_code", "done"):
        place = (enrolment, outline.top_of(code))
        totals[place] += 1
        decided[place] += bool(done)
    return totals, decided


def _item_counts(cycle: Cycle) -> tuple[Counter[Any], Counter[Any]]:
    """By unit and item: those that are back with their unit, and claims of "not our duty" nobody answered."""
    rows = SheetItem.objects.filter(submission__enrolment__cycle=cycle)
    returned: Counter[Any] = Counter()
    duty: Counter[Any] = Counter()
    columns = ("submission__enrolment_id", "item_code", "state", "reopened", "granted")
    for enrolment, code, state, back, granted in rows.values_list(*columns):
        place = (enrolment, code)
        returned[place] += bool(back)
        duty[place] += state == SheetItem.State.NOT_DUTY and granted is None
    return returned, duty


# --- one unit -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class ReviewData:
    """One unit's recorded facts with rulings and files, limited to what the person may judge."""

    enrolment: Enrolment
    definition: Definition
    entries: tuple[outline.Entry, ...]
    submission: Submission | None
    rows: dict[str, SheetItem]
    facts: dict[str, list[Fact]]
    item_files: dict[str, list[Attachment]]
    fact_files: dict[int, list[Attachment]]
    uses: dict[int, list[str]]
    reach: Reach
    named: dict[tuple[str, int], str] = field(default_factory=dict)
    """By item and file, the full code of the one clause that the file proves there, where it names one."""

    @property
    def in_order(self) -> list[Fact]:
        """All facts in reading order."""
        return [fact for entry in self.entries for fact in self.facts_under(entry)]

    def facts_under(self, entry: outline.Entry) -> list[Fact]:
        return [fact for code, _clause in entry.clauses for fact in self.facts.get(code, ())]

    def entry_of(self, item_code: str) -> outline.Entry | None:
        return next((entry for entry in self.entries if entry.code == item_code), None)

    def files_for(self, entry: outline.Entry, fact: Fact | None) -> list[Attachment]:
        """The files of a fact and of its item; first those given with the fact, then those that name its clause."""
        own = self.fact_files.get(fact.pk, []) if fact else []
        rest = [one for one in self.item_files.get(entry.code, []) if one not in own]
        clause = fact.clause_code if fact else None
        return [*own, *sorted(rest, key=lambda one: self.named.get((entry.code, one.pk)) != clause)]

    @property
    def attachments(self) -> list[Attachment]:
        """Every file within reach, once: of the items and of the facts under them."""
        rows = {row.pk: row for files in self.item_files.values() for row in files}
        rows |= {row.pk: row for fact in self.in_order for row in self.fact_files.get(fact.pk, ())}
        return list(rows.values())

    @property
    def waiting(self) -> list[Fact]:
        """Facts that wait for a decision."""
        return [fact for fact in self.in_order if waits(fact)]

    @property
    def untouched(self) -> list[Fact]:
        """Claims that can be accepted all at once; agrees with ``undecided_claims``."""
        return [fact for fact in self.waiting if reopened(fact) is None and not fact.misfit and not fact.exempt_reason]

    @property
    def asking_exemption(self) -> list[Fact]:
        """Claims that wait and ask for exemption; each is decided by itself."""
        return [fact for fact in self.waiting if fact.exempt_reason]

    @property
    def to_judge(self) -> list[Fact]:
        """Facts that are the reviewers' business, decided or not."""
        return [fact for fact in self.in_order if fact.origin == Fact.Origin.UNIT or reopened(fact) is not None]


def standing(fact: Fact) -> Ruling | None:
    """The decision that holds: the last ruling, if it is about the fact as it now stands and was not taken back."""
    last = _last(fact)
    return None if last is None or last.verdict == Ruling.Verdict.REOPENED else last


def reopened(fact: Fact) -> Ruling | None:
    """What took the last decision back, where nobody has decided anew."""
    last = _last(fact)
    return last if last is not None and last.verdict == Ruling.Verdict.REOPENED else None


def waits(fact: Fact) -> bool:
    """Whether somebody has to decide about it: a claim nobody decided, or a decision that was taken back."""
    last = _last(fact)
    return fact.origin == Fact.Origin.UNIT if last is None else last.verdict == Ruling.Verdict.REOPENED


def _last(fact: Fact) -> Ruling | None:
    """The last ruling, if it is about the fact as it now stands (rulings are prefetched in order)."""
    rulings = list(fact.rulings.all())
    last = rulings[-1] if rulings else None
    return last if last is not None and last.fact_version == fact.version else None


def review_of(user: User, enrolment: Enrolment) -> ReviewData:
    """Everything for the review page of one unit, in a constant number of queries."""
    definition = rubrics_selectors.definition_of(enrolment.cycle.rubric)
    reach = reach_of(user, enrolment.cycle)
    entries = tuple(
        entry for entry in outline.outline_of(definition, unit_of(enrolment)) if reach.covers(enrolment, entry.code)
    )
    codes = {code for entry in entries for code, _clause in entry.clauses}
    submission = Submission.objects.filter(enrolment=enrolment).first()
    rows = {row.item_code: row for row in SheetItem.objects.filter(submission=submission)} if submission else {}
    facts = _facts(enrolment, codes)
    item_files, uses, named = _item_files(submission, {entry.code for entry in entries})
    fact_files = _fact_files(enrolment)
    for files in (*item_files.values(), *fact_files.values()):
        for row in files:
            row.enrolment = enrolment
    return ReviewData(
        enrolment, definition, entries, submission, rows, facts, item_files, fact_files, uses, reach, named
    )


def _facts(enrolment: Enrolment, codes: set[str]) -> dict[str, list[Fact]]:
    rulings = Prefetch("rulings", Ruling.objects.select_related("decided_by").order_by("number"))
    rows = Fact.objects.filter(enrolment=enrolment, state=Fact.State.RECORDED)
    found: dict[str, list[Fact]] = defaultdict(list)
    for fact in rows.select_related("created_by").prefetch_related(rulings).order_by("pk"):
        if fact.clause_code in codes:
            fact.enrolment = enrolment
            found[fact.clause_code].append(fact)
    return found


def _item_files(
    submission: Submission | None, items: set[str]
) -> tuple[dict[str, list[Attachment]], dict[int, list[str]], dict[tuple[str, int], str]]:
    named: dict[tuple[str, int], str] = {}
    files: dict[str, list[Attachment]] = defaultdict(list)
    uses: dict[int, list[str]] = defaultdict(list)
    if submission is not None:
        for link in ItemAttachment.objects.filter(submission=submission).select_related("attachment__look"):
            uses[link.attachment_id].append(link.item_code)
            if link.item_code in items:
                files[link.item_code].append(link.attachment)
                if link.clause_code:
                    named[link.item_code, link.attachment_id] = link.clause_code
    return files, uses, named


def _fact_files(enrolment: Enrolment) -> dict[int, list[Attachment]]:
    found: dict[int, list[Attachment]] = defaultdict(list)
    links: Iterable[FactAttachment] = FactAttachment.objects.filter(fact__enrolment=enrolment).select_related(
        "attachment__look"
    )
    for link in links:
        found[link.fact_id].append(link.attachment)
    return found
