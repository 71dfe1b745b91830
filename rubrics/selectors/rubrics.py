"""Which rubrics a person may see."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Count, Q, QuerySet
from django.http import Http404

from rubrics import policies
from rubrics.models import Clause, Rubric
from rubrics.selectors.cycles import cycles_for

if TYPE_CHECKING:
    from units.models import User


def rubrics_for(user: User) -> QuerySet[Rubric]:
    """All for administrators and auditors; for others the published ones of their cycles."""
    if policies.may_list_rubrics(user):
        return Rubric.objects.all()
    used = cycles_for(user).values("rubric_id")
    return Rubric.objects.filter(Q(pk__in=used) & ~Q(state=Rubric.State.DRAFT))


def rubric_for(user: User, pk: int) -> Rubric:
    """The rubric if the person may see it; raises Http404 otherwise, as if it did not exist."""
    rubric = rubrics_for(user).filter(pk=pk).first()
    if rubric is None:
        raise Http404
    return rubric


def rubric_by_pk(pk: int) -> Rubric:
    """A rubric that a record of the house names, whoever asks: what was handed in under it is read with its rules."""
    return Rubric.objects.get(pk=pk)


def with_counts(rubrics: QuerySet[Rubric]) -> QuerySet[Rubric]:
    """Each with `cycle_count` and `clause_count`, for the list."""
    return rubrics.annotate(
        cycle_count=Count("cycles", distinct=True),
        clause_count=Count("categories__items__clauses", distinct=True),
    ).order_by("-year", "code", "-edition")


def published_rubrics(user: User) -> QuerySet[Rubric]:
    """What a cycle can be started from."""
    return rubrics_for(user).filter(state=Rubric.State.PUBLISHED)


def newer_editions(rubric: Rubric) -> list[Rubric]:
    """Published later editions of the same code and year, the newest first: a running cycle can move to them."""
    rows = Rubric.objects.filter(code=rubric.code, year=rubric.year, edition__gt=rubric.edition)
    return list(rows.filter(state=Rubric.State.PUBLISHED).order_by("-edition"))


def earlier_editions(rubric: Rubric) -> list[Rubric]:
    """Editions of the same code and year that were published before, the latest first."""
    rows = Rubric.objects.filter(code=rubric.code, year=rubric.year, edition__lt=rubric.edition)
    return list(rows.exclude(state=Rubric.State.DRAFT).order_by("-edition"))


def next_edition(code: str, year: int) -> int:
    """The number that one more rubric of this code and year gets."""
    last = Rubric.objects.filter(code=code, year=year).order_by("-edition").values_list("edition", flat=True).first()
    return (last or 0) + 1


def clause_count(rubric: Rubric) -> int:
    return Clause.objects.filter(item__category__rubric=rubric).count()
