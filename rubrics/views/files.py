"""Rubric files: looked at before they are taken in as a new draft, and handed out again."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from appraisal_site.toolkit.xlsx.writing import MEDIA_TYPE
from rubrics import policies, selectors, services
from rubrics.files import Finding, Incoming, TooLong, Unreadable, look_at, write_workbook
from rubrics.forms import RubricFileForm, RubricTextForm
from rubrics.selectors import exports, outlines
from rubrics.selectors.rubrics import next_edition
from rubrics.views.guards import only_if, words_of

SHOWN = 200
"""Problems shown at once; who mends these sees the next."""


@dataclass(frozen=True)
class ProblemLine:
    place: str
    text: str
    bad: bool


def language() -> str:
    return get_language() or "zh-hans"


def lines(problems: Iterable[Any]) -> list[ProblemLine]:
    return [ProblemLine(each.place, each.text(language()), each.severity == "error") for each in problems]


def lines_of(findings: Iterable[Finding]) -> list[ProblemLine]:
    return [ProblemLine(_place(each), each.problem.text(language()), each.is_error) for each in findings]


def _place(finding: Finding) -> str:
    """Sheet and cell, or line and path."""
    line = _("line %(number)s") % {"number": finding.line} if finding.line else ""
    return " · ".join(part for part in (line, finding.place) if part)


def read_upload(form: RubricFileForm) -> tuple[Incoming | None, str]:
    """What the file of a valid form holds, and its name; None with an error in the form where it cannot be read."""
    file = form.cleaned_data["file"]
    try:
        return look_at(file.read(), lang=language()), file.name
    except Unreadable as error:
        form.add_error("file", str(error))
        return None, file.name


@only_if(policies.may_write_rubrics)
@require_http_methods(["GET", "POST"])
def load(request: HttpRequest) -> HttpResponse:
    """Choose a file; it is read and shown, and nothing is stored yet."""
    form = RubricFileForm(request.POST or None, request.FILES or None)
    if request.method == "GET":
        return render(request, "rubrics/load.html", {"form": form})
    incoming, name = read_upload(form) if form.is_valid() else (None, "")
    if incoming is None:
        return render(request, "rubrics/load.html", {"form": form}, status=422)
    return _look(request, form, incoming, name)


def _look(request: HttpRequest, form: RubricFileForm, incoming: Incoming, name: str) -> HttpResponse:
    found = lines_of(incoming.findings)
    errors = sum(line.bad for line in found)
    page: dict[str, Any] = {
        "form": form,
        "name": name,
        "problems": found[:SHOWN],
        "more": max(0, len(found) - SHOWN),
        "verdict": verdict(errors, len(found) - errors),
        "errors": errors,
    }
    definition = incoming.definition
    if definition is not None:
        page["summary"] = outlines.summary_of(definition)
        page["text"] = incoming.text
        page["of_workbook"] = incoming.is_workbook
        page["edition"] = next_edition(definition.code, definition.year)
    return render(request, "rubrics/load.html", page, status=200 if definition else 422)


def verdict(errors: int, hints: int) -> str:
    parts = []
    if errors:
        parts.append(ngettext("%(n)d error", "%(n)d errors", errors) % {"n": errors})
    if hints:
        parts.append(ngettext("%(n)d hint", "%(n)d hints", hints) % {"n": hints})
    return _(", ").join(parts)


@only_if(policies.may_write_rubrics)
@require_POST
def take(request: HttpRequest) -> HttpResponse:
    """Take in the text that was shown, as a draft; it is read and judged once more."""
    form = RubricTextForm(request.POST)
    if not form.is_valid():
        return redirect("rubrics:load")
    name, text = form.cleaned_data["name"], form.cleaned_data["text"]
    incoming = look_at(text.encode(), lang=language())
    if incoming.definition is None:
        return _look(request, RubricFileForm(), incoming, name)
    kept = "" if form.cleaned_data["of_workbook"] else text
    try:
        rubric = services.load_rubric(actor=request.user, data=incoming.data, filename=name, file_text=kept)
    except services.Refused as refused:
        messages.error(request, words_of(refused))
        return redirect("rubrics:load")
    messages.success(
        request,
        _("“%(title)s” is here as a draft. Nobody is bound by it before it is published.") % {"title": rubric.title},
    )
    return redirect("rubrics:rubric", rubric.pk)


@login_required
@require_GET
def download(request: HttpRequest, pk: int) -> HttpResponse:
    """The rubric as the file that makes the same rubric elsewhere, with the comments of the file it came from."""
    rubric = selectors.rubric_for(request.user, pk)
    content = exports.yaml_of(rubric).encode()
    return _file(content, f"{rubric.code}-{rubric.year}.yaml", "application/yaml; charset=utf-8")


@login_required
@require_GET
def workbook(request: HttpRequest, pk: int) -> HttpResponse:
    """The rubric as a workbook that can be edited offline and brought in again; drafts with errors too."""
    rubric = selectors.rubric_for(request.user, pk)
    try:
        content = exports.workbook_of(rubric, language())
    except TooLong as error:
        text = _("A text is too long for a cell of a workbook (%(place)s). Download the YAML file instead.")
        messages.error(request, text % {"place": error.place})
        return redirect("rubrics:rubric", rubric.pk)
    return _file(content, f"{rubric.code}-{rubric.year}.xlsx", MEDIA_TYPE)


@only_if(policies.may_write_rubrics)
@require_GET
def blank(request: HttpRequest) -> HttpResponse:
    """An empty workbook with the same sheets, for starting offline."""
    return _file(write_workbook({}, language()), f"{_('rubric')}.xlsx", MEDIA_TYPE)


def _file(content: bytes, name: str, media_type: str) -> HttpResponse:
    response = HttpResponse(content, content_type=media_type)
    plain = name if name.isascii() else f"rubric.{name.rpartition('.')[2]}"
    also = "" if name.isascii() else f"; filename*=UTF-8''{quote(name)}"
    response["Content-Disposition"] = f'attachment; filename="{plain}"{also}'
    response["Cache-Control"] = "no-store"
    return response
