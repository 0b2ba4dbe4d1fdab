"""Files that a holder adds to a report. History: another file is another row."""

import django.db.models.deletion
from django.db import migrations, models

from tanso.acts.history import keep_as_history


def _key(model, **options):
    return models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to=model, **options)


class Migration(migrations.Migration):
    dependencies = [("emissions", "0005_verification")]

    operations = [
        migrations.CreateModel(
            name="ReportAttachment",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("text", models.TextField()),
                ("kind", models.CharField(max_length=8)),
                ("size_bytes", models.BigIntegerField()),
                ("act_id", models.UUIDField(unique=True)),
                ("actor_login", models.CharField(max_length=150)),
                ("attached_on", models.DateField()),
                ("document", _key("emissions.file", related_name="+")),
                ("report", _key("emissions.report", related_name="attachments")),
            ],
        ),
        keep_as_history("emissions_reportattachment"),
    ]
