"""A unit's own targets as rows that are typed: what is wrong with them, and how they are kept once agreed.

A row is ``{code, title, points, value}`` of texts; ``value``, the figure to reach, may be blank, and so may ``code``
while the plan is drawn up. Pure, no queries.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from rubrics.kinds.numbers import LARGEST, MOST_DECIMALS, plain

FIELDS = ("code", "title", "points", "value")
LONGEST: Mapping[str, int] = {"code": 40, "title": 200, "points": 40, "value": 40}
MOST_ROWS = 50
CODE = re.compile(r"[A-Za-z0-9]+(?:[-_][A-Za-z0-9]+)*")

Row = dict[str, str]


@dataclass(frozen=True)
class Wrong:
    """One thing that is wrong: in which row (from 0; None: with all of them together), in which field, and what."""

    row: int | None
    field: str
    code: str
    found: str = ""
    wanted: str = ""


def tidy_rows(rows: Iterable[Mapping[str, Any]]) -> list[Row]:
    """Rows cut to their length, numbers as shortest strings where they can be read; blank rows are left out."""
    found = []
    for row in rows:
        kept = {name: str(row.get(name) or "").strip()[: LONGEST[name]] for name in FIELDS}
        for name in ("points", "value"):
            number = number_of(kept[name])
            kept[name] = kept[name] if number is None else plain(number)
        if any(kept.values()):
            found.append(kept)
    return found


def number_of(text: str) -> Decimal | None:
    """The number that a text stands for, None where it is none of sensible size."""
    try:
        number = Decimal(text.replace(",", "").replace(" ", ""))
    except InvalidOperation:
        return None
    exponent = number.as_tuple().exponent
    if not number.is_finite() or abs(number) > LARGEST or not isinstance(exponent, int) or exponent < -MOST_DECIMALS:
        return None
    return number


def sum_of(rows: Iterable[Mapping[str, str]]) -> Decimal:
    """The points of all rows together, as far as they can be read."""
    return sum((number_of(row["points"]) or Decimal(0) for row in rows), Decimal(0))


def problems_of(rows: Sequence[Mapping[str, str]], points: Decimal | None) -> list[Wrong]:
    """All that keeps the rows from being targets that add up to ``points``; what concerns all of them at the end."""
    found: list[Wrong] = []
    codes: dict[str, int] = {}
    for place, row in enumerate(rows):
        found += _row_problems(place, row)
        if row["code"] and codes.setdefault(row["code"], place) != place:
            found.append(Wrong(place, "code", "twice", row["code"]))
    if not rows:
        found.append(Wrong(None, "", "none"))
    elif len(rows) > MOST_ROWS:
        found.append(Wrong(None, "", "many", str(len(rows)), str(MOST_ROWS)))
    elif points is not None and _is_off(sum_of(rows), points, unread=any(one.field == "points" for one in found)):
        found.append(Wrong(None, "", "sum", plain(sum_of(rows)), plain(points)))
    return found


def _is_off(reached: Decimal, points: Decimal, *, unread: bool) -> bool:
    """Whether they add up to something else; while points are unread, whether they are too many already."""
    return reached > points if unread else reached != points


def _row_problems(place: int, row: Mapping[str, str]) -> list[Wrong]:
    found = []
    if not row["title"]:
        found.append(Wrong(place, "title", "title"))
    if row["code"] and not CODE.fullmatch(row["code"]):
        found.append(Wrong(place, "code", "code", row["code"]))
    for name, needed in (("points", True), ("value", False)):
        number = number_of(row[name])
        if not row[name]:
            found += [Wrong(place, name, "points")] if needed else []
        elif number is None:
            found.append(Wrong(place, name, "number", row[name]))
        elif number <= 0:
            found.append(Wrong(place, name, "above_zero", row[name]))
    return found


def with_codes(rows: Sequence[Mapping[str, str]]) -> list[Row]:
    """The rows with a code each: t1, t2 and so on, as far as these are not taken, where none was given."""
    taken = {row["code"] for row in rows if row["code"]}
    free = (code for number in range(1, len(rows) + len(taken) + 1) if (code := f"t{number}") not in taken)
    return [{**row, "code": row["code"] or next(free)} for row in rows]


def as_agreed(rows: Sequence[Mapping[str, str]]) -> list[Row]:
    """As the unit's part in the cycle keeps them: a figure to reach only where there is one."""
    return [{name: row[name] for name in FIELDS if row[name] or name != "value"} for row in with_codes(rows)]
