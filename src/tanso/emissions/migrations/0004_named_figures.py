"""Figures of a year that a scheme names. History: a correction is another figure."""

import django.db.models.deletion
from django.db import migrations, models

from tanso.acts.history import keep_as_history


class Migration(migrations.Migration):
    dependencies = [("emissions", "0003_yearly")]

    operations = [
        migrations.CreateModel(
            name="NamedFigure",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("fiscal_year", models.IntegerField()),
                ("name", models.CharField(max_length=64)),
                ("value", models.JSONField()),
                ("reason", models.TextField()),
                ("act_id", models.UUIDField()),
                ("recorded_on", models.DateField()),
                (
                    "participant",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="named_figures",
                        to="parties.participant",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["participant", "fiscal_year", "name", "-id"], name="emissions_named_latest")
                ],
            },
        ),
        keep_as_history("emissions_namedfigure"),
    ]
