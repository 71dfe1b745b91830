"""The lists beside the units: grades that change, records without a place, what there is to know."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from scoring.sheets import grades
from scoring.sheets.notices import of_notice
from scoring.sheets.numbers import signed
from scoring.sheets.words import both, word
from scoring.tryout.records import Aside, Comparison, GradingMove, Left
from scoring.tryout.wording import Pair, aside_reason, aside_title

SHOWN_NAMES = 30


@dataclass(frozen=True)
class GradeCount:
    """One grade with the number of units that have it, before and after; None where the grading is not there."""

    title: str
    before: int | None
    after: int | None

    @property
    def difference(self) -> int | None:
        """None where nothing is different, or nothing can be compared."""
        return None if self.before is None or self.after is None else (self.after - self.before) or None

    @property
    def shown(self) -> str:
        """The difference with its sign."""
        return signed(self.difference, 0)


@dataclass(frozen=True)
class GradeRow:
    """One unit whose grade changes."""

    unit: str
    title: str
    before: str
    after: str


@dataclass(frozen=True)
class GradingView:
    """A grading: counts, who rises, who falls, and whose grade is another that cannot be compared."""

    title: str
    counts: tuple[GradeCount, ...]
    rises: tuple[GradeRow, ...]
    falls: tuple[GradeRow, ...]
    others: tuple[GradeRow, ...]


@dataclass(frozen=True)
class AsideRow:
    """What is set aside for one reason: of which clause, how often, whose."""

    code: str
    title: str
    reason: str
    count: int
    units: int
    names: tuple[str, ...]
    more: int


# grades


@dataclass(frozen=True)
class LeftRow:
    """Units that cannot be scored here, for one reason."""

    reason: str
    units: int
    facts: int
    names: tuple[str, ...]
    more: int


def grading_views(moves: Sequence[GradingMove], pair: Pair) -> list[GradingView]:
    return [_grading_view(move, pair) for move in moves]


def _grading_view(move: GradingMove, pair: Pair) -> GradingView:
    old = next((one for one in pair.before.gradings if one.code == move.code), None) if pair.before else None
    new = next((one for one in pair.after.gradings if one.code == move.code), None)
    named: dict[str | None, str] = {}
    for grading in (new, old):
        if grading is not None:
            for rule in grades.by_merit(grading):
                named.setdefault(rule.code, rule.title or rule.code)
    former = {rule.code: rule.title or rule.code for rule in old.rules} if old is not None else {}
    named[None] = word("no_grade", pair.lang)
    counts = [_count(code, title, move) for code, title in named.items()]
    kinds: dict[int, list[GradeRow]] = {1: [], -1: [], 0: []}
    for change in move.changes:
        was = former.get(change.before or "", named[change.before])
        kinds[change.direction].append(GradeRow(change.unit, change.title, was, named[change.after]))
    shown = new or old
    return GradingView(
        title=(shown.title or shown.code) if shown is not None else move.code,
        counts=tuple(count for count in counts if count is not None),
        rises=tuple(kinds[1]),
        falls=tuple(kinds[-1]),
        others=tuple(kinds[0]),
    )


def _count(code: str | None, title: str, move: GradingMove) -> GradeCount | None:
    before = move.before.get(code, 0) if move.before is not None else None
    after = move.after.get(code, 0) if move.after is not None else None
    if code is None and not before and not after:
        return None
    return GradeCount(title, before, after)


def aside_rows(aside: Iterable[Aside], pair: Pair, titles: Mapping[str, str]) -> list[AsideRow]:
    """What found no place, gathered by clause and reason, the most frequent first."""
    alike: dict[tuple[str, str, str], list[Aside]] = {}
    for one in aside:
        alike.setdefault((one.what, one.code, one.problem.code if one.problem else ""), []).append(one)
    found = []
    for (_, code, _), ones in alike.items():
        units = list(dict.fromkeys(titles.get(one.unit, one.unit) for one in ones))
        found.append(
            AsideRow(
                code=code,
                title=aside_title(ones[0], pair),
                reason=aside_reason(ones[0], pair.lang),
                count=len(ones),
                units=len(units),
                names=tuple(units[:SHOWN_NAMES]),
                more=max(0, len(units) - SHOWN_NAMES),
            )
        )
    return sorted(found, key=lambda row: -row.count)


def notice_rows(comparison: Comparison, pair: Pair) -> list[tuple[str, int]]:
    """New notices as sentences, with the number of units."""
    return [(of_notice(pair.after, notice, pair.lang), count) for notice, count in comparison.notices]


def left_rows(left: Iterable[Left], pair: Pair) -> list[LeftRow]:
    """The units that cannot be scored here, gathered by what is missing for them."""
    alike: dict[str | None, list[Left]] = {}
    for one in left:
        alike.setdefault(one.series, []).append(one)
    return [
        LeftRow(
            reason=why_left(ones[0], pair),
            units=len(ones),
            facts=sum(one.facts for one in ones),
            names=tuple(one.title for one in ones[:SHOWN_NAMES]),
            more=max(0, len(ones) - SHOWN_NAMES),
        )
        for ones in alike.values()
    ]


def why_left(left: Left, pair: Pair) -> str:
    """Why a unit cannot be scored here."""
    if left.series is None:
        return both("没有分到任何系列", "belongs to no series", pair.lang)
    title = pair.series(left.series)
    return both(f"办法里没有“{title}”系列", f"the rubric has no series “{title}”", pair.lang)
