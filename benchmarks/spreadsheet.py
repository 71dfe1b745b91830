"""The same units scored by the engine and by a workbook full of formulas that LibreOffice recalculates."""

from __future__ import annotations

import shutil
import sys
import tempfile
import tracemalloc
from collections.abc import Iterator
from pathlib import Path

from python_calamine import CalamineWorkbook

from benchmarks.ledger import write_ledger
from benchmarks.material import CATEGORIES, definition_of, facts_of
from benchmarks.measuring import AT_LEAST, Figure, Finding, Sizes, Skipped, run_process, seconds, side_by_side
from scoring.engine import Plan, World

ITEMS = 100
INSTALL = "sudo apt install --no-install-recommends libreoffice-calc-nogui"


def spreadsheet(sizes: Sizes) -> Iterator[Finding]:
    """One row a fact in one sheet, a formula an item in another (SUMIFS over the facts), as an office would do it."""
    program = shutil.which("soffice")
    if program is None:
        yield Skipped("the engine against LibreOffice", f"soffice is not installed: {INSTALL}")
        return
    count = sizes.pick(100, 20)
    facts, plan = facts_of(count, ITEMS), Plan(definition_of(ITEMS))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "ledger.xlsx")
        write_ledger(facts, ITEMS, path)
        command = [program, f"-env:UserInstallation=file://{folder}/profile", "--headless", "--convert-to"]
        command += ["xlsx:Calc MS Excel 2007 XML", "--outdir", f"{folder}/out", str(path)]
        office = run_process(command)
        took = f"LibreOffice {seconds(office.cpu)} of processor time ({office.wall:.0f} s on the clock)"
        _compare(Path(folder, "out", "ledger.xlsx"), [float(unit.total) for unit in World(plan, facts).results()])
    size = f"{count} units × {ITEMS} items × 3 facts, totals compared and equal"
    times = side_by_side({"engine": lambda: list(World(plan, facts).results())}, sizes.rounds)
    yield Figure(
        f"faster than LibreOffice, facts in memory ({size})",
        office.cpu / times["engine"],
        AT_LEAST,
        60,
        f"{took}, 1 round; {times}",
    )
    own, with_facts = _memory(plan, count)
    yield Figure(
        "less memory than LibreOffice, the facts included",
        office.memory / with_facts,
        AT_LEAST,
        30,
        f"LibreOffice {office.memory:.0f} MB; {count * ITEMS * 3:,} facts and the units in passing {with_facts:.1f} MB",
    )
    yield Figure(
        "less memory than LibreOffice, the facts aside", office.memory / own, behind=f"the engine's own {own:.2f} MB"
    )
    whole = run_process([sys.executable, "-m", "benchmarks.once", str(count), str(ITEMS)])
    made = f"{count * ITEMS * 3:,} facts made up and scored"
    behind = f"a new Python, all imports, the rubric read and compiled, {made}: {seconds(whole.cpu)}"
    yield Figure("faster than LibreOffice, both as whole processes", office.cpu / whole.cpu, behind=behind)
    behind = (
        f"LibreOffice {office.memory:.0f} MB, Python with all it imports, all facts, all results {whole.memory:.0f} MB"
    )
    yield Figure("less memory than LibreOffice, both as whole processes", office.memory / whole.memory, behind=behind)


def _compare(path: Path, totals: list[float]) -> None:
    """Raise ValueError where the workbook comes to another total than the engine."""
    rows = CalamineWorkbook.from_path(path).get_sheet_by_name("scores").to_python()
    theirs = [row[1 + ITEMS + CATEGORIES] for row in rows[1:]]
    wrong = [pair for pair in zip(totals, theirs, strict=True) if abs(pair[0] - pair[1]) > 1e-6]
    if wrong:
        raise ValueError(f"{len(wrong)} totals differ between engine and workbook, the first {wrong[0]}")


def _memory(plan: Plan, count: int) -> tuple[float, float]:
    """MB that working all units out takes at its height with no result kept, and the same with the facts."""
    tracemalloc.start()
    facts = facts_of(count, ITEMS)
    before = tracemalloc.get_traced_memory()[0]
    tracemalloc.reset_peak()
    for _unit in World(plan, facts).results():
        pass
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return (peak - before) / 2**20, peak / 2**20
