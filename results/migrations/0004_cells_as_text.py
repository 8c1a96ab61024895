"""What was published is kept as text on PostgreSQL: the same text, in a third of the room.

Reversible: the text becomes jsonb again. The release before can go on meanwhile: it reads the text,
and what it writes as jsonb becomes text.
"""

from django.db import migrations

from plf.lib.fields import WholeJSONField
from plf.lib.sql import for_each_database

NEVER_BOTH = """
CREATE OR REPLACE FUNCTION results_never_both() RETURNS trigger AS $$ BEGIN
IF EXISTS (
  SELECT 1
  FROM results_publication other,
    jsonb_array_elements(other.cells::jsonb) WITH ORDINALITY theirs(cell, position),
    jsonb_array_elements(NEW.cells::jsonb) WITH ORDINALITY ours(cell, position)
  WHERE other.round_id = NEW.round_id AND other.forum_id = NEW.forum_id
    AND (other.place = 0) <> (NEW.place = 0)
    AND theirs.position = ours.position
    AND theirs.cell <> 'null'::jsonb AND ours.cell <> 'null'::jsonb
) THEN
  RAISE EXCEPTION 'a goal stands in the atoms'' rows or in the forum''s, never both'
  USING ERRCODE = 'check_violation';
END IF; RETURN NEW;
END $$ LANGUAGE plpgsql
"""

AS_TEXT = "ALTER TABLE results_publication ALTER COLUMN cells TYPE text USING cells::text"
AS_JSONB = "ALTER TABLE results_publication ALTER COLUMN cells TYPE jsonb USING cells::jsonb"


class Migration(migrations.Migration):
    dependencies = [("results", "0003_beat")]

    operations = [
        # Taken back, the function stays as it is here: it reads either kind of column.
        for_each_database(forwards={"postgresql": NEVER_BOTH}, backwards={}),
        migrations.SeparateDatabaseAndState(
            database_operations=[
                for_each_database(
                    forwards={"postgresql": AS_TEXT}, backwards={"postgresql": AS_JSONB}
                )
            ],
            # In the state alone: SQLite, where it is text already, would else make the table anew,
            # without its triggers.
            state_operations=[
                migrations.AlterField("publication", "cells", WholeJSONField(verbose_name="goals"))
            ],
        ),
    ]
