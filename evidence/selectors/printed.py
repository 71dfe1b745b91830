"""The sheet as it is printed, line by line, with its gaps; and what comes after it was handed in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from evidence import explain, outline, wording
from evidence.models import SheetItem
from evidence.selectors.gaps import Gap, gaps_in
from evidence.selectors.sheetdata import SheetData
from rubrics.definition import marks_of
from rubrics.kinds.numbers import plain

if TYPE_CHECKING:
    from rubrics.models import Enrolment


@dataclass(frozen=True)
class Line:
    """One row: ``cat`` a heading, ``line`` an item, ``fact`` a claim; the score fills in ``node`` and ``clause``."""

    kind: str
    ref: str
    title: str
    said: str = ""
    proof: str = ""
    full: str = ""
    node: str = ""
    clause: str = ""
    gap: str = ""
    gap_id: str = ""
    url: str = ""
    files: tuple[str, ...] = ()


@dataclass(frozen=True)
class GapLine:
    title: str
    text: str
    anchor: str
    url: str


@dataclass(frozen=True)
class Printed:
    lines: list[Line]
    gaps: list[GapLine]
    items: int
    claims: int
    files: int
    bytes_text: str
    first_gap_url: str


GAP_TEXTS = {
    "prerequisite": lambda: _("The prerequisite is not confirmed yet"),
    "untouched": lambda: _("Nothing was said yet; “nothing to report” is an answer too"),
    "returned": lambda: _("It was returned and not amended yet"),
    "proof": lambda: _("Proof is missing"),
    "misfit": lambda: _("What it says does not fit the clause any more"),
}


def printed_of(data: SheetData) -> Printed:
    """Everything on the sheet in reading order."""
    gaps = gaps_in(data)
    by_place = {(gap.item, gap.clause): gap for gap in gaps}
    lines = _prerequisite_lines(data, by_place)
    top = ""
    for entry in data.entries:
        if entry.top_code != top:
            top = entry.top_code
            title = entry.top.title or entry.top.code
            lines.append(Line("cat", "", title, full=plain(marks_of(entry.top)), node=top))
        lines.extend(_lines(data, entry, by_place))
    files = {one.pk: one.size for many in data.files.values() for one in many}
    shown = [_gap_line(data, gap) for gap in gaps]
    return Printed(
        lines=lines,
        gaps=shown,
        items=len(data.claimable),
        claims=sum(len(facts) for facts in data.claims.values()),
        files=len(files),
        bytes_text=wording.size_text(sum(files.values())) if files else "",
        first_gap_url=shown[0].url if shown else "",
    )


def _prerequisite_lines(data: SheetData, gaps: dict[tuple[str, str], Gap]) -> list[Line]:
    """What the unit confirmed beforehand, above the items."""
    if not data.prerequisites:
        return []
    lines = [Line("cat", "", _("Prerequisites"))]
    for one in data.prerequisites:
        gap = gaps.get(("", one.code))
        said = _("confirmed") if one.confirmed else _("not confirmed")
        lines.append(
            Line(
                "line", one.ref, one.text, " · ".join(part for part in (said, one.note) if part),
                _files_text(len(one.files)), gap=GAP_TEXTS[gap.code]() if gap else "",
                gap_id=f"g-{_before_slug(one.code)}", url=_before_url(data, one.code),
            )
        )  # fmt: skip
    return lines


def _files_text(count: int) -> str:
    return ngettext("%(n)d file", "%(n)d files", count) % {"n": count} if count else "—"


def _before_slug(code: str) -> str:
    return f"pre-{outline.slug(code)}"


def _before_url(data: SheetData, code: str) -> str:
    return f"{reverse('evidence:prerequisites', args=[data.enrolment.pk])}#{_before_slug(code)}"


def _lines(data: SheetData, entry: outline.Entry, gaps: dict[tuple[str, str], Gap]) -> list[Line]:
    item, count = entry.item, len(data.files.get(entry.code, ()))
    proof = _files_text(count)
    full = plain(item.points) if item.points else ""
    gap = gaps.get((entry.code, ""))
    whole = Line(
        "line", item.ref, item.title or item.code, _about_item(data, entry), proof, full, node=entry.code,
        gap=GAP_TEXTS[gap.code]() if gap else "", gap_id=f"g-{outline.slug(entry.code)}", url=_url(data, entry.code),
        files=tuple(wording.file_text(file.title, file.name) for file in data.files.get(entry.code, ())),
    )  # fmt: skip
    return [whole, *_claim_lines(data, entry, gaps)]


def _claim_lines(data: SheetData, entry: outline.Entry, gaps: dict[tuple[str, str], Gap]) -> list[Line]:
    lines = []
    for code, clause in entry.clauses:
        facts = data.claims.get(code, ())
        if not facts:
            continue
        shares = data.definition.shares_of(code)
        words = []
        for fact in facts:
            extras = explain.fact_extras_text(fact, clause, shares)
            words.append(" · ".join(part for part in (explain.fact_text(clause, fact), extras) if part))
        gap = gaps.get((entry.code, code))
        lines.append(
            Line(
                "fact", clause.ref, clause.text, "; ".join(words), "", clause=code,
                gap=GAP_TEXTS[gap.code]() if gap else "", gap_id=f"g-{outline.slug(code)}", url=_url(data, entry.code),
            )
        )  # fmt: skip
    return lines


def _about_item(data: SheetData, entry: outline.Entry) -> str:
    if not entry.claimable:
        return _("not self-assessed")
    row = data.rows.get(entry.code)
    state = data.state_of(entry.code)
    if state == SheetItem.State.NOTHING:
        return _("nothing to report")
    if state == SheetItem.State.NOT_DUTY and row is not None:
        return _("not our duty: %(reason)s") % {"reason": row.reason}
    return ""


def _url(data: SheetData, item_code: str) -> str:
    return f"{reverse('evidence:sheet', args=[data.enrolment.pk])}#item-{outline.slug(item_code)}"


def _gap_line(data: SheetData, gap: Gap) -> GapLine:
    if not gap.item:
        one = next(one for one in data.prerequisites if one.code == gap.clause)
        place = f"#g-{_before_slug(one.code)}"
        return GapLine(one.title, GAP_TEXTS[gap.code](), place, _before_url(data, one.code))
    entry = next(one for one in data.entries if one.code == gap.item)
    node = data.definition.clauses[gap.clause] if gap.clause else entry.item
    title = getattr(node, "title", "") or getattr(node, "text", "") or node.code
    anchor = f"#g-{outline.slug(gap.clause or gap.item)}"
    return GapLine(f"{node.ref} {title}".strip(), GAP_TEXTS[gap.code](), anchor, _url(data, gap.item))


@dataclass(frozen=True)
class Step:
    """One phase that comes after the submission."""

    title: str
    span: str
    ahead: str


PHASE_NAMES = {
    "verification": lambda: _("Verification of the files"),
    "review": lambda: _("Review"),
    "panel": lambda: _("Ballots"),
    "publicity": lambda: _("Publication of the results"),
    "appeal": lambda: _("Appeals"),
    "approval": lambda: _("Approval"),
}


def next_steps(enrolment: Enrolment, now: datetime) -> list[Step]:
    """The phases that are still to end, in order, with their dates."""
    steps = []
    for phase in enrolment.schedule().phases:
        if phase.code in PHASE_NAMES and phase.closes_at > now:
            span = _("%(start)s – %(end)s") % {
                "start": wording.day(phase.opens_at),
                "end": wording.day(wording.last_moment(phase.closes_at)),
            }
            days = (phase.opens_at - now).days
            ahead = _("in %(n)d days") % {"n": days + 1} if phase.opens_at > now else _("now")
            steps.append(Step(PHASE_NAMES[phase.code](), span, ahead))
    return steps
