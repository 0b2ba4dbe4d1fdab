"""The statement of an account and the life of a serial number: what they say, to whom, and in which form."""

from __future__ import annotations

import csv
import io
import re
from datetime import date

import openpyxl
import pytest
from django.test import Client

from tanso.interfaces.exports import pdf
from tests.integration.web.conftest import SignIn
from tests.support.stories import Once
from tests.support.world import World, login

STATEMENT = "/schemes/asset/accounts/{}/statement/"
PERIOD = {"first": "2014-04-01", "last": "2015-03-31"}


def _story(world: World) -> None:
    """abc was issued 9,000 t on 1 April 2014, sent 221 t to def and then 4 t; def cancelled 21 t of them."""
    world.holder_with_units("abc")
    world.holder("def")
    world.go_to(date(2014, 6, 2))
    assert world.do("transfer", login("abc"), from_="AST-1001", to="AST-1002", unit="JAA/2", quantity_t=221).ok
    world.go_to(date(2014, 6, 3))
    assert world.do("transfer", login("abc"), from_="AST-1001", to="AST-1002", unit="JAA/2", quantity_t=4).ok
    assert world.do(
        "cancel",
        login("def"),
        account="AST-1002",
        unit="JAA/2",
        quantity_t=21,
        purpose="voluntary",
        statement="=1+1",
    ).ok


@pytest.fixture
def story(world: World, once: Once) -> World:
    return once(_story, world)


def page(client: Client, number: str = "AST-1001", **query: str) -> str:
    response = client.get(STATEMENT.format(number), query or PERIOD)
    assert response.status_code == 200
    return response.content.decode().replace("\u00a0", " ")


def table(client: Client, number: str = "AST-1001", **query: str) -> list[list[str]]:
    response = client.get(STATEMENT.format(number) + "file/", {**(query or PERIOD), "form": "csv"})
    assert response.status_code == 200
    content = b"".join(response.streaming_content)  # type: ignore[attr-defined]
    assert content.startswith("\ufeff".encode())
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))


def test_a_statement_shows_balances_postings_and_the_balance_after_each(story: World, sign_in: SignIn) -> None:
    body = page(sign_in("abc-A", language="en"))

    assert "1 Apr 2014 to 31 Mar 2015, both days included" in body
    assert [figure in body for figure in ("+9,000 t", "\u2212221 t", "8,779 t", "\u22124 t", "8,775 t")] == [True] * 5
    assert "1–221" in body
    assert "AST-1002" in body


def test_both_days_of_the_period_count(story: World, sign_in: SignIn) -> None:
    client = sign_in("abc-A")

    def changes(first: str, last: str) -> list[str]:
        rows = table(client, first=first, last=last)
        return [row[7] for row in rows[1:] if row[0] == "移動"]

    assert changes("2014-04-01", "2014-06-02") == ["9000", "-221"]
    assert changes("2014-06-03", "2014-06-03") == ["-4"]
    assert changes("2014-06-02", "2014-06-02") == ["-221"]
    assert changes("2014-06-04", "2014-12-31") == []


def test_the_csv_file_has_every_row_and_numbers_that_are_numbers(story: World, sign_in: SignIn) -> None:
    header, *rows = table(sign_in("abc-A", language="en"))

    assert header[:3] == ["Row", "No.", "Day"]
    kinds = [row[0] for row in rows]
    assert kinds == ["Opening balance", "Posting", "Posting", "Posting", "Closing balance"]
    assert [row[header.index("Change (t)")] for row in rows] == ["", "9000", "-221", "-4", ""]
    assert [row[header.index("Balance (t)")] for row in rows] == ["0", "9000", "8779", "8775", "8775"]
    assert [row[header.index("Day")] for row in rows][1:4] == ["2014-04-01", "2014-06-02", "2014-06-03"]


def test_events_of_the_account_stand_between_the_postings(story: World, sign_in: SignIn) -> None:
    rows = table(sign_in("abc-A", language="en"), first="2014-03-01", last="2014-06-30")

    assert [row[0] for row in rows[1:3]] == ["Opening balance", "Account event"]
    assert rows[2][2] == "2014-03-31"
    assert rows[2][10] == "Opened (compliance account)"


def test_the_excel_file_has_numbers_days_and_a_frozen_header_in_both_languages(story: World, sign_in: SignIn) -> None:
    response = sign_in("abc-A").get(STATEMENT.format("AST-1001") + "file/", {**PERIOD, "form": "xlsx"})
    book = openpyxl.load_workbook(io.BytesIO(b"".join(response.streaming_content)))  # type: ignore[attr-defined]
    sheet = book[book.sheetnames[-1]]

    first, second, *rows = list(sheet.iter_rows(values_only=True))
    assert (first[1], second[1]) == ("日付", "Day")
    assert sheet.freeze_panes == "A3"
    assert [row[6] for row in rows] == [9000, -221, -4]
    assert rows[0][1].date() == date(2014, 4, 1)
    assert [row[7] for row in rows] == [9000, 8779, 8775]
    assert response["Content-Disposition"].endswith("AST-1001_2014-04-01_2015-03-31.xlsx")


def test_the_pdf_file_is_one(story: World, sign_in: SignIn) -> None:
    client = sign_in("abc-A")

    files = [client.get(STATEMENT.format("AST-1001") + "file/", {**PERIOD, "form": "pdf"}).content for _ in range(2)]

    assert files[0].startswith(b"%PDF-")
    assert files[0] == files[1], "the same statement gives the same bytes"


def test_a_pdf_that_would_be_too_long_is_refused_with_the_way_out(
    story: World, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pdf, "MOST_ROWS", 3)
    client = sign_in("abc-A", language="en")

    response = client.get(STATEMENT.format("AST-1001") + "file/", {**PERIOD, "form": "pdf"})
    body = response.content.decode()

    assert response.status_code == 422
    assert "There are 4 rows; a PDF takes 3 at most." in body
    assert "Choose a shorter period, or Excel or CSV." in body
    assert "form=pdf" not in page(client)


def test_text_that_a_spreadsheet_would_run_is_neutralised(world: World, sign_in: SignIn) -> None:
    world.holder_with_units("=1+1")
    number = world.account("=1+1")

    response = sign_in("admin-1").get(STATEMENT.format(number) + "file/", {**PERIOD, "form": "xlsx"})
    cover = openpyxl.load_workbook(io.BytesIO(b"".join(response.streaming_content))).worksheets[0]  # type: ignore[attr-defined]

    holder = next(row[1] for row in cover.iter_rows() if str(row[0].value).startswith("口座名義人"))
    assert (holder.value, holder.data_type) == ("=1+1", "s")


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ({"first": "2015-01-01", "last": "2014-01-01"}, "終了日が開始日より前です。"),
        ({"first": "soon", "last": "2014-01-01"}, "例：2014-04-01"),
        ({"first": "", "last": ""}, "入力してください"),
        ({"first": "2014-04-01", "last": "9999-12-31"}, "これより前の日"),
    ],
)
def test_a_period_that_is_none_is_said_to_be_none(
    story: World, sign_in: SignIn, query: dict[str, str], message: str
) -> None:
    client = sign_in("abc-A")

    for address in (STATEMENT, STATEMENT + "file/"):
        response = client.get(address.format("AST-1001"), query)
        assert response.status_code == 422
        assert message in response.content.decode()


def test_without_a_period_it_is_this_fiscal_year_up_to_today(story: World, sign_in: SignIn) -> None:
    assert (
        "2014年4月1日から2014年6月3日まで（両日を含む）"
        in sign_in("abc-A").get(STATEMENT.format("AST-1001")).content.decode()
    )


def test_a_long_statement_comes_page_by_page_with_the_right_balances(world: World, sign_in: SignIn) -> None:
    world.holder_with_units("abc")
    world.holder("def")
    for _ in range(52):
        assert world.do("transfer", login("abc"), from_="AST-1001", to="AST-1002", unit="JAA/2", quantity_t=1).ok
    client = sign_in("abc-A", language="en")

    first, second = page(client), page(client, **PERIOD, page="2")

    assert "Page 1 of 2 (53 rows)" in first
    assert "8,951 t" in first
    assert [figure in second for figure in ("8,950 t", "8,949 t", "8,948 t", "8,951 t")] == [True, True, True, False]


# --- who sees what ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("who", "number", "answer"),
    [
        ("abc-A", "AST-1001", 200),
        ("abc-A", "AST-1002", 404),
        ("abc-A", "AST-2", 404),
        ("abc-A", "AST-9999", 404),
        ("def-A", "AST-1001", 404),
        ("abc-B", "AST-1001", 403),
        ("verifier-of-abc-A", "AST-1001", 403),
        ("admin-1", "AST-1001", 200),
        ("admin-1", "AST-0", 200),
        ("admin-1", "AST-2", 200),
        ("admin-1", "AST-9999", 404),
    ],
)
def test_a_statement_is_for_its_holder_and_the_administrator(
    story: World, sign_in: SignIn, who: str, number: str, answer: int
) -> None:
    client = sign_in(who)

    assert client.get(STATEMENT.format(number), PERIOD).status_code == answer
    for form in ("csv", "xlsx", "pdf"):
        assert client.get(STATEMENT.format(number) + "file/", {**PERIOD, "form": form}).status_code == answer


@pytest.mark.parametrize(
    ("who", "answer"), [("abc-A", 200), ("abc-B", 403), ("verifier-of-abc-A", 403), ("admin-1", 200)]
)
def test_serial_numbers_are_for_holders_and_the_administrator(
    story: World, sign_in: SignIn, who: str, answer: int
) -> None:
    assert sign_in(who).get("/schemes/asset/serials/").status_code == answer


def unit_of(client: Client) -> str:
    """The first unit that the page offers, as its form sends it."""
    found = re.search(r'<option value="(\d+)"', client.get("/schemes/asset/serials/").content.decode())
    assert found is not None
    return found[1]


def hops(client: Client, number: str) -> tuple[int, list[tuple[str, str]]]:
    """The answer's status, and the accounts of each hop as the CSV file has them."""
    query = {"unit": unit_of(client), "number": number}
    shown = client.get("/schemes/asset/serials/", query)
    response = client.get("/schemes/asset/serials/file/", query)
    if shown.status_code != 200:
        assert response.status_code == shown.status_code
        return shown.status_code, []
    rows = list(csv.reader(io.StringIO(b"".join(response.streaming_content).decode("utf-8-sig"))))  # type: ignore[attr-defined]
    found = [(row[3].split(" ")[0], row[4].split(" ")[0]) for row in rows[1:]]
    body = shown.content.decode()
    assert all(source in body and target in body for source, target in found)
    return shown.status_code, found


def test_the_administrator_sees_the_whole_life_of_a_tonne(story: World, sign_in: SignIn) -> None:
    client = sign_in("admin-1")

    assert hops(client, "21") == (200, [("AST-0", "AST-1001"), ("AST-1001", "AST-1002"), ("AST-1002", "AST-101")])
    assert hops(client, "22") == (200, [("AST-0", "AST-1001"), ("AST-1001", "AST-1002")])
    assert hops(client, "９０００") == (200, [("AST-0", "AST-1001")])
    assert hops(client, "9001") == (422, [])


def test_a_holder_sees_only_the_hops_of_its_own_account(story: World, sign_in: SignIn) -> None:
    receiver, sender = sign_in("def-A"), sign_in("abc-A")

    assert hops(receiver, "21") == (200, [("AST-1001", "AST-1002"), ("AST-1002", "AST-101")])
    assert hops(sender, "21") == (200, [("AST-0", "AST-1001"), ("AST-1001", "AST-1002")])
    body = sender.get("/schemes/asset/serials/", {"unit": unit_of(sender), "number": "21"}).content.decode()
    assert "AST-101" not in body.replace("AST-1001", ""), "where it is now is not the sender's business"


def test_what_never_was_ones_own_and_what_never_was_is_one_answer(story: World, sign_in: SignIn) -> None:
    client = sign_in("def-A", language="en")
    unit = unit_of(client)

    def said(number: str) -> str:
        body = client.get("/schemes/asset/serials/", {"unit": unit, "number": number}).content.decode()
        return body.split('class="notice__title">')[1].split("</h2>")[0].replace(number, "N")

    assert said("5000") == said("987654") == "Serial number N of JAA/2 was never in your account."


def test_the_life_of_a_serial_can_be_had_in_every_form(story: World, sign_in: SignIn) -> None:
    client = sign_in("admin-1")
    unit = unit_of(client)

    for form in ("csv", "xlsx", "pdf"):
        response = client.get("/schemes/asset/serials/file/", {"unit": unit, "number": "21", "form": form})
        assert (response.status_code, form in response["Content-Disposition"]) == (200, True)


# --- the other side's login -------------------------------------------------------------------------------------------


def test_the_other_sides_login_is_not_named(story: World, sign_in: SignIn) -> None:
    from tanso.acts.models import ActRecord  # noqa: PLC0415

    act = ActRecord.objects.filter(operation="transfer").earliest("sequence")
    record, records = f"/schemes/asset/records/{act.id}/", "/schemes/asset/records/"

    for who, names_it in (("def-A", False), ("abc-A", True), ("admin-1", True)):
        client = sign_in(who)
        for address in (record, records):
            assert ("abc-A" in client.get(address).content.decode()) == names_it, (who, address)
    assert "参加者" in sign_in("def-A").get(record).content.decode()


def test_no_page_of_a_participant_names_a_login_of_anybody_else(story: World, sign_in: SignIn) -> None:
    client = sign_in("abc-A")

    for address in ("records/", "reports/abc/base/", "accounts/AST-1001/", "accounts/AST-1001/statement/", ""):
        body = client.get(f"/schemes/asset/{address}").content.decode()
        assert [name for name in ("admin-1", "admin-2", "verifier-of-abc-A", "def-A") if name in body] == [], address
