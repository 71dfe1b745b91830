"""Panels, gradings and procedure of a definition as finished words for the pages."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from rubrics.selectors.sayings import Names
from rubrics.selectors.sayings.gradings import brings, quota_words, tie_words, when_words
from rubrics.selectors.sayings.heads import procedure_facts
from rubrics.selectors.sayings.panels import group_words, panel_says
from rubrics.wording import joined, month_day, phase_title

if TYPE_CHECKING:
    from rubrics.definition import Definition


@dataclass(frozen=True)
class PanelLine:
    code: str
    title: str
    how: tuple[str, ...]
    groups: tuple[tuple[str, str], ...]
    note: str = ""


@dataclass(frozen=True)
class RuleLine:
    title: str
    when: tuple[str, ...]
    takes: str
    brings: tuple[str, ...]
    tie: str = ""
    ref: str = ""
    note: str = ""


@dataclass(frozen=True)
class GradingTable:
    code: str
    title: str
    rules: tuple[RuleLine, ...]
    ref: str = ""
    note: str = ""


@dataclass(frozen=True)
class Entry:
    """One demand of the procedure: what, in which phase, where it stands."""

    text: str
    phase: str = ""
    phase_title: str = ""
    ref: str = ""
    note: str = ""
    open: bool = False


def panels_of(definition: Definition) -> list[PanelLine]:
    return [
        PanelLine(panel.code, panel.title or panel.code, tuple(panel_says(panel)), group_words(panel), panel.note)
        for panel in definition.panels
    ]


def gradings_of(definition: Definition) -> list[GradingTable]:
    names = Names(definition)
    return [
        GradingTable(
            grading.code,
            grading.title or grading.code,
            tuple(
                RuleLine(
                    rule.title or rule.code,
                    tuple(when_words(names, rule.when)),
                    quota_words(names, rule),
                    tuple(brings(names, rule)),
                    tie_words(rule),
                    rule.ref,
                    rule.note,
                )
                for rule in grading.rules
            ),
            grading.ref,
            grading.note,
        )
        for grading in definition.gradings
    ]


def demands_of(definition: Definition) -> list[Entry]:
    """What the rules demand of the process, to be ticked off."""
    return [
        Entry(
            demand.text,
            demand.phase or "",
            phase_title(demand.phase) if demand.phase else "",
            demand.ref,
            open=demand.open,
        )
        for demand in definition.procedure.demands
    ]


def deadlines_of(definition: Definition) -> list[Entry]:
    return [
        Entry(
            entry.text,
            entry.phase or "",
            phase_title(entry.phase) if entry.phase else "",
            entry.ref,
            month_day(entry.by) if entry.by else "",
            entry.open,
        )
        for entry in definition.procedure.deadlines
    ]


def prerequisites_of(definition: Definition) -> list[Entry]:
    names = Names(definition)
    return [
        Entry(entry.text or entry.code, ref=entry.ref, note=joined(names.only_for(entry.applies_to)), open=entry.open)
        for entry in definition.procedure.prerequisites
    ]


def process_facts_of(definition: Definition) -> list[tuple[str, str]]:
    """The few figures of the procedure, as term and text."""
    return procedure_facts(Names(definition), definition.procedure)
