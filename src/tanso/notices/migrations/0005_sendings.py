"""What becomes of mails that have an address: one row a mail, which changes with each attempt and is never deleted."""

import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models

from tanso.acts.history import keep_rows


class Migration(migrations.Migration):
    dependencies = [("notices", "0004_outsiders")]

    operations = [
        migrations.CreateModel(
            name="Sending",
            fields=[
                (
                    "mail",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="sending",
                        serialize=False,
                        to="notices.mail",
                    ),
                ),
                ("address", models.CharField(max_length=254)),
                ("state", models.CharField(db_default="waiting", max_length=8)),
                ("attempts", models.IntegerField(db_default=0)),
                ("next_attempt_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("attempted_at", models.DateTimeField(null=True)),
                ("sent_at", models.DateTimeField(null=True)),
                ("message_id", models.CharField(db_default="", max_length=200)),
                ("error", models.TextField(db_default="")),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("sent_at__isnull", False), ("state", "sent")),
                            models.Q(("sent_at", None), ("state__in", ("waiting", "failed"))),
                            _connector="OR",
                        ),
                        name="notices_sending_state",
                    ),
                ],
                "indexes": [
                    models.Index(
                        condition=models.Q(("state", "waiting")),
                        fields=["next_attempt_at", "mail"],
                        name="notices_sending_waiting",
                    ),
                    models.Index(
                        condition=models.Q(("state", "failed")), fields=["-mail"], name="notices_sending_failed"
                    ),
                ],
            },
        ),
        keep_rows("notices_sending"),
    ]
