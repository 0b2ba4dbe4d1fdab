"""Acts are looked for by their days (the list of records); the table is too long to be read whole for that."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("acts", "0005_trail")]

    operations = [
        migrations.AddIndex(
            model_name="actrecord",
            index=models.Index(fields=("scheme", "day"), name="acts_act_by_day"),
        ),
    ]
