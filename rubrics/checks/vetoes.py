"""Vetoes and forfeits that can never fire, or that change nothing when they do. Hints."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from rubrics.checks.places import PlacedClause, placed_clauses
from rubrics.checks.reach import movers_of
from rubrics.checks.rules import merit_order
from rubrics.definition.records import Definition, Grading, marks_of
from rubrics.kinds.base import FIRING
from rubrics.kinds.problems import Path, Problem, hint


def check_vetoes(definition: Definition) -> Iterator[Problem]:
    for placed in placed_clauses(definition):
        clause = placed.clause
        if clause.effect in FIRING:
            yield from _never_fires(clause, placed.path)
        if clause.effect == "forfeit":
            yield from _takes_nothing(placed)
        for place, consequence in enumerate(clause.consequences):
            yield from _consequence(definition, consequence, (*placed.path, "consequences", place))


def _never_fires(clause: Any, path: Path) -> Iterator[Problem]:
    counted = getattr(clause, "limit_count", None)
    if counted is not None and counted < clause.at:
        yield hint((*path, "limit_count"), "never_fires", {"at": clause.at, "counted": counted})
    elif clause.kind.mode != "occurrences" and clause.kind.most(clause) == 0:
        yield hint((*path, "basis"), "never_above_zero")


def _takes_nothing(placed: PlacedClause) -> Iterator[Problem]:
    item, clause = placed.item, placed.clause
    if clause.acts_on == "item" and not marks_of(item) and not movers_of(item).awards and item.floor in (None, 0):
        yield hint((*placed.path, "effect"), "forfeit_of_nothing")


def _consequence(definition: Definition, consequence: Any, path: Path) -> Iterator[Problem]:
    gradings = definition.gradings
    if consequence.deduct == 0:
        yield hint((*path, "deduct"), "veto_takes_nothing")
    if consequence.cap_grade is not None:
        having = [merits for merits in map(merit_order, gradings) if consequence.cap_grade in merits]
        if having and all(merits[0] == consequence.cap_grade for merits in having):
            yield hint((*path, "cap_grade"), "cap_is_best", {"grade": _title(gradings, consequence.cap_grade)})
    barred = set(consequence.bar_grades)
    for grading in gradings:
        if barred and barred >= {rule.code for rule in grading.rules}:
            yield hint((*path, "bar_grades"), "bars_every_grade", {"grading": grading.title or grading.code})
    if consequence.downgrade is not None and gradings:
        yield from _downgrade(gradings, consequence, path)


def _downgrade(gradings: tuple[Grading, ...], consequence: Any, path: Path) -> Iterator[Problem]:
    """A unit can fall by one grade less than the grading has."""
    lowered = next((grading for grading in gradings if grading.code == consequence.grading), gradings[0])
    steps = len(lowered.rules) - 1
    title = lowered.title or lowered.code
    if steps == 0:
        yield hint((*path, "downgrade"), "downgrade_of_one", {"grading": title})
    elif consequence.downgrade > steps:
        found = {"grading": title, "downgrade": consequence.downgrade, "steps": steps}
        yield hint((*path, "downgrade"), "downgrade_far", found)


def _title(gradings: tuple[Grading, ...], code: str) -> str:
    return next((rule.title or code for grading in gradings for rule in grading.rules if rule.code == code), code)
