"""Verification and review through the pages: the verifier's form, papers to and fro, who may read them, corrections."""

from __future__ import annotations

import re
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tanso.emissions.models import Report, ReviewPaper, Verification
from tests.integration.web.conftest import SignIn
from tests.support.world import ADMINISTRATOR, World, login

REPORT = "/schemes/asset/reports/abc/base/"
PDF = b"%PDF-1.4\nsigned\n%%EOF\n"


@pytest.fixture
def world(world: World) -> World:
    """A holder whose report waits for its verifier, another holder, another verifier."""
    world.holder("abc")
    world.holder("xyz")
    world.verifier("ver")
    world.verifier("two")
    assert world.do("register_report", login("abc"), participant="abc", year="base", emissions_t=10_000).ok
    assert world.do("request_verification", login("abc"), participant="abc", year="base", verifier="ver").ok
    return world


def written(**more: Any) -> dict[str, Any]:
    return {
        "act": str(uuid4()),
        "emissions_t": "10,000",
        "opinion": "unqualified",
        "assurance": "reasonable",
        "finding_0": "フォークリフトの軽油",
        "effect_0": "-120",
        "correction_0": "uncorrected",
        "site_0": "East",
        "visited_0": "2014-01-20",
        "sampling": "3か月に1か月の請求書",
        **more,
    }


def page(response: Any) -> str:
    return str(response.content.decode())


def review(world: World) -> None:
    """Let the report come to the review."""
    ver = login("ver", "A", "verifier")
    filed = world.do(
        "file_verification", ver, participant="abc", year="base", emissions_t=10_000, opinion="unqualified"
    )
    assert filed.ok
    assert world.do("request_approval", ver, participant="abc", year="base").ok


def test_the_verifier_files_the_whole_form_and_the_holder_reads_it(world: World, sign_in: SignIn) -> None:
    verifier = sign_in("ver-A")
    assert "合理的保証" in page(verifier.get(REPORT + "file-verification/"))

    confirmed = verifier.post(REPORT + "file-verification/", written())
    assert confirmed.status_code == 200
    assert not Verification.objects.exists()
    verifier.post(REPORT + "file-verification/", written(step="perform"))

    filed = Verification.objects.get()
    assert filed.form == {
        "assurance": "reasonable",
        "findings": [{"description": "フォークリフトの軽油", "effect_t": -120, "correction": "uncorrected"}],
        "site_visits": [{"site": "East", "day": "2014-01-20"}],
        "sampling": "3か月に1か月の請求書",
    }
    shown = page(sign_in("abc-B").get(REPORT))
    assert "フォークリフトの軽油" in shown
    assert "未訂正" in shown


def test_half_a_row_and_a_fraction_are_shown_beside_their_fields(world: World, sign_in: SignIn) -> None:
    response = sign_in("ver-A").post(
        REPORT + "file-verification/", written(correction_0="", effect_0="1.5", visited_0="")
    )
    assert response.status_code == 422
    for field in ("correction_0", "effect_0", "visited_0"):
        assert f'id="id_{field}_error"' in page(response)


def test_what_is_material_is_refused_with_the_reason_on_the_form(world: World, sign_in: SignIn) -> None:
    response = sign_in("ver-A").post(REPORT + "file-verification/", written(effect_0="501"))
    assert response.status_code == 422
    assert "asset.verification.materiality" in page(response)
    assert "フォークリフトの軽油" in page(response)


def test_a_signed_report_is_kept_and_given_to_those_concerned_only(world: World, sign_in: SignIn) -> None:
    document = SimpleUploadedFile("report.pdf", PDF)
    response = sign_in("ver-A").post(REPORT + "file-verification/", written(document=document), follow=True)
    assert response.status_code == 200
    address = f"{REPORT}documents/{Verification.objects.get().document_id}/"

    for reader in ("ver-A", "abc-A", "abc-B", "admin-1"):
        got = sign_in(reader).get(address)
        assert (got.content, got["Content-Type"]) == (PDF, "application/pdf")
        assert got["Content-Disposition"].startswith("attachment")
    for stranger in ("xyz-A", "two-A"):
        assert sign_in(stranger).get(address).status_code == 404
    assert sign_in("abc-A").get(f"{REPORT}documents/{'0' * 64}/").status_code == 404


def test_what_only_calls_itself_a_document_is_refused(world: World, sign_in: SignIn) -> None:
    document = SimpleUploadedFile("report.pdf", b"<script>alert(1)</script>")
    response = sign_in("ver-A").post(REPORT + "file-verification/", written(document=document), follow=True)
    assert "document.kind" in page(response)
    assert not Verification.objects.exists()


@pytest.mark.parametrize(
    ("who", "where", "given"),
    [
        ("ver-A", "file-verification/", written()),
        ("ver-A", "review/", {"text": "添付の請求書です。"}),
        ("abc-A", "attach/", {"text": "敷地図"}),
    ],
)
def test_a_document_beyond_the_limit_of_the_scheme_is_refused_with_the_limit(
    world: World, sign_in: SignIn, who: str, where: str, given: dict[str, Any]
) -> None:
    changed = {"parameter": "largest_document_bytes", "value": 1024 * 1024, "from_day": str(world.today), "reason": "x"}
    assert world.by_two("override_parameter", **changed).ok

    shown = page(sign_in(who).get(REPORT + where))
    document = SimpleUploadedFile("report.pdf", PDF + b" " * 1024 * 1024)
    response = sign_in(who).post(REPORT + where, {**given, "act": str(uuid4()), "document": document})

    assert "1 MBまで" in shown
    assert response.status_code == 422
    assert "1 MB以下にしてください" in page(response)
    assert not Verification.objects.exists()


def test_papers_of_the_review_go_to_and_fro_and_the_holder_reads_them(world: World, sign_in: SignIn) -> None:
    review(world)

    def write(who: str, text: str) -> Client:
        client = sign_in(who)
        client.post(REPORT + "review/", {"act": str(uuid4()), "text": text}, follow=True)
        return client

    administrator = write("admin-1", "どの計量器ですか")
    assert "検証機関の回答待ち" in page(administrator.get(REPORT))
    verifier = write("ver-A", "中庭の計量器です")
    assert "事務局の確認待ち" in page(verifier.get("/schemes/asset/reports/"))
    shown = page(sign_in("abc-B").get(REPORT))
    assert "どの計量器ですか" in shown
    assert "中庭の計量器です" in shown
    assert [paper.by_authority for paper in ReviewPaper.objects.order_by("id")] == [True, False]
    for stranger in ("xyz-A", "two-A"):
        assert sign_in(stranger).get(REPORT).status_code == 404
        assert sign_in(stranger).get(REPORT + "review/").status_code in (403, 404)


def test_an_approved_figure_counts_while_it_is_corrected(world: World, sign_in: SignIn) -> None:
    review(world)
    assert world.do("approve_report", ADMINISTRATOR, participant="abc", year="base").ok
    administrator = sign_in("admin-1")
    response = administrator.post(
        REPORT + "open-correction/", {"act": str(uuid4()), "reason": "計量器の誤り", "step": "perform"}, follow=True
    )
    assert response.status_code == 200

    assert world.do("register_report", login("abc"), participant="abc", year="base", emissions_t=9_000).ok
    report = Report.objects.get(participant__key="abc", year="base")
    assert (report.settled_t, report.emissions_t) == (10_000, 9_000)
    shown = re.sub(r"\s+", " ", page(sign_in("abc-A").get(REPORT)))
    assert "効力のある排出量" in shown
    assert "10,000" in shown


def test_reports_to_review_come_in_the_order_of_the_day_that_they_are_needed(world: World, sign_in: SignIn) -> None:
    review(world)
    for key, emissions_t in (("xyz", 12_345), ("n", 4_000)):
        if key == "n":
            world.holder("n", phase=1)
        assert world.do("register_report", login(key), participant=key, year="base", emissions_t=emissions_t).ok
        assert world.do("request_verification", login(key), participant=key, year="base", verifier="ver").ok
        ver = login("ver", "A", "verifier")
        arguments = {"participant": key, "year": "base"}
        assert world.do("file_verification", ver, emissions_t=emissions_t, opinion="unqualified", **arguments).ok
        assert world.do("request_approval", ver, **arguments).ok

    shown = page(sign_in("admin-1").get("/schemes/asset/review/"))

    # Phase 1 needed its base year a year before phase 2.
    assert 0 < shown.index("4,000") < shown.index("10,000") < shown.index("12,345")
    assert sign_in("ver-A").get("/schemes/asset/review/").status_code == 403


def test_what_is_unusual_is_told_to_those_who_review_and_not_to_the_holder(world: World, sign_in: SignIn) -> None:
    review(world)
    assert world.do("approve_report", ADMINISTRATOR, participant="abc", year="base").ok
    assert world.do("register_report", login("abc"), participant="abc", year="target", emissions_t=20_000).ok
    assert world.do("request_verification", login("abc"), participant="abc", year="target", verifier="ver").ok
    target = "/schemes/asset/reports/abc/target/"

    assert "100%多い" in page(sign_in("ver-A").get(target))
    assert "100%多い" in page(sign_in("admin-1").get(target))
    assert "多い" not in page(sign_in("abc-A").get(target))


def test_sites_are_compared_with_others_of_their_size(world: World, sign_in: SignIn) -> None:
    for number in range(9):
        key = f"peer{number}"
        world.holder(key, floor_area_m2=1000)
        emissions_t = 1_000 + 10 * number if number < 8 else 9_000
        assert world.do("register_report", login(key), participant=key, year="base", emissions_t=emissions_t).ok
        assert world.do("request_verification", login(key), participant=key, year="base", verifier="ver").ok

    administrator = sign_in("admin-1")
    assert "延床面積" in page(administrator.get("/schemes/asset/reports/peer8/base/"))
    assert "延床面積" not in page(administrator.get("/schemes/asset/reports/peer4/base/"))


def test_the_secretariat_gives_the_report_to_another_verifier(world: World, sign_in: SignIn) -> None:
    sign_in("admin-1").post(
        REPORT + "assign-verifier/",
        {"act": str(uuid4()), "verifier": "two", "reason": "辞退", "step": "perform"},
        follow=True,
    )
    assert sign_in("two-A").get(REPORT).status_code == 200
    assert sign_in("ver-A").get(REPORT).status_code == 404


def test_a_verifier_of_the_holders_own_corporation_is_refused(world: World) -> None:
    assert world.do(
        "register_participant", ADMINISTRATOR, key="own", kind="verifier", name="Own", organisation="ABC"
    ).ok
    refused = world.do("assign_verifier", ADMINISTRATOR, participant="abc", year="base", verifier="own", reason="near")
    assert refused.codes == ("asset.verification.independence",)
    assert world.do("assign_verifier", ADMINISTRATOR, participant="abc", year="base", verifier="two", reason="far").ok


def test_a_paper_that_is_sent_again_with_another_file_is_another_paper_and_refused(
    world: World, sign_in: SignIn
) -> None:
    verifier, act = sign_in("ver-A"), str(uuid4())

    def send(content: bytes, address: str, **fields: str) -> str:
        document = SimpleUploadedFile("signed.pdf", content)
        return page(verifier.post(REPORT + address, {**fields, "act": act, "document": document}, follow=True))

    form = written()
    send(PDF, "file-verification/", **form)
    assert "act.differs" not in send(PDF, "file-verification/", **form)
    assert "act.differs" in send(PDF + b"another", "file-verification/", **form)
    assert Verification.objects.count() == 1

    assert world.do("request_approval", login("ver", "A", "verifier"), participant="abc", year="base").ok
    act = str(uuid4())
    send(PDF, "review/", text="答え")
    assert "act.differs" not in send(PDF, "review/", text="答え")
    assert "act.differs" in send(PDF + b"another", "review/", text="答え")
    assert ReviewPaper.objects.count() == 1
