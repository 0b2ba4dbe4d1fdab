"""Objections and disputes: what was filed and written never changes, and the state follows recorded steps."""

import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models

from tanso.acts.history import application_role, keep_as_history, keep_rows, leave_trail


class Migration(migrations.Migration):
    dependencies = [
        ("emissions", "0006_attachments"),
        ("parties", "0010_organisation_changes"),
        ("registry", "0009_trail"),
    ]

    operations = [
        migrations.CreateModel(
            name="Objection",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("scheme", models.CharField(max_length=64)),
                ("decision", models.UUIDField()),
                ("operation", models.CharField(max_length=64)),
                ("decided_on", models.DateField()),
                ("about_emissions", models.BooleanField()),
                ("text", models.TextField()),
                ("salt", models.CharField(max_length=64)),
                ("document_kind", models.CharField(default="", max_length=8)),
                ("filed_on", models.DateField()),
                ("decide_by", models.DateField()),
                ("act_id", models.UUIDField()),
                ("state", models.CharField(default="filed", max_length=16)),
                (
                    "against",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="disputes",
                        to="parties.participant",
                    ),
                ),
                (
                    "document",
                    models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, to="emissions.file"),
                ),
                (
                    "participant",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="objections", to="parties.participant"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="ObjectionPaper",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("text", models.TextField()),
                ("salt", models.CharField(max_length=64)),
                ("document_kind", models.CharField(default="", max_length=8)),
                ("day", models.DateField()),
                ("act_id", models.UUIDField()),
                (
                    "document",
                    models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, to="emissions.file"),
                ),
                (
                    "objection",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="papers", to="registry.objection"
                    ),
                ),
                (
                    "participant",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="objection_papers",
                        to="parties.participant",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="ObjectionStep",
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
                ("corrects_by", models.UUIDField(null=True)),
                (
                    "objection",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="steps", to="registry.objection"
                    ),
                ),
            ],
        ),
        migrations.AddIndex(
            model_name="objection",
            index=models.Index(fields=["scheme", "state", "id"], name="registry_objection_by_state"),
        ),
        migrations.AddIndex(
            model_name="objection",
            index=models.Index(fields=["participant", "id"], name="registry_objection_by_party"),
        ),
        migrations.AddIndex(
            model_name="objection",
            index=models.Index(fields=["against", "id"], name="registry_objection_against"),
        ),
        migrations.AddConstraint(
            model_name="objection",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "withdrawn"), _negated=True),
                fields=("participant", "decision"),
                name="registry_objection_once",
            ),
        ),
        keep_as_history("registry_objectionpaper", "registry_objectionstep"),
        keep_rows("registry_objection"),
        leave_trail("registry_objection", hidden=("text", "salt")),
        migrations.RunSQL(
            f"REVOKE UPDATE ON registry_objection FROM {application_role()};"
            f"GRANT UPDATE (state) ON registry_objection TO {application_role()};"
            """
CREATE TRIGGER registry_objection_follows_steps
    BEFORE UPDATE OF state ON registry_objection
    FOR EACH ROW WHEN (OLD.state IS DISTINCT FROM NEW.state)
    EXECUTE FUNCTION parties_refuse_untaken_step(
        'registry_objectionstep', 'objection_id', 'upheld rejected withdrawn');
ALTER TABLE registry_objection ENABLE ALWAYS TRIGGER registry_objection_follows_steps;
"""
        ),
    ]
