"""Who sits at the page: the signed-in login in one scheme, what it may see, and which day it is.

Every page of a scheme gets its `Desk` from `access.seen_by`; the day comes from `interfaces.clock`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from django.http import HttpRequest

from tanso.acts import Actor, rulebooks
from tanso.acts import queries as acts
from tanso.interfaces.clock import today_beside
from tanso.kernel.texts import Text
from tanso.parties import queries as parties
from tanso.parties.models import Login, Participant
from tanso.rulebook import Rulebook, library


class Who(StrEnum):
    """Kinds of people that a page may be for. A page of several names them all."""

    ANYONE = "anyone"
    SIGNED_IN = "signed in"
    EMISSIONS = "participant, emissions"
    ALLOWANCES = "participant, allowances"
    VERIFIER = "verifier"
    ADMINISTRATOR = "administrator"


@dataclass(frozen=True, slots=True)
class Desk:
    """A signed-in login in a scheme on a day. `notice` is what a demonstration says about its data, or None."""

    scheme: str
    rulebook: Rulebook
    login: Login
    actor: Actor
    participant: Participant | None
    who: frozenset[Who]
    today: date
    notice: Text | None

    @property
    def is_demonstration(self) -> bool:
        return self.notice is not None

    @property
    def is_administrator(self) -> bool:
        return Who.ADMINISTRATOR in self.who

    @property
    def is_verifier(self) -> bool:
        return Who.VERIFIER in self.who

    @property
    def sees_allowances(self) -> bool:
        """Whether any figure of allowances may appear: not for a login that only files emissions, nor a verifier."""
        return bool(self.who & {Who.ALLOWANCES, Who.ADMINISTRATOR})

    @property
    def has_reports(self) -> bool:
        return bool(self.who & {Who.EMISSIONS, Who.VERIFIER, Who.ADMINISTRATOR})

    @property
    def phase(self) -> int | None:
        """The participant's phase, where it has one."""
        return None if self.participant is None else self.participant.phase

    @property
    def key(self) -> str:
        """The participant's key; raises ValueError for the administrator, who is no participant."""
        if self.participant is None:
            raise ValueError("the administrator is no participant")
        return self.participant.key


def schemes_of(login: Login) -> list[str]:
    """The schemes that a login may enter: its own, or all of the installation for an administrator."""
    return [login.scheme] if login.scheme else list(library().schemes())


def desk_of(login: Login, scheme: str) -> Desk | None:
    """The desk of a login in a scheme; None where the login does not belong there."""
    if scheme not in schemes_of(login):
        return None
    rulebook = rulebooks.current(scheme)
    demonstration = acts.demonstration()
    return Desk(
        scheme=scheme,
        rulebook=rulebook,
        login=login,
        actor=parties.actor_of(login),
        participant=login.participant,
        who=_who(login, rulebook),
        today=today_beside(demonstration, rulebook),
        notice=None if demonstration is None else demonstration.notice,
    )


def own_logins(desk: Desk) -> frozenset[str]:
    """The login ids that a participant's pages may name: its own. Of everyone else it reads the role alone."""
    if desk.participant is None:
        return frozenset()
    return frozenset(login.login for login in parties.logins_of(desk.participant.pk).values())


def _who(login: Login, rulebook: Rulebook) -> frozenset[Who]:
    if login.role == "administrator":
        return frozenset({Who.ADMINISTRATOR})
    if login.role == "verifier":
        return frozenset({Who.VERIFIER})
    participant: Any = login.participant
    kind = rulebook.participant_kinds[participant.kind]
    areas = set(kind.logins[login.letter])
    who = set()
    if "emissions" in areas and kind.has_phase:
        who.add(Who.EMISSIONS)
    if "allowances" in areas and kind.account_kind is not None:
        who.add(Who.ALLOWANCES)
    return frozenset(who)


def signed_in(request: HttpRequest) -> Login | None:
    """The login behind a request, or None."""
    return request.user if isinstance(request.user, Login) else None
