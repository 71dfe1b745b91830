"""The self-assessment sheet on paper: A4 or A3 across, ruled like the forms that are signed and sealed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from appraisal_site.toolkit.pdf import GREY, Cell, Column, Document, Face, Frame, Paper, Part, Row
from rubrics.wording import bracketed, is_english

if TYPE_CHECKING:
    from evidence.selectors.form import Claim, Form, FormCategory, FormItem

SIZES = ("a4", "a3")
WIDTHS = (22, 40, 13, 84, 17, 52, 34)
"""Category, item, full marks, claims, self-assessed, proof, remarks: parts of the page's width."""
JOINED = 3
"""Columns that go on from row to row of one item."""
TALL = 6
"""Claims of one item in one row of the table; more are set in further rows, so that a page can end between them."""

SIGNED_LINES = 3
"""Empty lines below the words of a place to sign."""


@dataclass(frozen=True)
class Faces:
    """The sizes of type for one size of paper."""

    title: Face
    cell: Face

    @property
    def strong(self) -> Face:
        return self.cell.but(bold=True)

    @property
    def fine(self) -> Face:
        return self.cell.but(size=self.cell.size - 1, grey=GREY)


FACES = {
    "a4": Faces(Face("song", 18, bold=True, leading=1.5), Face(size=8.8, leading=1.42)),
    "a3": Faces(Face("song", 24, bold=True, leading=1.5), Face(size=10.2, leading=1.42)),
}
PAPERS = {
    "a4": Paper("A4", across=True, margin_x=16, margin_top=20, margin_bottom=18),
    "a3": Paper("A3", across=True, margin_x=22, margin_top=21, margin_bottom=18),
}


def form_pdf(form: Form, *, size: str, printed_at: datetime) -> bytes:
    """The file, on paper of the `size` a4 or a3. What is handed in has the same bytes whenever it is printed."""
    faces = FACES[size]
    document = Document(_frame(form, printed_at), PAPERS[size], face=faces.cell)
    document.title(_heading(form), faces.title)
    document.space(1)
    _about(document, form, faces, printed_at)
    _prerequisites(document, form, faces)
    _table(document, form, faces)
    return document.as_bytes()


def file_name(form: Form) -> str:
    """What the file is called where it is kept."""
    return safe_name(f"{form.unit}-{form.title}")


def safe_name(name: str, ending: str = ".pdf") -> str:
    """The name of a file without signs that a system of files refuses."""
    return "".join("_" if sign in '\\/:*?"<>|' or sign < " " else sign for sign in name) + ending


def _heading(form: Form) -> str:
    return f"{form.unit} · {form.title}"


def _frame(form: Form, printed_at: datetime) -> Frame:
    return Frame(
        title=_heading(form),
        created=form.submitted_at or printed_at,
        lang="en" if is_english() else "zh-CN",
        subject=form.cycle,
        header=_heading(form),
        header_right=form.cycle,
        footer=_footer(form, printed_at),
        pages=_("page {page} of {pages}"),
        mark=_mark(form),
    )


def _mark(form: Form) -> str:
    """What stands across every page of a sheet that is not handed in."""
    if form.is_handed_in:
        return ""
    return pgettext("sheet", "Returned") if form.state == "returned" else pgettext("sheet", "Draft")


def _footer(form: Form, printed_at: datetime) -> str:
    if form.is_handed_in:
        parts = (
            _("Receipt %(number)s") % {"number": form.receipt},
            _("Fingerprint of the content %(whole)s") % {"whole": form.fingerprint},
        )
        return " · ".join(parts)
    state = _("Returned, not handed in again yet") if form.state == "returned" else _("Not handed in yet")
    return " · ".join((state, _("printed on %(moment)s") % {"moment": _minute(printed_at)}))


def _minute(moment: datetime) -> str:
    return date_format(localtime(moment), "Y-m-d H:i")


def _day(moment: datetime) -> str:
    return date_format(localtime(moment), "DATE_FORMAT")


def _about(document: Document, form: Form, faces: Faces, printed_at: datetime) -> None:
    """The block of particulars above the table."""
    pairs = [(_("Unit"), form.unit), (_("Appraisal cycle"), form.cycle), (_("Series"), form.series or "—")]
    if form.submitted_at is not None:
        by = bracketed(form.submitted_by) if form.submitted_by else ""
        pairs += [
            (_("State"), _("handed in")),
            (_("Submitted at"), _minute(form.submitted_at) + by),
            (_("Receipt number"), form.receipt),
        ]
    else:
        pairs += [
            (_("State"), _mark(form)),
            (_("Date"), _day(printed_at)),
            (_("Receipt number"), "—"),
        ]
    terms = [
        cell
        for term, text in pairs
        for cell in (Cell.of(term, faces.cell.but(grey=GREY), align="center"), Cell.of(text))
    ]
    columns = [Column("", width) for width in (20, 62, 24, 78, 24, 54)]
    document.table(columns, [Row(tuple(terms[:6])), Row(tuple(terms[6:]))], face=faces.cell)
    document.space(1.5)
    if form.is_part:
        document.paragraph(_("Only the categories that the reader reviews are shown."), faces.fine)


def _prerequisites(document: Document, form: Form, faces: Faces) -> None:
    """What was confirmed before the sheet was filled in, in a table of its own above the marks."""
    if not form.prerequisites:
        return
    titles = (_("Prerequisite"), _("Confirmation"), _("Proof"), _("Remarks"))
    columns = [Column(title, width) for title, width in zip(titles, (110, 24, 76, 52), strict=True)]
    rows = [
        Row((Cell.of(one.title), Cell.of(one.state), Cell(tuple(Part(name) for name in one.proof)), Cell.of(one.note)))
        for one in form.prerequisites
    ]
    document.table(columns, rows, face=faces.cell)
    document.space(3)


# --- the table ----------------------------------------------------------------------------------------------------


def _table(document: Document, form: Form, faces: Faces) -> None:
    titles = (
        _("Category"), _("Item"), _("Full marks"), _("What is claimed"), _("Self-assessed"), _("Proof"), _("Remarks"),
    )  # fmt: skip
    aligned = ("left", "left", "center", "left", "center", "left", "left")
    columns = [Column(*column) for column in zip(titles, WIDTHS, aligned, strict=True)]
    last = len(form.categories)
    rows = [
        row
        for place, category in enumerate(form.categories, 1)
        for row in _category(category, faces, is_last=place == last)
    ]
    if not form.is_part:
        rows.append(_sum(form, faces))
    rows.append(_signatures(faces))
    document.table(columns, rows, face=faces.cell)


def _category(category: FormCategory, faces: Faces, *, is_last: bool) -> Iterable[Row]:
    """The rows of a category; its sum never stands alone on a page, nor does the sum of all."""
    title = Cell.of(category.title, faces.strong)
    more = Cell.of(_("%(title)s (continued)") % {"title": category.title}, faces.strong)
    parts = [(item, part, cells) for item in category.items for part, cells in enumerate(_item(item, faces))]
    for place, (item, part, cells) in enumerate(parts):
        joins = JOINED if part else min(place, 1)
        again = (more, _again(item, faces), Cell()) if part else (more,)
        keeps = place + 1 == len(parts)
        yield Row((Cell() if place else title, *cells), keeps=keeps, joins=joins, again=again if place else ())
    yield Row(
        (
            Cell(),
            Cell.of(_("Sum of the category"), faces.strong),
            Cell.of(category.full, faces.strong),
            Cell(),
            Cell.of(category.value or "—", faces.strong),
            Cell(),
            Cell(),
        ),
        keeps=is_last,
        joins=1,
        again=(more,),
    )


def _item(item: FormItem, faces: Faces) -> list[tuple[Cell, ...]]:
    """The cells of one item but for the category's; several rows where many claims are made."""
    title = (*((Part(item.section, faces.fine),) if item.section else ()), Part(item.title))
    groups = [item.claims[place : place + TALL] for place in range(0, len(item.claims), TALL)] or [()]
    proof, remarks = (tuple(Part(text) for text in texts) for texts in (item.proof, item.remarks))
    rows = []
    for place, claims in enumerate(groups):
        said = [part for claim in claims for part in _claim(claim, faces)]
        if not place and item.instead:
            said.insert(0, Part(item.instead))
        if place:
            rows.append((Cell(), Cell(), Cell(tuple(said)), Cell(), Cell(), Cell()))
        else:
            value = Cell.of(item.value or "—", faces.strong)
            rows.append((Cell(title), Cell.of(item.full), Cell(tuple(said)), value, Cell(proof), Cell(remarks)))
    return rows


def _claim(claim: Claim, faces: Faces) -> Iterable[Part]:
    points = bracketed(_("%(n)s points") % {"n": claim.points}) if claim.points else ""
    yield Part(claim.clause + points, faces.fine)
    yield from (Part(text) for text in claim.facts)


def _again(item: FormItem, faces: Faces) -> Cell:
    return Cell.of(_("%(title)s (continued)") % {"title": item.title}, faces.cell)


def _sum(form: Form, faces: Faces) -> Row:
    return Row(
        (
            Cell.of(_("Self-assessed in all"), faces.strong, span=2),
            Cell.of(form.full, faces.strong),
            Cell.of(form.note, faces.fine),
            Cell.of(form.value, faces.strong),
            Cell(),
            Cell(),
        ),
        shaded=True,
        keeps=True,
    )


def _signatures(faces: Faces) -> Row:
    """Places to sign, seal and date; a row of the table, so that nobody signs on a page of its own."""
    places = (
        (_("Filled in by (signature)"), 2),
        (_("Head of the unit (signature)"), 2),
        (_("Unit (seal)"), 2),
        (_("Date (year, month, day)"), 1),
    )
    room = tuple(Part("") for _line in range(SIGNED_LINES))
    return Row(tuple(Cell((Part(text), *room), align="left", span=span) for text, span in places))
