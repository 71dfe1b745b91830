"""`steps`: points for every whole (or started) step of a value beyond a start."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, Literal

from pydantic import Field

from rubrics.kinds import values
from rubrics.kinds.base import Kind, NoValue, amount, english, verb, with_unit
from rubrics.kinds.numbers import Figure, OpenFigure, OpenNumber, OpenPositive
from rubrics.kinds.problems import Path, Problem
from rubrics.kinds.values import Cohort, Exact, ValueParameters


class StepsParameters(ValueParameters):
    basis: Literal["steps"] = "steps"
    start_at: OpenNumber = Field(default=None, title="Counted from")
    start_points: Figure = Field(default=Decimal(0), title="Points at the start")
    step: OpenPositive = Field(default=None, title="Step")
    points: OpenFigure = Field(default=None, title="Points per step")
    side: Literal["above", "below"] = Field(default="above", title="Side")
    partial: Literal["down", "up", "exact"] = Field(default="down", title="A started step")

    figures = ("start_at", "step", "points")


def points(clause: Any, value: Exact, cohort: Cohort | None) -> Exact:
    """start_points + points × steps beyond start_at; 0 on the other side of it."""
    if clause.start_at is None or clause.step is None or clause.points is None:
        raise NoValue("open_figure")
    beyond = value - clause.start_at if clause.side == "above" else clause.start_at - value
    if beyond < 0 or (clause.side == "below" and beyond == 0):
        return Decimal(0)
    if clause.partial == "exact":
        return (clause.start_points * clause.step + clause.points * beyond) / clause.step  # type: ignore[no-any-return]
    whole = beyond // clause.step
    if clause.partial == "up" and whole * clause.step != beyond:
        whole += 1
    return clause.start_points + clause.points * whole  # type: ignore[no-any-return]


def sentence(clause: Any, lang: str) -> str:
    start, step = with_unit(clause.start_at, clause.unit), with_unit(clause.step, clause.unit)
    what, act = values.reading_words(clause, lang), verb(clause.effect, lang)
    each = amount(clause.points, lang)
    if english(lang):
        side = "above" if clause.side == "above" else "below"
        first = f", starting at {amount(clause.start_points, lang)}" if clause.start_points else ""
        return f"{what}: each {step} {side} {start} {act} {each}{first}"
    side = "每多" if clause.side == "above" else "每少"
    first = f"，起点 {amount(clause.start_points, lang)}" if clause.start_points else ""
    return f"{what}以 {start} 为起点，{side} {step} {act} {each}{first}"


def check(clause: Any, path: Path) -> list[Problem]:
    return values.check(clause, path, compares=False)


KIND = Kind(
    code="steps",
    title=("逐档增减", "By steps"),
    mode="value",
    parameters=StepsParameters,
    says=values.says,
    points=points,
    sentence=sentence,
    said=values.said,
    check=check,
    check_fact=values.check_fact,
    gather="sum",
    compares=values.needs_mean,
)
