"""The engine by itself: facts in memory, no database."""

from __future__ import annotations

import tracemalloc
from collections.abc import Iterator
from typing import Any

from benchmarks.material import definition_of, facts_of
from benchmarks.measuring import AT_MOST, Figure, Finding, Sizes, exponent, many, seconds, side_by_side
from scoring.engine import Plan, World, collector_at_rest
from scoring.sheets import sentences, why

ITEMS = 100


def lines(sizes: Sizes) -> Iterator[Finding]:
    """What explaining costs. Limits and exclusivity work on lines, so there is no working out without making them.

    What can be left out is keeping them: the run without takes them off each unit as it comes. Both run as `evaluate`
    does, with Python's collector at rest.
    """
    count = sizes.pick(1000, 100)
    definition, facts = definition_of(ITEMS), facts_of(count, ITEMS)
    plan = Plan(definition)

    def kept() -> list[Any]:
        with collector_at_rest():
            return list(World(plan, facts).results())

    def dropped() -> list[Any]:
        units = []
        with collector_at_rest():
            for unit in World(plan, facts).results():
                unit.lines = []
                units.append(unit)
        return units

    def worded() -> None:
        for unit, recorded in zip(kept(), facts.units, strict=True):
            by_id = why.facts_by_id(recorded)
            for line in unit.lines:
                said = [by_id[key] for key in why.fact_ids(line) if key in by_id]
                sentences.of_line(definition, line, said, "zh-hans")

    times = side_by_side({"without lines": dropped, "with lines": kept}, sizes.rounds)
    moved = sum(len(unit.lines) for unit in kept())
    size = f"{many(count, 'unit')} × {ITEMS} items × 3 facts"
    yield Figure(
        f"with explanation lines ÷ without ({size}, {moved:,} lines)",
        times.ratio("with lines", "without lines"),
        AT_MOST,
        1.15,
        f"{times}; {seconds(times['with lines'] / count / ITEMS / 3)} of processor time a fact",
    )
    times = side_by_side({"codes": kept, "sentences": worded}, min(3, sizes.rounds))
    yield Figure(
        "had every sentence been made at once ÷ lines as codes", times.ratio("sentences", "codes"), behind=str(times)
    )


def growth(sizes: Sizes) -> Iterator[Finding]:
    """Units streamed one after the other; the time for each size, and the memory that streaming takes."""
    counts = (30, 100, 300, 1000) if sizes.quick else (300, 1000, 3000, 10_000)
    plan = Plan(definition_of(ITEMS))
    facts = {count: facts_of(count, ITEMS) for count in counts}

    def stream(count: int) -> None:
        for _unit in World(plan, facts[count]).results():
            pass

    works = {str(count): (lambda count=count: stream(count)) for count in counts}
    times = side_by_side(works, min(3, sizes.rounds))
    points = [(count, times[str(count)]) for count in counts]
    yield Figure(
        f"growth exponent from {counts[0]} to {counts[-1]:,} units", exponent(points), AT_MOST, 1.05, str(times), ""
    )
    tracemalloc.start()
    stream(counts[0])
    peak = tracemalloc.get_traced_memory()[1] / 2**20
    tracemalloc.stop()
    yield Figure(f"memory that streaming {counts[0]} units takes beside their facts", peak, unit="MB")
