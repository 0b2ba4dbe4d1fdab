"""Who looks after which login: the one whose matters contain all of another's, and more, keeps the other's password."""

from __future__ import annotations

from tanso.parties.models import Login
from tanso.rulebook import Rulebook, library


def keepers(rulebook: Rulebook, kind: str, letter: str) -> list[str]:
    """The letters of the logins that change the password of this one; none where it changes its own."""
    matters = rulebook.participant_kinds[kind].logins
    own = set(matters.get(letter, ()))
    return [other for other, areas in matters.items() if own < set(areas)]


def keepers_of(login: Login) -> list[str]:
    """The letters of the logins that change this login's password, once it has an own one; none where it does."""
    if login.participant is None:
        return []
    return keepers(library().get(login.scheme), login.participant.kind, login.letter)


def kept_by(login: Login) -> list[Login]:
    """The logins whose password this one keeps, where its scheme lets it change them."""
    if login.participant is None or "change_password" not in library().get(login.scheme).operations:
        return []
    others = Login.objects.select_related("participant").filter(participant=login.participant).exclude(pk=login.pk)
    return [other for other in others.order_by("letter") if login.letter in keepers_of(other)]
