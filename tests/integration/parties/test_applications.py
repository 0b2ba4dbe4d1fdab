"""From the application of an unknown person to registered participants, through the door."""

from __future__ import annotations

import shutil
from concurrent.futures import ThreadPoolExecutor
from copy import deepcopy
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.db import DatabaseError, connection, connections

from tanso.acts import perform
from tanso.acts.models import ActRecord, ChangeRecord
from tanso.kernel.outcomes import Outcome
from tanso.notices.models import Mail
from tanso.parties import actions as parties_actions
from tanso.parties import contacts
from tanso.parties import queries as parties
from tanso.parties.applications import drafts, queries
from tanso.parties.applications.adoption import Adopted
from tanso.parties.applications.models import Application, ApplicationDraft
from tanso.parties.models import Login, Participant
from tanso.rulebook import library
from tanso.rulebook.library import shipped_schemes
from tanso.rulebook.loading import load
from tests.support import registrations
from tests.support.registrations import CONTENT, TRADER, VERIFIER, changed
from tests.support.world import ADMINISTRATOR, SECOND_ADMINISTRATOR, World, login

IN_TIME = date(2013, 9, 30)


@pytest.fixture
def world(database: object) -> World:
    return World(begin=IN_TIME)


def places(outcome: Outcome, code: str) -> list[str]:
    return next(finding.facts["places"] for finding in outcome.findings if finding.code == f"asset.registration.{code}")


def refusals(world: World, content: dict[str, Any], **options: Any) -> tuple[str, ...]:
    outcome = registrations.submit(world, registrations.write(world, content, **options)[1])
    return tuple(code.removeprefix("asset.registration.") for code in outcome.codes)


def test_an_application_of_the_slides_becomes_a_target_holder(world: World) -> None:
    registrations.load(world)
    found = registrations.apply(world)
    registrations.arrive(world, found)

    outcome = world.do("accept_registration", ADMINISTRATOR, registration=found.id)

    assert outcome.status == "done", outcome
    key = f"h{found.id}"
    assert outcome.result["participants"] == [key]
    participant = parties.participant("asset", key)
    assert participant is not None
    assert participant.organisation.name == "ABCリース株式会社"
    assert participant.organisation.name_kana == "えーびーしーりーすかぶしきがいしゃ"
    assert (participant.phase, participant.reduction_target_t) == (2, 1200)
    assert participant.account_name == "株式会社アセット不動産 アセット第一ビル"
    assert participant.attributes == {"contact_consent": True, "site_type": "workplace", "tokyo_saitama": False}
    site = participant.sites.get()
    assert (site.name, site.name_kana) == ("アセット第一ビル", "あせっとだいいちびる")
    assert site.address == "埼玉県さいたま市大宮区1-1"
    contact = contacts.contact_of(participant)
    assert contact is not None
    assert (contact.company, contact.person, contact.postcode) == ("株式会社アセット不動産", "環境太郎", "123-4567")
    logins = {row.letter: row for row in Login.objects.filter(participant=participant)}
    assert (logins["A"].mail, logins["B"].mail) == ("taro@example.jp", "kankyo@example.jp")
    assert not any(row.has_usable_password() for row in logins.values())
    assert world.account(key).startswith("AST-1")


def test_each_registration_is_an_act_of_its_own_beside_the_acceptance(world: World) -> None:
    registrations.load(world)
    found = registrations.apply(world, two_holders())
    registrations.arrive(world, found)

    outcome = world.do("accept_registration", ADMINISTRATOR, registration=found.id)

    records = ActRecord.objects.filter(operation="register_participant", status="done").order_by("id")
    assert {record.arguments["key"] for record in records} == {f"h{found.id}-1", f"h{found.id}-2"}
    assert {record.actor_login for record in records} == {"admin-1"}
    assert all(record.decision_id is not None for record in records)
    assert outcome.result["participants"] == [f"h{found.id}-1", f"h{found.id}-2"]
    targets = Participant.objects.order_by("key").values_list("reduction_target_t", flat=True)
    assert list(targets) == [1200, 300]
    # The trail names the act that made a row: the registration, and the acceptance for what it adds to it.
    by = {record.arguments["key"]: record.id for record in records}
    for participant in Participant.objects.all():
        made = ChangeRecord.objects.get(relation="parties_participant", row=str(participant.pk), kind="INSERT")
        assert (made.act_id, made.login) == (by[participant.key], "admin-1")
    assert ChangeRecord.objects.filter(relation="parties_application").latest("id").act_id == outcome.act_id
    assert {row.act_id for row in ChangeRecord.objects.filter(relation="parties_contact")} == {outcome.act_id}


def two_holders() -> dict[str, Any]:
    content = deepcopy(CONTENT)
    second = {**content["site"][0], "site_name": "アセット第二ビル", "site_reading": "あせっとだいにびる"}
    content["site"].append({**second, "account_name": "アセット第二ビル"})
    return content


def test_no_act_says_who_a_person_is(world: World) -> None:
    registrations.load(world)
    found = registrations.apply(world)
    registrations.arrive(world, found)
    world.do("return_registration", ADMINISTRATOR, registration=found.id, reason="印影が不鮮明です。")

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT arguments::text || findings::text || result::text FROM acts_actrecord"
            " UNION ALL SELECT payload::text FROM acts_outboxmessage"
            " UNION ALL SELECT context::text FROM acts_decisionrecord"
        )
        told = " ".join(row[0] for row in cursor.fetchall())

    for secret in ("環境太郎", "先進花子", "taro@example.jp", "03-1234-5678", "123-4567", "千代田区"):
        assert secret not in told


@pytest.mark.parametrize(("day", "codes"), [(IN_TIME, ()), (IN_TIME + timedelta(days=1), ("late",))])
def test_applications_are_made_until_the_last_day(world: World, day: date, codes: tuple[str, ...]) -> None:
    world.go_to(day)

    assert refusals(world, CONTENT) == codes


def test_an_application_that_came_back_may_come_again_after_the_last_day(world: World) -> None:
    _token, draft = registrations.write(world)
    assert registrations.submit(world, draft).ok
    found = Application.objects.get()
    assert world.do("return_registration", ADMINISTRATOR, registration=found.id, reason="読みの誤り").ok
    world.go_to(date(2013, 10, 15))
    draft.refresh_from_db()
    registrations.rewrite(world, draft, changed(contact_person="環境次郎"))

    outcome = registrations.submit(world, draft)

    assert outcome.ok, outcome
    found.refresh_from_db()
    assert (found.state, found.version) == ("submitted", 2)
    assert [version.content["fields"]["contact_person"] for version in found.versions.order_by("number")] == [
        "環境太郎",
        "環境次郎",
    ]


def test_all_that_is_wrong_comes_back_at_once_with_its_place(world: World) -> None:
    registrations.load(world)
    content = changed(
        by_representative="no",
        representative_reading="エービーシー",
        contact_organisation="知らない会社",
        contact_person="",
        contact_postcode="12-34",
        contact_telephone="電話",
        mail_a="taro@",
        site_0_site_type="field",
        site_0_site_name="知らないビル",
        site_0_reduction_target_t="-1",
    )

    outcome = registrations.submit(world, registrations.write(world, content)[1])

    assert [code.rpartition(".")[2] for code in outcome.codes] == [
        "applicant",
        "incomplete",
        "reading",
        "contact",
        "postcode",
        "telephone",
        "mail",
        "choice",
        "quantity",
        "not_adopted",
    ]
    assert places(outcome, "incomplete") == ["contact_person"]
    assert places(outcome, "choice") == ["site.1.site_type"]
    assert places(outcome, "not_adopted") == ["site.1.site_name"]
    assert Application.objects.count() == 0


def test_an_empty_application_names_every_line_that_must_be_filled_in(world: World) -> None:
    outcome = registrations.submit(world, registrations.write(world, {})[1])

    assert "mail_a" in places(outcome, "incomplete")
    assert "site.1.account_name" in places(outcome, "incomplete")
    assert "mail_b" not in places(outcome, "incomplete")


@pytest.mark.parametrize(
    ("field", "written", "kept"),
    [
        ("contact_postcode", "〒１２３－４５６７", "123-4567"),
        ("contact_postcode", "1234567", "123-4567"),
        ("contact_telephone", "０３（１２３４）５６７８", "03-1234-5678"),
        ("contact_telephone", "０３ー１２３４ー５６７８", "03-1234-5678"),
        ("mail_a", "ｔａｒｏ＠ｅｘａｍｐｌｅ．ｊｐ", "taro@example.jp"),
        ("contact_reading", "かんきょう　たろう", "かんきょう たろう"),
        ("representative_person", "先進\u202e花\x00子", "先進花子"),
    ],
)
def test_what_is_written_in_full_width_is_kept_as_usual(world: World, field: str, written: str, kept: str) -> None:
    _token, draft = registrations.write(world, changed(**{field: written}))

    assert draft.content["fields"][field] == kept
    assert registrations.submit(world, draft).ok


def test_the_adoption_list_is_compared_in_whatever_spelling(world: World) -> None:
    registrations.load(world)

    assert refusals(world, changed(site_0_site_name="アセット第一ﾋﾞﾙ", site_0_reduction_target_t="１，２００")) == ()
    assert refusals(world, changed(site_0_reduction_target_t="1201")) == ("target",)
    assert refusals(world, changed(site_0_site_name="別のビル")) == ("other_representative",)
    assert refusals(world, CONTENT, phase=3) == ("late",)


def test_the_latest_list_of_a_phase_counts(world: World) -> None:
    registrations.load(world)
    assert registrations.load(world, [Adopted("別の株式会社", "別のビル", 50)]).ok

    assert refusals(world, CONTENT) == ("not_adopted",)


def test_a_list_that_names_a_site_twice_is_no_list(world: World) -> None:
    with pytest.raises(ValueError, match="names each site once"):
        registrations.load(world, [Adopted("甲（株）", "ビル", 1), Adopted("甲株式会社", "ビ ル", 1)])


def test_groups_have_several_sites_and_single_holders_one(world: World) -> None:
    assert refusals(world, changed(site_0_form="group")) == ("group",)
    assert refusals(world, changed(site_0_form="group", site_0_other_sites="第二ビル")) == ()
    assert refusals(world, changed(site_0_other_sites="第二ビル")) == ("single",)


def test_sites_and_account_names_are_their_own(world: World) -> None:
    twice = deepcopy(CONTENT)
    twice["site"].append({**twice["site"][0]})
    assert refusals(world, twice) == ("site_twice", "account_name_taken")
    assert refusals(world, changed(site_0_account_name="あ" * 101)) == ("account_name",)

    registrations.load(world)
    found = registrations.apply(world)
    registrations.arrive(world, found)
    assert world.do("accept_registration", ADMINISTRATOR, registration=found.id).ok

    assert refusals(world, CONTENT) == ("site_taken", "account_name_taken")


def test_nothing_is_accepted_before_both_papers_are_here(world: World) -> None:
    registrations.load(world)
    found = registrations.apply(world)

    first = world.do("accept_registration", ADMINISTRATOR, registration=found.id)
    registrations.arrive(world, found, "application")
    second = world.do("accept_registration", ADMINISTRATOR, registration=found.id)
    registrations.arrive(world, found, "consent")
    third = world.do("accept_registration", ADMINISTRATOR, registration=found.id)

    assert first.codes == second.codes == ("asset.registration.papers_missing",)
    assert [outcome.findings[0].facts["count"] for outcome in (first, second)] == [2, 1]
    assert third.ok
    assert not Login.objects.filter(last_login__isnull=False).exists()


def test_a_target_holder_is_not_accepted_without_the_list(world: World) -> None:
    found = registrations.apply(world)
    registrations.arrive(world, found)

    outcome = world.do("accept_registration", ADMINISTRATOR, registration=found.id)

    assert outcome.codes == ("asset.registration.no_list",)
    assert Participant.objects.count() == 0


def test_what_registration_refuses_the_acceptance_refuses_and_nothing_is_registered(world: World) -> None:
    registrations.load(world)
    found = registrations.apply(world, two_holders())
    registrations.arrive(world, found)
    world.holder("other")

    outcome = world.do("accept_registration", ADMINISTRATOR, registration=found.id, keys=["fine", "other"])

    assert outcome.codes == ("participant.exists",)
    assert not Participant.objects.filter(key="fine").exists()
    found.refresh_from_db()
    assert found.state == "submitted"


def test_an_account_name_that_was_taken_meanwhile_stops_the_acceptance(world: World) -> None:
    registrations.load(world)
    found = registrations.apply(world)
    registrations.arrive(world, found)
    assert world.do(
        "register_participant",
        ADMINISTRATOR,
        key="first",
        kind="trading_participant",
        name="x",
        account_name=CONTENT["site"][0]["account_name"],
    ).ok

    outcome = world.do("accept_registration", ADMINISTRATOR, registration=found.id)

    assert outcome.codes == ("asset.register.account_name_taken",)


def test_a_paper_of_an_earlier_version_is_not_taken(world: World) -> None:
    _token, draft = registrations.write(world)
    registrations.submit(world, draft)
    found = Application.objects.get()
    old = queries.check_code(found)
    registrations.arrive(world, found)
    world.do("return_registration", ADMINISTRATOR, registration=found.id, reason="x")
    draft.refresh_from_db()
    registrations.rewrite(world, draft, changed(contact_title="部長"))
    registrations.submit(world, draft)
    found.refresh_from_db()
    paper = {"registration": found.id, "paper": "application", "arrived_on": world.today.isoformat()}

    earlier = world.do("record_paper", ADMINISTRATOR, check_code=old, **paper)

    assert earlier.codes == ("asset.registration.paper_code",)
    arrived = {paper.paper: paper.arrived_on for paper in queries.papers_of(rules(world), Application.objects.get())}
    assert arrived == {"application": None, "consent": IN_TIME}
    assert world.do("record_paper", ADMINISTRATOR, check_code=queries.check_code(found), **paper).ok


def rules(world: World) -> Any:
    from tanso.acts import rulebooks  # noqa: PLC0415

    return rulebooks.current(world.scheme)


@pytest.mark.parametrize(
    ("days", "codes"),
    [(-1, ("asset.registration.paper_day",)), (0, ()), (2, ()), (3, ("asset.registration.paper_day",))],
)
def test_a_paper_arrives_between_the_application_and_today(world: World, days: int, codes: tuple[str, ...]) -> None:
    found = registrations.apply(world)
    world.go_to(IN_TIME + timedelta(days=2))

    outcome = world.do(
        "record_paper",
        ADMINISTRATOR,
        registration=found.id,
        paper="consent",
        check_code=queries.check_code(found),
        arrived_on=(IN_TIME + timedelta(days=days)).isoformat(),
    )

    assert outcome.codes == codes


def test_a_paper_arrives_once(world: World) -> None:
    found = registrations.apply(world)
    registrations.arrive(world, found, "consent")

    with pytest.raises(AssertionError, match="paper_twice"):
        registrations.arrive(world, found, "consent")


def test_papers_are_overdue_after_the_last_day(world: World) -> None:
    holder = registrations.apply(world)
    trader = registrations.apply(world, TRADER, kind="trading_participant", phase=None)

    due = {row.id: queries.papers_of(rules(world), row)[0] for row in (holder, trader)}

    assert due[holder.id].due_on == IN_TIME
    assert not due[holder.id].is_overdue(IN_TIME)
    assert due[holder.id].is_overdue(IN_TIME + timedelta(days=1))
    assert due[trader.id].due_on == IN_TIME + timedelta(days=14)


@pytest.mark.parametrize(
    ("kind", "content", "prefix"), [("trading_participant", TRADER, "t"), ("verifier", VERIFIER, "v")]
)
def test_trading_participants_and_verifiers_apply_too(
    world: World, kind: str, content: dict[str, Any], prefix: str
) -> None:
    found = registrations.apply(world, content, kind=kind, phase=None)
    registrations.arrive(world, found)

    outcome = world.do("accept_registration", ADMINISTRATOR, registration=found.id)

    assert outcome.ok, outcome
    participant = parties.participant("asset", f"{prefix}{found.id}")
    assert participant is not None
    assert (participant.kind, participant.phase) == (kind, None)
    assert [row.mail for row in Login.objects.filter(participant=participant)] == ["taro@example.jp"]


def test_a_corporation_has_one_trading_account(world: World) -> None:
    found = registrations.apply(world, TRADER, kind="trading_participant", phase=None)
    registrations.arrive(world, found)
    assert world.do("accept_registration", ADMINISTRATOR, registration=found.id).ok

    again = refusals(world, changed(TRADER, site_0_account_name="別の名"), kind="trading_participant", phase=None)

    assert again == ("one_trading_account",)


def test_an_application_sent_again_is_one_application(world: World) -> None:
    _token, draft = registrations.write(world)
    act = uuid4()

    first = registrations.submit(world, draft, id=act)
    second = registrations.submit(world, draft, id=act)
    third = registrations.submit(world, ApplicationDraft.objects.get(), id=uuid4())

    assert first.result == second.result
    assert second.repeated
    assert third.codes == ("asset.registration.order",)
    assert Application.objects.count() == 1


@pytest.mark.parametrize("operation", ["return_registration", "refuse_registration"])
def test_an_application_that_is_settled_stays_so(world: World, operation: str) -> None:
    found = registrations.apply(world)
    assert world.do(operation, ADMINISTRATOR, registration=found.id, reason="x").ok

    again = world.do("accept_registration", ADMINISTRATOR, registration=found.id)
    twice = world.do(operation, ADMINISTRATOR, registration=found.id, reason="x")

    assert "asset.registration.order" in again.codes
    assert twice.codes == ("asset.registration.order",)


@pytest.mark.parametrize("actor", [login("saver"), login("v", "A", "verifier")], ids=["participant", "verifier"])
def test_only_the_administrator_follows_applications_up(world: World, actor: Any) -> None:
    found = registrations.apply(world)

    for operation, more in (
        ("accept_registration", {}),
        ("return_registration", {"reason": "x"}),
        ("refuse_registration", {"reason": "x"}),
        ("record_paper", {"paper": "consent", "check_code": "x", "arrived_on": "2013-09-30"}),
    ):
        assert world.do(operation, actor, registration=found.id, **more).codes == ("permission.denied",)


def test_there_is_nothing_to_do_about_an_unknown_application(world: World) -> None:
    for number in (0, 99, "x", True, 2**70):
        outcome = world.do("accept_registration", ADMINISTRATOR, registration=number)
        assert outcome.codes == ("registration.unknown",)


def test_of_two_acceptances_at_once_one_registers(world: World) -> None:
    registrations.load(world)
    found = registrations.apply(world)
    registrations.arrive(world, found)

    def accept(actor: Any) -> tuple[str, ...]:
        try:
            return world.do("accept_registration", actor, registration=found.id).codes
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(accept, (ADMINISTRATOR, SECOND_ADMINISTRATOR)))

    assert () in answers
    assert sum(answer == () for answer in answers) == 1
    assert Participant.objects.count() == 1


def test_a_draft_is_found_by_its_secret_until_it_expires(world: World) -> None:
    token, draft = registrations.write(world)

    assert drafts.find("asset", token, draft.expires_on) is not None
    assert drafts.find("asset", token, draft.expires_on + timedelta(days=1)) is None
    assert drafts.find("asset", token[:-1], world.today) is None
    assert drafts.find("jvets", token, world.today) is None
    assert draft.expires_on == world.today + timedelta(days=90)
    assert token not in str(ApplicationDraft.objects.filter(pk=draft.pk).values())


def test_drafts_that_expired_are_deleted_and_applications_are_not(world: World) -> None:
    registrations.write(world)
    registrations.apply(world)

    assert drafts.delete_expired(world.today + timedelta(days=91)) == 1
    assert ApplicationDraft.objects.get().application is not None


def test_a_draft_that_was_changed_meanwhile_is_not_submitted(world: World) -> None:
    _token, draft = registrations.write(world)
    registrations.rewrite(world, ApplicationDraft.objects.get(), changed(contact_person="環境次郎"))

    outcome = registrations.submit(world, draft)

    assert outcome.codes == ("registration.draft_changed",)


def test_a_submitted_application_is_not_written_to(world: World) -> None:
    _token, draft = registrations.write(world)
    registrations.submit(world, draft)
    draft = ApplicationDraft.objects.get()

    assert not drafts.may_be_written(draft)
    with pytest.raises(AssertionError):
        registrations.rewrite(world, draft, CONTENT)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE parties_applicationversion SET number = 2",
        "DELETE FROM parties_applicationversion",
        "UPDATE parties_applicationstep SET note = ''",
        "UPDATE parties_applicationpaper SET arrived_on = '2013-01-01'",
        "DELETE FROM parties_application",
        "UPDATE parties_application SET first_submitted_on = '2013-01-01'",
        "UPDATE parties_application SET state = 'accepted'",
        "DELETE FROM parties_adoptionentry",
    ],
)
def test_the_database_keeps_what_was_submitted(world: World, statement: str) -> None:
    registrations.load(world)
    found = registrations.apply(world)
    registrations.arrive(world, found)

    with pytest.raises(DatabaseError), connection.cursor() as cursor:
        cursor.execute(statement)


def test_a_scheme_without_forms_takes_no_applications(database: object) -> None:
    assert library().get("jvets").registration is None
    assert drafts.form_of(library().get("jvets"), "target_holder") is None
    with pytest.raises(ValueError, match="takes no applications"):
        drafts.start(library().get("jvets"), kind="target_holder", phase=None, day=IN_TIME)


def test_where_registering_needs_two_persons_accepting_does(world: World, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(shipped_schemes(), tmp_path / "schemes")) / "asset"
    scheme = folder / "scheme.yaml"
    one = "  register_participant: {}"
    assert one in scheme.read_text(encoding="utf-8")
    scheme.write_text(scheme.read_text(encoding="utf-8").replace(one, "  register_participant: {four_eyes: true}"))
    registrations.load(world)
    found = registrations.apply(world)
    registrations.arrive(world, found)
    as_shipped = library().get("asset")
    library().install(load(folder))
    try:
        first = world.do("accept_registration", ADMINISTRATOR, registration=found.id)
        assert first.status == "proposed"
        assert Participant.objects.count() == 0
        arguments = {"registration": found.id}
        again = world.act("accept_registration", ADMINISTRATOR, arguments, proposal=first.act_id)
        second = world.act("accept_registration", SECOND_ADMINISTRATOR, arguments, proposal=first.act_id)

        assert perform(again).codes == ("act.same_person",)
        assert perform(second).status == "done"
    finally:
        library().install(as_shipped)
    assert Participant.objects.get().key == f"h{found.id}"
    assert ActRecord.objects.filter(operation="register_participant").count() == 1


# -- papers that do not come ------------------------------------------------------------------------------------------


def test_missing_papers_are_called_to_mind_once_after_the_days_of_the_scheme(world: World) -> None:
    parties_actions.add_administrator(login_id="admin-1", person="Administrator")
    found = registrations.apply(world)
    registrations.arrive(world, found, "consent")
    begun = world.today

    world.go_to(begun + timedelta(days=13))
    assert Mail.objects.filter(event="registration.papers_missing").count() == 0
    world.go_to(begun + timedelta(days=60))

    rows = Mail.objects.filter(event="registration.papers_missing")
    assert sorted((row.addressee, row.login, row.day) for row in rows) == [
        ("", "admin-1", begun + timedelta(days=14)),
        ("applicant", "", begun + timedelta(days=14)),
    ]
    told = rows.get(addressee="applicant")
    assert told.address == "taro@example.jp"
    assert "そろっていません" in told.body["ja"]
    assert not [text for text in (*told.subject.values(), *told.body.values()) if "{" in text]


@pytest.mark.parametrize("settled", ["arrived", "returned", "refused"])
def test_who_has_sent_the_papers_or_has_nothing_to_send_hears_nothing(world: World, settled: str) -> None:
    found = registrations.apply(world)
    if settled == "arrived":
        registrations.arrive(world, found)
    else:
        operation = {"returned": "return_registration", "refused": "refuse_registration"}[settled]
        assert world.do(operation, ADMINISTRATOR, registration=found.id, reason="確認").ok

    world.go_to(world.today + timedelta(days=60))

    assert not Mail.objects.filter(event="registration.papers_missing").exists()


def test_a_corrected_application_begins_the_time_anew(world: World) -> None:
    draft = registrations.write(world)[1]
    assert registrations.submit(world, draft).ok
    found = registrations.application_of(draft)
    world.go_to(world.today + timedelta(days=10))
    assert world.do("return_registration", ADMINISTRATOR, registration=found.id, reason="確認").ok
    draft.refresh_from_db()
    registrations.rewrite(world, draft, registrations.changed(contact_title="部長"))
    assert registrations.submit(world, draft).ok
    again = world.today

    world.go_to(again + timedelta(days=60))

    days = set(Mail.objects.filter(event="registration.papers_missing").values_list("day", flat=True))
    assert days == {again + timedelta(days=14)}
