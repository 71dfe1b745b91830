"""From database to database, on SQLite as the embedded size runs it (WAL, synchronous=FULL). Seconds are clock time."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from statistics import median, quantiles
from typing import TYPE_CHECKING, Any

from benchmarks.house import cycle_of, open_house
from benchmarks.material import rubric_data
from benchmarks.measuring import AT_LEAST, AT_MOST, Figure, Finding, Sizes, exponent, many, seconds, side_by_side

if TYPE_CHECKING:
    from rubrics.models import Cycle, Enrolment

ITEMS = 100
SCALE = 10_000
LAND_BUREAU = Path(__file__).resolve().parent.parent / "fixtures" / "rubrics" / "land-bureau.yaml"


def recompute(sizes: Sizes) -> Iterator[Finding]:
    """Read the facts of a cycle, score it, store every unit's result; against a query per item and the bare reading."""
    open_house()
    counts = (10, 30, 100) if sizes.quick else (100, 300, 1000)
    whole = cycle_of(counts[-1], ITEMS)
    few = 10
    works = {
        "whole": lambda: _recompute(whole),
        "bare fetch": lambda: _fetch(whole),
        f"query per item, {few} units": lambda: _query_per_item(whole, few),
    }
    times = side_by_side(works, min(3, sizes.rounds), time.perf_counter)
    naive = times[f"query per item, {few} units"] * counts[-1] / few
    size = f"{many(counts[-1], 'unit')} × {ITEMS} items × 3 facts"
    yield Figure(
        f"faster than scoring with a query per item ({size})", naive / times["whole"], AT_LEAST, 80,
        f"{times}; the few scaled to all",
    )  # fmt: skip
    yield Figure("÷ the bare fetch of the same rows", times.ratio("whole", "bare fetch"), AT_MOST, 1.6, str(times))
    cycles = {str(count): cycle_of(count, ITEMS) for count in counts}
    times = side_by_side(
        {name: (lambda cycle=cycle: _recompute(cycle)) for name, cycle in cycles.items()},
        min(3, sizes.rounds),
        time.perf_counter,
    )
    slope = exponent([(count, times[str(count)]) for count in counts])
    yield Figure(f"growth exponent from {counts[0]} to {counts[-1]:,} units", slope, AT_MOST, 1.05, str(times), "")


def _recompute(cycle: Cycle) -> None:
    from rubrics import services as rubrics_services
    from scoring import services

    rubrics_services.touch_cycle(cycle)  # something changed: what was worked out before is stale
    services.store_run(actor=None, cycle=cycle, stand="final")


def _fetch(cycle: Cycle) -> int:
    from evidence.models import Fact
    from evidence.selectors.records import COLUMNS

    return len(list(Fact.objects.filter(enrolment__cycle=cycle).values_list(*COLUMNS)))


def _query_per_item(cycle: Cycle, count: int) -> None:
    """The plain way: for every unit and every item ask for its facts, add up, save the unit's result."""
    from evidence.facts import Facts
    from evidence.models import Fact
    from evidence.selectors.records import _record, bare_unit
    from rubrics import selectors
    from scoring.engine import World, plan_of
    from scoring.models import Run, UnitResult
    from scoring.packing import pack

    definition = selectors.definition_of(cycle.rubric)
    run = Run(cycle=cycle, stand="self", records_version=0, made_at=cycle.created_at)
    run.save()
    for enrolment in selectors.enrolments_in(cycle)[:count]:
        facts = []
        for code in definition.items:
            rows = Fact.objects.filter(enrolment=enrolment, clause_code__startswith=f"{code}.")
            facts += [_record(_as_row(row), definition.clauses[row.clause_code], row.said) for row in rows]
        unit = _with(bare_unit(enrolment), facts)
        (result,) = World(plan_of(definition), Facts(definition.code, (unit,))).results()
        UnitResult.objects.create(
            run=run, enrolment=enrolment, records_version=0, total=result.total, marks=result.marks, body=pack(result)
        )
    run.delete()


def _as_row(fact: Any) -> Any:
    from evidence.selectors.records import COLUMNS, _Row

    return _Row(*(getattr(fact, name) for name in COLUMNS))


def _with(unit: Any, facts: list[Any]) -> Any:
    from dataclasses import replace

    return replace(unit, facts=tuple(facts))


def change(sizes: Sizes) -> Iterator[Finding]:
    """Change one fact, work its unit out again, put the result in the place of the stored one."""
    open_house()
    count = sizes.pick(1000, 100)
    cycle = cycle_of(count, ITEMS)
    from rubrics import selectors

    enrolments = list(selectors.enrolments_in(cycle)[: sizes.pick(100, 20)])
    whole = side_by_side({"whole": lambda: _recompute(cycle)}, min(3, sizes.rounds), time.perf_counter)
    taken = []
    for enrolment in enrolments:
        began = time.perf_counter()
        _change_one(cycle, enrolment)
        taken.append(time.perf_counter() - began)
    one = median(taken)
    scaled = whole["whole"] * SCALE / count
    yield Figure(
        f"÷ the whole recompute of {SCALE:,} units (worked out from {count:,})", one / scaled, AT_MOST, 1 / 1000,
        f"one change {seconds(one)}, whole {seconds(scaled)}",
    )  # fmt: skip
    p95 = quantiles(taken, n=20)[-1] * 1000
    yield Figure(f"p95 of {many(len(taken), 'change')}, one after the other", p95, AT_MOST, 5, unit="ms")


def _change_one(cycle: Cycle, enrolment: Enrolment) -> None:
    from django.db import transaction
    from django.utils import timezone

    from appraisal_site.toolkit.models import compare_and_set
    from evidence.models import Fact
    from rubrics import services as rubrics_services
    from scoring import selectors
    from scoring.models import UnitResult
    from scoring.packing import pack

    with transaction.atomic():
        fact = Fact.objects.filter(enrolment=enrolment, clause_code="k0.i0.late").first()
        compare_and_set(fact, version=fact.version, said={"count": 2}, updated_at=timezone.now())
        rubrics_services.touch_records(enrolment)
    unit = selectors.outcome_of_unit(enrolment, "final").unit(enrolment.unit.code)
    with transaction.atomic():
        UnitResult.objects.filter(run__cycle=cycle, run__current=True, enrolment=enrolment).update(
            total=unit.total, body=pack(unit)
        )


def definition(sizes: Sizes) -> Iterator[Finding]:
    """The same number of queries however large the rubric, and what reading it takes."""
    open_house()
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from rubrics.files import read_yaml
    from rubrics.selectors.definitions import _read

    large = rubric_data(sizes.pick(2000, 200))
    large["code"] = "large"
    found = {}
    for name, data in {"land-bureau": read_yaml(LAND_BUREAU.read_bytes()), "large": large}.items():
        from rubrics import services

        rubric = services.load_rubric(actor=None, data=data)
        with CaptureQueriesContext(connection) as queries:
            read = _read(rubric)
        times = side_by_side({name: lambda rubric=rubric: _read(rubric)}, min(3, sizes.rounds), time.perf_counter)
        found[name] = (len(queries), len(read.nodes), times)
    small_count, small_nodes, small = found["land-bureau"]
    count, nodes, times = found["large"]
    behind = (
        f"land-bureau {small_nodes} nodes, {small_count} queries; {nodes:,} nodes, {count} queries; {small}; {times}"
    )
    yield Figure("more queries for the large one than for land-bureau", count - small_count, AT_MOST, 0, behind, "")
