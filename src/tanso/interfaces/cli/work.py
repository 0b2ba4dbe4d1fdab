"""`tanso work`: the worker. It sends mails, lets time pass each night and checks the ledger, until it is stopped.

Several may run, on one machine or on many: a job is taken by one of them.
"""

from __future__ import annotations

import typer

from tanso.interfaces.cli.speech import both, say
from tanso.kernel.texts import Text

# A slow mail server must not hold up midnight.
_JOBS_AT_ONCE = 3
# What a job may still take when the worker is stopped; a job that is cut off is done again.
_SECONDS_TO_FINISH = 60.0


def register(app: typer.Typer) -> None:
    """Add the command to `tanso`."""
    app.command("work", help=both("背後の仕事（メール、期日、検証）を行います。", "Do the work in the background."))(
        run
    )


def run() -> None:
    """Work until SIGINT or SIGTERM. Raises TansoErrors."""
    from tanso.database.roles import refuse_owner  # noqa: PLC0415
    from tanso.interfaces.cli.with_database import database, set_up_django  # noqa: PLC0415

    settings = set_up_django()
    with database(migrated=settings.TANSO.database_url is None) as server:
        refuse_owner(server.application_url)
        say(Text(ja="背後の仕事を始めました。Ctrl-C で終わります。", en="Working in the background. Ctrl-C ends it."))
        _say_whether_mail_is_sent()
        work(wait=True)


def work(*, wait: bool) -> None:
    """Do the jobs that wait; with `wait`, go on until stopped."""
    from procrastinate.contrib.django import app  # noqa: PLC0415

    # Django's own connection belongs to a thread; the worker has a pool of its own, to the same database.
    with app.replace_connector(app.connector.get_worker_connector()) as worker:  # type: ignore[attr-defined]
        worker.run_worker(
            concurrency=_JOBS_AT_ONCE,
            wait=wait,
            listen_notify=wait,
            # What a job did is on record elsewhere; one that failed stays, to be looked at.
            delete_jobs="successful",
            shutdown_graceful_timeout=_SECONDS_TO_FINISH,
            install_signal_handlers=wait,
        )


def _say_whether_mail_is_sent() -> None:
    from django.conf import settings  # noqa: PLC0415

    from tanso.notices import delivery  # noqa: PLC0415

    if delivery.is_on():
        sentence = Text(ja="メールは {host} に送ります。", en="Mails go to {host}.")
        say(sentence.filled({"host": f"{settings.EMAIL_HOST}:{settings.EMAIL_PORT}"}))
    else:
        say(
            Text(
                ja="メールは送りません（試用、または TANSO_MAIL_HOST の指定なし）。画面でお読みください。",
                en="No mail is sent (a demonstration, or TANSO_MAIL_HOST is not set): read it on the pages.",
            )
        )
