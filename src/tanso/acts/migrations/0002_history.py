"""Acts, decisions, rulebook texts and overrides are history."""

from django.db import migrations

from tanso.acts.history import REFUSE_CHANGE, keep_as_history, keep_rows


class Migration(migrations.Migration):
    dependencies = [("acts", "0001_acts")]

    operations = [
        migrations.RunSQL(REFUSE_CHANGE),
        keep_as_history("acts_rulebooktext", "acts_decisionrecord", "acts_actrecord", "acts_parameteroverride"),
        keep_rows("acts_outboxmessage", "acts_timepassed", "acts_demonstrationday"),
    ]
