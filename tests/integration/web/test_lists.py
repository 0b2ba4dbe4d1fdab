"""Every list of the web interface: it sorts by each of its columns, both ways, and its files say what its page says."""

from __future__ import annotations

import csv
import html
import io
import re
import zipfile
from collections.abc import Iterator

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tanso.database.urls import Server
from tanso.interfaces.web.models import Look
from tests.support import permissions, shown, two_of_each
from tests.support.permissions import OPENS, People

MOST_QUERIES = 30
_FORMULA = ("=", "+", "@", "\t")


@pytest.fixture(scope="module")
def people(server: Server, template: str) -> Iterator[People]:
    with two_of_each.lived_in(server, template) as world:
        yield People(world)


_WHO = ("administrator", "A", "B", "verifier", "trader", "visitor")
List = tuple[str, Client, str, str]
IS_LIST = 'class="list__about"'


@pytest.fixture(scope="module")
def lists(people: People) -> list[List]:
    """Every page with a list, to everybody to whom it opens: whose column, client, address, what it says."""
    found: dict[tuple[str, str], List] = {}
    for row in permissions.rows():
        for who, client, at in people.tries(row):
            if row.answers[who] != OPENS or who not in _WHO or (who, at) in found:
                continue
            response = client.get(at)
            if response.headers.get("Content-Type", "").startswith("text/html") and not response.streaming:
                text = response.content.decode()
                if IS_LIST in text:
                    found[who, at] = (who, client, at, text)
    return list(found.values())


def links(text: str, start: str) -> list[str]:
    """The addresses of the page's own list that carry such a key."""
    found = map(html.unescape, re.findall(r'href="(\?[^"]*)"', text))
    return [link for link in found if re.search(rf"[?&]([a-z]+-)?{start}=", link)]


def words_of(text: str) -> str:
    """What a page says, without its marks."""
    return html.unescape(re.sub(r"<[^>]+>", "", text))


def is_told(cell: str, page: str) -> bool:
    """Whether the page says what stands in a cell of a file; days and numbers are written for people there."""
    plain = re.fullmatch(r"-?[0-9]+|[0-9]{4}-[0-9]{2}-[0-9]{2}.*", cell)
    return bool(plain) or all(part in page for part in cell.lstrip("'").split(" · "))


def test_every_list_sorts_both_ways_by_every_head_in_few_queries(lists: list[List]) -> None:
    wrong, heads = [], 0
    for who, client, at, text in lists:
        for link in links(text, "sort"):
            heads += 1
            for address in (link, re.sub(r"sort=-?", "sort=-", link)):
                with CaptureQueriesContext(
                    connection,
                ) as asked:
                    response = client.get(at.partition("?")[0] + address)
                if response.status_code != 200 or "aria-sort" not in response.content.decode():
                    wrong.append(f"{who} {at}{address}: {response.status_code}")
                if len(asked) > MOST_QUERIES:
                    wrong.append(f"{who} {at}{address}: {len(asked)} queries")

    assert wrong == []
    assert heads > 90


def test_the_filters_of_every_list_take_what_anybody_writes(lists: list[List]) -> None:
    strange = ("zebra", "１２３", "%00", "' OR 1=1 --", "<script>", "2014-99-99", "x" * 300)
    wrong, fields = [], set()
    for who, client, at, text in lists:
        names = set(re.findall(r'id="[a-z-]*filter-[^"]*" name="([a-z_-]+)"', text))
        for name in names:
            fields.add((at, name))
            for value in strange:
                response = client.get(at.partition("?")[0], {name: value})
                if response.status_code != 200 or "<script>" in response.content.decode():
                    wrong.append(f"{who} {at}?{name}={value}: {response.status_code}")

    assert wrong == []
    assert len(fields) > 45


def test_the_files_of_every_list_have_its_rows_and_run_no_formula(lists: list[List]) -> None:
    wrong, files = [], 0
    for who, client, at, text in lists:
        for link in links(text, "as"):
            files += 1
            response = client.get(at.partition("?")[0] + link)
            body = response.content
            if response.status_code != 200 or "attachment" not in response.headers["Content-Disposition"]:
                wrong.append(f"{who} {at}{link}: {response.status_code}")
            elif "as=excel" in link:
                with zipfile.ZipFile(io.BytesIO(body)) as parts:
                    sheets = b"".join(parts.read(name) for name in parts.namelist() if "worksheets" in name)
                if b"<f>" in sheets or b"hyperlink" in sheets:
                    wrong.append(f"{who} {at}{link}: a formula")
            else:
                rows = list(csv.reader(io.StringIO(body.decode("utf-8-sig"))))
                if any(cell.startswith(_FORMULA) for row in rows[1:] for cell in row):
                    wrong.append(f"{who} {at}{link}: a formula")
                if "/looks/" in at:
                    # Whoever opens it adds a row to it.
                    continue
                # Again, as a message may have been read since.
                now = client.get(at).content.decode()
                counts = re.findall(r'class="list__about"><p>([0-9,]+)件', now)
                if len(counts) == 1 and len(rows) - 1 != int(counts[0].replace(",", "")):
                    wrong.append(f"{who} {at}{link}: {len(rows) - 1} rows instead of {counts[0]}")
                page = words_of(now)
                missing = [cell for row in rows[:20] for cell in row if not is_told(cell.removesuffix(" (t)"), page)]
                if missing:
                    wrong.append(f"{who} {at}{link}: not on the page: {missing[:3]}")

    assert wrong == []
    assert files > 45


def test_no_file_of_a_list_shows_what_its_reader_must_not_see(lists: list[List]) -> None:
    found = {}
    for who, client, at, text in lists:
        if who == "administrator":
            continue
        for link in links(text, "as"):
            said = shown.text_of(client.get(at.partition("?")[0] + link))
            words = sorted(word for word in shown.forbidden(who) if word in said)
            if words:
                found[f"{who} {at}{link}"] = words

    assert found == {}


def test_a_file_of_a_list_is_kept_as_a_look_at_its_page(people: People) -> None:
    client = people.client("admin-1")
    client.get("/schemes/asset/letters/?as=csv&name=山田")

    found = Look.objects.order_by("-id").first()
    assert found is not None
    assert (found.page, found.path) == ("letters", "/schemes/asset/letters/?as=csv")


def test_who_may_not_see_the_page_gets_no_file(people: People, lists: list[List]) -> None:
    """Nobody at all gets a file of a page that is no list: nothing else asks whether one is wanted."""
    addresses = {at for _who, _client, at, _text in lists}
    pages = {row.page for row in permissions.rows() if any(at in addresses for _who, _client, at in people.tries(row))}
    tried, opened = 0, []
    for row in permissions.rows():
        for who, client, at in people.tries(row) if row.page in pages else ():
            if row.answers[who] != OPENS:
                tried += 1
                if "attachment" in client.get(f"{at}?as=csv").headers.get("Content-Disposition", ""):
                    opened.append(f"{row.key}, {who}")

    assert tried > 100
    assert opened == []
