"""A row of the log never changes, and stays for six months at least.

A row in a table of no model, written and deleted within one transaction, gives leave to remove
young rows (audit/operations.py). Reversible: the triggers and the table go.
"""

from django.db import migrations

from plf.lib.sql import for_each_database

UNCHANGED = "a row of the log is never changed"
KEPT = "a row of the log is kept for six months"
NO_LEAVE = "NOT EXISTS (SELECT 1 FROM audit_leave_to_remove)"
DATABASES = ("sqlite", "postgresql")


class Migration(migrations.Migration):
    dependencies = [("audit", "0001_initial")]

    operations = [
        for_each_database(
            forwards=dict.fromkeys(
                DATABASES, "CREATE TABLE audit_leave_to_remove (id integer NOT NULL)"
            ),
            backwards=dict.fromkeys(DATABASES, "DROP TABLE audit_leave_to_remove"),
        ),
        for_each_database(
            forwards={
                "sqlite": (
                    "CREATE TRIGGER audit_unchanged BEFORE UPDATE ON audit_entry FOR EACH ROW "
                    f"BEGIN SELECT RAISE(ABORT, '{UNCHANGED}'); END"
                ),
                "postgresql": (
                    "CREATE FUNCTION audit_unchanged() RETURNS trigger AS $$ BEGIN "
                    f"RAISE EXCEPTION '{UNCHANGED}' USING ERRCODE = 'check_violation'; "
                    "END $$ LANGUAGE plpgsql;;"
                    "CREATE TRIGGER audit_unchanged BEFORE UPDATE ON audit_entry "
                    "FOR EACH ROW EXECUTE FUNCTION audit_unchanged()"
                ),
            },
            backwards={
                "sqlite": "DROP TRIGGER audit_unchanged",
                "postgresql": "DROP FUNCTION audit_unchanged() CASCADE",
            },
        ),
        for_each_database(
            forwards={
                "sqlite": (
                    "CREATE TRIGGER audit_kept BEFORE DELETE ON audit_entry FOR EACH ROW "
                    f"WHEN {NO_LEAVE} AND datetime(OLD.at) > datetime('now', '-6 months') "
                    f"BEGIN SELECT RAISE(ABORT, '{KEPT}'); END"
                ),
                "postgresql": (
                    "CREATE FUNCTION audit_kept() RETURNS trigger AS $$ BEGIN "
                    f"IF {NO_LEAVE} AND OLD.at > now() - interval '6 months' THEN "
                    f"RAISE EXCEPTION '{KEPT}' USING ERRCODE = 'check_violation'; "
                    "END IF; RETURN OLD; END $$ LANGUAGE plpgsql;;"
                    "CREATE TRIGGER audit_kept BEFORE DELETE ON audit_entry "
                    "FOR EACH ROW EXECUTE FUNCTION audit_kept()"
                ),
            },
            backwards={
                "sqlite": "DROP TRIGGER audit_kept",
                "postgresql": "DROP FUNCTION audit_kept() CASCADE",
            },
        ),
    ]
