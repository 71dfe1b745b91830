"""From plain data to Facts, judged against the definition they belong to, with every problem at once."""

from __future__ import annotations

import datetime
import difflib
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from pydantic_core import PydanticCustomError

from evidence.facts.checking import FactChecker, check_members, check_targets, check_unit_marks
from evidence.facts.records import FORMAT, Fact, Facts, Held, Rating, Target, UnitFacts
from rubrics.definition import Definition, Panel
from rubrics.kinds.numbers import as_number, plain
from rubrics.kinds.problems import Path, Problem, errors_in

_TOP_KEYS = ("format", "rubric", "units", "ratings", "note")
_UNIT_KEYS = ("code", "title", "series", "tags", "member_of", "holds", "targets", "not_applicable", "facts", "note")


def read_facts(data: Any, definition: Definition) -> tuple[Facts | None, list[Problem]]:
    """The facts that the data hold, or None with all errors; hints may accompany facts."""
    return _Reader(definition).read(data)


def read_fact(
    data: Mapping[str, Any], definition: Definition, *, stored: bool = False
) -> tuple[Fact | None, list[Problem]]:
    """One fact by itself, without judging it against its unit. `stored` reads numbers from strings."""
    reader = _Reader(definition, stored=stored)
    fact = reader.fact(data, ())
    return fact, reader.problems


class _Reader:
    """Collects problems while it turns plain data into records."""

    def __init__(self, definition: Definition, *, stored: bool = False) -> None:
        self.definition = definition
        self.stored = stored
        self.problems: list[Problem] = []

    def problem(self, path: Path, what: str, /, **params: Any) -> None:
        self.problems.append(Problem(path, what, params))

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

    # containers and scalars

    def known_keys(self, data: Mapping[str, Any], known: tuple[str, ...], path: Path) -> None:
        for key in data:
            if key not in known:
                self.problem((*path, key), "unknown_key", key=key, known=known)

    def entries(self, data: Mapping[str, Any], key: str, path: Path) -> list[tuple[int, Any]]:
        value = data.get(key)
        if value is None:
            return []
        if not isinstance(value, (list, tuple)):
            self.problem((*path, key), "wrong_type", wanted="list", value=value)
            return []
        return list(enumerate(value))

    def text(self, data: Mapping[str, Any], key: str, path: Path, *, required: bool = False) -> str | None:
        value = data.get(key)
        if value is None:
            if required:
                self.problem((*path, key), "missing", field=key)
            return None
        if isinstance(value, (int, Decimal)) and not isinstance(value, bool):
            return plain(Decimal(value))
        if not isinstance(value, str):
            self.problem((*path, key), "wrong_type", wanted="text", value=value)
            return None
        if not value and required:
            self.problem((*path, key), "empty", field=key)
        return value

    def texts(self, data: Mapping[str, Any], key: str, path: Path) -> tuple[str, ...]:
        value = data.get(key)
        if isinstance(value, str):
            return (value,)
        found = []
        for place, entry in self.entries(data, key, path):
            if isinstance(entry, str):
                found.append(entry)
            elif isinstance(entry, (int, Decimal)) and not isinstance(entry, bool):
                found.append(plain(Decimal(entry)))
            else:
                self.problem((*path, key, place), "wrong_type", wanted="text", value=entry)
        return tuple(found)

    def number(self, value: Any, path: Path, *, least: int | None = None) -> Decimal | None:
        try:
            number = as_number(value, stored=self.stored)
        except PydanticCustomError as error:
            self.problem(path, error.type, **(error.context or {}))
            return None
        if least is not None and number < least:
            self.problem(path, "negative" if least == 0 else "zero", value=plain(number))
            return None
        return number

    def whole(self, value: Any, path: Path, *, least: int = 0) -> int | None:
        number = self.number(value, path, least=least)
        if number is None:
            return None
        if number != number.to_integral_value():
            self.problem(path, "whole", value=plain(number))
            return None
        return int(number)

    def date(self, value: Any, path: Path) -> datetime.date | None:
        if isinstance(value, datetime.datetime):
            return value.date()
        if isinstance(value, datetime.date):
            return value
        try:
            if isinstance(value, str) and len(value) == 10:
                return datetime.date.fromisoformat(value)
        except ValueError:
            pass
        self.problem(path, "date", value=value)
        return None

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

    # facts

    def fact(self, data: Any, path: Path) -> Fact | None:
        if not isinstance(data, Mapping):
            self.problem(path, "not_a_mapping")
            return None
        fields: dict[str, Any] = {}
        before = len(self.problems)
        for key, value in data.items():
            read = _FACT_FIELDS.get(key)
            if read is None:
                self.problem((*path, key), "unknown_key", key=key, known=list(_FACT_FIELDS))
            elif value is not None:
                fields[key] = read(self, value, (*path, key))
        if fields.get("clause") is None:
            if "clause" not in data:
                self.problem((*path, "clause"), "missing", field="clause")
            return None
        fields.pop("evidence", None)
        return Fact(**fields) if len(self.problems) == before else None

    def plain_text(self, value: Any, path: Path) -> str:
        return self.text({str(path[-1]): value}, str(path[-1]), path[:-1]) or ""

    def clause_code(self, value: Any, path: Path) -> str | None:
        if isinstance(value, str) and value in self.definition.clauses:
            return value
        near = difflib.get_close_matches(str(value), list(self.definition.clauses), n=3, cutoff=0.4)
        self.problem(path, "unknown_clause", code=value, known=near or list(self.definition.clauses)[:10])
        return None

    def share(self, value: Any, path: Path) -> Decimal | str | None:
        if isinstance(value, str) and not self.stored:
            return value
        if isinstance(value, str):
            try:
                value = as_number(value, stored=True)
            except PydanticCustomError:
                return str(value)
        number = self.number(value, path)
        if number is not None and not 0 < number <= 1:
            self.problem(path, "share_range", value=plain(number))
        return number

    def target(self, value: Any, path: Path) -> str | Decimal | None:
        # A code under the basis `targets`, a figure under `ratio`: the clause's declaration decides which is right.
        return value if isinstance(value, str) else self.number(value, path)

    def inputs(self, value: Any, path: Path) -> dict[str, Decimal]:
        if not isinstance(value, Mapping):
            self.problem(path, "wrong_type", wanted="mapping", value=value)
            return {}
        numbers = {str(code): self.number(number, (*path, str(code))) for code, number in value.items()}
        return {code: number for code, number in numbers.items() if number is not None}

    def codes(self, value: Any, path: Path) -> tuple[str, ...]:
        return self.texts({str(path[-1]): value}, str(path[-1]), path[:-1])

    def flag(self, value: Any, path: Path) -> bool:
        if not isinstance(value, bool):
            self.problem(path, "wrong_type", wanted="true/false", value=value)
            return False
        return value

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
            self.problem(path, "rating", value=value, wanted=list(worth))
            return None
        number = self.number(value, path)
        if number is not None and not 0 <= number <= panel.full:
            self.problem(path, "rating", value=plain(number), wanted=f"0–{plain(panel.full)}")
        return number


_FACT_FIELDS: dict[str, Callable[[_Reader, Any, Path], Any]] = {
    "clause": _Reader.clause_code,
    "id": _Reader.plain_text,
    "count": _Reader.whole,
    "level": _Reader.plain_text,
    "value": _Reader.number,
    "baseline": _Reader.number,
    "points": lambda reader, value, path: reader.number(value, path, least=0),
    "target": _Reader.target,
    "rank": lambda reader, value, path: reader.whole(value, path, least=1),
    "of": lambda reader, value, path: reader.number(value, path, least=0),
    "inputs": _Reader.inputs,
    "score": lambda reader, value, path: reader.number(value, path, least=0),
    "date": _Reader.date,
    "matter": _Reader.plain_text,
    "share": _Reader.share,
    "modifiers": _Reader.codes,
    "exempt": _Reader.flag,
    "reason": _Reader.plain_text,
    "note": _Reader.plain_text,
    "evidence": lambda reader, value, path: None,
}
