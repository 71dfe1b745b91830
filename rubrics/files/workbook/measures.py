"""How wide columns and how high rows are: programs do not all make room for a second line by themselves."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil

from rubrics.files.workbook import words
from rubrics.files.workbook.plan import Sheet
from rubrics.files.workbook.shown import Shown
from rubrics.files.workbook.words import pick

NUMBERS = frozenset(("number", "whole", "bound", "quota"))
"""What a column holds where its cells take numbers."""
_WIDTHS = {
    "text": 22, "long_text": 44, "code": 20, "number": 10, "whole": 10, "flag": 10, "choice": 18, "codes": 22,
    "numbers": 16, "bound": 10, "number_map": 24, "code_map": 30, "provider": 22, "applies_to": 24, "quota": 16,
    "month_day": 10,
}  # fmt: skip
_TITLE, _ADDRESS = 36, 34
_LINE = 14.5  # points
_MOST_LINES = 16


def holds_of(plan: Sheet, place: int) -> str:
    """What the cells of a column hold; the leading ones hold codes."""
    return "code" if place < len(plan.leading) else plan.columns[place - len(plan.leading)].field.holds


def width_of(plan: Sheet, place: int, lang: str) -> float:
    """The width of a column in digits."""
    if place < len(plan.leading):
        return {words.NODE_KIND: 10, words.NUMBER: 8}.get(plan.leading[place], _ADDRESS)
    column = plan.columns[place - len(plan.leading)]
    width = _TITLE if column.path == ("title",) else _WIDTHS[column.field.holds]
    return max(width, min(_signs(pick(column.title, lang)) + 4, 20))


def height_of(cells: Sequence[Shown], widths: Sequence[float]) -> float | None:
    """The height of a row in points; None where one line is enough, so that the program goes on choosing it."""
    lines = max(
        (_lines(cell, width) for cell, width in zip(cells, widths, strict=True) if isinstance(cell, str)), default=1
    )
    return None if lines == 1 else _LINE * min(lines, _MOST_LINES) + 2


def _lines(text: str, width: float) -> int:
    return sum(max(1, ceil(_signs(line) / (width - 2))) for line in text.split("\n"))


def _signs(text: str) -> int:
    """How wide a text is in digits: Chinese signs take two."""
    return sum(2 if ord(sign) > 0x2E80 else 1 for sign in text)
