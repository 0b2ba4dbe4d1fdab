"""Objections and disputes: told to those concerned alone, kept as they were written, decided once."""

from __future__ import annotations

import json
import threading
from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import connection, connections
from django.db.utils import DatabaseError

from tanso.acts import perform
from tanso.acts.models import ActRecord, DecisionRecord, OutboxMessage
from tanso.kernel.outcomes import Outcome
from tanso.notices.models import Mail
from tanso.parties import actions as parties
from tanso.registry import objections, queries
from tanso.registry.cases import Objection
from tanso.registry.objections import Written
from tests.support.papers import PDF, sha256
from tests.support.world import ADMINISTRATOR, SECOND_ADMINISTRATOR, World, login

TEXT = "確認は担当の環境太郎が済ませています。"


@pytest.fixture
def world(database: object) -> World:
    world = World(begin=date(2014, 6, 2))
    world.holder("abc")
    world.holder("def")
    return world


def returned(world: World, key: str = "abc") -> UUID:
    """A decision of the authority that concerns the holder alone: its report is returned."""
    world.verifier(f"ver-{key}")
    verifier = login(f"ver-{key}", "A", "verifier")
    about = {"participant": key, "year": "base"}
    for operation, actor, more in (
        ("register_report", login(key), {"emissions_t": 10_000}),
        ("request_verification", login(key), {"verifier": f"ver-{key}"}),
        ("file_verification", verifier, {"emissions_t": 10_000, "opinion": "unqualified"}),
        ("request_approval", verifier, {}),
    ):
        assert world.do(operation, actor, **about, **more).ok
    outcome = world.do("return_report", ADMINISTRATOR, **about, reason="単位を確認してください。")
    assert outcome.ok, outcome
    return outcome.act_id


def file(world: World, decision: UUID, key: str = "abc", letter: str = "A", **more: Any) -> Outcome:
    written = Written(text=more.pop("text", TEXT), salt=uuid4().hex)
    arguments = {"decision": str(decision), "content": written.sha256, **more}
    files = {"content": written.as_bytes()} | ({"document": PDF} if "document" in more else {})
    return perform(world.act("file_objection", login(key, letter), arguments, files=files))


def test_the_term_for_the_decision_runs_from_the_filing_and_what_is_late_says_so(world: World) -> None:
    made = Objection.objects.get(id=file(world, returned(world)).result["objection"])

    assert made.decide_by == date(2014, 6, 2) + timedelta(days=60)
    assert not objections.is_overdue(made, made.decide_by)
    assert objections.is_overdue(made, made.decide_by + timedelta(days=1))
    world.do("acknowledge_objection", ADMINISTRATOR, objection=made.id)
    world.do("decide_objection", ADMINISTRATOR, objection=made.id, outcome="rejected", reason="理由")
    made.refresh_from_db()
    assert not objections.is_overdue(made, made.decide_by + timedelta(days=1))


def test_what_was_written_is_in_no_act_decision_or_event(world: World) -> None:
    file(world, returned(world), document=sha256(PDF))

    kept = [
        *ActRecord.objects.values_list("arguments", "result", "findings"),
        *DecisionRecord.objects.values_list("context", "findings"),
        *OutboxMessage.objects.values_list("payload"),
    ]
    assert "環境太郎" not in json.dumps(kept, ensure_ascii=False)
    assert Objection.objects.get().text == TEXT


def test_nothing_else_changes_by_a_decision(world: World) -> None:
    decision = returned(world)
    number = file(world, decision).result["objection"]
    world.do("acknowledge_objection", ADMINISTRATOR, objection=number)
    before = ActRecord.objects.get(id=decision).result

    world.do("decide_objection", ADMINISTRATOR, objection=number, outcome="upheld", reason="理由")

    from tanso.emissions.queries import report_state  # noqa: PLC0415

    assert report_state("asset", "abc", "base") == "returned"
    assert ActRecord.objects.get(id=decision).result == before


def heard(letter: str, key: str = "abc") -> set[str]:
    """Which mails about cases a login has."""
    rows = Mail.objects.filter(event__startswith="objection.", participant__key=key, letter=letter)
    return {event.removeprefix("objection.") for event in rows.values_list("event", flat=True)}


def test_both_logins_and_the_administrator_hear_of_a_case_about_emissions(world: World) -> None:
    parties.add_administrator(login_id="admin-1", person="Administrator")
    number = file(world, returned(world)).result["objection"]
    world.do("acknowledge_objection", ADMINISTRATOR, objection=number)
    world.do("decide_objection", ADMINISTRATOR, objection=number, outcome="rejected", reason="理由")

    assert heard("A") == heard("B") == {"filed", "acknowledged", "decided"}
    assert Mail.objects.filter(event="objection.filed", login="admin-1").count() == 1


def test_login_a_alone_hears_of_a_case_about_allowances(world: World) -> None:
    world.holder_with_units("seller")
    issue = ActRecord.objects.get(operation="issue", status="done").id

    number = file(world, issue, key="seller").result["objection"]
    world.do("acknowledge_objection", ADMINISTRATOR, objection=number)

    assert heard("A", "seller") == {"filed", "acknowledged"}
    assert heard("B", "seller") == set()


def test_both_sides_of_a_dispute_hear_of_it(world: World) -> None:
    number = world.holder_with_units("seller")
    world.do("transfer", login("seller"), from_=number, to=world.account("def"), unit="JAA/2", quantity_t=5)
    moved = ActRecord.objects.get(operation="transfer").id
    written = Written(text="数量が違います。", salt="s")
    act = world.act(
        "file_dispute",
        login("def"),
        {"decision": str(moved), "content": written.sha256},
        files={"content": written.as_bytes()},
    )

    outcome = perform(act)

    case = Objection.objects.get(id=outcome.result["objection"])
    assert case.against is not None
    assert (case.participant.key, case.against.key) == ("def", "seller")
    told = Mail.objects.filter(event="objection.filed").values_list("participant__key", flat=True)
    assert heard("B", "def") == heard("B", "seller") == set()
    assert {"def", "seller"} <= set(told)


def test_a_decision_that_concerns_somebody_else_is_nothing_to_the_asker(world: World) -> None:
    decision = returned(world)

    refused = [file(world, decision, "def"), file(world, uuid4()), file(world, UUID(int=0), letter="B")]

    assert {outcome.codes for outcome in refused} == {("permission.denied",)}


def test_of_a_decision_and_a_withdrawal_at_once_one_succeeds(world: World) -> None:
    number = file(world, returned(world)).result["objection"]
    world.do("acknowledge_objection", ADMINISTRATOR, objection=number)
    decided = {"objection": number, "outcome": "rejected", "reason": "理由"}
    wishes = [
        world.act("decide_objection", ADMINISTRATOR, decided),
        world.act("withdraw_objection", login("abc"), {"objection": number}),
        world.act("decide_objection", SECOND_ADMINISTRATOR, decided | {"outcome": "upheld"}),
    ]
    outcomes: list[Outcome] = []
    start = threading.Barrier(len(wishes))

    def run(act: Any) -> None:
        try:
            start.wait()
            outcomes.append(perform(act))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(act,)) for act in wishes]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(outcome.status for outcome in outcomes) == ["done", "refused", "refused"]
    assert Objection.objects.get(id=number).steps.count() == 2


def test_a_text_has_a_length_that_can_be_read(world: World) -> None:
    decision = returned(world)

    assert file(world, decision, text="あ" * 10_001).codes == ("objection.text_missing",)
    assert file(world, decision, text="あ" * 10_000).ok


def test_a_text_that_the_act_does_not_name_is_a_mistake_of_a_programmer(world: World) -> None:
    arguments = {"decision": str(returned(world)), "content": "0" * 64}
    with pytest.raises(ValueError, match="SHA-256"):
        perform(world.act("file_objection", login("abc"), arguments, files={"content": Written(TEXT, "s").as_bytes()}))


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE registry_objection SET text = ''",
        "UPDATE registry_objection SET state = 'upheld'",
        "DELETE FROM registry_objection",
        "UPDATE registry_objectionstep SET note = ''",
        "UPDATE registry_objectionpaper SET text = ''",
        "DELETE FROM registry_objectionpaper",
    ],
)
def test_the_database_keeps_cases_as_they_were_written(world: World, statement: str) -> None:
    number = file(world, returned(world)).result["objection"]
    world.do("acknowledge_objection", ADMINISTRATOR, objection=number)
    written = Written("答え", "s")
    arguments = {"objection": number, "content": written.sha256}
    perform(world.act("write_objection_paper", ADMINISTRATOR, arguments, files={"content": written.as_bytes()}))

    with pytest.raises(DatabaseError), connection.cursor() as cursor:
        cursor.execute(statement)


def test_a_frozen_account_may_be_objected_to_by_login_a_alone(world: World) -> None:
    frozen = {"account": world.account("abc"), "reason": "名義の確認のため"}
    first = world.do("freeze_account", ADMINISTRATOR, **frozen)
    act = world.act("freeze_account", SECOND_ADMINISTRATOR, frozen, proposal=first.act_id)
    decision = perform(act).act_id if first.status == "proposed" else first.act_id

    assert file(world, decision, letter="B").codes == ("permission.denied",)
    assert file(world, decision).ok
    assert queries.account_of("asset", "abc") is not None
