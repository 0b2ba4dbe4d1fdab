"""The administrator's logins receive mails too, where something concerns the installation and no participant."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("notices", "0002_history")]

    operations = [
        migrations.AddField("mail", "login", models.CharField(default="", max_length=150)),
        migrations.AlterField(
            "mail",
            "participant",
            models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="mails",
                to="parties.participant",
            ),
        ),
        migrations.AlterField("mail", "letter", models.CharField(default="", max_length=1)),
        migrations.AddConstraint(
            "mail",
            models.UniqueConstraint(
                condition=models.Q(("login", ""), _negated=True),
                fields=("outbox_id", "login"),
                name="notices_mail_once_to_administrator",
            ),
        ),
        migrations.AddConstraint(
            "mail",
            models.CheckConstraint(
                condition=models.Q(
                    models.Q(("letter", ""), ("login__gt", ""), ("participant", None)),
                    models.Q(("login", ""), ("participant__isnull", False)),
                    _connector="OR",
                ),
                name="notices_mail_to_somebody",
            ),
        ),
    ]
