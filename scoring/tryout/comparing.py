"""Two results over the same units side by side: one pass over the units and their lines."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from decimal import Decimal, localcontext

from rubrics.definition import Definition, Grading
from rubrics.definition.records import WHOLE
from scoring.engine import Notice, Result, UnitResult, plan_of
from scoring.engine.plan import NodePlan, Plan
from scoring.engine.rounding import SUMMING
from scoring.sheets.grades import by_merit
from scoring.sheets.numbers import exact
from scoring.tryout.records import (
    CLAUSE,
    NODE,
    REST,
    Cause,
    ClauseMove,
    Comparison,
    GradeChange,
    GradingMove,
    Movement,
    Side,
)

ZERO = Decimal(0)
NOISE = Decimal("1e-9")
"""Below this is what division leaves in the last digits; nobody is moved by it."""

Key = tuple[str, str]
"""Kind and code of what contributes to a total."""


def compare(
    before: tuple[Definition, Result] | None, after: tuple[Definition, Result], titles: dict[str, str]
) -> Comparison:
    """Every unit that is scored on either side, in the order of the new result, then of the old one."""
    definition, result = after
    new = {unit.code: unit for unit in result.units}
    old = {unit.code: unit for unit in before[1].units} if before else {}
    here = _Account(definition)
    there = _Account(before[0]) if before else None
    movements = []
    with localcontext(SUMMING):
        for code in dict.fromkeys([*new, *old]):
            pair = (old.get(code), new.get(code))
            causes = _causes(pair[0], pair[1], there, here) if there is not None else ()
            movements.append(Movement(code, titles.get(code, code), _side(pair[0]), _side(pair[1]), causes))
        clauses = _over_all(movements)
    gradings = _gradings(before[0].gradings if before else (), definition.gradings, movements)
    notices = _notices(movements)
    return Comparison(tuple(movements), clauses, gradings, notices)


def _side(unit: UnitResult | None) -> Side | None:
    if unit is None:
        return None
    return Side(
        series=unit.series,
        total=exact(unit.total),
        marks=exact(unit.marks),
        rank=unit.rank,
        out_of_rank=unit.out_of_rank,
        grades=unit.grades,
        vetoes=unit.vetoes,
        notices=tuple(unit.notices),
    )


class _Account:
    """Accounts for totals: what every clause and node of a rubric contributes to a unit's total."""

    def __init__(self, definition: Definition) -> None:
        self.plan: Plan = plan_of(definition)
        self.reach = {code: _reach(node) for code, node in self.plan.nodes.items()}
        self.reach[WHOLE] = Decimal(1)
        self.pools = [node for node in self.plan.nodes.values() if node.is_pool and node.start]

    def of(self, unit: UnitResult) -> dict[Key, Decimal]:
        """Contributions in points of the total. What is carried upwards cancels out and is left out."""
        reach = self.reach
        found: dict[Key, Decimal] = {}
        given = {code for code, node in unit.nodes.items() if node.given}
        for code, node in unit.nodes.items():
            if node.start and code not in given and self.plan.nodes[code].is_item:
                found[NODE, code] = node.start * reach[code]
        for pool in self.pools:
            if pool.code in unit.nodes and pool.code not in given:
                key = (NODE, pool.code)
                found[key] = found.get(key, ZERO) + pool.start * reach[pool.code]
        for line in unit.lines:
            if not line.points or line.reason == "carried":
                continue
            if line.clause is not None:
                key = (CLAUSE, line.clause)
            elif line.reason == "rounding" and not self._passes_rounding(line.node, given):
                continue
            else:
                key = (NODE, line.node) if line.reason != "rounding" else (REST, "")
            found[key] = found.get(key, ZERO) + line.points * reach[line.node]
        rest = exact(unit.total) - sum(found.values(), ZERO)
        if rest:
            found[REST, ""] = found.get((REST, ""), ZERO) + rest
        return found

    def _passes_rounding(self, node: str, given: set[str]) -> bool:
        """Whether a rounded node is added up as it is shown; others are shown rounded and added up exactly."""
        if node == WHOLE:
            return True
        return self.plan.nodes[node].rounded and node not in given

    def knows(self, key: Key) -> bool:
        kind, code = key
        if kind == CLAUSE:
            return code in self.plan.clauses
        return kind == REST or code in self.reach


def _reach(node: NodePlan) -> Decimal:
    """How much of a point of this node arrives at the total."""
    reach, at = Decimal(1), node
    while True:
        reach *= at.weight
        if at.parent is None:
            return reach
        at = at.parent


def _causes(old: UnitResult | None, new: UnitResult | None, there: _Account, here: _Account) -> tuple[Cause, ...]:
    if old is None or new is None:
        return ()
    was, now = there.of(old), here.of(new)
    found = []
    for key in dict.fromkeys([*was, *now]):
        before, after = was.get(key, ZERO), now.get(key, ZERO)
        if abs(after - before) > NOISE:
            known = (there.knows(key), here.knows(key))
            found.append(Cause(*key, before if known[0] else None, after if known[1] else None))
    return tuple(sorted(found, key=lambda cause: (cause.kind == REST, -abs(cause.difference))))


def _over_all(movements: Iterable[Movement]) -> tuple[ClauseMove, ...]:
    """What every clause and node does over all units, those that move most points first."""
    lifts: dict[Key, list[Decimal]] = {}
    for movement in movements:
        for cause in movement.causes:
            lifts.setdefault((cause.kind, cause.code), []).append(cause.difference)
    found = []
    for (kind, code), moved in lifts.items():
        up, down = [one for one in moved if one > 0], [one for one in moved if one < 0]
        found.append(ClauseMove(kind, code, len(up), len(down), sum(up, ZERO), sum(down, ZERO)))
    return tuple(sorted(found, key=lambda move: (move.kind == REST, move.down - move.up)))


# grades


def _gradings(old: Sequence[Grading], new: Sequence[Grading], movements: Sequence[Movement]) -> tuple[GradingMove, ...]:
    was, now = {grading.code: grading for grading in old}, {grading.code: grading for grading in new}
    return tuple(_grading(was.get(code), now.get(code), movements) for code in dict.fromkeys([*now, *was]))


def _grading(old: Grading | None, new: Grading | None, movements: Sequence[Movement]) -> GradingMove:
    code = new.code if new is not None else old.code if old is not None else ""
    sides = [(movement, movement.before, movement.after) for movement in movements]
    before = Counter(side.grades.get(code) for _, side, _ in sides if side is not None) if old is not None else None
    after = Counter(side.grades.get(code) for _, _, side in sides if side is not None) if new is not None else None
    changes = []
    if old is not None and new is not None:
        orders = [[rule.code for rule in by_merit(grading)] for grading in (new, old)]
        for movement, left, right in sides:
            if left is None or right is None:
                continue
            grades = (left.grades.get(code), right.grades.get(code))
            if grades[0] != grades[1]:
                way = _direction(grades[0], grades[1], orders)
                changes.append(GradeChange(movement.unit, movement.title, grades[0], grades[1], way))
    return GradingMove(code, before, after, tuple(changes))


def _direction(before: str | None, after: str | None, orders: Sequence[list[str]]) -> int:
    """Whether the grade is better, by an order of merit that has both; no grade at all is below every grade."""
    for order in orders:
        known = {None: len(order)} | {code: place for place, code in enumerate(order)}
        if before in known and after in known:
            return 1 if known[after] < known[before] else -1
    return 0


# notices


def _notices(movements: Iterable[Movement]) -> tuple[tuple[Notice, int], ...]:
    """What is new to know under the new rubric, by what it is about, with the number of units."""
    found: dict[tuple[str, str], list[Notice]] = {}
    for movement in movements:
        if movement.after is None:
            continue
        known = {notice[:2] for notice in movement.before.notices} if movement.before is not None else set()
        fresh = {notice[:2]: notice for notice in movement.after.notices if notice[:2] not in known}
        for key, notice in fresh.items():
            found.setdefault(key, []).append(notice)
    ordered = sorted(found.values(), key=lambda alike: -len(alike))
    return tuple((alike[0], len(alike)) for alike in ordered)
