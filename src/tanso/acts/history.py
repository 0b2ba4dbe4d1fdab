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
