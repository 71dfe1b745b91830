"""Exact decimals: the one working context, and rounding where the rubric says so."""

from __future__ import annotations

from decimal import ROUND_DOWN, ROUND_HALF_EVEN, ROUND_HALF_UP, ROUND_UP, Context, Decimal
from fractions import Fraction

WORKING = Context(prec=28, rounding=ROUND_HALF_EVEN)
"""28 significant digits where a division does not end."""

_WIDE = Context(prec=80)
# Halves round away from zero, down towards it.
MODES = {"half_up": ROUND_HALF_UP, "half_even": ROUND_HALF_EVEN, "down": ROUND_DOWN, "up": ROUND_UP}


class Rounder:
    """Rounds to the rubric's digits in the rubric's mode."""

    def __init__(self, digits: int, mode: str) -> None:
        self.digits = digits
        self.mode = MODES[mode]
        self._unit = Decimal(1).scaleb(-digits)

    def __call__(self, value: Decimal) -> Decimal:
        rounded = value.quantize(self._unit, self.mode, _WIDE)
        return rounded if rounded else abs(rounded)  # no minus zero

    def fraction(self, value: Fraction, digits: int) -> Fraction:
        """Round an exact fraction to any number of digits, as a formula asks."""
        unit = Decimal(1).scaleb(-digits)
        exact = _WIDE.divide(Decimal(value.numerator), Decimal(value.denominator))
        return Fraction(exact.quantize(unit, self.mode, _WIDE))


def as_decimal(value: Decimal | Fraction | int) -> Decimal:
    """A fraction divided once; anything else as it is."""
    if isinstance(value, Fraction):
        return WORKING.divide(Decimal(value.numerator), Decimal(value.denominator))
    return value if isinstance(value, Decimal) else Decimal(value)
