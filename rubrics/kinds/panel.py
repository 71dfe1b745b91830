"""`panel`: the rating of a panel, scaled to points. No fact says it; the ratings do."""

from __future__ import annotations

from fractions import Fraction
from typing import Any, Literal

from pydantic import Field

from rubrics.kinds.base import Kind, Parameters, amount, english, verb
from rubrics.kinds.numbers import OpenFigure


class PanelParameters(Parameters):
    basis: Literal["panel"] = "panel"
    panel: str = Field(title="Panel")
    points: OpenFigure = Field(default=None, title="Full points")

    figures = ("points",)


def points(clause: Any, part: Fraction) -> Fraction:
    """points × the part of the scale that the panel's combined rating reached."""
    return Fraction(clause.points or 0) * part


def sentence(clause: Any, lang: str) -> str:
    full = amount(clause.points, lang)
    if english(lang):
        return f"the panel's rating {verb(clause.effect, lang)} up to {full}"
    return f"按测评结果折算{verb(clause.effect, lang)}分，满分 {full}"


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
)
