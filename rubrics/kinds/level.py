"""`level`: each level has its points; a fact names one and how often."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field

from rubrics.kinds.base import Kind, OrMap, Parameters, Plain, Said, amount, english, title_of, verb
from rubrics.kinds.numbers import OpenFigure
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


def check_fact(clause: Any, fact: Any, path: Path) -> list[Problem]:
    codes = [level.code for level in clause.levels]
    if fact.level is None or fact.level in codes:
        return []
    return [Problem((*path, "level"), "unknown_level", {"code": fact.level, "known": codes})]


def sentence(clause: Any, lang: str) -> str:
    between = ", " if english(lang) else "、"
    figures = between.join(f"{level.title or level.code} {amount(level.points, lang)}" for level in clause.levels)
    if clause.effect in ("forfeit", "veto", "record"):
        figures = between.join(level.title or level.code for level in clause.levels)
    each_one = f"each {clause.per} " if english(lang) else f"每{clause.per}"
    return f"{each_one if clause.per else ''}{verb(clause.effect, lang)}{': ' if english(lang) else '：'}{figures}"


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
)
