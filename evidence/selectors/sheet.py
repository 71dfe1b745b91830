"""The sheet page as finished values: outline, items, clauses, the control of every claim."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils.translation import gettext as _

from evidence import explain, outline, wording
from evidence.controls import PRESENT, Control, controls_of, is_secondary
from evidence.facts import period_of
from evidence.models import Fact, SheetItem, Submission
from evidence.outline import slug
from evidence.selectors.records import targets_of
from evidence.selectors.sheetdata import SheetData
from rubrics.definition import marks_of
from rubrics.kinds.numbers import plain

if TYPE_CHECKING:
    from rubrics.definition import CommonClause


@dataclass(frozen=True)
class FactRow:
    """One claim in its form; ``pk`` is None while the form is blank."""

    key: str
    pk: int | None
    version: int
    controls: list[Control]
    folded: list[Control]
    date: str = ""
    matter: str = ""
    share: str = ""
    modifiers: tuple[str, ...] = ()
    note: str = ""
    extras_text: str = ""
    more_open: bool = False
    removable: bool = False

    @property
    def prefix(self) -> str:
        return f"c-{self.key}"


@dataclass(frozen=True)
class ClauseRow:
    """One clause with the forms of its claims."""

    code: str
    slug: str
    ref: str
    text: str
    how: str
    claimable: bool
    why_not: str
    editable: bool
    facts: list[FactRow]
    can_add: bool
    dated: bool
    earliest: str
    latest: str
    shares: tuple[Any, ...]
    modifiers: tuple[Any, ...]
    more_label: str

    @property
    def locked(self) -> bool:
        return not self.editable


@dataclass(frozen=True)
class FileRow:
    """One file as a tile; ``uses`` counts the items it serves, where there are several."""

    pk: int
    name: str
    kind: str
    size: str
    uses: int


@dataclass(frozen=True)
class RefusedRow:
    name: str
    text: str


@dataclass(frozen=True)
class ItemRow:
    """One item as a sheet of its own."""

    code: str
    slug: str
    title: str
    heading: str
    section: str
    explains: str
    full: str
    state: str
    reason: str
    returned_reason: str
    version: int
    editable: bool
    claimable: bool
    has_claims: bool
    lacking: str
    clauses: list[ClauseRow]
    files: list[FileRow]
    takes_proof: bool = True
    refused: list[RefusedRow] = field(default_factory=list)


@dataclass(frozen=True)
class OutlineEntry:
    """One line of the outline; ``worth`` stands until the running score fills it in."""

    code: str
    slug: str
    title: str
    url: str
    icon: str
    icon_css: str
    css: str
    state_text: str
    full: str
    worth: str
    live: bool = True
    """Whether the running score writes its value here."""


@dataclass(frozen=True)
class OutlineGroup:
    code: str
    title: str
    full: str
    entries: list[OutlineEntry]


class SheetPage:
    """Builds rows of one sheet; ``editable`` says of each item whether its unit may write in it now."""

    def __init__(self, data: SheetData, *, editable: set[str], single: bool = False) -> None:
        self.data = data
        self.editable = editable
        self.single = single
        self.targets = targets_of(data.enrolment)
        first, last = period_of(data.definition)
        self.earliest = first.isoformat() if first else ""
        self.latest = last.isoformat() if last else ""

    # outline

    def groups(self) -> list[OutlineGroup]:
        found: dict[str, OutlineGroup] = {}
        for entry in self.data.entries:
            if entry.top_code not in found:
                top = entry.top
                found[entry.top_code] = OutlineGroup(entry.top_code, top.title or top.code, plain(marks_of(top)), [])
            found[entry.top_code].entries.append(self.outline_entry(entry))
        return list(found.values())

    def outline_entry(self, entry: outline.Entry) -> OutlineEntry:
        icon, icon_css, css, text, worth = self._look(entry)
        full = plain(entry.item.points) if entry.item.points else ""
        return OutlineEntry(
            entry.code, slug(entry.code), entry.item.title or entry.item.code, self._url(entry.code),
            icon, icon_css, css, text, full, worth or (f"/ {full}" if full else ""),
            live=not worth and self.data.state_of(entry.code) != SheetItem.State.UNTOUCHED,
        )  # fmt: skip

    def _url(self, code: str) -> str:
        if self.single:
            return f"{reverse('evidence:sheet', args=[self.data.enrolment.pk])}?item={code}"
        return f"#item-{slug(code)}"

    def _look(self, entry: outline.Entry) -> tuple[str, str, str, str, str]:
        """Icon, its class, the line's class, the state in words, and what stands in place of points."""
        if not entry.claimable:
            return "o-wait", "", "", _("not self-assessed"), ""
        state = self.data.state_of(entry.code)
        if state == SheetItem.State.RETURNED:
            return "o-back", "kp-here", "", _("returned"), ""
        if state == SheetItem.State.UNTOUCHED:
            return "o-empty", "", "", _("not filled in"), ""
        if self.data.lacking(entry):
            return "o-half", "kp-here", "", _("proof is missing"), ""
        if state == SheetItem.State.NOTHING:
            return "o-done", "", "kp-done", _("nothing to report"), _("none")
        if state == SheetItem.State.NOT_DUTY:
            return "o-lost", "", "", _("not our duty"), _("not ours")
        return "o-done", "", "kp-done", _("filled in"), ""

    # items

    def items(self, only: str | None = None) -> list[ItemRow]:
        rows, section = [], ""
        for entry in self.data.entries:
            heading = " · ".join([entry.top.title or entry.top.code, *entry.sections])
            row = None if only and entry.code != only else self.item(entry, heading if heading != section else "")
            section = heading
            if row:
                rows.append(row)
        return rows

    def item(self, entry: outline.Entry, section: str = "", refused: list[tuple[str, str]] | None = None) -> ItemRow:
        item, row = entry.item, self.data.rows.get(entry.code)
        lacking = self.data.lacking(entry)
        first = self.data.definition.clauses[lacking[0]] if lacking else None
        returned = row is not None and (row.reopened or row.state == SheetItem.State.RETURNED)
        title = item.title or item.code
        return ItemRow(
            code=entry.code,
            slug=slug(entry.code),
            title=title,
            heading=f"{item.ref} {title}".strip(),
            section=section,
            explains=explain.item_how(item),
            full=plain(item.points) if item.points else "",
            state=self.data.state_of(entry.code),
            reason=row.reason if row else "",
            returned_reason=row.returned_reason if row and returned else "",
            version=row.version if row else 0,
            editable=entry.code in self.editable,
            claimable=entry.claimable,
            has_claims=bool(self.data.claims_under(entry)),
            lacking=(first.ref or first.text[:20]) if first else "",
            clauses=[self.clause(entry, code, clause) for code, clause in entry.clauses],
            files=self.files(entry.code),
            takes_proof=self._takes_proof(entry),
            refused=[RefusedRow(name, text) for name, text in refused or ()],
        )

    def files(self, item_code: str) -> list[FileRow]:
        uses = self.data.uses
        return [
            FileRow(one.pk, one.name, one.kind, wording.size_text(one.size), uses[one.pk] if uses[one.pk] > 1 else 0)
            for one in self.data.files.get(item_code, ())
        ]

    def _takes_proof(self, entry: outline.Entry) -> bool:
        """Whether files are shown: there are some, or some may be added where a clause wants or allows them."""
        if self.data.files.get(entry.code):
            return True
        return entry.code in self.editable and any(clause.evidence != "none" for _code, clause in entry.clauses)

    # clauses

    def clause(self, entry: outline.Entry, code: str, clause: CommonClause) -> ClauseRow:
        claimable = outline.is_claimable(clause)
        state = self.data.state_of(entry.code)
        open_item = state not in (SheetItem.State.NOTHING, SheetItem.State.NOT_DUTY)
        editable = entry.code in self.editable and open_item
        shares = self.data.definition.shares_of(code)
        claims = self.data.claims.get(code, [])
        facts = [self.fact(code, clause, fact) for fact in claims]
        if not facts and claimable:
            facts = [self.blank(code, clause, f"{slug(code)}-first")]
        return ClauseRow(
            code=code,
            slug=slug(code),
            ref=clause.ref,
            text=clause.text,
            how=explain.how(clause, self.data.definition, code, self.data.enrolment.series_code),
            claimable=claimable,
            why_not="" if claimable else self._why_not(clause),
            editable=editable,
            facts=facts,
            can_add=editable and bool(claims) and _repeats(clause),
            dated=clause.limit_per is not None,
            earliest=self.earliest,
            latest=self.latest,
            shares=shares,
            modifiers=tuple({"code": one.code, "title": one.title or one.code} for one in clause.modifiers),
            more_label=_("Date, matter, note…"),
        )

    def _why_not(self, clause: CommonClause) -> str:
        if clause.kind.code == "panel":
            return _("Not self-assessed: the ballots say it")
        return _("Not self-assessed: another score says it")

    def fact(self, code: str, clause: CommonClause, fact: Fact) -> FactRow:
        values = {**fact.said, **({PRESENT: "1"} if not clause.kind.says(clause) else {})}
        shown, folded = self._controls(code, clause, values)
        shares = self.data.definition.shares_of(code)
        extras = explain.extras_text(fact.date, fact.matter, fact.share, fact.modifiers, fact.note, clause, shares)
        return FactRow(
            key=f"f{fact.pk}",
            pk=fact.pk,
            version=fact.version,
            controls=shown,
            folded=folded,
            date=fact.date.isoformat() if fact.date else "",
            matter=fact.matter,
            share=fact.share,
            modifiers=tuple(fact.modifiers),
            note=fact.note,
            extras_text=extras,
            more_open=clause.limit_per is not None and fact.date is None,
            removable=True,
        )

    def blank(self, code: str, clause: CommonClause, key: str) -> FactRow:
        """A form for a claim that is not there yet. Keys ending in ``-first`` are for the first claim of a clause."""
        shown, folded = self._controls(code, clause, {})
        return FactRow(key=key, pk=None, version=0, controls=shown, folded=folded)

    def _controls(self, code: str, clause: CommonClause, values: dict[str, Any]) -> tuple[list[Control], list[Control]]:
        own = self.targets.get(outline.item_of(code), ())
        found = controls_of(clause, clause.kind, values, own)
        folded = [control for control in found if is_secondary(clause, control, values)]
        return [control for control in found if control not in folded], folded


def _repeats(clause: CommonClause) -> bool:
    """Whether several claims under one clause make sense: not where the clause asks for one judgement."""
    return not (clause.kind.code == "manual" and clause.effect == "award" and clause.limit is None)


@dataclass(frozen=True)
class SheetHead:
    """What stands around the items of a sheet."""

    unit: str
    title: str
    series: str
    due: str
    days_left: str
    saved_at: datetime | None
    editable: bool
    locked_title: str
    locked_reason: str
    receipt_url: str
    open_items: int
    lacking: int
    filled: int
    total: int
    progress: str
    returned_title: str
    returned_text: str
    returned_url: str
    version: int

    @property
    def returned(self) -> bool:
        return bool(self.returned_text)


def head_of(data: SheetData, *, editable: bool, closes_at: datetime | None, now: datetime) -> SheetHead:
    """The head of the sheet: dates, what is open, and why it cannot be written where it cannot."""
    claimable = data.claimable
    open_items = sum(1 for entry in claimable if data.is_open(entry))
    lacking = sum(1 for entry in claimable if data.lacking(entry))
    filled = len(claimable) - open_items
    series = next((s.title or s.code for s in data.definition.series if s.code == data.enrolment.series_code), "")
    locked_title, locked_reason = ("", "") if editable else _why_locked(data, closes_at, now)
    submission = data.submission
    received = submission is not None and bool(submission.receipt_number)
    returned_title, returned_text, returned_url = _returned(data)
    return SheetHead(
        unit=data.enrolment.unit.title,
        title=_("Self-assessment %(year)s") % {"year": data.enrolment.cycle.year},
        series=series,
        due=wording.due_text(closes_at) if closes_at else "",
        days_left=wording.left_text(now, closes_at) if closes_at else "",
        saved_at=submission.saved_at if submission else None,
        editable=editable,
        locked_title=locked_title,
        locked_reason=locked_reason,
        receipt_url=reverse("evidence:receipt", args=[data.enrolment.pk]) if received else "",
        open_items=open_items,
        lacking=lacking,
        filled=filled,
        total=len(claimable),
        progress=_("%(filled)d of %(total)d filled in") % {"filled": filled, "total": len(claimable)},
        returned_title=returned_title,
        returned_text=returned_text,
        returned_url=returned_url,
        version=submission.version if submission else 0,
    )


def _why_locked(data: SheetData, closes_at: datetime | None, now: datetime) -> tuple[str, str]:
    submission = data.submission
    if submission is not None and submission.state in (Submission.State.SUBMITTED, Submission.State.RULED):
        when = wording.day_and_time(submission.submitted_at) if submission.submitted_at else ""
        return _("Submitted %(when)s.") % {"when": when}, _("The sheet is locked; the reviewers can return it.")
    if closes_at is not None and closes_at > now:
        return _("For reading only."), _("It is filled in by the unit's clerk.")
    if closes_at is not None:
        return _("The time to fill in is over."), _("It ended on %(when)s.") % {"when": wording.day_and_time(closes_at)}
    return _("Not open yet."), _("The sheet opens with the phase of self-assessment.")


def _returned(data: SheetData) -> tuple[str, str, str]:
    """What came back: title, the reviewers' words, and where to go."""
    submission = data.submission
    if submission is None or submission.state != Submission.State.RETURNED:
        return "", "", ""
    rows = [row for row in data.rows.values() if row.reopened]
    names = {entry.code: entry.item for entry in data.entries}
    words = [submission.returned_reason] if submission.returned_scope == Submission.Scope.SHEET else []
    for row in rows:
        item = names.get(row.item_code)
        if item is not None:
            words.append(f"{item.ref} {item.title}: {row.returned_reason}".strip())
    first = f"#item-{slug(rows[0].item_code)}" if rows else "#items"
    if submission.returned_scope == Submission.Scope.SHEET:
        return _("The reviewers returned the whole sheet."), " ".join(words), first
    return _("The reviewers returned %(n)d items.") % {"n": len(rows)}, " ".join(words), first
