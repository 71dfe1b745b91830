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

from collections.abc import Callable, Iterable, Mapping
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


def _nothing_open(clause: Any) -> Iterable[str]:
    return ()


def _no_bound(clause: Any) -> Decimal | None:
    return None


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
    most: Callable[[Any], Decimal | None] = _no_bound
    """The most points that all facts of one unit together can reach by the basis alone; None: no bound is known."""
    open_figures: Callable[[Any], Iterable[str]] = _nothing_open
    """Which figures within a clause's lists are missing, beside those that `figures` names: `levels.county`."""
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


def act(clause: Any, lang: str) -> str:
    """The same for a clause: a forfeit names what it takes."""
    if clause.effect == "forfeit":
        return word(_FORFEITED, clause.acts_on, lang)
    return verb(clause.effect, lang)


_FORFEITED = {
    "item": ("本项不得分", "forfeits the item"),
    "category": ("所在类别不得分", "forfeits the category"),
    "total": ("总分计零", "forfeits the total"),
}

FIRING = frozenset(("forfeit", "veto"))
"""Effects that fire once something is reached, whatever the points say."""


def moves(clause: Any, number: Decimal | None, lang: str) -> str:
    """A verb with its points: `扣 0.5 分`, `deducts 0.5 points`; what is only recorded is a number without points."""
    if number is None:
        if clause.effect == "record":
            return "records an amount not yet set" if english(lang) else "记录（数额待定）"
        return f"{act(clause, lang)} points not yet set" if english(lang) else f"{act(clause, lang)}分（分值待定）"
    if clause.effect == "record":
        return f"records {plain(number)}" if english(lang) else f"记 {plain(number)}"
    return f"{act(clause, lang)} {amount(number, lang)}"


def moves_by(clause: Any, lang: str) -> str:
    """The verb before a way of counting: `得分`, `扣分`, `记录`; `awards`, `deducts`, `records`."""
    if clause.effect == "record":
        return "records" if english(lang) else "记录"
    return verb(clause.effect, lang) if english(lang) else f"{verb(clause.effect, lang)}分"


def fires(clause: Any, condition: str, lang: str) -> str:
    """`满 2 次即本项不得分`, `a rating above 0 forfeits the item`."""
    return f"{condition} {act(clause, lang)}" if english(lang) else f"{condition}即{act(clause, lang)}"


def amount(number: Decimal | None, lang: str) -> str:
    """Points with their word: `0.5 分`, `0.5 points`; an open figure is said to be open."""
    if number is None:
        return "points not yet set" if english(lang) else "分值待定"
    if english(lang):
        return f"{plain(number)} point" if number == 1 else f"{plain(number)} points"
    return f"{plain(number)} 分"


def up_to(number: Decimal | None, lang: str) -> str:
    """`至多 8 分`, `up to 8 points`; an open figure has no bound to name."""
    if number is None:
        return amount(number, lang)
    return f"up to {amount(number, lang)}" if english(lang) else f"至多 {amount(number, lang)}"


def beside(text: str, word: str) -> str:
    """A Chinese word after a number or its unit: a space stands only between a digit and the word."""
    return f"{text} {word}" if text[-1:].isdigit() else f"{text}{word}"


def title_of(entries: Any, code: str) -> str:
    """The title of the entry with this code, or the code itself."""
    for entry in entries:
        if entry.code == code:
            return str(entry.title or entry.code)
    return code


def with_unit(number: Decimal | int | None, unit: str) -> str:
    """A number with its unit of measure; percent signs stand close. An open figure is shown as three points."""
    if number is None:
        return "…"
    text = plain(Decimal(number))
    return f"{text}{unit}" if unit in ("%", "") else f"{text} {unit}"


Names = Mapping[str, tuple[str, str]]


def word(names: Names, code: str, lang: str) -> str:
    """The Chinese or English word for a code."""
    return names[code][1 if english(lang) else 0]
