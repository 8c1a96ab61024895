import django.core.validators
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("forums", "0004_municipality_second_factor"),
    ]

    operations = [
        migrations.AddField(
            model_name="municipality",
            name="accessibility_checked_on",
            field=models.DateField(
                blank=True,
                help_text="The law asks for once a year.",
                null=True,
                verbose_name="accessibility statement gone through",
            ),
        ),
        migrations.AddField(
            model_name="municipality",
            name="accessibility_contact",
            field=models.CharField(
                blank=True,
                default="",
                db_default="",
                max_length=200,
                verbose_name="whom questions about accessibility go to",
            ),
        ),
        migrations.AddField(
            model_name="municipality",
            name="days_after_leaving",
            field=models.PositiveIntegerField(
                default=365,
                db_default=365,
                validators=[django.core.validators.MinValueValidator(30)],
                verbose_name="days until somebody who has left is erased",
            ),
        ),
        migrations.AddField(
            model_name="municipality",
            name="days_of_comments",
            field=models.PositiveIntegerField(
                default=1825,
                db_default=1825,
                help_text="The figures of a result stay; its reasons are deleted.",
                validators=[django.core.validators.MinValueValidator(30)],
                verbose_name="days that reasons are kept after a round",
            ),
        ),
        migrations.AddField(
            model_name="municipality",
            name="days_of_log",
            field=models.PositiveIntegerField(
                default=365,
                db_default=365,
                help_text="Six months at least.",
                validators=[django.core.validators.MinValueValidator(185)],
                verbose_name="days that the log is kept",
            ),
        ),
        migrations.AddField(
            model_name="municipality",
            name="days_of_mails",
            field=models.PositiveIntegerField(
                default=90,
                db_default=90,
                validators=[django.core.validators.MinValueValidator(30)],
                verbose_name="days that sent mails are kept",
            ),
        ),
        migrations.AddField(
            model_name="municipality",
            name="information",
            field=models.TextField(
                blank=True,
                default="",
                db_default="",
                help_text="Empty: the product's own text. A round keeps the text it opened with. An empty line begins a new paragraph.",
                max_length=6000,
                verbose_name="information before the first question",
            ),
        ),
        migrations.AddField(
            model_name="municipality",
            name="looked_through_at",
            field=models.DateTimeField(
                editable=False,
                null=True,
                verbose_name="last looked through for what has been kept long enough",
            ),
        ),
        migrations.AddField(
            model_name="municipality",
            name="privacy_contact",
            field=models.CharField(
                blank=True,
                default="",
                db_default="",
                help_text="The data protection officer, with an address or a number.",
                max_length=200,
                verbose_name="whom questions about personal data go to",
            ),
        ),
        migrations.AddField(
            model_name="municipality",
            name="was_address",
            field=models.CharField(
                blank=True,
                default="",
                db_default="",
                help_text="As “https://was.digst.dk/…”. The address /was leads there.",
                max_length=200,
                validators=[django.core.validators.URLValidator(schemes=["https", "http"])],
                verbose_name="address of the municipality's own statement",
            ),
        ),
        migrations.AddConstraint(
            model_name="municipality",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("days_after_leaving__gte", 30),
                    ("days_of_comments__gte", 30),
                    ("days_of_log__gte", 185),
                    ("days_of_mails__gte", 30),
                ),
                name="forums_municipality_kept_long_enough",
                violation_error_message="Mails, members and reasons are kept for 30 days, and the log for 185, at least.",
            ),
        ),
    ]
