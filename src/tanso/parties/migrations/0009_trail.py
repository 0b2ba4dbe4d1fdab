"""Changes of organisations, participants, sites, contacts and logins leave a trail."""

from django.db import migrations

from tanso.acts.history import leave_trail


class Migration(migrations.Migration):
    dependencies = [("parties", "0008_applications"), ("acts", "0005_trail")]

    operations = [
        leave_trail("parties_organisation"),
        leave_trail("parties_participant"),
        leave_trail("parties_site", hidden=("address", "postcode")),
        # What a contact says is in its recorded changes.
        leave_trail(
            "parties_contact",
            hidden=("title", "person", "person_kana", "postcode", "address", "telephone", "fax"),
        ),
        leave_trail("parties_application"),
        leave_trail("parties_contactrequest", hidden=("asked", "salt")),
        leave_trail("parties_passwordwish", hidden=("password",)),
        leave_trail("parties_login", hidden=("password", "person", "mail"), ignored=("last_login",)),
    ]
