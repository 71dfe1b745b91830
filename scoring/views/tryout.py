"""Try out: a rubric, mostly a draft, on records that exist. It shows what would be different and keeps nothing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods

from appraisal_site.toolkit.htmx import is_htmx
from appraisal_site.toolkit.xlsx import answer
from rubrics import selectors as rubrics_selectors
from rubrics.kinds.problems import Problem, errors_in
from scoring import policies, services
from scoring.forms import FactsFileForm
from scoring.selectors import tryout, usual_stand
from scoring.tryout import lists, page
from scoring.tryout.wording import Pair
from scoring.tryout_workbook import build
from scoring.views.common import EXPLAINED, STANDS, asked_stand, joined, lang, stand_links

A_PAGE = 100
TABS = ("moves", "units", "grades", "aside")
SHOWN_PROBLEMS = 200


@login_required
@require_http_methods(["GET", "POST"])
def show(request: HttpRequest, pk: int) -> HttpResponse:
    """Choose records and see what the rubric would make of them; a file that is sent is read, not stored."""
    rubric = _rubric(request, pk)
    if request.method == "POST" and "run" not in request.POST:
        return _take_file(request, rubric)
    source = _asked(request, rubric)
    if request.method == "POST":
        return _run(request, rubric, source)
    return _page(request, rubric, source, FactsFileForm())


def _rubric(request: HttpRequest, pk: int) -> Any:
    """The rubric for somebody who writes rubrics: 404 where they may not see it, 403 where they may not try it."""
    rubric = rubrics_selectors.rubric_for(request.user, pk)
    if not policies.may_try_out(request.user):
        raise PermissionDenied
    return rubric


def _asked(request: HttpRequest, rubric: Any) -> tryout.Source | None:
    """The records that the address names; raises Http404 for a cycle or a stand that is not there."""
    token, cycle = request.GET.get("file", ""), request.GET.get("cycle", "")
    if token:
        return tryout.Source(rubric, request.user, token=token)
    if not cycle:
        return None
    if not cycle.isascii() or not cycle.isdecimal() or len(cycle) > 9:
        raise Http404
    found = rubrics_selectors.cycle_for(request.user, int(cycle))
    stand = asked_stand(request, list(STANDS), usual_stand(found, timezone.now()))
    return tryout.Source(rubric, request.user, found, stand)


def _take_file(request: HttpRequest, rubric: Any) -> HttpResponse:
    form = FactsFileForm(request.POST, request.FILES)
    if not form.is_valid():
        return _page(request, rubric, None, form, status=422)
    file = form.cleaned_data["file"]
    token = tryout.keep_file(request.user, file.name, file.read())
    return redirect(reverse("scoring:try_out", args=[rubric.pk]) + f"?file={token}")


def _run(request: HttpRequest, rubric: Any, source: tryout.Source | None) -> HttpResponse:
    """Have the long work done; the page shows how far it is and loads itself anew at the end."""
    if source is None:
        raise Http404
    job = services.ask_to_try_out(actor=request.user, ids=source.ids)
    if is_htmx(request):
        return render(request, "units/_job.html", {"job": job})
    return redirect("units:job", job.pk)


def _page(
    request: HttpRequest, rubric: Any, source: tryout.Source | None, form: FactsFileForm, status: int = 200
) -> HttpResponse:
    choices = tryout.choices_for(request.user, rubric, timezone.now())
    context: dict[str, Any] = {
        "rubric": rubric,
        "form": form,
        "near": [choice for choice in choices if choice.is_near],
        "others": [choice for choice in choices if not choice.is_near],
        "bench_url": _bench_url(rubric),
    }
    if source is not None:
        context |= _tried(request, source)
    return render(request, "scoring/try_out.html", context, status=status)


def _tried(request: HttpRequest, source: tryout.Source) -> dict[str, Any]:
    context = _about(request, source)
    if context.get("is_gone"):
        return context
    trial = tryout.known_trial(source)
    if trial is None and tryout.is_long(source):
        return context | {"waits": True, "query": request.GET.urlencode()}
    trial = trial or tryout.trial_of(source)
    tried, draft_problems = tryout.definition_tried(source.rubric)
    if trial.comparison is None or tried is None:
        lines = _draft_lines(source.rubric, trial.problems) if trial.is_broken else _lines(trial.problems)
        return context | {"problems": lines, "is_broken": trial.is_broken}
    context["draft_problems"] = _draft_lines(source.rubric, errors_in(draft_problems))
    pair = Pair(tryout.definition_before(source), tried, lang())
    return context | _compared(request, source, trial, pair)


def _about(request: HttpRequest, source: tryout.Source) -> dict[str, Any]:
    """What the records are."""
    if source.cycle is not None:
        return {
            "chosen": source.cycle.pk,
            "cycle": source.cycle,
            "records": source.cycle.title,
            "stands": stand_links(request, list(STANDS), source.stand),
            "explained": EXPLAINED[source.stand],
        }
    kept = tryout.kept_file(request.user, source.token)
    return {"is_gone": True} if kept is None else {"records": kept[0]}


def _lines(problems: Sequence[Problem]) -> dict[str, Any]:
    """Problems as lines with their place; `rows` is empty where there are none."""
    shown = [
        {"place": problem.place, "text": problem.text(lang()), "bad": problem.severity == "error"}
        for problem in problems[:SHOWN_PROBLEMS]
    ]
    return {"rows": shown, "more": max(0, len(problems) - SHOWN_PROBLEMS), "errors": len(errors_in(problems))}


def _draft_lines(rubric: Any, problems: Sequence[Problem]) -> dict[str, Any]:
    """The same for a draft's own problems, each with the entry of the workbench that it lies in."""
    lines = _lines(problems)
    if not lines["rows"]:
        return lines
    places = tryout.places_of(rubric, problems[:SHOWN_PROBLEMS])
    bench = _bench_url(rubric)
    for line, (title, at) in zip(lines["rows"], places, strict=True):
        line |= {"title": title, "url": f"{bench}?at={at}"}
    return lines


def _bench_url(rubric: Any) -> str:
    """Where the rubric is changed, or read once it is frozen."""
    return reverse("rubrics:workbench" if rubric.state == "draft" else "rubrics:rubric", args=[rubric.pk])


def _compared(request: HttpRequest, source: tryout.Source, trial: tryout.Trial, pair: Pair) -> dict[str, Any]:
    comparison = trial.comparison
    assert comparison is not None
    moved = page.by_movement(comparison)
    gradings = lists.grading_views(comparison.gradings, pair)
    chosen = request.GET.get("tab", TABS[0])
    chosen = chosen if chosen in TABS else TABS[0]
    aside = [*trial.aside, *trial.left]
    counts = {
        "moves": len(moved),
        "units": len(comparison.movements),
        "grades": sum(len(move.changes) for move in comparison.gradings),
        "aside": len(aside) + len(trial.before_aside) + len(trial.before_left),
    }
    query = request.GET.copy()
    context: dict[str, Any] = {
        "has_result": True,
        "is_pair": comparison.is_pair,
        "has_grades": bool(gradings),
        "none_scored": not any(movement.after is not None for movement in comparison.movements),
        "lede": _lede(trial, counts, pair),
        "tab": chosen,
        "tabs": _tabs(request, counts),
        "gradings": gradings,
        "export_url": reverse("scoring:try_out_workbook", args=[source.rubric.pk]) + f"?{query.urlencode()}",
        "gaps": [
            {"text": gap.problem.text(lang()), "title": gap.title, "units": gap.units, "bad": True}
            for gap in trial.gaps
        ],
    }
    return context | _tab(request, chosen, trial, pair, moved)


def _tab(request: HttpRequest, chosen: str, trial: tryout.Trial, pair: Pair, moved: list[Any]) -> dict[str, Any]:
    """What the chosen tab shows."""
    comparison = trial.comparison
    assert comparison is not None
    if chosen == "moves":
        clauses = comparison.clauses
        return {
            "rows": page.rows(moved[: page.SHOWN_UNITS], pair),
            "hidden": max(0, len(moved) - page.SHOWN_UNITS),
            "chart": page.movement_chart(moved, pair),
            "clauses": page.clause_rows(clauses[: page.SHOWN_CLAUSES], pair),
            "more_clauses": max(0, len(clauses) - page.SHOWN_CLAUSES),
        }
    if chosen == "units":
        paper = Paginator(page.by_place(comparison, pair), A_PAGE).get_page(request.GET.get("page"))
        query = request.GET.copy()
        query.pop("page", None)
        return {"paper": paper, "rows": page.rows(paper.object_list, pair), "paper_query": f"{query.urlencode()}&"}
    if chosen == "grades":
        return {}
    titles = {movement.unit: movement.title for movement in comparison.movements}
    return {
        "aside": lists.aside_rows(trial.aside, pair, titles),
        "left": lists.left_rows(trial.left, pair),
        "before_aside": lists.aside_rows(trial.before_aside, pair, titles),
        "before_left": lists.left_rows(trial.before_left, pair),
        "notices": lists.notice_rows(comparison, pair),
    }


def _tabs(request: HttpRequest, counts: dict[str, int]) -> list[dict[str, Any]]:
    titles = {
        "moves": _("What moves"),
        "units": _("All units"),
        "grades": _("Grades"),
        "aside": _("Set aside and notices"),
    }
    chosen = request.GET.get("tab", TABS[0])
    found = []
    for code in TABS:
        query = request.GET.copy()
        query["tab"] = code
        query.pop("page", None)
        is_current = code == chosen or (chosen not in TABS and code == TABS[0])
        found.append(
            {"title": titles[code], "url": f"?{query.urlencode()}", "count": counts[code], "current": is_current}
        )
    return found


def _lede(trial: tryout.Trial, counts: dict[str, int], pair: Pair) -> str:
    """How much was tried and what came out, in numbers."""
    comparison = trial.comparison
    assert comparison is not None
    scored = sum(movement.after is not None for movement in comparison.movements)
    said = [ngettext("%(n)d unit scored.", "%(n)d units scored.", scored) % {"n": scored}]
    if not scored:
        said = [_("None of these units can be scored by this rubric.")]
    elif comparison.is_pair:
        if counts["moves"]:
            text = ngettext("%(n)d stands differently.", "%(n)d stand differently.", counts["moves"])
            said.append(text % {"n": counts["moves"]})
        else:
            said.append(_("Nothing moves: totals, places and grades are the same."))
        if counts["grades"]:
            text = ngettext("%(n)d grade changes.", "%(n)d grades change.", counts["grades"])
            said.append(text % {"n": counts["grades"]})
    else:
        said.append(_("There is nothing to compare with: this rubric was not copied from another one."))
    facts = sum(one.what == "fact" for one in trial.aside)
    if facts:
        text = ngettext(
            "%(n)d of %(all)d facts finds no place and is set aside.",
            "%(n)d of %(all)d facts find no place and are set aside.",
            facts,
        )
        said.append(text % {"n": facts, "all": trial.facts})
    if trial.left:
        text = ngettext("%(n)d unit has no series here.", "%(n)d units have no series here.", len(trial.left))
        said.append(text % {"n": len(trial.left)})
    return joined(said)


@login_required
@require_GET
def workbook(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The comparison as a workbook, with everything that the pages show in parts."""
    rubric = _rubric(request, pk)
    source = _asked(request, rubric)
    if source is None or (source.cycle is None and tryout.kept_file(request.user, source.token) is None):
        raise Http404
    trial = tryout.known_trial(source)
    if trial is None and tryout.is_long(source):
        raise Http404
    trial = trial or tryout.trial_of(source)
    tried, _problems = tryout.definition_tried(rubric)
    if trial.comparison is None or tried is None:
        raise Http404
    pair = Pair(tryout.definition_before(source), tried, lang())
    context = _about(request, source)
    made = build(trial, trial.comparison, pair, title=rubric.title, records=str(context["records"]))
    return answer(made, f"{rubric.code}-{rubric.year}-try-out-{timezone.localdate():%Y%m%d}.xlsx")
