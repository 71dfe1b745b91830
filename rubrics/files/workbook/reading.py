"""A workbook back as the data of a rubric file, with the place of every part of it and everything that is wrong."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from appraisal_site.toolkit.xlsx import Unreadable
from rubrics.definition.records import FORMAT
from rubrics.files.workbook import words
from rubrics.files.workbook.heads import Book, Found, open_book
from rubrics.files.workbook.places import Place, Placed, Spot, Where
from rubrics.files.workbook.plan import Column, Sheet, sheets
from rubrics.files.workbook.understood import Unclear, folded, text_of, understood
from rubrics.files.workbook.words import pick
from rubrics.kinds.problems import Path, Problem

__all__ = ["Reading", "Unreadable", "read_workbook"]


@dataclass
class Reading:
    """What a workbook says: data as a rubric file has them, where they stand, and what could not be read."""

    data: dict[str, Any]
    where: Where
    problems: list[Placed] = field(default_factory=list)

    def placed(self, problem: Problem) -> Placed:
        """A problem of the data with its sheet and cell, a field in it called by the head of its column."""
        place, head = self.where.find(problem.path)
        if head and "field" in problem.params:
            problem = problem._replace(params={**problem.params, "field": head})
        return Placed(place, problem)

    def with_found(self, problems: list[Problem]) -> list[Placed]:
        """All problems: those of the cells, then those of the data. What cannot be read is not missing as well."""
        unread = {placed.place for placed in self.problems if placed.place.cell}
        found = list(self.problems)
        wrong: set[Path] = set()
        for problem in problems:
            each = self.placed(problem)
            if problem.code in _ABSENT and (each.place in unread or problem.path in wrong):
                continue
            wrong.add(problem.path)
            found.append(each)
        return found


_ABSENT = frozenset(("missing", "missing_figure", "null_figure", "one_of", "empty"))


def read_workbook(content: bytes, *, lang: str = "zh-hans") -> Reading:
    """Read a workbook that `write_workbook` made and somebody edited. Raises Unreadable where it is no workbook."""
    return _Reader(open_book(content, lang), lang).read()


class _Reader:
    def __init__(self, book: Book, lang: str) -> None:
        self.book = book
        self.lang = lang
        self.data: dict[str, Any] = {"format": FORMAT}
        self.reading = Reading(self.data, Where(), list(book.problems))
        self.known: dict[str, dict[str, dict[str, Any]]] = {}
        """The records of each sheet by the name under which others belong to them."""
        self.leaves: set[int] = set()
        """The nodes that are items."""

    def read(self) -> Reading:
        self._heads()
        for plan in sheets():
            self.known.setdefault(plan.key, {})
            found = self.book.found.get(plan.key)
            if found is None or plan.form == "head":
                continue
            take = {"tree": self._tree, "clauses": self._clauses, "list": self._list}[plan.form]
            take(plan, found)
        self.reading.where.settle(self.data)
        return self.reading

    # --- one field a row ---

    def _heads(self) -> None:
        cells: dict[tuple[str, ...], tuple[str, str]] = {}
        first = Place("")
        for plan in sheets():
            found = self.book.found.get(plan.key)
            if plan.form != "head" or found is None:
                continue
            first = first if first.sheet else Place(found.name, "A1")
            self._fields(plan, found, cells)
        general = self.book.found.get("general")
        procedure = self.book.found.get("procedure")
        if general is not None:
            self.reading.where.note(self.data, Spot(general.name, dict(cells), "A1"))
        if procedure is not None and isinstance(self.data.get("procedure"), dict):
            inner = {path[1:]: cell for path, cell in cells.items() if path[0] == "procedure"}
            self.reading.where.note(self.data["procedure"], Spot(procedure.name, inner, "A1"))

    def _fields(self, plan: Sheet, found: Found, cells: dict[tuple[str, ...], tuple[str, str]]) -> None:
        titles = {folded(title): column for column in plan.columns for title in column.title}
        label, entry = found.leading[words.FIELD], found.leading[words.ENTRY]
        for row in found.rows:
            name, value = row.at(label), row.at(entry)
            column = titles.get(folded(text_of(name))) if name is not None else None
            cell = row.cell(entry)
            if column is None:
                if value is not None:
                    self._wrong(found, row.cell(label), "field_unknown", value=text_of(name or ""))
                continue
            if column.path in cells:
                self._wrong(found, row.cell(label), "column_twice", name=text_of(name))
                continue
            cells[column.path] = (cell, pick(column.title, self.lang))
            self._take(self.data, column, value, found, cell)
        for column in plan.columns:
            if column.path not in cells:
                cells[column.path] = ("", pick(column.title, self.lang))

    # --- a row for each entry ---

    def _records(self, plan: Sheet, found: Found) -> Iterator[tuple[Any, dict[str, Any]]]:
        """Each row with what its columns say."""
        lists = {each.below: pick(each.name, self.lang) for each in plan.owned}
        for row in found.rows:
            record: dict[str, Any] = {}
            for place, column in found.columns.items():
                value = row.at(place)
                if value is not None:
                    self._take(record, column, value, found, row.cell(place))
            cells = {
                column.path: (row.cell(place), pick(column.title, self.lang)) for place, column in found.columns.items()
            }
            if words.FULL_CODE in found.leading:
                cells[("code",)] = (row.cell(found.leading[words.FULL_CODE]), pick(words.FULL_CODE, self.lang))
            first = min(found.leading.values(), default=min(found.columns, default=0))
            if words.FULL_CODE in found.leading:
                first = found.leading[words.FULL_CODE]
            self.reading.where.note(record, Spot(found.name, cells, row.cell(first), lists))
            yield row, record

    def _tree(self, plan: Sheet, found: Found) -> None:
        nodes = self.known[plan.key]
        rows = []
        for row, record in self._records(plan, found):
            code = self._name(row, found, words.FULL_CODE)
            if code is None:
                continue
            kind = self._node_kind(row, found)
            _code_first(record, code)
            rows.append((row, record, code, kind))
            if kind == "items":
                self.leaves.add(id(record))
            nodes.setdefault(code, record)
        for row, record, code, kind in rows:
            above = code.rpartition(".")[0]
            cell = row.cell(found.leading[words.FULL_CODE])
            if kind is None:
                continue
            if not above and kind == "items":
                self._wrong(found, cell, "item_at_top")
            elif above and (above not in nodes or id(nodes[above]) in self.leaves):
                self._wrong(found, cell, "unknown_owner", code=above, sheet=found.name)
            else:
                (nodes[above] if above else self.data).setdefault(kind, []).append(record)

    def _node_kind(self, row: Any, found: Found) -> str | None:
        place = found.leading.get(words.NODE_KIND)
        value = row.at(place) if place is not None else None
        known = {folded(word): kind for kind, pair in _NODE_KINDS.items() for word in pair}
        kind = known.get(folded(text_of(value))) if value is not None else None
        if kind is None and place is not None:
            choices = [pick(each, self.lang) for each in _NODE_KINDS.values()]
            self._wrong(found, row.cell(place), "choice", value=text_of(value or ""), choices=choices)
        return kind

    def _clauses(self, plan: Sheet, found: Found) -> None:
        nodes, clauses = self.known["tree"], self.known[plan.key]
        for row, record in self._records(plan, found):
            code = self._name(row, found, words.FULL_CODE)
            if code is None:
                continue
            above = code.rpartition(".")[0]
            item = nodes.get(above)
            _code_first(record, code)
            clauses.setdefault(code, record)
            if item is None or id(item) not in self.leaves:
                self._unknown_owner(row, found, words.FULL_CODE, above, "tree")
            else:
                item.setdefault("clauses", []).append(record)

    def _list(self, plan: Sheet, found: Found) -> None:
        numbers: dict[tuple[str, str], dict[str, Any]] = {}
        counts: dict[int, int] = {}
        for row, record in self._records(plan, found):
            owner, address = self._owner(plan, found, row)
            if owner is None:
                continue
            if plan.numbered:
                owner = self._above(plan, found, row, owner, (address, numbers, record))
                if owner is None:
                    continue
            path = plan.numbered if plan.numbered and owner is not self._named(plan, address) else plan.below
            entries = _list_at(owner, path)
            entries.append(record)
            counts[id(entries)] = place = counts.get(id(entries), 0) + 1
            for name in (str(record.get("code") or ""), f"#{place}"):
                if name:
                    self.known[plan.key].setdefault(f"{address}.{name}" if address else name, record)

    def _owner(self, plan: Sheet, found: Found, row: Any) -> tuple[dict[str, Any] | None, str]:
        if not plan.owner:
            return self.data, ""
        address = self._name(row, found, words.OWNER)
        if address is None:
            return None, ""
        owner = self._named(plan, address)
        if owner is None:
            self._unknown_owner(row, found, words.OWNER, address, plan.owner)
        return owner, address

    def _named(self, plan: Sheet, address: str) -> dict[str, Any] | None:
        return self.known[plan.owner].get(address) if plan.owner else self.data

    def _above(self, plan: Sheet, found: Found, row: Any, owner: Any, at: tuple[str, Any, Any]) -> Any:
        """The record that a numbered row lies in: its owner, or the row with the number above its own."""
        address, numbers, record = at
        place = found.leading.get(words.NUMBER)
        value = row.at(place) if place is not None else None
        number = text_of(value) if value is not None else f"+{row.number}"
        numbers.setdefault((address, number), record)
        above = number.rpartition(".")[0]
        if above and (address, above) not in numbers:
            self._wrong(found, row.cell(place or 0), "unknown_owner", code=above, sheet=found.name)
            return None
        return numbers[address, above] if above else owner

    # --- cells ---

    def _name(self, row: Any, found: Found, head: words.Words) -> str | None:
        """The code in a leading column; blank is a problem."""
        place = found.leading.get(head)
        if place is None:
            return None
        value = row.at(place)
        if value is None:
            self._wrong(found, row.cell(place), "missing", field=pick(head, self.lang))
            return None
        return unicodedata.normalize("NFKC", text_of(value)).replace("。", ".").strip()

    def _unknown_owner(self, row: Any, found: Found, head: words.Words, code: str, key: str) -> None:
        other = self.book.found.get(key)
        name = other.name if other is not None else pick(next(p for p in sheets() if p.key == key).name, self.lang)
        self._wrong(found, row.cell(found.leading[head]), "unknown_owner", code=code, sheet=name)

    def _take(self, record: dict[str, Any], column: Column, value: Any, found: Found, cell: str) -> None:
        """Put what a cell says where its column lies in the record."""
        if value is None:
            return
        if value == words.EMPTY:
            _holder(record, column.path)
            return
        try:
            said = understood(column.field, value)
        except Unclear as unclear:
            params = {name: _in_words(part, self.lang) for name, part in unclear.params.items()}
            self._wrong(found, cell, unclear.code, **params)
            return
        _holder(record, column.path)[column.path[-1]] = said

    def _wrong(self, found: Found, cell: str, code: str, /, **params: Any) -> None:
        self.reading.problems.append(Placed(Place(found.name, cell), Problem((), code, params)))


_NODE_KINDS = {"categories": words.CATEGORY, "items": words.ITEM}


def _code_first(record: dict[str, Any], full_code: str) -> None:
    """Give a record the last part of its full code; one that begins with # has none of its own."""
    code = full_code.rpartition(".")[2]
    if not code.startswith("#"):
        record["code"] = code


def _holder(record: dict[str, Any], path: tuple[str, ...]) -> dict[str, Any]:
    for name in path[:-1]:
        record = record.setdefault(name, {})
    return record


def _list_at(record: dict[str, Any], path: tuple[str, ...]) -> list[Any]:
    entries: list[Any] = _holder(record, path).setdefault(path[-1], [])
    return entries


def _in_words(value: Any, lang: str) -> Any:
    """Pairs of words in the language of the reader."""
    if isinstance(value, tuple) and len(value) == 2:
        return pick(value, lang)
    return [_in_words(part, lang) for part in value] if isinstance(value, list) else value
