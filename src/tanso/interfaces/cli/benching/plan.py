"""How much a bench builds and measures."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

PGBENCH, SINGLE, ACTION = "pgbench", "single", "action"


@dataclass(frozen=True, slots=True)
class Plan:
    """Numbers of accounts, of serial ranges in each and of tonnes in a range; then how long and how often.

    `traders` of the accounts have holders who act through the door. `scale` is pgbench's. `seconds` is the time of each
    part that is timed; one of batches posts `transfers` in all, or five batches if that is more.
    """

    accounts: int = 10_000
    ranges: int = 20
    range_t: int = 100
    traders: int = 1_000
    clients: int = 8
    rounds: int = 3
    seconds: int = 15
    scale: int = 50
    sizes: tuple[int, ...] = (100, 1_000, 10_000)
    transfers: int = 20_000
    seed: int = 1

    def changed(self, **wishes: Any) -> Plan:
        """The plan with these numbers in place of its own; None leaves one as it is."""
        plan = replace(self, **{name: value for name, value in wishes.items() if value is not None})
        return replace(plan, traders=min(plan.traders, plan.accounts))

    def batches(self, size: int) -> int:
        """How many batches of a size are one part."""
        return max(5, self.transfers // size)

    @property
    def parts(self) -> tuple[str | int, ...]:
        """The parts of a round in the order in which they are measured; a part of batches is named by their size."""
        return (PGBENCH, SINGLE, ACTION, *self.sizes)

    @property
    def built(self) -> int:
        """Steps of progress while building: accounts and ranges."""
        return self.accounts * (1 + self.ranges)

    @property
    def steps_of_a_part(self) -> int:
        return max(1, self.built // (self.rounds * len(self.parts)))

    @property
    def steps(self) -> int:
        return self.built + self.steps_of_a_part * self.rounds * len(self.parts)


DEFAULT = Plan()
QUICK = Plan(accounts=40, traders=6, clients=2, rounds=1, seconds=1, scale=1, sizes=(10, 100), transfers=100)
