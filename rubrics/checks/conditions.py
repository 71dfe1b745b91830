"""The conditions of grading rules as sets of demands that can be compared: what follows from what, what never holds."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import TypeVar

from rubrics.definition.records import When

MOST_CASES = 64
_N = TypeVar("_N", int, Decimal)


@dataclass(frozen=True)
class Case:
    """Demands that must all hold. Totals lie in [least, below); None: no bound."""

    least: Decimal | None = None
    below: Decimal | None = None
    nodes: dict[str, Decimal] = field(default_factory=dict)
    top: dict[str, int] = field(default_factory=dict)
    bottom: dict[str, int] = field(default_factory=dict)
    facts: frozenset[str] = frozenset()
    no_veto: bool = False
    tags: frozenset[str] = frozenset()
    series: frozenset[str] | None = None
    holds: dict[str, Decimal] = field(default_factory=dict)

    @property
    def ranked(self) -> bool:
        return bool(self.top or self.bottom)

    @property
    def only_totals(self) -> bool:
        """Whether nothing is demanded but a total and a series."""
        return self == Case(least=self.least, below=self.below, series=self.series)


def own_case(when: When) -> Case:
    """What a condition itself demands, whatever its `any` says."""
    return Case(
        least=when.total_at_least,
        below=when.total_below,
        nodes=dict(when.node_at_least),
        top={} if when.rank_at_most is None else {when.within: when.rank_at_most},
        bottom={} if when.rank_from_bottom_at_most is None else {when.within: when.rank_from_bottom_at_most},
        facts=frozenset(when.has_fact),
        no_veto=bool(when.no_veto),
        tags=frozenset(when.has_tag),
        series=frozenset(when.in_series) or None,
        holds={} if when.holds_grade is None else {when.holds_grade.code: when.holds_grade.years},
    )


def cases_of(when: When) -> list[Case] | None:
    """The ways in which a condition may hold, each a set of demands; None where they are too many to compare."""
    cases = [own_case(when)]
    if when.any:
        members: list[Case] = []
        for inner in when.any:
            found = cases_of(inner)
            if found is None:
                return None
            members += found
        cases = [both(cases[0], member) for member in members]
    return cases if len(cases) <= MOST_CASES else None


def both(one: Case, other: Case) -> Case:
    """The demands of two cases together."""
    series = one.series if other.series is None else other.series
    if one.series is not None and other.series is not None:
        series = one.series & other.series
    return Case(
        least=_greatest(one.least, other.least),
        below=_smallest(one.below, other.below),
        nodes=_merged(one.nodes, other.nodes, greatest=True),
        top=_merged(one.top, other.top, greatest=False),
        bottom=_merged(one.bottom, other.bottom, greatest=False),
        facts=one.facts | other.facts,
        no_veto=one.no_veto or other.no_veto,
        tags=one.tags | other.tags,
        series=series,
        holds=_merged(one.holds, other.holds, greatest=True),
    )


def _greatest(one: Decimal | None, other: Decimal | None) -> Decimal | None:
    return max((bound for bound in (one, other) if bound is not None), default=None)


def _smallest(one: Decimal | None, other: Decimal | None) -> Decimal | None:
    return min((bound for bound in (one, other) if bound is not None), default=None)


def _merged(one: dict[str, _N], other: dict[str, _N], *, greatest: bool) -> dict[str, _N]:
    choose = max if greatest else min
    return {**one, **{key: choose(value, one.get(key, value)) for key, value in other.items()}}


def follows(narrow: Case, wide: Case) -> bool:
    """Whether what `wide` demands holds wherever `narrow` does, totals left aside."""
    return (
        all(narrow.nodes.get(code, least - 1) >= least for code, least in wide.nodes.items())
        and all(_ranks(narrow.top, scope, most) for scope, most in wide.top.items())
        and all(_ranks(narrow.bottom, scope, most) for scope, most in wide.bottom.items())
        and wide.facts <= narrow.facts
        and (narrow.no_veto or not wide.no_veto)
        and wide.tags <= narrow.tags
        and (wide.series is None or (narrow.series is not None and narrow.series <= wide.series))
        and all(narrow.holds.get(code, years - 1) >= years for code, years in wide.holds.items())
    )


def _ranks(narrow: dict[str, int], scope: str, most: int) -> bool:
    """Whoever is among the first (or the last) of all units is so within the series as well."""
    scopes = ("series", "all") if scope == "series" else ("all",)
    return any(narrow.get(each, most + 1) <= most for each in scopes)


Span = tuple[Decimal | None, Decimal | None]
"""Totals from a least one up to, and without, another; None: no bound."""


def span_of(case: Case) -> Span:
    return case.least, case.below


def uncovered(whole: Span, spans: list[Span], most: Decimal | None) -> list[Span]:
    """The parts of a span of totals that the others leave. `most` is the greatest total there is, itself included."""
    least, below = whole
    gaps: list[Span] = []
    at = least
    for low, high in sorted(spans, key=lambda span: (span[0] is not None, span[0] or 0)):
        if _beyond(at, below, most):
            return gaps
        if low is not None and (at is None or low > at):
            end = low if below is None else min(low, below)
            gaps.append((at, end))
            at = low
        if high is None:
            return gaps
        at = high if at is None else max(at, high)
    if not _beyond(at, below, most):
        gaps.append((at, below))
    return gaps


def _beyond(at: Decimal | None, below: Decimal | None, most: Decimal | None) -> bool:
    if at is None:
        return False
    return (below is not None and at >= below) or (most is not None and at > most)
