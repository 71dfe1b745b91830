"""Where a fact came from and what became of it: who recorded it, its proof, the decision that stands."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from evidence.models import Fact, FactAttachment, Ruling

if TYPE_CHECKING:
    from rubrics.models import Enrolment

REOPENED = Ruling.Verdict.REOPENED


@dataclass(frozen=True)
class Proof:
    """A file that proves a fact."""

    pk: int
    name: str


@dataclass(frozen=True)
class Trace:
    """The course of one fact; `verdict` is empty where nobody has decided about it as it stands."""

    origin: str
    recorded_by: str
    note: str
    proofs: tuple[Proof, ...] = ()
    verdict: str = ""
    verdict_words: str = ""
    decided_by: str = ""
    decided_at: datetime | None = None
    reason: str = ""


def traces_of(enrolment: Enrolment) -> dict[str, Trace]:
    """The course of every fact of a unit that is on record or in draft, by the id that lines give it; three queries."""
    facts = Fact.objects.filter(enrolment=enrolment).exclude(state=Fact.State.WITHDRAWN).select_related("created_by")
    proofs = _proofs(enrolment)
    rulings = _rulings(enrolment)
    found = {}
    for fact in facts:
        ruling = rulings.get(fact.pk)
        stands = ruling is not None and ruling.fact_version == fact.version and ruling.verdict != REOPENED
        found[str(fact.pk)] = Trace(
            origin=fact.origin,
            recorded_by=str(fact.created_by or ""),
            note=fact.note,
            proofs=tuple(proofs[fact.pk]),
            verdict=ruling.verdict if stands else "",
            verdict_words=str(ruling.get_verdict_display()) if stands else "",
            decided_by=str(ruling.decided_by or "") if stands else "",
            decided_at=ruling.decided_at if stands else None,
            reason=ruling.reason if stands else "",
        )
    return found


def _proofs(enrolment: Enrolment) -> dict[int, list[Proof]]:
    found: dict[int, list[Proof]] = defaultdict(list)
    rows = FactAttachment.objects.filter(fact__enrolment=enrolment).order_by("pk")
    for fact, pk, name in rows.values_list("fact_id", "attachment_id", "attachment__name"):
        found[fact].append(Proof(pk, name))
    return found


def _rulings(enrolment: Enrolment) -> dict[int, Ruling]:
    """The last ruling of each fact."""
    rows = Ruling.objects.filter(fact__enrolment=enrolment).order_by("fact_id", "number").select_related("decided_by")
    return {ruling.fact_id: ruling for ruling in rows}
