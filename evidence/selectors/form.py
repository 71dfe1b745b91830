"""A unit's self-assessment as the form that people know on paper: every cell as finished words, for the PDF file."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

from django.http import Http404
from django.utils.translation import gettext as _

from evidence import explain, outline, policies, wording
from evidence.models import Fact, SheetItem, Submission
from evidence.selectors.review import reach_of
from evidence.selectors.sheetdata import SheetData, load
from evidence.worth import Worth, worth_of
from rubrics import selectors as rubrics_selectors
from rubrics.definition import marks_of
from rubrics.kinds.numbers import plain

if TYPE_CHECKING:
    from evidence.selectors.prerequisites import Confirmation
    from rubrics.definition import CommonClause
    from units.models import User

HANDED_IN = (Submission.State.SUBMITTED, Submission.State.RULED)


@dataclass(frozen=True)
class Claim:
    """What is claimed under one clause: each fact in words, and the points they move together."""

    clause: str
    facts: tuple[str, ...]
    points: str


@dataclass(frozen=True)
class FormItem:
    """One item: what the unit says of it, or `instead` of claims one word for the whole of it; `proof` with numbers."""

    title: str
    section: str
    full: str
    value: str
    instead: str
    claims: tuple[Claim, ...]
    proof: tuple[str, ...]
    remarks: tuple[str, ...]


@dataclass(frozen=True)
class FormCategory:
    title: str
    full: str
    value: str
    items: tuple[FormItem, ...]


@dataclass(frozen=True)
class FormPrerequisite:
    """One prerequisite: whether it is confirmed, in words, and what proves it."""

    title: str
    state: str
    proof: tuple[str, ...]
    note: str


@dataclass(frozen=True)
class Form:
    """The whole form. `state` is a submission's, "draft" also where nothing was saved yet; the receipt, its moment and
    the fingerprint are there only while the sheet is handed in. `is_part`: categories that the reader has no part in
    are left out, and so is the total.
    """

    unit: str
    year: int
    cycle: str
    series: str
    state: str
    submitted_at: datetime | None
    submitted_by: str
    receipt: str
    fingerprint: str
    categories: tuple[FormCategory, ...]
    full: str
    value: str
    note: str
    is_part: bool
    prerequisites: tuple[FormPrerequisite, ...] = ()

    @property
    def is_handed_in(self) -> bool:
        return self.submitted_at is not None

    @property
    def title(self) -> str:
        return _("Self-assessment %(year)s") % {"year": self.year}


def form_for(user: User, pk: int) -> Form:
    """The form of an enrolment as far as the person may read it; raises Http404.

    Whoever reads the sheet prints it at any time; its reviewers once it is handed in, the categories assigned to them.
    """
    enrolment = rubrics_selectors.enrolment_for(user, pk)
    whole = policies.may_read_sheet(user, enrolment)
    if not whole and not policies.may_review_unit(user, enrolment):
        raise Http404
    data = load(enrolment)
    if whole:
        return form_of(data)
    if data.submission is None or data.submission.state not in HANDED_IN:
        raise Http404
    reach = reach_of(user, enrolment.cycle)
    entries = tuple(entry for entry in data.entries if reach.covers(enrolment, entry.code))
    return form_of(replace(data, entries=entries), is_part=entries != data.entries)


def form_of(data: SheetData, *, is_part: bool = False, worth: Worth | None = None) -> Form:
    """Everything on the sheet in reading order, with what it is worth as claimed, now or as it was kept."""
    enrolment, submission = data.enrolment, data.submission
    worth = worth or worth_of(enrolment, explain.lang())
    handed = submission if submission is not None and submission.state in HANDED_IN else None
    series = next((s.title or s.code for s in data.definition.series if s.code == enrolment.series_code), "")
    return Form(
        unit=enrolment.unit.title,
        year=enrolment.cycle.year,
        cycle=enrolment.cycle.title,
        series=series,
        state=submission.state if submission else Submission.State.DRAFT,
        submitted_at=handed.submitted_at if handed else None,
        submitted_by=str(handed.submitted_by) if handed and handed.submitted_by else "",
        receipt=handed.receipt_number if handed else "",
        fingerprint=handed.fingerprint if handed else "",
        categories=tuple(_categories(data, worth)),
        full="" if is_part else worth.full,
        value="" if is_part else worth.value,
        note="" if is_part else worth.note,
        is_part=is_part,
        prerequisites=tuple(_prerequisite(one) for one in data.prerequisites),
    )


def _prerequisite(one: Confirmation) -> FormPrerequisite:
    state = _("confirmed") if one.confirmed else _("not confirmed")
    proof = tuple(wording.file_text(file.title, file.name) for file in one.files)
    return FormPrerequisite(one.title, state, proof, one.note.strip())


def _categories(data: SheetData, worth: Worth) -> Iterable[FormCategory]:
    numbers = _numbers(data)
    tops: dict[str, list[outline.Entry]] = {}
    for entry in data.entries:
        tops.setdefault(entry.top_code, []).append(entry)
    for code, entries in tops.items():
        top, marks = entries[0].top, marks_of(entries[0].top)
        claimable = any(entry.claimable for entry in entries)
        yield FormCategory(
            title=top.title or top.code,
            full=plain(marks) if marks else "",
            value=worth.nodes.get(code, "") if claimable else "",
            items=tuple(_item(data, entry, worth, numbers) for entry in entries),
        )


def _numbers(data: SheetData) -> dict[int, int]:
    """A number for every file in reading order; a file that serves several items keeps its first."""
    found: dict[int, int] = {}
    for entry in data.entries:
        for file in data.files.get(entry.code, ()):
            found.setdefault(file.pk, len(found) + 1)
    return found


def _item(data: SheetData, entry: outline.Entry, worth: Worth, numbers: Mapping[int, int]) -> FormItem:
    item = entry.item
    several = len(data.claims_under(entry)) > 1
    claims, remarks, count = [], [], 0
    for code, clause in entry.clauses:
        said = []
        for fact in data.claims.get(code, ()):
            count += 1
            mark = f"({count}) " if several else ""
            said.append(mark + _fact(data, code, clause, fact))
            remarks += [f"{mark}{text}" for text in _remarks(fact, clause)]
        if said:
            claims.append(Claim(f"{clause.ref} {clause.text}".strip(), tuple(said), _moved(worth, code)))
    return FormItem(
        title=f"{item.ref} {item.title or item.code}".strip(),
        section=" · ".join(entry.sections),
        full=plain(item.points) if item.points else "",
        value=worth.nodes.get(entry.code, "") if entry.claimable else "",
        instead=_instead(data, entry),
        claims=tuple(claims),
        proof=tuple(
            f"{numbers[file.pk]}. {wording.file_text(file.title, file.name)}" for file in data.files.get(entry.code, ())
        ),
        remarks=tuple(remarks),
    )


def _moved(worth: Worth, code: str) -> str:
    """The points that the claims under a clause move; blank where they move none of their own (a forfeit, a record)."""
    points = worth.clauses.get(code, "")
    return points if points.strip("0.") else ""


def _fact(data: SheetData, code: str, clause: object, fact: Fact) -> str:
    """A fact in words; its note stands in the column of remarks."""
    shares = data.definition.shares_of(code)
    extras = explain.extras_text(fact.date, fact.matter, fact.share, fact.modifiers, "", clause, shares)
    return " · ".join(part for part in (explain.fact_text(clause, fact), extras) if part)


def _remarks(fact: Fact, clause: CommonClause) -> list[str]:
    misfit = str(fact.get_misfit_display()) if fact.misfit else ""
    reason = explain.asked_reason(fact, clause)
    asks = explain.asks_exemption(reason) if reason else ""
    return [text for text in (fact.note.strip(), asks, misfit) if text]


def _instead(data: SheetData, entry: outline.Entry) -> str:
    """What is said of the item as a whole, where no claims are made."""
    if not entry.claimable:
        return _("not self-assessed")
    row, state = data.rows.get(entry.code), data.state_of(entry.code)
    if state == SheetItem.State.NOTHING:
        return _("nothing to report")
    if state == SheetItem.State.NOT_DUTY and row is not None:
        return _("not our duty: %(reason)s") % {"reason": row.reason}
    if state == SheetItem.State.RETURNED and row is not None:
        return _("returned: %(reason)s") % {"reason": row.returned_reason}
    return "" if data.claims_under(entry) else _("not filled in")
