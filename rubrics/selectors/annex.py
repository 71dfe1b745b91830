"""A rubric as the annex of a regulation: every part as finished words, for the print page and the PDF alike."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from rubrics.kinds.numbers import plain
from rubrics.models import Rubric
from rubrics.selectors.definitions import definition_of
from rubrics.selectors.drafts import draft_of
from rubrics.selectors.outlines import Row, rows_of
from rubrics.selectors.process import GradingTable, PanelLine, gradings_of, panels_of
from rubrics.selectors.sayings import Names
from rubrics.selectors.sayings.gradings import ranking_says
from rubrics.selectors.sayings.heads import evidence_words, period_says, procedure_facts, rounding_says
from rubrics.wording import is_english, joined, month_day, phase_title

if TYPE_CHECKING:
    from rubrics.definition import Definition


@dataclass(frozen=True)
class Item:
    """An item with its clauses, as one block of the table; categories come as blocks without clauses."""

    head: Row
    clauses: tuple[Row, ...] = ()


@dataclass(frozen=True)
class Task:
    """One entry of the procedure: what, when, with what proof, where it stands."""

    text: str
    when: str
    proof: str
    ref: str
    open: bool


@dataclass(frozen=True)
class Annex:
    """Everything that is printed. `fingerprint` is in groups of four and blank for a draft."""

    title: str
    code: str
    year: int
    edition: int
    state: str
    is_draft: bool
    published_at: datetime | None
    fingerprint: str
    total: str
    marks: tuple[tuple[str, str], ...]
    source: str
    note: str
    blocks: tuple[Item, ...]
    has_refs: bool
    has_providers: bool
    panels: tuple[PanelLine, ...]
    gradings: tuple[GradingTable, ...]
    counting: tuple[str, ...]
    process: tuple[tuple[str, str], ...]
    prerequisites: tuple[Task, ...]
    deadlines: tuple[Task, ...]
    demands: tuple[Task, ...]

    @property
    def about(self) -> str:
        """Code, year, edition and state in one line."""
        year = str(self.year) if is_english() else f"{self.year} 年度"
        edition = _("edition %(n)s") % {"n": self.edition}
        return " · ".join([year, self.code, edition, self.state])

    @property
    def short_fingerprint(self) -> str:
        return self.fingerprint[:19]


def readable(rubric: Rubric) -> Definition | None:
    """The rubric's definition; of a draft that has errors what can be read of it, None where nothing can."""
    if rubric.state != Rubric.State.DRAFT:
        return definition_of(rubric)
    return draft_of(rubric).definition


def annex_of(rubric: Rubric) -> Annex | None:
    """The rubric in words, or None while its draft cannot be read at all. As many queries as the definition takes."""
    definition = readable(rubric)
    if definition is None:
        return None
    names, rows = Names(definition), rows_of(definition)
    procedure = definition.procedure
    return Annex(
        title=rubric.title,
        code=rubric.code,
        year=rubric.year,
        edition=rubric.edition,
        state=rubric.get_state_display(),
        is_draft=rubric.state == Rubric.State.DRAFT,
        published_at=rubric.published_at,
        fingerprint=in_fours(rubric.fingerprint),
        total=plain(definition.total),
        marks=tuple((entry.title or entry.code, plain(definition.total_of(entry.code))) for entry in definition.series),
        source=definition.source,
        note=definition.note,
        blocks=tuple(_blocks(rows)),
        has_refs=any(row.ref for row in rows),
        has_providers=any(row.supplied for row in rows),
        panels=tuple(panels_of(definition)),
        gradings=tuple(gradings_of(definition)),
        counting=(
            *rounding_says(definition.rounding),
            *period_says(definition.period),
            *ranking_says(names, definition.ranking),
        ),
        process=_together(procedure_facts(names, procedure)),
        prerequisites=tuple(
            Task(
                joined([entry.text or entry.code, *names.only_for(entry.applies_to)]),
                "",
                evidence_words(entry.evidence),
                entry.ref,
                entry.open,
            )
            for entry in procedure.prerequisites
        ),
        deadlines=tuple(
            Task(
                joined([entry.text or entry.code, phase_title(entry.phase) if entry.phase else ""]),
                month_day(entry.by) if entry.by else "",
                "",
                entry.ref,
                entry.open,
            )
            for entry in procedure.deadlines
        ),
        demands=tuple(
            Task(
                entry.text or entry.code,
                phase_title(entry.phase) if entry.phase else "",
                evidence_words(entry.evidence),
                entry.ref,
                entry.open,
            )
            for entry in procedure.demands
        ),
    )


def _blocks(rows: list[Row]) -> list[Item]:
    """Rows of the outline put together: a node with the clauses that follow it."""
    blocks: list[Item] = []
    for row in rows:
        if row.kind == "clause":
            head = blocks.pop()
            blocks.append(Item(head.head, (*head.clauses, row)))
        else:
            blocks.append(Item(row))
    return blocks


def _together(facts: list[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    """Facts of the same term as one, each on a line of its own."""
    found: dict[str, list[str]] = {}
    for term, text in facts:
        found.setdefault(term, []).append(text)
    return tuple((term, "\n".join(texts)) for term, texts in found.items())


def in_fours(fingerprint: str) -> str:
    return " ".join(fingerprint[place : place + 4] for place in range(0, len(fingerprint), 4))
