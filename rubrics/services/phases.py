"""The dates of a cycle: moved, closed early, opened again by hand; and more time for one unit. Always with a reason."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils import timezone

from appraisal_site.toolkit.models import compare_and_set
from rubrics import policies
from rubrics.models import Cycle, CyclePhase, Enrolment
from rubrics.services.common import Refused, demand, scope_of, unit_scope_of
from units import selectors as units_selectors
from units import services as units_services
from units.services import journal

if TYPE_CHECKING:
    from units.models import User


@transaction.atomic
def change_phase(
    *,
    actor: User | None,
    cycle: Cycle,
    code: str,
    version: int,
    opens_at: datetime,
    closes_at: datetime,
    reason: str,
) -> CyclePhase:
    """Move the planned dates of a phase. `version` is the cycle's; an end by hand before the new end is lifted."""
    phase = _phase(actor, cycle, code, reason)
    if closes_at <= opens_at:
        raise Refused("dates")
    closed = phase.closed_early_at
    lifted = None if closed is not None and closes_at > phase.closes_at else closed
    changes = {"opens_at": opens_at, "closes_at": closes_at, "closed_early_at": lifted}
    return _write(actor, cycle, phase, version, "phase.changed", reason, changes)


@transaction.atomic
def close_phase(
    *, actor: User | None, cycle: Cycle, code: str, version: int, reason: str, now: datetime | None = None
) -> CyclePhase:
    """End an open phase at once. Refused("not_open") for one that is over or has not begun."""
    phase = _phase(actor, cycle, code, reason)
    now = now or timezone.now()
    if not phase.interval().is_open(now):
        raise Refused("not_open")
    return _write(actor, cycle, phase, version, "phase.closed", reason, {"closed_early_at": now})


@transaction.atomic
def reopen_phase(
    *,
    actor: User | None,
    cycle: Cycle,
    code: str,
    version: int,
    closes_at: datetime,
    reason: str,
    now: datetime | None = None,
) -> CyclePhase:
    """Open a phase that is over once more, until `closes_at`. Refused("dates") where that is not ahead."""
    phase = _phase(actor, cycle, code, reason)
    now = now or timezone.now()
    if phase.interval().closes_at > now:
        raise Refused("not_over")
    if closes_at <= max(now, phase.opens_at):
        raise Refused("dates")
    changes = {"closes_at": closes_at, "closed_early_at": None}
    return _write(actor, cycle, phase, version, "phase.reopened", reason, changes)


@transaction.atomic
def extend_enrolment(
    *, actor: User | None, enrolment: Enrolment, version: int, code: str, until: datetime | None, reason: str
) -> Enrolment:
    """Give one unit longer for a phase than the others (or, with None, no longer); its people are told why."""
    cycle = enrolment.cycle
    phase = _phase(actor, cycle, code, reason)
    if until is not None and until <= phase.interval().closes_at:
        raise Refused("dates")
    before = dict(enrolment.extensions)
    extensions = {key: value for key, value in before.items() if key != code}
    reasons = {key: value for key, value in enrolment.extension_reasons.items() if key != code}
    if until is not None:
        extensions[code], reasons[code] = until.isoformat(), reason.strip()
    compare_and_set(enrolment, version=version, extensions=extensions, extension_reasons=reasons)
    journal.append(
        actor=actor,
        scope=unit_scope_of(enrolment),
        verb="extension.given" if until else "extension.taken",
        obj=enrolment,
        before={"phase": code, "until": before.get(code)},
        after={"phase": code, "until": extensions.get(code), "reason": reason},
    )
    if until is not None or code in before:
        _tell(enrolment, code, until, phase.interval().closes_at, reason)
    return enrolment


def _phase(actor: User | None, cycle: Cycle, code: str, reason: str) -> CyclePhase:
    demand(actor, policies.may_schedule(actor, cycle) if actor else True)
    if cycle.sealed:
        raise Refused("sealed")
    if not reason.strip():
        raise Refused("reason")
    phase = CyclePhase.objects.filter(cycle=cycle, code=code).first()
    if phase is None:
        raise Refused("no_phase")
    return phase


def _write(
    actor: User | None, cycle: Cycle, phase: CyclePhase, version: int, verb: str, reason: str, changes: dict[str, Any]
) -> CyclePhase:
    """The cycle's version guards its dates as a whole: two people who move them at once are told."""
    before = _said(phase)
    for name, value in changes.items():
        setattr(phase, name, value)
    others = list(CyclePhase.objects.filter(cycle=cycle).exclude(pk=phase.pk))
    starts = min(row.opens_at for row in [phase, *others])
    ends = max(row.closes_at for row in [phase, *others])
    compare_and_set(cycle, version=version, starts_on=timezone.localdate(starts), ends_on=timezone.localdate(ends))
    phase.save(update_fields=list(changes))
    journal.append(
        actor=actor,
        scope=scope_of(cycle),
        verb=verb,
        obj=cycle,
        before=before,
        after={**_said(phase), "reason": reason},
    )
    return phase


def _said(phase: CyclePhase) -> dict[str, Any]:
    return {
        "phase": phase.code,
        "opens_at": phase.opens_at,
        "closes_at": phase.closes_at,
        "closed_early_at": phase.closed_early_at,
    }


def _tell(enrolment: Enrolment, code: str, until: datetime | None, usual: datetime, reason: str) -> None:
    """Tell the unit until when its time runs now: its own end, or the usual one again."""
    end = timezone.localtime(until or usual).strftime("%Y-%m-%d %H:%M")
    units_services.notify(
        users=units_selectors.people_of_units([enrolment.unit_id], "clerk", "head"),
        text_code="phase.extended" if until else "phase.extension_taken",
        params={"cycle": enrolment.cycle.title, "phase": code, "until": end, "reason": reason},
        url="/",
    )
