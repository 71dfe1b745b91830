"""Tables that go over pages: heads are repeated, rows taller than a page are cut, what is joined is said again."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from appraisal_site.toolkit.pdf.faces import Face
from appraisal_site.toolkit.pdf.lines import break_lines
from appraisal_site.toolkit.pdf.sheet import Box, Line, Sheet

PAD_X, PAD_Y = 1.4, 1.1
"""Millimetres between a rule and the text beside it."""
THIN, THICK = 0.15, 0.4
RULE_GREY = 70
SHADE = 236


@dataclass(frozen=True)
class Part:
    """One paragraph of a cell; without a face of its own it is set like the cell."""

    text: str
    face: Face | None = None


@dataclass(frozen=True)
class Cell:
    """`parts` stand below one another; `span` columns wide."""

    parts: tuple[Part, ...] = ()
    face: Face | None = None
    align: str = ""
    span: int = 1

    @classmethod
    def of(cls, text: str, face: Face | None = None, *, align: str = "", span: int = 1) -> Cell:
        return cls((Part(text),) if text else (), face, align, span)


@dataclass(frozen=True)
class Column:
    """`width` is this column's part of the whole, in any unit."""

    title: str
    width: float
    align: str = "left"


@dataclass(frozen=True)
class Row:
    """`joins` says how many columns from the left go on from the row above, without a rule between; `again` are their
    cells where a new page begins within. A row that `keeps` is not the last one on a page. Joined cells share the
    height of their rows.
    """

    cells: tuple[Cell, ...]
    shaded: bool = False
    keeps: bool = False
    joins: int = 0
    again: tuple[Cell, ...] = field(default=())


class _Set(NamedTuple):
    """One line of a cell that is already broken."""

    text: str
    face: Face


Lines = list[list[_Set]]
"""The broken lines of each cell of a row."""
Turn = Callable[[], tuple[Sheet, float]]
"""Begins a new page: its sheet and where content begins."""


class Table:
    """Sets rows one after the other on the sheets that `turn` hands out."""

    def __init__(
        self,
        columns: Sequence[Column],
        *,
        left: float,
        width: float,
        face: Face,
        ruled: bool = True,
    ) -> None:
        whole = sum(column.width for column in columns)
        self.columns = columns
        self.widths = [column.width * width / whole for column in columns]
        self.left, self.width, self.face, self.ruled = left, width, face, ruled
        self.pad_y = PAD_Y if ruled else 0.4
        self.head = Row(
            tuple(Cell.of(column.title, face.but(bold=True), align="center") for column in columns), shaded=True
        )
        self.has_head = any(column.title for column in columns)

    def draw(self, rows: Sequence[Row], sheet: Sheet, y: float, bottom: float, turn: Turn) -> tuple[Sheet, float]:
        """Draw all rows from `y` on; returns the last sheet and where it goes on. `turn` begins a new page."""
        sheet, y = self._begin(sheet, y, bottom, turn, rows)
        top = y
        carried: Lines = []
        for place, row in enumerate(rows):
            goes_on = rows[place + 1].joins if place + 1 < len(rows) else 0
            before = carried if row.joins else []
            lines, carried = self._flow(self._lines(row), before, goes_on)
            need = self._height(lines) + self._kept(rows, place)
            if y + min(need, bottom - top) > bottom + 0.01 and y > top:
                self._close(sheet, y)
                sheet, y = turn()
                y = top = self._heading(sheet, y)
                row = self._again(row)
                lines, carried = self._flow(self._lines(row), before, goes_on)
            while y + self._height(lines) > bottom + 0.01:
                fitting, lines = self._split(lines, bottom - y)
                y = self._row(sheet, y, row, fitting)
                self._close(sheet, y)
                sheet, y = turn()
                y = top = self._heading(sheet, y)
                row = Row(row.cells, row.shaded, joins=len(self.columns))
            y = self._row(sheet, y, row, lines)
        self._close(sheet, y)
        return sheet, y

    def _begin(self, sheet: Sheet, y: float, bottom: float, turn: Turn, rows: Sequence[Row]) -> tuple[Sheet, float]:
        """The head, on a new page where it and the first row would not fit here."""
        first = self._height(self._lines(rows[0])) + self._kept(rows, 0) if rows else 0
        head = self._height(self._lines(self.head)) if self.has_head else 0
        if y + head + min(first, 40) > bottom:
            sheet, y = turn()
        return sheet, self._heading(sheet, y)

    def _heading(self, sheet: Sheet, y: float) -> float:
        if self.ruled:
            sheet.lines.append(Line(self.left, y, self.left + self.width, y, THICK, 0))
        return self._row(sheet, y, self.head, self._lines(self.head), first=True) if self.has_head else y

    def _close(self, sheet: Sheet, y: float) -> None:
        if self.ruled:
            sheet.lines.append(Line(self.left, y, self.left + self.width, y, THICK, 0))

    def _again(self, row: Row) -> Row:
        """The row as the first of a page: what was joined to the rows above is said again."""
        return Row((*row.again, *row.cells[len(row.again) :]), row.shaded, row.keeps) if row.again else row

    def _kept(self, rows: Sequence[Row], place: int) -> float:
        """Height of the rows that have to follow on the same page."""
        height = 0.0
        while rows[place].keeps and place + 1 < len(rows):
            place += 1
            height += min(self._height(self._lines(rows[place])), 60)
        return height

    # one row

    def _lines(self, row: Row) -> Lines:
        found, at = [], 0
        for cell in row.cells:
            room = sum(self.widths[at : at + cell.span]) - 2 * PAD_X
            found.append(
                [
                    _Set(line, face)
                    for part in cell.parts
                    for face in (part.face or cell.face or self.face,)
                    for line in break_lines(part.text, room, face.width)
                ]
            )
            at += cell.span
        return found

    def _flow(self, lines: Lines, before: Lines, goes_on: int) -> tuple[Lines, Lines]:
        """Joined cells share the height of their rows: what is left over from the row before comes in, and what does
        not fit beside the other cells is left to the next row, where so many columns go on.
        """
        lines = [cell + (before[at] if at < len(before) else []) for at, cell in enumerate(lines)]
        if not goes_on:
            return lines, []
        fitting, rest = self._split(lines[:goes_on], self._height(lines[goes_on:]) + self.pad_y)
        return [*fitting, *lines[goes_on:]], rest

    def _height(self, lines: Lines) -> float:
        tallest = max((sum(one.face.line for one in cell) for cell in lines), default=0)
        return max(tallest, self.face.line) + 2 * self.pad_y

    def _split(self, lines: Lines, room: float) -> tuple[Lines, Lines]:
        """The lines that fit into `room`, and the rest."""
        fitting, rest = [], []
        for cell in lines:
            used, count = 2 * self.pad_y, 0
            for one in cell:
                used += one.face.line
                if used > room:
                    break
                count += 1
            fitting.append(cell[:count])
            rest.append(cell[count:])
        return fitting, rest

    def _row(self, sheet: Sheet, y: float, row: Row, lines: Lines, *, first: bool = False) -> float:
        height = self._height(lines)
        if row.shaded:
            sheet.boxes.append(Box(self.left, y, self.width, height, SHADE))
        x, at = self.left, 0
        for cell, cell_lines in zip(row.cells, lines, strict=True):
            width = sum(self.widths[at : at + cell.span])
            if self.ruled:
                self._rules(sheet, x, y, width, height, top=not first and at >= row.joins)
            align = cell.align or self.columns[at].align
            top = y if at < row.joins < len(row.cells) else y + self.pad_y
            self._write(sheet, x, top, width, cell_lines, align)
            x, at = x + width, at + cell.span
        return y + height

    def _rules(self, sheet: Sheet, x: float, y: float, width: float, height: float, *, top: bool) -> None:
        sheet.lines.append(Line(x, y, x, y + height, THIN, RULE_GREY))
        sheet.lines.append(Line(x + width, y, x + width, y + height, THIN, RULE_GREY))
        if top:
            sheet.lines.append(Line(x, y, x + width, y, THIN, RULE_GREY))

    def _write(self, sheet: Sheet, x: float, y: float, width: float, lines: list[_Set], align: str) -> None:
        for one in lines:
            sheet.write(x + PAD_X, y, one.text, one.face, align=align, width=width - 2 * PAD_X)
            y += one.face.line
