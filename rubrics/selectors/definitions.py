"""From rows to a Definition: six queries however large the rubric is."""

from __future__ import annotations

from collections import OrderedDict, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from threading import Lock
from typing import TYPE_CHECKING, Any

from django.db import models

from rubrics.checks import read_definition
from rubrics.models import Category, Clause, Grading, Item, Panel, Rubric, Series

if TYPE_CHECKING:
    from rubrics.definition import Definition

KEPT = 32
"""Published definitions kept in memory; each is a frozen record found by the hash of its content, so it is never
stale.
"""

_known: OrderedDict[str, Definition] = OrderedDict()
_lock = Lock()


class Unreadable(ValueError):
    """Stored rows do not make a definition; `problems` says why. Never so after `load_rubric`."""

    def __init__(self, rubric: Rubric, problems: list[Any]) -> None:
        super().__init__(f"rubric {rubric.pk}: {[(problem.place, problem.code) for problem in problems]}")
        self.problems = problems


def definition_of(rubric: Rubric) -> Definition:
    """The rubric as the frozen record that everything is worked out from; published ones are remembered by
    fingerprint.
    """
    if rubric.state == Rubric.State.DRAFT or not rubric.fingerprint:
        return _read(rubric)
    with _lock:
        known = _known.get(rubric.fingerprint)
        if known is not None:
            _known.move_to_end(rubric.fingerprint)
            return known
    definition = _read(rubric)
    with _lock:
        _known[rubric.fingerprint] = definition
        while len(_known) > KEPT:
            _known.popitem(last=False)
    return definition


def _read(rubric: Rubric) -> Definition:
    definition, problems = read_definition(file_shape_of(rubric), stored=True)
    if definition is None:
        raise Unreadable(rubric, problems)
    return definition


def file_shape_of(rubric: Rubric) -> dict[str, Any]:
    """The rubric as a rubric file has it, in the canonical form (numbers are strings, defaults left out).

    Of a draft whatever is there: what is still missing is absent.
    """
    return shape_of_rows(rubric, rows_of(rubric))


@dataclass(frozen=True)
class Rows:
    """All rows of a rubric in their order, by what they stand under."""

    series: list[Series]
    panels: list[Panel]
    gradings: list[Grading]
    categories: dict[int | None, list[Category]]
    items: dict[int, list[Item]]
    clauses: dict[int, list[Clause]]


def rows_of(rubric: Rubric) -> Rows:
    """Every row of a rubric; six queries."""
    categories: dict[int | None, list[Category]] = defaultdict(list)
    for category in Category.objects.filter(rubric=rubric).order_by("position", "pk"):
        categories[category.parent_id].append(category)
    items: dict[int, list[Item]] = defaultdict(list)
    for item in Item.objects.filter(category__rubric=rubric).order_by("position", "pk"):
        items[item.category_id].append(item)
    clauses: dict[int, list[Clause]] = defaultdict(list)
    for clause in Clause.objects.filter(item__category__rubric=rubric).order_by("position", "pk"):
        clauses[clause.item_id].append(clause)
    series, panels, gradings = (
        list(model.objects.filter(rubric=rubric).order_by("position", "pk")) for model in (Series, Panel, Grading)
    )
    return Rows(series, panels, gradings, categories, items, clauses)


def shape_of_rows(rubric: Rubric, rows: Rows) -> dict[str, Any]:
    """The file shape of a rubric whose rows have been read."""

    def category(row: Category) -> dict[str, Any]:
        items = [_with(own_shape(item), clauses=map(own_shape, rows.clauses[item.pk])) for item in rows.items[row.pk]]
        return _with(own_shape(row), items=items, categories=map(category, rows.categories[row.pk]))

    return _with(
        dict(rubric.head),
        series=map(own_shape, rows.series),
        panels=map(own_shape, rows.panels),
        categories=map(category, rows.categories[None]),
        gradings=map(own_shape, rows.gradings),
    )


COLUMNS: dict[type[models.Model], tuple[str, ...]] = {
    Category: ("code", "title", "points"),
    Item: ("code", "title", "points", "start"),
    Clause: ("code", "text", "effect", "basis"),
    Series: ("code", "title", "total"),
    Panel: ("code", "title"),
    Grading: ("code", "title"),
}


def own_shape(row: Category | Item | Clause | Series | Panel | Grading) -> dict[str, Any]:
    """The canonical shape of one entry, without what stands below it; a column left blank is absent."""
    columns = {name: value for name in COLUMNS[type(row)] if (value := getattr(row, name)) != ""}
    return {**columns, **getattr(row, "parameters", {}), **row.body}


def _with(shape: dict[str, Any], **lists: Iterable[dict[str, Any]]) -> dict[str, Any]:
    """The shape with the lists below it, the empty ones left out."""
    return shape | {key: entries for key, below in lists.items() if (entries := list(below))}
