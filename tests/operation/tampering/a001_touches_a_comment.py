from django.db import migrations

from tests.operation.tampering import LAST


class Migration(migrations.Migration):
    """Nothing refuses it, and yet it must not be."""

    dependencies = [("results", LAST)]
    operations = [
        migrations.RunSQL("UPDATE results_comment SET text = 'Pænere'", migrations.RunSQL.noop)
    ]
