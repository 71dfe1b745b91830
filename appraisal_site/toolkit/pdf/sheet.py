"""What is drawn on one page, in millimetres from its upper left corner, before fpdf2 turns it into a file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

from fpdf import FPDF
from fpdf.enums import TextMode

from appraisal_site.toolkit.pdf.faces import POINT, Face, printable


@dataclass(frozen=True)
class Text:
    """One line of text; `y` is its base line."""

    x: float
    y: float
    text: str
    face: Face

    def draw(self, pdf: FPDF) -> None:
        pdf.set_font(self.face.family, size=self.face.size)
        pdf.set_text_color(self.face.grey)
        if not self.face.bold:
            pdf.text(self.x, self.y, self.text)
            return
        pdf.set_draw_color(self.face.grey)
        with pdf.local_context(text_mode=TextMode.FILL_STROKE, line_width=self.face.size * POINT / 12):
            pdf.text(self.x, self.y, self.text)


@dataclass(frozen=True)
class Line:
    """A rule from one point to another; `thick` in millimetres."""

    x1: float
    y1: float
    x2: float
    y2: float
    thick: float = 0.2
    grey: int = 0

    def draw(self, pdf: FPDF) -> None:
        pdf.set_draw_color(self.grey)
        pdf.set_line_width(self.thick)
        pdf.line(self.x1, self.y1, self.x2, self.y2)


@dataclass(frozen=True)
class Box:
    """A filled rectangle behind a text."""

    x: float
    y: float
    width: float
    height: float
    grey: int

    def draw(self, pdf: FPDF) -> None:
        pdf.set_fill_color(self.grey)
        pdf.rect(self.x, self.y, self.width, self.height, style="F")


@dataclass(frozen=True)
class Mark:
    """A place in the list of contents that a reader of PDF files shows."""

    y: float
    text: str
    level: int

    def draw(self, pdf: FPDF) -> None:
        pdf.set_y(self.y)
        pdf.start_section(self.text, level=self.level, strict=False)


class Drawn(Protocol):
    """Anything that can be put on a page."""

    def draw(self, pdf: FPDF) -> None: ...


@dataclass
class Sheet:
    """One page: boxes lie under rules, rules under texts."""

    boxes: list[Box] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)
    texts: list[Text] = field(default_factory=list)
    marks: list[Mark] = field(default_factory=list)

    def write(self, x: float, y: float, text: str, face: Face, *, align: str = "left", width: float = 0) -> None:
        """One line whose upper edge is at `y`, aligned within `width`."""
        shown = printable(text, face.family)
        if align != "left":
            free = width - face.width(shown)
            x += free if align == "right" else free / 2
        base = y + face.line / 2 + face.size * POINT * 0.38
        self.texts.append(Text(x, base, shown, face))

    def draw(self, pdf: FPDF) -> None:
        layers: tuple[Sequence[Drawn], ...] = (self.boxes, self.lines, self.texts, self.marks)
        for layer in layers:
            for part in layer:
                part.draw(pdf)
