"""Gradings, ranking and what vetoes do there: every code known, every condition able to hold."""

from __future__ import annotations

from rubrics.checks.places import placed_clauses
from rubrics.checks.references import unknown
from rubrics.definition.records import Definition, Grading, Rule, When
from rubrics.kinds.problems import Path, Problem


def check_gradings(definition: Definition) -> list[Problem]:
    problems = []
    for place, grading in enumerate(definition.gradings):
        problems += _merit(grading, ("gradings", place))
        for rule_place, rule in enumerate(grading.rules):
            problems += _rule(definition, rule, ("gradings", place, "rules", rule_place))
    return [*problems, *_ranking(definition), *_vetoes(definition), *_procedure(definition)]


def grades_of(definition: Definition) -> set[str]:
    """Every grade code of every grading."""
    return {rule.code for grading in definition.gradings for rule in grading.rules}


def _merit(grading: Grading, path: Path) -> list[Problem]:
    given = [rule.merit for rule in grading.rules if rule.merit is not None]
    if not given:
        return []
    if len(given) < len(grading.rules):
        return [
            Problem((*path, "rules", place, "merit"), "merit_for_all")
            for place, rule in enumerate(grading.rules)
            if rule.merit is None
        ]
    if len(set(given)) < len(given):
        return [Problem((*path, "rules"), "merit_twice")]
    return []


def _rule(definition: Definition, rule: Rule, path: Path) -> list[Problem]:
    problems = _when(definition, rule.when, (*path, "when"))
    if rule.quota is not None:
        series = {entry.code for entry in definition.series}
        problems += unknown([code for code, _ in rule.quota.by_series], series, (*path, "quota"), "series")
    for place, consequence in enumerate(rule.consequences):
        if not consequence.title and not consequence.text:
            problems.append(Problem((*path, "consequences", place, "title"), "missing", {"field": "title"}))
    return problems


def _when(definition: Definition, when: When, path: Path) -> list[Problem]:
    series = {entry.code for entry in definition.series}
    problems = unknown(when.has_fact, definition.clauses, (*path, "has_fact"), "clause")
    problems += unknown([code for code, _ in when.node_at_least], definition.nodes, (*path, "node_at_least"), "node")
    problems += unknown(when.in_series, series, (*path, "in_series"), "series")
    if when.holds_grade is not None:
        problems += unknown([when.holds_grade.code], grades_of(definition), (*path, "holds_grade", "code"), "grade")
    for place, inner in enumerate(when.any):
        problems += _when(definition, inner, (*path, "any", place))
    return problems


def _ranking(definition: Definition) -> list[Problem]:
    ranking = definition.ranking
    series = {entry.code for entry in definition.series}
    return [
        *unknown(ranking.tie_breakers, definition.nodes, ("ranking", "tie_breakers"), "node"),
        *unknown(ranking.out_of_rank.series, series, ("ranking", "out_of_rank", "series"), "series"),
    ]


def _vetoes(definition: Definition) -> list[Problem]:
    grades, gradings = grades_of(definition), {grading.code for grading in definition.gradings}
    problems = []
    for path, _, clause, _ in placed_clauses(definition):
        for place, consequence in enumerate(clause.consequences):
            here = (*path, "consequences", place)
            problems += unknown(consequence.bar_grades, grades, (*here, "bar_grades"), "grade")
            if consequence.cap_grade is not None:
                problems += unknown([consequence.cap_grade], grades, (*here, "cap_grade"), "grade")
            if consequence.grading is not None:
                problems += unknown([consequence.grading], gradings, (*here, "grading"), "grading")
            if consequence.downgrade is not None and not gradings:
                problems.append(Problem((*here, "downgrade"), "unknown_grading", {"code": "–", "known": []}))
    return problems


def _procedure(definition: Definition) -> list[Problem]:
    grades, certificate = grades_of(definition), definition.procedure.certificate
    problems = []
    if certificate is not None:
        problems += unknown(certificate.grades, grades, ("procedure", "certificate", "grades"), "grade")
    for place, authority in enumerate(definition.procedure.authorities):
        problems += unknown([authority.grade], grades, ("procedure", "authorities", place, "grade"), "grade")
    return problems
