"""`manual`: a person gives the points, within a range, on a step, or out of a few choices."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, Literal

from pydantic import Field

from rubrics.kinds.base import FIRING, Kind, NoValue, Own, Parameters, Said, amount, english, fires, moves_by
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


def open_figures(clause: Any) -> list[str]:
    return ["max"] if clause.max is None and not clause.choices else []


def most(clause: Any) -> Decimal | None:
    """One judgement at its greatest. A deduction may be judged again with every fact, and then knows no bound."""
    if clause.effect != "award":
        return None
    return max(clause.choices) if clause.choices else clause.max  # type: ignore[no-any-return]


def sentence(clause: Any, lang: str) -> str:
    if clause.effect in FIRING:
        return fires(clause, "a judgement above 0" if english(lang) else "评定高于 0 分", lang)
    act = moves_by(clause, lang)
    if clause.choices:
        if english(lang):
            return f"{act} one of {', '.join(plain(choice) for choice in clause.choices)} points"
        return f"{act}只取 {'、'.join(plain(choice) for choice in clause.choices)}，不取中间值"
    if clause.max is None:
        return f"{act} {amount(None, lang)}, by judgement" if english(lang) else f"酌情{act}（分值待定）"
    if english(lang):
        text = f"{act} {plain(clause.min)} to {plain(clause.max)} points by judgement"
        return f"{text}, in steps of {plain(clause.step)}" if clause.step else text
    text = f"{plain(clause.min)}–{plain(clause.max)} 分之间酌情{'评分' if clause.effect == 'award' else act}"
    return f"{text}，每档 {plain(clause.step)} 分" if clause.step else text


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
    most=most,
    open_figures=open_figures,
    judged=True,
)
