"""Fields of participants that changed, with the reasons; never changed themselves."""

import django.db.models.deletion
from django.db import migrations, models

from tanso.acts.history import keep_as_history


class Migration(migrations.Migration):
    dependencies = [("parties", "0002_history"), ("acts", "0002_history")]

    operations = [
        migrations.CreateModel(
            name="AttributeChange",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("attribute", models.CharField(max_length=64)),
                ("before", models.JSONField(null=True)),
                ("value", models.JSONField(null=True)),
                ("reason", models.TextField()),
                ("changed_on", models.DateField()),
                ("act_id", models.UUIDField(unique=True)),
                (
                    "participant",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="changes",
                        to="parties.participant",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["participant", "id"], name="parties_change_by_participant")],
            },
        ),
        keep_as_history("parties_attributechange"),
    ]
