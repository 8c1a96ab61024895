"""A round keeps the threshold it was opened with, and is sealed quickly.

Reversible. Rounds that were opened before get what their municipality says today. Two indexes that
others cover are gone, and the invitations leave room on their pages, so that the seal clears their
marks in place.
"""

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import OuterRef, Subquery

from plf.lib.sql import for_each_database


def keep_the_threshold(apps, schema_editor):
    Round = apps.get_model("assessments", "Round")
    Municipality = apps.get_model("forums", "Municipality")
    theirs = Municipality.objects.filter(pk=OuterRef("municipality")).values("smallest_group")
    Round.objects.filter(opened_at__isnull=False).update(smallest_group=Subquery(theirs))


class Migration(migrations.Migration):
    dependencies = [("assessments", "0008_local_wordings")]

    operations = [
        migrations.AddField(
            "round",
            "smallest_group",
            models.PositiveSmallIntegerField(
                default=5,
                db_default=5,
                editable=False,
                verbose_name="fewest answers that are shown",
            ),
        ),
        migrations.RunPython(keep_the_threshold, migrations.RunPython.noop),
        migrations.AlterField(
            "rating",
            "answer",
            models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="assessments.answer",
            ),
        ),
        migrations.AlterField(
            "participation",
            "round_forum",
            models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="participations",
                to="assessments.roundforum",
                verbose_name="forum",
            ),
        ),
        for_each_database(
            forwards={"postgresql": "ALTER TABLE assessments_participation SET (fillfactor = 50)"},
            backwards={"postgresql": "ALTER TABLE assessments_participation RESET (fillfactor)"},
        ),
    ]
