"""The market that a bench trades in: accounts with many serial ranges, made through the door and by the ledger."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import uuid4

from django.db import transaction
from pydantic import BaseModel, ConfigDict

from tanso.acts import Act, Actor, pass_time, perform_batch, rulebooks
from tanso.interfaces.cli.benching import errors
from tanso.interfaces.cli.stories.reader import shipped_examples
from tanso.kernel import strict_yaml
from tanso.kernel.units import UnitName
from tanso.ledger import actions as ledger
from tanso.ledger import queries as ledger_queries
from tanso.ledger.models import ROLE_HOLDING, ROLE_ISSUANCE
from tanso.ledger.records import Order
from tanso.parties import queries as parties
from tanso.registry import queries as registry

_BATCH, _REGISTRATIONS = 10_000, 500

Progress = Callable[[int], None]


class Shape(BaseModel):
    """The file examples/bench/market.yaml."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    scheme: str
    participant_kind: str
    unit: str
    opened_on: date
    traded_on: date


@dataclass(frozen=True, slots=True)
class Trader:
    """A participant that trades through the door: its account, its key, its login."""

    account: str
    key: str
    login: str


@dataclass(frozen=True, slots=True)
class Market:
    """Who can trade with whom. `accounts` are the ids of all accounts, the traders' among them."""

    shape: Shape
    unit_class: int
    accounts: list[int]
    traders: list[Trader]


def read_shape() -> Shape:
    path = shipped_examples() / "bench" / "market.yaml"
    return Shape.model_validate(strict_yaml.load(path.read_text(encoding="utf-8"), path.name).value)


def built(*, accounts: int, traders: int, ranges: int, range_t: int, progress: Progress) -> Market:
    """So many accounts, each with so many serial ranges of `range_t` tonnes that do not touch one another.

    The first `traders` of them belong to participants who are registered through the door; the others have no holder.
    `progress` hears how many accounts and ranges were made.
    """
    shape = read_shape()
    pass_time(shape.scheme, shape.opened_on)
    traded_by = _register(shape, traders, progress)
    ids = [_account_id(trader.account) for trader in traded_by]
    ids += _opened(shape, accounts - len(ids), progress)
    unit = UnitName.parse(shape.unit)
    unit_class = ledger.unit_class(scheme=shape.scheme, unit_type=unit.type, phase=unit.phase)
    _issue(shape, ids, unit_class.id, (range_t,) * ranges, progress)
    return Market(shape=shape, unit_class=unit_class.id, accounts=ids, traders=traded_by)


def _register(shape: Shape, count: int, progress: Progress) -> list[Trader]:
    administrator = Actor(role="administrator", login="bench")
    keys = [f"trader-{number}" for number in range(max(count, 1))]
    acts = [
        Act(
            id=uuid4(),
            scheme=shape.scheme,
            operation="register_participant",
            arguments={"key": key, "kind": shape.participant_kind, "name": key},
            day=shape.opened_on,
            actor=administrator,
        )
        for key in keys
    ]
    for some in (acts[place : place + _REGISTRATIONS] for place in range(0, len(acts), _REGISTRATIONS)):
        for outcome in perform_batch(some):
            if not outcome.ok:
                raise errors.failed("register_participant", "; ".join(outcome.codes))
        progress(len(some))
    return [_trader(shape.scheme, key) for key in keys]


def _trader(scheme: str, key: str) -> Trader:
    participant = parties.participant(scheme, key)
    account = registry.account_of(scheme, key)
    if participant is None or account is None:
        raise AssertionError(f"{key} was registered and has an account")
    login = next(iter(parties.logins_of(participant.id).values()))
    return Trader(account=account.number, key=key, login=login.login)


def _account_id(number: str) -> int:
    account = ledger_queries.account_by_number(number)
    if account is None:
        raise AssertionError(f"account {number} was opened")
    return account.id


def _opened(shape: Shape, count: int, progress: Progress) -> list[int]:
    rulebook = rulebooks.current(shape.scheme)
    kind = rulebook.participant_kinds[shape.participant_kind].account_kind or ""
    ids = []
    with transaction.atomic():
        for _ in range(count):
            account = ledger.open_account(
                act_id=uuid4(),
                scheme=shape.scheme,
                kind=kind,
                day=shape.opened_on,
                number_format=rulebook.number_format,
                first_number=rulebook.first_number,
                role=ROLE_HOLDING,
            )
            ids.append(account.id)
            progress(1)
    return ids


def _issue(shape: Shape, ids: list[int], unit_class: int, ranges_t: Sequence[int], progress: Progress) -> None:
    """One range to each account in turn, and again: so what an account has never lies side by side."""
    (issuance,) = ledger_queries.accounts_of_role(scheme=shape.scheme, role=ROLE_ISSUANCE)

    def orders() -> Iterator[Order]:
        for range_t in ranges_t:
            for account in ids:
                yield Order(uuid4(), issuance.id, account, unit_class, range_t, shape.opened_on)

    waiting: list[Order] = []
    for order in orders():
        waiting.append(order)
        if len(waiting) == _BATCH:
            _post(waiting, progress)
            waiting = []
    if waiting:
        _post(waiting, progress)


def _post(orders: list[Order], progress: Progress) -> None:
    with transaction.atomic(durable=True):
        result = ledger.post_batch(orders)
    if result.refusals:
        raise next(iter(result.refusals.values()))
    progress(len(orders))
