"""The burden meter as a workbook: every item with its figures, and what to ask oneself about it."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from appraisal_site.toolkit.xlsx import Column, Styled, Workbook
from scoring.advice import advice
from scoring.burden_columns import MEGABYTE, columns

if TYPE_CHECKING:
    from scoring.selectors import BurdenOutcome, ItemLine


def build(found: BurdenOutcome, *, title: str, stand: str, made_at: datetime) -> Workbook:
    """The workbook in the making: the items, then the cycle in figures."""
    name = _("Burden meter")
    book = Workbook(title=f"{title} · {name}")
    note = _("Points as they stand: %(stand)s; made %(when)s") % {"stand": stand, "when": f"{made_at:%Y-%m-%d %H:%M}"}
    figures = columns(found.digits)
    heads = [
        Column(_("Category"), 16, wrap=True),
        Column(_("Code"), 22, wrap=True),
        Column(_("Item"), 26, wrap=True),
        *(Column(one.title, 11, digits=one.digits, wrap=True, group=one.group) for one in figures),
        Column(_("Moved nothing"), 9, align="center"),
        Column(_("Moved nothing before"), 12, wrap=True),
        Column(_("Worth asking oneself"), 60, wrap=True),
    ]
    sheet = book.sheet(_("Items"), columns=heads, title=f"{title} · {name}", notes=[note], frozen=3, foot=title)
    for line in found.lines:
        sheet.row([*_said(line), *(one.figure(line) for one in figures), *_told(line)])
    _whole(book, found, title=f"{title} · {name}", note=note)
    return book


def _said(line: ItemLine) -> list[Any]:
    return [line.item.top, line.item.code, Styled(f"{line.item.ref} {line.item.title}".strip(), "strong")]


def _told(line: ItemLine) -> list[Any]:
    years = "、".join(str(year) for year in line.idle_before)
    return [_("yes") if line.is_idle else "", years, "\n".join(advice(line))]


def _whole(book: Workbook, found: BurdenOutcome, *, title: str, note: str) -> None:
    burden = found.burden
    heads = [Column(_("The cycle as a whole"), 52, wrap=True), Column(_("Figure"), 14, digits=None)]
    sheet = book.sheet(_("The cycle as a whole"), columns=heads, title=title, notes=[note], foot=title)
    rows = [
        (_("Units"), burden.units),
        (_("Units asked for a sheet"), burden.sheets),
        (_("Sheets handed in"), burden.handed_in),
        (_("Files asked of one unit at most, if it claims everything"), burden.most_asked),
        (_("Files asked of all units, if they claim everything"), burden.asked),
        (_("Files given, once for each item that they serve"), burden.given),
        (_("Files given, each once"), burden.files),
        (_("Of those given, serving elsewhere too"), burden.again),
        (_("Size, MB"), round(burden.size / MEGABYTE, 1)),
        (_("Items"), len(found.lines)),
        (_("Items that moved nothing"), found.idle),
    ]
    for text, figure in rows:
        sheet.row([text, figure])
