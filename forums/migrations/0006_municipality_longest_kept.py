"""What the form refuses; nothing changes in the database."""

import django.core.validators
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("forums", "0005_information_and_retention"),
    ]

    operations = [
        migrations.AlterField(
            model_name="municipality",
            name="days_after_leaving",
            field=models.PositiveIntegerField(
                db_default=365,
                default=365,
                validators=[
                    django.core.validators.MinValueValidator(30),
                    django.core.validators.MaxValueValidator(36500),
                ],
                verbose_name="days until somebody who has left is erased",
            ),
        ),
        migrations.AlterField(
            model_name="municipality",
            name="days_of_comments",
            field=models.PositiveIntegerField(
                db_default=1825,
                default=1825,
                help_text="The figures of a result stay; its reasons are deleted.",
                validators=[
                    django.core.validators.MinValueValidator(30),
                    django.core.validators.MaxValueValidator(36500),
                ],
                verbose_name="days that reasons are kept after a round",
            ),
        ),
        migrations.AlterField(
            model_name="municipality",
            name="days_of_log",
            field=models.PositiveIntegerField(
                db_default=365,
                default=365,
                help_text="Six months at least.",
                validators=[
                    django.core.validators.MinValueValidator(185),
                    django.core.validators.MaxValueValidator(36500),
                ],
                verbose_name="days that the log is kept",
            ),
        ),
        migrations.AlterField(
            model_name="municipality",
            name="days_of_mails",
            field=models.PositiveIntegerField(
                db_default=90,
                default=90,
                validators=[
                    django.core.validators.MinValueValidator(30),
                    django.core.validators.MaxValueValidator(36500),
                ],
                verbose_name="days that sent mails are kept",
            ),
        ),
    ]
