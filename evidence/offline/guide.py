"""The first sheet of the workbook: how to fill it in."""

from __future__ import annotations

from copy import copy
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from openpyxl.styles import Alignment

from appraisal_site.toolkit.xlsx.looks import FONTS, set_up_print


def write_guide(sheet: Any, title: str, *, editable: bool) -> None:
    """What a person should know before they begin, a sentence a row."""
    made = timezone.localtime().strftime("%Y-%m-%d %H:%M")
    lines = [("title", title), ("note", _("Downloaded {when}").format(when=made)), ("plain", "")]
    lines += [("plain", f"{number}. {text}") for number, text in enumerate(_lines(editable), 1)]
    sheet.column_dimensions["A"].width = 96
    for number, (look, text) in enumerate(lines, 1):
        cell = sheet.cell(number, 1, text)
        cell.data_type, cell.font = "s", copy(FONTS[look])
        cell.alignment = Alignment(vertical="top", wrap_text=look != "title")
        if look == "plain" and len(text) > 46:
            sheet.row_dimensions[number].height = 15 * (len(text) // 46 + 1) + 3
    sheet.protection.sheet = True
    set_up_print(sheet, heads="1:1", landscape=False, foot="")


def _lines(editable: bool) -> list[str]:
    if not editable:
        return [_("This sheet can only be read: it is submitted, or its dates are over, or you do not fill it in.")]
    return [
        _(
            "Write in the white cells only; each clause leaves open just the cells that it asks for, "
            "marked * where needed."
        ),
        _(
            "A clause has several rows, one for each entry. Where they do not suffice, use the free rows at the end "
            "and write the code of the clause in front."
        ),
        _("In the row of an item, choose “Nothing to report” or “Not our duty”; the latter needs a reason."),
        _("Formulas are taken by their values. Dates may be dates or texts such as 2026-09-16."),
        _(
            "A row that is emptied is taken back only after you confirm it online; "
            "rows that are not here are never touched."
        ),
        _(
            "Bring the workbook back on the page “Offline sheet”. You see every difference before anything is stored; "
            "what was changed online meanwhile stays unless you choose otherwise."
        ),
        _("Proof is not part of the workbook: add files online."),
    ]
