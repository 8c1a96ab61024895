from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Entry",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("at", models.DateTimeField(verbose_name="at")),
                (
                    "municipality",
                    models.PositiveBigIntegerField(null=True, verbose_name="municipality"),
                ),
                ("kind", models.CharField(max_length=30, verbose_name="what was done")),
                ("actor", models.UUIDField(null=True, verbose_name="by")),
                ("subject", models.UUIDField(null=True, verbose_name="to whom")),
                ("name", models.CharField(blank=True, max_length=200, verbose_name="to what")),
                ("detail", models.CharField(blank=True, max_length=60, verbose_name="more")),
                ("forum", models.PositiveBigIntegerField(null=True, verbose_name="forum")),
                ("round", models.PositiveBigIntegerField(null=True, verbose_name="round")),
                (
                    "address",
                    models.GenericIPAddressField(null=True, verbose_name="network address"),
                ),
            ],
            options={
                "verbose_name": "row of the log",
                "verbose_name_plural": "rows of the log",
                "ordering": ("-at", "-pk"),
                "default_permissions": (),
                "indexes": [
                    models.Index(fields=["municipality", "at"], name="audit_entry_municipality")
                ],
            },
        ),
    ]
