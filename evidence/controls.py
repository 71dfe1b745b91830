"""The control for each thing a fact must say, derived from what the clause's basis declares.

A basis says which fields its facts have and what each of them holds; this module turns that into finished
values for a template. It knows what can be held, never a basis by name.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from rubrics.kinds.base import Kind, Said
from rubrics.kinds.numbers import plain

PRESENT = "present"
"""The tick that stands for a fact which says nothing but that it is so."""
FEW = 6
"""Up to so many options lie side by side; more go into a list."""
SHORT = 26
"""Side by side only while all titles together have no more characters."""


@dataclass(frozen=True)
class Option:
    """One thing to choose: its code, what it is called, what it is worth (finished text)."""

    code: str
    title: str
    worth: str
    chosen: bool


@dataclass(frozen=True)
class Control:
    """One field as a template needs it. ``template`` is the partial's name, numbers are finished strings."""

    template: str
    name: str
    label: str
    value: str
    required: bool = False
    unit: str = ""
    placeholder: str = ""
    options: tuple[Option, ...] = ()
    none: str = ""
    low: str = ""
    middle: str = ""
    high: str = ""
    step: str = ""

    @property
    def path(self) -> str:
        return f"evidence/controls/_{self.template}.html"


def controls_of(clause: Any, kind: Kind, values: Mapping[str, Any], targets: tuple[Any, ...] = ()) -> list[Control]:
    """The controls of one fact under the clause, in the order its basis declares them.

    ``values`` are the fact's, as stored; ``targets`` the unit's own targets under the clause's item.
    """
    fields = kind.says(clause)
    if not fields:
        return [Control("tick", PRESENT, _("It happened"), "1" if values.get(PRESENT) else "")]
    found: list[Control] = []
    for said in fields:
        found.extend(_BUILDERS[said.holds](clause, said, values, targets))
    return found


def is_secondary(clause: Any, control: Control, values: Mapping[str, Any]) -> bool:
    """Whether the control can stay folded away: how often one level occurred, where that is rarely asked."""
    if control.name != "count" or getattr(clause, "per", "") or values.get("count") not in (None, "", "1"):
        return False
    return hasattr(clause, "levels")


def _count(clause: Any, said: Said, values: Mapping[str, Any], targets: tuple[Any, ...]) -> list[Control]:
    per = getattr(clause, "per", "") or _("times")
    usual = "0" if said.name == "count" and not (hasattr(clause, "levels") or getattr(clause, "weights", ())) else "1"
    return [
        Control("count", said.name, _("How many"), _text(values, said.name), said.required, unit=per, placeholder=usual)
    ]


def _number(clause: Any, said: Said, values: Mapping[str, Any], targets: tuple[Any, ...]) -> list[Control]:
    labels = {"value": _("Value reached"), "baseline": _("Baseline"), "target": _("Own target")}
    label = labels.get(said.name, said.name)
    if said.name == "value" and any(one.name == "rank" for one in clause.kind.says(clause)):
        label = _("or the value reached")
    return [Control("amount", said.name, label, _text(values, said.name), said.required, unit=clause.unit)]


def _figure(clause: Any, said: Said, values: Mapping[str, Any], targets: tuple[Any, ...]) -> list[Control]:
    """Points that a person gives: out of choices, or within a range, else a free amount of points."""
    labels = {"points": _("Points"), "score": _("Score"), "of": _("Out of")}
    label, value = labels.get(said.name, said.name), _text(values, said.name)
    choices = getattr(clause, "choices", ())
    if said.name == "points" and choices:
        options = tuple(Option(plain(c), plain(c), "", plain(c) == value) for c in choices)
        return [Control("pick", said.name, label, value, said.required, options=options, none=_("None"))]
    high = getattr(clause, "max", None)
    if said.name != "points" or high is None:
        return [Control("amount", said.name, label, value, said.required, unit=_("marks"))]
    low = getattr(clause, "min", Decimal(0))
    step = clause.step or _fine_step(high - low)
    middle = plain((low + high) / 2)
    bounds = {"low": plain(low), "high": plain(high), "step": plain(step), "middle": middle}
    return [Control("range", said.name, label, value, said.required, **bounds)]


def _fine_step(span: Decimal) -> Decimal:
    """How finely the slider moves where the rubric names no step; typing is not bound to it."""
    return Decimal("0.1") if span <= 5 else Decimal("0.5") if span <= 40 else Decimal(1)


def _ordinal(clause: Any, said: Said, values: Mapping[str, Any], targets: tuple[Any, ...]) -> list[Control]:
    labels = {"rank": _("Place"), "of": _("Out of how many")}
    label = labels.get(said.name, said.name)
    return [Control("ordinal", said.name, label, _text(values, said.name), said.required)]


def _level(clause: Any, said: Said, values: Mapping[str, Any], targets: tuple[Any, ...]) -> list[Control]:
    chosen = _text(values, said.name)
    levels = getattr(clause, "levels", ())
    if levels:
        pairs = [(level.code, level.title or level.code, level.points) for level in levels]
    else:
        pairs = [(weight.code, weight.code, weight.weight) for weight in clause.weights]
    options = tuple(
        Option(code, title, "" if worth is None else plain(worth), code == chosen) for code, title, worth in pairs
    )
    return [_choice(said, _("Level reached"), chosen, options)]


def _target(clause: Any, said: Said, values: Mapping[str, Any], targets: tuple[Any, ...]) -> list[Control]:
    chosen = _text(values, said.name)
    options = tuple(Option(t.code, t.title or t.code, plain(t.points), t.code == chosen) for t in targets)
    return [Control("select", said.name, _("Target"), chosen, said.required, options=options, none=_("Choose"))]


def _inputs(clause: Any, said: Said, values: Mapping[str, Any], targets: tuple[Any, ...]) -> list[Control]:
    given = values.get(said.name) or {}
    return [
        Control(
            "amount", f"{said.name}.{one.code}", one.title or one.code, str(given.get(one.code, "")), True,
            unit=getattr(one, "unit", "") or "",
        )
        for one in clause.inputs
    ]  # fmt: skip


def _choice(said: Said, label: str, chosen: str, options: tuple[Option, ...]) -> Control:
    width = sum(len(option.title) + len(option.worth) // 2 for option in options)
    template = "pick" if len(options) <= FEW and width <= SHORT else "select"
    return Control(template, said.name, label, chosen, said.required, options=options, none=_("None"))


def _text(values: Mapping[str, Any], name: str) -> str:
    value = values.get(name)
    return "" if value is None else str(value)


_BUILDERS: Mapping[str, Callable[[Any, Said, Mapping[str, Any], tuple[Any, ...]], list[Control]]] = {
    "count": _count,
    "number": _number,
    "figure": _figure,
    "ordinal": _ordinal,
    "level": _level,
    "target": _target,
    "inputs": _inputs,
}
