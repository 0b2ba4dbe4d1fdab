"""Letters: numbered rows with all that they say, what became of each, and the hashes of the files made of them."""

import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models

from tanso.acts.history import keep_as_history, keep_rows


class Migration(migrations.Migration):
    dependencies = [
        ("notices", "0005_sendings"),
        ("parties", "0004_names"),
    ]

    operations = [
        migrations.CreateModel(
            name="Letter",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("scheme", models.CharField(max_length=64)),
                ("year", models.IntegerField()),
                ("number", models.BigIntegerField()),
                ("reference", models.CharField(max_length=100)),
                ("kind", models.CharField(max_length=64)),
                ("audience", models.CharField(max_length=16)),
                ("subject", models.CharField(default="", max_length=200)),
                ("content", models.JSONField()),
                ("layout", models.IntegerField()),
                ("code", models.CharField(max_length=32, unique=True)),
                ("day", models.DateField()),
                ("act_id", models.UUIDField()),
                ("outbox_id", models.BigIntegerField()),
                ("made_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                (
                    "participant",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="letters", to="parties.participant"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="LetterNumber",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("scheme", models.CharField(max_length=64)),
                ("year", models.IntegerField()),
                ("last", models.BigIntegerField()),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("scheme", "year"), name="notices_letter_number_one")],
            },
        ),
        migrations.CreateModel(
            name="LetterPrint",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("language", models.CharField(max_length=8)),
                ("with_credentials", models.BooleanField(default=False)),
                ("sha256", models.CharField(max_length=64)),
                ("size_bytes", models.IntegerField()),
                ("set_by", models.CharField(max_length=100)),
                ("made_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                (
                    "letter",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="prints", to="notices.letter"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="LetterStep",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("step", models.CharField(max_length=16)),
                ("day", models.DateField()),
                ("note", models.TextField(default="")),
                ("act_id", models.UUIDField()),
                ("actor_login", models.CharField(max_length=150)),
                ("actor_role", models.CharField(max_length=16)),
                ("recorded_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                (
                    "letter",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="steps", to="notices.letter"
                    ),
                ),
            ],
        ),
        migrations.AddIndex(
            model_name="letter",
            index=models.Index(fields=["participant", "subject", "-id"], name="notices_letter_by_subject"),
        ),
        migrations.AddIndex(
            model_name="letter",
            index=models.Index(fields=["participant", "-id"], name="notices_letter_by_participant"),
        ),
        migrations.AddIndex(
            model_name="letter",
            index=models.Index(fields=["scheme", "kind", "-id"], name="notices_letter_by_kind"),
        ),
        migrations.AddIndex(
            model_name="letter",
            index=models.Index(fields=["scheme", "-id"], name="notices_letter_by_scheme"),
        ),
        migrations.AddConstraint(
            model_name="letter",
            constraint=models.UniqueConstraint(fields=("scheme", "year", "number"), name="notices_letter_number_once"),
        ),
        migrations.AddConstraint(
            model_name="letter",
            constraint=models.UniqueConstraint(fields=("outbox_id", "kind"), name="notices_letter_once"),
        ),
        migrations.AddConstraint(
            model_name="letter",
            constraint=models.CheckConstraint(
                condition=models.Q(("number__gt", 0)), name="notices_letter_number_positive"
            ),
        ),
        migrations.AddIndex(
            model_name="letterprint",
            index=models.Index(fields=["sha256"], name="notices_letter_print_by_hash"),
        ),
        migrations.AddConstraint(
            model_name="letterprint",
            constraint=models.UniqueConstraint(
                fields=("letter", "language", "with_credentials", "sha256"), name="notices_letter_print_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="letterstep",
            constraint=models.UniqueConstraint(fields=("letter", "step"), name="notices_letter_step_once"),
        ),
        keep_as_history("notices_letter", "notices_letterstep", "notices_letterprint"),
        keep_rows("notices_letternumber"),
    ]
