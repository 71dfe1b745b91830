"""What a sheet lacks before it may be submitted."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from evidence.lifecycle import may_amend
from evidence.models import Fact, SheetItem, Submission
from evidence.selectors.sheetdata import SheetData, load

if TYPE_CHECKING:
    from rubrics.models import Enrolment


class Gap(NamedTuple):
    """One gap: ``untouched`` (nothing said), ``returned`` (not amended yet), ``proof`` (a claim without its file),
    ``misfit`` (a claim that does not fit its clause since the rubric changed). ``prerequisite`` (not confirmed yet) has
    no item, and its own code in place of the clause's.
    """

    item: str
    clause: str
    code: str


def gaps_of(enrolment: Enrolment) -> list[Gap]:
    """All gaps of the enrolment's sheet in reading order."""
    return gaps_in(load(enrolment))


def _is_out_of_reach(data: SheetData, item_code: str) -> bool:
    """Whether the sheet is back with its unit, but not this item."""
    sheet, row = data.submission, data.rows.get(item_code)
    if sheet is None or sheet.state != Submission.State.RETURNED:
        return False
    return not may_amend(sheet.state, sheet.returned_scope, bool(row and row.reopened))


def gaps_in(data: SheetData) -> list[Gap]:
    """The same for a sheet that was read already. Where single items were returned, what the unit may not touch is no
    gap of theirs.
    """
    found = [Gap("", one.code, "prerequisite") for one in data.unmet]
    for entry in data.entries:
        if _is_out_of_reach(data, entry.code):
            continue
        if data.is_open(entry):
            returned = data.state_of(entry.code) == SheetItem.State.RETURNED
            found.append(Gap(entry.code, "", "returned" if returned else "untouched"))
        found.extend(Gap(entry.code, code, "proof") for code in data.lacking(entry))
        misfits = {fact.clause_code for fact in data.claims_under(entry) if fact.misfit == Fact.Misfit.SAID}
        found.extend(Gap(entry.code, code, "misfit") for code, _clause in entry.clauses if code in misfits)
    return found
