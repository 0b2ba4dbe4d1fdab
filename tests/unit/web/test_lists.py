"""A list sorts, narrows, pages and goes out as a file by its address; strange addresses do no harm. No database."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import models
from django.test import RequestFactory
from django.utils import translation

from tanso.acts.models import ActRecord
from tanso.interfaces.exports.csv_file import csv_chunks
from tanso.interfaces.exports.excel import write_excel
from tanso.interfaces.exports.paper import Kind
from tanso.interfaces.web.lists import cells, files
from tanso.interfaces.web.lists import listing as declaring
from tanso.interfaces.web.lists.filters import Choice, Days, Filter, Tick, Words, between, plain, told, where
from tanso.interfaces.web.lists.listing import Column, Listing, Ticks
from tanso.interfaces.web.lists.pages import ShownList
from tanso.kernel.texts import Text


@dataclass(frozen=True)
class Mill:
    name: str
    tonnes: int | None
    opened_on: date | None = None
    state: str = "open"


MILLS = (
    Mill("Birch", 300, date(2014, 4, 1)),
    Mill("Alder", 20, date(2015, 4, 1)),
    Mill("Cedar", 300, date(2013, 4, 1), "closed"),
    Mill("Dogwood", None),
)
COLUMNS = (
    Column(key="name", label="Name", cell=lambda mill: mill.name, sort=lambda mill: plain(mill.name)),
    Column(
        key="tonnes", label="Tonnes", cell=lambda mill: mill.tonnes, kind=Kind.TONNES, sort=lambda mill: mill.tonnes
    ),
    Column(
        key="day", label="Opened", cell=lambda mill: mill.opened_on, kind=Kind.DAY, sort=lambda mill: mill.opened_on
    ),
    Column(
        key="act", label="What to do", cell=lambda mill: cells.button("Close", "/x/", about=mill.name), in_file=False
    ),
)
FILTERS: tuple[Filter, ...] = (
    Words(name="name", label="Name", narrow=told(lambda mill: mill.name)),
    Choice(
        name="state",
        label="State",
        choices=[("open", "Open"), ("closed", "Closed")],
        narrow=where(lambda mill, state: mill.state == state),
    ),
    Tick(name="large", label="Only large ones", narrow=lambda rows, _value: [one for one in rows if one.tonnes == 300]),
    Days(name="day", label="Opened", narrow=between(lambda mill: mill.opened_on)),
)


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    with translation.override("en"):
        yield


def listing(query: str = "", **options: Any) -> Listing:
    request = RequestFactory().get(f"/mills/{query}")
    rulebook = SimpleNamespace(title=Text("制度", "Scheme of mills"))
    request.desk = SimpleNamespace(scheme="mills", today=date(2015, 12, 2), rulebook=rulebook)  # type: ignore[attr-defined]
    known: dict[str, Any] = {"rows": list(MILLS), "columns": COLUMNS, "filters": FILTERS, "order": "name"}
    return Listing(request=request, name="mills", title="Mills", empty="There are no mills.", **{**known, **options})


def names(query: str = "", **options: Any) -> list[str]:
    return [mill.name for mill in listing(query, **options).page.object_list]


def csv_of(found: Listing) -> list[list[str]]:
    content = b"".join(csv_chunks(files.paper(found).flat, "en"))
    assert content.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))


# --- sorting --------------------------------------------------------------------------------------------------------


def test_a_list_is_sorted_both_ways_and_what_has_no_value_comes_last_either_way() -> None:
    assert names() == ["Alder", "Birch", "Cedar", "Dogwood"]
    assert names("?sort=-name") == ["Dogwood", "Cedar", "Birch", "Alder"]
    assert names("?sort=day") == ["Cedar", "Birch", "Alder", "Dogwood"]
    assert names("?sort=-day") == ["Alder", "Birch", "Cedar", "Dogwood"]


def test_equal_rows_keep_their_order_on_every_page() -> None:
    both = [names(f"?sort=tonnes&page={page}", rows_a_page=2) for page in (1, 2)]
    downwards = [names(f"?sort=-tonnes&page={page}", rows_a_page=2) for page in (1, 2)]

    assert both == [["Alder", "Birch"], ["Cedar", "Dogwood"]]
    assert downwards == [["Birch", "Cedar"], ["Alder", "Dogwood"]]


@pytest.mark.parametrize("sort", ["", "-", "--name", "nothing", "act", "name;drop", "sort", "__class__", "%00", "名前"])
def test_an_order_that_there_is_not_is_the_first_one(sort: str) -> None:
    assert names(f"?sort={sort}") == ["Alder", "Birch", "Cedar", "Dogwood"]


def test_a_query_is_sorted_by_the_fields_of_the_column_and_then_by_its_key() -> None:
    by_day = Column(key="day", label="Day", cell=lambda row: row.day, sort=("day", "operation"))
    by_decision = Column(key="why", label="Why", cell=lambda row: row.decision, sort="decision__id")

    def order(query: str) -> Any:
        found = listing(
            query, rows=ActRecord.objects.all(), columns=[by_day, by_decision], filters=(), order="day"
        ).found
        return [(one.expression.name, one.descending, one.nulls_last) for one in found.query.order_by]

    assert order("") == [("day", False, None), ("operation", False, None), ("pk", False, None)]
    assert order("?sort=-day") == [("day", True, None), ("operation", True, None), ("pk", True, None)]
    # Without a decision: last, either way.
    assert order("?sort=-why") == [("decision__id", True, True), ("pk", True, None)]


def test_a_field_within_a_document_or_across_a_relation_may_be_missing() -> None:
    class Page(models.Model):
        words = models.JSONField()

        class Meta:
            app_label = "tests_of_tables"

    assert declaring._may_be_empty(Page, "words__ja")
    assert not declaring._may_be_empty(Page, "words")


def test_the_heads_say_how_they_are_sorted_and_how_they_would_be() -> None:
    heads = {head.column.key: head for head in ShownList(listing("?sort=-tonnes&state=open&page=2")).heads}

    assert [head.direction for head in heads.values()] == ["", "descending", "", ""]
    assert heads["tonnes"].words == "descending; sort ascending"
    assert heads["name"].words == "sort ascending"
    # Another order begins at its first page and stays narrowed.
    assert heads["name"].address == "?sort=name&state=open"
    assert heads["tonnes"].address == "?sort=tonnes&state=open"
    assert heads["act"].address == ""


def test_a_list_says_how_many_rows_it_has_and_in_which_order() -> None:
    assert ShownList(listing("?sort=-day")).summary == "Rows: 4. Sorted by: Opened (descending)"
    assert ShownList(listing(order="")).summary == "Rows: 4"


def test_the_orders_to_choose_from_are_those_of_the_heads() -> None:
    orders = ShownList(listing("?sort=-day")).orders

    assert [value for value, _label, _is_now in orders] == ["name", "-name", "tonnes", "-tonnes", "day", "-day"]
    assert [label for _value, label, is_now in orders if is_now] == ["Opened (descending)"]


# --- narrowing ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("?name=AL", ["Alder"]),
        ("?name=ａｌｄ", ["Alder"]),
        ("?state=closed", ["Cedar"]),
        ("?large=yes", ["Birch", "Cedar"]),
        ("?large=yes&state=open", ["Birch"]),
        ("?day_from=2014-04-01", ["Alder", "Birch"]),
        ("?day_to=2014-04-01", ["Birch", "Cedar"]),
        ("?day_from=2014-04-01&day_to=2014-04-01", ["Birch"]),
        ("?day_from=２０１４-04-01", ["Alder", "Birch"]),
        ("?name=zebra", []),
    ],
)
def test_filters_leave_the_rows_that_fit(query: str, expected: list[str]) -> None:
    assert names(query) == expected


@pytest.mark.parametrize(
    "query",
    [
        "?state=burnt",
        "?state=",
        "?large=perhaps",
        "?day_from=yesterday",
        "?day_from=2014-02-30",
        "?day_to=99999-01-01",
        "?name=%00",
        "?name=%20%20",
        "?name=\u3000",
        "?unknown=1&as=exe&page=-7",
        "?page=zebra",
        "?page=99999999999999999999999",
    ],
)
def test_what_is_no_value_of_a_filter_narrows_nothing(query: str) -> None:
    assert names(query) == ["Alder", "Birch", "Cedar", "Dogwood"]


def test_very_long_words_are_cut() -> None:
    assert len(listing(f"?name={'x' * 5_000}").asked["name"]) == 100


def test_each_filter_that_narrows_is_told_and_can_be_taken_off() -> None:
    shown = ShownList(listing("?state=closed&day_from=2013-01-01&day_to=2014-01-01&sort=-name&page=2"))

    assert shown.chips == [
        ("State: Closed", "?day_from=2013-01-01&day_to=2014-01-01&sort=-name"),
        ("Opened: 1 Jan 2013–1 Jan 2014", "?state=closed&sort=-name"),
    ]
    assert shown.show_all == "?sort=-name"


def test_a_list_that_nothing_fits_says_so_and_an_empty_one_says_what_it_is() -> None:
    assert ShownList(listing("?name=zebra")).empty == "Nothing fits. Show all, or choose something else."
    assert ShownList(listing(rows=[])).empty == "There are no mills."


def test_the_form_keeps_what_else_the_address_says() -> None:
    shown = ShownList(listing("?phase=2&name=al&sort=-name&page=3&as=csv"))

    assert shown.kept == [("phase", "2")]


def test_several_lists_of_a_page_do_not_disturb_one_another() -> None:
    query = "?a-sort=-name&b-sort=tonnes&b-page=2&a-as=csv"
    one, other = listing(query, prefix="a-", rows_a_page=1), listing(query, prefix="b-", rows_a_page=1)

    assert [mill.name for mill in one.page.object_list] == ["Dogwood"]
    assert [mill.name for mill in other.page.object_list] == ["Birch"]
    assert (one.file_form, other.file_form) == ("csv", "")
    assert ShownList(one).next == "?a-sort=-name&b-sort=tonnes&b-page=2&a-page=2"


# --- cells and rows -------------------------------------------------------------------------------------------------


def test_a_row_shows_each_cell_by_its_kind_and_under_its_label() -> None:
    body = ShownList(listing("?name=birch")).body

    assert '<th scope="row" role="rowheader"><span>Birch</span></th>' in body
    assert 'class="table__number" data-label="Tonnes"><span><span class="number">300\u00a0t</span></span>' in body
    assert '<time class="nowrap" datetime="2014-04-01">1 Apr 2014</time>' in body


def test_nothing_that_somebody_wrote_becomes_markup() -> None:
    evil = '<script>alert("x")</script>'
    column = Column(key="name", label=evil, cell=lambda mill: mill.name, sort=lambda mill: mill.name)
    linked = Column(key="link", label="Link", cell=lambda mill: cells.link(mill.name, f"/?{evil}", about=evil))
    rich = Column(
        key="rich",
        label="Rich",
        cell=lambda mill: cells.several(
            [cells.tag(mill.name), cells.beside(mill.name, evil), cells.soft(evil), cells.code(evil)], between=evil
        ),
    )
    ticks = Ticks(form=evil, name=evil, value=lambda mill: mill.name, about=lambda mill: mill.name)

    body = ShownList(listing(rows=[Mill(evil, 1)], columns=[column, linked, rich, column], ticks=ticks)).body

    assert "<script" not in body
    assert body.count("&lt;script&gt;") > 8


def test_rows_have_a_tick_box_where_the_page_asks_for_them() -> None:
    ticks = Ticks(
        form="bulk",
        name="mill",
        value=lambda mill: "" if mill.tonnes is None else mill.name,
        about=lambda mill: mill.name,
    )
    body = ShownList(listing(ticks=ticks)).body

    assert body.count('<input type="checkbox" form="bulk" name="mill"') == 3
    assert "Select Alder" in body
    assert body.count('class="table__tick"') == 4


def test_sums_stand_under_their_columns() -> None:
    shown = ShownList(listing("?state=open", foot=lambda rows: {"tonnes": sum(one.tonnes or 0 for one in rows)}))

    assert shown.foot.startswith('<th scope="row" role="rowheader">Total</th>')
    assert 'data-label="Tonnes"><span><span class="number">320\u00a0t</span></span>' in shown.foot


# --- files ----------------------------------------------------------------------------------------------------------


def test_a_file_has_the_rows_of_all_pages_that_the_filters_leave_in_the_order_of_the_page() -> None:
    assert csv_of(listing("?state=open&sort=-name&page=2&as=csv", rows_a_page=1)) == [
        ["Name", "Tonnes (t)", "Opened"],
        ["Dogwood", "", ""],
        ["Birch", "300", "2014-04-01"],
        ["Alder", "20", "2015-04-01"],
    ]


def test_a_file_says_by_what_it_is_narrowed_and_sorted() -> None:
    found = files.paper(listing("?state=open&sort=-name"))

    facts = [(label.en, value.en) for label, value in found.facts]
    assert ("Narrowed by", "State: Open") in facts
    assert ("Sorted by", "Name (descending)") in facts
    assert found.file_name("csv") == "mills-mills-2015-12-02.csv"


@pytest.mark.parametrize("evil", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", " =1", "＝1", '=HYPERLINK("http://x")'])
def test_no_file_runs_a_formula_that_somebody_wrote(evil: str) -> None:
    rich = Column(key="rich", label="Rich", cell=lambda mill: cells.link(mill.name, "/x/"))
    found = listing(rows=[Mill(evil, -5)], columns=[*COLUMNS, rich], filters=())

    assert csv_of(found)[1] == [f"'{evil}", "-5", "", f"'{evil}"]
    book = io.BytesIO()
    write_excel(files.paper(found), "en", book)
    with zipfile.ZipFile(book) as parts:
        sheet = parts.read("xl/worksheets/sheet2.xml").decode()
    assert "<f>" not in sheet
    assert "hyperlink" not in sheet
    # A number stays a number.
    assert "<v>-5</v>" in sheet


def test_a_workbook_of_a_list_is_labelled_once_in_the_language_of_the_page() -> None:
    book = io.BytesIO()
    write_excel(files.paper(listing()), "ja", book)

    with zipfile.ZipFile(book) as parts:
        sheet = parts.read("xl/worksheets/sheet2.xml").decode()
    assert sheet.count("<row ") == 1 + len(MILLS)


def test_a_cell_in_a_file_says_what_the_page_says_and_an_instant_the_time_of_the_page() -> None:
    tagged = cells.several([cells.tag("Open", "good"), cells.tag(""), cells.code("x")], between="\n")

    assert cells.value(tagged) == "Open · x"
    assert cells.value(cells.beside("Birch", "mill")) == "Birch · mill"
    assert cells.text(date(2014, 4, 1)) == "1 Apr 2014"
    at = datetime(2014, 4, 1, 20, tzinfo=UTC)
    assert str(cells.value(at)) in ("2014-04-02 05:00:00+09:00", "2014-04-01 20:00:00+00:00")
    assert cells.text(at) in cells.html(at)


def test_a_list_that_is_too_long_offers_no_file_and_says_why(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "MOST_ROWS", 3)
    shown = ShownList(listing("?as=csv"))

    assert shown.files == []
    assert shown.problem == "A file takes 3 rows at most. Narrow the list to get one."
    assert ShownList(listing("?state=open")).files == [
        ("CSV", "?state=open&as=csv"),
        ("Excel", "?state=open&as=excel"),
    ]
