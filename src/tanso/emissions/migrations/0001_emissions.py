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
            name="File",
            fields=[
                ("sha256", models.CharField(max_length=64, primary_key=True, serialize=False)),
                ("content", models.BinaryField()),
                ("received_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
            ],
        ),
        migrations.CreateModel(
            name="Report",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("year", models.CharField(max_length=16)),
                ("fiscal_year", models.IntegerField()),
                ("state", models.CharField(max_length=32)),
                ("emissions_t", models.BigIntegerField(null=True)),
                ("verified_t", models.BigIntegerField(null=True)),
                ("opinion", models.CharField(default="", max_length=16)),
                ("settled_on", models.DateField(null=True)),
                (
                    "participant",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="reports", to="parties.participant"
                    ),
                ),
                (
                    "verifier",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="assigned_reports",
                        to="parties.participant",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="ReportStep",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("operation", models.CharField(max_length=64)),
                ("from_state", models.CharField(max_length=32)),
                ("to_state", models.CharField(max_length=32)),
                ("act_id", models.UUIDField()),
                ("actor_login", models.CharField(max_length=150)),
                ("actor_role", models.CharField(max_length=16)),
                ("day", models.DateField()),
                ("note", models.TextField(default="")),
                ("recorded_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                (
                    "report",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="steps", to="emissions.report"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="ReportVersion",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.IntegerField()),
                ("emissions_t", models.BigIntegerField()),
                ("act_id", models.UUIDField()),
                ("registered_on", models.DateField()),
                (
                    "report",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="versions", to="emissions.report"
                    ),
                ),
                (
                    "workbook",
                    models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, to="emissions.file"),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Verification",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("emissions_t", models.BigIntegerField()),
                ("opinion", models.CharField(max_length=16)),
                ("act_id", models.UUIDField()),
                ("filed_on", models.DateField()),
                (
                    "report",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="verifications", to="emissions.report"
                    ),
                ),
                ("verifier", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="parties.participant")),
                (
                    "version",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="emissions.reportversion"),
                ),
            ],
        ),
        migrations.AddIndex(
            model_name="report",
            index=models.Index(fields=["state"], name="emissions_report_by_state"),
        ),
        migrations.AddConstraint(
            model_name="report",
            constraint=models.UniqueConstraint(fields=("participant", "year"), name="emissions_report_one_a_year"),
        ),
        migrations.AddConstraint(
            model_name="report",
            constraint=models.CheckConstraint(
                condition=models.Q(("emissions_t", None), ("emissions_t__gte", 0), _connector="OR"),
                name="emissions_report_not_negative",
            ),
        ),
        migrations.AddConstraint(
            model_name="reportversion",
            constraint=models.UniqueConstraint(fields=("report", "number"), name="emissions_version_number"),
        ),
    ]
