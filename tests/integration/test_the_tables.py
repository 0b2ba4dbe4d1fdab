"""The tables as a whole: migrations in step with models, foreign keys downwards, history guarded, no ownership."""

from __future__ import annotations

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import connection

from tanso.database.urls import Server

# From top to bottom; a table may refer to tables of its own room and of rooms after it.
ROOMS = ("web", "notices", "registry", "emissions", "parties", "ledger", "acts")
HISTORY = (
    "acts_rulebooktext",
    "acts_decisionrecord",
    "acts_actrecord",
    "acts_position",
    "acts_parameteroverride",
    "acts_change",
    "emissions_file",
    "emissions_reportversion",
    "emissions_verification",
    "emissions_reportstep",
    "registry_allocation",
    "registry_surrender",
    "registry_evidenceuse",
    "registry_unitapplicationstep",
    "registry_compliancestatement",
    "registry_yearexclusion",
    "registry_borrowing",
    "registry_transferpermit",
    "registry_transferterms",
    "registry_transferkind",
    "emissions_yearlyfigure",
    "emissions_namedfigure",
    "parties_attributechange",
    "parties_loginletter",
    "parties_signinevent",
    "parties_contactchange",
    "parties_contactrequeststep",
    "parties_applicationversion",
    "parties_applicationstep",
    "parties_applicationpaper",
    "parties_applicationholder",
    "parties_adoptionlist",
    "parties_adoptionentry",
    "parties_organisationchangestep",
    "parties_namechange",
    "parties_organisationname",
    "registry_objectionpaper",
    "registry_objectionstep",
    "emissions_reportattachment",
    "emissions_reviewpaper",
    "emissions_assignment",
    "registry_allocationchange",
    "registry_additionalobligation",
    "registry_pendingtransferstep",
    "notices_mail",
    "notices_letter",
    "notices_letterstep",
    "notices_letterprint",
    "notices_reading",
    "notices_notice",
    "notices_answer",
    "notices_document",
    "ledger_journal",
    "ledger_account_event",
)
# Rows of these change as the world does; each change comes through the door and leaves an act.
CHANGING = (
    "notices_question",
    "acts_outboxmessage",
    "acts_timepassed",
    "acts_demonstrationday",
    "emissions_report",
    "registry_obligation",
    "registry_bankingapplication",
    "registry_unitapplication",
    "notices_letternumber",
    "registry_pendingtransfer",
    "registry_trustedaccount",
    "parties_organisation",
    "parties_participant",
    "parties_site",
    "parties_contact",
    "parties_contactrequest",
    "parties_application",
    "parties_organisationchange",
    "registry_objection",
    "parties_login",
    "parties_passwordwish",
    "ledger_checkpoint",
    "ledger_check",
    "ledger_finding",
    "notices_sending",
)
# Kept for a while: looks at least a year (a trigger), attempts until their time is over, drafts until they expire.
KEPT_A_WHILE = ("web_look", "web_attempt", "parties_applicationdraft")


def test_every_model_has_its_migration(database: Server) -> None:
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


def test_foreign_keys_go_down_only() -> None:
    upwards = [
        f"{model._meta.label}.{field.name} -> {field.related_model._meta.label}"
        for room in ROOMS
        for model in apps.get_app_config(room).get_models()
        for field in model._meta.get_fields()
        if field.is_relation and not field.auto_created and field.related_model is not None
        if field.related_model._meta.app_label in ROOMS
        and ROOMS.index(field.related_model._meta.app_label) < ROOMS.index(room)
    ]

    assert upwards == []


@pytest.mark.parametrize("privilege", ["UPDATE", "DELETE", "TRUNCATE"])
def test_the_application_has_no_right_to_change_history(database: Server, privilege: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT name FROM unnest(%s::text[]) AS name WHERE has_table_privilege(current_user, name, %s)",
            [list(HISTORY), privilege],
        )
        assert cursor.fetchall() == []


@pytest.mark.parametrize("privilege", ["DELETE", "TRUNCATE"])
def test_the_application_deletes_nothing_of_the_trade(database: Server, privilege: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT name FROM unnest(%s::text[]) AS name WHERE has_table_privilege(current_user, name, %s)",
            [list(CHANGING), privilege],
        )
        assert cursor.fetchall() == []


def test_every_history_table_has_a_trigger_that_always_fires(database: Server) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT name FROM unnest(%s::text[]) AS name
                WHERE NOT EXISTS (SELECT 1 FROM pg_trigger
                                   WHERE tgrelid = name::regclass AND tgname LIKE '%%is_history'
                                     AND tgenabled = 'A')""",
            [list(HISTORY)],
        )
        assert cursor.fetchall() == []


def test_every_table_of_the_trade_is_in_one_of_the_lists(database: Server) -> None:
    guarded_by_the_ledger = {
        "ledger_account",
        "ledger_holder",
        "ledger_number_series",
        "ledger_unit_class",
        "ledger_holding",
        "ledger_segment",
    }
    tables = {model._meta.db_table for room in ROOMS for model in apps.get_app_config(room).get_models()}

    assert {table.replace("ledger_numberseries", "ledger_number_series") for table in tables} == (
        {*HISTORY, *CHANGING, *KEPT_A_WHILE} | guarded_by_the_ledger
    )


def test_the_application_owns_no_table(database: Server) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_class WHERE relowner = current_user::regrole AND relkind = 'r'")
        assert cursor.fetchone() == (0,)


def test_the_application_can_hang_no_trigger_that_writes_as_the_owner(database: Server) -> None:
    """On a table of its own, such a function would write what it is told to."""
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT proname FROM pg_proc
                WHERE prosecdef AND prorettype = 'trigger'::regtype AND pronamespace = 'public'::regnamespace
                  AND has_function_privilege(current_user, oid, 'EXECUTE')"""
        )
        assert cursor.fetchall() == [], "REVOKE ALL ON FUNCTION … FROM PUBLIC in its migration"
