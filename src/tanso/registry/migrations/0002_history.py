"""Allocations, surrenders, used evidence and stated compliance are history."""

from django.db import migrations

from tanso.acts.history import keep_as_history, keep_rows


class Migration(migrations.Migration):
    dependencies = [("registry", "0001_registry"), ("acts", "0002_history")]

    operations = [
        keep_as_history(
            "registry_allocation", "registry_surrender", "registry_evidenceuse", "registry_compliancestatement"
        ),
        keep_rows("registry_obligation", "registry_bankingapplication"),
    ]
