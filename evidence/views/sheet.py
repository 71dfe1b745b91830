"""The clerk's sheet: read it, and save each thing as it is typed."""

from __future__ import annotations

import secrets
from datetime import datetime
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
from evidence import explain, files, outline, services, wording
from evidence.forms import Entry, read_entry, whole
from evidence.selectors import access
from evidence.selectors.sheet import SheetPage, head_of
from evidence.selectors.sheetdata import SheetData, load
from rubrics import lifecycle as rubrics_lifecycle
from rubrics import selectors as rubrics_selectors

if TYPE_CHECKING:
    from evidence.models import Fact
    from rubrics.models import Enrolment

ACCEPT = ",".join(f".{ending}" for ending in files.KINDS)


@login_required
@require_GET
def own(request: HttpRequest, cycle_pk: int) -> HttpResponse:
    """To the sheet of one's own unit; a short list where a person acts for several."""
    cycle = rubrics_selectors.cycle_for(request.user, cycle_pk)
    sheets = access.own_sheets(request.user, cycle)
    if not sheets:
        raise Http404
    if len(sheets) == 1:
        return redirect("evidence:sheet", sheets[0].pk)
    return render(request, "evidence/own.html", {"cycle": cycle, "sheets": sheets})


@login_required
@require_GET
def sheet(request: HttpRequest, pk: int) -> HttpResponse:
    """The whole sheet, or one item of it (``?item=``)."""
    enrolment = access.sheet_for(request.user, pk)
    now = timezone.now()
    data = load(enrolment)
    editable = access.editable_items(request.user, data, now)
    only = request.GET.get("item", "")
    codes = [entry.code for entry in data.entries]
    if only and only not in codes:
        raise Http404
    page = SheetPage(data, editable=editable, single=bool(only))
    context = {
        "enrolment": enrolment,
        "sheet_pk": enrolment.pk,
        "sheet": head_of(data, editable=bool(editable), closes_at=closes_at(enrolment, now), now=now),
        "groups": page.groups(),
        "items": page.items(only or None),
        "accept": ACCEPT,
        "score_url": reverse("scoring:score", args=[enrolment.pk]),
        "may_submit": access.may_submit(request.user, data, now),
        "nothing_count": len(access.untouched_from_full(data, editable)),
        **_steps(pk, codes, only),
    }
    return render(request, "evidence/sheet.html", context)


def _steps(pk: int, codes: list[str], only: str) -> dict[str, str]:
    """Where "whole sheet", "one at a time", "previous" and "next" lead."""
    address = reverse("evidence:sheet", args=[pk])
    if not only:
        return {"single_url": f"{address}?item={codes[0]}"} if codes else {}
    place = codes.index(only)
    return {
        "whole_url": f"{address}#item-{outline.slug(only)}",
        "current": outline.slug(only),
        "previous_url": f"{address}?item={codes[place - 1]}" if place else "",
        "next_url": f"{address}?item={codes[place + 1]}" if place + 1 < len(codes) else "",
    }


def closes_at(enrolment: Enrolment, now: datetime) -> datetime | None:
    """Until when the sheet may be filled in, or when that ended; None before it begins."""
    schedule = enrolment.schedule()
    for verb in ("fill_sheet", "correct_sheet"):
        phase = rubrics_lifecycle.opening(verb, schedule, now)
        if phase is not None:
            return phase.closes_at
    phase = schedule.phase("self_assessment") or schedule.phase("application")
    return phase.closes_at if phase is not None and phase.opens_at <= now else None


# --- claims ---------------------------------------------------------------------------------------------------------


@login_required
@require_POST
def claim(request: HttpRequest, pk: int) -> HttpResponse:
    """Save one claim. The form keeps what was typed; only what is said about it comes back."""
    enrolment = access.sheet_for(request.user, pk)
    data = load(enrolment)
    found = _find(data, request.POST.get("clause", ""))
    entry, code, clause = found
    typed = read_entry(request.POST, clause, clause.kind)
    key = request.POST.get("key", "")[:200]
    if typed.problems:
        return _invalid(request, typed.problems)
    try:
        saved = services.save_claim(
            actor=request.user,
            enrolment=enrolment,
            clause_code=code,
            claim=services.Claim(typed.said, typed.extras, typed.present),
            fact_pk=whole(request.POST.get("fact")),
            version=whole(request.POST.get("version")) or 0,
            first=not key.startswith("new-"),
        )
    except services.Invalid as fault:
        return _invalid(request, fault.problems)
    except services.Refused as fault:
        return _refused(request, fault)
    except Conflict as conflict:
        return _clash(request, enrolment, data, found, typed, conflict)
    if not is_htmx(request):
        return redirect(f"{reverse('evidence:sheet', args=[pk])}#item-{outline.slug(entry.code)}")
    several = len(data.claims.get(code, ())) > 1
    return _after(request, enrolment, found, key, saved.fact, whole_clause=saved.fact is None and several)


@login_required
@require_POST
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Take one claim back."""
    enrolment = access.sheet_for(request.user, pk)
    found = _find(load(enrolment), request.POST.get("clause", ""))
    fact_pk = whole(request.POST.get("fact"))
    if fact_pk is not None:
        try:
            services.withdraw_claim(
                actor=request.user, enrolment=enrolment, fact_pk=fact_pk,
                version=whole(request.POST.get("version")) or 0,
            )  # fmt: skip
        except services.Refused as fault:
            return _refused(request, fault)
    return _after(request, enrolment, found, request.POST.get("key", "")[:200], None, whole_clause=True)


@login_required
@require_GET
def blank(request: HttpRequest, pk: int) -> HttpResponse:
    """One more empty form under a clause."""
    data, page = _page(request, access.sheet_for(request.user, pk))
    entry, code, clause = _find(data, request.GET.get("clause", ""))
    key = f"new-{outline.slug(code)}-{secrets.token_hex(4)}"
    context = {"clause": page.clause(entry, code, clause), "fact": page.blank(code, clause, key), "sheet_pk": pk}
    return render(request, "evidence/_fact_form.html", context)


@login_required
@require_GET
def clause_view(request: HttpRequest, pk: int) -> HttpResponse:
    """One clause as it is stored now: what stays after a clash is settled in favour of the other."""
    data, page = _page(request, access.sheet_for(request.user, pk))
    entry, code, clause = _find(data, request.GET.get("clause", ""))
    response = render(request, "evidence/_clause.html", {"clause": page.clause(entry, code, clause), "sheet_pk": pk})
    return trigger(response, "kp:saved")


def _page(request: HttpRequest, enrolment: Enrolment) -> tuple[SheetData, SheetPage]:
    data = load(enrolment)
    return data, SheetPage(data, editable=access.editable_items(request.user, data, timezone.now()))


def _find(data: SheetData, code: str) -> tuple[outline.Entry, str, Any]:
    for entry in data.entries:
        for full, clause in entry.clauses:
            if full == code and outline.is_claimable(clause):
                return entry, full, clause
    raise Http404


def _after(
    request: HttpRequest, enrolment: Enrolment, found: tuple[outline.Entry, str, Any], key: str,
    fact: Fact | None, *, whole_clause: bool,
) -> HttpResponse:  # fmt: skip
    """What a save changes around the form: which fact it holds, the time, the outline, the item's foot."""
    entry, code, clause = found
    data, page = _page(request, enrolment)
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
    return trigger(render(request, "evidence/_saved_claim.html", context), "kp:saved", {"item": entry.code})


def _invalid(request: HttpRequest, problems: dict[str, str]) -> HttpResponse:
    return render(request, "evidence/_invalid.html", {"problems": list(problems.values())}, status=422)


def _refused(request: HttpRequest, fault: services.Refused) -> HttpResponse:
    return render(request, "evidence/_invalid.html", {"problems": [wording.refusal(fault.code)]}, status=422)


def _clash(
    request: HttpRequest, enrolment: Enrolment, data: SheetData, found: tuple[outline.Entry, str, Any],
    typed: Entry, conflict: Conflict,
) -> HttpResponse:  # fmt: skip
    """Both versions side by side; nothing is written until one is chosen."""
    entry, code, clause = found
    pk = whole(request.POST.get("fact"))
    stored = access.fact_of(enrolment, pk) if pk is not None else access.live_claim(enrolment, code)
    gone = stored is None or stored.state == "withdrawn"
    context = {
        "sheet_pk": enrolment.pk,
        "key": request.POST.get("key", "")[:200],
        "code": code,
        "slug": outline.slug(code),
        "ref": clause.ref or clause.text[:30],
        "mine": _told(data, code, clause, typed.said, _typed_extras(typed)),
        "theirs": _("taken back") if gone else _told(data, code, clause, stored.said, _stored_extras(stored)),
        "theirs_at": None if stored is None else stored.updated_at,
        "fact": "" if gone else stored.pk,
        "version": 0 if gone else stored.version,
    }
    return render(request, "evidence/_clash.html", context, status=409)


def _told(data: SheetData, code: str, clause: Any, said: Any, extras: dict[str, Any]) -> str:
    shares = data.definition.shares_of(code)
    words = [explain.said_text(clause, said), explain.extras_text(clause=clause, shares=shares, **extras)]
    return " · ".join(word for word in words if word) or _("nothing")


def _typed_extras(typed: Entry) -> dict[str, Any]:
    names = {"date": None, "matter": "", "share": "", "modifiers": [], "note": ""}
    return {name: typed.extras.get(name, default) for name, default in names.items()}


def _stored_extras(fact: Fact) -> dict[str, Any]:
    return {name: getattr(fact, name) for name in ("date", "matter", "share", "modifiers", "note")}


# --- items ----------------------------------------------------------------------------------------------------------


@login_required
@require_POST
def item(request: HttpRequest, pk: int) -> HttpResponse:
    """Say something about an item as a whole."""
    enrolment = access.sheet_for(request.user, pk)
    code = request.POST.get("item", "")
    if not any(entry.code == code for entry in load(enrolment).entries):
        raise Http404
    try:
        services.say_item(
            actor=request.user, enrolment=enrolment, item_code=code, say=request.POST.get("say", ""),
            reason=request.POST.get("reason", "")[:2000], version=whole(request.POST.get("version")) or 0,
        )  # fmt: skip
    except (services.Refused, services.Invalid) as fault:
        text = wording.refusal(fault.code) if isinstance(fault, services.Refused) else _("A reason is needed.")
        return render(request, "evidence/_invalid.html", {"problems": [text]}, status=422, headers={"HX-Reswap": "afterbegin"})
    except Conflict:
        return _item_again(request, enrolment, code, status=409)
    if not is_htmx(request):
        return redirect(f"{reverse('evidence:sheet', args=[pk])}#item-{outline.slug(code)}")
    return _item_again(request, enrolment, code)


def _item_again(request: HttpRequest, enrolment: Enrolment, code: str, status: int = 200) -> HttpResponse:
    """The item as it stands now, with what changes around it."""
    data, page = _page(request, enrolment)
    entry = next(one for one in data.entries if one.code == code)
    context = {
        "sheet_pk": enrolment.pk,
        "sheet": head_of(data, editable=True, closes_at=None, now=timezone.now()),
        "item": page.item(entry),
        "entry": page.outline_entry(entry),
        "accept": ACCEPT,
        "meanwhile": status == 409,
    }
    return trigger(render(request, "evidence/_item_again.html", context, status=status), "kp:saved", {"item": code})


@login_required
@require_POST
def nothing_everywhere(request: HttpRequest, pk: int) -> HttpResponse:
    """Nothing to report in every item that starts from full marks and is still untouched."""
    enrolment = access.sheet_for(request.user, pk)
    try:
        services.say_nothing_everywhere(actor=request.user, enrolment=enrolment)
    except services.Refused as fault:
        return _refused(request, fault)
    return redirect("evidence:sheet", pk)


# --- proof ----------------------------------------------------------------------------------------------------------


@login_required
@require_POST
def attach(request: HttpRequest, pk: int) -> HttpResponse:
    """Take the files dropped on an item; each that is refused is named with the reason, the others are kept."""
    enrolment = access.sheet_for(request.user, pk)
    code = request.POST.get("item", "")
    entry = next((one for one in load(enrolment).entries if one.code == code), None)
    if entry is None:
        raise Http404
    uploads = request.FILES.getlist("files")
    refused = [] if uploads else [(_("File"), wording.file_refusal("name", {}))]
    for upload in uploads:
        try:
            services.attach_file(actor=request.user, enrolment=enrolment, upload=upload, item_code=code)
        except files.Refused as fault:
            refused.append((upload.name, wording.file_refusal(fault.code, fault.params)))
        except services.Refused as fault:
            refused.append((upload.name, wording.refusal(fault.code)))
    if not is_htmx(request):
        return redirect(f"{reverse('evidence:sheet', args=[pk])}#item-{outline.slug(code)}")
    return _proofs(request, enrolment, entry, refused)


@login_required
@require_POST
def detach(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a file off an item."""
    enrolment = access.sheet_for(request.user, pk)
    code = request.POST.get("item", "")
    entry = next((one for one in load(enrolment).entries if one.code == code), None)
    attachment = whole(request.POST.get("attachment"))
    if entry is None or attachment is None:
        raise Http404
    refused = []
    try:
        services.detach_file(actor=request.user, enrolment=enrolment, item_code=code, attachment_pk=attachment)
    except services.Refused as fault:
        refused = [(_("File"), wording.refusal(fault.code))]
    return _proofs(request, enrolment, entry, refused)


def _proofs(
    request: HttpRequest, enrolment: Enrolment, entry: outline.Entry, refused: list[tuple[str, str]]
) -> HttpResponse:
    data, page = _page(request, enrolment)
    context = {
        "sheet_pk": enrolment.pk,
        "sheet": head_of(data, editable=True, closes_at=None, now=timezone.now()),
        "item": page.item(entry, refused=refused),
        "entry": page.outline_entry(entry),
        "accept": ACCEPT,
    }
    return render(request, "evidence/_proofs_again.html", context)
