"""`relative`: points by comparison with the best and the worst of the cohort."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, Literal

from pydantic import Field

from rubrics.kinds import values
from rubrics.kinds.base import FIRING, Kind, NoValue, english, fires, moves_by, up_to, word
from rubrics.kinds.numbers import OpenFigure, plain
from rubrics.kinds.problems import Path, Problem
from rubrics.kinds.values import Cohort, Exact, ValueParameters

METHODS = {
    "best_ratio": ("与最好值之比", "ratio to the best"),
    "min_max": ("最好与最差之间的位置", "position between worst and best"),
    "efficacy": ("功效系数", "efficacy coefficient"),
    "rank_steps": ("名次递减", "place"),
}


class RelativeParameters(ValueParameters):
    basis: Literal["relative"] = "relative"
    points: OpenFigure = Field(default=None, title="Full points")
    method: Literal["best_ratio", "min_max", "efficacy", "rank_steps"] = Field(title="Method")
    better: Literal["higher", "lower"] = Field(default="higher", title="Better is")
    base: OpenFigure = Field(default=Decimal("0.6"), title="Share of points for the worst")
    step: OpenFigure = Field(default=None, title="Points less for each place")

    figures = ("points",)


def points(clause: Any, value: Exact, cohort: Cohort) -> Exact:
    """The clause's method applied to the unit's value; where best and worst are equal all get full points."""
    if clause.points is None:
        raise NoValue("open_figure")
    lower = clause.better == "lower"
    least, greatest = cohort.ends
    best, worst = (least, greatest) if lower else (greatest, least)
    if best == worst or value == best:
        return clause.points  # type: ignore[no-any-return]
    return _METHODS[clause.method](clause, value, best, worst, cohort)


def _best_ratio(clause: Any, value: Exact, best: Exact, worst: Exact, cohort: Cohort) -> Exact:
    # A change or gap may be negative, where a ratio says nothing: 0 points.
    if value <= 0 or best <= 0:
        return clause.points * 0  # type: ignore[no-any-return]
    if clause.better == "lower":
        return clause.points * best / value  # type: ignore[no-any-return]
    return clause.points * value / best  # type: ignore[no-any-return]


def _min_max(clause: Any, value: Exact, best: Exact, worst: Exact, cohort: Cohort) -> Exact:
    return clause.points * (value - worst) / (best - worst)  # type: ignore[no-any-return,operator]


def _efficacy(clause: Any, value: Exact, best: Exact, worst: Exact, cohort: Cohort) -> Exact:
    if clause.base is None:
        raise NoValue("open_figure")
    span = best - worst  # type: ignore[operator]
    reached = value - worst  # type: ignore[operator]
    return clause.points * (clause.base * span + (1 - clause.base) * reached) / span  # type: ignore[no-any-return]


def _rank_steps(clause: Any, value: Exact, best: Exact, worst: Exact, cohort: Cohort) -> Exact:
    if clause.step is None:
        raise NoValue("open_figure")
    lost = clause.step * (cohort.rank(value, better=clause.better) - 1)
    return max(clause.points - lost, clause.points * 0)  # type: ignore[no-any-return]


_METHODS = {"best_ratio": _best_ratio, "min_max": _min_max, "efficacy": _efficacy, "rank_steps": _rank_steps}


def check(clause: Any, path: Path) -> list[Problem]:
    problems = values.check(clause, path, compares=True)
    if clause.method == "rank_steps" and clause.step is None and not clause.open:
        problems.append(Problem((*path, "step"), "missing_figure", {"field": "step"}))
    if clause.base is not None and clause.base > 1:
        problems.append(Problem((*path, "base"), "share_range", {"value": clause.base}))
    return problems


def check_fact(clause: Any, fact: Any, path: Path) -> list[Problem]:
    problems = values.check_fact(clause, fact, path)
    if clause.method == "best_ratio" and clause.reading == "value" and fact.value is not None and fact.value < 0:
        problems.append(Problem((*path, "value"), "negative", {"value": fact.value}))
    return problems


def open_figures(clause: Any) -> list[str]:
    missing = ["base"] if clause.method == "efficacy" and clause.base is None else []
    missing += ["step"] if clause.method == "rank_steps" and clause.step is None else []
    return [*missing, *values.open_figures(clause)]


def most(clause: Any) -> Decimal | None:
    return clause.points  # type: ignore[no-any-return]


def sentence(clause: Any, lang: str) -> str:
    rule = _firing(clause, lang) if clause.effect in FIRING else _rule(clause, lang)
    return values.joined((rule, *values.around(clause, lang, compares=True)), lang)


def _rule(clause: Any, lang: str) -> str:
    full = up_to(clause.points, lang)
    if english(lang):
        how = f"by {word(METHODS, clause.method, lang)}{_more(clause, lang)}"
        return f"{moves_by(clause, lang)} {full} {how} ({clause.better} is better)"
    better = "低" if clause.better == "lower" else "高"
    how = f"按{word(METHODS, clause.method, lang)}{moves_by(clause, lang)}"
    return f"{how}，{full}{_more(clause, lang)}（{better}者为优）"


def _more(clause: Any, lang: str) -> str:
    """What the method takes beside the points: the share of the worst, or the step."""
    if clause.method == "efficacy":
        share = "…" if clause.base is None else f"{plain(clause.base * 100)}%"
        return f", {share} of it for the worst" if english(lang) else f"，最差者得其 {share}"
    if clause.method == "rank_steps":
        step = "…" if clause.step is None else plain(clause.step)
        return f", {step} less for each place" if english(lang) else f"，每后一名少 {step} 分"
    return ""


def _firing(clause: Any, lang: str) -> str:
    method = word(METHODS, clause.method, lang)
    if english(lang):
        return fires(clause, f"a part above 0 by {method}", lang)
    return fires(clause, f"按{method}所得高于 0 ", lang)


KIND = Kind(
    code="relative",
    title=("横向比较", "Relative to the cohort"),
    mode="value",
    parameters=RelativeParameters,
    says=values.says,
    points=points,
    sentence=sentence,
    said=values.said,
    check=check,
    check_fact=check_fact,
    most=most,
    open_figures=open_figures,
    compares=lambda clause: True,
)
