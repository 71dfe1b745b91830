"""Numbers as a rubric and a facts file write them: exact decimals, never binary floats.

`stored=True` in the validation context says that the data come from the canonical form, in which numbers are strings.
"""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from fractions import Fraction
from typing import Annotated, Any

from pydantic import BeforeValidator, ValidationInfo, WithJsonSchema
from pydantic_core import PydanticCustomError

# More digits than any regulation needs; keeps a hostile exponent from filling the memory.
LARGEST = Decimal("1e15")
MOST_DECIMALS = 12


def as_number(value: Any, *, stored: bool = False) -> Decimal:
    """The exact decimal that a file's scalar stands for.

    Raises PydanticCustomError (`number`, `number_range`) for anything that is not a finite number of sensible size.
    """
    if isinstance(value, str) and stored:
        try:
            value = Decimal(value)
        except InvalidOperation:
            raise PydanticCustomError("number", "not a number", {"value": value}) from None
    if isinstance(value, bool) or not isinstance(value, (int, Decimal)):
        raise PydanticCustomError("number", "not a number", {"value": _brief(value)})
    number = Decimal(value) if isinstance(value, int) else value
    if not number.is_finite() or number.copy_abs() > LARGEST or _decimals(number) > MOST_DECIMALS:
        raise PydanticCustomError("number_range", "number out of range", {"value": _brief(value)})
    return number


def plain(number: Decimal | Fraction) -> str:
    """The shortest decimal string: `0.50` and `5E-1` are both written `0.5`."""
    if isinstance(number, Fraction):
        number = Decimal(number.numerator) / Decimal(number.denominator)
    if not number:
        return "0"
    text = format(number, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def _decimals(number: Decimal) -> int:
    exponent = number.as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0


def _brief(value: Any) -> str:
    text = repr(value) if isinstance(value, str) else str(value)
    return text if len(text) <= 60 else text[:57] + "…"


def is_stored(info: ValidationInfo) -> bool:
    """Whether the data being validated come from the canonical form."""
    return bool(info.context and info.context.get("stored"))


def _number(value: Any, info: ValidationInfo) -> Decimal | None:
    # A missing figure is judged by the checks, which know whether its entry is open.
    return None if value is None else as_number(value, stored=is_stored(info))


def _figure(value: Any, info: ValidationInfo) -> Decimal | None:
    number = _number(value, info)
    if number is not None and number < 0:
        raise PydanticCustomError("negative", "negative", {"value": plain(number)})
    return number


def _positive(value: Any, info: ValidationInfo) -> Decimal | None:
    number = _figure(value, info)
    if number is not None and number == 0:
        raise PydanticCustomError("zero", "zero")
    return number


def _whole(value: Any, info: ValidationInfo) -> int | None:
    number = _figure(value, info)
    if number is None:
        return None
    if number != number.to_integral_value():
        raise PydanticCustomError("whole", "not whole", {"value": plain(number)})
    return int(number)


def _ordinal(value: Any, info: ValidationInfo) -> int | None:
    number = _whole(value, info)
    if number == 0:
        raise PydanticCustomError("zero", "zero")
    return number


_NUMBER = {"type": ["number", "null"]}
_POSITIVE = {"type": ["number", "null"], "exclusiveMinimum": 0}

Number = Annotated[Decimal, BeforeValidator(_number), WithJsonSchema({"type": "number"})]
"""Any finite decimal."""
Figure = Annotated[Decimal, BeforeValidator(_figure), WithJsonSchema({"type": "number", "minimum": 0})]
"""A decimal of 0 or more."""
Positive = Annotated[Decimal, BeforeValidator(_positive), WithJsonSchema({"type": "number", "exclusiveMinimum": 0})]
"""A decimal above 0."""
Whole = Annotated[int, BeforeValidator(_whole), WithJsonSchema({"type": "integer", "minimum": 0})]
"""A whole number of 0 or more."""
Ordinal = Annotated[int, BeforeValidator(_ordinal), WithJsonSchema({"type": "integer", "minimum": 1})]
"""A whole number of 1 or more."""

OpenNumber = Annotated[Decimal | None, BeforeValidator(_number), WithJsonSchema(_NUMBER)]
"""Any decimal, or null within an entry that is `open`."""
OpenFigure = Annotated[Decimal | None, BeforeValidator(_figure), WithJsonSchema({**_NUMBER, "minimum": 0})]
"""A decimal of 0 or more, or null within an entry that is `open`."""
OpenPositive = Annotated[Decimal | None, BeforeValidator(_positive), WithJsonSchema(_POSITIVE)]
"""A decimal above 0, or null within an entry that is `open`."""
OpenWhole = Annotated[int | None, BeforeValidator(_whole), WithJsonSchema({"type": ["integer", "null"], "minimum": 0})]
"""A whole number of 0 or more, or null within an entry that is `open`."""
OpenOrdinal = Annotated[
    int | None, BeforeValidator(_ordinal), WithJsonSchema({"type": ["integer", "null"], "minimum": 1})
]
"""A whole number of 1 or more, or null within an entry that is `open`."""
