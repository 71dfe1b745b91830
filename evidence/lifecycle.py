"""The states of a sheet, of its items and of a fact: which action leads from which state to which.

Who may do it is ``policies``' business, when it is open the cycle's. Pure: no framework, no clock.
"""

from collections.abc import Mapping


class NotPossible(ValueError):
    """The action does not exist in this state; ``state`` and ``action`` say which."""

    def __init__(self, state: str, action: str) -> None:
        super().__init__(f"{action} is not possible while {state}")
        self.state = state
        self.action = action


SUBMISSION: Mapping[tuple[str, str], str] = {
    ("draft", "submit"): "submitted",
    ("returned", "submit"): "submitted",
    ("submitted", "return"): "returned",
    ("returned", "return"): "returned",
    ("ruled", "return"): "returned",
    ("submitted", "finish"): "ruled",
    ("ruled", "reopen"): "submitted",
}

ITEM: Mapping[tuple[str, str], str] = {
    **{(state, "claim"): "claimed" for state in ("untouched", "nothing", "claimed", "not_duty", "returned")},
    **{(state, "clear"): "untouched" for state in ("untouched", "nothing", "claimed", "not_duty", "returned")},
    **{(state, "nothing"): "nothing" for state in ("untouched", "nothing", "not_duty", "returned")},
    **{(state, "not_duty"): "not_duty" for state in ("untouched", "nothing", "not_duty", "returned")},
    **{(state, "return"): "returned" for state in ("untouched", "nothing", "claimed", "not_duty", "returned")},
}

FACT: Mapping[tuple[str, str], str] = {
    ("draft", "amend"): "draft",
    ("recorded", "amend"): "draft",
    ("draft", "record"): "recorded",
    ("recorded", "record"): "recorded",
    ("draft", "withdraw"): "withdrawn",
    ("recorded", "withdraw"): "withdrawn",
}


TARGETS: Mapping[tuple[str, str], str] = {
    ("draft", "amend"): "draft",
    ("returned", "amend"): "returned",
    ("draft", "propose"): "proposed",
    ("returned", "propose"): "proposed",
    ("proposed", "take_back"): "draft",
    ("proposed", "approve"): "approved",
    ("proposed", "return"): "returned",
}
"""A unit's own targets for one item. What is approved is frozen: no action leads on from there."""


def step(table: Mapping[tuple[str, str], str], state: str, action: str) -> str:
    """The state that ``action`` leads to, or NotPossible."""
    try:
        return table[(state, action)]
    except KeyError:
        raise NotPossible(state, action) from None


def may_amend(submission_state: str, scope: str, reopened: bool) -> bool:
    """Whether an item of a sheet in this state may still be changed by its unit."""
    if submission_state == "draft":
        return True
    return submission_state == "returned" and (scope == "sheet" or reopened)


COUNTED = "counted"
"""What a reviewer chooses for a claim that asks for exemption and is to count as claimed all the same. It is kept as
the verdict ``changed``, to what the claim says."""
