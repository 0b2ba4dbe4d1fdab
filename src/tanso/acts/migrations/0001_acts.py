import django.db.models.deletion
import django.db.models.expressions
import django.db.models.functions.datetime
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.RunSQL("CREATE SEQUENCE acts_sequence"),
        migrations.CreateModel(
            name="DecisionRecord",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("scheme", models.CharField(max_length=64)),
                ("operation", models.CharField(max_length=64)),
                ("context_hash", models.CharField(max_length=64)),
                ("context", models.JSONField()),
                ("allowed", models.BooleanField()),
                ("findings", models.JSONField()),
                ("recorded_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
            ],
        ),
        migrations.CreateModel(
            name="RulebookText",
            fields=[
                ("version", models.CharField(max_length=64, primary_key=True, serialize=False)),
                ("scheme", models.CharField(max_length=64)),
                ("content", models.JSONField()),
                ("recorded_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
            ],
        ),
        migrations.CreateModel(
            name="TimePassed",
            fields=[
                ("scheme", models.CharField(max_length=64, primary_key=True, serialize=False)),
                ("through", models.DateField()),
            ],
        ),
        migrations.CreateModel(
            name="ActRecord",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("scheme", models.CharField(max_length=64)),
                ("operation", models.CharField(max_length=64)),
                ("arguments", models.JSONField()),
                ("content_hash", models.CharField(max_length=64)),
                ("actor_role", models.CharField(max_length=16)),
                ("actor_login", models.CharField(max_length=150)),
                ("actor_participant", models.CharField(default="", max_length=100)),
                ("day", models.DateField()),
                ("status", models.CharField(max_length=16)),
                ("findings", models.JSONField()),
                ("result", models.JSONField()),
                ("recorded_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                (
                    "sequence",
                    models.BigIntegerField(
                        db_default=django.db.models.expressions.RawSQL("nextval('acts_sequence')", ()), unique=True
                    ),
                ),
                (
                    "proposal",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="approvals",
                        to="acts.actrecord",
                    ),
                ),
                (
                    "decision",
                    models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, to="acts.decisionrecord"),
                ),
            ],
        ),
        migrations.CreateModel(
            name="DemonstrationDay",
            fields=[
                ("only", models.BooleanField(default=True, primary_key=True, serialize=False)),
                ("today", models.DateField()),
                ("notice", models.JSONField()),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("only", True)), name="acts_one_demonstration_day")
                ],
            },
        ),
        migrations.CreateModel(
            name="OutboxMessage",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("scheme", models.CharField(max_length=64)),
                ("event", models.CharField(max_length=64)),
                ("payload", models.JSONField()),
                ("day", models.DateField()),
                ("delivered_at", models.DateTimeField(null=True)),
                ("act", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="acts.actrecord")),
            ],
        ),
        migrations.CreateModel(
            name="ParameterOverride",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("scheme", models.CharField(max_length=64)),
                ("parameter", models.CharField(max_length=100)),
                ("value", models.JSONField()),
                ("reason", models.TextField()),
                ("act", models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, to="acts.actrecord")),
            ],
        ),
        migrations.AddField(
            model_name="decisionrecord",
            name="rulebook",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="acts.rulebooktext"),
        ),
        migrations.AddIndex(
            model_name="actrecord",
            index=models.Index(fields=["scheme", "sequence"], name="acts_act_by_scheme"),
        ),
        migrations.AddIndex(
            model_name="actrecord",
            index=models.Index(fields=["scheme", "status", "operation", "sequence"], name="acts_act_by_status"),
        ),
        migrations.AddIndex(
            model_name="actrecord",
            index=models.Index(fields=["scheme", "actor_participant", "sequence"], name="acts_act_by_participant"),
        ),
        migrations.AddConstraint(
            model_name="actrecord",
            constraint=models.CheckConstraint(
                condition=models.Q(("status__in", ("done", "proposed", "refused"))), name="acts_act_status_known"
            ),
        ),
        migrations.AddConstraint(
            model_name="actrecord",
            constraint=models.UniqueConstraint(
                condition=models.Q(("status", "done")), fields=("proposal",), name="acts_proposal_settled_once"
            ),
        ),
        migrations.AddIndex(
            model_name="outboxmessage",
            index=models.Index(condition=models.Q(("delivered_at", None)), fields=["id"], name="acts_outbox_waiting"),
        ),
        migrations.AddIndex(
            model_name="parameteroverride",
            index=models.Index(fields=["scheme", "id"], name="acts_override_by_scheme"),
        ),
        migrations.AddConstraint(
            model_name="decisionrecord",
            constraint=models.UniqueConstraint(
                fields=("rulebook", "operation", "context_hash"), name="acts_decision_one_per_context"
            ),
        ),
    ]
