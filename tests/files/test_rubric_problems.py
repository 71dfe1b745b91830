"""Every fault of a rubric is found where it was planted, and said with what would be right."""

from decimal import Decimal
from typing import Any

import pytest

from rubrics.checks import check_marks, read_definition
from rubrics.kinds.problems import Problem, errors_in
from tests.files import good

D = Decimal
I_CLAUSES = "categories.0.items.0.clauses"
J_CLAUSES = "categories.0.items.1.clauses"
# Places of the clauses under k.j in the good rubric.
BANDS, MANUAL, CHOICES, RANK, EACH, LEVEL, WEIGHTS, RATIO, GAP, RELATIVE, TARGETS, FORMULA, PANEL, LINKED = (
    f"{J_CLAUSES}.{n}" for n in range(14)
)
NEW_BANDS = [{"at_least": 1, "points": 1}, {"at_least": 1, "points": 2}]


def clause(**fields: Any) -> dict[str, Any]:
    return {"code": "new", "text": "new", "effect": "award", **fields}


# What is planted where, the code that must be found, and the place that it must name (None: where it was planted).
FAULTS: list[tuple[str, Any, str, str | None]] = [
    # shapes
    ("format", "appraisal-rubric/2", "format", None),
    ("title", ..., "missing", None),
    ("code", "no slug!", "pattern", None),
    ("title", "", "empty", None),
    ("gradings.0.rules", [], "empty", None),
    ("colour", "red", "unknown_key", None),
    (f"{I_CLAUSES}.0.pionts", 1, "unknown_key", "categories[0].items[0].clauses[0].pionts"),
    ("panels.0.groups.0.size", 1, "unknown_key", "panels[0].groups[0].size"),
    ("categories", "none", "wrong_type", None),
    ("title", 7, "wrong_type", None),
    (f"{I_CLAUSES}.0.open", "perhaps", "wrong_type", "categories[0].items[0].clauses[0].open"),
    ("rounding", {"mode": "sideways"}, "choice", "rounding.mode"),
    (f"{I_CLAUSES}.0.basis", "guess", "choice", "categories[0].items[0].clauses[0].basis"),
    (f"{I_CLAUSES}.0.effect", "punish", "choice", "categories[0].items[0].clauses[0].effect"),
    ("period.to", "13-01", "pattern", "period.to"),
    ("total", "thirty", "number", None),
    ("total", True, "number", None),
    ("total", D("NaN"), "number_range", None),
    ("total", D("1e16"), "number_range", None),
    ("total", D("1e-13"), "number_range", None),
    ("total", -1, "negative", None),
    (f"{I_CLAUSES}.0.points", -1, "negative", "categories[0].items[0].clauses[0].points"),
    (f"{WEIGHTS}.step", 0, "zero", "categories[0].items[1].clauses[6].step"),
    (f"{I_CLAUSES}.0.at", 0, "zero", "categories[0].items[0].clauses[0].at"),
    (f"{I_CLAUSES}.0.free", D("1.5"), "whole", "categories[0].items[0].clauses[0].free"),
    ("categories.0.shares.0.value", D("1.2"), "share_range", "categories[0].shares[0].value"),
    (f"{RELATIVE}.base", 2, "share_range", "categories[0].items[1].clauses[9].base"),
    ("categories.0.provider", 5, "provider", "categories[0].provider"),
    ("categories.0.provider", {"s": []}, "provider", "categories[0].provider"),
    ("gradings.0.rules.0.quota", {"percent": 120}, "quota", "gradings[0].rules[0].quota"),
    ("gradings.0.rules.0.quota", {"s": D("1.5")}, "quota", "gradings[0].rules[0].quota"),
    ("gradings.0.rules.0.when.node_at_least", [1], "wrong_type", "gradings[0].rules[0].when.node_at_least[0]"),
    ("total", None, "null_figure", None),
    (f"{I_CLAUSES}.0.points", None, "null_figure", "categories[0].items[0].clauses[0].points"),
    (f"{RANK}.table", [3, None], "null_figure", "categories[0].items[1].clauses[3].table[1]"),
    # figures
    (f"{I_CLAUSES}.0.points", ..., "missing_figure", "categories[0].items[0].clauses[0].points"),
    (f"{MANUAL}.max", ..., "missing_figure", "categories[0].items[1].clauses[1].max"),
    (f"{LEVEL}.levels", [{"code": "a"}], "missing_figure", "categories[0].items[1].clauses[5].levels[0].points"),
    (f"{BANDS}.bands", [{"at_least": 1}], "missing_figure", "categories[0].items[1].clauses[0].bands[0].points"),
    (f"{WEIGHTS}.weights", [{"code": "x"}], "missing_figure", "categories[0].items[1].clauses[6].weights.x"),
    (f"{RELATIVE}.method", "rank_steps", "missing_figure", "categories[0].items[1].clauses[9].step"),
    ("categories.0.items.0.groups.0.limit", ..., "missing_figure", "categories[0].items[0].groups[0].limit"),
    ("categories.0.shares.0.value", ..., "missing_figure", "categories[0].shares[0].value"),
    ("categories.0.items.0.points", ..., "missing", "categories[0].items[0].points"),
    ("categories.1.points", ..., "missing", "categories[1].points"),
    (f"{I_CLAUSES}.0.basis", ..., "missing", "categories[0].items[0].clauses[0].basis"),
    (f"{LINKED}.source", ..., "missing", "categories[0].items[1].clauses[13].source"),
    ("rounding", {"digits": 9}, "out_of_range", "rounding.digits"),
    ("period.to", "02-30", "no_such_day", "period.to"),
    ("period", {"from": "06-01", "to": "05-01"}, "period_upside_down", "period.to"),
    ("procedure.reviewers.0.max", 0, "zero", "procedure.reviewers[0].max"),
    ("procedure.reviewers.0.min", 9, "range_upside_down", "procedure.reviewers[0].max"),
    (f"{MANUAL}.max", 0, "range_upside_down", "categories[0].items[1].clauses[1].max"),
    (f"{FORMULA}.max", -1, "range_upside_down", "categories[0].items[1].clauses[11].max"),
    ("categories.1.items.0.points", 4, "points_in_pool", "categories[1].items[0].points"),
    (f"{RANK}", {"code": "r", "text": "r", "effect": "award", "basis": "rank", "percent_table": [{"top": 5}]}, "missing_figure", "categories[0].items[1].clauses[3].percent_table[0].points"),
    (f"{I_CLAUSES}.0", "late", "wrong_type", "categories[0].items[0].clauses[0]"),
    ("categories.0", "conduct", "wrong_type", "categories[0]"),
    (f"{WEIGHTS}.weights", [{"code": "x", "weight": 1}, {"code": "x", "weight": 2}], "duplicate_code", "categories[0].items[1].clauses[6].weights.x"),
    (f"{I_CLAUSES}.0.text", ..., "missing", "categories[0].items[0].clauses[0].text"),
    (f"{I_CLAUSES}.0.code", ..., "missing", "categories[0].items[0].clauses[0].code"),
    # one of several
    (f"{I_CLAUSES}.0.modifiers.0.plus", 1, "one_of", "categories[0].items[0].clauses[0].modifiers[0]"),
    (f"{I_CLAUSES}.3.consequences", [{}], "one_of", "categories[0].items[0].clauses[3].consequences[0]"),
    (f"{I_CLAUSES}.2.limit_per", {}, "one_of", "categories[0].items[0].clauses[2].limit_per"),
    (f"{RANK}.percent_table", [{"top": 5, "points": 1}], "one_of", "categories[0].items[1].clauses[3]"),
    (f"{BANDS}.bands", [{"at_least": 1, "above": 1, "points": 1}], "one_of", "categories[0].items[1].clauses[0].bands[0]"),
    (f"{BANDS}.bands", [{"points": 1}], "one_of", "categories[0].items[1].clauses[0].bands[0]"),
    (f"{I_CLAUSES}.3.consequences", [{"deduct": 1, "grading": "g"}], "only_with", "categories[0].items[0].clauses[3].consequences[0].grading"),
    (f"{I_CLAUSES}.0.consequences", [{"deduct": 1}], "only_for", "categories[0].items[0].clauses[0].consequences"),
    (f"{I_CLAUSES}.0.at", 2, "only_for", "categories[0].items[0].clauses[0].at"),
    (f"{RELATIVE}.gather", "each", "each_in_cohort", "categories[0].items[1].clauses[9].gather"),
    (f"{GAP}.gather", "each", "each_in_cohort", "categories[0].items[1].clauses[8].gather"),
    (f"{LINKED}.source", ["members", "other"], "members_alone", "categories[0].items[1].clauses[13].source"),
    (f"{BANDS}.bands", NEW_BANDS, "duplicate_edge", "categories[0].items[1].clauses[0].bands[1]"),
    # codes
    ("series.1.code", "s", "duplicate_code", "series[1].code"),
    ("providers.+", {"code": "office"}, "duplicate_code", "providers[1].code"),
    ("panels.1.code", "p", "duplicate_code", "panels[1].code"),
    ("panels.0.groups.+", {"code": "g"}, "duplicate_code", "panels[0].groups[1].code"),
    ("gradings.0.rules.1.code", "best", "duplicate_code", "gradings[0].rules[1].code"),
    ("categories.1.code", "k", "duplicate_code", "categories[1].code"),
    ("categories.0.items.1.code", "i", "duplicate_code", "categories[0].items[1].code"),
    ("categories.0.shares.+", {"code": "lead", "value": 1}, "duplicate_code", "categories[0].shares[1].code"),
    (f"{I_CLAUSES}.1.code", "c", "duplicate_code", "categories[0].items[0].clauses[1].code"),
    (f"{I_CLAUSES}.0.modifiers.+", {"code": "m", "plus": 1}, "duplicate_code", "categories[0].items[0].clauses[0].modifiers[1].code"),
    (f"{LEVEL}.levels.1.code", "a", "duplicate_code", "categories[0].items[1].clauses[5].levels[1].code"),
    (f"{FORMULA}.inputs.+", {"code": "a"}, "duplicate_code", "categories[0].items[1].clauses[11].inputs[1].code"),
    ("procedure.demands.+", {"code": "d"}, "duplicate_code", "procedure.demands[1].code"),
    ("categories.1.code", "procedure", "reserved_code", "categories[1].code"),
    (f"{FORMULA}.inputs.0.code", "max", "reserved_code", "categories[0].items[1].clauses[11].inputs[0].code"),
    # references
    ("categories.0.applies_to", {"series": ["x"]}, "unknown_series", "categories[0].applies_to.series"),
    (f"{I_CLAUSES}.0.applies_to", {"series": "x"}, "unknown_series", "categories[0].items[0].clauses[0].applies_to.series"),
    ("categories.0.provider", {"x": "office"}, "unknown_series", "categories[0].provider"),
    ("gradings.0.rules.0.quota", {"x": 1}, "unknown_series", "gradings[0].rules[0].quota"),
    ("gradings.0.rules.1.when.in_series", ["x"], "unknown_series", "gradings[0].rules[1].when.in_series"),
    ("ranking.out_of_rank.series", ["x"], "unknown_series", "ranking.out_of_rank.series"),
    ("procedure.reviewers.0.applies_to", {"series": ["x"]}, "unknown_series", "procedure.reviewers[0].applies_to.series"),
    ("gradings.0.rules.0.consequences", [{"code": "c", "text": "c", "applies_to": {"series": ["x"]}}], "unknown_series", "gradings[0].rules[0].consequences[0].applies_to.series"),
    ("categories.0.provider", "nobody", "unknown_provider", "categories[0].provider"),
    (f"{I_CLAUSES}.0.provider", ["nobody"], "unknown_provider", "categories[0].items[0].clauses[0].provider"),
    (f"{PANEL}.panel", "nobody", "unknown_panel", "categories[0].items[1].clauses[12].panel"),
    ("panels.0.ballot_quota", {"fair": 1}, "unknown_option", "panels[0].ballot_quota"),
    ("categories.0.items.0.groups.0.clauses", ["c", "x"], "unknown_clause", "categories[0].items[0].groups[0].clauses"),
    ("gradings.0.rules.0.when.has_fact", ["k.i"], "unknown_clause", "gradings[0].rules[0].when.has_fact"),
    ("gradings.0.rules.1.when.any", [{"has_fact": "x"}], "unknown_clause", "gradings[0].rules[1].when.any[0].has_fact"),
    ("gradings.0.rules.0.when.node_at_least", {"x": 1}, "unknown_node", "gradings[0].rules[0].when.node_at_least"),
    ("ranking.tie_breakers", ["x"], "unknown_node", "ranking.tie_breakers"),
    ("gradings.0.rules.1.when.holds_grade", {"code": "x"}, "unknown_grade", "gradings[0].rules[1].when.holds_grade.code"),
    ("procedure.certificate.grades", ["x"], "unknown_grade", "procedure.certificate.grades"),
    ("procedure.authorities.0.grade", "x", "unknown_grade", "procedure.authorities[0].grade"),
    (f"{I_CLAUSES}.3.consequences", [{"bar_grades": ["x"]}], "unknown_grade", "categories[0].items[0].clauses[3].consequences[0].bar_grades"),
    (f"{I_CLAUSES}.3.consequences", [{"cap_grade": "x"}], "unknown_grade", "categories[0].items[0].clauses[3].consequences[0].cap_grade"),
    (f"{I_CLAUSES}.3.consequences.0.grading", "x", "unknown_grading", "categories[0].items[0].clauses[3].consequences[0].grading"),
    # groups, panels, sums, merit
    ("categories.0.items.0.groups.0.clauses", ["c", "veto"], "mixed_group", None),
    ("categories.0.items.0.groups.0.clauses", [], "empty", None),
    ("panels.0.groups.0.weight", 0, "panel_without_weight", "panels[0].groups"),
    ("panels.0.scale", 60, "beyond_scale", "panels[0].options.good"),
    ("panels.0.options", {"good": 0}, "zero", None),
    ("gradings.0.rules.0.consequences", [{"code": "c", "value": 3}], "missing", "gradings[0].rules[0].consequences[0].title"),
    ("categories.0.points", 21, "sum_mismatch", "categories[0].points"),
    ("gradings.0.rules.1.merit", ..., "merit_for_all", "gradings[0].rules[1].merit"),
    ("gradings.0.rules.1.merit", 1, "merit_twice", "gradings[0].rules"),
    # formulas
    (f"{FORMULA}.expression", "", "formula_empty", None),
    (f"{FORMULA}.expression", "  ", "formula_empty", None),
    (f"{FORMULA}.expression", "1" * 2001, "formula_long", None),
    (f"{FORMULA}.expression", "(" * 100 + "1", "formula_deep", None),
    (f"{FORMULA}.expression", "-" * 100 + "1", "formula_deep", None),
    (f"{FORMULA}.expression", "a ^ 2", "formula_sign", None),
    (f"{FORMULA}.expression", "a + 'x'", "formula_sign", None),
    (f"{FORMULA}.expression", "a +", "formula_ends", None),
    (f"{FORMULA}.expression", "min(a; 1)", "formula_sign", None),
    (f"{FORMULA}.expression", "(a 1", "formula_expected", None),
    (f"{FORMULA}.expression", "a 1", "formula_unexpected", None),
    (f"{FORMULA}.expression", "a + )", "formula_unexpected", None),
    (f"{FORMULA}.expression", "__import__(a)", "formula_function", None),
    (f"{FORMULA}.expression", "abs(a, 1)", "formula_arguments", None),
    (f"{FORMULA}.expression", "if(a, 1, 2)", "formula_condition", None),
    (f"{FORMULA}.expression", "a > 1", "formula_comparison", None),
    (f"{FORMULA}.expression", "1 + (a > 1)", "formula_comparison", None),
    (f"{FORMULA}.expression", "min(a > 1, 2)", "formula_comparison", None),
    (f"{FORMULA}.expression", "a + b", "formula_input", None),
]  # fmt: skip

HINTS: list[tuple[str, Any, str, str]] = [
    ("panels.0.groups", [], "panel_without_groups", "panels[0].groups"),
    ("categories.1.items.0.clauses", [], "item_without_clauses", "categories[1].items[0].clauses"),
    ("categories.1.items", [], "category_without_children", "categories[1]"),
    (f"{I_CLAUSES}.3.consequences", [], "veto_without_consequence", "categories[0].items[0].clauses[3].consequences"),
]


def place_of(path: str) -> str:
    """`categories.0.points` as people write it: `categories[0].points`."""
    return "".join(f"[{part}]" if part.isdigit() else f".{part}" for part in path.split(".")).lstrip(".")


def problems_of(data: Any) -> list[Problem]:
    return read_definition(data)[1]


def ids(faults: list[Any]) -> list[str]:
    return [f"{fault[2]}-{n}" for n, fault in enumerate(faults)]


def test_the_good_rubric_is_good() -> None:
    definition, problems = read_definition(good.rubric())
    assert definition is not None and problems == []
    assert check_marks(definition) == []


@pytest.mark.parametrize(("path", "value", "code", "place"), FAULTS, ids=ids(FAULTS))
def test_a_planted_fault_is_found_at_its_place(path: str, value: Any, code: str, place: str | None) -> None:
    definition, problems = read_definition(good.plant(good.rubric(), path, value))
    assert definition is None
    found = [(problem.code, problem.place) for problem in errors_in(problems)]
    assert (code, place or place_of(path)) in found, found


@pytest.mark.parametrize(("path", "value", "code", "place"), HINTS, ids=ids(HINTS))
def test_a_hint_does_not_stop_the_rubric(path: str, value: Any, code: str, place: str) -> None:
    definition, problems = read_definition(good.plant(good.rubric(), path, value))
    assert definition is not None
    assert [(problem.code, problem.place) for problem in problems] == [(code, place)]


@pytest.mark.parametrize("data", [None, [], "text", 7], ids=str)
def test_what_is_no_mapping_is_no_rubric(data: Any) -> None:
    assert [(problem.code, problem.place) for problem in problems_of(data)] == [("not_a_mapping", ".")]


def test_a_downgrade_needs_a_grading() -> None:
    data = good.plant(good.plant(good.rubric(), "gradings", []), "procedure", {})
    data["categories"][0]["items"][0]["clauses"][3]["consequences"] = [{"downgrade": 1}]
    assert [(p.code, p.place) for p in problems_of(data)] == [
        ("unknown_grading", "categories[0].items[0].clauses[3].consequences[0].downgrade")
    ]


def test_a_ceiling_lies_above_its_floor() -> None:
    data = good.plant(good.plant(good.rubric(), "categories.0.floor", 5), "categories.0.ceiling", 3)
    assert [(p.code, p.place) for p in problems_of(data)] == [("range_upside_down", "categories[0].ceiling")]


def test_full_marks_below_and_above_the_total() -> None:
    below = read_definition(good.plant(good.rubric(), "total", 31))[0]
    above = read_definition(good.plant(good.rubric(), "series.0.total", 29))[0]
    assert below is not None and above is not None
    assert {(p.code, p.severity) for p in check_marks(below)} == {("marks_below_total", "error")}
    assert [(p.code, p.severity) for p in check_marks(above)] == [("marks_above_total", "hint")]


def test_full_marks_are_judged_for_every_series_and_set_of_tags() -> None:
    data = good.rubric()
    data["categories"][1]["applies_to"] = {"tags": ["x", "y"]}
    definition = read_definition(data)[0]
    assert definition is not None
    who = [problem.params["who"] for problem in check_marks(definition)]
    assert who == [["S", "T"]]  # with either tag the pool applies


def test_full_marks_are_judged_for_every_unit_that_is_named() -> None:
    data = good.rubric()
    data["categories"][1]["applies_to"] = {"units": ["u"]}
    definition = read_definition(data)[0]
    assert definition is not None
    assert all(problem.code == "marks_below_total" for problem in check_marks(definition))
    data["categories"][1]["when_not_applicable"] = "full"
    definition = read_definition(data)[0]
    assert definition is not None and check_marks(definition) == []


def test_all_errors_at_once() -> None:
    data = good.rubric()
    planted = [
        ("total", -1), ("colour", 1), ("period.to", "02-30"), ("ranking.tie_breakers", ["x"]),
        (f"{FORMULA}.expression", "a +"), (f"{I_CLAUSES}.0.effect", "punish"), ("panels.0.scale", 60),
        ("categories.1.items.0.points", "four"), (f"{RANK}.table", [1, -2]), ("procedure.phases", ["lunch"]),
    ]  # fmt: skip
    for path, value in planted:
        good.plant(data, path, value)
    found = {problem.place for problem in problems_of(data)}
    wanted = {
        "total", "colour", "period.to", "ranking.tie_breakers", "categories[0].items[1].clauses[11].expression",
        "categories[0].items[0].clauses[0].effect", "panels[0].options.good", "categories[1].items[0].points",
        "categories[0].items[1].clauses[3].table[1]", "procedure.phases[0]",
    }  # fmt: skip
    assert wanted <= found


def test_a_shape_that_is_wrong_throughout_ends() -> None:
    data = {
        "format": "appraisal-rubric/1",
        "code": [],
        "title": {},
        "year": [],
        "total": {},
        "categories": [[[]]],
        "gradings": 1,
    }
    assert read_definition(data)[0] is None


@pytest.mark.parametrize("lang", ["zh-hans", "en"])
def test_a_problem_says_what_is_wrong_and_what_would_be_right(lang: str) -> None:
    (problem,) = problems_of(good.plant(good.rubric(), f"{I_CLAUSES}.0.pionts", 1))
    text = problem.text(lang)
    assert "pionts" in text and "points" in text
    (problem,) = problems_of(good.plant(good.rubric(), f"{PANEL}.panel", "nobody"))
    assert "nobody" in problem.text(lang) and ("p, q" if lang == "en" else "p、q") in problem.text(lang)


def test_null_may_stand_where_the_entry_is_open() -> None:
    data = good.rubric()
    good.plant(data, f"{I_CLAUSES}.0.points", None)
    good.plant(data, f"{I_CLAUSES}.0.open", True)
    assert read_definition(data)[0] is not None
    # An item's `open` does not reach into its clauses.
    data = good.plant(good.rubric(), f"{I_CLAUSES}.0.points", None)
    good.plant(data, "categories.0.items.0.open", True)
    assert [problem.code for problem in problems_of(data)] == ["null_figure"]


def test_empty_containers_may_be_left_blank() -> None:
    data = good.rubric()
    for path in ("categories.0.items.0.groups", "procedure", "panels.0.ballot_quota"):
        good.plant(data, path, None)
    found = [(problem.code, problem.place) for problem in problems_of(data)]
    assert ("null_figure", "procedure") not in found and ("null_figure", "categories[0].items[0].groups") not in found


def test_options_and_quotas_may_be_lists() -> None:
    data = good.plant(good.rubric(), "panels.0.options", [{"code": "good", "value": 80}, {"code": "poor", "value": 40}])
    definition = read_definition(good.plant(data, "panels.0.ballot_quota", [{"code": "good", "part": D("0.5")}]))[0]
    assert definition == read_definition(good.rubric())[0]


def test_the_same_fault_in_one_place_is_named_once() -> None:
    data = good.plant(good.rubric(), "categories.0.items.0.groups.0.clauses", ["x", "x", "c"])
    assert [problem.code for problem in problems_of(data)] == ["unknown_clause"]


def test_a_stored_number_that_is_none_is_an_error() -> None:
    definition, problems = read_definition(good.plant(good.rubric(), "total", "thirty"), stored=True)
    assert definition is None and [(p.code, p.place) for p in problems] == [("number", "total")]


def test_a_fault_in_a_clause_is_no_further_fault_elsewhere() -> None:
    for field, value in (("effect", "punish"), ("basis", "guess"), ("text", ...)):
        found = problems_of(good.plant(good.rubric(), f"{I_CLAUSES}.2.{field}", value))
        assert [problem.place for problem in found] == [f"categories[0].items[0].clauses[2].{field}"], found
