"""The log: a gap-free position for every committed act, given by one function that only the owner could change."""

from django.db import migrations, models

from tanso.acts.history import application_role, keep_as_history

_COLUMNS = """
-- Who wrote an act, in the server's own counting of transactions: 64 bits, so that it never starts again.
ALTER TABLE acts_actrecord ADD COLUMN written_by xid8 NOT NULL DEFAULT pg_current_xact_id();
CREATE INDEX acts_act_by_transaction ON acts_actrecord (written_by);

-- What a run of the sequencer could see, on the last position that it gave.
ALTER TABLE acts_position ADD COLUMN seen pg_snapshot;
"""

_SEQUENCER = """
-- Give every act that has been committed and has no position the next ones, in the order of arrival; how many.
--
-- What is new is what this statement's snapshot shows and the last run's did not: the acts of the transactions that were
-- under way then, and of those that began since. Two ranges of an index answer that, however long the log is and however
-- long some other transaction lasts. A position is only ever added behind all others, so nothing slips in behind one that
-- was read; and an act that saw another's effects comes after it, because it arrived later and is seen no earlier.
--
-- `durable`: what has been given before and now is on disk when this transaction has committed; to be asked for before a
-- position is shown to anybody. Otherwise the commit need not wait: what a power cut undoes is given again.
-- `thorough`: look at all acts; needed where the server's count of transactions began anew (a restored dump).
CREATE FUNCTION acts_sequence_acts(durable boolean, thorough boolean) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
-- Before the statistics know the newest transactions, the planner would read the whole table.
SET enable_seqscan = off
AS $function$
DECLARE
    last_position bigint;
    last_at timestamptz;
    last_seen pg_snapshot;
    given_at timestamptz;
    added bigint;
BEGIN
    -- In a longer snapshot the last run could be an old one; acts of one's own transaction are not committed.
    IF current_setting('transaction_isolation') <> 'read committed' OR pg_current_xact_id_if_assigned() IS NOT NULL THEN
        RAISE EXCEPTION 'positions are given in a READ COMMITTED transaction that has written nothing'
            USING ERRCODE = 'AC002';
    END IF;
    PERFORM pg_advisory_xact_lock(hashtextextended('acts: give positions', 0));
    SELECT position, at, seen INTO last_position, last_at, last_seen
      FROM acts_position ORDER BY position DESC LIMIT 1;
    given_at := greatest(clock_timestamp(), last_at);  -- also where somebody set the clock back

    IF last_seen IS NULL OR thorough OR pg_snapshot_xmax(last_seen) > pg_snapshot_xmax(pg_current_snapshot()) THEN
        INSERT INTO acts_position (position, act_id, at, seen)
        SELECT coalesce(last_position, 0) + row_number() OVER (ORDER BY act.sequence), act.id, given_at,
               CASE WHEN lead(act.id) OVER (ORDER BY act.sequence) IS NULL THEN pg_current_snapshot() END
          FROM acts_actrecord AS act
         WHERE NOT EXISTS (SELECT FROM acts_position AS placed WHERE placed.act_id = act.id);
    ELSE
        INSERT INTO acts_position (position, act_id, at, seen)
        SELECT last_position + row_number() OVER (ORDER BY act.sequence), act.id, given_at,
               CASE WHEN lead(act.id) OVER (ORDER BY act.sequence) IS NULL THEN pg_current_snapshot() END
          FROM (SELECT id, sequence FROM acts_actrecord
                 WHERE written_by >= pg_snapshot_xmax(last_seen)
                   AND written_by < pg_snapshot_xmax(pg_current_snapshot())
                UNION ALL
                SELECT id, sequence FROM acts_actrecord
                 WHERE written_by = ANY (ARRAY(SELECT pg_snapshot_xip(last_seen)))
               ) AS act;
    END IF;
    GET DIAGNOSTICS added = ROW_COUNT;

    IF durable AND added = 0 THEN
        -- Something must be written, so that the commit waits until the disk has all that was written before.
        PERFORM pg_logical_emit_message(true, 'tanso', '');
    ELSIF NOT durable THEN
        PERFORM set_config('synchronous_commit', 'off', true);
    END IF;
    RETURN added;
END
$function$;
"""

_GRANTS = """
REVOKE ALL ON acts_position FROM PUBLIC, {role};
GRANT SELECT ON acts_position TO {role};
REVOKE ALL ON FUNCTION acts_sequence_acts FROM PUBLIC;
GRANT EXECUTE ON FUNCTION acts_sequence_acts TO {role};
"""


class Migration(migrations.Migration):
    dependencies = [("acts", "0002_history")]

    operations = [
        migrations.CreateModel(
            name="ActPosition",
            fields=[
                ("position", models.BigIntegerField(primary_key=True, serialize=False)),
                ("act_id", models.UUIDField(unique=True)),
                ("at", models.DateTimeField()),
            ],
            options={"db_table": "acts_position"},
        ),
        migrations.AddIndex(
            model_name="actposition", index=models.Index(fields=["at", "position"], name="acts_position_by_instant")
        ),
        migrations.RunSQL(_COLUMNS),
        migrations.RunSQL(_SEQUENCER),
        keep_as_history("acts_position"),
        migrations.RunSQL(_GRANTS.format(role=application_role())),
    ]
