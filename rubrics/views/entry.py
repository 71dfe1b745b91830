"""The form of one entry of the workbench: shown, saved as it changes, and what it will do in plain words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import time_format
from django.utils.translation import get_language
from django.views.decorators.http import require_GET, require_http_methods

from appraisal_site.toolkit.conflicts import Conflict
from appraisal_site.toolkit.htmx import is_htmx, trigger
from rubrics import policies, selectors
from rubrics.definition.declared import Declared, in_words
from rubrics.definition.entries import fields_of, read_entry
from rubrics.forms.entry import EntryForm, entry_form, typed_of, whole_shape
from rubrics.forms.typed import restructured
from rubrics.selectors.choices import options_for
from rubrics.selectors.drafts import draft_of, entry_of
from rubrics.selectors.entries import MODELS, find_entry
from rubrics.selectors.sayings import says_of
from rubrics.services import Refused, editing
from rubrics.views.clash import clash, over_stored
from rubrics.views.guards import only_if, words_of

if TYPE_CHECKING:
    from rubrics.kinds.problems import Problem
    from rubrics.models import Rubric
    from rubrics.selectors.drafts import Entry


@only_if(policies.may_write_rubrics)
@require_http_methods(["GET", "POST"])
def entry(request: HttpRequest, pk: int, kind: str, key: str) -> HttpResponse:
    """The form of an entry; a post saves what is right in it and says what is wrong."""
    rubric = selectors.rubric_for(request.user, pk)
    stored = find_entry(rubric, kind, key)
    if request.method == "POST" and not policies.may_edit_rubric(request.user, rubric):
        raise PermissionDenied
    if request.method == "POST" and stored is None and kind in MODELS:
        mine, _problems = read_entry(kind, typed_of(kind, "", restructured(request.POST)))
        return clash(request, rubric, kind, key, mine=mine)
    if stored is None:
        raise Http404
    if request.method == "POST":
        return _save(request, rubric, stored)
    return form_page(request, rubric, stored, stored.shape) if is_htmx(request) else redirect(_at(rubric, kind, key))


def _save(request: HttpRequest, rubric: Rubric, stored: Entry) -> HttpResponse:
    section = stored.section
    data = typed_of(stored.kind, section, restructured(request.POST))
    shape, problems = read_entry(stored.kind, data, section=section)
    whole = whole_shape(shape, stored.shape, problems)
    if "base" in request.POST:  # after a clash: what was typed on top of what is stored
        data = whole = over_stored(rubric, stored, whole, request.POST["base"])
    try:
        changed = editing.change_entry(
            actor=request.user,
            rubric=rubric,
            kind=stored.kind,
            key=stored.key,
            version=request.POST.get("version", ""),
            shape=whole,
        )
    except Conflict:
        return clash(request, rubric, stored.kind, stored.key, mine=whole)
    except Refused as refused:
        if not refused.problems:
            return _refused(request, rubric, stored, refused)
        problems, changed = [*problems, *refused.problems], stored
    if not is_htmx(request):
        if problems or "grow" in request.POST:
            return redirect(f"{_at(rubric, stored.kind, stored.key)}&grow={request.POST.get('grow', '')}")
        return redirect(_at(rubric, stored.kind, stored.key))
    if _restructures(request, stored, data):
        answer = form_page(request, rubric, changed, data, problems, grow=request.POST.get("grow", ""))
        answer["HX-Retarget"], answer["HX-Reswap"] = "#entry", "innerHTML"
    else:
        answer = HttpResponse(status=422 if problems else 204)
    return _told(answer, changed, problems)


def _told(answer: HttpResponse, changed: Entry, problems: Sequence[Problem]) -> HttpResponse:
    """Tell the page what was saved: the version to go on from, the time, and what is wrong in which field."""
    lang = get_language() or "zh-hans"
    wrong: dict[str, list[str]] = {}
    for problem in problems:
        wrong.setdefault(".".join(("f", *map(str, problem.path))), []).append(in_words(problem, lang))
    saved = {
        "at": f"{changed.kind}-{changed.key}",
        "version": str(changed.version),
        "time": time_format(timezone.localtime(), "H:i"),
        "problems": wrong,
    }
    trigger(answer, "kp:entry", saved)
    return trigger(answer, "kp:rubric", {"kind": changed.kind, "key": str(changed.key)})


def _refused(request: HttpRequest, rubric: Rubric, stored: Entry, refused: Refused) -> HttpResponse:
    """The draft cannot be changed any more: say so, and keep what was typed on the page."""
    page = {"text": words_of(refused), "rubric": rubric}
    answer = render(request, "rubrics/bench/_refused.html", page, status=409)
    answer["HX-Retarget"], answer["HX-Reswap"] = "#entry-answer", "innerHTML"
    return answer


def _at(rubric: Rubric, kind: str, key: str) -> str:
    return f"{reverse('rubrics:workbench', args=[rubric.pk])}?at={kind}-{key}"


def form_page(
    request: HttpRequest,
    rubric: Rubric,
    entry: Entry,
    data: Mapping[str, Any],
    problems: Sequence[Problem] = (),
    *,
    grow: str = "",
) -> HttpResponse:
    """The form fragment with an entry's data, stored or as typed."""
    page = form_context(
        rubric, entry, data, problems, grow=grow, editable=policies.may_edit_rubric(request.user, rubric)
    )
    return render(request, "rubrics/bench/_form.html", page)


def form_context(
    rubric: Rubric,
    entry: Entry,
    data: Mapping[str, Any],
    problems: Sequence[Problem] = (),
    *,
    grow: str = "",
    editable: bool = True,
) -> dict[str, Any]:
    """What `rubrics/bench/_form.html` needs; also for the workbench page that opens with an entry."""
    section = entry.section
    fields = fields_of(entry.kind, data, section=section)
    item = int(entry.key) if entry.kind == "item" else None
    form = entry_form(
        entry.kind,
        data,
        section=section,
        problems=problems,
        options=options_for(rubric, referred(fields), item=item),
        lang=get_language() or "zh-hans",
        grow=grow,
    )
    return {"rubric": rubric, "entry": entry, "form": form, "editable": editable}


def referred(fields: Sequence[Declared]) -> frozenset[str]:
    """What the fields, and the fields inside them, can name."""
    sorts: set[str] = set()
    seen: set[Any] = set()
    waiting = list(fields)
    while waiting:
        field = waiting.pop()
        sorts.add(field.refers)
        if field.holds in ("provider", "quota", "applies_to"):
            sorts |= {"series", "provider"} if field.holds == "provider" else {"series"}
        if field.holds == "applies_to":
            sorts.add("tag")
        if field.record is not None and field.record not in seen:
            seen.add(field.record)
            waiting += field.fields
    return frozenset(sorts - {""})


def _restructures(request: HttpRequest, stored: Entry, data: Mapping[str, Any]) -> bool:
    """Whether the form has other fields now than the page shows."""
    if {"base", "grow", "drop", "shift"} & request.POST.keys():
        return True
    section = stored.section
    before, now = (_names(stored.kind, each, section) for each in (stored.shape, data))
    return before != now or _modes(stored, section) != _posted_modes(request)


def _names(kind: str, data: Mapping[str, Any], section: str) -> list[str]:
    return [field.name for field in fields_of(kind, data, section=section)]


def _modes(stored: Entry, section: str) -> dict[str, str]:
    form = entry_form(stored.kind, stored.shape, section=section, options={"series": [("", "")]})
    return dict(_modes_in(form))


def _modes_in(form: EntryForm) -> list[tuple[str, str]]:
    found, waiting = [], list(form.controls)
    while waiting:
        control = waiting.pop()
        if control.holds == "quota":
            found.append((f"{control.name}.mode", control.mode))
        waiting += [*control.controls, *(inner for row in control.rows for inner in row.controls)]
    return found


def _posted_modes(request: HttpRequest) -> dict[str, str]:
    return {name: value for name, value in request.POST.items() if name.endswith(".quota.mode")}


@only_if(policies.may_write_rubrics)
@require_GET
def says(request: HttpRequest, pk: int, kind: str, key: str) -> HttpResponse:
    """What an entry will do, in sentences: asked for after it was opened and after each change."""
    rubric = selectors.rubric_for(request.user, pk)
    entry = entry_of(rubric, kind, key)
    draft = draft_of(rubric)
    sentences = says_of(draft.definition, kind, entry.shape, code=entry.full_code, section=entry.section)
    return render(request, "rubrics/bench/_says.html", {"sentences": sentences})
