"""The first sheet of the workbook: how it is filled in, and what stands on each of the others."""

from __future__ import annotations

from collections.abc import Mapping
from copy import copy
from typing import Any

from openpyxl.styles import Alignment, Font
from openpyxl.utils import quote_sheetname

from appraisal_site.toolkit.xlsx.looks import FONTS, set_up_print
from rubrics.files.workbook import words
from rubrics.files.workbook.plan import Sheet, sheet, sheets
from rubrics.files.workbook.words import pick

_LINK = Font(name=FONTS["plain"].name, size=10.5, color="1F4E79", underline="single")
_ROWS: words.Words = ("{n} 行", "rows: {n}")
_PARTS: words.Words = ("“{owner}”里每一条的{name}", "{name}, of each row of “{owner}”")
_FIELDS: words.Words = ("每行一项", "a row for each field")


def write_guide(made: Any, counts: Mapping[str, int], lang: str) -> None:
    """Lines of advice, then every sheet with a link, what it holds and how many rows it has now."""
    for letter, width in (("A", 30), ("B", 60), ("C", 12)):
        made.column_dimensions[letter].width = width
    number = 0
    for look, text in words.GUIDE_LINES:
        number += 1
        cell = made.cell(number, 1, pick(text, lang))
        font = {"title": "title", "head": "strong", "note": "note"}.get(look, "plain")
        cell.font, cell.alignment = copy(FONTS[font]), Alignment(vertical="center", wrap_text=look != "title")
        if look in ("line", "note"):
            made.merge_cells(start_row=number, start_column=1, end_row=number, end_column=3)
            made.row_dimensions[number].height = 34
    made.row_dimensions[1].height = 30
    for plan in sheets():
        number += 1
        name = pick(plan.name, lang)
        link = made.cell(number, 1, name)
        link.hyperlink = f"#{quote_sheetname(name)}!A1"
        link.font = copy(_LINK)
        told = [made.cell(number, 2, _told(plan, lang)), made.cell(number, 3, _count(plan, counts, lang))]
        for cell in told:
            cell.font, cell.alignment = copy(FONTS["note"]), Alignment(vertical="center", wrap_text=True)
    made.sheet_view.showGridLines = False
    made.protection.sheet = True
    set_up_print(made, heads="1:1", landscape=False, foot="")


def _told(plan: Sheet, lang: str) -> str:
    if plan.form == "head":
        return pick(_FIELDS, lang)
    if plan.owner:
        owner = pick(sheet(plan.owner).name, lang)
        return pick(_PARTS, lang).format(owner=owner, name=pick(plan.name, lang))
    return pick(words.NODE_HELP, lang) if plan.form == "tree" else ""


def _count(plan: Sheet, counts: Mapping[str, int], lang: str) -> str:
    return pick(_ROWS, lang).format(n=counts[plan.key]) if plan.key in counts else ""
