"""Workbooks out and in, against openpyxl by itself."""

from __future__ import annotations

import random
import tracemalloc
from collections.abc import Iterator
from decimal import Decimal
from io import BytesIO
from typing import Any

import openpyxl

from benchmarks.house import open_house
from benchmarks.material import SEED
from benchmarks.measuring import AT_MOST, Figure, Finding, Sizes, side_by_side

COLUMNS = 110
TEXTS = 3
LIST_COLUMNS = 12


def _rows(count: int, columns: int) -> list[list[Any]]:
    """Three columns of text, then points with two digits."""
    chance = random.Random(SEED)
    return [
        [f"单位 {number}", f"series {number % 3}", f"unit-{number}"]
        + [Decimal(chance.randint(0, 1000)) / 100 for _ in range(columns - TEXTS)]
        for number in range(count)
    ]


def _bare(rows: list[list[Any]]) -> BytesIO:
    """openpyxl alone: no looks, no print setup, the same cells."""
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("matrix")
    for row in rows:
        sheet.append(row)
    target = BytesIO()
    book.save(target)
    return target


def writing(sizes: Sizes) -> Iterator[Finding]:
    """The house's writer as the results use it: title, heads, frozen columns, styles, every text a text cell."""
    open_house()
    from appraisal_site.toolkit.xlsx import Column, Workbook

    count = sizes.pick(10_000, 1000)
    rows = _rows(count, COLUMNS)

    def ranked() -> BytesIO:
        book = Workbook(title="Results")
        texts = [Column(title, 20, wrap=True) for title in ("Unit", "Series", "Code")]
        points = [Column(f"Item {number}", 8, digits=2) for number in range(COLUMNS - TEXTS)]
        sheet = book.sheet(
            "Results", columns=[*texts, *points], title="Results", notes=["made to be measured"], frozen=3
        )
        for row in rows:
            sheet.row(row)
        target = BytesIO()
        book.save(target)
        return target

    times = side_by_side({"ranked": ranked, "bare": lambda: _bare(rows)}, min(3, sizes.rounds))
    yield Figure(
        f"ranked workbook ÷ bare openpyxl write-only dump ({count:,} rows × {COLUMNS} columns)",
        times.ratio("ranked", "bare"),
        AT_MOST,
        1.3,
        str(times),
    )
    yield Figure("memory beside the rows and the file", _memory(ranked), AT_MOST, 40, unit="MB")


def _memory(work: Any) -> float:
    """MB at the height of the work, beside what it returns."""
    tracemalloc.start()
    made = work()
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return (peak - len(made.getbuffer())) / 2**20


def reading(sizes: Sizes) -> Iterator[Finding]:
    """The house's reader (container checked first, exact decimals) against openpyxl read-only."""
    open_house()
    from appraisal_site.toolkit.xlsx import read_workbook

    count = sizes.pick(10_000, 1000)
    content = _bare(_rows(count, LIST_COLUMNS)).getvalue()

    def bare() -> int:
        book = openpyxl.load_workbook(BytesIO(content), read_only=True)
        return sum(1 for _row in book.worksheets[0].iter_rows(values_only=True))

    times = side_by_side({"house": lambda: read_workbook(content), "openpyxl": bare}, sizes.rounds)
    yield Figure(
        f"reading {count:,} rows × {LIST_COLUMNS} columns ÷ openpyxl read-only",
        times.ratio("house", "openpyxl"),
        AT_MOST,
        0.2,
        str(times),
    )
