"""Who of the unit has which items of its sheet, and how far everybody has come."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from evidence.models import ItemShare
from evidence.outline import slug
from evidence.selectors.sheet import SheetPage
from units import selectors as units_selectors

if TYPE_CHECKING:
    from evidence import outline
    from evidence.selectors.sheetdata import SheetData
    from evidence.selectors.sheethead import SheetHead
    from rubrics.models import Enrolment
    from units.models import User

TAKERS = ("clerk", "colleague")
"""Roles of the unit whose people can be given items."""


@dataclass(frozen=True)
class PersonLine:
    """One person of the unit: what they are there, and how many of their items are filled in."""

    pk: int
    name: str
    role: str
    done: int
    total: int

    @property
    def figure(self) -> str:
        return f"{self.done} / {self.total}"


@dataclass(frozen=True)
class Box:
    """Whether a person has an item, to be ticked."""

    pk: int
    name: str
    ticked: bool


@dataclass(frozen=True)
class ShareRow:
    """One item: how it stands, who has it, and, where somebody else changed that meanwhile, who has it now."""

    code: str
    slug: str
    title: str
    ref: str
    url: str
    icon: str
    icon_css: str
    state: str
    names: str
    boxes: list[Box]
    seen: str
    meanwhile: str


@dataclass(frozen=True)
class ShareGroup:
    """One top category with its items; ``boxes`` give the whole of it to a person."""

    code: str
    slug: str
    title: str
    rows: list[ShareRow]
    boxes: list[Box]


@dataclass(frozen=True)
class SharePage:
    people: list[PersonLine]
    groups: list[ShareGroup]
    items: int
    given: int
    """How many items somebody has."""


def shares_of(enrolment: Enrolment) -> dict[str, set[int]]:
    """Keys of the people to whom each item was given, whether or not they still belong to the unit; one query."""
    found: dict[str, set[int]] = defaultdict(set)
    for code, pk in ItemShare.objects.filter(enrolment=enrolment).values_list("item_code", "user_id"):
        found[code].add(pk)
    return dict(found)


def takers_of(enrolment: Enrolment) -> dict[int, tuple[str, str]]:
    """Name and role of everybody in the unit who can be given items; one query. Equal names get the user name too."""
    rows = units_selectors.memberships_of_unit(enrolment.unit).filter(until=None, role__in=TAKERS)
    rows = rows.filter(user__is_active=True).order_by("role", "user__sort_key", "user__username")
    people: dict[int, tuple[User, list[str]]] = {}
    for row in rows:
        people.setdefault(row.user_id, (row.user, []))[1].append(units_selectors.role_name(row.role))
    often = Counter(str(user) for user, _roles in people.values())
    return {
        pk: (f"{user} ({user.username})" if often[str(user)] > 1 else str(user), _join(roles))
        for pk, (user, roles) in people.items()
    }


def names_by_item(enrolment: Enrolment) -> dict[str, tuple[str, ...]]:
    """Who has each item, by name, of those still in the unit; two queries, one where nothing was given."""
    shares = shares_of(enrolment)
    people = takers_of(enrolment) if shares else {}
    return {code: tuple(name for pk, (name, _role) in people.items() if pk in keys) for code, keys in shares.items()}


def items_of(user: User, enrolment: Enrolment) -> frozenset[str]:
    """The items that were given to a person, whatever they may do without."""
    rows = ItemShare.objects.filter(enrolment=enrolment, user=user)
    return frozenset(rows.values_list("item_code", flat=True))


def share_page(
    data: SheetData,
    *,
    chosen: Mapping[str, Collection[int]] | None = None,
    crossed: Collection[str] = (),
) -> SharePage:
    """The page on which items are given; three queries. ``chosen`` is what somebody ticked and could not save,
    ``crossed`` the items that somebody else changed meanwhile.
    """
    enrolment = data.enrolment
    shares, people = shares_of(enrolment), takers_of(enrolment)
    held = {entry.code: shares.get(entry.code, set()) & set(people) for entry in data.claimable}
    ticked = {code: set((chosen or {}).get(code, keys)) for code, keys in held.items()}
    look = SheetPage(data, editable=set())
    groups: dict[str, list[outline.Entry]] = defaultdict(list)
    for entry in data.claimable:
        groups[entry.top_code].append(entry)
    return SharePage(
        people=[_person(data, pk, name, role, held) for pk, (name, role) in people.items()],
        groups=[
            ShareGroup(
                code,
                slug(code),
                entries[0].top.title or code,
                [_row(look, entry, people, held, ticked, entry.code in crossed) for entry in entries],
                _boxes(people, set.intersection(*(ticked[entry.code] for entry in entries))),
            )
            for code, entries in groups.items()
        ],
        items=len(held),
        given=sum(1 for keys in held.values() if keys),
    )


def _person(data: SheetData, pk: int, name: str, role: str, held: Mapping[str, set[int]]) -> PersonLine:
    own = [entry for entry in data.claimable if pk in held[entry.code]]
    return PersonLine(pk, name, role, sum(1 for entry in own if not data.is_open(entry)), len(own))


def _row(
    look: SheetPage,
    entry: outline.Entry,
    people: Mapping[int, tuple[str, str]],
    held: Mapping[str, set[int]],
    ticked: Mapping[str, set[int]],
    crossed: bool,
) -> ShareRow:
    line = look.outline_entry(entry)
    now = [name for pk, (name, _role) in people.items() if pk in held[entry.code]]
    return ShareRow(
        code=entry.code,
        slug=slug(entry.code),
        title=entry.item.title or entry.item.code,
        ref=entry.item.ref,
        url=line.url,
        icon=line.icon,
        icon_css=line.icon_css,
        state=line.state_text,
        names=_join(now),
        boxes=_boxes(people, ticked[entry.code]),
        seen=",".join(str(pk) for pk in sorted(held[entry.code])),
        meanwhile=(_join(now) or _("nobody")) if crossed else "",
    )


def _join(words: list[str]) -> str:
    return pgettext("enumeration", ", ").join(words)


def _boxes(people: Mapping[int, tuple[str, str]], ticked: set[int]) -> list[Box]:
    return [Box(pk, name, pk in ticked) for pk, (name, _role) in people.items()]


@dataclass(frozen=True)
class Mine:
    """The filter for somebody who may see the whole sheet and has items of their own; ``on``: only theirs are shown."""

    codes: frozenset[str]
    done: int
    on: bool
    mine_url: str
    all_url: str

    @property
    def figure(self) -> str:
        return f"{self.done} / {len(self.codes)}"

    @property
    def query(self) -> str:
        """What keeps the filter on in the addresses of the page."""
        return "mine=1&" if self.on else ""

    def filtered(self, data: SheetData) -> SheetData:
        """The sheet with the items that are to be shown; what is on record stays whole."""
        if not self.on:
            return data
        return replace(data, entries=tuple(entry for entry in data.entries if entry.code in self.codes))


def mine_in(user: User, data: SheetData, *, wanted: bool, item: str) -> Mine | None:
    """The filter of the sheet's page; None where the person has no items. One query.

    ``item`` is the one that is looked at by itself: the filter is off where that is not theirs.
    """
    held = items_of(user, data.enrolment)
    own = [entry for entry in data.claimable if entry.code in held]
    if not own:
        return None
    address = reverse("evidence:sheet", args=[data.enrolment.pk])
    done = sum(1 for entry in own if not data.is_open(entry))
    on = wanted and (not item or item in held)
    return Mine(frozenset(entry.code for entry in own), done, on, f"{address}?mine=1", address)


def head_of_part(head: SheetHead) -> SheetHead:
    """The head of a sheet for somebody who sees a part of it: what is said of the whole stays with clerk and head."""
    return replace(head, returned_text="", receipt_url="")
