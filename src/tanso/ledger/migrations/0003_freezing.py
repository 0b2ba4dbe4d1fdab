"""Accounts can be frozen, in whole or for single operations, with a reason and a day on which it ends."""

import django.contrib.postgres.fields
from django.db import migrations, models

from tanso.ledger.migrations.sql import run_file


def _columns(model: str) -> list[migrations.AddField]:
    operations = django.contrib.postgres.fields.ArrayField(models.CharField(max_length=64), db_default=[], default=list)
    return [
        migrations.AddField(model, "restricted", operations),
        migrations.AddField(model, "reason", models.TextField(db_default="", default="")),
        migrations.AddField(model, "until", models.DateField(null=True)),
    ]


class Migration(migrations.Migration):
    dependencies = [("ledger", "0002_segments")]

    operations = [
        *_columns("account"),
        *_columns("accountevent"),
        migrations.AddIndex(
            "account",
            models.Index(
                fields=["scheme", "until"], condition=models.Q(("until__isnull", False)), name="ledger_account_until"
            ),
        ),
        run_file("0003_freezing.sql"),
    ]
