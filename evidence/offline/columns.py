"""The columns of the workbook, and for each clause which of them it asks for, out of what its basis declares."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from evidence import outline
from evidence.controls import PRESENT, Control, controls_of
from evidence.selectors.records import targets_of
from evidence.selectors.sheetdata import SheetData

CODE, TEXT, FULL, HOW, ASKS, SAY, REASON, FACT = "code", "text", "full", "how", "asks", "say", "reason", "fact"
LEADING = (CODE, TEXT, FULL, HOW, ASKS, SAY, REASON)
SAID = (PRESENT, "level", "target", "count", "value", "baseline", "points", "rank", "of", "score")
EXTRAS = ("date", "matter", "share", "modifiers", "note", "exempt_reason")
LONGEST: Mapping[str, int] = {"matter": 200, "note": 2000, "share": 60, "reason": 2000, "exempt_reason": 2000}
INPUT = "input"


@dataclass(frozen=True)
class Asked:
    """One cell that a clause asks for. ``holds`` is whole, number, choice, choices, date or text.

    ``name`` is the field of the fact (``inputs.done`` for an input); ``options`` are codes with their words; ``low``
    and ``high`` bound a number (finished strings).
    """

    name: str
    holds: str
    label: str
    options: tuple[tuple[str, str], ...] = ()
    low: str = ""
    high: str = ""
    required: bool = False


@dataclass(frozen=True)
class Clause:
    """One clause that the unit may claim, with what its row asks for by column."""

    code: str
    item: str
    record: Any
    asked: Mapping[str, Asked]
    repeats: bool


@dataclass(frozen=True)
class Shape:
    """Everything about a sheet that is the same for its writer and its reader."""

    data: SheetData
    clauses: Mapping[str, Clause]
    entries: Mapping[str, outline.Entry]
    columns: tuple[str, ...]

    def clauses_of(self, item_code: str) -> list[Clause]:
        return [clause for clause in self.clauses.values() if clause.item == item_code]


def shape_of(data: SheetData) -> Shape:
    """What the workbook of a sheet holds: the items and clauses about which the unit itself says something."""
    targets = targets_of(data.enrolment)
    clauses: dict[str, Clause] = {}
    for entry in data.claimable:
        for code, record in entry.clauses:
            if outline.is_claimable(record):
                clauses[code] = _clause(data, entry.code, code, record, targets.get(entry.code, ()))
    used = {key for clause in clauses.values() for key in clause.asked}
    inputs = sorted((key for key in used if key.startswith(INPUT)), key=lambda key: int(key.removeprefix(INPUT)))
    said = [key for key in SAID if key in used]
    extras = [key for key in EXTRAS if key in used]
    return Shape(data, clauses, {one.code: one for one in data.claimable}, (*LEADING, *said, *inputs, *extras, FACT))


def _clause(data: SheetData, item: str, code: str, record: Any, targets: tuple[Any, ...]) -> Clause:
    asked: dict[str, Asked] = {}
    inputs = 0
    for control in controls_of(record, record.kind, {}, targets):
        if control.name.startswith("inputs."):
            inputs += 1
            asked[f"{INPUT}{inputs}"] = _asked(control)
        else:
            asked[control.name] = _asked(control)
    shares = tuple((one.code, one.title or one.code) for one in data.definition.shares_of(code))
    asked["date"] = Asked("date", "date", _("Date"), required=record.limit_per is not None)
    asked["matter"] = Asked("matter", "text", _("Matter"))
    asked["share"] = Asked("share", "choice" if shares else "number", _("Our part"), distinct(shares), "0", "1")
    if record.modifiers:
        words = distinct((one.code, one.title or one.code) for one in record.modifiers)
        asked["modifiers"] = Asked("modifiers", "choices", _("Circumstances"), words)
    asked["note"] = Asked("note", "text", _("Note"))
    if outline.may_ask_exemption(record):
        asked["exempt_reason"] = Asked("exempt_reason", "text", exemption())
    judged_once = record.kind.code == "manual" and record.effect == "award" and record.limit is None
    return Clause(code, item, record, asked, not judged_once)


def _asked(control: Control) -> Asked:
    label = f"{control.label}（{control.unit}）" if control.unit else control.label
    if control.template == "tick":
        return Asked(control.name, "choice", label, (("1", yes()),))
    if control.template in ("pick", "select"):
        words = distinct((option.code, option.title) for option in control.options)
        return Asked(control.name, "choice", label, words, required=control.required)
    holds = "whole" if control.template in ("count", "ordinal") else "number"
    return Asked(control.name, holds, label, (), control.low, control.high, control.required)


def distinct(options: Iterable[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    """Codes with words of which no two are the same: a word that stands twice is told by its code."""
    pairs = list(options)
    words = [title for _code, title in pairs]
    return tuple((code, title if words.count(title) == 1 else f"{title}（{code}）") for code, title in pairs)


def yes() -> str:
    return _("Yes")


def exemption() -> str:
    return _("Asks for exemption because")


def say_words() -> dict[str, str]:
    """What a unit may say about an item as a whole, in words."""
    return {"nothing": _("Nothing to report"), "not_duty": _("Not our duty")}


def heads(columns: Iterable[str]) -> dict[str, str]:
    """What the columns are called."""
    known = {
        CODE: _("Code"), TEXT: _("Item and clause"), FULL: _("Full marks"), HOW: _("What it does"),
        ASKS: _("What to fill in"), SAY: _("The item as a whole"), REASON: _("Reason it is not our duty"),
        PRESENT: _("It happened"), "level": _("Level reached"), "target": _("Target"), "count": _("How many"),
        "value": _("Value reached"), "baseline": _("Baseline"), "points": _("Points"), "rank": _("Place"),
        "of": _("Out of how many"), "score": _("Score"), "date": _("Date"), "matter": _("Matter"),
        "share": _("Our part"), "modifiers": _("Circumstances"), "note": _("Note"),
        "exempt_reason": exemption(), FACT: _("Record"),
    }  # fmt: skip
    return {key: known.get(key) or _("Figure {n}").format(n=key.removeprefix(INPUT)) for key in columns}


def helps() -> dict[str, str]:
    """Notes on the heads."""
    return {
        CODE: _("Which item or clause the row is about. In the free rows at the end, write the code of a clause."),
        ASKS: _("The cells of the row that its clause asks for; the grey ones stay empty."),
        SAY: _("In the row of an item: nothing to report, or not our duty. Empty where entries are made below it."),
        REASON: _("Needed where an item is not the unit's duty."),
        "level": _("Choose from the list."),
        "date": _("When it happened, such as 2026-09-16."),
        "matter": _("The same name for the same event."),
        "share": _("Choose from the list, or write a number such as 0.5 where there is none. Empty: alone."),
        "modifiers": _("Choose from the list; several are joined by “、”."),
        "exempt_reason": _(
            "Where points would be lost: why this should move none, for instance that the unit found and reported it "
            "itself. A reviewer decides. Empty: it counts."
        ),
        "count": _("A whole number. 0 or empty: did not happen."),
    }
