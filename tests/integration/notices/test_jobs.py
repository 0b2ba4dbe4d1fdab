"""The worker: what follows a commit, what the clock asks for, each of it once."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.db import connection, transaction
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob

from tanso.acts.models import TimePassed
from tanso.database.urls import Server
from tanso.interfaces.cli.work import work
from tanso.interfaces.jobs import tasks
from tanso.notices.models import Sending
from tanso.rulebook import library
from tests.integration.notices.test_delivery import registered
from tests.support.mail_server import MailServer, mail_server
from tests.support.world import World

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture
def smtp(database: Server) -> Iterator[MailServer]:
    with mail_server() as server:
        yield server


def waiting() -> list[str]:
    return list(ProcrastinateJob.objects.filter(status="todo").values_list("task_name", flat=True))


def test_mails_that_are_written_call_the_worker_once(smtp: MailServer) -> None:
    world = World()

    registered(world, "abc", a="abc@example.com")
    registered(world, "xyz", a="xyz@example.com")

    assert waiting() == ["deliver_mails"]


def test_nobody_is_called_where_no_mail_is_sent() -> None:
    registered(World(), "abc", a="abc@example.com")

    assert waiting() == []


def test_the_worker_sends_what_waits_and_leaves_nothing_behind(smtp: MailServer) -> None:
    registered(World(), "abc", a="abc@example.com")

    work(wait=False)

    # Time passes too, if the clock has just asked for it: then there are mails after this one.
    assert smtp.addresses[0] == "abc@example.com"
    assert Sending.objects.get(mail__event="report.registered").state == "sent"
    assert not ProcrastinateJob.objects.filter(id=1).exists()


def test_a_call_that_is_rolled_back_never_was(smtp: MailServer) -> None:
    with transaction.atomic():
        tasks.deliver_mails.defer()
        transaction.set_rollback(True)

    assert waiting() == []


def test_the_worker_lets_time_pass_in_every_scheme() -> None:
    tasks.let_time_pass.defer()

    work(wait=False)

    assert set(TimePassed.objects.values_list("scheme", flat=True)) == set(library().schemes())


def test_the_worker_checks_the_whole_ledger() -> None:
    World().holder_with_units("abc")
    tasks.verify_ledger.defer()

    work(wait=False)

    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM procrastinate_jobs WHERE id = 1 OR status = 'failed'")
        assert cursor.fetchone() == (0,)


def test_a_job_that_fails_stays_to_be_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail() -> dict[str, object]:
        raise RuntimeError("no rulebooks today")

    monkeypatch.setattr(tasks, "library", fail)
    tasks.let_time_pass.defer()

    work(wait=False)

    assert ProcrastinateJob.objects.get(id=1).status == "failed"


def test_the_clock_calls_for_mails_for_the_day_for_the_ledger_and_for_the_seals() -> None:
    app.perform_import_paths()

    asked = {name: task.cron for (name, _), task in app.periodic_registry.periodic_tasks.items()}

    assert asked == {
        "deliver_mails": "* * * * *",
        "let_time_pass": "*/5 * * * *",
        "verify_ledger": "10 18 * * *",
        "renew_seals": "40 18 * * *",
    }
