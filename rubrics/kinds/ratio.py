"""`ratio`: points in proportion to the part of a target that was reached."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, Literal

from pydantic import Field

from rubrics.kinds import values
from rubrics.kinds.base import Kind, NoValue, Said, amount, english, verb, with_unit
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


def sentence(clause: Any, lang: str) -> str:
    target = with_unit(clause.target, clause.unit)
    act, full = verb(clause.effect, lang), amount(clause.points, lang)
    if english(lang):
        floor = f"; nothing below {with_unit(clause.from_, clause.unit)}" if clause.from_ else ""
        return f"{act} {full} × value ÷ {target}, at most {full}{floor}"
    floor = f"，不足 {with_unit(clause.from_, clause.unit)} 不计" if clause.from_ else ""
    return f"按完成比例{act}分：{full} × 数值 ÷ {target}，至多 {full}{floor}"


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
    gather="sum",
    takes_target=True,
    compares=values.needs_mean,
)
