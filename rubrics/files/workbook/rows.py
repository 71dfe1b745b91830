"""The rows that a rubric has on each sheet."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from rubrics.files.workbook import words
from rubrics.files.workbook.plan import Sheet, sheet, sheets
from rubrics.files.workbook.shown import Shown, shown, shown_text


class Row(NamedTuple):
    """The leading cells, the record they stand for, and how deep it lies in the tree."""

    leading: tuple[str, ...]
    record: Mapping[str, Any]
    depth: int = 0


def rows_of(data: Mapping[str, Any], lang: str) -> dict[str, list[Row]]:
    """Every record of a rubric by the key of the sheet it stands on."""
    rows: dict[str, list[Row]] = {each.key: [] for each in sheets()}
    walker = _Walker(rows, lang)
    for each in sheets():
        if each.form == "head":
            rows[each.key].append(Row((), data))
        elif each.form == "list" and not each.owner:
            walker.take_list(each, data, "")
    walker.take_nodes(data.get("categories") or (), "", words.CATEGORY, 0)
    return rows


def cells_of(plan: Sheet, row: Row, lang: str) -> list[Shown]:
    """The content of a row's cells, the leading ones first."""
    cells: list[Shown] = []
    for column in plan.columns:
        value = at(row.record, column.path)
        cells.append(None if value is None else shown(column.field, value, lang))
    for place in _empty_records(plan, row.record):
        cells[place] = words.EMPTY if cells[place] is None else cells[place]
    leading: list[Shown] = [shown_text(text) if text else None for text in row.leading]
    if plan.form == "list" and not any(leading) and all(cell is None for cell in cells):
        cells[0] = words.EMPTY
    return [*leading, *cells]


def at(record: Any, path: tuple[str, ...]) -> Any:
    """What lies at a path, or None."""
    for name in path:
        if not isinstance(record, Mapping):
            return None
        record = record.get(name)
    return record


def _empty_records(plan: Sheet, record: Mapping[str, Any]) -> Iterator[int]:
    """The first columns of records within the record that are there and say nothing."""
    seen = set()
    for place, column in enumerate(plan.columns):
        for length in range(1, len(column.path)):
            inner = column.path[:length]
            if inner not in seen and at(record, inner) == {}:
                yield place
            seen.add(inner)


class _Walker:
    def __init__(self, rows: dict[str, list[Row]], lang: str) -> None:
        self.rows = rows
        self.lang = lang

    def take_nodes(self, nodes: Any, above: str, kind: words.Words, depth: int) -> None:
        for place, node in enumerate(nodes, 1):
            code = f"{above}{self._code(node, place)}"
            self._add(sheet("tree"), Row((words.pick(kind, self.lang), code), node, depth), code)
            for number, clause in enumerate(node.get("clauses") or (), 1):
                full = f"{code}.{self._code(clause, number)}"
                self._add(sheet("clauses"), Row((full,), clause), full)
            self.take_nodes(node.get("items") or (), f"{code}.", words.ITEM, depth + 1)
            self.take_nodes(node.get("categories") or (), f"{code}.", words.CATEGORY, depth + 1)

    def take_list(self, plan: Sheet, record: Mapping[str, Any], owner: str) -> None:
        """A list's rows; a record without a code of its own is named by its place among its siblings."""
        entries = at(record, plan.below) or ()
        codes = [str(entry.get("code") or "") for entry in entries]
        for place, entry in enumerate(entries):
            code = codes[place] if codes[place] and codes[place] not in codes[:place] else f"#{place + 1}"
            self._numbered(plan, entry, owner, str(place + 1), f"{owner}.{code}" if owner else code)

    def _numbered(self, plan: Sheet, entry: Mapping[str, Any], owner: str, number: str, address: str) -> None:
        leading = (*((owner,) if plan.owner else ()), *((number,) if plan.numbered else ()))
        self._add(plan, Row(leading, entry), address)
        if plan.numbered:
            for place, inner in enumerate(at(entry, plan.numbered) or (), 1):
                self._numbered(plan, inner, owner, f"{number}.{place}", address)

    def _add(self, plan: Sheet, row: Row, address: str) -> None:
        self.rows[plan.key].append(row)
        for each in plan.owned:
            self.take_list(each, row.record, address)

    @staticmethod
    def _code(entry: Mapping[str, Any], place: int) -> str:
        return str(entry.get("code") or f"#{place}")
