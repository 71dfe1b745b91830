"""The sheet as a workbook: downloaded, brought back, looked at, and merged once that is confirmed."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods

from appraisal_site.toolkit.conflicts import Conflict
from appraisal_site.toolkit.xlsx.writing import MEDIA_TYPE
from evidence import wording
from evidence.offline import Filled, Lost, NotThisSheet, Plan, packed, read_sheet, unpacked, write_sheet
from evidence.offline.carrying import LONGEST
from evidence.offline.columns import shape_of
from evidence.offline.plan import CHANGED, NEW, SAYING
from evidence.offline.reading import MAX_BYTES
from evidence.selectors import access
from evidence.selectors.sheetdata import SheetData, load
from evidence.services import Invalid, Refused
from evidence.services.offline import look_at_sheet, merge_sheet

if TYPE_CHECKING:
    from rubrics.models import Enrolment

SHOWN = 200
"""Problems shown at once; who mends these sees the next."""
MOST_LINES = 1_500
"""Differences that one form confirms."""


@login_required
@require_GET
def workbook(request: HttpRequest, pk: int) -> FileResponse:
    """The sheet as it stands, to fill in or, where it cannot be written in now, to read."""
    data = load(access.sheet_for(request.user, pk))
    content = write_sheet(shape_of(data), access.editable_items(request.user, data, timezone.now()))
    unit, cycle = data.enrolment.unit, data.enrolment.cycle
    name = f"{unit.code}-{cycle.year}-{timezone.localdate():%m%d}.xlsx"
    return FileResponse(BytesIO(content), as_attachment=True, filename=name, content_type=MEDIA_TYPE)


@login_required
@require_http_methods(["GET", "POST"])
def offline(request: HttpRequest, pk: int) -> HttpResponse:
    """Download and bring back; a workbook is compared first, and nothing is stored before that is confirmed."""
    enrolment = access.sheet_for(request.user, pk)
    data = load(enrolment)
    editable = access.editable_items(request.user, data, timezone.now())
    if request.method == "GET":
        return _page(request, data, bool(editable))
    if not editable:
        return _page(request, data, False, {"fault": wording.refusal("closed")}, status=422)
    if "filled" in request.POST:
        return _confirmed(request, data)
    file = request.FILES.get("file")
    if file is None:
        return _page(request, data, True, {"fault": _("Choose the workbook first.")}, status=422)
    try:
        filled = read_sheet(file.read(MAX_BYTES + 1), shape_of(data))
    except NotThisSheet as fault:
        return _page(request, data, True, {"fault": str(fault), "name": file.name}, status=422)
    return _look(request, data, filled, file.name)


def _look(
    request: HttpRequest, data: SheetData, filled: Filled, name: str, *, late: bool = False, fault: str = ""
) -> HttpResponse:
    """The dry run: problems by cell, and each difference with what is stored beside it."""
    plan = look_at_sheet(actor=request.user, enrolment=data.enrolment, filled=filled)
    page: dict[str, Any] = {"name": name, "late": late, "fault": fault, "read": True, **_told(plan)}
    if plan.problems:
        return _page(request, data, True, page, status=422)
    if plan.lines:
        text = packed(filled, data.enrolment.pk)
        if len(text) > LONGEST or len(plan.lines) > MOST_LINES:
            page |= {"fault": _("This is too much at once. Bring the workbook back in parts."), "lines": []}
            return _page(request, data, True, page, status=422)
        page |= {"filled": text, "expected": plan.mark}
    return _page(request, data, True, page, status=409 if late else 422 if fault else 200)


def _told(plan: Plan) -> dict[str, Any]:
    return {
        "problems": plan.problems[:SHOWN],
        "more_problems": max(0, len(plan.problems) - SHOWN),
        "problem_count": len(plan.problems),
        "lines": plan.lines,
        "choosing": [line for line in plan.lines if line.chosen],
        "asking": [line for line in plan.lines if line.asked],
        "plain": [line for line in plan.lines if not line.chosen and not line.asked],
        "new": plan.count(NEW),
        "changed": plan.count(CHANGED, SAYING),
        "unchanged": plan.unchanged,
    }


def _confirmed(request: HttpRequest, data: SheetData) -> HttpResponse:
    enrolment, sent = data.enrolment, request.POST
    try:
        filled = unpacked(sent["filled"], enrolment.pk)
    except Lost:
        return _page(
            request, data, True, {"fault": _("That took too long; bring the workbook back again.")}, status=422
        )
    name = sent.get("name", "")[:200]
    try:
        merged = merge_sheet(
            actor=request.user, enrolment=enrolment, filled=filled, expected=sent.get("expected", ""),
            choices={key.removeprefix("pick-"): value for key, value in sent.items() if key.startswith("pick-")},
            take_back=sent.getlist("take"),
        )  # fmt: skip
    except Conflict:
        return _again(request, enrolment, filled, name, late=True)
    except Refused as refused:
        return _again(request, enrolment, filled, name, fault=wording.refusal(refused.code))
    except Invalid as invalid:
        return _again(request, enrolment, filled, name, fault=str(invalid))
    if merged.written:
        text = ngettext(
            "%(n)d entry of the workbook is on the sheet.",
            "%(n)d entries of the workbook are on the sheet.",
            merged.written,
        )
        messages.success(request, text % {"n": merged.written})
    else:
        messages.info(request, _("Nothing was taken over; the sheet is as it was."))
    return redirect("evidence:sheet", enrolment.pk)


def _again(request: HttpRequest, enrolment: Enrolment, filled: Filled, name: str, **why: Any) -> HttpResponse:
    """The same workbook compared with what is stored now."""
    return _look(request, load(enrolment), filled, name, **why)


def _page(
    request: HttpRequest, data: SheetData, editable: bool, page: dict[str, Any] | None = None, *, status: int = 200
) -> HttpResponse:
    enrolment = data.enrolment
    context = {"enrolment": enrolment, "sheet_pk": enrolment.pk, "unit": str(enrolment.unit),
               "title": enrolment.cycle.title, "editable": editable}  # fmt: skip
    return render(request, "evidence/offline.html", {**context, **(page or {})}, status=status)
