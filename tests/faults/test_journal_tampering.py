"""Somebody who owns the database changes the journal at random: every time it is found.

A careless one leaves the hashes as they are. A careful one works out anew every hash from the place of the change to the
end, and the noted head too: only the head that was handed out before gives that away.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import connection, transaction

from tests.conftest import PROVE
from units import chain
from units.models import JournalEntry, JournalHead
from units.services import journal
from units.triggers import JOURNAL_GUARD

pytestmark = [pytest.mark.django_db, pytest.mark.both_engines, pytest.mark.long]

SCOPE, OTHER, PREFIX = "cycle:1/unit:2", "cycle:1/unit:3", "cycle:1"
SERIES = 1000 if PROVE else 40
COVERED = 7
TEXTS = ("actor_name", "verb", "object_type", "object_id", "object_label")
Chance = random.Random


@pytest.fixture
def handed_out() -> Iterator[str]:
    """Two chains, the head of both handed out, one of them grown since; and the engine's own guard gone."""
    for number in range(COVERED):
        _append(SCOPE, number)
        _append(OTHER, number)
    head = journal.hand_out(actor=None, prefix=PREFIX, on="结果公示")
    _append(SCOPE, COVERED)
    JOURNAL_GUARD.remove(connection)
    yield head
    JOURNAL_GUARD.install(connection)


def _append(scope: str, number: int) -> None:
    journal.append(
        actor=None,
        scope=scope,
        verb="fact.changed",
        obj="会议缺席",
        before={"count": number},
        after={"count": number + 1},
    )


def _row(scope: str, number: int) -> Any:
    return JournalEntry.objects.filter(scope=scope, number=number)


def _change(row: Any, chance: Chance) -> None:
    """Say something else in one field of a row."""
    field = chance.choice([*TEXTS, "before", "after"])
    row.update(
        **{field: {"count": chance.randint(100, 999)} if field in ("before", "after") else f"x{chance.random()}"}
    )


def _renumber(scope: str, first: int, by: int) -> None:
    """Move the rows from `first` on by one place, in the order in which no two have the same number."""
    numbers = JournalEntry.objects.filter(scope=scope, number__gte=first).values_list("number", flat=True)
    for number in sorted(numbers, reverse=by > 0):
        _row(scope, number).update(number=number + by)


def edit(scope: str, number: int, chance: Chance) -> None:
    _change(_row(scope, number), chance)


def mishash(scope: str, number: int, chance: Chance) -> None:
    _row(scope, number).update(**{chance.choice(["hash", "previous_hash"]): f"{chance.getrandbits(256):064x}"})


def delete(scope: str, number: int, chance: Chance) -> None:
    _row(scope, number).delete()
    if chance.random() < 0.5:
        _renumber(scope, number + 1, -1)


def insert(scope: str, number: int, chance: Chance) -> None:
    row = _row(scope, number).get()
    _renumber(scope, number, 1)
    row.pk, row.object_label = None, "从未发生"
    row.save(force_insert=True)


def swap(scope: str, number: int, chance: Chance) -> None:
    other = number % COVERED + 1
    _row(scope, number).update(number=0)
    _row(scope, other).update(number=number)
    _row(scope, 0).update(number=other)


def cut(scope: str, number: int, chance: Chance) -> None:
    JournalEntry.objects.filter(scope=scope, number__gte=number).delete()


def drop(scope: str, number: int, chance: Chance) -> None:
    """The whole chain goes, as if the unit had never been."""
    JournalEntry.objects.filter(scope=scope).delete()
    JournalHead.objects.filter(scope=scope).delete()


def hash_anew(scope: str) -> None:
    """Make a chain fit again from its first row to its noted head."""
    previous = chain.GENESIS
    number = 0
    for number, entry in enumerate(JournalEntry.objects.filter(scope=scope).order_by("number"), start=1):
        fields = {name: getattr(entry, "actor_id" if name == "actor" else name) for name in chain.FIELDS}
        fields |= {"number": number, "previous_hash": previous, "algorithm": chain.ALGORITHM}
        digest = chain.entry_hash(fields)
        JournalEntry.objects.filter(pk=entry.pk).update(number=number, previous_hash=previous, hash=digest)
        previous = digest
    JournalHead.objects.filter(scope=scope).update(number=number, hash=previous)


Tampering = Callable[[str, int, Chance], None]
TAMPERINGS: list[Tampering] = [edit, delete, insert, swap, cut, drop]
CARELESS = [*TAMPERINGS, mishash]  # hashing anew would undo that one


def test_the_chains_fit_before_anybody_touches_them(handed_out: str) -> None:
    assert journal.verify(PREFIX, against=handed_out)[1]
    hash_anew(SCOPE)  # hashing anew what was not changed changes nothing
    assert journal.verify(PREFIX, against=handed_out)[1]


@pytest.mark.parametrize("careful", [False, True], ids=["careless", "careful"])
def test_every_tampering_is_found(handed_out: str, careful: bool) -> None:
    chance = Chance(20261122 + careful)
    missed = []
    for turn in range(SERIES // 2):
        ways = TAMPERINGS if careful else CARELESS
        tamper = ways[turn % len(ways)]
        scope, number = chance.choice((SCOPE, OTHER)), chance.randint(1, COVERED)
        with transaction.atomic():
            tamper(scope, number, chance)
            if careful:
                hash_anew(scope)
            verdicts, fits = journal.verify(PREFIX, against=handed_out)
            if fits:
                missed.append((tamper.__name__, scope, number))
            if careful:
                assert all(verdict.ok for verdict in verdicts), (tamper.__name__, "was not careful enough to test this")
            transaction.set_rollback(True)
    assert missed == []


def test_a_careful_tampering_goes_unseen_without_the_head_that_was_handed_out(handed_out: str) -> None:
    """That is why heads are printed: the limit of a chain alone, kept here so that nobody believes otherwise."""
    edit(SCOPE, 3, Chance(1))
    hash_anew(SCOPE)
    assert journal.verify(PREFIX)[1]
    assert not journal.verify(PREFIX, against=handed_out)[1]
