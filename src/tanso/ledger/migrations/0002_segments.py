"""Serials as flat pairs, queues in segments, one posting function for one and for many (sql/0002_*.sql)."""

import django.contrib.postgres.fields
from django.db import migrations, models

from tanso.ledger.migrations.sql import run_file

_SERIALS = django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), size=None)


class Migration(migrations.Migration):
    dependencies = [("ledger", "0001_ledger")]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[run_file("0002_1_storage.sql")],
            state_operations=[
                migrations.CreateModel(
                    name="Segment",
                    fields=[
                        (
                            "pk",
                            models.CompositePrimaryKey(
                                "account_id",
                                "unit_class_id",
                                "number",
                                blank=True,
                                editable=False,
                                primary_key=True,
                                serialize=False,
                            ),
                        ),
                        ("account_id", models.BigIntegerField()),
                        ("unit_class_id", models.BigIntegerField()),
                        ("number", models.BigIntegerField()),
                        ("serials", _SERIALS),
                    ],
                    options={"db_table": "ledger_segment"},
                ),
                migrations.AlterField("journal", "serials", _SERIALS),
                migrations.AddField("journal", "reverses_id", models.BigIntegerField(null=True)),
                migrations.AddConstraint(
                    "journal",
                    models.UniqueConstraint(
                        fields=("reverses_id",),
                        condition=models.Q(("reverses_id__isnull", False)),
                        name="ledger_journal_reversed_once",
                    ),
                ),
                migrations.RenameField("holding", "queue", "head"),
                migrations.AlterField("holding", "head", _SERIALS),
                migrations.AddField("holding", "tail", _SERIALS),
                migrations.AddField("holding", "first_segment", models.BigIntegerField()),
                migrations.AddField("holding", "next_segment", models.BigIntegerField()),
            ],
        ),
        run_file("0002_2_posting.sql"),
        run_file("0002_3_guards.sql"),
    ]
