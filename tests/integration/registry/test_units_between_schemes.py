"""Units that pass between accounts of two schemes: each decides about its own account and keeps its own record."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID, uuid4, uuid5

import pytest
from django.db import connection

from tanso.acts import Act, Actor, pass_time, perform, perform_batch, preview
from tanso.acts.models import ActRecord
from tanso.acts.outbox import deliver
from tanso.database.urls import Server
from tanso.kernel.outcomes import Outcome
from tanso.ledger.reconciliation import verify
from tanso.notices.models import Mail
from tanso.registry import queries as registry
from tanso.rulebook import library

JVETS, TRIAL = "jvets", "trial-2008"
DAY = date(2008, 10, 1)
ADMINISTRATOR = Actor(role="administrator", login="admin-1")


def act(scheme: str, operation: str, arguments: dict[str, Any], actor: Actor = ADMINISTRATOR, **more: Any) -> Act:
    return Act(
        id=more.get("id", uuid4()),
        scheme=scheme,
        operation=operation,
        arguments=arguments,
        day=more.get("day", DAY),
        actor=actor,
    )


class Market:
    """A trading participant of one scheme, a broker and a supplier of credits of the other; each has 1,000 t."""

    def __init__(self) -> None:
        for scheme in (JVETS, TRIAL):
            pass_time(scheme, date(2008, 9, 30))
        self.trader, self.trader_login = self.register(JVETS, "t", "trading_participant")
        self.broker, self.broker_login = self.register(TRIAL, "b", "broker")
        self.supplier, self.supplier_login = self.register(TRIAL, "s", "credit_supplier")
        self.issue(JVETS, self.trader, "jCER", 1_000)
        self.issue(TRIAL, self.supplier, "KC", 200_000)

    @staticmethod
    def register(scheme: str, key: str, kind: str) -> tuple[str, Actor]:
        asked = act(scheme, "register_participant", {"key": key, "kind": kind, "name": key}, day=date(2008, 9, 30))
        outcome = perform(asked)
        account = registry.account_of(scheme, key)
        assert account is not None, outcome
        login = outcome.result["logins"]["A"]
        return account.number, Actor(role="participant", login=login, participant=key, letter="A")

    @staticmethod
    def issue(scheme: str, account: str, unit: str, quantity_t: int) -> None:
        evidence = {"kind": "CER", "reference": f"{unit}-1"}
        arguments = {"account": account, "unit": unit, "quantity_t": quantity_t, "evidence": evidence}
        assert perform(act(scheme, "issue", arguments)).ok

    def credits(self, quantity_t: int, *, to: str | None = None, identity: UUID | None = None) -> Act:
        """Kyoto credits of the trial scheme, from the supplier to the trader of the other scheme."""
        arguments = {"from": self.supplier, "to": to or self.trader, "unit": "KC", "quantity_t": quantity_t}
        return act(TRIAL, "transfer", arguments, self.supplier_login, id=identity or uuid4())


@pytest.fixture
def market(database: Server) -> Market:
    return Market()


def records(transfer: UUID) -> list[ActRecord]:
    ids = [transfer, uuid5(transfer, "receive")]
    return list(ActRecord.objects.select_related("decision").filter(id__in=ids).order_by("sequence"))


def held_t(account: str, unit: str = "KC") -> int:
    return registry.balance_t(account, unit)


def test_both_schemes_record_what_they_decided_and_by_which_rulebook(market: Market) -> None:
    sent = market.credits(300)
    outcome = perform(sent)

    assert outcome.status == "done", outcome
    assert (held_t(market.supplier), held_t(market.trader)) == (199_700, 300)
    transfer, receipt = records(sent.id)
    assert (transfer.scheme, transfer.operation, transfer.status, transfer.actor_login) == (
        TRIAL,
        "transfer",
        "done",
        market.supplier_login.login,
    )
    assert (receipt.scheme, receipt.operation, receipt.status, receipt.actor_role) == (
        JVETS,
        "receive",
        "done",
        "system",
    )
    assert receipt.arguments["transfer"] == str(sent.id)
    for record in (transfer, receipt):
        assert record.decision is not None
        book = library().get(record.scheme)
        assert record.decision.rulebook_id == book.version
        assert record.decision.allowed
        assert book.judge_again(record.operation, record.decision.context).allowed
    assert verify(with_acts=True) == []


def test_the_class_of_the_units_stays_that_of_the_scheme_that_issued_them(market: Market) -> None:
    perform(market.credits(300))
    with connection.cursor() as cursor:
        cursor.execute("SELECT scheme, unit_type FROM ledger_unit_class ORDER BY unit_type")
        assert cursor.fetchall() == [(TRIAL, "KC"), (JVETS, "jCER")]
    assert registry.totals(JVETS, "KC").issued_t == registry.totals(TRIAL, "KC").issued_t == 200_000


def test_what_the_receiving_scheme_has_against_it_refuses_the_transfer(market: Market) -> None:
    jpa = act(
        JVETS,
        "transfer",
        {"from": market.trader, "to": market.broker, "unit": "jCER", "quantity_t": 1},
        market.trader_login,
    )
    too_much = market.credits(1, to="JVT-2")

    assert perform(jpa).codes == ("unit.not_recognised",)
    # A scheme that does not know the units has no rules to ask.
    assert [record.scheme for record in records(jpa.id)] == [JVETS]

    assert perform(too_much).codes == ("jvets.transfer.destination",)
    transfer, receipt = records(too_much.id)
    assert (transfer.status, receipt.status) == ("refused", "refused")
    assert transfer.decision is not None
    assert receipt.decision is not None
    assert (transfer.decision.allowed, receipt.decision.allowed) == (True, False)
    assert [finding["code"] for finding in transfer.findings] == ["jvets.transfer.destination"]
    assert held_t(market.trader) == 0


def test_findings_of_both_schemes_come_back_the_senders_first(market: Market) -> None:
    assert perform(market.credits(200_001, to="JVT-2")).codes == ("units.insufficient", "jvets.transfer.destination")


def test_where_the_sender_refuses_the_other_scheme_has_nothing_to_record(market: Market) -> None:
    sent = market.credits(200_001)

    assert perform(sent).codes == ("units.insufficient",)
    assert [(record.scheme, record.status) for record in records(sent.id)] == [(TRIAL, "refused")]


def test_a_preview_asks_both_and_records_nothing(market: Market) -> None:
    sent = market.credits(300)

    assert preview(sent).status == "allowed"
    assert preview(market.credits(300, to="JVT-2")).codes == ("jvets.transfer.destination",)
    assert records(sent.id) == []


def test_the_same_act_again_moves_and_records_nothing_more(market: Market) -> None:
    identity = uuid4()
    first, again = (perform(market.credits(300, identity=identity)) for _ in range(2))

    assert (first.status, again.status, again.repeated) == ("done", "done", True)
    assert len(records(identity)) == 2
    assert held_t(market.trader) == 300


def test_a_batch_decides_and_records_as_single_acts_do(market: Market) -> None:
    """The second one is decided on what the first one left, in both schemes: a broker's holding is limited."""
    perform(market.credits(150_000))
    back = [
        act(
            JVETS,
            "transfer",
            {"from": market.trader, "to": market.broker, "unit": "KC", "quantity_t": quantity_t},
            market.trader_login,
        )
        for quantity_t in (60_000, 60_000, 40_000)
    ]
    outcomes: list[Outcome] = perform_batch(back)

    assert [outcome.codes for outcome in outcomes] == [(), ("trial-2008.transfer.position",), ()]
    assert held_t(market.broker) == 100_000
    assert [[record.status for record in records(one.id)] for one in back] == [
        ["done", "done"],
        ["refused", "refused"],
        ["done", "done"],
    ]
    assert verify(with_acts=True) == []


def test_the_receiver_is_told_in_its_own_scheme(market: Market) -> None:
    perform(market.credits(300))
    deliver()

    (mail,) = Mail.objects.filter(event="transfer.received")
    assert (mail.scheme, mail.participant.key) == (JVETS, "t")


def test_a_frozen_account_of_another_scheme_receives_nothing(market: Market) -> None:
    frozen = act(JVETS, "freeze_account", {"account": market.trader, "reason": "disputed", "operations": []})
    assert perform(frozen).ok

    assert "account.frozen" in perform(market.credits(300)).codes


def test_what_went_to_another_scheme_is_not_taken_back_by_one_of_them(market: Market) -> None:
    perform(market.credits(300))
    with connection.cursor() as cursor:
        cursor.execute("SELECT max(id) FROM ledger_journal")
        (posting,) = cursor.fetchone()

    outcome = perform(act(JVETS, "reverse", {"posting": posting, "reason": "by mistake"}))
    assert "posting.unknown" in outcome.codes


def test_units_are_not_issued_into_accounts_of_another_scheme(market: Market) -> None:
    evidence = {"kind": "CER", "reference": "K-2"}
    arguments = {"account": market.trader, "unit": "KC", "quantity_t": 1, "evidence": evidence}

    assert "account.unknown" in perform(act(TRIAL, "issue", arguments)).codes
