"""A difference hash of 64 bits: each bit says whether a picture gets darker from one of 9 × 8 fields to its neighbour.

A picture that was scaled, saved anew or made a little lighter keeps nearly all of its bits; another picture differs in
about half of them. A blank page has nothing to compare and gets no hash. Pure.
"""

from __future__ import annotations

from collections.abc import Sequence

COLUMNS, ROWS = 9, 8
"""Fields that a picture is brought down to."""

STEP = 2
"""Steps of grey that a field has to be darker by; less is noise of the compression."""

TELLING = 10
"""Neighbours that must differ visibly, of 64, before a hash says anything about a picture."""

ALIKE = 3
"""Bits in which two pictures may differ and still count as alike. The bands find no more than that."""


def difference_hash(grey: Sequence[int]) -> str:
    """Sixteen hexadecimal digits out of 72 values of grey (0 to 255), row by row; "" where they say nothing."""
    bits, down, up = 0, 0, 0
    for row in range(ROWS):
        for column in range(COLUMNS - 1):
            fall = grey[row * COLUMNS + column] - grey[row * COLUMNS + column + 1]
            bits = bits << 1 | (fall > STEP)
            down += fall > STEP
            up += fall < -STEP
    return f"{bits:016x}" if down + up >= TELLING and down > ALIKE else ""


def bands(dhash: str) -> tuple[int, int, int, int]:
    """The hash in four pieces of 16 bits; hashes that differ in at most three bits have at least one in common."""
    first, second, third, fourth = (int(dhash[at : at + 4], 16) for at in range(0, 16, 4))
    return first, second, third, fourth


def distance(one: str, other: str) -> int:
    """The number of bits in which two hashes differ."""
    return (int(one, 16) ^ int(other, 16)).bit_count()
