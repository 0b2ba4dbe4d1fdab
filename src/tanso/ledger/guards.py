"""Are the ledger's guards in the database as they must be? What the owner or a superuser can change, shows here.

The lists below are written out by hand, so that a guard that a migration forgets or drops is missed here; only the
bodies of functions are compared with the SQL files of the migrations.
"""

from __future__ import annotations

import re
from typing import Any, NamedTuple

from django.conf import settings
from django.db import connection

from tanso.acts.history import REFUSE_CHANGE
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
    "ledger_segment",
    "ledger_unit_class",
)
# The door's records, without which no posting can be explained.
ACT_HISTORY = (
    "acts_actrecord",
    "acts_decisionrecord",
    "acts_parameteroverride",
    "acts_position",
    "acts_rulebooktext",
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
    "ledger_journal_by_function": Trigger("ledger_journal", "ledger_refuse_by_hand", _INSERT, ("ledger_move",)),
    "ledger_journal_needs_open_accounts": Trigger("ledger_journal", "ledger_refuse_unless_open", ("insert",)),
    "ledger_holding_by_function": Trigger(
        "ledger_holding",
        "ledger_refuse_by_hand",
        _WRITE,
        ("ledger_settle", "ledger_lock_holdings", "ledger_bring_forward"),
    ),
    "ledger_segment_by_function": Trigger(
        "ledger_segment",
        "ledger_refuse_by_hand",
        _WRITE,
        ("ledger_push_segments", "ledger_next_segment", "ledger_bring_forward"),
    ),
    "ledger_unit_class_by_function": Trigger(
        "ledger_unit_class", "ledger_refuse_by_hand", _WRITE, ("ledger_define_unit_class", "ledger_move")
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
_ACT_TRIGGERS = {f"{table}_is_history": Trigger(table, "acts_refuse_change", _CHANGE) for table in ACT_HISTORY}
# The bits of pg_trigger.tgtype; one more, 1, stands for "each row".
_BITS = {"before": 2, "insert": 4, "delete": 8, "update": 16, "truncate": 32}

_STATUS_KNOWN = (
    "CHECK (((status)::text = ANY ((ARRAY['open'::character varying, 'frozen'::character varying,"
    " 'closed'::character varying])::text[])))"
)
# PostgreSQL writes it back in another way where it was read from its own words, as when a backup is restored.
_AS_RESTORED = {
    "CHECK (((status)::text = ANY (ARRAY[('open'::character varying)::text, ('frozen'::character varying)::text,"
    " ('closed'::character varying)::text])))": _STATUS_KNOWN
}
_RESTRICTED_WHILE_OPEN = "CHECK (((cardinality(restricted) = 0) OR ((status)::text = 'open'::text)))"
# As PostgreSQL writes them back.
CONSTRAINTS = {
    "ledger_account_event_pkey": "PRIMARY KEY (id)",
    "ledger_account_event_status_known": _STATUS_KNOWN,
    "ledger_account_number_key": "UNIQUE (number)",
    "ledger_account_event_restricted_while_open": _RESTRICTED_WHILE_OPEN,
    "ledger_account_pkey": "PRIMARY KEY (id)",
    "ledger_account_restricted_while_open": _RESTRICTED_WHILE_OPEN,
    "ledger_account_status_known": _STATUS_KNOWN,
    "ledger_holder_external_key_key": "UNIQUE (external_key)",
    "ledger_holding_not_negative": "CHECK ((quantity >= 0))",
    "ledger_holding_pkey": "PRIMARY KEY (account_id, unit_class_id)",
    "ledger_journal_pkey": "PRIMARY KEY (id)",
    "ledger_journal_quantity_positive": "CHECK ((quantity >= 1))",
    "ledger_journal_serials_are_quantity": (
        "CHECK ((( CASE cardinality(serials) WHEN 2 THEN (serials[2] - serials[1])"
        " ELSE ledger_count(serials) END = quantity) IS TRUE))"
    ),
    "ledger_journal_two_accounts": "CHECK ((NOT (from_account_id = to_account_id)))",
    "ledger_segment_pkey": "PRIMARY KEY (account_id, unit_class_id, number)",
    "ledger_unit_class_defined_once": "UNIQUE NULLS NOT DISTINCT (scheme, unit_type, phase, origin)",
    "ledger_unit_class_serials_from_one": "CHECK ((next_serial >= 1))",
}

# Unique indexes that are no constraints, because they hold for some rows only.
INDEXES = {
    "ledger_journal_reversed_once": (
        "CREATE UNIQUE INDEX ledger_journal_reversed_once ON public.ledger_journal USING btree (reverses_id)"
        " WHERE (reverses_id IS NOT NULL)"
    ),
}
# Every other column of the ledger's tables must have a value.
MAY_BE_MISSING = {
    ("ledger_account", "holder_id"),
    ("ledger_account", "until"),
    ("ledger_account_event", "until"),
    ("ledger_journal", "reverses_id"),
    ("ledger_unit_class", "phase"),
}

# What the application may call; these run with the owner's rights.
CALLABLE = (
    "ledger_change_account",
    "ledger_define_unit_class",
    "ledger_open_account",
    "ledger_post",
    "ledger_post_batch",
    "ledger_reverse",
)

_FUNCTION = re.compile(
    r"CREATE (?:OR REPLACE )?FUNCTION (?P<name>\w+)\((?P<head>.*?)AS \$function\$(?P<body>.*?)\$function\$", re.DOTALL
)
_DROPPED = re.compile(r"DROP FUNCTION (?P<names>[^;]+);")
_NAMED = re.compile(r"(\w+)(?:\(([^)]*)\))?(?:,|$)")
_SETTING = re.compile(r"\bSET (\w+) = (.+?)(?=\s+SET\b|\s*\n|\s*$)")


class _Function(NamedTuple):
    """What makes a function that function, beside its name."""

    body: str
    language: str
    is_strict: bool
    volatility: str
    runs_as_owner: bool
    settings: frozenset[str]


def differences() -> list[Difference]:
    """Everything about the guards that is not as it must be."""
    return [
        *missing_triggers(),
        *strange_triggers(),
        *missing_constraints(),
        *missing_indexes(),
        *changed_tables(),
        *changed_functions(),
        *changed_grants(),
        *powerful_roles(),
    ]


def missing_triggers() -> list[Difference]:
    """Triggers that are gone, switched off or weakened, or that fire on something else."""
    known = TRIGGERS | _ACT_TRIGGERS
    rows = _rows(
        """
        SELECT trigger.tgname, owner.relname, function.proname, trigger.tgtype, encode(trigger.tgargs, 'escape'),
               trigger.tgenabled, trigger.tgqual IS NULL
          FROM pg_trigger AS trigger
          JOIN pg_class AS owner ON owner.oid = trigger.tgrelid
          JOIN pg_proc AS function ON function.oid = trigger.tgfoid
         WHERE trigger.tgname = ANY(%s)
        """,
        [list(known)],
    )
    found = {row[0]: row[1:] for row in rows}
    message = Text("トリガーがないか、無効か、変更されています。", "The trigger is missing, switched off or changed.")
    differences = []
    for name, (table, function, events, writers) in known.items():
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
        {"tables": [*TABLES, *ACT_HISTORY], "known": [*TRIGGERS, *_ACT_TRIGGERS]},
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
    plain = {name: " ".join(definition.split()) for name, definition in rows}
    found = {name: _AS_RESTORED.get(definition, definition) for name, definition in plain.items()}
    message = Text("制約がないか変更されています。", "The constraint is missing, changed or was not validated.")
    return [
        _guard("constraint", name, message) for name, definition in CONSTRAINTS.items() if found.get(name) != definition
    ]


def missing_indexes() -> list[Difference]:
    """Unique indexes that are gone, cover other rows, or were never completed."""
    rows = _rows(
        """
        SELECT owner.relname, pg_get_indexdef(index.indexrelid)
          FROM pg_index AS index JOIN pg_class AS owner ON owner.oid = index.indexrelid
         WHERE index.indisunique AND index.indisvalid AND index.indisready AND owner.relname = ANY(%s)
        """,
        [list(INDEXES)],
    )
    found = dict(rows)
    message = Text("索引がないか変更されています。", "The unique index is missing or changed.")
    return [_guard("index", name, message) for name, definition in INDEXES.items() if found.get(name) != definition]


def changed_tables() -> list[Difference]:
    """Tables that another role owns, that hide or forget rows, or whose columns may be empty."""
    tables = _rows(
        """
        SELECT relname
          FROM pg_class AS owner
         WHERE relname = ANY(%s)
           AND (relowner <> (SELECT relowner FROM pg_class WHERE oid = 'ledger_journal'::regclass)
                OR relrowsecurity OR relpersistence <> 'p' OR relkind <> 'r'
                OR EXISTS (SELECT FROM pg_inherits WHERE owner.oid IN (inhrelid, inhparent)))
         ORDER BY relname
        """,
        [[*TABLES, *ACT_HISTORY]],
    )
    columns = _rows(
        """
        SELECT owner.relname, column_.attname
          FROM pg_attribute AS column_ JOIN pg_class AS owner ON owner.oid = column_.attrelid
         WHERE owner.relname = ANY(%s) AND column_.attnum > 0 AND NOT column_.attisdropped AND NOT column_.attnotnull
         ORDER BY owner.relname, column_.attname
        """,
        [list(TABLES)],
    )
    message = Text(
        "表の所有者・行の見え方・保存方法のいずれかが変更されています。",
        "The table has another owner, hides rows, or does not keep them.",
    )
    return [
        *(_guard("table", name, message) for (name,) in tables),
        *(
            _guard(
                "constraint",
                f"{table}.{column}",
                Text("値の欠落を許しています。", "The column may be left empty."),
            )
            for table, column in columns
            if (table, column) not in MAY_BE_MISSING
        ),
    ]


def changed_functions() -> list[Difference]:
    """Functions whose body, rights or settings are not those of the migrations."""
    expected = _defined_functions()
    rows = _rows(
        """
        SELECT function.proname, function.prosrc, language.lanname, function.proisstrict, function.provolatile,
               function.prosecdef, coalesce(function.proconfig, '{}'),
               function.proowner = (SELECT relowner FROM pg_class WHERE oid = 'ledger_journal'::regclass)
          FROM pg_proc AS function JOIN pg_language AS language ON language.oid = function.prolang
         WHERE (starts_with(function.proname, 'ledger_') OR function.proname = 'acts_refuse_change')
           AND function.pronamespace = (SELECT relnamespace FROM pg_class WHERE oid = 'ledger_journal'::regclass)
        """
    )
    sound: set[str] = set()
    unsound: set[str] = set()
    for name, body, language, is_strict, volatility, runs_as_owner, options, belongs_to_owner in rows:
        found = _Function(body, language, is_strict, volatility, runs_as_owner, frozenset(options))
        is_callable = name in CALLABLE
        right = (
            expected.get(name) == found
            and belongs_to_owner
            and runs_as_owner == is_callable
            # Without it, the caller could put tables and functions of its own before the ledger's.
            and (not is_callable or "search_path=pg_catalog, public, pg_temp" in options)
        )
        (sound if right else unsound).add(name)
    return [
        _guard("function", name, Text("関数がないか変更されています。", "The function is missing, unknown or changed."))
        for name in sorted(unsound | (set(expected) - sound))
    ]


def _defined_functions() -> dict[str, _Function]:
    """The functions that the migrations leave, by name: the last definition of each that was not dropped after it."""
    defined: dict[str, _Function] = {}
    heads: dict[str, str] = {}
    texts = [file.read_text(encoding="utf-8") for file in sorted(FOLDER.glob("*.sql"))]
    for text in [REFUSE_CHANGE, *texts]:
        steps = [*_FUNCTION.finditer(text), *_DROPPED.finditer(text)]
        for step in sorted(steps, key=lambda found: found.start()):
            if step.re is _DROPPED:
                for name, types in _NAMED.findall(step["names"]):
                    # With types, one of several of the name: the one that is defined now, or an older one.
                    if name in defined and all(word in heads[name] for word in types.split(", ")):
                        del defined[name]
            else:
                heads[step["name"]] = step["head"]
                defined[step["name"]] = _described(step["head"], step["body"])
    return defined


def _described(head: str, body: str) -> _Function:
    volatility = next((mark for word, mark in (("IMMUTABLE", "i"), ("STABLE", "s")) if f" {word}" in head), "v")
    return _Function(
        body=body,
        language="sql" if "LANGUAGE sql" in head else "plpgsql",
        is_strict=" STRICT" in head,
        volatility=volatility,
        runs_as_owner="SECURITY DEFINER" in head,
        settings=frozenset(f"{name}={value.strip(chr(39))}" for name, value in _SETTING.findall(head)),
    )


def changed_grants() -> list[Difference]:
    """Rights of anyone but the owner beyond reading, and rights that the application lacks or should not have."""
    role = str(settings.TANSO_APPLICATION_ROLE)
    allowed = {(table, role, "SELECT") for table in TABLES} | {(name, role, "EXECUTE") for name in CALLABLE}
    found = set(_rows(_GRANTS, [list(TABLES)] * 3))
    strange = sorted(grant for grant in found - allowed if grant[2] != "SELECT")
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
    ]


def powerful_roles() -> list[Difference]:
    """The application's role with more power than to use what it was given; and rights on the door's history."""
    role = str(settings.TANSO_APPLICATION_ROLE)
    too_powerful = _rows(
        """
        SELECT rolname FROM pg_roles
         WHERE rolname = %s
           AND (rolsuper OR rolcreaterole OR rolreplication OR rolbypassrls
                OR pg_has_role(oid, (SELECT relowner FROM pg_class WHERE oid = 'ledger_journal'::regclass), 'MEMBER')
                OR pg_has_role(oid, 'pg_write_all_data', 'MEMBER')
                OR pg_has_role(oid, 'pg_execute_server_program', 'MEMBER')
                OR pg_has_role(oid, 'pg_write_server_files', 'MEMBER'))
        """,
        [role],
    )
    may_change = _rows(
        """
        SELECT DISTINCT owner.relname, coalesce(grantee.rolname, 'PUBLIC'), acl.privilege_type
          FROM pg_class AS owner
         CROSS JOIN LATERAL aclexplode(owner.relacl) AS acl
          LEFT JOIN pg_roles AS grantee ON grantee.oid = acl.grantee
         WHERE owner.relname = ANY(%s) AND acl.grantee <> owner.relowner
           AND acl.privilege_type NOT IN ('SELECT', 'INSERT', 'REFERENCES')
         ORDER BY 1, 2, 3
        """,
        [list(ACT_HISTORY)],
    )
    power = Text("アプリケーションのロールの権限が強すぎます。", "The application's role has too much power.")
    right_message = Text("{role}に権限{right}があります。", "{role} has the right {right}.")
    return [
        *(_guard("role", name, power) for (name,) in too_powerful),
        *(_guard("grant", name, right_message, role=who, right=right) for name, who, right in may_change),
    ]


# Every right on tables, columns, sequences and functions of the ledger that someone else than the owner has.
# Column rights show as rights on the table.
_GRANTS = """
    SELECT item.name, coalesce(grantee.rolname, 'PUBLIC'), acl.privilege_type
      FROM (SELECT relname AS name, relowner AS owner, relacl AS acl FROM pg_class WHERE relname = ANY(%s)
             UNION ALL
            SELECT sequence.relname, sequence.relowner, sequence.relacl
              FROM pg_class AS sequence
              JOIN pg_depend AS belongs ON belongs.objid = sequence.oid AND belongs.deptype IN ('a', 'i')
              JOIN pg_class AS owner ON owner.oid = belongs.refobjid AND owner.relname = ANY(%s)
             WHERE sequence.relkind = 'S'
             UNION ALL
            SELECT owner.relname, owner.relowner, attribute.attacl
              FROM pg_attribute AS attribute JOIN pg_class AS owner ON owner.oid = attribute.attrelid
             WHERE owner.relname = ANY(%s) AND attribute.attacl IS NOT NULL
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
