"""The reviewer's pages: what is assigned, and one unit with claim, proof and decision side by side."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from csp.decorators import csp_update
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from appraisal_site.toolkit.conflicts import Conflict
from evidence import explain, outline, policies, services, wording
from evidence.forms import read_entry, typed_values, whole
from evidence.selectors import access
from evidence.selectors.review import ReviewData, reach_of, review_list, review_of, standing
from evidence.selectors.reviewpage import ReviewPage
from rubrics import selectors as rubrics_selectors

if TYPE_CHECKING:
    from evidence.models import Fact
    from rubrics.models import Enrolment


MANY = 6
"""More top categories than this share one column of the list."""


@login_required
@require_GET
def listing(request: HttpRequest, cycle_pk: int) -> HttpResponse:
    """Units × categories that the person judges, with how far each is."""
    cycle = rubrics_selectors.cycle_for(request.user, cycle_pk)
    reach = reach_of(request.user, cycle)
    if not reach.everything and not reach.assignments:
        raise Http404
    categories, lines = review_list(request.user, cycle)
    context = {
        "cycle": cycle,
        "categories": categories,
        "wide": len(categories) > MANY,
        "lines": lines,
        "decided": sum(line.decided for line in lines),
        "total": sum(line.total for line in lines),
        "submitted": sum(1 for line in lines if line.state not in ("none", "draft")),
        "next": next((line.enrolment for line in lines if line.decided < line.total), None),
    }
    return render(request, "evidence/review_list.html", context)


@csp_update({"frame-src": ["'self'"]})
@login_required
@require_GET
def unit(request: HttpRequest, pk: int) -> HttpResponse:
    """One unit: ``?fact=`` or ``?item=`` says what is at hand, otherwise the first claim that waits."""
    enrolment = access.review_for(request.user, pk)
    data = review_of(request.user, enrolment)
    entry, fact = _at_hand(request, data)
    return _page(request, data, entry, fact)


def _at_hand(request: HttpRequest, data: ReviewData) -> tuple[outline.Entry | None, Fact | None]:
    pk, item = whole(request.GET.get("fact")), request.GET.get("item")
    if pk is not None:
        fact = next((one for one in data.in_order if one.pk == pk), None)
        if fact is None:
            raise Http404
        return data.entry_of(outline.item_of(fact.clause_code)), fact
    if item:
        entry = data.entry_of(item)
        if entry is None:
            raise Http404
        facts = data.facts_under(entry)
        return entry, facts[0] if facts else None
    first = next(iter(data.waiting), None)
    if first is not None:
        return data.entry_of(outline.item_of(first.clause_code)), first
    return (data.entries[0], None) if data.entries else (None, None)


def _page(
    request: HttpRequest, data: ReviewData, entry: outline.Entry | None, fact: Fact | None, *, status: int = 200, **extra: Any
) -> HttpResponse:
    enrolment, now = data.enrolment, timezone.now()
    context: dict[str, Any] = {
        "enrolment": enrolment,
        "cycle": enrolment.cycle,
        "review_pk": enrolment.pk,
        "submission": data.submission,
        "score_url": reverse("scoring:score", args=[enrolment.pk]),
        **_progress(data),
        **_neighbours(request, enrolment),
    }
    if entry is None:
        return render(request, "evidence/review_unit.html", context)
    page = ReviewPage(data, entry, fact, whole(request.GET.get("file")))
    may_decide = policies.may_decide(request.user, enrolment, entry.code, now)
    may_return = policies.may_return(request.user, enrolment, entry.code, now)
    context |= {
        "groups": page.groups(),
        "current": entry.code,
        "entry": entry,
        "row": data.rows.get(entry.code),
        "cards": page.cards(),
        "files": page.files(),
        "shown": next((tile for tile in page.files() if tile.current), None),
        "fact": page.fact_page(fact, may_withdraw=_may_withdraw(request, fact, data), values=extra.get("values")) if fact else None,
        "may_decide": may_decide,
        "may_record": policies.may_record(request.user, enrolment, entry.code, now),
        "may_return": may_return and data.submission is not None and data.submission.state not in ("draft",),
        "whole_may_return": may_return and policies.may_return(request.user, enrolment, None, now),
        "why_locked": "" if may_decide else _("Deciding is not open to you here, or its dates are over."),
        **_steps(data, fact, entry),
        **extra,
    }
    return render(request, "evidence/review_unit.html", context, status=status)


def _may_withdraw(request: HttpRequest, fact: Fact, data: ReviewData) -> bool:
    codes = data.definition.providers_of(fact.clause_code, data.enrolment.series_code)
    return policies.may_withdraw(request.user, fact, outline.item_of(fact.clause_code), codes, timezone.now())


def _progress(data: ReviewData) -> dict[str, Any]:
    claims = [fact for fact in data.in_order if fact.origin == "unit"]
    done = sum(1 for fact in claims if standing(fact) is not None)
    return {"decided": done, "total": len(claims), "waiting": len(claims) - done}


def _neighbours(request: HttpRequest, enrolment: Enrolment) -> dict[str, Any]:
    """Which of how many units this is, and the next one."""
    reach = reach_of(request.user, enrolment.cycle)
    keys = [row.pk for row in rubrics_selectors.enrolments_for(request.user, enrolment.cycle) if reach.covers(row)]
    place = keys.index(enrolment.pk) if enrolment.pk in keys else 0
    return {"place": place + 1, "of": len(keys), "next_unit": keys[place + 1] if place + 1 < len(keys) else None}


def _steps(data: ReviewData, fact: Fact | None, entry: outline.Entry) -> dict[str, str]:
    """Addresses of the fact before and after, in reading order; items without facts are stepped over."""
    address = reverse("evidence:review_unit", args=[data.enrolment.pk])
    keys = [one.pk for one in data.in_order]
    if fact is None:
        after = _following(data, entry)
        return {"previous_url": "", "next_url": f"{address}?fact={after.pk}" if after else ""}
    place = keys.index(fact.pk)
    before = f"{address}?fact={keys[place - 1]}" if place else ""
    return {"previous_url": before, "next_url": f"{address}?fact={keys[place + 1]}" if place + 1 < len(keys) else ""}


def _following(data: ReviewData, entry: outline.Entry) -> Fact | None:
    """The first fact of a later item."""
    seen = False
    for one in data.entries:
        facts = data.facts_under(one)
        if seen and facts:
            return facts[0]
        seen = seen or one.code == entry.code
    return None


def _next_waiting(user: Any, enrolment: Enrolment, after: int) -> str:
    """Where to go after a decision: the next claim that waits, from here on and then from the top; else the same fact."""
    data = review_of(user, enrolment)
    address = reverse("evidence:review_unit", args=[enrolment.pk])
    order = [one.pk for one in data.in_order]
    waiting = {one.pk for one in data.waiting}
    place = order.index(after) if after in order else -1
    for pk in [*order[place + 1 :], *order[: place + 1]]:
        if pk in waiting:
            return f"{address}?fact={pk}"
    return f"{address}?fact={after}"


# --- deciding -------------------------------------------------------------------------------------------------------


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
        return _page(request, data, entry, fact, status=422, problems=list(typed.problems.values()), **kept)
    try:
        services.decide(
            actor=request.user, fact=fact, version=whole(request.POST.get("version")) or 0, verdict=verdict,
            reason=reason, said=typed.said if verdict == "changed" else None,
        )  # fmt: skip
    except services.Invalid as fault:
        problems = [_problem(name, text) for name, text in fault.problems.items()]
        return _page(request, data, entry, fact, status=422, problems=problems, **kept)
    except services.Refused as fault:
        return _page(request, data, entry, fact, status=422, problems=[wording.refusal(fault.code)], **kept)
    except Conflict:
        return _conflict(request, enrolment, fact.pk, kept)
    return redirect(_next_waiting(request.user, enrolment, fact.pk))


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
    return _page(request, data, entry, fact, status=409, clash=standing(fact), clashed=True, **kept)


@login_required
@require_POST
def accept(request: HttpRequest, pk: int) -> HttpResponse:
    """Accept all claims that wait, if there are still as many as the button said."""
    enrolment = access.review_for(request.user, pk)
    category = request.POST.get("category", "")
    try:
        done = services.accept_untouched(
            actor=request.user, enrolment=enrolment, expected=whole(request.POST.get("expected")) or 0, category=category
        )
        text = ngettext("%(n)d claim was accepted.", "%(n)d claims were accepted.", done) % {"n": done}
        messages.success(request, text)
    except services.Refused as fault:
        if fault.code == "changed":
            text = _("Meanwhile %(n)d claims wait; nothing was accepted. Please look again.") % {"n": fault.params["count"]}
            messages.error(request, text)
        else:
            messages.error(request, wording.refusal(fault.code))
    return redirect("evidence:review_unit", pk)


# --- recording, returning -------------------------------------------------------------------------------------------


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


@login_required
@require_POST
def give_back(request: HttpRequest, pk: int) -> HttpResponse:
    """Return an item (or the whole sheet, where none is named) to the unit."""
    enrolment = access.review_for(request.user, pk)
    item, reason = request.POST.get("item", ""), request.POST.get("reason", "")[:2000]
    version = whole(request.POST.get("version")) or 0
    try:
        if item:
            services.return_item(actor=request.user, enrolment=enrolment, item_code=item, reason=reason, version=version)
        else:
            services.return_sheet(actor=request.user, enrolment=enrolment, reason=reason, version=version)
        messages.success(request, _("It went back to the unit, which has been told."))
    except services.Invalid:
        messages.error(request, _("Say why it is returned; the unit will read it."))
    except services.Refused as fault:
        messages.error(request, wording.refusal(fault.code))
    except Conflict:
        messages.error(request, _("The sheet was returned or submitted meanwhile; this is how it stands now."))
    suffix = f"?item={item}" if item else ""
    return redirect(f"{reverse('evidence:review_unit', args=[pk])}{suffix}")


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
