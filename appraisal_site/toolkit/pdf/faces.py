"""The two faces, Song for titles and Hei for what is read, and how wide their signs are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

import pylopdf_fonts_zh_cn
from fpdf import FPDF
from fpdf.fonts import TTFFont

SONG, HEI = "song", "hei"
PATHS: Mapping[str, Path] = {SONG: pylopdf_fonts_zh_cn.serif_path(), HEI: pylopdf_fonts_zh_cn.sans_path()}
UNKNOWN = "〓"
"""What printers set where they have no type for a sign."""
BLACK, GREY = 0, 95
POINT = 25.4 / 72
"""One point in millimetres."""


@dataclass(frozen=True)
class Face:
    """How a text is set: family, size in points, bold (by a stroke around the signs), grey from 0 to 255."""

    family: str = HEI
    size: float = 9
    bold: bool = False
    grey: int = BLACK
    leading: float = 1.45
    """Distance of base lines as a multiple of the size."""

    @property
    def line(self) -> float:
        """Height of a line in millimetres."""
        return self.size * self.leading * POINT

    def but(self, **changes: object) -> Face:
        return replace(self, **changes)  # type: ignore[arg-type]

    def width(self, text: str) -> float:
        """How wide a text is, in millimetres."""
        widths = widths_of(self.family)
        return sum(widths.get(ord(sign), 1000) for sign in text) * self.size * POINT / 1000


@lru_cache(maxsize=4)
def widths_of(family: str) -> Mapping[int, float]:
    """Widths of all signs of a family, in thousandths of its size. Reads a font of some megabytes, once."""
    pdf = FPDF()
    pdf.add_font(family, "", PATHS[family])
    font = pdf.fonts[family]
    if not isinstance(font, TTFFont):
        raise TypeError(family)
    return {sign: font.cw[sign] for sign in font.cmap}


def printable(text: str, family: str) -> str:
    """The text in signs that the family has; tabs are blanks, control characters are left out."""
    widths = widths_of(family)
    shown = (" " if sign in "\t\u00a0" else sign for sign in text if sign == "\t" or sign >= " ")
    return "".join(sign if ord(sign) in widths else UNKNOWN for sign in shown)
