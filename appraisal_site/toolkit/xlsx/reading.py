"""The one reader of lists: .xlsx and .csv in, sheets of rows out, or one sentence that says what to do instead.

Numbers come as Decimal, exactly as the cell shows them when it is edited; texts without blanks around them; dates as
date, or datetime where the cell has a time; an empty cell as None. Rows keep the numbers they have in Excel.
"""

from __future__ import annotations

import codecs
import csv
import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from io import BytesIO, StringIO
from types import MappingProxyType
from typing import Any, NamedTuple

from django.utils.translation import gettext as _
from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

from appraisal_site.toolkit.xlsx.packed import Suspicious, largest_sheet, open_container, unknown_cells

MAX_BYTES = 20 * 1024 * 1024
MAX_ROWS = 20_000
MAX_COLUMNS = 400
_OLD = b"\xd0\xcf\x11\xe0"  # .xls, and any workbook with a password

_CHINESE = re.compile("[\u4e00-\u9fff]")

Value = str | Decimal | bool | date | datetime | time | timedelta | None


class Unreadable(Exception):
    """The file cannot be read as a list; the text is for the person who sent it."""


class Row(NamedTuple):
    """One row with the number it has in Excel, counted from 1."""

    number: int
    cells: list[Value]


class Merge(NamedTuple):
    """Cells merged into one, which holds what the first of them holds. Rows count from 1, columns from 0."""

    first_row: int
    last_row: int
    first_column: int
    last_column: int


class Sheet(NamedTuple):
    """One sheet: its name (empty for .csv) and its rows, the blank ones left out, and what is merged.

    `unknown` names by address (B7) the cells that read as empty though they are not: with the error a formula ended in,
    or with nothing where it was never worked out.
    """

    name: str
    rows: list[Row]
    merges: tuple[Merge, ...] = ()
    unknown: Mapping[str, str] = MappingProxyType({})


def read_workbook(
    content: bytes,
    *,
    max_bytes: int = MAX_BYTES,
    max_rows: int = MAX_ROWS,
    max_columns: int = MAX_COLUMNS,
    hidden: tuple[str, ...] = (),
) -> list[Sheet]:
    """All visible sheets of a workbook, or the one of a .csv file; raises Unreadable.

    `hidden` names sheets that are read though nobody sees them.
    """
    if not content.strip():
        raise Unreadable(_("The file is empty."))
    if len(content) > max_bytes:
        raise Unreadable(_("The file is larger than %(limit)s MB.") % {"limit": max_bytes // 1024 // 1024})
    if content.startswith(_OLD):
        raise Unreadable(_("This is an old .xls workbook or one with a password. Save it as .xlsx without a password."))
    if content.startswith(b"PK"):
        return _read_xlsx(content, max_rows, max_columns, hidden)
    return [Sheet("", list(_within(_read_csv(content), max_rows, max_columns)))]


def _read_xlsx(content: bytes, max_rows: int, max_columns: int, hidden: tuple[str, ...]) -> list[Sheet]:
    try:
        with open_container(content) as container:
            if "xl/workbook.xml" not in container.namelist():
                raise Suspicious("no xl/workbook.xml")
            rows, columns = largest_sheet(container)
            unknown = unknown_cells(container)
    except Suspicious as error:
        raise Unreadable(
            _("This is not an Excel workbook, or it is damaged. Open it in Excel and save it anew.")
        ) from error
    if rows > max_rows or columns > max_columns:
        raise Unreadable(_too_large(max_rows, max_columns))
    try:
        book = CalamineWorkbook.from_object(BytesIO(content))
        names = [
            sheet.name
            for sheet in book.sheets_metadata
            if sheet.typ == SheetTypeEnum.WorkSheet
            and (sheet.visible == SheetVisibleEnum.Visible or sheet.name in hidden)
        ]
        read = [(name, book.get_sheet_by_name(name)) for name in names]
        sheets = [(name, sheet.to_python(skip_empty_area=False), _merges(sheet)) for name, sheet in read]
    except (CalamineError, ValueError, OSError) as error:
        raise Unreadable(
            _("This is not an Excel workbook, or it is damaged. Open it in Excel and save it anew.")
        ) from error
    return [
        Sheet(name, list(_within(enumerate(rows, 1), max_rows, max_columns)), merges, unknown.get(name, {}))
        for name, rows, merges in sheets
    ]


def _merges(sheet: CalamineSheet) -> tuple[Merge, ...]:
    ranges = sheet.merged_cell_ranges or ()
    return tuple(Merge(top + 1, bottom + 1, left, right) for (top, left), (bottom, right) in ranges)


def _within(rows: Iterable[tuple[int, list[Any]]], max_rows: int, max_columns: int) -> Iterator[Row]:
    """The rows that say something, as plain values."""
    for number, values in rows:
        if number > max_rows or len(values) > max_columns:
            raise Unreadable(_too_large(max_rows, max_columns))
        cells = [_plain(value) for value in values]
        if any(cell is not None for cell in cells):
            yield Row(number, cells)


def _too_large(max_rows: int, max_columns: int) -> str:
    text = _("More than %(rows)s rows or %(columns)s columns. Delete what is not needed, or send the list in parts.")
    return text % {"rows": max_rows, "columns": max_columns}


def _plain(value: Any) -> Value:
    if isinstance(value, str):
        return value.strip("\ufeff \t\r\n\u3000\xa0") or None
    if isinstance(value, float):
        whole = int(value)  # a cell never holds infinity
        return Decimal(whole) if whole == value and -1e15 < value < 1e15 else Decimal(repr(value))
    if isinstance(value, int) and not isinstance(value, bool):
        return Decimal(value)
    return value


def _read_csv(content: bytes) -> Iterator[tuple[int, list[str]]]:
    text = _decoded(content)
    first = text.partition("\n")[0]
    delimiter = max(",\t;，", key=first.count)
    reader = csv.reader(StringIO(text, newline=""), delimiter=delimiter, strict=True)
    number = 0
    try:
        for number, values in enumerate(reader, 1):
            yield number, values
    except csv.Error as error:
        raise Unreadable(
            _("Row %(number)s cannot be read: a quotation mark is not closed.") % {"number": number + 1}
        ) from error


def _decoded(content: bytes) -> str:
    """The text: UTF-8, UTF-16 when it says so, or GB18030, as Excel in China writes it."""
    encodings = ["utf-16"] if content[:2] in {b"\xff\xfe", b"\xfe\xff"} else ["utf-8-sig", "gb18030"]
    for encoding in encodings:
        if encoding == "gb18030" and (odd := _odd_line(content)):
            text = _("Line %(number)s is in another encoding than the lines before it (UTF-8, GB18030). Save it anew.")
            raise Unreadable(text % {"number": odd})
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" not in text:
            return text
    raise Unreadable(_("This is neither a workbook (.xlsx) nor a text list (.csv in UTF-8 or GB18030)."))


def _odd_line(content: bytes) -> int:
    """The first line that is in UTF-8 where those before are not, or the reverse; 0 where all agree."""
    first = True if content.startswith(codecs.BOM_UTF8) else None
    for number, line in enumerate(content.split(b"\n"), 1):
        said = _is_utf8(line)
        if said is not None and first is not None and said != first:
            return number
        first = said if first is None else first
    return 0


def _is_utf8(line: bytes) -> bool | None:
    """Whether a line is in UTF-8; None where it may be either: a few bytes of GB18030 look like UTF-8 by chance."""
    try:
        text = line.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True if len(_CHINESE.findall(text)) >= 3 else None
