"""A mail that was written is kept as it was."""

from django.db import migrations

from tanso.acts.history import keep_as_history


class Migration(migrations.Migration):
    dependencies = [("notices", "0001_notices"), ("acts", "0002_history")]

    operations = [
        keep_as_history("notices_mail"),
    ]
