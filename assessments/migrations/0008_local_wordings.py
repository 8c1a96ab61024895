"""A forum's own words for the goals; a published wording is never changed, by a trigger too."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from plf.lib.sql import for_each_database

MESSAGE = "a published wording is frozen"
COLUMNS = "forum_id, goal_id, text, published_at"


class Migration(migrations.Migration):
    dependencies = [
        ("assessments", "0007_mail_text_language"),
        ("forums", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="LocalWording",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("text", models.CharField(blank=True, max_length=300, verbose_name="own words")),
                ("published_at", models.DateTimeField(null=True, verbose_name="published")),
                (
                    "forum",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="local_wordings",
                        to="forums.forum",
                        verbose_name="forum",
                    ),
                ),
                (
                    "goal",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="local_wordings",
                        to="assessments.goal",
                        verbose_name="goal",
                    ),
                ),
                (
                    "published_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="published by",
                    ),
                ),
            ],
            options={
                "verbose_name": "local wording",
                "verbose_name_plural": "local wordings",
                "ordering": ("forum", "goal", "published_at", "pk"),
                "indexes": [
                    models.Index(
                        fields=["forum", "goal", "published_at"],
                        name="assessments_localwording_held",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("published_at", None)),
                        fields=("forum", "goal"),
                        name="assessments_localwording_one_draft",
                    )
                ],
            },
        ),
        for_each_database(
            forwards={
                "sqlite": (
                    f"CREATE TRIGGER assessments_frozen_wording BEFORE UPDATE OF {COLUMNS} "
                    "ON assessments_localwording FOR EACH ROW WHEN OLD.published_at IS NOT NULL "
                    f"BEGIN SELECT RAISE(ABORT, '{MESSAGE}'); END"
                ),
                "postgresql": (
                    "CREATE FUNCTION assessments_frozen_wording() RETURNS trigger AS $$ BEGIN "
                    "IF OLD.published_at IS NOT NULL THEN "
                    f"RAISE EXCEPTION '{MESSAGE}' USING ERRCODE = 'check_violation'; "
                    "END IF; RETURN NEW; END $$ LANGUAGE plpgsql;;"
                    f"CREATE TRIGGER assessments_frozen_wording BEFORE UPDATE OF {COLUMNS} "
                    "ON assessments_localwording "
                    "FOR EACH ROW EXECUTE FUNCTION assessments_frozen_wording()"
                ),
            },
            backwards={
                "sqlite": "DROP TRIGGER assessments_frozen_wording",
                "postgresql": "DROP FUNCTION assessments_frozen_wording() CASCADE",
            },
        ),
    ]
