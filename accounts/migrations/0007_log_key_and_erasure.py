"""A random key for each person in the log, and when they asked to be erased."""

import uuid

from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

from plf.lib.sql import RandomKey


def give_keys(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    users = list(apps.get_model("accounts", "User").objects.order_by("pk").only("pk"))
    for user in users:
        user.log_key = uuid.uuid4()
    apps.get_model("accounts", "User").objects.bulk_update(users, ["log_key"], batch_size=500)


class Migration(migrations.Migration):
    dependencies = [("accounts", "0005_mail_address_and_sign_in")]

    operations = [
        migrations.AddField(
            "user",
            "erasure_asked_at",
            models.DateTimeField(null=True, editable=False, verbose_name="asked to be erased"),
        ),
        migrations.AddField(
            "user",
            "log_key",
            models.UUIDField(null=True, editable=False, verbose_name="key in the log"),
        ),
        migrations.RunPython(give_keys, migrations.RunPython.noop),
        migrations.AlterField(
            "user",
            "log_key",
            models.UUIDField(
                default=uuid.uuid4,
                db_default=RandomKey(),
                unique=True,
                editable=False,
                verbose_name="key in the log",
            ),
        ),
    ]
