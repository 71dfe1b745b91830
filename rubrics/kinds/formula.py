"""`formula`: the value of an expression over a fact's inputs, held within min and max."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from typing import Any, Literal

from pydantic import Field

from rubrics.kinds.base import FIRING, Kind, NoValue, Own, Parameters, Plain, Said, english, fires, moves_by, with_unit
from rubrics.kinds.formula_language import FUNCTIONS, FormulaError, Node, inputs_of, parse, work_out
from rubrics.kinds.numbers import LARGEST, OpenNumber, plain
from rubrics.kinds.problems import Path, Problem


class Input(Plain):
    """One number that a fact gives."""

    code: str = Field(pattern=r"^[A-Za-z_][A-Za-z0-9_]*$")
    title: str = ""
    unit: str = ""


class FormulaParameters(Parameters):
    basis: Literal["formula"] = "formula"
    expression: str = Field(title="Expression")
    inputs: tuple[Input, ...] = Field(default=(), title="Inputs")
    min: OpenNumber = Field(default=None, title="At least")
    max: OpenNumber = Field(default=None, title="At most")


_LARGEST = Fraction(LARGEST)
# No formula is worth more than the largest figure that a file may hold.


@lru_cache(maxsize=1024)
def tree_of(expression: str) -> Node:
    """The parsed expression. Raises FormulaError."""
    return parse(expression)


def points(clause: Any, fact: Any, own: Own) -> Fraction:
    """The expression's value within min and max.

    Raises NoValue where what is worked out divides by zero: the whole expression is then 0, whatever `min` says.
    """
    inputs = {code: Fraction(value) for code, value in (fact.inputs or {}).items()}
    try:
        value = work_out(tree_of(clause.expression), inputs, own.rounded)
    except ZeroDivisionError:
        raise NoValue("division_by_zero") from None
    value = max(-_LARGEST, min(value, _LARGEST))
    if clause.max is not None:
        value = min(value, Fraction(clause.max))
    return value if clause.min is None else max(value, Fraction(clause.min))


def check(clause: Any, path: Path) -> list[Problem]:
    problems = []
    known: set[str] = set()
    for place, entry in enumerate(clause.inputs):
        here = (*path, "inputs", place, "code")
        if entry.code in known:
            problems.append(Problem(here, "duplicate_code", {"code": entry.code}))
        if entry.code in FUNCTIONS:
            problems.append(Problem(here, "reserved_code", {"code": entry.code}))
        known.add(entry.code)
    if clause.min is not None and clause.max is not None and clause.max < clause.min:
        limits = {"low": plain(clause.min), "high": plain(clause.max)}
        problems.append(Problem((*path, "max"), "range_upside_down", limits))
    here = (*path, "expression")
    try:
        used = inputs_of(tree_of(clause.expression))
    except FormulaError as error:
        return [*problems, Problem(here, error.code, error.params)]
    problems += [
        Problem(here, "formula_input", {"code": code, "known": sorted(known)}) for code in sorted(used - known)
    ]
    return problems


def check_fact(clause: Any, fact: Any, path: Path) -> list[Problem]:
    given = fact.inputs or {}
    known = {entry.code for entry in clause.inputs}
    here = (*path, "inputs")
    missing = [Problem((*here, code), "missing", {"field": code}) for code in sorted(known - set(given))]
    unknown = [
        Problem((*here, code), "unknown_key", {"key": code, "known": sorted(known)})
        for code in given
        if code not in known
    ]
    return missing + unknown


def most(clause: Any) -> Decimal | None:
    """One fact at its greatest; a deduction may have any number of facts, and then knows no bound."""
    return clause.max if clause.effect == "award" else None


def sentence(clause: Any, lang: str) -> str:
    if clause.effect in FIRING:
        if english(lang):
            return fires(clause, f"a value above 0 of {clause.expression}", lang)
        return fires(clause, f"{clause.expression} 的值高于 0 ", lang)
    if english(lang):
        parts = [f"{moves_by(clause, lang)} by formula: {clause.expression}"]
        parts += [f"at least {plain(clause.min)}"] if clause.min is not None else []
        parts += [f"at most {plain(clause.max)}"] if clause.max is not None else []
        return ", ".join(parts)
    parts = [f"按公式{moves_by(clause, lang)}：{clause.expression}"]
    parts += [f"不低于 {plain(clause.min)}"] if clause.min is not None else []
    parts += [f"不高于 {plain(clause.max)}"] if clause.max is not None else []
    return "，".join(parts)


def said(clause: Any, fact: Any, lang: str) -> str:
    given = fact.inputs or {}
    shown = [f"{e.title or e.code} {with_unit(given[e.code], e.unit)}" for e in clause.inputs if e.code in given]
    return (", " if english(lang) else "，").join(shown)


KIND = Kind(
    code="formula",
    title=("按公式", "By formula"),
    mode="fact",
    parameters=FormulaParameters,
    says=lambda clause: (Said("inputs", "inputs", required=bool(clause.inputs)),),
    points=points,
    sentence=sentence,
    said=said,
    check=check,
    check_fact=check_fact,
    most=most,
)
