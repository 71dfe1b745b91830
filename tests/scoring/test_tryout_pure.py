"""The comparison itself, without a database: over made-up rubrics of every kind, and in figures worked out by hand."""

from __future__ import annotations

import random
from decimal import Decimal
from typing import Any

import pytest

from evidence.facts import Facts, read_facts
from rubrics.checks import read_definition
from rubrics.definition import Definition
from rubrics.files.reading import read_plain
from scoring.engine import evaluate
from scoring.tryout import Comparison, Fitted, compare, fit, lists, page
from scoring.tryout.chart import Arrow, movements
from scoring.tryout.records import REST
from scoring.tryout.wording import Pair
from tests.conftest import PROVE
from tests.reference.generator import as_json, make_case

SEEDS = range(1500 if PROVE else 60)


def made_up(seed: int) -> tuple[Definition, Facts]:
    rubric, recorded = make_case(random.Random(seed), corners=seed % 2 == 0)
    definition, _problems = read_definition(read_plain(as_json(rubric).encode()))
    assert definition is not None
    facts, _problems = read_facts(read_plain(as_json(recorded).encode()), definition)
    assert facts is not None
    return definition, facts


def tried(before: Definition, after: Definition, facts: Facts) -> tuple[Fitted, Comparison]:
    fitted = fit(facts, after, before)
    old, new = evaluate(before, facts), evaluate(after, fitted.facts)
    return fitted, compare((before, old), (after, new), {})


class TestMadeUpRubrics:
    @pytest.mark.parametrize("seed", SEEDS)
    def test_by_itself_nothing_is_set_aside_and_nothing_moves(self, seed: int) -> None:
        definition, facts = made_up(seed)
        fitted, comparison = tried(definition, definition, facts)
        assert (fitted.facts, fitted.aside, fitted.left) == (facts, (), ())
        assert [one.unit for one in comparison.movements if one.moves or one.causes] == []
        assert (comparison.clauses, comparison.notices) == ((), ())

    @pytest.mark.parametrize("seed", SEEDS)
    def test_what_clauses_and_nodes_contribute_is_the_total_but_for_rounding(self, seed: int) -> None:
        definition, facts = made_up(seed)
        nothing = Facts(facts.rubric, tuple(type(unit)(unit.code, series=unit.series) for unit in facts.units))
        comparison = compare((definition, evaluate(definition, nothing)), (definition, evaluate(definition, facts)), {})
        most = len(definition.nodes) * Decimal(1).scaleb(-definition.rounding.digits)
        for movement in comparison.movements:
            moved = sum((cause.difference for cause in movement.causes), Decimal(0))
            assert abs(moved - (movement.difference or 0)) < Decimal("1e-6")
            assert all(abs(cause.difference) <= most for cause in movement.causes if cause.kind == REST)

    @pytest.mark.parametrize("seed", SEEDS)
    def test_any_records_can_be_tried_by_any_rubric_and_shown(self, seed: int) -> None:
        (before, facts), (after, _others) = made_up(seed), made_up(seed + 1)
        fitted, comparison = tried(before, after, facts)
        kept = sum(len(unit.facts) for unit in fitted.facts.units)
        gone = sum(one.facts for one in fitted.left) + sum(one.what == "fact" for one in fitted.aside)
        assert kept + gone == sum(len(unit.facts) for unit in facts.units)
        for lang in ("zh-hans", "en"):
            pair = Pair(before, after, lang)
            assert len(page.rows(page.by_place(comparison, pair), pair)) == len(facts.units)
            assert sum(row.count for row in lists.aside_rows(fitted.aside, pair, {})) == len(fitted.aside)
            assert sum(row.units for row in lists.left_rows(fitted.left, pair)) == len(fitted.left)


def rubric(clauses: str = "", **changes: str) -> Definition:
    """Two categories: `work`, of which one item weighs double, and `pool` that carries what it cannot bear."""
    said = {
        "points": "20",
        "weight": "2",
        "late": "1",
        "grades": "[{code: good, when: {total_at_least: 30}}, {code: bad}]",
    }
    said |= changes
    text = f"""
format: appraisal-rubric/1
code: r
title: r
year: 2026
total: 50
categories:
  - code: work
    title: 工作
    points: 50
    items:
      - {{code: main, title: 主项, points: {said["points"]}, weight: {said["weight"]}, start: zero, clauses: [
          {{code: done, text: 完成, effect: award, basis: count, points: 3}}]}}
      - {{code: side, title: 副项, points: 10, start: full, floor: none, clauses: [
          {{code: late, text: 迟到, effect: deduct, basis: count, points: {said["late"]}}}]}}
gradings: [{{code: grade, rules: {said["grades"]}}}]
"""
    definition, problems = read_definition(read_plain(text.encode()))
    assert definition is not None, problems
    return definition


def facts(done: int, late: int, **about: Any) -> Facts:
    data = {
        "format": "appraisal-facts/1",
        "rubric": "r",
        "units": [
            {
                "code": "u",
                "facts": [{"clause": "work.main.done", "count": done}, {"clause": "work.side.late", "count": late}],
            }
        ],
    }
    found, problems = read_facts(data, rubric())
    assert found is not None, problems
    return found


class TestByHand:
    def test_amounts_are_points_of_the_total(self) -> None:
        # 2 × 3 × 4 = 24 before; at weight 1 only 12, and the category's full marks are not reached
        _fitted, comparison = tried(rubric(), rubric(points="40", weight="1"), facts(4, 0))
        (unit,) = comparison.movements
        assert unit.difference == Decimal(-12)
        assert [(one.code, one.before, one.after) for one in unit.causes] == [("work.main.done", 24, 12)]

    def test_what_is_carried_upwards_is_no_cause_of_its_own(self) -> None:
        # 14 late at 1: 10 − 14, of which 4 are borne by the category; at 2: 10 − 28
        _fitted, comparison = tried(rubric(), rubric(late="2"), facts(5, 14))
        (unit,) = comparison.movements
        assert (unit.before.total, unit.after.total) == (Decimal("26.00"), Decimal("12.00"))
        assert [(one.code, one.before, one.after) for one in unit.causes] == [("work.side.late", -14, -28)]
        assert {change.direction for grading in comparison.gradings for change in grading.changes} == set()

    @pytest.mark.parametrize(
        ("grades", "direction"),
        [
            ("[{code: good, when: {total_at_least: 5}}, {code: bad}]", 1),
            ("[{code: best, when: {total_at_least: 5}}, {code: worst}]", 0),
            ("[{code: good, when: {total_at_least: 90}}]", -1),
        ],
    )
    def test_a_grade_is_better_by_an_order_that_knows_both(self, grades: str, direction: int) -> None:
        _fitted, comparison = tried(rubric(), rubric(grades=grades), facts(2, 0))
        ((change,),) = [grading.changes for grading in comparison.gradings]
        assert (change.before, change.direction) == ("bad", direction)


class TestChart:
    def test_an_arrow_runs_from_before_to_after_on_a_common_ruler(self) -> None:
        scale = movements([Arrow("甲", Decimal(80), Decimal(90)), Arrow("乙", Decimal(100), Decimal(80))], "图")
        arrows = [(mark.x1, mark.x2, mark.css) for mark in scale.marks if mark.css in ("acc", "red")]
        assert arrows == [("3.00%", "50.00%", "acc"), ("97.00%", "3.00%", "red")]
        dots = [(mark.x, mark.css) for mark in scale.marks if mark.kind == "dot"]
        assert dots == [("3.00%", ""), ("50.00%", "full"), ("97.00%", "bad"), ("3.00%", "full bad")]
        assert [mark.text for mark in scale.marks if "name" in mark.css] == ["甲", "+10.00", "乙", "−20.00"]

    @pytest.mark.parametrize("value", ["0", "-3.5", "99999999"])
    def test_a_single_value_has_a_ruler_too(self, value: str) -> None:
        scale = movements([Arrow("甲", Decimal(value), Decimal(value))], "图")
        assert scale.height > 0
        assert all(0 <= float(mark.x.rstrip("%")) <= 100 for mark in scale.marks if mark.kind == "dot")

    def test_without_units_there_is_no_chart(self) -> None:
        assert movements([], "图").marks == ()
