"""The records of one cycle as the engine takes them: units, facts, ratings. Field names are those of a facts file."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import NamedTuple

FORMAT = "appraisal-facts/1"


class Fact(NamedTuple):
    """One recorded occurrence, measurement or judgement about one unit under one clause."""

    clause: str
    id: str = ""
    count: int | None = None  # type: ignore[assignment]  # the field name is public; tuple.count is not needed
    level: str | None = None
    value: Decimal | None = None
    baseline: Decimal | None = None
    points: Decimal | None = None
    target: str | Decimal | None = None
    rank: int | None = None
    of: Decimal | None = None
    inputs: Mapping[str, Decimal] | None = None
    score: Decimal | None = None
    date: datetime.date | None = None
    matter: str = ""
    share: Decimal | str | None = None
    modifiers: tuple[str, ...] = ()
    exempt: bool = False
    reason: str = ""
    note: str = ""
    rejected: bool = False
    """A claim that was refused: it moves nothing, but the judgement is not missing."""


class Held(NamedTuple):
    """A grade held before, for so many years."""

    code: str
    years: Decimal


class Target(NamedTuple):
    """One of a unit's own targets: its points, and the figure to reach where there is one."""

    code: str
    title: str
    points: Decimal
    value: Decimal | None


@dataclass(frozen=True, slots=True)
class UnitFacts:
    """One unit in the cycle with everything recorded about it."""

    code: str
    title: str = ""
    series: str | None = None
    tags: frozenset[str] = frozenset()
    member_of: str | None = None
    holds: tuple[Held, ...] = ()
    targets: Mapping[str, tuple[Target, ...]] = field(default_factory=dict)
    not_applicable: frozenset[str] = frozenset()
    facts: tuple[Fact, ...] = ()


class Rating(NamedTuple):
    """Ballots of one group of a panel about one unit: points on the scale, or None for an abstention."""

    panel: str
    group: str
    unit: str
    values: tuple[Decimal | None, ...]


@dataclass(frozen=True, slots=True)
class Facts:
    """Everything recorded in a cycle."""

    rubric: str
    units: tuple[UnitFacts, ...] = ()
    ratings: tuple[Rating, ...] = ()
