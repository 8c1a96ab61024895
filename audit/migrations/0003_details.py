from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("audit", "0002_guard")]

    operations = [
        migrations.AlterField(
            model_name="entry",
            name="detail",
            field=models.CharField(blank=True, max_length=60, verbose_name="details"),
        ),
    ]
