"""The counters that tell the room above which stored results are stale."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import F

from rubrics.models import Cycle, Enrolment

if TYPE_CHECKING:
    from collections.abc import Iterable


def touch_records(enrolment: Enrolment) -> int:
    """Raise the unit's `records_version`, in the caller's transaction, since a record that counts has changed; the
    new number.

    The cycle's row is left alone, so that two hundred clerks do not queue for it; `selectors.records_version_of`
    adds up.
    """
    Enrolment.objects.filter(pk=enrolment.pk).update(records_version=F("records_version") + 1)
    enrolment.refresh_from_db(fields=["records_version"])
    return enrolment.records_version


def touch_many(enrolments: Iterable[Enrolment]) -> None:
    """The same for several units at once, in one statement."""
    keys = [enrolment.pk for enrolment in enrolments]
    Enrolment.objects.filter(pk__in=keys).update(records_version=F("records_version") + 1)


def touch_cycle(cycle: Cycle) -> int:
    """Raise the cycle's own `records_version`: something changed that bears on every unit (units came, ballots,
    cohorts).
    """
    Cycle.objects.filter(pk=cycle.pk).update(records_version=F("records_version") + 1)
    cycle.refresh_from_db(fields=["records_version"])
    return cycle.records_version


def hold_enrolment(enrolment: Enrolment) -> None:
    """Let everybody else who holds the same enrolment wait until the caller's transaction is over; nothing is written.

    On SQLite a transaction that writes holds the whole database anyway.
    """
    Enrolment.objects.select_for_update().only("pk").get(pk=enrolment.pk)
