"""`count`: points for every counted occurrence."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, Literal

from pydantic import Field

from rubrics.kinds.base import Kind, Parameters, Said, amount, english, verb
from rubrics.kinds.numbers import OpenFigure, Whole


class CountParameters(Parameters):
    basis: Literal["count"] = "count"
    points: OpenFigure = Field(default=None, title="Points per occurrence")
    per: str = Field(default="", title="Counted by")
    free: Whole = Field(default=0, title="First occurrences not counted")
    limit_count: Whole | None = Field(default=None, title="Most occurrences counted")

    figures = ("points",)


def each(clause: Any, fact: Any) -> Decimal:
    """Points for one counted occurrence."""
    return clause.points if clause.points is not None else Decimal(0)


def sentence(clause: Any, lang: str) -> str:
    per = clause.per or ("occurrence" if english(lang) else "次")
    parts = [_main(clause, per, lang)]
    if clause.free:
        parts.append(f"the first {clause.free} are free" if english(lang) else f"前 {clause.free} {per}不计")
    if clause.limit_count is not None:
        most = clause.limit_count
        parts.append(f"at most {most} counted" if english(lang) else f"至多计 {most} {per}")
    return (", " if english(lang) else "，").join(parts)


def _main(clause: Any, per: str, lang: str) -> str:
    if clause.effect in ("forfeit", "veto", "record"):
        return verb(clause.effect, lang)
    if english(lang):
        return f"each {per} {verb(clause.effect, lang)} {amount(clause.points, lang)}"
    return f"每{per}{verb(clause.effect, lang)} {amount(clause.points, lang)}"


def said(clause: Any, fact: Any, lang: str) -> str:
    count = 1 if fact.count is None else fact.count
    return f"{count} {clause.per or ('×' if english(lang) else '次')}"


KIND = Kind(
    code="count",
    title=("按次数", "By count"),
    mode="occurrences",
    parameters=CountParameters,
    says=lambda clause: (Said("count", "count"),),
    points=each,
    sentence=sentence,
    said=said,
)
