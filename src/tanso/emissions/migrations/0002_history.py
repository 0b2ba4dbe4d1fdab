"""What was reported, verified and decided stays; a report's state follows its recorded steps."""

from django.db import migrations

from tanso.acts.history import keep_as_history, keep_rows


class Migration(migrations.Migration):
    dependencies = [("emissions", "0001_emissions"), ("acts", "0002_history")]

    operations = [
        keep_as_history("emissions_file", "emissions_reportversion", "emissions_verification", "emissions_reportstep"),
        keep_rows("emissions_report"),
        migrations.RunSQL("""
CREATE FUNCTION emissions_refuse_untaken_step() RETURNS trigger
LANGUAGE plpgsql
AS $function$
BEGIN
    -- The step is recorded first; the state then follows it. So no state is ever without the step that led there.
    IF NEW.state IS DISTINCT FROM (
        SELECT to_state FROM emissions_reportstep WHERE report_id = NEW.id ORDER BY id DESC LIMIT 1
    ) THEN
        RAISE EXCEPTION 'report % cannot become %: no recorded step leads there', NEW.id, NEW.state
            USING ERRCODE = 'AC002';
    END IF;
    RETURN NEW;
END
$function$;
CREATE TRIGGER emissions_report_follows_steps
    BEFORE UPDATE OF state ON emissions_report
    FOR EACH ROW WHEN (OLD.state IS DISTINCT FROM NEW.state)
    EXECUTE FUNCTION emissions_refuse_untaken_step();
ALTER TABLE emissions_report ENABLE ALWAYS TRIGGER emissions_report_follows_steps;
"""),
    ]
