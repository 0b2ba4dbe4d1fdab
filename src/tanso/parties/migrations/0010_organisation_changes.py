"""Changes of the names of corporations: announced, sent in on paper, accepted; what they were called stays."""

import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models

from tanso.acts.history import application_role, keep_as_history, keep_rows, leave_trail


class Migration(migrations.Migration):
    dependencies = [
        ("parties", "0009_trail"),
    ]

    operations = [
        migrations.CreateModel(
            name="OrganisationChange",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=200)),
                ("name_kana", models.CharField(max_length=200)),
                ("from_day", models.DateField()),
                ("announced_on", models.DateField()),
                ("arrived_on", models.DateField(null=True)),
                ("act_id", models.UUIDField()),
                ("state", models.CharField(default="announced", max_length=16)),
                (
                    "participant",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="organisation_changes",
                        to="parties.participant",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="OrganisationChangeStep",
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
                    "change",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="steps",
                        to="parties.organisationchange",
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="OrganisationName",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("before", models.CharField(max_length=200)),
                ("before_kana", models.CharField(max_length=200)),
                ("name", models.CharField(max_length=200)),
                ("name_kana", models.CharField(max_length=200)),
                ("from_day", models.DateField()),
                ("act_id", models.UUIDField()),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="names", to="parties.organisation"
                    ),
                ),
            ],
        ),
        migrations.AddIndex(
            model_name="organisationchange",
            index=models.Index(fields=["participant", "id"], name="parties_org_change_order"),
        ),
        migrations.AddIndex(
            model_name="organisationchange",
            index=models.Index(fields=["state", "id"], name="parties_org_change_state"),
        ),
        migrations.AddConstraint(
            model_name="organisationchange",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state__in", ("announced", "arrived"))),
                fields=("participant",),
                name="parties_organisation_change_one_waits",
            ),
        ),
        migrations.AddIndex(
            model_name="organisationname",
            index=models.Index(fields=["organisation", "id"], name="parties_organisation_names"),
        ),
        keep_as_history("parties_organisationchangestep", "parties_organisationname"),
        keep_rows("parties_organisationchange"),
        leave_trail("parties_organisationchange"),
        migrations.RunSQL(
            f"REVOKE UPDATE ON parties_organisationchange FROM {application_role()};"
            f"GRANT UPDATE (state, arrived_on) ON parties_organisationchange TO {application_role()};"
            """
CREATE TRIGGER parties_organisationchange_follows_steps
    BEFORE UPDATE OF state ON parties_organisationchange
    FOR EACH ROW WHEN (OLD.state IS DISTINCT FROM NEW.state)
    EXECUTE FUNCTION parties_refuse_untaken_step(
        'parties_organisationchangestep', 'change_id', 'accepted refused withdrawn');
ALTER TABLE parties_organisationchange ENABLE ALWAYS TRIGGER parties_organisationchange_follows_steps;
"""
        ),
    ]
