"""Which facts wait for a decision: the unit's claims without a ruling about them as they now stand, and whatever was
decided and taken up again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Exists, OuterRef, Q, QuerySet

from evidence.models import Fact, Ruling

if TYPE_CHECKING:
    from rubrics.models import Enrolment

IN_QUEUE = Q(misfit__in=["", Fact.Misfit.SAID])
"""A condition for a query of facts: the clause is there and concerns the unit, so that there is something to judge."""


def is_decided() -> Exists:
    """A condition for a query of facts: a ruling stands on the fact's present version."""
    return Exists(_on_this_version().exclude(verdict=Ruling.Verdict.REOPENED))


def is_reopened() -> Exists:
    """A condition for a query of facts: the last decision was taken back, and nobody has decided anew."""
    return Exists(_on_this_version().filter(verdict=Ruling.Verdict.REOPENED))


def _on_this_version() -> QuerySet[Ruling]:
    """The ruling about the fact as it stands: there is one at most, since each raises the fact's version."""
    return Ruling.objects.filter(fact=OuterRef("pk"), fact_version=OuterRef("version"))


def to_judge(rows: QuerySet[Fact]) -> QuerySet[Fact]:
    """Of recorded facts those that are the reviewers' business: claims of units, and what was taken up again."""
    return rows.filter(IN_QUEUE).filter(Q(origin=Fact.Origin.UNIT) | is_reopened())


def undecided_claims(enrolment: Enrolment, category: str = "") -> QuerySet[Fact]:
    """The unit's recorded claims that can be accepted all at once, within one top category where it is named.

    Those that were decided before another version of the rubric came, do not fit it, or ask for exemption are looked
    at one by one.
    """
    rows = Fact.objects.filter(enrolment=enrolment, origin=Fact.Origin.UNIT, state=Fact.State.RECORDED)
    if category:
        rows = rows.filter(clause_code__startswith=f"{category}.")
    return rows.filter(~is_decided(), ~is_reopened(), misfit="", exempt_reason="").order_by("pk")
