"""From rows to facts: what a cycle's records say, for one of three stands.

- ``self``: what the unit itself claims, drafts included; nothing that others recorded, whatever was decided.
- ``provisional``: every recorded fact counts, an undecided one as claimed, a decided one as decided.
- ``final``: a unit's claim counts once it was accepted, changed or exempted. A provider's, a reviewer's or an imported
  fact counts from its recording, which was already an act of somebody entitled; a ruling on it goes before.

The last ruling of a fact decides, if it is about the fact as it now stands. A rejected fact does not count; a rejected
*award* by ``manual`` or ``targets`` was judged all the same and goes along marked as rejected, so it is not pending.
Where a unit asks that what it reports move no points, claiming means exempt, and so does accepting; changed, it counts.
Where a decision was taken back the fact waits for another, whoever recorded it.

Facts that do not fit the rubric any more (``Fact.misfit``, since the cycle got another version of it) are set aside,
except where a reviewer has said since what counts instead. ``selectors.misfits`` lists them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from evidence import outline
from evidence.facts import Fact as FactRecord
from evidence.facts import Facts, Held, Rating, Target, UnitFacts
from evidence.models import Fact, PanelRating, Ruling, SheetItem
from evidence.said import from_stored, share_typed
from rubrics import selectors as rubrics_selectors

if TYPE_CHECKING:
    from rubrics.definition import Definition
    from rubrics.models import Cycle, Enrolment

Stand = Literal["self", "provisional", "final"]

JUDGED = ("manual", "targets")
"""Bases whose award is a judgement that a rejection gives as well."""


class _Row(NamedTuple):
    """One fact as it is read, in the order of ``COLUMNS``."""

    pk: int
    enrolment: int
    clause: str
    origin: str
    state: str
    said: dict[str, Any]
    date: Any
    matter: str
    share: str
    modifiers: list[str]
    note: str
    version: int
    misfit: str
    exempt_reason: str


class _Decision(NamedTuple):
    verdict: str
    said: dict[str, Any] | None
    reason: str


COLUMNS = (
    "pk", "enrolment_id", "clause_code", "origin", "state", "said",
    "date", "matter", "share", "modifiers", "note", "version", "misfit", "exempt_reason",
)  # fmt: skip


def facts_of(cycle: Cycle, stand: Stand) -> Facts:
    """The facts of all units of a cycle, in six queries whatever their number."""
    return _facts(cycle, list(rubrics_selectors.enrolments_in(cycle)), stand)


def facts_of_unit(enrolment: Enrolment, stand: Stand) -> Facts:
    """The facts of one unit alone. Members and the cohort are missing: right where no clause compares units."""
    return _facts(enrolment.cycle, [enrolment], stand)


def facts_of_units(cycle: Cycle, enrolments: Iterable[Enrolment], stand: Stand) -> Facts:
    """The facts of some units of one cycle."""
    return _facts(cycle, list(enrolments), stand)


def _facts(cycle: Cycle, enrolments: list[Enrolment], stand: Stand) -> Facts:
    definition = rubrics_selectors.definition_of(cycle.rubric)
    keys = [enrolment.pk for enrolment in enrolments]
    records = _records(definition, cycle, keys, stand)
    waived = _waived(cycle, keys, stand)
    units = [_known(definition, _unit(one, records[one.pk], waived[one.pk])) for one in enrolments]
    codes = {enrolment.pk: enrolment.unit.code for enrolment in enrolments}
    return Facts(rubric=definition.code, units=tuple(units), ratings=_ratings(definition, cycle, codes))


def _within(cycle: Cycle, keys: list[int], prefix: str) -> dict[str, Any]:
    """A condition on the enrolment: by keys for one unit, by the cycle for many (a long list of keys is slow)."""
    return {f"{prefix}__in": keys} if len(keys) == 1 else {f"{prefix}__cycle": cycle}


def _records(definition: Definition, cycle: Cycle, keys: list[int], stand: Stand) -> dict[int, list[FactRecord]]:
    rows = Fact.objects.filter(**_within(cycle, keys, "enrolment")).exclude(state=Fact.State.WITHDRAWN)
    if stand == "self":
        rows = rows.filter(origin=Fact.Origin.UNIT)
        decisions: dict[int, _Decision] = {}
    else:
        rows = rows.filter(state=Fact.State.RECORDED)
        decisions = _decisions(cycle, keys)
    wanted, found = set(keys), defaultdict(list)
    for values in rows.order_by("enrolment_id", "pk").values_list(*COLUMNS):
        row = _Row(*values)
        clause = definition.clauses.get(row.clause)
        if clause is None or row.enrolment not in wanted:
            continue
        record = _counted(row, clause, decisions.get(row.pk), stand)
        if record is not None:
            found[row.enrolment].append(record)
    return found


def _decisions(cycle: Cycle, keys: list[int]) -> dict[int, _Decision]:
    """The last ruling of each fact that is about the fact's present version."""
    found: dict[int, _Decision] = {}
    rows = Ruling.objects.filter(**_within(cycle, keys, "fact__enrolment")).order_by("fact_id", "number")
    columns = ("fact_id", "verdict", "said", "reason", "fact_version", "fact__version")
    for fact, verdict, said, reason, about, present in rows.values_list(*columns):
        if about == present:
            found[fact] = _Decision(verdict, said, reason)
    return found


def _counted(row: _Row, clause: Any, decision: _Decision | None, stand: Stand) -> FactRecord | None:
    """The record that counts in this stand, or None."""
    unfit = row.misfit == Fact.Misfit.SAID
    asked = _asked(row, clause)
    if decision is None or decision.verdict == Ruling.Verdict.REOPENED:
        waits = stand == "final" and (row.origin == Fact.Origin.UNIT or decision is not None)
        return None if waits or unfit else _record(row, clause, row.said, exempt=asked)
    if decision.verdict == Ruling.Verdict.REJECTED:
        judged = clause.effect == "award" and clause.kind.code in JUDGED
        return _record(row, clause, {} if unfit else row.said)._replace(rejected=True) if judged else None
    changed = decision.verdict == Ruling.Verdict.CHANGED and decision.said is not None
    if unfit and not changed:
        return None
    said = decision.said if changed and decision.said is not None else row.said
    if decision.verdict == Ruling.Verdict.EXEMPT:
        return _record(row, clause, said, exempt=decision.reason)
    return _record(row, clause, said, exempt="" if changed else asked)


def _asked(row: _Row, clause: Any) -> str:
    """Why the unit asks that its claim move no points; blank where it does not, or no points would be lost."""
    if row.origin != Fact.Origin.UNIT or not outline.may_ask_exemption(clause):
        return ""
    return row.exempt_reason.strip()


def _record(row: _Row, clause: Any, said: dict[str, Any], *, exempt: str = "") -> FactRecord:
    """``exempt`` is why it moves no points; blank: it does."""
    fields = from_stored(said, clause.kind.code)
    return FactRecord(
        clause=row.clause,
        id=str(row.pk),
        date=row.date,
        matter=row.matter,
        share=share_typed(row.share),
        modifiers=tuple(row.modifiers),
        exempt=bool(exempt),
        reason=exempt,
        note=row.note,
        **fields,
    )


def _waived(cycle: Cycle, keys: list[int], stand: Stand) -> dict[int, list[str]]:
    """Items that are not the unit's duty: as claimed where claims count, as granted in the final stand."""
    rows = SheetItem.objects.filter(**_within(cycle, keys, "submission__enrolment"), state=SheetItem.State.NOT_DUTY)
    rows = rows.filter(granted=True) if stand == "final" else rows.exclude(granted=False)
    found = defaultdict(list)
    for enrolment, code in rows.order_by("pk").values_list("submission__enrolment_id", "item_code"):
        found[enrolment].append(code)
    return found


def _unit(enrolment: Enrolment, facts: Iterable[FactRecord] = (), waived: Iterable[str] = ()) -> UnitFacts:
    member_of = enrolment.member_of
    return UnitFacts(
        code=enrolment.unit.code,
        title=enrolment.unit.title,
        series=enrolment.series_code or None,
        tags=frozenset(enrolment.tags),
        member_of=member_of.unit.code if member_of else None,
        holds=tuple(Held(held["code"], Decimal(str(held.get("years", 1)))) for held in enrolment.holds),
        targets=targets_of(enrolment),
        not_applicable=frozenset([*enrolment.not_applicable, *waived]),
        facts=tuple(facts),
    )


def _known(definition: Definition, unit: UnitFacts) -> UnitFacts:
    """The unit without what names nodes and grades that another version of the rubric did away with."""
    gone = [code for code in (*unit.not_applicable, *unit.targets) if code not in definition.nodes]
    grades = {rule.code for grading in definition.gradings for rule in grading.rules} if unit.holds else set()
    if not gone and all(held.code in grades for held in unit.holds):
        return unit
    return replace(
        unit,
        not_applicable=unit.not_applicable.difference(gone),
        targets={code: own for code, own in unit.targets.items() if code not in gone},
        holds=tuple(held for held in unit.holds if held.code in grades),
    )


def bare_unit(enrolment: Enrolment) -> UnitFacts:
    """The unit without its facts: what one fact is checked against."""
    return _unit(enrolment)


def targets_of(enrolment: Enrolment) -> dict[str, tuple[Target, ...]]:
    """The unit's own targets by item, numbers exact."""
    return {item: tuple(_target(one) for one in own) for item, own in enrolment.targets.items()}


def _target(one: dict[str, Any]) -> Target:
    value = one.get("value")
    title = one.get("title") or one["code"]
    return Target(one["code"], title, Decimal(str(one["points"])), None if value is None else Decimal(str(value)))


def _ratings(definition: Definition, cycle: Cycle, codes: dict[int, str]) -> tuple[Rating, ...]:
    rows = PanelRating.objects.filter(cycle=cycle).order_by("pk")
    if len(codes) == 1:
        rows = rows.filter(enrolment_id__in=list(codes))
    found = []
    for panel_code, group, enrolment, values in rows.values_list("panel_code", "group_code", "enrolment_id", "values"):
        panel = definition.panel(panel_code)
        if panel is None or enrolment not in codes:
            continue
        worth = {option.code: option.value for option in panel.options}
        found.append(Rating(panel_code, group, codes[enrolment], tuple(_rating(value, worth) for value in values)))
    return tuple(found)


def _rating(value: Any, worth: dict[str, Decimal]) -> Decimal | None:
    """A ballot's points on the scale; an option counts what it is worth, null abstains.

    An option that the panel no longer has counts as an abstention.
    """
    if value is None:
        return None
    if str(value) in worth:
        return worth[str(value)]
    try:
        return Decimal(str(value))
    except InvalidOperation:
        return None


def unit_of(enrolment: Enrolment) -> outline.Unit:
    """What decides which rules concern the enrolled unit."""
    return outline.unit_key(enrolment.unit.code, enrolment.series_code, enrolment.tags, enrolment.not_applicable)
