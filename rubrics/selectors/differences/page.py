"""The differences between two versions, grouped by category, as a list and side by side."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from rubrics.differences import ADDED, CHANGED, MANNERS, MOVED, REMOVED, RENAMED, REWORDED, Difference
from rubrics.selectors import outlines, process
from rubrics.selectors.differences.words import Piece, Teller, Told, both

if TYPE_CHECKING:
    from rubrics.definition import Definition

WORDS: Mapping[str, Any] = {
    ADDED: gettext_lazy("added"),
    CHANGED: gettext_lazy("figures changed"),
    REWORDED: gettext_lazy("reworded"),
    RENAMED: gettext_lazy("renamed"),
    MOVED: gettext_lazy("moved"),
    REMOVED: gettext_lazy("removed"),
}
ICONS: Mapping[str, str] = {
    ADDED: "plus", CHANGED: "edit", REWORDED: "form", RENAMED: "edit", MOVED: "right", REMOVED: "minus",
}  # fmt: skip
KINDS: Mapping[str, Any] = {
    "section": gettext_lazy("Head"),
    "category": gettext_lazy("Category"),
    "item": gettext_lazy("Item"),
    "clause": gettext_lazy("Clause"),
    "series": gettext_lazy("Series"),
    "panel": gettext_lazy("Panel"),
    "grading": gettext_lazy("Grading"),
    "rule": gettext_lazy("Grade"),
}
SECTIONS: Mapping[str, Any] = {
    "general": gettext_lazy("Title and total"),
    "rounding": gettext_lazy("Rounding"),
    "period": gettext_lazy("Period of the facts"),
    "ranking": gettext_lazy("Ranking"),
    "procedure": gettext_lazy("Procedure"),
    "providers": gettext_lazy("Providers of facts"),
}


@dataclass(frozen=True)
class Tag:
    code: str
    words: str
    icon: str
    css: str


@dataclass(frozen=True)
class Side:
    """One version of an entry: what it is called and what it says, cut where the other differs; blank where absent."""

    code: str
    title: tuple[Piece, ...] = ()
    ref: str = ""
    points: tuple[Piece, ...] = ()
    says: tuple[Piece, ...] = ()
    fields: tuple[tuple[str, tuple[Piece, ...]], ...] = ()


@dataclass(frozen=True)
class Said:
    """What an entry says, in words."""

    title: str
    ref: str = ""
    points: str = ""
    says: tuple[str, ...] = ()

    @property
    def line(self) -> str:
        return " · ".join(part for part in self.says if part)


@dataclass(frozen=True)
class Row:
    """One difference. `along` of an entry that came or went with the one above it."""

    tags: tuple[Tag, ...]
    kind: str
    ref: str
    title: str
    code: str
    was_code: str
    where: str
    told: tuple[Told, ...]
    along: bool
    old: Side
    new: Side


@dataclass(frozen=True)
class Group:
    code: str
    title: str
    rows: tuple[Row, ...]


@dataclass(frozen=True)
class Filter:
    """One manner to choose, with how many there are."""

    code: str
    words: str
    count: int
    chosen: bool


@dataclass(frozen=True)
class Page:
    groups: tuple[Group, ...]
    filters: tuple[Filter, ...]
    total: int
    shown: int


def page_of(old: Definition, new: Definition, differences: Iterable[Difference], manner: str = "") -> Page:
    """Everything the page shows, of one manner where it is named."""
    every = list(differences)
    counts = Counter(one.manner for one in every)
    wanted = [one for one in every if not manner or one.manner == manner]
    groups = _Rows(old, new).groups(wanted)
    filters = [Filter(code, str(WORDS[code]), counts[code], code == manner) for code in MANNERS if counts[code]]
    return Page(groups, (Filter("", _("All"), len(every), not manner), *filters), len(every), len(wanted))


class _Rows:
    def __init__(self, old: Definition, new: Definition) -> None:
        self.old, self.new = old, new
        self.teller = Teller(old, new)

    @cached_property
    def said_before(self) -> dict[str, Said]:
        return _sayings(self.old)

    @cached_property
    def said_now(self) -> dict[str, Said]:
        return _sayings(self.new)

    def groups(self, differences: list[Difference]) -> tuple[Group, ...]:
        found: dict[str, list[Row]] = {}
        for one in differences:
            found.setdefault(_group(one), []).append(self.row(one))
        return tuple(Group(code.strip("#"), self._title(code), tuple(rows)) for code, rows in found.items())

    def _title(self, group: str) -> str:
        known = {
            "#head": _("Head and procedure"),
            "#series": _("Series"),
            "#panels": _("Panels"),
            "#gradings": _("Gradings"),
        }
        if group in known:
            return known[group]
        node = self.new.nodes.get(group) or self.old.nodes.get(group)
        return node.title or group if node is not None else group

    def row(self, one: Difference) -> Row:
        told = () if one.manner in (ADDED, REMOVED) else tuple(self.teller.told(one))
        was, now = self._said(self.said_before, one.old, one), self._said(self.said_now, one.new, one)
        shown = now or was
        return Row(
            tags=tuple(Tag(code, str(WORDS[code]), ICONS[code], _css(code)) for code in one.manners),
            kind=str(KINDS[one.kind]),
            ref=shown.ref if shown else "",
            title=self._called(one),
            code=one.code,
            was_code=one.old if one.old and one.new and one.old != one.new else "",
            where=self._where(one),
            told=told,
            along=bool(one.within),
            old=_side(one.old, was, now, told, of=0),
            new=_side(one.new, now, was, told, of=1),
        )

    def _said(self, sayings: dict[str, Said], code: str, one: Difference) -> Said | None:
        if not code:
            return None
        if one.kind in ("section", "series", "grading"):
            return Said(self._called(one))
        return sayings.get(code if one.kind in ("category", "item", "clause") else f"{one.kind}:{code}")

    def _called(self, one: Difference) -> str:
        if one.kind == "section":
            return str(SECTIONS[one.code])
        return one.title or one.code.rpartition(".")[2]

    def _where(self, one: Difference) -> str:
        """What it stands in, by titles, where the group does not say it already."""
        if one.kind not in ("item", "clause", "category"):
            return ""
        definition = self.new if one.new else self.old
        parts = one.code.split(".")
        codes = [".".join(parts[:length]) for length in range(2, len(parts))]
        return " › ".join(definition.nodes[code].title or code for code in codes if code in definition.nodes)


def _sayings(definition: Definition) -> dict[str, Said]:
    """What every entry says in words, by its full code; panels and rules with their kind before it."""
    found = {
        row.code: Said(row.title, row.ref, row.points, (*((row.effect_title,) if row.effect_title else ()), *row.says))
        for row in outlines.rows_of(definition)
    }
    for panel in process.panels_of(definition):
        groups = [" ".join((title, said)) for title, said in panel.groups]
        found[f"panel:{panel.code}"] = Said(panel.title, says=(*panel.how, *groups))
    for grading, table in zip(definition.gradings, process.gradings_of(definition), strict=True):
        for rule, line in zip(grading.rules, table.rules, strict=True):
            says = (*line.when, *((line.takes,) if line.takes else ()), *line.brings)
            found[f"rule:{grading.code}.{rule.code}"] = Said(line.title, rule.ref, says=says)
    return found


def _side(code: str, own: Said | None, other: Said | None, told: tuple[Told, ...], *, of: int) -> Side:
    if own is None:
        return Side("")
    apart = other or own

    def cut(mine: str, theirs: str) -> tuple[Piece, ...]:
        pair = both(mine, theirs) if of == 0 else both(theirs, mine)
        return pair[of] if mine else ()

    says = cut(own.line, apart.line)
    # What the sentences do not show is told field by field.
    silent = not any(piece.marked for piece in says)
    rest = [one for one in told if not one.is_wording and silent] if other else []
    return Side(
        code=code,
        title=cut(own.title, apart.title),
        ref=own.ref,
        points=cut(own.points, apart.points),
        says=says,
        fields=tuple((one.label, one.new if of else one.old) for one in rest),
    )


def _css(manner: str) -> str:
    return {ADDED: "done", REMOVED: "bad", CHANGED: "now"}.get(manner, "")


def _group(one: Difference) -> str:
    if one.kind == "section":
        return "#head"
    if one.kind in ("series", "panel"):
        return "#series" if one.kind == "series" else "#panels"
    if one.kind in ("grading", "rule"):
        return "#gradings"
    return one.code.partition(".")[0]
