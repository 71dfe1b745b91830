"""The workbench: tree, entry, source text, totals and problems of one rubric on one page, and its fragments."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from appraisal_site.toolkit.conflicts import Conflict
from appraisal_site.toolkit.htmx import is_htmx
from rubrics import policies, selectors, services
from rubrics.forms.bench import NewDraftForm, SourceForm
from rubrics.models import Rubric
from rubrics.selectors import benchpage, benchparts, benchtree, differences
from rubrics.selectors.benchtools import tools_of
from rubrics.selectors.drafts import draft_of, entry_of, last_change
from rubrics.selectors.entries import find_entry
from rubrics.selectors.sourceplace import place_of_ref
from rubrics.services.drafts import start_draft
from rubrics.services.source import set_source_text
from rubrics.views.entry import form_context
from rubrics.views.guards import only_if, words_of

if TYPE_CHECKING:
    from rubrics.selectors.benchtree import At
    from rubrics.selectors.drafts import Draft

AT = re.compile(r"(category|item|clause|series|panel|grading|head|list)-([a-z0-9]+)\Z")
OPEN_AT_ONCE = 200
"""Branches that one request may ask to have open."""


def at_of(text: str) -> At | None:
    """`item-12` as a kind and a key; None where it is neither."""
    found = AT.match(text)
    return (found[1], found[2]) if found else None


@only_if(policies.may_write_rubrics)
@require_GET
def workbench(request: HttpRequest, pk: int) -> HttpResponse:
    """The whole page; for htmx, which opens another entry, only the entry and what stands beside it."""
    rubric = selectors.rubric_for(request.user, pk)
    at = _there(rubric, at_of(request.GET.get("at", "")), strict=is_htmx(request)) or _first(rubric)
    page = {**_base(request, rubric), **_opened(request, rubric, at)}
    if is_htmx(request):
        return render(request, "rubrics/bench/_opened.html", {**page, "oob": True})
    draft = draft_of(rubric)
    page |= {**_sums(draft), **_tree(request, rubric, draft, at), **_findings(draft), **_around(request, rubric)}
    return render(request, "rubrics/workbench.html", page)


@only_if(policies.may_write_rubrics)
@require_GET
def tree(request: HttpRequest, pk: int) -> HttpResponse:
    """Both trees as they are now; `open` names the branches that stand open in the browser."""
    rubric = selectors.rubric_for(request.user, pk)
    at = at_of(request.GET.get("at", ""))
    return render(request, "rubrics/bench/_tree.html", _tree(request, rubric, draft_of(rubric), at))


@only_if(policies.may_write_rubrics)
@require_GET
def totals(request: HttpRequest, pk: int) -> HttpResponse:
    """The strip of totals and, out of band, what the head says: undo, publishing."""
    rubric = selectors.rubric_for(request.user, pk)
    page = {**_base(request, rubric), **_sums(draft_of(rubric)), "oob": True}
    return render(request, "rubrics/bench/_totals_again.html", page)


@only_if(policies.may_write_rubrics)
@require_GET
def problems(request: HttpRequest, pk: int) -> HttpResponse:
    """The panel of problems; with `all` every one of them."""
    rubric = selectors.rubric_for(request.user, pk)
    page = {"rubric": rubric, "oob": True, **_findings(draft_of(rubric), everything="all" in request.GET)}
    return render(request, "rubrics/bench/_problems.html", page)


# --- what the templates need ------------------------------------------------------------------------------------------


def _base(request: HttpRequest, rubric: Rubric) -> dict[str, Any]:
    editable = policies.may_edit_rubric(request.user, rubric)
    last = last_change(rubric) if editable else None
    return {
        "rubric": rubric,
        "editable": editable,
        "state": rubric.get_state_display(),
        "last": last,
        "last_words": _("%(verb)s: %(title)s") % {"verb": last.get_verb_display(), "title": last.title} if last else "",
        "fingerprint": " ".join(re.findall("....", rubric.fingerprint)),
    }


def _sums(draft: Draft) -> dict[str, Any]:
    counts = benchpage.counts_of(draft)
    sums, tops = benchpage.sums_of(draft.definition)
    return {
        "sums": sums,
        "tops": tops,
        "why_not": benchpage.stops(counts),
    }


def _findings(draft: Draft, *, everything: bool = False) -> dict[str, Any]:
    counts = benchpage.counts_of(draft)
    return {
        "findings": benchpage.findings_of(draft, everything=everything),
        "errors": counts["error"],
        "verdict": benchpage.verdict_of(counts),
    }


def _tree(request: HttpRequest, rubric: Rubric, draft: Draft, at: At | None) -> dict[str, Any]:
    opened = {found for text in request.GET.getlist("open")[:OPEN_AT_ONCE] if (found := at_of(text))}
    here = at or ("", "")
    return {
        "rubric": rubric,
        "nodes": benchtree.tree_of(
            rubric, at=here, opened=opened, errors=benchpage.errors_by_place(draft), definition=draft.definition
        ),
        "parts": benchparts.parts_of(rubric, at=here, errors=benchpage.errors_by_entry(draft)),
    }


def _first(rubric: Rubric) -> At | None:
    """Where the page opens when no entry is named: at the first category, or nowhere while there is none."""
    first = benchtree.first_category(rubric)
    return ("category", str(first)) if first else None


def _there(rubric: Rubric, at: At | None, *, strict: bool) -> At | None:
    """The entry if the rubric has it (any more); otherwise nothing, or 404 for a fragment."""
    if at is None or (at[1] in benchparts.LISTS if at[0] == "list" else find_entry(rubric, *at) is not None):
        return at
    if strict:
        raise Http404
    return None


def _opened(request: HttpRequest, rubric: Rubric, at: At | None) -> dict[str, Any]:
    """The entry that is open: its form, or a list of entries, or what to begin with."""
    lines = rubric.source_text.splitlines()
    if at is None:
        return {"at": "", "begin": True, "source": lines, "line": None}
    kind, key = at
    page: dict[str, Any] = {"at": f"{kind}-{key}", "kind": kind, "key": key, "source": lines, "line": None}
    page["tools"] = tools_of(rubric, kind, key)
    if kind == "list":
        return {**page, "listed": benchparts.listed(rubric, key)}
    entry = entry_of(rubric, kind, key)
    editable = policies.may_edit_rubric(request.user, rubric)
    # Without a script the list that is to grow comes with the address.
    form = form_context(rubric, entry, entry.shape, editable=editable, grow=request.GET.get("grow", ""))
    line = place_of_ref(lines, entry.ref) if entry.ref else None
    return {**page, **form, "line": line, "note": entry.note, "against": differences.beside(rubric, entry.full_code)}


def _around(request: HttpRequest, rubric: Rubric) -> dict[str, Any]:
    """Where the head leads: to trying out, to a preview, to files and paper."""
    files = [
        (_("The file (YAML)"), _address("rubrics:download", rubric)),
        (_("Workbook (Excel)"), _address("rubrics:workbook", rubric)),
        (_("Bring in a file over this draft"), _address("rubrics:bring_in", rubric) if rubric.state == "draft" else ""),
        (_("As printed"), _address("rubrics:print", rubric)),
        (_("PDF"), _address("rubrics:pdf", rubric)),
        (_("History of the draft"), _address("rubrics:draft_history", rubric)),
    ]
    return {
        "origin": differences.summary_of(rubric, request.user),
        "try_url": _address("scoring:try_out", rubric),
        "preview_url": _address("evidence:preview", rubric),
        "files": [{"label": label, "url": url} for label, url in files if url],
    }


def _address(name: str, rubric: Rubric) -> str:
    try:
        return reverse(name, args=[rubric.pk])
    except NoReverseMatch:
        return ""


# --- beside the page --------------------------------------------------------------------------------------------------


@only_if(policies.may_write_rubrics)
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """An empty draft from its title, code, year and total."""
    form = NewDraftForm(request.POST or None, initial={"year": timezone.localdate().year, "total": 100})
    if request.method == "POST" and form.is_valid():
        try:
            rubric = start_draft(actor=request.user, **form.cleaned_data)
        except services.Refused as refused:
            form.add_error(None, words_of(refused))
        else:
            return redirect("rubrics:workbench", rubric.pk)
    return render(request, "rubrics/new_draft.html", {"form": form}, status=422 if form.errors else 200)


@only_if(policies.may_write_rubrics)
@require_http_methods(["GET", "POST"])
def source(request: HttpRequest, pk: int) -> HttpResponse:
    """The regulation's text beside the draft: pasted, or from a text file."""
    rubric = selectors.rubric_for(request.user, pk)
    if not policies.may_edit_rubric(request.user, rubric):
        raise PermissionDenied
    form = SourceForm(
        request.POST or None, request.FILES or None, initial={"version": rubric.version, "text": rubric.source_text}
    )
    page: dict[str, Any] = {"rubric": rubric, "form": form}
    if request.method == "GET" or not form.is_valid():
        return render(request, "rubrics/source.html", page, status=422 if form.errors else 200)
    text, version = form.cleaned_data["text"], form.cleaned_data["version"]
    try:
        set_source_text(actor=request.user, rubric=rubric, text=text, version=version)
    except Conflict as conflict:
        form = SourceForm(initial={"version": conflict.current, "text": text})
        return render(request, "rubrics/source.html", {**page, "form": form, "theirs": rubric.source_text}, status=409)
    except services.Refused as refused:
        form.add_error("text", words_of(refused))
        return render(request, "rubrics/source.html", page, status=422)
    return redirect("rubrics:workbench", rubric.pk)
