"""Exact decimals: sums never lose a digit, divisions end at 28; rounding only where the rubric says so."""

from __future__ import annotations

from decimal import ROUND_DOWN, ROUND_HALF_EVEN, ROUND_HALF_UP, ROUND_UP, Context, Decimal
from fractions import Fraction

DIVIDING = Context(prec=28, rounding=ROUND_HALF_EVEN)
"""28 significant digits where a division does not end."""

SUMMING = Context(prec=80, rounding=ROUND_HALF_EVEN)
"""Wide enough for sums and products of such numbers to be exact, so that start and lines add up to the last digit."""
_SETTLING = Context(prec=25, rounding=ROUND_HALF_EVEN)
# What a division cut off beyond 28 digits must not decide on which side of a half a sum lies.

# Halves round away from zero, down towards it.
MODES = {"half_up": ROUND_HALF_UP, "half_even": ROUND_HALF_EVEN, "down": ROUND_DOWN, "up": ROUND_UP}


class Rounder:
    """Rounds to the rubric's digits in the rubric's mode."""

    def __init__(self, digits: int, mode: str) -> None:
        self.digits = digits
        self.mode = MODES[mode]
        self._unit = Decimal(1).scaleb(-digits)

    def __call__(self, value: Decimal) -> Decimal:
        rounded = _SETTLING.plus(value).quantize(self._unit, self.mode, SUMMING)
        return rounded if rounded else abs(rounded)  # no minus zero

    def fraction(self, value: Fraction, digits: int) -> Fraction:
        """Round an exact fraction to any number of digits, as a formula asks."""
        unit = Decimal(1).scaleb(-digits)
        exact = SUMMING.divide(Decimal(value.numerator), Decimal(value.denominator))
        return Fraction(exact.quantize(unit, self.mode, SUMMING))


def as_decimal(value: Decimal | Fraction | int) -> Decimal:
    """A number with at most 28 significant digits; a fraction is divided once."""
    if isinstance(value, Decimal):  # asked first: asking about Fraction, an abstract base class's child, is slow
        return DIVIDING.plus(value)
    if isinstance(value, Fraction):
        return DIVIDING.divide(Decimal(value.numerator), Decimal(value.denominator))
    return DIVIDING.plus(Decimal(value))
