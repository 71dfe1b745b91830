"""`level`: each level has its points; a fact names one and how often."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field

from rubrics.kinds.base import FIRING, Kind, OrMap, Parameters, Plain, Said, amount, english, fires, moves_by, title_of
from rubrics.kinds.count import reached
from rubrics.kinds.numbers import OpenFigure, plain
from rubrics.kinds.problems import Path, Problem


class Level(Plain):
    code: str = Field(min_length=1)
    title: str = ""
    points: OpenFigure = None


def _long_form(value: Any) -> Any:
    """Write `{code: points}` as the list it stands for."""
    if isinstance(value, Mapping):
        return [{"code": str(code), "points": points} for code, points in value.items()]
    return value


class LevelParameters(Parameters):
    basis: Literal["level"] = "level"
    levels: Annotated[tuple[Level, ...], BeforeValidator(_long_form), OrMap()] = Field(min_length=1, title="Levels")
    per: str = Field(default="", title="Counted by")


def points_of(clause: Any, code: str) -> Decimal:
    """The points of one level; 0 where it is open."""
    return next((level.points or Decimal(0) for level in clause.levels if level.code == code), Decimal(0))


def each(clause: Any, fact: Any) -> Decimal:
    """Points for one occurrence of the fact's level."""
    return points_of(clause, fact.level)


def check(clause: Any, path: Path) -> list[Problem]:
    problems = []
    seen: set[str] = set()
    for place, level in enumerate(clause.levels):
        if level.code in seen:
            problems.append(Problem((*path, "levels", place, "code"), "duplicate_code", {"code": level.code}))
        seen.add(level.code)
        if level.points is None and not clause.open and clause.effect in ("deduct", "award"):
            problems.append(Problem((*path, "levels", place, "points"), "missing_figure", {"field": "points"}))
    return problems


def open_figures(clause: Any) -> list[str]:
    if clause.effect in FIRING:
        return []
    return [f"levels.{level.code}" for level in clause.levels if level.points is None]


def check_fact(clause: Any, fact: Any, path: Path) -> list[Problem]:
    codes = [level.code for level in clause.levels]
    if fact.level is None or fact.level in codes:
        return []
    return [Problem((*path, "level"), "unknown_level", {"code": fact.level, "known": codes})]


def sentence(clause: Any, lang: str) -> str:
    between = ", " if english(lang) else "、"
    if clause.effect in FIRING:
        names = between.join(level.title or level.code for level in clause.levels)
        per = clause.per or ("occurrence" if english(lang) else "次")
        fired = fires(clause, reached(clause, per, lang), lang)
        return f"{fired} ({names})" if english(lang) else f"{fired}（{names}）"
    figures = between.join(
        f"{level.title or level.code} {_worth(clause, level.points, lang)}" for level in clause.levels
    )
    if english(lang):
        return f"{f'each {clause.per} ' if clause.per else ''}{moves_by(clause, lang)} by level: {figures}"
    return f"{f'每{clause.per}' if clause.per else ''}按级别{moves_by(clause, lang)}：{figures}"


def _worth(clause: Any, points: Decimal | None, lang: str) -> str:
    if clause.effect != "record":
        return amount(points, lang)
    if points is None:
        return "not yet set" if english(lang) else "待定"
    return plain(points)


def said(clause: Any, fact: Any, lang: str) -> str:
    count = 1 if fact.count is None else fact.count
    title = title_of(clause.levels, fact.level)
    return title if count == 1 else f"{title} × {count}"


KIND = Kind(
    code="level",
    title=("按级别", "By level"),
    mode="occurrences",
    parameters=LevelParameters,
    says=lambda clause: (Said("level", "level", required=True), Said("count", "count")),
    points=each,
    sentence=sentence,
    said=said,
    check=check,
    check_fact=check_fact,
    open_figures=open_figures,
)
