import uuid

from django.db import migrations, models


def draw_keys(apps, schema_editor):
    """For those who are being asked now; where a round is counted, nothing waits any more."""
    Participation = apps.get_model("assessments", "Participation")
    asked = Participation.objects.filter(round_forum__round__sealed_at=None)
    drawn = []
    for participation in asked.only("pk"):
        participation.key = uuid.uuid4()
        drawn.append(participation)
    Participation.objects.bulk_update(drawn, ["key"], batch_size=500)


class Migration(migrations.Migration):
    """The version before this one goes on inviting without a key."""

    dependencies = [
        ("assessments", "0011_round_key"),
    ]

    operations = [
        migrations.AddField(
            model_name="participation",
            name="key",
            field=models.UUIDField(null=True, editable=False),
        ),
        migrations.RunPython(draw_keys, migrations.RunPython.noop, elidable=True),
        migrations.AlterField(
            model_name="participation",
            name="key",
            field=models.UUIDField(default=uuid.uuid4, null=True, editable=False),
        ),
    ]
