"""The review page as finished values: outline with states, the fact at hand, its files, what was decided before."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils.translation import gettext as _

from evidence import explain, lifecycle, outline
from evidence.controls import Control, controls_of
from evidence.models import Fact, Ruling, SheetItem
from evidence.outline import slug
from evidence.selectors.flags import Flag
from evidence.selectors.records import targets_of
from evidence.selectors.review import ReviewData, reopened, standing, waits
from evidence.selectors.sheetrows import OutlineEntry, OutlineGroup
from rubrics.definition import marks_of
from rubrics.kinds.numbers import plain

if TYPE_CHECKING:
    from rubrics.definition import CommonClause

ORIGINS = {
    Fact.Origin.UNIT: lambda: _("claimed by the unit"),
    Fact.Origin.PROVIDER: lambda: _("recorded by a provider"),
    Fact.Origin.REVIEWER: lambda: _("recorded by a reviewer"),
    Fact.Origin.IMPORT: lambda: _("imported"),
}


@dataclass(frozen=True)
class Card:
    """One fact among those of its item."""

    pk: int
    ref: str
    text: str
    said: str
    state: str
    icon: str
    css: str
    url: str
    current: bool
    asks: bool = False
    """Whether the unit asks that it move no points, and nobody has decided."""


@dataclass(frozen=True)
class LogLine:
    when: datetime
    text: str


@dataclass(frozen=True)
class FactPage:
    """The fact at hand with the controls of a change and what happened to it."""

    pk: int
    version: int
    code: str
    ref: str
    text: str
    how: str
    said: str
    extras: str
    counts: bool
    """Whether the clause moves points at all, so that the running score has something to say."""
    by: str
    origin: str
    decided: str
    ruled: str
    reason: str
    amended: bool
    reopened: str
    """Why the last decision was taken back, where it was."""
    misfit: str
    controls: list[Control]
    log: list[LogLine]
    may_withdraw: bool
    asks: str = ""
    """Why the unit asks that it move no points; accepting the claim then exempts it."""


class ReviewPage:
    """Builds the parts of the page around one item, or one fact of it."""

    def __init__(
        self, data: ReviewData, entry: outline.Entry, fact: Fact | None, flags: Mapping[int, list[Flag]]
    ) -> None:
        self.data = data
        self.entry = entry
        self.fact = fact
        self.flags = flags
        self.address = reverse("evidence:review_unit", args=[data.enrolment.pk])

    def groups(self) -> list[OutlineGroup]:
        found: dict[str, OutlineGroup] = {}
        for entry in self.data.entries:
            if entry.top_code not in found:
                top = entry.top
                found[entry.top_code] = OutlineGroup(entry.top_code, top.title or top.code, plain(marks_of(top)), [])
            found[entry.top_code].entries.append(self._entry(entry))
        return list(found.values())

    def _entry(self, entry: outline.Entry) -> OutlineEntry:
        facts = self.data.facts_under(entry)
        row = self.data.rows.get(entry.code)
        icon, icon_css, css, text = _look(facts, row)
        full = plain(entry.item.points) if entry.item.points else ""
        first = next((fact for fact in facts if waits(fact)), facts[0] if facts else None)
        url = f"{self.address}?fact={first.pk}" if first else f"{self.address}?item={entry.code}"
        title = entry.item.title or entry.item.code
        worth = f"/ {full}" if full else ""
        return OutlineEntry(
            entry.code, slug(entry.code), title, url, icon, icon_css, css, text, full, worth,
            flagged=self._flagged(entry),
        )  # fmt: skip

    def _flagged(self, entry: outline.Entry) -> int:
        """Files of the item that somebody should look at twice."""
        rows = {row.pk for row in self.data.item_files.get(entry.code, ())}
        rows |= {row.pk for fact in self.data.facts_under(entry) for row in self.data.fact_files.get(fact.pk, ())}
        return sum(1 for pk in rows if any(flag.warns for flag in self.flags.get(pk, ())))

    def cards(self) -> list[Card]:
        found = []
        for fact in self.data.facts_under(self.entry):
            clause = self.data.definition.clauses[fact.clause_code]
            ruling = standing(fact)
            icon, css = _mark(fact, ruling)
            current = self.fact is not None and fact.pk == self.fact.pk
            asks = ruling is None and bool(explain.asked_reason(fact, clause))
            state = _("asks for exemption") if asks and not fact.misfit else _state(fact, ruling)
            found.append(
                Card(
                    fact.pk, clause.ref, clause.text, explain.fact_text(clause, fact), state, icon, css,
                    f"{self.address}?fact={fact.pk}", current, asks,
                )
            )  # fmt: skip
        return found

    def fact_page(self, fact: Fact, *, may_withdraw: bool, values: dict[str, Any] | None = None) -> FactPage:
        clause = self.data.definition.clauses[fact.clause_code]
        ruling, taken_back = standing(fact), reopened(fact)
        shares = self.data.definition.shares_of(fact.clause_code)
        given = values if values is not None else (ruling.said if ruling and ruling.said else fact.said)
        return FactPage(
            pk=fact.pk,
            version=fact.version,
            code=fact.clause_code,
            ref=clause.ref,
            text=clause.text,
            how=explain.how(clause, self.data.definition, fact.clause_code, self.data.enrolment.series_code),
            said=explain.fact_text(clause, fact),
            extras=explain.extras_text(fact.date, fact.matter, fact.share, fact.modifiers, fact.note, clause, shares),
            counts=clause.effect in ("award", "deduct"),
            by=str(fact.created_by or ""),
            origin=ORIGINS[Fact.Origin(fact.origin)](),
            decided=_chosen(fact, ruling) if ruling else "",
            ruled=_ruled(fact, ruling, clause) if ruling else "",
            reason=ruling.reason if ruling else "",
            amended=bool(list(fact.rulings.all())) and ruling is None and taken_back is None,
            reopened=taken_back.reason if taken_back else "",
            misfit=str(fact.get_misfit_display()) if fact.misfit else "",
            controls=self.controls(fact.clause_code, clause, given),
            log=self._log(fact, clause),
            may_withdraw=may_withdraw,
            asks=explain.asked_reason(fact, clause),
        )

    def controls(self, code: str, clause: CommonClause, values: dict[str, Any]) -> list[Control]:
        own = targets_of(self.data.enrolment).get(outline.item_of(code), ())
        return controls_of(clause, clause.kind, values, own)

    def _log(self, fact: Fact, clause: CommonClause) -> list[LogLine]:
        lines = [LogLine(fact.created_at, f"{fact.created_by or ''} {ORIGINS[Fact.Origin(fact.origin)]()}".strip())]
        for ruling in fact.rulings.all():
            lines.append(LogLine(ruling.decided_at, _told(fact, ruling, clause)))
        return sorted(lines, key=lambda line: line.when, reverse=True)


def _told(fact: Fact, ruling: Ruling, clause: CommonClause) -> str:
    reason = f": {ruling.reason}" if ruling.reason else ""
    return f"{ruling.decided_by or ''} {_ruled(fact, ruling, clause)}{reason}".strip()


def _chosen(fact: Fact, ruling: Ruling) -> str:
    """The choice of the form that the decision came from."""
    counted = fact.exempt_reason and ruling.verdict == Ruling.Verdict.CHANGED and ruling.said == fact.said
    return lifecycle.COUNTED if counted else ruling.verdict


def _ruled(fact: Fact, ruling: Ruling, clause: CommonClause) -> str:
    """The verdict, what counts instead where it changed the claim, and what became of the exemption asked for.

    A claim that was amended since is not the one that was decided; what it asks for now says nothing about then.
    """
    said = f" → {explain.said_text(clause, ruling.said)}" if ruling.said else ""
    asks = ruling.fact_version == fact.version and explain.asked_reason(fact, clause)
    words = {Ruling.Verdict.ACCEPTED: _("exempt as asked"), Ruling.Verdict.CHANGED: _("counts, not exempt")}
    more = words.get(Ruling.Verdict(ruling.verdict), "") if asks else ""
    return " · ".join(part for part in (f"{ruling.get_verdict_display()}{said}", more) if part)


def _state(fact: Fact, ruling: Ruling | None) -> str:
    """What became of it, or where it came from while nobody decided."""
    if fact.misfit and (ruling is None or ruling.verdict != Ruling.Verdict.CHANGED):
        return _("does not fit the clause any more")
    if ruling is not None:
        return str(ruling.get_verdict_display())
    return _("to be decided anew") if reopened(fact) is not None else ORIGINS[Fact.Origin(fact.origin)]()


def _mark(fact: Fact, ruling: Ruling | None) -> tuple[str, str]:
    if ruling is None:
        return ("o-empty", "") if waits(fact) else ("o-done", "")
    return {"accepted": ("o-done", "kp-done"), "changed": ("edit", "kp-here"), "rejected": ("o-x", "kp-lost")}.get(
        ruling.verdict, ("o-no", "")
    )


def _look(facts: list[Fact], row: SheetItem | None) -> tuple[str, str, str, str]:
    """Icon, its class, the line's class and the state in words for one item."""
    waiting = sum(1 for fact in facts if waits(fact))
    if row is not None and row.reopened:
        return "o-back", "kp-here", "", _("returned to the unit")
    if row is not None and row.state == SheetItem.State.NOT_DUTY and row.granted is None:
        return "o-wait", "kp-here", "", _("not their duty, they say")
    if waiting and waiting == len(facts):
        return "o-empty", "", "", _("waits for a decision")
    if waiting:
        return "o-half", "kp-here", "", _("partly decided")
    if facts:
        return "o-done", "", "kp-done", _("decided")
    return "minus", "", "", _("nothing claimed")
