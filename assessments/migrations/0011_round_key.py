import uuid

from django.db import migrations, models


class Migration(migrations.Migration):
    """Rounds from before keep no key: their results lie in files that are named without one."""

    dependencies = [
        ("assessments", "0010_round_information"),
    ]

    operations = [
        migrations.AddField(
            model_name="round",
            name="key",
            field=models.UUIDField(null=True, editable=False),
        ),
        migrations.AlterField(
            model_name="round",
            name="key",
            field=models.UUIDField(default=uuid.uuid4, null=True, editable=False),
        ),
    ]
