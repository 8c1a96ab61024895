"""An edition that people have rated never changes: the database refuses it too.

Reversible: the triggers are dropped and nothing else is touched.
"""

from django.db import migrations

from plf.lib.sql import for_each_database

EDITION_COLUMNS = (
    'framework_id, number, shape, question, stem, motto, why, roof, "values", foundation_name, '
    "foundation, pillar_word, pillar_words, goal_word, goal_words, levels, no_answer, "
    "local_translation, extra"
)
PILLAR_COLUMNS = "edition_id, position, code, name, description, colour"
GOAL_COLUMNS = "pillar_id, position, text, help, show_help, descriptors"
MESSAGE = "an edition in use is frozen"

PILLAR_IS_FROZEN = (
    "EXISTS (SELECT 1 FROM assessments_edition e WHERE e.status <> 'draft' AND e.id = {0})"
)
GOAL_IS_FROZEN = (
    "EXISTS (SELECT 1 FROM assessments_edition e JOIN assessments_pillar p ON p.edition_id = e.id "
    "WHERE e.status <> 'draft' AND p.id = {0})"
)
RULES = (
    ("edition", f"UPDATE OF {EDITION_COLUMNS}", "OLD.status <> 'draft'"),
    (
        "edition_status",
        "UPDATE OF status",
        "OLD.status = 'retired' OR (OLD.status = 'in_use' AND NEW.status <> 'retired')",
    ),
    ("pillar", f"UPDATE OF {PILLAR_COLUMNS}", PILLAR_IS_FROZEN.format("OLD.edition_id")),
    ("pillar_new", "INSERT", PILLAR_IS_FROZEN.format("NEW.edition_id")),
    ("goal", f"UPDATE OF {GOAL_COLUMNS}", GOAL_IS_FROZEN.format("OLD.pillar_id")),
    ("goal_new", "INSERT", GOAL_IS_FROZEN.format("NEW.pillar_id")),
)


def table(name: str) -> str:
    return f"assessments_{name.split('_')[0]}"


def sqlite_trigger(name: str, event: str, condition: str) -> str:
    return (
        f"CREATE TRIGGER assessments_frozen_{name} BEFORE {event} ON {table(name)} "
        f"FOR EACH ROW WHEN {condition} BEGIN SELECT RAISE(ABORT, '{MESSAGE}'); END"
    )


def postgresql_trigger(name: str, event: str, condition: str) -> str:
    return (
        f"CREATE FUNCTION assessments_frozen_{name}() RETURNS trigger AS $$ BEGIN "
        f"IF {condition} THEN RAISE EXCEPTION '{MESSAGE}' USING ERRCODE = 'check_violation'; "
        "END IF; RETURN NEW; END $$ LANGUAGE plpgsql;;"
        f"CREATE TRIGGER assessments_frozen_{name} BEFORE {event} ON {table(name)} "
        f"FOR EACH ROW EXECUTE FUNCTION assessments_frozen_{name}()"
    )


class Migration(migrations.Migration):
    dependencies = [("assessments", "0001_initial")]

    operations = [
        for_each_database(
            forwards={
                "sqlite": sqlite_trigger(*rule),
                "postgresql": postgresql_trigger(*rule),
            },
            backwards={
                "sqlite": f"DROP TRIGGER assessments_frozen_{rule[0]}",
                "postgresql": f"DROP FUNCTION assessments_frozen_{rule[0]}() CASCADE",
            },
        )
        for rule in RULES
    ]
