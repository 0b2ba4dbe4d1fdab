"""Overrides get their days, and are withdrawn by an entry of their own. Those from before hold on all days."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("acts", "0003_positions")]

    operations = [
        migrations.AddField("parameteroverride", "from_day", models.DateField(null=True)),
        migrations.AddField("parameteroverride", "to_day", models.DateField(null=True)),
        migrations.AddField("parameteroverride", "withdraws", models.BooleanField(db_default=False)),
        migrations.AddField("parameteroverride", "day", models.DateField(null=True)),
        migrations.AlterField("parameteroverride", "value", models.JSONField(null=True)),
        migrations.AddConstraint(
            "parameteroverride",
            models.CheckConstraint(
                condition=models.Q(to_day__isnull=True) | models.Q(to_day__gte=models.F("from_day")),
                name="acts_override_days_in_order",
            ),
        ),
        migrations.AddConstraint(
            "parameteroverride",
            models.CheckConstraint(
                condition=models.Q(withdraws=False, value__isnull=False)
                | models.Q(withdraws=True, value__isnull=True, from_day__isnull=False, to_day__isnull=True),
                name="acts_override_or_withdrawal",
            ),
        ),
        migrations.AddConstraint(
            "parameteroverride",
            models.CheckConstraint(condition=~models.Q(reason=""), name="acts_override_has_reason"),
        ),
    ]
