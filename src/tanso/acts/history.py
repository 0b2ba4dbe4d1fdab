"""Tables that are history: the database lets rows be added and never changed, whoever asks.

Used by the migrations of every room that records acts. The ledger has guards of its own, which do more.
"""

from __future__ import annotations

from django.conf import settings
from django.db import migrations

REFUSE_CHANGE = """
CREATE FUNCTION acts_refuse_change() RETURNS trigger
LANGUAGE plpgsql
AS $function$
BEGIN
    RAISE EXCEPTION '% of % refused: history is only added to', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'AC001', HINT = 'A correction is a new act.';
END
$function$;
"""


def application_role() -> str:
    """The role that the application signs in with, quoted for SQL."""
    return '"' + str(settings.TANSO_APPLICATION_ROLE).replace('"', '""') + '"'


def keep_as_history(*tables: str) -> migrations.RunSQL:
    """The migration step that makes tables history: a trigger against every role, and no right to change."""
    statements = [
        f"""
CREATE TRIGGER {table}_is_history
    BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}
    FOR EACH STATEMENT EXECUTE FUNCTION acts_refuse_change();
ALTER TABLE {table} ENABLE ALWAYS TRIGGER {table}_is_history;
REVOKE UPDATE, DELETE, TRUNCATE ON {table} FROM {application_role()};
"""
        for table in tables
    ]
    return migrations.RunSQL("".join(statements))


def keep_rows(*tables: str) -> migrations.RunSQL:
    """The migration step for tables whose rows change but are never deleted."""
    return migrations.RunSQL(
        "".join(f"REVOKE DELETE, TRUNCATE ON {table} FROM {application_role()};\n" for table in tables)
    )


LEAVE_TRAIL = """
CREATE OR REPLACE FUNCTION acts_leave_trail() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
AS $function$
DECLARE
    key_column text := TG_ARGV[0];
    hidden text[] := string_to_array(TG_ARGV[1], ',');
    ignored text[] := string_to_array(TG_ARGV[2], ',');
    old_row jsonb := CASE WHEN TG_OP <> 'INSERT' THEN to_jsonb(OLD) - ignored END;
    new_row jsonb := CASE WHEN TG_OP <> 'DELETE' THEN to_jsonb(NEW) - ignored END;
    differing text[];
BEGIN
    SELECT coalesce(array_agg(key), '{}') INTO differing
      FROM jsonb_each(coalesce(new_row, old_row))
     WHERE TG_OP <> 'UPDATE' OR value IS DISTINCT FROM old_row -> key;
    IF differing = '{}' THEN
        RETURN NULL;
    END IF;
    IF current_setting('tanso.act', true) = 'several' THEN
        RAISE EXCEPTION 'several acts write together, and % of % names none of them', TG_OP, TG_TABLE_NAME
            USING ERRCODE = 'AC003', HINT = 'See BatchWork.written_alone.';
    END IF;
    INSERT INTO acts_change (relation, row, kind, before, after, login, act_id, database_role)
    VALUES (
        TG_TABLE_NAME,
        coalesce(new_row, old_row) ->> key_column,
        TG_OP,
        (SELECT jsonb_object_agg(key, CASE WHEN key = ANY(hidden) THEN '"***"' ELSE value END)
           FROM jsonb_each(old_row) WHERE key = ANY(differing)),
        (SELECT jsonb_object_agg(key, CASE WHEN key = ANY(hidden) THEN '"***"' ELSE value END)
           FROM jsonb_each(new_row) WHERE key = ANY(differing)),
        coalesce(current_setting('tanso.login', true), ''),
        nullif(current_setting('tanso.act', true), '')::uuid,
        session_user
    );
    RETURN NULL;
END
$function$;
"""


def leave_trail(
    table: str, *, hidden: tuple[str, ...] = (), ignored: tuple[str, ...] = (), key: str = "id"
) -> migrations.RunSQL:
    """The migration step after which every change of a table's rows leaves a row in `acts_change`, whoever makes it.

    `hidden` columns are secrets and personal data: that they changed is told, not to what. `ignored` ones (when
    somebody signed in last) leave nothing.
    """
    return migrations.RunSQL(
        f"""
CREATE TRIGGER {table}_leaves_trail
    AFTER INSERT OR UPDATE OR DELETE ON {table}
    FOR EACH ROW EXECUTE FUNCTION acts_leave_trail('{key}', '{",".join(hidden)}', '{",".join(ignored)}');
ALTER TABLE {table} ENABLE ALWAYS TRIGGER {table}_leaves_trail;
"""
    )


# The same for rows that are added by many acts in one statement. Then `tanso.act` says `several` in place of an act,
# and `tanso.writers` holds whose each row is: {table: {value of the row's column `named_by`: [act, login]}}. A row
# that is not among them is refused, so that none goes into the trail under nobody's name or another's (`acts.trail`).
LEAVE_TRAIL_OF_ROWS = """
CREATE FUNCTION acts_leave_trail_of_rows() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
AS $function$
DECLARE
    key_column text := TG_ARGV[0];
    masks jsonb := TG_ARGV[1];
    ignored text[] := string_to_array(TG_ARGV[2], ',');
    named_by text := TG_ARGV[3];
    writer text := coalesce(current_setting('tanso.act', true), '');
    writers jsonb;
    written bigint;
BEGIN
    -- OFFSET 0: each row is turned into JSON once, not once for each place that reads it.
    IF writer <> 'several' THEN
        INSERT INTO acts_change (relation, row, kind, after, login, act_id, database_role)
        SELECT TG_TABLE_NAME, whole ->> key_column, 'INSERT', (whole - ignored) || masks,
               coalesce(current_setting('tanso.login', true), ''), nullif(writer, '')::uuid, session_user
          FROM (SELECT to_jsonb(new_row) AS whole FROM new_rows AS new_row OFFSET 0) AS wholes;
        RETURN NULL;
    END IF;
    writers := nullif(current_setting('tanso.writers', true), '')::jsonb -> TG_TABLE_NAME;
    INSERT INTO acts_change (relation, row, kind, after, login, act_id, database_role)
    SELECT TG_TABLE_NAME, whole ->> key_column, 'INSERT', (whole - ignored) || masks,
           writers -> (whole ->> named_by) ->> 1, (writers -> (whole ->> named_by) ->> 0)::uuid, session_user
      FROM (SELECT to_jsonb(new_row) AS whole FROM new_rows AS new_row OFFSET 0) AS wholes
     WHERE writers ? (whole ->> named_by);
    GET DIAGNOSTICS written = ROW_COUNT;
    IF written < (SELECT count(*) FROM new_rows) THEN
        RAISE EXCEPTION 'of several acts that write rows of % together, none is named for some of them', TG_TABLE_NAME
            USING ERRCODE = 'AC003', HINT = 'See acts.trail.rows_by, or BatchWork.written_alone.';
    END IF;
    RETURN NULL;
END
$function$;
-- Whoever may call them could hang them on a table of his own and have them tell of it.
REVOKE ALL ON FUNCTION acts_leave_trail(), acts_leave_trail_of_rows() FROM PUBLIC;
"""


def leave_trail_of_rows(
    table: str, *, named_by: str, hidden: tuple[str, ...] = (), ignored: tuple[str, ...] = (), key: str = "id"
) -> migrations.RunSQL:
    """In place of `leave_trail` for a table to whose rows many acts add at once: rows are added to the trail together.

    A batch names the act of each new row by the value of its column `named_by` (`acts.trail.rows_by`). Changes of rows
    that are there, and deletions, leave their trail row by row as before.
    """
    masks = ", ".join(f'"{column}": "***"' for column in hidden)
    return migrations.RunSQL(
        f"""
CREATE OR REPLACE TRIGGER {table}_leaves_trail
    AFTER UPDATE OR DELETE ON {table}
    FOR EACH ROW EXECUTE FUNCTION acts_leave_trail('{key}', '{",".join(hidden)}', '{",".join(ignored)}');
ALTER TABLE {table} ENABLE ALWAYS TRIGGER {table}_leaves_trail;
CREATE TRIGGER {table}_rows_leave_trail
    AFTER INSERT ON {table} REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT
    EXECUTE FUNCTION acts_leave_trail_of_rows('{key}', '{{{masks}}}', '{",".join(ignored)}', '{named_by}');
ALTER TABLE {table} ENABLE ALWAYS TRIGGER {table}_rows_leave_trail;
"""
    )
