"""Panels, gradings and procedure of a definition as finished words for the pages."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from rubrics.kinds.numbers import plain
from rubrics.wording import phase_title

if TYPE_CHECKING:
    from rubrics.definition import Definition, Panel, Rule


@dataclass(frozen=True)
class PanelLine:
    code: str
    title: str
    how: tuple[str, ...]
    groups: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class RuleLine:
    title: str
    when: tuple[str, ...]
    takes: str
    brings: tuple[str, ...]


@dataclass(frozen=True)
class GradingTable:
    code: str
    title: str
    rules: tuple[RuleLine, ...]


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
        PanelLine(panel.code, panel.title or panel.code, tuple(_how(panel)), _groups(panel))
        for panel in definition.panels
    ]


def _how(panel: Panel) -> list[str]:
    if panel.options:
        listed = ", ".join(f"{option.code} {plain(option.value)}" for option in panel.options)
        says = [_("choices: %(list)s") % {"list": listed}]
    else:
        says = [_("marks from 0 to %(n)s") % {"n": plain(panel.full)}]
    if panel.combine == "trimmed":
        says.append(_("without the %(n)s highest and lowest") % {"n": panel.trim})
    if panel.weigh_by == "ballots":
        says.append(_("all ballots count alike"))
    return says


def _groups(panel: Panel) -> tuple[tuple[str, str], ...]:
    rows = []
    for group in panel.groups:
        says = [_("weight %(n)s") % {"n": plain(group.weight)}]
        if group.quorum:
            says.append(_("quorum %(n)s") % {"n": group.quorum})
        rows.append((group.title or group.code, ", ".join(says)))
    return tuple(rows)


def gradings_of(definition: Definition) -> list[GradingTable]:
    return [
        GradingTable(
            grading.code,
            grading.title or grading.code,
            tuple(
                RuleLine(
                    rule.title or rule.code,
                    tuple(_when(definition, rule.when)),
                    _quota(definition, rule),
                    tuple(_brings(rule)),
                )
                for rule in grading.rules
            ),
        )
        for grading in definition.gradings
    ]


def _when(definition: Definition, when: Any) -> list[str]:
    """The conditions of a rule in words; all of them must hold."""
    says = []
    if when.total_at_least is not None:
        says.append(_("total at least %(n)s") % {"n": plain(when.total_at_least)})
    if when.total_below is not None:
        says.append(_("total below %(n)s") % {"n": plain(when.total_below)})
    for code, points in when.node_at_least:
        title = definition.nodes[code].title or code if code in definition.nodes else code
        says.append(_("%(title)s at least %(n)s") % {"title": title, "n": plain(points)})
    if when.rank_at_most is not None:
        says.append(_("among the first %(n)s") % {"n": when.rank_at_most})
    if when.rank_from_bottom_at_most is not None:
        says.append(_("among the last %(n)s") % {"n": when.rank_from_bottom_at_most})
    if when.within == "all" and (when.rank_at_most or when.rank_from_bottom_at_most):
        says.append(_("of all units"))
    if when.no_veto:
        says.append(_("no veto"))
    if when.has_fact:
        texts = [definition.clauses[code].text if code in definition.clauses else code for code in when.has_fact]
        says.append(_("on record: %(list)s") % {"list": "; ".join(texts)})
    says += _marked(definition, when)
    if when.any:
        inner = [", ".join(_when(definition, member)) for member in when.any]
        says.append(_("one of: %(list)s") % {"list": "; ".join(inner)})
    return says


def _marked(definition: Definition, when: Any) -> list[str]:
    says = []
    if when.has_tag:
        says.append(_("marked %(list)s") % {"list": ", ".join(when.has_tag)})
    if when.in_series:
        titles = {series.code: series.title or series.code for series in definition.series}
        says.append(_("in %(list)s") % {"list": ", ".join(titles.get(code, code) for code in when.in_series)})
    if when.holds_grade is not None:
        years = plain(when.holds_grade.years)
        grades = {rule.code: rule.title or rule.code for grading in definition.gradings for rule in grading.rules}
        held = grades.get(when.holds_grade.code, when.holds_grade.code)
        says.append(_("holds %(grade)s, years: %(n)s") % {"grade": held, "n": years})
    return says


def _quota(definition: Definition, rule: Rule) -> str:
    quota = rule.quota
    if quota is None:
        return ""
    if quota.percent is not None:
        return f"{plain(quota.percent)}%"
    if quota.every is not None:
        return _("%(n)s in each series") % {"n": quota.every}
    titles = {series.code: series.title or series.code for series in definition.series}
    return ", ".join(f"{titles.get(code, code)} {places}" for code, places in quota.by_series)


def _brings(rule: Rule) -> list[str]:
    says = []
    for consequence in rule.consequences:
        words = consequence.text or consequence.title
        if consequence.value is not None and plain(consequence.value) not in words:
            words = f"{words} ({plain(consequence.value)})"
        says.append(_("%(words)s: not yet set") % {"words": words} if consequence.open else words)
    return says


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
            entry.by or "",
            entry.open,
        )
        for entry in definition.procedure.deadlines
    ]


def prerequisites_of(definition: Definition) -> list[Entry]:
    return [Entry(entry.text, ref=entry.ref, open=entry.open) for entry in definition.procedure.prerequisites]


def process_facts_of(definition: Definition) -> list[tuple[str, str]]:
    """The few figures of the procedure, as term and text."""
    procedure = definition.procedure
    facts: list[tuple[str, str]] = []
    if procedure.phases:
        facts.append((_("Phases"), " → ".join(phase_title(code) for code in procedure.phases)))
    if procedure.publicity_days:
        days = procedure.publicity_days
        facts.append(
            (_("Publicity"), ngettext("%(n)s day at the least", "%(n)s days at the least", days) % {"n": days})
        )
    for entry in procedure.reviewers:
        facts.append((_("Reviewers a unit"), _reviewers(entry)))
    if procedure.certificate is not None and procedure.certificate.valid_years:
        years = plain(procedure.certificate.valid_years)
        facts.append((_("Certificate"), _("valid for %(n)s years") % {"n": years}))
    if procedure.convert is not None:
        to = _("not yet set") if procedure.convert.to is None else plain(procedure.convert.to)
        facts.append((_("Total also shown out of"), to))
    if procedure.rectification:
        facts.append((_("Rectification"), _("what lost points is put right afterwards")))
    return facts


def _reviewers(entry: Any) -> str:
    most, least = entry.max, entry.min
    words = f"{least}–{most}" if least and most else str(least or most or _("not yet set"))
    tags = ", ".join([*entry.applies_to.series, *entry.applies_to.tags])
    return f"{words} ({tags})" if tags else words
