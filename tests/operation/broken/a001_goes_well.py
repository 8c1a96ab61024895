from django.db import migrations, models

from tests.operation.broken import LAST


class Migration(migrations.Migration):
    """Goes well, so that there is something to take back."""

    dependencies = [("results", LAST)]
    operations = [
        migrations.CreateModel("Thing", [("id", models.BigAutoField(primary_key=True))]),
        migrations.RunSQL("UPDATE accounts_user SET name = 'Ændret'", migrations.RunSQL.noop),
    ]
