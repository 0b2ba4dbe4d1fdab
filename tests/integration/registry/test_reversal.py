"""A correction is a new posting that moves the same serials back and names the old one; nothing recorded changes."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from typing import Any

import pytest
from django.db import connections

from tanso.acts import perform
from tanso.kernel.outcomes import Outcome
from tanso.ledger import postings, queries
from tanso.ledger.models import Journal
from tanso.ledger.records import Account
from tanso.notices.models import Mail
from tanso.registry import queries as registry
from tanso.registry.models import ComplianceStatement
from tests.support.world import ADMINISTRATOR, SCHEME, SECOND_ADMINISTRATOR, World, login

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture
def world() -> World:
    """A holder with 9,000 t in AST-1001, 800 t of approved emissions to cover, and a trader in AST-1002."""
    world = World()
    world.holder_with_units("abc")
    world.go_to(date(2015, 6, 1))
    world.trader("trd")
    world.approve_emissions("abc", "target", 800)
    return world


def account(number: str) -> Account:
    found = queries.account_by_number(number)
    assert found is not None
    return found


def transfer(world: World, quantity_t: int) -> int:
    arguments = {"from": "AST-1001", "to": "AST-1002", "unit": "JAA/2", "quantity_t": quantity_t}
    assert world.do("transfer", login("abc"), **arguments).ok
    return last_posting()


def surrender(world: World, quantity_t: int) -> int:
    assert world.do("surrender", login("abc"), account="AST-1001", unit="JAA/2", quantity_t=quantity_t).ok
    return last_posting()


def last_posting() -> int:
    return Journal.objects.order_by("-id").values_list("id", flat=True)[0]


def reverse(world: World, posting: int, **more: Any) -> Outcome:
    """Proposed by one person, carried out by another."""
    arguments = {"posting": posting, "reason": "a slip", **more}
    first = world.do("reverse", ADMINISTRATOR, **arguments)
    if first.status != "proposed":
        return first
    return perform(world.act("reverse", SECOND_ADMINISTRATOR, arguments, proposal=first.act_id))


def test_the_same_serials_go_back_and_the_new_posting_names_the_old(world: World) -> None:
    posting = transfer(world, 100)
    transfer(world, 50)

    outcome = reverse(world, posting)

    assert outcome.result == {"reverses": posting, "reversed_t": 100, "serials": "1–100", "clause": "T0 5"}
    back = postings.reversal_of(posting)
    assert back is not None
    assert (back.from_number, back.to_number) == ("AST-1002", "AST-1001")
    assert postings.reversed_by(back.posting.id) == posting
    old = postings.posting(posting)
    assert old is not None
    assert old.posting.serials == back.posting.serials
    assert queries.balance_t(account("AST-1002").id, "JAA", 2) == 50
    assert queries.verify() == []


def test_a_reversal_needs_two_persons(world: World) -> None:
    posting = transfer(world, 100)
    first = world.do("reverse", ADMINISTRATOR, posting=posting, reason="a slip")
    assert first.status == "proposed"
    same = {"posting": posting, "reason": "a slip"}
    again = perform(world.act("reverse", ADMINISTRATOR, same, proposal=first.act_id))
    assert again.codes == ("act.same_person",)
    assert postings.reversal_of(posting) is None


def test_what_counts_as_surrendered_falls_and_another_surrender_may_follow(world: World) -> None:
    surrender(world, 300)
    second = surrender(world, 500)
    assert reverse(world, second).ok

    standing = registry.standing(SCHEME, "abc", world.today)
    assert standing is not None
    assert (standing.surrendered_t, standing.shortfall_t, standing.compliance) == (300, 500, "pending")
    assert registry.totals(SCHEME, "JAA/2").surrendered_t == 300
    surrender(world, 500)


def test_a_status_once_stated_stays_and_the_new_one_stands_beside_it(world: World) -> None:
    posting = surrender(world, 800)
    world.go_to(date(2015, 12, 1))
    assert [row.status for row in ComplianceStatement.objects.order_by("id")] == ["compliant"]

    world.go_to(date(2015, 12, 5))
    assert reverse(world, posting).ok

    stated = [(row.status, row.stated_on, row.surrendered_t) for row in ComplianceStatement.objects.order_by("id")]
    assert stated == [("compliant", date(2015, 12, 1), 800), ("non_compliant", date(2015, 12, 5), 0)]
    standing = registry.standing(SCHEME, "abc", world.today)
    assert standing is not None
    assert standing.compliance == "compliant"


def test_both_holders_are_told_with_reason_and_clause(world: World) -> None:
    posting = transfer(world, 100)
    reverse(world, posting, valid_day="2015-06-01", clause="T0 5 (2)")

    mails = {mail.participant.key: mail for mail in Mail.objects.filter(event="posting.reversed")}
    assert set(mails) == {"abc", "trd"}
    for word in ("移転", "2015年6月1日", "1–100", "a slip", "T0 5 (2)"):
        assert word in mails["abc"].body["ja"]
    assert "1 June 2015" in mails["trd"].body["en"]


def test_a_posting_of_another_scheme_or_none_is_unknown(world: World) -> None:
    assert reverse(world, 10**9).codes == ("posting.unknown",)


def test_of_two_who_reverse_the_same_posting_one_succeeds(world: World) -> None:
    posting = transfer(world, 100)
    arguments = {"posting": posting, "reason": "a slip"}
    acts = []
    for proposer, approver in ((ADMINISTRATOR, SECOND_ADMINISTRATOR), (SECOND_ADMINISTRATOR, ADMINISTRATOR)):
        first = world.do("reverse", proposer, **arguments)
        acts.append(world.act("reverse", approver, arguments, proposal=first.act_id))

    def run(act: Any) -> tuple[str, ...]:
        try:
            return perform(act).codes
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as pool:
        codes = sorted(pool.map(run, acts))

    assert codes == [(), ("posting.reversed",)]
    assert queries.balance_t(account("AST-1001").id, "JAA", 2) == 9_000
