"""What all bases that read a value share: readings, weights, gathering, cohorts.

Their arithmetic is written once over any exact number: `Decimal` where the value stands as it is, `Fraction` where it
was itself divided (a rate, a mean), so that every basis multiplies first and divides once.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field

from rubrics.kinds.base import NoValue, OrMap, Parameters, Plain, Said, beside, english, title_of, with_unit, word
from rubrics.kinds.numbers import OpenFigure, plain
from rubrics.kinds.problems import Path, Problem

Exact = Decimal | Fraction

READINGS = {
    "value": ("", ""),
    "change": ("比基数增减", "change from the baseline"),
    "change_rate": ("比基数增减率", "rate of change"),
    "gap": ("与平均值之差", "gap to the mean"),
    "gap_rate": ("与平均值相差率", "gap to the mean in percent"),
}

GATHERED = {
    "sum": ("多条相加", "several facts are added up"),
    "last": ("以最后一条为准", "the last fact counts"),
    "mean": ("多条取平均", "the mean of several facts counts"),
    "max": ("多条取最大", "the greatest of several facts counts"),
    "each": ("逐条计分", "each fact counts by itself"),
}


class Weight(Plain):
    """One level and what each of its count is worth in the value."""

    code: str
    weight: OpenFigure = None


def _weights(value: Any) -> Any:
    if isinstance(value, Mapping):
        return [{"code": str(code), "weight": weight} for code, weight in value.items()]
    return value


class ValueParameters(Parameters):
    reading: Literal["value", "change", "change_rate", "gap", "gap_rate"] = Field(default="value", title="Read as")
    weights: Annotated[tuple[Weight, ...], BeforeValidator(_weights), OrMap()] = Field(
        default=(), title="Weights of levels"
    )
    gather: Literal["sum", "last", "mean", "max", "each"] | None = Field(default=None, title="Several facts together")
    within: str = Field(default="series", pattern=r"^(series|all|tag:.+)$", title="Compared within")
    share_on: Literal["value", "points"] = Field(default="value", title="A share acts on")


class Cohort:
    """The values of the units compared with one another."""

    def __init__(self, values: Iterable[Exact]) -> None:
        self._ordered: list[Any] = sorted(values)
        self.total = sum((_fraction(value) for value in self._ordered), Fraction(0))

    def __len__(self) -> int:
        return len(self._ordered)

    @property
    def ends(self) -> tuple[Exact, Exact]:
        """The least and the greatest value."""
        return self._ordered[0], self._ordered[-1]

    def rank(self, value: Exact, *, better: str) -> int:
        """1 for the best; equal values share the better place."""
        if better == "lower":
            return 1 + bisect_left(self._ordered, value)
        return 1 + len(self._ordered) - bisect_right(self._ordered, value)

    def read_against_mean(self, clause: Any) -> Cohort:
        """The same units' values as a clause that reads gaps sees them; empty where the mean gives no rate."""
        if not needs_mean(clause) or (clause.reading == "gap_rate" and self.total == 0):
            return self if not needs_mean(clause) else Cohort(())
        return Cohort(read_gap(clause, value, self) for value in self._ordered)


def needs_baseline(clause: Any) -> bool:
    return bool(clause.reading in ("change", "change_rate"))


def needs_mean(clause: Any) -> bool:
    """Whether the value is read against the mean of the cohort."""
    return bool(clause.reading in ("gap", "gap_rate"))


def says(clause: Any) -> tuple[Said, ...]:
    """A value (or a level with its count, where levels have weights), and a baseline where the reading asks for it."""
    if clause.weights:
        fields: tuple[Said, ...] = (Said("level", "level", required=True), Said("count", "count"))
    else:
        fields = (Said("value", "number", required=True),)
    # A baseline may be left out of a fact: then there is no value, 0 points and a notice.
    return (*fields, Said("baseline", "number")) if needs_baseline(clause) else fields


def value_said(clause: Any, fact: Any) -> Decimal:
    """The number one fact contributes: its value, or weight × count."""
    if not clause.weights:
        return fact.value  # type: ignore[no-any-return]
    count = 1 if fact.count is None else fact.count
    weight = next((w.weight for w in clause.weights if w.code == fact.level), None)
    return (weight or Decimal(0)) * count


def read_change(clause: Any, value: Exact, baseline: Exact | None) -> Exact:
    """Apply the readings that compare a value with its own baseline.

    Raises NoValue without a baseline, or with one of 0 under a rate.
    """
    if not needs_baseline(clause):
        return value
    if baseline is None:
        raise NoValue("no_baseline")
    if clause.reading == "change":
        return _fraction(value) - _fraction(baseline)
    if baseline == 0:
        raise NoValue("zero_baseline")
    return (_fraction(value) - _fraction(baseline)) * 100 / _fraction(baseline)


def read_gap(clause: Any, value: Exact, cohort: Cohort) -> Exact:
    """Apply the readings that compare a value with the cohort's mean, dividing once.

    Raises NoValue where the mean is 0 under a rate.
    """
    if not needs_mean(clause):
        return value
    if clause.reading == "gap":
        return (_fraction(value) * len(cohort) - cohort.total) / len(cohort)
    if cohort.total == 0:
        raise NoValue("zero_mean")
    return (_fraction(value) * len(cohort) - cohort.total) * 100 / cohort.total


def _fraction(value: Exact) -> Fraction:
    return value if isinstance(value, Fraction) else Fraction(value)


def check(clause: Any, path: Path, *, compares: bool) -> list[Problem]:
    """What holds for every basis that reads a value."""
    problems = []
    if clause.gather == "each" and (compares or needs_mean(clause)):
        problems.append(Problem((*path, "gather"), "each_in_cohort"))
    for place, weight in enumerate(clause.weights):
        if weight.weight is None and not clause.open:
            problems.append(Problem((*path, "weights", weight.code), "missing_figure", {"field": "weight"}))
        if weight.code in {other.code for other in clause.weights[:place]}:
            problems.append(Problem((*path, "weights", weight.code), "duplicate_code", {"code": weight.code}))
    return problems


def open_figures(clause: Any) -> list[str]:
    """The weights of levels that are not yet set."""
    return [f"weights.{weight.code}" for weight in clause.weights if weight.weight is None]


def check_fact(clause: Any, fact: Any, path: Path) -> list[Problem]:
    codes = [weight.code for weight in clause.weights]
    if not codes or fact.level is None or fact.level in codes:
        return []
    return [Problem((*path, "level"), "unknown_level", {"code": fact.level, "known": codes})]


def reading_words(clause: Any, lang: str) -> str:
    """How the value is read, as a phrase to put before a threshold."""
    return word(READINGS, clause.reading, lang) or ("the value" if english(lang) else "数值")


def around(clause: Any, lang: str, *, compares: bool = False) -> list[str]:
    """What else is to be said about a value: its reading, its levels, several facts, who is compared, shares."""
    says = []
    if clause.reading != "value":
        says.append(
            f"read as {reading_words(clause, lang)}" if english(lang) else f"数值取{reading_words(clause, lang)}"
        )
    return says + _around(clause, lang, compares=compares or needs_mean(clause))


def around_named(clause: Any, lang: str) -> list[str]:
    """The same where the sentence itself begins with the reading."""
    return _around(clause, lang, compares=needs_mean(clause))


def _around(clause: Any, lang: str, *, compares: bool) -> list[str]:
    says = []
    if clause.weights:
        says.append(_weighed(clause, lang))
    if clause.gather is not None:
        says.append(word(GATHERED, clause.gather, lang))
    if compares:
        says.append(_cohort(clause.within, lang))
    if clause.share_on == "points":
        says.append("a share acts on the points" if english(lang) else "份额按得分折算")
    return says


def _weighed(clause: Any, lang: str) -> str:
    levels = [f"{each.code} × {'…' if each.weight is None else plain(each.weight)}" for each in clause.weights]
    return f"the value adds up {', '.join(levels)}" if english(lang) else beside(f"数值按 {'、'.join(levels)}", "加总")


def _cohort(within: str, lang: str) -> str:
    if within.startswith("tag:"):
        tag = within.removeprefix("tag:")
        return f"among units tagged “{tag}”" if english(lang) else f"在“{tag}”单位中比较"
    if within == "all":
        return "among all units" if english(lang) else "在全体单位中比较"
    return "within the series" if english(lang) else "在本系列内比较"


def joined(parts: Iterable[str], lang: str) -> str:
    return (", " if english(lang) else "，").join(part for part in parts if part)


def said(clause: Any, fact: Any, lang: str) -> str:
    if fact.rank is not None:
        of = fact.of
        return f"place {fact.rank} of {of}" if english(lang) else f"第 {fact.rank} 名（共 {of}）"
    if clause.weights:
        return f"{title_of((), fact.level or '')} × {1 if fact.count is None else fact.count}"
    text = with_unit(fact.value, clause.unit)
    if needs_baseline(clause) and fact.baseline is not None:
        base = with_unit(fact.baseline, clause.unit)
        text += f" (baseline {base})" if english(lang) else f"（基数 {base}）"
    return text
