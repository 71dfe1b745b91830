"""Random facts and ratings for `generator.make_case`."""

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from .figures import whole_if_possible
from .tree import Case, Clause, Node, Unit, build_case, clause_applies

if TYPE_CHECKING:
    from .generator import TreeMaker

Json = dict[str, Any]


class FactMaker:
    """Gives every unit its facts and targets, and every panel its ratings."""

    def __init__(self, maker: "TreeMaker", rubric: Json, facts: Json) -> None:
        self.maker, self.rubric, self.facts, self.rng = maker, rubric, facts, maker.rng
        self.often = maker.often
        self.serial = 0

    def fill(self) -> None:
        case = build_case(self.rubric, self.facts)
        for unit in case.units:
            self.targets(case, unit)
            found = [fact for clause in case.clauses() for fact in self.facts_under(clause, unit)]
            if self.often(0.5):
                self.rng.shuffle(found)
            unit.raw["facts"] = found
        if self.rubric["panels"]:
            self.facts["ratings"] = [row for panel in self.rubric["panels"] for row in self.ratings(panel)]

    # --- targets and ratings ----------------------------------------------------------------------------------------

    def targets(self, case: Case, unit: Unit) -> None:
        """ "a unit's targets must add up to `points`"."""
        found: Json = {}
        for clause in case.clauses():
            if clause.basis == "targets" and clause_applies(clause, unit):
                first = self.rng.choice([1, 2, Decimal("2.5")])
                parts = [first, clause.raw["points"] - first]
                found[clause.item.code] = [
                    {"code": f"t{n + 1}", "title": f"Target {n + 1}", "points": part, "value": self.rng.choice([4, 50])}
                    for n, part in enumerate(parts)
                ]
        if found:
            unit.raw["targets"] = found

    def ratings(self, panel: Json) -> list[Json]:
        rows = []
        for unit in self.facts["units"]:
            for group in panel["groups"]:
                for _ in range(2 if self.often(0.1) else 1):
                    if self.often(0.85):
                        values = [self.ballot(panel) for _ in range(self.rng.randint(0, 6))]
                        row = {"panel": panel["code"], "group": group["code"], "unit": unit["code"], "values": values}
                        rows.append(row)
        return rows

    def ballot(self, panel: Json) -> Any:
        if self.often(0.1):
            return None
        if panel.get("options"):
            return self.rng.choice(list(panel["options"]))
        return whole_if_possible(Decimal(self.rng.randint(0, panel["scale"] * 2)) / 2)

    # --- facts ------------------------------------------------------------------------------------------------------

    def how_many(self, clause: Clause) -> int:
        if clause.effect == "veto" or clause.effect == "forfeit":
            return self.rng.choice([0, 0, 0, 0, 0, 1, 2])
        if clause.basis == "relative" or (clause.basis == "rank" and clause.raw.get("unit")):
            return self.rng.choice([0, 1, 1, 1, 1, 2])
        return self.rng.choice([0, 1, 1, 2, 2, 3, 4])

    def facts_under(self, clause: Clause, unit: Unit) -> list[Json]:
        """The facts of one unit under one clause. Under one that does not apply there are few: they are set aside."""
        if clause.basis == "panel":
            return []
        if clause.basis == "linked" and clause.raw["source"] == "members" and self.often(0.6):
            return []
        number = self.how_many(clause)
        if not clause_applies(clause, unit):
            if clause.basis == "targets" or self.often(0.7):
                return []
            number = min(number, 1)
        if clause.basis == "targets":
            reached = [own for own in unit.raw["targets"][clause.item.code] if self.often(0.8)]
            return [self.fact(clause, self.target_fact(own)) for own in reached]
        found = [self.fact(clause, self.said(clause)) for _ in range(number)]
        if clause.raw.get("gather") == "max" and not self.maker.corners:
            self.one_share_for_equals(found)
        return found

    def one_share_for_equals(self, found: list[Json]) -> None:
        """Whose share counts among equal greatest values is left open by the document."""
        said = [(fact.get("value"), fact.get("level"), fact.get("count")) for fact in found]
        if len(set(said)) < len(said) or any(level for _, level, _ in said):
            for fact in found:
                fact.pop("share", None)

    def fact(self, clause: Clause, said: Json) -> Json:
        """The fields that every fact may have, around what it says."""
        self.serial += 1
        fact: Json = {"id": f"f{self.serial}", "clause": clause.code} | said
        if clause.raw.get("limit_per") or self.often(0.6):
            month, day = self.rng.randint(1, 12), self.rng.randint(1, 28)
            fact["date"] = f"2026-{month:02d}-{day:02d}"
        if self.often(0.6 if self.exclusive_around(clause.item) else 0.1):
            fact["matter"] = self.rng.choice(["road", "school", ""])
        if (clause.effect in ("deduct", "award") or self.maker.corners) and self.often(0.25):
            fact["share"] = self.share(clause.item)
        names = [entry["code"] for entry in clause.list_of("modifiers")]
        if names and self.often(0.6):
            fact["modifiers"] = self.rng.sample(names, self.rng.randint(1, len(names)))
        exempt_would_reveal_members = clause.basis == "linked"
        if not exempt_would_reveal_members and self.often(0.08):
            fact |= {"exempt": True, "reason": "found by the unit itself"}
        return fact

    def exclusive_around(self, item: Node) -> bool:
        return any(node.raw.get("exclusive") == "matter" for node in item.ancestors())

    def share(self, item: Node) -> Any:
        if any(node.raw.get("shares") for node in item.ancestors()) and self.often(0.7):
            return self.rng.choice(["lead", "partner"])
        return self.rng.choice([Decimal("0.5"), Decimal("0.2"), 1, Decimal("0.75")])

    def said(self, clause: Clause) -> Json:
        """What the basis asks of a fact."""
        basis, rng = clause.basis, self.rng
        if basis is None:
            return {}
        if basis == "count":
            return {"count": rng.randint(0 if self.often(0.1) else 1, 4)} if self.often(0.7) else {}
        if basis == "level":
            codes = clause.raw["levels"]
            codes = list(codes) if isinstance(codes, dict) else [entry["code"] for entry in codes]
            return {"level": rng.choice(codes)} | ({"count": rng.randint(1, 3)} if self.often(0.4) else {})
        if basis == "manual":
            return {"points": self.manual_points(clause.raw)}
        if basis == "formula":
            first, second = rng.choice([0, 3, 7, 12, Decimal("4.5")]), rng.choice([0, 2, 5, Decimal("1.5")])
            return {"inputs": {"a": first, "b": second}}
        if basis == "linked":
            of = rng.choice([10, 100])
            return {"score": whole_if_possible(Decimal(rng.randint(1, of * 2)) / 2), "of": of}
        if basis == "rank" and not clause.raw.get("unit"):
            of = rng.randint(1, 9)
            return {"rank": rng.randint(1, of), "of": of}
        return self.value_fact(clause)

    def manual_points(self, raw: Json) -> Any:
        if raw.get("choices"):
            return self.rng.choice(raw["choices"])
        low, high = Decimal(raw.get("min", 0)), Decimal(raw["max"])
        step = Decimal(raw.get("step", "0.1"))
        return whole_if_possible(low + step * self.rng.randint(0, int((high - low) / step)))

    def target_fact(self, own: Json) -> Json:
        if self.often(0.5):
            return {"target": own["code"], "value": self.rng.choice([0, 2, 4, 25, 50, 70])}
        return {"target": own["code"], "points": self.rng.choice([0, own["points"], min(own["points"], 1)])}

    def value_fact(self, clause: Clause) -> Json:
        """A value or a level under `weights`; a baseline (now and then missing) under a change; an own target."""
        rng, raw = self.rng, clause.raw
        values = [0, 3, 4, 8, 10, 12, 20, 25, 40, 63, Decimal("7.5"), Decimal("10.1")]
        if not self.maker.corners and (raw.get("gather") == "mean" or raw.get("share_on") == "points"):
            values.remove(0)  # the value-weighted mean of the shares of values that add up to 0 is left open
        found: Json = {"value": rng.choice(values)}
        if raw.get("weights"):
            found = {"level": rng.choice(list(raw["weights"])), "count": rng.randint(1, 4)}
        if raw.get("reading") in ("change", "change_rate") and self.often(0.9):
            found["baseline"] = rng.choice([value for value in values if value or self.often(0.2)])
        if clause.basis == "ratio" and self.often(0.2):
            found["target"] = rng.choice([10, 30, 0])
        return found
