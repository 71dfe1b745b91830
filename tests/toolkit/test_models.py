"""Of two writers who read the same version one wins, on both engines."""

import threading
from datetime import date

import pytest
from django.db import connection, transaction

from appraisal_site.toolkit.conflicts import Conflict
from appraisal_site.toolkit.models import compare_and_set
from rubrics.models import Cycle, Rubric

pytestmark = pytest.mark.both_engines


def a_cycle() -> Cycle:
    rubric = Rubric.objects.create(code="plain", year=2026, title="Plain")
    return Cycle.objects.create(
        rubric=rubric, title="first", year=2026, starts_on=date(2026, 1, 1), ends_on=date(2026, 12, 31)
    )


@pytest.mark.django_db
def test_a_write_raises_the_version_and_the_row_in_hand_agrees() -> None:
    cycle = a_cycle()
    before = cycle.version
    compare_and_set(cycle, version=before, title="second")

    assert (cycle.title, cycle.version) == ("second", before + 1)
    stored = Cycle.objects.get(pk=cycle.pk)
    assert (stored.title, stored.version) == ("second", before + 1)


@pytest.mark.django_db
def test_a_write_upon_an_old_version_is_a_conflict_and_changes_nothing() -> None:
    cycle = a_cycle()
    before = cycle.version
    compare_and_set(cycle, version=before, title="second")

    with pytest.raises(Conflict) as caught:
        compare_and_set(cycle, version=before, title="third")
    assert (caught.value.sent, caught.value.current) == (before, before + 1)
    assert Cycle.objects.get(pk=cycle.pk).title == "second"


@pytest.mark.django_db
def test_a_write_upon_a_deleted_row_is_a_conflict_without_a_current_version() -> None:
    cycle = a_cycle()
    gone = Cycle.objects.get(pk=cycle.pk)
    cycle.delete()
    with pytest.raises(Conflict) as caught:
        compare_and_set(gone, version=gone.version, title="second")
    assert caught.value.current is None


@pytest.mark.long
@pytest.mark.django_db(transaction=True)
def test_of_many_writers_at_once_exactly_one_wins(rounds: int) -> None:
    pk = a_cycle().pk
    for _round in range(rounds):
        row = Cycle.objects.get(pk=pk)
        outcomes: list[str] = []
        start = threading.Barrier(4)

        def write(
            name: str, version: int = row.version, start: threading.Barrier = start, said: list[str] = outcomes
        ) -> None:
            start.wait()
            try:
                with transaction.atomic():
                    compare_and_set(Cycle.objects.get(pk=pk), version=version, title=name)
                said.append("won")
            except Conflict:
                said.append("lost")
            finally:
                connection.close()

        writers = [
            threading.Thread(target=write, args=(f"writer {number}", row.version, start, outcomes))
            for number in range(4)
        ]
        for writer in writers:
            writer.start()
        for writer in writers:
            writer.join()

        assert sorted(outcomes) == ["lost", "lost", "lost", "won"]
        assert Cycle.objects.get(pk=pk).version == row.version + 1
