"""The other parts of a rubric in the workbench: sections of its head, and the lists of series, panels and gradings."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from rubrics.models import Grading, Panel, Rubric, Series
from rubrics.selectors.benchtree import At, Node, numbered

LISTS: Mapping[str, Any] = {"series": Series, "panel": Panel, "grading": Grading}


def section_title(name: str) -> str:
    """What a section of the head is called."""
    return {
        "general": _("Basics"),
        "providers": _("Providers of facts"),
        "ranking": _("Ranking"),
        "rounding": _("Rounding"),
        "period": _("Period of the facts"),
        "procedure": _("Procedure"),
    }.get(name, name)


def parts_of(rubric: Rubric, *, at: At = ("", ""), errors: Mapping[At, int] | None = None) -> tuple[Node, ...]:
    """Everything of a rubric that is no node: sections of its head, and the three lists."""
    found = Counter(errors or {})
    rows = {kind: list(model.objects.filter(rubric=rubric).order_by("position", "pk")) for kind, model in LISTS.items()}

    def section(name: str) -> Node:
        here = ("head", name)
        return Node(*here, section_title(name), current=here == at, errors=found[here])

    def several(kind: str, title: str) -> Node:
        below = numbered(
            Node(kind, str(row.pk), row.title or row.code, row.code if row.title else "", level=2,
                 current=(kind, str(row.pk)) == at, errors=found[kind, str(row.pk)])
            for row in rows[kind]
        )  # fmt: skip
        here = ("list", kind)
        return Node(
            *here, title, str(len(below)), branch=True, empty=not below, current=here == at, children=tuple(below),
            expanded=any(child.current for child in below), errors=found[here] + sum(child.errors for child in below),
        )  # fmt: skip

    return tuple(
        numbered(
            [
                section("general"),
                several("series", _("Series")),
                section("providers"),
                several("panel", _("Panels")),
                several("grading", _("Gradings")),
                section("ranking"),
                section("rounding"),
                section("period"),
                section("procedure"),
            ]
        )
    )


@dataclass(frozen=True)
class Listed:
    """A page of the workbench that leads to the rows of a list."""

    title: str
    text: str
    none: str
    entries: tuple[Node, ...]


def listed(rubric: Rubric, kind: str) -> Listed:
    """One of the three lists with what it is for."""
    title, text, none = {
        "series": (
            _("Series"),
            _("Units are ranked within their series. A series can have a total of its own."),
            _("No series yet: all units are ranked together."),
        ),
        "panel": (
            _("Panels"),
            _("People who rate the units, in weighted groups; a clause can take its points from one."),
            _("No panel yet."),
        ),
        "grading": (
            _("Gradings"),
            _("Rules from the top down; the first one that takes a unit gives the grade."),
            _("No grading yet."),
        ),
    }[kind]
    rows = LISTS[kind].objects.filter(rubric=rubric).order_by("position", "pk")
    entries = [Node(kind, str(row.pk), row.title or row.code, row.code) for row in rows]
    return Listed(title, text, none, tuple(numbered(entries)))
