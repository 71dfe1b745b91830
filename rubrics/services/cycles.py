"""Starting a cycle from a published rubric, and giving a running one another version of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from appraisal_site.toolkit.models import compare_and_set
from rubrics import policies
from rubrics.lifecycle import PHASES, Phase
from rubrics.models import Cycle, CyclePhase, Enrolment, ProviderUnit, Rubric
from rubrics.selectors.definitions import definition_of
from rubrics.services.common import Refused, demand, scope_of
from rubrics.services.enrolments import Participant, enrol
from rubrics.services.records import touch_cycle, touch_many
from units import selectors as units_selectors
from units.services import journal

if TYPE_CHECKING:
    from units.models import User


PhaseDates = Phase
"""One phase as the moments between which it is open: `PhaseDates(code, opens_at, closes_at)`."""


@transaction.atomic
def start_cycle(
    *,
    actor: User | None,
    rubric: Rubric,
    title: str,
    phases: Sequence[PhaseDates],
    participants: Sequence[Participant],
    code: str = "",
    year: int | None = None,
    provider_units: Mapping[str, Iterable[str]] | None = None,
    head_may_delegate_submit: bool = True,
) -> Cycle:
    """Begin a cycle of a published rubric with phases, units, and the units (by code) behind its provider codes.

    Refused("not_published" | "phases" | "units" | "code") where it cannot begin; `problems` then lists what is wrong.
    """
    demand(actor, policies.may_start_cycle(actor) if actor else True)
    if rubric.state != Rubric.State.PUBLISHED:
        raise Refused("not_published")
    _check_phases(phases)
    code = code or rubric.code
    if Cycle.objects.filter(code=code).exists():
        raise Refused("code", code=code)
    cycle = Cycle.objects.create(
        code=code,
        rubric=rubric,
        title=title,
        year=year or rubric.year,
        starts_on=timezone.localdate(min(phase.opens_at for phase in phases)),
        ends_on=timezone.localdate(max(phase.closes_at for phase in phases)),
        head_may_delegate_submit=head_may_delegate_submit,
    )
    CyclePhase.objects.bulk_create(
        CyclePhase(cycle=cycle, position=place, code=phase.code, opens_at=phase.opens_at, closes_at=phase.closes_at)
        for place, phase in enumerate(phases)
    )
    enrol(actor, cycle, participants)
    _tie(cycle, provider_units or {})
    journal.append(
        actor=actor,
        scope=scope_of(cycle),
        verb="cycle.started",
        obj=cycle,
        after={
            "rubric": rubric.code,
            "fingerprint": rubric.fingerprint,
            "units": len(participants),
            "phases": {phase.code: [phase.opens_at, phase.closes_at] for phase in phases},
            "providers": {key: list(codes) for key, codes in (provider_units or {}).items()},
        },
    )
    return cycle


@transaction.atomic
def give_rubric(
    *,
    actor: User | None,
    cycle: Cycle,
    rubric: Rubric,
    version: int,
    reason: str,
    meanwhile: Callable[[], Mapping[str, Any]] = dict,
) -> Cycle:
    """Give a running cycle a later edition of its rubric; `version` is that of the cycle the person had before them.

    `meanwhile` puts the records of the room above right, in the same transaction and while every unit's writers wait;
    what it returns goes into the journal. Refused("sealed" | "reason" | "not_newer" | "series_gone"), Conflict.
    """
    if cycle.sealed:
        raise Refused("sealed")
    demand(actor, policies.may_change_rubric(actor, cycle) if actor else True)
    if not reason.strip():
        raise Refused("reason")
    before = cycle.rubric
    _check_newer(before, rubric)
    gone = series_gone(cycle, rubric)
    if gone:
        raise Refused("series_gone", gone, series=_(", ").join(gone))
    compare_and_set(cycle, version=version, rubric=rubric)
    touch_cycle(cycle)
    touch_many(Enrolment.objects.filter(cycle=cycle))
    told = meanwhile()
    journal.append(
        actor=actor,
        scope=scope_of(cycle),
        verb="cycle.rubric_changed",
        obj=cycle,
        before={"edition": before.edition, "fingerprint": before.fingerprint},
        after={"edition": rubric.edition, "fingerprint": rubric.fingerprint, "reason": reason.strip(), **told},
    )
    return cycle


def series_gone(cycle: Cycle, rubric: Rubric) -> list[str]:
    """Series that units of the cycle belong to and the other rubric does not have."""
    known = {series.code for series in definition_of(rubric).series}
    held = Enrolment.objects.filter(cycle=cycle).order_by().values_list("series_code", flat=True).distinct()
    return sorted(code for code in held if code and code not in known)


def _check_newer(before: Rubric, rubric: Rubric) -> None:
    same = (rubric.code, rubric.year) == (before.code, before.year)
    if not same or rubric.edition <= before.edition or rubric.state != Rubric.State.PUBLISHED:
        raise Refused("not_newer")


def _check_phases(phases: Sequence[PhaseDates]) -> None:
    codes = [phase.code for phase in phases]
    wrong = [code for code in codes if code not in PHASES or codes.count(code) > 1]
    wrong += [phase.code for phase in phases if phase.closes_at <= phase.opens_at]
    if wrong or not phases:
        raise Refused("phases", sorted(set(wrong)))


def _tie(cycle: Cycle, provider_units: Mapping[str, Iterable[str]]) -> None:
    """Rows for the units behind the rubric's provider codes; unknown codes of either kind are refused."""
    wanted = [(provider, code) for provider, codes in provider_units.items() for code in codes]
    known = {provider.code for provider in definition_of(cycle.rubric).providers}
    units = units_selectors.units_by_code([code for _, code in wanted])
    problems = [(code, "provider", provider) for provider, code in wanted if provider not in known]
    problems += [(code, "provider_unit", provider) for provider, code in wanted if code not in units]
    if problems:
        raise Refused("units", problems)
    ProviderUnit.objects.bulk_create(
        ProviderUnit(cycle=cycle, provider_code=provider, unit=units[code]) for provider, code in wanted
    )
