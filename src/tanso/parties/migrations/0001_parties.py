import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Organisation",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=200)),
                ("name_kana", models.CharField(default="", max_length=200)),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("name",), name="parties_organisation_name")],
            },
        ),
        migrations.CreateModel(
            name="Participant",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("scheme", models.CharField(max_length=64)),
                ("key", models.CharField(max_length=100)),
                ("kind", models.CharField(max_length=32)),
                ("name", models.CharField(max_length=200)),
                ("phase", models.IntegerField(null=True)),
                ("reduction_target_t", models.BigIntegerField(null=True)),
                ("form", models.CharField(default="single", max_length=16)),
                ("attributes", models.JSONField(default=dict)),
                ("registered_on", models.DateField()),
                (
                    "organisation",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="parties.organisation"),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Login",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("password", models.CharField(max_length=128, verbose_name="password")),
                ("last_login", models.DateTimeField(blank=True, null=True, verbose_name="last login")),
                ("login", models.CharField(max_length=150, unique=True)),
                ("role", models.CharField(max_length=16)),
                ("scheme", models.CharField(default="", max_length=64)),
                ("letter", models.CharField(default="", max_length=1)),
                ("person", models.CharField(default="", max_length=100)),
                ("mail", models.EmailField(blank=True, default="", max_length=254)),
                ("is_active", models.BooleanField(default=True)),
                (
                    "participant",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="logins",
                        to="parties.participant",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Site",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=200)),
                (
                    "participant",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="sites", to="parties.participant"
                    ),
                ),
            ],
        ),
        migrations.AddIndex(
            model_name="participant",
            index=models.Index(fields=["scheme", "kind", "phase"], name="parties_participant_by_phase"),
        ),
        migrations.AddConstraint(
            model_name="participant",
            constraint=models.UniqueConstraint(fields=("scheme", "key"), name="parties_participant_key"),
        ),
        migrations.AddConstraint(
            model_name="participant",
            constraint=models.CheckConstraint(
                condition=models.Q(("reduction_target_t", None), ("reduction_target_t__gte", 0), _connector="OR"),
                name="parties_participant_target_not_negative",
            ),
        ),
        migrations.AddConstraint(
            model_name="login",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("participant", None), ("role", "administrator")),
                    models.Q(("participant__isnull", False), ("role__in", ("participant", "verifier"))),
                    _connector="OR",
                ),
                name="parties_login_belongs",
            ),
        ),
        migrations.AddConstraint(
            model_name="login",
            constraint=models.UniqueConstraint(fields=("participant", "letter"), name="parties_login_letter"),
        ),
    ]
