"""What a cycle asks of its units and what they gave: proof, files, claims and saves by item. Constant queries.

A file counts once for each item that it serves. It serves *again* where another item of the sheet has it too, or where
the unit had given the same bytes before, in another cycle.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from statistics import median
from typing import TYPE_CHECKING, NamedTuple

from evidence import outline
from evidence.models import Attachment, Fact, ItemAttachment, Ruling, SheetItem, Submission
from evidence.selectors.records import unit_of
from rubrics import selectors as rubrics_selectors

if TYPE_CHECKING:
    from rubrics.definition import CommonClause
    from rubrics.models import Cycle

HANDED_IN = (Submission.State.SUBMITTED, Submission.State.RULED)
SAID = (SheetItem.State.NOTHING, SheetItem.State.NOT_DUTY)
ALTERED = (Ruling.Verdict.CHANGED, Ruling.Verdict.REJECTED, Ruling.Verdict.EXEMPT)


@dataclass(frozen=True)
class ItemBurden:
    """One item over all units that it concerns.

    ``required`` and ``allowed`` count its clauses that demand a file, and that take one; ``asked`` is how many files
    all units together would give at least if they claimed everything. ``middle`` is the median of files among the
    units that claim something. ``saves`` are the changes that units made to what they claim or say of the item;
    ``altered`` the claims that were not accepted as they were made.
    """

    code: str
    ref: str
    title: str
    top_code: str
    top: str
    claimable: bool
    units: int
    required: int
    allowed: int
    asked: int
    claiming: int
    claims: int
    files: int
    again: int
    middle: Decimal
    size: int
    saves: int
    altered: int


@dataclass(frozen=True)
class Burden:
    """All items in reading order, and the cycle as a whole; ``files`` counts a file once, ``given`` each use of it."""

    items: tuple[ItemBurden, ...]
    units: int
    sheets: int
    """How many units are asked for a sheet."""
    handed_in: int
    most_asked: int
    """Files that the unit of whom most are asked would give at least if it claimed everything."""
    asked: int
    given: int
    files: int
    again: int
    size: int


class _Link(NamedTuple):
    """One file at one item of one sheet; ``owner`` is the enrolment for which it was first taken."""

    enrolment: int
    item: str
    file: int
    owner: int
    size: int
    sha256: str


@dataclass
class _Tally:
    """What is gathered about one item."""

    entry: outline.Entry
    units: int = 0
    asked: int = 0
    clauses: dict[str, CommonClause] = field(default_factory=dict)
    links: list[_Link] = field(default_factory=list)
    claims: Counter[int] = field(default_factory=Counter)
    saves: int = 0
    altered: int = 0


def burden_of(cycle: Cycle) -> Burden:
    """Eight queries beside those of the definition."""
    definition = rubrics_selectors.definition_of(cycle.rubric)
    enrolments = list(rubrics_selectors.enrolments_in(cycle))
    tallies: dict[str, _Tally] = {}
    asked_of: Counter[int] = Counter()
    sheets = 0
    for enrolment in enrolments:
        entries = outline.outline_of(definition, unit_of(enrolment))
        sheets += any(entry.claimable for entry in entries)
        for entry in entries:
            asked_of[enrolment.pk] += _concern(tallies.setdefault(entry.code, _Tally(entry)), entry)
    links = [link for link in _links(cycle) if link.item in tallies]
    again = _again(cycle, links, {row.pk: row.unit_id for row in enrolments})
    for link in links:
        tallies[link.item].links.append(link)
    _add_claims(cycle, tallies)
    _add_answers(cycle, tallies)
    sizes = {link.file: link.size for link in links}
    return Burden(
        items=tuple(_item(tallies[code], again) for code in definition.items if code in tallies),
        units=len(enrolments),
        sheets=sheets,
        handed_in=Submission.objects.filter(enrolment__cycle=cycle, state__in=HANDED_IN).count(),
        most_asked=max(asked_of.values(), default=0),
        asked=asked_of.total(),
        given=len(links),
        files=len(sizes),
        again=len(again),
        size=sum(sizes.values()),
    )


def _concern(tally: _Tally, entry: outline.Entry) -> int:
    """Note that the item concerns one unit more; how many files it is asked for here at least."""
    asked = sum(outline.needs_proof(clause) for _code, clause in entry.clauses)
    tally.units += 1
    tally.asked += asked
    tally.clauses.update(entry.clauses)
    return asked


def _links(cycle: Cycle) -> list[_Link]:
    rows = ItemAttachment.objects.filter(submission__enrolment__cycle=cycle).order_by("pk")
    columns = (
        "submission__enrolment_id", "item_code", "attachment_id",
        "attachment__enrolment_id", "attachment__size", "attachment__sha256",
    )  # fmt: skip
    return [_Link(*row) for row in rows.values_list(*columns)]


def _again(cycle: Cycle, links: Iterable[_Link], units: dict[int, int]) -> set[_Link]:
    """Those that serve another item too, or whose bytes the unit had given before in another cycle."""
    here = Attachment.objects.filter(enrolment__cycle=cycle)
    elsewhere = Attachment.objects.exclude(enrolment__cycle=cycle).filter(sha256__in=here.values("sha256"))
    first = {(unit, sha256): pk for unit, sha256, pk in elsewhere.order_by("-pk").values_list(
        "enrolment__unit_id", "sha256", "pk"
    )}  # fmt: skip
    uses = Counter((link.enrolment, link.file) for link in links)
    return {
        link
        for link in links
        if uses[link.enrolment, link.file] > 1
        or link.owner != link.enrolment
        or first.get((units.get(link.enrolment, 0), link.sha256), link.file) < link.file
    }


def _add_claims(cycle: Cycle, tallies: dict[str, _Tally]) -> None:
    """Claims, how often they were saved, and how many were decided otherwise than they were made.

    The version of a fact counts its saves and its rulings together.
    """
    rulings: dict[int, list[tuple[int, str]]] = defaultdict(list)
    rows = Ruling.objects.filter(fact__enrolment__cycle=cycle, fact__origin=Fact.Origin.UNIT).order_by("number")
    for fact, about, verdict in rows.values_list("fact_id", "fact_version", "verdict"):
        rulings[fact].append((about, verdict))
    facts = Fact.objects.filter(enrolment__cycle=cycle, origin=Fact.Origin.UNIT)
    columns = ("pk", "enrolment_id", "clause_code", "state", "version", "exempt_reason")
    for pk, enrolment, clause, state, version, asks in facts.values_list(*columns):
        tally = tallies.get(outline.item_of(clause))
        if tally is None:
            continue
        decided = rulings.get(pk, [])
        tally.saves += max(version - len(decided), 1)
        if state != Fact.State.WITHDRAWN:
            tally.claims[enrolment] += 1
            tally.altered += bool(decided) and _is_altered(*decided[-1], version=version, asks=bool(asks))


def _is_altered(about: int, verdict: str, *, version: int, asks: bool) -> bool:
    """Whether the last decision holds and is not what the unit claimed; to exempt what asks for it is."""
    as_asked = asks and verdict == Ruling.Verdict.EXEMPT
    return about == version and verdict in ALTERED and not as_asked


def _add_answers(cycle: Cycle, tallies: dict[str, _Tally]) -> None:
    """Items of which a unit said that there is nothing to report or that they are not its duty: one save each."""
    rows = SheetItem.objects.filter(submission__enrolment__cycle=cycle, state__in=SAID)
    for code in rows.values_list("item_code", flat=True):
        if code in tallies:
            tallies[code].saves += 1


def _item(tally: _Tally, again: set[_Link]) -> ItemBurden:
    entry = tally.entry
    given = Counter(link.enrolment for link in tally.links)
    clauses = tally.clauses.values()
    return ItemBurden(
        code=entry.code,
        ref=entry.item.ref,
        title=entry.item.title or entry.item.code,
        top_code=entry.top_code,
        top=entry.top.title or entry.top.code,
        claimable=entry.claimable,
        units=tally.units,
        required=sum(outline.needs_proof(clause) for clause in clauses),
        allowed=sum(clause.evidence != "none" and outline.is_claimable(clause) for clause in clauses),
        asked=tally.asked,
        claiming=len(tally.claims),
        claims=tally.claims.total(),
        files=len(tally.links),
        again=sum(link in again for link in tally.links),
        middle=Decimal(str(median(given[pk] for pk in tally.claims))) if tally.claims else Decimal(0),
        size=sum(link.size for link in tally.links),
        saves=tally.saves,
        altered=tally.altered,
    )
