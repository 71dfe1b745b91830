"""A rubric compiled once: nodes and clauses with everything looked up that does not change from unit to unit."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from types import SimpleNamespace
from typing import Any, TypedDict

from evidence.facts import UnitFacts
from rubrics.definition import Category, CommonClause, Definition, Item, marks_of
from rubrics.definition.records import WHOLE
from scoring.engine.result import NodeResult
from scoring.engine.rounding import Rounder

ZERO = Decimal(0)


class NodePlan:
    """A category or item in its place. Points and bounds in points; `floor` None carries what lies below 0 upwards."""

    __slots__ = (
        "applies_to", "ceiling", "children", "clauses", "code", "depth", "floor", "groups", "has_sources", "is_item",
        "is_pool", "node", "parent", "points", "rounded", "scales", "start", "weight", "when_not_applicable",
    )  # fmt: skip

    def __init__(self, code: str, node: Item | Category, parent: NodePlan | None, *, rounds_items: bool) -> None:
        self.code = code
        self.node = node
        self.parent = parent
        self.depth: int = 0 if parent is None else parent.depth + 1
        self.points: Decimal = marks_of(node)
        self.weight = node.weight
        self.is_item = isinstance(node, Item)
        self.is_pool = isinstance(node, Category) and node.is_pool
        self.rounded = self.is_item and rounds_items
        self.start = self.points if node.start == "full" else ZERO
        self.applies_to = node.applies_to
        self.when_not_applicable = node.when_not_applicable
        self.floor, self.ceiling = self._bounds()
        self.children: list[NodePlan] = []
        self.clauses: list[ClausePlan] = []
        self.groups: list[tuple[Decimal, frozenset[str]]] = []
        self.scales = False
        self.has_sources = False

    def _bounds(self) -> tuple[Decimal | None, Decimal | None]:
        """Floor 0 and ceiling = points unless stated; children of a pool have none of either."""
        in_pool = self.parent is not None and self.parent.is_pool
        floor, ceiling = self.node.floor, self.node.ceiling
        low = None if floor == "none" or (floor is None and in_pool) else (floor or ZERO)
        high = None if ceiling == "none" or (ceiling is None and in_pool) else ceiling
        if ceiling is None and not in_pool:
            high = self.points
        return low, high


class ClausePlan:
    """A clause in its place, with the node that it acts on and the exclusive nodes above it."""

    __slots__ = (
        "acts_on", "clause", "code", "compares", "effect", "escalate", "exact", "exclusive", "free", "gather",
        "is_held", "item", "kind", "limit", "limit_count", "limit_per", "mode", "modifiers", "moves", "order", "shares",
        "shares_value", "sign", "within",
    )  # fmt: skip

    def __init__(
        self, code: str, clause: CommonClause, item: NodePlan, order: int, shares: Mapping[str, Decimal]
    ) -> None:
        self.code = code
        self.clause: Any = clause
        self.item = item
        self.order = order
        self.kind = clause.kind
        self.mode = clause.kind.mode
        self.effect = clause.effect
        self.moves = clause.effect in ("deduct", "award")
        self.sign = 1 if clause.effect == "award" else -1
        self.free: int = getattr(clause, "free", 0)
        self.limit_count: int | None = getattr(clause, "limit_count", None)
        self.limit = clause.limit
        self.limit_per = clause.limit_per
        self.is_held = clause.limit is not None or clause.limit_per is not None
        self.escalate = clause.escalate
        self.modifiers = {modifier.code: modifier for modifier in clause.modifiers}
        self.shares = shares
        self.acts_on = self._target(clause, item)
        self.exclusive = _exclusive_above(item)
        self.gather = getattr(clause, "gather", None) or clause.kind.gather
        self.shares_value = self.gather == "sum" and getattr(clause, "share_on", "") == "value"
        self.compares = clause.kind.mode == "value" and clause.kind.compares(clause)
        self.within = getattr(clause, "within", "series")
        self.exact: Any = in_fractions(clause) if clause.kind.mode == "value" else None

    @staticmethod
    def _target(clause: CommonClause, item: NodePlan) -> str:
        if clause.acts_on == "total":
            return WHOLE
        return item.parent.code if clause.acts_on == "category" and item.parent else item.code


def _exclusive_above(item: NodePlan) -> tuple[str, ...]:
    """Codes of the nodes with `exclusive: matter` over a clause, the innermost first."""
    codes = []
    node: NodePlan | None = item
    while node is not None:
        if node.node.exclusive == "matter":
            codes.append(node.code)
        node = node.parent
    return tuple(codes)


def in_fractions(record: Any) -> Any:
    """A copy of a record's fields in which decimals are fractions, for values that were themselves divided."""
    if isinstance(record, Decimal):
        return Fraction(record)
    if isinstance(record, tuple):
        return tuple(in_fractions(part) for part in record)
    if hasattr(type(record), "model_fields"):
        return SimpleNamespace(**{name: in_fractions(getattr(record, name)) for name in type(record).model_fields})
    return record


class _Who(TypedDict):
    series: str | None
    tags: frozenset[str]
    unit: str


class Shape:
    """What applies to one kind of unit: the codes of its nodes and clauses."""

    __slots__ = ("awaited", "clauses", "nodes", "sources")

    def __init__(self, nodes: frozenset[str], clauses: frozenset[str], plan: Plan) -> None:
        self.nodes = nodes
        self.clauses = clauses
        self.sources = {code for code in clauses if plan.clauses[code].kind.mode == "unit"}
        self.awaited = tuple(code for code in plan.awaited if code in clauses)


class Plan:
    """A definition made ready for scoring any number of units."""

    def __init__(self, definition: Definition) -> None:
        self.definition = definition
        self.rounder = Rounder(definition.rounding.digits, definition.rounding.mode)
        self.rounds_items = definition.rounding.at == "item"
        self.nodes: dict[str, NodePlan] = {}
        self.clauses: dict[str, ClausePlan] = {}
        self.roots = [self._category(category, "", None) for category in definition.categories]
        self.comparing = [clause for clause in self.clauses.values() if clause.compares]
        self.awaited = [code for code, clause in self.clauses.items() if _is_awaited(clause)]
        self.has_means = any(node.when_not_applicable == "mean" for node in self.nodes.values())
        self.root_scales = any(root.when_not_applicable == "scale" for root in self.roots)
        self.has_exclusive = any(node.node.exclusive == "matter" for node in self.nodes.values())
        self.quiet = {code: quiet for code, node in self.nodes.items() if (quiet := self._quiet(node)) is not None}
        self._names_units = self._anything_by_unit()
        self._shapes: dict[tuple[Any, ...], Shape] = {}

    def _category(self, category: Category, prefix: str, parent: NodePlan | None) -> NodePlan:
        plan = self._node(f"{prefix}{category.code}", category, parent)
        for item in category.items:
            plan.children.append(self._item(f"{plan.code}.{item.code}", item, plan))
        for inner in category.categories:
            plan.children.append(self._category(inner, f"{plan.code}.", plan))
        plan.scales = not plan.is_pool and any(child.when_not_applicable == "scale" for child in plan.children)
        return plan

    def _node(self, code: str, node: Item | Category, parent: NodePlan | None) -> NodePlan:
        plan = NodePlan(code, node, parent, rounds_items=self.rounds_items)
        self.nodes[code] = plan
        return plan

    def _item(self, code: str, item: Item, parent: NodePlan) -> NodePlan:
        plan = self._node(code, item, parent)
        shares = {share.code: share.value or ZERO for share in self.definition.shares_of(code)}
        for clause in item.clauses:
            made = ClausePlan(f"{code}.{clause.code}", clause, plan, len(self.clauses), shares)
            self.clauses[made.code] = made
            plan.clauses.append(made)
            plan.has_sources = plan.has_sources or made.mode == "unit"
        plan.groups = [
            (group.limit, frozenset(f"{code}.{member}" for member in group.clauses))
            for group in item.groups
            if group.limit is not None
        ]
        return plan

    def _quiet(self, node: NodePlan) -> NodeResult | None:
        """What an item is worth about which nothing is recorded; None where that takes holding or rounding."""
        low = node.floor is not None and node.start < node.floor
        high = node.ceiling is not None and node.start > node.ceiling
        shown = self.rounder(node.start)
        if not node.is_item or low or high or shown != node.start:
            return None
        return NodeResult(shown, node.points, node.start)

    def _anything_by_unit(self) -> bool:
        return any(node.applies_to.units for node in self.nodes.values()) or any(
            clause.clause.applies_to.units for clause in self.clauses.values()
        )

    def shape_of(self, unit: UnitFacts) -> Shape:
        """Step 1: what applies to the unit, worked out once for each kind of unit."""
        key = (unit.series, unit.tags, unit.code if self._names_units else "", unit.not_applicable)
        shape = self._shapes.get(key)
        if shape is None:
            shape = self._shapes[key] = self._make_shape(unit)
        return shape

    def _make_shape(self, unit: UnitFacts) -> Shape:
        who = _Who(series=unit.series, tags=unit.tags, unit=unit.code)
        nodes: set[str] = set()
        clauses: set[str] = set()
        for code, node in self.nodes.items():
            parent_applies = node.parent is None or node.parent.code in nodes
            if not parent_applies or code in unit.not_applicable or not node.applies_to.covers(**who):
                continue
            nodes.add(code)
            clauses.update(clause.code for clause in node.clauses if clause.clause.applies_to.covers(**who))
        return Shape(frozenset(nodes), frozenset(clauses), self)


def _is_awaited(clause: ClausePlan) -> bool:
    """An award by judgement on an item that starts from zero and has full marks is pending without a fact."""
    item = clause.item
    return clause.effect == "award" and clause.kind.judged and item.node.start == "zero" and item.points > 0


_RECENT = 8
_recent: list[Plan] = []


def plan_of(definition: Definition) -> Plan:
    """The plan of a definition. The last few are kept: compiling one takes longer than scoring a unit by it."""
    for known in tuple(_recent):
        if known.definition is definition:
            return known
    plan = Plan(definition)
    _recent.insert(0, plan)
    del _recent[_RECENT:]
    return plan
