"""`manual`: a person gives the points, within a range, on a step, or out of a few choices."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, Literal

from pydantic import Field

from rubrics.kinds.base import Kind, NoValue, Own, Parameters, Said, amount, english, verb
from rubrics.kinds.numbers import Figure, OpenFigure, OpenPositive, plain
from rubrics.kinds.problems import Path, Problem


class ManualParameters(Parameters):
    basis: Literal["manual"] = "manual"
    min: Figure = Field(default=Decimal(0), title="Least points")
    max: OpenFigure = Field(default=None, title="Most points")
    step: OpenPositive = Field(default=None, title="Step")
    choices: tuple[Figure, ...] = Field(default=(), title="Only these points")


def points(clause: Any, fact: Any, own: Own) -> Decimal:
    """The points that were given. Raises NoValue while the range is open."""
    if clause.max is None and not clause.choices:
        raise NoValue("open_figure")
    return fact.points  # type: ignore[no-any-return]


def check(clause: Any, path: Path) -> list[Problem]:
    if clause.choices or (clause.max is None and clause.open):
        return []
    if clause.max is None:
        return [Problem((*path, "max"), "missing_figure", {"field": "max"})]
    if clause.max < clause.min:
        return [Problem((*path, "max"), "range_upside_down", {"low": plain(clause.min), "high": plain(clause.max)})]
    return []


def check_fact(clause: Any, fact: Any, path: Path) -> list[Problem]:
    given = fact.points
    if given is None:
        return []
    place = (*path, "points")
    if clause.choices:
        if given in clause.choices:
            return []
        return [Problem(place, "not_a_choice", {"value": plain(given), "choices": [plain(c) for c in clause.choices]})]
    high = clause.max
    if given < clause.min or (high is not None and given > high):
        limits = {"value": plain(given), "low": plain(clause.min), "high": "∞" if high is None else plain(high)}
        return [Problem(place, "out_of_range", limits)]
    if clause.step and (given - clause.min) % clause.step:
        return [
            Problem(place, "off_step", {"value": plain(given), "low": plain(clause.min), "step": plain(clause.step)})
        ]
    return []


def sentence(clause: Any, lang: str) -> str:
    act = verb(clause.effect, lang)
    if clause.choices:
        choices = (", " if english(lang) else "、").join(plain(choice) for choice in clause.choices)
        return f"{act} one of {choices} points" if english(lang) else f"只{act} {choices} 分，不取中间"
    if clause.max is None:
        return f"{act} {amount(None, lang)}" if english(lang) else f"酌情{act}，{amount(None, lang)}"
    text = (
        f"{act} {plain(clause.min)} to {plain(clause.max)} points by judgement"
        if english(lang)
        else f"{plain(clause.min)}–{plain(clause.max)} 分之间酌情{'评分' if clause.effect == 'award' else act + '分'}"
    )
    if clause.step:
        text += f", in steps of {plain(clause.step)}" if english(lang) else f"，每档 {plain(clause.step)} 分"
    return text


def said(clause: Any, fact: Any, lang: str) -> str:
    return f"judged {plain(fact.points)}" if english(lang) else f"评定 {plain(fact.points)} 分"


KIND = Kind(
    code="manual",
    title=("酌情评分", "By judgement"),
    mode="fact",
    parameters=ManualParameters,
    says=lambda clause: (Said("points", "figure", required=True),),
    points=points,
    sentence=sentence,
    said=said,
    check=check,
    check_fact=check_fact,
    judged=True,
)
