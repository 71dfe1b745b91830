"""What the pages of the sheet share."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from evidence import files, services, wording
from evidence.selectors import access
from evidence.selectors.sheet import SheetPage
from evidence.selectors.sheetdata import SheetData, load

if TYPE_CHECKING:
    from rubrics.models import Enrolment

ACCEPT = ",".join(f".{ending}" for ending in files.KINDS)


def page_of(request: HttpRequest, enrolment: Enrolment) -> tuple[SheetData, SheetPage]:
    """The sheet as it stands now, and what builds its rows for this person."""
    data = load(enrolment)
    return data, SheetPage(data, editable=access.editable_items(request.user, data, timezone.now()))


def invalid(request: HttpRequest, problems: dict[str, str], *, incomplete: bool = False) -> HttpResponse:
    context = {"problems": list(problems.values()), "incomplete": incomplete}
    return render(request, "evidence/_invalid.html", context, status=422)


def refused(request: HttpRequest, fault: services.Refused) -> HttpResponse:
    return render(request, "evidence/_invalid.html", {"problems": [wording.refusal(fault.code)]}, status=422)
