"""One version of a sheet as its paper, compared with another."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from django.http import Http404
from django.urls import reverse
from django.utils.translation import gettext as _

from evidence import explain, wording
from evidence.models import SheetVersion
from evidence.selectors.changes import Changes
from evidence.selectors.form import Form, form_of
from evidence.selectors.history import NOW, Returned, VersionRow, returned_now, returned_then, row_of
from evidence.selectors.printed import Line, printed_of
from evidence.selectors.sheetdata import SheetData
from evidence.selectors.sides import Reader, changes_for, side_now, side_of
from evidence.selectors.snapshot import data_of, entries_then, versions_of, worth_kept


@dataclass(frozen=True)
class PaperLine:
    """A line of the paper with its points as claimed; ``changed`` where it differs from the other side."""

    line: Line
    points: str
    changed: bool

    @property
    def lost(self) -> bool:
        """Whether points are taken away here."""
        return self.points.startswith(("−", "-"))


@dataclass(frozen=True)
class Choice:
    value: str
    title: str
    chosen: bool


@dataclass(frozen=True)
class VersionPage:
    """One version: what stands around it, its paper, and how it differs from another."""

    row: VersionRow
    form: Form
    lines: tuple[PaperLine, ...]
    changes: Changes | None
    between: Returned | None
    """Why the earlier of the two was returned, where the later one follows at once."""
    choices: tuple[Choice, ...]
    earlier_url: str
    later_url: str
    items: int
    claims: int
    files: int
    size: str


def version_page(reader: Reader, number: int, other: str) -> VersionPage:
    """``other`` is the number of the side to compare with, or `NOW`; blank for the version before. Raises Http404."""
    versions = {one.number: one for one in versions_of(reader.enrolment)}
    version = versions.get(number)
    if version is None:
        raise Http404
    data = reader.cut(data_of(version, reader.enrolment))
    chosen = _chosen(reader, versions, number, other)
    changes = _compared(reader, versions, number, chosen)
    printed = printed_of(data)
    return VersionPage(
        row=row_of(reader, version, changes.summary if changes else ""),
        form=version_form(reader, version, data),
        lines=tuple(_paper(printed.lines, version, changes)),
        changes=changes,
        between=_between(reader, versions, number, chosen),
        choices=tuple(_choices(reader, versions, number, chosen)),
        earlier_url=_url(reader, number - 1) if number - 1 in versions else "",
        later_url=_url(reader, number + 1) if number + 1 in versions else "",
        items=printed.items,
        claims=printed.claims,
        files=printed.files,
        size=printed.bytes_text,
    )


def version_for(reader: Reader, number: int) -> SheetVersion:
    """One version; raises Http404 where there is none of that number."""
    rows = SheetVersion.objects.filter(submission__enrolment=reader.enrolment, number=number)
    version = rows.select_related("submitted_by", "submission").first()
    if version is None:
        raise Http404
    return version


def version_form(reader: Reader, version: SheetVersion, data: SheetData | None = None) -> Form:
    """The paper form of a version: the titles and points are those of its time."""
    data = data if data is not None else reader.cut(data_of(version, reader.enrolment))
    whole = reader.whole or len(data.entries) == len(entries_then(version, reader.enrolment))
    form = form_of(data, worth=worth_kept(version, explain.lang()), is_part=not whole)
    shown, code = version.shown, version.shown.get("series", reader.enrolment.series_code)
    return replace(
        form,
        unit=shown.get("unit") or form.unit,
        series=next((one.title or one.code for one in data.definition.series if one.code == code), ""),
        cycle=shown.get("cycle") or form.cycle,
        submitted_by=shown.get("by") or form.submitted_by,
    )


def _paper(lines: Iterable[Line], version: SheetVersion, changes: Changes | None) -> Iterable[PaperLine]:
    worth = worth_kept(version, explain.lang())
    codes, clauses = (changes.codes, changes.clauses) if changes else (frozenset(), frozenset())
    for line in lines:
        points = worth.clauses.get(line.clause, "") if line.clause else worth.nodes.get(line.node, "")
        changed = line.clause in clauses if line.clause else line.kind == "line" and line.node in codes
        yield PaperLine(replace(line, gap="", url=""), points, changed)


def _chosen(reader: Reader, versions: dict[int, SheetVersion], number: int, other: str) -> str:
    """The side to compare with; anything that is not there is a 404."""
    if not other:
        return str(number - 1) if number - 1 in versions else ""
    known = {str(one) for one in versions if one != number} | ({NOW} if reader.whole else set())
    if other not in known:
        raise Http404
    return other


def _compared(reader: Reader, versions: dict[int, SheetVersion], number: int, chosen: str) -> Changes | None:
    """Always from the earlier to the later, whichever of them the page is about."""
    if not chosen:
        return None
    this = side_of(versions[number], reader.enrolment)
    if chosen == NOW:
        return changes_for(reader, this, side_now(reader.enrolment))
    other = side_of(versions[int(chosen)], reader.enrolment)
    return changes_for(reader, *((other, this) if int(chosen) < number else (this, other)))


def _between(reader: Reader, versions: dict[int, SheetVersion], number: int, chosen: str) -> Returned | None:
    if chosen == NOW:
        last = number == max(versions)
        return returned_now(reader, side_of(versions[number], reader.enrolment)) if last else None
    if not chosen or abs(int(chosen) - number) != 1:
        return None
    return returned_then(reader, versions[max(int(chosen), number)])


def _choices(reader: Reader, versions: dict[int, SheetVersion], number: int, chosen: str) -> Iterable[Choice]:
    for one in sorted(versions):
        if one != number:
            title = _("Version %(n)d, %(when)s") % {
                "n": one, "when": wording.day_and_time(versions[one].submitted_at)
            }  # fmt: skip
            yield Choice(str(one), title, chosen == str(one))
    if reader.whole:
        yield Choice(NOW, _("The sheet as it stands now"), chosen == NOW)


def _url(reader: Reader, number: int) -> str:
    return reverse("evidence:version", args=[reader.enrolment.pk, number])
