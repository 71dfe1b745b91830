import pytest

from evidence.lifecycle import FACT, ITEM, SUBMISSION, NotPossible, may_amend, step


def test_a_sheet_goes_from_draft_to_submitted_and_back_by_a_return():
    state = step(SUBMISSION, "draft", "submit")
    state = step(SUBMISSION, state, "return")
    assert step(SUBMISSION, state, "submit") == "submitted"


@pytest.mark.parametrize(
    ("table", "state", "action"),
    [
        (SUBMISSION, "draft", "return"),
        (SUBMISSION, "submitted", "submit"),
        (ITEM, "claimed", "nothing"),
        (ITEM, "claimed", "not_duty"),
        (FACT, "withdrawn", "amend"),
        (FACT, "withdrawn", "record"),
    ],
)
def test_what_the_table_does_not_list_is_refused_by_name(table, state, action):
    with pytest.raises(NotPossible) as fault:
        step(table, state, action)
    assert (fault.value.state, fault.value.action) == (state, action)


def test_an_amended_recorded_fact_is_a_draft_again():
    assert step(FACT, "recorded", "amend") == "draft"


@pytest.mark.parametrize(
    ("state", "scope", "reopened", "allowed"),
    [
        ("draft", "", False, True),
        ("submitted", "", True, False),
        ("returned", "sheet", False, True),
        ("returned", "items", False, False),
        ("returned", "items", True, True),
        ("ruled", "sheet", True, False),
    ],
)
def test_only_drafts_and_what_was_returned_may_be_amended(state, scope, reopened, allowed):
    assert may_amend(state, scope, reopened) is allowed
