"""Tables that only grow: database triggers that refuse to change or remove their rows, on SQLite and PostgreSQL.

Whoever owns the database can drop a trigger; hash chains and fingerprints that were handed out are for that.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import connections

if TYPE_CHECKING:
    from django.db.backends.base.base import BaseDatabaseWrapper

Statements = Mapping[str, Sequence[str]]
"""SQL by engine, under the name that Django calls it by."""


@dataclass(frozen=True, eq=False)
class Guard:
    """The triggers over ``table`` (and what belongs to it). Both lists of SQL are safe to run again."""

    table: str
    installing: Statements
    removing: Statements

    def statements(self, vendor: str, *, install: bool) -> Sequence[str]:
        """The SQL of one engine; an engine we do not know is refused, because the table would stand unguarded."""
        try:
            return (self.installing if install else self.removing)[vendor]
        except KeyError:
            raise NotImplementedError(f"{self.table} has no triggers for {vendor}") from None

    def install(self, connection: BaseDatabaseWrapper) -> None:
        """Put the triggers in place."""
        self._run(connection, install=True)

    def remove(self, connection: BaseDatabaseWrapper) -> None:
        """Take the triggers away: for undoing a migration, and for tests that play the intruder."""
        self._run(connection, install=False)

    def after_migrate(self, sender: object, using: str = "default", **kwargs: object) -> None:
        """SQLite rebuilds a table to alter it and loses its triggers on the way: put them back after every migrate."""
        connection = connections[using]
        if self.table in connection.introspection.table_names():
            self.install(connection)

    def _run(self, connection: BaseDatabaseWrapper, *, install: bool) -> None:
        with connection.cursor() as cursor:
            for sql in self.statements(connection.vendor, install=install):
                cursor.execute(sql)
