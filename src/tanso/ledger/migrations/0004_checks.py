"""What checks remember. The application may write these tables and deletes nothing; they are no evidence."""

import django.db.models.functions.datetime
from django.db import migrations, models

from tanso.acts.history import keep_rows


class Migration(migrations.Migration):
    dependencies = [("ledger", "0003_freezing")]

    operations = [
        migrations.CreateModel(
            name="Checkpoint",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "account_id", "unit_class_id", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("account_id", models.BigIntegerField()),
                ("unit_class_id", models.BigIntegerField()),
                ("posting_id", models.BigIntegerField()),
                ("quantity", models.BigIntegerField()),
                ("fingerprint", models.DecimalField(decimal_places=0, max_digits=60)),
            ],
            options={"db_table": "ledger_checkpoint"},
        ),
        migrations.CreateModel(
            name="Check",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("is_whole", models.BooleanField()),
                ("posting_id", models.BigIntegerField()),
                ("next_transaction", models.BigIntegerField()),
                ("settled_posting_id", models.BigIntegerField()),
                ("differences", models.IntegerField()),
            ],
            options={"db_table": "ledger_check"},
        ),
        migrations.CreateModel(
            name="Finding",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.CharField(max_length=64)),
                ("account", models.CharField(default="", max_length=64)),
                ("content", models.JSONField()),
                ("found_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("told_at", models.DateTimeField(null=True)),
                ("gone_at", models.DateTimeField(null=True)),
            ],
            options={
                "db_table": "ledger_finding",
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("gone_at", None)), fields=("key",), name="ledger_finding_once"
                    )
                ],
            },
        ),
        keep_rows("ledger_checkpoint", "ledger_check", "ledger_finding"),
    ]
