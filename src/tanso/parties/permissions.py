"""Who may act for whom. Predicates over representation, shared by the rooms above; no row a person and object."""

from __future__ import annotations

from tanso.acts.act import Actor


def is_administrator(actor: Actor) -> bool:
    """The authority's secretariat."""
    return actor.role == "administrator"


def is_system(actor: Actor) -> bool:
    """Time itself: what falls due."""
    return actor.role == "system"


def acts_for(actor: Actor, participant_key: str) -> bool:
    """Any login of the participant itself: what concerns emissions."""
    return actor.role == "participant" and actor.participant == participant_key


def verifies_for(actor: Actor, verifier_key: str | None) -> bool:
    """A login of the verifier named."""
    return actor.role == "verifier" and verifier_key is not None and actor.participant == verifier_key
