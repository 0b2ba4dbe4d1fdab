"""Applications for registration at the administrator's desk: papers, return, acceptance; and adoption lists."""

from __future__ import annotations

import io
import re
from datetime import date
from typing import Any

import pytest
import xlsxwriter
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tanso.acts import actions as acts
from tanso.notices.models import Mail
from tanso.parties.applications import queries
from tanso.parties.applications.models import AdoptionEntry, AdoptionList, Application
from tanso.parties.models import Login, Participant
from tests.integration.web.conftest import SignIn
from tests.support import registrations
from tests.support.registrations import CONTENT, TRADER
from tests.support.world import World

HOME = "/schemes/asset/"
DAY = date(2014, 9, 30)


@pytest.fixture
def desk(world: World, sign_in: SignIn) -> Client:
    world.go_to(DAY)
    return sign_in("admin-1")


def carry_out(desk: Client, address: str, **written: str) -> Any:
    """Fill in the form, look at the confirmation, confirm."""
    page = desk.get(address).content.decode()
    act = re.search(r'name="act" value="([^"]+)"', page)
    assert act is not None
    sent = {"act": act[1], **written}
    shown = desk.post(address, sent)
    assert shown.status_code == 200, re.findall(
        r'field__error">([^<]+)|finding__title">([^<]+)', shown.content.decode()
    )
    return desk.post(address, {**sent, "step": "perform"})


def test_an_application_is_followed_up_to_registered_participants(desk: Client, world: World) -> None:
    registrations.load(world, phase=3)
    found = registrations.apply(world, phase=3)
    at = f"{HOME}registrations/{found.id}/"
    assert "株式会社" in desk.get(f"{HOME}registrations/").content.decode()
    assert "登録申請書と同意書の両方が到着するまで" in desk.get(at).content.decode()
    code = queries.check_code(found)
    typed = "".join(chr(ord(letter) + 0xFEE0) for letter in code.replace("-", " ").lower() if letter != " ")

    for paper in ("application", "consent"):
        assert carry_out(desk, f"{at}papers/{paper}/", arrived_on="2014-09-30", check_code=typed).status_code == 302
    confirmation = desk.post(f"{at}accept/", {"act": "7f6a3d0e-51c7-4d5f-9c53-6d3a2f3a8f11", "key_1": "abc"})
    assert "株式会社アセット不動産 アセット第一ビル" in confirmation.content.decode()
    assert Participant.objects.count() == 0
    assert carry_out(desk, f"{at}accept/", key_1="abc").status_code == 302

    page = desk.get(at).content.decode()
    assert "受理" in page
    assert "ログインIDを郵送により発行してください" in page
    assert Participant.objects.get().key == "abc"
    assert Login.objects.get(login="abc-A").mail == "taro@example.jp"


def test_a_wrong_check_code_is_refused_beside_the_reason(desk: Client, world: World) -> None:
    found = registrations.apply(world, phase=3)
    at = f"{HOME}registrations/{found.id}/papers/consent/"

    page = desk.post(
        at, {"act": "7f6a3d0e-51c7-4d5f-9c53-6d3a2f3a8f11", "arrived_on": "2014-09-30", "check_code": "AAAA"}
    )

    assert page.status_code == 422
    assert "asset.registration.paper_code" in page.content.decode()
    assert not Application.objects.get().papers.exists()


def test_a_returned_application_shows_what_changed(desk: Client, world: World) -> None:
    _token, draft = registrations.write(world, phase=3)
    registrations.submit(world, draft)
    found = Application.objects.get()
    assert carry_out(desk, f"{HOME}registrations/{found.id}/return/", reason="役職の誤り").status_code == 302
    draft.refresh_from_db()
    registrations.rewrite(world, draft, registrations.changed(contact_title="管理部長"))
    registrations.submit(world, draft)

    page = desk.get(f"{HOME}registrations/{found.id}/").content.decode()

    assert "第1版" in page
    assert "環境部長" in page
    assert "管理部長" in page
    assert "役職の誤り" in page


def test_the_list_is_filtered_and_points_out_overdue_papers(desk: Client, world: World) -> None:
    holder = registrations.apply(world, phase=3)
    trader = registrations.apply(world, TRADER, kind="trading_participant", phase=None)
    world.go_to(date(2014, 10, 1))
    acts.move_demonstration_day(today=world.today)

    def numbers(query: str) -> set[int]:
        page = desk.get(f"{HOME}registrations/?{query}").content.decode()
        return {int(number) for number in re.findall(r"/registrations/(\d+)/\"", page)}

    assert numbers("") == {holder.id, trader.id}
    assert numbers("kind=verifier") == set()
    assert numbers("kind=trading_participant") == {trader.id}
    assert numbers("phase=3") == {holder.id}
    assert numbers("overdue=1") == {holder.id}
    assert numbers("state=accepted") == set()
    # What is no state, kind or phase asks for nothing in particular.
    assert numbers("phase=x&kind='&state=%00") == {holder.id, trader.id}


def excel(*rows: tuple[Any, ...]) -> bytes:
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, {"strings_to_formulas": False}) as workbook:
        sheet = workbook.add_worksheet()
        for number, row in enumerate(rows):
            for place, cell in enumerate(row):
                sheet.write(number, place, cell)
    return file.getvalue()


HEAD = ("代表事業者", "事業所名", "排出削減目標量（t）")


def upload(desk: Client, content: bytes, name: str = "list.xlsx", phase: str = "3") -> Any:
    address = f"{HOME}adoption-lists/load/"
    act = re.search(r'name="act" value="([^"]+)"', desk.get(address).content.decode())
    assert act is not None
    return desk.post(address, {"act": act[1], "phase": phase, "file": SimpleUploadedFile(name, content)})


def hidden(page: Any) -> dict[str, str]:
    from html import unescape  # noqa: PLC0415

    found = re.findall(r'name="(act|phase|rows)" value="([^"]*)"', page.content.decode())
    return {name: unescape(value) for name, value in found}


def test_an_adoption_list_is_shown_before_it_is_loaded(desk: Client) -> None:
    page = upload(desk, excel(HEAD, ("甲（株）", "=1+1", 1200), ("乙株式会社", "<b>工場</b>", "３００")))

    text = page.content.decode()
    assert page.status_code == 200
    assert "甲（株） · =1+1" in text
    assert "&lt;b&gt;工場&lt;/b&gt;" in text
    assert AdoptionList.objects.count() == 0
    assert desk.post(f"{HOME}adoption-lists/load/", {**hidden(page), "step": "perform"}).status_code == 302

    entries = AdoptionEntry.objects.order_by("id").values_list("organisation", "site", "reduction_target_t")
    assert list(entries) == [("甲（株）", "=1+1", 1200), ("乙株式会社", "<b>工場</b>", 300)]
    assert "甲（株）" in desk.get(f"{HOME}adoption-lists/?phase=3").content.decode()


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-8", "cp932"])
def test_csv_is_read_in_the_encodings_that_people_have(desk: Client, encoding: str) -> None:
    lines = '事業所名,"代表事業者",備考,排出削減目標量\r\n第一工場,甲株式会社,,"1,200"\r\n\r\n'

    page = upload(desk, lines.encode(encoding), "list.csv")

    assert "甲株式会社 · 第一工場" in page.content.decode()


def test_everything_that_is_wrong_with_a_list_is_said_with_its_row(desk: Client) -> None:
    page = upload(
        desk,
        excel(
            HEAD,
            ("甲（株）", "第一 工場", 10),
            ("", "第二工場", 10),
            ("乙", "第三工場", "10.5"),
            ("甲株式会社", "第一工場", 20),
            ("丙", "第四工場", -1),
        ),
    )

    text = page.content.decode()
    assert page.status_code == 422
    for said in ("3行目", "4行目", "5行目", "6行目", "2行目に同じ事業所があります"):
        assert said in text
    assert AdoptionList.objects.count() == 0


@pytest.mark.parametrize(
    ("content", "name"),
    [(b"", "a.csv"), (b"\xff\xfe\x00x", "a.csv"), (b"PK", "a.xlsx"), (b"x,y\n1,2\n", "a.csv"), (excel(HEAD), "a.xlsx")],
)
def test_what_is_no_list_is_refused(desk: Client, content: bytes, name: str) -> None:
    assert upload(desk, content, name).status_code == 422


def test_rows_that_were_not_read_from_a_file_are_looked_at_again(desk: Client) -> None:
    sent = {"act": "7f6a3d0e-51c7-4d5f-9c53-6d3a2f3a8f11", "phase": "3", "step": "perform"}

    for rows in ("", "x", "[]", '[{"organisation": "", "site": "", "reduction_target_t": 1}]', '[{"a": 1}]'):
        assert desk.post(f"{HOME}adoption-lists/load/", {**sent, "rows": rows}).status_code == 422
    assert AdoptionList.objects.count() == 0


def test_only_the_administrator_follows_up(world: World, sign_in: SignIn) -> None:
    world.holder("abc")
    found = registrations.apply(world, TRADER, kind="trading_participant", phase=None)
    holder = sign_in("abc-A")

    for address in ("", f"{found.id}/", f"{found.id}/accept/", f"{found.id}/papers/consent/"):
        assert holder.get(f"{HOME}registrations/{address}").status_code == 403
    assert holder.get(f"{HOME}adoption-lists/").status_code == 403


def test_applications_that_do_not_exist_have_no_page(desk: Client, world: World) -> None:
    found = registrations.apply(world, CONTENT, phase=3)

    for address in ("999/", f"{found.id}/papers/another/", "999/accept/"):
        assert desk.get(f"{HOME}registrations/{address}").status_code == 404
    assert desk.get("/schemes/jvets/registrations/").status_code == 404


def test_the_applicant_is_told_by_mail_and_on_the_own_page(desk: Client, world: World) -> None:
    token, draft = registrations.write(world, phase=3)
    registrations.submit(world, draft)
    found = Application.objects.get()
    carry_out(desk, f"{HOME}registrations/{found.id}/refuse/", reason="採択リストにありません。")

    mails = Mail.objects.filter(addressee="applicant", reference=str(found.id)).order_by("id")
    assert [(mail.event, mail.address) for mail in mails] == [
        ("registration.received", "taro@example.jp"),
        ("registration.refused", "taro@example.jp"),
    ]
    assert "ABCリース株式会社 御担当者様" in mails[0].body["ja"]
    assert "2014年9月30日" in mails[0].body["ja"]
    page = Client(headers={"host": "localhost", "accept-language": "ja"}).get(f"/registration/asset/{token}/")
    assert "登録の申請が却下されました" in page.content.decode()
    assert "採択リストにありません。" in page.content.decode()
