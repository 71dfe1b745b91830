"""What reviewers are told about a unit's proof: used elsewhere, alike to an earlier picture, used again, out of date.

A flag never stops anything and no unit sees one. Where the other file belongs to a unit whose files the person may
open, it is named and linked; otherwise it is "another unit" and nothing more. Four queries whatever there is.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from evidence import policies
from evidence.facts import period_of
from evidence.models import Attachment, FactAttachment, ItemAttachment, Likeness, PrerequisiteAttachment
from rubrics import selectors as rubrics_selectors

if TYPE_CHECKING:
    from evidence.selectors.review import ReviewData
    from rubrics.definition import Definition
    from units.models import User

NAMED = 3
"""Other files that one flag names; the rest is a number."""

SAME, AGAIN, ALIKE_ELSEWHERE, ALIKE, REUSED, OUTSIDE = "same", "again", "alike-elsewhere", "alike", "reused", "outside"


@dataclass(frozen=True)
class Other:
    """A file that the person may open: whose it is or what it is called, and where it is seen."""

    text: str
    url: str
    thumb: int | None
    """Key of a picture with a thumbnail."""


@dataclass(frozen=True)
class Flag:
    """One remark about one file. ``warns`` is false for what is merely good to know."""

    code: str
    text: str
    others: list[Other] = field(default_factory=list)
    more: str = ""
    """Files that are not named: of units whose files the person may not open, or too many."""
    warns: bool = True


def flags_of(user: User, data: ReviewData) -> dict[int, list[Flag]]:
    """Remarks by attachment about everything that the unit gave as proof within the person's reach."""
    rows = {row.pk: row for row in data.attachments}
    if not rows:
        return {}
    same, alike = _same(rows, data), _alike(rows, data)
    others = {other.pk: other for found in (same, alike) for near in found.values() for other in near}
    open_to = _open_to(user, others.values())
    found: dict[int, list[Flag]] = defaultdict(list)
    for pk, row in rows.items():
        found[pk] += _about_others(row, same.get(pk, []), open_to, SAME, AGAIN)
        found[pk] += _about_others(row, alike.get(pk, []), open_to, ALIKE_ELSEWHERE, ALIKE)
        found[pk] += _about_itself(row, data)
    return dict(found)


def _used() -> Q:
    """Files that serve something: one that was taken off everywhere is nobody's proof."""
    links = (ItemAttachment, FactAttachment, PrerequisiteAttachment)
    served = Q()
    for link in links:
        served |= Q(Exists(link.objects.filter(attachment=OuterRef("pk"))))
    return served


def _same(rows: dict[int, Attachment], data: ReviewData) -> dict[int, list[Attachment]]:
    """Files with the same bytes that were given elsewhere: by another unit, or by this one in another cycle."""
    hashes = defaultdict(list)
    for pk, row in rows.items():
        hashes[row.sha256].append(pk)
    others = Attachment.objects.filter(_used(), sha256__in=list(hashes)).exclude(enrolment=data.enrolment)
    found: dict[int, list[Attachment]] = defaultdict(list)
    for other in others.select_related("enrolment__unit", "enrolment__cycle", "look").order_by("pk"):
        for pk in hashes[other.sha256]:
            found[pk].append(other)
    return found


def _alike(rows: dict[int, Attachment], data: ReviewData) -> dict[int, list[Attachment]]:
    """Earlier pictures that look the same, but not the version that a picture took the place of."""
    links = Likeness.objects.filter(attachment__in=list(rows)).select_related(
        "other__enrolment__unit", "other__enrolment__cycle", "other__look"
    )
    served = Attachment.objects.filter(_used())
    found: dict[int, list[Attachment]] = defaultdict(list)
    for link in links.filter(other__in=served.values("pk")):
        row, other = rows[link.attachment_id], link.other
        here = set(data.uses.get(row.pk, ()))
        if other.enrolment_id == row.enrolment_id and set(data.uses.get(other.pk, ())) <= here:
            continue  # two takes of one thing under one item
        if other.pk != row.replaces_id:
            found[row.pk].append(other)
    return found


def _open_to(user: User, others: Iterable[Attachment]) -> set[int]:
    """Keys of the files that the person may open; agrees with ``policies.may_open_attachment``."""
    enrolments = {other.enrolment_id: other.enrolment for other in others}
    assigned = rubrics_selectors.assigned_among(user, enrolments.values())
    allowed = {pk for pk, row in enrolments.items() if pk in assigned or policies.may_read_sheet(user, row)}
    return {other.pk for other in others if other.enrolment_id in allowed}


def _about_others(row: Attachment, others: list[Attachment], open_to: set[int], away: str, own: str) -> list[Flag]:
    """A flag for the files of other units, and one for those of the unit itself."""
    unit = row.enrolment.unit_id
    groups = (
        (away, [other for other in others if other.enrolment.unit_id != unit]),
        (own, [other for other in others if other.enrolment.unit_id == unit]),
    )
    flags = []
    for code, group in groups:
        if group:
            named = [other for other in group if other.pk in open_to]
            shown = [_other(row, other) for other in named[:NAMED]]
            flags.append(Flag(code, _words(code), shown, _more(len(group) - len(shown), bool(shown))))
    return flags


def _words(code: str) -> str:
    return {
        SAME: _("The same file was also given by another unit"),
        AGAIN: _("The unit gave the same file in another cycle"),
        ALIKE_ELSEWHERE: _("Looks like a picture that another unit gave"),
        ALIKE: _("Looks like a picture that the unit has already used"),
    }[code]


def _other(row: Attachment, other: Attachment) -> Other:
    unit, cycle = other.enrolment.unit.title, other.enrolment.cycle.title
    if other.enrolment_id == row.enrolment_id:
        text = other.title or other.name
    elif other.enrolment.unit_id == row.enrolment.unit_id:
        text = cycle
    else:
        text = unit if other.enrolment.cycle_id == row.enrolment.cycle_id else f"{unit} · {cycle}"
    return Other(text, reverse("evidence:proof_view", args=[other.pk]), other.pk if has_thumb(other) else None)


def _more(count: int, shown: bool) -> str:
    """What is said of files without a name: what the person may not open, and what is too much."""
    if not count:
        return ""
    if shown:
        return ngettext("%(n)d more", "%(n)d more", count) % {"n": count}
    return ngettext("its file is not open to you", "%(n)d files, not open to you", count) % {"n": count}


def has_thumb(row: Attachment) -> bool:
    """Whether a file has a thumbnail; read the look along."""
    look = getattr(row, "look", None)
    return bool(look and look.thumb)


def _in_period(day: date, definition: Definition) -> bool:
    """Whether a day lies in the period of the rubric; in its year, where it names no period."""
    first, last = period_of(definition)
    return (first or date(definition.year, 1, 1)) <= day <= (last or date(definition.year, 12, 31))


def _about_itself(row: Attachment, data: ReviewData) -> list[Flag]:
    flags = []
    day = row.happened_on
    if day is not None and not _in_period(day, data.definition):
        said = formats.date_format(day, "DATE_FORMAT")
        flags.append(Flag(OUTSIDE, _("Its event of %(day)s lies outside the period of the rubric") % {"day": said}))
    count = len(set(data.uses.get(row.pk, ())))
    if count > 1:
        text = ngettext("Serves %(n)d item of this unit", "Serves %(n)d items of this unit", count) % {"n": count}
        flags.append(Flag(REUSED, text, warns=False))
    return flags
