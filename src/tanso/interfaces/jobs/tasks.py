"""The jobs of the worker. Each may run at any time and any number of times: what is done already is not done again.

The clock below is UTC. A scheme's day begins in its own time zone, so time is let pass every few minutes: the first
run after a scheme's midnight performs what falls due, reminders included, and the others find nothing to do.
"""

from __future__ import annotations

import logging

from procrastinate import exceptions
from procrastinate.contrib.django import app

from tanso.acts import log, outbox, pass_time, rulebooks
from tanso.interfaces import ledger_check
from tanso.interfaces.clock import today_in
from tanso.interfaces.web.signing_in import seals
from tanso.notices import delivery
from tanso.rulebook import library

_log = logging.getLogger(__name__)


# One waits at most: whoever runs next takes all mails that wait.
@app.periodic(cron="* * * * *")
@app.task(name="deliver_mails", queueing_lock="deliver_mails", lock="deliver_mails")
def deliver_mails(timestamp: int = 0) -> None:
    """Tell the events that an interrupted process left, and send the mails whose time has come."""
    outbox.deliver()
    delivered = delivery.deliver()
    if delivered.sent or delivered.failed or delivered.postponed:
        _log.info("mails: %d sent, %d failed, %d postponed", delivered.sent, delivered.failed, delivered.postponed)


@app.periodic(cron="*/5 * * * *")
@app.task(name="let_time_pass", queueing_lock="let_time_pass", lock="let_time_pass")
def let_time_pass(timestamp: int = 0) -> None:
    """Perform what has fallen due in each scheme; one that fails does not hold up the others."""
    failed = []
    for scheme in library().schemes():
        try:
            pass_time(scheme, today_in(rulebooks.current(scheme)))
        except Exception:
            _log.exception("what falls due in %s could not be performed", scheme)
            failed.append(scheme)
    log.sequence(thorough=True)
    if failed:
        raise RuntimeError(f"what falls due could not be performed in: {', '.join(failed)}")


# 18:10 UTC is ten past three at night in Japan.
@app.periodic(cron="10 18 * * *")
@app.task(name="verify_ledger", queueing_lock="verify_ledger", lock="verify_ledger")
def verify_ledger(timestamp: int = 0) -> None:
    """Recompute the ledger from its journal; what differs is frozen and the administrator told."""
    checked = ledger_check.check_everything()
    if checked.differences:
        _log.error("the ledger differs from its journal in %d places", len(checked.differences))


@app.periodic(cron="40 18 * * *")
@app.task(name="renew_seals", queueing_lock="renew_seals", lock="renew_seals")
def renew_seals(timestamp: int = 0) -> None:
    """Seal second factors under the present key where the installation's key was changed."""
    renewed = seals.renew()
    if renewed:
        _log.info("second factors: %d sealed anew", renewed)


def call_for_delivery() -> None:
    """Have the worker deliver now, unless it is called already."""
    try:
        deliver_mails.defer()
    except exceptions.AlreadyEnqueued:
        _log.debug("the worker is called already")
