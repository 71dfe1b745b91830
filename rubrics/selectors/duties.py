"""Who judges what in a cycle, where nobody does, and which units stand behind the rubric's providers."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from rubrics.models import Assignment, Enrolment, ProviderUnit
from rubrics.policies import covers

if TYPE_CHECKING:
    from rubrics.definition import Definition
    from units.models import User


@dataclass(frozen=True)
class Coverage:
    """A top category × series: how many of its units have a reviewer."""

    series: str
    category: str
    covered: int
    units: int
    missing: tuple[str, ...]


def coverage(definition: Definition, enrolments: list[Enrolment], assignments: list[Assignment]) -> list[Coverage]:
    """For every series and top category, how many units somebody judges who does not act for them; worst first."""
    own = _own_units(assignments)
    series = {entry.code: entry.title or entry.code for entry in definition.series}
    found = []
    for category in definition.categories:
        for code, title in series.items():
            units = [
                unit
                for unit in enrolments
                if unit.series_code == code
                and category.applies_to.covers(series=code, tags=frozenset(unit.tags), unit=unit.unit.code)
            ]
            missing = [unit.unit.label for unit in units if not _judged(unit, category.code, assignments, own)]
            if units:
                found.append(
                    Coverage(
                        title, category.title or category.code, len(units) - len(missing), len(units), tuple(missing)
                    )
                )
    return sorted(found, key=lambda row: row.covered - row.units)


def _own_units(assignments: list[Assignment]) -> set[tuple[int, int]]:
    """(person, unit) for everybody who is assigned something and acts for a unit; read along by `assignments_in`."""
    return {
        (assignment.user_id, membership.unit_id)
        for assignment in assignments
        for membership in assignment.user.memberships.all()
        if membership.until is None
    }


def _judged(unit: Enrolment, category: str, assignments: list[Assignment], own: set[tuple[int, int]]) -> bool:
    return any(
        covers(assignment, unit, category) and (assignment.user_id, unit.unit_id) not in own
        for assignment in assignments
    )


@dataclass(frozen=True)
class PartLine:
    """One part of the cycle that a person judges."""

    pk: int
    series: str
    category: str
    unit: str


@dataclass(frozen=True)
class PersonLine:
    """A reviewer with their parts and the units they are recused from."""

    name: str
    parts: tuple[PartLine, ...]
    recused: str


def people_lines(definition: Definition, assignments: list[Assignment]) -> list[PersonLine]:
    series = {entry.code: entry.title or entry.code for entry in definition.series}
    categories = {entry.code: entry.title or entry.code for entry in definition.categories}
    by_person: dict[int, list[Assignment]] = defaultdict(list)
    for assignment in assignments:
        by_person[assignment.user_id].append(assignment)
    lines = []
    for rows in by_person.values():
        parts = tuple(
            PartLine(
                row.pk,
                series.get(row.series_code, row.series_code) or _("All series"),
                categories.get(row.category_code, row.category_code) or _("All categories"),
                row.unit.label if row.unit else _("All units"),
            )
            for row in rows
        )
        own = [membership.unit.label for membership in rows[0].user.memberships.all() if membership.until is None]
        lines.append(PersonLine(str(rows[0].user), parts, ", ".join(dict.fromkeys(own))))
    return lines


@dataclass(frozen=True)
class LeaderLine:
    """A member of the leading group, with the units of the cycle they act for."""

    pk: int
    name: str
    active: bool
    units: str


def leader_lines(leaders: list[User], enrolments: list[Enrolment]) -> list[LeaderLine]:
    labels = {enrolment.unit_id: enrolment.unit.label for enrolment in enrolments}
    return [
        LeaderLine(
            person.pk,
            str(person),
            person.is_active,
            ", ".join(
                dict.fromkeys(
                    labels[each.unit_id]
                    for each in person.memberships.all()
                    if each.until is None and each.unit_id in labels
                )
            ),
        )
        for person in leaders
    ]


@dataclass(frozen=True)
class ProviderLine:
    """A provider of the rubric with the units behind it, as (row, title)."""

    code: str
    title: str
    units: tuple[tuple[int, str], ...]


def provider_lines(definition: Definition, tied: dict[str, list[ProviderUnit]]) -> list[ProviderLine]:
    return [
        ProviderLine(
            provider.code,
            provider.title or provider.code,
            tuple((row.pk, row.unit.label) for row in tied.get(provider.code, [])),
        )
        for provider in definition.providers
    ]
