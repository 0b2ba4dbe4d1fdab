"""One account may hold units of several schemes: status belongs to the account, serial numbers to the class."""

from __future__ import annotations

from uuid import uuid4

import pytest

from tanso.ledger import actions, errors, queries
from tanso.ledger.records import Order

from .conftest import DAY, SmallLedger


def test_units_of_two_schemes_lie_side_by_side_and_are_frozen_together(ledger: SmallLedger) -> None:
    other = actions.unit_class(scheme="t", unit_type="U", phase=2)
    ledger.issue(10, ledger.ann)
    actions.post_batch(
        [
            Order(uuid4(), ledger.issuance.id, ledger.ann.id, other.id, 7, DAY),
            Order(uuid4(), ledger.ann.id, ledger.bob.id, other.id, 2, DAY),
            Order(uuid4(), ledger.ann.id, ledger.bob.id, ledger.units.id, 3, DAY),
        ]
    )
    held = {
        (holding.unit_class.scheme, part.start, part.end)
        for holding in queries.holdings([ledger.ann.id])[ledger.ann.id]
        for part in holding.serials
    }
    assert held == {("s", 4, 11), ("t", 3, 8)}

    actions.freeze(act_id=uuid4(), account=ledger.ann, day=DAY, reason="disputed")
    for units in (ledger.units, other):
        with pytest.raises(errors.AccountNotOpenError):
            actions.post(
                act_id=uuid4(),
                from_account=ledger.ann,
                to_account=ledger.bob,
                unit_class=units,
                quantity_t=1,
                day=DAY,
            )
    assert queries.verify() == []
