"""The files of a sheet as finished values: tiles, the proof expected, the panel of one file, files to choose from."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils import formats, timezone
from django.utils.translation import gettext as _

from evidence import files, outline, policies, wording
from evidence.models import Attachment, ItemAttachment, SheetItem
from evidence.selectors.flags import has_thumb
from evidence.selectors.given import room_among
from evidence.selectors.sheetrows import EarlierRow, Expected, ExpectedRow, FileRow

if TYPE_CHECKING:
    from datetime import datetime

    from evidence.selectors.given import Room
    from evidence.selectors.sheetdata import SheetData
    from rubrics.definition import CommonClause
    from rubrics.models import Enrolment
    from units.models import User

PROVABLE = ("award", "record")
"""Effects whose claims a unit proves; nobody proves a deduction against themselves."""


def file_rows(data: SheetData, entry: outline.Entry) -> list[FileRow]:
    """The files of an item, in the order in which they were tied to it."""
    return [file_row(data, entry, link) for link in data.links.get(entry.code, ())]


def file_row(data: SheetData, entry: outline.Entry, link: ItemAttachment) -> FileRow:
    """One file at an item."""
    file, uses = link.attachment, data.uses[link.attachment_id]
    clause = next((clause for code, clause in entry.clauses if code == link.clause_code), None)
    return FileRow(
        pk=file.pk,
        name=file.name,
        kind=file.kind,
        size=wording.size_text(file.size),
        uses=uses if uses > 1 else 0,
        title=file.title,
        day=_day(file),
        note=file.note,
        clause=_clause_text(clause) if clause is not None else "",
        shown=shown_as(file),
        has_thumb=has_thumb(file),
        earlier=tuple(_earlier(data, file)),
    )


def _day(file: Attachment) -> str:
    return str(formats.date_format(file.happened_on, "DATE_FORMAT")) if file.happened_on else ""


def shown_as(file: Attachment) -> str:
    """How a file is looked at inside a page: "image", "pdf", "text", "archive", or "" where it only downloads."""
    if file.kind in (Attachment.Kind.TEXT, Attachment.Kind.ARCHIVE):
        return str(file.kind)
    known = file.kind in (Attachment.Kind.IMAGE, Attachment.Kind.PDF)
    return str(file.kind) if known and files.ending_of(file.name) in files.CONTENT_TYPES else ""


def _earlier(data: SheetData, file: Attachment) -> Iterable[EarlierRow]:
    """The files whose place it took, the latest first; those that the sheet does not show end the row."""
    seen = {file.pk}
    while file.replaces_id in data.given and file.replaces_id not in seen:
        file = data.given[file.replaces_id]
        seen.add(file.pk)
        yield EarlierRow(file.pk, file.name, wording.day_and_time(file.uploaded_at))


def _clause_text(clause: CommonClause) -> str:
    return clause.ref or clause.text[:30]


def expected_of(data: SheetData, entry: outline.Entry) -> Expected:
    """The proof that the clauses of an item ask for, whether something is claimed yet or not."""
    lacking = set(data.lacking(entry))
    required: list[ExpectedRow] = []
    optional: list[ExpectedRow] = []
    for code, clause in entry.clauses:
        if clause.evidence == "none" or clause.effect not in PROVABLE or not outline.is_claimable(clause):
            continue
        must = outline.needs_proof(clause)
        row = ExpectedRow(clause.ref, clause.text, must, data.is_proven(entry, code), code in lacking)
        (required if must else optional).append(row)
    return Expected(tuple(required), tuple(optional))


def room_of(data: SheetData) -> Room:
    """How much of what the unit may give it has given."""
    return room_among(data.given.values(), data.enrolment.cycle)


@dataclass(frozen=True)
class Choice:
    code: str
    text: str
    chosen: bool


@dataclass(frozen=True)
class FilePanel:
    """Everything about one file at one item. ``fixed``: why its description cannot be changed, where it cannot."""

    row: FileRow
    version: int
    happened_on: str
    given_by: str
    given_at: datetime
    clause_code: str
    clauses: tuple[Choice, ...]
    serves: tuple[str, ...]
    editable: bool
    fixed: str


def panel_of(user: User, data: SheetData, entry: outline.Entry, pk: int, *, editable: bool) -> FilePanel | None:
    """The file with that key at the item; None where it serves the item not (any more)."""
    link = next((one for one in data.links.get(entry.code, ()) if one.attachment_id == pk), None)
    if link is None:
        return None
    file = link.attachment
    fixed = editable and bool(locked_items(user, data.enrolment, file))
    chosen = link.clause_code if any(code == link.clause_code for code, _clause in entry.clauses) else ""
    return FilePanel(
        row=file_row(data, entry, link),
        version=file.version,
        happened_on=file.happened_on.isoformat() if file.happened_on else "",
        given_by=str(file.uploaded_by or ""),
        given_at=file.uploaded_at,
        clause_code=link.clause_code,
        clauses=tuple(
            Choice(code, f"{clause.ref} {clause.text}".strip(), code == chosen)
            for code, clause in entry.clauses
            if outline.is_claimable(clause)
        ),
        serves=tuple(_title(one) for one in data.entries if file in data.files.get(one.code, ())),
        editable=editable,
        fixed=wording.refusal("file_serves_locked") if fixed else "",
    )


def locked_items(user: User, enrolment: Enrolment, attachment: Attachment) -> list[str]:
    """The items that the file serves and in which the person may not write now."""
    links = ItemAttachment.objects.filter(submission__enrolment=enrolment, attachment=attachment)
    links = links.select_related("submission").order_by("pk")
    if not links:
        return []
    submission = links[0].submission
    codes = [link.item_code for link in links]
    rows = {row.item_code: row for row in SheetItem.objects.filter(submission=submission, item_code__in=codes)}
    now = timezone.now()
    return [
        code
        for code in codes
        if not policies.may_fill_item(user, enrolment, submission, rows.get(code), now, item_code=code)
    ]


@dataclass(frozen=True)
class GivenRow:
    """A file that the unit gave, to be chosen for an item; ``here``: it serves the item already."""

    pk: int
    name: str
    title: str
    kind: str
    size: str
    day: str
    serves: str
    shown: str
    has_thumb: bool
    here: bool


def given_rows(data: SheetData, entry: outline.Entry, query: str = "") -> list[GivenRow]:
    """The unit's files of this cycle, the latest first, that hold every word of the query in a name, title, note or in
    an item they serve.
    """
    here = {link.attachment_id for link in data.links.get(entry.code, ())}
    words = query.casefold().split()
    serving = serves_of(data)
    rows = []
    for file in reversed(data.given.values()):
        serves = serving.get(file.pk, [])
        text = " ".join([file.name, file.title, file.note, *serves]).casefold()
        if all(word in text for word in words):
            rows.append(
                GivenRow(
                    file.pk, file.name, file.title, file.kind, wording.size_text(file.size),
                    _day(file), _("; ").join(serves), shown_as(file), has_thumb(file),
                    file.pk in here,
                )
            )  # fmt: skip
    return rows


def known_among(data: SheetData, entry: outline.Entry, hashes: Iterable[str]) -> list[dict[str, Any]]:
    """Which of these SHA-256 the unit has given already in this cycle: what it is called and which items it serves."""
    asked = set(hashes)
    serving = serves_of(data)
    here = {link.attachment_id for link in data.links.get(entry.code, ())}
    return [
        {
            "sha256": file.sha256,
            "attachment": file.pk,
            "name": wording.file_text(file.title, file.name),
            "serves": serving.get(file.pk, []),
            "here": file.pk in here,
        }
        for file in data.given.values()
        if file.sha256 in asked
    ]


def serves_of(data: SheetData) -> dict[int, list[str]]:
    """By file, the titles of the items that it serves."""
    found: dict[int, list[str]] = {}
    for entry in data.entries:
        for file in data.files.get(entry.code, ()):
            found.setdefault(file.pk, []).append(_title(entry))
    return found


def _title(entry: outline.Entry) -> str:
    return f"{entry.item.ref} {entry.item.title or entry.item.code}".strip()
