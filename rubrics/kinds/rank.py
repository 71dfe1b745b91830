"""`rank`: points by place, given in the fact or worked out within the cohort."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, Literal

from pydantic import Field

from rubrics.kinds import values
from rubrics.kinds.base import Kind, Plain, Said, english, verb
from rubrics.kinds.numbers import Figure, OpenFigure, plain
from rubrics.kinds.problems import Path, Problem
from rubrics.kinds.values import Cohort, Exact, ValueParameters


class PercentRow(Plain):
    """The first `top` percent of the places and the points they get."""

    top: Figure
    points: OpenFigure = None


class RankParameters(ValueParameters):
    basis: Literal["rank"] = "rank"
    table: tuple[OpenFigure, ...] = Field(default=(), title="Points by place")
    percent_table: tuple[PercentRow, ...] = Field(default=(), title="Points by percent of places")
    end: Literal["top", "bottom"] = Field(default="top", title="Counted from")
    better: Literal["higher", "lower"] = Field(default="higher", title="Better is")


def points(clause: Any, value: Exact, cohort: Cohort) -> Exact:
    """The table's points for the place that a value takes in its cohort."""
    return place_points(clause, cohort.rank(value, better=clause.better), len(cohort))


def place_points(clause: Any, rank: int, of: int) -> Exact:
    """The points of a place out of `of`, counted from the clause's end; 0 beyond the table."""
    place = of - rank + 1 if clause.end == "bottom" else rank
    if clause.table:
        return (clause.table[place - 1] or Decimal(0)) if 1 <= place <= len(clause.table) else Decimal(0)
    for row in sorted(clause.percent_table, key=lambda row: row.top):
        if place * 100 <= row.top * of:
            return row.points or Decimal(0)
    return Decimal(0)


def given(clause: Any, fact: Any) -> Exact | None:
    """The points of a place that the fact itself gives."""
    return None if fact.rank is None else place_points(clause, fact.rank, int(fact.of))


def says(clause: Any) -> tuple[Said, ...]:
    """Either a place (`rank` and `of`) or a value; the checks see to it that it is one of them."""
    return (
        Said("rank", "ordinal"),
        Said("of", "ordinal"),
        *(said._replace(required=False) for said in values.says(clause)),
    )


def check(clause: Any, path: Path) -> list[Problem]:
    # A fact that gives its place stands alone; only worked-out places compare units, see the facts' own check.
    problems = values.check(clause, path, compares=False)
    if bool(clause.table) == bool(clause.percent_table) and not clause.open:
        problems.append(Problem(path, "one_of", {"fields": ["table", "percent_table"]}))
    for place, figure in enumerate(clause.table):
        if figure is None and not clause.open:
            problems.append(Problem((*path, "table", place), "missing_figure", {"field": "table"}))
    for place, row in enumerate(clause.percent_table):
        if row.points is None and not clause.open:
            problems.append(Problem((*path, "percent_table", place, "points"), "missing_figure", {"field": "points"}))
    return problems


def check_fact(clause: Any, fact: Any, path: Path) -> list[Problem]:
    has_place = fact.rank is not None or fact.of is not None
    has_value = fact.value is not None or fact.level is not None
    if has_place == has_value:
        return [Problem(path, "one_of", {"fields": ["rank, of", "value"]})]
    if has_value:
        if clause.gather == "each":
            return [Problem(path, "each_by_value")]
        if clause.weights and fact.level is None:
            return [Problem((*path, "level"), "missing", {"field": "level"})]
        return values.check_fact(clause, fact, path)
    if fact.rank is None or fact.of is None:
        field = "rank" if fact.rank is None else "of"
        return [Problem((*path, field), "missing", {"field": field})]
    if fact.rank > fact.of:
        return [Problem((*path, "rank"), "rank_beyond", {"rank": fact.rank, "of": fact.of})]
    return []


def sentence(clause: Any, lang: str) -> str:
    act, end = verb(clause.effect, lang), clause.end
    if clause.table:
        figures = ("/" if english(lang) else "、").join("–" if f is None else plain(f) for f in clause.table)
        if english(lang):
            return f"places 1 to {len(clause.table)} from the {end} {act} {figures} points"
        return f"{'倒数' if end == 'bottom' else ''}第 1 至 {len(clause.table)} 名依次{act} {figures} 分"
    between = "; " if english(lang) else "；"
    rows = [
        f"{'top' if end == 'top' else 'bottom'} {plain(row.top)}%: {plain(row.points or Decimal(0))} points"
        if english(lang)
        else f"{'前' if end == 'top' else '后'} {plain(row.top)}% {act} {plain(row.points or Decimal(0))} 分"
        for row in clause.percent_table
    ]
    return between.join(rows)


def compares(clause: Any) -> bool:
    """A place may be worked out from values unless every fact stands alone and so gives its place."""
    return bool(clause.gather != "each")


KIND = Kind(
    code="rank",
    title=("按名次", "By place"),
    mode="value",
    parameters=RankParameters,
    says=says,
    points=points,
    sentence=sentence,
    said=values.said,
    check=check,
    check_fact=check_fact,
    compares=compares,
    given=given,
)
