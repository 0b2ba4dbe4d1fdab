"""Obligations of each year: many acts at once leave what they leave one by one."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection

from tanso.acts import Act, Actor, pass_time, perform, perform_batch
from tanso.database.urls import Server
from tanso.kernel.outcomes import Outcome
from tanso.registry import yearly
from tanso.registry.queries import account_of

SCHEME = "eu-ets"
ADMINISTRATOR = Actor(role="administrator", login="admin-1")


def act(operation: str, day: date, arguments: dict[str, Any], actor: Actor = ADMINISTRATOR) -> Act:
    return Act(id=uuid4(), scheme=SCHEME, operation=operation, arguments=arguments, day=day, actor=actor)


def operator(key: str) -> tuple[str, Actor]:
    """Register an operator; its account number and login A."""
    registered = perform(
        act("register_participant", date(2013, 1, 2), {"key": key, "kind": "operator", "name": key.upper()})
    )
    account = account_of(SCHEME, key)
    assert account is not None
    login = registered.result["logins"]["A"]
    return account.number, Actor(role="participant", login=login, participant=key, letter="A")


def story(key: str, number: str, holder: Actor) -> list[Act]:
    """Two years of an operator: corrections, a surplus, and acts that are refused because of those before them."""
    spring = date(2014, 4, 1)
    subject = {"participant": key, "fiscal_year": 2013}
    units = {"account": number, "unit": "EUA/3"}
    return [
        act("open_year", date(2013, 1, 2), {"fiscal_year": 2013, "participants": [key]}),
        act("open_year", date(2013, 1, 2), {"fiscal_year": 2014, "participants": [key, key]}),
        act("issue", date(2013, 2, 28), {**units, "quantity_t": 1000}),
        act("record_emissions", spring, {**subject, "emissions_t": 700}),
        act("record_emissions", spring, {**subject, "emissions_t": 800}),
        act("exclude_year", spring, {**subject, "reason": "Refused: it has emissions"}),
        act("exclude_year", spring, {"participant": key, "fiscal_year": 2014, "reason": "Hospital"}),
        act("record_emissions", spring, {"participant": key, "fiscal_year": 2014, "emissions_t": 1}),
        act("record_emissions", spring, {"participant": f"nobody-{key}", "fiscal_year": 2013, "emissions_t": 1}),
        act("surrender_for_year", spring, {**units, "fiscal_year": 2013, "quantity_t": 600}, holder),
        act("surrender_for_year", spring, {**units, "fiscal_year": 2013, "quantity_t": 401}, holder),
        act("surrender_for_year", spring, {**units, "fiscal_year": 2013, "quantity_t": 400}, holder),
        act("surrender_for_year", spring, {**units, "fiscal_year": 2013, "quantity_t": 1}, holder),
        act("surrender_for_year", spring, {**units, "fiscal_year": 2013, "quantity_t": 1, "unit": "EUA/9"}, holder),
        act("surrender_for_year", spring, {**units, "fiscal_year": 2013, "quantity_t": 1}, ADMINISTRATOR),
    ]


def told(outcomes: list[Outcome]) -> list[tuple[str, list[str]]]:
    return [(outcome.status, list(outcome.codes)) for outcome in outcomes]


@pytest.fixture
def begun(database: Server) -> None:
    pass_time(SCHEME, date(2013, 1, 1))


def test_a_batch_decides_as_single_acts_do(begun: None) -> None:
    singly = [perform(each) for each in story("one", *operator("one"))]
    at_once = perform_batch(story("two", *operator("two")))

    assert told(at_once) == told(singly)
    assert [codes for status, codes in told(singly) if status == "refused"] == [
        ["eu-ets.year.has_emissions"],
        ["eu-ets.year.excluded", "eu-ets.emissions.too_early"],
        ["participant.unknown"],
        ["units.insufficient"],
        ["units.insufficient"],
        ["unit.unknown"],
        ["permission.denied"],
    ]

    pass_time(SCHEME, date(2015, 5, 1))
    for key in ("one", "two"):
        first, second = yearly.stated(SCHEME, key, 2013), yearly.stated(SCHEME, key, 2014)
        assert first is not None
        assert second is not None
        assert (first.status, first.emissions_t, first.surrendered_t, first.figure_t) == ("compliant", 800, 1000, 200)
        assert (second.status, second.emissions_t, second.figure_t) == ("excluded", None, None)


def test_a_reversed_surrender_no_longer_counts(begun: None) -> None:
    number, holder = operator("one")
    outcomes = perform_batch(story("one", number, holder)[:10])
    posting = outcomes[-1].result["posting"]
    with connection.cursor() as cursor:
        cursor.execute("SELECT quantity FROM ledger_journal WHERE id = %s", [posting])
        assert cursor.fetchone() == (600,)
    from tanso.ledger import actions as ledger  # noqa: PLC0415

    ledger.reverse(act_id=uuid4(), posting_id=posting, day=date(2014, 4, 2))
    pass_time(SCHEME, date(2014, 5, 1))

    stated = yearly.stated(SCHEME, "one", 2013)
    assert stated is not None
    assert (stated.status, stated.surrendered_t, stated.figure_t) == ("non_compliant", 0, -800)
