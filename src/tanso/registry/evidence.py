"""What units are issued on where the rules do not say how many: a document of another registry, given or applied with.

An issue names its evidence itself, or the application that did. One reference serves once, in whatever spelling.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from tanso.acts.act import Act
from tanso.registry.contexts import account_named, evidence_key
from tanso.registry.facts import Facts
from tanso.registry.models import WAITING, EvidenceUse, UnitApplication
from tanso.rulebook import Rulebook


@dataclass(frozen=True, slots=True)
class Evidence:
    """A document of another registry as an act names it.

    `account` is the account there that the credits left, `serials` their numbers there, `day` the day of what the
    document certifies.
    """

    kind: str
    reference: str
    account: str = ""
    serials: str = ""
    day: date | None = None

    @property
    def key(self) -> str:
        """The reference in its one spelling."""
        return evidence_key(self.reference)

    def lacks(self, asked: Iterable[str]) -> list[str]:
        """Which of the particulars asked for (`account`, `serials`, `day`) are not given."""
        return [name for name in asked if not getattr(self, name)]


def evidence_in(arguments: Any) -> Evidence | None:
    """The evidence that an act's arguments give; None where they give none, or none with a reference."""
    given = arguments.get("evidence")
    if not given or not str(given.get("reference", "")).strip():
        return None
    day = given.get("day")
    return Evidence(
        kind=str(given.get("kind", "")),
        reference=str(given["reference"]).strip(),
        account=str(given.get("account", "")).strip(),
        serials=str(given.get("serials", "")).strip(),
        day=date.fromisoformat(day) if day else None,
    )


def application_number(arguments: Any) -> int | None:
    """The number of the application that an act names, or None."""
    given = arguments.get("application")
    return int(given) if given is not None else None


class EvidenceDesk:
    """Evidence and applications for any number of acts: as they are now, and as the acts so far will leave them."""

    def __init__(self, scheme: str, acts: Sequence[Act]) -> None:
        numbers = {number for act in acts if (number := application_number(act.arguments)) is not None}
        self._applications: dict[int, UnitApplication] = {}
        if numbers:
            rows = UnitApplication.objects.filter(scheme=scheme, id__in=numbers)
            self._applications = {row.id: row for row in rows}
        keys = {found.key for act in acts if (found := self.evidence(act)) is not None}
        self._used: set[str] = set()
        self._waiting: dict[str, int] = {}
        if keys:
            used = EvidenceUse.objects.filter(scheme=scheme, reference__in=keys)
            self._used = set(used.values_list("reference", flat=True))
            waiting = UnitApplication.objects.filter(scheme=scheme, reference__in=keys, state=WAITING)
            self._waiting = dict(waiting.values_list("reference", "id"))

    def application(self, act: Act) -> UnitApplication | None:
        """The application that an act names, as the acts before it leave it; None for none and for an unknown one."""
        number = application_number(act.arguments)
        return None if number is None else self._applications.get(number)

    def evidence(self, act: Act) -> Evidence | None:
        """The evidence that an act gives itself, else that of the application that it names."""
        application = self.application(act)
        if application is not None and act.arguments.get("evidence") is None:
            return evidence_of(application)
        return evidence_in(act.arguments)

    def quantity_t(self, act: Act) -> Any:
        """The quantity that an act gives itself, else that of the application that it names, else nothing."""
        application = self.application(act)
        if application is not None and act.arguments.get("quantity_t") is None:
            return application.quantity_t
        return act.arguments.get("quantity_t", 0)

    def facts(self, act: Act, rulebook: Rulebook) -> Facts:
        """What rules may ask about the evidence of an act and the application that it names."""
        return self._application_facts(act) | self._evidence_facts(act, rulebook)

    def _evidence_facts(self, act: Act, rulebook: Rulebook) -> Facts:
        evidence = self.evidence(act)
        if evidence is None:
            return {"evidence.exists": False}
        unit = rulebook.units.get(str(act.arguments.get("unit", "")).partition("/")[0])
        application = self.application(act)
        waits = self._waiting.get(evidence.key)
        facts: Facts = {
            "evidence.exists": True,
            "evidence.kind": evidence.kind,
            "evidence.reference": evidence.reference,
            "evidence.used": evidence.key in self._used,
            "evidence.waiting": waits is not None and (application is None or application.id != waits),
            "evidence.lacks": evidence.lacks(unit.evidence_record if unit is not None else ()),
        }
        if evidence.day is not None:
            facts |= {"evidence.has_day": True, "evidence.day": evidence.day}
        return facts

    def _application_facts(self, act: Act) -> Facts:
        number, application = application_number(act.arguments), self.application(act)
        if number is None:
            return {}
        facts: Facts = {"application.is_named": True, "application.id": number}
        if application is None:
            return facts
        return facts | {
            "application.exists": True,
            "application.state": application.state,
            "application.matches": _matches(act, application),
        }

    def serve(self, act: Act) -> Evidence | None:
        """Note that the act's evidence has served, and that the application that it names is settled."""
        evidence, application = self.evidence(act), self.application(act)
        if evidence is not None:
            self._used.add(evidence.key)
            self._waiting.pop(evidence.key, None)
        if application is not None:
            application.state = "issued"
        return evidence


def evidence_of(application: UnitApplication) -> Evidence:
    """The evidence that an application rests on."""
    return Evidence(
        kind=application.kind,
        reference=application.as_given,
        account=application.evidence_account,
        serials=application.evidence_serials,
        day=application.evidence_day,
    )


def _matches(act: Act, application: UnitApplication) -> bool:
    """Whether all that an act says itself is what the application says."""
    given = act.arguments
    if "account" in given:
        account = account_named(str(given["account"]))
        if account is None or account.id != application.account_id:
            return False
    if "unit" in given and str(given["unit"]) != application.unit:
        return False
    if given.get("quantity_t") is not None and given["quantity_t"] != application.quantity_t:
        return False
    evidence = evidence_in(given)
    return evidence is None or (evidence.key, evidence.kind) == (application.reference, application.kind)
