"""What a comparison of two rubrics over the same records says, in codes and numbers."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

from evidence.facts import Facts
from rubrics.kinds.problems import Problem
from scoring.engine import Notice

CLAUSE, NODE, REST = "clause", "node", "rest"
"""What a cause is about: a clause, a node's own marks and bounds, or what rounding and the like leave over."""


class Aside(NamedTuple):
    """Something recorded that a rubric has no place for: a fact, ballots, own targets, or a duty that was waived."""

    unit: str
    what: str
    """fact, ballots, targets or waiver."""
    code: str
    """The clause, panel, item or node that it names."""
    name: str
    """The fact's id or place; the group of the ballots."""
    problem: Problem | None = None
    """Why it does not fit; None where what it names is not there at all."""


class Left(NamedTuple):
    """A unit that a rubric has no series for, with the number of its facts."""

    unit: str
    title: str
    series: str | None
    facts: int


class MarksGap(NamedTuple):
    """A kind of unit whose marks do not reach the total of its series, with one unit of that kind."""

    problem: Problem
    title: str
    units: int


@dataclass(frozen=True, slots=True)
class Fitted:
    """Records as far as a rubric can score them, and everything that was left out."""

    facts: Facts
    aside: tuple[Aside, ...] = ()
    left: tuple[Left, ...] = ()
    gaps: tuple[MarksGap, ...] = ()


class Cause(NamedTuple):
    """What one clause or node contributes to a unit's total before and after; None where it is not there."""

    kind: str
    code: str
    before: Decimal | None
    after: Decimal | None

    @property
    def difference(self) -> Decimal:
        return (self.after or Decimal(0)) - (self.before or Decimal(0))


@dataclass(frozen=True, slots=True)
class Side:
    """How a unit stands under one rubric."""

    series: str | None
    total: Decimal
    marks: Decimal
    rank: int | None
    out_of_rank: bool
    grades: dict[str, str | None]
    vetoes: tuple[str, ...]
    notices: tuple[Notice, ...]


@dataclass(frozen=True, slots=True)
class Movement:
    """One unit before and after, and what moved it, the greatest first."""

    unit: str
    title: str
    before: Side | None
    after: Side | None
    causes: tuple[Cause, ...] = ()

    @property
    def difference(self) -> Decimal | None:
        """After − before; None where the unit is scored on one side only."""
        return None if self.before is None or self.after is None else self.after.total - self.before.total

    @property
    def places(self) -> int | None:
        """Places won (more than 0) or lost; None without a place on both sides, or where the series is another."""
        if self.before is None or self.after is None or self.before.series != self.after.series:
            return None
        if self.before.rank is None or self.after.rank is None:
            return None
        return self.before.rank - self.after.rank

    @property
    def moves(self) -> bool:
        """Whether anything that counts is different."""
        if self.before is None or self.after is None:
            return False
        ranks = self.before.rank != self.after.rank
        return bool(self.difference) or ranks or self.before.grades != self.after.grades


class ClauseMove(NamedTuple):
    """A clause over all units: how many it lifts and lowers, and by how much in all."""

    kind: str
    code: str
    lifted: int
    lowered: int
    up: Decimal
    down: Decimal


class GradeChange(NamedTuple):
    """A unit whose grade is another; `direction` is 1 for better, −1 for worse, 0 where nobody can say."""

    unit: str
    title: str
    before: str | None
    after: str | None
    direction: int


class GradingMove(NamedTuple):
    """A grading before and after: how many units have each grade (None: no grade), and whose grade changes."""

    code: str
    before: dict[str | None, int] | None
    after: dict[str | None, int] | None
    changes: tuple[GradeChange, ...]


@dataclass(frozen=True, slots=True)
class Comparison:
    """All units that are scored on at least one side."""

    movements: tuple[Movement, ...]
    clauses: tuple[ClauseMove, ...]
    gradings: tuple[GradingMove, ...]
    notices: tuple[tuple[Notice, int], ...]
    """What there is to know under the new rubric and was not so under the old one, with the number of units."""

    @property
    def is_pair(self) -> bool:
        """Whether there is anything to compare with."""
        return any(movement.before is not None for movement in self.movements)
