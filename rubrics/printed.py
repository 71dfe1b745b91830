"""The printed rubric: the annex of a regulation as a PDF file."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING

from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from appraisal_site.toolkit.pdf import GREY, Cell, Column, Document, Face, Frame, Paper, Part, Row
from rubrics.wording import bracketed, is_english, parted

if TYPE_CHECKING:
    from rubrics.selectors.annex import Annex, Item, Task
    from rubrics.selectors.outlines import Row as Line
    from rubrics.selectors.process import GradingTable, PanelLine

BODY = Face(size=9.5, leading=1.55)
CELL = Face(size=8.8, leading=1.45)
STRONG = CELL.but(bold=True)
SONG = Face("song", 10.5, bold=True, leading=1.4)
FINE = Face(size=7.8, grey=GREY, leading=1.45)
TAG = Face(size=7.8, bold=True, leading=1.45)
NUMERALS = "一二三四五六七八九十"


def rubric_pdf(annex: Annex, *, printed_at: datetime) -> bytes:
    """The file. `printed_at` stands on a draft; what is published has the same bytes whenever it is printed."""
    document = Document(_frame(annex, printed_at), Paper(), face=BODY)
    _opening(document, annex, printed_at)
    chapters = _Chapters(document)
    chapters.open(_("Items and clauses"))
    _tree(document, annex)
    if annex.panels:
        chapters.open(_("Panels"))
        _panels(document, annex.panels)
    chapters.open(_("How it is counted and ranked"))
    for said in annex.counting:
        document.paragraph(_sentence(said))
    if annex.gradings:
        chapters.open(_("Gradings"))
        document.paragraph(_("from the top; the first rule that takes a unit gives the grade"), FINE)
        for grading in annex.gradings:
            _grading(document, grading)
    if annex.process or annex.prerequisites or annex.deadlines or annex.demands:
        chapters.open(_("Procedure"))
        _procedure(document, annex)
    if annex.note or annex.source:
        chapters.open(_("Notes"))
        for text in (annex.source, annex.note):
            if text:
                document.paragraph(text)
    return document.as_bytes()


class _Chapters:
    """Numbers the chapters that there are: 一、 in Chinese, 1. in English."""

    def __init__(self, document: Document) -> None:
        self.document, self.count = document, 0

    def open(self, title: str) -> None:
        number = f"{self.count + 1}. " if is_english() else f"{NUMERALS[self.count]}、"
        self.document.heading(number + title)
        self.count += 1


def _frame(annex: Annex, printed_at: datetime) -> Frame:
    fingerprint = _("fingerprint %(short)s") % {"short": annex.short_fingerprint} if annex.fingerprint else ""
    draft = _("draft, printed on %(day)s") % {"day": _minute(printed_at)} if annex.is_draft else ""
    return Frame(
        title=annex.title,
        created=annex.published_at or printed_at,
        lang="en" if is_english() else "zh-CN",
        subject=annex.about,
        header=annex.title,
        header_right=annex.about,
        footer=f"{annex.code}-{annex.year} · {fingerprint or draft}",
        pages=_("page {page} of {pages}"),
        mark=_("Draft") if annex.is_draft else "",
    )


def _minute(moment: datetime) -> str:
    return date_format(localtime(moment), "Y-m-d H:i")


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}." if is_english() else f"{text}。"


def _opening(document: Document, annex: Annex, printed_at: datetime) -> None:
    document.paragraph(_("Annex"), BODY.but(size=10.5))
    document.space(3)
    document.title(annex.title)
    document.paragraph(annex.about, FINE.but(size=9), align="center")
    document.space(3)
    document.double_rule()
    document.facts(_facts(annex, printed_at), face=BODY)


def _facts(annex: Annex, printed_at: datetime) -> list[tuple[str, str]]:
    facts = [(_("Total"), _("%(n)s points") % {"n": annex.total})]
    marks = [f"{title} {total}" for title, total in annex.marks]
    if marks:
        facts.append((_("Full marks by series"), parted(marks)))
    if annex.published_at:
        facts.append((_("Published on"), _minute(annex.published_at)))
        facts.append((_("Fingerprint of the rubric"), annex.fingerprint))
    else:
        facts.append((_("Printed on"), _minute(printed_at)))
        facts.append((_("Fingerprint of the rubric"), _("none yet: a draft can still change")))
    return facts


# --- items and clauses --------------------------------------------------------------------------------------------


def _tree(document: Document, annex: Annex) -> None:
    columns = [
        Column(_("Item"), 33),
        Column(_("Full marks"), 13, "right"),
        Column(
            _("Clauses and how they count"), 84 + (0 if annex.has_refs else 20) + (0 if annex.has_providers else 22)
        ),
    ]
    if annex.has_refs:
        columns.append(Column(_("Provision"), 19))
    if annex.has_providers:
        columns.append(Column(_("Facts from"), 22))
    rows = [row for block in annex.blocks for row in _block(block, annex)]
    document.table(columns, rows, face=CELL)


def _block(block: Item, annex: Annex) -> Iterable[Row]:
    head = block.head
    if head.kind == "category":
        face = SONG if head.deep == 1 else STRONG
        says = (Part(parted(head.rule), FINE),) if head.rule else ()
        cells = (Cell.of(_open(head), face), _points(head), Cell((*says, *_note(head))))
        yield Row((*cells, *_around(head, annex)), shaded=True, keeps=True)
        return
    title = (Part(_open(head), STRONG), *((Part(parted(head.rule), FINE),) if head.rule else ()), *_note(head))
    points = _points(head)
    again = (Cell((Part(_("%(title)s (continued)") % {"title": head.title}, STRONG),)), Cell())
    if not block.clauses:
        yield Row((Cell(title), points, Cell(), *_around(head, annex)))
    for place, clause in enumerate(block.clauses):
        first = (Cell(title), points) if place == 0 else (Cell(), Cell())
        yield Row(
            (*first, _clause(clause), *_around(clause, annex, head.ref)),
            joins=2 if place else 0,
            again=again if place else (),
        )


def _points(head: Line) -> Cell:
    return Cell.of("" if head.points == "0" else head.points, STRONG)


def _clause(clause: Line) -> Cell:
    return Cell((Part(_open(clause), CELL), Part(parted(clause.rule), FINE), *_note(clause)))


def _note(row: Line) -> tuple[Part, ...]:
    return (Part(_("Note: %(text)s") % {"text": row.note}, FINE),) if row.note else ()


def _open(row: Line | Task) -> str:
    title = getattr(row, "title", "") or getattr(row, "text", "")
    return title + bracketed(_("to be settled")) if row.open else title


def _around(row: Line, annex: Annex, ref: str = "") -> tuple[Cell, ...]:
    cells = []
    if annex.has_refs:
        cells.append(Cell.of(row.ref or ref, FINE.but(grey=0)))
    if annex.has_providers:
        cells.append(Cell.of(row.supplied, FINE.but(grey=0)))
    return tuple(cells)


# --- panels, gradings, procedure ----------------------------------------------------------------------------------


def _panels(document: Document, panels: Iterable[PanelLine]) -> None:
    columns = (Column(_("Panels"), 36), Column(_("How it rates"), 60), Column(_("Groups"), 74))
    rows = []
    for panel in panels:
        how = (
            Part(parted(panel.how)),
            *((Part(_("Note: %(text)s") % {"text": panel.note}, FINE),) if panel.note else ()),
        )
        groups = tuple(Part(" · ".join(part for part in group if part)) for group in panel.groups)
        rows.append(Row((Cell.of(panel.title, STRONG), Cell(how), Cell(groups))))
    document.table(columns, rows, face=CELL)


def _grading(document: Document, grading: GradingTable) -> None:
    document.heading(f"{grading.title}{f' {grading.ref}' if grading.ref else ''}", level=1)
    has_refs = any(rule.ref for rule in grading.rules)
    columns = [
        Column(_("Grade"), 26),
        Column(_("When"), 56),
        Column(_("Quota"), 30),
        Column(_("Consequence"), 58 - (20 if has_refs else 0)),
    ]
    if has_refs:
        columns.append(Column(_("Provision"), 20))
    rows = []
    for rule in grading.rules:
        when = tuple(Part(text) for text in rule.when) or (
            Part(_("the best first") if rule.takes else _("all others"), FINE),
        )
        note = (Part(_("Note: %(text)s") % {"text": rule.note}, FINE),) if rule.note else ()
        quota = tuple(Part(text, face) for text, face in ((rule.takes, CELL), (rule.tie, FINE)) if text)
        cells = [Cell.of(rule.title, STRONG), Cell((*when, *note)), Cell(quota)]
        cells.append(Cell(tuple(Part(text) for text in rule.brings)))
        if has_refs:
            cells.append(Cell.of(rule.ref, FINE.but(grey=0)))
        rows.append(Row(tuple(cells)))
    document.table(columns, rows, face=CELL)
    if grading.note:
        document.paragraph(_("Note: %(text)s") % {"text": grading.note}, FINE)


def _procedure(document: Document, annex: Annex) -> None:
    if annex.process:
        document.facts(annex.process, term_width=40, face=BODY)
    _tasks(document, _("An applicant confirms"), annex.prerequisites, "")
    _tasks(document, _("Deadlines"), annex.deadlines, _("Deadline"))
    _tasks(document, _("What has to be done"), annex.demands, _("Phase"))


def _tasks(document: Document, title: str, tasks: tuple[Task, ...], when: str) -> None:
    if not tasks:
        return
    document.heading(title, level=1)
    has_proof, has_refs = any(task.proof for task in tasks), any(task.ref for task in tasks)
    columns = [Column("", 8, "center"), Column(_("What is asked"), 92 + (0 if when else 26) + (0 if has_proof else 22))]
    columns += [Column(when, 26)] if when else []
    columns += [Column(_("Proof"), 22)] if has_proof else []
    columns += [Column(_("Provision"), 26)] if has_refs else []
    rows = []
    for number, task in enumerate(tasks, 1):
        cells = [Cell.of(str(number)), Cell.of(_open(task))]
        cells += [Cell.of(task.when)] if when else []
        cells += [Cell.of(task.proof)] if has_proof else []
        cells += [Cell.of(task.ref, FINE.but(grey=0))] if has_refs else []
        rows.append(Row(tuple(cells)))
    document.table(columns, rows, face=CELL)
