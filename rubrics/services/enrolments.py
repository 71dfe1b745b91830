"""The units of a cycle: let in with the list that starts it or later, and what the cycle says of each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.db import transaction

from appraisal_site.toolkit.models import compare_and_set
from rubrics import policies
from rubrics.checks import full_marks
from rubrics.kinds.numbers import plain
from rubrics.models import Cycle, Enrolment, Rubric
from rubrics.selectors.cycles import enrolments_in
from rubrics.selectors.definitions import definition_of
from rubrics.services.common import Refused, demand, scope_of, unit_scope_of
from rubrics.services.records import touch_cycle, touch_records
from units import selectors as units_selectors
from units import services as units_services
from units.services import journal

if TYPE_CHECKING:
    from rubrics.definition import Definition
    from units.models import Unit, User


@dataclass(frozen=True)
class Participant:
    """One unit as a facts file describes it besides its facts; a unit that does not exist yet is made from `title`."""

    code: str
    series: str
    title: str = ""
    short_title: str = ""
    level: str = ""
    tags: Sequence[str] = ()
    member_of: str = ""
    holds: Sequence[Mapping[str, Any]] = ()
    targets: Mapping[str, Any] = field(default_factory=dict)
    not_applicable: Sequence[str] = ()


@transaction.atomic
def enrol_units(*, actor: User | None, cycle: Cycle, participants: Sequence[Participant]) -> list[Enrolment]:
    """Let more units take part in a running cycle. Every unit's stored result becomes stale: cohorts have grown.

    Refused("no_units" | "sealed" | "units"); `problems` then lists what is wrong with which unit.
    """
    demand(actor, policies.may_enrol(actor, cycle) if actor else True)
    if cycle.sealed:
        raise Refused("sealed")
    if not participants:
        raise Refused("no_units")
    made = enrol(actor, cycle, participants)
    touch_cycle(cycle)
    journal.append(
        actor=actor,
        scope=scope_of(cycle),
        verb="units.enrolled",
        obj=cycle,
        after={"count": len(made), "units": [participant.code for participant in participants]},
    )
    return made


CHANGEABLE = ("series_code", "tags", "holds", "targets", "not_applicable", "member_of")


@transaction.atomic
def change_enrolment(
    *, actor: User | None, enrolment: Enrolment, version: int, reason: str, **changes: Any
) -> Enrolment:
    """Change what the cycle says of a unit: series, tags, grades held, targets, what is not its duty, whose member.

    Every stored result of the cycle becomes stale, since cohorts shift; the unit's people are told. Refused("sealed" |
    "reason" | "same" | "member_of" | "units"), the last with `problems`; Conflict where the version is not the present.
    """
    demand(actor, policies.may_enrol(actor, enrolment.cycle) if actor else True)
    unknown = set(changes) - set(CHANGEABLE)
    if unknown:
        raise ValueError(f"an enrolment's {', '.join(sorted(unknown))} cannot be changed")
    if enrolment.cycle.sealed:
        raise Refused("sealed")
    if not reason.strip():
        raise Refused("reason")
    before = {name: _said(getattr(enrolment, name)) for name in changes}
    after = {name: _said(value) for name, value in changes.items()}
    _check_head(enrolment, changes.get("member_of"))
    compare_and_set(enrolment, version=version, **changes)
    if before == after:
        raise Refused("same")
    problems = _problems_of(definition_of(enrolment.cycle.rubric), [_participant_of(enrolment)])
    if problems:
        raise Refused("units", problems)
    touch_records(enrolment)
    touch_cycle(enrolment.cycle)
    journal.append(
        actor=actor,
        scope=unit_scope_of(enrolment),
        verb="enrolment.changed",
        obj=enrolment,
        before=before,
        after={**after, "reason": reason},
    )
    units_services.notify(
        users=units_selectors.people_of_units([enrolment.unit_id], "clerk", "head"),
        text_code="enrolment.changed",
        params={"reason": reason},
        url="/",
    )
    return enrolment


def _check_head(enrolment: Enrolment, head: Enrolment | None) -> None:
    """A unit is a member of another unit of its cycle, and never of one that is, however far up, a member of it."""
    if head is None:
        return
    above = {row.unit.code: row.member_of.unit.code for row in enrolments_in(enrolment.cycle) if row.member_of}
    above[enrolment.unit.code] = head.unit.code
    if head.cycle_id != enrolment.cycle_id or _in_circle(enrolment.unit.code, above):
        raise Refused("member_of")


def _in_circle(code: str, above: Mapping[str, str]) -> bool:
    """Whether the way up from a unit, whose member it is and so on, leads back to it."""
    seen: set[str] = set()
    here = above.get(code)
    while here is not None and here not in seen:
        if here == code:
            return True
        seen.add(here)
        here = above.get(here)
    return False


def _said(value: Any) -> Any:
    return value.unit.code if isinstance(value, Enrolment) else value


def _problems_of(definition: Definition, participants: Sequence[Participant]) -> list[tuple[str, str, str]]:
    """(unit code, what is wrong, the value) for what the rubric does not know."""
    series = {entry.code for entry in definition.series}
    nodes = set(definition.nodes)
    found: list[tuple[str, str, str]] = []
    for participant in participants:
        if participant.series not in series:
            found.append((participant.code, "series", participant.series))
            continue
        found += [
            (participant.code, "not_applicable", code) for code in participant.not_applicable if code not in nodes
        ]
        found += [(participant.code, "targets", code) for code in participant.targets if code not in definition.items]
        reached = full_marks(definition, series=participant.series, tags=participant.tags, unit=participant.code)
        total = definition.total_of(participant.series)
        if reached < total:
            found.append((participant.code, "marks", f"{plain(reached)} / {plain(total)}"))
    return found


def _participant_of(enrolment: Enrolment) -> Participant:
    return Participant(
        code=enrolment.unit.code,
        series=enrolment.series_code,
        tags=enrolment.tags,
        targets=enrolment.targets,
        not_applicable=enrolment.not_applicable,
    )


def enrol(actor: User | None, cycle: Cycle, participants: Sequence[Participant]) -> list[Enrolment]:
    _refuse_bad(cycle, participants)
    units = _units_for(actor, participants)
    Enrolment.objects.bulk_create(
        Enrolment(
            cycle=cycle,
            unit=units[participant.code],
            series_code=participant.series,
            tags=list(participant.tags),
            holds=[dict(held) for held in participant.holds],
            targets=dict(participant.targets),
            not_applicable=list(participant.not_applicable),
        )
        for participant in participants
    )
    by_code = {row.unit.code: row for row in enrolments_in(cycle)}
    members = [participant for participant in participants if participant.member_of]
    for participant in members:
        by_code[participant.code].member_of = by_code[participant.member_of]
    Enrolment.objects.bulk_update([by_code[participant.code] for participant in members], ["member_of"])
    return [by_code[participant.code] for participant in participants]


def unit_problems(
    rubric: Rubric, participants: Sequence[Participant], there: Iterable[str] = ()
) -> list[tuple[str, str, str]]:
    """Everything that keeps these units from taking part, as (unit code, what is wrong, the value); `there` take
    part already.
    """
    codes = [participant.code for participant in participants]
    known = {*there, *codes}
    above = {participant.code: participant.member_of for participant in participants if participant.member_of}
    problems = _problems_of(definition_of(rubric), participants)
    doubled = {code for code in codes if codes.count(code) > 1 or code in set(there)}
    problems += [(code, "twice", code) for code in sorted(doubled)]
    problems += [
        (participant.code, "member_of", participant.member_of)
        for participant in participants
        if participant.member_of and (participant.member_of not in known or _in_circle(participant.code, above))
    ]
    found = units_selectors.units_by_code(codes)
    problems += [(new.code, "title", "") for new in participants if new.code not in found and not new.title]
    return problems


def _refuse_bad(cycle: Cycle, participants: Sequence[Participant]) -> None:
    there = Enrolment.objects.filter(cycle=cycle).values_list("unit__code", flat=True)
    problems = unit_problems(cycle.rubric, participants, set(there))
    if problems:
        raise Refused("units", problems)


def _units_for(actor: User | None, participants: Sequence[Participant]) -> dict[str, Unit]:
    """The units by code; those that do not exist are made first, in one import."""
    codes = [participant.code for participant in participants]
    found = units_selectors.units_by_code(codes)
    missing = [participant for participant in participants if participant.code not in found]
    if missing:
        records = [
            {"code": new.code, "title": new.title, "short_title": new.short_title, "level": new.level}
            for new in missing
        ]
        units_services.save_units(actor=actor, units=records, source="cycle")
        found = units_selectors.units_by_code(codes)
    return found
