"""Participants are registered in thousands: their rows leave their trail together, each with its own act."""

from django.db import migrations

from tanso.acts.history import leave_trail_of_rows


class Migration(migrations.Migration):
    dependencies = [("parties", "0012_mail_language"), ("acts", "0007_trail_of_rows")]

    operations = [
        leave_trail_of_rows("parties_organisation", named_by="name_key"),
        leave_trail_of_rows("parties_participant", named_by="key"),
        leave_trail_of_rows("parties_site", named_by="participant_id", hidden=("address", "postcode")),
        leave_trail_of_rows(
            "parties_login",
            named_by="participant_id",
            hidden=("password", "person", "mail"),
            ignored=("last_login",),
        ),
    ]
