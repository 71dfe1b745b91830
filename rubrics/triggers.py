"""Database triggers that refuse to rewrite the history of a draft, for SQLite and PostgreSQL.

Changing a row is always refused; a row goes only with its draft. Installed after every `migrate`.
"""

from __future__ import annotations

from appraisal_site.toolkit.guards import Guard

CHANGES = "rubrics_draftchange"

_INSTALL = {
    "sqlite": [
        f"""CREATE TRIGGER IF NOT EXISTS {CHANGES}_no_update BEFORE UPDATE ON {CHANGES}
            BEGIN SELECT RAISE(ABORT, 'the history of a draft is append-only'); END"""
    ],
    "postgresql": [
        """CREATE OR REPLACE FUNCTION rubrics_history_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN RAISE EXCEPTION 'the history of a draft is append-only'; END $$""",
        f"""CREATE OR REPLACE TRIGGER {CHANGES}_no_update BEFORE UPDATE ON {CHANGES}
            FOR EACH ROW EXECUTE FUNCTION rubrics_history_refuse()""",
    ],
}
_REMOVE = {
    "sqlite": [f"DROP TRIGGER IF EXISTS {CHANGES}_no_update"],
    "postgresql": [f"DROP TRIGGER IF EXISTS {CHANGES}_no_update ON {CHANGES}"],
}

HISTORY_GUARD = Guard(CHANGES, _INSTALL, _REMOVE)
