"""PostgreSQL's ANALYZE keeps a table's most common values, also of rows that are deleted since.

None are kept of whom a mail went to, nor of who was signed in: whoever had a mail more than others
was reminded, and had not answered. Reversible: the samples come back by themselves.
"""

from django.db import migrations

from plf.lib.sql import for_each_database

COLUMNS = (
    ("accounts_mail", "to_id"),
    ("accounts_mail", "address"),
    ("accounts_mail", "occasion"),
    ("accounts_mail", "subject"),
    ("accounts_mail", "body"),
    ("accounts_mail", "url"),
    ("accounts_signin", "session_id"),
    ("accounts_signin", "user_id"),
    ("accounts_signin", "began_on"),
    ("accounts_signin", "browser"),
    ("django_session", "session_key"),
    ("django_session", "session_data"),
)


def statements(target: int) -> str:
    return ";;".join(
        f"ALTER TABLE {table} ALTER COLUMN {column} SET STATISTICS {target}"
        for table, column in COLUMNS
    )


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0007_log_key_and_erasure"),
        ("sessions", "0001_initial"),
    ]

    operations = [
        for_each_database(
            forwards={"postgresql": statements(0)}, backwards={"postgresql": statements(-1)}
        )
    ]
