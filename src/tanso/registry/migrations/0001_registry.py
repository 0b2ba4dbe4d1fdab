import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("parties", "0001_parties"),
    ]

    operations = [
        migrations.CreateModel(
            name="BankingApplication",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("scheme", models.CharField(max_length=64)),
                ("account_id", models.BigIntegerField()),
                ("applied_on", models.DateField()),
                ("applied_act_id", models.UUIDField()),
                ("approved_on", models.DateField(null=True)),
                ("approved_act_id", models.UUIDField(null=True)),
            ],
            options={
                "indexes": [
                    models.Index(fields=["account_id", "applied_on"], name="registry_banking_by_account"),
                    models.Index(
                        condition=models.Q(("approved_on", None)),
                        fields=["scheme", "id"],
                        name="registry_banking_waiting",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="EvidenceUse",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("scheme", models.CharField(max_length=64)),
                ("reference", models.CharField(max_length=200)),
                ("kind", models.CharField(max_length=64)),
                ("as_given", models.CharField(max_length=200)),
                ("act_id", models.UUIDField()),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("scheme", "reference"), name="registry_evidence_once")],
            },
        ),
        migrations.CreateModel(
            name="Obligation",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("phase", models.IntegerField()),
                ("fiscal_year", models.IntegerField()),
                ("account_id", models.BigIntegerField()),
                (
                    "participant",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="obligations",
                        to="parties.participant",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="ComplianceStatement",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("status", models.CharField(max_length=32)),
                ("stated_on", models.DateField()),
                ("emissions_t", models.BigIntegerField(null=True)),
                ("surrendered_t", models.BigIntegerField()),
                ("act_id", models.UUIDField()),
                ("recorded_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                (
                    "obligation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="statements", to="registry.obligation"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Surrender",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("journal_id", models.BigIntegerField(unique=True)),
                ("act_id", models.UUIDField()),
                (
                    "obligation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="surrenders", to="registry.obligation"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Allocation",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("unit_class_id", models.BigIntegerField()),
                ("quantity_t", models.BigIntegerField()),
                ("act_id", models.UUIDField()),
                (
                    "participant",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="allocations",
                        to="parties.participant",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("participant", "unit_class_id"), name="registry_allocation_once"),
                    models.CheckConstraint(
                        condition=models.Q(("quantity_t__gt", 0)), name="registry_allocation_positive"
                    ),
                ],
            },
        ),
        migrations.AddConstraint(
            model_name="obligation",
            constraint=models.UniqueConstraint(
                fields=("participant", "fiscal_year"), name="registry_obligation_one_a_year"
            ),
        ),
    ]
