"""A rubric file over a draft: read, compared with what is there, and only then put in its place."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from appraisal_site.toolkit.conflicts import Conflict
from rubrics import policies, selectors
from rubrics.differences import between
from rubrics.files import Incoming, look_at
from rubrics.forms import BringInForm, RubricFileForm
from rubrics.models import Rubric
from rubrics.selectors import differences
from rubrics.services import Refused
from rubrics.services.incoming import bring_in as put
from rubrics.views.files import SHOWN, language, lines_of, read_upload, verdict
from rubrics.views.guards import only_if, words_of


@only_if(policies.may_write_rubrics)
@require_http_methods(["GET", "POST"])
def bring_in(request: HttpRequest, pk: int) -> HttpResponse:
    """Choose a file, see what is wrong and what would change; nothing is stored before that is confirmed."""
    rubric = _draft(request, pk)
    if request.method == "POST" and "text" in request.POST:
        return _confirmed(request, rubric)
    form = RubricFileForm(request.POST or None, request.FILES or None)
    if request.method == "GET":
        return _page(request, rubric, form, {})
    incoming, name = read_upload(form) if form.is_valid() else (None, "")
    if incoming is None:
        return _page(request, rubric, form, {}, status=422)
    return _look(request, rubric, form, (incoming, name))


def _draft(request: HttpRequest, pk: int) -> Rubric:
    rubric = selectors.rubric_for(request.user, pk)
    if not policies.may_edit_rubric(request.user, rubric):
        raise PermissionDenied
    return rubric


def _look(
    request: HttpRequest, rubric: Rubric, form: RubricFileForm, file: tuple[Incoming, str], *, late: bool = False
) -> HttpResponse:
    """The dry run: problems, then the difference to what the draft holds now."""
    incoming, name = file
    stopping = lines_of(finding for finding in incoming.findings if finding.stops)
    waiting = lines_of(finding for finding in incoming.findings if not finding.stops)
    errors = sum(line.bad for line in (*stopping, *waiting))
    page: dict[str, Any] = {
        "name": name,
        "late": late,
        "stopping": stopping[:SHOWN],
        "more_stopping": max(0, len(stopping) - SHOWN),
        "waiting": waiting[:SHOWN],
        "more_waiting": max(0, len(waiting) - SHOWN),
        "verdict": verdict(errors, len(stopping) + len(waiting) - errors),
        "errors": errors,
        "read": True,
        "stops": incoming.stops,
    }
    if not incoming.stops:
        page |= {"text": incoming.text, "of_workbook": incoming.is_workbook}
    status = 409 if late else 422 if incoming.stops else 200
    return _page(request, rubric, form, page | _compared(rubric, incoming), status=status)


def _compared(rubric: Rubric, incoming: Incoming) -> dict[str, Any]:
    """What would change; nothing is said where one of the two cannot be read at all."""
    old, new = differences.definition_shown(rubric), incoming.mended
    if old is None or new is None:
        return {}
    found = between(old, new)
    added, changed, removed = differences.counted(found)
    return {
        "differences": differences.page_of(old, new, found),
        "added": added,
        "changed": changed,
        "removed": removed,
        "renamed": (new.code, new.year) != (rubric.code, rubric.year),
        "new_name": f"{new.code} {new.year}",
    }


def _confirmed(request: HttpRequest, rubric: Rubric) -> HttpResponse:
    form = BringInForm(request.POST)
    if not form.is_valid():
        return redirect("rubrics:bring_in", rubric.pk)
    said = form.cleaned_data
    incoming = look_at(said["text"].encode(), lang=language())
    file = (incoming, said["name"])
    if incoming.stops:
        return _look(request, rubric, RubricFileForm(), file)
    kept = "" if said["of_workbook"] else said["text"]
    try:
        change = put(
            actor=request.user, rubric=rubric, version=said["version"], content=incoming.content, file_text=kept
        )
    except Conflict:
        return _look(request, _draft(request, rubric.pk), RubricFileForm(), file, late=True)
    except Refused as refused:
        messages.error(request, words_of(refused))
        return redirect("rubrics:bring_in", rubric.pk)
    if change is None:
        messages.info(request, _("The file says what the draft said already. Nothing was changed."))
    else:
        messages.success(request, _("The file is in the place of what the draft held. You can undo it in one step."))
    return redirect("rubrics:workbench", rubric.pk)


def _page(
    request: HttpRequest, rubric: Rubric, form: RubricFileForm, page: dict[str, Any], *, status: int = 200
) -> HttpResponse:
    return render(request, "rubrics/bring_in.html", {"rubric": rubric, "form": form, **page}, status=status)
