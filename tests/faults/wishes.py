"""What the clients wish: valid and invalid acts, chosen from the seed alone.

The n-th wish of a client is a function of seed, client and n. A client that was killed therefore knows what it wished
without having remembered it, and a run can be repeated with the same acts (their interleaving is the machine's own).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from random import Random
from typing import Any, Literal
from uuid import UUID, uuid5

from tanso.acts import Act, Actor

SCHEME = "asset"
BEGIN = date(2014, 3, 31)
TODAY = date(2014, 6, 2)
_NAMESPACE = UUID("7d6b1f0e-6f2c-4c35-9d55-0a5b4b0f7a11")
_ADMINISTRATORS = (Actor(role="administrator", login="admin-1"), Actor(role="administrator", login="admin-2"))

# Of ten wishes of a client, the fifth proposes an issue and the seventh approves it.
_PROPOSES, _APPROVES = 4, 6

How = Literal["one by one", "batch", "ledger batch"]


@dataclass(frozen=True, slots=True)
class Party:
    """A participant, its account, and what it may do with its units."""

    key: str
    account: str
    unit: str
    surrenders: bool = False

    @property
    def actor(self) -> Actor:
        return Actor(role="participant", login=f"{self.key}-A", participant=self.key, letter="A")


@dataclass(frozen=True, slots=True)
class Stage:
    """The world that the wishes are about: open accounts, the last of them frozen now and then, and a closed one."""

    parties: tuple[Party, ...]
    closed: Party
    ledger_batches: bool = False
    act_batches: bool = False


@dataclass(frozen=True, slots=True)
class Wish:
    """One thing that a client wants at once: an act, or several in one batch."""

    number: int
    how: How
    acts: tuple[Act, ...]


class Wishes:
    """All wishes of a run."""

    def __init__(self, seed: int, clients: int, stage: Stage) -> None:
        self._seed = seed
        self._clients = clients
        self._stage = stage

    def wish(self, client: int, number: int) -> Wish:
        """The wish of this number, from 1 on: mostly something new, sometimes what somebody has wished already."""
        chance = self._chance("wish", client, number)
        roll = chance.random()
        if roll < 0.08:  # the same act again, perhaps at the very moment at which another client sends it first
            return Wish(number, "one by one", (self._somebodys(chance, number),))
        if roll < 0.11:
            return Wish(number, "one by one", (_altered(self._somebodys(chance, number)),))
        if roll < 0.15 and self._stage.act_batches:
            return Wish(number, "batch", self._many(chance, client, number))
        if roll < 0.18 and self._stage.ledger_batches:
            return Wish(number, "ledger batch", (self._ledger_batch(chance, client, number),))
        return Wish(number, "one by one", (self.new_act(client, number),))

    def _many(self, chance: Random, client: int, number: int) -> tuple[Act, ...]:
        """Acts for one batch: new ones that depend on one another, one twice, one altered, one of somebody else."""
        acts = [self.new_act(client, number, part) for part in range(chance.randint(2, 9))]
        acts.append(acts[0])
        acts.append(_altered(acts[-2]))
        acts.append(self._somebodys(chance, number))
        chance.shuffle(acts)
        return tuple(acts)

    def _somebodys(self, chance: Random, number: int) -> Act:
        return self.new_act(chance.randrange(self._clients), max(1, number - chance.randint(0, 6)))

    def new_act(self, client: int, number: int, part: int = 0) -> Act:
        """An act that is nobody else's."""
        act_id = uuid5(_NAMESPACE, f"{self._seed}/{client}/{number}/{part}")
        if part == 0 and number % 10 == _PROPOSES:
            return self._issue(act_id, client, number, by=0)
        if part == 0 and number % 10 == _APPROVES:
            proposal = uuid5(_NAMESPACE, f"{self._seed}/{client}/{number - _APPROVES + _PROPOSES}/0")
            return replace(self._issue(act_id, client, number - _APPROVES + _PROPOSES, by=1), proposal=proposal)
        chance = self._chance("act", client, number, part)
        kinds, weights = zip(*_KINDS, strict=True)
        (kind,) = chance.choices(kinds, weights)
        operation, actor, arguments = kind(chance, self._stage)
        return _act(act_id, operation, actor, arguments)

    def _issue(self, act_id: UUID, client: int, number: int, *, by: int) -> Act:
        chance = self._chance("issue", client, number)
        target = chance.choice(self._stage.parties)
        evidence = {"kind": "CER", "reference": f"CER-{client}-{number // chance.choice((1, 1, 1, 20))}"}
        arguments = {
            "account": target.account,
            "unit": "jCER",
            "quantity_t": chance.randint(1, 500),
            "evidence": evidence,
        }
        return _act(act_id, "issue", _ADMINISTRATORS[by], arguments)

    def _ledger_batch(self, chance: Random, client: int, number: int) -> Act:
        """Orders for the ledger's own batch, by index of account: 0 issues, the others hold; many ask for too much."""
        orders = [[0, 1 + chance.randrange(4), chance.randint(1, 50)]]
        for _ in range(chance.randint(1, 30)):
            source, target = chance.randrange(1, 5), chance.randrange(1, 5)
            orders.append([source, target, chance.choice((0, 1, 1, 5, 20, 60))])
        act_id = uuid5(_NAMESPACE, f"{self._seed}/{client}/{number}/ledger")
        return _act(act_id, LEDGER_BATCH, Actor.system(), {"orders": orders})

    def _chance(self, *place: object) -> Random:
        return Random("/".join(map(str, (self._seed, *place))))  # noqa: S311 (a test that can be repeated)


LEDGER_BATCH = "faults_ledger_batch"  # an operation of the clients' own, see `client`

_Choice = tuple[str, Actor, dict[str, Any]]


def _act(act_id: UUID, operation: str, actor: Actor, arguments: dict[str, Any]) -> Act:
    return Act(id=act_id, scheme=SCHEME, operation=operation, arguments=arguments, day=TODAY, actor=actor)


def _altered(act: Act) -> Act:
    """The same id with other content."""
    if act.operation == LEDGER_BATCH:
        return replace(act, arguments={"orders": [*act.arguments["orders"], [1, 2, 1]]})
    if "reason" in act.arguments:
        return replace(act, arguments={**act.arguments, "reason": "other"})
    return replace(act, arguments={**act.arguments, "quantity_t": 77_777})


def _transfer_of(
    chance: Random, stage: Stage, quantity_t: int | str, *, source: Party | None = None, target: str = ""
) -> _Choice:
    source = source or chance.choice(stage.parties)
    others = [party for party in stage.parties if party is not source]
    unit = "jCER" if chance.random() < 0.5 else source.unit
    arguments = {
        "from": source.account,
        "to": target or chance.choice(others).account,
        "unit": unit,
        "quantity_t": quantity_t,
    }
    return "transfer", source.actor, arguments


def _transfer(chance: Random, stage: Stage) -> _Choice:
    return _transfer_of(chance, stage, chance.randint(1, 300))


def _overdraft(chance: Random, stage: Stage) -> _Choice:
    return _transfer_of(chance, stage, chance.choice((50_000, 10**7, 10**12)))


def _bad_quantity(chance: Random, stage: Stage) -> _Choice:
    return _transfer_of(chance, stage, chance.choice((0, -5, "1.5", 10**13, "9" * 30)))


def _unknown_account(chance: Random, stage: Stage) -> _Choice:
    return _transfer_of(chance, stage, 5, target=f"AST-{chance.randint(8000, 9000)}")


def _to_closed(chance: Random, stage: Stage) -> _Choice:
    return _transfer_of(chance, stage, 5, target=stage.closed.account)


def _from_closed(chance: Random, stage: Stage) -> _Choice:
    return _transfer_of(chance, stage, 5, source=stage.closed)


def _to_itself(chance: Random, stage: Stage) -> _Choice:
    source = chance.choice(stage.parties)
    return _transfer_of(chance, stage, 5, source=source, target=source.account)


def _somebody_elses(chance: Random, stage: Stage) -> _Choice:
    operation, _, arguments = _transfer(chance, stage)
    return operation, stage.closed.actor, arguments


def _unknown_unit(chance: Random, stage: Stage) -> _Choice:
    operation, actor, arguments = _transfer(chance, stage)
    return operation, actor, {**arguments, "unit": chance.choice(("JAA", "JAA/77", "none", "jCER/2"))}


def _surrender(chance: Random, stage: Stage) -> _Choice:
    source: Party = chance.choice([party for party in stage.parties if party.surrenders])
    arguments = {"account": source.account, "unit": source.unit, "quantity_t": chance.randint(1, 60)}
    return "surrender", source.actor, arguments


def _surrender_without_duty(chance: Random, stage: Stage) -> _Choice:
    source: Party = chance.choice([party for party in stage.parties if not party.surrenders])
    return "surrender", source.actor, {"account": source.account, "unit": source.unit, "quantity_t": 5}


def _cancel(chance: Random, stage: Stage) -> _Choice:
    source = chance.choice(stage.parties)
    arguments = {"account": source.account, "unit": source.unit, "quantity_t": chance.randint(1, 40)}
    return "cancel", source.actor, {**arguments, "purpose": "voluntary", "statement": "faults"}


def _freeze(chance: Random, stage: Stage) -> _Choice:
    """One account is frozen, as a whole or for transfers alone, and let go, over and over."""
    arguments: dict[str, Any] = {"account": stage.parties[-1].account, "reason": "faults"}
    roll = chance.random()
    if roll < 0.6:
        return "unfreeze_account", _ADMINISTRATORS[0], arguments
    if roll < 0.8:
        arguments["operations"] = ["transfer"]
    return "freeze_account", _ADMINISTRATORS[0], arguments


_KINDS: Sequence[tuple[Callable[[Random, Stage], _Choice], int]] = (
    (_transfer, 50),
    (_surrender, 10),
    (_cancel, 10),
    (_overdraft, 6),
    (_bad_quantity, 4),
    (_unknown_account, 3),
    (_to_closed, 3),
    (_from_closed, 3),
    (_to_itself, 2),
    (_somebody_elses, 4),
    (_unknown_unit, 3),
    (_surrender_without_duty, 2),
    (_freeze, 4),
)
