"""All units of a cycle together: cohorts, means, members. Worked out over all units before each is scored."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal, localcontext
from fractions import Fraction

from evidence.facts import Facts, UnitFacts
from rubrics.kinds.base import NoValue
from rubrics.kinds.linked import MEMBERS
from rubrics.kinds.values import Cohort
from scoring.engine.faces import Cohorts, Faces, Placed, gathered_value, in_order
from scoring.engine.plan import ClausePlan, NodePlan, Plan
from scoring.engine.result import Notice, UnitResult
from scoring.engine.rounding import SUMMING, as_decimal
from scoring.engine.sources import Ratings, panel_part
from scoring.engine.tree import UnitTree


class Circle(Exception):
    """Scores depend on one another in a circle; `code` names a unit or node on it."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class World:
    """One evaluation. Trees are kept only where means ask for other units' nodes."""

    def __init__(self, plan: Plan, facts: Facts) -> None:
        self.plan = plan
        self.units = facts.units
        self.ratings = Ratings(facts.ratings)
        self.members: dict[str, list[UnitFacts]] = {}
        for unit in facts.units:
            if unit.member_of:
                self.members.setdefault(unit.member_of, []).append(unit)
        self._done: dict[str, UnitResult] = {}
        self._reached: dict[str, Fraction | None] = {}
        self._underway: set[str] = set()
        self._trees: dict[str, UnitTree] = {}
        self._means: dict[tuple[str, str | None], Decimal | None] = {}
        self._cohorts: dict[str, dict[str, Cohorts]] = {}
        if plan.comparing:
            with localcontext(SUMMING):
                self._cohorts = {clause.code: self._compared(clause) for clause in plan.comparing}

    def results(self) -> Iterator[UnitResult]:
        """Every unit's score in the order of the facts, without ranks and grades. Raises Circle."""
        for unit in self.units:
            with localcontext(SUMMING):
                result = self.result_of(unit)
            yield result

    def result_of(self, unit: UnitFacts) -> UnitResult:
        """One unit's score. Raises Circle."""
        done = self._done.pop(unit.code, None)
        if done is not None:
            return done
        if unit.code in self._underway:
            raise Circle(unit.code)
        self._underway.add(unit.code)
        result = self._tree_of(unit).result()
        self._underway.discard(unit.code)
        self._reached[unit.code] = Fraction(result.total) / Fraction(result.marks) if result.marks else None
        return result

    def _tree_of(self, unit: UnitFacts) -> UnitTree:
        if not self.plan.has_means:
            return UnitTree(self, unit)
        tree = self._trees.get(unit.code)
        if tree is None:
            tree = self._trees[unit.code] = UnitTree(self, unit)
        return tree

    # cohorts

    def cohorts_of(self, clause: ClausePlan, unit: UnitFacts) -> Cohorts | None:
        """The values with which a unit is compared; None for a unit without the cohort's tag."""
        key = _cohort_key(clause, unit)
        return None if key is None else self._cohorts[clause.code].get(key)

    def _compared(self, clause: ClausePlan) -> dict[str, Cohorts]:
        values: dict[str, list[Decimal | Fraction]] = {}
        for unit in self.units:
            key = _cohort_key(clause, unit)
            if key is None or clause.code not in self.plan.shape_of(unit).clauses:
                continue
            value = self._value_of(clause, unit)
            if value is not None:
                values.setdefault(key, []).append(value)
        cohorts = {key: Cohort(found) for key, found in values.items()}
        return {key: (cohort, cohort.read_against_mean(clause.exact)) for key, cohort in cohorts.items()}

    def _value_of(self, clause: ClausePlan, unit: UnitFacts) -> Decimal | Fraction | None:
        facts: list[Placed] = [
            (place, fact)
            for place, fact in enumerate(unit.facts)
            if fact.clause == clause.code and not fact.exempt and not fact.rejected
        ]
        if not facts:
            return None
        facts = in_order(facts)
        if clause.kind.given is not None and facts[-1][1].rank is not None:
            return None
        try:
            return gathered_value(clause, facts, Faces(self.plan, unit, self.cohorts_of).share_of)
        except NoValue:
            return None

    # means over other units

    def mean_of(self, node: NodePlan, series: str | None) -> Decimal | None:
        """The mean of a node's final values over the units of the series to which it applies, else over all of them."""
        key = (node.code, series)
        if key not in self._means:
            if f"{key}" in self._underway:
                raise Circle(node.code)
            self._underway.add(f"{key}")
            self._means[key] = self._mean(node, series)
            self._underway.discard(f"{key}")
        return self._means[key]

    def _mean(self, node: NodePlan, series: str | None) -> Decimal | None:
        having = [unit for unit in self.units if node.code in self.plan.shape_of(unit).nodes]
        chosen = [unit for unit in having if unit.series == series] or having
        if not chosen:
            return None
        total = sum((Fraction(self._tree_of(unit).value_of(node).exact) for unit in chosen), Fraction(0))
        mean = as_decimal(total / len(chosen))
        return self.plan.rounder(mean) if node.rounded else mean

    # points without facts

    def source_points(self, clause: ClausePlan, unit: UnitFacts) -> tuple[Decimal | None, list[Notice]]:
        """The points of a clause that no fact speaks for: from ratings, or from other scores."""
        part, notices = _SOURCES[clause.kind.code](self, clause, unit)
        if part is not None and clause.clause.points is None:
            notices = [*notices, Notice("open_figure", clause.code)]
        return (None if part is None else as_decimal(clause.kind.points(clause.clause, part))), notices

    def _from_ratings(self, clause: ClausePlan, unit: UnitFacts) -> tuple[Fraction | None, list[Notice]]:
        panel = self.plan.definition.panel(clause.clause.panel)
        if panel is None:
            return None, [Notice("no_ballots", clause.code)]
        return panel_part(panel, self.ratings.about(panel.code, unit.code), clause.code)

    def _part_reached(self, member: UnitFacts) -> Fraction | None:
        """A member's total ÷ total marks, worked out first where it has not been yet."""
        if member.code not in self._reached:
            self._done[member.code] = self.result_of(member)
        return self._reached[member.code]

    def _from_scores(self, clause: ClausePlan, unit: UnitFacts) -> tuple[Fraction | None, list[Notice]]:
        members = self.members.get(unit.code, []) if MEMBERS in clause.clause.source else []
        reached = [self._part_reached(member) for member in members]
        parts = [part for part in reached if part is not None]
        if not parts:
            return None, [Notice("no_linked_score", clause.code)]
        return sum(parts, Fraction(0)) / len(parts), []


def _cohort_key(clause: ClausePlan, unit: UnitFacts) -> str | None:
    """What a unit's cohort is called; None where the unit is in none."""
    if clause.within == "series":
        return f"series:{unit.series or ''}"
    if clause.within == "all":
        return "all"
    return clause.within if clause.within.partition(":")[2] in unit.tags else None


_SOURCES: dict[str, Callable[[World, ClausePlan, UnitFacts], tuple[Fraction | None, list[Notice]]]] = {
    "panel": World._from_ratings,
    "linked": World._from_scores,
}
