"""Starting a cycle from a published rubric."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone

from rubrics import policies
from rubrics.lifecycle import PHASES, Phase
from rubrics.models import Cycle, CyclePhase, ProviderUnit, Rubric
from rubrics.selectors.definitions import definition_of
from rubrics.services.common import Refused, demand, scope_of
from rubrics.services.enrolments import Participant, enrol
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
