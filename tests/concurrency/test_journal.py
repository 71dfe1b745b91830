"""Many people write to several chains of the journal at the same moment."""

from __future__ import annotations

from collections import Counter

import pytest
from django.db import transaction

from tests.concurrency.races import losers, race
from units.models import JournalEntry
from units.services import journal

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.both_engines, pytest.mark.long]
SCOPES = ("cycle:1/unit:1", "cycle:1/unit:2", "house")
WRITERS = 6


def _write(writer: int, rounds: int) -> None:
    for number in range(rounds):
        with transaction.atomic():
            scope = SCOPES[(writer + number) % len(SCOPES)]
            journal.append(actor=None, scope=scope, verb="x", obj="竞争", after={"writer": writer, "number": number})


def test_every_row_is_there_once_and_every_chain_is_whole(rounds: int) -> None:
    came_to = race(*[lambda writer=writer: _write(writer, rounds) for writer in range(WRITERS)])
    assert losers(came_to) == []
    written = Counter((row["writer"], row["number"]) for row in JournalEntry.objects.values_list("after", flat=True))
    assert written == Counter((writer, number) for writer in range(WRITERS) for number in range(rounds))
    verdicts = [journal.verify_chain(scope) for scope in SCOPES]
    assert all(verdict.ok for verdict in verdicts)
    assert sum(verdict.count for verdict in verdicts) == WRITERS * rounds
