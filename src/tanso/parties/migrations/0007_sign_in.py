"""Signing in: passwords that came by letter, the letters, wishes for another's password, and what happened to logins.

The cache table is Django's own kind (`createcachetable`), made here so that migrations alone make the database.
"""

import django.db.models.deletion
from django.db import migrations, models
from django.db.models.functions import Now

from tanso.acts.history import keep_as_history, keep_rows

_CACHE = """
CREATE UNLOGGED TABLE parties_cache (
    cache_key varchar(255) PRIMARY KEY,
    value text NOT NULL,
    expires timestamp with time zone NOT NULL
);
CREATE INDEX parties_cache_expires ON parties_cache (expires);
"""


def _id() -> tuple[str, models.BigAutoField]:
    return ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"))


class Migration(migrations.Migration):
    dependencies = [("parties", "0006_contact_requests"), ("acts", "0002_history")]

    operations = [
        migrations.AddField(
            model_name="login",
            name="must_change_password",
            field=models.BooleanField(db_default=False, default=False),
        ),
        migrations.AddField(model_name="login", name="password_chosen_at", field=models.DateTimeField(null=True)),
        migrations.CreateModel(
            name="LoginLetter",
            fields=[
                _id(),
                ("scheme", models.CharField(max_length=64)),
                ("kind", models.CharField(max_length=8)),
                ("issued_on", models.DateField()),
                ("reason", models.TextField(default="")),
                ("act_id", models.UUIDField(unique=True)),
                (
                    "login",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="letters", to="parties.login"
                    ),
                ),
            ],
            options={"indexes": [models.Index(fields=["login", "-id"], name="parties_letter_by_login")]},
        ),
        migrations.CreateModel(
            name="PasswordWish",
            fields=[
                _id(),
                ("password", models.CharField(blank=True, max_length=128)),
                ("made_at", models.DateTimeField(db_default=Now())),
                (
                    "login",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="parties.login"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="SignInEvent",
            fields=[
                _id(),
                ("event", models.CharField(max_length=32)),
                ("address", models.GenericIPAddressField(null=True)),
                ("at", models.DateTimeField(db_default=Now())),
                (
                    "login",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="sign_in_events",
                        to="parties.login",
                    ),
                ),
            ],
            options={"indexes": [models.Index(fields=["login", "-id"], name="parties_sign_in_by_login")]},
        ),
        keep_as_history("parties_loginletter", "parties_signinevent"),
        keep_rows("parties_passwordwish"),
        migrations.RunSQL(_CACHE, "DROP TABLE parties_cache"),
    ]
