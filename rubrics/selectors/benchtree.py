"""The tree of the workbench: rows as they are stored, right or wrong, beside them the full marks of the mended draft.

Three queries for nodes, one for the clauses of the items that stand open; the clauses of the others come when they are
asked for.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.db.models import Count
from django.utils.translation import gettext as _

from rubrics.definition import marks_of
from rubrics.kinds.numbers import plain
from rubrics.models import Category, Clause, Item, Rubric
from rubrics.wording import effect_title

if TYPE_CHECKING:
    from rubrics.definition import Definition
    from rubrics.kinds.problems import Path

MINUS = "\N{MINUS SIGN}"
At = tuple[str, str]
"""An entry of the workbench: its kind and its key, which is the primary key of its row or the name of a section."""


@dataclass(frozen=True)
class Node:
    """One line of the tree; `loaded` is False where its clauses have not been fetched."""

    kind: str
    key: str
    title: str
    mark: str = ""
    tone: str = ""
    level: int = 1
    position: int = 1
    of: int = 1
    branch: bool = False
    expanded: bool = False
    loaded: bool = True
    empty: bool = False
    current: bool = False
    errors: int = 0
    children: tuple[Node, ...] = field(default=())

    @property
    def at(self) -> str:
        return f"{self.kind}-{self.key}"


@dataclass(frozen=True)
class _Wanted:
    """What shapes the tree beside the rows: where one is, what stands open, where errors lie, marks by full code."""

    at: At
    path: frozenset[At]
    open: frozenset[At]
    errors: Mapping[Path, int]
    marks: Mapping[str, str]

    def is_open(self, here: At) -> bool:
        return here in self.open or here in self.path


def tree_of(
    rubric: Rubric,
    *,
    at: At = ("", ""),
    opened: Collection[At] = (),
    errors: Mapping[Path, int] | None = None,
    definition: Definition | None = None,
) -> tuple[Node, ...]:
    """Categories, items and the clauses of what is open; `errors` counts at and below each place of the file."""
    categories = list(Category.objects.filter(rubric=rubric).order_by("position", "pk"))
    items = list(
        Item.objects.filter(category__rubric=rubric).annotate(size=Count("clauses")).order_by("position", "pk")
    )
    path = _path_to(at, categories, items)
    open_items = {int(key) for kind, key in {*opened, *path} if kind == "item" and key.isdecimal()}
    clauses: dict[int, list[Clause]] = defaultdict(list)
    shown = open_items & {item.pk for item in items}
    for clause in Clause.objects.filter(item__in=shown).order_by("position", "pk") if shown else ():
        clauses[clause.item_id].append(clause)
    wanted = _Wanted(at, frozenset(path), frozenset(opened), errors or {}, _marks(definition))
    rows = _Rows(categories, items, clauses)
    return tuple(
        numbered(rows.category(row, "", 1, ("categories", place), wanted) for place, row in enumerate(rows.under[None]))
    )


def _path_to(at: At, categories: list[Category], items: list[Item]) -> list[At]:
    """The entries that stand open so that one sees where one is: itself and everything above."""
    kind, key = at
    if not key.isdecimal():
        return []
    path, pk = [at], int(key)
    if kind == "clause":
        item_pk = Clause.objects.filter(pk=pk).values_list("item_id", flat=True).first()
        kind, pk = "item", item_pk or 0
        path.append(("item", str(pk)))
    if kind == "item":
        pk = next((item.category_id for item in items if item.pk == pk), 0)
        kind = "category"
        path.append(("category", str(pk)))
    if kind == "category":
        parents = {row.pk: row.parent_id for row in categories}
        while parents.get(pk):
            pk = parents[pk] or 0
            path.append(("category", str(pk)))
    return path


def _marks(definition: Definition | None) -> dict[str, str]:
    return {code: _weighed(node) for code, node in definition.nodes.items()} if definition else {}


def _weighed(node: Any) -> str:
    marks = plain(marks_of(node))
    return marks if node.weight == 1 else f"{marks} × {plain(node.weight)}"


class _Rows:
    """Rows sorted by what they stand under."""

    def __init__(self, categories: list[Category], items: list[Item], clauses: Mapping[int, list[Clause]]) -> None:
        self.under: dict[int | None, list[Category]] = defaultdict(list)
        self.items: dict[int, list[Item]] = defaultdict(list)
        self.clauses = clauses
        for category in categories:
            self.under[category.parent_id].append(category)
        for item in items:
            self.items[item.category_id].append(item)

    def category(self, row: Category, prefix: str, level: int, path: Path, wanted: _Wanted) -> Node:
        here, code = ("category", str(row.pk)), f"{prefix}{row.code}"
        items = (
            self.item(item, f"{code}.", level + 1, (*path, "items", place), wanted)
            for place, item in enumerate(self.items[row.pk])
        )
        nested = (
            self.category(child, f"{code}.", level + 1, (*path, "categories", place), wanted)
            for place, child in enumerate(self.under[row.pk])
        )
        below = numbered([*items, *nested])
        return Node(
            *here,
            row.title or row.code,
            wanted.marks.get(code, row.points),
            level=level,
            branch=True,
            expanded=wanted.is_open(here),
            empty=not below,
            current=here == wanted.at,
            errors=wanted.errors.get(path, 0),
            children=tuple(below),
        )

    def item(self, row: Any, prefix: str, level: int, path: Path, wanted: _Wanted) -> Node:
        here, is_open = ("item", str(row.pk)), wanted.is_open(("item", str(row.pk)))
        below = numbered(
            _clause_node(clause, level + 1, (*path, "clauses", place), wanted)
            for place, clause in enumerate(self.clauses.get(row.pk, ()))
        )
        return Node(
            *here,
            row.title or row.code,
            wanted.marks.get(f"{prefix}{row.code}", row.points) or _("open"),
            level=level,
            branch=True,
            expanded=is_open,
            loaded=is_open or not row.size,
            empty=not row.size,
            current=here == wanted.at,
            errors=wanted.errors.get(path, 0),
            children=tuple(below),
        )


def _clause_node(row: Clause, level: int, path: Path, wanted: _Wanted) -> Node:
    here = ("clause", str(row.pk))
    mark, tone = worth_of(row)
    errors = wanted.errors.get(path, 0)
    return Node(*here, row.text or row.code, mark, tone, level, current=here == wanted.at, errors=errors)


def numbered(nodes: Any) -> list[Node]:
    found = list(nodes)
    return [replace(node, position=place, of=len(found)) for place, node in enumerate(found, 1)]


def first_category(rubric: Rubric) -> int | None:
    """The category that stands first, or None while there is none."""
    rows = Category.objects.filter(rubric=rubric, parent=None).order_by("position", "pk")
    return rows.values_list("pk", flat=True).first()


# --- what a clause is worth, in a few signs ---------------------------------------------------------------------------

_FIGURES = ("points", "max", "min", "start_points", "otherwise", "choices")


def worth_of(row: Clause) -> tuple[str, str]:
    """What a clause may move, as `−2`, `5–15` or a word, and how it is coloured (`lost` or nothing)."""
    lost = "lost" if row.effect in ("deduct", "forfeit", "veto") else ""
    if row.effect not in ("deduct", "award"):
        return effect_title(row.effect), lost
    figures = [value for value in _figures(row.parameters) if value != 0]
    if row.body.get("open") or not figures:
        return _("open"), ""
    low, high = min(figures), max(figures)
    sign = MINUS if row.effect == "deduct" else ""
    return (f"{sign}{plain(high)}" if low == high else f"{sign}{plain(low)}–{plain(high)}"), lost


def _figures(shape: Any, name: str = "") -> Iterator[Decimal]:
    """Every number that a basis calls points, however deep; the canonical form writes numbers as strings."""
    if isinstance(shape, Mapping):
        for key, value in shape.items():
            yield from _figures(value, key)
    elif isinstance(shape, list):
        for value in shape:
            yield from _figures(value, name)
    elif name in _FIGURES and isinstance(shape, str):
        yield abs(Decimal(shape))
