"""`count`: points for every counted occurrence."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, Literal

from pydantic import Field

from rubrics.kinds.base import FIRING, Kind, Parameters, Said, english, fires, moves, verb
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


def most(clause: Any) -> Decimal | None:
    if clause.limit_count is None or clause.points is None:
        return None
    return Decimal(clause.points * clause.limit_count)


def sentence(clause: Any, lang: str) -> str:
    per = clause.per or ("occurrence" if english(lang) else "次")
    parts = [_main(clause, per, lang)]
    if clause.free:
        parts.append(f"the first {clause.free} not counted" if english(lang) else f"前 {clause.free} {per}不计")
    if clause.limit_count is not None:
        most_counted = clause.limit_count
        parts.append(f"at most {most_counted} counted" if english(lang) else f"至多计 {most_counted} {per}")
    return (", " if english(lang) else "，").join(parts)


def _main(clause: Any, per: str, lang: str) -> str:
    if clause.effect in FIRING:
        return fires(clause, reached(clause, per, lang), lang)
    if clause.effect == "record" and clause.points is None:
        return verb(clause.effect, lang)
    return (
        f"each {per} {moves(clause, clause.points, lang)}"
        if english(lang)
        else (f"每{per}{moves(clause, clause.points, lang)}")
    )


def reached(clause: Any, per: str, lang: str) -> str:
    """How many counted occurrences it takes for a forfeit or veto."""
    if not english(lang):
        return f"满 {clause.at} {per}"
    if clause.at == 1:
        return f"a single {per}"
    return f"reaching {clause.at} {per}{'' if clause.per else 's'}"


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
    most=most,
)
