"""What a reviewer does: decide, accept what is left, record, withdraw, return, answer "not our duty"."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from csp.decorators import csp_update
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from appraisal_site.toolkit.conflicts import Conflict
from evidence import explain, outline, policies, returning, services, wording
from evidence.forms import read_entry, typed_values, whole
from evidence.selectors import access
from evidence.selectors.review import ReviewData, review_of, standing
from evidence.selectors.reviewpage import ReviewPage
from evidence.views.review import next_waiting, page

if TYPE_CHECKING:
    from evidence.models import Fact
    from rubrics.models import Enrolment


def _fact(request: HttpRequest, data: ReviewData) -> tuple[outline.Entry, Fact]:
    pk = whole(request.POST.get("fact"))
    fact = next((one for one in data.in_order if one.pk == pk), None)
    entry = data.entry_of(outline.item_of(fact.clause_code)) if fact else None
    if fact is None or entry is None:
        raise Http404
    return entry, fact


@csp_update({"frame-src": ["'self'"]})
@login_required
@require_POST
def decide(request: HttpRequest, pk: int) -> HttpResponse:
    """One decision; afterwards the next claim that waits."""
    enrolment = access.review_for(request.user, pk)
    data = review_of(request.user, enrolment)
    entry, fact = _fact(request, data)
    clause = data.definition.clauses[fact.clause_code]
    verdict, reason = request.POST.get("verdict", ""), request.POST.get("reason", "")[:2000]
    typed = read_entry(request.POST, clause, clause.kind)
    kept: dict[str, Any] = {"verdict": verdict, "reason_typed": reason}
    if verdict == "changed":
        kept["values"] = typed_values(request.POST, clause, clause.kind)
    if verdict == "changed" and typed.problems:
        return page(request, data, entry, fact, status=422, problems=list(typed.problems.values()), **kept)
    try:
        services.decide(
            actor=request.user, fact=fact, version=whole(request.POST.get("version")) or 0, verdict=verdict,
            reason=reason, said=typed.said if verdict == "changed" else None,
        )  # fmt: skip
    except services.Invalid as fault:
        problems = [_problem(name, text) for name, text in fault.problems.items()]
        return page(request, data, entry, fact, status=422, problems=problems, **kept)
    except services.Refused as fault:
        return page(request, data, entry, fact, status=422, problems=[wording.refusal(fault.code)], **kept)
    except Conflict:
        return _conflict(request, enrolment, fact.pk, kept)
    return redirect(next_waiting(request.user, enrolment, fact.pk))


def _problem(name: str, text: str) -> str:
    if name == "reason":
        return _("Every decision but acceptance needs a reason.")
    if text in ("missing", "unknown"):
        return _("Choose a decision and say what counts instead.")
    return text


def _conflict(request: HttpRequest, enrolment: Enrolment, fact_pk: int, kept: dict[str, Any]) -> HttpResponse:
    """Somebody decided meanwhile: what was typed stays, beside the decision that now stands."""
    data = review_of(request.user, enrolment)
    fact = next((one for one in data.in_order if one.pk == fact_pk), None)
    if fact is None:
        messages.error(request, wording.refusal("no_fact"))
        return redirect("evidence:review_unit", enrolment.pk)
    entry = data.entry_of(outline.item_of(fact.clause_code))
    return page(request, data, entry, fact, status=409, clash=standing(fact), clashed=True, **kept)


@login_required
@require_POST
def accept(request: HttpRequest, pk: int) -> HttpResponse:
    """Accept all claims that wait, if there are still as many as the button said."""
    enrolment = access.review_for(request.user, pk)
    category = request.POST.get("category", "")
    try:
        done = services.accept_untouched(
            actor=request.user,
            enrolment=enrolment,
            expected=whole(request.POST.get("expected")) or 0,
            category=category,
        )
        text = ngettext("%(n)d claim was accepted.", "%(n)d claims were accepted.", done) % {"n": done}
        messages.success(request, text)
        _tell_left(request, enrolment)
    except services.Refused as fault:
        if fault.code == "changed":
            text = _("Meanwhile %(n)d claims wait; nothing was accepted. Please look again.") % {
                "n": fault.params["count"]
            }
            messages.error(request, text)
        else:
            messages.error(request, wording.refusal(fault.code))
    return redirect("evidence:review_unit", pk)


def _tell_left(request: HttpRequest, enrolment: Enrolment) -> None:
    """That claims which ask for exemption were not accepted along with the others."""
    left = len(review_of(request.user, enrolment).asking_exemption)
    if left:
        text = ngettext(
            "%(n)d claim asks for exemption and still waits; decide about it by itself.",
            "%(n)d claims ask for exemption and still wait; decide about each by itself.",
            left,
        )
        messages.info(request, text % {"n": left})


@login_required
@require_GET
def record_form(request: HttpRequest, pk: int) -> HttpResponse:
    """The controls of the clause chosen for a fact to be added."""
    enrolment = access.review_for(request.user, pk)
    data = review_of(request.user, enrolment)
    code = request.GET.get("clause", "")
    entry = data.entry_of(outline.item_of(code))
    clause = data.definition.clauses.get(code)
    if entry is None or clause is None:
        return render(request, "evidence/_record_controls.html", {"controls": []})
    how = explain.how(clause, data.definition, code, enrolment.series_code)
    controls = ReviewPage(data, entry, None, None).controls(code, clause, {})
    return render(request, "evidence/_record_controls.html", {"controls": controls, "clause": clause, "how": how})


@login_required
@require_POST
def record(request: HttpRequest, pk: int) -> HttpResponse:
    """Add a fact that the reviewer found."""
    enrolment = access.review_for(request.user, pk)
    data = review_of(request.user, enrolment)
    code = request.POST.get("clause", "")
    entry, clause = data.entry_of(outline.item_of(code)), data.definition.clauses.get(code)
    if entry is None or clause is None:
        raise Http404
    typed = read_entry(request.POST, clause, clause.kind)
    problems = list(typed.problems.values())
    if not problems:
        try:
            claim = services.Claim(typed.said, typed.extras, typed.present)
            fact = services.record_fact(
                actor=request.user, enrolment=enrolment, clause_code=code, claim=claim, origin="reviewer"
            )
            messages.success(request, _("The fact is recorded and counts from now on."))
            return redirect(f"{reverse('evidence:review_unit', args=[pk])}?fact={fact.pk}")
        except services.Invalid as fault:
            problems = [_problem(name, text) for name, text in fault.problems.items()]
        except services.Refused as fault:
            problems = [wording.refusal(fault.code)]
    for text in problems:
        messages.error(request, text)
    return redirect(f"{reverse('evidence:review_unit', args=[pk])}?item={entry.code}")


@login_required
@require_POST
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Take back a fact one recorded."""
    enrolment = access.review_for(request.user, pk)
    entry, fact = _fact(request, review_of(request.user, enrolment))
    try:
        services.withdraw_fact(actor=request.user, fact=fact, version=whole(request.POST.get("version")) or 0)
    except services.Refused as fault:
        messages.error(request, wording.refusal(fault.code))
    return redirect(f"{reverse('evidence:review_unit', args=[pk])}?item={entry.code}")


@csp_update({"frame-src": ["'self'"]})
@login_required
@require_POST
def give_back(request: HttpRequest, pk: int) -> HttpResponse:
    """Return an item (or the whole sheet, where none is named) to the unit; what was typed stays where it fails."""
    enrolment = access.review_for(request.user, pk)
    item, reason = request.POST.get("item", ""), request.POST.get("reason", "")[:2000]
    suffix = f"?item={item}" if item else ""
    try:
        until = _until(request, enrolment)
        given = {"reason": reason, "version": whole(request.POST.get("version")) or 0, "until": until}
        if item:
            sheet = services.return_item(actor=request.user, enrolment=enrolment, item_code=item, **given)
        else:
            sheet = services.return_sheet(actor=request.user, enrolment=enrolment, **given)
    except services.Invalid as fault:
        closes_at = enrolment.schedule().closes_at
        problems = [wording.return_problem(name, code, closes_at) for name, code in fault.problems.items()]
        return _not_returned(request, enrolment, 422, problems)
    except services.Refused as fault:
        messages.error(request, wording.refusal(fault.code))
    except Conflict:
        text = _("The sheet was returned or submitted meanwhile; this is how it stands now.")
        return _not_returned(request, enrolment, 409, [text])
    else:
        due = policies.correct_until(enrolment, sheet)
        text = _("It went back to the unit, which has been told. It is due %(when)s.")
        messages.success(request, text % {"when": wording.day_and_time(due) if due else ""})
    return redirect(f"{reverse('evidence:review_unit', args=[pk])}{suffix}")


def _not_returned(request: HttpRequest, enrolment: Enrolment, status: int, problems: list[str]) -> HttpResponse:
    """The page as it stands now, with the form of the return as it was typed."""
    data = review_of(request.user, enrolment)
    entry = data.entry_of(request.POST.get("at", "") or request.POST.get("item", ""))
    entry = entry or (data.entries[0] if data.entries else None)
    fact = next(iter(data.facts_under(entry)), None) if entry else None
    typed = {"reason": request.POST.get("reason", "")[:2000], "until": request.POST.get("until", "")[:10]}
    return page(request, data, entry, fact, status=status, return_problems=problems, return_typed=typed)


def _until(request: HttpRequest, enrolment: Enrolment) -> datetime | None:
    """The date by which it is due, as its last moment; None where none was named."""
    typed = request.POST.get("until", "").strip()
    if not typed:
        return None
    try:
        return returning.end_of(date.fromisoformat(typed), enrolment.schedule().closes_at)
    except (ValueError, OverflowError):
        raise services.Invalid({"until": "no_date"}) from None


@login_required
@require_POST
def duty(request: HttpRequest, pk: int) -> HttpResponse:
    """Answer the claim that an item is not the unit's duty."""
    enrolment = access.review_for(request.user, pk)
    item = request.POST.get("item", "")
    try:
        services.answer_duty(
            actor=request.user, enrolment=enrolment, item_code=item, grant=request.POST.get("answer") == "grant",
            reason=request.POST.get("reason", "")[:2000], version=whole(request.POST.get("version")) or 0,
        )  # fmt: skip
    except services.Invalid:
        messages.error(request, _("Every decision but acceptance needs a reason."))
    except services.Refused as fault:
        messages.error(request, wording.refusal(fault.code))
    except Conflict:
        messages.error(request, _("It was changed meanwhile; this is how it stands now."))
    return redirect(f"{reverse('evidence:review_unit', args=[pk])}?item={item}")
