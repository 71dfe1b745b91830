"""The journal in the database: appended only, checked row by row, guarded by the engine itself."""

from __future__ import annotations

import threading
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction

from units.models import JournalEntry, JournalHead, User
from units.services import journal
from units.triggers import JOURNAL_GUARD

pytestmark = pytest.mark.django_db


def append(scope: str = "cycle:1/unit:2", **after: object) -> JournalEntry:
    return journal.append(actor=None, scope=scope, verb="fact.changed", obj="会议缺席", after=after)


def test_rows_of_a_scope_are_numbered_and_linked(administrator: User) -> None:
    first, second = append(points="7"), append(points="5")
    other = append("cycle:1/unit:3")
    assert (first.number, second.number, other.number) == (1, 2, 1)
    assert second.previous_hash == first.hash
    assert journal.verify_chain("cycle:1/unit:2") == ("cycle:1/unit:2", 2, second.hash, None)


def test_a_row_says_who_what_and_on_which_object(administrator: User) -> None:
    entry = journal.append(
        actor=administrator, scope="house", verb="x", obj=administrator, before={"a": 1}, after={"a": 2}
    )
    assert (entry.actor, entry.actor_name) == (administrator, "考评办管理员")
    assert (entry.object_type, entry.object_id) == ("units.user", str(administrator.pk))
    entry.refresh_from_db()
    assert (entry.before, entry.after) == ({"a": 1}, {"a": 2})


def test_a_row_goes_with_its_transaction() -> None:
    with pytest.raises(RuntimeError), transaction.atomic():
        append()
        raise RuntimeError
    assert not JournalEntry.objects.exists()
    assert append().number == 1


@pytest.mark.parametrize(
    "change",
    [
        lambda: JournalEntry.objects.update(verb="x"),
        lambda: JournalEntry.objects.all().delete(),
        lambda: JournalHead.objects.all().delete(),
        lambda: JournalHead.objects.update(number=7),
        lambda: JournalHead.objects.update(hash="0" * 64),
    ],
)
def test_the_engine_refuses_to_change_or_remove_rows(change: object) -> None:
    append(points="7")
    with pytest.raises(DatabaseError, match="journal"), transaction.atomic():
        change()  # type: ignore[operator]
    assert journal.verify_chain("cycle:1/unit:2").ok


@pytest.fixture
def intruder() -> object:
    """Someone who owns the database: the triggers are gone, SQL goes through."""

    def execute(sql: str) -> None:
        with connection.cursor() as cursor:
            cursor.execute(sql)

    JOURNAL_GUARD.remove(connection)
    yield execute
    JOURNAL_GUARD.install(connection)


@pytest.mark.parametrize(
    ("sql", "number", "reason"),
    [
        ("UPDATE units_journalentry SET actor_name = 'x' WHERE number = 2", 2, "altered"),
        ('UPDATE units_journalentry SET after = \'{"points": "9"}\' WHERE number = 3', 3, "altered"),
        ("UPDATE units_journalentry SET at = '2020-01-01 00:00:00+00:00' WHERE number = 1", 1, "altered"),
        ("DELETE FROM units_journalentry WHERE number = 2", 2, "missing"),
        ("DELETE FROM units_journalentry WHERE number > 2", 3, "cut"),
        ("DELETE FROM units_journalhead", 1, "head"),
    ],
)
def test_tampering_by_sql_is_found(intruder: object, sql: str, number: int, reason: str) -> None:
    for points in ("7", "5", "3", "1"):
        append(points=points)
    assert journal.verify_chain("cycle:1/unit:2").ok
    intruder(sql)  # type: ignore[operator]
    verdicts, fits = journal.verify("cycle:1")
    assert not fits
    assert verdicts[0].broken == (number, reason)


def test_removing_a_whole_chain_with_its_head_is_found_by_the_printed_head(intruder: object) -> None:
    append(points="7")
    append("cycle:1/unit:3", points="7")
    head = journal.head_of("cycle:1")
    intruder("DELETE FROM units_journalhead WHERE scope = 'cycle:1/unit:3'")  # type: ignore[operator]
    intruder("DELETE FROM units_journalentry WHERE scope = 'cycle:1/unit:3'")  # type: ignore[operator]
    verdicts, fits = journal.verify("cycle:1", against=head)
    assert all(verdict.ok for verdict in verdicts)
    assert not fits


def test_a_head_that_was_handed_out_is_known_after_the_chain_has_grown(intruder: object) -> None:
    append(points="7")
    head = journal.hand_out(actor=None, prefix="cycle:1", on="结果公示")
    append(points="5")
    assert journal.was_head("cycle:1", head.upper()[:32] + " " + head[32:])
    assert not journal.was_head("cycle:1", "0" * 64)
    intruder("UPDATE units_journalentry SET hash = 'x' WHERE number = 1 AND scope = 'cycle:1/unit:2'")  # type: ignore[operator]
    assert not journal.was_head("cycle:1", head)


def test_a_scope_is_not_taken_for_another_that_begins_alike() -> None:
    append("cycle:1/unit:2")
    append("cycle:12/unit:2")
    assert journal.scopes("cycle:1") == ["cycle:1/unit:2"]


def test_the_command_says_yes_and_prints_the_head() -> None:
    append(points="7")
    out = StringIO()
    call_command("verify_journal", "1", stdout=out)
    assert f"head   cycle:1: {journal.head_of('cycle:1')}" in out.getvalue()


def test_the_command_names_the_first_row_that_does_not_fit(intruder: object) -> None:
    append(points="7")
    append(points="5")
    intruder("UPDATE units_journalentry SET verb = 'x' WHERE number = 2")  # type: ignore[operator]
    out = StringIO()
    with pytest.raises(CommandError) as stop:
        call_command("verify_journal", "--all", stdout=out)
    assert stop.value.returncode == 1
    assert "cycle:1/unit:2: row 2" in out.getvalue()


def test_the_command_does_not_call_an_unknown_scope_whole() -> None:
    with pytest.raises(CommandError) as stop:
        call_command("verify_journal", "cycle:99", stdout=StringIO())
    assert stop.value.returncode == 2


def test_appending_takes_few_queries(django_assert_max_num_queries: object) -> None:
    append()
    with django_assert_max_num_queries(5):  # type: ignore[operator]  two of them are the savepoint
        append()


@pytest.mark.django_db(transaction=True)
@pytest.mark.both_engines
def test_appending_at_the_same_time_loses_no_row_and_breaks_no_chain(rounds: int) -> None:
    threads, failures = 4, []
    start = threading.Barrier(threads)

    def work() -> None:
        try:
            start.wait()
            for _round in range(rounds):
                with transaction.atomic():
                    append("house", thread=threading.get_ident())
        except Exception as error:
            failures.append(error)
        finally:
            connection.close()

    running = [threading.Thread(target=work) for _ in range(threads)]
    for thread in running:
        thread.start()
    for thread in running:
        thread.join()
    assert failures == []
    assert journal.verify_chain("house")[1:4:2] == (threads * rounds, None)
