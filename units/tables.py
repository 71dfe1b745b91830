"""Reading a list out of an uploaded workbook: sheets, heads, rows, and where each cell was. No database.

Every sheet whose head row is recognised is read, the others are left alone (a page of explanations may stand among
them). A head may be Chinese or English, and title lines may stand above it.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import IO, Any, NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from openpyxl.utils import get_column_letter

from appraisal_site.toolkit.xlsx import Sheet, Unreadable, read_workbook

MAX_BYTES = 5 * 1024 * 1024
MAX_ROWS = 10_000
MAX_COLUMNS = 60
HEAD_WITHIN = 10  # rows from the top


class Problem(NamedTuple):
    """One thing to put right, and where: a sheet and a cell, or neither for the whole file.

    `head` is what the column is called, where the cell stands under one.
    """

    sheet: str
    cell: str
    text: str
    head: str = ""

    @property
    def place(self) -> str:
        """The cell in words: row 7, column “Code”."""
        row = self.cell.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
        if not row:
            return ""
        if not self.head:
            return _("row {row}").format(row=row)
        return _("row {row}, column “{head}”").format(row=row, head=self.head)


class Row(NamedTuple):
    """One row of a list: its sheet, its number there, the text of each column by field."""

    sheet: str
    number: int
    values: dict[str, str]


class Table(NamedTuple):
    """The rows of all recognised sheets; `columns` gives each sheet's column letters by field."""

    rows: list[Row]
    columns: dict[str, dict[str, str]]

    def cell(self, row: Row, field: str) -> str:
        """The address of a field of a row, such as C7; of the row's first column if the list has no such column."""
        letters = self.columns[row.sheet]
        return f"{letters.get(field) or next(iter(letters.values()))}{row.number}"


def read_table(
    file: IO[bytes], *, heads: Mapping[str, tuple[str, ...]], required: tuple[str, ...]
) -> tuple[Table, list[Problem]]:
    """Read the list. `heads` names the accepted heads of each field; `required` must all be there."""
    try:
        sheets = read_workbook(
            file.read(MAX_BYTES + 1), max_bytes=MAX_BYTES, max_rows=MAX_ROWS, max_columns=MAX_COLUMNS
        )
    except Unreadable as problem:
        return Table([], {}), [Problem("", "", str(problem))]
    table, problems = Table([], {}), []
    for sheet in sheets:
        problems += _read_sheet(sheet, heads, required, table)
    if not table.columns:
        problems.append(Problem("", "", _no_list(sheets, heads, required)))
    elif not table.rows and not problems:
        problems.append(Problem(next(iter(table.columns)), "", _("There are no rows below the heads.")))
    elif len(table.rows) > MAX_ROWS:
        problems.append(Problem("", "", _("More than {count} rows: split the list.").format(count=MAX_ROWS)))
    return table, problems


def _no_list(sheets: list[Sheet], heads: Mapping[str, tuple[str, ...]], required: tuple[str, ...]) -> str:
    """That the list is not there, and where it was looked for."""
    joint = pgettext("enumeration", ", ")
    wanted = joint.join(heads[field][0] for field in required)
    said = _("No sheet has the columns {heads} in its first rows.").format(heads=wanted)
    names = joint.join(sheet.name for sheet in sheets if sheet.name)
    return said + _("Looked at: {names}.").format(names=names) if names else said


def _read_sheet(
    sheet: Sheet, heads: Mapping[str, tuple[str, ...]], required: tuple[str, ...], table: Table
) -> list[Problem]:
    """Add the sheet's rows to the table; a sheet without heads is left alone."""
    names = {_plain(head): field for field, accepted in heads.items() for head in (field, *accepted)}
    for place, row in enumerate(sheet.rows):
        if row.number > HEAD_WITHIN:
            break
        under = [(names[_plain(cell)], column) for column, cell in enumerate(row.cells) if _plain(cell) in names]
        found = dict(reversed(under))
        if len(found) >= min(2, len(required)):
            below = sheet._replace(rows=sheet.rows[place + 1 :])
            table.columns[sheet.name] = {field: get_column_letter(column + 1) for field, column in found.items()}
            problems = _head_problems(sheet.name, row.number, heads, required, under)
            problems += _spread_merges(below, row.number, found, heads)
            problems += _unreadable_cells(below, row.number, found, heads)
            table.rows.extend(_rows(below, found))
            return sorted(problems, key=lambda problem: (_row_of(problem.cell), problem.cell))
    return []


def _head_problems(
    sheet: str,
    number: int,
    heads: Mapping[str, tuple[str, ...]],
    required: tuple[str, ...],
    under: list[tuple[str, int]],
) -> list[Problem]:
    """Columns that are missing, and columns that stand twice: which one is meant?"""
    found = [field for field, _column in under]
    text = _("The column “{head}” is missing.")
    problems = [
        Problem(sheet, f"A{number}", text.format(head=heads[field][0])) for field in required if field not in found
    ]
    text = _("The column “{head}” stands here a second time. Keep one of them.")
    for place, (field, column) in enumerate(under):
        if field in found[:place]:
            head = heads[field][0]
            problems.append(Problem(sheet, f"{get_column_letter(column + 1)}{number}", text.format(head=head), head))
    return problems


def _spread_merges(
    sheet: Sheet, head: int, columns: dict[str, int], heads: Mapping[str, tuple[str, ...]]
) -> list[Problem]:
    """A value merged over several rows holds for each of them; one merged over several columns cannot be read."""
    rows = {row.number: row for row in sheet.rows}
    problems = []
    for merge in sheet.merges:
        first = rows.get(merge.first_row)
        touched = [field for field, column in columns.items() if merge.first_column <= column <= merge.last_column]
        if first is None or merge.first_row <= head or not touched or merge.first_column >= len(first.cells):
            continue
        value, place = first.cells[merge.first_column], merge.first_column
        if value is None:
            continue
        if merge.last_column > place:
            cell = f"{get_column_letter(place + 1)}{merge.first_row}"
            last = f"{get_column_letter(merge.last_column + 1)}{merge.last_row}"
            text = _("{cell}:{last} is merged across columns. Unmerge the cells and fill in each of them.")
            problems.append(
                Problem(
                    sheet.name, cell, text.format(cell=cell, last=last), heads[min(touched, key=columns.__getitem__)][0]
                )
            )
            continue
        for number in range(merge.first_row + 1, merge.last_row + 1):
            if number in rows and place < len(rows[number].cells):
                rows[number].cells[place] = value
    return problems


def _unreadable_cells(
    sheet: Sheet, head: int, columns: dict[str, int], heads: Mapping[str, tuple[str, ...]]
) -> list[Problem]:
    """Cells whose formula was never worked out or ended in an error: their value is not known."""
    letters = {get_column_letter(column + 1): field for field, column in columns.items()}
    problems = []
    for cell, error in sheet.unknown.items():
        field = letters.get(cell.rstrip("0123456789"))
        if field is None or _row_of(cell) <= head:
            continue
        if error:
            text = _("The formula here ends in the error {error}.").format(error=error)
        else:
            text = _(
                "The formula here was never worked out. Open the workbook in Excel and save it, or type the value."
            )
        problems.append(Problem(sheet.name, cell, text, heads[field][0]))
    return problems


def _row_of(cell: str) -> int:
    return int(cell.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ"))


def _rows(sheet: Sheet, columns: dict[str, int]) -> list[Row]:
    found = []
    for row in sheet.rows:
        said = {field: text_of(row.cells[place]) if place < len(row.cells) else "" for field, place in columns.items()}
        if any(said.values()):
            found.append(Row(sheet.name, row.number, said))
    return found


def _plain(value: Any) -> str:
    """A head without blanks, marks for obligation and remarks in brackets."""
    text = text_of(value).replace("\n", "").replace(" ", "").replace("*", "").lower()
    for opening in "(（":
        text = text.partition(opening)[0]
    return text


def text_of(value: Any) -> str:
    """What a cell says, as a person would type it."""
    if value is None:
        return ""
    if isinstance(value, datetime | date):
        return value.isoformat()[:10]
    return str(value).replace("\u3000", " ").strip()
