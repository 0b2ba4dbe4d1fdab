"""Freezing what is frozen already."""

from __future__ import annotations

import pytest

from tanso.ledger import queries as ledger
from tests.support.world import ADMINISTRATOR, SECOND_ADMINISTRATOR, World

pytestmark = pytest.mark.usefixtures("database")


@pytest.mark.parametrize("operations", [None, ["transfer"]])
def test_two_administrators_who_freeze_an_account_alike_freeze_it_once(operations: list[str] | None) -> None:
    world = World()
    number = world.trader("trd")
    arguments = {"account": number, "reason": "捜査", **({"operations": operations} if operations else {})}

    first = world.do("freeze_account", ADMINISTRATOR, **arguments)
    second = world.do("freeze_account", SECOND_ADMINISTRATOR, **arguments)

    assert (first.status, second.status) == ("done", "done")
    assert first.result == second.result
    account = ledger.account_by_number(number)
    assert account is not None
    assert len(ledger.account_events(account.id)) == 2  # opened, frozen
    assert world.do("freeze_account", SECOND_ADMINISTRATOR, **{**arguments, "reason": "判決"}).status == "done"
    assert len(ledger.account_events(account.id)) == 3
