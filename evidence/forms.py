"""The shape of what comes in about a fact; what it means is checked against the clause, nothing is saved here."""

import datetime
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from evidence.controls import PRESENT
from rubrics.kinds.base import Kind
from rubrics.kinds.numbers import LARGEST

LONGEST = {"matter": 200, "note": 2000, "reason": 2000, "share": 60, "exempt_reason": 2000}


@dataclass(frozen=True)
class Entry:
    """One fact as it was typed: ``said`` for the basis, the other fields beside it, and what could not be read.

    ``problems`` maps a field's name to a sentence; ``blank`` is true where nothing at all is said. ``present`` is the
    tick of a clause whose facts say nothing else.
    """

    said: dict[str, Any] = field(default_factory=dict)
    extras: dict[str, Any] = field(default_factory=dict)
    problems: dict[str, str] = field(default_factory=dict)
    present: bool = False

    @property
    def blank(self) -> bool:
        return not (self.said or self.problems or self.present)


def read_entry(data: QueryDict, clause: Any, kind: Kind) -> Entry:
    """What a POST says under the clause. An empty field is left out, a count of 0 says that nothing happened."""
    said: dict[str, Any] = {}
    problems: dict[str, str] = {}
    for one in kind.says(clause):
        if one.holds == "inputs":
            _read_inputs(data, clause, said, problems)
        else:
            _read(data, one.name, one.holds, said, problems)
    if said.get("count") == 0 or _only_count(said, kind, clause):
        said = {}
    present = not kind.says(clause) and bool(data.get(PRESENT))
    return Entry(said, _extras(data, problems), problems, present)


def typed_values(data: QueryDict, clause: Any, kind: Kind) -> dict[str, Any]:
    """What was typed, as it was typed: for showing the form again."""
    values: dict[str, Any] = {
        one.name: data.get(one.name, "")[:200] for one in kind.says(clause) if one.holds != "inputs"
    }
    if any(one.holds == "inputs" for one in kind.says(clause)):
        values["inputs"] = {one.code: data.get(f"inputs.{one.code}", "")[:200] for one in clause.inputs}
    return values


def _only_count(said: Mapping[str, Any], kind: Kind, clause: Any) -> bool:
    """A stepper beside a level that was not chosen says nothing."""
    return set(said) == {"count"} and any(one.holds == "level" and one.required for one in kind.says(clause))


def _read(data: QueryDict, name: str, holds: str, into: dict[str, Any], problems: dict[str, str]) -> None:
    raw = tidy(data.get(name, ""))
    if not raw:
        return
    if holds in ("level", "target"):
        into[name] = raw[:200]
        return
    number = as_decimal(raw)
    if number is None:
        problems[name] = _("“%(typed)s” is not a number.") % {"typed": raw[:40]}
    elif holds in ("count", "ordinal") and (number != number.to_integral_value() or number < 0):
        problems[name] = _("A whole number is asked for, 0 or more.")
    else:
        into[name] = int(number) if holds in ("count", "ordinal") else number


def _read_inputs(data: QueryDict, clause: Any, said: dict[str, Any], problems: dict[str, str]) -> None:
    given: dict[str, Any] = {}
    for one in clause.inputs:
        _read(data, f"inputs.{one.code}", "number", given, problems)
    found = {name.removeprefix("inputs."): number for name, number in given.items()}
    if found:
        said["inputs"] = found


def _extras(data: QueryDict, problems: dict[str, str]) -> dict[str, Any]:
    """Date, matter, share, modifiers, note and why it should move no points: what a fact may say beside its basis."""
    extras: dict[str, Any] = {
        name: tidy(data.get(name, ""))[: LONGEST[name]] for name in ("matter", "share") if name in data
    }
    for name in ("note", "exempt_reason"):
        if name in data:
            extras[name] = data.get(name, "").strip()[: LONGEST[name]]
    if "date" in data:
        extras["date"] = _date(tidy(data.get("date", "")), problems)
    if "extras" in data:
        extras["modifiers"] = [tidy(code)[:80] for code in data.getlist("modifiers")]
    return extras


def _date(raw: str, problems: dict[str, str]) -> datetime.date | None:
    if not raw:
        return None
    try:
        return datetime.date.fromisoformat(raw)
    except ValueError:
        problems["date"] = _("A date is written like 2026-09-16.")
        return None


def tidy(raw: str) -> str:
    """Typed text with full-width figures made plain and blanks at the ends dropped."""
    return unicodedata.normalize("NFKC", raw).strip()


def as_decimal(raw: str) -> Decimal | None:
    """The number that was typed, thousands commas allowed; None for anything else or beyond all sense."""
    try:
        number = Decimal(raw.replace(",", "").replace(" ", "").replace("−", "-"))
    except InvalidOperation:
        return None
    exponent = number.as_tuple().exponent
    if not number.is_finite() or abs(number) > LARGEST or (isinstance(exponent, int) and exponent < -12):
        return None
    return number


def whole(raw: str | None) -> int | None:
    """A key or version out of a form; None for anything that is not a number of sensible size."""
    return int(raw) if raw and raw.isascii() and raw.isdigit() and len(raw) < 16 else None


class AdoptForm(forms.Form):
    """Confirming that a running cycle moves to another version of its rubric."""

    to = forms.IntegerField(widget=forms.HiddenInput())
    version = forms.IntegerField(widget=forms.HiddenInput())
    expected = forms.CharField(max_length=64, widget=forms.HiddenInput())
    reason = forms.CharField(
        label=gettext_lazy("Reason; units and reviewers read it"),
        max_length=500,
        widget=forms.TextInput(attrs={"class": "form-control"}),
    )
    password = forms.CharField(
        label=gettext_lazy("Your password, once more"),
        strip=False,
        widget=forms.PasswordInput(attrs={"class": "form-control", "autocomplete": "current-password"}),
    )
