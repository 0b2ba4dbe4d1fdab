"""The prescribed workbook and attachments through the pages: taken filled in, sent back, refused with every cell."""

from __future__ import annotations

import io
from typing import Any
from uuid import uuid4

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tanso.emissions import queries
from tanso.emissions.models import Report, ReportAttachment
from tests.integration.web.conftest import SignIn
from tests.support import workbooks as make
from tests.support.world import World, login

REPORT = "/schemes/asset/reports/abc/base/"
PNG = (make.STORIES.parent / "documents/site-map.png").read_bytes()
OTHER_SOURCE = {"point": "受電", "activity": "electricity", "quantity": "20000", "unit": "MWh"}
FACTOR = {"t_per_kwh": "0.0005", "source": "invented"}
VALUE = {"scheme": "asset", "phase": 2, "fiscal_year": 2013, "sources": [OTHER_SOURCE | {"factor": FACTOR}]}


@pytest.fixture
def world(world: World) -> World:
    world.holder("abc")
    world.holder("xyz")
    world.verifier("ver")
    return world


def sent(content: bytes, name: str = "report.xlsx") -> dict[str, Any]:
    return {"act": str(uuid4()), "workbook": SimpleUploadedFile(name, content)}


def page(response: Any) -> str:
    return str(response.content.decode())


def report() -> Report:
    found = queries.report("asset", "abc", "base")
    assert found is not None
    return found


def test_the_form_comes_with_the_holder_in_it_and_can_be_filled_in(world: World, sign_in: SignIn) -> None:
    response = sign_in("abc-A").get(REPORT + "form/")
    book = openpyxl.load_workbook(io.BytesIO(response.content))

    assert make.cell(book, "holder", "name").value == "ABC"
    marks = {row[0].value: row[1].value for row in book["_form"].iter_rows(max_row=10)}
    assert (marks["holder"], marks["year"], marks["phase"], marks["fiscal_year"]) == ("abc", "base", "2", "2013")


def test_a_workbook_is_registered_with_its_recomputed_figure(world: World, sign_in: SignIn) -> None:
    client = sign_in("abc-B")

    response = client.post(REPORT + "register/", sent(make.filled(VALUE, holder="abc")))

    assert response.status_code == 302
    assert report().emissions_t == 10_000
    again = client.get(REPORT + "form/")
    book = openpyxl.load_workbook(io.BytesIO(again.content))
    assert make.cell(book, "electricity_use", "annual").value == 20_000


def test_the_form_of_the_next_year_begins_with_this_years_points(world: World, sign_in: SignIn) -> None:
    client = sign_in("abc-A")
    client.post(REPORT + "register/", sent(make.filled(VALUE, holder="abc")))

    book = openpyxl.load_workbook(io.BytesIO(client.get("/schemes/asset/reports/abc/target/form/").content))

    assert make.cell(book, "points_electricity", "point").value == "受電"
    assert make.cell(book, "electricity_use", "annual").value is None
    assert make.cell(book, "changes_electricity", "earlier").value == 20_000


def test_a_wrong_workbook_is_answered_with_every_cell_at_once(world: World, sign_in: SignIn) -> None:
    def spoil(book: Any) -> None:
        make.cell(book, "electricity_use", "month", 0, 0).value = "many"
        make.cell(book, "points_electricity", "unit").value = "L"
        make.cell(book, "result", "reported").value = 1

    response = sign_in("abc-A").post(REPORT + "register/", sent(make.changed(make.filled(VALUE, holder="abc"), spoil)))

    assert response.status_code == 422
    shown = page(response)
    assert "asset.report.form" in shown or "指定様式" in shown
    for place in (make.place("electricity_use", "month"), make.place("points_electricity", "unit")):
        assert place.sheet in shown
        assert f"<span>{place.cell}</span>" in shown
    assert report().state == "not_submitted"


def test_a_workbook_of_another_holder_is_refused(world: World, sign_in: SignIn) -> None:
    response = sign_in("abc-A").post(REPORT + "register/", sent(make.filled(VALUE, holder="xyz")))

    assert response.status_code == 422
    assert "xyz" in page(response)


def test_a_file_of_another_name_is_not_even_opened(world: World, sign_in: SignIn) -> None:
    response = sign_in("abc-A").post(REPORT + "register/", sent(make.filled(VALUE), name="report.xlsm"))

    assert response.status_code == 422
    assert report().state == "not_submitted"


# -- attachments ------------------------------------------------------------------------------------------------------


def attachment(content: bytes, name: str = "map.png") -> dict[str, Any]:
    return {"act": str(uuid4()), "text": "敷地図", "document": SimpleUploadedFile(name, content)}


def test_an_attachment_is_read_by_holder_verifier_and_administrator_and_nobody_else(
    world: World, sign_in: SignIn
) -> None:
    assert sign_in("abc-B").post(REPORT + "attach/", attachment(PNG)).status_code == 302
    kept = ReportAttachment.objects.get()
    assert (kept.kind, kept.size_bytes, kept.text) == ("png", len(PNG), "敷地図")
    address = f"{REPORT}documents/{kept.document_id}/"
    assert "敷地図" in page(sign_in("abc-A").get(REPORT))

    assert sign_in("ver-A").get(address).status_code == 404  # not its report yet
    assert world.do("register_report", login("abc"), participant="abc", year="base", emissions_t=1).ok
    assert world.do("request_verification", login("abc"), participant="abc", year="base", verifier="ver").ok

    for reader in ("abc-A", "ver-A", "admin-1"):
        response = sign_in(reader).get(address)
        assert response.status_code == 200, reader
        assert response.content == PNG
        assert response["Content-Type"] == "image/png"
        assert response["Content-Disposition"].startswith("attachment")
    assert sign_in("xyz-A").get(address).status_code == 404


@pytest.mark.parametrize("content", [b"<script>alert(1)</script>", b"MZ\x90", PNG[:-4], b"GIF89a"])
def test_an_attachment_is_what_its_content_is(world: World, sign_in: SignIn, content: bytes) -> None:
    response = sign_in("abc-A").post(REPORT + "attach/", attachment(content))

    assert response.status_code in (302, 422)
    assert not ReportAttachment.objects.exists()


BLANK = "/site/asset/forms/2/base/"


def test_anybody_downloads_the_blank_form_and_a_holder_registers_it_filled_in(world: World, sign_in: SignIn) -> None:
    visitor = Client(headers={"host": "localhost", "accept-language": "en"})

    listed = visitor.get("/site/asset/documents/?phase=2").content.decode()
    answer = visitor.get(BLANK)

    assert f'href="{BLANK}"' in listed
    assert "Choose your phase above" in visitor.get("/site/asset/documents/").content.decode()
    assert answer["Content-Disposition"].startswith("attachment; ")
    assert visitor.get(BLANK).content == answer.content
    book = openpyxl.load_workbook(io.BytesIO(answer.content))
    # It names no holder, and whoever fills it in says so by registering it.
    assert "ABC" not in str([cell.value for sheet in book for row in sheet.iter_rows() for cell in row])
    sign_in("abc-A").post(f"{REPORT}register/", sent(make.filled(VALUE, holder="")))
    assert Report.objects.get(participant__key="abc", year="base").emissions_t == 10_000


@pytest.mark.parametrize("address", ["99/base/", "2/nothing/", "2/2013/", "0/base/"])
def test_there_is_a_blank_form_of_phases_and_years_alone(world: World, address: str) -> None:
    assert Client(headers={"host": "localhost"}).get(f"/site/asset/forms/{address}").status_code == 404


def test_a_scheme_without_a_prescribed_form_has_no_blank_one(world: World) -> None:
    assert Client(headers={"host": "localhost"}).get("/site/eu-ets/forms/1/base/").status_code == 404
