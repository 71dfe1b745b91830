"""The proof beside a claim: a tile for each file, the one that is shown, what it replaced, and its neighbours."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils import formats, timezone
from django.utils.translation import gettext as _

from evidence import outline, wording
from evidence.models import Attachment, Fact
from evidence.selectors.filerows import shown_as
from evidence.selectors.flags import Flag, has_thumb

if TYPE_CHECKING:
    from evidence.selectors.review import ReviewData


@dataclass(frozen=True)
class Earlier:
    """A version that the file took the place of."""

    pk: int
    name: str
    about: str


@dataclass(frozen=True)
class Tile:
    """One file with everything that is said of it; ``shown`` is how the page shows it, "" where it is downloaded."""

    pk: int
    name: str
    title: str
    kind: str
    about: str
    happened_on: str
    note: str
    shown: str
    thumb: bool
    url: str
    current: bool
    flags: list[Flag]
    warns: int
    earlier: list[Earlier] = field(default_factory=list)


@dataclass(frozen=True)
class Viewer:
    """All tiles, the one at hand, and the addresses of the files before and after it."""

    tiles: list[Tile]
    shown: Tile | None
    place: int
    previous_url: str
    next_url: str


def viewer_of(
    data: ReviewData, entry: outline.Entry, fact: Fact | None, file_pk: int | None, flags: Mapping[int, list[Flag]]
) -> Viewer:
    """The files of the fact and its item; ``file_pk`` is the one to show, else the first that a page can show."""
    rows = data.files_for(entry, fact)
    chosen = next((row for row in rows if row.pk == file_pk), None)
    chosen = chosen or next((row for row in rows if shown_as(row)), rows[0] if rows else None)
    address = reverse("evidence:review_unit", args=[data.enrolment.pk])
    here = f"{address}?fact={fact.pk}" if fact else f"{address}?item={entry.code}"
    before = _earlier_of(data, rows)
    tiles = [
        _tile(row, f"{here}&file={row.pk}", row is chosen, flags.get(row.pk, []), _chain(row, before),
              _proves(entry, data.named.get((entry.code, row.pk), "")))
        for row in rows
    ]  # fmt: skip
    at = next((place for place, tile in enumerate(tiles) if tile.current), None)
    if at is None:
        return Viewer(tiles, None, 0, "", "")
    after = tiles[at + 1].url if at + 1 < len(tiles) else ""
    return Viewer(tiles, tiles[at], at + 1, tiles[at - 1].url if at else "", after)


def _proves(entry: outline.Entry, clause_code: str) -> str:
    """Which clause a file proves, in words; empty where it proves the item as a whole."""
    clause = next((clause for code, clause in entry.clauses if code == clause_code), None)
    return _("proves %(ref)s") % {"ref": clause.ref or clause.text[:30]} if clause else ""


def _tile(
    row: Attachment, url: str, current: bool, flags: list[Flag], earlier: list[Attachment], proves: str
) -> Tile:  # fmt: skip
    return Tile(
        pk=row.pk,
        name=row.name,
        title=row.title or row.name,
        kind=row.kind,
        about=" · ".join(part for part in (wording.size_text(row.size), proves) if part),
        happened_on=formats.date_format(row.happened_on, "DATE_FORMAT") if row.happened_on else "",
        note=row.note,
        shown=shown_as(row),
        thumb=has_thumb(row),
        url=url,
        current=current,
        flags=flags,
        warns=sum(flag.warns for flag in flags),
        earlier=[Earlier(one.pk, one.name, f"{wording.size_text(one.size)} · {_when(one)}") for one in earlier],
    )


def _when(row: Attachment) -> str:
    return formats.date_format(timezone.localtime(row.uploaded_at), "DATETIME_FORMAT")


def _earlier_of(data: ReviewData, rows: list[Attachment]) -> dict[int, Attachment]:
    """The unit's files that others took the place of; no query where none of the rows did."""
    if not any(row.replaces_id for row in rows):
        return {}
    replaced = Attachment.objects.filter(enrolment=data.enrolment, replaced_by__isnull=False)
    return {row.pk: row for row in replaced}


def _chain(row: Attachment, before: Mapping[int, Attachment]) -> list[Attachment]:
    """What a file took the place of, the latest first."""
    found: list[Attachment] = []
    while row.replaces_id in before and before[row.replaces_id] not in found:
        row = before[row.replaces_id]
        found.append(row)
    return found
