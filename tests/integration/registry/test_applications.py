"""Units on a document of another registry: applied for by the holder, issued in exactly that quantity, once."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.db.utils import Error

from tanso.acts import Act, perform, perform_batch
from tanso.emissions.models import File
from tanso.kernel.outcomes import Outcome
from tanso.notices.queries import mails
from tanso.registry import queries
from tanso.registry.models import UnitApplication
from tests.support.papers import PDF, sha256
from tests.support.world import ADMINISTRATOR, SECOND_ADMINISTRATOR, World, login

pytestmark = pytest.mark.usefixtures("database")

CER = {
    "kind": "CER",
    "reference": "JP-2014-0001",
    "account": "JP-100-1234-0",
    "serials": "IN-5-1 to IN-5-500",
    "day": "2014-05-30",
}


@pytest.fixture
def world(database: object) -> World:
    world = World(begin=date(2014, 6, 1))
    world.holder("abc")
    world.trader("trd")
    return world


def application(world: World, key: str = "trd", **more: Any) -> Act:
    content = more.pop("content", PDF)
    arguments = {
        "account": world.account(key),
        "unit": "jCER",
        "quantity_t": 500,
        "evidence": CER,
        "document": sha256(content),
    } | more
    return world.act("apply_for_units", login(key), arguments, files={"document": content})


def apply(world: World, key: str = "trd", **more: Any) -> int:
    outcome = perform(application(world, key, **more))
    assert outcome.ok, outcome.findings
    return int(outcome.result["application"])


def issue(world: World, number: int, key: str = "trd", **more: Any) -> Outcome:
    return world.issue(world.account(key), "jCER", application=number, **more)


def state(number: int) -> str:
    return UnitApplication.objects.get(id=number).state


@pytest.mark.parametrize("key", ["abc", "trd"])
def test_what_a_holder_or_a_trading_participant_applied_for_is_issued_in_exactly_its_quantity(
    world: World, key: str
) -> None:
    number = apply(world, key)

    assert state(number) == "waiting"
    assert issue(world, number, key).result["issued_t"] == 500
    assert queries.balance_t(world.account(key), "jCER") == 500
    assert state(number) == "issued"


def test_the_application_waits_until_the_second_person_has_approved(world: World) -> None:
    number = apply(world)

    proposal = world.do("issue", ADMINISTRATOR, account=world.account("trd"), unit="jCER", application=number)

    assert (proposal.status, state(number)) == ("proposed", "waiting")


@pytest.mark.parametrize(
    "other",
    [
        {"quantity_t": 499},
        {"quantity_t": 501},
        {"evidence": {"kind": "ERU", "reference": "JP-2014-0001"}},
        {"evidence": {"kind": "CER", "reference": "JP-2014-0002"}},
    ],
)
def test_nothing_else_is_issued_on_an_application(world: World, other: dict[str, Any]) -> None:
    number = apply(world)

    assert "application.differs" in issue(world, number, **other).codes
    assert state(number) == "waiting"


def test_the_account_is_that_of_the_applicant(world: World) -> None:
    number = apply(world, "trd")

    assert "application.differs" in issue(world, number, "abc").codes


def test_the_same_quantity_and_evidence_may_be_said_again(world: World) -> None:
    number = apply(world)
    evidence = {"kind": "CER", "reference": " ＪＰ-2014-0001 "}

    assert issue(world, number, quantity_t=500, evidence=evidence).ok


def test_one_application_serves_once(world: World) -> None:
    number = apply(world)
    assert issue(world, number).ok

    again = issue(world, number)

    assert "application.settled" in again.codes
    assert "asset.issue.evidence_used" in again.codes


def test_a_reference_that_waits_or_was_used_is_not_applied_with_again(world: World) -> None:
    number = apply(world)
    spelt_otherwise = {**CER, "reference": " ｊｐ-2014-0001"}

    waiting = perform(application(world, "abc", evidence=spelt_otherwise))
    assert issue(world, number).ok
    used = perform(application(world, "abc", evidence=spelt_otherwise))

    assert waiting.codes == ("application.evidence_waiting",)
    assert used.codes == ("asset.issue.evidence_used",)


def test_no_direct_issue_passes_by_an_application_that_waits(world: World) -> None:
    number = apply(world)
    direct = world.issue(
        world.account("abc"), "jCER", quantity_t=500, evidence={"kind": "CER", "reference": "JP-2014-0001"}
    )

    assert direct.codes == ("application.evidence_waiting",)
    assert issue(world, number).ok


def test_a_refused_application_leaves_its_document_free_for_another(world: World) -> None:
    number = apply(world)

    refused = world.do("refuse_application", ADMINISTRATOR, application=number, reason="読めません。")

    assert refused.result == {"application_state": "refused"}
    assert apply(world) != number
    assert "application.settled" in issue(world, number).codes


def test_a_refusal_gives_its_reason_and_a_mail_tells_it(world: World) -> None:
    number = apply(world)

    without = world.do("refuse_application", ADMINISTRATOR, application=number, reason=" ")
    world.do("refuse_application", ADMINISTRATOR, application=number, reason="頁が足りません。")

    assert without.codes == ("reason.missing",)
    heard = {mail.event: mail for mail in mails("asset", "trd", "A")}
    assert {"application.received", "application.refused"} <= set(heard)
    assert "頁が足りません。" in heard["application.refused"].body["ja"]
    assert "500" in heard["application.received"].body["en"]


def test_the_applicant_takes_an_application_back_and_nobody_else_can(world: World) -> None:
    number = apply(world)

    others = [
        world.do("withdraw_application", actor, application=number)
        for actor in (login("abc"), login("trd", "B"), ADMINISTRATOR)
    ]
    unknown = world.do("withdraw_application", login("trd"), application=number + 1)
    own = world.do("withdraw_application", login("trd"), application=number)

    assert {outcome.codes for outcome in [*others, unknown]} == {("permission.denied",)}
    assert own.result == {"application_state": "withdrawn"}
    assert state(number) == "withdrawn"


def test_only_login_a_of_the_holder_applies(world: World) -> None:
    for actor in (login("abc", "B"), login("trd"), ADMINISTRATOR):
        act = application(world, "abc")
        outcome = perform(world.act("apply_for_units", actor, dict(act.arguments), files=dict(act.files)))
        assert outcome.codes == ("permission.denied",)


def test_only_the_administrator_refuses(world: World) -> None:
    number = apply(world)

    assert world.do("refuse_application", login("trd"), application=number, reason="x").codes == ("permission.denied",)


def test_an_unknown_application_is_named(world: World) -> None:
    assert "application.unknown" in issue(world, 999).codes
    refused = world.do("refuse_application", ADMINISTRATOR, application=999, reason="x")
    assert refused.codes == ("application.unknown",)


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"document": None}, "document.missing"),
        ({"content": b"PK\x03\x04"}, "document.kind"),
        ({"evidence": {**CER, "account": " "}}, "asset.apply.record_missing"),
        ({"evidence": {**CER, "serials": ""}}, "asset.apply.record_missing"),
        ({"evidence": {name: value for name, value in CER.items() if name != "day"}}, "asset.apply.record_missing"),
        ({"evidence": {**CER, "day": "2014-06-02"}}, "asset.apply.not_yet_moved"),
        ({"evidence": {**CER, "kind": "J-Credit"}}, "asset.issue.evidence_missing"),
        ({"evidence": None}, "asset.issue.evidence_missing"),
        ({"quantity_t": 0}, "quantity.not_positive"),
        ({"unit": "JAA/2"}, "application.not_on_evidence"),
        ({"unit": "jXYZ"}, "unit.unknown"),
    ],
)
def test_what_an_application_lacks_is_named(world: World, more: dict[str, Any], code: str) -> None:
    outcome = perform(application(world, **more))

    assert code in outcome.codes
    assert not UnitApplication.objects.exists()
    assert not File.objects.exists()


def test_a_move_of_this_very_day_is_done(world: World) -> None:
    assert perform(application(world, evidence={**CER, "day": "2014-06-01"})).ok


def test_a_document_is_as_large_as_the_parameter_says_and_no_larger(world: World) -> None:
    largest = 5 * 1024 * 1024
    fits, does_not = (PDF.ljust(size - 6, b"\n") + b"%%EOF\n" for size in (largest, largest + 1))

    refused = perform(application(world, content=does_not))

    assert refused.codes == ("document.too_large",)
    assert perform(application(world, content=fits)).ok


def test_the_bytes_must_be_those_that_the_act_names(world: World) -> None:
    with pytest.raises(ValueError, match="SHA-256"):
        perform(application(world, document=sha256(b"another")))


def test_two_administrators_cannot_settle_one_application_twice_in_a_batch(world: World) -> None:
    number = apply(world)
    arguments = {"account": world.account("trd"), "unit": "jCER", "application": number}
    proposals = [perform(world.act("issue", ADMINISTRATOR, arguments)).act_id for _ in range(2)]

    outcomes = perform_batch(
        [world.act("issue", SECOND_ADMINISTRATOR, arguments, proposal=proposal) for proposal in proposals]
    )

    assert [outcome.status for outcome in outcomes] == ["done", "refused"]
    assert "application.settled" in outcomes[1].codes
    assert queries.balance_t(world.account("trd"), "jCER") == 500


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE registry_unitapplication SET quantity_t = 501",
        "UPDATE registry_unitapplication SET state = 'issued'",
        "DELETE FROM registry_unitapplication",
        "UPDATE registry_unitapplicationstep SET note = ''",
    ],
)
def test_the_database_keeps_applications_as_they_were_made(world: World, statement: str) -> None:
    world.do("refuse_application", ADMINISTRATOR, application=apply(world), reason="x")

    with pytest.raises(Error), connection.cursor() as cursor:
        cursor.execute(statement)
