"""Made-up material of any size: a rubric of plain and of judged items, and facts about any number of units.

Always the same for the same sizes, so that two runs measure the same work. A third of the items starts from full marks
and loses points, a third earns them by counting and by steps, a third by a ratio and by bands; half of the facts have a
date.
"""

from __future__ import annotations

import datetime
import random
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from evidence.facts import Fact, Facts, UnitFacts
from rubrics.checks import read_definition
from rubrics.definition import Definition

CATEGORIES = 10
LEVELS = {"light": Decimal("0.5"), "grave": Decimal("2")}
BANDS = [(90, Decimal(3)), (75, Decimal(2)), (60, Decimal(1))]
SERIES = ("first", "second", "third")
SEED = 20261122
_BEGIN = datetime.date(2026, 1, 1)


def rubric_data(items: int = 100) -> dict[str, Any]:
    """A rubric file's content: `items` items of ten points in ten categories, two or three clauses each."""
    each = items // CATEGORIES
    categories = [
        {"code": f"k{number}", "title": f"Category {number}", "items": [_item(number * each + n) for n in range(each)]}
        for number in range(CATEGORIES)
    ]
    return {
        "format": "appraisal-rubric/1",
        "code": "made-up",
        "title": "Made-up rubric",
        "year": 2026,
        "total": each * CATEGORIES * 10,
        "series": [{"code": code, "title": code.title()} for code in SERIES],
        "categories": categories,
        "gradings": [
            {
                "code": "grade",
                "title": "Grade",
                "rules": [
                    {"code": "excellent", "title": "Excellent", "quota": {"percent": 15}},
                    {"code": "good", "title": "Good", "when": {"total_at_least": each * 50}},
                    {"code": "fair", "title": "Fair"},
                ],
            }
        ],
    }


def _item(number: int) -> dict[str, Any]:
    return {"code": f"i{number}", "title": f"Item {number}", "points": 10, **_MAKERS[number % 3]()}


def _losing() -> dict[str, Any]:
    levels = [{"code": code, "points": points} for code, points in LEVELS.items()]
    return {
        "start": "full",
        "clauses": [
            {
                "code": "late",
                "text": "Late",
                "effect": "deduct",
                "basis": "count",
                "points": Decimal("0.5"),
                "limit": 3,
            },
            {"code": "fault", "text": "Fault", "effect": "deduct", "basis": "level", "levels": levels},
        ],
    }


def _earning() -> dict[str, Any]:
    steps = {"start_at": 10, "start_points": 1, "step": 5, "points": Decimal("0.5"), "gather": "sum", "limit": 6}
    return {
        "start": "zero",
        "clauses": [
            {"code": "done", "text": "Done", "effect": "award", "basis": "count", "points": 1, "limit": 4},
            {"code": "amount", "text": "Amount", "effect": "award", "basis": "steps", **steps},
        ],
    }


def _reaching() -> dict[str, Any]:
    bands = [{"at_least": least, "points": points} for least, points in BANDS]
    return {
        "start": "zero",
        "clauses": [
            {"code": "part", "text": "Part", "effect": "award", "basis": "ratio", "points": 7, "target": 120},
            {"code": "rate", "text": "Rate", "effect": "award", "basis": "bands", "bands": bands},
            {
                "code": "miss",
                "text": "Miss",
                "effect": "deduct",
                "basis": "count",
                "points": Decimal("0.2"),
                "limit": 1,
            },
        ],
    }


_MAKERS = (_losing, _earning, _reaching)


def definition_of(items: int = 100) -> Definition:
    """The same as the frozen record that the engine takes."""
    definition, problems = read_definition(rubric_data(items))
    if definition is None:
        raise ValueError([problem.text("en") for problem in problems])
    return definition


def units_of(count: int, items: int = 100) -> Iterator[UnitFacts]:
    """Units one after the other, with three facts about every item."""
    chance = random.Random(SEED)
    each = items // CATEGORIES
    codes = [f"k{number // each}.i{number}" for number in range(items)]
    for number in range(count):
        facts = tuple(fact for place, code in enumerate(codes) for fact in _FACTS[place % 3](code, chance))
        yield UnitFacts(code=f"u{number}", title=f"Unit {number}", series=SERIES[number % len(SERIES)], facts=facts)


def facts_of(count: int, items: int = 100) -> Facts:
    return Facts(rubric="made-up", units=tuple(units_of(count, items)))


def _day(chance: random.Random) -> datetime.date | None:
    return _BEGIN + datetime.timedelta(days=chance.randrange(365)) if chance.random() < 0.5 else None


def _losing_facts(code: str, chance: random.Random) -> Iterator[Fact]:
    for _ in range(2):
        yield Fact(f"{code}.late", count=chance.randint(1, 3), date=_day(chance))
    yield Fact(f"{code}.fault", level=chance.choice(("light", "grave")), count=1, date=_day(chance))


def _earning_facts(code: str, chance: random.Random) -> Iterator[Fact]:
    yield Fact(f"{code}.done", count=chance.randint(1, 6), date=_day(chance))
    for _ in range(2):
        yield Fact(f"{code}.amount", value=Decimal(chance.randint(0, 400)) / 10, date=_day(chance))


def _reaching_facts(code: str, chance: random.Random) -> Iterator[Fact]:
    yield Fact(f"{code}.part", value=Decimal(chance.randint(0, 150)), date=_day(chance))
    yield Fact(f"{code}.rate", value=Decimal(chance.randint(400, 1000)) / 10, date=_day(chance))
    yield Fact(f"{code}.miss", count=chance.randint(1, 9), date=_day(chance))


_FACTS = (_losing_facts, _earning_facts, _reaching_facts)
