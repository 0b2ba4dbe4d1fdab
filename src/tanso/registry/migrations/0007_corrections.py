"""What corrections after approval change and leave to be settled: never changed themselves."""

import django.db.models.deletion
from django.db import migrations, models

from tanso.acts.history import keep_as_history


def _key(model, **options):
    return models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to=model, **options)


class Migration(migrations.Migration):
    dependencies = [("registry", "0006_years"), ("acts", "0002_history")]

    operations = [
        migrations.CreateModel(
            name="AllocationChange",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("difference_t", models.BigIntegerField()),
                ("moved_t", models.BigIntegerField()),
                ("owed_t", models.BigIntegerField()),
                ("act_id", models.UUIDField(unique=True)),
                ("changed_on", models.DateField()),
                ("allocation", _key("registry.allocation", related_name="changes")),
            ],
        ),
        migrations.CreateModel(
            name="AdditionalObligation",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("quantity_t", models.BigIntegerField()),
                ("opened_on", models.DateField()),
                ("until", models.DateField()),
                ("act_id", models.UUIDField(unique=True)),
                ("obligation", _key("registry.obligation", related_name="additional")),
            ],
            options={"indexes": [models.Index(fields=["until"], name="registry_additional_by_term")]},
        ),
        keep_as_history("registry_allocationchange", "registry_additionalobligation"),
    ]
