"""What merging a workbook would do, line by line, compared with what is stored now and with what it was made from.

A row that says what it said when it was downloaded is left alone, whatever happened to the record since. One that was
changed is merged where the record is still as it was; where both were changed, a person chooses, and nothing is
overwritten unless they say so. What is not in the workbook is never touched.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from evidence import explain
from evidence.models import Fact
from evidence.offline import cells
from evidence.offline.columns import CODE, SAY, Shape, say_words
from evidence.offline.rows import FactRow, Filled, ItemRow, digest, item_row, version_of
from units.tables import Problem

NEW, CHANGED, EMPTIED, CLASH, TWIN, SAYING, CLEARED, ITEM_CLASH = (
    "new", "changed", "emptied", "clash", "twin", "saying", "cleared", "item_clash"
)  # fmt: skip
CHOSEN = (CLASH, TWIN, ITEM_CLASH)
"""Lines where a person chooses between what is stored and the workbook."""
ASKED = (EMPTIED, CLEARED)
"""Lines that are done only where a person says so explicitly."""

Check = Callable[[str, Mapping[str, Any], Mapping[str, Any]], Mapping[str, str]]
"""Full code, what is said, what else: a sentence for each field that does not fit the clause."""


@dataclass(frozen=True)
class Line:
    """One difference. ``stored`` and ``mine`` are told in words; ``pk`` and ``version`` are of the stored row, or 0.

    ``row`` is the workbook's. Where ``kind`` is ``twin``, somebody made a first entry under the clause meanwhile.
    """

    kind: str
    row: FactRow | ItemRow
    code: str
    ref: str
    text: str
    cell: str
    stored: str
    mine: str
    pk: int = 0
    version: int = 0

    @property
    def key(self) -> str:
        return f"r{self.row.number}"

    @property
    def chosen(self) -> bool:
        return self.kind in CHOSEN

    @property
    def asked(self) -> bool:
        return self.kind in ASKED


@dataclass(frozen=True)
class Plan:
    """``lines`` in the order of the workbook; ``unchanged`` counts the rows that say what is stored."""

    lines: list[Line] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    unchanged: int = 0

    @property
    def mark(self) -> str:
        """The same as long as merging would do the same."""
        return digest([[one.key, one.kind, one.pk, one.version, one.row.mark] for one in self.lines])

    def count(self, *kinds: str) -> int:
        return sum(line.kind in kinds for line in self.lines)


def claim_parts(row: FactRow) -> tuple[dict[str, Any], dict[str, Any]]:
    """What is said with exact numbers left as canonical texts, and the rest with its date as a date."""
    day = row.extras.get("date") or ""
    return dict(row.said), {**row.extras, "date": datetime.date.fromisoformat(day) if day else None}


def plan_of(filled: Filled, shape: Shape, editable: set[str], check: Check) -> Plan:
    """Compare a read workbook with what is stored now."""
    return _Planner(filled, shape, editable, check).plan()


class _Planner:
    def __init__(self, filled: Filled, shape: Shape, editable: set[str], check: Check) -> None:
        self.filled = filled
        self.shape = shape
        self.editable = editable
        self.check = check
        self.lines: list[Line] = []
        self.problems = list(filled.problems)
        self.unchanged = 0
        self.live = {fact.pk: fact for facts in shape.data.claims.values() for fact in facts}
        self.named = {row.pk for row in filled.facts if row.pk}

    def plan(self) -> Plan:
        for code in dict.fromkeys(row.code for row in self.filled.facts):
            if code in self.shape.clauses:
                self._clause(code, [row for row in self.filled.facts if row.code == code])
        for row in self.filled.items:
            if row.code in self.shape.entries:
                self._item(row)
        self.lines.sort(key=lambda line: line.row.number)
        return Plan(self.lines, self.problems, self.unchanged)

    # --- claims ---

    def _clause(self, code: str, rows: list[FactRow]) -> None:
        """Rows made for a fact first; then those that were empty, beside the facts that nobody knew at the download."""
        clause = self.shape.clauses[code]
        stored = self.shape.data.claims.get(code, [])
        for row in rows:
            if row.pk:
                self._known(row, self.live.get(row.pk))
        others = [fact for fact in stored if fact.pk not in self.named]
        unmatched = []
        for row in (row for row in rows if not row.pk and row.says):
            same = next((fact for fact in others if cells.row_of(clause, fact).mark == row.mark), None)
            if same is None:
                unmatched.append(row)
            else:
                others.remove(same)
                self.unchanged += 1
        unknown = [fact for fact in others if fact.pk not in self.filled.known_facts]
        for row in unmatched:
            twin = unknown.pop(0) if unknown else None
            self._line(TWIN if twin else NEW, row, twin)

    def _known(self, row: FactRow, fact: Fact | None) -> None:
        clause = self.shape.clauses[row.code]
        if fact is not None and fact.clause_code != row.code:
            self.wrong(row.number, CODE, _("The row was made for another clause; write new entries in empty rows."))
            return
        now = "" if fact is None else cells.row_of(clause, fact).mark
        before = self.filled.known_facts.get(row.pk, "")
        if row.mark in (now, before) or (fact is None and not row.says):
            self.unchanged += 1
        elif now == before:
            self._line(CHANGED if row.says else EMPTIED, row, fact)
        else:
            self._line(CLASH, row, fact)

    def _line(self, kind: str, row: FactRow, fact: Fact | None) -> None:
        item = self.shape.clauses[row.code].item
        if item not in self.editable:
            self.wrong(row.number, CODE, _("This item cannot be changed now; leave its rows as they were."))
            return
        if row.says:
            said, extras = claim_parts(row)
            for name, text in self.check(row.code, said, extras).items():
                self.wrong(row.number, self._column(row.code, name), text)
        record = self.shape.clauses[row.code].record
        gone = _("taken back") if kind == CLASH else ""
        self.lines.append(
            Line(
                kind, row, row.code, record.ref, record.text, self.filled.cell(row.number, CODE),
                self._told(row.code, cells.row_of(self.shape.clauses[row.code], fact)) if fact else gone,
                self._told(row.code, row), fact.pk if fact else 0, version_of(fact),
            )
        )  # fmt: skip

    def _column(self, code: str, name: str) -> str:
        asked = self.shape.clauses[code].asked
        return next((column for column, one in asked.items() if one.name == name), next(iter(asked)))

    def _told(self, code: str, row: FactRow) -> str:
        if row.empty and not row.present:
            return _("nothing")
        clause = self.shape.clauses[code].record
        said, extras = claim_parts(row)
        words = [
            explain.said_text(clause, said),
            explain.extras_text(clause=clause, shares=self.shape.data.definition.shares_of(code), **extras),
        ]
        return " · ".join(word for word in words if word) or _("It happened")

    # --- items as a whole ---

    def _item(self, row: ItemRow) -> None:
        stored_row = self.shape.data.rows.get(row.code)
        stored = item_row(row.code, stored_row)
        before = self.filled.known_items.get(row.code, "")
        writes = self._writes(row.code)
        left_alone = row.mark in (stored.mark, before)
        if row.say and writes and (row.say == "not_duty" or not left_alone):
            self.wrong(row.number, SAY, _("Entries are made under this item; empty this cell, or the rows below."))
            return
        if left_alone:
            self.unchanged += 1
            return
        if not row.say and writes:
            return  # the entries settle it
        if row.say and self._stays(row.code):
            self.wrong(
                row.number, SAY, _("The item holds entries; empty their rows first, and confirm taking them back.")
            )
            return
        if row.code not in self.editable:
            self.wrong(row.number, SAY, _("This item cannot be changed now; leave its rows as they were."))
            return
        kind = ITEM_CLASH if stored.mark != before else SAYING if row.say else CLEARED
        item = self.shape.entries[row.code].item
        self.lines.append(
            Line(
                kind, row, row.code, item.ref, item.title or item.code, self.filled.cell(row.number, SAY),
                _said_of(stored), _said_of(row), 0, version_of(stored_row),
            )
        )  # fmt: skip

    def _writes(self, item_code: str) -> bool:
        """Whether rows under the item would write entries, or hold some that stay."""
        return any(
            line.kind in (NEW, CHANGED, TWIN, CLASH) and isinstance(line.row, FactRow) and line.row.says
            for line in self.lines
            if line.code.rpartition(".")[0] == item_code
        )

    def _stays(self, item_code: str) -> bool:
        """Whether stored entries of the item are not emptied in the workbook."""
        emptied = {line.pk for line in self.lines if line.kind in (EMPTIED, CLASH)}
        held = [
            fact for clause in self.shape.clauses_of(item_code) for fact in self.shape.data.claims.get(clause.code, [])
        ]
        return any(fact.pk not in emptied for fact in held)

    def wrong(self, number: int, column: str, text: str) -> None:
        self.problems.append(Problem(self.filled.sheet, self.filled.cell(number, column), text))


def _said_of(row: ItemRow) -> str:
    word = say_words().get(row.say, _("nothing"))
    return f"{word} · {row.reason}" if row.reason else word
