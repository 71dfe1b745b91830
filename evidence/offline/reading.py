"""A workbook that came back: is it this sheet's, and what do its rows say? What is wrong is told by sheet and cell."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from openpyxl.utils import get_column_letter

from appraisal_site.toolkit.xlsx import Row, Sheet, Unreadable, read_workbook
from evidence.offline import columns, stamp
from evidence.offline.cells import folded, read, text_in
from evidence.offline.columns import CODE, FACT, LEADING, LONGEST, REASON, SAY, Shape
from evidence.offline.rows import FactRow, Filled, ItemRow
from units.tables import Problem

MAX_BYTES = 5 * 1024 * 1024
MAX_ROWS = 8_000
MAX_COLUMNS = 80
HEAD_WITHIN = 10  # rows from the top


class NotThisSheet(Exception):
    """The workbook as a whole cannot be taken; the text is for the person who sent it."""


def read_sheet(content: bytes, shape: Shape) -> Filled:
    """Read a workbook that `write_sheet` made for this very sheet and rubric. Raises NotThisSheet."""
    try:
        sheets = read_workbook(
            content, max_bytes=MAX_BYTES, max_rows=MAX_ROWS, max_columns=MAX_COLUMNS, hidden=(stamp.NAME,)
        )
    except Unreadable as error:
        raise NotThisSheet(str(error)) from error
    found = _stamp_of(sheets)
    _compare(found, shape)
    sheet = next((one for one in sheets if one.name == found.sheet), None)
    if sheet is None:
        raise NotThisSheet(
            _("The workbook has no sheet “{name}” any more. Give the sheet its old name, or download anew.").format(
                name=found.sheet
            )
        )
    head, places = _head(sheet, found)
    letters = {key: get_column_letter(place + 1) for key, place in places.items()}
    filled = Filled(sheet.name, letters, known_facts=found.facts, known_items=found.items)
    reader = _Reader(shape, sheet, found, places, filled)
    for row in sheet.rows:
        if row.number > head:
            reader.row(row)
    reader.unknown_cells(head)
    return filled


def _stamp_of(sheets: list[Sheet]) -> stamp.Stamp:
    hidden = next((sheet for sheet in sheets if sheet.name == stamp.NAME), None)
    try:
        if hidden is None:
            raise stamp.Broken
        return stamp.read_stamp([["" if cell is None else text_in(cell) for cell in row.cells] for row in hidden.rows])
    except (stamp.Broken, IndexError, ValueError):
        raise NotThisSheet(
            _(
                "This is not a sheet that was downloaded here, or its hidden part was changed. "
                "Download it anew and copy your entries over."
            )
        ) from None


def _compare(found: stamp.Stamp, shape: Shape) -> None:
    enrolment = shape.data.enrolment
    wanted = stamp.stamp_for(enrolment, "")
    if found.cycle != wanted.cycle:
        raise NotThisSheet(
            _("This is a sheet of another appraisal: {cycle}. It was not taken.").format(cycle=found.cycle_title)
        )
    if found.unit != wanted.unit:
        raise NotThisSheet(
            _("This is the sheet of another unit: {unit}. It was not taken.").format(unit=found.unit_title)
        )
    if found.rubric != wanted.rubric:
        raise NotThisSheet(
            _(
                "The appraisal has got another version of its rubric since this sheet was downloaded. "
                "Download it anew and copy your entries over."
            )
        )


def _head(sheet: Sheet, found: stamp.Stamp) -> tuple[int, dict[str, int]]:
    """The number of the row of heads, and the place of every column."""
    titles = {folded(title): key for key, title in found.heads.items()}
    for row in sheet.rows:
        if row.number > HEAD_WITHIN:
            break
        places: dict[str, int] = {}
        twice = []
        for place, cell in enumerate(row.cells):
            key = titles.get(folded(text_in(cell))) if cell is not None else None
            if key is not None:
                twice += [key] if key in places else []
                places.setdefault(key, place)
        if CODE not in places and len(places) < len(titles) // 2:
            continue
        missing = [title for key, title in found.heads.items() if key not in places]
        if missing:
            raise NotThisSheet(_("These columns are missing: {names}.").format(names="、".join(missing)))
        if twice:
            names = "、".join(found.heads[key] for key in twice)
            raise NotThisSheet(_("These columns stand there twice: {names}.").format(names=names))
        return row.number, places
    raise NotThisSheet(_("The row with the heads of the columns is missing. Download the sheet anew."))


class _Reader:
    def __init__(self, shape: Shape, sheet: Sheet, found: stamp.Stamp, places: dict[str, int], filled: Filled) -> None:
        self.shape = shape
        self.sheet = sheet
        self.stamp = found
        self.places = places
        self.filled = filled
        self.inputs = [key for key in places if key not in LEADING and key != FACT]
        self.seen: set[int] = set()
        self.items: set[str] = set()
        self.yes = folded(found.words.get("yes", columns.yes()))

    def row(self, row: Row) -> None:
        cells = {key: row.cells[place] if place < len(row.cells) else None for key, place in self.places.items()}
        code = folded(text_in(cells[CODE])) if cells[CODE] is not None else ""
        said = {key: cells[key] for key in self.inputs if cells[key] is not None}
        about_item = [key for key in (SAY, REASON) if cells[key] is not None]
        if code in self._codes(self.shape.entries):
            self._item(row, self._codes(self.shape.entries)[code], cells, said)
        elif code in self._codes(self.shape.clauses):
            for key in about_item:
                self.wrong(row, key, _("This is said in the row of the item, not in that of a clause."))
            self._fact(row, self._codes(self.shape.clauses)[code], cells, said)
        elif said or about_item:
            self._nobody(row, cells)

    def _codes(self, known: Any) -> dict[str, str]:
        """Codes as people write them, whatever the case and width of their letters."""
        cache: dict[int, dict[str, str]] = self.__dict__.setdefault("_folded", {})
        return cache.setdefault(id(known), {folded(code): code for code in known})

    def _nobody(self, row: Row, cells: dict[str, Any]) -> None:
        if cells[CODE] is None:
            self.wrong(row, CODE, _("The row says something but not about which clause; write the code of one."))
        else:
            text = _("The unit has no clause “{code}” to fill in.").format(code=text_in(cells[CODE])[:80])
            self.wrong(row, CODE, text)

    def _item(self, row: Row, code: str, cells: dict[str, Any], said: dict[str, Any]) -> None:
        for key in said:
            self.wrong(row, key, _("This is the row of an item; write in the rows of its clauses."))
        if code in self.items:
            self.wrong(row, CODE, _("The row of this item stands there twice."))
            return
        self.items.add(code)
        words = {folded(word): say for say, word in {**columns.say_words(), **self.stamp.words}.items() if say != "yes"}
        words |= {folded(word): say for say, word in columns.say_words().items()}
        said_cell = "" if cells[SAY] is None else text_in(cells[SAY])
        say = words.get(folded(said_cell), "") if said_cell else ""
        reason = "" if cells[REASON] is None else text_in(cells[REASON])
        if said_cell and not say:
            allowed = "、".join(columns.say_words().values())
            self.wrong(row, SAY, _("“{text}” is not in the list: {words}.").format(text=said_cell[:40], words=allowed))
        if say == "not_duty" and not reason:
            self.wrong(row, REASON, _("Say why it is not the unit's duty."))
        if reason and say != "not_duty":
            self.wrong(row, REASON, _("A reason stands here only beside “{word}”.").format(word=_("Not our duty")))
        if len(reason) > LONGEST["reason"]:
            self.wrong(row, REASON, _("The text has {n} signs; at most {most} fit.").format(n=len(reason), most=2000))
        self.filled.items.append(ItemRow(row.number, code, say, reason if say == "not_duty" else ""))

    def _fact(self, row: Row, code: str, cells: dict[str, Any], said: dict[str, Any]) -> None:
        pk = self._pk(row, cells[FACT])
        clause = self.shape.clauses[code]
        values = {key: self._yes(value) if key == columns.PRESENT else value for key, value in said.items()}
        found, extras, present, problems = read(clause, values)
        for key, text in problems.items():
            self.wrong(row, key, text)
        if problems or (not pk and not said):
            return
        fact = FactRow(row.number, code, pk, found, extras, present)
        if pk and fact.mark == self.stamp.facts[pk]:
            self.filled.facts.append(fact)
            return
        if not fact.says and not fact.empty:
            first = next(iter(clause.asked))
            text = _("The row says something else, but “{what}” is empty.").format(what=clause.asked[first].label)
            self.wrong(row, first, text)
            return
        self.filled.facts.append(fact)

    def _yes(self, value: Any) -> Any:
        return columns.yes() if folded(text_in(value)) in (self.yes, "true", "√", "✓", "1", "是") else value

    def _pk(self, row: Row, cell: Any) -> int:
        """The fact the row was made for; a row that was copied with it is a new one."""
        text = "" if cell is None else text_in(cell)
        pk = int(text) if text.isascii() and text.isdigit() and len(text) < 16 else 0
        if pk not in self.stamp.facts or pk in self.seen:
            return 0
        self.seen.add(pk)
        return pk

    def unknown_cells(self, head: int) -> None:
        """Cells with a formula that nobody has worked out, or that shows an error."""
        by_letter = {letter: key for key, letter in self.filled.letters.items()}
        for address, error in self.sheet.unknown.items():
            letter = address.rstrip("0123456789")
            number = int(address[len(letter) :])
            if number > head and by_letter.get(letter) in {*self.inputs, SAY, REASON, CODE}:
                text = _("The formula shows the error {error}; write the value instead.").format(error=error)
                if not error:
                    text = _(
                        "The formula was never worked out. Open the workbook in Excel, save it, or write the value."
                    )
                self.filled.problems.append(Problem(self.sheet.name, address, text))

    def wrong(self, row: Row, column: str, text: str) -> None:
        cell = self.filled.cell(row.number, column)
        self.filled.problems.append(Problem(self.sheet.name, cell, text, self.stamp.heads.get(column, "")))
