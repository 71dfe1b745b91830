"""Random clauses for `generator.make_case`."""

from decimal import Decimal
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .generator import TreeMaker

Json = dict[str, Any]
HALF, TENTH = Decimal("0.5"), Decimal("0.1")
BASES = ["count", "count", "count", "level", "level", "manual", "steps", "steps", "bands", "ratio"]
BASES += ["rank", "rank", "relative", "relative", "formula", "targets"]
EXPRESSIONS = [
    ("a * 2 + b / 3", True),
    ("if(a > b, a - b, 0)", True),
    ("min(a, 10) + max(b, 2)", True),
    ("round(a / 3, 1)", True),
    ("floor(a / 2) + ceil(b / 2)", True),
    ("abs(a - b)", True),
    ("a / b", True),
    ("if(b == 0, 1.5, a / b)", True),
    ("if(a >= 10, round(a / 2, 2), b * 2)", True),
    ("(a + b) * 0.25", True),
    ("round(a * 0.35)", True),
    ("if(a != b, 2, a / (b - b))", True),
    ("a - b * 2", False),
    ("-a + 3", False),
]


class ClauseMaker:
    """Fills one item with clauses, modifiers, limits and groups. `around`: the raw nodes from the top to the item."""

    def __init__(self, maker: "TreeMaker", item: Json, code: str, around: list[Json]) -> None:
        self.maker, self.item, self.code, self.around, self.rng = maker, item, code, around, maker.rng
        self.often = maker.often
        self.has_targets = False

    def fill(self) -> None:
        self.item["clauses"] = [self.clause(f"c{n + 1}") for n in range(self.rng.randint(1, 4))]
        self.group()

    def small(self) -> Any:
        return self.rng.choice([1, 1, 2, 3, 5, HALF, Decimal("0.3"), Decimal("1.25")])

    # --- clause -----------------------------------------------------------------------------------------------------

    def clause(self, code: str) -> Json:
        rng = self.rng
        effect = rng.choices(["deduct", "award", "forfeit", "veto", "record"], [38, 42, 6, 8, 6])[0]
        clause: Json = {"code": code, "text": f"{effect} {code}", "effect": effect}
        if effect in ("deduct", "award") or self.often(0.35):
            clause |= self.basis(effect)
        elif effect != "record":
            clause |= {"basis": "count"} if self.often(0.5) else {}
            if effect == "veto" and clause.get("basis") == "count" and self.often(0.2):
                clause["free"] = 1
        if effect == "forfeit" and clause.get("basis", "count") in ("count", "level") and self.often(0.5):
            clause["at"] = rng.choice([1, 2, 3])
        if effect == "veto":
            clause["consequences"] = self.consequences()
        if self.often(0.1):
            clause["applies_to"] = self.maker.applies_to()
        if effect == "forfeit" and self.often(0.2):
            clause["acts_on"] = rng.choice(["category", "total"])
        if effect in ("deduct", "award", "veto") and self.often(0.18):
            clause["acts_on"] = rng.choice(["item", "category", "category", "total"])
        if effect in ("deduct", "award"):
            self.extras(clause)
        if effect == "veto" and self.maker.corners and self.often(0.3):
            clause["modifiers"], clause["escalate"] = self.modifiers(with_plus=True), [1, 2]
        if effect == "veto" and self.often(0.3) and any("deduct" in entry for entry in clause["consequences"]):
            clause["limit"] = rng.choice([2, 4])
        return clause

    def may_be_negative(self, clause: Json) -> bool:
        return clause.get("basis") == "formula" and "min" not in clause

    def extras(self, clause: Json) -> None:
        """Modifiers, escalation, limits, an open figure."""
        rng, basis = self.rng, clause["basis"]
        if basis == "count" and self.often(0.04):
            del clause["points"]
            clause["open"] = True
            return
        if self.may_be_negative(clause):
            return
        if basis != "panel" and not (basis == "linked" and clause["source"] == "members") and self.often(0.25):
            clause["modifiers"] = self.modifiers(with_plus=self.maker.corners or basis in ("count", "level"))
        if basis in ("count", "level", "manual") and self.often(0.2):
            clause["escalate"] = rng.choice([[1, 2], [1, HALF], [1, 2, 4], [2, 1, 0]])
        if self.often(0.2):
            clause["limit"] = rng.choice([1, 2, 3, 5, 8, Decimal("2.5")])
        if basis in ("count", "level", "manual", "formula") and self.often(0.15):
            clause["limit_per"] = {rng.choice(["month", "quarter"]): rng.choice([1, 2, 4])}

    def modifiers(self, *, with_plus: bool) -> list[Json]:
        """Whether a `plus` acts on a value that reaches 0 points is left open by the document."""
        double = {"code": "harm", "title": "Harm done", "times": 2}
        half = {"code": "own-report", "title": "Reported by itself", "times": HALF}
        more = {"code": "press", "title": "In the press", "plus": self.rng.choice([1, -1, HALF])}
        known = [double, half, more] if with_plus else [double, half]
        return self.rng.sample(known, self.rng.randint(1, len(known)))

    def consequences(self) -> list[Json]:
        rng = self.rng
        choices: list[Json] = [{"deduct": rng.choice([1, 2, 5, HALF])}, {"deduct": 3}, {"zero": "category"}]
        choices.append({"zero": "total"} if self.often(0.3) else {"deduct": 2})
        if self.maker.gradings:
            choices += [{"bar_grades": ["excellent"]}, {"cap_grade": rng.choice(["good", "pass"])}, {"downgrade": 1}]
            choices += [{"downgrade": rng.choice([1, 2]), "grading": rng.choice(self.maker.gradings)}]
            choices += [{"bar_grades": ["good", *(["gold"] if "prize" in self.maker.gradings else [])]}]
        found: dict[str, Json] = {}
        for entry in rng.sample(choices, rng.choice([1, 1, 2, 3])):
            found.setdefault(next(iter(entry)), entry)
        return list(found.values())

    def group(self) -> None:
        """ "A group's clauses share one effect and one `acts_on`." """
        clauses = [clause for clause in self.item["clauses"] if clause["effect"] in ("deduct", "award")]
        clauses = [clause for clause in clauses if not self.may_be_negative(clause)]
        if not clauses or not self.often(0.3):
            return
        model = self.rng.choice(clauses)
        same = [
            clause["code"]
            for clause in clauses
            if clause["effect"] == model["effect"] and clause.get("acts_on", "item") == model.get("acts_on", "item")
        ]
        if len(same) > 1:
            limit = self.rng.choice([2, 3, 5, Decimal("4.5")])
            self.item["groups"] = [{"code": "both", "title": "Together", "limit": limit, "clauses": same}]

    # --- bases ------------------------------------------------------------------------------------------------------

    def basis(self, effect: str) -> Json:
        names = list(BASES)
        if self.maker.panels:
            names += ["panel", "panel"]
        if effect in ("deduct", "award"):
            names += ["linked"]
        if self.has_targets or effect not in ("deduct", "award"):
            names = [name for name in names if name != "targets"]
        name = self.rng.choice(names)
        if effect == "record" and name == "panel":
            name = "count"
        self.has_targets = self.has_targets or name == "targets"
        return {"basis": name} | getattr(self, f"{name}_basis")()

    def count_basis(self) -> Json:
        found: Json = {"points": self.small(), "per": "time"}
        if self.often(0.2):
            found["free"] = self.rng.choice([1, 2])
        if self.often(0.2):
            found["limit_count"] = self.rng.choice([1, 2, 4])
        return found

    def level_basis(self) -> Json:
        levels = {"low": self.small(), "high": self.rng.choice([4, 5, 6]), "province.first": Decimal("7.5")}
        if self.often(0.5):
            return {"levels": levels, "per": "case"}
        listed = [{"code": code, "title": code.title(), "points": points} for code, points in levels.items()]
        return {"levels": listed, "per": "case"}

    def manual_basis(self) -> Json:
        return dict(
            self.rng.choice(
                [
                    {"min": 0, "max": 10},
                    {"max": 5},
                    {"min": 1, "max": 6, "step": HALF},
                    {"min": HALF, "max": 4, "step": Decimal("0.25")},
                    {"min": 0, "max": 8, "choices": [0, 3, 8]},
                ]
            )
        )

    def value_options(self, *, cohort: bool, only_value: bool = False) -> Json:
        """reading, gather, weights, within and share_on of a basis that reads a value."""
        rng = self.rng
        found: Json = {"unit": "件"}
        if not only_value and self.often(0.35):
            found["reading"] = rng.choice(["change", "change_rate", "gap", "gap_rate"])
        if self.often(0.5):
            found["gather"] = rng.choice(["sum", "last", "mean", "max", "each"])
        needs_cohort = cohort or found.get("reading") in ("gap", "gap_rate")
        if needs_cohort and found.get("gather") == "each":
            found["gather"] = "last"
        if needs_cohort and self.often(0.5):
            found["within"] = rng.choice(["all", "series", "tag:north"])
        if self.often(0.12):
            found["weights"] = {"minor": 1, "major": 3, "grave": Decimal("7.5")}
        if self.often(0.3):
            found["share_on"] = rng.choice(["points", "value"])
        return found

    def steps_basis(self) -> Json:
        rng, found = self.rng, self.value_options(cohort=False)
        found |= {"start_at": rng.choice([0, 5, 10, -5, 50]), "step": rng.choice([1, 5, Decimal("2.5"), 3])}
        found["points"] = self.rng.choice([1, HALF, TENTH, 2])
        if self.often(0.4):
            found["start_points"] = self.small()
            found["points"] = rng.choice([found["points"], 0])
        if self.often(0.4):
            found["side"] = rng.choice(["below", "below", "above"])
        if self.often(0.4):
            found["partial"] = rng.choice(["up", "exact", "down"])
        return found

    def bands_basis(self) -> Json:
        rng, found = self.rng, self.value_options(cohort=False)
        edges = sorted(rng.sample([0, 3, 5, 10, 20, 40, Decimal("7.5"), 60], rng.randint(1, 4)))
        interpolate = self.often(0.35)
        found["bands"] = []
        for edge in edges:
            name = "above" if not interpolate and self.often(0.3) else "at_least"
            found["bands"].append({name: edge, "points": rng.choice([0, 1, 2, 4, 6])})
        if not interpolate and self.often(0.15):
            found["bands"].append({"above": edges[-1], "points": 7})
            found["bands"][-2] = {"at_least": edges[-1], "points": 3}
        if not interpolate and self.often(0.25):
            found["otherwise"] = rng.choice([1, HALF])
        if self.often(0.3):
            rng.shuffle(found["bands"])
        return found | ({"interpolate": True} if interpolate else {})

    def ratio_basis(self) -> Json:
        found = self.value_options(cohort=False)
        found |= {"points": self.rng.choice([3, 5, 10]), "target": self.rng.choice([3, 20, 40, 100])}
        if "reading" not in found and self.often(0.3):
            found["from"] = self.rng.choice([2, 10])
        return found

    def rank_basis(self) -> Json:
        rng = self.rng
        found = self.value_options(cohort=True) if self.often(0.6) else {"gather": rng.choice(["each", "last"])}
        if self.often(0.5):
            found["table"] = rng.choice([[4, 3, 2], [1, 1], [5, Decimal("2.5")]])
        else:
            found["percent_table"] = [{"top": 15, "points": 5}, {"top": 50, "points": 3}, {"top": 80, "points": 1}]
        if self.often(0.4):
            found["end"] = rng.choice(["bottom", "bottom", "top"])
        if self.often(0.4):
            found["better"] = rng.choice(["lower", "higher"])
        return found

    def relative_basis(self) -> Json:
        method = self.rng.choice(["best_ratio", "min_max", "efficacy", "rank_steps"])
        found = self.value_options(cohort=True, only_value=method == "best_ratio")
        found |= {"points": self.rng.choice([5, 10, Decimal("7.5")]), "method": method}
        if method == "efficacy" and self.often(0.5):
            found["base"] = self.rng.choice([HALF, 0, Decimal("0.8")])
        if method == "rank_steps":
            found["step"] = self.rng.choice([1, HALF, 4])
        if self.often(0.4):
            found["better"] = self.rng.choice(["lower", "higher"])
        return found

    def targets_basis(self) -> Json:
        return {"points": self.rng.choice([6, 10, 12])}

    def formula_basis(self) -> Json:
        expression, positive = self.rng.choice(EXPRESSIONS)
        found: Json = {"expression": expression}
        found["inputs"] = [{"code": code, "title": f"Input {code}", "unit": "件"} for code in ("a", "b")]
        if positive or self.often(0.5):
            found["min"] = 0 if not positive else self.rng.choice([0, 0, 1])
        if self.often(0.5):
            found["max"] = self.rng.choice([4, 8, Decimal("5.5")])
        return found

    def panel_basis(self) -> Json:
        return {"panel": self.rng.choice(self.maker.panels)["code"], "points": self.rng.choice([5, 10, 30])}

    def linked_basis(self) -> Json:
        """`members` only where no node around takes a mean, so that no circle arises."""
        mean = any(node.get("when_not_applicable") == "mean" for node in self.around)
        members = self.maker.members and not mean and self.often(0.8)
        source: Any = "members" if members else self.rng.choice(["other-2025", ["other-2025", "third-2025"]])
        return {"points": self.rng.choice([5, 10]), "source": source}
