"""The sheets and columns of a workbook that came in: found by their names in either language, wherever they stand."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from django.utils.translation import gettext as _
from openpyxl.utils import get_column_letter

from appraisal_site.toolkit.xlsx import Sheet as RawSheet
from appraisal_site.toolkit.xlsx import Unreadable, read_workbook
from rubrics.files.workbook import words
from rubrics.files.workbook.places import Place, Placed
from rubrics.files.workbook.plan import Column, Sheet, sheets
from rubrics.files.workbook.understood import folded, text_of
from rubrics.files.workbook.words import pick
from rubrics.kinds.problems import HINT, Problem

_LOOKED_AT = 10  # rows among which the heads are sought
_IGNORED = frozenset(folded(word) for pair in (words.GUIDE, words.CHOICES) for word in pair)


class Line(NamedTuple):
    """One row: its number in the workbook, and its cells."""

    number: int
    cells: list[Any]

    def at(self, place: int) -> Any:
        """The content of a cell, None where it is blank."""
        return self.cells[place] if place < len(self.cells) else None

    def cell(self, place: int) -> str:
        return f"{get_column_letter(place + 1)}{self.number}"


@dataclass(frozen=True)
class Found:
    """A sheet that was found: which columns its leading heads and its fields stand in, and the rows below the heads."""

    plan: Sheet
    name: str
    leading: Mapping[words.Words, int]
    columns: Mapping[int, Column]
    rows: list[Line]


@dataclass
class Book:
    """The sheets by the key of their plan, and what is wrong with sheets and heads."""

    found: dict[str, Found] = field(default_factory=dict)
    problems: list[Placed] = field(default_factory=list)

    def wrong(self, place: Place, code: str, /, *, hint: bool = False, **params: Any) -> None:
        problem = Problem((), code, params)
        self.problems.append(Placed(place, problem._replace(severity=HINT) if hint else problem))


def open_book(content: bytes, lang: str) -> Book:
    """The sheets of a workbook. Raises Unreadable where the content is no workbook of a rubric."""
    if content.strip() and not content.startswith((b"PK", b"\xd0\xcf\x11\xe0")):
        raise Unreadable(_("This is not a workbook (.xlsx). A rubric has many sheets, which a text list cannot hold."))
    raw = read_workbook(content)
    named = {folded(name): plan for plan in sheets() for name in plan.name}
    if not any(folded(each.name) in named for each in raw):
        raise Unreadable(
            _("No sheet of a rubric is in this workbook. Start from the blank workbook or from a downloaded one.")
        )
    book = Book()
    for each in raw:
        plan = named.get(folded(each.name))
        if plan is None:
            _unknown_sheet(book, each, lang)
        elif plan.key in book.found:
            book.wrong(Place(each.name), "sheet_twice", name=each.name)
        else:
            _take(book, plan, each, lang)
    for plan in sheets():
        if plan.key not in book.found and not any(folded(each.name) in _names(plan) for each in raw):
            name = pick(plan.name, lang)
            book.wrong(Place(name), "sheet_missing", name=name)
    return book


def _names(plan: Sheet) -> set[str]:
    return {folded(name) for name in plan.name}


def _unknown_sheet(book: Book, raw: RawSheet, lang: str) -> None:
    if folded(raw.name) in _IGNORED or not raw.rows:
        return
    known = [pick(plan.name, lang) for plan in sheets()]
    near = difflib.get_close_matches(raw.name, known, n=2, cutoff=0.4)
    book.wrong(Place(raw.name), "sheet_unknown", hint=True, name=raw.name, known=near)


def _take(book: Book, plan: Sheet, raw: RawSheet, lang: str) -> None:
    leading = (words.FIELD, words.ENTRY) if plan.form == "head" else plan.leading
    columns = () if plan.form == "head" else plan.columns
    titles: dict[str, words.Words | Column] = {folded(word): head for head in leading for word in head}
    titles |= {folded(title): column for column in columns for title in column.title}
    row = _head_row(raw, titles)
    if row is None:
        book.wrong(
            Place(raw.name, "A1"), "no_heads", known=[pick(head, lang) for head in leading] or _heads(plan, lang)
        )
        return
    seen: dict[words.Words, int] = {}
    fields: dict[int, Column] = {}
    rows = [Line(each.number, each.cells) for each in raw.rows if each.number > row.number]
    for place, value in enumerate(row.cells):
        if value is None:
            _without_head(book, raw.name, place, row.number, rows)
            continue
        cell = Place(raw.name, f"{get_column_letter(place + 1)}{row.number}")
        head = titles.get(folded(text_of(value)))
        if head is None:
            _unknown_head(book, plan, cell, (place, text_of(value), rows), lang)
        elif isinstance(head, Column):
            if head in fields.values():
                book.wrong(cell, "column_twice", name=text_of(value))
            else:
                fields[place] = head
        elif head in seen:
            book.wrong(cell, "column_twice", name=text_of(value))
        else:
            seen[head] = place
    _missing(book, (raw.name, row.number), (leading, columns), (seen, fields), lang)
    for merge in raw.merges:
        if merge.last_row >= row.number:
            first, last = (
                f"{get_column_letter(column + 1)}{number}"
                for column, number in ((merge.first_column, merge.first_row), (merge.last_column, merge.last_row))
            )
            book.wrong(Place(raw.name, first), "cell_merged", cells=f"{first}:{last}")
    for name, error in raw.unknown.items():
        book.wrong(Place(raw.name, name), "cell_error" if error else "cell_formula", value=error)
    if all(head in seen for head in leading):
        book.found[plan.key] = Found(plan, raw.name, seen, fields, [line for line in rows if _says(line, seen, fields)])


def _says(line: Line, leading: Mapping[words.Words, int], fields: Mapping[int, Column]) -> bool:
    return any(line.at(place) is not None for place in (*leading.values(), *fields))


def _head_row(raw: RawSheet, titles: Mapping[str, Any]) -> Any:
    """The row among the first with the most heads that are known."""
    best, most = None, 0
    for row in raw.rows:
        if row.number > _LOOKED_AT:
            break
        count = sum(1 for value in row.cells if isinstance(value, str) and folded(text_of(value)) in titles)
        if count > most:
            best, most = row, count
    return best if most >= min(2, len({id(head) for head in titles.values()})) else None


def _without_head(book: Book, name: str, place: int, head_row: int, rows: list[Line]) -> None:
    line = next((line for line in rows if line.at(place) is not None), None)
    if line is not None:
        book.wrong(Place(name, line.cell(place)), "column_without_head")


def _unknown_head(book: Book, plan: Sheet, cell: Place, column: tuple[int, str, list[Line]], lang: str) -> None:
    """A column that is not known: wrong where it says something; the explanations of a form are known."""
    place, name, rows = column
    if plan.form == "head" or not any(line.at(place) is not None for line in rows):
        return
    near = difflib.get_close_matches(name, _heads(plan, lang), n=3, cutoff=0.5)
    book.wrong(cell, "column_unknown", name=name, known=near or _heads(plan, lang))


def _heads(plan: Sheet, lang: str) -> list[str]:
    return [pick(head, lang) for head in (*plan.leading, *(column.title for column in plan.columns))]


def _missing(book: Book, at: tuple[str, int], wanted: Any, found: Any, lang: str) -> None:
    (name, row), (leading, columns), (seen, fields) = at, wanted, found
    for head in leading:
        if head not in seen:
            book.wrong(Place(name, f"A{row}"), "column_missing", name=pick(head, lang))
    for column in columns:
        if column not in fields.values():
            title = pick(column.title, lang)
            book.wrong(Place(name, f"A{row}"), "column_missing", hint=not column.field.required, name=title)
