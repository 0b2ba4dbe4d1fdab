"""Many acts may write rows together, and the trail names the act of each; nobody hangs its functions on other tables."""

from django.db import migrations

from tanso.acts.history import LEAVE_TRAIL, LEAVE_TRAIL_OF_ROWS


class Migration(migrations.Migration):
    dependencies = [("acts", "0006_days_of_acts")]

    operations = [
        # Again, for databases that have it from before: it refuses what several acts write without naming themselves.
        migrations.RunSQL(LEAVE_TRAIL),
        migrations.RunSQL(LEAVE_TRAIL_OF_ROWS),
    ]
