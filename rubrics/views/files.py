"""Rubric files: looked at before they are taken in, and handed out again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from rubrics import policies, selectors, services
from rubrics.checks import read_definition
from rubrics.definition import Definition, file_data
from rubrics.files import FileProblems, read_yaml, write_yaml
from rubrics.forms import RubricFileForm, RubricTextForm
from rubrics.selectors import outlines
from rubrics.selectors.rubrics import next_edition
from rubrics.views.guards import only_if, words_of

SHOWN = 200
"""Problems shown at once; who mends these sees the next."""


@dataclass(frozen=True)
class ProblemLine:
    place: str
    text: str
    bad: bool


def read(content: bytes) -> tuple[Definition | None, Any, list[Any]]:
    """What a file holds: the definition or None, its plain data, and every problem."""
    try:
        data = read_yaml(content)
    except FileProblems as error:
        return None, None, error.problems
    definition, problems = read_definition(data)
    return definition, data, problems


def lines(problems: list[Any]) -> list[ProblemLine]:
    lang = get_language() or "zh-hans"
    return [ProblemLine(each.place, each.text(lang), each.severity == "error") for each in problems]


@only_if(policies.may_write_rubrics)
@require_http_methods(["GET", "POST"])
def load(request: HttpRequest) -> HttpResponse:
    """Choose a file; it is read and shown, and nothing is stored yet."""
    form = RubricFileForm(request.POST or None, request.FILES or None)
    if request.method == "GET" or not form.is_valid():
        status = 422 if request.method == "POST" else 200
        return render(request, "rubrics/load.html", {"form": form}, status=status)
    file = form.cleaned_data["file"]
    return _look(request, form, file.read(), file.name)


def _look(request: HttpRequest, form: RubricFileForm, content: bytes, name: str) -> HttpResponse:
    definition, _data, problems = read(content)
    found = lines(problems)
    errors = sum(line.bad for line in found)
    page: dict[str, Any] = {
        "form": form,
        "name": name,
        "problems": found[:SHOWN],
        "more": max(0, len(found) - SHOWN),
        "verdict": _verdict(errors, len(found) - errors),
        "errors": errors,
    }
    if definition is not None:
        page["summary"] = outlines.summary_of(definition)
        page["text"] = content.decode("utf-8-sig")
        page["edition"] = next_edition(definition.code, definition.year)
    return render(request, "rubrics/load.html", page, status=200 if definition else 422)


def _verdict(errors: int, hints: int) -> str:
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
    name = form.cleaned_data["name"]
    content = form.cleaned_data["text"].encode()
    definition, data, _problems = read(content)
    if definition is None:
        return _look(request, RubricFileForm(), content, name)
    try:
        rubric = services.load_rubric(actor=request.user, data=data, filename=name)
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
    """The rubric as the file that makes the same rubric elsewhere."""
    rubric = selectors.rubric_for(request.user, pk)
    text = write_yaml(file_data(selectors.definition_of(rubric)))
    response = HttpResponse(text, content_type="application/yaml; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{rubric.code}-{rubric.year}.yaml"'
    response["Cache-Control"] = "no-store"
    return response
