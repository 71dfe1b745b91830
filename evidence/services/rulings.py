"""Facts that reviewers and providers record, and what is decided about any fact."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import F, Max
from django.utils import timezone
from django.utils.translation import gettext as _

from appraisal_site.toolkit.models import compare_and_set
from evidence import lifecycle, outline, policies
from evidence.models import Fact, Ruling
from evidence.said import to_stored
from evidence.selectors.records import unit_of
from evidence.selectors.undecided import undecided_claims
from evidence.services import common
from evidence.services.claims import BLANK_EXTRAS, Claim
from evidence.services.common import Invalid, Refused
from units.services import journal

if TYPE_CHECKING:
    from rubrics.models import Enrolment
    from units.models import User


VERDICTS = frozenset(Ruling.Verdict.values) - {Ruling.Verdict.REOPENED}
"""What a person can decide."""


def record_fact(*, actor: User, enrolment: Enrolment, clause_code: str, claim: Claim, origin: str) -> Fact:
    """Record what happened, as a reviewer or as a provider; it counts from now on. Raises Refused, Invalid."""
    definition = common.definition_for(enrolment)
    common.clause_for(definition, clause_code)
    _require_recorder(actor, enrolment, clause_code, origin)
    if claim.blank:
        raise Invalid({"": "missing"})
    if claim.extras.get("exempt_reason"):
        raise Invalid({"exempt_reason": _("Only a unit asks for exemption, for what it reports itself.")})
    common.check_fact(enrolment, clause_code, claim.said, claim.extras)
    with transaction.atomic():
        common.touch(enrolment)
        fact = Fact.objects.create(
            enrolment=enrolment,
            clause_code=clause_code,
            origin=origin,
            state=Fact.State.RECORDED,
            said=to_stored(claim.said),
            created_by=actor,
            **{**BLANK_EXTRAS, **claim.extras},
        )
        journal.append(actor=actor, scope=common.scope_of(enrolment), verb="fact.recorded", obj=fact, after=told(fact))
    return fact


def _require_recorder(actor: User, enrolment: Enrolment, clause_code: str, origin: str) -> None:
    entries = outline.outline_of(common.definition_for(enrolment), unit_of(enrolment))
    if not any(clause_code == code for entry in entries for code, _clause in entry.clauses):
        raise Refused("not_concerned")
    now = timezone.now()
    if origin == Fact.Origin.REVIEWER:
        allowed = policies.may_record(actor, enrolment, outline.item_of(clause_code), now)
    elif origin == Fact.Origin.PROVIDER:
        codes = common.definition_for(enrolment).providers_of(clause_code, enrolment.series_code)
        allowed = policies.may_provide(actor, enrolment, codes, now)
    else:
        allowed = False
    if not allowed:
        raise Refused("closed")


def withdraw_fact(*, actor: User, fact: Fact, version: int, reason: str = "") -> Fact:
    """Take back a fact one recorded; it stays on file. Raises Refused, Conflict."""
    enrolment = fact.enrolment
    definition = common.definition_for(enrolment)
    common.clause_for(definition, fact.clause_code)
    codes = definition.providers_of(fact.clause_code, enrolment.series_code)
    if not policies.may_withdraw(actor, fact, outline.item_of(fact.clause_code), codes, timezone.now()):
        raise Refused("closed")
    with transaction.atomic():
        common.touch(enrolment)
        before = told(fact)
        compare_and_set(fact, version=version, state=Fact.State.WITHDRAWN, updated_at=timezone.now())
        journal.append(
            actor=actor, scope=common.scope_of(enrolment), verb="fact.withdrawn", obj=fact, before=before,
            after={"clause": fact.clause_code, "reason": reason},
        )  # fmt: skip
    return fact


def decide(
    *, actor: User, fact: Fact, version: int, verdict: str, reason: str = "", said: Mapping[str, Any] | None = None
) -> Ruling:
    """Decide about a fact: one more ruling on top of those before it.

    ``version`` is that of the fact the person had before them: of two reviewers who decide at once, the second gets a
    Conflict. Every verdict but accepted needs a reason; changed needs what is said instead. Accepting a claim that
    asks for exemption exempts it; changed, or ``lifecycle.COUNTED``, it counts. Raises Refused, Invalid.
    """
    enrolment = fact.enrolment
    counted = verdict == lifecycle.COUNTED and bool(fact.exempt_reason)
    if counted:
        verdict = Ruling.Verdict.CHANGED
    if verdict not in VERDICTS:
        raise Invalid({"verdict": "unknown"})
    if not policies.may_decide(actor, enrolment, outline.item_of(fact.clause_code), timezone.now()):
        raise Refused("closed")
    if fact.state != Fact.State.RECORDED:
        raise Refused("no_fact")
    if fact.misfit == Fact.Misfit.SAID and (counted or verdict in (Ruling.Verdict.ACCEPTED, Ruling.Verdict.EXEMPT)):
        raise Refused("misfit")
    if verdict != Ruling.Verdict.ACCEPTED and not reason.strip():
        raise Invalid({"reason": "missing"})
    changed = dict(fact.said) if counted else _changed(enrolment, fact, verdict, said)
    with transaction.atomic():
        common.touch(enrolment)
        before = _standing(fact)
        kept = fact.misfit if fact.misfit == Fact.Misfit.SAID else ""
        compare_and_set(fact, version=version, updated_at=timezone.now(), misfit=kept)
        number = (Ruling.objects.filter(fact=fact).aggregate(last=Max("number"))["last"] or 0) + 1
        ruling = Ruling.objects.create(
            fact=fact, number=number, fact_version=fact.version, verdict=verdict, said=changed,
            reason=reason.strip(), decided_by=actor, decided_at=timezone.now(),
        )  # fmt: skip
        after = {**told(fact), "verdict": verdict, "reason": reason.strip(), "number": number}
        if changed is not None:
            after["changed"] = changed
        journal.append(
            actor=actor, scope=common.scope_of(enrolment), verb="fact.decided", obj=fact, before=before, after=after
        )
    return ruling


def _changed(enrolment: Enrolment, fact: Fact, verdict: str, said: Mapping[str, Any] | None) -> dict[str, Any] | None:
    if verdict != Ruling.Verdict.CHANGED:
        return None
    if not said:
        raise Invalid({"": "missing"})
    extras = {"date": fact.date, "matter": fact.matter, "share": fact.share, "modifiers": fact.modifiers}
    common.check_fact(enrolment, fact.clause_code, said, extras)
    return to_stored(said)


def _standing(fact: Fact) -> dict[str, Any] | None:
    """The decision that stood before."""
    last = Ruling.objects.filter(fact=fact).order_by("-number").first()
    if last is None:
        return None
    return {"verdict": last.verdict, "reason": last.reason, "number": last.number}


def accept_untouched(*, actor: User, enrolment: Enrolment, expected: int, category: str = "") -> int:
    """Accept every undecided claim of the unit that the actor may decide (within one top category, where named).

    Claims that ask for exemption are left: accepting one exempts it, and nobody does that for many at once.
    ``expected`` is the number the person was shown; where it is no longer right nothing is accepted (Refused
    ``changed`` with the number now). Returns how many were accepted; one row in the journal names them all.
    """
    now = timezone.now()
    with transaction.atomic():
        common.touch(enrolment)
        rows = [
            fact for fact in undecided_claims(enrolment, category)
            if policies.may_decide(actor, enrolment, outline.item_of(fact.clause_code), now)
        ]  # fmt: skip
        if not rows:
            raise Refused("nothing_left")
        if len(rows) != expected:
            raise Refused("changed", count=len(rows))
        last = dict(Ruling.objects.filter(fact__in=rows).values_list("fact").annotate(last=Max("number")).order_by())
        Fact.objects.filter(pk__in=[fact.pk for fact in rows]).update(version=F("version") + 1, updated_at=now)
        Ruling.objects.bulk_create(
            Ruling(
                fact=fact, number=last.get(fact.pk, 0) + 1, fact_version=fact.version + 1,
                verdict=Ruling.Verdict.ACCEPTED, decided_by=actor, decided_at=now,
            )
            for fact in rows
        )  # fmt: skip
        journal.append(
            actor=actor, scope=common.scope_of(enrolment), verb="facts.accepted", obj=enrolment,
            after={"count": len(rows), "facts": [fact.pk for fact in rows]},
        )  # fmt: skip
    return len(rows)


def told(fact: Fact) -> dict[str, Any]:
    """What the journal keeps of a fact."""
    record = {"clause": fact.clause_code, "origin": fact.origin, "said": fact.said, "version": fact.version}
    for name in ("matter", "share", "modifiers", "note", "exempt_reason"):
        if getattr(fact, name):
            record[name] = getattr(fact, name)
    if fact.date:
        record["date"] = str(fact.date)
    return record
