"""Steps 5 to 7: items, categories, the total. Every node's start and lines add up to its value exactly."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, NamedTuple

from evidence.facts import UnitFacts
from rubrics.definition.records import WHOLE
from scoring.engine.faces import Faces, Placed
from scoring.engine.holding import hold_clause, hold_groups, set_aside_rivals
from scoring.engine.plan import ZERO, ClausePlan, NodePlan
from scoring.engine.result import Line, NodeResult, Notice, UnitResult
from scoring.engine.rounding import DIVIDING

if TYPE_CHECKING:
    from scoring.engine.world import World


class Value(NamedTuple):
    """A node's exact value, what it carries into its parent (0 or less), and the value that is shown."""

    exact: Decimal
    carried: Decimal
    shown: Decimal


class UnitTree:
    """The evaluation of one unit. Lines are made at once, nodes are worked out as they are asked for."""

    def __init__(self, world: World, unit: UnitFacts) -> None:
        self.world = world
        self.plan = world.plan
        self.unit = unit
        self.shape = self.plan.shape_of(unit)
        self.lines: list[Line] = []
        self.notices: list[Notice] = []
        self.fired: dict[str, int] = {}
        self.counted: set[str] = set()
        self.answered: set[str] = set()
        self.by_item: dict[str, list[Line]] = {}
        self.acting: dict[str, list[Line]] = {}
        self.ended: dict[str, str] = {}
        self.values: dict[str, Value] = {}
        self.nodes: dict[str, NodeResult] = {}
        self._make_lines()

    # steps 1 to 4

    def _make_lines(self) -> None:
        facts = self._facts_by_clause()
        faces = Faces(self.plan, self.unit, self.world.cohorts_of)
        clauses, applying = self.plan.clauses, self.shape.clauses
        held: list[tuple[ClausePlan, list[Line]]] = []
        for code in sorted(facts, key=lambda code: clauses[code].order):
            if code not in applying:
                self._set_aside(code, facts[code])
                continue
            clause = clauses[code]
            made = faces.lines(clause, facts[code])
            self.by_item.setdefault(clause.item.code, []).extend(made)
            if clause.is_held:
                held.append((clause, made))
            if clause.effect in ("forfeit", "veto"):
                self.fired[code] = sum(int(line.count) for line in made if line.reason != "exempt")
        self.notices += faces.notices
        lines = [line for made in self.by_item.values() for line in made]
        if self.plan.has_exclusive and any(line.matter for line in lines):
            set_aside_rivals(self.plan, lines)
        for clause, made in held:
            hold_clause(clause, made)
        self.counted = {line.clause for line in lines if line.clause and line.reason not in ("exempt", "set_aside")}

    def _facts_by_clause(self) -> dict[str, list[Placed]]:
        """The facts that count, with their places, by clause; `answered` also notes the refused ones."""
        facts: dict[str, list[Placed]] = {}
        for placed in enumerate(self.unit.facts):
            fact = placed[1]
            if fact.rejected:
                self.answered.add(fact.clause)
            else:
                facts.setdefault(fact.clause, []).append(placed)
        self.answered.update(facts)
        return facts

    def _set_aside(self, code: str, facts: list[Placed]) -> None:
        self.notices.append(Notice("not_applicable", code))
        for place, fact in facts:
            name = fact.id or f"facts[{place}]"
            self.lines.append(Line(code, name, self.plan.clauses[code].acts_on, ZERO, ZERO, "not_applicable"))

    # steps 5 to 7

    def value_of(self, node: NodePlan) -> Value:
        """A node that applies, worked out once."""
        value = self.values.get(node.code)
        if value is None:
            value = self.values[node.code] = self._item(node) if node.is_item else self._category(node)
        return value

    def _item(self, node: NodePlan) -> Value:
        lines = self.by_item.get(node.code, [])
        if node.has_sources:
            lines = lines + self._source_lines(node)
        if not lines:
            return self._quiet_item(node)
        if node.groups:
            hold_groups(node, lines)
        own = ZERO
        for line in lines:
            if line.node == node.code:
                own += line.points
            elif line.points:
                self.acting.setdefault(line.node, []).append(line)
        self.lines += lines
        if self.fired:
            self._end(node)
        return self._bounded(node, node.start, node.start + own)

    def _quiet_item(self, node: NodePlan) -> Value:
        """An item about which nothing is recorded is worth its start, which mostly needs no holding and no rounding."""
        quiet = self.plan.quiet.get(node.code)
        if quiet is not None:
            self.nodes[node.code] = quiet
            return Value(quiet.value, ZERO, quiet.value)
        if node.ceiling is not None and node.start > node.ceiling:
            return self._bounded(node, node.start, node.start)
        if node.floor is not None and node.start < node.floor:
            return self._bounded(node, node.start, node.start)
        return self._rounded(node, node.start, node.start, ZERO)

    def _source_lines(self, node: NodePlan) -> list[Line]:
        lines = []
        for clause in node.clauses:
            # Where facts have nothing to say, as under a panel's rating, the source speaks all the same.
            answered = clause.code in self.answered and bool(clause.kind.says(clause.clause))
            if clause.code in self.shape.sources and not answered:
                points, notices = self.world.source_points(clause, self.unit)
                self.notices += notices
                if points is not None:
                    made = self._source_line(clause.code, points)
                    hold_clause(clause, [made])
                    lines.append(made)
        return lines

    def _source_line(self, code: str, points: Decimal) -> Line:
        clause = self.plan.clauses[code]
        if clause.effect in ("deduct", "award"):
            return Line(code, None, clause.acts_on, points * clause.sign, points * clause.sign)
        line = Line(code, None, clause.acts_on, ZERO, ZERO)
        line.count = points
        if clause.effect in ("forfeit", "veto") and points > 0:
            self.fired[code] = 1
            line.count = 1
            deduction = sum((part.deduct for part in clause.clause.consequences if part.deduct is not None), ZERO)
            line.face = line.points = -deduction
        return line

    def _end(self, item: NodePlan) -> None:
        """What forfeits and vetoes that fired under this item bring to an end."""
        for clause in item.clauses:
            count = self.fired.get(clause.code, 0)
            if clause.effect == "forfeit" and count >= clause.clause.at:
                self.ended.setdefault(clause.acts_on, "forfeit")
            elif clause.effect == "veto" and count:
                for consequence in clause.clause.consequences:
                    if consequence.zero == "total":
                        self.ended.setdefault(WHOLE, "zero")
                    elif consequence.zero == "category" and item.parent is not None:
                        self.ended.setdefault(item.parent.code, "zero")

    def _category(self, node: NodePlan) -> Value:
        parts, carried, missing = self._parts(node.children)
        raw = parts
        if node.scales and missing:
            raw = self._scaled(node.code, parts, self._marks_reached(node.children), node.points)
        start = parts + (node.start if node.is_pool else ZERO)
        raw += start - parts
        raw += self._carried_in(node.code, carried)
        for line in self.acting.get(node.code, ()):
            raw += line.points
        return self._bounded(node, start, raw)

    def _parts(self, children: list[NodePlan]) -> tuple[Decimal, Decimal, bool]:
        """The weighted sum, what is carried, and whether a child is missing whose siblings are scaled for it."""
        parts, carried, missing = ZERO, ZERO, False
        for child in children:
            if child.code in self.shape.nodes:
                value = self.value_of(child)
                parts += value.exact * child.weight
                if value.carried:
                    carried += value.carried * child.weight
            else:
                worth = self._absent(child)
                missing = missing or child.when_not_applicable == "scale"
                if worth is not None:
                    parts += worth * child.weight
        return parts, carried, missing

    def _marks_reached(self, children: list[NodePlan]) -> Decimal:
        """Weighted full marks of the children that have a value."""
        return sum((child.points * child.weight for child in children if child.code in self.nodes), ZERO)

    def _absent(self, node: NodePlan) -> Decimal | None:
        """The value that a node is given for a unit to which it does not apply; None where it is left out."""
        worth: Decimal | None = None
        if node.when_not_applicable == "full":
            worth = node.points
        elif node.when_not_applicable == "mean":
            worth = self.world.mean_of(node, self.unit.series)
            if worth is None:
                self.notices.append(Notice("no_mean", node.code))
        if worth is not None:
            reason = node.when_not_applicable
            self.lines.append(Line(None, None, node.code, worth, worth, reason))
            shown = self.plan.rounder(worth)
            self._own_line(node.code, shown - worth, "rounding")
            self.nodes[node.code] = NodeResult(shown, node.points, ZERO, given=True)
        return worth

    def _scaled(self, code: str, parts: Decimal, marks: Decimal, points: Decimal) -> Decimal:
        if not marks:
            self.notices.append(Notice("nothing_to_scale", code))
            self._own_line(code, -parts, "scale")
            return ZERO
        scaled = DIVIDING.divide(parts * points, marks)
        self._own_line(code, scaled - parts, "scale")
        return scaled

    def _carried_in(self, code: str, carried: Decimal) -> Decimal:
        self._own_line(code, carried, "carried")
        return carried

    def _own_line(self, code: str, points: Decimal, reason: str) -> None:
        if points:
            self.lines.append(Line(None, None, code, points, points, reason))

    def _bounded(self, node: NodePlan, start: Decimal, raw: Decimal) -> Value:
        """Hold a node within its bounds, or bring it to its end."""
        ended = self.ended.get(node.code)
        if ended:
            end = max(ZERO, node.floor or ZERO)
            value = min(self._held(node, raw)[0], end)
            self._own_line(node.code, value - raw, ended)
            return self._rounded(node, start, value, ZERO)
        value, carried = self._held(node, raw)
        if value == raw and not carried:
            return self._rounded(node, start, raw, ZERO)
        self._own_line(node.code, -carried, "carried")
        low = raw if node.floor is None else max(raw, node.floor)
        if node.floor is not None:
            self._own_line(node.code, low - raw, "floor")
        self._own_line(node.code, value - (low - carried), "ceiling")
        return self._rounded(node, start, value, carried)

    @staticmethod
    def _held(node: NodePlan, raw: Decimal) -> tuple[Decimal, Decimal]:
        carried = min(raw, ZERO) if node.floor is None else ZERO
        value = raw - carried if node.floor is None else max(raw, node.floor)
        return (value if node.ceiling is None else min(value, node.ceiling)), carried

    def _rounded(self, node: NodePlan, start: Decimal, value: Decimal, carried: Decimal) -> Value:
        shown = self.plan.rounder(value)
        self._own_line(node.code, shown - value, "rounding")
        self.nodes[node.code] = NodeResult(shown, node.points, start)
        if node.rounded:
            return Value(shown, self.plan.rounder(carried) if carried else ZERO, shown)
        return Value(value, carried, shown)

    # the whole

    def result(self) -> UnitResult:
        """The unit's score, without ranks and grades."""
        marks = self.plan.definition.total_of(self.unit.series)
        parts, carried, missing = self._parts(self.plan.roots)
        raw = parts
        if self.plan.root_scales and missing:
            raw = self._scaled(WHOLE, parts, self._marks_reached(self.plan.roots), marks)
        raw += self._carried_in(WHOLE, carried)
        for line in self.acting.get(WHOLE, ()):
            raw += line.points
        total = self._total(raw)
        shown = self.plan.rounder(total)
        self._own_line(WHOLE, shown - total, "rounding")
        pending = tuple(code for code in self.shape.awaited if code not in self.answered)
        self.notices += [Notice("pending", code) for code in pending]
        return UnitResult(
            code=self.unit.code,
            title=self.unit.title,
            series=self.unit.series,
            total=shown,
            marks=marks,
            nodes={code: self.nodes[code] for code in self.plan.nodes if code in self.nodes},
            whole=NodeResult(shown, marks, parts),
            lines=self.lines,
            notices=self.notices,
            vetoes=self._vetoes(),
            pending=pending,
            counted=frozenset(self.counted),
        )

    def _total(self, raw: Decimal) -> Decimal:
        """No ceiling; held at 0 unless a top category that applies to the unit has no floor."""
        ended = self.ended.get(WHOLE)
        may_be_negative = any(root.floor is None and root.code in self.shape.nodes for root in self.plan.roots)
        held = raw if may_be_negative else max(raw, ZERO)
        if ended:
            value = min(held, ZERO)
            self._own_line(WHOLE, value - raw, ended)
            return value
        self._own_line(WHOLE, held - raw, "floor")
        return held

    def _vetoes(self) -> tuple[str, ...]:
        clauses = self.plan.clauses
        fired = [code for code, count in self.fired.items() if count and clauses[code].effect == "veto"]
        return tuple(sorted(fired, key=lambda code: clauses[code].order))
