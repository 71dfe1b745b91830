"""Who may see what was worked out. Deny by default; the stand and the phase are part of the answer."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from rubrics import policies as rubrics_policies

if TYPE_CHECKING:
    from rubrics.models import Cycle, Enrolment
    from units.models import User

FOR_UNITS = ("self", "final")


def may_see_all(user: User, cycle: Cycle) -> bool:
    """All units side by side, in any stand: the leading group, administrators and auditors."""
    return bool(rubrics_policies.may_see_results(user, cycle))


def may_see_list(user: User, cycle: Cycle) -> bool:
    """The page of results at all: those who see all, and reviewers, who see the units assigned to them."""
    return may_see_all(user, cycle) or bool(rubrics_policies.reviews(user, cycle))


def may_see_stand(user: User, enrolment: Enrolment, stand: str, now: datetime) -> bool:
    """One unit's result in one stand. A unit sees its own claims at any time, the final result once it is released."""
    if may_see_all(user, enrolment.cycle) or rubrics_policies.assigned(user, enrolment):
        return True
    if not rubrics_policies.acts_for(user, enrolment) or stand not in FOR_UNITS:
        return False
    return stand == "self" or bool(rubrics_policies.may_see_result(user, enrolment, now))


def may_see_rank(user: User, enrolment: Enrolment, now: datetime) -> bool:
    """Where the unit stands among the others: with its final result."""
    return may_see_stand(user, enrolment, "final", now)


def may_store_results(user: User, cycle: Cycle) -> bool:
    """Keep a result as a run: administrators and the leading group, until the cycle is sealed."""
    open_still = cycle.state == "open"
    return open_still and bool(rubrics_policies.is_administrator(user) or rubrics_policies.leads(user, cycle))


def may_export(user: User, cycle: Cycle) -> bool:
    """Take the ranked workbook out of the house."""
    return may_see_all(user, cycle)


def may_see_burden(user: User, cycle: Cycle) -> bool:
    """What the cycle asks of its units and what that moved: those who see all units."""
    return may_see_all(user, cycle)


def may_try_out(user: User) -> bool:
    """Score records under a rubric that does not hold yet: whoever writes rubrics, since it shows all units."""
    return bool(rubrics_policies.may_write_rubrics(user))
