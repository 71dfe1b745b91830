"""What the records of a rubric file have in common: codes, who a thing applies to, who provides, bounds, shares."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, ValidationInfo, WithJsonSchema, model_serializer
from pydantic_core import PydanticCustomError

from rubrics.kinds.base import OrText, Plain
from rubrics.kinds.numbers import as_number, is_stored

FORMAT = "appraisal-rubric/1"
SLUG = r"^[A-Za-z0-9]+(?:[-_][A-Za-z0-9]+)*$"
MONTH_DAY = r"^(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$"
RESERVED_CODES = ("gradings", "procedure", "panels", "series", "rubric")
WHOLE = "rubric"
"""The code of the total as a node: no category may be called so."""

Slug = Annotated[str, Field(pattern=SLUG)]
MonthDay = Annotated[str, Field(pattern=MONTH_DAY)]


def _codes(value: Any) -> Any:
    return (value,) if isinstance(value, str) else value


Codes = Annotated[tuple[str, ...], BeforeValidator(_codes), OrText()]
"""One code or a list of them."""


class AppliesTo(Plain):
    """Of several keys all must hold; within one key one member is enough. Empty: everyone."""

    series: Codes = ()
    tags: Codes = ()
    units: Codes = ()

    def __bool__(self) -> bool:
        return bool(self.series or self.tags or self.units)

    def covers(self, *, series: str | None, tags: frozenset[str], unit: str) -> bool:
        return (
            (not self.series or series in self.series)
            and (not self.tags or bool(tags.intersection(self.tags)))
            and (not self.units or unit in self.units)
        )


EVERYONE = AppliesTo()


class Provider(Plain):
    """Who supplies the facts: the same for all units (`codes`), or by series."""

    codes: tuple[str, ...] = ()
    by_series: tuple[tuple[str, tuple[str, ...]], ...] = ()

    @model_serializer
    def _as_written(self) -> Any:
        if self.by_series:
            return {series: _one_or_list(codes) for series, codes in self.by_series}
        return _one_or_list(self.codes)

    def for_series(self, series: str | None) -> tuple[str, ...]:
        return dict(self.by_series).get(series or "", ()) if self.by_series else self.codes

    @property
    def all_codes(self) -> tuple[str, ...]:
        return self.codes or tuple(code for _, codes in self.by_series for code in codes)


def _one_or_list(codes: tuple[str, ...]) -> Any:
    return codes[0] if len(codes) == 1 else list(codes)


def _provider(value: Any) -> Any:
    if value is None or isinstance(value, Provider):
        return value
    if isinstance(value, str):
        return Provider(codes=(value,))
    if isinstance(value, (list, tuple)) and value and all(isinstance(code, str) for code in value):
        return Provider(codes=tuple(value))
    if isinstance(value, Mapping) and value:
        entries = tuple((str(series), _provider_codes(codes)) for series, codes in value.items())
        return Provider(by_series=entries)
    raise PydanticCustomError("provider", "a code, a list of codes, or a map by series")


def _provider_codes(value: Any) -> tuple[str, ...]:
    codes = _codes(value)
    if isinstance(codes, (list, tuple)) and codes and all(isinstance(code, str) for code in codes):
        return tuple(codes)
    raise PydanticCustomError("provider", "a code, a list of codes, or a map by series")


OptionalProvider = Annotated[
    Provider | None, BeforeValidator(_provider), WithJsonSchema({"type": ["string", "array", "object"]})
]


def _share(value: Any, info: ValidationInfo) -> Decimal | None:
    if value is None:
        return None
    number = as_number(value, stored=is_stored(info))
    if not 0 < number <= 1:
        raise PydanticCustomError("share_range", "a share lies above 0 and at most at 1", {"value": number})
    return number


class Share(Plain):
    """A named part of one result: the lead unit's, a partner's."""

    code: str
    title: str = ""
    value: Annotated[
        Decimal | None,
        BeforeValidator(_share),
        WithJsonSchema({"type": ["number", "null"], "exclusiveMinimum": 0, "maximum": 1}),
    ] = None


def _floor(value: Any, info: ValidationInfo) -> Any:
    if value is None or value == "none":
        return value
    return as_number(value, stored=is_stored(info))


Bound = Annotated[
    Decimal | Literal["none"] | None,
    BeforeValidator(_floor),
    WithJsonSchema({"anyOf": [{"type": "number"}, {"const": "none"}]}),
]
"""A number, or `none` for no bound; None where the file leaves it to the default."""
