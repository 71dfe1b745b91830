"""`python -m tests.reference RUBRIC.json FACTS.json`: the result as JSON, numbers as strings."""

import json
import sys
from decimal import ROUND_HALF_EVEN, Context, Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

from .evaluator import evaluate


def exact(value: Fraction) -> str:
    """ "lines without trailing zeros"; 28 significant digits where a division does not end."""
    context = Context(prec=28, rounding=ROUND_HALF_EVEN)
    text = format(context.divide(Decimal(value.numerator), Decimal(value.denominator)), "f")
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text == "-0" else text


def with_digits(value: Fraction, digits: int) -> str:
    """ "totals and nodes with the rubric's digits"; the value is rounded already."""
    whole = int(value * 10**digits)
    text = f"{abs(whole):0{digits + 1}d}"
    text = f"{text[:-digits]}.{text[-digits:]}" if digits else text
    return f"-{text}" if whole < 0 else text


def as_strings(result: dict[str, Any], digits: int) -> dict[str, Any]:
    """The result with its numbers as strings."""
    units = []
    for unit in result["units"]:
        shown = dict(unit)
        shown["total"] = with_digits(unit["total"], digits)
        shown["converted"] = None if unit["converted"] is None else with_digits(unit["converted"], digits)
        shown["nodes"] = {code: with_digits(value, digits) for code, value in unit["nodes"].items()}
        shown["lines"] = [
            {name: exact(part) if isinstance(part, Fraction) else part for name, part in line.items()}
            for line in unit["lines"]
        ]
        units.append(shown)
    return {**result, "units": units}


def main(arguments: list[str]) -> int:
    if len(arguments) != 2:
        print("usage: python -m tests.reference RUBRIC.json FACTS.json", file=sys.stderr)
        return 2
    rubric, facts = (json.loads(Path(name).read_text("utf-8"), parse_float=Decimal) for name in arguments)
    digits = (rubric.get("rounding") or {}).get("digits")
    result = as_strings(evaluate(rubric, facts), 2 if digits is None else int(digits))
    print(json.dumps(result, ensure_ascii=False, indent=2))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
