"""The made-up rubric as an office would keep it in a workbook: a sheet of facts, and formulas that add them up."""

from __future__ import annotations

from pathlib import Path

import openpyxl

from benchmarks.material import BANDS, CATEGORIES, LEVELS
from evidence.facts import Facts


def write_ledger(facts: Facts, items: int, path: Path) -> None:
    """One row for every fact; one row for every unit with a formula for each item, category, total and place."""
    book = openpyxl.Workbook(write_only=True)
    ledger = book.create_sheet("facts")
    ledger.append(["unit", "clause", "number", "level"])
    last = 1
    for unit in facts.units:
        for fact in unit.facts:
            number = fact.value if fact.value is not None else fact.count
            ledger.append([unit.code, fact.clause, number, fact.level])
            last += 1
    scores = book.create_sheet("scores")
    scores.append(["unit", *(f"i{number}" for number in range(items)), *(f"k{n}" for n in range(CATEGORIES)), "total"])
    for row, unit in enumerate(facts.units, start=2):
        scores.append([unit.code, *_formulas(row, items, last, len(facts.units))])
    book.save(path)


def _formulas(row: int, items: int, last: int, units: int) -> list[str]:
    each = items // CATEGORIES
    found = [_MAKERS[number % 3](f"k{number // each}.i{number}", row, last) for number in range(items)]
    places = [_column(2 + number * each) for number in range(CATEGORIES + 1)]
    ends = [_column(1 + (number + 1) * each) for number in range(CATEGORIES)]
    found += [f"=SUM({begin}{row}:{end}{row})" for begin, end in zip(places, ends, strict=False)]
    first, final = _column(2 + items), _column(1 + items + CATEGORIES)
    total = _column(2 + items + CATEGORIES)
    return [*found, f"=SUM({first}{row}:{final}{row})", f"=RANK({total}{row},${total}$2:${total}${units + 1})"]


def _column(number: int) -> str:
    return str(openpyxl.utils.get_column_letter(number))


def _sum(clause: str, row: int, last: int, level: str = "") -> str:
    also = f',facts!$D$2:$D${last},"{level}"' if level else ""
    return f'SUMIFS(facts!$C$2:$C${last},facts!$A$2:$A${last},$A{row},facts!$B$2:$B${last},"{clause}"{also})'


def _losing(code: str, row: int, last: int) -> str:
    faults = "-".join(f"{points}*{_sum(f'{code}.fault', row, last, level)}" for level, points in LEVELS.items())
    return f"=ROUND(MAX(0,10-MIN(3,0.5*{_sum(f'{code}.late', row, last)})-{faults}),2)"


def _earning(code: str, row: int, last: int) -> str:
    amount = _sum(f"{code}.amount", row, last)
    steps = f"IF({amount}<10,0,MIN(6,1+0.5*INT(({amount}-10)/5)))"
    return f"=ROUND(MIN(10,MIN(4,{_sum(f'{code}.done', row, last)})+{steps}),2)"


def _reaching(code: str, row: int, last: int) -> str:
    rate, bands = _sum(f"{code}.rate", row, last), "0"
    for least, points in reversed(BANDS):
        bands = f"IF({rate}>={least},{points},{bands})"
    part = f"7*MIN(1,{_sum(f'{code}.part', row, last)}/120)"
    return f"=ROUND(MAX(0,{part}+{bands}-MIN(1,0.2*{_sum(f'{code}.miss', row, last)})),2)"


_MAKERS = (_losing, _earning, _reaching)
