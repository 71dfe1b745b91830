"""What a score is worked out from: the definition, and the facts completed with what only this app knows."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING

from evidence import selectors as evidence_selectors
from evidence.facts import Fact, Facts, Held, UnitFacts
from rubrics import selectors as rubrics_selectors
from scoring.models import UnitResult

if TYPE_CHECKING:
    from rubrics.definition import Definition
    from rubrics.models import Cycle, Enrolment

MEMBERS = "members"


@dataclass(frozen=True)
class Inputs:
    """Everything that the engine needs for one cycle, or for one unit in it."""

    definition: Definition
    facts: Facts


def inputs_of(cycle: Cycle, stand: str) -> Inputs:
    """The whole cycle's inputs, in a constant number of queries."""
    definition = rubrics_selectors.definition_of(cycle.rubric)
    facts = _in_stand(evidence_selectors.facts_of(cycle, stand), stand)
    return Inputs(definition, completed(cycle, definition, facts))


def inputs_of_unit(enrolment: Enrolment, stand: str) -> Inputs:
    """One unit's inputs alone: right where no clause compares units."""
    cycle = enrolment.cycle
    definition = rubrics_selectors.definition_of(cycle.rubric)
    facts = _in_stand(evidence_selectors.facts_of_unit(enrolment, stand), stand)
    return Inputs(definition, completed(cycle, definition, facts))


def _in_stand(facts: Facts, stand: str) -> Facts:
    """What a unit claims knows nothing of ballots: they would show through its own score before they are published."""
    return replace(facts, ratings=()) if stand == "self" else facts


def completed(cycle: Cycle, definition: Definition, facts: Facts) -> Facts:
    """The facts with scores of other cycles that clauses link to, and with grades that gradings ask about.

    What somebody recorded goes before what is worked out here.
    """
    sources = linked_sources(definition)
    grades = asked_grades(definition)
    if not sources and not grades:
        return facts
    scores = _scores_elsewhere(cycle, {code for codes in sources.values() for code in codes}) if sources else {}
    held = _grades_held(cycle) if grades else {}
    units = tuple(_complete(unit, sources, scores, held.get(unit.code, {})) for unit in facts.units)
    return replace(facts, units=units)


def without_scores_elsewhere(definition: Definition, facts: Facts) -> Facts:
    """Completed facts without what `completed` found for this definition's links: another one has links of its own."""
    added = {_id_elsewhere(clause, cycle) for clause, codes in linked_sources(definition).items() for cycle in codes}
    if not added:
        return facts
    units = (
        replace(unit, facts=tuple(fact for fact in unit.facts if fact.id not in added)) if unit.facts else unit
        for unit in facts.units
    )
    return replace(facts, units=tuple(units))


def _id_elsewhere(clause: str, cycle: str) -> str:
    """How a score that was found in another cycle is named; no recorded fact has such a name."""
    return f"{clause}@{cycle}"


def linked_sources(definition: Definition) -> dict[str, tuple[str, ...]]:
    """The clauses that take their score from other cycles, with those cycles' codes."""
    found = {}
    for code, clause in definition.clauses.items():
        sources = tuple(source for source in getattr(clause, "source", ()) if source != MEMBERS)
        if clause.kind.code == "linked" and sources:
            found[code] = sources
    return found


def asked_grades(definition: Definition) -> set[str]:
    """The grades of earlier years that a grading asks about."""
    whens = [rule.when for grading in definition.gradings for rule in grading.rules]
    whens += [inner for when in whens for inner in when.any]
    return {when.holds_grade.code for when in whens if when.holds_grade is not None}


def _complete(
    unit: UnitFacts,
    sources: dict[str, tuple[str, ...]],
    scores: dict[tuple[str, str], tuple[Decimal, Decimal]],
    held: dict[str, int],
) -> UnitFacts:
    said = {fact.clause for fact in unit.facts}
    found = [
        Fact(
            clause=clause,
            id=_id_elsewhere(clause, cycle),
            score=scores[cycle, unit.code][0],
            of=scores[cycle, unit.code][1],
        )
        for clause, cycles in sources.items()
        if clause not in said
        for cycle in cycles
        if (cycle, unit.code) in scores
    ]
    known = {entry.code for entry in unit.holds}
    grades = tuple(Held(code, Decimal(years)) for code, years in held.items() if code not in known)
    return replace(unit, facts=(*unit.facts, *found), holds=(*unit.holds, *grades)) if found or grades else unit


def _scores_elsewhere(cycle: Cycle, codes: set[str]) -> dict[tuple[str, str], tuple[Decimal, Decimal]]:
    """(cycle's code, unit's code) → final total and the marks it is out of, from the current runs of those cycles."""
    rows = (
        UnitResult.objects.filter(run__current=True, run__stand="final", run__cycle__code__in=codes)
        .exclude(run__cycle=cycle)
        .values_list("run__cycle__code", "enrolment__unit__code", "total", "marks")
    )
    return {(code, unit): (total, marks) for code, unit, total, marks in rows if marks}


def _grades_held(cycle: Cycle) -> dict[str, dict[str, int]]:
    """Unit's code → grade → in how many cycles running, counted back from the year before this one."""
    rows = UnitResult.objects.filter(
        run__current=True,
        run__stand="final",
        run__cycle__rubric__code=cycle.rubric.code,
        run__cycle__year__lt=cycle.year,
    ).values_list("enrolment__unit__code", "run__cycle__year", "grades")
    years: dict[str, dict[int, set[str]]] = defaultdict(lambda: defaultdict(set))
    for unit, year, grades in rows:
        years[unit][year].update(grade for grade in grades.values() if grade)
    return {unit: _running(found, cycle.year) for unit, found in years.items()}


def _running(found: dict[int, set[str]], year: int) -> dict[str, int]:
    counted: dict[str, int] = {}
    for grade in found.get(year - 1, set()):
        length = 1
        while grade in found.get(year - 1 - length, set()):
            length += 1
        counted[grade] = length
    return counted
