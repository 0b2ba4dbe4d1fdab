"""Second factors that are set up or taken away leave a trail; what they are made of stays hidden."""

from django.db import migrations

from tanso.acts.history import leave_trail


class Migration(migrations.Migration):
    dependencies = [
        ("web", "0001_looks"),
        ("acts", "0005_trail"),
        ("mfa", "0003_authenticator_type_uniq"),
    ]

    operations = [leave_trail("mfa_authenticator", hidden=("data",), ignored=("last_used_at",))]
