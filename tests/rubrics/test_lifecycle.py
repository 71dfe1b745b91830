"""The pure table of states and phases: dates decide, nothing else."""

from datetime import UTC, date, datetime, timedelta

import pytest

from rubrics.lifecycle import (
    PHASES,
    VERBS,
    Days,
    NotPossible,
    Phase,
    Schedule,
    effective_end,
    is_open,
    is_released,
    open_phases,
    opening,
    state_of,
    step,
    usual_days,
)

START = datetime(2026, 3, 1, tzinfo=UTC)
DAY = timedelta(days=1)


def phase(code: str, first: int, last: int) -> Phase:
    return Phase(code, START + first * DAY, START + last * DAY)


USUAL = Schedule((phase("self_assessment", 0, 10), phase("review", 8, 20), phase("approval", 20, 25)))


@pytest.mark.parametrize(
    ("state", "action", "after"),
    [("draft", "edit", "draft"), ("draft", "publish", "published"), ("published", "retire", "retired")],
)
def test_a_rubric_goes_from_draft_to_published_to_retired(state: str, action: str, after: str) -> None:
    assert step(state, action) == after


@pytest.mark.parametrize(
    ("state", "action"),
    [("published", "edit"), ("published", "publish"), ("retired", "publish"), ("retired", "edit"), ("draft", "retire")],
)
def test_a_published_rubric_is_never_edited_and_a_retired_one_never_comes_back(state: str, action: str) -> None:
    with pytest.raises(NotPossible) as refusal:
        step(state, action)
    assert (refusal.value.state, refusal.value.action) == (state, action)


def test_phases_may_overlap_and_an_end_is_no_longer_open() -> None:
    assert open_phases(USUAL.phases, START) == ("self_assessment",)
    assert open_phases(USUAL.phases, START + 9 * DAY) == ("self_assessment", "review")
    assert open_phases(USUAL.phases, START + 10 * DAY) == ("review",)
    assert open_phases(USUAL.phases, START - timedelta(microseconds=1)) == ()
    assert open_phases(USUAL.phases, START + 25 * DAY) == ()


def test_a_phase_is_next_then_now_then_past() -> None:
    review = phase("review", 8, 20)
    assert [state_of(review, START + n * DAY) for n in (7, 8, 19, 20)] == ["next", "now", "now", "past"]


def opened(verb: str, schedule: Schedule = USUAL) -> list[int]:
    """The days from the 1st on which a verb is open, tried at noon."""
    return [n for n in range(-1, 27) if is_open(verb, schedule, START + n * DAY + timedelta(hours=12))]


def test_a_unit_fills_in_and_submits_in_the_self_assessment_only() -> None:
    assert opened("fill_sheet") == opened("submit_sheet") == opened("sign_sheet") == list(range(10))


def test_returned_items_can_be_put_right_until_the_review_ends() -> None:
    assert opened("correct_sheet") == opened("return_sheet") == list(range(20))


def test_an_end_of_its_own_takes_the_place_of_the_phases_but_never_outlasts_the_cycle() -> None:
    def days(until: int, schedule: Schedule = USUAL) -> list[int]:
        end = START + until * DAY
        return [day for day in range(-1, 30) if is_open("correct_sheet", schedule, START + day * DAY, until=end)]

    assert days(3) == [0, 1, 2], "earlier than the phase ends"
    assert days(22) == [*range(22)], "later than the review"
    assert days(99) == [*range(25)], "not after the cycle"
    assert days(3, Schedule(USUAL.phases, sealed=True)) == []


def test_reviewers_decide_in_their_phases() -> None:
    assert opened("decide") == list(range(8, 20))


def test_facts_are_recorded_from_the_start_of_the_cycle_to_its_approval() -> None:
    assert opened("record_fact") == opened("import_facts") == list(range(25))


def test_approving_belongs_to_the_approval_phase() -> None:
    assert opened("approve") == list(range(20, 25))


def test_what_the_rubric_does_not_provide_for_is_never_open() -> None:
    assert opened("rate") == opened("file_appeal") == []


def test_a_rubric_without_review_phases_lets_reviewers_decide_during_the_whole_cycle() -> None:
    bare = Schedule((phase("self_assessment", 0, 10), phase("approval", 20, 25)))
    assert opened("decide", bare) == list(range(25))


def test_a_rubric_without_self_assessment_never_asks_units_to_fill_in() -> None:
    assert opened("fill_sheet", Schedule((phase("review", 0, 10), phase("approval", 10, 12)))) == []


@pytest.mark.parametrize("verb", sorted(VERBS))
def test_a_sealed_cycle_lets_nobody_do_anything(verb: str) -> None:
    sealed = Schedule(tuple(phase(code, 0, 25) for code in PHASES), sealed=True)
    assert opened(verb, sealed) == []
    assert opening(verb, sealed, START) is None


@pytest.mark.parametrize("verb", sorted(VERBS))
def test_a_cycle_without_phases_lets_nobody_do_anything(verb: str) -> None:
    assert opened(verb, Schedule(())) == []


def test_an_unknown_verb_is_a_mistake_and_not_a_refusal() -> None:
    with pytest.raises(KeyError):
        is_open("invent", USUAL, START)


def test_every_phase_of_the_table_exists() -> None:
    assert {code for rule in VERBS.values() for code in rule.phases} <= set(PHASES)


def test_the_opening_is_the_phase_that_ends_last() -> None:
    both = Schedule((phase("application", 0, 5), phase("self_assessment", 0, 9)))
    assert opening("fill_sheet", both, START + DAY) == phase("self_assessment", 0, 9)
    assert opening("fill_sheet", both, START + 9 * DAY) is None


def test_an_end_by_hand_comes_before_the_planned_end() -> None:
    assert effective_end(START + 5 * DAY, START + 3 * DAY) == START + 3 * DAY
    assert effective_end(START + 5 * DAY, START + 7 * DAY) == START + 5 * DAY
    assert effective_end(START + 5 * DAY, None) == START + 5 * DAY


def test_an_extension_outlasts_both_ends_but_never_shortens_a_phase() -> None:
    assert effective_end(START + 5 * DAY, START + 3 * DAY, START + 8 * DAY) == START + 8 * DAY
    assert effective_end(START + 5 * DAY, None, START + 4 * DAY) == START + 5 * DAY


def test_the_cycle_ends_with_its_approval_and_without_one_with_its_last_phase() -> None:
    late = Schedule((phase("approval", 10, 12), phase("appeal", 8, 30)))
    assert (late.opens_at, late.closes_at) == (START + 8 * DAY, START + 12 * DAY)
    assert Schedule((phase("review", 0, 9), phase("panel", 2, 5))).closes_at == START + 9 * DAY
    assert Schedule(()).opens_at is None


def test_a_phase_is_found_by_its_code() -> None:
    assert USUAL.phase("review") == phase("review", 8, 20)
    assert USUAL.phase("panel") is None


def test_a_result_is_released_with_publicity_appeal_or_approval() -> None:
    published = Schedule((phase("review", 0, 5), phase("publicity", 5, 12), phase("approval", 12, 14)))
    assert not is_released(published, START + 4 * DAY)
    assert is_released(published, START + 5 * DAY)
    assert is_released(published, START + 90 * DAY)


def test_publishing_the_applicants_releases_no_result() -> None:
    applicants = Schedule((phase("publicity", 0, 7), phase("review", 7, 9), phase("approval", 9, 11)))
    assert not is_released(applicants, START + 3 * DAY, publicity_of="applicants")
    assert is_released(applicants, START + 9 * DAY, publicity_of="applicants")


def test_without_any_releasing_phase_the_result_is_released_at_the_end() -> None:
    bare = Schedule((phase("self_assessment", 0, 5), phase("review", 5, 9)))
    assert not is_released(bare, START + 8 * DAY)
    assert is_released(bare, START + 9 * DAY)
    assert not is_released(Schedule(()), START)
    assert is_released(Schedule((), sealed=True), START)


def test_usual_dates_follow_one_another() -> None:
    days = usual_days(["self_assessment", "review"], {}, date(2026, 11, 22))
    assert days == [
        Days("self_assessment", date(2026, 11, 22), date(2026, 12, 12)),
        Days("review", date(2026, 12, 13), date(2026, 12, 26)),
    ]


def test_publicity_lasts_as_long_as_the_rubric_demands() -> None:
    (days,) = usual_days(["publicity"], {"publicity_days": 15}, date(2026, 1, 1))
    assert (days.last - days.first).days + 1 == 15
    (least,) = usual_days(["publicity"], {"publicity_days": 3}, date(2026, 1, 1))
    assert (least.last - least.first).days + 1 == 7


def test_a_deadline_ends_its_phase_in_the_following_year_where_it_must() -> None:
    procedure = {
        "deadlines": [
            {"phase": "verification", "by": "12-31"},
            {"phase": "review", "by": "01-10"},
            {"phase": "review", "by": "01-05"},
            {"phase": "approval"},
        ]
    }
    days = usual_days(["verification", "review", "approval"], procedure, date(2026, 12, 20))
    assert [each.last for each in days] == [date(2026, 12, 31), date(2027, 1, 10), date(2027, 1, 17)]


def test_a_deadline_more_than_half_a_year_away_is_last_years() -> None:
    (days,) = usual_days(["application"], {"deadlines": [{"phase": "application", "by": "03-31"}]}, date(2026, 4, 2))
    assert days.last == date(2026, 4, 15)


def test_the_29th_of_february_is_a_deadline_only_where_there_is_one() -> None:
    procedure = {"deadlines": [{"phase": "review", "by": "02-29"}]}
    assert usual_days(["review"], procedure, date(2028, 2, 1))[0].last == date(2028, 2, 29)
    assert usual_days(["review"], procedure, date(2026, 2, 1))[0].last == date(2026, 2, 14)


def test_a_rubric_that_names_no_phase_gets_the_usual_three() -> None:
    assert [each.code for each in usual_days([], {}, date(2026, 1, 1))] == ["self_assessment", "review", "approval"]
