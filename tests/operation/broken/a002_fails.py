from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("results", "a001_goes_well")]
    operations = [migrations.RunSQL("SELECT nothing FROM nowhere", migrations.RunSQL.noop)]
