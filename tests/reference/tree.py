"""The rubric as a tree, the units with their facts, and what applies to whom."""

import datetime
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from .figures import ONE, ZERO, day, num, num_or, round_to


@dataclass(eq=False)
class Node:
    """The total (the root), a category or an item."""

    kind: str  # total, category or item
    code: str  # full code: the path
    raw: dict[str, Any]
    parent: "Node | None" = None
    children: "list[Node]" = field(default_factory=list)
    clauses: "list[Clause]" = field(default_factory=list)

    @property
    def weight(self) -> Fraction:
        """`weight: 1` "multiplies the category's value in its parent" (items too: "Tree.")."""
        return num_or(self.raw.get("weight"), 1)

    @property
    def is_pool(self) -> bool:
        """`start` stands "only on a category that is one pool"."""
        return self.kind == "category" and self.raw.get("start") is not None

    @property
    def points(self) -> Fraction:
        """ "Omitted `points` = Σ weight × points of all children, whether they apply to a unit or not." """
        if self.raw.get("points") is not None:
            return num(self.raw["points"])
        return sum((child.weight * child.points for child in self.children), ZERO)

    @property
    def default_bounds_open(self) -> bool:
        """ "Children of a pool have floor none and ceiling none unless they say otherwise." """
        return self.parent is not None and self.parent.is_pool

    @property
    def floor(self) -> Fraction | None:
        """ "0 (default), a number, or none"; None here means `none`."""
        stated = self.raw.get("floor")
        if stated is None:
            return None if self.default_bounds_open else ZERO
        return None if stated == "none" else num(stated)

    @property
    def ceiling(self) -> Fraction | None:
        """ "default: points; none: no upper bound"; None here means no bound."""
        stated = self.raw.get("ceiling")
        if stated is None:
            return None if self.default_bounds_open else self.points
        return None if stated == "none" else num(stated)

    def ancestors(self) -> "list[Node]":
        """The node itself and all nodes above it, innermost first, without the total."""
        return [self, *self.parent.ancestors()] if self.parent is not None else []

    def walk(self) -> "list[Node]":
        """ "Reading order: a category's items, then its nested categories, depth first." """
        return [self, *(node for child in self.children for node in child.walk())]


@dataclass(eq=False)
class Clause:
    """A clause with its full code and the item under which it stands."""

    code: str
    raw: dict[str, Any]
    item: Node

    @property
    def effect(self) -> str:
        return self.raw["effect"]

    @property
    def basis(self) -> str | None:
        """ "A `forfeit` or `veto` uses basis `count` unless it names another"; a `record` may have none."""
        default = "count" if self.effect in ("forfeit", "veto") else None
        return self.raw.get("basis") or default

    @property
    def sign(self) -> int:
        """`deduct` takes away, `award` gives."""
        return -1 if self.effect == "deduct" else 1

    @property
    def target_node(self) -> Node:
        """`acts_on: item|category|total` "(default: where it stands)"; category: "the item's immediate parent"."""
        acts_on = self.raw.get("acts_on") or "item"
        if acts_on == "item":
            return self.item
        return self.item.parent if acts_on == "category" else root_of(self.item)

    def list_of(self, name: str) -> list[Any]:
        return self.raw.get(name) or []


@dataclass(eq=False)
class Fact:
    """One entry of a unit's `facts`, with its place (from 1) among that unit's facts."""

    raw: dict[str, Any]
    place: int

    @property
    def name(self) -> Any:
        """A line's `fact` is "its id or place"."""
        return self.raw.get("id") if self.raw.get("id") is not None else self.place

    @property
    def date(self) -> datetime.date | None:
        return day(self.raw.get("date"))

    @property
    def exempt(self) -> bool:
        return bool(self.raw.get("exempt"))

    @property
    def order(self) -> tuple[Any, ...]:
        """ "Facts without a date come after those with one, then the order of the file." """
        return (self.date is None, self.date or datetime.date.min, self.place)

    @property
    def count(self) -> Fraction:
        return num_or(self.raw.get("count"), 1)


@dataclass(eq=False)
class Unit:
    """One unit of the facts file."""

    raw: dict[str, Any]

    @property
    def code(self) -> str:
        return self.raw["code"]

    @property
    def series(self) -> str | None:
        return self.raw.get("series")

    @property
    def tags(self) -> list[str]:
        return self.raw.get("tags") or []

    def facts(self, clause: Clause) -> list[Fact]:
        """The unit's facts under one clause, in order of date, then of the file."""
        all_facts = [Fact(raw, place) for place, raw in enumerate(self.raw.get("facts") or [], start=1)]
        return sorted((fact for fact in all_facts if fact.raw["clause"] == clause.code), key=lambda fact: fact.order)


@dataclass(eq=False)
class Case:
    """A rubric and a facts file together. `kept` holds what moves.py has worked out already."""

    rubric: dict[str, Any]
    root: Node
    units: list[Unit]
    ratings: list[dict[str, Any]]
    kept: dict[tuple[str, ...], Any] = field(default_factory=dict)

    @property
    def rounds_items(self) -> bool:
        """`at: item (default: printed sheets add up) or total`."""
        return ((self.rubric.get("rounding") or {}).get("at") or "item") == "item"

    @property
    def mode(self) -> str:
        return (self.rubric.get("rounding") or {}).get("mode") or "half_up"

    def rounded(self, value: Fraction) -> Fraction:
        """`rounding: {digits: 2, mode: half_up}`."""
        digits = (self.rubric.get("rounding") or {}).get("digits")
        return round_to(value, 2 if digits is None else int(digits), self.mode)

    def nodes(self) -> list[Node]:
        """All categories and items in reading order."""
        return self.root.walk()[1:]

    def clauses(self) -> list[Clause]:
        """All clauses in reading order."""
        return [clause for node in self.nodes() for clause in node.clauses]

    def node(self, code: str) -> Node:
        return next(node for node in self.nodes() if node.code == code)

    def total_marks(self, unit: Unit) -> Fraction:
        """ "Total marks are those of the unit's series throughout"; a series may carry its own `total`."""
        for series in self.rubric.get("series") or []:
            if series["code"] == unit.series and series.get("total") is not None:
                return num(series["total"])
        return num_or(self.rubric.get("total"), 100)


def root_of(node: Node) -> Node:
    return node if node.parent is None else root_of(node.parent)


def build_node(raw: dict[str, Any], parent: Node, kind: str) -> Node:
    """ "A node's full code is its path: conduct.meetings"."""
    code = raw["code"] if parent.parent is None else f"{parent.code}.{raw['code']}"
    node = Node(kind, code, raw, parent)
    node.children = [build_node(child, node, "item") for child in raw.get("items") or []]
    node.children += [build_node(child, node, "category") for child in raw.get("categories") or []]
    node.clauses = [Clause(f"{code}.{clause['code']}", clause, node) for clause in raw.get("clauses") or []]
    return node


def build_case(rubric: dict[str, Any], facts: dict[str, Any]) -> Case:
    """Both files as one case."""
    root = Node("total", "total", {})
    root.children = [build_node(raw, root, "category") for raw in rubric.get("categories") or []]
    return Case(rubric, root, [Unit(raw) for raw in facts.get("units") or []], facts.get("ratings") or [])


def matches(applies_to: dict[str, Any] | None, unit: Unit) -> bool:
    """ "Of several keys in `applies_to` all must hold, within one key one member is enough"; empty = everyone."""
    rule = applies_to or {}
    if rule.get("series") and unit.series not in rule["series"]:
        return False
    if rule.get("tags") and not set(rule["tags"]) & set(unit.tags):
        return False
    return not (rule.get("units") and unit.code not in rule["units"])


def node_applies(node: Node, unit: Unit) -> bool:
    """A node applies where it and all nodes above it do; `not_applicable`: "treated as if applies_to left it out"."""
    granted = unit.raw.get("not_applicable") or []
    return all(matches(above.raw.get("applies_to"), unit) and above.code not in granted for above in node.ancestors())


def clause_applies(clause: Clause, unit: Unit) -> bool:
    """ "Nodes and clauses that do not apply to the unit are set aside" (step 1)."""
    return node_applies(clause.item, unit) and matches(clause.raw.get("applies_to"), unit)


def share_of(fact: Fact, item: Node) -> Fraction:
    """`share`: "a number ... or a code of the node's `shares`"; "the nearest node's `shares` serve; without `share` a
    fact counts whole"."""
    stated = fact.raw.get("share")
    if stated is None:
        return ONE
    for node in item.ancestors():
        table = node.raw.get("shares")
        if table:
            by_code = {entry["code"]: entry.get("value") for entry in table}
            if isinstance(stated, str) and stated in by_code:
                return num_or(by_code[stated], 0)
            break
    return num(stated)
