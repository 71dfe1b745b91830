"""Rules of gradings that cannot do what they say: never met, shadowed, without places, or leaving units out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal

from rubrics.checks.audience import audiences
from rubrics.checks.conditions import Case, Span, both, cases_of, follows, own_case, span_of, uncovered
from rubrics.checks.reach import Bounds, most_of_node, total_bounds
from rubrics.checks.references import repeated
from rubrics.checks.titles import choice_title
from rubrics.definition.records import Category, Definition, Grading, Quota, Rule, When
from rubrics.kinds.numbers import plain
from rubrics.kinds.problems import ERROR, HINT, Path, Problem, hint


def check_rules(definition: Definition, units: Mapping[str, int] | None = None) -> list[Problem]:
    """`units` counts the units in rank of each series, where a cycle is known."""
    problems: list[Problem] = []
    limits = _Limits(definition)
    for place, grading in enumerate(definition.gradings):
        path: Path = ("gradings", place)
        never = set()
        for rule_place, rule in enumerate(grading.rules):
            here = (*path, "rules", rule_place)
            faults, possible = _possible(rule.when, Case(), (*here, "when"), limits)
            problems += faults
            problems += repeated(rule.consequences, (*here, "consequences"))
            nobody = list(_quota(definition, rule, here, units))
            problems += nobody
            problems += _about(definition, rule, here)
            if not possible or any(problem.code in ("quota_nobody", "quota_elsewhere") for problem in nobody):
                never.add(rule_place)
        problems += _shadowed(definition, grading, path, limits.total, never)
        problems += _left_over(definition, grading, path, limits.total)
    return problems


def merit_order(grading: Grading) -> list[str]:
    """Grade codes from the best to the worst: by `merit`, else the list with its sinks at the end in reverse order."""
    if any(rule.merit is not None for rule in grading.rules):
        return [rule.code for rule in sorted(grading.rules, key=lambda rule: rule.merit or 0)]
    sinks = [rule.code for rule in grading.rules if _is_sink(rule.when)]
    return [rule.code for rule in grading.rules if not _is_sink(rule.when)] + sinks[::-1]


def _is_sink(when: When) -> bool:
    if when.total_below is not None or when.rank_from_bottom_at_most is not None:
        return True
    return bool(when.any) and all(_is_sink(inner) for inner in when.any)


class _Limits:
    """What totals and nodes can be, and to which series clauses and ranks belong."""

    def __init__(self, definition: Definition) -> None:
        self.definition = definition
        self.total = total_bounds(definition)
        self.out_of_rank = frozenset(definition.ranking.out_of_rank.series)
        self.everyone = frozenset(entry.code for entry in definition.series)
        self._series: dict[str, frozenset[str] | None] | None = None

    def most_of(self, code: str) -> Decimal | None:
        node = self.definition.nodes.get(code)
        if node is None:
            return None
        parent = self.definition.nodes.get(code.rpartition(".")[0])
        return most_of_node(node, in_pool=isinstance(parent, Category) and parent.is_pool)

    def series_of(self, clause: str) -> frozenset[str] | None:
        """The series to which a clause applies; None: all."""
        if self._series is None:
            self._series = {code: audience.series for code, audience in audiences(self.definition).items()}
        return self._series.get(clause)


def _possible(when: When, above: Case, path: Path, limits: _Limits) -> tuple[list[Problem], bool]:
    """Why a condition can never hold; within an `any` that may still hold otherwise this is only a hint."""
    case = both(above, own_case(when))
    fault = next(_faults(case, when, path, limits), None)
    if fault is not None:
        return [fault], False
    problems: list[Problem] = []
    possible = not when.any
    for place, inner in enumerate(when.any):
        found, holds = _possible(inner, case, (*path, "any", place), limits)
        problems += found
        possible = possible or holds
    if possible:
        problems = [problem._replace(severity=HINT) for problem in problems]
    return problems, possible


def _faults(case: Case, when: When, path: Path, limits: _Limits) -> Iterator[Problem]:
    low, most = limits.total
    if case.least is not None and case.below is not None and case.least >= case.below:
        name = "total_at_least" if when.total_at_least is not None else "total_below"
        found = {"low": plain(case.least), "high": plain(case.below)}
        yield Problem((*path, name), "rule_contradicts", found, ERROR)
    if when.total_at_least is not None and most is not None and when.total_at_least > most:
        found = {"value": plain(when.total_at_least), "most": plain(most)}
        yield Problem((*path, "total_at_least"), "rule_beyond_total", found, ERROR)
    if when.total_below is not None and low is not None and when.total_below <= low:
        found = {"value": plain(when.total_below), "least": plain(low)}
        yield Problem((*path, "total_below"), "rule_below_all", found, ERROR)
    for code, least in when.node_at_least:
        reached = limits.most_of(code)
        if reached is not None and least > reached:
            found = {"code": code, "value": plain(least), "most": plain(reached)}
            yield Problem((*path, "node_at_least"), "rule_beyond_node", found, ERROR)
    if case.series is not None:
        yield from _series_faults(case, path, limits)
    elif case.ranked and limits.everyone and limits.everyone <= limits.out_of_rank:
        yield Problem(path, "rule_out_of_rank", {"series": sorted(limits.everyone)}, ERROR)


def _series_faults(case: Case, path: Path, limits: _Limits) -> Iterator[Problem]:
    named = case.series or frozenset()
    if not named:
        yield Problem((*path, "in_series"), "rule_no_series", {}, ERROR)
        return
    if case.ranked and named <= limits.out_of_rank:
        yield Problem((*path, "in_series"), "rule_out_of_rank", {"series": sorted(named)}, ERROR)
    for code in sorted(case.facts):
        own = limits.series_of(code)
        if own is not None and not own & named:
            yield Problem((*path, "has_fact"), "rule_fact_elsewhere", {"code": code, "series": sorted(named)}, ERROR)


def _quota(definition: Definition, rule: Rule, path: Path, units: Mapping[str, int] | None) -> Iterator[Problem]:
    quota = rule.quota
    if quota is None:
        if rule.tie != "extend":
            yield hint((*path, "tie"), "tie_without_quota", {"tie": choice_title("tie", rule.tie)})
        return
    here = (*path, "quota")
    if rule.tie == "tiebreak" and not definition.ranking.tie_breakers:
        yield hint((*path, "tie"), "tiebreak_without_breakers")
    by_series = dict(quota.by_series)
    if not (quota.every or quota.percent or any(by_series.values())):
        yield hint(here, "quota_nobody")
        return
    titles = {entry.code: entry.title or entry.code for entry in definition.series}
    out_of_rank = set(definition.ranking.out_of_rank.series)
    named = set(rule.when.in_series)
    if by_series and named and not any(by_series.get(code) for code in named):
        known = [titles.get(code, code) for code in sorted(named)]
        yield Problem(here, "quota_elsewhere", {"series": known}, ERROR)
        return
    for code, places in by_series.items():
        if places and code in out_of_rank:
            yield hint(here, "quota_out_of_rank", {"series": titles.get(code, code)})
    known_units = units or {}
    for code in titles:
        # A series of which nothing is known yet is not held to be empty.
        if code in known_units and code not in out_of_rank and (not named or code in named):
            yield from _against_units(quota, titles[code], code, known_units[code], here)


def _against_units(quota: Quota, title: str, code: str, count: int, path: Path) -> Iterator[Problem]:
    percent = quota.percent
    if percent is not None:
        if percent and count and quota.partial == "down" and percent * count < 100:
            found = {"series": title, "percent": plain(percent), "units": count}
            yield hint(path, "quota_rounds_to_none", found)
        return
    places = quota.every if quota.every is not None else dict(quota.by_series).get(code, 0)
    if places > count:
        yield hint(path, "quota_large", {"series": title, "places": places, "units": count})


def _about(definition: Definition, rule: Rule, path: Path) -> Iterator[Problem]:
    """Demands that always hold."""
    if rule.when.no_veto and not any(clause.effect == "veto" for clause in definition.clauses.values()):
        yield hint((*path, "when", "no_veto"), "no_veto_at_all")


def _shadowed(
    definition: Definition, grading: Grading, path: Path, total: Bounds, never: set[int]
) -> Iterator[Problem]:
    """Rules whose units an earlier rule has taken already. Rules with a quota leave units, barred grades do so too.

    A grade with conditions that can never be given is an error; a last rule for all others may be there to be safe.
    """
    barred = _barred(definition, grading)
    earlier: list[tuple[Rule, list[Case]]] = []
    for place, rule in enumerate(grading.rules):
        cases = cases_of(rule.when)
        if cases is None:
            continue
        if earlier and place not in never:
            takers = _takers(cases, earlier, total)
            if takers:
                found = {"rules": [taker.title or taker.code for taker in takers]}
                last = place == len(grading.rules) - 1 and rule.when == When()
                yield Problem((*path, "rules", place), "rule_shadowed", found, HINT if last else ERROR)
        if rule.quota is None and rule.code not in barred and place not in never:
            earlier.append((rule, cases))


def _barred(definition: Definition, grading: Grading) -> set[str]:
    """Grades that a veto may keep from a unit, which then falls to a later rule."""
    merits = merit_order(grading)
    barred: set[str] = set()
    for clause in definition.clauses.values():
        for consequence in clause.consequences:
            barred.update(consequence.bar_grades)
            if consequence.cap_grade in merits:
                barred.update(merits[: merits.index(str(consequence.cap_grade))])
    return barred


def _takers(cases: list[Case], earlier: list[tuple[Rule, list[Case]]], total: Bounds) -> list[Rule]:
    """The earlier rules that together take every unit of these cases; none where some unit may be left."""
    takers: list[Rule] = []
    for case in cases:
        spans: list[Span] = []
        own: list[Rule] = []
        for rule, others in earlier:
            found = [span_of(other) for other in others if follows(case, other)]
            spans += found
            own += [rule] if found else []
        least = case.least if case.least is not None else total.low
        if not spans or uncovered((least, case.below), spans, total.high):
            return []
        takers += [rule for rule in own if rule not in takers]
    return takers


def _left_over(definition: Definition, grading: Grading, path: Path, total: Bounds) -> Iterator[Problem]:
    """Totals that no rule takes for certain: those rules count that ask for nothing but a total and a series."""
    certain = [
        case for rule in grading.rules if rule.quota is None for case in cases_of(rule.when) or [] if case.only_totals
    ]
    titles = {entry.code: entry.title or entry.code for entry in definition.series}
    missing: dict[tuple[Span, ...], list[str]] = {}
    for code in titles or {"": ""}:
        spans = [span_of(case) for case in certain if case.series is None or code in case.series]
        gaps = uncovered((total.low, None), spans, total.high)
        if gaps:
            missing.setdefault(tuple(gaps), []).append(titles.get(code, ""))
    for found_gaps, who in missing.items():
        named = who if len(who) < len(titles) else []
        whole = found_gaps == ((total.low, None),)
        here = (*path, "rules")
        if whole and not named:
            yield hint(here, "grade_left_over")
        elif whole:
            yield hint(here, "grade_left_over_in", {"series": named})
        else:
            yield hint(here, "grade_gap", {"gaps": [_span_words(gap) for gap in found_gaps]})


def _span_words(span: Span) -> str:
    low, high = span
    return f"{'' if low is None else plain(low)}–{'' if high is None else plain(high)}"
