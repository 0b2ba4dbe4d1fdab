"""Nobody who took part is ever deleted."""

from django.db import migrations

from tanso.acts.history import keep_rows


class Migration(migrations.Migration):
    dependencies = [("parties", "0001_parties"), ("acts", "0002_history")]

    operations = [
        keep_rows("parties_organisation", "parties_participant", "parties_site", "parties_login"),
    ]
