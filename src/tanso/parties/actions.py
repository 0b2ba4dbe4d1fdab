"""Writes of the parties room: logins of the authority and passwords. Registration has a module of its own."""

from __future__ import annotations

from tanso.acts import operations, passing
from tanso.acts.operations import Operation
from tanso.parties import (
    changing,
    contact_changes,
    contact_list,
    credentials,
    organisation_changes,
    registration,
    renaming,
)
from tanso.parties import permissions as may
from tanso.parties.applications import waiting
from tanso.parties.applications.actions import OPERATIONS as OF_APPLICATIONS
from tanso.parties.models import Login


def add_administrator(*, login_id: str, person: str, mail: str = "") -> Login:
    """A login of the authority's secretariat, without a password; the same id twice gives the same login."""
    login, made = Login.objects.get_or_create(
        login=login_id, defaults={"role": "administrator", "person": person, "mail": mail}
    )
    if made:
        login.set_unusable_password()
        login.save(update_fields=["password"])
    return login


def set_password(*, login: Login, password: str) -> None:
    """Give a login a new password, which it keeps. The password is in no act and no log."""
    login.must_change_password = False
    login.set_password(password)
    login.save(update_fields=["password", "must_change_password"])


def set_mail_language(*, login: Login, language: str) -> None:
    """In which language mails go out to a login: ja, en, or "" for both. Messages on pages stay in both."""
    login.mail_language = language
    login.save(update_fields=["mail_language"])


def register_operations() -> None:
    """Offer this room's operations to the door; called once at start."""
    credentials.register_operations()
    operations.register(
        Operation(
            name="register_participant",
            required=frozenset({"key", "kind", "name"}),
            optional=frozenset(
                {"organisation", "account_name", "phase", "reduction_target_t", "form", "sites", "attributes"}
            ),
            locks=registration.locks,
            batch=registration.Registrations,
        )
    )
    operations.register(
        Operation(
            name="change_attribute",
            required=frozenset({"participant", "attribute", "value", "reason"}),
            permission=lambda actor, act: may.is_administrator(actor),
            locks=changing.locks,
            missing=changing.missing,
            facts=changing.facts,
            execute=changing.execute,
        )
    )
    for operation in (
        *contact_changes.OPERATIONS,
        *contact_list.OPERATIONS,
        *organisation_changes.OPERATIONS,
        *renaming.OPERATIONS,
        *OF_APPLICATIONS,
        waiting.OPERATION,
    ):
        operations.register(operation)
    passing.offer_dated(waiting.overdue_papers)
