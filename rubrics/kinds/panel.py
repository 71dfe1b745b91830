"""`panel`: the rating of a panel, scaled to points. No fact says it; the ratings do."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import Any, Literal

from pydantic import Field

from rubrics.kinds.base import FIRING, Kind, Parameters, english, fires, moves_by, up_to
from rubrics.kinds.numbers import OpenFigure


class PanelParameters(Parameters):
    basis: Literal["panel"] = "panel"
    panel: str = Field(title="Panel")
    points: OpenFigure = Field(default=None, title="Full points")

    figures = ("points",)


def points(clause: Any, part: Fraction) -> Fraction:
    """points × the part of the scale that the panel's combined rating reached."""
    return Fraction(clause.points or 0) * part


def most(clause: Any) -> Decimal | None:
    return clause.points  # type: ignore[no-any-return]


def sentence(clause: Any, lang: str) -> str:
    if clause.effect in FIRING:
        return fires(clause, "a panel rating above 0" if english(lang) else "测评结果高于 0 ", lang)
    full = up_to(clause.points, lang)
    if english(lang):
        return f"{moves_by(clause, lang)} {full} by the panel's rating"
    return f"按测评结果折算{moves_by(clause, lang)}，{full}"


def said(clause: Any, fact: Any, lang: str) -> str:
    return "panel rating" if english(lang) else "测评结果"


KIND = Kind(
    code="panel",
    title=("民主测评", "Panel rating"),
    mode="unit",
    parameters=PanelParameters,
    says=lambda clause: (),
    points=points,
    sentence=sentence,
    said=said,
    most=most,
)
