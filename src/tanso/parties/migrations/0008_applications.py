"""Applications for registration: what was submitted never changes, and the state follows recorded steps."""

import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models

from tanso.acts.history import application_role, keep_as_history, keep_rows

_FOLLOWS_STEPS = """
CREATE FUNCTION parties_refuse_untaken_registration() RETURNS trigger
LANGUAGE plpgsql
AS $function$
BEGIN
    -- A settled application stays settled, and the step is recorded first.
    IF OLD.state NOT IN ('submitted', 'returned') OR NEW.state IS DISTINCT FROM (
        SELECT to_state FROM parties_applicationstep WHERE application_id = NEW.id ORDER BY id DESC LIMIT 1
    ) THEN
        RAISE EXCEPTION 'application % for registration cannot become %: no recorded step leads there', NEW.id, NEW.state
            USING ERRCODE = 'AC002';
    END IF;
    RETURN NEW;
END
$function$;
CREATE TRIGGER parties_application_follows_steps
    BEFORE UPDATE OF state ON parties_application
    FOR EACH ROW WHEN (OLD.state IS DISTINCT FROM NEW.state)
    EXECUTE FUNCTION parties_refuse_untaken_registration();
ALTER TABLE parties_application ENABLE ALWAYS TRIGGER parties_application_follows_steps;
"""


class Migration(migrations.Migration):
    dependencies = [("parties", "0007_sign_in"), ("acts", "0002_history")]

    operations = [
        migrations.CreateModel(
            name="AdoptionList",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("scheme", models.CharField(max_length=64)),
                ("phase", models.IntegerField()),
                ("loaded_on", models.DateField()),
                ("act_id", models.UUIDField(unique=True)),
            ],
            options={
                "indexes": [models.Index(fields=["scheme", "phase", "-id"], name="parties_adoption_by_phase")],
            },
        ),
        migrations.CreateModel(
            name="Application",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("scheme", models.CharField(max_length=64)),
                ("kind", models.CharField(max_length=32)),
                ("phase", models.IntegerField(null=True)),
                ("version", models.IntegerField()),
                ("content_hash", models.CharField(max_length=64)),
                ("state", models.CharField(default="submitted", max_length=16)),
                ("first_submitted_on", models.DateField()),
                ("submitted_on", models.DateField()),
            ],
            options={
                "indexes": [
                    models.Index(fields=["scheme", "state", "-id"], name="parties_application_by_state"),
                    models.Index(fields=["scheme", "-id"], name="parties_application_latest"),
                ],
            },
        ),
        migrations.CreateModel(
            name="AdoptionEntry",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("organisation", models.CharField(max_length=200)),
                ("organisation_key", models.CharField(max_length=400)),
                ("site", models.CharField(max_length=200)),
                ("site_key", models.CharField(max_length=400)),
                ("reduction_target_t", models.BigIntegerField()),
                (
                    "adoption_list",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="entries", to="parties.adoptionlist"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("adoption_list", "site_key", "organisation_key"), name="parties_adoption_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("reduction_target_t__gte", 0)), name="parties_adoption_target_not_negative"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ApplicationDraft",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("scheme", models.CharField(max_length=64)),
                ("kind", models.CharField(max_length=32)),
                ("phase", models.IntegerField(null=True)),
                ("token_hash", models.CharField(max_length=64, unique=True)),
                ("content", models.JSONField(default=dict)),
                ("expires_on", models.DateField()),
                (
                    "application",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="draft",
                        to="parties.application",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("application", None)), fields=["expires_on"], name="parties_draft_by_expiry"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ApplicationHolder",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("place", models.IntegerField()),
                (
                    "application",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="holders", to="parties.application"
                    ),
                ),
                (
                    "participant",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="application",
                        to="parties.participant",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("application", "place"), name="parties_application_holder")
                ],
            },
        ),
        migrations.CreateModel(
            name="ApplicationPaper",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("paper", models.CharField(max_length=32)),
                ("version", models.IntegerField()),
                ("arrived_on", models.DateField()),
                ("act_id", models.UUIDField(unique=True)),
                (
                    "application",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="papers", to="parties.application"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("application", "paper", "version"), name="parties_application_paper"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ApplicationStep",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("operation", models.CharField(max_length=64)),
                ("to_state", models.CharField(max_length=16)),
                ("act_id", models.UUIDField()),
                ("actor_login", models.CharField(max_length=150)),
                ("actor_role", models.CharField(max_length=16)),
                ("day", models.DateField()),
                ("note", models.TextField(default="")),
                ("recorded_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                (
                    "application",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="steps", to="parties.application"
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["application", "-id"], name="parties_application_step")],
            },
        ),
        migrations.CreateModel(
            name="ApplicationVersion",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.IntegerField()),
                ("content", models.JSONField()),
                ("content_hash", models.CharField(max_length=64)),
                ("submitted_on", models.DateField()),
                ("act_id", models.UUIDField(unique=True)),
                (
                    "application",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="versions", to="parties.application"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("application", "number"), name="parties_application_version")
                ],
            },
        ),
        keep_as_history(
            "parties_applicationversion",
            "parties_applicationstep",
            "parties_applicationpaper",
            "parties_applicationholder",
            "parties_adoptionlist",
            "parties_adoptionentry",
        ),
        keep_rows("parties_application"),
        migrations.RunSQL(
            f"REVOKE UPDATE ON parties_application FROM {application_role()};"
            f"GRANT UPDATE (state, version, content_hash, submitted_on) ON parties_application TO {application_role()};"
        ),
        migrations.RunSQL(_FOLLOWS_STEPS),
    ]
