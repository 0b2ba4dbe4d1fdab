"""Changes of the tables that change leave a trail, by trigger. The tables name themselves (`history.leave_trail`)."""

from django.db import migrations, models
from django.db.models.functions import Now

from tanso.acts.history import LEAVE_TRAIL, application_role, keep_as_history


class Migration(migrations.Migration):
    dependencies = [("acts", "0004_dated_overrides")]

    operations = [
        migrations.CreateModel(
            name="ChangeRecord",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField(db_default=Now())),
                ("relation", models.CharField(max_length=64)),
                ("row", models.CharField(max_length=200)),
                ("kind", models.CharField(max_length=6)),
                ("before", models.JSONField(null=True)),
                ("after", models.JSONField(null=True)),
                ("login", models.CharField(max_length=150)),
                ("act_id", models.UUIDField(null=True)),
                ("database_role", models.CharField(max_length=64)),
            ],
            options={
                "db_table": "acts_change",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ("INSERT", "UPDATE", "DELETE"))), name="acts_change_kind"
                    )
                ],
                "indexes": [
                    models.Index(fields=["relation", "row", "-id"], name="acts_change_by_row"),
                    models.Index(fields=["login", "-id"], name="acts_change_by_login"),
                    models.Index(fields=["act_id"], name="acts_change_by_act"),
                ],
            },
        ),
        keep_as_history("acts_change"),
        # Rows come from the trigger's function alone, so that nobody writes a trail of his own.
        migrations.RunSQL(f"REVOKE INSERT ON acts_change FROM {application_role()};"),
        migrations.RunSQL(LEAVE_TRAIL),
    ]
