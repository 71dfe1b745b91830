from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import formats, timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from evidence import policies as evidence_policies
from evidence.outline import slug
from evidence.selectors import Trace, traces_of
from scoring import policies, selectors
from scoring.sheets import page, running, tables, why
from scoring.sheets.numbers import fixed, short
from scoring.views.common import STANDS, asked_stand, lang, stand_links


@login_required
@require_GET
def show(request: HttpRequest, enrolment_pk: int) -> HttpResponse:
    """Why a unit has its score: every line a sentence with where it came from, self-assessed beside decided."""
    now = timezone.now()
    enrolment, allowed = selectors.result_for(request.user, enrolment_pk, now)
    stand = asked_stand(request, allowed, selectors.usual_stand(enrolment.cycle, now))
    decided = selectors.outcome_of(enrolment.cycle, stand) if stand != "self" else None
    claimed = selectors.outcome_of_unit(enrolment, "self")
    code = enrolment.unit.code
    shown = decided or (
        selectors.outcome_of(enrolment.cycle, "self") if _sees_rank(request, enrolment, now) else claimed
    )
    unit = shown.unit(code)
    tree = why.explain(
        shown.definition,
        claimed.unit(code),
        decided.unit(code) if decided else None,
        {"claimed": claimed.records(code), "decided": decided.records(code) if decided else None},
        lang(),
    )
    lines = _Lines(request, enrolment, decisions=len(allowed) > 1)
    context = {
        "cycle": enrolment.cycle,
        "enrolment": enrolment,
        "unit": enrolment.unit,
        "stand": stand,
        "stand_title": STANDS[stand],
        "stands": stand_links(request, allowed, stand) if len(allowed) > 1 else [],
        "tree": tree,
        "nodes": [lines.node(node) for node in tree.nodes],
        "total_lines": [lines.line(line) for line in tree.lines],
        "fingerprint": enrolment.cycle.rubric.fingerprint,
        "may_see_all": policies.may_see_all(request.user, enrolment.cycle),
        "sees_list": policies.may_see_list(request.user, enrolment.cycle),
    }
    context |= _standing(shown, unit, with_others=shown.is_whole and _sees_rank(request, enrolment, now))
    return render(request, "scoring/why.html", context)


def _sees_rank(request: HttpRequest, enrolment: Any, now: Any) -> bool:
    return policies.may_see_rank(request.user, enrolment, now)


def _standing(shown: selectors.Outcome, unit: Any, *, with_others: bool) -> dict[str, Any]:
    """The head: total, place, ruler, grade; alone where the person may not know where the unit stands."""
    definition, digits = shown.definition, shown.definition.rounding.digits
    head: dict[str, Any] = {
        "total": fixed(unit.total, digits),
        "full": short(definition.total_of(unit.series)),
        "converted": fixed(unit.converted, digits),
        "series": dict(tables.series_of(definition)).get(unit.series, ""),
        "vetoes": [tables.veto_of(definition, code, lang()) for code in unit.vetoes],
        "pending": [definition.clauses[code].text for code in unit.pending],
    }
    if not with_others:
        summed = running.summary(definition, unit, lang())
        alone = {"total": summed.value, "full": summed.full, "note": summed.note, "alone": True}
        return head | alone | {"scale": page.running(definition, unit, lang())}
    titles = tables.unit_titles(shown.facts)
    series = tables.series_tables(shown.result, definition, titles, lang())
    own = next(one for one in series if any(row.unit == unit.code for row in one.rows))
    row = next(row for row in own.rows if row.unit == unit.code)
    return head | {
        "scale": page.position(own, definition, unit, lang()),
        "place": row.place,
        "of": len(own.ranked),
        "grades": list(zip(own.gradings, row.grades, strict=True)),
    }


class _Lines:
    """Adds to every line of the tree its second row: reference, date, who recorded it, proof, decision."""

    def __init__(self, request: HttpRequest, enrolment: Any, *, decisions: bool) -> None:
        self.pk = enrolment.pk
        self.reads_sheet = evidence_policies.may_read_sheet(request.user, enrolment)
        self.decisions = decisions
        self.traces = traces_of(enrolment)

    def node(self, node: why.WhyNode) -> dict[str, Any]:
        return {
            "node": node,
            "lines": [self.line(line) for line in node.lines],
            "children": [self.node(child) for child in node.children],
        }

    def line(self, line: why.WhyLine) -> dict[str, Any]:
        known = [key for key in line.facts if key in self.traces]
        bits: list[dict[str, str]] = []
        if line.ref:
            bits.append({"text": line.ref, "url": self._records(line.clause, known)})
        if line.date:
            bits.append({"text": formats.date_format(date.fromisoformat(line.date), "MONTH_DAY_FORMAT")})
        bits += [bit for key in known for bit in _bits(self.traces[key], self.decisions)]
        once = {(bit["text"], bit.get("url")): bit for bit in bits}
        return {"line": line, "bits": list(once.values())}

    def _records(self, clause: str, known: list[str]) -> str:
        """Where this person sees what is on record: the clause on the unit's sheet, or the fact in its review."""
        if self.reads_sheet:
            return reverse("evidence:sheet", args=[self.pk]) + f"#clause-{slug(clause)}"
        return reverse("evidence:review_unit", args=[self.pk]) + (f"?fact={known[0]}" if known else "")


def _bits(trace: Trace, decisions: bool) -> Iterator[dict[str, str]]:
    """Where one fact came from, and what became of it if that may be known already."""
    if trace.origin != "unit":
        yield {"text": _("recorded by %(who)s") % {"who": trace.recorded_by} if trace.recorded_by else _("on record")}
    for proof in trace.proofs:
        yield {"text": proof.name, "url": reverse("evidence:attachment", args=[proof.pk])}
    if trace.verdict and decisions:
        said = {"verdict": trace.verdict_words, "who": trace.decided_by or _("the reviewers")}
        yield {"text": _("%(verdict)s by %(who)s") % said}
    if trace.reason and decisions:
        yield {"text": trace.reason}
