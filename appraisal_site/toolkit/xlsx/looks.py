"""How cells look. A look is a word; every kind of cell is registered once in a workbook and then only named."""

from typing import Any, NamedTuple

from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.worksheet.properties import PageSetupProperties

_BODY, _HEADING = "宋体", "黑体"
_THIN = Side(style="thin", color="A6A6A6")
_GRID = Border(left=_THIN, right=_THIN, top=_THIN, bottom=_THIN)

FONTS = {
    "plain": Font(name=_BODY, size=10.5),
    "strong": Font(name=_BODY, size=10.5, bold=True),
    "sum": Font(name=_BODY, size=10.5, bold=True),
    "muted": Font(name=_BODY, size=10.5, color="6B6B6B"),
    "good": Font(name=_BODY, size=10.5, color="1F6B3A"),
    "bad": Font(name=_BODY, size=10.5, color="B3261E"),
    "head": Font(name=_HEADING, size=10.5),
    "title": Font(name=_HEADING, size=16),
    "note": Font(name=_BODY, size=10, color="595959"),
}
FILLS = {"head": "EDEFF2", "sum": "F5F6F8"}
_A4 = 9  # what Excel calls the paper
WITHOUT_GRID = {"title", "note"}


class Kind(NamedTuple):
    """What distinguishes cells from one another: the words of the look, and how the value is set out."""

    look: str = "plain"
    form: str = "General"  # the number format
    align: str = ""  # left, center, right; empty: text left, numbers right, as Excel does by itself
    wrap: bool = False
    upright: bool = False  # turned by 90°, for narrow columns
    literal: bool = False  # text that must stay text even when somebody edits the cell


def number_form(digits: int | None) -> str:
    """The number format for so many digits behind the point; None: as many as the number has."""
    if digits is None:
        return "General"
    return "0" if digits == 0 else "0." + "0" * digits


def register(sheet: Any, kind: Kind) -> int:
    """The number under which the workbook of `sheet` knows this kind of cell."""
    cell = WriteOnlyCell(sheet)
    cell.font = FONTS[kind.look]
    if kind.look in FILLS:
        cell.fill = PatternFill("solid", fgColor=FILLS[kind.look])
    if kind.look not in WITHOUT_GRID:
        cell.border = _GRID
    cell.alignment = Alignment(
        horizontal=kind.align or None,
        vertical="center",
        wrap_text=kind.wrap or None,
        text_rotation=90 if kind.upright else 0,
    )
    cell.number_format = kind.form
    if kind.literal:
        cell.quotePrefix = True
    return cell.style_id


def set_up_print(sheet: Any, *, heads: str, landscape: bool, foot: str) -> None:
    """A4, as wide as one page, heads on every page, page numbers below, `foot` opposite."""
    sheet.page_setup.orientation = "landscape" if landscape else "portrait"
    sheet.page_setup.paperSize = _A4
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.print_title_rows = heads
    sheet.print_options.horizontalCentered = True
    for side, inches in {"left": 0.4, "right": 0.4, "top": 0.6, "bottom": 0.7, "footer": 0.3}.items():
        setattr(sheet.page_margins, side, inches)
    sheet.oddFooter.right.text = "&P / &N"
    if foot:
        sheet.oddFooter.left.text = foot.replace("&", "&&")
