"""A small world for tests: parties of a scheme, and acts through the real door."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID, uuid4

from tanso.acts import Act, Actor, pass_time, perform
from tanso.kernel.outcomes import Outcome

SCHEME = "asset"
BEGIN = date(2014, 3, 31)
ADMINISTRATOR = Actor(role="administrator", login="admin-1")
SECOND_ADMINISTRATOR = Actor(role="administrator", login="admin-2")


def login(key: str, letter: str = "A", role: Any = "participant") -> Actor:
    return Actor(role=role, login=f"{key}-{letter}", participant=key, letter=letter)


class World:
    """Acts of a story, each through the door; refusals come back as outcomes."""

    def __init__(self, *, begin: date = BEGIN, scheme: str = SCHEME) -> None:
        self.scheme = scheme
        self.today = begin
        pass_time(scheme, begin)

    def act(self, operation: str, actor: Actor, arguments: dict[str, Any], **more: Any) -> Act:
        identity: UUID = more.pop("id", None) or uuid4()
        return Act(
            id=identity,
            scheme=self.scheme,
            operation=operation,
            arguments=arguments,
            day=more.pop("day", self.today),
            actor=actor,
            **more,
        )

    def do(self, operation: str, actor: Actor, **arguments: Any) -> Outcome:
        return perform(self.act(operation, actor, {name.rstrip("_"): value for name, value in arguments.items()}))

    def go_to(self, day: date) -> None:
        self.today = day
        pass_time(self.scheme, day)

    def holder(self, key: str, *, phase: int = 2, reduction_target_t: int = 1000, **attributes: Any) -> str:
        """Register a target holder and return its account number."""
        outcome = self.do(
            "register_participant",
            ADMINISTRATOR,
            key=key,
            kind="target_holder",
            name=key.upper(),
            phase=phase,
            reduction_target_t=reduction_target_t,
            attributes=attributes,
        )
        assert outcome.ok, outcome
        return self.account(key)

    def trader(self, key: str) -> str:
        """Register a trading participant and return its account number."""
        assert self.do("register_participant", ADMINISTRATOR, key=key, kind="trading_participant", name=key.upper()).ok
        return self.account(key)

    def trader_of(self, kind: str, key: str) -> str:
        """Register a participant of a kind without a phase and return its account number."""
        assert self.do("register_participant", ADMINISTRATOR, key=key, kind=kind, name=key.upper()).ok
        return self.account(key)

    def verifier(self, key: str) -> Actor:
        assert self.do("register_participant", ADMINISTRATOR, key=key, kind="verifier", name=key.upper()).ok
        return login(key, "A", "verifier")

    def account(self, key: str) -> str:
        from tanso.registry.queries import account_of  # noqa: PLC0415

        account = account_of(self.scheme, key)
        assert account is not None
        return account.number

    def approve_emissions(self, key: str, year: str, emissions_t: int) -> None:
        """The whole life of a report, on one day, by its three actors."""
        verifier_key = f"verifier-of-{key}"
        from tanso.parties.queries import participant  # noqa: PLC0415

        verifier = (
            login(verifier_key, "A", "verifier")
            if participant(self.scheme, verifier_key)
            else self.verifier(verifier_key)
        )
        steps: list[tuple[str, Actor, dict[str, Any]]] = [
            ("register_report", login(key), {"emissions_t": emissions_t}),
            ("request_verification", login(key), {"verifier": verifier_key}),
            ("file_verification", verifier, {"emissions_t": emissions_t, "opinion": "unqualified"}),
            ("request_approval", verifier, {}),
            ("approve_report", ADMINISTRATOR, {}),
        ]
        for operation, actor, arguments in steps:
            outcome = self.do(operation, actor, participant=key, year=year, **arguments)
            assert outcome.ok, outcome

    def by_two(self, operation: str, **arguments: Any) -> Outcome:
        """One administrator does it; where it then waits for a second person, another one approves it."""
        first = perform(self.act(operation, ADMINISTRATOR, arguments))
        if first.status != "proposed":
            return first
        return perform(self.act(operation, SECOND_ADMINISTRATOR, arguments, proposal=first.act_id))

    def issue(self, account: str, unit: str, **more: Any) -> Outcome:
        """Propose and approve an issue, by two persons."""
        return self.by_two("issue", account=account, unit=unit, **more)

    def holder_with_units(self, key: str, *, base_t: int = 10_000, **more: Any) -> str:
        """A holder whose base year is approved and whose first allocation is issued, on 1 April of its target year."""
        number = self.holder(key, **more)
        self.approve_emissions(key, "base", base_t)
        if self.today < date(2014, 4, 1):
            self.go_to(date(2014, 4, 1))
        outcome = self.issue(number, f"JAA/{more.get('phase', 2)}")
        assert outcome.ok, outcome
        return number
