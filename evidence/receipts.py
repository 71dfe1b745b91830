"""The receipt on paper: one upright page of A4 (more where a rubric has many items) for the unit's own files."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from appraisal_site.toolkit.pdf import GREY, Cell, Column, Document, Face, Frame, Paper, Row
from evidence.printed import safe_name
from rubrics.wording import is_english

if TYPE_CHECKING:
    from evidence.selectors.receipts import Receipt, ReceiptLine

FACE = Face(size=9.5, leading=1.5)
CELL = FACE.but(size=8.8)
PAPER = Paper("A4", margin_x=22, margin_top=24, margin_bottom=20)


def receipt_pdf(receipt: Receipt) -> bytes:
    """The file; the same bytes whenever it is printed."""
    document = Document(_frame(receipt), PAPER, face=FACE)
    document.title(_("Receipt of a self-assessment"))
    document.space(1)
    document.double_rule()
    document.space(2)
    document.facts(_pairs(receipt), term_width=38)
    document.heading(_("What was handed in"), level=1)
    document.table(_columns(), [row for group in receipt.groups for row in _rows(group.title, group.lines)], face=CELL)
    document.space(2)
    words = _("Whoever holds this version can work the fingerprint out again: SHA-256 over its content as it is kept.")
    document.paragraph(words, FACE.but(size=8, grey=GREY))
    return document.as_bytes()


def receipt_file_name(receipt: Receipt) -> str:
    """What the file is called where it is kept."""
    return safe_name(f"{receipt.unit}-{_('Receipt')}-{receipt.number}")


def _frame(receipt: Receipt) -> Frame:
    title = _("Receipt %(number)s") % {"number": receipt.number}
    return Frame(
        title=f"{receipt.unit} · {title}",
        created=receipt.at,
        lang="en" if is_english() else "zh-CN",
        subject=receipt.cycle,
        header=f"{receipt.unit} · {title}",
        footer=_("Fingerprint of the content %(whole)s") % {"whole": receipt.fingerprint},
        pages=_("page {page} of {pages}"),
    )


def _pairs(receipt: Receipt) -> list[tuple[str, str]]:
    content = _("%(items)d items, %(claims)d claims, %(files)d files") % {
        "items": receipt.items, "claims": receipt.claims, "files": receipt.files,
    }  # fmt: skip
    points = f"{receipt.value} / {receipt.full}" if receipt.full else receipt.value
    half = len(receipt.fingerprint) // 2
    return [
        (_("Number"), receipt.number),
        (_("Submitted at"), f"{localtime(receipt.at):%Y-%m-%d %H:%M:%S}"),
        (_("Appraisal cycle"), receipt.cycle),
        (_("Unit"), " · ".join(part for part in (receipt.unit, receipt.series) if part)),
        (_("Version"), _("number %(n)d") % {"n": receipt.version}),
        (_("Content"), " · ".join(part for part in (content, receipt.size) if part)),
        (_("Self-assessed"), " · ".join(part for part in (points, receipt.note) if part) or "—"),
        (_("Submitted by"), receipt.by),
        (_("Fingerprint of the content"), f"{receipt.fingerprint[:half]}\n{receipt.fingerprint[half:]}"),
    ]


def _columns() -> list[Column]:
    return [
        Column(_("Item"), 84),
        Column(_("Answer"), 34),
        Column(_("Files"), 18, "center"),
        Column(_("Self-assessed"), 30, "right"),
    ]


def _rows(title: str, lines: tuple[ReceiptLine, ...]) -> list[Row]:
    head = Row((Cell.of(title, CELL.but(bold=True), span=4),), shaded=True, keeps=True)
    return [head, *(_row(line) for line in lines)]


def _row(line: ReceiptLine) -> Row:
    points = f"{line.value} / {line.full}" if line.full and line.value else line.value or "—"
    files = str(line.files) if line.files else "—"
    return Row((Cell.of(line.title), Cell.of(line.said), Cell.of(files), Cell.of(points)))
