"""Database triggers that refuse to change or remove a row of the journal, for SQLite and PostgreSQL.

Installed by a migration and again after every `migrate` (SQLite rebuilds a table to alter it, and its triggers go).
Whoever owns the database can drop them; that is what the hash chain is for.
"""

from __future__ import annotations

from appraisal_site.toolkit.guards import Guard

ENTRIES = "units_journalentry"
HEADS = "units_journalhead"

SQLITE_INSTALL = [
    f"""CREATE TRIGGER IF NOT EXISTS {ENTRIES}_no_update BEFORE UPDATE ON {ENTRIES}
        BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END""",
    f"""CREATE TRIGGER IF NOT EXISTS {ENTRIES}_no_delete BEFORE DELETE ON {ENTRIES}
        BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END""",
    f"""CREATE TRIGGER IF NOT EXISTS {HEADS}_no_delete BEFORE DELETE ON {HEADS}
        BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END""",
    f"""CREATE TRIGGER IF NOT EXISTS {HEADS}_forward BEFORE UPDATE ON {HEADS}
        WHEN NEW.number <> OLD.number + 1 OR NEW.scope <> OLD.scope
        BEGIN SELECT RAISE(ABORT, 'the journal only grows'); END""",
]
SQLITE_REMOVE = [
    f"DROP TRIGGER IF EXISTS {ENTRIES}_no_update",
    f"DROP TRIGGER IF EXISTS {ENTRIES}_no_delete",
    f"DROP TRIGGER IF EXISTS {HEADS}_no_delete",
    f"DROP TRIGGER IF EXISTS {HEADS}_forward",
]

POSTGRES_INSTALL = [
    """CREATE OR REPLACE FUNCTION units_journal_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN RAISE EXCEPTION 'the journal is append-only'; END $$""",
    """CREATE OR REPLACE FUNCTION units_journal_forward() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF NEW.number <> OLD.number + 1 OR NEW.scope <> OLD.scope THEN
                RAISE EXCEPTION 'the journal only grows';
            END IF;
            RETURN NEW;
        END $$""",
    f"""CREATE OR REPLACE TRIGGER {ENTRIES}_no_change BEFORE UPDATE OR DELETE ON {ENTRIES}
        FOR EACH ROW EXECUTE FUNCTION units_journal_refuse()""",
    f"""CREATE OR REPLACE TRIGGER {ENTRIES}_no_truncate BEFORE TRUNCATE ON {ENTRIES}
        FOR EACH STATEMENT EXECUTE FUNCTION units_journal_refuse()""",
    f"""CREATE OR REPLACE TRIGGER {HEADS}_no_delete BEFORE DELETE ON {HEADS}
        FOR EACH ROW EXECUTE FUNCTION units_journal_refuse()""",
    f"""CREATE OR REPLACE TRIGGER {HEADS}_no_truncate BEFORE TRUNCATE ON {HEADS}
        FOR EACH STATEMENT EXECUTE FUNCTION units_journal_refuse()""",
    f"""CREATE OR REPLACE TRIGGER {HEADS}_forward BEFORE UPDATE ON {HEADS}
        FOR EACH ROW EXECUTE FUNCTION units_journal_forward()""",
]
POSTGRES_REMOVE = [
    f"DROP TRIGGER IF EXISTS {ENTRIES}_no_change ON {ENTRIES}",
    f"DROP TRIGGER IF EXISTS {ENTRIES}_no_truncate ON {ENTRIES}",
    f"DROP TRIGGER IF EXISTS {HEADS}_no_delete ON {HEADS}",
    f"DROP TRIGGER IF EXISTS {HEADS}_no_truncate ON {HEADS}",
    f"DROP TRIGGER IF EXISTS {HEADS}_forward ON {HEADS}",
]

JOURNAL_GUARD = Guard(
    ENTRIES,
    {"sqlite": SQLITE_INSTALL, "postgresql": POSTGRES_INSTALL},
    {"sqlite": SQLITE_REMOVE, "postgresql": POSTGRES_REMOVE},
)
