"""Gradings and ranking: who takes which place and grade, and what a grade brings."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, ValidationInfo, WithJsonSchema, model_serializer
from pydantic_core import PydanticCustomError

from rubrics.definition.records.common import EVERYONE, AppliesTo, Codes, Slug
from rubrics.kinds.base import Flag, Plain
from rubrics.kinds.numbers import Figure, Number, OpenNumber, Ordinal, as_number, is_stored


class HoldsGrade(Plain):
    code: str
    years: Figure = Decimal(1)


def _thresholds(value: Any, info: ValidationInfo) -> Any:
    if not isinstance(value, Mapping):
        return value
    stored = is_stored(info)
    return tuple((str(code), as_number(number, stored=stored)) for code, number in value.items())


class When(Plain):
    """Conditions of a grading rule; all of them must hold."""

    total_at_least: Number | None = None
    total_below: Number | None = None
    node_at_least: Annotated[
        tuple[tuple[str, Decimal], ...],
        BeforeValidator(_thresholds),
        WithJsonSchema({"type": "object"}),
    ] = ()
    rank_at_most: Ordinal | None = None
    rank_from_bottom_at_most: Ordinal | None = None
    within: Literal["series", "all"] = "series"
    has_fact: Codes = ()
    no_veto: Flag | None = None
    has_tag: Codes = ()
    in_series: Codes = ()
    holds_grade: HoldsGrade | None = None
    any: tuple[When, ...] = ()


class Quota(Plain):
    """How many units a rule takes in each series: one number, a map by series, or a percentage of its units in rank."""

    every: int | None = None
    by_series: tuple[tuple[str, int], ...] = ()
    percent: Decimal | None = None
    partial: Literal["down", "up"] = "down"

    @model_serializer
    def _as_written(self) -> Any:
        if self.percent is not None:
            data: dict[str, Any] = {"percent": self.percent}
            return {**data, "partial": self.partial} if self.partial != "down" else data
        return dict(self.by_series) if self.every is None else self.every


def _quota(value: Any, info: ValidationInfo) -> Any:
    if value is None or isinstance(value, Quota):
        return value
    stored = is_stored(info)
    if not isinstance(value, Mapping):
        return Quota(every=_places(value, stored))
    if "percent" not in value:
        return Quota(by_series=tuple((str(series), _places(count, stored)) for series, count in value.items()))
    percent = as_number(value["percent"], stored=stored)
    partial = value.get("partial", "down")
    if set(value) - {"percent", "partial"} or not 0 <= percent <= 100 or partial not in ("down", "up"):
        raise PydanticCustomError("quota", "a number, a map by series, or {percent, partial}")
    return Quota(percent=percent, partial=partial)


def _places(value: Any, stored: bool) -> int:
    number = as_number(value, stored=stored)
    if number < 0 or number != number.to_integral_value():
        raise PydanticCustomError("quota", "a number, a map by series, or {percent, partial}")
    return int(number)


class GradeConsequence(Plain):
    """What a grade brings. `value` is a number for use elsewhere (0.1 of a bonus, a quota of staff)."""

    code: Slug
    title: str = ""
    value: OpenNumber = None
    text: str = ""
    applies_to: AppliesTo = EVERYONE
    open: Flag = False


class Rule(Plain):
    """One grade: the first rule from the top that takes a unit gives it its code."""

    code: Slug
    title: str = ""
    when: When = When()
    quota: Annotated[Quota | None, BeforeValidator(_quota), WithJsonSchema({"type": ["number", "object"]})] = None
    tie: Literal["extend", "stop", "tiebreak"] = "extend"
    merit: Ordinal | None = None
    consequences: tuple[GradeConsequence, ...] = ()
    ref: str = ""
    note: str = ""


class Grading(Plain):
    code: Slug
    title: str = ""
    rules: tuple[Rule, ...] = Field(min_length=1)
    ref: str = ""
    note: str = ""


class OutOfRank(Plain):
    tags: Codes = ()
    series: Codes = ()


class Ranking(Plain):
    """How ties share places, what separates them, and who takes no place."""

    ties: Literal["competition", "dense"] = "competition"
    tie_breakers: Codes = ()
    out_of_rank: OutOfRank = OutOfRank()
