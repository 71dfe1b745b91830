"""Workbooks of this app: empty lists to fill in, and the journal as it was filtered. No database."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from appraisal_site.toolkit.xlsx import Column, Workbook
from units.resources import ACCOUNT_HEADS, UNIT_HEADS

EMPTY_ROWS = 300  # text cells to type into, so that a code 007 stays 007


def unit_template() -> Workbook:
    """An empty list of units."""
    book = Workbook(title="单位")
    note = _("层级: 省级, 市级, 县级, 乡镇, or blank. The code never changes later.")
    _empty_list(book, "单位", UNIT_HEADS, (18, 34, 18, 12), note)
    return book


def account_template(units: Iterable[tuple[str, str]]) -> Workbook:
    """An empty list of accounts; a second sheet shows code and title of the units."""
    book = Workbook(title="账户")
    note = _("角色: 经办人, 单位负责人, 协办人, 数据员, 管理员, 监督员, or blank. One row for each role of a person.")
    _empty_list(book, "账户", ACCOUNT_HEADS, (18, 26, 16, 18, 28), note)
    columns = [Column(_("Code to write"), 20), Column(_("Unit it stands for"), 40)]
    codes = book.sheet(_("Units to choose from"), columns=columns, landscape=False)
    for code, title in units:
        codes.row([code, title])
    return book


def _empty_list(book: Workbook, name: str, heads: dict[str, tuple[str, ...]], widths: Sequence[int], note: str) -> None:
    columns = [Column(accepted[0], width) for accepted, width in zip(heads.values(), widths, strict=True)]
    sheet = book.sheet(name, columns=columns, notes=[note], landscape=False)
    for _row in range(EMPTY_ROWS):
        sheet.row([""] * len(columns))


def journal_workbook(rows: Iterable[Sequence[object]], *, head: str) -> Workbook:
    """Rows of the journal with their full fingerprints; the head of the whole journal is printed at the foot."""
    book = Workbook(title=_("Journal"))
    columns = [
        Column(_("Chain"), 22),
        Column(pgettext("journal", "No."), 8, digits=0),
        Column(_("Time"), 17),
        Column(_("Who"), 18),
        Column(_("Did what"), 34, wrap=True),
        Column(pgettext("journal", "About"), 26, wrap=True),
        Column(pgettext("journal", "Before"), 30, wrap=True),
        Column(pgettext("journal", "After"), 30, wrap=True),
        Column(_("Fingerprint"), 66),
        Column(_("Fingerprint of the row before"), 66),
    ]
    sheet = book.sheet(
        _("Journal"), columns=columns, notes=[_("Head: {head}").format(head=head)], frozen=2, foot=head[:16]
    )
    for row in rows:
        sheet.row(row)
    return book
