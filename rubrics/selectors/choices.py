"""What the codes in an entry can name: the rubric's own series, providers, panels, nodes, clauses, grades, tags."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from typing import TYPE_CHECKING, Any

from rubrics.models import Category, Clause, Grading, Item, Panel, Series

if TYPE_CHECKING:
    from rubrics.models import Rubric

Pairs = list[tuple[str, str]]
"""(code, title) in the order of the rubric."""


def options_for(rubric: Rubric, refers: Collection[str], *, item: int | None = None) -> dict[str, Pairs]:
    """The codes that can be named, for each sort in `refers`; one to three queries a sort. `item` is the pk of the
    item whose clauses a group can name.
    """
    found = {sort: _SORTS[sort](rubric) for sort in refers if sort in _SORTS}
    if "clause" in refers:
        found["clause"] = _clauses_of(item)
    return found


def _series(rubric: Rubric) -> Pairs:
    return _titled(Series.objects.filter(rubric=rubric).order_by("position", "pk").values_list("code", "title"))


def _panels(rubric: Rubric) -> Pairs:
    return _titled(Panel.objects.filter(rubric=rubric).order_by("position", "pk").values_list("code", "title"))


def _providers(rubric: Rubric) -> Pairs:
    return _titled((entry["code"], entry.get("title", "")) for entry in rubric.head.get("providers", ()))


def _gradings(rubric: Rubric) -> Pairs:
    return _titled(Grading.objects.filter(rubric=rubric).order_by("position", "pk").values_list("code", "title"))


def _grades(rubric: Rubric) -> Pairs:
    """Every grade of every grading, once."""
    bodies = Grading.objects.filter(rubric=rubric).order_by("position", "pk").values_list("body", flat=True)
    rules = (rule for body in bodies for rule in body.get("rules", ()))
    return list(dict(_titled((rule["code"], rule.get("title", "")) for rule in rules if rule.get("code"))).items())


def _nodes(rubric: Rubric) -> Pairs:
    return [(code, title) for code, title, _pk in _walk(rubric)]


def _full_clauses(rubric: Rubric) -> Pairs:
    clauses: dict[int, Pairs] = {}
    rows = Clause.objects.filter(item__category__rubric=rubric).order_by("position", "pk")
    for item, code, text in rows.values_list("item_id", "code", "text"):
        clauses.setdefault(item, []).append((code, text or code))
    return [
        (f"{full}.{code}", text)
        for full, _title, item in _walk(rubric)
        if item is not None
        for code, text in clauses.get(item, ())
    ]


def _clauses_of(item: int | None) -> Pairs:
    rows = Clause.objects.filter(item_id=item).order_by("position", "pk").values_list("code", "text")
    return [(code, text or code) for code, text in rows]


def _walk(rubric: Rubric) -> Iterator[tuple[str, str, int | None]]:
    """Full code, title and, for items, the pk, in reading order; two queries."""
    children: dict[int | None, list[Any]] = {}
    for row in (
        Category.objects.filter(rubric=rubric).order_by("position", "pk").values("pk", "parent_id", "code", "title")
    ):
        children.setdefault(row["parent_id"], []).append(row)
    items: dict[int, list[Any]] = {}
    for row in (
        Item.objects.filter(category__rubric=rubric)
        .order_by("position", "pk")
        .values("pk", "category_id", "code", "title")
    ):
        items.setdefault(row["category_id"], []).append(row)

    def below(parent: int | None, prefix: str) -> Iterator[tuple[str, str, int | None]]:
        for row in children.get(parent, ()):
            full = f"{prefix}{row['code']}"
            yield full, row["title"] or row["code"], None
            for item in items.get(row["pk"], ()):
                yield f"{full}.{item['code']}", item["title"] or item["code"], item["pk"]
            yield from below(row["pk"], f"{full}.")

    return below(None, "")


def _tags(rubric: Rubric) -> Pairs:
    """Every tag that an `applies_to` of the rubric names, in the order of the rubric."""
    tags: dict[str, None] = {}
    for rows in (
        Category.objects.filter(rubric=rubric),
        Item.objects.filter(category__rubric=rubric),
        Clause.objects.filter(item__category__rubric=rubric),
    ):
        for body in rows.filter(body__contains='"tags"').order_by("pk").values_list("body", flat=True):
            tags |= dict.fromkeys(body.get("applies_to", {}).get("tags", ()))
    return [(tag, tag) for tag in tags]


def _titled(pairs: Any) -> Pairs:
    return [(code, title or code) for code, title in pairs]


_SORTS: dict[str, Callable[[Rubric], Pairs]] = {
    "series": _series,
    "provider": _providers,
    "panel": _panels,
    "grade": _grades,
    "grading": _gradings,
    "node": _nodes,
    "full_clause": _full_clauses,
    "tag": _tags,
}
