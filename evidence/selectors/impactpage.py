"""The impact of another version of the rubric as finished values for its page."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from evidence import explain
from evidence.models import Fact
from rubrics.wording import phase_title

if TYPE_CHECKING:
    from evidence.selectors.impact import Effect, Impact, UnitImpact
    from rubrics.definition import Definition

MANNERS: dict[str, tuple[Any, str, str]] = {
    "changed": (gettext_lazy("changed"), "now", "edit"),
    "removed": (gettext_lazy("removed"), "bad", "minus"),
    "elsewhere": (gettext_lazy("for other units now"), "", "right"),
}
MOST = 500
"""Rows of a table; who has more of them reads the sums."""


@dataclass(frozen=True)
class ClauseLine:
    code: str
    ref: str
    text: str
    manner: str
    css: str
    icon: str
    facts: int
    units: int
    ruled: int


@dataclass(frozen=True)
class FactLine:
    """One fact that its owner has to put right."""

    unit: str
    text: str
    ref: str
    said: str
    why: str
    owner: str


@dataclass(frozen=True)
class UnitLine:
    title: str
    series: str
    lost: str
    gained: str
    facts: int
    reopened: int
    misfits: int
    gone: int
    note: str


@dataclass(frozen=True)
class ImpactPage:
    clauses: list[ClauseLine]
    quiet: int
    """Touched clauses under which nothing was recorded."""
    misfits: list[FactLine]
    units: list[UnitLine]
    around: list[str]
    facts: int
    concerned: int
    reopened: int
    unfit: int
    gone: int
    series_gone: str


def page_of(impact: Impact) -> ImpactPage:
    lines = [
        ClauseLine(one.code, one.ref, one.text, str(words), css, icon, one.facts, len(one.units), one.ruled)
        for one in impact.clauses
        for words, css, icon in (MANNERS[one.manner],)
    ]
    with_facts = [line for line in lines if line.facts]
    concerned = [unit for unit in impact.units if unit.concerned]
    titles = {unit.enrolment.pk: unit.enrolment.unit.title for unit in impact.units}
    return ImpactPage(
        clauses=with_facts[:MOST],
        quiet=len(lines) - len(with_facts),
        misfits=[_fact(impact, effect, titles) for effect in impact.misfits[:MOST]],
        units=[_unit(impact, unit) for unit in concerned[:MOST]],
        around=list(_around(impact)),
        facts=len(impact.effects),
        concerned=len(concerned),
        reopened=len(impact.reopened),
        unfit=len(impact.misfits),
        gone=len(impact.gone),
        series_gone=_(", ").join(impact.around.series_gone),
    )


OWNERS = {
    Fact.Origin.UNIT: gettext_lazy("the unit"),
    Fact.Origin.PROVIDER: gettext_lazy("the provider"),
    Fact.Origin.REVIEWER: gettext_lazy("the reviewer"),
    Fact.Origin.IMPORT: gettext_lazy("the reviewers (imported)"),
}


def _fact(impact: Impact, effect: Effect, titles: dict[int, str]) -> FactLine:
    row, clause = effect.row, impact.new.clauses[effect.row.clause]
    old = impact.old.clauses.get(row.clause)
    said = explain.said_text(old, row.said) if old is not None else explain.said_plainly(row.said)
    owner = str(OWNERS[Fact.Origin(row.origin)])
    return FactLine(titles[row.enrolment], clause.text, clause.ref, said, effect.why, owner)


def _unit(impact: Impact, unit: UnitImpact) -> UnitLine:
    notes = []
    if unit.marks:
        notes.append(_("full marks only %(marks)s") % {"marks": unit.marks})
    if unit.targets:
        notes.append(_("its own targets do not fit"))
    series = {one.code: one.title or one.code for one in impact.new.series}
    code = unit.enrolment.series_code
    return UnitLine(
        title=unit.enrolment.unit.title,
        series=series.get(code, code),
        lost=_named(impact.old, unit.lost),
        gained=_named(impact.new, unit.gained),
        facts=unit.facts,
        reopened=unit.reopened,
        misfits=unit.misfits,
        gone=unit.gone,
        note=_(", ").join(notes),
    )


def _named(definition: Definition, codes: Iterable[str]) -> str:
    """Items by title; of more than three the rest is a number."""
    titles = [definition.nodes[code].title or code for code in codes]
    shown = _(", ").join(titles[:3])
    if len(titles) <= 3:
        return shown
    return _("%(list)s and %(n)d more") % {"list": shown, "n": len(titles) - 3}


def _around(impact: Impact) -> Iterable[str]:
    around, comma = impact.around, _(", ")
    if around.phases_new:
        names = comma.join(phase_title(code) for code in around.phases_new)
        yield _("Phases that the new version asks for and the cycle does not have: %(list)s.") % {"list": names}
    if around.phases_gone:
        names = comma.join(phase_title(code) for code in around.phases_gone)
        yield _("Phases of the cycle that the new version does not ask for; their dates stay: %(list)s.") % {
            "list": names
        }
    if around.providers_new:
        yield _("New providers of facts, behind whom no unit stands yet: %(list)s.") % {
            "list": comma.join(around.providers_new)
        }
    if around.providers_gone:
        yield _("Providers that the new version does not have; what they recorded stays: %(list)s.") % {
            "list": comma.join(around.providers_gone)
        }
    if around.categories_gone:
        yield _("Categories that reviewers are assigned and the new version does not have: %(list)s.") % {
            "list": comma.join(around.categories_gone)
        }
    if around.ratings:
        yield ngettext(
            "%(n)d count of ballots belongs to a panel that is gone or otherwise now.",
            "%(n)d counts of ballots belong to panels that are gone or otherwise now.",
            around.ratings,
        ) % {"n": around.ratings}
