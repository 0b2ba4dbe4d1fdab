"""Questions that are answered or erased leave a trail; what was written in them stays hidden."""

from django.db import migrations

from tanso.acts.history import leave_trail


class Migration(migrations.Migration):
    dependencies = [("notices", "0009_site"), ("acts", "0005_trail")]

    operations = [leave_trail("notices_question", hidden=("secret", "text", "mail", "asker", "answer"))]
