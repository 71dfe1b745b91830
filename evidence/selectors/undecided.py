"""Which claims wait for a decision: recorded by the unit, without a ruling about the claim as it now stands."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Exists, OuterRef, QuerySet

from evidence.models import Fact, Ruling

if TYPE_CHECKING:
    from rubrics.models import Enrolment


def is_decided() -> Exists:
    """A condition for a query of facts: a ruling stands on the fact's present version."""
    return Exists(Ruling.objects.filter(fact=OuterRef("pk"), fact_version=OuterRef("version")))


def undecided_claims(enrolment: Enrolment, category: str = "") -> QuerySet[Fact]:
    """The unit's recorded claims that nobody decided yet, within one top category where it is named."""
    rows = Fact.objects.filter(enrolment=enrolment, origin=Fact.Origin.UNIT, state=Fact.State.RECORDED)
    if category:
        rows = rows.filter(clause_code__startswith=f"{category}.")
    return rows.filter(~is_decided()).order_by("pk")
