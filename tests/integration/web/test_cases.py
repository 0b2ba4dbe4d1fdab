"""Through the pages: objections and disputes, and the change of a company name on paper."""

from __future__ import annotations

from datetime import date
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tanso.acts.models import ActRecord
from tanso.parties.models import OrganisationChange
from tanso.registry.cases import Objection
from tests.integration.web.conftest import SignIn
from tests.support.papers import PDF
from tests.support.world import ADMINISTRATOR, World, login

HOME = "/schemes/asset/"


@pytest.fixture
def holders(world: World) -> World:
    world.go_to(date(2014, 6, 2))
    world.holder("abc")
    world.holder("def")
    world.verifier("ver")
    return world


def refused_name(world: World) -> str:
    """A decision about abc to object to."""
    made = world.do(
        "announce_organisation_change",
        login("abc"),
        participant="abc",
        name="新ABC株式会社",
        name_kana="しん",
        from_day="2014-06-02",
    )
    number = made.result["company_change"]
    outcome = world.do("refuse_organisation_change", ADMINISTRATOR, company_change=number, reason="社印なし")
    return str(outcome.act_id)


def proof() -> SimpleUploadedFile:
    return SimpleUploadedFile("proof.pdf", PDF)


def send(client: Client, path: str, **written: object) -> int:
    return client.post(HOME + path, {"act": str(uuid4()), "step": "perform", **written}).status_code


def test_an_objection_lives_its_life_through_the_pages(holders: World, sign_in: SignIn) -> None:
    decision = refused_name(holders)
    client, desk = sign_in("abc-A"), sign_in("admin-1")
    assert f"objections/about/{decision}/" in client.get(f"{HOME}records/{decision}/").content.decode()

    assert send(client, f"objections/about/{decision}/", text="社印は\nありました。", document=proof()) == 302
    row = Objection.objects.get()
    assert f"objections/{row.id}/" in desk.get(f"{HOME}objections/").content.decode()
    assert "異議申立て" in desk.get(HOME).content.decode()
    assert send(desk, f"objections/{row.id}/take-up/") == 302
    assert send(desk, f"objections/{row.id}/write/", text="原本を送ってください。") == 302
    assert send(client, f"objections/{row.id}/write/", text="送りました。", document=proof()) == 302
    assert client.get(f"{HOME}objections/{row.id}/documents/0/").content == PDF
    paper = row.papers.latest("id").id
    assert desk.get(f"{HOME}objections/{row.id}/documents/{paper}/").content == PDF
    assert client.get(f"{HOME}objections/{row.id}/documents/{paper + 1}/").status_code == 404
    form = desk.post(f"{HOME}objections/{row.id}/decide/", {"act": str(uuid4()), "reason": ""})
    assert form.status_code == 422
    assert send(desk, f"objections/{row.id}/decide/", outcome="upheld", reason="原本により確認した。") == 302

    page = client.get(f"{HOME}objections/{row.id}/").content.decode()
    for said in ("社印は", "原本を送ってください。", "送りました。", "原本により確認した。", "認容"):
        assert said in page


def test_what_is_overdue_says_so(holders: World, sign_in: SignIn) -> None:
    decision = refused_name(holders)
    send(sign_in("abc-A"), f"objections/about/{decision}/", text="社印はありました。")
    holders.go_to(date(2014, 8, 1))
    assert "期限超過" not in sign_in("admin-1").get(f"{HOME}objections/").content.decode()

    holders.go_to(date(2014, 8, 2))

    assert "期限超過" in sign_in("admin-1").get(f"{HOME}objections/").content.decode()


def test_somebody_elses_case_does_not_exist(holders: World, sign_in: SignIn) -> None:
    decision = refused_name(holders)
    send(sign_in("abc-A"), f"objections/about/{decision}/", text="社印はありました。")
    row = Objection.objects.get()

    for path in ("", "write/", "withdraw/", "documents/0/"):
        for other in ("def-A", "abc-B"):
            assert sign_in(other).get(f"{HOME}objections/{row.id}/{path}").status_code == 404, (other, path)
        assert sign_in("ver-A").get(f"{HOME}objections/{row.id}/{path}").status_code == 403
    for other in ("def-A", "abc-B", "def-B"):
        assert sign_in(other).get(f"{HOME}objections/about/{decision}/").status_code == 404
        assert f"objections/{row.id}/" not in sign_in(other).get(f"{HOME}objections/").content.decode()
        assert sign_in(other).get(f"{HOME}records/{row.act_id}/").status_code == 404


def test_login_b_objects_where_it_is_about_emissions(holders: World, sign_in: SignIn) -> None:
    holders.approve_emissions("abc", "base", 10_000)
    decision = ActRecord.objects.get(operation="approve_report").id
    client = sign_in("abc-B")
    assert f"objections/about/{decision}/" in client.get(f"{HOME}records/{decision}/").content.decode()

    sent = client.post(
        f"{HOME}objections/about/{decision}/",
        {"act": str(uuid4()), "text": "単位が誤っています。"},
        follow=True,
    )

    assert sent.status_code == 200
    assert "単位が誤っています。" in client.get(f"{HOME}objections/{Objection.objects.get().id}/").content.decode()


def test_a_company_name_is_announced_printed_and_changed(holders: World, sign_in: SignIn) -> None:
    client, desk = sign_in("abc-A"), sign_in("admin-1")
    form = client.get(f"{HOME}company-changes/of/abc/form/")
    assert form.content.startswith(b"%PDF-")
    assert form["Content-Disposition"].startswith("attachment; ")

    written = {"name": "新ABC株式会社", "name_kana": "しんえーびーしー", "from_day": "2014-06-02"}
    assert send(client, "company-changes/of/abc/", **written) == 302
    row = OrganisationChange.objects.get()
    page = client.get(f"{HOME}company-changes/{row.id}/").content.decode()
    assert "申請書の到着待ち" in page
    assert "東京都千代田区永田町二丁目10番3号" in page, "where the form goes"
    assert client.get(f"{HOME}company-changes/of/abc/form/").content != form.content
    assert send(desk, f"company-changes/{row.id}/paper/", arrived_on="2014-06-02") == 302
    assert send(desk, f"company-changes/{row.id}/accept/") == 302

    assert "新ABC株式会社" in client.get(f"{HOME}contacts/of/abc/").content.decode()
    assert "変更済み" in client.get(f"{HOME}company-changes/").content.decode()


def test_a_change_of_name_is_its_owners(holders: World, sign_in: SignIn) -> None:
    refused_name(holders)
    row = OrganisationChange.objects.get()

    for path in (f"company-changes/{row.id}/", f"company-changes/{row.id}/withdraw/", "company-changes/of/abc/"):
        assert sign_in("def-A").get(HOME + path).status_code == 404
        assert sign_in("ver-A").get(HOME + path).status_code == 404
        assert sign_in("abc-B").get(HOME + path).status_code == 403
    assert sign_in("def-A").get(f"{HOME}company-changes/of/abc/form/").status_code == 404


def test_faults_of_a_form_stand_beside_its_fields(holders: World, sign_in: SignIn) -> None:
    decision = refused_name(holders)
    client = sign_in("abc-A")

    empty = client.post(f"{HOME}objections/about/{decision}/", {"act": str(uuid4()), "text": ""})
    long = client.post(f"{HOME}objections/about/{decision}/", {"act": str(uuid4()), "text": "あ" * 10_001})
    wrong = client.post(
        f"{HOME}objections/about/{decision}/",
        {"act": str(uuid4()), "text": "x", "document": SimpleUploadedFile("a.pdf", b"no paper")},
    )
    name = client.post(f"{HOME}company-changes/of/abc/", {"act": str(uuid4()), "name": "", "from_day": "never"})

    assert [page.status_code for page in (empty, long, wrong, name)] == [422] * 4
    assert name.content.decode().count("field--error") == 3
    assert not Objection.objects.exists()


def test_a_scheme_without_these_features_has_none_of_the_pages(sign_in: SignIn) -> None:
    World(scheme="jvets").holder("jv", phase=7, reduction_target_t=100, participation_type="b")

    client = sign_in("jv-A")

    for path in ("objections/", "company-changes/", "company-changes/of/jv/", "company-changes/of/jv/form/"):
        assert client.get(f"/schemes/jvets/{path}").status_code == 404
