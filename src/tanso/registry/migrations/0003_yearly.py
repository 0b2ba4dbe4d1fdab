"""Years that a holder is excluded from, and the figure that a stated status follows from."""

import django.db.models.deletion
from django.db import migrations, models

from tanso.acts.history import keep_as_history


class Migration(migrations.Migration):
    dependencies = [("registry", "0002_history")]

    operations = [
        migrations.AddField(model_name="compliancestatement", name="figure_t", field=models.BigIntegerField(null=True)),
        migrations.CreateModel(
            name="YearExclusion",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("reason", models.TextField()),
                ("act_id", models.UUIDField()),
                (
                    "obligation",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="exclusion",
                        to="registry.obligation",
                    ),
                ),
            ],
        ),
        keep_as_history("registry_yearexclusion"),
    ]
