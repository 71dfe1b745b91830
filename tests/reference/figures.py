"""Numbers, dates and rounding."""

import datetime
import math
from decimal import Decimal
from fractions import Fraction
from typing import Any

ZERO = Fraction(0)
ONE = Fraction(1)


def num(value: Any) -> Fraction:
    """Any number of a file as a Fraction."""
    if isinstance(value, float):  # a caller that parsed JSON carelessly: the shortest decimal is what was meant
        return Fraction(Decimal(repr(value)))
    return Fraction(value)


def maybe(value: Any) -> Fraction | None:
    """A number that may be left out; None stays None ("`null` for a figure is allowed ... `open: true`")."""
    return None if value is None else num(value)


def num_or(value: Any, default: Fraction | int) -> Fraction:
    """The number, or the default that the document gives where it is left out."""
    return Fraction(default) if value is None else num(value)


def round_to(value: Fraction, digits: int, mode: str) -> Fraction:
    """ "Halves round away from zero; other modes: half_even, down, up" (down: towards zero, up: away from it)."""
    scaled = abs(value) * Fraction(10) ** digits
    whole = math.floor(scaled)
    rest = scaled - whole
    if mode == "up":
        more = rest > 0
    elif mode == "down":
        more = False
    elif mode == "half_even":
        more = rest > Fraction(1, 2) or (rest == Fraction(1, 2) and whole % 2 == 1)
    else:
        more = rest >= Fraction(1, 2)
    rounded = Fraction(whole + (1 if more else 0)) / Fraction(10) ** digits
    return -rounded if value < 0 else rounded


def day(value: Any) -> datetime.date | None:
    """A fact's date: YAML may have made a date of it, JSON leaves a string."""
    if value is None:
        return None
    if isinstance(value, datetime.datetime):
        return value.date()
    if isinstance(value, datetime.date):
        return value
    return datetime.date.fromisoformat(str(value)[:10])


def whole_if_possible(value: Any) -> int | Decimal:
    """A decimal as the shortest form that a file would hold."""
    return int(value) if value == int(value) else Decimal(value).normalize()
