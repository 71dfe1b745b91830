"""Database triggers that refuse to change or remove a version of a sheet, for SQLite and PostgreSQL.

Installed by a migration and again after every `migrate` (SQLite rebuilds a table to alter it, and its triggers go).
Whoever owns the database can drop them; that is what the fingerprint on the receipt is for.
"""

from __future__ import annotations

from appraisal_site.toolkit.guards import Guard

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

VERSIONS_GUARD = Guard(VERSIONS, _INSTALL, _REMOVE)
