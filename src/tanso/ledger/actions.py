"""The only writes of the ledger, each one call of a function that the database's owner defined (migrations/sql).

All are called inside the door's transaction, after the rulebook has allowed the act. They raise `errors.LedgerError`
where the database refuses; then nothing of that transaction remains.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any
from uuid import UUID

import psycopg
from django.db import connection
from psycopg.types.numeric import Int8

from tanso.kernel.serials import SerialRange
from tanso.ledger import models, queries
from tanso.ledger.errors import refusal, translated
from tanso.ledger.models import ROLE_HOLDING, STATUS_CLOSED, STATUS_FROZEN, STATUS_OPEN
from tanso.ledger.records import Account, BatchResult, Opening, Order, Posting, UnitClass


def open_account(
    *,
    act_id: UUID,
    scheme: str,
    kind: str,
    day: date,
    number: str | None = None,
    number_format: str | None = None,
    first_number: int = 1,
    role: str = ROLE_HOLDING,
    holder_key: str | None = None,
) -> Account:
    """Open an account with this number, or with the next one of `number_format` ("X-{n}", starting at `first_number`).

    `holder_key` names the holder in the words of the room above; a new key makes a new holder.
    Raises AccountNumberRefusedError where the number is taken.
    """
    account_id = _call(
        "SELECT ledger_open_account(%s, %s, %s, %s, %s, %s, %s, %s, %s)",
        [act_id, scheme, number, number_format, first_number, kind, role, holder_key, day],
    )[0]
    account = queries.account_by_id(account_id)
    assert account is not None, "just opened"  # noqa: S101
    return account


def open_accounts(openings: Sequence[Opening]) -> list[Account]:
    """Open many holding accounts, as `open_account` would one after the other; each with the next number."""
    if not openings:
        return []
    with translated(), connection.cursor() as cursor:
        cursor.execute(
            """SELECT ledger_open_account(act, scheme, NULL, format, first, kind, %s, holder, day)
                 FROM unnest(%s::uuid[], %s::text[], %s::text[], %s::bigint[], %s::text[], %s::text[], %s::date[])
                      WITH ORDINALITY AS opening (act, scheme, format, first, kind, holder, day, place)
                ORDER BY place""",
            [ROLE_HOLDING, *(list(column) for column in zip(*openings, strict=True))],
        )
        ids = [row[0] for row in cursor.fetchall()]
    opened = queries.accounts(ids)
    return [opened[account_id] for account_id in ids]


def change_account(
    *,
    act_id: UUID,
    account: Account | int,
    day: date,
    kind: str | None = None,
    status: str | None = None,
    restricted: Sequence[str] | None = None,
    reason: str = "",
    until: date | None = None,
) -> Account:
    """Give the account another kind, status ("open", "frozen", "closed") or other restrictions, from `day` on.

    Another kind alone leaves everything else; a status or restrictions set the reason and the end anew, too. Raises
    UnknownAccountError, and AccountEventRefusedError where `day` lies before the last change or nothing would change.
    """
    account_id = _account_id(account)
    _call(
        "SELECT ledger_change_account(%s, %s, %s, %s, %s, %s::text[], %s, %s)",
        [act_id, account_id, kind, status, day, None if restricted is None else list(restricted), reason, until],
    )
    changed = queries.account_by_id(account_id)
    assert changed is not None, "the function refuses unknown accounts"  # noqa: S101
    return changed


def freeze(
    *,
    act_id: UUID,
    account: Account | int,
    day: date,
    reason: str,
    operations: Sequence[str] | None = None,
    until: date | None = None,
) -> Account:
    """Freeze an open account from `day` on: as a whole, or for `operations` alone. `until` is the first day after it.

    Frozen as a whole, no posting touches it. Restrictions of single operations are for the rules to read. What was
    frozen before is replaced. The day `until` ends nothing by itself here: that is an act (`registry`). Raises as
    `change_account`.
    """
    return change_account(
        act_id=act_id,
        account=account,
        day=day,
        status=STATUS_OPEN if operations else STATUS_FROZEN,
        restricted=sorted(set(operations or ())),
        reason=reason,
        until=until,
    )


def unfreeze(*, act_id: UUID, account: Account | int, day: date, reason: str) -> Account:
    """Let a frozen or restricted account do everything again from `day` on. Raises as `change_account`."""
    return change_account(act_id=act_id, account=account, day=day, status=STATUS_OPEN, restricted=(), reason=reason)


def close_account(*, act_id: UUID, account: Account | int, day: date) -> Account:
    """Close the account from `day` on: no posting touches it any more. What it holds stays in it, visible."""
    return change_account(act_id=act_id, account=account, day=day, status=STATUS_CLOSED)


def unit_class(*, scheme: str, unit_type: str, phase: int | None = None, origin: str = "") -> UnitClass:
    """The unit class of this type, phase and origin; defined now if it is new."""
    class_id = _call("SELECT ledger_define_unit_class(%s, %s, %s::integer, %s)", [scheme, unit_type, phase, origin])[0]
    return UnitClass(id=class_id, scheme=scheme, unit_type=unit_type, phase=phase, origin=origin)


def issue(
    *,
    act_id: UUID,
    from_account: Account | int,
    to_account: Account | int,
    unit_class: UnitClass | int,
    quantity_t: int,
    day: date,
) -> Posting:
    """Bring `quantity_t` new units into being, with the next serial numbers of the class.

    `from_account` has the role "issuance"; from any other, this is `post`.
    """
    return post(
        act_id=act_id,
        from_account=from_account,
        to_account=to_account,
        unit_class=unit_class,
        quantity_t=quantity_t,
        day=day,
    )


def post(
    *,
    act_id: UUID,
    from_account: Account | int,
    to_account: Account | int,
    unit_class: UnitClass | int,
    quantity_t: int,
    day: date,
    serials: Sequence[SerialRange] | None = None,
) -> Posting:
    """Move `quantity_t` units of a class: those that the account acquired first, or exactly `serials`.

    Raises the first that applies: QuantityNotPositiveError, SameAccountError, UnknownAccountError, AccountNotOpenError,
    IssuanceIsOneWayError, UnknownUnitClassError, InsufficientUnitsError, SerialsRefusedError, SerialsNotHeldError.
    """
    from_id, to_id, class_id = _account_id(from_account), _account_id(to_account), _class_id(unit_class)
    chosen = None if serials is None else queries.flat_serials(serials)
    posting_id, moved = _call(
        "SELECT posting, moved FROM ledger_post(%s, %s, %s, %s, %s, %s, %s::bigint[])",
        [act_id, from_id, to_id, class_id, quantity_t, day, chosen],
    )
    return Posting(
        id=posting_id,
        act_id=act_id,
        from_account_id=from_id,
        to_account_id=to_id,
        unit_class_id=class_id,
        quantity_t=quantity_t,
        serials=queries.serial_ranges(moved),
        valid_day=day,
    )


def post_batch(orders: Sequence[Order], *, with_serials: bool = False) -> BatchResult:
    """Post many orders as `post` would one after the other, each refused one leaving the rest alone.

    Later orders see what earlier ones did; nothing is netted. Refusals as of `post`, in the result instead of raised.
    All of it is part of the caller's transaction. Raises MalformedBatchError for values that are no orders.
    """
    if not orders:
        return BatchResult([], {}, [] if with_serials else None)
    act_ids, sources, targets, classes, quantities, days = zip(*orders, strict=True)
    holdings = sorted({*zip(sources, classes, strict=True), *zip(targets, classes, strict=True)})
    place = {holding: number for number, holding in enumerate(holdings, 1)}
    account_ids, class_ids = zip(*holdings, strict=True)
    postings, refused, codes, facts = _call(
        "SELECT postings, refused, codes, facts FROM ledger_post_batch("
        "%s::bigint[], %s::bigint[], %b::uuid[], %s::integer[], %s::integer[], %s::bigint[], %s::date[])",
        [
            _array(map(str, account_ids)),
            _array(map(str, class_ids)),
            list(act_ids),
            _array(str(place[holding]) for holding in zip(sources, classes, strict=True)),
            _array(str(place[holding]) for holding in zip(targets, classes, strict=True)),
            _array(map(str, quantities)),
            _array(map(date.isoformat, days)),
        ],
    )
    refusals = {
        number - 1: refusal(code, fact)
        for number, code, fact in zip(refused or (), codes or (), facts or (), strict=True)
    }
    given = iter(postings)
    posting_ids = [None if index in refusals else next(given) for index in range(len(orders))]
    return BatchResult(posting_ids, refusals, _serials_of(posting_ids) if with_serials else None)


def reverse(*, act_id: UUID, posting_id: int, day: date) -> Posting:
    """Take a posting back by a new one the other way, of the very same serials; the old one stays as it is.

    Raises ReversalRefusedError for a posting that is unknown, reversed already, a reversal itself, an issue, or later
    than `day`; SerialsNotHeldError or InsufficientUnitsError where the units have moved on; AccountNotOpenError.
    """
    old = models.Journal.objects.filter(pk=posting_id).first()
    new_id, moved = _call("SELECT posting, moved FROM ledger_reverse(%s, %s, %s)", [act_id, posting_id, day])
    assert old is not None, "the function refuses unknown postings"  # noqa: S101
    return Posting(
        id=new_id,
        act_id=act_id,
        from_account_id=old.to_account_id,
        to_account_id=old.from_account_id,
        unit_class_id=old.unit_class_id,
        quantity_t=old.quantity,
        serials=queries.serial_ranges(moved),
        valid_day=day,
    )


def _serials_of(posting_ids: Sequence[int | None]) -> list[tuple[SerialRange, ...] | None]:
    """What each of these postings moved; None where there is none."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT id, serials FROM ledger_journal WHERE id = ANY(%s)", [list(filter(None, posting_ids))])
        moved = {posting_id: queries.serial_ranges(serials) for posting_id, serials in cursor.fetchall()}
    return [None if posting_id is None else moved[posting_id] for posting_id in posting_ids]


def _array(elements: Iterable[str]) -> str:
    """An array as PostgreSQL reads it, for numbers and days: a third of the time that a list of them takes."""
    return "{" + ",".join(elements) + "}"


def _call(statement: str, values: list[Any]) -> tuple[Any, ...]:
    """The one row that a function of the database answers.

    By psycopg's own cursor and a prepared statement: the ledger's calls are few and always the same, and Django's
    cursor would have the server parse and plan each one anew.
    """
    connection.ensure_connection()
    # Of one width whatever their size, or the server would prepare the statement once for each mixture of widths.
    given = [Int8(value) if type(value) is int else value for value in values]
    with translated(), connection.wrap_database_errors, psycopg.Cursor(connection.connection) as cursor:
        row: tuple[Any, ...] | None = cursor.execute(statement, given, prepare=True).fetchone()
    assert row is not None, "a function answers one row"  # noqa: S101
    return row


def _account_id(account: Account | int) -> int:
    return account if isinstance(account, int) else account.id


def _class_id(unit_class: UnitClass | int) -> int:
    return unit_class if isinstance(unit_class, int) else unit_class.id
