"""`tanso due`: what is to be done every day. Perform what has fallen due in every scheme, then check the whole ledger.

A second run on the same day performs nothing more.
"""

from __future__ import annotations

from datetime import UTC, datetime

from rich.console import Console

from tanso.interfaces.cli.speech import say
from tanso.kernel.texts import Text


def run() -> int:
    """The day's work; the status to exit with: 1 where the ledger differs from its journal."""
    from tanso.interfaces.cli import checking  # noqa: PLC0415
    from tanso.interfaces.cli.with_database import database  # noqa: PLC0415

    with database():
        perform_due()
        from tanso.interfaces import ledger_check  # noqa: PLC0415

        checked = ledger_check.check_everything()
    checking.say_checked(checked)
    return checking.FOUND if checked.differences else 0


def perform_due() -> int:
    """Let each scheme's time pass to today and say what was performed; returns how many acts. Needs the database."""
    from tanso.acts import log, outbox, pass_time, rulebooks  # noqa: PLC0415
    from tanso.interfaces.clock import today_in  # noqa: PLC0415
    from tanso.interfaces.web import looks  # noqa: PLC0415
    from tanso.interfaces.web.signing_in import seals  # noqa: PLC0415
    from tanso.notices import delivery  # noqa: PLC0415
    from tanso.rulebook import library  # noqa: PLC0415

    performed = 0
    for scheme in library().schemes():
        rulebook = rulebooks.current(scheme)
        for outcome in pass_time(scheme, today_in(rulebook)):
            label = rulebook.operations[outcome.operation].label
            Console().print(f"{scheme}: {label.ja} / {label.en}: {outcome.status}", highlight=False)
            performed += 1
    looks.forget(datetime.now(UTC))
    seals.renew()
    # Events that an interrupted process left are told now, and its acts get their position in the log.
    outbox.deliver()
    # Where a worker runs, it has sent them already.
    delivery.deliver()
    log.sequence(thorough=True)
    say(
        Text(ja="期日の到来した手続：{performed} 件", en="Acts that had fallen due: {performed}").filled(
            {"performed": performed}
        )
    )
    return performed
