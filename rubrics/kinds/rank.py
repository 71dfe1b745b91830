"""`rank`: points by place, given in the fact or worked out within the cohort."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, Literal

from pydantic import Field

from rubrics.kinds import values
from rubrics.kinds.base import FIRING, Kind, Plain, Said, english, fires, moves, moves_by, verb
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


def open_figures(clause: Any) -> list[str]:
    missing = [f"table[{n}]" for n, figure in enumerate(clause.table, 1) if figure is None]
    missing += [f"percent_table[{n}]" for n, row in enumerate(clause.percent_table, 1) if row.points is None]
    if not clause.table and not clause.percent_table:
        missing.append("table")
    return [*missing, *values.open_figures(clause)]


def most(clause: Any) -> Decimal | None:
    figures = [*clause.table, *(row.points for row in clause.percent_table)]
    return None if clause.gather == "each" or None in figures else max(figures, default=None)


def sentence(clause: Any, lang: str) -> str:
    rule = _firing(clause, lang) if clause.effect in FIRING else _rule(clause, lang)
    lower = ""
    if clause.better == "lower":
        lower = "a lower value is better" if english(lang) else "数值低者为先"
    return values.joined((rule, lower, *values.around(clause, lang, compares=compares(clause))), lang)


def _rule(clause: Any, lang: str) -> str:
    if not clause.table:
        rows = [_row(clause, row, lang) for row in clause.percent_table]
        return ("; " if english(lang) else "；").join(rows)
    figures = ("/" if english(lang) else "、").join("…" if f is None else plain(f) for f in clause.table)
    where = _places(clause, len(clause.table), lang)
    if english(lang):
        return f"{moves_by(clause, lang)} {figures} points for {where}"
    act = "记" if clause.effect == "record" else verb(clause.effect, lang)
    points = figures if clause.effect == "record" else f"{figures} 分"
    return f"{where}{'依次' if len(clause.table) > 1 else ''}{act} {points}"


def _row(clause: Any, row: Any, lang: str) -> str:
    part, gets = _part(clause, row, lang), moves(clause, row.points, lang)
    return f"{gets} for {part}" if english(lang) else f"{part} {gets}"


def _firing(clause: Any, lang: str) -> str:
    paid = [place for place, figure in enumerate(clause.table, start=1) if figure]
    if clause.table:
        return fires(clause, _places(clause, paid[-1] if paid else 0, lang), lang)
    parts = [_part(clause, row, lang) for row in clause.percent_table if row.points]
    return fires(clause, parts[-1] if parts else "…", lang)


def _places(clause: Any, last: int, lang: str) -> str:
    if english(lang):
        return f"{'place 1' if last == 1 else f'places 1 to {last}'} from the {clause.end}"
    end = "倒数" if clause.end == "bottom" else ""
    return f"{end}第 1 名" if last == 1 else f"{end}第 1 至 {last} 名"


def _part(clause: Any, row: Any, lang: str) -> str:
    if english(lang):
        return f"the {clause.end} {plain(row.top)}%"
    return f"{'前' if clause.end == 'top' else '后'} {plain(row.top)}%"


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
    most=most,
    open_figures=open_figures,
    compares=compares,
    given=given,
)
