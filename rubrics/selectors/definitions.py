"""From rows to a Definition: six queries however large the rubric is."""

from __future__ import annotations

from collections import OrderedDict, defaultdict
from threading import Lock
from typing import TYPE_CHECKING, Any

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
    """The rubric as a rubric file has it, in the canonical form (numbers are strings, defaults left out)."""
    clauses: dict[int, list[dict[str, Any]]] = defaultdict(list)
    for clause in Clause.objects.filter(item__category__rubric=rubric).order_by("position", "pk"):
        clauses[clause.item_id].append(_clause(clause))
    items: dict[int, list[dict[str, Any]]] = defaultdict(list)
    for item in Item.objects.filter(category__rubric=rubric).order_by("position", "pk"):
        items[item.category_id].append(_item(item, clauses[item.pk]))
    shape = {
        **rubric.head,
        "series": [_series(row) for row in Series.objects.filter(rubric=rubric).order_by("position", "pk")],
        "panels": [_part(row) for row in Panel.objects.filter(rubric=rubric).order_by("position", "pk")],
        "categories": _categories(rubric, items),
        "gradings": [_part(row) for row in Grading.objects.filter(rubric=rubric).order_by("position", "pk")],
    }
    return {key: value for key, value in shape.items() if value != []}


def _categories(rubric: Rubric, items: dict[int, list[dict[str, Any]]]) -> list[dict[str, Any]]:
    children: dict[int | None, list[Category]] = defaultdict(list)
    for category in Category.objects.filter(rubric=rubric).order_by("position", "pk"):
        children[category.parent_id].append(category)

    def shape(category: Category) -> dict[str, Any]:
        return _filled(
            {"code": category.code, "title": category.title, "points": category.points, **category.body},
            items=items[category.pk],
            categories=[shape(child) for child in children[category.pk]],
        )

    return [shape(category) for category in children[None]]


def _item(item: Item, clauses: list[dict[str, Any]]) -> dict[str, Any]:
    own = {"code": item.code, "title": item.title, "points": item.points, "start": item.start, **item.body}
    return _filled(own, clauses=clauses)


def _clause(clause: Clause) -> dict[str, Any]:
    own = {"code": clause.code, "text": clause.text, "effect": clause.effect, "basis": clause.basis}
    return _filled({**own, **clause.parameters, **clause.body})


def _series(series: Series) -> dict[str, Any]:
    return _filled({"code": series.code, "title": series.title, "total": series.total, **series.body})


def _part(part: Panel | Grading) -> dict[str, Any]:
    return _filled({"code": part.code, "title": part.title, **part.body})


def _filled(shape: dict[str, Any], **lists: list[dict[str, Any]]) -> dict[str, Any]:
    """Without what the columns leave blank: the canonical form leaves it out too."""
    columns = ("title", "text", "points", "start", "basis", "total")
    kept = {key: value for key, value in shape.items() if not (key in columns and value == "")}
    return {**kept, **{key: value for key, value in lists.items() if value}}
