"""Contacts of participants, each as a recorded change left it; readings and addresses of sites."""

import django.db.models.deletion
from django.db import migrations, models

from tanso.acts.history import keep_as_history, keep_rows

_FOLLOWS_A_CHANGE = """
CREATE FUNCTION parties_refuse_unrecorded_contact() RETURNS trigger
LANGUAGE plpgsql
AS $function$
BEGIN
    -- The change is recorded first, and says the same.
    IF NOT EXISTS (
        SELECT FROM parties_contactchange
         WHERE participant_id = NEW.participant_id AND act_id = NEW.act_id
           AND after -> 'contact' = to_jsonb(NEW) - ARRAY['id', 'participant_id', 'since', 'act_id']
    ) THEN
        RAISE EXCEPTION 'contact of participant % follows no recorded change', NEW.participant_id
            USING ERRCODE = 'AC002';
    END IF;
    RETURN NEW;
END
$function$;
CREATE TRIGGER parties_contact_follows_changes
    BEFORE INSERT OR UPDATE ON parties_contact
    FOR EACH ROW EXECUTE FUNCTION parties_refuse_unrecorded_contact();
ALTER TABLE parties_contact ENABLE ALWAYS TRIGGER parties_contact_follows_changes;
"""


class Migration(migrations.Migration):
    dependencies = [("parties", "0004_names")]

    operations = [
        migrations.AddField(
            model_name="site", name="name_kana", field=models.CharField(db_default="", default="", max_length=200)
        ),
        migrations.AddField(
            model_name="site", name="postcode", field=models.CharField(db_default="", default="", max_length=8)
        ),
        migrations.AddField(
            model_name="site", name="address", field=models.CharField(db_default="", default="", max_length=300)
        ),
        migrations.CreateModel(
            name="Contact",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("company", models.CharField(max_length=200)),
                ("department", models.CharField(max_length=200)),
                ("title", models.CharField(max_length=100)),
                ("person", models.CharField(max_length=100)),
                ("person_kana", models.CharField(max_length=200)),
                ("postcode", models.CharField(max_length=8)),
                ("address", models.CharField(max_length=300)),
                ("telephone", models.CharField(max_length=30)),
                ("fax", models.CharField(max_length=30)),
                ("since", models.DateField()),
                ("act_id", models.UUIDField()),
                (
                    "participant",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="contact",
                        to="parties.participant",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="ContactChange",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("before", models.JSONField(null=True)),
                ("after", models.JSONField()),
                ("changed_on", models.DateField()),
                ("act_id", models.UUIDField()),
                (
                    "participant",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="contact_changes",
                        to="parties.participant",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("participant", "act_id"), name="parties_contact_change_of_act")
                ],
                "indexes": [models.Index(fields=["participant", "id"], name="parties_contact_change_order")],
            },
        ),
        keep_as_history("parties_contactchange"),
        keep_rows("parties_contact"),
        migrations.RunSQL(_FOLLOWS_A_CHANGE),
    ]
