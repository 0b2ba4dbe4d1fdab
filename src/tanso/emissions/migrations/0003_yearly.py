"""Emissions of a year as one recorded figure. History: a correction is another figure."""

import django.db.models.deletion
from django.db import migrations, models

from tanso.acts.history import keep_as_history


class Migration(migrations.Migration):
    dependencies = [("emissions", "0002_history"), ("parties", "0002_history")]

    operations = [
        migrations.CreateModel(
            name="YearlyFigure",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("fiscal_year", models.IntegerField()),
                ("emissions_t", models.BigIntegerField()),
                ("act_id", models.UUIDField()),
                ("recorded_on", models.DateField()),
                (
                    "participant",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="yearly_figures",
                        to="parties.participant",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["participant", "fiscal_year", "-id"], name="emissions_yearly_latest")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("emissions_t__gte", 0)), name="emissions_yearly_not_negative"
                    )
                ],
            },
        ),
        keep_as_history("emissions_yearlyfigure"),
    ]
