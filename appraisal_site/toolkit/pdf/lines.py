"""Lines of Chinese and Latin text: no closing sign begins a line, no opening sign ends one, words stay whole."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

Measure = Callable[[str], float]

NOT_FIRST = frozenset("，。、；：？！）》」』】〕〉”’…—·％‰℃々,.;:!?)]}%")
NOT_LAST = frozenset("（《「『【〔〈“‘([{")
_PIECES = re.compile(r"\s+|[^\s\u2e80-\u9fff\uf900-\ufaff\ufe30-\ufe4f\uff00-\uffef\u3000-\u303f“”‘’…—·]+|.", re.DOTALL)
_NUMBER = re.compile(r"[0-9][0-9.,]*%?$")


def break_lines(text: str, width: float, measure: Measure) -> list[str]:
    """The lines of a text within a width (in the unit of `measure`); new lines in the text are kept."""
    found: list[str] = []
    for paragraph in text.split("\n"):
        found += _fill(list(_atoms(paragraph)), width, measure)
    return found


def _atoms(text: str) -> Iterator[str]:
    """Pieces between which a line may end; blanks are pieces of their own."""
    held = ""
    pieces: list[str] = _PIECES.findall(text)
    for place, piece in enumerate(pieces):
        after = pieces[place + 1] if place + 1 < len(pieces) else ""
        held += piece
        if after and (_holds(piece, after) or _is_between_number_and_unit(pieces, place)):
            continue
        yield held
        held = ""


def _holds(piece: str, after: str) -> bool:
    return after[0] in NOT_FIRST or piece[-1] in NOT_LAST


def _is_between_number_and_unit(pieces: list[str], place: int) -> bool:
    """Whether to stay together: a number with the sign behind it, and the blank between them."""
    piece, after = pieces[place], pieces[place + 1]
    if piece.isspace():
        return place > 0 and bool(_NUMBER.search(pieces[place - 1])) and not after[0].isascii()
    two = pieces[place + 2] if place + 2 < len(pieces) else ""
    blank_then_unit = after.isspace() and two != "" and not two[0].isascii()
    return bool(_NUMBER.search(piece)) and (blank_then_unit or not (after[0].isascii() or after.isspace()))


def _fill(atoms: list[str], width: float, measure: Measure) -> list[str]:
    lines, line, used = [], "", 0.0
    for atom in atoms:
        wide = measure(atom)
        if line and used + measure(atom.rstrip()) > width:
            lines.append(line.rstrip())
            line, used = "", 0.0
            atom = atom.lstrip()
            wide = measure(atom)
        if wide > width:
            *whole, atom = _cut(line + atom, width, measure)
            lines += whole
            line, used = atom, measure(atom)
            continue
        line, used = line + atom, used + wide
    return [*lines, line.rstrip()]


def _cut(text: str, width: float, measure: Measure) -> list[str]:
    """A piece longer than a line (a long code, a formula) is cut where the line ends."""
    parts, held = [], ""
    for sign in text:
        if held and measure(held + sign) > width:
            parts.append(held)
            held = ""
        held += sign
    return [*parts, held]
