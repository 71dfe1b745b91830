"""What the linter finds is found where it was planted, and is gone once the place is put right."""

from decimal import Decimal
from typing import Any

import pytest

from rubrics.kinds.problems import ERROR, HINT, place_of
from tests.files import linted
from tests.files.linted import CALM, FULL, POOL, RATED, RULES, ZERO, found, with_parts

D = Decimal
LATE = f"{FULL}.clauses.0"
DONE = f"{ZERO}.clauses.0"
FATAL = f"{CALM}.clauses.1"


def deduct(**fields: Any) -> dict[str, Any]:
    return {"code": "c", "text": "扣分事项", "effect": "deduct", "basis": "count", "points": 1, **fields}


def award(**fields: Any) -> dict[str, Any]:
    return {"code": "c", "text": "加分事项", "effect": "award", "basis": "count", "points": 1, **fields}


def group(**fields: Any) -> list[dict[str, Any]]:
    return [{"code": "g", "quorum": 5}, {"code": "h", "quorum": 5, **fields}]


Parts = list[tuple[str, Any]]
# What is planted, what is planted in its place by somebody who knows better, the code, the place, the severity.
CASES: list[tuple[Parts, Parts, str, str, str]] = [
    # bounds
    ([(f"{ZERO}.ceiling", -1)], [(f"{ZERO}.floor", -2), (f"{ZERO}.ceiling", -1)], "ceiling_below_zero", f"{ZERO}.ceiling", HINT),
    ([(f"{ZERO}.ceiling", 8)], [(f"{ZERO}.ceiling", 12)], "ceiling_below_marks", f"{ZERO}.ceiling", HINT),
    ([(f"{FULL}.floor", 11)], [(f"{FULL}.floor", 10)], "floor_above_marks", f"{FULL}.floor", HINT),
    ([(f"{FULL}.floor", 4), (f"{LATE}.limit", 8)], [(f"{FULL}.floor", 4), (f"{LATE}.limit", 6)], "floor_hides", f"{FULL}.floor", HINT),
    ([(f"{LATE}.limit", 8)], [(f"{LATE}.limit", 10)], "deductions_short", FULL, HINT),
    ([(f"{LATE}.limit_count", 9)], [(f"{LATE}.limit_count", 10)], "deductions_short", FULL, HINT),
    ([(f"{LATE}.limit_per", {"month": D("0.5")})], [(f"{LATE}.limit_per", {"month": 1})], "deductions_short", FULL, HINT),
    (
        [(f"{FULL}.groups", [{"code": "g", "limit": 4, "clauses": ["late"]}])],
        [(f"{FULL}.groups", [{"code": "g", "limit": 4, "clauses": ["late"]}]), (f"{FULL}.clauses.+", deduct())],
        "deductions_short", FULL, HINT,
    ),
    ([(f"{CALM}.clauses.0.limit", 4)], [(f"{CALM}.clauses.0.limit", 5)], "deductions_short", POOL, HINT),
    (
        [(f"{LATE}.limit_count", 5), (f"{LATE}.escalate", [1, D("1.5")])],
        [(f"{LATE}.limit_count", 5), (f"{LATE}.escalate", [1, 2])], "deductions_short", FULL, HINT,
    ),
    (
        [(f"{LATE}.limit_count", 5), (f"{LATE}.modifiers", [{"code": "light", "times": D("0.5")}])],
        [(f"{LATE}.limit_count", 5), (f"{LATE}.modifiers", [{"code": "grave", "times": 2}])],
        "deductions_short", FULL, HINT,
    ),
    (
        [(f"{LATE}.limit", 8)],
        [(f"{LATE}.limit", 8), (f"{FULL}.clauses.+", {"code": "f", "text": "弄虚作假", "effect": "forfeit"})],
        "deductions_short", FULL, HINT,
    ),
    ([(ZERO, {"code": "zero", "points": 10, "start": "zero", "clauses": [deduct()]})], [(f"{ZERO}.clauses.+", deduct())], "deductions_hidden", ZERO, HINT),
    ([(f"{FULL}.clauses", [award()])], [(f"{FULL}.clauses.+", award())], "awards_hidden", FULL, HINT),
    ([(f"{ZERO}.clauses.0.effect", "record")], [], "nothing_awards", ZERO, HINT),
    ([(f"{DONE}.max", 9)], [(f"{DONE}.max", 11)], "awards_short", ZERO, HINT),
    ([(f"{RATED}.clauses.0.points", 4)], [(f"{RATED}.clauses.0.limit", 5)], "awards_short", RATED, HINT),
    ([(f"{LATE}.limit", 12)], [(f"{LATE}.limit", 10)], "limit_beyond", f"{LATE}.limit", HINT),
    ([(ZERO + ".clauses", [award(limit=12)])], [(ZERO + ".clauses", [award(limit=10)])], "limit_beyond", f"{ZERO}.clauses.0.limit", HINT),
    (
        [("categories.0.applies_to", {"series": "s"}), (f"{LATE}.applies_to", {"series": "t"})],
        [("categories.0.applies_to", {"series": "s"}), (f"{LATE}.applies_to", {"series": ["s", "t"]})],
        "applies_to_nobody", f"{LATE}.applies_to", HINT,
    ),
    # rules of gradings
    ([(f"{RULES}.1.when.total_below", 20)], [(f"{RULES}.1.when.total_below", 21)], "rule_contradicts", f"{RULES}.1.when.total_at_least", ERROR),
    ([(f"{RULES}.0.when.total_at_least", 31)], [(f"{RULES}.0.when.total_at_least", 30)], "rule_beyond_total", f"{RULES}.0.when.total_at_least", ERROR),
    (
        [(f"{RULES}.0.when.total_at_least", 31)],
        [(f"{RULES}.0.when.total_at_least", 31), (f"{FULL}.clauses.+", award(acts_on="total"))],
        "rule_beyond_total", f"{RULES}.0.when.total_at_least", ERROR,
    ),
    ([(f"{RULES}.1.when", {"total_below": 0})], [(f"{RULES}.1.when", {"total_below": 0}), ("categories.0.floor", "none")], "rule_below_all", f"{RULES}.1.when.total_below", ERROR),
    ([(f"{RULES}.0.when.node_at_least", {"pool": 6})], [(f"{RULES}.0.when.node_at_least", {"pool": 5})], "rule_beyond_node", f"{RULES}.0.when.node_at_least", ERROR),
    (
        [(f"{RULES}.1.when", {"in_series": "s", "any": [{"in_series": "t"}]})],
        [(f"{RULES}.1.when", {"in_series": "s", "any": [{"in_series": ["t", "s"]}]})],
        "rule_no_series", f"{RULES}.1.when.any.0.in_series", ERROR,
    ),
    (
        [(f"{RULES}.1.when", {"in_series": "s", "any": [{"in_series": "t"}, {"total_at_least": 20}]})],
        [(f"{RULES}.1.when", {"any": [{"in_series": "t"}, {"total_at_least": 20}]})],
        "rule_no_series", f"{RULES}.1.when.any.0.in_series", HINT,
    ),
    (
        [(f"{RULES}.0.quota", {"s": 1}), ("ranking.out_of_rank", {"series": "t"}), (f"{RULES}.1.when", {"in_series": "t", "rank_at_most": 3})],
        [(f"{RULES}.0.quota", {"s": 1}), ("ranking.out_of_rank", {"series": "t"}), (f"{RULES}.1.when", {"in_series": "s", "rank_at_most": 3})],
        "rule_out_of_rank", f"{RULES}.1.when.in_series", ERROR,
    ),
    (
        [(f"{RULES}.1.when", {"in_series": "t", "has_fact": "k.full.late"}), (f"{LATE}.applies_to", {"series": "s"})],
        [(f"{RULES}.1.when", {"in_series": "s", "has_fact": "k.full.late"}), (f"{LATE}.applies_to", {"series": "s"})],
        "rule_fact_elsewhere", f"{RULES}.1.when.has_fact", ERROR,
    ),
    ([(FATAL, deduct())], [], "no_veto_at_all", f"{RULES}.0.when.no_veto", HINT),
    ([(f"{RULES}.1.when", {})], [(f"{RULES}.1.when", {}), (f"{RULES}.1.quota", 1)], "rule_shadowed", f"{RULES}.2", HINT),
    (
        [(f"{RULES}.2.when", {"total_at_least": 22}), (f"{RULES}.+", {"code": "last"})],
        [(f"{RULES}.2.when", {"total_at_least": 18}), (f"{RULES}.+", {"code": "last"})],
        "rule_shadowed", f"{RULES}.2", ERROR,
    ),
    (
        [(f"{RULES}.2.when", {"total_below": 20}), (f"{RULES}.+", {"code": "last", "when": {"has_tag": "x"}})],
        [(f"{RULES}.2.when", {"total_below": 19}), (f"{RULES}.+", {"code": "last", "when": {"has_tag": "x"}})],
        "rule_shadowed", f"{RULES}.3", ERROR,
    ),
    (
        [(f"{RULES}.2", {"code": "tagged", "when": {"has_tag": "x", "total_at_least": 25}}), (f"{RULES}.+", {"code": "last"})],
        [(f"{RULES}.2", {"code": "tagged", "when": {"has_tag": "x"}}), (f"{RULES}.+", {"code": "last"})],
        "rule_shadowed", f"{RULES}.2", ERROR,
    ),
    (
        [(f"{RULES}.1", {"code": "low", "when": {"rank_at_most": 3}}), (f"{RULES}.2", {"code": "lower", "when": {"rank_at_most": 2, "within": "all"}}), (f"{RULES}.+", {"code": "last"})],
        [(f"{RULES}.1", {"code": "low", "when": {"rank_at_most": 2}}), (f"{RULES}.2", {"code": "lower", "when": {"rank_at_most": 3}}), (f"{RULES}.+", {"code": "last"})],
        "rule_shadowed", f"{RULES}.2", ERROR,
    ),
    ([(f"{RULES}.1.when", {"total_at_least": 10}), (f"{RULES}.2.when", {"total_at_least": 10}), (f"{RULES}.+", {"code": "last"})],
     [(f"{RULES}.1.when", {"total_at_least": 10}), (f"{RULES}.2.when", {"total_at_least": 10}), (f"{RULES}.+", {"code": "last"}), (f"{FATAL}.consequences", [{"bar_grades": ["good"]}])],
     "rule_shadowed", f"{RULES}.2", ERROR),
    (
        [(f"{RULES}.2.when", {"total_below": 20}), (f"{RULES}.+", {"code": "last"})],
        [(f"{RULES}.2.when", {"total_below": 19}), (f"{RULES}.+", {"code": "last"})],
        "rule_shadowed", f"{RULES}.3", HINT,
    ),
    ([(f"{RULES}.2.when", {"has_tag": "x"})], [(f"{RULES}.2.when", {"total_below": 20})], "grade_gap", RULES, HINT),
    ([(f"{RULES}.2.when", {"total_below": 18})], [(f"{RULES}.2.when", {"any": [{"total_below": 18}, {"total_below": 20}]})], "grade_gap", RULES, HINT),
    ([(RULES, [{"code": "best", "quota": 1}])], [(RULES, [{"code": "best", "quota": 1}, {"code": "rest"}])], "grade_left_over", RULES, HINT),
    (
        [(RULES, [{"code": "best", "quota": 1}, {"code": "rest", "when": {"in_series": "s"}}])],
        [(RULES, [{"code": "best", "quota": 1}, {"code": "rest", "when": {"in_series": ["s", "t"]}}])],
        "grade_left_over_in", RULES, HINT,
    ),
    ([(f"{RULES}.0.quota", 0)], [(f"{RULES}.0.quota", 1)], "quota_nobody", f"{RULES}.0.quota", HINT),
    ([(f"{RULES}.0.quota", {"percent": 0})], [(f"{RULES}.0.quota", {"percent": 5})], "quota_nobody", f"{RULES}.0.quota", HINT),
    (
        [(f"{RULES}.0.quota", {"s": 1}), (f"{RULES}.0.when.in_series", "t")],
        [(f"{RULES}.0.quota", {"s": 1}), (f"{RULES}.0.when.in_series", "s")],
        "quota_elsewhere", f"{RULES}.0.quota", ERROR,
    ),
    ([("ranking.out_of_rank", {"series": "t"})], [("ranking.out_of_rank", {"tags": "x"})], "quota_out_of_rank", f"{RULES}.0.quota", HINT),
    ([(f"{RULES}.1.tie", "stop")], [(f"{RULES}.0.tie", "stop")], "tie_without_quota", f"{RULES}.1.tie", HINT),
    ([(f"{RULES}.0.tie", "tiebreak"), ("ranking.tie_breakers", [])], [(f"{RULES}.0.tie", "tiebreak")], "tiebreak_without_breakers", f"{RULES}.0.tie", HINT),
    # vetoes and forfeits
    ([(f"{FATAL}.limit_count", 0)], [(f"{FATAL}.limit_count", 1)], "never_fires", f"{FATAL}.limit_count", HINT),
    (
        [(f"{FULL}.clauses.+", {"code": "f", "text": "旷工", "effect": "forfeit", "at": 3, "limit_count": 2})],
        [(f"{FULL}.clauses.+", {"code": "f", "text": "旷工", "effect": "forfeit", "at": 3, "limit_count": 3})],
        "never_fires", f"{FULL}.clauses.1.limit_count", HINT,
    ),
    (
        [(FATAL, {"code": "v", "text": "超标", "effect": "veto", "basis": "bands", "bands": [{"at_least": 5, "points": 0}], "consequences": [{"bar_grades": ["best"]}]})],
        [(FATAL, {"code": "v", "text": "超标", "effect": "veto", "basis": "bands", "bands": [{"at_least": 5, "points": 1}], "consequences": [{"bar_grades": ["best"]}]})],
        "never_above_zero", f"{FATAL}.basis", HINT,
    ),
    (
        [("categories.0.items.+", {"code": "gate", "points": 0, "clauses": [{"code": "f", "text": "弄虚作假", "effect": "forfeit"}]})],
        [("categories.0.items.+", {"code": "gate", "points": 0, "clauses": [{"code": "f", "text": "弄虚作假", "effect": "forfeit", "acts_on": "total"}]})],
        "forfeit_of_nothing", "categories.0.items.3.clauses.0.effect", HINT,
    ),
    ([(f"{FATAL}.consequences", [{"deduct": 0}])], [(f"{FATAL}.consequences", [{"deduct": 1}])], "veto_takes_nothing", f"{FATAL}.consequences.0.deduct", HINT),
    ([(f"{FATAL}.consequences", [{"cap_grade": "best"}])], [(f"{FATAL}.consequences", [{"cap_grade": "good"}])], "cap_is_best", f"{FATAL}.consequences.0.cap_grade", HINT),
    (
        [(f"{FATAL}.consequences", [{"bar_grades": ["best", "good", "rest"]}])],
        [(f"{FATAL}.consequences", [{"bar_grades": ["best", "good"]}])],
        "bars_every_grade", f"{FATAL}.consequences.0.bar_grades", HINT,
    ),
    ([(RULES, [{"code": "rest"}]), (f"{FATAL}.consequences", [{"downgrade": 1}])], [(f"{FATAL}.consequences", [{"downgrade": 1}])], "downgrade_of_one", f"{FATAL}.consequences.0.downgrade", HINT),
    ([(f"{FATAL}.consequences", [{"downgrade": 3}])], [(f"{FATAL}.consequences", [{"downgrade": 2}])], "downgrade_far", f"{FATAL}.consequences.0.downgrade", HINT),
    # panels, providers, tags
    ([("panels.+", {"code": "q", "groups": [{"code": "g"}]})], [], "panel_unused", "panels.1", HINT),
    ([("procedure.phases", ["self_assessment", "verification", "publicity", "approval"])], [], "panel_without_phase", "procedure.phases", HINT),
    (
        [("panels", []), (RATED, {"code": "rated", "points": 5, "clauses": [deduct()]})],
        [("panels", []), (RATED, {"code": "rated", "points": 5, "clauses": [deduct()]}), ("procedure.phases", ["verification", "publicity", "approval"])],
        "phase_without_panel", "procedure.phases.2", HINT,
    ),
    ([("panels.0.groups", group(quorum=0))], [("panels.0.groups", group())], "quorum_missing", "panels.0.groups.1.quorum", HINT),
    ([("panels.0.groups", group(weight=0))], [("panels.0.groups", group(weight=2))], "group_without_weight", "panels.0.groups.1.weight", HINT),
    (
        [("panels.0.combine", "trimmed"), ("panels.0.trim", 2), ("panels.0.groups", group(quorum=4))],
        [("panels.0.combine", "trimmed"), ("panels.0.trim", 2)], "quorum_below_trim", "panels.0.groups.1.quorum", HINT,
    ),
    ([("panels.0.combine", "trimmed")], [("panels.0.combine", "mean")], "trim_of_nothing", "panels.0.trim", HINT),
    (
        [("panels.0.options", {"good": 100, "poor": 0}), ("panels.0.ballot_quota", {"good": D("0.4"), "poor": D("0.5")})],
        [("panels.0.options", {"good": 100, "poor": 0}), ("panels.0.ballot_quota", {"good": D("0.4")})],
        "ballot_cannot_be_filled", "panels.0.ballot_quota", HINT,
    ),
    ([("providers.+", {"code": "other"})], [("providers.+", {"code": "other"}), (f"{DONE}.provider", "other")], "provider_unused", "providers.1", HINT),
    (
        [(f"{LATE}.applies_to", {"tags": "key-unit"}), (f"{RULES}.1.when.has_tag", "key_unit")],
        [(f"{LATE}.applies_to", {"tags": "key-unit"}), (f"{RULES}.1.when.has_tag", "key-unit")],
        "tag_alike", f"{RULES}.1.when.has_tag", HINT,
    ),
    (
        [(f"{LATE}.applies_to", {"tags": "service-window"}), (f"{RULES}.1.when", {"any": [{"has_tag": "servce-window"}]})],
        [(f"{LATE}.applies_to", {"tags": "class-1"}), (f"{RULES}.1.when", {"any": [{"has_tag": "class-2"}]})],
        "tag_alike", f"{RULES}.1.when.any.0.has_tag", HINT,
    ),
    # procedure
    ([("procedure.prerequisites.0.evidence", "none")], [("procedure.prerequisites.0.evidence", "optional")], "prerequisite_without_evidence", "procedure.prerequisites.0.evidence", HINT),
    ([("procedure.phases.+", "panel")], [("procedure.phases.+", "appeal")], "phase_twice", "procedure.phases.5", HINT),
    ([("procedure.demands.0.phase", "appeal")], [("procedure.demands.0.phase", "panel")], "phase_not_planned", "procedure.demands.0.phase", HINT),
    ([("procedure.deadlines.+", {"code": "late", "phase": "appeal", "by": "12-25"})], [("procedure.deadlines.+", {"code": "late", "phase": "approval", "by": "12-25"})], "phase_not_planned", "procedure.deadlines.3.phase", HINT),
    ([("procedure.publicity_days", ...)], [("procedure.publicity_days", 5)], "publicity_without_days", "procedure.publicity_days", HINT),
    (
        [("procedure.phases", ["verification", "panel", "approval"])],
        [("procedure.phases", [])], "publicity_without_phase", "procedure.publicity_days", HINT,
    ),
    ([("procedure.deadlines.1.by", "11-07")], [("procedure.deadlines.1.by", "11-08")], "publicity_short", "procedure.deadlines.1.by", HINT),
    ([("procedure.deadlines.0.by", "12-15")], [("procedure.deadlines.0.by", "12-30"), ("procedure.deadlines.1.by", "01-06"), ("procedure.deadlines.2.by", "01-20")], "publicity_short", "procedure.deadlines.2.by", HINT),
    ([("procedure.deadlines.2.by", ...)], [("procedure.deadlines.2.by", None), ("procedure.deadlines.2.open", True)], "deadline_without_day", "procedure.deadlines.2.by", HINT),
    ([("procedure.deadlines.2.by", "02-30")], [("procedure.deadlines.2.by", "02-29")], "no_such_day", "procedure.deadlines.2.by", ERROR),
    ([("procedure.deadlines.2.by", "10-31")], [("procedure.deadlines.2.by", "01-31")], "deadline_out_of_order", "procedure.deadlines.2.by", HINT),
    # codes given twice
    (
        [(f"{RULES}.0.consequences", [{"code": "a", "title": "A"}, {"code": "a", "title": "B"}])],
        [(f"{RULES}.0.consequences", [{"code": "a", "title": "A"}, {"code": "b", "title": "B"}])],
        "duplicate_code", f"{RULES}.0.consequences.1.code", ERROR,
    ),
    (
        [("procedure.reviewers", [{"code": "few"}, {"code": "few"}])],
        [("procedure.reviewers", [{"min": 1, "applies_to": {"series": "s"}}, {"min": 2}])],
        "duplicate_code", "procedure.reviewers.1.code", ERROR,
    ),
    # texts
    ([(f"{FULL}.clauses.+", deduct(text="迟到、早退。"))], [(f"{FULL}.clauses.+", deduct(text="旷工"))], "clauses_alike", f"{FULL}.clauses.1.text", HINT),
    (
        [(f"{LATE}.text", "未在规定期限内报送年度工作总结"), (f"{CALM}.clauses.0.text", "未在规定的期限内报送年度工作总结"), (f"{CALM}.provider", "office")],
        [(f"{LATE}.text", "未在规定期限内报送年度工作总结"), (f"{CALM}.clauses.0.text", "未在规定的期限内报送年度工作总结")],
        "clauses_alike", f"{CALM}.clauses.0.text", HINT,
    ),
    (
        [(f"{LATE}.text", "被市级媒体点名批评并造成不良影响"), (f"{FULL}.clauses.+", deduct(text="被市级媒体点名批评造成不良影响"))],
        [(f"{LATE}.text", "被市级媒体点名批评并造成不良影响"), (f"{FULL}.clauses.+", deduct(text="被省级媒体点名批评并造成不良影响"))],
        "clauses_alike", f"{FULL}.clauses.1.text", HINT,
    ),
    (
        [(f"{LATE}.text", "迟到早退"), (f"{FULL}.clauses.+", deduct(text="迟到早退", applies_to={"series": "s"}))],
        [(f"{LATE}.applies_to", {"series": "t"}), (f"{FULL}.clauses.+", deduct(text="迟到早退", applies_to={"series": "s"}))],
        "clauses_alike", f"{FULL}.clauses.1.text", HINT,
    ),
]  # fmt: skip


def _place(path: str) -> str:
    return place_of(tuple(int(part) if part.isdigit() else part for part in path.split(".")))


def test_there_is_nothing_to_say_about_the_rubric_as_it_is() -> None:
    assert found(linted.rubric()) == []


@pytest.mark.parametrize(
    ("wrong", "right", "code", "place", "severity"), CASES, ids=[f"{case[2]}-{n}" for n, case in enumerate(CASES)]
)
def test_it_is_found_where_it_stands_and_gone_once_put_right(
    wrong: Parts, right: Parts, code: str, place: str, severity: str
) -> None:
    assert (severity, code, _place(place)) in found(with_parts(*wrong))
    assert code not in {each[1] for each in found(with_parts(*right))}


@pytest.mark.parametrize(("code", "units", "quota"), [
    ("quota_large", {"s": 3, "t": 0}, {"s": 3, "t": 1}),
    ("quota_large", {"s": 3, "t": 2}, 3),
    ("quota_rounds_to_none", {"s": 10, "t": 9}, {"percent": 10}),
])  # fmt: skip
def test_quotas_are_held_against_the_units_of_a_cycle(code: str, units: Any, quota: Any) -> None:
    data = with_parts((f"{RULES}.0.quota", quota))
    assert found(data) == []
    assert found(data, units=units) == [(HINT, code, "gradings[0].rules[0].quota")]
    assert found(data, units={"s": 20, "t": 20}) == []


def test_series_out_of_rank_have_no_quota_to_be_too_large() -> None:
    data = with_parts(("ranking.out_of_rank", {"series": "t"}), (f"{RULES}.0.quota", 2))
    assert found(data, units={"s": 2, "t": 0}) == []
