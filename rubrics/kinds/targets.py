"""`targets`: the unit's own targets for the year, each with its points and perhaps a figure to reach."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, Literal

from pydantic import Field

from rubrics.kinds.base import (
    FIRING,
    Kind,
    Own,
    Parameters,
    Said,
    amount,
    english,
    fires,
    moves_by,
    title_of,
    with_unit,
)
from rubrics.kinds.numbers import OpenFigure, plain
from rubrics.kinds.problems import Path, Problem


class TargetsParameters(Parameters):
    basis: Literal["targets"] = "targets"
    points: OpenFigure = Field(default=None, title="Points of all targets together")

    figures = ("points",)


def points(clause: Any, fact: Any, own: Own) -> Decimal:
    """The points given, or the target's points × value ÷ the target's value, held within 0 and its points."""
    target = own.targets[fact.target]
    if fact.points is not None:
        return fact.points  # type: ignore[no-any-return]
    worth = target.points * fact.value / target.value
    return max(Decimal(0), min(worth, target.points))  # type: ignore[no-any-return]


def most(clause: Any) -> Decimal | None:
    return clause.points  # type: ignore[no-any-return]


def sentence(clause: Any, lang: str) -> str:
    if clause.effect in FIRING:
        return fires(clause, "any point for a target" if english(lang) else "目标得分高于 0 ", lang)
    full = amount(clause.points, lang)
    if english(lang):
        return f"{moves_by(clause, lang)} up to {full} for the unit's own targets"
    return f"按本单位年度目标逐项{moves_by(clause, lang)}，合计 {full}"


def said(clause: Any, fact: Any, lang: str) -> str:
    given = f"{plain(fact.points)}" if fact.points is not None else with_unit(fact.value, clause.unit)
    return f"{title_of((), fact.target or '')}: {given}"


def check_fact(clause: Any, fact: Any, path: Path) -> list[Problem]:
    if (fact.points is None) == (fact.value is None):
        return [Problem(path, "one_of", {"fields": ["points", "value"]})]
    return []


KIND = Kind(
    code="targets",
    title=("本单位目标", "Own targets"),
    mode="fact",
    parameters=TargetsParameters,
    says=lambda clause: (Said("target", "target", required=True), Said("points", "figure"), Said("value", "number")),
    points=points,
    sentence=sentence,
    said=said,
    check_fact=check_fact,
    most=most,
    judged=True,
)
