"""The cast: one person for each role, and a stranger who has an account and no role.

Two units, each with a word of its own to look for where it must not be: the cast's own (`unit`, 本单位甲) and
another one (`other_unit`, 别单位乙). `reviewer` and `leader` hold nothing yet: their roles are given on a cycle,
`services.give_role(actor=None, user=reviewer, role="reviewer", cycle=cycle)`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from django.contrib.auth.hashers import make_password
from django.db.backends.postgresql.operations import DatabaseOperations as PostgresOperations
from django.db.backends.sqlite3.base import DatabaseOperations as SqliteOperations  # .operations alone is a circle
from django.test import Client

from evidence.triggers import VERSIONS_GUARD
from units import services
from units.models import Unit, User
from units.triggers import JOURNAL_GUARD

PASSWORD = "Wan-shan-hong-bian-7"
OWN_WORD, OTHER_WORD = "本单位甲", "别单位乙"


@pytest.fixture(scope="session", autouse=True)
def _journal_can_be_flushed() -> Iterator[None]:
    """Emptying the tables after a test with real transactions is the one thing that may remove rows of the journal and
    versions of sheets.

    The triggers go just before; their guards put them back when Django says that the flush is over.
    """
    with pytest.MonkeyPatch.context() as patch:
        for operations in (SqliteOperations, PostgresOperations):
            patch.setattr(operations, "sql_flush", _without_triggers(operations.sql_flush))
        yield


def _without_triggers(original: Callable[..., list[str]]) -> Callable[..., list[str]]:
    def sql_flush(self: SqliteOperations | PostgresOperations, *args: object, **options: object) -> list[str]:
        flush = original(self, *args, **options)
        vendor = self.connection.vendor
        guards = [sql for guard in (JOURNAL_GUARD, VERSIONS_GUARD) for sql in guard.statements(vendor, install=False)]
        return [*guards, *flush] if flush else flush

    return sql_flush


@pytest.fixture(scope="session")
def password_hash() -> str:
    """One hash for everybody: hashing is what makes a cast slow."""
    return make_password(PASSWORD)


@pytest.fixture
def unit(db: None) -> Unit:
    """The unit of clerk, head and provider."""
    return services.create_unit(actor=None, code="own", title=f"{OWN_WORD}局", short_title=OWN_WORD, level="city")


@pytest.fixture
def other_unit(db: None) -> Unit:
    """A unit that none of the cast belongs to."""
    return services.create_unit(actor=None, code="other", title=f"{OTHER_WORD}局", short_title=OTHER_WORD, level="city")


@pytest.fixture
def person(db: None, password_hash: str) -> Callable[..., User]:
    """Make a person.

    `person("name", shown, role="clerk", unit=unit)`; the password is PASSWORD and need not be changed.
    """

    def make(username: str, shown: str = "", role: str = "", unit: Unit | None = None, **fields: object) -> User:
        roles = ((role, unit),) if role else ()
        account = services.people.Account(
            username, shown or username, password_hash, roles, **({"must_change_password": False} | fields)
        )
        return services.open_accounts(actor=None, accounts=[account])[0]

    return make


@pytest.fixture
def administrator(person: Callable[..., User]) -> User:
    """Administers the house."""
    return person("administrator", "考评办管理员", role="administrator")


@pytest.fixture
def auditor(person: Callable[..., User]) -> User:
    """Reads everything, changes nothing."""
    return person("auditor", "监督员", role="auditor")


@pytest.fixture
def clerk(person: Callable[..., User], unit: Unit) -> User:
    """Fills in the sheet of `unit`."""
    return person("clerk", "本单位经办人", role="clerk", unit=unit)


@pytest.fixture
def head(person: Callable[..., User], unit: Unit) -> User:
    """Signs for `unit`."""
    return person("head", "本单位负责人", role="head", unit=unit)


@pytest.fixture
def colleague(person: Callable[..., User], unit: Unit) -> User:
    """Fills in what of the sheet of `unit` is given to them."""
    return person("colleague", "本单位协办人", role="colleague", unit=unit)


@pytest.fixture
def provider(person: Callable[..., User], unit: Unit) -> User:
    """Records facts in the name of `unit`."""
    return person("provider", "本单位数据员", role="provider", unit=unit)


@pytest.fixture
def reviewer(person: Callable[..., User]) -> User:
    """Becomes a reviewer when a test gives the role on a cycle."""
    return person("reviewer", "第一组考评员")


@pytest.fixture
def leader(person: Callable[..., User]) -> User:
    """Becomes one of the leading group when a test gives the role on a cycle."""
    return person("leader", "领导小组成员")


@pytest.fixture
def stranger(person: Callable[..., User]) -> User:
    """Has an account and nothing else."""
    return person("stranger", "无角色账户")


@pytest.fixture
def as_user() -> Callable[[User], Client]:
    """A browser in which that person is signed in."""

    def make(user: User) -> Client:
        client = Client()
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        return client

    return make
