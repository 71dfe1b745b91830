"""A definition as finished values for the pages: a summary in numbers, and the whole as rows of a printed form."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from rubrics.checks import full_marks, kinds_of_units, open_entries
from rubrics.definition import Category, marks_of
from rubrics.kinds.numbers import plain
from rubrics.selectors.sayings import Names
from rubrics.selectors.sayings.clauses import clause_says, providers_of, rule_of
from rubrics.selectors.sayings.nodes import node_says
from rubrics.wording import effect_title, phase_title

if TYPE_CHECKING:
    from rubrics.definition import CommonClause, Definition, Item


@dataclass(frozen=True)
class Marks:
    """What the units of a series can reach: `reached` of `total`; `fits` where some kind of unit reaches just that."""

    code: str
    title: str
    reached: str
    total: str
    fits: bool


@dataclass(frozen=True)
class Open:
    """A place whose figure the regulation leaves out."""

    code: str
    title: str


@dataclass(frozen=True)
class Row:
    """One row of the printed form: a category, an item or a clause. `deep` is the depth of a category, from 1."""

    kind: str
    code: str
    title: str
    ref: str = ""
    points: str = ""
    deep: int = 1
    rule: tuple[str, ...] = ()
    supplied: str = ""
    supplied_says: tuple[str, ...] = ()
    effect: str = ""
    effect_title: str = ""
    open: bool = False
    first: bool = False
    note: str = ""

    @property
    def says(self) -> tuple[str, ...]:
        """What is said of it in one line, with who supplies the facts."""
        return (*self.rule, *self.supplied_says)


@dataclass(frozen=True)
class Summary:
    title: str
    code: str
    year: int
    total: str
    counts: tuple[tuple[str, int], ...]
    marks: tuple[Marks, ...]
    open: tuple[Open, ...] = field(default=())
    phases: tuple[str, ...] = ()


def summary_of(definition: Definition) -> Summary:
    """The rubric in numbers, for the list, the dry run and the head of its page."""
    categories = sum(isinstance(node, Category) for node in definition.nodes.values())
    return Summary(
        title=definition.title,
        code=definition.code,
        year=definition.year,
        total=plain(definition.total),
        counts=(
            (_("Categories"), categories),
            (_("Items"), len(definition.items)),
            (_("Clauses"), len(definition.clauses)),
            (_("Panels"), len(definition.panels)),
            (_("Gradings"), len(definition.gradings)),
        ),
        marks=tuple(_marks(definition)),
        open=tuple(open_of(definition)),
        phases=tuple(phase_title(code) for code in definition.procedure.phases),
    )


def _marks(definition: Definition) -> list[Marks]:
    """For each series what its units can reach: the most that any kind of unit (by tags, or named) reaches."""
    reached: dict[str | None, set[Decimal]] = defaultdict(set)
    for series, tags, unit in kinds_of_units(definition):
        reached[series].add(full_marks(definition, series=series, tags=tags, unit=unit))
    rows = []
    for entry in definition.series:
        total, sums = definition.total_of(entry.code), reached[entry.code]
        shown = total if total in sums else max(sums)
        rows.append(Marks(entry.code, entry.title or entry.code, plain(shown), plain(total), total in sums))
    return rows


def open_of(definition: Definition) -> list[Open]:
    """What still has to be filled in before publishing, with the titles that lead there."""
    return [Open(code, title_of(definition, code)) for code, _path in open_entries(definition)]


def title_of(definition: Definition, code: str) -> str:
    """The title of a node or the text of a clause by its full code; of other places the code itself."""
    if code in definition.nodes:
        return definition.nodes[code].title or code
    if code in definition.clauses:
        return definition.clauses[code].text
    return code


def rows_of(definition: Definition) -> list[Row]:
    """The whole tree in reading order, each clause with its sentence in the reader's language."""
    names = Names(definition)
    rows: list[Row] = []
    for code, node in definition.nodes.items():
        rows.append(_node_row(names, code, node))
        rows += [
            _clause_row(names, f"{code}.{clause.code}", clause, first=place == 0)
            for place, clause in enumerate(getattr(node, "clauses", ()))
        ]
    return rows


def _node_row(names: Names, code: str, node: Category | Item) -> Row:
    return Row(
        "category" if isinstance(node, Category) else "item",
        code,
        node.title or node.code,
        node.ref,
        plain(marks_of(node)),
        code.count(".") + 1,
        tuple(node_says(names, node)),
        open=node.open,
        note=node.note,
    )


def _clause_row(names: Names, code: str, clause: CommonClause, *, first: bool) -> Row:
    provider = providers_of(names.definition, code, clause) if names.definition else None
    return Row(
        "clause",
        code,
        clause.text,
        clause.ref,
        rule=(rule_of(clause), *clause_says(names, clause)),
        supplied=names.supplied(provider),
        supplied_says=tuple(names.supplied_says(provider)),
        effect=clause.effect,
        effect_title=effect_title(clause.effect),
        open=clause.open,
        first=first,
        note=clause.note,
    )
