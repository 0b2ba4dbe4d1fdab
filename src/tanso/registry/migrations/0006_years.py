"""Allocations of a year, and units that a year borrowed from the next one."""

import django.db.models.deletion
from django.db import migrations, models

from tanso.acts.history import keep_as_history


class Migration(migrations.Migration):
    dependencies = [("registry", "0005_transfer_terms"), ("emissions", "0004_named_figures")]

    operations = [
        migrations.AddField(model_name="allocation", name="fiscal_year", field=models.IntegerField(null=True)),
        migrations.RemoveConstraint(model_name="allocation", name="registry_allocation_once"),
        migrations.AddConstraint(
            model_name="allocation",
            constraint=models.UniqueConstraint(
                fields=("participant", "unit_class_id", "fiscal_year"),
                nulls_distinct=False,
                name="registry_allocation_once",
            ),
        ),
        migrations.CreateModel(
            name="Borrowing",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("repaid_by_year", models.IntegerField()),
                ("journal_id", models.BigIntegerField(unique=True)),
                ("act_id", models.UUIDField()),
                (
                    "obligation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="borrowings",
                        to="registry.obligation",
                    ),
                ),
            ],
        ),
        keep_as_history("registry_borrowing"),
    ]
