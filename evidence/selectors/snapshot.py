"""A version of a sheet as it was handed in, in the shape in which the sheet of today is read: nothing of it is stored.

What the version says comes from its row. The rules come from the edition of the rubric under which it was handed in,
which is published and never changes, so that the same paper can be made again in any language.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any

from evidence import beforehand, outline
from evidence.models import Attachment, Fact, ItemAttachment, SheetItem, SheetVersion, Submission
from evidence.selectors.content import content_of, live_claims
from evidence.selectors.prerequisites import Confirmation
from evidence.selectors.sheetdata import SheetData
from evidence.versions import Content, FactState, FileState, Keyed, content_from, fingerprint
from evidence.worth import Worth
from rubrics import selectors as rubrics_selectors

if TYPE_CHECKING:
    from rubrics.definition import Definition
    from rubrics.models import Enrolment


def versions_of(enrolment: Enrolment) -> list[SheetVersion]:
    """Every version that was handed in, the first one first; one query."""
    rows = SheetVersion.objects.filter(submission__enrolment=enrolment).select_related("submitted_by", "submission")
    return list(rows.order_by("number"))


def last_versions(enrolment: Enrolment, count: int) -> list[SheetVersion]:
    """The last few, the latest one last."""
    rows = SheetVersion.objects.filter(submission__enrolment=enrolment).select_related("submitted_by", "submission")
    return list(rows.order_by("-number")[:count])[::-1]


def is_verified(version: SheetVersion) -> bool:
    """Whether what is stored is what the fingerprint was taken of."""
    return fingerprint(version.content) == version.fingerprint


def keyed_of(version: SheetVersion) -> Keyed:
    """Its content, to compare."""
    shown = version.shown
    replaced = {sha: tuple(file.get("replaces", ())) for sha, file in shown.get("files", {}).items()}
    content = content_from(version.content)
    keys = tuple(shown.get("facts", ()))
    return Keyed(content, keys if len(keys) == len(content.facts) else (), replaced)


def keyed_now(enrolment: Enrolment, submission: Submission | None) -> Keyed:
    """What the sheet says at the moment, to compare."""
    keys = tuple(fact.pk for fact in live_claims(enrolment))
    return Keyed(content_of(enrolment, submission), keys, replaced_by_hash(enrolment))


def replaced_by_hash(enrolment: Enrolment) -> dict[str, tuple[str, ...]]:
    """For each file that took the place of another the hashes of those before it, the latest first; one query."""
    rows = {row.pk: row for row in Attachment.objects.filter(enrolment=enrolment)}
    found: dict[str, tuple[str, ...]] = {}
    for row in rows.values():
        earlier: list[str] = []
        before = rows.get(row.replaces_id or 0)
        while before is not None and before.sha256 not in (row.sha256, *earlier):
            earlier.append(before.sha256)
            before = rows.get(before.replaces_id or 0)
        found[row.sha256] = tuple(earlier)
    return found


def worth_kept(version: SheetVersion, lang: str) -> Worth:
    """The points as they were claimed."""
    kept: dict[str, Any] = version.shown.get("worth", {})
    notes = kept.get("notes", {})
    note = notes.get(lang) or next(iter(notes.values()), "")
    return Worth(
        kept.get("value", ""), kept.get("full", ""), note, notes, kept.get("nodes", {}), kept.get("clauses", {})
    )


def definition_then(version: SheetVersion, enrolment: Enrolment) -> Definition:
    """The rubric under which it was handed in."""
    rubric = version.shown.get("rubric", enrolment.cycle.rubric_id)
    if rubric == enrolment.cycle.rubric_id:
        return rubrics_selectors.definition_of(enrolment.cycle.rubric)
    return rubrics_selectors.definition_of(rubrics_selectors.rubric_by_pk(rubric))


def unit_then(version: SheetVersion, enrolment: Enrolment) -> outline.Unit:
    """What decided which rules concerned the unit."""
    shown = version.shown
    return outline.unit_key(
        version.content["unit"],
        shown.get("series", enrolment.series_code),
        shown.get("tags", enrolment.tags),
        shown.get("not_applicable", enrolment.not_applicable),
    )


def entries_then(version: SheetVersion, enrolment: Enrolment) -> tuple[outline.Entry, ...]:
    """The items that concerned the unit, in reading order."""
    return outline.outline_of(definition_then(version, enrolment), unit_then(version, enrolment))


def data_of(version: SheetVersion, enrolment: Enrolment) -> SheetData:
    """The sheet as it was: rows are made anew from what was kept and never saved."""
    shown, content = version.shown, content_from(version.content)
    definition, unit = definition_then(version, enrolment), unit_then(version, enrolment)
    submission = Submission(
        pk=version.submission_id, enrolment=enrolment, state=Submission.State.SUBMITTED, times=version.number,
        submitted_at=version.submitted_at, submitted_by=version.submitted_by,
        receipt_number=version.receipt_number, fingerprint=version.fingerprint,
    )  # fmt: skip
    kept = {sha: _file(sha, one) for sha, one in shown.get("files", {}).items()}
    links = _links(content, kept, submission)
    files = {code: [link.attachment for link in found] for code, found in links.items()}
    return SheetData(
        enrolment=enrolment,
        definition=definition,
        entries=outline.outline_of(definition, unit),
        submission=submission,
        rows={one.code: SheetItem(item_code=one.code, state=one.state, reason=one.reason) for one in content.items},
        claims=_claims(content, shown.get("facts", ()), enrolment),
        files=files,
        uses=Counter(file.pk for found in files.values() for file in found),
        prerequisites=_prerequisites(content, definition, unit, kept),
        links=links,
        given={file.pk: file for file in kept.values()},
    )


def part_of(data: SheetData, codes: set[str]) -> SheetData:
    """The same with the items of these codes only, for readers who see a part."""
    entries = tuple(entry for entry in data.entries if entry.code in codes)
    return replace(data, entries=entries, prerequisites=()) if entries != data.entries else data


def _claims(content: Content, keys: Any, enrolment: Enrolment) -> dict[str, list[Fact]]:
    found: dict[str, list[Fact]] = defaultdict(list)
    named = list(keys) if len(keys) == len(content.facts) else [None] * len(content.facts)
    for key, one in zip(named, content.facts, strict=True):
        found[one.clause].append(_fact(key, one, enrolment))
    return dict(found)


def _fact(key: int | None, one: FactState, enrolment: Enrolment) -> Fact:
    return Fact(
        pk=key, enrolment=enrolment, clause_code=one.clause, origin=Fact.Origin.UNIT, state=Fact.State.RECORDED,
        said=dict(one.said), date=_day(one.date), matter=one.matter, share=one.share, modifiers=list(one.modifiers),
        note=one.note, exempt_reason=one.exempt_reason,
    )  # fmt: skip


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


def _file(sha256: str, one: dict[str, Any]) -> Attachment:
    return Attachment(pk=one["pk"], sha256=sha256, size=one["size"], kind=one["kind"], name=one.get("name", ""))


def _links(content: Content, kept: dict[str, Attachment], submission: Submission) -> dict[str, list[ItemAttachment]]:
    found: dict[str, list[ItemAttachment]] = defaultdict(list)
    for one in content.files:
        file = _told(kept.get(one.sha256), one)
        link = ItemAttachment(submission=submission, item_code=one.item, clause_code=one.clause, attachment=file)
        found[one.item].append(link)
    return dict(found)


def _told(file: Attachment | None, one: FileState) -> Attachment:
    """The file with the words that were said of it."""
    known = file or Attachment(pk=0, sha256=one.sha256, size=0, kind=Attachment.Kind.TEXT)
    known.name, known.title, known.note = one.name, one.title, one.note
    known.happened_on = _day(one.happened_on)
    return known


def _prerequisites(
    content: Content, definition: Definition, unit: outline.Unit, kept: dict[str, Attachment]
) -> tuple[Confirmation, ...]:
    said = {one.code: one for one in content.prerequisites}
    found = []
    for one in beforehand.prerequisites_for(definition, unit):
        answer = said.get(one.code)
        files = tuple(
            kept.get(sha) or Attachment(pk=0, sha256=sha, name=sha[:12]) for sha in (answer.files if answer else ())
        )
        found.append(
            Confirmation(
                code=one.code, ref=one.ref, text=one.text or one.code, evidence=one.evidence, version=0,
                confirmed=bool(answer and answer.confirmed), note=answer.note if answer else "", by="", at=None,
                files=files,
            )
        )  # fmt: skip
    return tuple(found)
