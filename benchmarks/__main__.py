"""`python -m benchmarks [NAME …] [--quick] [--rounds N]`: every figure is a ratio, medians of several rounds."""

from __future__ import annotations

import argparse
import os
import platform
from collections.abc import Callable, Iterator
from importlib import import_module

from benchmarks.measuring import Finding, Sizes, show

Benchmark = Callable[[Sizes], Iterator[Finding]]

BENCHMARKS = {
    "engine": ("benchmarks.engine:lines", "Engine, facts in memory"),
    "growth": ("benchmarks.engine:growth", "How the engine's time grows with the number of units"),
    "spreadsheet": ("benchmarks.spreadsheet:spreadsheet", "Engine against a workbook of formulas"),
    "recompute": ("benchmarks.database:recompute", "A whole cycle, database to database (SQLite)"),
    "change": ("benchmarks.database:change", "One fact changed: the unit scored again (SQLite)"),
    "definition": ("benchmarks.database:definition", "Reading a definition from the database"),
    "workbench": ("benchmarks.workbench:workbench", "The rubric workbench: opening, saving, checking (SQLite)"),
    "uploads": ("benchmarks.uploads:uploads", "Fifty uploads of 10 MB at once (SQLite, the demonstration's server)"),
    "sheet": ("benchmarks.sheet:sheet", "The self-assessment sheet: opening, saving, many clerks (SQLite)"),
    "writing": ("benchmarks.workbooks:writing", "The ranked workbook"),
    "reading": ("benchmarks.workbooks:reading", "Reading a workbook"),
}


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"any of: {', '.join(BENCHMARKS)} (default: all)")
    parser.add_argument("--quick", action="store_true", help="small sizes: to try it out, not to quote from")
    parser.add_argument("--rounds", type=int, default=5, help="rounds of which the median counts (default 5)")
    chosen = parser.parse_args()
    unknown = [name for name in chosen.names if name not in BENCHMARKS]
    if unknown:
        parser.error(f"no such benchmark: {', '.join(unknown)}; there are {', '.join(BENCHMARKS)}")
    sizes = Sizes(chosen.quick, chosen.rounds)
    print(f"Python {platform.python_version()} on {os.cpu_count()} cores; figures are ratios measured side by side.")
    print("Processor time unless it says clock; goals from the project's own list.", end="")
    print(" Quick: sizes too small to quote." if chosen.quick else "")
    missed = sum(_run(name, sizes) for name in chosen.names or BENCHMARKS)
    print(f"\n{missed} of the goals missed." if missed else "\nEvery goal that was measured is reached.")
    return 0


def _run(name: str, sizes: Sizes) -> int:
    place, title = BENCHMARKS[name]
    module, _, function = place.partition(":")
    benchmark: Benchmark = getattr(import_module(module), function)
    options = f"{' --quick' if sizes.quick else ''} --rounds {sizes.rounds}"
    return show(title, f"python -m benchmarks {name}{options}", benchmark(sizes))


if __name__ == "__main__":
    raise SystemExit(main())
