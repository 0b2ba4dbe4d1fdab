"""Which room hears of which event. The only place that knows rooms on both sides.

`connect` is called once, when Django's apps are ready.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tanso.notices.outsiders import Outsider


def connect() -> None:
    """Offer the rooms' operations to the door, and give lower rooms' events to higher ones."""
    # Imported here, because models exist only once the apps are ready.
    from tanso.acts import actions as acts  # noqa: PLC0415
    from tanso.acts import events, outbox, passing  # noqa: PLC0415
    from tanso.acts import operations as acts_operations  # noqa: PLC0415
    from tanso.emissions import actions as emissions  # noqa: PLC0415
    from tanso.emissions.events import ReportApproved  # noqa: PLC0415
    from tanso.interfaces.web import question_links  # noqa: PLC0415
    from tanso.ledger import operations as ledger  # noqa: PLC0415
    from tanso.notices import actions as notices  # noqa: PLC0415
    from tanso.notices import (  # noqa: PLC0415
        addresses,
        alarms,
        delivery,
        letter_acts,
        letters,
        outsiders,
        overrides,
        publications,
        questions,
        reminders,
        resending,
    )
    from tanso.parties import actions as parties  # noqa: PLC0415
    from tanso.parties.events import ParticipantRegistered  # noqa: PLC0415
    from tanso.registry import actions as registry  # noqa: PLC0415
    from tanso.registry import corrections, due, operations, yearly_operations  # noqa: PLC0415
    from tanso.registry.events import AccountUnfrozen  # noqa: PLC0415

    acts.register_operations()
    ledger.register_operations()
    parties.register_operations()
    emissions.register_operations()
    operations.register_operations()
    yearly_operations.register_operations()
    resending.register_operations()
    letter_acts.register_operations()
    due.offer_subjects()
    reminders.register_operations()
    for operation in (*publications.OPERATIONS, *questions.OPERATIONS):
        acts_operations.register(operation)
    passing.offer_dated(questions.ends_of_keeping)

    # In the same transaction: a registered participant gets its account, its obligation and its empty reports.
    events.follow(ParticipantRegistered, registry.open_accounts)
    events.follow(ParticipantRegistered, emissions.open_reports)
    # And a corrected figure is followed by allocation and obligation, for a frozen account on its release.
    events.follow(ReportApproved, corrections.follow)
    events.follow(AccountUnfrozen, corrections.catch_up)

    # Applicants for registration have no login: mails go to the address that they gave.
    outsiders.offer("applicant", fact="registration", read=_applicants)

    # After commit: letters by the scheme's rules, mails, and last of all what sends them.
    outbox.receive(letters.write_letters, letters.wants)
    outbox.receive(notices.write_mails, notices.wants)
    outbox.receive(alarms.write_alarms, alarms.wants)
    outbox.receive(overrides.write_notices, overrides.wants)
    outbox.receive(addresses.write_both, addresses.wants)
    outbox.receive(delivery.queue, delivery.adds_no_event)
    outsiders.offer("questioner", fact="question", read=question_links.askers)
    delivery.when_queued(_call_for_delivery)


def _applicants(scheme: str, numbers: Collection[Any]) -> Mapping[Any, Outsider]:
    """Those behind applications for registration, as the notices room knows people without a login."""
    from tanso.notices.outsiders import Outsider  # noqa: PLC0415
    from tanso.parties.applications import queries as applications  # noqa: PLC0415

    return {number: Outsider(*person) for number, person in applications.applicants(scheme, numbers).items()}


def _call_for_delivery() -> None:
    # The worker's library is loaded by who has mail to send, not by every command.
    from tanso.interfaces.jobs import tasks  # noqa: PLC0415

    tasks.call_for_delivery()
