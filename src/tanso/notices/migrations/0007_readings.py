"""Which messages their readers have opened."""

import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models

from tanso.acts.history import keep_as_history


class Migration(migrations.Migration):
    dependencies = [("notices", "0006_letters")]

    operations = [
        migrations.CreateModel(
            name="Reading",
            fields=[
                (
                    "mail",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="reading",
                        serialize=False,
                        to="notices.mail",
                    ),
                ),
                ("read_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
            ],
        ),
        keep_as_history("notices_reading"),
        migrations.AddIndex("mail", models.Index(fields=["scheme", "-id"], name="notices_mail_by_scheme")),
    ]
