"""Panels: who rates units, on which scale, and how ballots are combined."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator

from rubrics.definition.records.common import Slug
from rubrics.kinds.base import OrMap, Plain
from rubrics.kinds.numbers import Figure, Positive, Whole


class PanelGroup(Plain):
    code: Slug
    title: str = ""
    weight: Figure = Decimal(1)
    quorum: Whole = 0


def _options(value: Any) -> Any:
    if isinstance(value, Mapping):
        return tuple({"code": str(code), "value": worth} for code, worth in value.items())
    return value


class Option(Plain):
    code: str
    value: Figure


class OptionQuota(Plain):
    code: str
    part: Figure


def _ballot_quota(value: Any) -> Any:
    if isinstance(value, Mapping):
        return tuple({"code": str(code), "part": part} for code, part in value.items())
    return value


class Panel(Plain):
    """A set of people who rate units, in groups; ratings run from 0 to scale or choose among options."""

    code: Slug
    title: str = ""
    scale: Positive | None = None
    options: Annotated[tuple[Option, ...], BeforeValidator(_options), OrMap()] = ()
    ballot_quota: Annotated[tuple[OptionQuota, ...], BeforeValidator(_ballot_quota), OrMap()] = ()
    combine: Literal["mean", "trimmed"] = "mean"
    trim: Whole = 0
    weigh_by: Literal["group", "ballots"] = "group"
    groups: tuple[PanelGroup, ...] = ()
    note: str = ""

    @property
    def full(self) -> Decimal:
        """The top of the scale; with options and no scale the greatest option value."""
        if self.scale is not None:
            return self.scale
        return max((option.value for option in self.options), default=Decimal(100))
