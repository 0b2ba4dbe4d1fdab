"""People without a login are written to as well, by the row that names them; and each reader's mails have an index."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("notices", "0003_administrators")]

    operations = [
        migrations.AddField("mail", "addressee", models.CharField(db_default="", max_length=32)),
        migrations.AddField("mail", "reference", models.CharField(db_default="", max_length=64)),
        migrations.RemoveConstraint("mail", "notices_mail_to_somebody"),
        migrations.AddConstraint(
            "mail",
            models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("addressee", ""), ("letter", ""), ("login__gt", ""), ("participant", None), ("reference", "")
                    ),
                    models.Q(("addressee", ""), ("login", ""), ("participant__isnull", False), ("reference", "")),
                    models.Q(
                        ("addressee__gt", ""),
                        ("letter", ""),
                        ("login", ""),
                        ("participant", None),
                        ("reference__gt", ""),
                    ),
                    _connector="OR",
                ),
                name="notices_mail_to_somebody",
            ),
        ),
        migrations.AddConstraint(
            "mail",
            models.UniqueConstraint(
                condition=models.Q(("addressee", ""), _negated=True),
                fields=("outbox_id", "addressee", "reference"),
                name="notices_mail_once_to_outsider",
            ),
        ),
        migrations.AddIndex(
            "mail",
            models.Index(
                condition=models.Q(("login", ""), _negated=True), fields=["login", "-id"], name="notices_mail_by_admin"
            ),
        ),
        migrations.AddIndex(
            "mail",
            models.Index(
                condition=models.Q(("addressee", ""), _negated=True),
                fields=["scheme", "addressee", "reference", "-id"],
                name="notices_mail_by_outsider",
            ),
        ),
    ]
