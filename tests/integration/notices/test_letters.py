"""Letters of events: numbered without gaps, once, by the rules of the scheme, and kept as they were made."""

from __future__ import annotations

import re
import threading
from collections import Counter
from datetime import date
from uuid import uuid4

import pytest
from django.db import connection, connections, transaction
from django.db.utils import DatabaseError
from django.test.utils import CaptureQueriesContext

from tanso.acts import outbox
from tanso.acts.models import OutboxMessage
from tanso.acts.outbox import Message
from tanso.notices import letters
from tanso.notices.models import Letter, LetterNumber
from tanso.parties.models import Participant
from tests.support.world import World, login

pytestmark = pytest.mark.usefixtures("database")


def a_year_of_a_holder() -> World:
    """From the base year to the closing of the account: everything that makes a letter but a correction."""
    world = World()
    account = world.holder_with_units("abc")
    for purpose in ("voluntary", "offset"):
        said = {"purpose": purpose, "statement": "第3回環境まつりの分"}
        assert world.do("cancel", login("abc"), account=account, unit="JAA/2", quantity_t=10, **said).ok
    world.go_to(date(2015, 6, 1))
    world.approve_emissions("abc", "target", 8000)
    assert world.do("surrender", login("abc"), account=account, unit="JAA/2", quantity_t=8000).ok
    world.go_to(date(2016, 2, 1))
    return world


def made() -> list[tuple[str, str]]:
    return list(Letter.objects.order_by("id").values_list("reference", "kind"))


def values(letter: Letter) -> dict[str, str]:
    return {row["name"]: row["value"]["ja"] for row in letter.content["rows"]}


def test_each_event_that_the_scheme_names_makes_its_letter_numbered_through_the_fiscal_year() -> None:
    a_year_of_a_holder()

    assert made() == [
        ("ASSET-2013-0001", "base_result"),
        ("ASSET-2014-0001", "issue_notice"),
        ("ASSET-2014-0002", "cancellation_certificate"),
        ("ASSET-2014-0003", "offset_certificate"),
        ("ASSET-2015-0001", "target_result"),
        ("ASSET-2015-0002", "compliance_certificate"),
        ("ASSET-2015-0003", "closing_statement"),
    ]


def test_a_certificate_of_compliance_states_what_the_status_was_stated_on() -> None:
    a_year_of_a_holder()

    assert values(Letter.objects.get(kind="compliance_certificate")) == {
        "phase": "第2期",
        "base_t": "10,000",
        "reduction_target_t": "1,000",
        "issued_t": "9,000",
        "owed_t": "8,000",
        "surrendered_t": "8,000",
        "stated_on": "2015年12月1日",
    }


def test_a_certificate_of_an_offset_says_for_whom_and_which_serial_numbers() -> None:
    a_year_of_a_holder()

    said = values(Letter.objects.get(kind="offset_certificate"))

    assert said["serials"] == "11–20"
    assert said["statement"] == "第3回環境まつりの分"


def test_the_closing_statement_says_what_was_left() -> None:
    a_year_of_a_holder()

    assert values(Letter.objects.get(kind="closing_statement"))["held"] == "排出枠（JAA）（第2期）\u3000980 t"


def test_who_did_not_comply_gets_a_notice_and_no_certificate() -> None:
    world = World()
    world.holder_with_units("abc")
    world.go_to(date(2015, 6, 1))
    world.approve_emissions("abc", "target", 8000)
    world.go_to(date(2015, 12, 3))

    kinds = [kind for _, kind in made()]

    assert "compliance_notice" in kinds
    assert "compliance_certificate" not in kinds
    assert values(Letter.objects.get(kind="compliance_notice"))["shortfall_t"] == "8,000"


def test_a_letter_names_the_act_that_it_follows_from() -> None:
    world = World()
    world.holder("abc")
    world.approve_emissions("abc", "base", 10_000)

    letter = Letter.objects.get()

    assert OutboxMessage.objects.get(id=letter.outbox_id).act.operation == "approve_report"
    assert letter.act_id == OutboxMessage.objects.get(id=letter.outbox_id).act_id


def test_a_letter_about_the_same_thing_says_which_one_it_takes_the_place_of() -> None:
    world = World()
    world.holder("abc")
    world.approve_emissions("abc", "base", 10_000)
    (first,) = Letter.objects.all()
    deliver_again(first)

    second = Letter.objects.latest("id")

    assert second.subject == first.subject == "report:base"
    assert second.content["earlier"] == first.reference
    assert first.content["earlier"] == ""


def message_of(letter: Letter, message_id: int) -> Message:
    row = OutboxMessage.objects.get(id=letter.outbox_id)
    return Message(message_id, row.scheme, row.event, row.payload, row.day)


def deliver_again(letter: Letter) -> None:
    """The same event once more, as another message of the same act."""
    row = OutboxMessage.objects.get(id=letter.outbox_id)
    again = OutboxMessage.objects.create(
        act=row.act, scheme=row.scheme, event=row.event, payload=row.payload, day=row.day
    )
    letters.write_letters([message_of(letter, again.pk)])


def test_an_event_that_is_delivered_twice_makes_one_letter_and_leaves_no_gap() -> None:
    world = World()
    world.holder("abc")
    world.approve_emissions("abc", "base", 10_000)
    OutboxMessage.objects.update(delivered_at=None)

    outbox.deliver()

    assert made() == [("ASSET-2013-0001", "base_result")]
    assert LetterNumber.objects.get().last == 1


def test_a_delivery_that_is_rolled_back_gives_its_numbers_back() -> None:
    world = World()
    world.holder("abc")
    world.approve_emissions("abc", "base", 10_000)
    (letter,) = Letter.objects.all()

    with transaction.atomic():
        deliver_again(letter)
        transaction.set_rollback(True)
    deliver_again(letter)

    assert [reference for reference, _ in made()] == ["ASSET-2013-0001", "ASSET-2013-0002"]


def test_letters_made_at_the_same_time_have_numbers_without_gaps() -> None:
    world = World()
    world.holder("abc")
    world.approve_emissions("abc", "base", 10_000)
    (letter,) = Letter.objects.all()
    together, failures = threading.Barrier(4), []

    def deliver() -> None:
        try:
            together.wait()
            for _ in range(5):
                with transaction.atomic():
                    deliver_again(letter)
        except Exception as error:
            failures.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=deliver) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert failures == []
    assert sorted(Letter.objects.values_list("number", flat=True)) == list(range(1, 22))


def test_a_thousand_letters_are_written_in_a_fixed_number_of_statements() -> None:
    world = World()
    world.holder("abc")
    world.approve_emissions("abc", "base", 10_000)
    (letter,) = Letter.objects.all()
    row = OutboxMessage.objects.get(id=letter.outbox_id)
    more = [
        OutboxMessage(act=row.act, scheme=row.scheme, event=row.event, payload=row.payload, day=row.day)
        for _ in range(1000)
    ]
    OutboxMessage.objects.bulk_create(more)

    with CaptureQueriesContext(
        connection,
    ) as queries:
        letters.write_letters([message_of(letter, one.pk) for one in more[:1]])
    few = len(queries)
    told = [message_of(letter, one.pk) for one in more[1:]]
    with CaptureQueriesContext(connection) as queries:
        letters.write_letters(told)

    assert len(queries) <= few + 2
    assert Letter.objects.count() == 1001
    assert Counter(Letter.objects.values_list("number", flat=True)).most_common(1)[0][1] == 1


def test_a_letter_and_what_became_of_it_are_never_changed() -> None:
    world = World()
    world.holder("abc")
    world.approve_emissions("abc", "base", 10_000)

    for statement in (
        "UPDATE notices_letter SET code = 'X'",
        "DELETE FROM notices_letter",
        "DELETE FROM notices_letternumber",
        "UPDATE notices_letterstep SET day = day",
        "DELETE FROM notices_letterprint",
    ):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)


def test_codes_are_a_hundred_bits_that_nobody_misreads() -> None:
    a_year_of_a_holder()

    codes = list(Letter.objects.values_list("code", flat=True))

    assert len(set(codes)) == len(codes)
    assert all(re.fullmatch("[0-9A-HJKMNP-TV-Z]{20}", code) for code in codes)


def test_a_scheme_without_letters_makes_none() -> None:
    from tanso.rulebook import library  # noqa: PLC0415

    for scheme in ("jvets", "trial-2008", "eu-ets"):
        assert not library().get(scheme).letters.kinds
        assert not letters.wants(library().get(scheme), "report.approved")


def test_what_a_letter_says_stays_when_the_participant_has_another_name() -> None:
    world = World()
    world.holder("abc")
    world.approve_emissions("abc", "base", 10_000)
    Participant.objects.filter(key="abc").update(name=f"other {uuid4()}")

    assert Letter.objects.get().content["holder"] == "ABC"
