"""Small cases whose results were derived by hand from the scoring model."""

import json
import random
import subprocess
import sys
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from .evaluator import evaluate
from .figures import round_to
from .formula import formula_value
from .generator import as_json, make_case

Json = dict[str, Any]
HALF = Decimal("0.5")


def clause(effect: str = "deduct", basis: str | None = "count", code: str = "c", **more: Any) -> Json:
    return {"code": code, "text": code, "effect": effect} | ({"basis": basis} if basis else {}) | more


def item(*clauses: Json, code: str = "i", points: Any = 10, start: str = "full", **more: Any) -> Json:
    return {"code": code, "points": points, "start": start, "clauses": list(clauses)} | more


def category(*items: Json, code: str = "k", **more: Any) -> Json:
    return {"code": code, "items": list(items)} | more


def rubric(*categories: Json, total: Any = 10, **more: Any) -> Json:
    series = [{"code": "s"}, {"code": "t", "total": 5}]
    return {"code": "r", "total": total, "series": series, "categories": list(categories)} | more


def unit(code: str, *facts: Json, series: str = "s", **more: Any) -> Json:
    return {"code": code, "series": series, "facts": list(facts)} | more


def fact(name: str = "c", path: str = "k.i", **said: Any) -> Json:
    return {"clause": f"{path}.{name}"} | said


def score(rules: Json, *units: Json, **more: Any) -> dict[str, Json]:
    """The result by unit."""
    return {one["code"]: one for one in evaluate(rules, {"units": list(units)} | more)["units"]}


def of_item(one: Json, *facts: Json, **more: Any) -> Fraction:
    """The value of the single item `k.i` with these facts of one unit, held by nothing."""
    free = one | {"floor": one.get("floor", -1000), "ceiling": one.get("ceiling", "none")}
    rules = rubric(category(free, floor="none", ceiling="none"), **more)
    return score(rules, unit("u", *facts))["u"]["nodes"]["k.i"]


def moved(rule: Json, *facts: Json, **more: Any) -> Fraction:
    """What one clause moves."""
    return of_item(item(rule, start="zero"), *facts, **more)


# --- bases ----------------------------------------------------------------------------------------------------------


def test_count_with_free_and_limit_count_over_all_facts() -> None:
    rule = clause(points=2, free=2, limit_count=3)
    # 3 + 4 = 7 occurrences, 2 free, 3 of the 5 others counted
    assert moved(rule, fact(count=3), fact(count=4)) == -6


def test_exempt_fact_uses_nothing_up() -> None:
    assert moved(clause(points=2, limit_count=1), fact(exempt=True), fact()) == -2


@pytest.mark.parametrize(
    "levels", [{"low": 1, "high": 4}, [{"code": "low", "points": 1}, {"code": "high", "points": 4}]]
)
def test_level(levels: Any) -> None:
    assert moved(clause("award", "level", levels=levels), fact(level="high", count=2), fact(level="low")) == 9


@pytest.mark.parametrize(
    ("value", "side", "partial", "expected"),
    [
        (9, "above", "down", 0),
        (10, "above", "down", 5),
        (17, "above", "down", 7),
        (17, "above", "up", 8),
        (17, "above", "exact", Fraction(5) + Fraction(7, 3)),
        (10, "below", "down", 0),
        (9, "below", "down", 5),
        (3, "below", "down", 7),
        (3, "below", "up", 8),
    ],
)
def test_steps(value: int, side: str, partial: str, expected: Fraction) -> None:
    rule = clause("award", "steps", start_at=10, start_points=5, step=3, points=1, side=side, partial=partial)
    assert moved(rule, fact(value=value)) == round_to(Fraction(expected), 2, "half_up")


def test_steps_without_a_fact_and_sum_of_facts() -> None:
    rule = clause("award", "steps", start_at=0, step=50, points=1)
    assert moved(rule) == 0
    assert moved(rule, fact(value=30), fact(value=30)) == 1
    assert moved(rule | {"gather": "each"}, fact(value=30), fact(value=30)) == 0


def test_bands_above_before_at_least_on_one_number() -> None:
    rule = clause("award", "bands", otherwise=1, bands=[{"above": 10, "points": 7}, {"at_least": 10, "points": 3}])
    assert [moved(rule, fact(value=value)) for value in (9, 10, 11)] == [1, 3, 7]


def test_bands_interpolated() -> None:
    rule = clause(
        "award", "bands", interpolate=True, bands=[{"at_least": 20, "points": 6}, {"at_least": 10, "points": 1}]
    )
    assert [moved(rule, fact(value=value)) for value in (5, 10, 15, 20, 99)] == [1, 1, Fraction(7, 2), 6, 6]


def test_ratio_from_target_and_bounds() -> None:
    rule = clause("award", "ratio", points=6, target=3, **{"from": 1})
    assert [moved(rule, fact(value=value)) for value in (HALF, 1, 2, 9)] == [0, 2, 4, 6]
    assert moved(rule, fact(value=1, target=6), fact(value=1)) == 2
    assert moved(rule, fact(value=1, target=0)) == 0


def test_share_acts_on_the_summed_value_or_on_the_points() -> None:
    rule = clause("award", "steps", start_at=0, step=10, points=1)
    facts = [fact(value=30, share=HALF), fact(value=10)]
    assert moved(rule, *facts) == 2  # 15 + 10 = 25
    # 40 -> 4 points × (30 × 0.5 + 10) / 40 = 4 × 0.625
    assert moved(rule | {"share_on": "points"}, *facts) == Fraction(5, 2)


def test_gathering_last_max_mean_and_weights() -> None:
    rule = clause("award", "bands", bands=[{"at_least": n, "points": n} for n in range(1, 9)])
    facts = [fact(value=6, date="2026-03-01"), fact(value=2), fact(value=4, date="2026-01-01")]
    assert moved(rule, *facts) == 2  # the undated one comes last
    assert moved(rule | {"gather": "max"}, *facts) == 6
    assert moved(rule | {"gather": "mean"}, *facts) == 4
    assert moved(rule | {"weights": {"a": 3}}, fact(level="a", count=2)) == 6


def test_change_and_change_rate_are_gathered_separately() -> None:
    rule = clause("award", "bands", gather="sum", reading="change_rate", bands=[{"at_least": 25, "points": 4}])
    # (20 + 30 - 10 - 30) in percent of 40 = 25
    assert moved(rule, fact(value=20, baseline=10), fact(value=30, baseline=30)) == 4
    assert moved(rule, fact(value=20, baseline=10), fact(value=30)) == 0
    assert moved(rule | {"gather": "last"}, fact(value=20), fact(value=30, baseline=24)) == 4


def cohort_case(rule: Json, *values: Any, tags: Any = ()) -> list[Fraction]:
    """What the rule moves for units with these values (None: no fact), in one series."""
    rules = rubric(category(item(rule, start="zero", ceiling="none"), ceiling="none"))
    units = [unit(f"u{n}", *([fact(value=v)] if v is not None else []), tags=list(tags)) for n, v in enumerate(values)]
    return [one["nodes"]["k.i"] for one in score(rules, *units).values()]


def test_rank_by_value_shares_the_better_place() -> None:
    rule = clause("award", "rank", table=[4, 3, 2])
    assert cohort_case(rule, 7, 9, 7, 1, None) == [3, 4, 3, 0, 0]
    assert cohort_case(rule | {"better": "lower"}, 7, 9, 7, 1, None) == [3, 0, 3, 4, 0]
    # of = 4: places from the bottom 4 - rank + 1 = 3, 4, 3, 1
    assert cohort_case(rule | {"end": "bottom"}, 7, 9, 7, 1, None) == [2, 0, 2, 4, 0]


def test_rank_given_and_percent_table() -> None:
    rule = clause("award", "rank", gather="each", percent_table=[{"top": 15, "points": 3}, {"top": 50, "points": 1}])
    assert moved(rule, fact(rank=3, of=20), fact(rank=4, of=20), fact(rank=11, of=20)) == 4


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ({"method": "best_ratio"}, [10, 5, Fraction(5, 2)]),
        ({"method": "best_ratio", "better": "lower"}, [Fraction(5, 2), 5, 10]),
        ({"method": "min_max"}, [10, Fraction(10, 3), 0]),
        ({"method": "efficacy"}, [10, 6 + Fraction(4, 3), 6]),
        ({"method": "rank_steps", "step": 6}, [10, 4, 0]),
    ],
)
def test_relative(more: Json, expected: list[Fraction]) -> None:
    rounded = [round_to(Fraction(points), 2, "half_up") for points in expected]
    assert cohort_case(clause("award", "relative", points=10, **more), 8, 4, 2) == rounded
    assert cohort_case(clause("award", "relative", points=10, **more), 5, 5, None) == [10, 10, 0]


def test_gap_to_the_cohort_and_the_missing_tag() -> None:
    rule = clause("award", "steps", reading="gap", start_at=0, step=1, points=1)
    assert cohort_case(rule, 1, 3, 8) == [0, 0, 4]  # mean 4
    assert cohort_case(rule | {"within": "tag:x"}, 1, 3, 8) == [0, 0, 0]
    assert cohort_case(rule | {"within": "tag:x"}, 1, 3, 8, tags=["x"]) == [0, 0, 4]


def test_targets() -> None:
    own = {"k.i": [{"code": "a", "points": 6, "value": 4}, {"code": "b", "points": 4}]}
    rules = rubric(category(item(clause("award", "targets", points=10), start="zero")))
    facts = [fact(target="a", value=3), fact(target="b", points=1)]
    assert score(rules, unit("u", *facts, targets=own))["u"]["total"] == Fraction(11, 2)


def test_formula_language() -> None:
    inputs = {"a": Fraction(7), "b": Fraction(0)}
    assert formula_value("1 + 2 * 3 - 4 / 8", {}, "half_up") == Fraction(13, 2)
    assert formula_value("if(a > b, -a + 10, 1 / b)", inputs, "half_up") == 3
    assert formula_value("min(a, 3) + max(b, 2, 1) + abs(b - 1)", inputs, "half_up") == 6
    assert formula_value("round(a / 2) + floor(a / 2) + ceil(a / 2)", inputs, "half_up") == 11
    assert formula_value("round(2.5)", inputs, "half_even") == 2
    assert formula_value("10 - 2 - 3", inputs, "half_up") == 5
    assert formula_value("a / b", inputs, "half_up") is None


def test_formula_bounds_and_division_by_zero() -> None:
    rule = clause("award", "formula", expression="a / b", min=1, max=4)
    assert moved(rule, fact(inputs={"a": 9, "b": 2})) == 4
    assert moved(rule, fact(inputs={"a": 1, "b": 2})) == 1
    assert moved(rule, fact(inputs={"a": 1, "b": 0})) == 0


def panel_case(panel: Json, *rows: tuple[str, list[Any]]) -> Fraction:
    rules = rubric(category(item(clause("award", "panel", panel="p", points=10), start="zero")), panels=[panel])
    ratings = [{"panel": "p", "group": group, "unit": "u", "values": values} for group, values in rows]
    return score(rules, unit("u"), ratings=ratings)["u"]["total"]


def test_panel_groups_trimming_and_pooling() -> None:
    groups = [{"code": "a", "weight": 3}, {"code": "b", "weight": 1}]
    panel = {"code": "p", "scale": 100, "groups": groups}
    assert panel_case(panel, ("a", [80, None]), ("a", [60]), ("b", [100])) == Fraction(31, 4)  # (3 × 70 + 100) / 4
    assert panel_case(panel, ("a", []), ("b", [50])) == 5
    assert panel_case(panel) == 0
    trimmed = panel | {"combine": "trimmed", "trim": 1}
    assert panel_case(trimmed, ("a", [0, 50, 100]), ("b", [0, 50])) == Fraction(35, 8) + Fraction(
        1, 200
    )  # 4.375 -> 4.38
    pooled = trimmed | {"weigh_by": "ballots"}
    assert panel_case(pooled, ("a", [0, 40]), ("b", [50, 100])) == Fraction(9, 2)


def test_panel_options_scale() -> None:
    panel = {"code": "p", "options": {"good": 80, "poor": 40}, "groups": [{"code": "a"}]}
    assert panel_case(panel, ("a", ["good", "poor"])) == Fraction(15, 2)


def test_linked_facts_and_members() -> None:
    rule = clause("award", "linked", points=4, source="members")
    rules = rubric(
        category(item(rule, start="zero"), item(clause(points=1), code="j")),
        total=20,
    )
    units = [unit("u"), unit("v", fact(path="k.j", count=2), member_of="u"), unit("w", series="t", member_of="u")]
    # v: 8 of 20, w: 10 of 5 -> mean of 0.4 and 2
    assert score(rules, *units)["u"]["nodes"]["k.i"] == Fraction(24, 5)  # ceiling 10 is not reached
    units[0] = unit("u", fact(score=50, of=100), fact(score=10, of=10))
    assert score(rules, *units)["u"]["nodes"]["k.i"] == 3


# --- steps 2 to 4 ---------------------------------------------------------------------------------------------------


def test_escalation_by_occurrence() -> None:
    assert moved(clause(points=1, escalate=[1, 2, 3]), fact(count=2), fact(count=3)) == -(1 + 2 + 3 + 3 + 3)
    assert moved(clause("deduct", "manual", max=5, escalate=[1, 2]), fact(points=2), fact(points=1)) == -4


def test_modifiers_times_before_plus_never_below_zero() -> None:
    known = [{"code": "p", "plus": 1}, {"code": "m", "plus": -9}, {"code": "t", "times": 2}]
    rule = clause(points=3, modifiers=known)
    assert moved(rule, fact(modifiers=["t", "p"])) == -7
    assert moved(rule, fact(modifiers=["m"])) == 0
    assert moved(rule | {"free": 1}, fact(modifiers=["p"])) == 0  # nothing of it is counted


def test_shares_of_the_nearest_node() -> None:
    rules = rubric(
        category(
            item(clause(points=10), shares=[{"code": "lead", "value": Decimal("0.8")}]),
            shares=[{"code": "lead", "value": 1}],
        )
    )
    assert score(rules, unit("u", fact(share="lead")))["u"]["total"] == 2


def test_gathered_facts_carry_a_modifier_only_if_all_do() -> None:
    rule = clause("award", "steps", start_at=0, step=1, points=1, modifiers=[{"code": "t", "times": 2}])
    assert moved(rule, fact(value=1, modifiers=["t"]), fact(value=1)) == 2
    assert moved(rule, fact(value=1, modifiers=["t"]), fact(value=1, modifiers=["t"])) == 4


def test_exclusivity_innermost_first_and_ties() -> None:
    rules = rubric(
        category(
            item(
                clause("award", points=2, code="a"),
                clause("award", points=3, code="b"),
                start="zero",
                exclusive="matter",
            ),
            item(clause("award", points=3, code="a"), clause("deduct", points=1, code="d"), code="j", start="zero"),
            exclusive="matter",
        )
    )
    same = [fact(n, p, matter="m") for n, p in [("a", "k.i"), ("b", "k.i"), ("a", "k.j"), ("d", "k.j")]]
    one = score(rules, unit("u", *same))["u"]
    assert one["nodes"] == {"k": 3, "k.i": 3, "k.j": 0}
    reasons = [(line["clause"], line["reason"]) for line in one["lines"] if line["clause"]]
    assert reasons == [("k.i.a", "set_aside"), ("k.i.b", None), ("k.j.a", "set_aside"), ("k.j.d", None)]


def test_limits_per_month_in_all_and_of_a_group() -> None:
    rule = clause(points=2, limit_per={"month": 3}, limit=5)
    facts = [fact(date=f"2026-{month}-0{day}") for month, day in [("02", 3), ("01", 1), ("01", 2)]]
    assert moved(rule, *facts) == -5
    one = item(clause(points=2), clause(points=2, code="d"), groups=[{"code": "g", "limit": 3, "clauses": ["c", "d"]}])
    assert of_item(one, fact(), fact("d")) == 7


def test_lines_are_cut_in_order_of_date() -> None:
    rules = rubric(category(item(clause(points=2, limit=3))))
    one = score(rules, unit("u", fact(id="late", date="2026-05-01"), fact(id="early", date="2026-01-01")))["u"]
    cut = [(line["fact"], line["face"], line["points"], line["reason"]) for line in one["lines"]]
    assert cut == [("early", -2, -2, None), ("late", -2, -1, "limit")]


# --- steps 5 to 7 ---------------------------------------------------------------------------------------------------


def test_floor_none_is_carried_with_the_weight() -> None:
    rules = rubric(category(item(clause(points=6), floor="none", weight=2), item(code="j"), floor="none"))
    one = score(rules, unit("u", fact(count=2)))["u"]
    assert one["nodes"] == {"k": 6, "k.i": 0, "k.j": 10}  # 0 + 10 - 2 × 2
    one = score(rules, unit("u", fact(count=4)))["u"]
    assert (one["nodes"]["k"], one["total"]) == (0, -18)


def test_total_held_at_zero() -> None:
    rules = rubric(category(item(clause(points=6, acts_on="total"))))
    assert score(rules, unit("u", fact(count=3)))["u"]["total"] == 0


def test_pool_children_are_unbounded() -> None:
    pool = category(
        item(clause("award", points=4), points=0, start="zero"),
        item(clause(points=3), code="j", points=0, start="zero"),
        points=10,
        start="zero",
    )
    one = score(rubric(pool), unit("u", fact(count=3), fact(path="k.j")))["u"]
    assert one["nodes"] == {"k": 9, "k.i": 12, "k.j": 0}
    assert score(rubric(pool), unit("u", fact(count=4)))["u"]["total"] == 10
    pool["start"] = "full"
    assert score(rubric(pool), unit("u", fact(path="k.j")))["u"]["total"] == 7


def test_forfeit_at_and_what_stays() -> None:
    rules = rubric(
        category(item(clause("forfeit", None, at=2), clause(points=1, code="d", acts_on="category"), floor=1))
    )
    assert score(rules, unit("u", fact(), fact("d")))["u"]["nodes"] == {"k": 9, "k.i": 10}
    assert score(rules, unit("u", fact(), fact(), fact("d")))["u"]["nodes"] == {"k": 0, "k.i": 1}
    below = item(clause("forfeit", None), clause(points=4, code="d"), floor=-5)
    assert of_item(below, fact(), fact("d", count=3)) == -2


def test_forfeit_of_a_carrying_item_carries_nothing() -> None:
    rules = rubric(category(item(clause("forfeit", None), clause(points=6, code="d"), floor="none"), item(code="j")))
    assert score(rules, unit("u", fact(), fact("d", count=2)))["u"]["nodes"] == {"k": 10, "k.i": 0, "k.j": 10}


@pytest.mark.parametrize(
    ("consequence", "more", "k", "total"),
    [
        ({"deduct": 3}, {}, 14, 14),  # two occurrences within the item
        ({"deduct": 9}, {"limit": 10}, 10, 10),
        ({"deduct": 3}, {"acts_on": "total"}, 20, 14),
        ({"zero": "category"}, {}, 0, 0),
        ({"zero": "total"}, {}, 20, 0),
    ],
)
def test_veto_consequences(consequence: Json, more: Json, k: int, total: int) -> None:
    rules = rubric(category(item(clause("veto", None, consequences=[consequence], **more)), item(code="j")))
    one = score(rules, unit("u", fact(count=2)))["u"]
    assert (one["nodes"]["k"], one["total"], one["vetoes"]) == (k, total, ["k.i.c"])


def test_not_applicable_full_mean_skip() -> None:
    def case(way: str) -> dict[str, Json]:
        special = item(clause(points=4), code="j", applies_to={"tags": ["x"]}, when_not_applicable=way)
        units = [unit("u"), unit("v", tags=["x"]), unit("w", fact(path="k.j"), tags=["x"])]
        return score(rubric(category(item(), special)), *units)

    assert case("full")["u"]["nodes"] == {"k": 20, "k.i": 10, "k.j": 10}
    assert case("mean")["u"]["nodes"] == {"k": 18, "k.i": 10, "k.j": 8}
    assert case("skip")["u"]["nodes"] == {"k": 10, "k.i": 10}


def test_mean_falls_back_to_all_series() -> None:
    special = item(code="j", applies_to={"series": ["t"]}, when_not_applicable="mean")
    rules = rubric(category(item(), special))
    assert score(rules, unit("u"), unit("v", series="t"))["u"]["nodes"]["k.j"] == 10
    assert "k.j" not in score(rules, unit("u"))["u"]["nodes"]


def test_scale_in_a_category_and_at_the_top() -> None:
    gone = item(code="j", points=5, applies_to={"tags": ["x"]}, when_not_applicable="scale")
    one = score(rubric(category(item(clause(points=4)), gone)), unit("u", fact()))["u"]
    assert one["nodes"] == {"k": 9, "k.i": 6}  # 6 × 15 / 10
    away = category(code="l", points=10, applies_to={"tags": ["x"]}, when_not_applicable="scale")
    one = score(rubric(category(item(clause(points=4))), away, total=20), unit("u", fact()))["u"]
    assert one["total"] == 12  # 6 × 20 / 10
    alone = category(item(applies_to={"tags": ["x"]}, when_not_applicable="scale"))
    assert score(rubric(alone), unit("u"))["u"]["total"] == 0


def test_grant_is_as_if_applies_to_left_it_out() -> None:
    rules = rubric(category(item(clause(points=1)), item(code="j")))
    one = score(rules, unit("u", fact(id="f"), not_applicable=["k.i"]))["u"]
    assert one["nodes"] == {"k": 10, "k.j": 10}
    assert [(line["fact"], line["points"], line["reason"]) for line in one["lines"]] == [("f", 0, "not_applicable")]


@pytest.mark.parametrize(
    ("mode", "value", "expected"),
    [
        ("half_up", "-0.125", "-0.13"),
        ("half_even", "0.125", "0.12"),
        ("down", "-0.129", "-0.12"),
        ("up", "0.121", "0.13"),
    ],
)
def test_rounding_modes(mode: str, value: str, expected: str) -> None:
    assert round_to(Fraction(value), 2, mode) == Fraction(expected)


def test_rounding_at_item_or_at_total() -> None:
    items = [item(clause(points=Decimal("0.4")), code=code) for code in ("i", "j", "l")]
    facts = [fact(path=f"k.{code}") for code in ("i", "j", "l")]
    at_item = score(rubric(category(*items), rounding={"digits": 0}), unit("u", *facts))["u"]
    at_total = score(rubric(category(*items), rounding={"digits": 0, "at": "total"}), unit("u", *facts))["u"]
    assert (at_item["total"], at_total["total"]) == (30, 29)
    assert at_total["nodes"]["k.i"] == 10


# --- step 8 ---------------------------------------------------------------------------------------------------------


def ranked(ranking: Json, *lost: int, gradings: Any = (), **more: Any) -> dict[str, Json]:
    rules = rubric(category(item(clause(points=1), clause("veto", None, "v", **more))), ranking=ranking)
    rules["gradings"] = list(gradings)
    return score(rules, *[unit(f"u{n}", fact(count=count), tags=[f"n{n}"]) for n, count in enumerate(lost)])


def grades(*lost: int, rules: list[Json], ranking: Json | None = None) -> list[str | None]:
    found = ranked(ranking or {}, *lost, gradings=[{"code": "g", "rules": rules}])
    return [one["grades"]["g"] for one in found.values()]


def test_ranks_competition_dense_out_of_rank() -> None:
    assert [one["rank"] for one in ranked({}, 0, 1, 1, 2).values()] == [1, 2, 2, 4]
    assert [one["rank"] for one in ranked({"ties": "dense"}, 0, 1, 1, 2).values()] == [1, 2, 2, 3]
    out = ranked({"out_of_rank": {"tags": ["n0"]}}, 0, 1, 1)
    assert [(one["rank"], one["out_of_rank"]) for one in out.values()] == [(None, True), (1, False), (1, False)]


def test_tie_breaker_below_every_value_where_it_does_not_apply() -> None:
    extra = category(item(points=0, start="zero"), code="x", applies_to={"units": ["v"]})
    rules = rubric(category(item()), extra, ranking={"tie_breakers": ["x"]})
    assert [one["rank"] for one in score(rules, unit("u"), unit("v")).values()] == [2, 1]


def test_quota_ties() -> None:
    def rules(tie: str) -> list[Json]:
        return [{"code": "a", "quota": 2, "tie": tie}, {"code": "b", "quota": 1}, {"code": "c"}]

    assert grades(0, 1, 1, 2, 3, rules=rules("extend")) == ["a", "a", "a", "b", "c"]
    assert grades(0, 1, 1, 2, 3, rules=rules("stop")) == ["a", "b", "b", "c", "c"]
    assert grades(0, 1, 1, 2, 3, rules=rules("tiebreak")) == ["a", "a", "a", "b", "c"]


def test_quota_forms() -> None:
    assert grades(0, 1, 2, rules=[{"code": "a", "quota": {"s": 1}}]) == ["a", None, None]
    assert grades(0, 1, 2, rules=[{"code": "a", "quota": {"t": 1}}]) == [None, None, None]
    assert grades(0, 1, 2, rules=[{"code": "a", "quota": {"percent": 50}}]) == ["a", None, None]
    assert grades(0, 1, 2, rules=[{"code": "a", "quota": {"percent": 50, "partial": "up"}}]) == ["a", "a", None]
    out = {"out_of_rank": {"tags": ["n0"]}}
    assert grades(0, 1, 2, rules=[{"code": "a", "quota": 1}], ranking=out) == [None, "a", None]


def test_conditions() -> None:
    rules = [
        {"code": "last", "when": {"rank_from_bottom_at_most": 1}},
        {"code": "near", "when": {"any": [{"total_at_least": 10}, {"has_tag": "n1"}], "no_veto": True}},
        {"code": "rest"},
    ]
    assert grades(0, 1, 2, 3, 3, rules=rules) == ["near", "near", "rest", "last", "last"]


def test_bars_caps_and_downgrades() -> None:
    def case(*consequences: Json) -> dict[str, Json]:
        listed = [
            {"code": "fail", "when": {"total_below": 5}},
            {"code": "best", "quota": 1},
            {"code": "good", "quota": 1},
            {"code": "pass"},
        ]
        veto = clause("veto", None, "v", consequences=list(consequences))
        rules = rubric(category(item(clause(points=1), veto)), gradings=[{"code": "g", "rules": listed}])
        return score(rules, unit("u", fact("v")), unit("v", fact()), unit("w", fact(count=2)))

    assert [one["grades"]["g"] for one in case({"bar_grades": ["best"]}).values()] == ["good", "best", "pass"]
    assert [one["grades"]["g"] for one in case({"cap_grade": "pass"}).values()] == ["pass", "best", "good"]
    assert [one["grades"]["g"] for one in case({"downgrade": 1}).values()] == ["good", "good", "pass"]
    # merit: best, good, pass, fail
    assert [one["grades"]["g"] for one in case({"downgrade": 9}).values()] == ["fail", "good", "pass"]


def test_has_fact_wants_facts_that_count() -> None:
    rules = rubric(category(item(clause("record", None))))
    rules["gradings"] = [{"code": "g", "rules": [{"code": "a", "when": {"has_fact": ["k.i.c"]}}]}]
    found = score(rules, unit("u", fact()), unit("v", fact(exempt=True)), unit("w"))
    assert [one["grades"]["g"] for one in found.values()] == ["a", None, None]


def test_converted() -> None:
    rules = rubric(category(item(clause(points=1))), procedure={"convert": {"to": 15}})
    found = score(rules, unit("u", fact()), unit("v", series="t"))
    assert [one["converted"] for one in found.values()] == [Fraction(27, 2), 30]


# --- random pairs ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("corners", [False, True])
@pytest.mark.parametrize("seed", range(40))
def test_random_pairs_explain_themselves(seed: int, corners: bool) -> None:
    """At every item, start + lines is the value (where items are rounded as shown)."""
    rules, facts = make_case(random.Random(seed), corners=corners)
    if rules["rounding"].get("at") == "total":
        return
    starts: dict[str, Any] = {}

    def walk(nodes: list[Json], path: str) -> None:
        for node in nodes:
            for one in node.get("items", []):
                starts[f"{path}{node['code']}.{one['code']}"] = one["points"] if one["start"] == "full" else 0
            walk(node.get("categories", []), f"{path}{node['code']}.")

    walk(rules["categories"], "")
    for one in evaluate(rules, facts)["units"]:
        for code, value in one["nodes"].items():
            lines = [line for line in one["lines"] if line["node"] == code]
            given = any(line["reason"] in ("full", "mean") for line in lines)
            if code in starts:
                start = 0 if given else Fraction(starts[code])
                assert start + sum(line["points"] for line in lines) == value or (given and value == 0)


def test_command_line(tmp_path: Path) -> None:
    rules, facts = make_case(random.Random(3))
    (tmp_path / "r.json").write_text(as_json(rules), "utf-8")
    (tmp_path / "f.json").write_text(as_json(facts), "utf-8")
    root = Path(__file__).resolve().parents[2]
    command = [sys.executable, "-m", "tests.reference", str(tmp_path / "r.json"), str(tmp_path / "f.json")]
    done = subprocess.run(command, cwd=root, capture_output=True, check=True, text=True)
    shown = json.loads(done.stdout)
    expected = evaluate(rules, facts)
    assert [Fraction(one["total"]) for one in shown["units"]] == [one["total"] for one in expected["units"]]
    assert [set(one["nodes"]) for one in shown["units"]] == [set(one["nodes"]) for one in expected["units"]]
