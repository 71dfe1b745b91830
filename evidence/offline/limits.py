"""What the cells allow: drop-downs with words, ranges of numbers, dates, lengths of texts. Lists stand on a sheet."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from openpyxl.utils import get_column_letter, quote_sheetname
from openpyxl.worksheet.datavalidation import DataValidation

from evidence.offline.columns import LONGEST, Asked

PROMPT = 240  # signs that Excel shows beside a cell at most
TITLE = 30
RANGES = 60
"""How many ranges one rule names at most, so that no attribute gets too long."""


class Limits:
    """Collects rules for a sheet; equal ones are written once with all their cells."""

    def __init__(self, book: Any, sheet: Any) -> None:
        self.sheet = sheet
        self.lists = book.create_sheet(_("Choices"))
        self.known: dict[tuple[str, ...], str] = {}
        self.rules: dict[tuple[Any, ...], list[str]] = {}

    def ask(self, asked: Asked, cells: str) -> None:
        """The rule of one cell of a clause."""
        if asked.holds in ("choice", "choices"):
            words = tuple(word for _code, word in asked.options)
            self.choose(words, cells, strict=asked.holds == "choice", told=(asked.label, ""))
        elif asked.holds == "date":
            self._note(
                cells,
                type="date",
                operator="greaterThan",
                formula1="36526",
                told=(asked.label, _("Such as 2026-09-16.")),
            )
        elif asked.holds == "text":
            self.length(LONGEST[asked.name], cells)
        else:
            self._number(asked, cells)

    def _number(self, asked: Asked, cells: str) -> None:
        kind = "whole" if asked.holds == "whole" else "decimal"
        if asked.low and asked.high:
            text = _("From {low} to {high}.").format(low=asked.low, high=asked.high)
            rule = {"operator": "between", "formula1": asked.low, "formula2": asked.high}
        elif kind == "whole":
            text, rule = _("A whole number."), {"operator": "greaterThanOrEqual", "formula1": "0"}
        else:
            text, rule = (
                _("A number."),
                {"operator": "between", "formula1": "-1000000000000000", "formula2": "1000000000000000"},
            )
        self._note(cells, type=kind, told=(asked.label, text), **rule)

    def choose(self, words: tuple[str, ...], cells: str, *, strict: bool, told: tuple[str, str] = ("", "")) -> None:
        """A drop-down; where it is not strict, other texts are taken too."""
        if words:
            self._note(cells, type="list", formula1=self._of(words), told=told, strict=strict)

    def length(self, most: int, cells: str) -> None:
        self._note(cells, type="textLength", operator="lessThanOrEqual", formula1=str(most), told=("", ""))

    def _of(self, words: tuple[str, ...]) -> str:
        if words not in self.known:
            letter = get_column_letter(len(self.known) + 1)
            for number, word in enumerate(words, 1):
                cell = self.lists[f"{letter}{number}"]
                cell.value, cell.data_type, cell.number_format = word, "s", "@"
            self.known[words] = f"{quote_sheetname(self.lists.title)}!${letter}$1:${letter}${len(words)}"
        return self.known[words]

    def _note(self, cells: str, *, told: tuple[str, str], strict: bool = True, **rule: str) -> None:
        self.rules.setdefault((tuple(sorted(rule.items())), told, strict), []).append(cells)

    def finish(self) -> None:
        """Write the rules down."""
        for (rule, told, strict), cells in self.rules.items():
            for start in range(0, len(cells), RANGES):
                made = DataValidation(**dict(rule), allow_blank=True, showErrorMessage=strict)
                if told[0] and told[1]:
                    made.showInputMessage = True
                    made.promptTitle, made.prompt = told[0][:TITLE], told[1][:PROMPT]
                for each in cells[start : start + RANGES]:
                    made.add(each)
                self.sheet.add_data_validation(made)
        self.lists.sheet_state = "hidden"
        self.lists.protection.sheet = True
