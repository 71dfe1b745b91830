"""What rows of the workbook say, in the one form in which stored and filled-in entries are compared."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from typing import Any

from evidence.models import Fact, SheetItem
from units.tables import Problem

BLANK: dict[str, Any] = {"date": "", "matter": "", "share": "", "modifiers": [], "note": "", "exempt_reason": ""}


@dataclass(frozen=True)
class FactRow:
    """One row of a clause. ``said`` is canonical as stored; ``extras`` hold what was written beside it, a date as text.

    ``pk`` is that of the fact the row was made for, 0 in a row that was empty. ``present`` is the tick of a clause
    whose facts say nothing else.
    """

    number: int
    code: str
    pk: int
    said: dict[str, Any]
    extras: dict[str, Any]
    present: bool = False

    @property
    def says(self) -> bool:
        return bool(self.said or self.present)

    @property
    def empty(self) -> bool:
        return not self.says and not any(self.extras.values())

    @property
    def mark(self) -> str:
        extras = {**BLANK, **self.extras}
        if not extras["exempt_reason"]:
            del extras["exempt_reason"]  # workbooks that were downloaded before there was such a column say the same
        return digest([self.said, extras, self.present])


@dataclass(frozen=True)
class ItemRow:
    """The row of an item: what is said about it as a whole ("" for nothing of the kind), and why."""

    number: int
    code: str
    say: str
    reason: str

    @property
    def mark(self) -> str:
        return digest([self.say, self.reason if self.say == "not_duty" else ""])


@dataclass(frozen=True)
class Filled:
    """What a workbook says: its rows, the marks of what it was made from, and what is wrong by sheet and cell."""

    sheet: str
    letters: dict[str, str]
    facts: list[FactRow] = field(default_factory=list)
    items: list[ItemRow] = field(default_factory=list)
    known_facts: dict[int, str] = field(default_factory=dict)
    known_items: dict[str, str] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def cell(self, number: int, column: str) -> str:
        return f"{self.letters.get(column) or 'A'}{number}"


def digest(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()[:24]


def item_row(code: str, row: SheetItem | None) -> ItemRow:
    """What is stored about an item as a whole."""
    state = row.state if row else ""
    say = str(state) if state in ("nothing", "not_duty") else ""
    return ItemRow(0, code, say, row.reason if row and say == "not_duty" else "")


def version_of(row: Fact | SheetItem | None) -> int:
    return row.version if row else 0
