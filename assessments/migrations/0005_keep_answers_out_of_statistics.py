"""PostgreSQL's ANALYZE keeps samples of a table's values, also of rows that are deleted since.

None are taken of what people answer, nor of who did. Reversible: the samples come back by themselves.
"""

from django.db import migrations

from plf.lib.sql import for_each_database

COLUMNS = (
    ("assessments_rating", "id"),
    ("assessments_rating", "answer_id"),
    ("assessments_rating", "goal_id"),
    ("assessments_rating", "value"),
    ("assessments_rating", "no_answer"),
    ("assessments_rating", "reason"),
    ("assessments_rating", "saved_at"),
    ("assessments_answer", "key"),
    ("assessments_answer", "participation_id"),
    ("assessments_participation", "answered_at"),
    ("assessments_participation", "done_at"),
)


def statements(target: int) -> str:
    return ";;".join(
        f"ALTER TABLE {table} ALTER COLUMN {column} SET STATISTICS {target}"
        for table, column in COLUMNS
    )


class Migration(migrations.Migration):
    dependencies = [("assessments", "0004_rounds_and_mails")]

    operations = [
        for_each_database(
            forwards={"postgresql": statements(0)}, backwards={"postgresql": statements(-1)}
        )
    ]
