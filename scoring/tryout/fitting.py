"""Records made under one rubric, made ready for another: what has no place there is set aside with its reason."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

from evidence.facts import Fact, FactChecker, Facts, Rating, UnitFacts
from evidence.facts.checking import check_targets, check_unit_marks
from rubrics.definition import Definition, Panel
from rubrics.kinds.numbers import plain
from rubrics.kinds.problems import Problem
from scoring.engine import plan_of
from scoring.engine.plan import Shape
from scoring.tryout.records import Aside, Fitted, Left, MarksGap


def fit(facts: Facts, definition: Definition, former: Definition) -> Fitted:
    """The records as `definition` can score them. They were judged by `former` before, and are dated in its year."""
    return _Fitter(definition, former).fit(facts)


class _Fitter:
    def __init__(self, definition: Definition, former: Definition) -> None:
        self.definition = definition
        self.series = {entry.code for entry in definition.series}
        # Last year's records are tried by next year's rubric: days count by their place in the year.
        self.checker = FactChecker(definition.model_copy(update={"year": former.year}))
        self.unchanged = _unchanged(definition, former)
        self.aside: list[Aside] = []
        self.left: list[Left] = []

    def fit(self, facts: Facts) -> Fitted:
        units = tuple(unit for unit in map(self._unit, facts.units) if unit is not None)
        kept = {unit.code for unit in units}
        ratings = tuple(rating for rating in facts.ratings if rating.unit in kept and self._has_place(rating))
        fitted = Facts(rubric=self.definition.code, units=units, ratings=ratings)
        return Fitted(fitted, tuple(self.aside), tuple(self.left), tuple(self._gaps(units)))

    def _unit(self, unit: UnitFacts) -> UnitFacts | None:
        # A rubric without series ranks everybody together.
        series = unit.series if self.series else None
        if self.series and series not in self.series:
            self.left.append(Left(unit.code, unit.title, unit.series, len(unit.facts)))
            return None
        waived = frozenset(code for code in unit.not_applicable if code in self.definition.nodes)
        for code in sorted(unit.not_applicable - waived):
            self.aside.append(Aside(unit.code, "waiver", code, ""))
        fitted = replace(unit, series=series, not_applicable=waived)
        if unit.targets:
            fitted = self._with_targets(fitted)
        kept = tuple(fact for place, fact in enumerate(unit.facts) if self._counts(fitted, fact, place))
        return replace(fitted, facts=kept)

    def _with_targets(self, unit: UnitFacts) -> UnitFacts:
        """Without own targets under items that ask for none any more. Points that add up to something else stay."""
        path = ("targets",)
        gone = {
            problem.params["code"]: problem
            for problem in check_targets(self.definition, unit, path)
            if problem.code == "target_item"
        }
        for item, problem in gone.items():
            self.aside.append(Aside(unit.code, "targets", item, "", problem))
        return replace(unit, targets={item: own for item, own in unit.targets.items() if item not in gone})

    def _counts(self, unit: UnitFacts, fact: Fact, place: int) -> bool:
        if fact.clause in self.unchanged or (fact.rejected and fact.clause in self.definition.clauses):
            return True
        name = fact.id or f"facts[{place}]"
        if fact.clause not in self.definition.clauses:
            self.aside.append(Aside(unit.code, "fact", fact.clause, name))
            return False
        problems = self.checker.check(unit, fact, ())
        if problems:
            self.aside.append(Aside(unit.code, "fact", fact.clause, name, problems[0]))
        return not problems

    def _has_place(self, rating: Rating) -> bool:
        panel = self.definition.panel(rating.panel)
        if panel is None or rating.group not in {group.code for group in panel.groups}:
            self.aside.append(Aside(rating.unit, "ballots", rating.panel, rating.group))
            return False
        beyond = next((value for value in rating.values if value is not None and not _is_rating(panel, value)), None)
        if beyond is None:
            return True
        wanted = [option.code for option in panel.options] or f"0–{plain(panel.full)}"
        problem = Problem((), "rating", {"value": plain(beyond), "wanted": wanted})
        self.aside.append(Aside(rating.unit, "ballots", rating.panel, rating.group, problem))
        return False

    def _gaps(self, units: tuple[UnitFacts, ...]) -> Iterator[MarksGap]:
        """Judged once for each kind of unit, however many there are."""
        plan = plan_of(self.definition)
        kinds: dict[tuple[str | None, Shape], list[UnitFacts]] = {}
        for unit in units:
            kinds.setdefault((unit.series, plan.shape_of(unit)), []).append(unit)
        for alike in kinds.values():
            for problem in check_unit_marks(self.definition, alike[:1]):
                yield MarksGap(problem, alike[0].title or alike[0].code, len(alike))


def _unchanged(definition: Definition, former: Definition) -> frozenset[str]:
    """The clauses under which every fact that was right is right still."""
    if definition.period != former.period:
        return frozenset()
    return frozenset(
        code
        for code, clause in definition.clauses.items()
        if former.clauses.get(code) == clause and definition.shares_of(code) == former.shares_of(code)
    )


def _is_rating(panel: Panel, value: Decimal) -> bool:
    if panel.options:
        return any(option.value == value for option in panel.options)
    return 0 <= value <= panel.full
