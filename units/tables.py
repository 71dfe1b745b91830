"""Reading a list out of an uploaded workbook: sheets, heads, rows, and where each cell was. No database.

Every sheet whose head row is recognised is read, the others are left alone (a page of explanations may stand among
them). A head may be Chinese or English, and title lines may stand above it.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import IO, Any, NamedTuple

from django.utils.translation import gettext as _
from openpyxl.utils import get_column_letter

from appraisal_site.toolkit.xlsx import Sheet, Unreadable, read_workbook

MAX_BYTES = 5 * 1024 * 1024
MAX_ROWS = 3_000
MAX_COLUMNS = 60
HEAD_WITHIN = 10  # rows from the top


class Problem(NamedTuple):
    """One thing to put right, and where: a sheet and a cell, or neither for the whole file."""

    sheet: str
    cell: str
    text: str


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
        wanted = ", ".join(heads[field][0] for field in required)
        problems.append(Problem("", "", _("No sheet has the columns {heads} in its first rows.").format(heads=wanted)))
    elif not table.rows and not problems:
        problems.append(Problem(next(iter(table.columns)), "", _("There are no rows below the heads.")))
    elif len(table.rows) > MAX_ROWS:
        problems.append(Problem("", "", _("More than {count} rows: split the list.").format(count=MAX_ROWS)))
    return table, problems


def _read_sheet(
    sheet: Sheet, heads: Mapping[str, tuple[str, ...]], required: tuple[str, ...], table: Table
) -> list[Problem]:
    """Add the sheet's rows to the table; a sheet without heads is left alone."""
    names = {_plain(head): field for field, accepted in heads.items() for head in (field, *accepted)}
    for place, row in enumerate(sheet.rows):
        if row.number > HEAD_WITHIN:
            break
        found = {names[_plain(cell)]: column for column, cell in enumerate(row.cells) if _plain(cell) in names}
        if len(found) >= min(2, len(required)):
            table.columns[sheet.name] = {field: get_column_letter(column + 1) for field, column in found.items()}
            table.rows.extend(_rows(sheet, place + 1, found))
            text = _("The column “{head}” is missing.")
            missing = [field for field in required if field not in found]
            return [Problem(sheet.name, f"A{row.number}", text.format(head=heads[field][0])) for field in missing]
    return []


def _rows(sheet: Sheet, start: int, columns: dict[str, int]) -> list[Row]:
    found = []
    for row in sheet.rows[start:]:
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
