"""Other names of accounts and sites: what they were called before stays, with the day, the reason and the act."""

import django.db.models.deletion
from django.db import migrations, models

from tanso.acts.history import keep_as_history


class Migration(migrations.Migration):
    dependencies = [
        ("parties", "0010_organisation_changes"),
    ]

    operations = [
        migrations.CreateModel(
            name="NameChange",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("before", models.CharField(max_length=200)),
                ("before_kana", models.CharField(max_length=200)),
                ("name", models.CharField(max_length=200)),
                ("name_kana", models.CharField(max_length=200)),
                ("reason", models.TextField()),
                ("changed_on", models.DateField()),
                ("act_id", models.UUIDField(unique=True)),
                (
                    "participant",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="name_changes",
                        to="parties.participant",
                    ),
                ),
                (
                    "site",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="name_changes",
                        to="parties.site",
                    ),
                ),
            ],
        ),
        migrations.AddIndex(
            model_name="namechange",
            index=models.Index(fields=["participant", "id"], name="parties_name_change_order"),
        ),
        keep_as_history("parties_namechange"),
    ]
