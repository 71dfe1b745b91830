"""Results as the records stand, stored runs, and what is worked out where."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied

from scoring import selectors, services
from scoring.models import Run, UnitResult
from scoring.packing import pack, unpack
from scoring.selectors.runs import result_of_run
from units.models import JournalEntry


def totals(cycle: Any, stand: str) -> dict[str, Decimal]:
    return {unit.code: unit.total for unit in selectors.results_of(cycle, stand).units}


class TestStands:
    def test_each_stand_counts_what_it_says(self, filled: Any) -> None:
        # own: 4 × 10 claimed and accepted, 8 judged and rejected, 3 × 0.5 late, ballots 85 % of 20
        # other: 6 × 10 held at 50, 7 judged, a veto of 5, ballots 70 % of 20
        assert totals(filled, "self") == {"own": Decimal("68.00"), "other": Decimal("77.00")}
        assert totals(filled, "final") == {"own": Decimal("75.50"), "other": Decimal("86.00")}
        assert totals(filled, "provisional") == totals(filled, "final")

    def test_an_undecided_claim_counts_in_the_provisional_stand_only(
        self, filled: Any, enrolled: Any, say: Any
    ) -> None:
        say(enrolled(filled), "work.tasks.done", count=1)
        assert totals(filled, "final")["own"] == Decimal("75.50")
        assert totals(filled, "provisional")["own"] == Decimal("85.50")

    def test_ballots_do_not_show_through_what_a_unit_claims(self, filled: Any, enrolled: Any) -> None:
        own = selectors.outcome_of_unit(enrolled(filled), "self").unit("own")
        assert own.nodes["ballots"].value == 0

    def test_a_veto_bars_the_best_grade_and_passes_the_place_on(self, filled: Any) -> None:
        result = selectors.results_of(filled, "final")
        assert {unit.code: (unit.rank, unit.grades["grade"]) for unit in result.units} == {
            "other": (1, "pass"),
            "own": (2, "excellent"),
        }


class TestFreshness:
    def test_a_change_of_records_is_seen_at_once(self, filled: Any, enrolled: Any, say: Any) -> None:
        before = totals(filled, "final")["own"]
        say(enrolled(filled), "conduct.meetings.late", origin="provider", count=2)
        assert totals(filled, "final")["own"] == before - 1

    def test_an_unchanged_cycle_is_not_worked_out_twice(self, filled: Any, django_assert_num_queries: Any) -> None:
        selectors.outcome_of(filled, "final")
        with django_assert_num_queries(2):
            selectors.outcome_of(filled, "final")

    def test_one_unit_alone_is_worth_what_it_is_among_the_others(self, filled: Any, enrolled: Any) -> None:
        alone = selectors.outcome_of_unit(enrolled(filled), "final")
        assert not alone.is_whole
        assert alone.unit("own").total == totals(filled, "final")["own"]

    def test_the_number_of_queries_does_not_grow_with_the_units(
        self, start_cycle: Any, django_assert_max_num_queries: Any
    ) -> None:
        cycle = start_cycle(more=30)
        with django_assert_max_num_queries(20):
            assert len(selectors.outcome_of(cycle, "final").result.units) == 32


class TestRuns:
    def test_a_run_holds_every_unit_as_it_was_worked_out(self, filled: Any, administrator: Any) -> None:
        run = services.store_run(actor=administrator, cycle=filled, stand="final")
        stored = {unit.code: unit for unit in result_of_run(run).units}
        for unit in selectors.results_of(filled, "final").units:
            kept = stored[unit.code]
            assert (kept.total, kept.rank, kept.grades, kept.vetoes) == (
                unit.total,
                unit.rank,
                unit.grades,
                unit.vetoes,
            )
            assert kept.nodes == unit.nodes
            assert [(one.clause, one.fact, one.points, one.reason) for one in kept.lines] == [
                (one.clause, one.fact, one.points, one.reason) for one in unit.lines
            ]

    def test_the_same_records_make_no_second_run(self, filled: Any, administrator: Any) -> None:
        first = services.store_run(actor=administrator, cycle=filled, stand="final")
        assert services.store_run(actor=administrator, cycle=filled, stand="final").pk == first.pk
        assert Run.objects.count() == 1

    def test_a_later_run_takes_the_place_of_the_former_which_stays_on_file(
        self, filled: Any, administrator: Any, enrolled: Any, say: Any
    ) -> None:
        first = services.store_run(actor=administrator, cycle=filled, stand="final")
        say(enrolled(filled), "conduct.meetings.late", origin="provider", count=1)
        assert not selectors.is_fresh(first, filled)
        second = services.store_run(actor=administrator, cycle=filled, stand="final")
        assert selectors.current_run(filled, "final") == second
        assert UnitResult.objects.filter(run=first).count() == 2
        assert selectors.is_fresh(second, filled)

    def test_each_stand_has_a_current_run_of_its_own(self, filled: Any, administrator: Any) -> None:
        for stand in ("self", "final"):
            services.store_run(actor=administrator, cycle=filled, stand=stand)
        assert set(Run.objects.filter(current=True).values_list("stand", flat=True)) == {"self", "final"}

    def test_storing_leaves_one_row_in_the_journal(self, filled: Any, administrator: Any) -> None:
        services.store_run(actor=administrator, cycle=filled, stand="final")
        (entry,) = JournalEntry.objects.filter(verb="results.stored")
        assert entry.after["units"] == 2
        assert entry.scope == f"cycle:{filled.pk}"

    def test_a_job_stores_and_says_how_many(
        self, filled: Any, administrator: Any, django_capture_on_commit_callbacks: Any
    ) -> None:
        with django_capture_on_commit_callbacks(execute=True):
            job = services.ask_to_store(actor=administrator, cycle=filled, stand="final")
        job.refresh_from_db()
        assert (job.state, job.done, job.total) == ("done", 2, 2)
        assert selectors.current_run(filled, "final") is not None

    @pytest.mark.parametrize("name", ["clerk", "reviewer", "auditor", "stranger"])
    def test_nobody_else_may_store(self, filled: Any, name: str, request: Any) -> None:
        with pytest.raises(PermissionDenied):
            services.store_run(actor=request.getfixturevalue(name), cycle=filled, stand="final")
        assert not Run.objects.exists()

    def test_a_run_that_was_cut_off_does_not_count(self, filled: Any, administrator: Any, monkeypatch: Any) -> None:
        before = services.store_run(actor=administrator, cycle=filled, stand="self")
        monkeypatch.setattr(services, "_let_count", lambda run, actor: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            services.store_run(actor=administrator, cycle=filled, stand="final")
        assert selectors.current_run(filled, "final") is None
        assert selectors.current_run(filled, "self") == before


class TestPacking:
    def test_nothing_is_lost_on_the_way_into_the_database_and_back(self, filled: Any) -> None:
        for unit in selectors.results_of(filled, "final").units:
            columns = {
                name: getattr(unit, name)
                for name in ("code", "title", "series", "total", "marks", "rank", "out_of_rank", "grades", "vetoes")
            }
            again = unpack(pack(unit), **columns)
            assert again.nodes == unit.nodes
            assert again.whole == unit.whole
            assert again.pending == unit.pending
            assert [repr(line) for line in again.lines] == [repr(line) for line in unit.lines]
            assert [line.date for line in again.lines] == [line.date for line in unit.lines]


class TestOtherCycles:
    LINKED = """
format: appraisal-rubric/1
code: linking
title: 引用考评
year: 2027
total: 10
series: [{code: bureaus, title: 职能部门}]
categories:
  - code: other
    title: 引用
    points: 10
    items:
      - code: score
        points: 10
        start: zero
        clauses:
          - {code: linked, text: 引用上年得分, effect: award, basis: linked, points: 10, source: SOURCE}
gradings:
  - code: grade
    rules:
      - {code: twice, title: 连续优秀, when: {holds_grade: {code: excellent}}}
      - {code: excellent, title: 优秀, when: {total_at_least: 10}}
      - {code: plain, title: 其他}
procedure: {phases: [approval]}
"""

    def test_a_clause_takes_the_stored_score_of_another_cycle(
        self, filled: Any, start_cycle: Any, administrator: Any
    ) -> None:
        text = self.LINKED.replace("SOURCE", filled.code)
        linking = start_cycle(rubric=text)
        assert totals(linking, "final") == {"own": Decimal("0.00"), "other": Decimal("0.00")}
        services.store_run(actor=administrator, cycle=filled, stand="final")
        assert totals(linking, "final") == {"own": Decimal("7.55"), "other": Decimal("8.60")}

    def test_a_grade_of_the_year_before_is_known(self, filled: Any, start_cycle: Any, administrator: Any) -> None:
        services.store_run(actor=administrator, cycle=filled, stand="final")
        text = self.LINKED.replace("SOURCE", filled.code).replace("code: linking", f"code: {filled.rubric.code}")
        result = selectors.results_of(start_cycle(rubric=text, code="next-year"), "final")
        assert {unit.code: unit.grades["grade"] for unit in result.units} == {"own": "twice", "other": "plain"}


def test_usual_stand_follows_the_phases(start_cycle: Any) -> None:
    from datetime import timedelta

    from django.utils import timezone

    cycle, now = start_cycle(), timezone.now()
    days = [0, 10, 20, 60]
    assert [selectors.usual_stand(cycle, now + timedelta(days=number)) for number in days] == [
        "self",
        "provisional",
        "final",
        "final",
    ]


def test_a_leader_may_store(filled: Any, leader: Any) -> None:
    assert services.store_run(actor=leader, cycle=filled, stand="final").made_by == leader
