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
CREATE FUNCTION acts_leave_trail() RETURNS trigger
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
