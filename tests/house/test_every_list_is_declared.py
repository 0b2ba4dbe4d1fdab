"""A list of rows is declared once (interfaces/web/lists/listing.py), so that it sorts, filters, pages and
goes out as a file.

A page that writes a table by hand is named here with the reason why it is no list.
"""

from __future__ import annotations

import ast
from pathlib import Path

WEB = Path(__file__).parents[2] / "src" / "tanso" / "interfaces" / "web"
TEMPLATES = WEB / "templates" / "web"
# Tables of a few fixed lines.
NO_LISTS = {
    "parts/list.html": "the list itself",
    "accounts/account.html": "one line a unit that is held, and the latest figures of the chart",
    "accounts/as_of.html": "one line a unit that was held on a day",
    "accounts/statement.html": "one line a unit, and what happened to the account in the period",
    "acts/confirm.html": "what an act will change",
    "contacts/change.html": "a comparison",
    "registration/desk.html": "the two papers of an application, and comparisons of its versions",
    "registration/state.html": "the two papers of an application",
    "reports/compare.html": "a comparison of two versions",
    "reports/form_download.html": "what is wrong with the file that was just sent",
    "reports/report.html": "the few versions of one report",
    "reports/table.html": "a participant's few reports, and those that a verifier has to do with, on their home pages",
    "results/phases.html": "one line a kind of transfer; the results have a file of their own",
    "schedule.html": "a calendar",
    "signing_in/sessions.html": "the browsers of one login",
    "together/confirm.html": "what one act for many will do to each that was ticked",
    "together/results.html": "what it did to each",
}
# Rows of a form, which are ticked and sent together.
FORMS = {"lists/listing.py", "lists/pages.py", "views/together.py", "together.py"}


def test_every_table_is_a_declared_list_or_says_why_it_is_none() -> None:
    found = {
        path.relative_to(TEMPLATES).as_posix()
        for path in TEMPLATES.rglob("*.html")
        if "<table" in path.read_text(encoding="utf-8")
    }

    assert found - set(NO_LISTS) == set(), "declare a Listing and include web/parts/list.html"
    assert set(NO_LISTS) - found == set(), "there is no such table any more"


def test_nothing_pages_rows_but_the_lists() -> None:
    wrong = []
    for path in WEB.rglob("*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        names = {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
        if "django.core.paginator" in names and path.relative_to(WEB).as_posix() not in FORMS:
            wrong.append(path.relative_to(WEB).as_posix())

    assert wrong == [], "declare a Listing (interfaces/web/lists/listing.py)"


def test_every_list_of_a_template_is_answered_by_its_view() -> None:
    """`render` would leave the list out, and its files."""
    included = {
        path.relative_to(TEMPLATES.parent).as_posix()
        for path in TEMPLATES.rglob("*.html")
        if "web/parts/list.html" in path.read_text(encoding="utf-8")
    }
    answered, rendered = set(), set()
    for path in WEB.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ("answer", "render"):
                names = {one.value for one in node.args if isinstance(one, ast.Constant) and isinstance(one.value, str)}
                (answered if node.func.id == "answer" else rendered).update(names)

    assert included - answered == set()
    assert included & rendered == set()
