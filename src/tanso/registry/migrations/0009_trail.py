"""Changes of applications, waiting transfers and trusted accounts leave a trail."""

from django.db import migrations

from tanso.acts.history import leave_trail


class Migration(migrations.Migration):
    dependencies = [("registry", "0008_delayed_transfers"), ("acts", "0005_trail")]

    operations = [
        leave_trail("registry_unitapplication"),
        leave_trail("registry_bankingapplication"),
        leave_trail("registry_pendingtransfer"),
        leave_trail("registry_trustedaccount"),
    ]
