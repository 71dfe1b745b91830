"""How far each unit is: the states that the work decides, and the board's fragment."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from evidence import selectors, services
from evidence.models import Submission
from evidence.selectors.progress import Progress
from evidence.selectors.unsettled import Unsettled
from evidence.views.progress import phase_states
from rubrics.lifecycle import Phase, Schedule
from tests.evidence.conftest import LATE, enrolment_in

NOW = datetime.fromisoformat("2026-11-22T12:00+08:00")
LINE = Progress(1, "甲局", "submitted", late=False, filled=5, items=5, claims=2, decided=1, others=0, files=0)


def reviewing(first: int, last: int) -> Schedule:
    """A schedule whose review lasts so many days from now."""
    return Schedule((Phase("review", NOW + timedelta(first), NOW + timedelta(last)),))


@pytest.mark.parametrize(
    ("changes", "states"),
    [
        ({"state": "none"}, {"review": "next"}),
        ({"state": "draft", "late": True}, {"self_assessment": "late", "review": "next"}),
        ({"state": "returned"}, {"self_assessment": "back"}),
        ({"state": "submitted"}, {"self_assessment": "done"}),
        ({"state": "submitted", "decided": 2}, {"self_assessment": "done", "review": "done"}),
        ({"state": "ruled", "claims": 0, "decided": 0}, {"self_assessment": "done", "review": "done"}),
    ],
)
def test_the_work_decides_what_the_dates_cannot_know(changes: dict[str, Any], states: dict[str, str]) -> None:
    assert phase_states(replace(LINE, **changes), reviewing(-1, 1), NOW) == states


def test_a_review_that_ended_with_claims_undecided_is_late() -> None:
    assert phase_states(LINE, reviewing(-5, -1), NOW)["review"] == "late"
    assert phase_states(replace(LINE, decided=2), reviewing(-5, -1), NOW)["review"] == "done"


def test_before_the_review_begins_nothing_is_said_of_it() -> None:
    assert phase_states(replace(LINE, decided=2), reviewing(1, 5), NOW) == {"self_assessment": "done"}
    assert phase_states(LINE, Schedule(()), NOW) == {"self_assessment": "done"}


def test_the_board_shows_units_by_phases_above_the_numbers(
    as_user: Any, administrator: Any, cycle: Any, own: Any, claim: Any, hand_in: Any
) -> None:
    claim(LATE, count=1)
    hand_in()
    answer = as_user(administrator).get(f"/cycles/{cycle.pk}/progress/")
    page = answer.content.decode()
    cells = {row.pk: [cell.state for cell in row.cells] for column in answer.context["columns"] for table in column
             for row in table.rows}  # fmt: skip
    assert cells[own.pk] == ["done", "now", "next"]
    assert cells[enrolment_in(cycle, "other").pk] == ["now", "next", "next"]
    assert page.index("kp-glance") < page.index("kp-matrix")
    assert f'href="/review/{own.pk}/"' in page
    assert "<details" not in page


def test_what_is_not_handed_in_or_not_decided_is_told_by_unit(
    cycle: Any, own: Any, other: Any, claim: Any, hand_in: Any, judge: Any
) -> None:
    fact = claim(LATE, count=1)
    assert selectors.unsettled_in(cycle) == {own.pk: Unsettled("missing", 0), other.pk: Unsettled("missing", 0)}
    hand_in()
    assert selectors.unsettled_in(cycle)[own.pk] == Unsettled("", 1)
    fact.refresh_from_db()
    services.decide(actor=judge, fact=fact, version=fact.version, verdict="accepted")
    assert selectors.unsettled_in(cycle)[own.pk] == Unsettled("", 0)
    assert selectors.unsettled_in(cycle)[other.pk].sheet == "missing"


def test_a_returned_sheet_is_told_apart_from_one_never_handed_in(cycle: Any, own: Any, hand_in: Any) -> None:
    hand_in()
    Submission.objects.filter(enrolment=own).update(state="returned")
    assert selectors.unsettled_in(cycle)[own.pk] == Unsettled("returned", 0)


def test_a_unit_without_items_of_its_own_is_asked_for_no_sheet(start: Any) -> None:
    away = (*(f"results.{item}" for item in ("news", "plan", "contest")), "conduct.meetings", "conduct.files")
    cycle = start()
    own = enrolment_in(cycle, "own")
    own.not_applicable = list(away)
    own.save()
    assert selectors.unsettled_in(cycle)[own.pk] == Unsettled("", 0)
    assert selectors.unsettled_in(cycle)[enrolment_in(cycle, "other").pk] == Unsettled("missing", 0)
    assert phase_states(replace(LINE, state="none", items=0), reviewing(-5, -1), NOW) == {}


def test_a_cycle_that_asks_for_no_sheets_misses_none(start: Any) -> None:
    cycle = start({"review": (-1, 10)}, procedure={"phases": ["review"]})
    assert {one.sheet for one in selectors.unsettled_in(cycle).values()} == {""}


def test_the_queries_do_not_grow_with_the_units(
    as_user: Any, administrator: Any, cycle: Any, django_assert_max_num_queries: Any
) -> None:
    browser = as_user(administrator)
    browser.get(f"/cycles/{cycle.pk}/progress/")
    with django_assert_max_num_queries(20):
        assert browser.get(f"/cycles/{cycle.pk}/progress/").status_code == 200
    with django_assert_max_num_queries(6):
        selectors.unsettled_in(cycle)
