"""One entry of a rubric as it is stored: a row, or a section of what stands at the top. Constant queries."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.http import Http404

from rubrics.definition import canonical_json
from rubrics.definition.entries import HEAD_FIELDS
from rubrics.models import Category, Clause, Grading, Item, Panel, Rubric, Series
from rubrics.selectors.definitions import own_shape

HEAD = "head"
SECTIONS = tuple(HEAD_FIELDS)
MODELS: dict[str, Any] = {
    "category": Category,
    "item": Item,
    "clause": Clause,
    "series": Series,
    "panel": Panel,
    "grading": Grading,
}
KIND_OF: dict[Any, str] = {model: kind for kind, model in MODELS.items()}
PARENTS: dict[str, tuple[str, str]] = {
    "category": ("category", "parent_id"),
    "item": ("category", "category_id"),
    "clause": ("item", "item_id"),
}
"""What a kind stands under, and the column that says so."""
_PREFIX = {"series": "series", "panel": "panels", "grading": "gradings"}
_IN_RUBRIC = {
    "category": "rubric",
    "item": "category__rubric",
    "clause": "item__category__rubric",
    "series": "rubric",
    "panel": "rubric",
    "grading": "rubric",
}
_ABOVE = {
    "category": ("parent__parent__parent",),
    "item": ("category__parent__parent",),
    "clause": ("item__category__parent__parent",),
}
"""What is fetched along with a row, so that its full code takes no further query unless it lies deeper."""


@dataclass(frozen=True)
class Entry:
    """One entry without what stands below it. `key` is the primary key of its row, or the name of a section."""

    kind: str
    key: str
    version: int
    shape: Mapping[str, Any]
    parent: tuple[str, str] | None
    full_code: str
    title: str
    ref: str = ""
    note: str = ""

    @property
    def at(self) -> str:
        """How the workbench's address names it."""
        return f"{self.kind}-{self.key}"

    @property
    def section(self) -> str:
        return self.key if self.kind == HEAD else ""


def entry_of(rubric: Rubric, kind: str, key: str | int) -> Entry:
    """The entry; raises Http404 where the rubric has none such (any more)."""
    entry = find_entry(rubric, kind, key)
    if entry is None:
        raise Http404
    return entry


def find_entry(rubric: Rubric, kind: str, key: str | int) -> Entry | None:
    """The entry, or None."""
    if kind == HEAD:
        return section_of(rubric, str(key)) if key in HEAD_FIELDS else None
    row = row_of(rubric, kind, key)
    return None if row is None else entry_of_row(row)


def row_of(rubric: Rubric, kind: str, key: str | int) -> Any | None:
    """The row of an entry with the nodes above it; one query unless it lies very deep."""
    if kind not in MODELS or not str(key).isdecimal() or len(str(key)) > 18:
        return None
    return rows_in(rubric, kind).select_related(*_ABOVE.get(kind, ())).filter(pk=int(key)).first()


def rows_in(rubric: Rubric, kind: str) -> Any:
    """All rows of a kind in the rubric."""
    return MODELS[kind].objects.filter(**{_IN_RUBRIC[kind]: rubric})


def entry_of_row(row: Any) -> Entry:
    shape = own_shape(row)
    kind, above = KIND_OF[type(row)], parent_of(row)
    return Entry(
        kind=kind,
        key=str(row.pk),
        version=row.version,
        shape=shape,
        parent=None if above is None else (PARENTS[kind][0], str(above)),
        full_code=full_code_of(row),
        title=title_of(shape),
        ref=str(shape.get("ref", "")),
        note=str(shape.get("note", "")),
    )


def section_of(rubric: Rubric, section: str) -> Entry:
    """A section of the top. Its version is a digest of what it holds, so that editors of two sections do not meet."""
    shape = {name: rubric.head[name] for name in HEAD_FIELDS[section] if name in rubric.head}
    return Entry(HEAD, section, digest_of(shape), shape, None, section, title=rubric.title)


def digest_of(shape: Mapping[str, Any]) -> int:
    """48 bits of the hash over the canonical form: a version for what has no row of its own."""
    return int(hashlib.sha256(canonical_json(shape).encode()).hexdigest()[:12], 16)


def parent_of(row: Any) -> int | None:
    """The primary key of what the row stands under; None at the top and in the lists of the rubric."""
    kind = KIND_OF[type(row)]
    return getattr(row, PARENTS[kind][1]) if kind in PARENTS else None


def full_code_of(row: Any) -> str:
    """The path of codes, `conduct.meetings.late`; of what stands in a list of the rubric `gradings.prize`."""
    kind = KIND_OF[type(row)]
    if kind in _PREFIX:
        return f"{_PREFIX[kind]}.{row.code}"
    above = {"clause": "item", "item": "category", "category": "parent"}
    codes = []
    while row is not None:
        codes.append(row.code)
        row = getattr(row, above[KIND_OF[type(row)]])
    return ".".join(reversed(codes))


def title_of(shape: Mapping[str, Any]) -> str:
    """What people call the entry: its title or text, its code where it has none yet."""
    return str(shape.get("title") or shape.get("text") or shape.get("code", ""))
