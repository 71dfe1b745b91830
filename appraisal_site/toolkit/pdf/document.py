"""A document of pages: headings, paragraphs, facts, tables; header and footer with the number of pages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from fpdf import FPDF

from appraisal_site.toolkit.pdf.faces import GREY, HEI, PATHS, SONG, Face, printable
from appraisal_site.toolkit.pdf.lines import break_lines
from appraisal_site.toolkit.pdf.sheet import Line, Mark, Sheet
from appraisal_site.toolkit.pdf.table import Cell, Column, Row, Table

SIZES = {"A4": (210.0, 297.0), "A3": (297.0, 420.0)}
SMALL = Face(HEI, 7.5, grey=GREY)
TITLE = Face(SONG, 18, bold=True, leading=1.5)
HEADINGS = (Face(SONG, 13, bold=True), Face(SONG, 10.5, bold=True))


@dataclass(frozen=True)
class Paper:
    """A4 or A3, upright or across; margins in millimetres."""

    size: str = "A4"
    across: bool = False
    margin_x: float = 20
    margin_top: float = 22
    margin_bottom: float = 20

    @property
    def extent(self) -> tuple[float, float]:
        """Width and height."""
        width, height = SIZES[self.size]
        return (height, width) if self.across else (width, height)


@dataclass(frozen=True)
class Frame:
    """What stands around the content of every page, and what the file says of itself.

    `created` goes into the file, so that the same content has the same bytes; `pages` is the words for a page number
    with {page} and {pages}; `mark` a short word across every page (a draft); `header` stands on all but the first page.
    """

    title: str
    created: datetime
    lang: str = "zh-CN"
    subject: str = ""
    author: str = ""
    header: str = ""
    header_right: str = ""
    footer: str = ""
    pages: str = "{page} / {pages}"
    mark: str = ""


class Document:
    """Content flows from page to page; sizes are in millimetres, faces in points."""

    def __init__(self, frame: Frame, paper: Paper | None = None, *, face: Face | None = None) -> None:
        self.frame, self.paper, self.face = frame, paper or Paper(), face or Face(HEI, 9.5, leading=1.6)
        self.page_width, self.page_height = self.paper.extent
        self.left, self.width = self.paper.margin_x, self.page_width - 2 * self.paper.margin_x
        self.bottom = self.page_height - self.paper.margin_bottom
        self.sheets: list[Sheet] = []
        self.y = 0.0
        self.turn()

    # flow

    @property
    def sheet(self) -> Sheet:
        return self.sheets[-1]

    def turn(self) -> tuple[Sheet, float]:
        """Begin a new page."""
        self.sheets.append(Sheet())
        self.y = self.paper.margin_top
        return self.sheet, self.y

    def space(self, height: float) -> None:
        """Leave room, but not at the top of a page."""
        if self.y > self.paper.margin_top:
            self.y += height

    def room_for(self, height: float) -> None:
        """Begin a new page unless there is so much room left."""
        if self.y + height > self.bottom and self.y > self.paper.margin_top:
            self.turn()

    # content

    def title(self, text: str, face: Face = TITLE) -> None:
        self._block(text, face, align="center")

    def heading(self, text: str, level: int = 0) -> None:
        """A heading that also stands in the list of contents; it is never the last thing on a page."""
        face = HEADINGS[min(level, len(HEADINGS) - 1)]
        self.room_for(face.line + 24)
        self.space(4 if level == 0 else 2.5)
        self.sheet.marks.append(Mark(self.y, text, level))
        self._block(text, face)
        self.space(1.2)

    def paragraph(self, text: str, face: Face | None = None, *, align: str = "left", hang: float = 0) -> None:
        """A paragraph; `hang` indents all lines but the first."""
        self._block(text, face or self.face, align=align, hang=hang)

    def _block(self, text: str, face: Face, *, align: str = "left", hang: float = 0) -> None:
        for place, line in enumerate(break_lines(printable(text, face.family), self.width - hang, face.width)):
            self.room_for(face.line)
            indent = hang if place else 0
            self.sheet.write(self.left + indent, self.y, line, face, align=align, width=self.width - indent)
            self.y += face.line

    def double_rule(self) -> None:
        """The heavy and the fine rule that open a document."""
        end = self.left + self.width
        self.sheet.lines.append(Line(self.left, self.y, end, self.y, 0.8))
        self.sheet.lines.append(Line(self.left, self.y + 1.1, end, self.y + 1.1, 0.2))
        self.y += 3

    def table(self, columns: Sequence[Column], rows: Sequence[Row], *, face: Face | None = None) -> None:
        """A ruled table; its head is repeated on every page."""
        self._table(Table(columns, left=self.left, width=self.width, face=face or self.face.but(size=9)), rows)

    def facts(self, pairs: Sequence[tuple[str, str]], *, term_width: float = 32, face: Face | None = None) -> None:
        """Terms and what they are, side by side, without rules."""
        face = face or self.face
        columns = (Column("", term_width), Column("", self.width - term_width))
        table = Table(columns, left=self.left, width=self.width, face=face, ruled=False)
        rows = [Row((Cell.of(term, face.but(grey=GREY)), Cell.of(text))) for term, text in pairs]
        self._table(table, rows)

    def _table(self, table: Table, rows: Sequence[Row]) -> None:
        if rows:
            _sheet, self.y = table.draw(rows, self.sheet, self.y, self.bottom, self.turn)
            self.y += 1.5

    # file

    def as_bytes(self) -> bytes:
        """The finished file. Only the signs that are used of each font go into it."""
        pdf = FPDF(orientation="L" if self.paper.across else "P", format=self.paper.size.lower())
        pdf.set_auto_page_break(False)
        pdf.set_margin(0)
        self._about(pdf)
        for family, path in PATHS.items():
            pdf.add_font(family, "", path)
        for number, sheet in enumerate(self.sheets, 1):
            pdf.add_page()
            self._across(pdf)
            sheet.draw(pdf)
            self._around(number).draw(pdf)
        return bytes(pdf.output())

    def _about(self, pdf: FPDF) -> None:
        frame = self.frame
        pdf.set_title(frame.title)
        pdf.set_subject(frame.subject)
        pdf.set_author(frame.author)
        pdf.set_producer("fpdf2")
        pdf.set_lang(frame.lang)
        pdf.set_creation_date(frame.created)

    def _across(self, pdf: FPDF) -> None:
        """The mark across the page, under everything else."""
        if not self.frame.mark:
            return
        face = Face(SONG, 120 if len(self.frame.mark) <= 3 else 80, grey=232)
        width = face.width(self.frame.mark)
        x, y = self.page_width / 2, self.page_height / 2
        sheet = Sheet()
        sheet.write(x - width / 2, y - face.line / 2, self.frame.mark, face)
        with pdf.rotation(40, x, y):
            sheet.draw(pdf)

    def _around(self, number: int) -> Sheet:
        """Header and footer of one page."""
        sheet, frame = Sheet(), self.frame
        if number > 1 and (frame.header or frame.header_right):
            y = self.paper.margin_top - 9
            sheet.write(self.left, y, frame.header, SMALL)
            sheet.write(self.left, y, frame.header_right, SMALL, align="right", width=self.width)
            sheet.lines.append(Line(self.left, y + 5, self.left + self.width, y + 5, 0.15, GREY))
        y = self.page_height - self.paper.margin_bottom + 6
        sheet.write(self.left, y, frame.footer, SMALL)
        pages = frame.pages.format(page=number, pages=len(self.sheets))
        sheet.write(self.left, y, pages, SMALL, align="right", width=self.width)
        return sheet
