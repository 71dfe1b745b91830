"""`linked`: a score reached elsewhere: in another cycle, or by the unit's member units in this one."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field

from rubrics.kinds.base import FIRING, Kind, OrText, Parameters, Said, english, fires, moves_by, up_to
from rubrics.kinds.numbers import OpenFigure, plain
from rubrics.kinds.problems import Path, Problem

MEMBERS = "members"


def _as_tuple(value: Any) -> Any:
    return (value,) if isinstance(value, str) else value


class LinkedParameters(Parameters):
    basis: Literal["linked"] = "linked"
    points: OpenFigure = Field(default=None, title="Full points")
    source: Annotated[tuple[str, ...], BeforeValidator(_as_tuple), OrText()] = Field(
        default=(), title="Where the score stands"
    )
    gather: Literal["mean"] = Field(default="mean", title="Several scores together")

    figures = ("points",)


def points(clause: Any, part: Fraction) -> Fraction:
    """points × the mean of score ÷ of."""
    return Fraction(clause.points or 0) * part


def check(clause: Any, path: Path) -> list[Problem]:
    if MEMBERS in clause.source and len(clause.source) > 1:
        return [Problem((*path, "source"), "members_alone")]
    return []


def check_fact(clause: Any, fact: Any, path: Path) -> list[Problem]:
    if fact.of is not None and fact.of == 0:
        return [Problem((*path, "of"), "zero")]
    return []


def open_figures(clause: Any) -> list[str]:
    return [] if clause.source else ["source"]


def most(clause: Any) -> Decimal | None:
    return clause.points  # type: ignore[no-any-return]


def sentence(clause: Any, lang: str) -> str:
    members = MEMBERS in clause.source
    if clause.effect in FIRING:
        if english(lang):
            return fires(clause, f"{'members’ scores' if members else 'a score on file'} above 0", lang)
        return fires(clause, f"{'所辖单位得分' if members else '引用得分'}高于 0 ", lang)
    full = up_to(clause.points, lang)
    if english(lang):
        return f"{moves_by(clause, lang)} {full} by {'the members’ scores' if members else 'a score on file'}"
    return f"按{'所辖单位得分平均' if members else '引用得分'}折算{moves_by(clause, lang)}，{full}"


def said(clause: Any, fact: Any, lang: str) -> str:
    if fact.score is None:
        return "score on file" if english(lang) else "引用得分"
    return f"{plain(fact.score)} / {plain(fact.of)}"


KIND = Kind(
    code="linked",
    title=("引用得分", "Linked score"),
    mode="unit",
    parameters=LinkedParameters,
    says=lambda clause: (Said("score", "figure", required=True), Said("of", "figure", required=True)),
    points=points,
    sentence=sentence,
    said=said,
    check=check,
    check_fact=check_fact,
    most=most,
    open_figures=open_figures,
)
