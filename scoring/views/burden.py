"""The burden meter: what each item asked of the units, what they gave, and whether it moved anything."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby
from typing import TYPE_CHECKING

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET

from appraisal_site.toolkit.xlsx import answer
from rubrics import selectors as rubrics_selectors
from scoring import policies, selectors
from scoring.advice import advice
from scoring.burden_columns import MEGABYTE, FigureColumn, columns, in_order
from scoring.burden_workbook import build
from scoring.sheets.numbers import fixed, short
from scoring.views.common import STANDS, asked_stand, stand_links

if TYPE_CHECKING:
    from rubrics.models import Cycle
    from scoring.selectors import BurdenOutcome, ItemLine


@dataclass(frozen=True)
class Head:
    """A column's head; a click sorts by it, another the other way round. `direction` is what `aria-sort` says."""

    title: str
    url: str
    direction: str


@dataclass(frozen=True)
class Row:
    title: str
    category: str
    figures: list[str]
    advice: list[str]
    idle: bool


@dataclass(frozen=True)
class Group:
    """The items of a category in the rubric's order, or all of them once they are sorted by a figure."""

    title: str
    rows: list[Row]


@login_required
@require_GET
def show(request: HttpRequest, cycle_pk: int) -> HttpResponse:
    """Items by category, or by one of their figures."""
    cycle, stand, found = _found(request, cycle_pk)
    made = columns(found.digits)
    key, rising = request.GET.get("sort", ""), request.GET.get("order") == "up"
    is_sorted = any(one.key == key for one in made)
    ordered = in_order(found.lines, made, key, rising=rising)
    burden = found.burden
    context = {
        "cycle": cycle,
        "stands": stand_links(request, list(STANDS), stand),
        "bands": [(title, len(list(run))) for title, run in groupby(made, key=lambda one: one.group)],
        "heads": [_head(request, one, key, rising=rising) for one in made],
        "unsorted_url": _address(request, "", "") if is_sorted else "",
        "groups": _groups(ordered, made, by_category=not is_sorted),
        "width": len(made) + 1,
        "burden": burden,
        "size": fixed(Decimal(burden.size) / MEGABYTE, 1),
        "share": 100 * burden.again // burden.given if burden.given else None,
        "idle": found.idle,
        "items": len(found.lines),
        "open_sheets": max(burden.sheets - burden.handed_in, 0),
        "years": found.years,
        "export_url": f"{reverse('scoring:burden_workbook', args=[cycle.pk])}?stand={stand}",
    }
    return render(request, "scoring/burden.html", context)


@login_required
@require_GET
def workbook(request: HttpRequest, cycle_pk: int) -> HttpResponseBase:
    """The same as a workbook."""
    cycle, stand, found = _found(request, cycle_pk)
    now = timezone.localtime()
    made = build(found, title=cycle.title, stand=str(STANDS[stand]), made_at=now)
    return answer(made, f"{cycle.code}-burden-{now:%Y%m%d}.xlsx")


def _found(request: HttpRequest, cycle_pk: int) -> tuple[Cycle, str, BurdenOutcome]:
    """The cycle, the stand that was asked for, and its burden; raises Http404."""
    cycle = rubrics_selectors.cycle_for(request.user, cycle_pk)
    if not policies.may_see_burden(request.user, cycle):
        raise Http404
    stand = asked_stand(request, list(STANDS), selectors.usual_stand(cycle, timezone.now()))
    return cycle, stand, selectors.burden_outcome(cycle, stand)


def _head(request: HttpRequest, column: FigureColumn, key: str, *, rising: bool) -> Head:
    """What is most comes first; a second click turns the order."""
    if column.key != key:
        return Head(column.title, _address(request, column.key, ""), "")
    return Head(column.title, _address(request, key, "" if rising else "up"), "ascending" if rising else "descending")


def _address(request: HttpRequest, key: str, order: str) -> str:
    """This page sorted otherwise, the rest of its address kept."""
    query = request.GET.copy()
    for name, value in (("sort", key), ("order", order)):
        query.pop(name, None)
        if value:
            query[name] = value
    return f"?{query.urlencode()}"


def _groups(lines: list[ItemLine], made: list[FigureColumn], *, by_category: bool) -> list[Group]:
    if not by_category:
        return [Group("", [_row(line, made) for line in lines])]
    runs = groupby(lines, key=lambda line: line.item.top_code)
    groups = [list(run) for _code, run in runs]
    return [Group(run[0].item.top, [_row(line, made) for line in run]) for run in groups]


def _row(line: ItemLine, made: list[FigureColumn]) -> Row:
    return Row(
        title=f"{line.item.ref} {line.item.title}".strip(),
        category=line.item.top,
        figures=[_shown(column, line) for column in made],
        advice=advice(line),
        idle=line.is_idle,
    )


def _shown(column: FigureColumn, line: ItemLine) -> str:
    figure = column.figure(line)
    if figure is None:
        return "–"
    return short(figure) if column.digits is None else fixed(figure, column.digits)
