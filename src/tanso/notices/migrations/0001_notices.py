import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("parties", "0001_parties"),
    ]

    operations = [
        migrations.CreateModel(
            name="Mail",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("outbox_id", models.BigIntegerField()),
                ("scheme", models.CharField(max_length=64)),
                ("letter", models.CharField(max_length=1)),
                ("address", models.CharField(default="", max_length=254)),
                ("event", models.CharField(max_length=64)),
                ("subject", models.JSONField()),
                ("body", models.JSONField()),
                ("day", models.DateField()),
                ("written_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                (
                    "participant",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="mails", to="parties.participant"
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["participant", "letter", "-id"], name="notices_mail_by_login")],
                "constraints": [
                    models.UniqueConstraint(fields=("outbox_id", "participant", "letter"), name="notices_mail_once")
                ],
            },
        ),
    ]
