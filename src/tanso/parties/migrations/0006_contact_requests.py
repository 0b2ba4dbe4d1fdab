"""Wishes for another contact: what was asked for never changes, and its state follows recorded steps."""

import django.db.models.deletion
from django.db import migrations, models
from django.db.models.functions import Now

from tanso.acts.history import application_role, keep_as_history, keep_rows

# For every table whose state follows steps: its table of steps, the column that points back, and the states from which
# nothing leads on.
_STEPS = """
CREATE FUNCTION parties_refuse_untaken_step() RETURNS trigger
LANGUAGE plpgsql
AS $function$
DECLARE
    reached text;
BEGIN
    -- The step is recorded first.
    EXECUTE format('SELECT to_state FROM %I WHERE %I = $1 ORDER BY id DESC LIMIT 1', TG_ARGV[0], TG_ARGV[1])
       INTO reached USING NEW.id;
    IF OLD.state = ANY (string_to_array(TG_ARGV[2], ' ')) OR NEW.state IS DISTINCT FROM reached THEN
        RAISE EXCEPTION '% % cannot become %: no recorded step leads there', TG_TABLE_NAME, NEW.id, NEW.state
            USING ERRCODE = 'AC002';
    END IF;
    RETURN NEW;
END
$function$;
"""


class Migration(migrations.Migration):
    dependencies = [("parties", "0005_contacts")]

    operations = [
        migrations.CreateModel(
            name="ContactRequest",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("asked", models.JSONField()),
                ("salt", models.CharField(max_length=64)),
                ("sha256", models.CharField(max_length=64)),
                ("asked_on", models.DateField()),
                ("act_id", models.UUIDField()),
                ("state", models.CharField(default="waiting", max_length=16)),
                (
                    "participant",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="contact_requests",
                        to="parties.participant",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state", "waiting")),
                        fields=("participant",),
                        name="parties_contact_request_one_waits",
                    )
                ],
                "indexes": [
                    models.Index(fields=["participant", "id"], name="parties_contact_request_order"),
                    models.Index(fields=["state", "id"], name="parties_contact_request_state"),
                ],
            },
        ),
        migrations.CreateModel(
            name="ContactRequestStep",
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
                    "request",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="steps",
                        to="parties.contactrequest",
                    ),
                ),
            ],
            options={"abstract": False},
        ),
        keep_as_history("parties_contactrequeststep"),
        keep_rows("parties_contactrequest"),
        migrations.RunSQL(_STEPS),
        migrations.RunSQL(
            f"REVOKE UPDATE ON parties_contactrequest FROM {application_role()};"
            f"GRANT UPDATE (state) ON parties_contactrequest TO {application_role()};"
            """
CREATE TRIGGER parties_contactrequest_follows_steps
    BEFORE UPDATE OF state ON parties_contactrequest
    FOR EACH ROW WHEN (OLD.state IS DISTINCT FROM NEW.state)
    EXECUTE FUNCTION parties_refuse_untaken_step(
        'parties_contactrequeststep', 'request_id', 'accepted refused withdrawn');
ALTER TABLE parties_contactrequest ENABLE ALWAYS TRIGGER parties_contactrequest_follows_steps;
"""
        ),
    ]
