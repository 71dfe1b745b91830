"""`steps`: points for every whole (or started) step of a value beyond a start."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, Literal

from pydantic import Field

from rubrics.kinds import values
from rubrics.kinds.base import FIRING, Kind, NoValue, amount, beside, english, fires, moves, with_unit, word
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
    if clause.effect in FIRING:
        return values.joined((fires(clause, _firing(clause, lang), lang), *values.around_named(clause, lang)), lang)
    what, start = values.reading_words(clause, lang), with_unit(clause.start_at, clause.unit)
    return values.joined((_steps(clause, what, start, lang), *values.around_named(clause, lang)), lang)


def _steps(clause: Any, what: str, start: str, lang: str) -> str:
    step, above = with_unit(clause.step, clause.unit), clause.side == "above"
    if clause.points == 0 and clause.start_points:
        gets = moves(clause, clause.start_points, lang)
        if english(lang):
            return f"{what} {'from' if above else 'below'} {start} {'on ' if above else ''}{gets}"
        return f"{beside(f'{what} {start}', '以上' if above else '以下（不含）')}{gets}"
    each, part = moves(clause, clause.points, lang), word(_PARTIAL, clause.partial, lang)
    first = amount(clause.start_points, lang) if clause.start_points else ""
    if english(lang):
        first = f", starting at {first}" if first else ""
        return f"{what}: each {step} {'above' if above else 'below'} {start} {each}{first}, {part}"
    first = f"，起点 {first}" if first else ""
    side = beside(f"{'每多' if above else '每少'} {step}", each)
    return f"{beside(f'{what}以 {start}', '为起点')}，{side}{first}，{part}"


_PARTIAL = {
    "down": ("不足一档不计", "a part of a step does not count"),
    "up": ("不足一档按一档计", "a part of a step counts as a whole one"),
    "exact": ("不足一档按比例计", "a part of a step counts in part"),
}


def _firing(clause: Any, lang: str) -> str:
    """From which value on the points are above 0."""
    what, above = values.reading_words(clause, lang), clause.side == "above"
    whole = clause.partial == "down" and not clause.start_points
    edge = clause.start_at
    if whole and edge is not None and clause.step is not None:
        edge = edge + clause.step if above else edge - clause.step
    # At the very edge nothing is reached by a fraction of a step, nor below the start.
    itself = whole or (above and bool(clause.start_points))
    at = with_unit(edge, clause.unit)
    if english(lang):
        return (
            f"{what} at {at} or {'more' if above else 'less'}"
            if itself
            else (f"{what} {'above' if above else 'below'} {at}")
        )
    side = "以上" if above else "以下"
    return beside(f"{what} {at}", side if itself else f"{side}（不含）")


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
    open_figures=values.open_figures,
    gather="sum",
    compares=values.needs_mean,
)
