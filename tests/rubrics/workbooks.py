"""Rubrics as workbooks for the tests: written, changed cell by cell, read again."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any

from openpyxl import Workbook, load_workbook

from rubrics.checks import read_definition
from rubrics.definition import Definition, canonical
from rubrics.files import read_yaml, write_workbook
from rubrics.files.workbook import Reading, read_workbook

ROOT = Path(__file__).resolve().parents[2]
SHIPPED = sorted(path.stem for path in (ROOT / "fixtures" / "rubrics").glob("*.yaml"))


def shipped_text(name: str) -> str:
    return (ROOT / "fixtures" / "rubrics" / f"{name}.yaml").read_text(encoding="utf-8")


@cache
def shipped(name: str) -> Definition:
    definition, problems = read_definition(read_yaml(shipped_text(name).encode()))
    assert definition is not None, problems
    return definition


@cache
def written(name: str, lang: str = "zh-hans") -> bytes:
    return write_workbook(canonical(shipped(name)), lang)


def opened(name: str = "showcase", lang: str = "zh-hans") -> Workbook:
    return load_workbook(BytesIO(written(name, lang)))


def saved(book: Workbook) -> bytes:
    file = BytesIO()
    book.save(file)
    return file.getvalue()


def changed(change: Callable[[Workbook], Any], name: str = "showcase", lang: str = "zh-hans") -> bytes:
    """A shipped rubric's workbook after somebody worked on it."""
    book = opened(name, lang)
    change(book)
    return saved(book)


def column(sheet: Any, head: str) -> str:
    """The letter of the column with this head."""
    return next(cell.column_letter for cell in sheet[1] if cell.value == head)


def cell(book: Workbook, sheet: str, key: str, head: str) -> str:
    """The address of a field in the row that begins with this key (of the tree: with this full code)."""
    made = book[sheet]
    keys = "B" if made["B1"].value in ("完整代码", "Full code") else "A"
    row = next(each.row for each in made[keys] if each.value == key)
    return f"{column(made, head)}{row}"


def put(book: Workbook, sheet: str, key: str, head: str, value: Any) -> str:
    """Write into a field; its place as a problem names it."""
    address = cell(book, sheet, key, head)
    book[sheet][address] = value
    return f"{sheet}!{address}"


def read(content: bytes, lang: str = "zh-hans") -> Reading:
    return read_workbook(content, lang=lang)


def found(content: bytes, lang: str = "zh-hans") -> dict[str, set[str]]:
    """The codes of all problems by their place."""
    reading = read(content, lang)
    _definition, problems = read_definition(reading.data)
    places: dict[str, set[str]] = {}
    for each in reading.with_found(problems):
        places.setdefault(str(each.place), set()).add(each.problem.code)
    return places
