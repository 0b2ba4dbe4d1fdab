"""Who looked at whose data, and how often somebody tried something."""

import django.contrib.postgres.fields
import django.contrib.postgres.indexes
from django.db import migrations, models
from django.db.models.functions import Now

from tanso.acts.history import application_role

KEEP_LOOKS = f"""
CREATE FUNCTION web_keep_look() RETURNS trigger
LANGUAGE plpgsql
AS $function$
BEGIN
    IF OLD.at > now() - interval '365 days' THEN
        RAISE EXCEPTION 'DELETE of % refused: a look is kept for a year at least', TG_TABLE_NAME
            USING ERRCODE = 'AC001';
    END IF;
    RETURN OLD;
END
$function$;
CREATE TRIGGER web_look_is_history
    BEFORE UPDATE OR TRUNCATE ON web_look
    FOR EACH STATEMENT EXECUTE FUNCTION acts_refuse_change();
ALTER TABLE web_look ENABLE ALWAYS TRIGGER web_look_is_history;
CREATE TRIGGER web_look_is_kept
    BEFORE DELETE ON web_look
    FOR EACH ROW EXECUTE FUNCTION web_keep_look();
ALTER TABLE web_look ENABLE ALWAYS TRIGGER web_look_is_kept;
REVOKE UPDATE, TRUNCATE ON web_look FROM {application_role()};
"""


class Migration(migrations.Migration):
    initial = True

    dependencies = [("acts", "0004_dated_overrides")]

    operations = [
        migrations.CreateModel(
            name="Look",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField(db_default=Now())),
                ("day", models.DateField()),
                ("scheme", models.CharField(max_length=64)),
                ("login", models.CharField(max_length=150)),
                ("role", models.CharField(max_length=16)),
                ("page", models.CharField(max_length=64)),
                ("path", models.CharField(max_length=500)),
                (
                    "participants",
                    django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=100), size=None),
                ),
                ("status", models.SmallIntegerField()),
                ("address", models.CharField(max_length=45)),
            ],
            options={
                "indexes": [
                    models.Index(fields=["scheme", "-id"], name="web_look_by_scheme"),
                    models.Index(fields=["scheme", "login", "-id"], name="web_look_by_login"),
                    models.Index(fields=["at"], name="web_look_by_instant"),
                    django.contrib.postgres.indexes.GinIndex(fields=["participants"], name="web_look_by_participant"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Attempt",
            fields=[
                ("who", models.CharField(max_length=64, primary_key=True, serialize=False)),
                ("until", models.DateTimeField()),
                ("count", models.IntegerField()),
            ],
            options={"indexes": [models.Index(fields=["until"], name="web_attempt_by_end")]},
        ),
        migrations.RunSQL(KEEP_LOOKS),
    ]
