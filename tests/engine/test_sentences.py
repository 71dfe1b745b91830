"""Every clause and every fact can be said in Chinese and in English, with its figures."""

import re
from typing import Any

import pytest

from evidence.facts import read_facts
from rubrics.checks import read_definition
from rubrics.kinds import BARE, BASES
from rubrics.kinds.numbers import plain
from tests.engine.golden.shipped import load
from tests.engine.test_cases import CASES

SHIPPED = ("sunshine-action", "land-bureau", "township", "archives", "municipal", "showcase")
CHINESE = re.compile(r"[一-鿿]")


def all_clauses() -> list[Any]:
    """Every clause of the engine cases and of the shipped rubrics."""
    definitions = [read_definition(case.rubric)[0] for case in CASES.values()]
    definitions += [read_definition(load("rubrics", f"{code}.yaml"))[0] for code in SHIPPED]
    return [clause for definition in definitions if definition for clause in definition.clauses.values()]


CLAUSES = all_clauses()


@pytest.mark.parametrize("basis", ["", *BASES])
def test_a_clause_says_its_rule_in_both_languages(basis: str) -> None:
    clauses = [clause for clause in CLAUSES if clause.kind.code == basis]
    assert clauses
    for clause in clauses:
        chinese, english = (clause.kind.sentence(clause, lang) for lang in ("zh-hans", "en"))
        assert CHINESE.search(chinese)
        assert re.search(r"[a-z]{2}", english)
        assert "None" not in chinese + english and "Decimal" not in chinese + english


@pytest.mark.parametrize("basis", ["count", "steps", "ratio", "relative", "targets", "panel", "linked"])
def test_the_points_of_a_clause_stand_in_its_sentence(basis: str) -> None:
    for clause in CLAUSES:
        if clause.kind.code == basis and clause.effect in ("deduct", "award") and clause.points is not None:
            for lang in ("zh-hans", "en"):
                assert plain(clause.points) in clause.kind.sentence(clause, lang)


def test_an_open_figure_is_said_to_be_open() -> None:
    clauses = [clause for clause in CLAUSES if clause.kind.code == "count" and clause.open and clause.points is None]
    scoring = [clause for clause in clauses if clause.effect in ("deduct", "award")]
    assert scoring
    for clause in scoring:
        assert "待定" in clause.kind.sentence(clause, "zh-hans")
        assert "not yet set" in clause.kind.sentence(clause, "en")


def test_every_fact_of_the_cases_and_the_demonstrations_can_be_said() -> None:
    pairs = [(case.rubric, case.facts) for case in CASES.values()]
    pairs += [(load("rubrics", f"{code}.yaml"), load("demo", f"{code}.facts.yaml")) for code in SHIPPED]
    bases = set()
    for rubric, data in pairs:
        definition = read_definition(rubric)[0]
        facts = read_facts(data, definition)[0] if definition else None
        assert definition is not None and facts is not None
        for unit in facts.units:
            for fact in unit.facts:
                clause = definition.clauses[fact.clause]
                bases.add(clause.kind.code)
                for lang in ("zh-hans", "en"):
                    said = clause.kind.said(clause, fact, lang)
                    assert isinstance(said, str) and "None" not in said
    assert bases >= set(BASES) - {"panel"}


@pytest.mark.parametrize("kind", [*BASES.values(), BARE], ids=lambda kind: kind.code or "bare")
def test_a_basis_has_a_title_in_both_languages(kind: Any) -> None:
    assert CHINESE.search(kind.title_in("zh-hans"))
    assert kind.title_in("en").isascii()
    assert len({other.title for other in BASES.values()}) == len(BASES)
