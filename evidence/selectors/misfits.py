"""Facts that do not count any more since the cycle got another version of its rubric, for those whose they are."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from evidence import explain
from evidence.models import Fact
from rubrics import selectors as rubrics_selectors

if TYPE_CHECKING:
    from rubrics.definition import Definition
    from rubrics.models import Enrolment


@dataclass(frozen=True)
class Misfit:
    """One fact. ``to_do``: what it says has to be put right; otherwise there is nothing to do about it."""

    pk: int
    code: str
    ref: str
    text: str
    said: str
    why: str
    to_do: bool


def misfits_of(enrolment: Enrolment) -> list[Misfit]:
    """The facts of a unit that were set aside, what is to be put right first; one query where there are none."""
    rows = Fact.objects.filter(enrolment=enrolment).exclude(misfit="").exclude(state=Fact.State.WITHDRAWN)
    return misfits_among(enrolment, rows.order_by("pk"))


def misfits_among(enrolment: Enrolment, facts: Iterable[Fact]) -> list[Misfit]:
    """The same for facts that were read already. Clauses that are gone are looked up in earlier editions."""
    facts = [fact for fact in facts if fact.misfit]
    if not facts:
        return []
    clauses = _clauses(enrolment, {fact.clause_code for fact in facts})
    found = [_misfit(fact, clauses.get(fact.clause_code)) for fact in facts]
    return sorted(found, key=lambda one: not one.to_do)


def _misfit(fact: Fact, clause: Any) -> Misfit:
    return Misfit(
        pk=fact.pk,
        code=fact.clause_code,
        ref=clause.ref if clause else "",
        text=clause.text if clause else fact.clause_code,
        said=_said(fact, clause),
        why=str(fact.get_misfit_display()),
        to_do=fact.misfit == Fact.Misfit.SAID,
    )


def _said(fact: Fact, clause: Any) -> str:
    """In the words of the clause it was recorded under, where that is known."""
    if clause is None or fact.misfit == Fact.Misfit.SAID:
        return explain.said_plainly(fact.said)
    return explain.said_text(clause, fact.said)


def _clauses(enrolment: Enrolment, codes: set[str]) -> dict[str, Any]:
    """Clauses by full code: as they are now, else as the latest edition had them that did."""
    rubric = enrolment.cycle.rubric
    found = _known(rubrics_selectors.definition_of(rubric), codes)
    if codes - set(found):
        for earlier in rubrics_selectors.earlier_editions(rubric):
            found = {**_known(rubrics_selectors.definition_of(earlier), codes), **found}
            if not codes - set(found):
                break
    return found


def _known(definition: Definition, codes: set[str]) -> dict[str, Any]:
    return {code: definition.clauses[code] for code in codes if code in definition.clauses}
