"""Places among siblings: which code is free, who stands before whom, and making room."""

from __future__ import annotations

from typing import Any

from django.db.models import F, Q

from rubrics.kinds.problems import Problem
from rubrics.models import Category, Item, Rubric
from rubrics.models.rubric import CODE_LENGTH
from rubrics.selectors.entries import KIND_OF, MODELS, PARENTS, parent_of
from rubrics.services.common import Refused


def siblings(rubric: Rubric, kind: str, parent: int | None) -> Any:
    """The rows of a kind under one parent (or in the rubric's own list), in their order."""
    rows = MODELS[kind].objects.order_by("position", "pk")
    if kind in PARENTS and parent is not None:
        return rows.filter(**{PARENTS[kind][1]: parent})
    return rows.filter(rubric=rubric, parent=None) if kind == "category" else rows.filter(rubric=rubric)


def codes_beside(rubric: Rubric, kind: str, parent: int | None, *, but: Any = None) -> set[str]:
    """The codes that are taken where a row stands; items and categories of one category share theirs."""
    kinds = [kind]
    if parent is not None and kind in ("category", "item"):
        kinds = ["category", "item"]
    taken: set[str] = set()
    for each in kinds:
        rows = siblings(rubric, each, parent)
        if but is not None and KIND_OF[type(but)] == each:
            rows = rows.exclude(pk=but.pk)
        taken |= set(rows.values_list("code", flat=True))
    return taken


def demand_code(rubric: Rubric, kind: str, parent: int | None, code: str, *, but: Any = None) -> None:
    """Refused with a problem at `code` where a sibling has it already, or where it is too long."""
    if len(code) > CODE_LENGTH:
        raise Refused("code_long", [], longest=CODE_LENGTH)
    if _has(rubric, kind, parent, code, but):
        raise Refused("code_taken", [Problem(("code",), "duplicate_code", {"code": code})], code=code)


def _has(rubric: Rubric, kind: str, parent: int | None, code: str, but: Any) -> bool:
    rows = siblings(rubric, kind, parent).filter(code=code)
    if but is not None:
        rows = rows.exclude(pk=but.pk)
    if rows.exists():
        return True
    other = {"category": "item", "item": "category"}.get(kind)
    return bool(other and parent is not None and siblings(rubric, other, parent).filter(code=code).exists())


def free_code(taken: set[str], stem: str) -> str:
    """`item-3`: the stem with the first number from which on it is free."""
    number = next(number for number in range(1, len(taken) + 2) if f"{stem}-{number}" not in taken)
    return f"{stem}-{number}"


def behind_of(rubric: Rubric, row: Any) -> int | None:
    """The key of the sibling that stands just before a row."""
    before = Q(position__lt=row.position) | Q(position=row.position, pk__lt=row.pk)
    rows = siblings(rubric, KIND_OF[type(row)], parent_of(row)).filter(before)
    return rows.order_by("-position", "-pk").values_list("pk", flat=True).first()


def last_of(rubric: Rubric, kind: str, parent: int | None) -> int | None:
    """The key of the last row under a parent."""
    rows = siblings(rubric, kind, parent).order_by("-position", "-pk")
    return rows.values_list("pk", flat=True).first()


def make_room(rubric: Rubric, kind: str, parent: int | None, behind: int | None) -> int:
    """The position just after the sibling `behind` (the first one where None), those that follow moved on by one.

    Two statements however many siblings there are. A sibling that is gone counts as the last one.
    """
    rows = siblings(rubric, kind, parent)
    position = 0
    if behind is not None:
        found = rows.filter(pk=behind).values_list("position", flat=True).first()
        if found is None:
            found = rows.order_by("-position").values_list("position", flat=True).first()
        position = 0 if found is None else found + 1
    rows.order_by().filter(position__gte=position).update(position=F("position") + 1)
    return position


def subtree(rubric: Rubric, row: Any) -> list[Any]:
    """A row and all rows below it, parents before children; at most three queries."""
    kind = KIND_OF[type(row)]
    found = [row]
    if kind == "category":
        found += _categories_below(rubric, row.pk)
    categories = [each.pk for each in found if isinstance(each, Category)]
    if categories:
        found += Item.objects.filter(category__in=categories).order_by("position", "pk")
    items = [each.pk for each in found if isinstance(each, Item)]
    if items:
        found += MODELS["clause"].objects.filter(item__in=items).order_by("position", "pk")
    return found


def _categories_below(rubric: Rubric, pk: int) -> list[Category]:
    below: list[Category] = []
    known = {pk}
    waiting = list(Category.objects.filter(rubric=rubric).exclude(parent=None).order_by("position", "pk"))
    while True:
        found = [row for row in waiting if row.parent_id in known]
        if not found:
            return below
        below += found
        known |= {row.pk for row in found}
        waiting = [row for row in waiting if row.pk not in known]


def parent_column(kind: str, parent: int | None) -> dict[str, Any]:
    """The column that says what a row stands under; nothing for the lists of the rubric."""
    return {PARENTS[kind][1]: parent} if kind in PARENTS else {}


def owner_column(rubric: Rubric, kind: str) -> dict[str, Any]:
    """The column that says to which rubric a row belongs, for kinds that have one."""
    return {} if kind in ("item", "clause") else {"rubric_id": rubric.pk}
