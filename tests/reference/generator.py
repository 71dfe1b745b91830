"""Random valid pairs of a rubric and a facts file: `make_case(rng)`.

The pairs are small (2 to 8 units, 1 to 3 top categories) and combine the features of the scoring model: nesting,
pools, weights, bounds, carry-over, exclusivity, shares, all effects and bases, limits, groups, panels, cohorts, vetoes,
grants, rankings and gradings. Numbers are int or Decimal. By default what the document leaves open is not exercised;
with `corners=True` some of these places are.

The order of the working: units without facts -> tree with clauses -> grants -> totals -> ranking and gradings -> facts.
"""

import json
import random
from decimal import Decimal
from typing import Any

from .figures import whole_if_possible
from .generator_clauses import ClauseMaker
from .generator_facts import FactMaker
from .tree import build_case, node_applies

Json = dict[str, Any]
TAGS = ("north", "south", "window")
GRADES = {"grade": ["excellent", "good", "pass", "fail"], "prize": ["gold", "silver", "none"]}


class TreeMaker:
    """Units, panels, categories and items."""

    def __init__(self, rng: random.Random, corners: bool) -> None:
        self.rng = rng
        self.corners = corners
        self.members = rng.random() < 0.4  # `linked` to members, or `mean`, so that no circle can arise
        self.digits = rng.choice([0, 1, 2, 2, 2, 3])
        self.series = ["alpha", "beta", "gamma"][: rng.choice([1, 1, 2, 2, 3])]
        self.units = self.make_units()
        self.panels = [self.make_panel(code) for code in ["public", "inner"][: rng.choice([0, 1, 1, 2])]]
        self.gradings = rng.choice([[], ["grade"], ["grade"], ["grade", "prize"]])
        self.items = 0

    def often(self, probability: float) -> bool:
        return self.rng.random() < probability

    def make_units(self) -> list[Json]:
        """Units in their series; some are members of the first one or two."""
        units: list[Json] = []
        for number in range(self.rng.randint(2, 8)):
            unit: Json = {"code": f"u{number + 1}", "title": f"Unit {number + 1}"}
            unit["series"] = self.rng.choice(self.series)
            if self.often(0.5):
                unit["tags"] = self.rng.sample(TAGS, self.rng.randint(1, 2))
            if number >= 2 and self.often(0.35):
                unit["member_of"] = self.rng.choice(["u1", "u2"])
            units.append(unit)
        if self.often(0.7):
            return units
        self.rng.shuffle(units)
        return units

    def make_panel(self, code: str) -> Json:
        panel: Json = {"code": code, "title": f"Panel {code}"}
        if self.often(0.5):
            panel["scale"] = self.rng.choice([5, 10, 100])
        else:
            panel["options"] = {"satisfied": self.rng.choice([100, 90]), "fair": 70, "poor": Decimal("37.5")}
            if self.often(0.3):
                panel["scale"] = 120
        if self.often(0.4):
            panel |= {"combine": "trimmed", "trim": self.rng.choice([1, 1, 2])}
        if self.often(0.25):
            panel["weigh_by"] = "ballots"
        weighted = self.often(0.7)
        panel["groups"] = []
        for number in range(self.rng.randint(1, 3)):
            group: Json = {"code": f"g{number + 1}", "title": f"Group {number + 1}"}
            if weighted:
                group["weight"] = self.rng.choice([1, 2, Decimal("0.6"), Decimal("0.3")])
            panel["groups"].append(group)
        return panel

    # --- nodes ------------------------------------------------------------------------------------------------------

    def marks(self) -> Any:
        """Full marks that the rounding leaves as they are."""
        if self.digits and self.often(0.25):
            return self.rng.choice([Decimal("2.5"), Decimal("7.5"), Decimal("0.5")])
        return self.rng.choice([2, 3, 4, 5, 6, 8, 10, 12, 15, 20, 30])

    def applies_to(self) -> Json:
        kind = self.rng.choice(["series", "tags", "units", "both"])
        rule: Json = {}
        if kind in ("series", "both"):
            rule["series"] = self.rng.sample(self.series, self.rng.randint(1, max(1, len(self.series) - 1)))
        if kind in ("tags", "both"):
            rule["tags"] = self.rng.sample(TAGS, self.rng.randint(1, 2))
        if kind == "units":
            codes = [unit["code"] for unit in self.units]
            rule["units"] = self.rng.sample(codes, self.rng.randint(1, len(codes)))
        return rule

    def dress(self, node: Json, *, first: bool, in_pool: bool, below_pool: bool) -> None:
        """Weight, bounds, exclusivity, applies_to and shares of a category or an item."""
        rng = self.rng
        if self.often(0.15):
            node["weight"] = rng.choice([2, Decimal("0.5"), Decimal("1.5"), Decimal("0.8")])
        if below_pool and not in_pool:  # the defaults of a pool's grandchildren are not exercised
            node["floor"], node["ceiling"] = rng.choice(["none", "none", 0, -2]), rng.choice(["none", "none", 6])
        elif in_pool:
            if self.often(0.35):
                node["floor"] = rng.choice(["none", 0, -3])
            if self.often(0.35):
                node["ceiling"] = rng.choice(["none", 5, Decimal("2.5")])
        else:
            if self.often(0.3):
                node["floor"] = rng.choice(["none", "none", 0, -5, 1, Decimal("-2.5")])
            if self.often(0.25):
                node["ceiling"] = rng.choice(["none", "none", "none", 40])
        if self.often(0.18):
            node["exclusive"] = "matter"
        if self.often(0.18):
            node["shares"] = [
                {"code": "lead", "title": "Lead", "value": Decimal("0.8")},
                {"code": "partner", "title": "Partner", "value": rng.choice([Decimal("0.2"), Decimal("0.35"), 1])},
            ]
        if not first and self.often(0.2):
            node["applies_to"] = self.applies_to()
        if not first:
            ways = ["full", "mean", "skip"] if below_pool else ["full", "mean", "mean", "scale", "scale", "skip"]
            if self.members and not self.corners:
                ways = [way for way in ways if way != "mean"]
            if self.often(0.5):
                node["when_not_applicable"] = rng.choice(ways)

    def make_item(self, path: str, around: list[Json], *, first: bool, pool: str) -> Json:
        """An item with its clauses; `pool`: none, child (of a pool) or below (deeper in it)."""
        self.items += 1
        item: Json = {"code": f"item{self.items}", "title": f"Item {self.items}"}
        item["points"] = 0 if pool != "none" or (not first and self.often(0.06)) else self.marks()
        item["start"] = "zero" if pool != "none" else self.rng.choice(["full", "zero"])
        self.dress(item, first=first, in_pool=pool == "child", below_pool=pool != "none")
        if item["points"] == 0 and pool == "none" and self.often(0.8):
            item |= {"floor": self.rng.choice(["none", -4]), "ceiling": self.rng.choice(["none", 3])}
        keep_floor_below_ceiling(item, item["points"])
        code = f"{path}.{item['code']}"
        ClauseMaker(self, item, code, [*around, item]).fill()
        return item

    def make_category(self, code: str, path: str, around: list[Json], depth: int, *, first: bool, pool: str) -> Json:
        """A category: a sum of its children or a pool; `first` ones apply to everybody."""
        category: Json = {"code": code, "title": f"Category {code}"}
        is_pool = pool == "none" and not first and self.often(0.22)
        self.dress(category, first=first, in_pool=pool == "child", below_pool=pool != "none")
        if is_pool:
            category["points"], category["start"] = self.marks(), self.rng.choice(["full", "zero"])
        elif pool != "none":
            category["points"] = 0
        below = "child" if is_pool else "below" if pool != "none" else "none"
        inside = [*around, category]
        count = self.rng.randint(1, 3)
        category["items"] = [
            self.make_item(path, inside, first=first and number == 0, pool=below) for number in range(count)
        ]
        if depth < 3 and self.often(0.35):
            category["categories"] = [
                self.make_category(f"sub{n + 1}", f"{path}.sub{n + 1}", inside, depth + 1, first=False, pool=below)
                for n in range(self.rng.randint(1, 2))
            ]
        if not is_pool and pool == "none":
            reached = sum_of_children(category)
            keep_floor_below_ceiling(category, reached)
            if self.often(0.6):
                category["points"] = reached
        return category

    def make_categories(self) -> list[Json]:
        codes = ["work", "conduct", "extra"][: self.rng.randint(1, 3)]
        return [self.make_category(c, c, [], 1, first=n == 0, pool="none") for n, c in enumerate(codes)]


def keep_floor_below_ceiling(node: Json, points: Any) -> None:
    """A floor above the full marks would contradict the ceiling, whose default they are."""
    if node.get("floor") not in (None, "none") and node["floor"] > points and "ceiling" not in node:
        node["floor"] = 0


def sum_of_children(category: Json) -> Any:
    """Σ weight × points of the children, as the document wants stated points to be."""
    total: Any = 0
    for child in [*category.get("items", []), *category.get("categories", [])]:
        points = child["points"] if child.get("points") is not None else sum_of_children(child)
        total += child.get("weight", 1) * points
    return whole_if_possible(total)


def applicable_marks(rubric: Json, facts: Json) -> dict[str, Any]:
    """ "a unit's applicable full marks (added up from items and pools) ...; nodes that are full, mean or scaled for it
    count with their points": by unit."""
    case = build_case(rubric, facts)

    def marks(node: Any, unit: Any) -> Any:
        if node.kind != "total" and not node_applies(node, unit):
            counts = node.raw.get("when_not_applicable") in ("full", "mean", "scale")
            return node.points if counts else 0
        if node.kind == "item" or node.is_pool:
            return node.points
        return sum(child.weight * marks(child, unit) for child in node.children)

    return {unit.code: marks(case.root, unit) for unit in case.units}


def plain(value: Any) -> Any:
    """A Fraction with a finite decimal form as int or Decimal."""
    return whole_if_possible(Decimal(value.numerator) / Decimal(value.denominator)) if value else 0


class ResultMaker:
    """Totals, ranking, gradings and conversion."""

    def __init__(self, maker: TreeMaker, rubric: Json, facts: Json) -> None:
        self.maker, self.rubric, self.facts, self.rng = maker, rubric, facts, maker.rng

    def set_totals(self) -> None:
        """The rubric's total is what the units of the best series can reach at the least; the others state theirs."""
        by_unit = applicable_marks(self.rubric, self.facts)
        by_series: dict[str, Any] = {}
        for unit in self.facts["units"]:
            least = by_series.get(unit["series"], by_unit[unit["code"]])
            by_series[unit["series"]] = min(least, by_unit[unit["code"]])
        self.rubric["total"] = plain(max(by_series.values()))
        for series in self.rubric["series"]:
            if series["code"] in by_series and plain(by_series[series["code"]]) != self.rubric["total"]:
                series["total"] = plain(by_series[series["code"]])

    def threshold(self) -> Any:
        return whole_if_possible(round(Decimal(self.rubric["total"]) * self.rng.randint(20, 110) / 100, 1))

    def condition(self) -> Json:
        """One condition of a rule."""
        rng, case = self.rng, build_case(self.rubric, self.facts)
        codes = [node.code for node in case.nodes()]
        with_facts = [clause.code for clause in case.clauses() if clause.basis != "panel"]
        choices: list[Json] = [
            {"total_at_least": self.threshold()},
            {"total_at_least": self.threshold()},
            {"no_veto": True},
            {"node_at_least": {rng.choice(codes): rng.choice([0, 1, 2, 5])}},
            {"rank_at_most": rng.randint(1, 3)},
            {"rank_at_most": rng.randint(1, 4), "within": "all"},
            {"has_tag": rng.choice(TAGS)},
            {"in_series": rng.sample(self.maker.series, rng.randint(1, len(self.maker.series)))},
            {"holds_grade": {"code": "good", "years": rng.randint(1, 3)}},
            {"any": [{"total_at_least": self.threshold()}, {"has_tag": rng.choice(TAGS), "no_veto": True}]},
        ]
        if with_facts:
            choices.append({"has_fact": rng.sample(with_facts, min(len(with_facts), rng.randint(1, 2)))})
        return rng.choice(choices)

    def quota(self) -> Any:
        rng = self.rng
        by_series = {code: rng.randint(0, 3) for code in self.maker.series if rng.random() < 0.8}
        return rng.choice(
            [
                rng.randint(0, 3),
                1,
                by_series or {self.maker.series[0]: 1},
                {"percent": rng.choice([20, 34, 50, Decimal("12.5")])},
                {"percent": rng.choice([20, 50]), "partial": rng.choice(["up", "down"])},
            ]
        )

    def rule(self, code: str, *, last: bool) -> Json:
        rng = self.rng
        rule: Json = {"code": code, "title": code.title()}
        if code == "fail":
            sink = rng.choice(["total_below", "rank_from_bottom_at_most"])
            rule["when"] = {sink: self.threshold() if sink == "total_below" else rng.randint(1, 2)}
            if sink != "total_below" and rng.random() < 0.3:
                rule["when"]["within"] = "all"
            return rule
        if last and rng.random() < 0.8:
            return rule
        rule["when"] = self.condition()
        if rng.random() < 0.4:
            second = self.condition()
            rule["when"] = second | rule["when"] if not set(second) & set(rule["when"]) else rule["when"]
        if rng.random() < 0.6:
            rule["quota"] = self.quota()
            if rng.random() < 0.6:
                rule["tie"] = rng.choice(["extend", "stop", "tiebreak"])
        return rule

    def grading(self, code: str) -> Json:
        codes = list(GRADES[code])
        if "fail" in codes and self.rng.random() < 0.6:
            codes = ["fail", *[other for other in codes if other != "fail"]]
        plain_codes = [other for other in codes if other != "fail"]
        rules = [self.rule(other, last=other == plain_codes[-1]) for other in codes]
        if self.rng.random() < 0.2:
            places = self.rng.sample(range(1, len(rules) + 1), len(rules))
            for rule, merit in zip(rules, places, strict=True):
                rule["merit"] = merit
        return {"code": code, "title": code.title(), "rules": rules}

    def ranking(self) -> Json:
        case, ranking = build_case(self.rubric, self.facts), {}
        if self.rng.random() < 0.6:
            ranking["ties"] = self.rng.choice(["competition", "dense"])
        if self.rng.random() < 0.5:
            categories = [node.code for node in case.nodes() if node.kind == "category"]
            ranking["tie_breakers"] = self.rng.sample(categories, min(len(categories), self.rng.randint(1, 2)))
        if self.rng.random() < 0.3:
            tags, series = {"tags": [self.rng.choice(TAGS)]}, {"series": [self.maker.series[-1]]}
            ranking["out_of_rank"] = tags | series if self.maker.corners else self.rng.choice([tags, series])
        return ranking

    def fill(self) -> None:
        self.set_totals()
        self.rubric["gradings"] = [self.grading(code) for code in self.maker.gradings]
        if self.rng.random() < 0.6:
            self.rubric["ranking"] = self.ranking()
        if self.rng.random() < 0.4:
            self.rubric["procedure"] = {"convert": {"to": self.rng.choice([10, 15, Decimal("2.5")])}}


def drop_scales_without_marks(rubric: Json, facts: Json) -> None:
    """Scaling children that remain, but carry no marks, is left open by the document."""
    case = build_case(rubric, facts)
    for node in [case.root, *case.nodes()]:
        for unit in case.units:
            remaining = [child for child in node.children if has_value(child, unit)]
            if remaining and not sum(child.points for child in remaining):
                for child in node.children:
                    if child.raw.get("when_not_applicable") == "scale":
                        child.raw["when_not_applicable"] = "skip"


def has_value(node: Any, unit: Any) -> bool:
    """Surely has a value for the unit (a mean may find no cohort)."""
    return node_applies(node, unit) or node.raw.get("when_not_applicable") == "full"


def grant(maker: TreeMaker, rubric: Json, facts: Json) -> None:
    """Some nodes are granted as not a unit's duty; never the first item, so that marks remain."""
    case = build_case(rubric, facts)
    first = case.root.children[0]
    kept = {first.code, first.children[0].code}
    codes = [node.code for node in case.nodes() if node.code not in kept]
    for unit in facts["units"]:
        if codes and maker.often(0.15):
            unit["not_applicable"] = maker.rng.sample(codes, min(len(codes), maker.rng.randint(1, 2)))
        if "grade" in maker.gradings and maker.often(0.3):
            unit["holds"] = [{"code": maker.rng.choice(["good", "excellent"]), "years": maker.rng.randint(1, 3)}]


def make_case(rng: random.Random, corners: bool = False) -> tuple[Json, Json]:
    """A random valid rubric and facts file, as parsed."""
    maker = TreeMaker(rng, corners)
    rubric: Json = {
        "format": "appraisal-rubric/1",
        "code": "random-2026",
        "title": "Random rubric",
        "year": 2026,
        "total": 100,
        "rounding": {"digits": maker.digits, "mode": rng.choice(["half_up", "half_up", "half_even", "down", "up"])},
        "series": [{"code": code, "title": code.title()} for code in maker.series],
        "panels": maker.panels,
        "categories": maker.make_categories(),
    }
    if maker.often(0.7):
        rubric["rounding"]["at"] = rng.choice(["item", "total"])
    if maker.often(0.3):
        rubric["period"] = {"from": "01-01", "to": "12-31"}
    facts: Json = {"format": "appraisal-facts/1", "rubric": "random-2026", "units": maker.units}
    grant(maker, rubric, facts)
    if not corners:
        drop_scales_without_marks(rubric, facts)
    ResultMaker(maker, rubric, facts).fill()
    FactMaker(maker, rubric, facts).fill()
    return rubric, facts


def as_json(data: Json) -> str:
    """One of the two dicts as JSON text, decimals as plain numbers (they are short, so that none is changed)."""
    return json.dumps(data, ensure_ascii=False, default=lambda value: float(value))
