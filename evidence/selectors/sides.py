"""Two sides of one sheet to compare, and who may read how much of them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.http import Http404
from django.utils.translation import gettext as _

from evidence import explain, policies
from evidence.models import SheetVersion, Submission
from evidence.selectors.changes import Changes, Side, changes_between
from evidence.selectors.review import Reach, reach_of
from evidence.selectors.sheetdata import SheetData, load
from evidence.selectors.snapshot import (
    definition_then,
    entries_then,
    keyed_now,
    keyed_of,
    last_versions,
    part_of,
    worth_kept,
)
from evidence.worth import worth_of
from rubrics import selectors as rubrics_selectors

if TYPE_CHECKING:
    from rubrics.models import Enrolment
    from units.models import User


@dataclass(frozen=True)
class Reader:
    """Whose sheet is read, and how much of it: all of it, or the items that a reviewer was assigned."""

    enrolment: Enrolment
    reach: Reach | None

    @property
    def whole(self) -> bool:
        return self.reach is None

    def codes(self, codes: Iterable[str]) -> set[str] | None:
        """Those of these items that may be read; None where nothing is held back."""
        if self.reach is None:
            return None
        return {code for code in codes if self.reach.covers(self.enrolment, code)}

    def cut(self, data: SheetData) -> SheetData:
        codes = self.codes(entry.code for entry in data.entries)
        return data if codes is None else part_of(data, codes)


def reader_for(user: User, pk: int) -> Reader:
    """Who reads the sheet reads all its versions; its reviewers the part assigned to them. Raises Http404."""
    enrolment = rubrics_selectors.enrolment_for(user, pk)
    if policies.may_read_sheet(user, enrolment):
        return Reader(enrolment, None)
    if policies.may_review_unit(user, enrolment):
        return Reader(enrolment, reach_of(user, enrolment.cycle))
    raise Http404


def side_of(version: SheetVersion, enrolment: Enrolment) -> Side:
    definition, entries = definition_then(version, enrolment), entries_then(version, enrolment)
    title = _("version %(n)d") % {"n": version.number}
    return Side(keyed_of(version), definition, entries, worth_kept(version, explain.lang()), title)


def side_now(enrolment: Enrolment) -> Side:
    data = load(enrolment)
    keyed = keyed_now(enrolment, data.submission)
    return Side(keyed, data.definition, data.entries, worth_of(enrolment, explain.lang()), _("as it stands now"))


def changes_for(reader: Reader, before: Side, after: Side) -> Changes:
    codes = reader.codes({entry.code for side in (before, after) for entry in side.entries})
    return changes_between(before, after, codes=codes)


def last_changes(reader: Reader) -> Changes | None:
    """From the last version but one to the last; None where there is but one."""
    found = last_versions(reader.enrolment, 2)
    if len(found) < 2:
        return None
    return changes_for(reader, *(side_of(one, reader.enrolment) for one in found))


def open_changes(enrolment: Enrolment, data: SheetData) -> Changes | None:
    """What the unit changed since it handed the sheet in; None before that, and while it is handed in."""
    if data.submission is None or data.submission.state != Submission.State.RETURNED:
        return None
    found = last_versions(enrolment, 1)
    if not found:
        return None
    keyed = keyed_now(enrolment, data.submission)
    now = Side(keyed, data.definition, data.entries, worth_of(enrolment, explain.lang()), _("as it stands now"))
    return changes_between(side_of(found[0], enrolment), now)
