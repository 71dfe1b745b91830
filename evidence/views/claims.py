"""Saving one claim after another as it is typed; what was typed stays in the form, whatever the answer is."""

from __future__ import annotations

import re
import secrets
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from appraisal_site.toolkit.conflicts import Conflict
from appraisal_site.toolkit.htmx import is_htmx, trigger
from evidence import outline, services
from evidence.controls import controls_of
from evidence.forms import Entry, read_entry, whole
from evidence.selectors import access
from evidence.selectors.clash import clash_of
from evidence.selectors.sheet import may_repeat
from evidence.selectors.sheethead import head_of
from evidence.views.common import invalid, page_of, refused
from evidence.views.kept import attempt_of, saved, unsaved

if TYPE_CHECKING:
    from evidence.models import Fact
    from rubrics.models import Enrolment


@login_required
@require_POST
def claim(request: HttpRequest, pk: int) -> HttpResponse:
    """Save one claim. The form keeps what was typed; only what is said about it comes back."""
    enrolment = access.part_for(request.user, pk)
    found = _find(access.entries_for(request.user, enrolment), request.POST.get("clause", ""))
    entry, code, clause = found
    typed = read_entry(request.POST, clause, clause.kind)
    key = request.POST.get("key", "")[:200]
    if typed.problems:
        return invalid(request, typed.problems)
    try:
        done = services.save_claim(
            actor=request.user,
            enrolment=enrolment,
            clause_code=code,
            claim=services.Claim(typed.said, typed.extras, typed.present),
            fact_pk=whole(request.POST.get("fact")),
            version=whole(request.POST.get("version")) or 0,
            first=not key.startswith("new-") and "beside" not in request.POST,
            attempt=attempt_of(request),
        )
    except services.Invalid as fault:
        problems = _still_asked(clause, fault) if fault.incomplete else fault.problems
        return invalid(request, problems, incomplete=fault.incomplete)
    except services.Refused as fault:
        return refused(request, fault, enrolment, entry.code)
    except Conflict:
        return _clash(request, enrolment, found, typed)
    if not is_htmx(request):
        return redirect(f"{reverse('evidence:sheet', args=[pk])}#item-{outline.slug(entry.code)}")
    return _after(request, enrolment, found, key, done.fact, taken_back=done.changed and done.fact is None)


def _still_asked(clause: Any, fault: services.Invalid) -> dict[str, str]:
    """What is still to be entered, by the names the fields have on the page; the sentences as they are otherwise."""
    labels = {one.name: one.label for one in controls_of(clause, clause.kind, {})} | {"date": _("Date")}
    if not all(name in labels for name in fault.problems):
        return fault.problems
    return {"": _("please enter %(what)s.") % {"what": _(", ").join(labels[name] for name in fault.problems)}}


@login_required
@require_POST
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Take one claim back."""
    enrolment = access.part_for(request.user, pk)
    found = _find(access.entries_for(request.user, enrolment), request.POST.get("clause", ""))
    fact_pk = whole(request.POST.get("fact"))
    if fact_pk is not None:
        try:
            services.withdraw_claim(
                actor=request.user, enrolment=enrolment, fact_pk=fact_pk,
                version=whole(request.POST.get("version")) or 0, attempt=attempt_of(request),
            )  # fmt: skip
        except services.Refused as fault:
            return refused(request, fault, enrolment, found[0].code)
        except Conflict:
            return _clash(request, enrolment, found, Entry(), address="evidence:withdraw")
    return _after(request, enrolment, found, request.POST.get("key", "")[:200], None, anew=True)


@login_required
@require_GET
def blank(request: HttpRequest, pk: int) -> HttpResponse:
    """One more empty form under a clause; ``key`` names one that a browser kept, so that it gets its ids back."""
    data, page = page_of(request, access.part_for(request.user, pk))
    entry, code, clause = _find(data.entries, request.GET.get("clause", ""))
    asked = request.GET.get("key", "")[:200]
    key = asked if re.fullmatch(r"[\w.-]+", asked) else f"new-{outline.slug(code)}-{secrets.token_hex(4)}"
    context = {"clause": page.clause(entry, code, clause), "fact": page.blank(code, clause, key), "sheet_pk": pk}
    return render(request, "evidence/_fact_form.html", context)


@login_required
@require_GET
def more(request: HttpRequest, pk: int) -> HttpResponse:
    """The fields that any fact may have, for the form of one claim; ``key`` makes their ids."""
    data, page = page_of(request, access.part_for(request.user, pk))
    entry, code, clause = _find(data.entries, request.GET.get("clause", ""))
    fact_pk = whole(request.GET.get("fact"))
    fact = next((one for one in data.claims.get(code, ()) if one.pk == fact_pk), None)
    key = request.GET.get("key", "")[:200]
    row = page.blank(code, clause, key) if fact is None else replace(page.fact(code, clause, fact), key=key)
    context = {"clause": page.clause(entry, code, clause), "fact": row, "sheet_pk": pk}
    return render(request, "evidence/_more.html", context)


@login_required
@require_GET
def clause_view(request: HttpRequest, pk: int) -> HttpResponse:
    """One clause as it is stored now: what stays after a clash is settled in favour of the other."""
    data, page = page_of(request, access.part_for(request.user, pk))
    entry, code, clause = _find(data.entries, request.GET.get("clause", ""))
    response = render(request, "evidence/_clause.html", {"clause": page.clause(entry, code, clause), "sheet_pk": pk})
    return trigger(response, "kp:saved")


def _find(entries: tuple[outline.Entry, ...], code: str) -> tuple[outline.Entry, str, Any]:
    for entry in entries:
        for full, clause in entry.clauses:
            if full == code and outline.is_claimable(clause):
                return entry, full, clause
    raise Http404


def _after(
    request: HttpRequest, enrolment: Enrolment, found: tuple[outline.Entry, str, Any], key: str,
    fact: Fact | None, *, taken_back: bool = False, anew: bool = False,
) -> HttpResponse:  # fmt: skip
    """What a save changes around the form: which fact it holds, the time, the outline, the item's foot.

    The clause is drawn ``anew`` on demand, and where a claim was taken back beside others; else its form stays, empty.
    """
    entry, code, clause = found
    data, page = page_of(request, enrolment)
    whole_clause = anew or (taken_back and bool(data.claims.get(code)))
    row = page.fact(code, clause, fact) if fact is not None else page.blank(code, clause, key)
    context = {
        "sheet_pk": enrolment.pk,
        "sheet": head_of(data, editable=True, closes_at=None, now=timezone.now()),
        "item": page.item(entry),
        "entry": page.outline_entry(entry),
        "clause": page.clause(entry, code, clause),
        "state": {"key": key, "pk": row.pk, "version": row.version},
        "whole_clause": whole_clause,
        "oob": True,
    }
    response = render(request, "evidence/_saved_claim.html", context)
    return saved(request, response, item=entry.code, fact=row.pk, version=row.version)


def _clash(
    request: HttpRequest, enrolment: Enrolment, found: tuple[outline.Entry, str, Any],
    typed: Entry, address: str = "evidence:claim",
) -> HttpResponse:  # fmt: skip
    """Both versions side by side; nothing is written until one is chosen."""
    _entry, code, clause = found
    data = access.data_for(request.user, enrolment)
    pk = whole(request.POST.get("fact"))
    key = request.POST.get("key", "")[:200]
    stored = access.fact_of(enrolment, pk) if pk is not None else access.live_claim(enrolment, code)
    clash = clash_of(data, code, clause, typed.said, typed.extras, stored, present=typed.present)
    context = {
        "sheet_pk": enrolment.pk,
        "key": key,
        "code": code,
        "slug": outline.slug(code),
        "ref": clause.ref or clause.text[:30],
        "clash": clash,
        "address": reverse(address, args=[enrolment.pk]),
        "fact": "" if clash.gone or stored is None else stored.pk,
        "version": 0 if clash.gone or stored is None else stored.version,
        "beside": pk is None and not clash.gone and may_repeat(clause),
    }
    text = _("It was changed meanwhile: choose which version stands.")
    return unsaved(render(request, "evidence/_clash.html", context, status=409), "conflict", text)
