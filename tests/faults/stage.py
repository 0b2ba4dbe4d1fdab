"""The world that the clients act in: four holders and four traders with units, a closed account, and a small ledger."""

from __future__ import annotations

from datetime import date

from tanso import acts as door
from tanso.acts import Actor, perform
from tanso.ledger import actions as ledger
from tests.faults.wishes import BEGIN, TODAY, Party, Stage
from tests.support.world import World

_FIRST_OF_APRIL = date(2014, 4, 1)


def build() -> Stage:
    """Make the world in the connected database, through the door. Takes some hundred acts."""
    world = World(begin=BEGIN)
    # Each freezing is to be one act, so that what became of it is known when its client is killed.
    alone = {"parameter": "two_persons_for_freezing", "value": False, "from_day": None, "reason": "faults"}
    assert world.by_two("override_parameter", **alone).ok
    holders = [f"holder{number}" for number in range(1, 5)]
    traders = [f"trader{number}" for number in range(1, 5)]
    # A large reduction target leaves no reserve to keep, so that most transfers of holders are allowed.
    parties = [
        Party(key, world.holder_with_units(key, base_t=100_000, reduction_target_t=60_000), "JAA/2", surrenders=True)
        for key in holders
    ]
    parties += [Party(key, world.trader(key), "jCER") for key in traders]
    closed = Party("gone", world.trader("gone"), "jCER")
    world.go_to(_FIRST_OF_APRIL)
    for number, party in enumerate((*parties, closed)):
        evidence = {"kind": "CER", "reference": f"stage-{number}"}
        assert world.issue(party.account, "jCER", quantity_t=20_000, evidence=evidence).ok
    closing = world.act("close_account", Actor.system(), {"account": closed.account})
    assert perform(closing).ok
    world.go_to(TODAY)
    for number in range(5):
        role = "holding" if number else "issuance"
        ledger.open_account(
            act_id=closing.id, scheme="faults", number=f"FAULTS-{number}", kind="plain", role=role, day=BEGIN
        )
    ledger.unit_class(scheme="faults", unit_type="F")
    return Stage(
        parties=tuple(parties),
        closed=closed,
        ledger_batches=hasattr(ledger, "post_batch"),
        act_batches=hasattr(door, "perform_batch"),
    )
