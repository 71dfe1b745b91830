"""The files that a unit gave in a cycle: which they are, how much room they take, and which it has by hash."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Exists, OuterRef, QuerySet, Sum

from evidence import wording
from evidence.models import Attachment, FactAttachment, ItemAttachment

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rubrics.models import Cycle, Enrolment

MEGA = 1_048_576
"""Bytes of a megabyte of a limit."""


@dataclass(frozen=True)
class Room:
    """How much of a limit is used, in bytes. A limit of nothing means that no file is taken."""

    used: int
    limit: int

    @property
    def left(self) -> int:
        return max(self.limit - self.used, 0)

    @property
    def used_text(self) -> str:
        return wording.mega_text(self.used)

    @property
    def limit_text(self) -> str:
        return wording.mega_text(self.limit)

    @property
    def percent(self) -> int:
        """Whole percent, 100 at most."""
        return min(100, round(100 * self.used / self.limit)) if self.limit else 100

    @property
    def is_tight(self) -> bool:
        """Whether it is time to say so: nine tenths are used."""
        return self.used * 10 >= self.limit * 9


def given_by_unit(enrolment: Enrolment) -> QuerySet[Attachment]:
    """The unit's own files, oldest first: not those that providers and reviewers gave with facts of theirs."""
    return _own(Attachment.objects.filter(enrolment=enrolment)).order_by("pk")


def _own(rows: QuerySet[Attachment]) -> QuerySet[Attachment]:
    with_facts = FactAttachment.objects.filter(attachment=OuterRef("pk"))
    on_items = ItemAttachment.objects.filter(attachment=OuterRef("pk"))
    return rows.filter(~Exists(with_facts) | Exists(on_items))


def rooms_of(cycle: Cycle) -> dict[int, Room]:
    """By enrolment, what its unit's files take; a unit that gave none is not in it. One query."""
    rows = _own(Attachment.objects.filter(enrolment__cycle=cycle)).order_by()
    limit = cycle.unit_proof_limit * MEGA
    return {pk: Room(used, limit) for pk, used in rows.values_list("enrolment").annotate(n=Sum("size"))}


def unit_limit(cycle: Cycle) -> Room:
    """The room of a unit that has given nothing yet."""
    return Room(0, cycle.unit_proof_limit * MEGA)


def unit_room(enrolment: Enrolment) -> Room:
    """What the unit's files take of what one unit may give."""
    used = given_by_unit(enrolment).order_by().aggregate(n=Sum("size"))["n"] or 0
    return Room(used, enrolment.cycle.unit_proof_limit * MEGA)


def room_among(files: Iterable[Attachment], cycle: Cycle) -> Room:
    """The same of files that were read already."""
    return Room(sum(file.size for file in files), cycle.unit_proof_limit * MEGA)


def cycle_room(cycle: Cycle) -> Room:
    """What all files of the cycle take, whoever gave them, of what the cycle has room for."""
    used = Attachment.objects.filter(enrolment__cycle=cycle).order_by().aggregate(n=Sum("size"))["n"] or 0
    return Room(used, cycle.proof_limit * MEGA)
