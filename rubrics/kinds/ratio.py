"""`ratio`: points in proportion to the part of a target that was reached."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, Literal

from pydantic import Field

from rubrics.kinds import values
from rubrics.kinds.base import FIRING, Kind, NoValue, Said, amount, beside, english, fires, moves_by, with_unit
from rubrics.kinds.numbers import Number, OpenFigure
from rubrics.kinds.problems import Path, Problem
from rubrics.kinds.values import Cohort, Exact, ValueParameters


class RatioParameters(ValueParameters):
    basis: Literal["ratio"] = "ratio"
    points: OpenFigure = Field(default=None, title="Points for the whole target")
    target: OpenFigure = Field(default=None, title="Target")
    from_: Number = Field(default=Decimal(0), alias="from", title="Nothing below")

    figures = ("points",)


def points(clause: Any, value: Exact, cohort: Cohort | None, target: Exact | None = None) -> Exact:
    """points × value ÷ target, held within 0 and points; 0 below `from`.

    `target` is the fact's own target, which goes before the clause's. Raises NoValue for a target of 0.
    """
    target = clause.target if target is None else target
    if target is None or clause.points is None:
        raise NoValue("open_figure")
    if target == 0:
        raise NoValue("zero_target")
    if value < clause.from_:
        return value * 0
    worth = clause.points * value / target
    return max(worth * 0, min(worth, clause.points))  # type: ignore[no-any-return]


def says(clause: Any) -> tuple[Said, ...]:
    return (*values.says(clause), Said("target", "number", required=clause.target is None and not clause.open))


def check(clause: Any, path: Path) -> list[Problem]:
    return values.check(clause, path, compares=False)


def open_figures(clause: Any) -> list[str]:
    return [*(["target"] if clause.target is None else []), *values.open_figures(clause)]


def most(clause: Any) -> Decimal | None:
    return None if clause.gather == "each" else clause.points


def sentence(clause: Any, lang: str) -> str:
    least = with_unit(clause.from_, clause.unit)
    if clause.effect in FIRING:
        fired = fires(clause, _firing(clause, least, lang), lang)
        return values.joined((fired, *values.around(clause, lang)), lang)
    if english(lang):
        floor = f"nothing below {least}" if clause.from_ else ""
        text = f"{moves_by(clause, lang)} {_rule(clause, lang)}"
    else:
        floor = beside(f"不足 {least}", "不计") if clause.from_ else ""
        text = f"按完成比例{moves_by(clause, lang)}：{_rule(clause, lang)}"
    return values.joined((text, floor, *values.around(clause, lang)), lang)


def _rule(clause: Any, lang: str) -> str:
    full, target = amount(clause.points, lang), _target(clause, lang)
    if clause.points is None:
        return f"{full}, in proportion to {target}" if english(lang) else f"{full}，与{target}相比"
    if english(lang):
        return f"{full} × value ÷ {target}, at most {full}"
    return f"{full} × 数值 ÷ {target}，至多 {full}"


def _target(clause: Any, lang: str) -> str:
    if clause.target is not None:
        return with_unit(clause.target, clause.unit)
    if clause.open:
        return "a target not yet set" if english(lang) else "目标值（待定）"
    return "the fact's own target" if english(lang) else "所报目标值"


def _firing(clause: Any, least: str, lang: str) -> str:
    if clause.from_ > 0:
        return f"a value of {least} or more" if english(lang) else beside(f"数值 {least}", "以上")
    return "a value above 0" if english(lang) else "数值高于 0 "


KIND = Kind(
    code="ratio",
    title=("按完成比例", "By ratio to a target"),
    mode="value",
    parameters=RatioParameters,
    says=says,
    points=points,
    sentence=sentence,
    said=values.said,
    check=check,
    check_fact=values.check_fact,
    open_figures=open_figures,
    most=most,
    gather="sum",
    takes_target=True,
    compares=values.needs_mean,
)
