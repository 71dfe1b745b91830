"""A rubric as a workbook that can be edited offline: drop-downs, notes on the heads, text cells, no formulas."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from copy import copy
from decimal import Decimal
from io import BytesIO
from typing import Any, NamedTuple

import openpyxl
from openpyxl.comments import Comment
from openpyxl.formatting.rule import FormulaRule
from openpyxl.styles import Alignment, Border, PatternFill, Protection, Side
from openpyxl.utils import get_column_letter, quote_sheetname
from openpyxl.worksheet.datavalidation import DataValidation

from appraisal_site.toolkit.xlsx.looks import FILLS, FONTS, set_up_print
from rubrics.files.workbook import words
from rubrics.files.workbook.guide import write_guide
from rubrics.files.workbook.measures import NUMBERS, height_of, holds_of, width_of
from rubrics.files.workbook.plan import Column, Sheet, help_of, sheet, sheets
from rubrics.files.workbook.rows import cells_of, rows_of
from rubrics.files.workbook.shown import Shown
from rubrics.files.workbook.words import pick
from rubrics.kinds import BASES

LONGEST_TEXT = 32_767  # characters that Excel takes in one cell
READY = 5_000  # rows that drop-downs and grey cells reach to
_FORMULA_STARTS = frozenset("=+-@\t\r\n")
_LINE = Side(style="thin", color="D0D3D8")
_GRID = Border(left=_LINE, right=_LINE, top=_LINE, bottom=_LINE)
_ASIDE = (1, 1_000)  # a cell that no sheet uses
_USELESS = PatternFill("solid", bgColor="E3E5E9")


class TooLong(ValueError):
    """A text is longer than a cell of a workbook can be; `place` names the cell."""

    def __init__(self, place: str) -> None:
        super().__init__(place)
        self.place = place


class _Look(NamedTuple):
    """What a cell of a column looks like: openpyxl's own styles, made once."""

    text: Any
    literal: Any
    number: Any


def write_workbook(data: Mapping[str, Any], lang: str) -> bytes:
    """The workbook of a rubric's data (stored or file form, complete or not). Raises TooLong."""
    return _Book(data, lang).content()


class _Book:
    def __init__(self, data: Mapping[str, Any], lang: str) -> None:
        self.lang = lang
        self.title = str(data.get("title") or pick(words.GUIDE_LINES[0][1], lang))
        self.book = openpyxl.Workbook()
        self.book.properties.title, self.book.properties.creator = self.title, "Kaoping"
        self.lists = _Choices(lang)
        rows = rows_of(data, lang)
        guide: Any = self.book.active
        guide.title = pick(words.GUIDE, lang)
        for plan in sheets():
            made = self.book.create_sheet(pick(plan.name, lang))
            if plan.form == "head":
                self._head(made, plan, rows[plan.key][0])
            else:
                self._rows(made, plan, rows[plan.key])
        write_guide(guide, {plan.key: len(rows[plan.key]) for plan in sheets() if plan.form != "head"}, lang)
        self.lists.write(self.book.create_sheet(pick(words.CHOICES, lang)))

    def content(self) -> bytes:
        buffer = BytesIO()
        self.book.save(buffer)
        return buffer.getvalue()

    # --- a row for each entry ---

    def _rows(self, made: Any, plan: Sheet, rows: Sequence[Any]) -> None:
        heads = [*plan.leading, *(column.title for column in plan.columns)]
        for place, head in enumerate(heads, 1):
            self._headed(made.cell(1, place), pick(head, self.lang), self._help(plan, place - 1))
        looks = [self._dress(made, plan, place) for place in range(len(heads))]
        title_at = next((place for place, column in enumerate(plan.columns) if column.path == ("title",)), None)
        widths = [width_of(plan, place, self.lang) for place in range(len(heads))]
        for number, row in enumerate(rows, 2):
            cells = cells_of(plan, row, self.lang)
            for place, value in enumerate(cells):
                if value is not None:
                    self._fill(made.cell(number, place + 1), value, looks[place], made.title)
            made.row_dimensions[number].height = height_of(cells, widths)
            if plan.form == "tree" and row.depth and title_at is not None:
                self._indent(made.cell(number, len(plan.leading) + title_at + 1), row.depth)
        self._validate(made, plan)
        if plan.form == "clauses":
            self._shade(made, plan)
        made.row_dimensions[1].height = 34
        kept = min(len(heads) - 1, len(plan.leading) + 1)
        made.freeze_panes = f"{get_column_letter(kept + 1)}2"
        made.auto_filter.ref = f"A1:{get_column_letter(len(heads))}{max(2, len(rows) + 1)}"
        self._finish(made)

    def _dress(self, made: Any, plan: Sheet, place: int) -> _Look:
        """Set the width of a column and how its cells look, also those that are still empty."""
        holds = holds_of(plan, place)
        dimension = made.column_dimensions[get_column_letter(place + 1)]
        dimension.width = width_of(plan, place, self.lang)
        cell = made.cell(*_ASIDE)
        cell.font, cell.border = copy(FONTS["plain"]), _GRID
        cell.alignment = Alignment(vertical="top", wrap_text=holds not in NUMBERS)
        cell.protection = Protection(locked=False)
        number = copy(cell._style)
        cell.number_format = "@"
        text = copy(cell._style)
        cell.quotePrefix = True
        literal = copy(cell._style)
        dimension._style = copy(number if holds in NUMBERS else text)
        del made._cells[_ASIDE]
        return _Look(text, literal, number)

    def _indent(self, cell: Any, depth: int) -> None:
        cell.alignment = Alignment(vertical="top", wrap_text=True, horizontal="left", indent=2 * depth)

    def _fill(self, cell: Any, value: Shown, look: _Look, sheet_name: str) -> None:
        if isinstance(value, (int, Decimal)):
            cell.value, cell._style = value, look.number
            return
        text = str(value)
        if len(text) > LONGEST_TEXT:
            raise TooLong(f"{sheet_name}!{cell.coordinate}")
        cell.value = text
        cell.data_type = "s"
        cell._style = look.literal if text[:1] in _FORMULA_STARTS else look.text

    def _headed(self, cell: Any, text: str, note: str) -> None:
        cell.value, cell.data_type = text, "s"
        cell.font, cell.border = copy(FONTS["head"]), _GRID
        cell.fill = PatternFill("solid", fgColor=FILLS["head"])
        cell.alignment = Alignment(horizontal="center", vertical="center", wrap_text=True)
        if note:
            cell.comment = Comment(note, "Kaoping", height=40 + 18 * (len(note) // 18 + 1), width=280)

    def _help(self, plan: Sheet, place: int) -> str:
        if place >= len(plan.leading):
            return pick(help_of(plan.columns[place - len(plan.leading)]), self.lang)
        head = plan.leading[place]
        if head == words.OWNER:
            return self._owner_help(plan)
        known = {words.NODE_KIND: words.NODE_HELP, words.FULL_CODE: words.CODE_HELP, words.NUMBER: words.NUMBER_HELP}
        return pick(known[head], self.lang)

    def _owner_help(self, plan: Sheet) -> str:
        owner = sheet(plan.owner)
        head = owner.leading[-1] if owner.form != "list" else owner.columns[0].title
        text = pick(words.OWNER_HELP, self.lang).format(sheet=pick(owner.name, self.lang), head=pick(head, self.lang))
        return (
            f"{text}：{words.RULE_HELP[0]}"
            if owner.owner and self.lang[:2] == "zh"
            else (f"{text}: {words.RULE_HELP[1]}" if owner.owner else text)
        )

    # --- one field a row ---

    def _head(self, made: Any, plan: Sheet, row: Any) -> None:
        for place, (head, width) in enumerate(((words.FIELD, 34), (words.ENTRY, 60), (words.MEANING, 60)), 1):
            self._headed(made.cell(1, place), pick(head, self.lang), "")
            made.column_dimensions[get_column_letter(place)].width = width
        looks = self._dress(made, Sheet("", plan.name, "list", plan.columns[:1]), 0)
        made.column_dimensions["A"].width = 34
        for number, (column, value) in enumerate(zip(plan.columns, cells_of(plan, row, self.lang), strict=True), 2):
            self._headed(made.cell(number, 1), pick(column.title, self.lang), "")
            made.cell(number, 1).alignment = Alignment(horizontal="left", vertical="top", wrap_text=True)
            cell = made.cell(number, 2)
            cell._style = looks.number if column.field.holds in NUMBERS else looks.text
            cell.alignment = Alignment(horizontal="left", vertical="top", wrap_text=True)
            style = cell._style
            if value is not None:
                self._fill(cell, value, _Look(style, style, style), made.title)
                cell.quotePrefix = cell.data_type == "s" and str(value)[:1] in _FORMULA_STARTS
            told = made.cell(number, 3, pick(help_of(column), self.lang))
            told.font, told.alignment = copy(FONTS["note"]), Alignment(vertical="top", wrap_text=True)
            made.row_dimensions[number].height = height_of([value, told.value], [60, 60])
            self._offer(made, column, f"B{number}")
        made.freeze_panes = "A2"
        self._finish(made)

    # --- drop-downs and grey cells ---

    def _validate(self, made: Any, plan: Sheet) -> None:
        if plan.form == "tree":
            self._list(made, self.lists.of((words.CATEGORY, words.ITEM)), f"A2:A{READY}", strict=True)
        elif plan.owner:
            known = self._known_owners(plan)
            if known:
                self._list(made, known, f"A2:A{READY}", strict=False)
        for place, column in enumerate(plan.columns, len(plan.leading) + 1):
            letter = get_column_letter(place)
            self._offer(made, column, f"{letter}2:{letter}{READY}")

    def _offer(self, made: Any, column: Column, cells: str) -> None:
        field = column.field
        if field.holds == "flag":
            self._list(made, self.lists.of((words.YES, words.NO)), cells, strict=True)
        elif field.holds == "choice":
            self._list(made, self.lists.of(tuple(choice.title for choice in field.choices)), cells, strict=True)
        elif field.holds == "text" and field.refers in _REFERRED:
            self._list(made, self._codes_of(_REFERRED[field.refers]), cells, strict=False)

    def _known_owners(self, plan: Sheet) -> str:
        owner = sheet(plan.owner)
        if owner.form == "list":
            return "" if owner.owner else self._codes_of(owner.key)
        letter = get_column_letter(len(owner.leading))
        return f"{quote_sheetname(pick(owner.name, self.lang))}!${letter}$2:${letter}${READY}"

    def _codes_of(self, key: str) -> str:
        plan = sheet(key)
        place = next(place for place, column in enumerate(plan.columns, 1) if column.path == ("code",))
        letter = get_column_letter(len(plan.leading) + place)
        return f"{quote_sheetname(pick(plan.name, self.lang))}!${letter}$2:${letter}${READY}"

    @staticmethod
    def _list(made: Any, known: str, cells: str, *, strict: bool) -> None:
        rule = DataValidation(type="list", formula1=known, allow_blank=True, showErrorMessage=strict)
        rule.add(cells)
        made.add_data_validation(rule)

    def _shade(self, made: Any, plan: Sheet) -> None:
        """Grey what a row's basis has no use for; without a basis a veto or forfeit counts occurrences."""
        leading = len(plan.leading)
        basis = next(place for place, column in enumerate(plan.columns, leading + 1) if column.path == ("basis",))
        for place, column in enumerate(plan.columns, leading + 1):
            if column.bases is None:
                continue
            titles = [pick(kind.title, self.lang) for tag, kind in BASES.items() if tag in column.bases]
            titles += [""] if "count" in column.bases else []
            known, letter = f"|{'|'.join(titles)}|", get_column_letter(place)
            if len(known) <= 250:  # the longest text within a formula has 255 characters
                found = f'FIND("|"&${get_column_letter(basis)}2&"|","{known}")'
                rule = FormulaRule(formula=[f'AND($A2<>"",ISERROR({found}))'], fill=_USELESS)
                made.conditional_formatting.add(f"{letter}2:{letter}{READY}", rule)

    def _finish(self, made: Any) -> None:
        """Heads cannot be overwritten by mistake; rows and columns can be changed as one likes. No password."""
        protection = made.protection
        protection.sheet = True
        for name in ("formatCells", "formatColumns", "formatRows", "insertRows", "deleteRows", "sort", "autoFilter"):
            setattr(protection, name, False)
        set_up_print(made, heads="1:1", landscape=True, foot=self.title)


_REFERRED = {"panel": "panels", "grade": "gradings.rules", "grading": "gradings", "series": "series"}


class _Choices:
    """The sheet that the drop-downs take their words from: a column for each list."""

    def __init__(self, lang: str) -> None:
        self.lang = lang
        self.known: dict[tuple[words.Words, ...], int] = {}

    def of(self, choices: tuple[words.Words, ...]) -> str:
        """The cells that hold these words."""
        place = self.known.setdefault(choices, len(self.known) + 1)
        letter = get_column_letter(place)
        return f"{quote_sheetname(pick(words.CHOICES, self.lang))}!${letter}$1:${letter}${len(choices)}"

    def write(self, made: Any) -> None:
        for choices, place in self.known.items():
            made.column_dimensions[get_column_letter(place)].width = 22
            for number, choice in enumerate(choices, 1):
                cell = made.cell(number, place, pick(choice, self.lang))
                cell.data_type, cell.font = "s", copy(FONTS["note"])
        made.protection.sheet = True
