"""Where a reference such as `二(一)3(1)` stands in the text of a regulation: a guess by its numbering, no more."""

from __future__ import annotations

import re
from collections.abc import Sequence

_FOLD = str.maketrans("（）．、，：０１２３４５６７８９", "().,,:0123456789")
_NUMERALS = "一二三四五六七八九十百零〇"
_TOKEN = re.compile(
    rf"\((?:[{_NUMERALS}]+|\d+)\)|第[{_NUMERALS}\d]+[章节条款项]|[{_NUMERALS}]+|\d+(?:\.\d+)*|[A-Za-z]+"
)


def tokens_of(ref: str) -> list[str]:
    """The numbers that a reference is made of, from the outermost: `二(一)3(1)` is 二, (一), 3, (1)."""
    return _TOKEN.findall(ref.translate(_FOLD).replace(" ", ""))


def place_of_ref(lines: Sequence[str], ref: str) -> int | None:
    """The line on which the part of this number begins; where the inner numbers are not found, the outer one's line.

    None where not even the first number begins a line, or where there is no reference.
    """
    folded = [line.translate(_FOLD).replace(" ", "").replace("\N{IDEOGRAPHIC SPACE}", "") for line in lines]
    found: int | None = None
    start = 0
    for token in tokens_of(ref):
        place = next((n for n in range(start, len(folded)) if _begins(folded[n], token)), None)
        if place is None:
            place = next((n for n in range(start, len(folded)) if token.startswith("(") and token in folded[n]), None)
        if place is None:
            break
        found = start = place
    return found


def _begins(line: str, token: str) -> bool:
    """Whether a line is headed by this number and not by a longer one: `3` heads `3.` and not `31.`."""
    rest = line.removeprefix("第") if not token.startswith("第") else line
    if not rest.startswith(token):
        return False
    after = rest[len(token) : len(token) + 1]
    if token.startswith("(") or token.startswith("第"):
        return True
    return after in ("", ".", ",", "章", "节", "条", "款", "项", "(", ":")
