"""The items and the outline of a sheet as finished values, with the control of every claim."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils.translation import gettext as _

from evidence import explain, outline
from evidence.beforehand import TARGETS
from evidence.controls import PRESENT, Control, controls_of, is_secondary
from evidence.facts import period_of
from evidence.models import Fact, SheetItem
from evidence.outline import slug
from evidence.selectors.filerows import expected_of, file_rows
from evidence.selectors.records import targets_of
from evidence.selectors.sheetdata import SheetData
from evidence.selectors.sheetrows import ClauseRow, FactRow, ItemRow, OutlineEntry, OutlineGroup, RefusedRow
from rubrics.definition import marks_of
from rubrics.kinds.numbers import plain

if TYPE_CHECKING:
    from rubrics.definition import CommonClause


class SheetPage:
    """Builds rows of one sheet; ``editable`` says of each item whether its unit may write in it now."""

    def __init__(
        self,
        data: SheetData,
        *,
        editable: set[str],
        single: bool = False,
        people: Mapping[str, tuple[str, ...]] | None = None,
        query: str = "",
    ) -> None:
        self.data = data
        self.people = people or {}
        self.query = query
        self.editable = editable
        self.single = single
        self.targets = targets_of(data.enrolment)
        first, last = period_of(data.definition)
        self.earliest = first.isoformat() if first else ""
        self.latest = last.isoformat() if last else ""

    # outline

    def groups(self) -> list[OutlineGroup]:
        found: dict[str, OutlineGroup] = {}
        for entry in self.data.entries:
            if entry.top_code not in found:
                top = entry.top
                found[entry.top_code] = OutlineGroup(entry.top_code, top.title or top.code, plain(marks_of(top)), [])
            found[entry.top_code].entries.append(self.outline_entry(entry))
        return list(found.values())

    def outline_entry(self, entry: outline.Entry) -> OutlineEntry:
        icon, icon_css, css, text, worth = self._look(entry)
        full = plain(entry.item.points) if entry.item.points else ""
        return OutlineEntry(
            entry.code, slug(entry.code), entry.item.title or entry.item.code, self._url(entry.code),
            icon, icon_css, css, text, full, worth or (f"/ {full}" if full else ""),
            live=not worth and self.data.state_of(entry.code) != SheetItem.State.UNTOUCHED,
            awaits=self.data.awaits(entry),
        )  # fmt: skip

    def _url(self, code: str) -> str:
        if self.single:
            address = reverse("evidence:sheet", args=[self.data.enrolment.pk])
            return f"{address}?{self.query}item={code}#item-{slug(code)}"
        return f"#item-{slug(code)}"

    def _look(self, entry: outline.Entry) -> tuple[str, str, str, str, str]:
        """Icon, its class, the line's class, the state in words, and what stands in place of points."""
        if not entry.claimable:
            return "o-wait", "", "", _("not self-assessed"), ""
        state = self.data.state_of(entry.code)
        if state == SheetItem.State.RETURNED:
            return "o-back", "kp-here", "", _("returned"), ""
        if state == SheetItem.State.UNTOUCHED:
            return "o-empty", "", "", _("not filled in"), ""
        if self.data.lacking(entry):
            return "o-half", "kp-here", "", _("proof is missing"), ""
        if state == SheetItem.State.NOTHING:
            return "o-done", "", "kp-done", _("nothing to report"), _("none")
        if state == SheetItem.State.NOT_DUTY:
            return "o-lost", "", "", _("not our duty"), _("not ours")
        return "o-done", "", "kp-done", _("filled in"), ""

    # items

    def items(self, only: str | None = None) -> list[ItemRow]:
        rows, section = [], ""
        for entry in self.data.entries:
            heading = " · ".join([entry.top.title or entry.top.code, *entry.sections])
            row = None if only and entry.code != only else self.item(entry, heading if heading != section else "")
            section = heading
            if row:
                rows.append(row)
        return rows

    def item(self, entry: outline.Entry, section: str = "", refused: list[tuple[str, str]] | None = None) -> ItemRow:
        item, row = entry.item, self.data.rows.get(entry.code)
        lacking = self.data.lacking(entry)
        first = self.data.definition.clauses[lacking[0]] if lacking else None
        returned = row is not None and (row.reopened or row.state == SheetItem.State.RETURNED)
        title = item.title or item.code
        return ItemRow(
            code=entry.code,
            slug=slug(entry.code),
            title=title,
            heading=f"{item.ref} {title}".strip(),
            section=section,
            explains=explain.item_how(entry),
            full=plain(item.points) if item.points else "",
            state=self.data.state_of(entry.code),
            reason=row.reason if row else "",
            returned_reason=row.returned_reason if row and returned else "",
            version=row.version if row else 0,
            editable=entry.code in self.editable,
            claimable=entry.claimable,
            has_claims=bool(self.data.claims_under(entry)),
            lacking=(first.ref or first.text[:20]) if first else "",
            clauses=[self.clause(entry, code, clause) for code, clause in entry.clauses],
            files=file_rows(self.data, entry),
            expected=expected_of(self.data, entry),
            takes_proof=self._takes_proof(entry),
            people=self.people.get(entry.code, ()),
            refused=[RefusedRow(name, text) for name, text in refused or ()],
        )

    def _takes_proof(self, entry: outline.Entry) -> bool:
        """Whether files are shown: there are some, or some may be added where a clause wants or allows them."""
        if self.data.files.get(entry.code):
            return True
        return entry.code in self.editable and any(clause.evidence != "none" for _code, clause in entry.clauses)

    # clauses

    def clause(self, entry: outline.Entry, code: str, clause: CommonClause) -> ClauseRow:
        untargeted = self._lacks_targets(entry, code, clause)
        claimable = outline.is_claimable(clause) and not untargeted
        state = self.data.state_of(entry.code)
        open_item = state not in (SheetItem.State.NOTHING, SheetItem.State.NOT_DUTY)
        editable = entry.code in self.editable and open_item
        exemptible = outline.may_ask_exemption(clause)
        shares = self.data.definition.shares_of(code)
        claims = self.data.claims.get(code, [])
        facts = [self.fact(code, clause, fact) for fact in claims]
        if not facts and claimable:
            facts = [self.blank(code, clause, f"{slug(code)}-first")]
        return ClauseRow(
            code=code,
            slug=slug(code),
            ref=clause.ref,
            text=clause.text,
            how=explain.how(clause, self.data.definition, code, self.data.enrolment.series_code),
            claimable=claimable,
            why_not="" if claimable else self._why_not(clause),
            editable=editable,
            facts=facts,
            can_add=editable and bool(claims) and may_repeat(clause),
            dated=clause.limit_per is not None,
            earliest=self.earliest,
            latest=self.latest,
            shares=shares,
            modifiers=tuple({"code": one.code, "title": one.title or one.code} for one in clause.modifiers),
            more_label=_("Date, matter, note, exemption…") if exemptible else _("Date, matter, note…"),
            may_ask_exemption=exemptible,
            why_url=self._targets_url() if untargeted else "",
        )

    def _targets_url(self) -> str:
        """Where the targets are proposed; nowhere in the preview of a rubric, which has no unit."""
        pk = self.data.enrolment.pk
        return reverse("evidence:targets", args=[pk]) if pk else ""

    def _lacks_targets(self, entry: outline.Entry, code: str, clause: CommonClause) -> bool:
        """Whether nothing can be claimed since the unit's own targets are not agreed yet."""
        return clause.kind.code == TARGETS and not self.targets.get(entry.code) and not self.data.claims.get(code)

    def _why_not(self, clause: CommonClause) -> str:
        if clause.kind.code == TARGETS:
            return _("Targets not agreed yet; nothing can be claimed here before that.")
        if clause.kind.code == "panel":
            return _("Not self-assessed: the ballots say it")
        return _("Not self-assessed: another score says it")

    def fact(self, code: str, clause: CommonClause, fact: Fact) -> FactRow:
        values = {**fact.said, **({PRESENT: "1"} if not clause.kind.says(clause) else {})}
        shown, folded = self._controls(code, clause, values)
        shares = self.data.definition.shares_of(code)
        extras = explain.fact_extras_text(fact, clause, shares)
        return FactRow(
            key=f"f{fact.pk}",
            pk=fact.pk,
            version=fact.version,
            controls=shown,
            folded=folded,
            date=fact.date.isoformat() if fact.date else "",
            matter=fact.matter,
            share=fact.share,
            modifiers=tuple(fact.modifiers),
            note=fact.note,
            exempt_reason=fact.exempt_reason,
            extras_text=extras,
            more_open=clause.limit_per is not None and fact.date is None,
            removable=True,
        )

    def blank(self, code: str, clause: CommonClause, key: str) -> FactRow:
        """A form for a claim that is not there yet. Keys ending in ``-first`` are for the first claim of a clause."""
        shown, folded = self._controls(code, clause, {})
        return FactRow(key=key, pk=None, version=0, controls=shown, folded=folded)

    def _controls(self, code: str, clause: CommonClause, values: dict[str, Any]) -> tuple[list[Control], list[Control]]:
        own = self.targets.get(outline.item_of(code), ())
        found = controls_of(clause, clause.kind, values, own)
        folded = [control for control in found if is_secondary(clause, control, values)]
        return [control for control in found if control not in folded], folded


def may_repeat(clause: CommonClause) -> bool:
    """Whether several claims under one clause make sense: not where the clause asks for one judgement."""
    return not (clause.kind.code == "manual" and clause.effect == "award" and clause.limit is None)
