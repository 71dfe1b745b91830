"""What the pages of the sheet share."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from evidence import files, services, wording
from evidence.selectors import access
from evidence.selectors.closed import why_closed
from evidence.selectors.filerows import room_of
from evidence.selectors.sheet import SheetPage
from evidence.selectors.sheetdata import SheetData
from evidence.views.kept import unsaved

if TYPE_CHECKING:
    from rubrics.models import Enrolment

ACCEPT = ",".join(f".{ending}" for ending in files.KINDS)


def about_files(data: SheetData) -> dict[str, Any]:
    """What the page says of giving files: the room that is left, and how large one may be."""
    limit = services.file_limit()
    return {"room": room_of(data), "limit": limit, "limit_text": wording.size_text(limit)}


def page_of(request: HttpRequest, enrolment: Enrolment) -> tuple[SheetData, SheetPage]:
    """The sheet as it stands now, and what builds its rows for this person."""
    data = access.data_for(request.user, enrolment)
    return data, SheetPage(data, editable=access.editable_items(request.user, data, timezone.now()))


def invalid(request: HttpRequest, problems: dict[str, str], *, incomplete: bool = False) -> HttpResponse:
    context = {"problems": list(problems.values()), "incomplete": incomplete}
    answer = render(request, "evidence/_invalid.html", context, status=422)
    return unsaved(answer, "incomplete" if incomplete else "invalid", " ".join(problems.values()))


def refused(
    request: HttpRequest, fault: services.Refused, enrolment: Enrolment | None = None, item_code: str = ""
) -> HttpResponse:
    """Why nothing was saved; of a sheet that closed meanwhile also since when, and who can open it again."""
    closed = fault.code == "closed" and enrolment is not None
    text = why_closed(enrolment, item_code, timezone.now()) if closed and enrolment else wording.refusal(fault.code)
    answer = render(request, "evidence/_invalid.html", {"problems": [text]}, status=422)
    return unsaved(answer, fault.code, text)
