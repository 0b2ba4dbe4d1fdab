"""Contacts through the pages: one's own data, the wish to change it, the queue, and the list of those who agreed."""

from __future__ import annotations

import io
from uuid import uuid4

import openpyxl
import pytest
from django.test import Client

from tanso.parties import contacts, queries
from tanso.parties.contact_data import ContactData
from tanso.parties.models import ContactRequest, Login
from tests.integration.web.conftest import SignIn
from tests.support.stories import Once
from tests.support.world import ADMINISTRATOR, World, login

HOME = "/schemes/asset/"
OWN = f"{HOME}contacts/of/abc/"
LIST = f"{HOME}contacts/"
WRITTEN = {
    "company": "株式会社アセット不動産",
    "department": "環境部",
    "title": "環境部長",
    "person": "環境　太郎",
    "person_kana": "かんきょう　たろう",
    "postcode": "１２３ー４５６７",
    "address": "東京都千代田区1-2-3",
    "telephone": "０３－１２３４－５６７８",
    "fax": "",
    "mail_A": "taro＠xxx.example",
    "mail_A_again": "taro@xxx.example",
    "mail_B": "",
    "mail_B_again": "",
}


def _three(world: World) -> None:
    world.holder("abc")
    world.holder("def")
    world.trader("trd")
    world.verifier("ver")


@pytest.fixture
def three(world: World, once: Once) -> World:
    return once(_three, world)


def ask(client: Client, **more: str) -> ContactRequest:
    response = client.post(f"{OWN}change/", WRITTEN | {"act": str(uuid4()), "step": "perform"} | more)
    assert response.status_code == 302, response.content.decode()
    return ContactRequest.objects.latest("id")


def settle(client: Client, row: ContactRequest, how: str, **written: str) -> int:
    sent = {"act": str(uuid4()), "step": "perform", **written}
    return client.post(f"{HOME}contact-changes/{row.id}/{how}/", sent).status_code


def test_login_a_asks_for_a_change_and_the_administrator_accepts_it(three: World, sign_in: SignIn) -> None:
    client, desk = sign_in("abc-A"), sign_in("admin-1")
    form = client.get(f"{OWN}change/")
    confirm = client.post(f"{OWN}change/", WRITTEN | {"act": str(uuid4())})
    assert form.status_code == confirm.status_code == 200
    assert "環境　太郎" in confirm.content.decode()
    assert not ContactRequest.objects.exists()

    row = ask(client)
    assert f"contact-changes/{row.id}/" in desk.get(f"{HOME}contact-changes/").content.decode()
    assert "環境　太郎" in desk.get(f"{HOME}contact-changes/{row.id}/").content.decode()
    # A new address counts only when the administrator says that it was confirmed.
    assert desk.get(f"{HOME}contact-changes/{row.id}/accept/").status_code == 200
    unconfirmed = desk.post(f"{HOME}contact-changes/{row.id}/accept/", {"act": str(uuid4())})
    assert unconfirmed.status_code == 422
    assert settle(desk, row, "accept", mail_confirmed="on") == 302

    page = client.get(OWN).content.decode()
    assert "環境　太郎" in page
    assert "123-4567" in page
    assert "03-1234-5678" in page
    assert Login.objects.get(login="abc-A").mail == "taro@xxx.example"


def test_the_record_of_the_act_names_no_person_and_is_seen_by_login_a(three: World, sign_in: SignIn) -> None:
    client = sign_in("abc-A")
    row = ask(client)
    settle(sign_in("admin-1"), row, "refuse", reason="住所が読み取れません。")

    made = client.get(f"{HOME}records/{row.act_id}/")
    step = client.get(f"{HOME}records/{row.steps.get().act_id}/")

    assert (made.status_code, step.status_code) == (200, 200)
    assert "環境　太郎" not in made.content.decode()
    assert f"contact-changes/{row.id}/" in made.content.decode()
    assert "住所が読み取れません。" in client.get(f"{HOME}contact-changes/{row.id}/").content.decode()
    for other in ("abc-B", "def-A", "ver-A"):
        assert sign_in(other).get(f"{HOME}records/{row.act_id}/").status_code == 404


def test_login_b_and_others_have_no_part_in_it(three: World, sign_in: SignIn) -> None:
    row = ask(sign_in("abc-A"))
    pages = (OWN, f"{OWN}change/", f"{HOME}contact-changes/{row.id}/", f"{HOME}contact-changes/{row.id}/withdraw/")

    for path in pages:
        assert sign_in("abc-B").get(path).status_code == 403
        assert sign_in("def-A").get(path).status_code == 404
        assert sign_in("ver-A").get(path).status_code == 404
    assert settle(sign_in("def-A"), row, "withdraw") == 404
    assert settle(sign_in("abc-B"), row, "withdraw") == 403
    assert settle(sign_in("abc-A"), row, "accept") == 403
    row.refresh_from_db()
    assert row.state == "waiting"


def test_a_verifier_keeps_its_own_contact_in_order(three: World, sign_in: SignIn) -> None:
    client = sign_in("ver-A")
    own = f"{HOME}contacts/of/ver/"
    written = {name: text for name, text in WRITTEN.items() if not name.startswith("mail_B")}

    sent = client.post(f"{own}change/", written | {"act": str(uuid4()), "step": "perform"}, follow=True)

    assert sent.status_code == 200
    assert client.get(own).status_code == 200


def test_a_form_with_faults_names_all_of_them_at_once(three: World, sign_in: SignIn) -> None:
    response = sign_in("abc-A").post(
        f"{OWN}change/",
        WRITTEN | {"act": str(uuid4()), "person": "", "company": " ", "mail_A_again": "tarou@xxx.example"},
    )

    body = response.content.decode()
    assert response.status_code == 422
    assert body.count("field--error") == 3
    assert "上のアドレスと一致しません。" in body
    shaped = sign_in("abc-A").post(f"{OWN}change/", WRITTEN | {"act": str(uuid4()), "telephone": "x", "postcode": "〒"})
    assert shaped.content.decode().count("field--error") == 2


def test_a_form_sent_twice_is_one_request(three: World, sign_in: SignIn) -> None:
    client, act = sign_in("abc-A"), str(uuid4())

    for _time in range(2):
        assert client.post(f"{OWN}change/", WRITTEN | {"act": act, "step": "perform"}).status_code == 302

    assert ContactRequest.objects.count() == 1


def test_a_participant_takes_its_request_back(three: World, sign_in: SignIn) -> None:
    client = sign_in("abc-A")
    row = ask(client)

    assert settle(client, row, "withdraw") == 302

    row.refresh_from_db()
    assert row.state == "withdrawn"
    assert f"{OWN}change/" in client.get(OWN).content.decode()


# -- the list ---------------------------------------------------------------------------------------------------------


def give_contact(key: str, person: str, mail: str = "") -> None:
    participant = queries.participant("asset", key)
    assert participant is not None
    contacts.keep(
        participant=participant,
        contact=ContactData(company="会社", person=person, person_kana="かな"),
        mails={"A": mail},
        day=participant.registered_on,
        act_id=uuid4(),
    )


@pytest.fixture
def listed(three: World) -> World:
    for key, person in (("abc", "環境太郎"), ("def", "先進花子"), ("trd", "=HYPERLINK(1)")):
        give_contact(key, person, f"{key}@xxx.example")
    for key in ("abc", "trd"):
        assert three.do("join_contact_list", login(key), participant=key).ok
    return three


def test_those_who_agreed_see_one_another_and_nobody_else_does(listed: World, sign_in: SignIn) -> None:
    seen = sign_in("abc-A").get(LIST).content.decode()
    assert "環境太郎" in seen
    assert "=HYPERLINK(1)" in seen
    assert "先進花子" not in seen

    not_on_it = sign_in("def-A").get(LIST)
    assert not_on_it.status_code == 200
    for personal in ("環境太郎", "=HYPERLINK(1)", "abc@xxx.example", "先進花子"):
        assert personal not in not_on_it.content.decode()
    assert sign_in("def-A").get(f"{LIST}file/").status_code == 404
    for other in ("abc-B", "ver-A"):
        assert sign_in(other).get(LIST).status_code == 403
        assert sign_in(other).get(f"{LIST}file/").status_code == 403


def test_who_withdraws_is_gone_at_once_and_sees_nothing_any_more(listed: World, sign_in: SignIn) -> None:
    client = sign_in("trd-A")
    assert client.post(f"{LIST}leave/", {"act": str(uuid4()), "step": "perform"}).status_code == 302

    assert "HYPERLINK" not in sign_in("abc-A").get(LIST).content.decode()
    assert "HYPERLINK" not in sign_in("abc-A").get(f"{LIST}file/").getvalue().decode()
    assert "環境太郎" not in client.get(LIST).content.decode()
    client.post(f"{LIST}join/", {"act": str(uuid4()), "step": "perform"})
    assert "環境太郎" in client.get(LIST).content.decode()


def test_a_closed_account_is_not_on_the_list_and_does_not_read_it(listed: World, sign_in: SignIn) -> None:
    from datetime import date  # noqa: PLC0415

    listed.go_to(date(2016, 1, 4))  # its windows passed without banking

    assert "環境太郎" not in sign_in("abc-A").get(LIST).content.decode()
    assert "口座が閉鎖されている" in sign_in("abc-A").get(LIST).content.decode()
    assert "環境太郎" not in sign_in("admin-1").get(LIST).content.decode()


def test_the_administrator_sees_everybody_with_what_each_said(listed: World, sign_in: SignIn) -> None:
    body = sign_in("admin-1").get(LIST).content.decode()

    for person in ("環境太郎", "先進花子", "=HYPERLINK(1)"):
        assert person in body
    assert "同意しない" in body


def test_files_of_the_list_run_no_formula(listed: World, sign_in: SignIn) -> None:
    client = sign_in("abc-A")

    as_csv = client.get(f"{LIST}file/?form=csv").getvalue().decode("utf-8-sig")
    book = openpyxl.load_workbook(io.BytesIO(client.get(f"{LIST}file/?form=excel").content))

    assert "'=HYPERLINK(1)" in as_csv
    assert "先進花子" not in as_csv
    cells = {cell.value: cell.data_type for row in book.worksheets[-1].iter_rows() for cell in row}
    assert cells["=HYPERLINK(1)"] == "s"


def test_the_list_is_searched_and_put_in_order(listed: World, sign_in: SignIn) -> None:
    client = sign_in("admin-1")

    assert "先進花子" not in client.get(f"{LIST}?q=%E5%A4%AA%E9%83%8E").content.decode()
    by_name = client.get(f"{LIST}?order=number").content.decode()
    assert by_name.index("AST-1001") < by_name.index("AST-1003")
    assert client.get(f"{LIST}?order=nonsense&q={'x' * 300}").status_code == 200


def test_a_scheme_without_these_features_has_none_of_the_pages(sign_in: SignIn) -> None:
    World(scheme="jvets").holder("jv", phase=7, reduction_target_t=100, participation_type="b")

    client = sign_in("jv-A")

    for path in ("contacts/", "contacts/of/jv/", "contacts/of/jv/change/", "contacts/join/"):
        assert client.get(f"/schemes/jvets/{path}").status_code == 404
    assert "contacts/of/" not in client.get("/schemes/jvets/").content.decode()
    assert sign_in("admin-1").get("/schemes/jvets/contact-changes/").status_code == 404


def test_nobody_speaks_for_another(listed: World) -> None:
    for actor in (login("abc", "B"), login("def"), ADMINISTRATOR):
        assert listed.do("leave_contact_list", actor, participant="abc").codes == ("permission.denied",)
