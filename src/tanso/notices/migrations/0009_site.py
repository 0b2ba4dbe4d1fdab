"""What the administrator publishes, as versions that stay, and questions, whose words are erased in time."""

import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models

from tanso.acts.history import application_role, keep_as_history, keep_rows


class Migration(migrations.Migration):
    dependencies = [
        ("emissions", "0006_attachments"),
        ("notices", "0008_letter_references"),
        ("parties", "0005_contacts"),
    ]

    operations = [
        migrations.CreateModel(
            name="Answer",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("scheme", models.CharField(max_length=64)),
                ("number", models.IntegerField()),
                ("version", models.IntegerField()),
                ("phases", models.JSONField(default=list)),
                ("is_withdrawn", models.BooleanField(default=False)),
                ("reason", models.TextField(default="")),
                ("day", models.DateField()),
                ("act_id", models.UUIDField(unique=True)),
                ("actor_login", models.CharField(max_length=150)),
                ("recorded_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("subject", models.CharField(max_length=64)),
                ("place", models.IntegerField(default=0)),
                ("question", models.JSONField()),
                ("answer", models.JSONField()),
            ],
            options={
                "abstract": False,
                "constraints": [
                    models.UniqueConstraint(fields=("scheme", "number", "version"), name="notices_answer_version")
                ],
            },
        ),
        migrations.CreateModel(
            name="Notice",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("scheme", models.CharField(max_length=64)),
                ("number", models.IntegerField()),
                ("version", models.IntegerField()),
                ("phases", models.JSONField(default=list)),
                ("is_withdrawn", models.BooleanField(default=False)),
                ("reason", models.TextField(default="")),
                ("day", models.DateField()),
                ("act_id", models.UUIDField(unique=True)),
                ("actor_login", models.CharField(max_length=150)),
                ("recorded_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("title", models.JSONField()),
                ("body", models.JSONField()),
                ("audience", models.JSONField(default=list)),
                ("first_day", models.DateField()),
                ("last_day", models.DateField(null=True)),
                ("is_pinned", models.BooleanField(default=False)),
            ],
            options={
                "abstract": False,
                "constraints": [
                    models.UniqueConstraint(fields=("scheme", "number", "version"), name="notices_notice_version")
                ],
            },
        ),
        migrations.CreateModel(
            name="Document",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("scheme", models.CharField(max_length=64)),
                ("number", models.IntegerField()),
                ("version", models.IntegerField()),
                ("phases", models.JSONField(default=list)),
                ("is_withdrawn", models.BooleanField(default=False)),
                ("reason", models.TextField(default="")),
                ("day", models.DateField()),
                ("act_id", models.UUIDField(unique=True)),
                ("actor_login", models.CharField(max_length=150)),
                ("recorded_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("kind", models.CharField(max_length=64)),
                ("title", models.JSONField()),
                ("edition", models.CharField(default="", max_length=50)),
                ("issued_on", models.DateField()),
                ("language", models.CharField(default="", max_length=2)),
                ("file_kind", models.CharField(max_length=8)),
                ("size_bytes", models.BigIntegerField()),
                ("file", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="emissions.file")),
            ],
            options={
                "abstract": False,
                "constraints": [
                    models.UniqueConstraint(fields=("scheme", "number", "version"), name="notices_document_version")
                ],
            },
        ),
        migrations.CreateModel(
            name="Question",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("scheme", models.CharField(max_length=64)),
                ("number", models.IntegerField()),
                ("secret", models.CharField(max_length=43, unique=True)),
                ("subject", models.CharField(max_length=64)),
                ("text", models.TextField()),
                ("mail", models.CharField(default="", max_length=254)),
                ("asker", models.CharField(default="", max_length=150)),
                ("asked_on", models.DateField()),
                ("act_id", models.UUIDField(unique=True)),
                ("answer", models.TextField(default="")),
                ("answered_on", models.DateField(null=True)),
                ("answer_act_id", models.UUIDField(null=True)),
                ("erased_on", models.DateField(null=True)),
                (
                    "participant",
                    models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, to="parties.participant"),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("answered_on", None)),
                        fields=["scheme", "number"],
                        name="notices_question_waiting",
                    ),
                    models.Index(
                        condition=models.Q(("asker", ""), _negated=True),
                        fields=["asker", "-id"],
                        name="notices_question_by_asker",
                    ),
                    models.Index(
                        condition=models.Q(("erased_on", None)),
                        fields=["scheme", "asked_on"],
                        name="notices_question_kept",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("scheme", "number"), name="notices_question_number"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("erased_on", None),
                            models.Q(("answer", ""), ("asker", ""), ("mail", ""), ("text", "")),
                            _connector="OR",
                        ),
                        name="notices_question_erased",
                    ),
                ],
            },
        ),
        keep_as_history("notices_notice", "notices_answer", "notices_document"),
        keep_rows("notices_question"),
        # What was asked stays as it is until it is erased; only the answer is added.
        migrations.RunSQL(
            f"REVOKE UPDATE ON notices_question FROM {application_role()};"
            "GRANT UPDATE (text, mail, asker, answer, answered_on, answer_act_id, erased_on)"
            f" ON notices_question TO {application_role()};"
        ),
    ]
