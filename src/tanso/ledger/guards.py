"""Are the ledger's guards in the database as they must be? What the owner or a superuser can change, shows here.

The lists below are written out by hand, so that a guard that a migration forgets or drops is missed here; only the
bodies of functions are compared with the SQL files of the migrations.
"""

from __future__ import annotations

import re
from typing import Any, NamedTuple

from django.conf import settings
from django.db import connection

from tanso.kernel.texts import Text
from tanso.ledger.differences import Difference
from tanso.ledger.migrations.sql import FOLDER

TABLES = (
    "ledger_account",
    "ledger_account_event",
    "ledger_holder",
    "ledger_holding",
    "ledger_journal",
    "ledger_number_series",
    "ledger_unit_class",
)


class Trigger(NamedTuple):
    """What a trigger guards, which function it calls on what, and which functions may write past it."""

    table: str
    function: str
    events: tuple[str, ...]
    writers: tuple[str, ...] = ()


_CHANGE = ("before", "update", "delete", "truncate")
_INSERT = ("before", "insert")
_WRITE = ("before", "insert", "update", "delete", "truncate")
_ACCOUNT_WRITERS = ("ledger_open_account", "ledger_change_account")
# All fire once a statement, in every session.
TRIGGERS = {
    "ledger_journal_is_history": Trigger("ledger_journal", "ledger_refuse_change", _CHANGE),
    "ledger_journal_by_function": Trigger("ledger_journal", "ledger_refuse_by_hand", _INSERT, ("ledger_post",)),
    "ledger_journal_needs_open_accounts": Trigger("ledger_journal", "ledger_refuse_unless_open", ("insert",)),
    "ledger_holding_by_function": Trigger("ledger_holding", "ledger_refuse_by_hand", _WRITE, ("ledger_post",)),
    "ledger_unit_class_by_function": Trigger(
        "ledger_unit_class", "ledger_refuse_by_hand", _WRITE, ("ledger_define_unit_class", "ledger_post")
    ),
    "ledger_account_by_function": Trigger("ledger_account", "ledger_refuse_by_hand", _WRITE, _ACCOUNT_WRITERS),
    "ledger_account_event_is_history": Trigger("ledger_account_event", "ledger_refuse_change", _CHANGE),
    "ledger_account_event_by_function": Trigger(
        "ledger_account_event", "ledger_refuse_by_hand", _INSERT, _ACCOUNT_WRITERS
    ),
    "ledger_holder_by_function": Trigger("ledger_holder", "ledger_refuse_by_hand", _WRITE, ("ledger_open_account",)),
    "ledger_number_series_by_function": Trigger(
        "ledger_number_series", "ledger_refuse_by_hand", _WRITE, ("ledger_open_account",)
    ),
}
# The bits of pg_trigger.tgtype; one more, 1, stands for "each row".
_BITS = {"before": 2, "insert": 4, "delete": 8, "update": 16, "truncate": 32}

_STATUS_KNOWN = (
    "CHECK (((status)::text = ANY ((ARRAY['open'::character varying, 'frozen'::character varying,"
    " 'closed'::character varying])::text[])))"
)
# As PostgreSQL writes them back.
CONSTRAINTS = {
    "ledger_account_event_pkey": "PRIMARY KEY (id)",
    "ledger_account_event_status_known": _STATUS_KNOWN,
    "ledger_account_number_key": "UNIQUE (number)",
    "ledger_account_pkey": "PRIMARY KEY (id)",
    "ledger_account_status_known": _STATUS_KNOWN,
    "ledger_holder_external_key_key": "UNIQUE (external_key)",
    "ledger_holding_not_negative": "CHECK ((quantity >= 0))",
    "ledger_holding_pkey": "PRIMARY KEY (account_id, unit_class_id)",
    "ledger_holding_queue_is_quantity": "CHECK (((quantity = ledger_count(queue)) IS TRUE))",
    "ledger_journal_pkey": "PRIMARY KEY (id)",
    "ledger_journal_quantity_positive": "CHECK ((quantity >= 1))",
    "ledger_journal_serials_are_quantity": "CHECK (((quantity = ledger_count(serials)) IS TRUE))",
    "ledger_journal_two_accounts": "CHECK ((NOT (from_account_id = to_account_id)))",
    "ledger_unit_class_defined_once": "UNIQUE NULLS NOT DISTINCT (scheme, unit_type, phase, origin)",
    "ledger_unit_class_serials_from_one": "CHECK ((next_serial >= 1))",
}

# What the application may call; these run with the owner's rights.
CALLABLE = ("ledger_change_account", "ledger_define_unit_class", "ledger_open_account", "ledger_post")

_FUNCTION = re.compile(r"CREATE (?:OR REPLACE )?FUNCTION (\w+)\(.*?\$function\$(.*?)\$function\$", re.DOTALL)


def missing_triggers() -> list[Difference]:
    """Triggers that are gone, switched off or weakened, or that fire on something else."""
    rows = _rows(
        """
        SELECT trigger.tgname, owner.relname, function.proname, trigger.tgtype, encode(trigger.tgargs, 'escape'),
               trigger.tgenabled, trigger.tgqual IS NULL
          FROM pg_trigger AS trigger
          JOIN pg_class AS owner ON owner.oid = trigger.tgrelid
          JOIN pg_proc AS function ON function.oid = trigger.tgfoid
         WHERE trigger.tgname = ANY(%s)
        """,
        [list(TRIGGERS)],
    )
    found = {row[0]: row[1:] for row in rows}
    message = Text("トリガーがないか、無効か、変更されています。", "The trigger is missing, switched off or changed.")
    differences = []
    for name, (table, function, events, writers) in TRIGGERS.items():
        arguments = "".join(f"{writer}\\000" for writer in writers)
        as_it_must_be = (table, function, sum(_BITS[event] for event in events), arguments, "A", True)
        if found.get(name) != as_it_must_be:
            differences.append(_guard("trigger", name, message))
    return differences


def strange_triggers() -> list[Difference]:
    """Triggers and rewrite rules on the ledger's tables that do not belong there."""
    rows = _rows(
        """
        SELECT trigger.tgname FROM pg_trigger AS trigger JOIN pg_class AS owner ON owner.oid = trigger.tgrelid
         WHERE owner.relname = ANY(%(tables)s) AND NOT trigger.tgisinternal AND trigger.tgname <> ALL(%(known)s)
         UNION ALL
        SELECT rulename FROM pg_rules WHERE tablename = ANY(%(tables)s)
         ORDER BY 1
        """,
        {"tables": list(TABLES), "known": list(TRIGGERS)},
    )
    return [
        _guard(
            "trigger",
            name,
            Text(
                "台帳の表に未知のトリガーまたはルールがあります。", "An unknown trigger or rule is on a ledger table."
            ),
        )
        for (name,) in rows
    ]


def missing_constraints() -> list[Difference]:
    """Constraints that are gone, say something else, or were added again without looking at the rows."""
    rows = _rows(
        "SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint WHERE convalidated AND conname = ANY(%s)",
        [list(CONSTRAINTS)],
    )
    found = dict(rows)
    message = Text("制約がないか変更されています。", "The constraint is missing, changed or was not validated.")
    return [
        _guard("constraint", name, message) for name, definition in CONSTRAINTS.items() if found.get(name) != definition
    ]


def changed_functions() -> list[Difference]:
    """Functions whose body, rights or search path are not those of the migrations."""
    expected: dict[str, str] = {}
    for file in sorted(FOLDER.glob("*.sql")):
        expected.update(_FUNCTION.findall(file.read_text(encoding="utf-8")))
    rows = _rows(
        """
        SELECT function.proname, function.prosrc, function.prosecdef, coalesce(function.proconfig::text, ''),
               function.proowner = (SELECT relowner FROM pg_class WHERE oid = 'ledger_journal'::regclass)
          FROM pg_proc AS function
         WHERE starts_with(function.proname, 'ledger_')
           AND function.pronamespace = (SELECT relnamespace FROM pg_class WHERE oid = 'ledger_journal'::regclass)
         ORDER BY function.proname
        """
    )
    sound: set[str] = set()
    unsound: set[str] = set()
    for name, body, runs_as_owner, options, belongs_to_owner in rows:
        path = "search_path=pg_catalog, public, pg_temp" if name in CALLABLE else ""
        right = (
            expected.get(name) == body
            and runs_as_owner == (name in CALLABLE)
            and options.strip('{}"') == path
            and belongs_to_owner
        )
        (sound if right else unsound).add(name)
    return [
        _guard("function", name, Text("関数がないか変更されています。", "The function is missing, unknown or changed."))
        for name in sorted(unsound | (set(expected) - sound))
    ]


def changed_grants() -> list[Difference]:
    """Rights of anyone but the owner beyond reading, and rights that the application lacks or should not have."""
    role = str(settings.TANSO_APPLICATION_ROLE)
    allowed = {(table, role, "SELECT") for table in TABLES} | {(name, role, "EXECUTE") for name in CALLABLE}
    found = set(_rows(_GRANTS, [list(TABLES)]))
    strange = sorted(grant for grant in found - allowed if grant[2] != "SELECT")
    too_powerful = _rows(
        """
        SELECT rolname FROM pg_roles
         WHERE rolname = %s
           AND (rolsuper OR pg_has_role(oid, (SELECT relowner FROM pg_class WHERE oid = 'ledger_journal'::regclass),
                                        'MEMBER'))
        """,
        [role],
    )
    return [
        *(
            _guard(
                "grant",
                name,
                Text("{role}に権限{right}があります。", "{role} has the right {right}."),
                role=who,
                right=right,
            )
            for name, who, right in strange
        ),
        *(
            _guard(
                "grant",
                name,
                Text("{role}に権限{right}がありません。", "{role} lacks the right {right}."),
                role=who,
                right=right,
            )
            for name, who, right in sorted(allowed - found)
        ),
        *(
            _guard(
                "role",
                name,
                Text(
                    "アプリケーションのロールが所有者の権限を持っています。",
                    "The application's role has the owner's power.",
                ),
            )
            for (name,) in too_powerful
        ),
    ]


# Every right on tables, columns, sequences and functions of the ledger that someone else than the owner has.
# Column rights show as rights on the table.
_GRANTS = """
    SELECT item.name, coalesce(grantee.rolname, 'PUBLIC'), acl.privilege_type
      FROM (SELECT relname AS name, relowner AS owner, relacl AS acl FROM pg_class WHERE relname = ANY(%s)
             UNION ALL
            SELECT sequence.relname, sequence.relowner, sequence.relacl
              FROM pg_class AS sequence WHERE sequence.relkind = 'S' AND starts_with(sequence.relname, 'ledger_')
             UNION ALL
            SELECT owner.relname, owner.relowner, attribute.attacl
              FROM pg_attribute AS attribute JOIN pg_class AS owner ON owner.oid = attribute.attrelid
             WHERE starts_with(owner.relname, 'ledger_') AND attribute.attacl IS NOT NULL
             UNION ALL
            SELECT proname, proowner, coalesce(proacl, acldefault('f', proowner))
              FROM pg_proc WHERE starts_with(proname, 'ledger_')) AS item
     CROSS JOIN LATERAL aclexplode(item.acl) AS acl
      LEFT JOIN pg_roles AS grantee ON grantee.oid = acl.grantee
     WHERE acl.grantee <> item.owner
"""


def _guard(kind: str, name: str, message: Text, **facts: str) -> Difference:
    named = Text(ja=f"{name}：{message.ja}", en=f"{name}: {message.en}")
    return Difference(kind=kind, message=named, facts={"name": name, **facts})


def _rows(statement: str, values: Any = None) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
        return rows
