"""One change of a draft: the transaction around it, the comparison of versions, and the row in the history."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from appraisal_site.toolkit.conflicts import Conflict
from appraisal_site.toolkit.models import compare_and_set
from rubrics import policies
from rubrics.definition.entries import HEAD_FIELDS
from rubrics.models import DraftChange, Rubric
from rubrics.selectors.definitions import own_shape
from rubrics.selectors.entries import HEAD, KIND_OF, Entry, entry_of_row, full_code_of, parent_of, row_of, title_of
from rubrics.selectors.rubrics import next_edition
from rubrics.services.common import Refused, demand, house
from rubrics.services.storage import columns_of
from units.services import journal

if TYPE_CHECKING:
    from units.models import User

Snapshot = dict[str, Any]
"""A row as it stood: kind, key, version, parent, position, shape; `behind` (the sibling before it) where it was placed
by the change.
"""


class Clash(Conflict):
    """Somebody else changed the entry first. `stored` is the entry as it is now, None where it is gone."""

    def __init__(self, label: object, *, sent: int, stored: Entry | None) -> None:
        super().__init__(label, sent=sent, current=None if stored is None else stored.version)
        self.stored = stored


@dataclass
class Edit:
    """A change that is being made. `rubric` is the draft as it is in this transaction, its version already raised."""

    actor: User | None
    rubric: Rubric

    def row(self, kind: str, key: str | int, version: int | str | None = None) -> Any:
        """The row of an entry; Clash where it is gone, or where `version` is given and another one is stored."""
        row = row_of(self.rubric, kind, key)
        if row is None:
            raise Clash(key, sent=as_version(version) or 0, stored=None)
        self.demand_version(row, version)
        return row

    def demand_version(self, row: Any, version: int | str | None) -> None:
        sent = as_version(version)
        if sent is not None and row.version != sent:
            raise Clash(row, sent=sent, stored=entry_of_row(row))

    def write(self, row: Any, shape: Mapping[str, Any], **more: Any) -> Any:
        """Put another shape into a row (and what else is given), its version compared once more and raised."""
        return compare_and_set(row, version=row.version, **columns_of(KIND_OF[type(row)], shape), **more)

    def write_section(self, section: str, shape: Mapping[str, Any]) -> None:
        """Put another shape into a section of the top. Another code or year gets the next edition of the two."""
        rubric = self.rubric
        rubric.head = {name: value for name, value in rubric.head.items() if name not in HEAD_FIELDS[section]} | shape
        if section == "general":
            code, year = shape["code"], int(shape["year"])
            if (code, year) != (rubric.code, rubric.year):
                rubric.code, rubric.year, rubric.edition = code, year, next_edition(code, year)
            rubric.title = shape["title"]
        named = {name: getattr(rubric, name) for name in ("head", "code", "year", "edition", "title")}
        Rubric.objects.filter(pk=rubric.pk).update(**named)

    def note(
        self, verb: str, about: Mapping[str, Any], *, before: Sequence[Snapshot] = (), after: Sequence[Snapshot] = (),
        undoes: int | None = None,
    ) -> DraftChange:  # fmt: skip
        """Append the change to the history; the journal hears of it once for each person and day.

        `about` names the entry: kind, key, place, title.
        """
        now = timezone.now()
        day = timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)
        first = not DraftChange.objects.filter(rubric=self.rubric, actor=self.actor, at__gte=day).exists()
        change = DraftChange.objects.create(
            rubric=self.rubric,
            number=self.rubric.version,
            at=now,
            actor=self.actor,
            actor_name=str(self.actor)[:120] if self.actor else "",
            verb=verb,
            **about,
            before=list(before),
            after=list(after),
            undoes=undoes,
        )
        if first:
            self._journal()
        return change

    def _journal(self) -> None:
        rubric = self.rubric
        named = {"code": rubric.code, "year": rubric.year, "edition": rubric.edition, "version": rubric.version}
        journal.append(actor=self.actor, scope=house(), verb="rubric.edited", obj=rubric, after=named)


class _Nothing(Exception):
    """Nothing was to be changed: the transaction is taken back."""


def nothing_changed() -> None:
    """Leave the change without a trace, the draft's version included."""
    raise _Nothing


@contextmanager
def editing(*, actor: User | None, rubric: Rubric, version: int | str | None = None) -> Iterator[Edit]:
    """The transaction of one change. `rubric` carries the new state afterwards, and is untouched where it fails.

    PermissionDenied without the right; Refused("not_draft") where the rubric is published or gone. With `version` the
    whole draft is compared: Conflict where it was changed since.
    """
    demand(actor, policies.may_write_rubrics(actor) if actor else True)
    sent = as_version(version)
    try:
        with transaction.atomic():
            # First of all, so that editors of one draft queue here and read nothing that another is about to change.
            drafts = Rubric.objects.filter(pk=rubric.pk, state=Rubric.State.DRAFT)
            drafts = drafts if sent is None else drafts.filter(version=sent)
            if not drafts.update(version=F("version") + 1):
                raise _why_not(rubric, sent)
            edit = Edit(actor, Rubric.objects.get(pk=rubric.pk))
            yield edit
    except _Nothing:
        return
    for column in Rubric._meta.concrete_fields:
        setattr(rubric, column.attname, getattr(edit.rubric, column.attname))


def _why_not(rubric: Rubric, sent: int | None) -> Exception:
    stored = Rubric.objects.filter(pk=rubric.pk).values("state", "version").first()
    if stored is None or stored["state"] != Rubric.State.DRAFT:
        return Refused("not_draft")
    return Conflict(rubric, sent=sent or 0, current=stored["version"])


def as_version(version: int | str | None) -> int | None:
    """A version as a form posts it; what is no number was never a version and matches none."""
    if version is None or isinstance(version, int):
        return version
    return int(version) if version.isdecimal() and len(version) < 19 else 0


def snapshot(row: Any, **more: Any) -> Snapshot:
    """A row as it stands, with all that writing it back takes."""
    return {
        "kind": KIND_OF[type(row)],
        "key": row.pk,
        "version": row.version,
        "parent": parent_of(row),
        "position": row.position,
        "shape": own_shape(row),
        **more,
    }


def head_snapshot(section: str, shape: Mapping[str, Any]) -> Snapshot:
    return {"kind": HEAD, "key": section, "shape": dict(shape)}


def about_row(row: Any) -> dict[str, str]:
    """How the history names a row."""
    title = title_of(own_shape(row))
    return {"kind": KIND_OF[type(row)], "key": str(row.pk), "place": full_code_of(row), "title": title}


def about_section(section: str) -> dict[str, str]:
    return {"kind": HEAD, "key": section, "place": section, "title": ""}


def same(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    """Whether two shapes say the same: their keys in any order, but the order of what lies within counts."""
    return one.keys() == other.keys() and all(json.dumps(one[key]) == json.dumps(other[key]) for key in one)
