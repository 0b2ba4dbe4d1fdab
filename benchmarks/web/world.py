"""A world of the size that the pages are measured in, made through the door.

1,000 target holders with approved base years and issued allowances, 20 trading participants, 10 verifiers, and 100,000
transfers over a year, each decided, posted, recorded and told like any other. Beside them the world in which the tests
try permissions: two of each kind of party, and one of every object that a page is about.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

from tanso.acts import Act, Actor, pass_time, perform_batch
from tanso.kernel.outcomes import Outcome

SCHEME = "asset"
FIRST, SECOND = (Actor(role="administrator", login=f"admin-{number}") for number in (1, 2))
# Between the days of `two_of_each`.
BEGIN, TRADED_FROM, REPORTED_ON = date(2014, 4, 1), date(2014, 6, 3), date(2015, 7, 20)
BASE_T = 10_000
_SEED = 20141

Progress = Callable[[str, int], None]


@dataclass(frozen=True, slots=True)
class Size:
    """How much there is of everything."""

    holders: int = 1_000
    traders: int = 20
    verifiers: int = 10
    transfers: int = 100_000
    a_day: int = 500


def built(size: Size, progress: Progress) -> None:
    """Make the world in the connected, empty database. `progress` hears of each step and how many acts it took."""
    from tanso.acts import actions as acts  # noqa: PLC0415
    from tests.support import two_of_each  # noqa: PLC0415

    some = two_of_each.begun()
    progress("registered", _all(_registrations(size)))
    progress("reported", sum(_all(step) for step in _reports(size, "base", BASE_T)))
    progress("issued", _issues(size))
    two_of_each.traded(some)
    progress("transferred", _transfers(size))
    pass_time(SCHEME, REPORTED_ON)
    steps = list(_reports(size, "target", BASE_T - 1_000))[:3]
    progress("reported", sum(_all(step, day=REPORTED_ON) for step in steps))
    two_of_each.completed(some)
    acts.move_demonstration_day(today=two_of_each.TODAY)


def holders(size: Size) -> list[str]:
    return [f"holder-{number:04d}" for number in range(size.holders)]


def traders(size: Size) -> list[str]:
    return [f"trader-{number:02d}" for number in range(size.traders)]


def verifiers(size: Size) -> list[str]:
    return [f"verifier-{number:02d}" for number in range(size.verifiers)]


def _act(operation: str, actor: Actor, day: date, arguments: dict[str, Any], proposal: UUID | None = None) -> Act:
    return Act(
        id=uuid4(),
        scheme=SCHEME,
        operation=operation,
        arguments=arguments,
        day=day,
        actor=actor,
        proposal=proposal,
    )


def _performed(acts: Sequence[Act]) -> list[Outcome]:
    found = []
    for place in range(0, len(acts), 1_000):
        found += perform_batch(acts[place : place + 1_000])
    return found


def _all(wishes: Iterable[tuple[str, Actor, dict[str, Any]]], day: date = BEGIN) -> int:
    """Perform what must all succeed; how many acts it was."""
    acts = [_act(operation, actor, day, arguments) for operation, actor, arguments in wishes]
    for outcome in _performed(acts):
        if outcome.status == "refused":
            raise SystemExit(f"{outcome.operation} was refused: {outcome.codes}")
    return len(acts)


def _registrations(size: Size) -> Iterator[tuple[str, Actor, dict[str, Any]]]:
    for key in holders(size):
        arguments = {"key": key, "kind": "target_holder", "name": f"計測工場 {key}", "phase": 2}
        yield "register_participant", FIRST, {**arguments, "reduction_target_t": 1_000}
    for kind, keys in (("trading_participant", traders(size)), ("verifier", verifiers(size))):
        for key in keys:
            yield "register_participant", FIRST, {"key": key, "kind": kind, "name": f"計測 {key}"}


def _reports(size: Size, year: str, emissions_t: int) -> Iterator[list[tuple[str, Actor, dict[str, Any]]]]:
    """The steps of every holder's report of a year, one step of all holders after the other."""
    names = verifiers(size)
    of = {key: names[place % len(names)] for place, key in enumerate(holders(size))}
    verifying = {key: Actor(role="verifier", login=f"{key}-A", participant=key, letter="A") for key in names}
    figure = {"emissions_t": emissions_t}

    def all_do(operation: str, who: Callable[[str], Actor], more: Callable[[str], dict[str, Any]]) -> list[Any]:
        return [(operation, who(key), {"participant": key, "year": year, **more(key)}) for key in of]

    yield all_do("register_report", _login, lambda _: figure)
    yield all_do("request_verification", _login, lambda key: {"verifier": of[key]})
    yield all_do("file_verification", lambda key: verifying[of[key]], lambda _: {**figure, "opinion": "unqualified"})
    yield all_do("request_approval", lambda key: verifying[of[key]], lambda _: {})
    yield all_do("approve_report", lambda _: FIRST, lambda _: {})


def _login(key: str) -> Actor:
    return Actor(role="participant", login=f"{key}-A", participant=key, letter="A")


def numbers(keys: Iterable[str]) -> dict[str, str]:
    """The account number of each participant."""
    from tanso.registry import queries as registry  # noqa: PLC0415

    found = {}
    for key in keys:
        account = registry.account_of(SCHEME, key)
        if account is None:
            raise SystemExit(f"{key} has no account")
        found[key] = account.number
    return found


def _issues(size: Size) -> int:
    """Allowances to every holder, each by two persons."""
    arguments = [{"account": number, "unit": "JAA/2"} for number in numbers(holders(size)).values()]
    proposed = _performed([_act("issue", FIRST, BEGIN, each) for each in arguments])
    approved = _performed(
        [_act("issue", SECOND, BEGIN, each, outcome.act_id) for each, outcome in zip(arguments, proposed, strict=True)]
    )
    if not all(outcome.ok for outcome in approved):
        raise SystemExit("allowances were not issued")
    return len(proposed) + len(approved)


def _transfers(size: Size) -> int:
    """Small transfers between accounts drawn by lot, so many a day; how many acts it was, refused ones among them."""
    drawn = random.Random(_SEED)  # noqa: S311 -- a draw, not a secret
    of = numbers([*holders(size), *traders(size)])
    keys, done, day = list(of), 0, TRADED_FROM
    while done < size.transfers:
        acts = []
        for _ in range(min(size.a_day, size.transfers - done)):
            source, target = drawn.sample(keys[: size.holders], 2) if drawn.random() < 0.8 else drawn.sample(keys, 2)
            arguments = {"from": of[source], "to": of[target], "unit": "JAA/2", "quantity_t": drawn.randint(1, 9)}
            acts.append(_act("transfer", _login(source), day, arguments))
        pass_time(SCHEME, day)
        _performed(acts)
        done += len(acts)
        day += timedelta(days=2)
    return done
