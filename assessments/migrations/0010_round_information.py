from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("assessments", "0009_quick_seal"),
    ]

    operations = [
        migrations.AddField(
            model_name="round",
            name="information",
            field=models.TextField(
                blank=True,
                default="",
                db_default="",
                editable=False,
                verbose_name="what the invited were told about their data",
            ),
        ),
    ]
