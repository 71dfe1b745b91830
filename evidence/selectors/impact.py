"""What another version of its rubric would do to a running cycle: units, facts, rulings. Constant queries.

Nothing is written here; the service works the same out again when it does what the page says.
"""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from django.db.models import Max, Q

from evidence import explain, outline
from evidence.facts import FactChecker, read_fact
from evidence.facts.checking import check_targets
from evidence.models import Fact, PanelRating, Ruling
from evidence.selectors.records import bare_unit
from rubrics import selectors as rubrics_selectors
from rubrics.checks import full_marks
from rubrics.differences import Touched, touched_clauses
from rubrics.kinds.numbers import plain
from rubrics.kinds.problems import errors_in

if TYPE_CHECKING:
    from rubrics.definition import Definition
    from rubrics.models import Cycle, Enrolment, Rubric


class FactRow(NamedTuple):
    """One fact under a rule that is not as it was, in the order of ``COLUMNS``."""

    pk: int
    version: int
    enrolment: int
    clause: str
    origin: str
    state: str
    said: dict[str, Any]
    date: Any
    share: str
    modifiers: list[str]
    misfit: str


COLUMNS = (
    "pk", "version", "enrolment_id", "clause_code", "origin", "state", "said", "date", "share", "modifiers", "misfit",
)  # fmt: skip


@dataclass(frozen=True)
class Effect:
    """What becomes of one fact. ``misfit``: why it no longer counts, or nothing; ``why`` the problem in words."""

    row: FactRow
    misfit: str
    why: str
    decided: bool
    reopens: bool


@dataclass
class ClauseImpact:
    """One clause with what stands under it. ``manner`` of a clause that only concerns other units now: elsewhere."""

    code: str
    text: str
    ref: str
    manner: Literal["removed", "changed", "elsewhere"]
    facts: int = 0
    ruled: int = 0
    units: set[int] = field(default_factory=set)


@dataclass
class UnitImpact:
    """One unit: items it loses and gets (full codes), and what becomes of its facts."""

    enrolment: Enrolment
    lost: tuple[str, ...]
    gained: tuple[str, ...]
    marks: str
    """Its full marks against the total of its series, where they no longer reach it."""
    targets: bool = False
    """Whether its own targets do not fit the other version: their item is gone, or they add up to another sum."""
    facts: int = 0
    reopened: int = 0
    misfits: int = 0
    gone: int = 0

    @property
    def concerned(self) -> bool:
        return bool(self.lost or self.gained or self.facts or self.marks or self.targets)


@dataclass(frozen=True)
class Around:
    """What else of the cycle hangs on codes of the rubric."""

    series_gone: tuple[str, ...] = ()
    phases_new: tuple[str, ...] = ()
    phases_gone: tuple[str, ...] = ()
    providers_new: tuple[str, ...] = ()
    providers_gone: tuple[str, ...] = ()
    categories_gone: tuple[str, ...] = ()
    """Top categories that reviewers are assigned and that are gone."""
    ratings: int = 0
    """Ballots counted for panels that are gone or otherwise now."""


@dataclass(frozen=True)
class Impact:
    old: Definition
    new: Definition
    effects: tuple[Effect, ...]
    clauses: tuple[ClauseImpact, ...]
    units: tuple[UnitImpact, ...]
    around: Around

    @cached_property
    def reopened(self) -> tuple[Effect, ...]:
        return tuple(effect for effect in self.effects if effect.reopens)

    @cached_property
    def misfits(self) -> tuple[Effect, ...]:
        """Facts that their owners have to put right."""
        return tuple(effect for effect in self.effects if effect.misfit == Fact.Misfit.SAID)

    @cached_property
    def gone(self) -> tuple[Effect, ...]:
        """Facts that do not count any more, and about which there is nothing to do."""
        return tuple(one for one in self.effects if one.misfit in (Fact.Misfit.GONE, Fact.Misfit.ELSEWHERE))

    @cached_property
    def seal(self) -> str:
        """A short fingerprint of everything that would be done: what was confirmed must be what is done."""
        told = [(one.row.pk, one.row.version, one.misfit, one.reopens) for one in self.effects]
        units = [(one.enrolment.pk, one.lost, one.gained) for one in self.units if one.concerned]
        return hashlib.sha256(repr((told, units)).encode()).hexdigest()[:16]


def impact_of(cycle: Cycle, old: Rubric, new: Rubric) -> Impact:
    """What moving the cycle from the one version to the other does to its records as they are now."""
    before, after = rubrics_selectors.definition_of(old), rubrics_selectors.definition_of(new)
    enrolments = list(rubrics_selectors.enrolments_in(cycle))
    touched = touched_clauses(before, after)
    reach = _Reach(before, after)
    rows = _rows(cycle, before, after, touched, reach.moved_clauses(enrolments))
    decided = _decided(cycle, [row.pk for row in rows])
    judge = _Judge(after, reach, {one.pk: one for one in enrolments})
    effects = [_effect(judge, touched, row, row.pk in decided) for row in rows]
    kept = tuple(one for one in effects if one.row.clause in touched or one.misfit != one.row.misfit)
    return Impact(
        before,
        after,
        kept,
        tuple(_clauses(before, after, touched, kept)),
        tuple(_units(enrolments, reach, kept)),
        _around(cycle, before, after, enrolments),
    )


class _Reach:
    """Which items and clauses concern which unit before and after; units that nothing tells apart share an answer."""

    def __init__(self, before: Definition, after: Definition) -> None:
        self.before, self.after = before, after
        self.named = {code for one in (before, after) for code in _named_units(one)}
        self._known: dict[tuple[bool, outline.Unit], tuple[tuple[str, ...], frozenset[str]]] = {}

    def items(self, enrolment: Enrolment, *, after: bool) -> tuple[str, ...]:
        return self._of(enrolment, after=after)[0]

    def clauses(self, enrolment: Enrolment, *, after: bool) -> frozenset[str]:
        return self._of(enrolment, after=after)[1]

    def moved_clauses(self, enrolments: Iterable[Enrolment]) -> set[str]:
        """Clauses that concern some unit no more, or newly."""
        found: set[str] = set()
        for enrolment in enrolments:
            found |= self.clauses(enrolment, after=False) ^ self.clauses(enrolment, after=True)
        return found

    def _of(self, enrolment: Enrolment, *, after: bool) -> tuple[tuple[str, ...], frozenset[str]]:
        code = enrolment.unit.code
        unit = outline.unit_key(
            code if code in self.named else "", enrolment.series_code, enrolment.tags, enrolment.not_applicable
        )
        found = self._known.get((after, unit))
        if found is None:
            entries = outline.outline_of(self.after if after else self.before, unit)
            clauses = frozenset(code for entry in entries for code, _clause in entry.clauses)
            found = self._known[(after, unit)] = (tuple(entry.code for entry in entries), clauses)
        return found


def _named_units(definition: Definition) -> Iterable[str]:
    for part in (*definition.nodes.values(), *definition.clauses.values()):
        yield from part.applies_to.units


def _rows(
    cycle: Cycle, before: Definition, after: Definition, touched: Mapping[str, Touched], moved: set[str]
) -> list[FactRow]:
    """The facts that anything can happen to: under touched clauses, or set aside by a version before."""
    wanted = Q(clause_code__in=sorted({*touched, *moved})) | ~Q(misfit="")
    if (before.period, before.year) != (after.period, after.year):
        wanted |= Q(date__isnull=False)
    rows = Fact.objects.filter(wanted, enrolment__cycle=cycle).exclude(state=Fact.State.WITHDRAWN)
    return [FactRow(*values) for values in rows.order_by("pk").values_list(*COLUMNS)]


def _decided(cycle: Cycle, keys: list[int]) -> set[int]:
    """Of these facts those on whose present version a decision stands."""
    last = Ruling.objects.filter(fact__enrolment__cycle=cycle).exclude(verdict=Ruling.Verdict.REOPENED)
    rows = last.order_by().values_list("fact_id", "fact__version").annotate(about=Max("fact_version"))
    wanted = set(keys)
    return {fact for fact, present, about in rows if fact in wanted and about == present}


class _Judge:
    """Says of a fact whether it fits the other version; units are read once."""

    def __init__(self, definition: Definition, reach: _Reach, enrolments: dict[int, Enrolment]) -> None:
        self.definition, self.reach, self.enrolments = definition, reach, enrolments
        self.checker = FactChecker(definition)

    def misfit(self, row: FactRow) -> tuple[str, str]:
        """Why it does not fit, and the problem in words; nothing where it fits."""
        enrolment = self.enrolments[row.enrolment]
        if row.clause not in self.definition.clauses:
            return Fact.Misfit.GONE, ""
        if row.clause not in self.reach.clauses(enrolment, after=True):
            return Fact.Misfit.ELSEWHERE, ""
        entry = {"clause": row.clause, **row.said}
        more = {"share": row.share, "date": row.date, "modifiers": row.modifiers}
        fact, problems = read_fact(entry | {key: value for key, value in more.items() if value},
                                   self.definition, stored=True)  # fmt: skip
        if fact is not None:
            problems = [*problems, *self.checker.check(bare_unit(enrolment), fact, ())]
        errors = errors_in(problems)
        return (Fact.Misfit.SAID, explain.problem_text(errors[0])) if errors else ("", "")


def _effect(judge: _Judge, touched: Mapping[str, Touched], row: FactRow, decided: bool) -> Effect:
    misfit, why = judge.misfit(row)
    changed = (row.clause in touched and touched[row.clause].manner == "changed") or misfit != row.misfit
    in_queue = misfit in ("", Fact.Misfit.SAID)
    return Effect(row, misfit, why, decided, row.state == Fact.State.RECORDED and decided and changed and in_queue)


def _clauses(
    before: Definition, after: Definition, touched: Mapping[str, Touched], effects: Iterable[Effect]
) -> Iterable[ClauseImpact]:
    """Touched clauses in reading order, those without facts too; then those that only changed whom they concern."""
    found: dict[str, ClauseImpact] = {}
    for code, one in touched.items():
        found[code] = ClauseImpact(code, before.clauses[code].text, before.clauses[code].ref, one.manner)
    for effect in effects:
        code = effect.row.clause
        if code not in found:
            clause = after.clauses.get(code) or before.clauses.get(code)
            if clause is None:
                continue
            found[code] = ClauseImpact(code, clause.text, clause.ref, "elsewhere")
        found[code].facts += 1
        found[code].ruled += effect.decided
        found[code].units.add(effect.row.enrolment)
    return found.values()


def _units(enrolments: list[Enrolment], reach: _Reach, effects: Iterable[Effect]) -> Iterable[UnitImpact]:
    counts: dict[str, Counter[int]] = defaultdict(Counter)
    for effect in effects:
        key = effect.row.enrolment
        counts["facts"][key] += 1
        counts["reopened"][key] += effect.reopens
        counts["misfits"][key] += effect.misfit == Fact.Misfit.SAID
        counts["gone"][key] += effect.misfit in (Fact.Misfit.GONE, Fact.Misfit.ELSEWHERE)
    for enrolment in enrolments:
        had, has = reach.items(enrolment, after=False), reach.items(enrolment, after=True)
        yield UnitImpact(
            enrolment,
            tuple(code for code in had if code not in has),
            tuple(code for code in has if code not in had),
            _short_of(reach.after, enrolment),
            bool(enrolment.targets) and bool(check_targets(reach.after, bare_unit(enrolment), ())),
            **{name: counts[name][enrolment.pk] for name in ("facts", "reopened", "misfits", "gone")},
        )


def _short_of(definition: Definition, enrolment: Enrolment) -> str:
    """``98 / 100`` where the unit's full marks do not reach the total of its series."""
    reached = full_marks(
        definition, series=enrolment.series_code or None, tags=frozenset(enrolment.tags), unit=enrolment.unit.code
    )
    total = definition.total_of(enrolment.series_code or None)
    return f"{plain(reached)} / {plain(total)}" if reached < total and not enrolment.not_applicable else ""


def _around(cycle: Cycle, before: Definition, after: Definition, enrolments: list[Enrolment]) -> Around:
    known = {one.code for one in after.series}
    held = {one.series_code for one in enrolments if one.series_code}
    there = {phase.code for phase in rubrics_selectors.phases_of(cycle)}
    wanted = after.procedure.phases
    providers = {one.code: one.title or one.code for one in (*before.providers, *after.providers)}
    tied = set(rubrics_selectors.provider_units_in(cycle))
    named = {one.code for one in after.providers}
    assigned = {row.category_code for row in rubrics_selectors.assignments_in(cycle) if row.category_code}
    tops = {node.code for node in after.categories}
    same = {panel.code for panel in after.panels if before.panel(panel.code) == panel}
    return Around(
        series_gone=tuple(_title(before.series, code) for code in sorted(held - known)),
        phases_new=tuple(code for code in wanted if code not in there),
        phases_gone=tuple(phase for phase in before.procedure.phases if phase in there and phase not in wanted),
        providers_new=tuple(
            providers[one.code] for one in after.providers if one.code not in {p.code for p in before.providers}
        ),
        providers_gone=tuple(providers.get(code, code) for code in sorted(tied - named)),
        categories_gone=tuple(_title(before.categories, code) for code in sorted(assigned - tops)),
        ratings=PanelRating.objects.filter(cycle=cycle).exclude(panel_code__in=same).count(),
    )


def _title(entries: Iterable[Any], code: str) -> str:
    return next((one.title or one.code for one in entries if one.code == code), code)
