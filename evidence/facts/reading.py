"""From plain data to Facts, judged against the definition they belong to, with every problem at once."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from evidence.facts.checking import FactChecker, check_members, check_targets, check_unit_marks
from evidence.facts.fact_reading import FactReader
from evidence.facts.records import FORMAT, Facts, Held, Rating, Target, UnitFacts
from rubrics.definition import Definition, Panel
from rubrics.kinds.numbers import plain
from rubrics.kinds.problems import Path, Problem, errors_in

_TOP_KEYS = ("format", "rubric", "units", "ratings", "note")
_UNIT_KEYS = ("code", "title", "series", "tags", "member_of", "holds", "targets", "not_applicable", "facts", "note")


def read_facts(data: Any, definition: Definition) -> tuple[Facts | None, list[Problem]]:
    """The facts that the data hold, or None with all errors; hints may accompany facts."""
    return _FactsReader(definition).read(data)


class _FactsReader(FactReader):
    """Reads units with their facts, and ratings."""

    def read(self, data: Any) -> tuple[Facts | None, list[Problem]]:
        if not isinstance(data, Mapping):
            return None, [Problem((), "not_a_mapping")]
        if data.get("format") != FORMAT:
            return None, [Problem(("format",), "format", {"found": data.get("format"), "wanted": FORMAT})]
        self.known_keys(data, _TOP_KEYS, ())
        if data.get("rubric") != self.definition.code:
            self.problem(("rubric",), "other_rubric", found=data.get("rubric"), wanted=self.definition.code)
        units = tuple(self.unit(entry, ("units", place)) for place, entry in self.entries(data, "units", ()))
        kept = tuple(unit for unit in units if unit is not None)
        ratings = self.ratings(data, {unit.code for unit in kept})
        self.across_units(units)
        problems = self.problems
        facts = Facts(rubric=self.definition.code, units=kept, ratings=ratings)
        return (None if errors_in(problems) else facts), problems

    def across_units(self, units: tuple[UnitFacts | None, ...]) -> None:
        seen: set[str] = set()
        for place, unit in enumerate(units):
            if unit is None:
                continue
            if unit.code in seen:
                self.problem(("units", place, "code"), "duplicate_unit", code=unit.code)
            seen.add(unit.code)
        self.problems += check_members(units)
        self.problems += check_unit_marks(self.definition, units)

    # units

    def unit(self, data: Any, path: Path) -> UnitFacts | None:
        if not isinstance(data, Mapping):
            self.problem(path, "not_a_mapping")
            return None
        self.known_keys(data, _UNIT_KEYS, path)
        code = self.text(data, "code", path, required=True)
        series = self.series(data, path)
        facts = tuple(self.fact(entry, (*path, "facts", place)) for place, entry in self.entries(data, "facts", path))
        unit = UnitFacts(
            code=code or "",
            title=self.text(data, "title", path) or code or "",
            series=series,
            tags=frozenset(self.texts(data, "tags", path)),
            member_of=self.text(data, "member_of", path),
            holds=self.holds(data, path),
            targets=self.targets(data, path),
            not_applicable=self.not_applicable(data, path),
            facts=tuple(fact for fact in facts if fact is not None),
        )
        self.problems += check_targets(self.definition, unit, path)
        self.problems += FactChecker(self.definition).check_all(unit, facts, path)
        return unit if code else None

    def series(self, data: Mapping[str, Any], path: Path) -> str | None:
        known = [series.code for series in self.definition.series]
        code = self.text(data, "series", path)
        if code is None:
            if known and "series" not in {p.path[-1] for p in self.problems if p.path[:-1] == path}:
                self.problem((*path, "series"), "series_needed", known=known)
            return None
        if code not in known:
            self.problem((*path, "series"), "unknown_series", code=code, known=known)
        return code

    def holds(self, data: Mapping[str, Any], path: Path) -> tuple[Held, ...]:
        found = []
        grades = {rule.code for grading in self.definition.gradings for rule in grading.rules}
        for place, entry in self.entries(data, "holds", path):
            here = (*path, "holds", place)
            if not isinstance(entry, Mapping):
                self.problem(here, "not_a_mapping")
                continue
            self.known_keys(entry, ("code", "years"), here)
            code = self.text(entry, "code", here, required=True)
            years = self.number(entry.get("years", 1), (*here, "years"), least=0)
            if code is not None and code not in grades:
                self.problem((*here, "code"), "unknown_grade", code=code, known=sorted(grades))
            if code is not None and years is not None:
                found.append(Held(code, years))
        return tuple(found)

    def targets(self, data: Mapping[str, Any], path: Path) -> dict[str, tuple[Target, ...]]:
        value = data.get("targets")
        if not value:
            return {}
        if not isinstance(value, Mapping):
            self.problem((*path, "targets"), "wrong_type", wanted="mapping", value=value)
            return {}
        return {item: self.target_list(value, item, (*path, "targets")) for item in value}

    def target_list(self, data: Mapping[str, Any], item: str, path: Path) -> tuple[Target, ...]:
        found = []
        for place, entry in self.entries(data, item, path):
            here = (*path, item, place)
            if not isinstance(entry, Mapping):
                self.problem(here, "not_a_mapping")
                continue
            self.known_keys(entry, ("code", "title", "points", "value"), here)
            code = self.text(entry, "code", here, required=True)
            if entry.get("points") is None:
                self.problem((*here, "points"), "missing", field="points")
                continue
            points = self.number(entry["points"], (*here, "points"), least=0)
            value = None if entry.get("value") is None else self.number(entry["value"], (*here, "value"))
            if code is not None and points is not None:
                found.append(Target(code, self.text(entry, "title", here) or code, points, value))
        return tuple(found)

    def not_applicable(self, data: Mapping[str, Any], path: Path) -> frozenset[str]:
        codes = self.texts(data, "not_applicable", path)
        for place, code in enumerate(codes):
            if code not in self.definition.nodes:
                known = list(self.definition.nodes)[:20]
                self.problem((*path, "not_applicable", place), "unknown_node", code=code, known=known)
        return frozenset(codes)

    # ratings

    def ratings(self, data: Mapping[str, Any], units: set[str]) -> tuple[Rating, ...]:
        found: dict[tuple[str, str, str], list[Decimal | None]] = {}
        for place, entry in self.entries(data, "ratings", ()):
            here: Path = ("ratings", place)
            if not isinstance(entry, Mapping):
                self.problem(here, "not_a_mapping")
                continue
            self.known_keys(entry, ("panel", "group", "unit", "values"), here)
            panel_code = self.text(entry, "panel", here, required=True)
            group = self.text(entry, "group", here, required=True)
            unit = self.text(entry, "unit", here, required=True)
            panel = self.definition.panel(panel_code) if panel_code else None
            if panel_code and panel is None:
                known = [panel.code for panel in self.definition.panels]
                self.problem((*here, "panel"), "unknown_panel", code=panel_code, known=known)
            if panel and group is not None and group not in {g.code for g in panel.groups}:
                self.problem((*here, "group"), "unknown_group", code=group, known=[g.code for g in panel.groups])
            if unit is not None and unit not in units:
                self.problem((*here, "unit"), "unknown_unit", code=unit)
            if panel:
                values = [
                    self.rating(value, panel, (*here, "values", n)) for n, value in self.entries(entry, "values", here)
                ]
                found.setdefault((panel.code, group or "", unit or ""), []).extend(values)
        return tuple(Rating(*key, tuple(values)) for key, values in found.items())

    def rating(self, value: Any, panel: Panel, path: Path) -> Decimal | None:
        if value is None:
            return None
        if panel.options:
            worth = {option.code: option.value for option in panel.options}
            code = plain(Decimal(value)) if isinstance(value, (int, Decimal)) and not isinstance(value, bool) else value
            if isinstance(code, str) and code in worth:
                return worth[code]
            # A code, or what an option is worth: so are ratings written out again.
            if isinstance(value, (int, Decimal)) and not isinstance(value, bool) and value in worth.values():
                return Decimal(value)
            self.problem(path, "rating", value=value, wanted=list(worth))
            return None
        number = self.number(value, path)
        if number is not None and not 0 <= number <= panel.full:
            self.problem(path, "rating", value=plain(number), wanted=f"0–{plain(panel.full)}")
        return number
