"""Another version of the rubric for a running cycle: decisions under changed rules go back to the reviewers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import F, Max
from django.urls import reverse
from django.utils import timezone

from evidence.models import Fact, Ruling
from evidence.selectors.impact import Effect, Impact, impact_of
from evidence.services import common
from evidence.services.common import Refused
from rubrics import selectors as rubrics_selectors
from rubrics import services as rubrics_services
from units import selectors as units_selectors
from units import services as units_services
from units.services import journal

if TYPE_CHECKING:
    from rubrics.models import Cycle, Rubric
    from units.models import User

BATCH = 500


@dataclass(frozen=True)
class Adopted:
    """What was done: units concerned, decisions reopened, facts to put right, facts that no longer count."""

    units: int
    reopened: int
    misfits: int
    gone: int


def adopt_rubric(
    *, actor: User | None, cycle: Cycle, rubric: Rubric, version: int, reason: str, expected: str
) -> Adopted:
    """Move a running cycle to a later edition of its rubric.

    ``version`` is the cycle's and ``expected`` the ``seal`` of the impact that the person confirmed: where records
    changed meanwhile nothing is done (Refused ``changed``). Sheets keep their states. Decisions on facts under changed
    clauses are followed by one that reopens them; facts that do not fit are marked and count no more; the numbers of
    all units' records are raised. One transaction, one journal row for the cycle and for each unit concerned. Raises
    Refused (of either room), Conflict.
    """
    before = cycle.rubric
    done: list[Impact] = []

    def put_right() -> dict[str, Any]:
        impact = impact_of(cycle, before, rubric)
        if impact.seal != expected:
            raise Refused("changed")
        done.append(impact)
        _reopen(actor, impact.reopened, rubric, reason.strip())
        _mark(impact.effects)
        return _numbers(impact)

    with transaction.atomic():
        rubrics_services.give_rubric(
            actor=actor, cycle=cycle, rubric=rubric, version=version, reason=reason, meanwhile=put_right
        )
        impact = done[0]
        _note_units(actor, impact, rubric, reason.strip())
        _tell(cycle, impact, rubric, reason.strip())
    return Adopted(**_numbers(impact))


def _numbers(impact: Impact) -> dict[str, int]:
    return {
        "units": sum(unit.concerned for unit in impact.units),
        "reopened": len(impact.reopened),
        "misfits": len(impact.misfits),
        "gone": len(impact.gone),
    }


def _reopen(actor: User | None, effects: Sequence[Effect], rubric: Rubric, reason: str) -> None:
    """One more ruling on each fact; the fact's version rises with it, as with every decision."""
    now = timezone.now()
    for part in _batches(effects):
        keys = [effect.row.pk for effect in part]
        last = dict(Ruling.objects.filter(fact__in=keys).order_by().values_list("fact").annotate(last=Max("number")))
        Ruling.objects.bulk_create(
            Ruling(
                fact_id=effect.row.pk,
                number=last[effect.row.pk] + 1,
                fact_version=effect.row.version + 1,
                verdict=Ruling.Verdict.REOPENED,
                reason=reason,
                decided_by=actor,
                decided_at=now,
            )
            for effect in part
        )


def _mark(effects: Iterable[Effect]) -> None:
    """Say of each fact whether it fits, and raise the version of all that are still to be judged.

    Whoever has one of them before them then learns that it changed, instead of deciding by the rule of before. What
    counts no more keeps its decision: should its clause come back, that is reopened.
    """
    found: dict[str, list[int]] = defaultdict(list)
    for effect in effects:
        found[effect.misfit].append(effect.row.pk)
    now = timezone.now()
    for misfit, keys in found.items():
        for part in _batches(keys):
            raised = {"version": F("version") + 1} if misfit in ("", Fact.Misfit.SAID) else {}
            Fact.objects.filter(pk__in=part).update(misfit=misfit, updated_at=now, **raised)


def _note_units(actor: User | None, impact: Impact, rubric: Rubric, reason: str) -> None:
    """A row for each unit concerned, in the order of the chains' names."""
    concerned = [unit for unit in impact.units if unit.concerned]
    for unit in sorted(concerned, key=lambda unit: common.scope_of(unit.enrolment)):
        journal.append(
            actor=actor,
            scope=common.scope_of(unit.enrolment),
            verb="unit.rubric_changed",
            obj=unit.enrolment,
            after={
                "edition": rubric.edition,
                "fingerprint": rubric.fingerprint,
                "reason": reason,
                "lost": list(unit.lost),
                "gained": list(unit.gained),
                "facts": unit.facts,
                "reopened": unit.reopened,
                "misfits": unit.misfits,
                "gone": unit.gone,
            },
        )


def _tell(cycle: Cycle, impact: Impact, rubric: Rubric, reason: str) -> None:
    """Reviewers learn what came back, the people of each unit concerned that their sheet stands under other rules."""
    said = {"cycle": cycle.title, "edition": rubric.edition, "reason": reason, "reopened": len(impact.reopened)}
    units_services.notify(
        users=rubrics_selectors.reviewers_in(cycle),
        text_code="rubric.changed_for_review",
        params=said,
        url=reverse("evidence:review_list", args=[cycle.pk]),
    )
    for unit in impact.units:
        if unit.concerned:
            units_services.notify(
                users=units_selectors.people_of_units([unit.enrolment.unit_id], "clerk", "head"),
                text_code="rubric.changed",
                params=said,
                url=reverse("evidence:sheet", args=[unit.enrolment.pk]),
            )


def _batches(entries: Sequence[Any]) -> Iterator[Sequence[Any]]:
    for start in range(0, len(entries), BATCH):
        yield entries[start : start + BATCH]
