"""A goal stands in the atoms' rows or in the forum's, never both; and no row ever changes.

Reversible: the triggers are dropped and nothing else is touched.
"""

from django.db import migrations

from plf.lib.sql import for_each_database

BOTH = "a goal stands in the atoms' rows or in the forum's, never both"
FROZEN = "a publication is never changed"

SQLITE_IN_BOTH = """
SELECT 1
FROM results_publication other, json_each(other.cells) theirs, json_each(NEW.cells) ours
WHERE other.round_id = NEW.round_id AND other.forum_id = NEW.forum_id
  AND (other.place = 0) <> (NEW.place = 0)
  AND theirs.key = ours.key AND theirs.type <> 'null' AND ours.type <> 'null'
"""

POSTGRESQL_IN_BOTH = """
SELECT 1
FROM results_publication other,
  jsonb_array_elements(other.cells) WITH ORDINALITY theirs(cell, position),
  jsonb_array_elements(NEW.cells) WITH ORDINALITY ours(cell, position)
WHERE other.round_id = NEW.round_id AND other.forum_id = NEW.forum_id
  AND (other.place = 0) <> (NEW.place = 0)
  AND theirs.position = ours.position
  AND theirs.cell <> 'null'::jsonb AND ours.cell <> 'null'::jsonb
"""


class Migration(migrations.Migration):
    dependencies = [("results", "0001_initial")]

    operations = [
        for_each_database(
            forwards={
                "sqlite": (
                    "CREATE TRIGGER results_never_both BEFORE INSERT ON results_publication "
                    f"FOR EACH ROW WHEN EXISTS ({SQLITE_IN_BOTH}) "
                    f"BEGIN SELECT RAISE(ABORT, '{BOTH.replace(chr(39), chr(39) * 2)}'); END"
                ),
                "postgresql": (
                    "CREATE FUNCTION results_never_both() RETURNS trigger AS $$ BEGIN "
                    f"IF EXISTS ({POSTGRESQL_IN_BOTH}) THEN "
                    f"RAISE EXCEPTION '{BOTH.replace(chr(39), chr(39) * 2)}' "
                    "USING ERRCODE = 'check_violation'; END IF; RETURN NEW; "
                    "END $$ LANGUAGE plpgsql;;"
                    "CREATE TRIGGER results_never_both BEFORE INSERT ON results_publication "
                    "FOR EACH ROW EXECUTE FUNCTION results_never_both()"
                ),
            },
            backwards={
                "sqlite": "DROP TRIGGER results_never_both",
                "postgresql": "DROP FUNCTION results_never_both() CASCADE",
            },
        ),
        for_each_database(
            forwards={
                "sqlite": (
                    "CREATE TRIGGER results_frozen BEFORE UPDATE ON results_publication "
                    f"FOR EACH ROW BEGIN SELECT RAISE(ABORT, '{FROZEN}'); END"
                ),
                "postgresql": (
                    "CREATE FUNCTION results_frozen() RETURNS trigger AS $$ BEGIN "
                    f"RAISE EXCEPTION '{FROZEN}' USING ERRCODE = 'check_violation'; "
                    "END $$ LANGUAGE plpgsql;;"
                    "CREATE TRIGGER results_frozen BEFORE UPDATE ON results_publication "
                    "FOR EACH ROW EXECUTE FUNCTION results_frozen()"
                ),
            },
            backwards={
                "sqlite": "DROP TRIGGER results_frozen",
                "postgresql": "DROP FUNCTION results_frozen() CASCADE",
            },
        ),
    ]
