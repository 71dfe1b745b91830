"""What an evaluation gives: for every unit a tree of values that explains itself in codes and numbers.

Sentences are made from these when somebody reads them (`scoring.sheets.sentences`).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, NamedTuple

ENGINE_VERSION = "1"

# Reasons of a fact's line: why its points differ from its face.
FACT_REASONS = ("exempt", "set_aside", "limit_per", "limit", "group_limit", "not_applicable")
# Reasons of a node's own line: what bounds, modes and rounding did.
NODE_REASONS = ("forfeit", "zero", "floor", "ceiling", "carried", "scale", "full", "mean", "rounding")


class Line:
    """One movement of points.

    A fact's line names its clause; `face` is what it is worth after step 2 and `points` what it moves, both signed. A
    line without a clause is the node's own and says in `reason` what was done to it.
    """

    __slots__ = ("clause", "count", "date", "face", "fact", "index", "matter", "node", "points", "reason")

    def __init__(
        self,
        clause: str | None,
        fact: str | None,
        node: str,
        face: Decimal,
        points: Decimal,
        reason: str | None = None,
        matter: str = "",
        date: Any = None,
        index: int = 0,
    ) -> None:
        self.clause = clause
        self.fact = fact
        self.node = node
        self.face = face
        self.points = points
        self.reason = reason
        self.matter = matter
        self.date = date
        self.index = index
        self.count: int | Decimal = 0
        """Counted occurrences of a forfeit or veto; the amount shown for a record."""

    def __repr__(self) -> str:
        return f"Line({self.clause or self.node}, {self.face}→{self.points}, {self.reason})"


class Notice(NamedTuple):
    """Something to know about a unit's score: a code, the clause or node it is about, and figures."""

    code: str
    about: str
    params: dict[str, Any] = {}


class NodeResult(NamedTuple):
    """A node's shown value and full marks, and what its lines start from, all in points."""

    value: Decimal
    points: Decimal
    start: Decimal
    given: bool = False
    """Whether the node does not apply and has the value that its `when_not_applicable` gives it."""


@dataclass(slots=True)
class UnitResult:
    """One unit's score. `total` is rounded; `rank` is None for units out of rank."""

    code: str
    title: str
    series: str | None
    total: Decimal
    marks: Decimal
    """Total marks of the unit's series, in points."""
    nodes: dict[str, NodeResult]
    whole: NodeResult
    lines: list[Line]
    notices: list[Notice]
    vetoes: tuple[str, ...]
    pending: tuple[str, ...]
    """Codes of clauses that await a judgement."""
    counted: frozenset[str] = frozenset()
    """Codes of clauses with a fact that counts (not exempt, not set aside)."""
    converted: Decimal | None = None
    rank: int | None = None
    out_of_rank: bool = False
    grades: dict[str, str | None] = field(default_factory=dict)

    def applying(self, code: str) -> NodeResult | None:
        """A node that applies to the unit; None for one that is left out or only given a value (full, mean)."""
        node = self.nodes.get(code)
        return None if node is None or node.given else node


@dataclass(slots=True)
class Result:
    """All units of a cycle, in the order of the facts."""

    rubric: str
    units: list[UnitResult]

    def unit(self, code: str) -> UnitResult:
        """The unit with this code. Raises KeyError."""
        for unit in self.units:
            if unit.code == code:
                return unit
        raise KeyError(code)
