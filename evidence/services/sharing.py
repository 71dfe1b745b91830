"""Who of the unit fills in what: items of the sheet given to people and taken back again."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import transaction
from django.urls import reverse

from appraisal_site.toolkit.conflicts import Conflict
from evidence import outline, policies
from evidence.models import ItemShare
from evidence.selectors.records import unit_of
from evidence.selectors.sharing import TAKERS
from evidence.services import common
from evidence.services.common import Refused
from rubrics import services as rubrics_services
from units import selectors as units_selectors
from units import services as units_services
from units.services import journal

if TYPE_CHECKING:
    from rubrics.models import Enrolment
    from units.models import User

Pair = tuple[str, int]
"""An item's code and a person's key."""


@dataclass(frozen=True)
class Handed:
    """What one saving changed: the pairs of item and person that are new, and those that are no more."""

    given: frozenset[Pair]
    taken: frozenset[Pair]

    @property
    def people(self) -> int:
        """How many people got something."""
        return len({pk for _code, pk in self.given})


class GivenMeanwhile(Conflict):
    """Somebody else gave or took the same items meanwhile; ``codes`` are those items. Nothing was written."""

    def __init__(self, enrolment: Enrolment, codes: Collection[str]) -> None:
        super().__init__(enrolment, sent=0, current=None)
        self.codes = frozenset(codes)


def share_items(
    *, actor: User, enrolment: Enrolment, wanted: Mapping[str, Iterable[int]], seen: Mapping[str, Iterable[int]]
) -> Handed:
    """Let each item named in ``wanted`` be with exactly these people; other items stay as they are.

    ``seen`` says who had the item on the page that the person decided on. Where that is not so any more and the item
    was changed here, nothing is written (GivenMeanwhile). Who is no longer clerk or colleague of the unit loses what
    they had. Raises Refused("may_not_share" | "not_concerned" | "not_in_unit").
    """
    if not policies.may_share(actor, enrolment):
        raise Refused("may_not_share")
    want = {code: frozenset(people) for code, people in wanted.items()}
    _require_items(enrolment, want)
    with transaction.atomic():
        rubrics_services.hold_enrolment(enrolment)
        people = {user.pk: user for user in units_selectors.people_of_units([enrolment.unit_id], *TAKERS)}
        if any(pk not in people for keys in want.values() for pk in keys):
            raise Refused("not_in_unit")
        stored = {(row.item_code, row.user_id): row for row in ItemShare.objects.filter(enrolment=enrolment)}
        now: dict[str, set[int]] = defaultdict(set)
        for code, pk in stored:
            if pk in people:
                now[code].add(pk)
        changed = [code for code, keys in want.items() if keys != frozenset(seen.get(code, ()))]
        crossed = [code for code in changed if now[code] not in (set(seen.get(code, ())), want[code])]
        if crossed:
            raise GivenMeanwhile(enrolment, crossed)
        given = {(code, pk) for code in changed for pk in want[code] - now[code]}
        taken = {(code, pk) for code in changed for pk in now[code] - want[code]}
        gone = {pair for pair in stored if pair[1] not in people}
        ItemShare.objects.filter(pk__in=[stored[pair].pk for pair in taken | gone]).delete()
        ItemShare.objects.bulk_create(
            ItemShare(enrolment=enrolment, item_code=code, user_id=pk, given_by=actor) for code, pk in sorted(given)
        )
        _note(actor, enrolment, given, "items.given")
        _note(actor, enrolment, taken | gone, "items.taken")
        _tell(actor, enrolment, people, given, "items.given")
        _tell(actor, enrolment, people, taken, "items.taken")
    return Handed(frozenset(given), frozenset(taken))


def _require_items(enrolment: Enrolment, codes: Collection[str]) -> None:
    """Only what the unit can say something about is given to anybody."""
    entries = outline.outline_of(common.definition_for(enrolment), unit_of(enrolment))
    claimable = {entry.code for entry in entries if entry.claimable}
    if any(code not in claimable for code in codes):
        raise Refused("not_concerned")


def _by_person(pairs: Iterable[Pair]) -> dict[int, list[str]]:
    found: dict[int, list[str]] = defaultdict(list)
    for code, pk in sorted(pairs):
        found[pk].append(code)
    return dict(found)


def _note(actor: User, enrolment: Enrolment, pairs: Collection[Pair], verb: str) -> None:
    """One row of the journal for each person."""
    by_person = _by_person(pairs)
    names = {user.pk: user for user in units_selectors.people_in(list(by_person))} if by_person else {}
    for pk, codes in by_person.items():
        said = {"person": names[pk].username, "count": len(codes), "items": codes}
        journal.append(
            actor=actor, scope=common.scope_of(enrolment), verb=verb, obj=enrolment,
            **{"after" if verb == "items.given" else "before": said},
        )  # fmt: skip


def _tell(
    actor: User, enrolment: Enrolment, people: Mapping[int, User], pairs: Collection[Pair], text_code: str
) -> None:
    """A notice to everybody who got or lost something by somebody else's hand."""
    address = reverse("evidence:sheet", args=[enrolment.pk])
    left = set(ItemShare.objects.filter(enrolment=enrolment).values_list("user_id", flat=True)) if pairs else set()
    for pk, codes in _by_person(pairs).items():
        if pk == actor.pk:
            continue
        units_services.notify(
            users=[people[pk]],
            text_code=text_code,
            params={"cycle": enrolment.cycle.title, "count": len(codes), "by": str(actor)},
            url=f"{address}?mine=1" if pk in left else reverse("home"),
        )
