"""The form of a verification report, papers of the review, verifiers given by the authority, the figure in force."""

import django.db.models.deletion
from django.db import migrations, models

from tanso.acts.history import keep_as_history

# A figure that counted until now keeps counting.
_SETTLED = "UPDATE emissions_report SET settled_t = emissions_t WHERE settled_on IS NOT NULL"


def _key(model, **options):
    return models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to=model, **options)


class Migration(migrations.Migration):
    dependencies = [("emissions", "0004_named_figures"), ("acts", "0002_history")]

    operations = [
        migrations.AddField("report", "settled_t", models.BigIntegerField(null=True)),
        migrations.RunSQL(_SETTLED, migrations.RunSQL.noop),
        migrations.AddField("verification", "form", models.JSONField(null=True)),
        migrations.AddField("verification", "document", _key("emissions.file", null=True, related_name="+")),
        migrations.CreateModel(
            name="ReviewPaper",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("by_authority", models.BooleanField()),
                ("text", models.TextField()),
                ("act_id", models.UUIDField(unique=True)),
                ("actor_login", models.CharField(max_length=150)),
                ("written_on", models.DateField()),
                ("document", _key("emissions.file", null=True, related_name="+")),
                ("report", _key("emissions.report", related_name="papers")),
            ],
        ),
        migrations.CreateModel(
            name="Assignment",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("reason", models.TextField()),
                ("act_id", models.UUIDField(unique=True)),
                ("assigned_on", models.DateField()),
                ("report", _key("emissions.report", related_name="assignments")),
                ("verifier", _key("parties.participant", related_name="+")),
            ],
        ),
        keep_as_history("emissions_reviewpaper", "emissions_assignment"),
    ]
