"""The one writer of workbooks: rows are streamed, so a large workbook costs no more memory than a small one.

Every text becomes a text cell, never a formula, whatever it begins with; every number stays a number.

    book = Workbook(title=_("Results"))
    sheet = book.sheet(_("Counties"), title=cycle.title, columns=[Column(_("Unit"), 24), Column(_("Total"), digits=2)])
    sheet.row(["Town A", Decimal("97.5")])
    return answer(book, "results.xlsx")
"""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from io import BytesIO
from itertools import groupby
from math import isfinite
from typing import IO, Any, NamedTuple

import openpyxl
from django.http import FileResponse
from django.utils import timezone
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.utils import get_column_letter
from openpyxl.utils.datetime import to_excel
from openpyxl.worksheet._write_only import WriteOnlyWorksheet

from appraisal_site.toolkit.xlsx.looks import Kind, number_form, register, set_up_print

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
LONGEST_TEXT = 32_767  # characters that Excel takes in one cell
LONGEST_NAME = 31
_FORMULA_STARTS = frozenset("=+-@\t\r\n")
_NOT_IN_NAMES = re.compile(r"[\[\]:*?/\\\x00-\x1f]")

Value = str | int | float | Decimal | bool | date | datetime | time | None


@dataclass(frozen=True)
class Column:
    """One column: its head, width in characters, digits behind the point, and the group it stands under."""

    title: str
    width: float = 12
    digits: int | None = None
    align: str = ""
    wrap: bool = False
    group: str = ""
    upright: bool = False  # the head is turned by 90°


class Styled(NamedTuple):
    """A value with a look of its own in a row of another."""

    value: Value
    look: str = "plain"
    digits: int | None = None


class _Cell:
    """What openpyxl's writer asks of a cell, without its checks: one object is filled anew for every cell."""

    __slots__ = ("_value", "coordinate", "data_type", "style_id")
    _comment = None
    hyperlink = None
    has_style = True


class _Stream(WriteOnlyWorksheet):
    """A sheet that takes finished cells as they come."""

    def _values_to_row(self, values: Iterable[_Cell], row_idx: int) -> Iterable[_Cell]:
        return values


class SheetWriter:
    """One sheet: title block and heads are written when it is made, then row after row."""

    def __init__(self, book: Workbook, stream: _Stream, columns: Sequence[Column]) -> None:
        self._book = book
        self._stream = stream
        self._columns = columns
        self._letters = [get_column_letter(number) for number in range(1, len(columns) + 1)]
        self._number = 0

    @property
    def number(self) -> int:
        """The number of the last row written."""
        return self._number

    def row(self, values: Iterable[Value | Styled], look: str = "plain") -> None:
        """Write one row below the last; there must not be more values than columns."""
        values = list(values)
        if len(values) > len(self._columns):
            raise ValueError(f"{len(values)} values for {len(self._columns)} columns")
        self._number += 1
        self._stream.append(self._cells(values, look))

    def line(self, text: str, look: str = "note") -> None:
        """Write one text across all columns."""
        self._number += 1
        if len(self._columns) > 1:
            self._stream.merged_cells.add(f"A{self._number}:{self._letters[-1]}{self._number}")
        align = "center" if look == "title" else "left"
        self._stream.append(self._finished([("A", text, Kind(look, align=align, wrap=look != "title"))]))

    def blank(self) -> None:
        """Leave one row empty."""
        self._number += 1
        self._stream.append(())

    def heads(self) -> None:
        """Write the heads, in two rows where columns stand under groups."""
        first = self._number + 1
        if any(column.group for column in self._columns):
            self._groups(first)
        self._number += 1
        self._stream.append(self._finished(self._head_cells()))

    def _groups(self, first: int) -> None:
        cells, place = [], 0
        for group, run in groupby(self._columns, key=lambda column: column.group):
            columns = list(run)
            letters = self._letters[place : place + len(columns)]
            if group:
                cells += [(letter, group if letter == letters[0] else "", _head()) for letter in letters]
                if len(letters) > 1:
                    self._stream.merged_cells.add(f"{letters[0]}{first}:{letters[-1]}{first}")
            else:
                cells += [
                    (letter, column.title, _head(column)) for letter, column in zip(letters, columns, strict=True)
                ]
                for letter in letters:
                    self._stream.merged_cells.add(f"{letter}{first}:{letter}{first + 1}")
            place += len(columns)
        self._number += 1
        self._stream.append(self._finished(cells))

    def _head_cells(self) -> list[tuple[str, str, Kind]]:
        grouped = any(column.group for column in self._columns)
        return [
            (letter, "" if grouped and not column.group else column.title, _head(column))
            for letter, column in zip(self._letters, self._columns, strict=True)
        ]

    def _finished(self, cells: Iterable[tuple[str, str, Kind]]) -> Iterator[_Cell]:
        cell = _Cell()
        for letter, text, kind in cells:
            self._fill(cell, text, kind)
            cell.coordinate = f"{letter}{self._number}"
            yield cell

    def _cells(self, values: Sequence[Value | Styled], look: str) -> Iterator[_Cell]:
        """The cells of a row; one object serves them all, as each is written before the next is asked for."""
        cell, number = _Cell(), self._number
        kinds = self._book.row_kinds(tuple(self._columns), look)
        for letter, column, (text_style, literal_style, number_style), value in zip(
            self._letters, self._columns, kinds, values, strict=False
        ):
            cell.coordinate = f"{letter}{number}"
            if type(value) is str:
                self._text(cell, value, text_style, literal_style)
            elif type(value) in _NUMBERS and _finite(value):
                cell.data_type, cell._value, cell.style_id = "n", value, number_style
            else:
                self._rare(cell, value, column, look)
            yield cell

    def _rare(self, cell: _Cell, value: Any, column: Column, look: str) -> None:
        digits = column.digits
        if isinstance(value, Styled):
            look, digits, value = value.look, digits if value.digits is None else value.digits, value.value
        self._fill(cell, value, Kind(look, number_form(digits), column.align, column.wrap))

    def _fill(self, cell: _Cell, value: Any, kind: Kind) -> None:
        """Any value in any look."""
        style = self._book.style
        if value is None:
            cell.data_type, cell._value, cell.style_id = "n", None, style(kind)
        elif isinstance(value, bool):
            cell.data_type, cell._value, cell.style_id = "b", "1" if value else "0", style(kind)
        elif isinstance(value, datetime | date | time):
            if isinstance(value, datetime) and timezone.is_aware(value):
                value = timezone.make_naive(value)
            cell.data_type, cell._value = "n", to_excel(value)
            cell.style_id = style(kind._replace(form=_date_form(value)))
        elif isinstance(value, int | float | Decimal) and _finite(value):
            cell.data_type, cell._value, cell.style_id = "n", value, style(kind)
        else:
            kind = kind._replace(form="@")
            self._text(cell, str(value), style(kind), style(kind._replace(literal=True)))

    @staticmethod
    def _text(cell: _Cell, text: str, style: int, literal_style: int) -> None:
        if ILLEGAL_CHARACTERS_RE.search(text):
            text = ILLEGAL_CHARACTERS_RE.sub("", text)
        cell.data_type = "s"
        cell._value = text[:LONGEST_TEXT]
        cell.style_id = literal_style if text[:1] in _FORMULA_STARTS else style


class Workbook:
    """A workbook in the making; save it once."""

    def __init__(self, *, title: str = "", creator: str = "Kaoping") -> None:
        self._book = openpyxl.Workbook(write_only=True)
        self._book.properties.title = title
        self._book.properties.creator = creator
        self._styles: dict[Kind, int] = {}
        self._rows: dict[tuple[tuple[Column, ...], str], list[tuple[int, int, int]]] = {}

    def sheet(
        self,
        name: str,
        *,
        columns: Sequence[Column],
        title: str = "",
        notes: Iterable[str] = (),
        frozen: int = 1,
        landscape: bool = True,
        foot: str = "",
    ) -> SheetWriter:
        """Begin a sheet: title and notes across the width, heads, `frozen` columns that stay in sight, set up for A4.

        `foot` is printed at the bottom left of every page, opposite the page number.
        """
        stream = _Stream(self._book, self._free_name(name))
        self._book._add_sheet(stream)
        writer = SheetWriter(self, stream, columns)
        notes = list(notes)
        above = bool(title) + len(notes)
        depth = 2 if any(column.group for column in columns) else 1
        for letter, column in zip(writer._letters, columns, strict=True):
            stream.column_dimensions[letter].width = column.width
        if title:
            stream.row_dimensions[1].height = 30
        if any(column.upright for column in columns):
            stream.row_dimensions[above + depth].height = 110
        elif any("\n" in column.title for column in columns):
            # Not every program makes room for a second line by itself.
            stream.row_dimensions[above + depth].height = 32
        stream.freeze_panes = f"{get_column_letter(min(frozen, len(columns)) + 1)}{above + depth + 1}"
        set_up_print(stream, heads=f"{above + 1}:{above + depth}", landscape=landscape, foot=foot)
        if title:
            writer.line(title, "title")
        for note in notes:
            writer.line(note)
        writer.heads()
        return writer

    def save(self, target: str | IO[bytes]) -> None:
        """Write the file; nothing can be added afterwards."""
        self._book.save(target)

    def content(self) -> bytes:
        """The finished file in memory."""
        buffer = BytesIO()
        self.save(buffer)
        return buffer.getvalue()

    def style(self, kind: Kind) -> int:
        """The number of a kind of cell in this workbook."""
        number = self._styles.get(kind)
        if number is None:
            number = self._styles[kind] = register(self._book.worksheets[0], kind)
        return number

    def row_kinds(self, columns: tuple[Column, ...], look: str) -> list[tuple[int, int, int]]:
        """For every column the styles of a text, of a text that looks like a formula, and of a number."""
        key = (columns, look)
        if key not in self._rows:
            self._rows[key] = [self._column_kinds(column, look) for column in columns]
        return self._rows[key]

    def _column_kinds(self, column: Column, look: str) -> tuple[int, int, int]:
        text = Kind(look, "@", column.align, column.wrap)
        number = Kind(look, number_form(column.digits), column.align)
        return self.style(text), self.style(text._replace(literal=True)), self.style(number)

    def _free_name(self, name: str) -> str:
        """A sheet name that Excel accepts and that is not taken (it does not tell capitals from small letters)."""
        plain = _NOT_IN_NAMES.sub(" ", name).strip("' ")[:LONGEST_NAME].strip("' ") or "Sheet"
        taken = {title.casefold() for title in self._book.sheetnames}
        free, number = plain, 2
        while free.casefold() in taken or free.casefold() == "history":
            ending = f" {number}"
            free, number = plain[: LONGEST_NAME - len(ending)] + ending, number + 1
        return free


_NUMBERS = frozenset({int, float, Decimal})


def _finite(value: int | float | Decimal) -> bool:
    return value.is_finite() if isinstance(value, Decimal) else isfinite(value)


def _date_form(value: date | time) -> str:
    if isinstance(value, datetime):
        return "yyyy-mm-dd hh:mm"
    return "yyyy-mm-dd" if isinstance(value, date) else "hh:mm"


def _head(column: Column | None = None) -> Kind:
    return Kind("head", align="center", wrap=True, upright=bool(column and column.upright))


def answer(book: Workbook, name: str) -> FileResponse:
    """The finished workbook as a download named `name`; large ones pass through a file, not through memory."""
    file = tempfile.SpooledTemporaryFile(max_size=4 * 1024 * 1024)  # noqa: SIM115  the response closes it
    book.save(file)
    file.seek(0)
    return FileResponse(file, as_attachment=True, filename=name, content_type=MEDIA_TYPE)
