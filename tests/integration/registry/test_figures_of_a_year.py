"""Figures of a year, allocations and loans of a year: many acts at once leave what they leave one by one."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection

from tanso.acts import Act, Actor, pass_time, perform, perform_batch
from tanso.acts import queries as acts
from tanso.database.urls import Server
from tanso.kernel.outcomes import Outcome
from tanso.ledger.reconciliation import verify
from tanso.registry import yearly_queries
from tanso.registry.queries import account_of
from tanso.rulebook import library

SCHEME = "trial-2008"
ADMINISTRATOR = Actor(role="administrator", login="admin-1")
AUTUMN, SUMMER = date(2008, 11, 4), date(2009, 7, 1)
REFERENCES = ("plan_target_t", "plan_actual_t", "own_actual_t", "target_t")


def act(operation: str, day: date, arguments: dict[str, Any], actor: Actor = ADMINISTRATOR) -> Act:
    return Act(id=uuid4(), scheme=SCHEME, operation=operation, arguments=arguments, day=day, actor=actor)


def setter(key: str, settlement: str = "ex_ante") -> tuple[str, Actor]:
    """Register a target setter; its account number and login A."""
    attributes = {
        "entity": "company",
        "target_form": "absolute",
        "settlement": settlement,
        "target_years": "every_year",
    }
    registered = perform(
        act(
            "register_participant",
            AUTUMN,
            {"key": key, "kind": "target_setter", "name": key.upper(), "attributes": attributes},
        )
    )
    account = account_of(SCHEME, key)
    assert account is not None
    login = registered.result["logins"]["A"]
    return account.number, Actor(role="participant", login=login, participant=key, letter="A")


def figure(key: str, name: str, value: Any, day: date = AUTUMN, year: int = 2008, **more: Any) -> Act:
    return act("record_figure", day, {"participant": key, "fiscal_year": year, "figure": name, "value": value, **more})


def story(key: str, number: str, holder: Actor) -> list[Act]:
    """A year issued ex ante, missed by a little, and a loan that the next year repays; with acts that are refused."""
    units = {"account": number, "unit": "TA/2008"}
    loan = {"account": number, "fiscal_year": 2008}
    return [
        act("open_year", AUTUMN, {"fiscal_year": 2008, "participants": [key]}),
        act("open_year", AUTUMN, {"fiscal_year": 2009, "participants": [key]}),
        *(figure(key, name, 1000) for name in REFERENCES),
        figure(key, "target_reviewed", value=True),
        figure(key, "target_t", 1001, reason="Refused: it is looser"),
        figure(key, "no_such_figure", 1),
        act("issue", AUTUMN, {**units, "fiscal_year": 2008}),
        act("issue", AUTUMN, {**units, "fiscal_year": 2008}),
        act("record_emissions", SUMMER, {"participant": key, "fiscal_year": 2008, "emissions_t": 1050}),
        act("borrow", SUMMER, {**loan, "quantity_t": 51}, holder),
        act("borrow", SUMMER, {**loan, "quantity_t": 30}, holder),
        act("borrow", SUMMER, {**loan, "quantity_t": 21}, holder),
        act("borrow", SUMMER, {**loan, "quantity_t": 20}, holder),
        act("borrow", SUMMER, {**loan, "quantity_t": 1}, ADMINISTRATOR),
        act("borrow", SUMMER, {**loan, "fiscal_year": 2013, "quantity_t": 1}, holder),
        act("surrender_for_year", SUMMER, {**units, "fiscal_year": 2008, "quantity_t": 1050}, holder),
        *(figure(key, name, 1000, SUMMER, 2009) for name in REFERENCES),
        figure(key, "target_reviewed", day=SUMMER, year=2009, value=True),
        act("issue", SUMMER, {"account": number, "unit": "TA/2009"}),
    ]


def told(outcomes: list[Outcome]) -> list[tuple[str, list[str]]]:
    return [(outcome.status, list(outcome.codes)) for outcome in outcomes]


@pytest.fixture
def begun(database: Server) -> None:
    pass_time(SCHEME, date(2008, 10, 1))


def test_a_batch_decides_as_single_acts_do(begun: None) -> None:
    singly = [perform(each) for each in story("one", *setter("one"))]
    at_once = perform_batch(story("two", *setter("two")))

    assert told(at_once) == told(singly)
    assert [codes for status, codes in told(singly) if status == "refused"] == [
        ["trial-2008.target.too_easy", "trial-2008.target.only_raised"],
        ["figure.unknown", "trial-2008.target.form"],
        ["trial-2008.issue.already_issued"],
        ["trial-2008.borrow.too_much"],
        ["trial-2008.borrow.too_much"],
        ["permission.denied"],
        ["year.unknown"],
    ]
    # The next year's issue is less by what was borrowed.
    assert [outcome.result.get("issued_t") for outcome in (singly[-1], at_once[-1])] == [950, 950]
    assert verify(with_acts=True) == []


def test_what_is_recorded_once_stays_and_the_latest_counts(begun: None) -> None:
    setter("one")
    perform(act("open_year", AUTUMN, {"fiscal_year": 2008, "participants": ["one"]}))
    for name in REFERENCES:
        perform(figure("one", name, 1000))
    perform(figure("one", "target_t", 990, reason="Stricter after all"))

    standing = yearly_queries.standing(library().get(SCHEME), "one", 2008)
    assert standing is not None
    assert standing.facts["obligation.figure.target_t"] == 990
    with connection.cursor() as cursor:
        cursor.execute("SELECT value, reason FROM emissions_namedfigure WHERE name = 'target_t' ORDER BY id")
        assert cursor.fetchall() == [("1000", ""), ("990", "Stricter after all")]


@pytest.mark.parametrize(
    ("name", "value"),
    [("target_t", "many"), ("target_t", True), ("verified", 1), ("plan_target_intensity", 1), ("target_t", 2**63)],
)
def test_a_value_of_another_type_is_refused(begun: None, name: str, value: Any) -> None:
    setter("one")
    perform(act("open_year", AUTUMN, {"fiscal_year": 2008, "participants": ["one"]}))

    assert "figure.wrong" in perform(figure("one", name, value)).codes


def test_the_grounds_of_each_decision_suffice_to_judge_it_again(begun: None) -> None:
    outcomes = perform_batch(story("one", *setter("one")))

    book = library().get(SCHEME)
    for outcome, record in ((each, acts.acts_by_id([each.act_id])[each.act_id]) for each in outcomes):
        if record.decision is None:
            continue
        again = book.judge_again(record.operation, record.decision.context)
        assert [finding.code for finding in again.findings] == list(outcome.codes)
