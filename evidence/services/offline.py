"""A workbook that was filled in offline, merged into its sheet: looked at first, then written in one transaction."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils import timezone

from appraisal_site.toolkit.conflicts import Conflict
from evidence.offline import FactRow, Filled, ItemRow, Line, Plan, plan_of
from evidence.offline.columns import shape_of
from evidence.offline.plan import CHOSEN, claim_parts
from evidence.offline.rows import version_of
from evidence.selectors import access
from evidence.selectors.sheetdata import load
from evidence.services import common
from evidence.services.claims import Claim, save_claim, withdraw_claim
from evidence.services.common import Invalid, Refused
from evidence.services.items import say_item

if TYPE_CHECKING:
    from rubrics.models import Enrolment
    from units.models import User

MINE, BESIDE = "mine", "beside"
"""What is chosen for a line in which both sides changed; anything else keeps what is stored."""


@dataclass(frozen=True)
class Merged:
    """How many lines were written, and how many were left as they are stored."""

    written: int
    kept: int


def look_at_sheet(*, actor: User, enrolment: Enrolment, filled: Filled) -> Plan:
    """What merging would do now; writes nothing."""
    data = load(enrolment)

    def check(code: str, said: Mapping[str, Any], extras: Mapping[str, Any]) -> Mapping[str, str]:
        try:
            common.check_fact(enrolment, code, said, extras)
        except Invalid as fault:
            return fault.problems
        return {}

    return plan_of(filled, shape_of(data), access.editable_items(actor, data, timezone.now()), check)


def merge_sheet(
    *, actor: User, enrolment: Enrolment, filled: Filled, expected: str,
    choices: Mapping[str, str], take_back: Collection[str],
) -> Merged:  # fmt: skip
    """Write what the person confirmed. ``expected`` is the mark of the plan they saw.

    ``choices`` say by line what becomes of one that both sides changed, ``take_back`` names the lines that are taken
    back. All of it or nothing: raises Conflict where merging would by now do something else, Refused, Invalid.
    """
    with transaction.atomic():
        common.touch(enrolment)
        plan = look_at_sheet(actor=actor, enrolment=enrolment, filled=filled)
        if plan.problems:
            raise Refused("closed")
        if plan.mark != expected:
            raise Conflict(enrolment, sent=0, current=None)
        wanted = [line for line in plan.lines if _is_wanted(line, choices, take_back)]
        for line in sorted(wanted, key=_order):
            if isinstance(line.row, FactRow):
                _write_fact(actor, enrolment, line, line.row, beside=choices.get(line.key) == BESIDE)
            else:
                _write_item(actor, enrolment, line.row)
        if not wanted:
            transaction.set_rollback(True)
    return Merged(len(wanted), len(plan.lines) - len(wanted))


def _is_wanted(line: Line, choices: Mapping[str, str], take_back: Collection[str]) -> bool:
    if line.kind in CHOSEN:
        return choices.get(line.key) in (MINE, BESIDE)
    return line.key in take_back if line.asked else True


def _order(line: Line) -> tuple[int, int]:
    """What is taken back first, then what is said about items, then entries."""
    if isinstance(line.row, ItemRow):
        return 1, line.row.number
    return (2 if line.row.says else 0), line.row.number


def _write_fact(actor: User, enrolment: Enrolment, line: Line, row: FactRow, *, beside: bool) -> None:
    if not row.says:
        if line.pk:
            withdraw_claim(actor=actor, enrolment=enrolment, fact_pk=line.pk, version=line.version)
        return
    said, extras = claim_parts(row)
    pk = line.pk if line.pk and not beside else None
    save_claim(
        actor=actor, enrolment=enrolment, clause_code=row.code, claim=Claim(said, extras, row.present),
        fact_pk=pk, version=line.version if pk else 0,
    )  # fmt: skip


def _write_item(actor: User, enrolment: Enrolment, row: ItemRow) -> None:
    """The row's version is read again: entries that were just taken back have raised it, and nobody else can have."""
    stored = common.item_row(common.submission_of(enrolment), row.code)
    say_item(
        actor=actor, enrolment=enrolment, item_code=row.code, say=row.say or "clear", reason=row.reason,
        version=version_of(stored),
    )  # fmt: skip
