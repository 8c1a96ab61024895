"""What people have rated is not deleted either: neither a goal, nor a pillar, nor the edition.

A row in a table of no model, written and deleted within one transaction, gives leave to remove a
whole framework (assessments/operations/removing.py). Reversible: the triggers and the table go.
"""

from django.db import migrations

from plf.lib.sql import for_each_database

MESSAGE = "an edition in use keeps its goals"
NO_LEAVE = "NOT EXISTS (SELECT 1 FROM assessments_leave_to_remove)"
RULES = (
    ("edition", "OLD.status <> 'draft'"),
    (
        "pillar",
        "EXISTS (SELECT 1 FROM assessments_edition e WHERE e.status <> 'draft' "
        "AND e.id = OLD.edition_id)",
    ),
    (
        "goal",
        "EXISTS (SELECT 1 FROM assessments_edition e JOIN assessments_pillar p "
        "ON p.edition_id = e.id WHERE e.status <> 'draft' AND p.id = OLD.pillar_id)",
    ),
)


def sqlite_trigger(name: str, condition: str) -> str:
    return (
        f"CREATE TRIGGER assessments_kept_{name} BEFORE DELETE ON assessments_{name} "
        f"FOR EACH ROW WHEN {NO_LEAVE} AND {condition} "
        f"BEGIN SELECT RAISE(ABORT, '{MESSAGE}'); END"
    )


def postgresql_trigger(name: str, condition: str) -> str:
    return (
        f"CREATE FUNCTION assessments_kept_{name}() RETURNS trigger AS $$ BEGIN "
        f"IF {NO_LEAVE} AND {condition} THEN "
        f"RAISE EXCEPTION '{MESSAGE}' USING ERRCODE = 'check_violation'; "
        "END IF; RETURN OLD; END $$ LANGUAGE plpgsql;;"
        f"CREATE TRIGGER assessments_kept_{name} BEFORE DELETE ON assessments_{name} "
        f"FOR EACH ROW EXECUTE FUNCTION assessments_kept_{name}()"
    )


class Migration(migrations.Migration):
    dependencies = [("assessments", "0005_keep_answers_out_of_statistics")]

    operations = [
        for_each_database(
            forwards=dict.fromkeys(
                ("sqlite", "postgresql"),
                "CREATE TABLE assessments_leave_to_remove (id integer NOT NULL)",
            ),
            backwards=dict.fromkeys(
                ("sqlite", "postgresql"), "DROP TABLE assessments_leave_to_remove"
            ),
        ),
        *(
            for_each_database(
                forwards={
                    "sqlite": sqlite_trigger(*rule),
                    "postgresql": postgresql_trigger(*rule),
                },
                backwards={
                    "sqlite": f"DROP TRIGGER assessments_kept_{rule[0]}",
                    "postgresql": f"DROP FUNCTION assessments_kept_{rule[0]}() CASCADE",
                },
            )
            for rule in RULES
        ),
    ]
