"""Numbers as people read them: fixed digits, a true minus sign, full marks beside them."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Context, Decimal
from fractions import Fraction

MINUS = "−"
_PLENTY = Context(prec=40)


def exact(number: Decimal | Fraction | int) -> Decimal:
    """Any of the engine's numbers as a decimal."""
    if isinstance(number, Fraction):
        return _PLENTY.divide(Decimal(number.numerator), Decimal(number.denominator))
    return Decimal(number)


def fixed(number: Decimal | Fraction | int | None, digits: int = 2) -> str:
    """`436.5` as 436.50; nothing as an empty string; −0.00 as 0.00."""
    if number is None:
        return ""
    value = exact(number).quantize(Decimal(1).scaleb(-digits), rounding=ROUND_HALF_UP, context=_PLENTY)
    return format(abs(value), "f") if not value else format(value, "f").replace("-", MINUS)


def signed(number: Decimal | Fraction | int | None, digits: int = 2) -> str:
    """+8.00, −2.00, 0.00."""
    text = fixed(number, digits)
    return f"+{text}" if text and not text.startswith(MINUS) and text.strip("0.") else text


def short(number: Decimal | Fraction | int | None) -> str:
    """The shortest way to write it: 450, 0.5, −20."""
    if number is None:
        return ""
    value = exact(number)
    text = format(value, "f")
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return (text or "0").replace("-", MINUS)


def percent(part: Decimal | float, whole: Decimal | float) -> float:
    """Where `part` lies on a ruler from 0 to `whole`, in percent, held within the ruler."""
    return max(0.0, min(100.0, 100 * float(part) / float(whole))) if whole else 0.0


def at(place: float) -> str:
    """A place on a ruler as an SVG attribute."""
    return f"{place:.2f}%"
