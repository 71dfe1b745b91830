"""Every clause and every fact can be said in Chinese and in English, with its figures."""

import re
from typing import Any

import pytest

from evidence.facts import read_facts
from rubrics.checks import read_definition
from rubrics.definition.records import CLAUSE_CLASSES
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


def sentence_of(lang: str = "zh-hans", **fields: Any) -> str:
    """The sentence of one clause, as its file would say it."""
    adapter = CLAUSE_CLASSES[fields.get("basis") or ("count" if fields["effect"] in ("forfeit", "veto") else "bare")]
    clause = adapter.model_validate({"code": "c", "text": "c", **fields})
    return str(clause.kind.sentence(clause, lang))


STEPS = {"basis": "steps", "start_at": 80, "step": 5, "points": 1}
FIRING = [
    ({"basis": "count", "at": 3, "per": "人次"}, "满 3 人次即", "reaching 3 人次 "),
    ({"basis": "count"}, "满 1 次即", "a single occurrence "),
    ({"basis": "level", "levels": {"a": 1}}, "满 1 次即", "a single occurrence "),
    (STEPS, "数值 85 以上即", "the value at 85 or more "),
    ({**STEPS, "start_points": 1}, "数值 80 以上即", "the value at 80 or more "),
    ({**STEPS, "partial": "up"}, "数值 80 以上（不含）即", "the value above 80 "),
    ({**STEPS, "side": "below"}, "数值 75 以下即", "the value at 75 or less "),
    ({**STEPS, "side": "below", "start_points": 1}, "数值 80 以下（不含）即", "the value below 80 "),
    ({"basis": "bands", "bands": [{"at_least": 60, "points": 1}, {"above": 90, "points": 0}]}, "数值 60 以上即", "the value from 60 "),
    ({"basis": "ratio", "points": 5, "target": 10, "from": 4}, "数值 4 以上即", "a value of 4 or more "),
    ({"basis": "ratio", "points": 5, "target": 10}, "数值高于 0 即", "a value above 0 "),
    ({"basis": "rank", "table": [1, 1, 0], "end": "bottom"}, "倒数第 1 至 2 名即", "places 1 to 2 from the bottom "),
    ({"basis": "rank", "percent_table": [{"top": 10, "points": 1}], "end": "bottom"}, "后 10%即", "the bottom 10% "),
    ({"basis": "relative", "method": "min_max", "points": 5}, "所得高于 0 即", "between worst and best "),
    ({"basis": "panel", "panel": "p", "points": 5}, "测评结果高于 0 即", "a panel rating above 0 "),
    ({"basis": "linked", "source": "x", "points": 5}, "引用得分高于 0 即", "a score on file above 0 "),
    ({"basis": "manual", "max": 5}, "评定高于 0 分即", "a judgement above 0 "),
    ({"basis": "targets", "points": 5}, "目标得分高于 0 即", "any point for a target "),
    ({"basis": "formula", "expression": "1"}, "1 的值高于 0 即", "a value above 0 of 1 "),
]  # fmt: skip


@pytest.mark.parametrize(("fields", "chinese", "english"), FIRING)
def test_a_forfeit_and_a_veto_say_when_they_fire_and_what_they_do(
    fields: dict[str, Any], chinese: str, english: str
) -> None:
    assert f"{chinese}本项不得分" in sentence_of(effect="forfeit", **fields)
    assert f"{chinese}一票否决" in sentence_of(effect="veto", **fields)
    assert f"{english}forfeits the item" in sentence_of("en", effect="forfeit", **fields)
    assert f"{english}is a veto" in sentence_of("en", effect="veto", **fields)


def test_a_forfeit_names_what_it_takes() -> None:
    assert sentence_of(effect="forfeit", acts_on="category").endswith("所在类别不得分")
    assert sentence_of(effect="forfeit", acts_on="total").endswith("总分计零")
    assert sentence_of("en", effect="forfeit", acts_on="total").endswith("forfeits the total")


@pytest.mark.parametrize(("fields", "chinese", "english"), [
    ({**STEPS}, "不足一档不计", "does not count"),
    ({**STEPS, "partial": "up"}, "不足一档按一档计", "as a whole one"),
    ({**STEPS, "partial": "exact"}, "不足一档按比例计", "counts in part"),
    ({**STEPS, "points": 0, "start_points": 3}, "数值 80 以上得 3 分", "from 80 on awards 3 points"),
    ({**STEPS, "gather": "each"}, "逐条计分", "each fact counts by itself"),
    ({**STEPS, "reading": "gap", "within": "all"}, "在全体单位中比较", "among all units"),
    ({**STEPS, "weights": {"a": 2}}, "数值按 a × 2 加总", "a × 2"),
    ({**STEPS, "share_on": "points"}, "份额按得分折算", "a share acts on the points"),
    ({"basis": "relative", "method": "rank_steps", "points": 5, "step": 2}, "每后一名少 2 分", "2 less for each place"),
    ({"basis": "relative", "method": "efficacy", "points": 5}, "最差者得其 60%", "60% of it for the worst"),
    ({"basis": "relative", "method": "min_max", "points": 5, "within": "tag:window"}, "在“window”单位中比较", "units tagged “window”"),
    ({"basis": "ratio", "points": 5, "target": 10, "reading": "change_rate"}, "数值取比基数增减率", "read as rate of change"),
    ({"basis": "ratio", "points": 5}, "所报目标值", "the fact's own target"),
    ({"basis": "rank", "table": [3]}, "第 1 名得 3 分", "awards 3 points for place 1"),
    ({"basis": "rank", "table": [3, 2], "better": "lower"}, "数值低者为先", "a lower value is better"),
    ({"basis": "rank", "percent_table": [{"top": 10}], "open": True}, "分值待定", "points not yet set"),
    ({"basis": "panel", "panel": "p", "open": True}, "分值待定", "points not yet set"),
    ({"basis": "manual", "open": True}, "酌情得分（分值待定）", "points not yet set, by judgement"),
    ({"basis": "count", "open": True}, "每次得分（分值待定）", "awards points not yet set"),
    ({"basis": "ratio", "points": 5, "open": True}, "目标值（待定）", "a target not yet set"),
])  # fmt: skip
def test_a_sentence_says_what_decides_the_points(fields: dict[str, Any], chinese: str, english: str) -> None:
    assert chinese in sentence_of(effect="award", **fields)
    assert english in sentence_of("en", effect="award", **fields)


def test_a_record_names_amounts_and_no_points() -> None:
    levels = [{"code": "a", "title": "市级", "points": 500}, {"code": "b", "title": "省级", "points": None}]
    assert sentence_of(effect="record", basis="level", levels=levels, open=True) == "按级别记录：市级 500、省级 待定"
    assert sentence_of(effect="record", basis="count", points=20, per="篇") == "每篇记 20"
    assert sentence_of(effect="record") == "只作记录，不计分"
