"""The tables of the ledger, then what guards them: functions that may write, triggers that refuse, grants."""

import django.contrib.postgres.fields
import django.contrib.postgres.fields.ranges
import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models

from tanso.ledger.migrations.sql import run_file


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Holder",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("external_key", models.CharField(max_length=200, unique=True)),
            ],
        ),
        migrations.CreateModel(
            name="NumberSeries",
            fields=[
                ("number_format", models.CharField(max_length=64, primary_key=True, serialize=False)),
                ("next_number", models.BigIntegerField()),
            ],
            options={"db_table": "ledger_number_series"},
        ),
        migrations.CreateModel(
            name="Account",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.CharField(max_length=64, unique=True)),
                ("scheme", models.CharField(max_length=64)),
                ("kind", models.CharField(max_length=64)),
                ("role", models.CharField(default="holding", max_length=32)),
                ("opened_on", models.DateField()),
                ("status", models.CharField(max_length=16)),
                (
                    "holder",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="accounts",
                        to="ledger.holder",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Holding",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "account_id", "unit_class_id", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("account_id", models.BigIntegerField()),
                ("unit_class_id", models.BigIntegerField()),
                ("quantity", models.BigIntegerField()),
                (
                    "queue",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=django.contrib.postgres.fields.ranges.BigIntegerRangeField(), size=None
                    ),
                ),
            ],
            options={
                "db_table": "ledger_holding",
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("quantity__gte", 0)), name="ledger_holding_not_negative")
                ],
            },
        ),
        migrations.CreateModel(
            name="Journal",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("act_id", models.UUIDField()),
                ("from_account_id", models.BigIntegerField()),
                ("to_account_id", models.BigIntegerField()),
                ("unit_class_id", models.BigIntegerField()),
                ("quantity", models.BigIntegerField()),
                (
                    "serials",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=django.contrib.postgres.fields.ranges.BigIntegerRangeField(), size=None
                    ),
                ),
                ("valid_day", models.DateField()),
                ("recorded_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
            ],
            options={
                "db_table": "ledger_journal",
                "indexes": [
                    models.Index(fields=["from_account_id", "valid_day"], name="ledger_journal_from"),
                    models.Index(fields=["to_account_id", "valid_day"], name="ledger_journal_to"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("quantity__gte", 1)), name="ledger_journal_quantity_positive"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("from_account_id", models.F("to_account_id")), _negated=True),
                        name="ledger_journal_two_accounts",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="UnitClass",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("scheme", models.CharField(max_length=64)),
                ("unit_type", models.CharField(max_length=64)),
                ("phase", models.IntegerField(null=True)),
                ("origin", models.CharField(blank=True, default="", max_length=200)),
                ("next_serial", models.BigIntegerField(db_default=1)),
            ],
            options={
                "db_table": "ledger_unit_class",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("scheme", "unit_type", "phase", "origin"),
                        name="ledger_unit_class_defined_once",
                        nulls_distinct=False,
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("next_serial__gte", 1)), name="ledger_unit_class_serials_from_one"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="AccountEvent",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("day", models.DateField()),
                ("kind", models.CharField(max_length=64)),
                ("status", models.CharField(max_length=16)),
                ("act_id", models.UUIDField()),
                ("at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                (
                    "account",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="events",
                        to="ledger.account",
                    ),
                ),
            ],
            options={
                "db_table": "ledger_account_event",
                "indexes": [models.Index(fields=["account", "id"], name="ledger_account_event_history")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("status__in", ("open", "frozen", "closed"))),
                        name="ledger_account_event_status_known",
                    )
                ],
            },
        ),
        migrations.AddIndex(
            model_name="account",
            index=models.Index(fields=["scheme", "role"], name="ledger_account_by_role"),
        ),
        migrations.AddConstraint(
            model_name="account",
            constraint=models.CheckConstraint(
                condition=models.Q(("status__in", ("open", "frozen", "closed"))), name="ledger_account_status_known"
            ),
        ),
        run_file("0001_1_guards.sql"),
        run_file("0001_2_accounts.sql"),
        run_file("0001_3_posting.sql"),
        run_file("0001_4_grants.sql"),
    ]
