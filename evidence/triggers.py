"""Database triggers that refuse to change or remove a version of a sheet, for SQLite and PostgreSQL.

Installed by a migration and again after every `migrate` (SQLite rebuilds a table to alter it, and its triggers go).
Whoever owns the database can drop them; that is what the fingerprint on the receipt is for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from django.db.backends.base.base import BaseDatabaseWrapper

VERSIONS = "evidence_sheetversion"

_INSTALL = {
    "sqlite": [
        f"""CREATE TRIGGER IF NOT EXISTS {VERSIONS}_no_update BEFORE UPDATE ON {VERSIONS}
            BEGIN SELECT RAISE(ABORT, 'versions of a sheet are append-only'); END""",
        f"""CREATE TRIGGER IF NOT EXISTS {VERSIONS}_no_delete BEFORE DELETE ON {VERSIONS}
            BEGIN SELECT RAISE(ABORT, 'versions of a sheet are append-only'); END""",
    ],
    "postgresql": [
        """CREATE OR REPLACE FUNCTION evidence_versions_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN RAISE EXCEPTION 'versions of a sheet are append-only'; END $$""",
        f"""CREATE OR REPLACE TRIGGER {VERSIONS}_no_change BEFORE UPDATE OR DELETE ON {VERSIONS}
            FOR EACH ROW EXECUTE FUNCTION evidence_versions_refuse()""",
        f"""CREATE OR REPLACE TRIGGER {VERSIONS}_no_truncate BEFORE TRUNCATE ON {VERSIONS}
            FOR EACH STATEMENT EXECUTE FUNCTION evidence_versions_refuse()""",
    ],
}
_REMOVE = {
    "sqlite": [
        f"DROP TRIGGER IF EXISTS {VERSIONS}_no_update",
        f"DROP TRIGGER IF EXISTS {VERSIONS}_no_delete",
    ],
    "postgresql": [
        f"DROP TRIGGER IF EXISTS {VERSIONS}_no_change ON {VERSIONS}",
        f"DROP TRIGGER IF EXISTS {VERSIONS}_no_truncate ON {VERSIONS}",
    ],
}


def statements(vendor: str, *, install: bool) -> list[str]:
    """The SQL of one engine; an engine we do not know is refused, because its versions would stand unguarded."""
    try:
        return (_INSTALL if install else _REMOVE)[vendor]
    except KeyError:
        raise NotImplementedError(f"versions of sheets have no triggers for {vendor}") from None


def install(connection: BaseDatabaseWrapper) -> None:
    """Put the triggers in place; safe to run again."""
    _run(connection, statements(connection.vendor, install=True))


def remove(connection: BaseDatabaseWrapper) -> None:
    """Take the triggers away: for undoing the migration, and for tests that play the intruder."""
    _run(connection, statements(connection.vendor, install=False))


def _run(connection: BaseDatabaseWrapper, sentences: list[str]) -> None:
    with connection.cursor() as cursor:
        for sql in sentences:
            cursor.execute(sql)
