"""Who can sign in as what, as lines for a terminal. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from unicodedata import east_asian_width


def width(text: str) -> int:
    """Columns of a terminal that the text takes: two for a Chinese character."""
    return sum(2 if east_asian_width(sign) in "WF" else 1 for sign in text)


def lines(head: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    """The rows under their heads, columns aligned, a rule under the heads."""
    table = [head, *rows]
    widths = [max(width(row[place]) for row in table) for place in range(len(head))]
    found = [_line(row, widths) for row in table]
    return [found[0], "  ".join("─" * one for one in widths), *found[1:]]


def _line(row: Sequence[str], widths: Sequence[int]) -> str:
    return "  ".join(text + " " * (one - width(text)) for text, one in zip(row, widths, strict=True)).rstrip()
