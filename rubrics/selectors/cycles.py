"""Which cycles, units of a cycle and assignments a person may see."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import TYPE_CHECKING

from django.db.models import Count, Q, QuerySet, Sum
from django.http import Http404

from rubrics import policies
from rubrics.lifecycle import Schedule
from rubrics.models import Assignment, Cycle, CyclePhase, CycleUserObjectPermission, Enrolment, ProviderUnit, Rubric
from units import grants
from units import policies as units_policies
from units import selectors as units_selectors

if TYPE_CHECKING:
    from units.models import User


def own_units(user: User) -> QuerySet:
    """Ids of the units the person acts for today, as clerk, head or provider."""
    return user.memberships.filter(until=None).values("unit_id")


def cycle_roles(user: User) -> dict[int, set[str]]:
    """For each cycle the grants the person holds on it (`lead_cycle`, `review_cycle`); one query."""
    found: dict[int, set[str]] = defaultdict(set)
    for codename, cycles in grants.held(user, CycleUserObjectPermission).items():
        for pk in cycles:
            found[pk].add(codename)
    return dict(found)


def cycles_for(user: User) -> QuerySet[Cycle]:
    """The cycles the person has a part in; all of them for administrators and auditors."""
    if not (user.is_authenticated and user.is_active):
        return Cycle.objects.none()
    cycles = Cycle.objects.select_related("rubric").prefetch_related("phases")
    if policies.may_list_rubrics(user):
        return cycles
    enrolled = Enrolment.objects.filter(unit_id__in=own_units(user))
    provides = ProviderUnit.objects.filter(unit_id__in=own_units(user))
    return cycles.filter(
        Q(pk__in=cycle_roles(user)) | Q(pk__in=enrolled.values("cycle_id")) | Q(pk__in=provides.values("cycle_id"))
    )


def cycle_for(user: User, pk: int) -> Cycle:
    """The cycle if the person has a part in it; raises Http404 otherwise, as if it did not exist."""
    cycle = cycles_for(user).filter(pk=pk).first()
    if cycle is None:
        raise Http404
    return cycle


def enrolments_in(cycle: Cycle) -> QuerySet[Enrolment]:
    """All units of a cycle in series and name order, ready for `schedule()` without further queries."""
    return _enrolments().filter(cycle=cycle).order_by("series_code", "unit__sort_key", "pk")


def _enrolments() -> QuerySet[Enrolment]:
    """Enrolments with all that pages and `schedule()` ask of them."""
    rows = Enrolment.objects.select_related("unit", "cycle__rubric", "member_of__unit")
    return rows.prefetch_related("cycle__phases")


def enrolments_for(user: User, cycle: Cycle) -> QuerySet[Enrolment]:
    """The units of the cycle whose sheets the person may read: own, assigned, or all."""
    rows = enrolments_in(cycle)
    if policies.may_see_board(user, cycle):
        return rows
    own = Q(unit_id__in=user.memberships.filter(until=None, role__in=["clerk", "head"]).values("unit_id"))
    if not policies.reviews(user, cycle):
        return rows.filter(own)
    assigned = Q(pk__in=[])
    for row in assignments_of(user, cycle):
        part = Q(cycle=cycle)
        if row.series_code:
            part &= Q(series_code=row.series_code)
        if row.unit_id:
            part &= Q(unit_id=row.unit_id)
        assigned |= part
    return rows.filter(own | (assigned & ~Q(unit_id__in=own_units(user))))


def enrolment_for(user: User, pk: int) -> Enrolment:
    """One unit's part in a cycle if the person may read its sheet; raises Http404 otherwise."""
    enrolment = _enrolments().filter(pk=pk).first()
    if enrolment is None or not policies.may_read_sheet(user, enrolment):
        raise Http404
    return enrolment


def helped_enrolments(user: User) -> QuerySet[Enrolment]:
    """The parts in cycles of the units in which the person is a colleague, ready for `schedule()`."""
    units = units_selectors.units_helped_by(user)
    return _enrolments().filter(unit_id__in=units.values("pk"))


def assignments_of(user: User, cycle: Cycle) -> list[Assignment]:
    """What the person is to judge in the cycle."""
    return list(Assignment.objects.filter(cycle=cycle, user=user).select_related("unit"))


def assigned_among(user: User, enrolments: Iterable[Enrolment]) -> set[int]:
    """Keys of those units' parts, in whatever cycles, that the person is to judge; agrees with `policies.assigned`."""
    open_to = [
        row for row in enrolments
        if policies.reviews(user, row.cycle) and not units_policies.belongs_to(user, row.unit)
    ]  # fmt: skip
    if not open_to:
        return set()
    held = Assignment.objects.filter(user=user, cycle__in={row.cycle_id for row in open_to})
    return {row.pk for row in open_to for one in held if policies.covers(one, row)}


def assignments_in(cycle: Cycle) -> list[Assignment]:
    """All assignments of a cycle, person by person."""
    return list(
        Assignment.objects.filter(cycle=cycle)
        .select_related("user", "unit")
        .prefetch_related("user__memberships__unit")
        .order_by("user__sort_key", "user__username", "series_code", "category_code", "pk")
    )


def reviewers_in(cycle: Cycle) -> list[User]:
    """Everybody who holds the reviewer's grant on the cycle, by name."""
    return _holders(cycle, policies.REVIEW)


def leaders_in(cycle: Cycle) -> list[User]:
    """The leading group of the cycle by name, with the units its members act for read along."""
    return _holders(cycle, policies.LEAD)


def _holders(cycle: Cycle, codename: str) -> list[User]:
    rows = CycleUserObjectPermission.objects.filter(content_object=cycle, permission__codename=codename)
    found = rows.select_related("user").prefetch_related("user__memberships__unit")
    return sorted({row.user for row in found}, key=lambda user: (user.sort_key, user.username))


def unit_counts(cycles: list[Cycle]) -> dict[int, int]:
    """How many units each cycle has; one query."""
    rows = Enrolment.objects.filter(cycle__in=cycles).order_by().values("cycle_id").annotate(count=Count("pk"))
    return {row["cycle_id"]: row["count"] for row in rows}


def free_cycle_code(rubric: Rubric) -> str:
    """A code for a new cycle of the rubric that no other cycle has: its own, else with year and number."""
    taken = set(Cycle.objects.filter(code__startswith=rubric.code).values_list("code", flat=True))
    wanted = [rubric.code, f"{rubric.code}-{rubric.year}"]
    wanted += [f"{rubric.code}-{rubric.year}-{number}" for number in range(2, len(taken) + 3)]
    return next(code for code in wanted if code not in taken)


def phases_of(cycle: Cycle) -> list[CyclePhase]:
    """The phases of a cycle in the rubric's order."""
    return list(cycle.phases.all())


def schedule_of(target: Cycle | Enrolment) -> Schedule:
    """The dates that hold, for a cycle or for one unit in it."""
    return target.schedule()


def records_version_of(cycle: Cycle) -> int:
    """Grows with every change that counts anywhere in the cycle: its own number and those of all its units."""
    rows = Enrolment.objects.filter(cycle=cycle).aggregate(total=Sum("records_version"))
    own = Cycle.objects.filter(pk=cycle.pk).values_list("records_version", flat=True).get()
    return int(own) + int(rows["total"] or 0)


def rubric_in_force(cycle_pk: int) -> int:
    """The key of the rubric that a cycle runs now: it can change to another version while a request is on its way."""
    return Cycle.objects.values_list("rubric_id", flat=True).get(pk=cycle_pk)


def provider_units_in(cycle: Cycle) -> dict[str, list[ProviderUnit]]:
    """For each provider code the rows that tie it to units."""
    found: dict[str, list[ProviderUnit]] = defaultdict(list)
    for row in ProviderUnit.objects.filter(cycle=cycle).select_related("unit"):
        found[row.provider_code].append(row)
    return dict(found)


def provider_codes_of(user: User, cycle: Cycle) -> set[str]:
    """The provider codes whose facts the person records in this cycle."""
    units = user.memberships.filter(until=None, role="provider").values("unit_id")
    return set(ProviderUnit.objects.filter(cycle=cycle, unit_id__in=units).values_list("provider_code", flat=True))
