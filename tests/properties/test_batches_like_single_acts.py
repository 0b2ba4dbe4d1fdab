"""Any sequence of acts leaves the same outcomes and the same tables, one by one or as a batch."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

import pytest
from django.db import connections
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tanso.acts import Act, Actor
from tanso.database import clones
from tanso.database.urls import Server
from tanso.interfaces import connect
from tests.support.batches import both_ways
from tests.support.world import ADMINISTRATOR, SECOND_ADMINISTRATOR, World, login

KEYS = ("abc", "def", "trd", "oth")
ACCOUNTS = ("AST-1001", "AST-1002", "AST-1003", "AST-1004", "AST-9999", " ａｓｔ-1001")
UNITS = ("JAA/2", "JAA/2", "JAA/3", "jCER", "nothing")


@pytest.fixture(scope="module")
def populated(server: Server, template: str) -> Iterator[Server]:
    """A world with two holders that have units, two traders, and one report on its way."""
    clone = clones.clone(server, template)
    connect.use(clone)
    world = World()
    world.holder_with_units("abc")
    world.holder_with_units("def", base_t=5_000)
    world.trader("trd")
    world.trader("oth")
    world.verifier("ver")
    yield clone
    connections.close_all()
    clones.drop(clone)


quantities = st.one_of(st.integers(1, 400), st.sampled_from([0, -1, "1.5", "２０", 10**7, 4000]))
actors = st.sampled_from([*(login(key) for key in KEYS), login("abc", "B"), ADMINISTRATOR, SECOND_ADMINISTRATOR])
accounts, units = st.sampled_from(ACCOUNTS), st.sampled_from(UNITS)


def acts_of(operation: str, **arguments: Any) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries(
        {"operation": st.just(operation), "arguments": st.fixed_dictionaries(arguments), "actor": actors}
    )


wishes = st.one_of(
    acts_of("transfer", **{"from": accounts, "to": accounts}, unit=units, quantity_t=quantities),
    acts_of("transfer", **{"from": accounts, "to": accounts}, unit=st.just("JAA/2"), quantity_t=st.integers(1, 50)),
    acts_of("surrender", account=accounts, unit=units, quantity_t=quantities),
    acts_of("cancel", account=accounts, unit=units, quantity_t=quantities, purpose=st.just("voluntary")),
    acts_of("issue", account=accounts, unit=units),
    acts_of(
        "issue",
        account=accounts,
        unit=st.just("jCER"),
        quantity_t=quantities,
        evidence=st.fixed_dictionaries(
            {"kind": st.just("cancellation_certificate"), "reference": st.sampled_from(["A-1", "ａ-1 ", "B", ""])}
        ),
    ),
    acts_of(
        "register_participant",
        key=st.sampled_from(["abc", "new", "newer"]),
        kind=st.sampled_from(["target_holder", "trading_participant", "verifier"]),
        name=st.sampled_from(["ABC", "New"]),
        phase=st.sampled_from([2, 3, 99]),
        reduction_target_t=st.integers(0, 10),
    ),
    acts_of("register_report", participant=st.sampled_from(KEYS[:2]), year=st.just("target"), emissions_t=quantities),
    acts_of(
        "request_verification", participant=st.sampled_from(KEYS[:2]), year=st.just("target"), verifier=st.just("ver")
    ),
    acts_of("apply_for_banking", account=accounts),
)


def likely(wish: dict[str, Any]) -> Actor:
    """Who may probably do it: the holder of the account, so that many acts are allowed."""
    holders = dict(zip(ACCOUNTS, KEYS, strict=False))
    arguments = wish["arguments"]
    key = holders.get(arguments.get("from") or arguments.get("account")) or arguments.get("participant")
    if wish["operation"] in {"issue", "register_participant"} or key is None:
        return ADMINISTRATOR
    return login(key)


# (what is wished; by whom; whether an earlier act's id is used again, and whether with its content; a proposal?)
steps = st.lists(
    st.tuples(
        wishes,
        st.sampled_from(["likely"] * 4 + ["drawn"]),
        st.sampled_from(["new"] * 8 + ["repeat", "same id", "approve"]),
        st.integers(0, 50),
    ),
    min_size=1,
    max_size=40,
)


def story(drawn: list[tuple[dict[str, Any], str, str, int]]) -> list[Act]:
    acts: list[Act] = []
    for number, (wish, whose, which, back) in enumerate(drawn):
        act = Act(
            id=UUID(int=number + 1),
            scheme="asset",
            operation=wish["operation"],
            arguments=wish["arguments"],
            day=date(2014, 6, 1),
            actor=likely(wish) if whose == "likely" else wish["actor"],
        )
        if acts and which != "new":
            earlier = acts[-1 - back % len(acts)]
            if which == "repeat":
                act = earlier
            elif which == "same id":
                act = replace(act, id=earlier.id)
            else:
                act = replace(earlier, id=act.id, actor=SECOND_ADMINISTRATOR, proposal=earlier.id)
        acts.append(act)
    return acts


@given(steps)
# No shrinking: each attempt makes two databases.
@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck), phases=[Phase.reuse, Phase.generate])
def test_a_batch_leaves_what_single_acts_leave(
    populated: Server, drawn: list[tuple[dict[str, Any], str, str, int]]
) -> None:
    connect.use(populated)
    (singly, tables_singly), (together, tables_together) = both_ways(populated, story(drawn))

    assert together == singly
    for name, rows in tables_singly.items():
        assert tables_together[name] == rows, name


# New companies and known ones, spelt one way or the other; keys that come twice; by one administrator or the other.
registrations = st.lists(
    st.tuples(
        st.sampled_from(["abc", *(f"new-{number}" for number in range(12))]),
        st.sampled_from(["ABC", "Company", "Ｃｏｍｐａｎｙ", "Other"]),
        st.sampled_from(["single", "group", "trading_participant", "verifier"]),
        st.lists(st.sampled_from(["North", "South", "West"]), max_size=3, unique=True),
        st.sampled_from([ADMINISTRATOR, SECOND_ADMINISTRATOR]),
    ),
    min_size=2,
    max_size=20,
)


def registration(number: int, drawn: tuple[str, str, str, list[str], Actor]) -> Act:
    key, organisation, form, sites, actor = drawn
    arguments: dict[str, Any] = {"key": key, "name": key, "organisation": organisation, "kind": form}
    if form in {"single", "group"}:
        arguments |= {"kind": "target_holder", "phase": 2, "reduction_target_t": 10, "form": form, "sites": sites}
    return Act(
        id=UUID(int=number + 1),
        scheme="asset",
        operation="register_participant",
        arguments=arguments,
        day=date(2014, 6, 1),
        actor=actor,
    )


@given(registrations)
@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck), phases=[Phase.reuse, Phase.generate])
def test_registrations_written_together_leave_the_trail_of_single_ones(
    populated: Server, drawn: list[tuple[str, str, str, list[str], Actor]]
) -> None:
    connect.use(populated)
    acts = [registration(number, one) for number, one in enumerate(drawn)]
    (singly, tables_singly), (together, tables_together) = both_ways(populated, acts)

    assert together == singly
    for name, rows in tables_singly.items():
        assert tables_together[name] == rows, name
    # Every registration that was allowed made its participant, and the trail says so of it alone.
    made = [json.loads(row) for row in tables_together["acts_change"]]
    named = {row["act_id"] for row in made if row["relation"] == "parties_participant" and row["act_id"]}
    assert {str(outcome.act_id) for outcome in together if outcome.ok} <= named
