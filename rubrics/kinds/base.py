"""What every clause basis declares: its parameters, what a fact must say, its arithmetic, its explaining sentence.

The engine orchestrates bases by their `mode` and knows none of them by name:

- `occurrences`: a fact counts occurrences, each worth `points(clause, fact)`;
- `value`: the facts of a clause are gathered into one value (unless each stands alone), worth
  `points(clause, value, cohort)`;
- `fact`: each fact is worth `points(clause, fact, own)` by itself; `own` holds the unit's targets and the rounding;
- `unit`: the engine's sources (ratings, other scores) say which part of the full points was reached, worth
  `points(clause, part)`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from typing import Annotated, Any, ClassVar, Literal, NamedTuple

from pydantic import BaseModel, ConfigDict, Field, Strict

from rubrics.kinds.numbers import plain
from rubrics.kinds.problems import Path, Problem

Flag = Annotated[bool, Strict()]
"""True or false and nothing that looks like it."""

Mode = Literal["occurrences", "value", "fact", "unit"]


class Plain(BaseModel):
    """A frozen record of a rubric file in which unknown keys are errors."""

    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True)


class Parameters(Plain):
    """The parameters of one basis, as they stand in a clause."""

    figures: ClassVar[tuple[str, ...]] = ()
    """Parameters that must be given unless the clause is `open`."""

    unit: str = Field(default="", title="Unit of measure")


class OrMap:
    """In the JSON Schema: the list of a field may also be written as a map from code to number."""

    def __get_pydantic_json_schema__(self, core: Any, handler: Any) -> dict[str, Any]:
        return {"anyOf": [handler(core), {"type": "object", "additionalProperties": {"type": ["number", "null"]}}]}


class OrText:
    """In the JSON Schema: a list of one text may also be written as the text alone."""

    def __get_pydantic_json_schema__(self, core: Any, handler: Any) -> dict[str, Any]:
        return {"anyOf": [{"type": "string"}, handler(core)]}


class OrOne:
    """In the JSON Schema: a list of one record may also be written as the record alone."""

    def __get_pydantic_json_schema__(self, core: Any, handler: Any) -> dict[str, Any]:
        inner = handler(core)
        return {"anyOf": [inner["items"], inner]}


class Said(NamedTuple):
    """One field of a fact: its name, what it holds, and whether the fact must say it."""

    name: str
    holds: Literal["count", "number", "figure", "ordinal", "level", "target", "inputs"]
    required: bool = False


class Own(NamedTuple):
    """What a fact may need beside itself: the unit's own targets under the item, and the rubric's rounding."""

    targets: Mapping[str, Any]
    rounded: Callable[[Fraction, int], Fraction]


class NoValue(Exception):
    """Nothing can be worked out from what the fact says: 0 points and a notice with this code."""

    def __init__(self, code: str, **params: Any) -> None:
        super().__init__(code)
        self.code = code
        self.params = params


def _nothing_to_check(clause: Any, fact: Any, path: Path) -> list[Problem]:
    return []


def _nothing_wrong(clause: Any, path: Path) -> list[Problem]:
    return []


@dataclass(frozen=True)
class Kind:
    """One basis. `says` and the sentences take the clause, whose fields are the basis's parameters."""

    code: str
    title: tuple[str, str]
    mode: Mode
    parameters: type[Parameters]
    says: Callable[[Any], tuple[Said, ...]]
    points: Callable[..., Any]
    sentence: Callable[[Any, str], str]
    said: Callable[[Any, Any, str], str]
    check: Callable[[Any, Path], list[Problem]] = _nothing_wrong
    """Problems of a clause's parameters that their types cannot show."""
    check_fact: Callable[[Any, Any, Path], list[Problem]] = _nothing_to_check
    """Problems of one fact that its types cannot show."""
    gather: str = "last"
    """How several facts of one unit become one value, where the clause does not say it (mode `value` only)."""
    compares: Callable[[Any], bool] = field(default=lambda clause: False)
    """Whether the points depend on the other units of the cohort."""
    given: Callable[[Any, Any], Any] | None = None
    """Points that a fact gives by itself in place of a value, or None where it gives a value (mode `value` only)."""
    takes_target: bool = False
    """Whether a fact may bring its own target (mode `value` only)."""
    judged: bool = False
    """Whether an award waits for somebody's judgement: without a fact it is pending."""

    def title_in(self, lang: str) -> str:
        return self.title[1 if lang.startswith("en") else 0]


def english(lang: str) -> bool:
    """Whether sentences are wanted in English (otherwise in Chinese)."""
    return lang.startswith("en")


_VERBS = {
    "deduct": ("扣", "deducts"),
    "award": ("得", "awards"),
    "forfeit": ("本项不得分", "forfeits the item"),
    "veto": ("一票否决", "is a veto"),
    "record": ("记录", "is recorded"),
}


def verb(effect: str, lang: str) -> str:
    """The word for what an effect does with points."""
    return _VERBS[effect][1 if english(lang) else 0]


def amount(number: Decimal | None, lang: str) -> str:
    """Points with their word: `0.5 分`, `0.5 points`; an open figure is said to be open."""
    if number is None:
        return "points not yet set" if english(lang) else "分值待定"
    if english(lang):
        return f"{plain(number)} point" if number == 1 else f"{plain(number)} points"
    return f"{plain(number)} 分"


def title_of(entries: Any, code: str) -> str:
    """The title of the entry with this code, or the code itself."""
    for entry in entries:
        if entry.code == code:
            return str(entry.title or entry.code)
    return code


def with_unit(number: Decimal | int | None, unit: str) -> str:
    """A number with its unit of measure; percent signs stand close."""
    if number is None:
        return "–"
    text = plain(Decimal(number))
    return f"{text}{unit}" if unit in ("%", "") else f"{text} {unit}"


Names = Mapping[str, tuple[str, str]]


def word(names: Names, code: str, lang: str) -> str:
    """The Chinese or English word for a code."""
    return names[code][1 if english(lang) else 0]
