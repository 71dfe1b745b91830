"""Full marks: do they add up, for every category and for every kind of unit? All figures in points."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from itertools import combinations, islice
from typing import NamedTuple

from rubrics.checks.places import placed_clauses, placed_nodes
from rubrics.definition.records import AppliesTo, Category, Definition, Item, marks_of
from rubrics.kinds.numbers import plain
from rubrics.kinds.problems import ERROR, HINT, Path, Problem, Words

MOST_TAG_SETS = 64
_MOST_NAMED = 4
_ALL = Words("所有单位", "all units")


def check_sums(definition: Definition) -> list[Problem]:
    """A category's stated points equal Σ weight × points of its children, unless it is a pool or differs by unit."""
    problems = []
    for path, code, node, _ in placed_nodes(definition):
        if not isinstance(node, Category) or node.is_pool or node.points is None or not node.children:
            continue
        if any(child.applies_to for child in node.children):
            continue
        reached = sum((child.weight * marks_of(child) for child in node.children), Decimal(0))
        if reached != node.points:
            found = {"code": code, "stated": plain(node.points), "sum": plain(reached)}
            problems.append(Problem((*path, "points"), "sum_mismatch", found))
    return problems


class Unit(NamedTuple):
    """A kind of unit: what decides which nodes apply to it."""

    series: str | None
    tags: frozenset[str] = frozenset()
    code: str = ""
    granted: frozenset[str] = frozenset()
    """Nodes granted as not its duty: a decision about one unit, no gap in the rubric; they count with their points."""


class FullMarks:
    """The full marks of one definition for any kind of unit; what is the same for all is added up once."""

    def __init__(self, definition: Definition) -> None:
        self._tops = definition.categories
        self._same: dict[str, Decimal] = {}
        for top in definition.categories:
            self._learn(top, top.code)

    def of(self, unit: Unit) -> Decimal:
        """What units of this kind can reach, added up from items and pools.

        Nodes that do not apply count where they are then full, mean or scaled, not where they are skipped.
        """
        return sum((top.weight * self._of(top, top.code, unit) for top in self._tops), Decimal(0))

    def _of(self, node: Item | Category, code: str, unit: Unit) -> Decimal:
        if not unit.granted and code in self._same:
            return self._same[code]
        if code in unit.granted:
            return marks_of(node)
        if not node.applies_to.covers(series=unit.series, tags=unit.tags, unit=unit.code):
            return Decimal(0) if node.when_not_applicable == "skip" else marks_of(node)
        if not isinstance(node, Category) or node.is_pool:
            return marks_of(node)
        below = (child.weight * self._of(child, f"{code}.{child.code}", unit) for child in node.children)
        return sum(below, Decimal(0))

    def _learn(self, node: Item | Category, code: str) -> Decimal | None:
        """Remember the marks of a part that applies to everyone; None where it differs by unit."""
        marks: Decimal | None = marks_of(node)
        if isinstance(node, Category) and not node.is_pool:
            below = [(child.weight, self._learn(child, f"{code}.{child.code}")) for child in node.children]
            known = [weight * each for weight, each in below if each is not None]
            marks = sum(known, Decimal(0)) if len(known) == len(below) else None
        if marks is None or node.applies_to:
            return None
        self._same[code] = marks
        return marks


def full_marks(definition: Definition, *, series: str | None, tags: Iterable[str] = (), unit: str = "") -> Decimal:
    """The marks that a unit of this kind can reach, see `FullMarks.of`."""
    return FullMarks(definition).of(Unit(series, frozenset(tags), unit))


def kinds_of_units(definition: Definition) -> list[tuple[str | None, tuple[str, ...], str]]:
    """Every kind of unit that the rubric tells apart: series × tags, or a unit that it names (series, tags, unit)."""
    everywhere = [placed.node.applies_to for placed in placed_nodes(definition)]
    everywhere += [placed.clause.applies_to for placed in placed_clauses(definition)]
    return _kinds(definition, everywhere)


def _kinds(definition: Definition, everywhere: Sequence[AppliesTo]) -> list[tuple[str | None, tuple[str, ...], str]]:
    series: list[str | None] = [entry.code for entry in definition.series] or [None]
    tags = sorted({tag for applies_to in everywhere for tag in applies_to.tags})
    units = list(dict.fromkeys(unit for applies_to in everywhere for unit in applies_to.units))
    if units:
        return [(code, (), unit) for code in series for unit in units]
    all_sets = (chosen for size in range(len(tags) + 1) for chosen in combinations(tags, size))
    sets = list(islice(all_sets, MOST_TAG_SETS))
    return [(code, chosen, "") for code in series for chosen in sets]


class Sums(NamedTuple):
    """What one kind of unit reaches of the total of its series. `expected`: whether such units are to be expected."""

    unit: Unit
    reached: Decimal
    wanted: Decimal
    expected: bool = True

    @property
    def difference(self) -> Decimal:
        """Below 0 where marks are missing."""
        return self.reached - self.wanted

    @property
    def fits(self) -> bool:
        return self.reached == self.wanted


def sums_of(definition: Definition) -> list[Sums]:
    """What every kind of unit reaches that the nodes tell apart (what differs by clause moves no full marks)."""
    marks = FullMarks(definition)
    wanted = {entry.code: definition.total_of(entry.code) for entry in definition.series}
    kinds = _kinds(definition, [placed.node.applies_to for placed in placed_nodes(definition)])
    found = []
    for series, tags, code in kinds:
        unit = Unit(series, frozenset(tags), code)
        found.append(Sums(unit, marks.of(unit), wanted.get(series or "", definition.total)))
    return _expected(_in_one_series(found))


def _in_one_series(sums: list[Sums]) -> list[Sums]:
    """A unit that the rubric names is in one series, and it does not say in which: the one where its marks fit best."""
    best: dict[str, Sums] = {}
    for each in sums:
        code = each.unit.code
        if code and (code not in best or abs(each.difference) < abs(best[code].difference)):
            best[code] = each
    return [each for each in sums if not each.unit.code or best[each.unit.code] is each]


def _expected(sums: list[Sums]) -> list[Sums]:
    """Where each of several tags fits by itself and no tag does not, the tags stand for one another: a unit has one."""
    by_series: dict[str | None, dict[frozenset[str], bool]] = {}
    for each in sums:
        by_series.setdefault(each.unit.series, {})[each.unit.tags] = each.fits
    found = []
    for each in sums:
        fits = by_series[each.unit.series]
        single = [tags for tags, fit in fits.items() if len(tags) == 1 and fit]
        one_of_them = len(single) > 1 and not fits.get(frozenset(), True)
        taken = sum(tags <= each.unit.tags for tags in single)
        found.append(each._replace(expected=not one_of_them or taken == 1))
    return found


def check_marks(definition: Definition) -> list[Problem]:
    """An error for the kinds of units whose full marks stay below the total of their series, a hint where above.

    Kinds that miss by the same are named together, the plainest of them first.
    """
    groups: dict[tuple[Path, Decimal, Decimal, bool], list[Unit]] = {}
    for each in sums_of(definition):
        if not each.fits:
            key = (_total_path(definition, each.unit.series), each.reached, each.wanted, each.expected)
            groups.setdefault(key, []).append(each.unit)
    problems = []
    for (path, reached, wanted, expected), units in groups.items():
        names = [kind_name(definition, unit) for unit in plainest(units)]
        shown = names if len(names) <= _MOST_NAMED else [*names[:_MOST_NAMED], f"+{len(names) - _MOST_NAMED}"]
        problems.append(_marks_problem(path, shown, reached, wanted, expected=expected))
    return problems


def plainest(units: Sequence[Unit]) -> list[Unit]:
    """Without the units whose tags only add to those of another one of the same series and code."""
    known = {(unit.series, unit.code, unit.tags) for unit in units}
    return [
        unit
        for unit in units
        if not any(
            (unit.series, unit.code, frozenset(fewer)) in known
            for size in range(len(unit.tags))
            for fewer in combinations(sorted(unit.tags), size)
        )
    ]


def kind_name(definition: Definition, unit: Unit) -> str:
    """`职能部门 × window`: the series, its tags, and the unit where the rubric names it; empty for all units."""
    titles = {entry.code: entry.title or entry.code for entry in definition.series}
    series = titles.get(unit.series or "", unit.series or "")
    return " × ".join(part for part in (series, *sorted(unit.tags), unit.code) if part)


def marks_problem(definition: Definition, unit: Unit) -> Problem | None:
    """What is wrong with the full marks of one kind of unit, if anything."""
    wanted = definition.total_of(unit.series)
    reached = FullMarks(definition).of(unit)
    if reached == wanted:
        return None
    path = _total_path(definition, unit.series)
    return _marks_problem(path, [kind_name(definition, unit)], reached, wanted, expected=True)


def _marks_problem(path: Path, who: list[str], reached: Decimal, wanted: Decimal, *, expected: bool) -> Problem:
    named = [name or _ALL for name in who]
    found = {
        "who": named,
        "reached": plain(reached),
        "total": plain(wanted),
        "difference": plain(abs(reached - wanted)),
    }
    if reached < wanted:
        return Problem(path, "marks_below_total", found, ERROR if expected else HINT)
    return Problem(path, "marks_above_total", found, HINT)


def _total_path(definition: Definition, series: str | None) -> Path:
    """Where the total stands that units of a series must reach."""
    for place, entry in enumerate(definition.series):
        if entry.code == series and entry.total is not None:
            return "series", place, "total"
    return ("total",)
