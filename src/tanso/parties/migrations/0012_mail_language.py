"""In which language a login wants its mails; empty is both, as it was until now."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("parties", "0011_names"),
    ]

    operations = [
        migrations.AddField(
            model_name="login",
            name="mail_language",
            field=models.CharField(blank=True, db_default="", default="", max_length=2),
        ),
        migrations.AddConstraint(
            model_name="login",
            constraint=models.CheckConstraint(
                condition=models.Q(("mail_language__in", ("", "ja", "en"))), name="parties_login_mail_language"
            ),
        ),
    ]
