"""Applications for units: what was applied for never changes, and its state follows recorded steps."""

import django.db.models.deletion
from django.db import migrations, models
from django.db.models.functions import Now

from tanso.acts.history import application_role, keep_as_history, keep_rows


class Migration(migrations.Migration):
    dependencies = [("registry", "0003_yearly"), ("emissions", "0003_yearly"), ("parties", "0002_history")]

    operations = [
        migrations.CreateModel(
            name="UnitApplication",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("scheme", models.CharField(max_length=64)),
                ("account_id", models.BigIntegerField()),
                ("unit", models.CharField(max_length=64)),
                ("quantity_t", models.BigIntegerField()),
                ("kind", models.CharField(max_length=64)),
                ("reference", models.CharField(max_length=200)),
                ("as_given", models.CharField(max_length=200)),
                ("evidence_account", models.CharField(default="", max_length=200)),
                ("evidence_serials", models.TextField(default="")),
                ("evidence_day", models.DateField(null=True)),
                ("document_kind", models.CharField(max_length=8)),
                ("applied_on", models.DateField()),
                ("act_id", models.UUIDField()),
                ("state", models.CharField(default="waiting", max_length=16)),
                (
                    "document",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="emissions.file"),
                ),
                (
                    "participant",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="unit_applications",
                        to="parties.participant",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["scheme", "state", "id"], name="registry_application_by_state"),
                    models.Index(fields=["account_id", "id"], name="registry_application_account"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("quantity_t__gt", 0)), name="registry_application_positive"
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("state__in", ("waiting", "issued"))),
                        fields=("scheme", "reference"),
                        name="registry_application_reference",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="UnitApplicationStep",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("operation", models.CharField(max_length=64)),
                ("to_state", models.CharField(max_length=16)),
                ("act_id", models.UUIDField()),
                ("actor_login", models.CharField(max_length=150)),
                ("actor_role", models.CharField(max_length=16)),
                ("day", models.DateField()),
                ("note", models.TextField(default="")),
                ("recorded_at", models.DateTimeField(db_default=Now())),
                (
                    "application",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="steps",
                        to="registry.unitapplication",
                    ),
                ),
            ],
        ),
        keep_as_history("registry_unitapplicationstep"),
        keep_rows("registry_unitapplication"),
        migrations.RunSQL(
            f"REVOKE UPDATE ON registry_unitapplication FROM {application_role()};"
            f"GRANT UPDATE (state) ON registry_unitapplication TO {application_role()};"
        ),
        migrations.RunSQL("""
CREATE FUNCTION registry_refuse_untaken_step() RETURNS trigger
LANGUAGE plpgsql
AS $function$
BEGIN
    -- A settled application stays settled, and the step is recorded first.
    IF OLD.state <> 'waiting' OR NEW.state IS DISTINCT FROM (
        SELECT to_state FROM registry_unitapplicationstep WHERE application_id = NEW.id ORDER BY id DESC LIMIT 1
    ) THEN
        RAISE EXCEPTION 'application % cannot become %: no recorded step leads there', NEW.id, NEW.state
            USING ERRCODE = 'AC002';
    END IF;
    RETURN NEW;
END
$function$;
CREATE TRIGGER registry_application_follows_steps
    BEFORE UPDATE OF state ON registry_unitapplication
    FOR EACH ROW WHEN (OLD.state IS DISTINCT FROM NEW.state)
    EXECUTE FUNCTION registry_refuse_untaken_step();
ALTER TABLE registry_unitapplication ENABLE ALWAYS TRIGGER registry_application_follows_steps;
"""),
    ]
