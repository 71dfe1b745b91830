"""A unit's own targets become part of what the cycle says of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone

from appraisal_site.toolkit.models import compare_and_set
from rubrics import policies
from rubrics.models import Enrolment
from rubrics.selectors.definitions import definition_of
from rubrics.services.common import Refused, demand, unit_scope_of
from rubrics.services.records import touch_records
from units.services import journal

if TYPE_CHECKING:
    from units.models import User


@transaction.atomic
def agree_targets(
    *, actor: User | None, enrolment: Enrolment, item_code: str, targets: Sequence[Mapping[str, str]]
) -> Enrolment:
    """Put the agreed targets of one item on file, once and for the year. The caller has checked that they add up.

    Refused("sealed" | "targets" | "targets_frozen"), the last where targets are on file already; Conflict where what
    the cycle says of the unit was changed meanwhile.
    """
    demand(actor, policies.may_approve_targets(actor, enrolment.cycle, timezone.now()) if actor else True)
    if enrolment.cycle.sealed:
        raise Refused("sealed")
    if item_code not in definition_of(enrolment.cycle.rubric).items:
        raise Refused("targets")
    touch_records(enrolment)  # first: whoever agrees to other targets of the unit waits here
    enrolment.refresh_from_db(fields=["targets", "version"])
    if enrolment.targets.get(item_code):
        raise Refused("targets_frozen")
    rows = [dict(target) for target in targets]
    compare_and_set(enrolment, version=enrolment.version, targets={**enrolment.targets, item_code: rows})
    journal.append(
        actor=actor,
        scope=unit_scope_of(enrolment),
        verb="targets.agreed",
        obj=enrolment,
        before={"targets": None},
        after={"item": item_code, "targets": rows},
    )
    return enrolment
