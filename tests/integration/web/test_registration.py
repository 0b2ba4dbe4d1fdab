"""Applying for registration by the public pages: anybody, without a login and without scripts."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import pytest
from django.test import Client

from tanso.acts import actions as acts
from tanso.acts.models import ActRecord
from tanso.parties.applications import drafts
from tanso.parties.applications.models import Application, ApplicationDraft
from tests.support import registrations
from tests.support.registrations import CONTENT
from tests.support.registrations import LAST_DAY as DAY
from tests.support.world import ADMINISTRATOR, World

START = "/registration/asset/"


def flat(content: dict[str, Any] = CONTENT) -> dict[str, str]:
    """The content as a browser sends it."""
    sent = dict(content["fields"])
    for section in ("joint", "site"):
        for number, row in enumerate(content.get(section, ()), start=1):
            sent |= {f"{section}.{number}.{name}": value for name, value in row.items()}
    return sent


def begin(visitor: Client, kind: str = "target_holder", phase: str = "3") -> str:
    response = visitor.post(START, {"kind": kind, "phase": phase})
    assert response.status_code == 302
    return str(response["Location"])


def submit(visitor: Client, address: str, content: dict[str, Any] = CONTENT) -> Any:
    page = visitor.post(address, {**flat(content), "step": "check"})
    assert page.status_code == 200, errors(page)
    hidden = dict(re.findall(r'name="(act|content)" value="([^"]+)"', page.content.decode()))
    return visitor.post(address, {**hidden, "step": "submit"})


def errors(page: Any) -> list[str]:
    return re.findall(r'field__error">([^<]+)', page.content.decode())


def test_the_first_page_says_who_applies_and_by_when(visitor: Client) -> None:
    page = visitor.get(START).content.decode()

    assert "ASSETシステム登録申請書（目標保有者用）" in page
    assert "取引口座開設申請書" in page
    assert '<option value="3" selected>第3期 2014年9月30日まで</option>' in page
    # A phase whose period is over is not offered, one to come is.
    assert '<option value="2"' not in page
    assert '<option value="4">第4期 2015年9月30日まで</option>' in page


def test_a_draft_is_saved_and_found_again_by_its_address_alone(visitor: Client) -> None:
    address = begin(visitor)
    saved = visitor.post(address, {**flat(), "step": "save"}, follow=True)

    assert "保存しました" in saved.content.decode()
    assert 'value="環境太郎"' in Client(headers={"host": "localhost"}).get(address).content.decode()
    assert visitor.get(address[:-2] + "/").status_code == 404
    assert visitor.get(address.replace("asset", "jvets")).status_code == 404
    assert visitor.get(address)["Cache-Control"] == "private, no-store"
    assert visitor.get(address)["X-Robots-Tag"] == "noindex"


def test_where_scripts_run_the_draft_is_saved_by_itself(visitor: Client) -> None:
    address = begin(visitor)
    page = visitor.get(address).content.decode()

    answer = visitor.post(f"{address}save/", {"contact_person": "環境太郎"}, headers={"HX-Request": "true"})

    assert f'hx-post="{address}save/"' in page
    assert answer.content.decode().strip() == "保存しました。"
    assert ApplicationDraft.objects.get().content["fields"]["contact_person"] == "環境太郎"


def test_all_that_is_wrong_stands_beside_its_field_and_at_the_top(visitor: Client) -> None:
    address = begin(visitor)
    content = registrations.changed(contact_reading="カンキョウ", mail_a="taro", site_0_site_name="")

    page = visitor.post(address, {**flat(content), "step": "check"})

    assert page.status_code == 422
    text = page.content.decode()
    assert len(errors(page)) == 3
    for place in ("contact_reading", "mail_a", "site.1.site_name"):
        assert f'href="#id_{place}"' in text
    assert Application.objects.count() == 0
    assert not ActRecord.objects.filter(operation="submit_registration").exists()


def test_a_choice_that_is_missing_is_said_at_its_group(visitor: Client) -> None:
    address = begin(visitor)
    content = registrations.changed(by_representative="", site_0_form="")

    text = visitor.post(address, {**flat(content), "step": "check"}).content.decode()

    assert 'href="#id_by_representative_group"' in text
    assert 'href="#id_site.1.form_group"' in text


def test_an_application_is_confirmed_submitted_and_followed_by_its_address(visitor: Client) -> None:
    address = begin(visitor)

    response = submit(visitor, address)

    assert response.status_code == 302
    found = Application.objects.get()
    text = visitor.get(address).content.decode()
    assert f"申請番号 {found.id}" in text
    assert "個人情報提供の同意書" in text
    assert (found.phase, found.state) == (3, "submitted")
    record = ActRecord.objects.get(operation="submit_registration")
    assert (record.actor_role, record.actor_login) == ("public", "public")


def test_a_submission_that_is_sent_twice_is_one_application(visitor: Client) -> None:
    address = begin(visitor)
    page = visitor.post(address, {**flat(), "step": "check"}).content.decode()
    hidden = {**dict(re.findall(r'name="(act|content)" value="([^"]+)"', page)), "step": "submit"}

    assert [visitor.post(address, hidden).status_code for _ in range(3)] == [302, 302, 302]
    assert Application.objects.count() == 1


def test_what_was_changed_after_the_confirmation_is_not_submitted(visitor: Client) -> None:
    address = begin(visitor)
    page = visitor.post(address, {**flat(), "step": "check"}).content.decode()
    hidden = {**dict(re.findall(r'name="(act|content)" value="([^"]+)"', page)), "step": "submit"}
    visitor.post(address, {**flat(registrations.changed(contact_person="別人")), "step": "save"})

    response = visitor.post(address, hidden)

    assert response.status_code == 422
    assert "下書きが別の画面で変更されました" in response.content.decode()
    assert Application.objects.count() == 0


def test_rows_are_added_and_taken_away_by_buttons(visitor: Client) -> None:
    address = begin(visitor)
    visitor.post(address, {**flat(), "step": "add:site"})
    visitor.post(address, {**flat(), "site.2.site_name": "第二", "step": "add:joint"})
    content = ApplicationDraft.objects.get().content
    assert (len(content["site"]), len(content["joint"])) == (2, 2)

    visitor.post(address, {**flat(), "site.2.site_name": "第二", "step": "remove:site:1"})

    sites = ApplicationDraft.objects.get().content["site"]
    assert [row["site_name"] for row in sites] == ["第二"]
    for nonsense in ("remove:site:1", "remove:site:99", "add:x", "remove:joint:0", "add:site:1:2"):
        assert visitor.post(address, {**flat(), "step": nonsense}).status_code == 302


def test_somebody_elses_script_is_text(visitor: Client) -> None:
    address = begin(visitor)
    evil = '<script>alert(1)</script>"\'#"'
    content = registrations.changed(contact_person=evil, site_0_account_name=evil)
    submit(visitor, address, content)

    page = visitor.get(address).content.decode()

    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)" in page


@pytest.mark.parametrize("name", ["#set page(fill: red)", "*太郎* _x_ $a$ @b <c> `d`", "\\", "あ" * 200, "😀漢"])
def test_the_papers_print_any_name_as_it_is_written(visitor: Client, name: str) -> None:
    address = begin(visitor)
    submit(visitor, address, registrations.changed(representative_name=name, contact_organisation=name))

    first = visitor.get(f"{address}application/")
    again = visitor.get(f"{address}application/")

    assert first["Content-Type"] == "application/pdf"
    assert first.content.startswith(b"%PDF-")
    assert first.content == again.content
    assert visitor.get(f"{address}consent/").content.startswith(b"%PDF-")


def test_papers_are_there_once_the_application_is_submitted(visitor: Client) -> None:
    address = begin(visitor)
    assert visitor.get(f"{address}application/").status_code == 404
    submit(visitor, address)

    assert visitor.get(f"{address}another/").status_code == 404


def test_a_returned_application_is_the_applicants_again(visitor: Client, world: World) -> None:
    address = begin(visitor)
    submit(visitor, address)
    found = Application.objects.get()
    world.do("return_registration", ADMINISTRATOR, registration=found.id, reason="担当者の部署が空欄です。")

    page = visitor.get(address).content.decode()
    assert "申請が差し戻されました" in page
    assert "担当者の部署が空欄です。" in page
    assert submit(visitor, address, registrations.changed(contact_department="管理部")).status_code == 302

    found.refresh_from_db()
    assert (found.version, found.state) == (2, "submitted")


def test_a_submitted_application_cannot_be_written_to(visitor: Client) -> None:
    address = begin(visitor)
    submit(visitor, address)

    visitor.post(address, {**flat(registrations.changed(contact_person="別人")), "step": "save"})
    answer = visitor.post(f"{address}save/", flat(registrations.changed(contact_person="別人")))

    assert "申請済みのため" in answer.content.decode()
    assert Application.objects.get().versions.get().content["fields"]["contact_person"] == "環境太郎"


@pytest.mark.parametrize(("day", "status"), [(date(2014, 9, 30), 200), (date(2014, 10, 1), 422)])
def test_the_last_day_is_the_last(visitor: Client, world: World, day: date, status: int) -> None:
    address = begin(visitor)
    world.go_to(day)
    acts.move_demonstration_day(today=day) if day > DAY else None

    page = visitor.post(address, {**flat(), "step": "check"})

    assert page.status_code == status
    assert ("登録申請は" in page.content.decode()) == (status == 422)


def test_what_fills_in_the_hidden_field_writes_nothing(visitor: Client) -> None:
    assert visitor.post(START, {"kind": "verifier", "website": "http://spam"}).status_code == 200
    assert ApplicationDraft.objects.count() == 0

    address = begin(visitor, "verifier", "")
    visitor.post(address, {"contact_person": "spam", "website": "x", "step": "save"})

    assert ApplicationDraft.objects.get().content == {}


@pytest.mark.parametrize("sent", [{"kind": "x"}, {"kind": "target_holder"}, {"kind": "target_holder", "phase": "99"}])
def test_forms_that_do_not_exist_are_not_begun(visitor: Client, sent: dict[str, str]) -> None:
    assert visitor.post(START, sent).status_code == 404
    assert ApplicationDraft.objects.count() == 0


def test_begins_so_many_forms_an_hour_and_no_more(visitor: Client) -> None:
    answers = [visitor.post(START, {"kind": "verifier"}).status_code for _ in range(21)]

    assert answers == [302] * 20 + [429]


def test_a_huge_form_is_cut_to_what_a_form_can_be(visitor: Client) -> None:
    address = begin(visitor)
    rows = {f"site.{number}.site_name": "x" for number in range(1, 100)}

    visitor.post(address, {"contact_person": "長" * 100_000, **rows, "step": "save"})

    content = ApplicationDraft.objects.get().content
    assert len(content["fields"]["contact_person"]) == 100
    assert len(content["site"]) == 30


def test_a_scheme_without_forms_has_no_such_page(visitor: Client) -> None:
    assert visitor.get("/registration/jvets/").status_code == 404
    assert visitor.get("/registration/nowhere/").status_code == 404


def test_an_expired_draft_is_gone(visitor: Client, world: World) -> None:
    address = begin(visitor)
    token = address.rstrip("/").rpartition("/")[2]
    row = drafts.find("asset", token, DAY)
    assert row is not None
    acts.move_demonstration_day(today=date(2014, 12, 29))
    assert visitor.get(address).status_code == 200
    acts.move_demonstration_day(today=date(2014, 12, 30))

    assert visitor.get(address).status_code == 404


def test_the_pages_speak_english_too(visitor: Client) -> None:
    address = begin(visitor)
    english = Client(headers={"host": "localhost", "accept-language": "en"})

    page = english.post(address, {**flat(registrations.changed(mail_a="")), "step": "check"}).content.decode()

    assert "This must be filled in." in page
    assert "Mail address of the contact person (address A)" in page
