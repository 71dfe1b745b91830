"""A unit's sheet as a workbook to fill in: drop-downs, allowed ranges, notes on the heads, and only the cells that the
clause of a row asks for open to writing."""

from __future__ import annotations

import datetime
from copy import copy
from io import BytesIO
from typing import Any

import openpyxl
from django.utils.translation import gettext as _
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Border, PatternFill, Protection, Side
from openpyxl.utils import get_column_letter

from appraisal_site.toolkit.xlsx.looks import FONTS, set_up_print
from evidence import explain
from evidence.models import Fact
from evidence.offline import cells, columns, stamp
from evidence.offline.columns import ASKS, CODE, FACT, FULL, HOW, REASON, SAY, TEXT, Clause, Shape
from evidence.offline.guide import write_guide
from evidence.offline.limits import Limits
from evidence.offline.rows import item_row, version_of

HEAD = 3
SPARE = 3
"""Empty rows for each clause that may hold several entries."""
FREE = 40
"""Rows at the end in which the code of a clause is written."""
_A3 = 8  # what Excel calls the paper
_LONGEST = 32_767
_FORMULA_STARTS = frozenset("=+-@\t\r\n")
_LINE = Side(style="thin", color="D0D3D8")
_GRID = Border(left=_LINE, right=_LINE, top=_LINE, bottom=_LINE)
_FILLS = {"head": "E3E5E9", "item": "EDEFF2", "shut": "F1F2F4"}
_WIDTHS = {
    CODE: 24, TEXT: 40, FULL: 7, HOW: 34, ASKS: 24, SAY: 15, REASON: 24, "date": 12, "matter": 20, "note": 28,
    "level": 22, "target": 22, "share": 13, "modifiers": 20, "exempt_reason": 28,
}  # fmt: skip
_WRAPPED = (TEXT, HOW, ASKS, REASON, "note", "matter", "modifiers", "exempt_reason")


def write_sheet(shape: Shape, editable: set[str]) -> bytes:
    """The workbook. Cells of items that are not ``editable`` are shut, so it can also merely be read."""
    return _Book(shape, editable).content()


class _Book:
    def __init__(self, shape: Shape, editable: set[str]) -> None:
        self.shape = shape
        self.editable = editable
        enrolment = shape.data.enrolment
        self.title = f"{enrolment.unit} · {enrolment.cycle.title}"
        self.book = openpyxl.Workbook()
        self.book.properties.title, self.book.properties.creator = self.title, "Kaoping"
        guide: Any = self.book.active
        guide.title = _("How to fill in")
        self.sheet: Any = self.book.create_sheet(_("Sheet to fill in"))
        self.stamp = stamp.stamp_for(enrolment, self.sheet.title)
        self.stamp.heads = columns.heads(shape.columns)
        self.stamp.words = {**columns.say_words(), "yes": columns.yes()}
        self.places = {key: place for place, key in enumerate(shape.columns, 1)}
        self.letters = {key: get_column_letter(place) for key, place in self.places.items()}
        self.limits = Limits(self.book, self.sheet)
        self.looks: dict[tuple[str, ...], Any] = {}
        self.number = HEAD
        self._heads()
        for entry in shape.data.claimable:
            self._item(entry)
        self._free_rows()
        self._finish()
        write_guide(guide, self.title, editable=bool(editable))
        self._hidden()
        self.book.active = 1
        guide.sheet_view.tabSelected = False

    def content(self) -> bytes:
        buffer = BytesIO()
        self.book.save(buffer)
        return buffer.getvalue()

    # --- heads ---

    def _heads(self) -> None:
        self._put(1, CODE, self.title, "title")
        self._put(
            2,
            CODE,
            _("Only white cells can be written in. Nothing counts before the workbook is brought back."),
            "note",
        )
        helps = columns.helps()
        for key, title in self.stamp.heads.items():
            cell = self._put(HEAD, key, title, "head")
            if key in helps:
                cell.comment = Comment(helps[key], "Kaoping", height=40 + 18 * (len(helps[key]) // 16 + 1), width=260)
            self.sheet.column_dimensions[self.letters[key]].width = _WIDTHS.get(key, 12)
        self.sheet.column_dimensions[self.letters[FACT]].hidden = True
        self.sheet.row_dimensions[1].height, self.sheet.row_dimensions[HEAD].height = 26, 32

    # --- an item and its clauses ---

    def _item(self, entry: Any) -> None:
        self.number += 1
        item, row = entry.item, self.shape.data.rows.get(entry.code)
        said = item_row(entry.code, row)
        for key in self.shape.columns:
            self._put(self.number, key, None, "item")
        self._put(self.number, CODE, entry.code, "item")
        self._put(self.number, TEXT, f"{item.ref} {item.title or item.code}".strip(), "item")
        if item.points is not None:
            self._put(self.number, FULL, item.points, "item")
        self._put(self.number, HOW, explain.item_how(entry), "item")
        look = "open" if entry.code in self.editable else "item"
        words = columns.say_words()
        self._put(self.number, SAY, words.get(said.say), look)
        self._put(self.number, REASON, said.reason or None, look)
        if look == "open":
            self.limits.choose(tuple(words.values()), self._at(SAY), strict=True)
            self.limits.length(columns.LONGEST["reason"], self._at(REASON))
        self.stamp.items[entry.code] = said.mark
        self.stamp.versions[entry.code] = version_of(row)
        self._height([(entry.item.title or "", _WIDTHS[TEXT])])
        for clause in self.shape.clauses_of(entry.code):
            self._clause(clause, entry.code in self.editable)

    def _clause(self, clause: Clause, editable: bool) -> None:
        facts = self.shape.data.claims.get(clause.code, [])
        spare = SPARE if clause.repeats else int(not facts)
        rows: list[Fact | None] = [*facts, *[None] * (spare if editable or not facts else 0)]
        if not editable and not facts:
            rows = [None]
        first = self.number + 1
        for place, fact in enumerate(rows):
            self.number += 1
            self._fact(clause, fact, editable, first=not place)
        if editable:
            for key, asked in clause.asked.items():
                self.limits.ask(asked, f"{self.letters[key]}{first}:{self.letters[key]}{self.number}")

    def _fact(self, clause: Clause, fact: Fact | None, editable: bool, *, first: bool) -> None:
        record = clause.record
        for key in self.shape.columns:
            opened = editable and key in clause.asked
            self._put(self.number, key, None, "open" if opened else "shut", self._holds(clause, key))
        self._put(self.number, CODE, clause.code, "code")
        text = f"{record.ref} {record.text}".strip()
        self._put(self.number, TEXT, text if first else f"〃 {text[:24]}", "plain" if first else "code")
        if first:
            data = self.shape.data
            how = explain.how(record, data.definition, clause.code, data.enrolment.series_code)
            asks = self._asks(clause)
            self._put(self.number, HOW, how, "plain")
            self._put(self.number, ASKS, asks, "plain")
            self._height([(text, _WIDTHS[TEXT]), (how, _WIDTHS[HOW]), (asks, _WIDTHS[ASKS])])
        if fact is None:
            return
        for key, value in cells.shown(clause, fact).items():
            self._put(self.number, key, value, "open" if editable else "shut", self._holds(clause, key))
        self._put(self.number, FACT, str(fact.pk), "code")
        self.stamp.facts[fact.pk] = cells.row_of(clause, fact).mark
        self.stamp.versions[str(fact.pk)] = fact.version

    @staticmethod
    def _asks(clause: Clause) -> str:
        """What to fill in, the necessary marked."""
        named = [
            f"{asked.label}*" if asked.required else asked.label
            for asked in clause.asked.values()
            if asked.name not in columns.EXTRAS or asked.required
        ]
        return "、".join(named)

    @staticmethod
    def _holds(clause: Clause, key: str) -> str:
        asked = clause.asked.get(key)
        return asked.holds if asked else ""

    def _free_rows(self) -> None:
        if not self.editable:
            return
        self.number += 1
        for key in self.shape.columns:
            self._put(self.number, key, None, "item")
        self._put(self.number, TEXT, _("More entries: write the code of a clause in front"), "item")
        first = self.number + 1
        for _place in range(FREE):
            self.number += 1
            for key in self.shape.columns:
                shut = key in (*columns.LEADING[1:], FACT)
                self._put(self.number, key, None, "shut" if shut else "open", "date" if key == "date" else "")
        codes = tuple(clause.code for clause in self.shape.clauses.values() if clause.item in self.editable)
        self.limits.choose(codes, f"{self.letters[CODE]}{first}:{self.letters[CODE]}{self.number}", strict=True)

    # --- cells ---

    def _at(self, key: str) -> str:
        return f"{self.letters[key]}{self.number}"

    def _put(self, number: int, key: str, value: Any, look: str, holds: str = "") -> Any:
        cell = self.sheet.cell(number, self.places[key])
        literal = False
        if isinstance(value, str) and holds == "date":
            value = datetime.date.fromisoformat(value)
        if isinstance(value, str):
            value = ILLEGAL_CHARACTERS_RE.sub("", value)[:_LONGEST]
            literal = value[:1] in _FORMULA_STARTS
        cell.value = value
        if isinstance(value, str):
            cell.data_type = "s"
        cell._style = copy(self._look(cell, key, look, holds, literal))
        return cell

    def _look(self, cell: Any, key: str, look: str, holds: str, literal: bool) -> Any:
        name = (key in _WRAPPED and "wrap") or "", look, holds, "literal" if literal else ""
        known = self.looks.get(name)
        if known is not None:
            return known
        cell.font = copy(
            FONTS[
                {"head": "head", "item": "strong", "title": "title", "note": "note", "code": "note"}.get(look, "plain")
            ]
        )
        cell.protection = Protection(locked=look != "open")
        cell.number_format = {"date": "yyyy-mm-dd", "text": "@", "choice": "General"}.get(holds, "General")
        cell.alignment = Alignment(vertical="top", wrap_text=key in _WRAPPED and look not in ("title", "note"))
        if look == "head":
            cell.alignment = Alignment(horizontal="center", vertical="center", wrap_text=True)
        cell.fill = PatternFill("solid", fgColor=_FILLS[look]) if look in _FILLS else PatternFill()
        if look not in ("title", "note"):
            cell.border = _GRID
        cell.quotePrefix = literal
        self.looks[name] = copy(cell._style)
        return self.looks[name]

    def _height(self, texts: list[tuple[str, float]]) -> None:
        lines = max(
            sum(2 if ord(sign) > 0x2E80 else 1 for sign in text) // (int(width) - 3) + 1 for text, width in texts
        )
        if lines > 1:
            self.sheet.row_dimensions[self.number].height = 14.5 * min(lines, 16) + 3

    def _finish(self) -> None:
        self.limits.finish()
        made = self.sheet
        made.freeze_panes = f"{self.letters[FULL]}{HEAD + 1}"
        made.protection.sheet = True
        for name in ("formatCells", "formatColumns", "formatRows", "autoFilter"):
            setattr(made.protection, name, False)
        set_up_print(made, heads=f"{HEAD}:{HEAD}", landscape=True, foot=self.title)
        made.page_setup.paperSize = _A3

    def _hidden(self) -> None:
        made: Any = self.book.create_sheet(stamp.NAME)
        for number, row in enumerate(self.stamp.rows(), 1):
            for place, text in enumerate(row, 1):
                cell = made.cell(number, place, text)
                cell.data_type, cell.number_format = "s", "@"
        made.sheet_state = "hidden"
        made.protection.sheet = True
