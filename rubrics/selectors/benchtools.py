"""What can be done with the entry that is open: what may be added beside and below it, and how it may move."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from rubrics.selectors.entries import find_entry

if TYPE_CHECKING:
    from rubrics.models import Rubric


@dataclass(frozen=True)
class Add:
    """One button: the kind of the new entry, the key of the entry it goes into and of the one it follows."""

    kind: str
    label: str
    parent: str = ""
    after: str = ""
    role: str = "inside"


@dataclass(frozen=True)
class Tools:
    adds: tuple[Add, ...]
    moves: bool = True
    nests: bool = False
    """Whether it can go deeper or higher, and not only up and down."""


def tools_of(rubric: Rubric, kind: str, key: str) -> Tools | None:
    """The tools of an entry; None where nothing can be done but filling it in."""
    if kind == "list":
        return Tools((Add(key, _LABELS[key]()),), moves=False) if key in _LABELS else None
    if kind not in _LABELS or not key.isdecimal():
        return None
    beside = Add(kind, _LABELS[kind](), _parent(rubric, kind, key), key, "after")
    below = tuple(Add(child, label(), key) for child, label in _BELOW.get(kind, ()))
    return Tools((*below, beside), nests=kind in ("category", "item"))


def _parent(rubric: Rubric, kind: str, key: str) -> str:
    """The key of what an entry stands under; nothing at the top."""
    entry = find_entry(rubric, kind, key)
    return entry.parent[1] if entry is not None and entry.parent is not None else ""


_LABELS = {
    "category": lambda: _("Category"),
    "item": lambda: _("Item"),
    "clause": lambda: _("Clause"),
    "series": lambda: _("Series (add)"),
    "panel": lambda: _("Panel"),
    "grading": lambda: _("Grading"),
}
_BELOW = {
    "category": (("item", lambda: _("Item")), ("category", lambda: _("Category inside"))),
    "item": (("clause", lambda: _("Clause")),),
}
