"""What a provider may record, and what was recorded under its clauses."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.utils import formats

from evidence import explain, outline
from evidence.models import Fact
from rubrics import selectors as rubrics_selectors

if TYPE_CHECKING:
    from rubrics.definition import Definition
    from rubrics.models import Cycle, Enrolment
    from units.models import User


@dataclass(frozen=True)
class Choice:
    code: str
    ref: str
    text: str


@dataclass(frozen=True)
class ItemChoices:
    title: str
    clauses: list[Choice]


@dataclass(frozen=True)
class LedgerRow:
    """One fact as the ledger lists it: what happened, never what it is worth in the unit's total."""

    pk: int
    version: int
    unit: str
    ref: str
    text: str
    said: str
    extras: str
    date: str
    by: str
    at: datetime
    mine: bool


def clauses_of_providers(definition: Definition, codes: set[str]) -> dict[str, Any]:
    """The clauses whose facts one of these providers supplies, in any series, by full code."""
    series = [one.code for one in definition.series] or [None]
    return {
        code: clause
        for code, clause in definition.clauses.items()
        if outline.is_claimable(clause)
        and any(codes.intersection(definition.providers_of(code, one)) for one in series)
    }


def choices_of(definition: Definition, clauses: dict[str, Any]) -> list[ItemChoices]:
    """The same, grouped by item, to choose from."""
    groups: dict[str, ItemChoices] = {}
    for code, clause in clauses.items():
        item_code = outline.item_of(code)
        item = definition.items[item_code]
        group = groups.setdefault(item_code, ItemChoices(f"{item.ref} {item.title}".strip(), []))
        group.clauses.append(Choice(code, clause.ref, clause.text))
    return list(groups.values())


def units_of(cycle: Cycle) -> list[Enrolment]:
    """All units about which a provider may record."""
    return list(rubrics_selectors.enrolments_in(cycle))


def enrolment_in(cycle: Cycle, pk: int | None) -> Enrolment | None:
    """One of them."""
    return rubrics_selectors.enrolments_in(cycle).filter(pk=pk).first() if pk is not None else None


def rows_of(user: User, cycle: Cycle, definition: Definition, clauses: dict[str, Any]) -> list[LedgerRow]:
    """What providers recorded under these clauses, newest first."""
    rows = Fact.objects.filter(
        enrolment__cycle=cycle, origin=Fact.Origin.PROVIDER, state=Fact.State.RECORDED, clause_code__in=list(clauses)
    )
    found = []
    for fact in rows.select_related("enrolment__unit", "created_by").order_by("-pk")[:500]:
        clause, shares = clauses[fact.clause_code], definition.shares_of(fact.clause_code)
        found.append(
            LedgerRow(
                pk=fact.pk,
                version=fact.version,
                unit=fact.enrolment.unit.title,
                ref=clause.ref,
                text=clause.text,
                said=explain.fact_text(clause, fact),
                extras=explain.extras_text(None, fact.matter, fact.share, fact.modifiers, fact.note, clause, shares),
                date=formats.date_format(fact.date, "MONTH_DAY_FORMAT") if fact.date else "–",
                by=str(fact.created_by or ""),
                at=fact.created_at,
                mine=fact.created_by_id == user.pk,
            )
        )
    return found


def own_fact(user: User, cycle: Cycle, pk: int | None) -> Fact | None:
    """A fact that the person recorded as a provider in this cycle."""
    if pk is None:
        return None
    rows = Fact.objects.filter(enrolment__cycle=cycle, origin=Fact.Origin.PROVIDER, created_by=user, pk=pk)
    return rows.select_related("enrolment__cycle__rubric", "enrolment__unit", "enrolment__member_of__unit").first()
