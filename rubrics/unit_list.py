"""The list of units that take part in a cycle: read from a workbook, carried between two requests, offered as a
template.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING

from django.core import signing
from django.utils.translation import gettext as _

from appraisal_site.toolkit.xlsx import Column, Workbook
from rubrics.codes import UNIT_CODE, split_tags
from rubrics.services import Participant
from rubrics.wording import unit_problem
from units.tables import Problem, read_table

if TYPE_CHECKING:
    from rubrics.definition import Definition

HEADS = {
    "code": ("单位代码", "代码", "unit code"),
    "title": ("单位名称", "名称", "unit name", "name"),
    "series": ("系列",),
    "tags": ("标签",),
    "member_of": ("所属单位代码", "所属单位", "member of"),
}
REQUIRED = ("code", "series")
TEMPLATE_ROWS = 300
SALT = "rubrics.unit_list"
FIELD_OF = {"series": "series", "twice": "code", "member_of": "member_of", "title": "title", "marks": "tags"}


@dataclass(frozen=True)
class UnitList:
    """What a workbook says: the units, where each stands in it, and what its rows say wrongly.

    `said` holds (unit code, what is wrong) for those problems, so that a service's findings are not told twice.
    """

    participants: tuple[Participant, ...]
    cells: dict[str, dict[str, str]]
    sheets: dict[str, str]
    problems: tuple[Problem, ...]
    said: frozenset[tuple[str, str]]

    def with_found(self, found: Iterable[tuple[str, str, str]]) -> list[Problem]:
        """All problems: those of the rows, and what a service found wrong with units, by sheet and cell."""
        return [*self.problems, *(self._problem(*each) for each in found if each[:2] not in self.said)]

    def _problem(self, code: str, what: str, value: str) -> Problem:
        cell = self.cells.get(code, {}).get(FIELD_OF.get(what, "code"), "")
        return Problem(self.sheets.get(code, ""), cell, unit_problem(what, value))


def read_unit_list(file: IO[bytes], definition: Definition) -> UnitList:
    """The units of a workbook; a series may be given by code or by title, tags are separated by commas or blanks."""
    table, problems = read_table(file, heads=HEADS, required=REQUIRED)
    series = {entry.title: entry.code for entry in definition.series if entry.title}
    series |= {entry.code: entry.code for entry in definition.series}
    participants: list[Participant] = []
    cells: dict[str, dict[str, str]] = {}
    sheets: dict[str, str] = {}
    said: set[tuple[str, str]] = set()
    for row in table.rows:
        unit = _participant({field: row.values.get(field, "") for field in HEADS}, series)
        for what, field, words in _row_problems(unit, series, cells):
            problems.append(Problem(row.sheet, table.cell(row, field), words))
            said.add((unit.code, what))
        participants.append(unit)
        cells.setdefault(unit.code, {field: table.cell(row, field) for field in HEADS})
        sheets.setdefault(unit.code, row.sheet)
    return UnitList(tuple(participants), cells, sheets, tuple(problems), frozenset(said))


def _participant(values: dict[str, str], series: dict[str, str]) -> Participant:
    return Participant(
        code=values["code"],
        title=values["title"],
        series=series.get(values["series"], values["series"]),
        tags=tuple(split_tags(values["tags"])),
        member_of=values["member_of"],
    )


def _row_problems(
    unit: Participant, series: dict[str, str], cells: dict[str, dict[str, str]]
) -> list[tuple[str, str, str]]:
    """(what, field, words) for what one row says wrongly by itself or beside the rows above it."""
    found = []
    if not re.match(UNIT_CODE, unit.code):
        found.append(("code", "code", _("A unit code has small Latin letters, digits, - _ and . only.")))
    elif unit.code in cells:
        found.append(("twice", "code", unit_problem("twice", unit.code)))
    if len(unit.code) > 64 or len(unit.title) > 120:
        found.append(("length", "title", _("A code has at most 64 signs, a name at most 120.")))
    if unit.series not in series:
        found.append(("series", "series", unit_problem("series", unit.series)))
    return found


def packed(participants: Iterable[Participant]) -> str:
    """The list as a signed text for a hidden field, so that it need not be uploaded twice."""
    rows = [[each.code, each.title, each.series, list(each.tags), each.member_of] for each in participants]
    return signing.dumps(rows, salt=SALT, compress=True)


def unpacked(text: str) -> tuple[Participant, ...]:
    """The list out of a hidden field; signing.BadSignature where it was not ours or is older than a day."""
    rows = signing.loads(text, salt=SALT, max_age=24 * 60 * 60)
    return tuple(
        Participant(code=code, title=title, series=series, tags=tuple(tags), member_of=member_of)
        for code, title, series, tags, member_of in rows
    )


def template_workbook(definition: Definition) -> Workbook:
    """An empty list to fill in, every cell a text cell, the series to choose from on a second sheet."""
    book = Workbook(title="参评单位")
    widths = (18, 34, 26, 24, 18)
    columns = [Column(accepted[0], width) for accepted, width in zip(HEADS.values(), widths, strict=True)]
    sheet = book.sheet("参评单位", columns=columns, landscape=False)
    for _row in range(TEMPLATE_ROWS):
        sheet.row([""] * len(columns))
    choices = [Column(_("Series to write"), 20), Column(_("What it is called"), 44)]
    series = book.sheet("可选系列", columns=choices, landscape=False)
    for entry in definition.series:
        series.row([entry.code, entry.title])
    return book
