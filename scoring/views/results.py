from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from appraisal_site.toolkit.htmx import is_htmx
from evidence import selectors as evidence_selectors
from scoring import policies, selectors, services
from scoring.models import Run
from scoring.sheets import grades, page, tables
from scoring.sheets.numbers import fixed
from scoring.views.common import EXPLAINED, STANDS, asked_stand, joined, lang, stand_links

VETOES = "vetoes"


@dataclass(frozen=True)
class Tab:
    title: str
    url: str
    count: int
    current: bool


@login_required
@require_GET
def show(request: HttpRequest, cycle_pk: int) -> HttpResponse:
    """The ranked table of one series, or the vetoes; with grade edges, distribution and what grades bring."""
    now = timezone.now()
    view = selectors.results_for(request.user, cycle_pk)
    stand = asked_stand(request, list(STANDS), selectors.usual_stand(view.cycle, now))
    outcome = selectors.outcome_of(view.cycle, stand)
    titles = tables.unit_titles(outcome.facts)
    series = tables.series_tables(outcome.result, outcome.definition, titles, lang())
    series = [one for one in series if any(row.unit in view.keys for row in one.rows)]
    chosen = request.GET.get("series") or (series[0].code if series else "")
    open_work = _open_work(view, stand)
    context = {
        "cycle": view.cycle,
        "stand": stand,
        "stand_title": STANDS[stand],
        "stands": stand_links(request, list(STANDS), stand),
        "tabs": _tabs(request, series, view, chosen),
        "sees_all": view.sees_all,
        "may_store": policies.may_store_results(request.user, view.cycle),
        "may_export": policies.may_export(request.user, view.cycle),
        "stored": _stored(view.cycle, stand, outcome),
        "lede": _lede(outcome, view, stand, open_work),
        "export_url": reverse("scoring:workbook", args=[view.cycle.pk]) + f"?stand={stand}",
    }
    urls = {code: reverse("scoring:why", args=[pk]) + f"?stand={stand}" for code, pk in view.keys.items()}
    if chosen == VETOES:
        context |= _vetoes(outcome, titles, urls)
    else:
        context |= _ranked(series, outcome, view, chosen, urls, open_work)
    return render(request, "scoring/results.html", context)


def _tabs(request: HttpRequest, series: list[tables.SeriesTable], view: selectors.View, chosen: str) -> list[Tab]:
    def url(code: str) -> str:
        query = request.GET.copy()
        query["series"] = code
        return f"?{query.urlencode()}"

    rows = [row for one in series for row in one.rows if row.unit in view.keys]
    found = [
        Tab(one.title, url(one.code), sum(1 for row in one.rows if row.unit in view.keys), one.code == chosen)
        for one in series
    ]
    vetoed = sum(1 for row in rows if row.vetoes)
    return [*found, Tab(_("Vetoes"), url(VETOES), vetoed, chosen == VETOES)]


OpenWork = dict[str, evidence_selectors.Unsettled]
"""By unit's code, what keeps its place from being told yet; a sheet that nobody handed in lost no points so far."""


def _open_work(view: selectors.View, stand: str) -> OpenWork | None:
    """Nothing for what units claim themselves: that stand waits for no decision."""
    if stand == "self":
        return None
    found = evidence_selectors.unsettled_in(view.cycle)
    return {code: found[pk] for code, pk in view.keys.items() if pk in found}


def _counted(units: int, open_work: OpenWork | None) -> str:
    """How many units, and of how many the sheet or a decision is missing."""
    if open_work is None:
        return ngettext("%(n)d unit.", "%(n)d units.", units) % {"n": units}
    said = {
        "n": units,
        "missing": sum(one.sheet == "missing" for one in open_work.values()),
        "returned": sum(one.sheet == "returned" for one in open_work.values()),
        "undecided": sum(one.undecided > 0 for one in open_work.values()),
    }
    if said["returned"]:
        text = ngettext(
            "%(n)d unit, %(missing)d not submitted, %(returned)d returned, %(undecided)d not fully decided.",
            "%(n)d units, %(missing)d not submitted, %(returned)d returned, %(undecided)d not fully decided.",
            units,
        )
    else:
        text = ngettext(
            "%(n)d unit, %(missing)d not submitted, %(undecided)d not fully decided.",
            "%(n)d units, %(missing)d not submitted, %(undecided)d not fully decided.",
            units,
        )
    return text % said


def _lede(outcome: selectors.Outcome, view: selectors.View, stand: str, open_work: OpenWork | None) -> str:
    """How many units, what is missing, and what this stand counts."""
    units = [unit for unit in outcome.result.units if unit.code in view.keys]
    said = [_counted(len(units), open_work)]
    pending = sum(len(unit.pending) for unit in units)
    if pending:
        text = ngettext("%(n)d judgement is still missing.", "%(n)d judgements are still missing.", pending)
        said.append(text % {"n": pending})
    return joined([*said, str(EXPLAINED[stand])])


def _ranked(
    series: list[tables.SeriesTable],
    outcome: selectors.Outcome,
    view: selectors.View,
    chosen: str,
    urls: dict[str, str],
    open_work: OpenWork | None,
) -> dict[str, Any]:
    table = next((one for one in series if one.code == chosen), None)
    if table is None:
        if series:
            raise Http404
        return {"table": None}
    definition = outcome.definition
    made = page.table(table, definition, lang(), None if view.sees_all else view.keys)
    context: dict[str, Any] = {
        "table": made,
        "entries": [
            {**vars(entry), "url": urls.get(entry.unit, ""), "open": (open_work or {}).get(entry.unit)}
            for entry in made.entries
        ],
        "footnote": _footnote(definition),
    }
    if view.sees_all:
        titles = {row.unit: row.title for row in table.rows}
        units = [outcome.unit(row.unit) for row in table.rows]
        context |= {
            "distribution": page.distribution(table, definition, lang()),
            "gradings": [
                (grading.title or grading.code, grades.lines(grading, units, titles, lang()))
                for grading in definition.gradings
            ],
            "look_at": _look_at(table, outcome, made),
        }
    return context


def _look_at(table: tables.SeriesTable, outcome: selectors.Outcome, made: page.Table) -> list[str]:
    """What somebody who is to approve the table wants to have seen."""
    digits = outcome.definition.rounding.digits
    rows = table.ranked
    found = []
    for edge in table.edges:
        if 0 < edge.above < len(rows):
            upper, lower = rows[edge.above - 1], rows[edge.above]
            found.append(
                _("At the edge “%(edge)s” %(upper)s and %(lower)s are %(gap)s points apart.")
                % {
                    "edge": edge.text,
                    "upper": upper.title,
                    "lower": lower.title,
                    "gap": fixed(upper.total - lower.total, digits),
                }
            )
    if made.pending:
        text = ngettext(
            "%(n)d judgement is still missing here.", "%(n)d judgements are still missing here.", made.pending
        )
        found.append(text % {"n": made.pending})
    return found


def _footnote(definition: Any) -> str:
    """How places and totals come about, in one line."""
    if definition.rounding.at == "item":
        rounding = _("Every item is rounded to %(n)d digits, then added up.")
    else:
        rounding = _("Only the total is rounded, to %(n)d digits.")
    return joined([_("Equal totals share a place."), rounding % {"n": definition.rounding.digits}])


def _vetoes(outcome: selectors.Outcome, titles: dict[str, str], urls: dict[str, str]) -> dict[str, Any]:
    matrix = tables.matrix(outcome.result, outcome.definition, titles, lang())
    names = dict(tables.series_of(outcome.definition))
    series = {unit.code: names.get(unit.series, "") for unit in outcome.result.units}
    rows = [
        ({"title": row.title, "url": urls[row.unit]}, series[row.unit], veto)
        for row in matrix.rows
        if row.unit in urls
        for veto in row.vetoes
    ]
    return {"vetoes": rows, "shows_vetoes": True}


def _stored(cycle: Any, stand: str, outcome: selectors.Outcome) -> dict[str, Any]:
    """The run that was stored last, and whether the page shows something newer."""
    run: Run | None = selectors.current_run(cycle, stand)
    return {"run": run, "fresh": selectors.is_fresh(run, cycle, outcome.version)}


@login_required
@require_POST
def store(request: HttpRequest, cycle_pk: int) -> HttpResponse:
    """Ask for the results to be stored as a run; the page shows how far it is."""
    view = selectors.results_for(request.user, cycle_pk)
    stand = request.POST.get("stand", "final")
    if stand not in STANDS or not policies.may_store_results(request.user, view.cycle):
        raise Http404
    job = services.ask_to_store(actor=request.user, cycle=view.cycle, stand=stand)
    if is_htmx(request):
        return render(request, "units/_job.html", {"job": job})
    return redirect("units:job", job.pk)
