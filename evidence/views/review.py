"""The reviewer's pages: what is assigned, and one unit with claim, proof and decision side by side."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from csp.decorators import csp_update
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from evidence import outline, policies, returning, wording
from evidence.forms import whole
from evidence.selectors import access
from evidence.selectors.flags import flags_of
from evidence.selectors.misfits import misfits_of
from evidence.selectors.prerequisites import confirmations_of
from evidence.selectors.review import ReviewData, reach_of, review_list, review_of, standing, units_to_review
from evidence.selectors.reviewpage import ReviewPage
from evidence.selectors.sides import Reader, last_changes
from evidence.selectors.viewer import viewer_of
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
    return page(request, data, entry, fact)


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
        return entry, _first_fact(data, entry)
    first = next(iter(data.waiting), None)
    if first is not None:
        return data.entry_of(outline.item_of(first.clause_code)), first
    return (data.entries[0], _first_fact(data, data.entries[0])) if data.entries else (None, None)


def _first_fact(data: ReviewData, entry: outline.Entry) -> Fact | None:
    return next(iter(data.facts_under(entry)), None)


def page(
    request: HttpRequest,
    data: ReviewData,
    entry: outline.Entry | None,
    fact: Fact | None,
    *,
    status: int = 200,
    **extra: Any,
) -> HttpResponse:
    enrolment, now = data.enrolment, timezone.now()
    context: dict[str, Any] = {
        "enrolment": enrolment,
        "cycle": enrolment.cycle,
        "review_pk": enrolment.pk,
        "submission": data.submission,
        "score_url": reverse("scoring:score", args=[enrolment.pk]),
        **_prerequisites(enrolment),
        **_progress(data),
        **_neighbours(request, enrolment),
    }
    if entry is None:
        return render(request, "evidence/review_unit.html", context)
    flags = flags_of(request.user, data)
    page = ReviewPage(data, entry, fact, flags)
    changes = last_changes(Reader(enrolment, data.reach))
    may_decide = policies.may_decide(request.user, enrolment, entry.code, now)
    may_return = policies.may_return(request.user, enrolment, entry.code, now)
    context |= {
        "groups": page.groups(),
        "current": entry.code,
        "entry": entry,
        "row": data.rows.get(entry.code),
        "cards": page.cards(),
        "viewer": viewer_of(data, entry, fact, whole(request.GET.get("file")), flags),
        "misfits": [one for one in misfits_of(enrolment) if data.reach.covers(enrolment, outline.item_of(one.code))],
        "fact": page.fact_page(fact, may_withdraw=_may_withdraw(request, fact, data), values=extra.get("values"))
        if fact
        else None,
        "may_decide": may_decide,
        "may_record": policies.may_record(request.user, enrolment, entry.code, now),
        "until": _until(data, now),
        "returned_due": _due(data, now),
        "changed_items": changes.codes if changes else (),
        "changes": changes.under(entry.code) if changes else None,
        "changes_since": changes.before_title if changes else "",
        "may_return": may_return and data.submission is not None and data.submission.state not in ("draft",),
        "whole_may_return": may_return and policies.may_return(request.user, enrolment, None, now),
        "why_locked": "" if may_decide else _("Deciding is not open to you here, or its dates are over."),
        **_steps(data, fact, entry),
        **extra,
    }
    return render(request, "evidence/review_unit.html", context, status=status)


def _until(data: ReviewData, now: datetime) -> dict[str, str]:
    """The date field of a return: what it holds at first, and between which days it may lie."""
    closes_at, known = data.enrolment.schedule().closes_at, policies.correct_until(data.enrolment, data.submission)
    until = known if known is not None and known > now else returning.usual_until(now, closes_at)
    return {
        "value": returning.last_day(until).isoformat(),
        "first": timezone.localtime(now).date().isoformat(),
        "last": returning.last_day(closes_at).isoformat() if closes_at else "",
    }


def _due(data: ReviewData, now: datetime) -> str:
    """By when what came back to the unit is to be handed in again, or that this is over."""
    until = policies.correct_until(data.enrolment, data.submission)
    if until is None:
        return ""
    words = _("Due %(moment)s") if until > now else _("It was due %(moment)s.")
    return words % {"moment": wording.day_and_time(until)}


def _may_withdraw(request: HttpRequest, fact: Fact, data: ReviewData) -> bool:
    codes = data.definition.providers_of(fact.clause_code, data.enrolment.series_code)
    return policies.may_withdraw(request.user, fact, outline.item_of(fact.clause_code), codes, timezone.now())


def _prerequisites(enrolment: Enrolment) -> dict[str, Any]:
    """What the unit confirmed before its sheet opened; nothing where the rubric asks for none."""
    found = confirmations_of(enrolment)
    met = sum(one.met for one in found)
    return {"prerequisites": found, "prerequisites_met": met, "prerequisites_open": len(found) - met}


def _progress(data: ReviewData) -> dict[str, Any]:
    claims = data.to_judge
    done = sum(1 for fact in claims if standing(fact) is not None)
    return {"decided": done, "total": len(claims), "untouched": len(data.untouched), **_asking(data)}


def _asking(data: ReviewData) -> dict[str, Any]:
    """How many claims that wait ask for exemption, and the first of them: they are left out where all are accepted."""
    asking = data.asking_exemption
    address = reverse("evidence:review_unit", args=[data.enrolment.pk])
    return {"exemptions": len(asking), "exemption_url": f"{address}?fact={asking[0].pk}" if asking else ""}


def _neighbours(request: HttpRequest, enrolment: Enrolment) -> dict[str, Any]:
    """Which of how many units this is, and the next one."""
    reach = reach_of(request.user, enrolment.cycle)
    keys = [row.pk for row in units_to_review(request.user, enrolment.cycle, reach)]
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


def next_waiting(user: Any, enrolment: Enrolment, after: int) -> str:
    """Where to go after a decision: the next claim that waits, from here on, then from the top."""
    data = review_of(user, enrolment)
    address = reverse("evidence:review_unit", args=[enrolment.pk])
    order = [one.pk for one in data.in_order]
    waiting = {one.pk for one in data.waiting}
    place = order.index(after) if after in order else -1
    for pk in [*order[place + 1 :], *order[: place + 1]]:
        if pk in waiting:
            return f"{address}?fact={pk}"
    return f"{address}?fact={after}"
