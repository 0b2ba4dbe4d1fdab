"""Whoever has the password of login B sees no figure of allowances, moves nothing, and is seen."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from html import unescape
from typing import Any
from urllib.parse import quote

import pytest
from django.utils import translation
from playwright.sync_api import Browser, Page

from tanso.acts import actions as acts
from tanso.acts.models import ActRecord
from tanso.database.urls import Server
from tanso.interfaces.cli.scenarios.player import play
from tanso.interfaces.cli.scenarios.report import story_text
from tests.browser import site
from tests.browser.endings import another_database, figures_of, pages_of, played, state_of
from tests.browser.hands import Mouse
from tests.browser.lives import read
from tests.browser.people import People
from tests.browser.reading import spoken, text
from tests.browser.thief import Answer, Form, Shown, ask, figures_in, look_around, send

pytestmark = pytest.mark.browser

HOME, ACCOUNT = "/schemes/asset/", "/schemes/asset/accounts/AST-1001/"
LAST_DAY = date(2015, 8, 3)
THIEF, OWNER, ADMINISTRATOR = "abc-B", "abc-A", "admin-1"
# Allowances of the story, which stand nowhere else: issued, reserved, sold, applied for, surrendered, still owed, left;
# the document of the application, the beneficiary of the cancellation, the account.
OF_ALLOWANCES = (
    "12222", "3212", "1103", "4447", "7653", "2223", "3215",
    "JP-TRN-7731", "創立百周年記念の植樹祭", "AST-1001", "AST-1003",
)  # fmt: skip
# Emissions of another holder.
OF_OTHERS = ("6543", "AST-1002")
_REFUSED = (403, 404)


@pytest.fixture
def people(database: Server, browser: Browser) -> Iterator[People]:
    """Everybody of the story at a browser, after its last day."""
    with translation.override("ja"):
        story = play(read("a-thief-takes-login-b"))
        assert story.failed == 0, story_text(story)
        acts.begin_demonstration(today=LAST_DAY, notice=site.NOTICE)
        site.give_passwords()
        with site.serving() as address:
            found = People(browser, address)
            yield found
            found.leave()


def test_a_thief_with_the_password_of_login_b(people: People, database: Server, server: Server, template: str) -> None:
    scenario = read("a-thief-takes-login-b")
    before = everything()
    of_owner = look_around(people.at(OWNER), HOME)
    of_administrator = look_around(people.at(ADMINISTRATOR), HOME)
    assert set(figures_in("\n".join(answer.said for answer in of_owner.answers), OF_ALLOWANCES)) == set(OF_ALLOWANCES)

    thief = people.at(THIEF)
    told = the_thief_looks_around(thief)
    told += the_thief_asks_for_what_others_see(thief, of_owner, of_administrator)
    told += the_thief_forges(thief, [*of_owner.forms, *of_administrator.forms])
    told += the_thief_tampers(thief)
    assert told == []
    the_thief_guesses(people)

    assert everything() == before, "something has changed"
    the_tries_are_seen(people)
    lived, shown = state_of(scenario.scheme), pages_of(scenario, people)
    assert people.complaints == []
    with another_database(database, server, template):
        state, figures = played(scenario, lambda: (state_of(scenario.scheme), figures_of(scenario, LAST_DAY)))
    assert lived == state
    assert lived["differences"] == []
    for part, wanted in figures.items():
        assert shown[part] == wanted, part


def everything() -> dict[str, Any]:
    """What must not change: the state of the scheme, and every act that was done or proposed."""
    done = (
        ActRecord.objects.exclude(status="refused")
        .order_by("recorded_at", "id")
        .values_list("id", "operation", "status")
    )
    return {"state": state_of("asset"), "acts": list(done)}


def the_thief_looks_around(thief: Page) -> list[str]:
    """Every link that login B is shown, as far as links go; gives what it should not have read."""
    shown = look_around(thief, HOME)
    assert len(shown.answers) > 40, "the thief has hardly looked"
    assert {answer.status for answer in shown.answers} <= {200, 302}, "a page offers what it then refuses"
    own = figures_in("\n".join(answer.said for answer in shown.answers), ("13579", "9876"))
    assert own == ["13579", "9876"], "login B reads its own emissions"
    return leaks(shown)


def leaks(shown: Shown) -> list[str]:
    """What was told of allowances or of others, with where.

    The rules for everybody tell the first number allotted; and a letter's check page answers whoever holds the paper,
    whose code nobody guesses.
    """
    return [
        f"{answer.address} ({answer.status}) tells {figure}"
        for answer in shown.answers
        if not answer.address.startswith((f"{HOME}rules/", "/check/"))
        for figure in figures_in(_without_the_question(answer), (*OF_ALLOWANCES, *OF_OTHERS))
    ]


def _without_the_question(answer: Answer) -> str:
    """What an answer says besides the address that was asked for: the link to the other language repeats it."""
    said = unescape(answer.said)
    for asked in (answer.address, quote(answer.address), answer.address.partition("?")[0]):
        said = said.replace(asked, "")
    return said


def the_thief_asks_for_what_others_see(thief: Page, *others: Shown) -> list[str]:
    """Every address that login A or the administrator was shown, by its address."""
    asked = {address for shown in others for address in shown.addresses}
    of_party = [f"{HOME}reports/def/base/", f"{HOME}reports/def/base/register/", f"{HOME}contacts/of/def/"]
    guessed = [
        f"{HOME}account-names/?to=AST-1003",
        f"{HOME}serials/?number=1",
        f"{HOME}serials/file/?number=1",
        f"{ACCOUNT}statement/?first=2014-04-01&last=2015-08-03",
        *(
            f"{ACCOUNT}statement/file/?first=2014-04-01&last=2015-08-03&format={kind}"
            for kind in ("csv", "xlsx", "pdf")
        ),
        f"{ACCOUNT}as-of/?day=2014-06-02",
        f"{HOME}records/?status=refused&participant=abc",
        f"{HOME}messages/?q=JAA",
        f"{HOME}participants/?name=abc",
    ]
    shown = Shown([ask(thief, address) for address in sorted({*asked, *of_party, *guessed})])
    closed = [answer for answer in shown.answers if answer.status in _REFUSED]
    assert len(closed) > 60, "the thief has hardly tried"
    assert {answer.status for answer in shown.answers} <= {200, 302, *_REFUSED}
    open_to_b = [answer.address for answer in shown.answers if answer.status == 200 and answer.address in of_party]
    return leaks(shown) + open_to_b


def the_thief_forges(thief: Page, forms: list[Form]) -> list[str]:
    """Each form that others are shown and B is not, filled in, confirmed and sent with B's session and token."""
    thief.goto(HOME)
    shown, tried, asked = Shown(), set[str](), set[str]()
    # Not every form can be sent on this day; their addresses are known all the same.
    not_today = [Form(f"{ACCOUNT}apply-for-banking/", {}), Form(f"{HOME}contacts/leave/", {})]
    for form in [*forms, *not_today]:
        if form.address in asked:
            continue
        asked.add(form.address)
        if ask(thief, form.address).status not in _REFUSED:
            continue
        tried.add(form.address)
        filled = {"to": "AST-1003", "unit": "JAA/2", "quantity_t": "1", "purpose": "voluntary", "reason": "x"}
        answer = send(thief, form.address, {**form.fields, **filled, "step": "perform"})
        shown.answers.append(answer)
    ways = {"transfer", "surrender", "cancel", "apply-for-banking", "join", "leave", "change", "apply-for-units"}
    assert ways <= {word for address in tried for word in address.strip("/").split("/")[-2:]}, tried
    taken = [answer.address for answer in shown.answers if answer.status not in _REFUSED]
    return leaks(shown) + [f"{address} took the form" for address in taken]


def the_thief_tampers(thief: Page) -> list[str]:
    """B's own forms, with what belongs to others: another participant, an account, an act of login A."""
    own = f"{HOME}reports/abc/adjustment/register/"
    thief.goto(own)
    of_owner = ActRecord.objects.filter(operation="surrender").get()
    theirs = {"participant": "def", "account": "AST-1001", "from": "AST-1001", "to": "AST-1003", "unit": "JAA/2"}
    shown = Shown()
    # An act's id of login A: whoever sends it again would meet its outcome.
    again = send(thief, own, {**theirs, "act": str(of_owner.id), "emissions_t": "1", "step": "perform"})
    shown.answers.append(again)
    shown.answers.append(ask(thief, f"{HOME}records/{of_owner.id}/"))
    # Nonsense in every field, to be told something by an error.
    for quantity in ("-1", "1e9", "'; DROP TABLE", "<script>", "9" * 400):
        shown.answers.append(send(thief, own, {**theirs, "act": "x", "emissions_t": quantity, "step": "perform"}))
    for address in (f"{HOME}reports/def/adjustment/register/", f"{ACCOUNT}surrender/", f"{HOME}proposals/"):
        shown.answers.append(send(thief, address, {**theirs, "quantity_t": "1", "step": "perform"}))
    assert all(answer.status >= 400 for answer in shown.answers[-8:]), [answer.status for answer in shown.answers]
    return leaks(shown)


def the_thief_guesses(people: People) -> None:
    """Passwords of login A, until nothing is looked at any more: not even the right one opens."""
    page = people.visitor()
    sentences = set()
    for guess in [*(f"guess number {number}" for number in range(9)), site.password_of(OWNER)]:
        page.goto("/sign-in/")
        page.locator("[name=username]").fill(OWNER)
        page.locator("[name=password]").fill(guess)
        page.locator("main button[type=submit]").click()
        page.locator(".error-summary").wait_for()
        sentences.add(text(page.locator(".error-summary")))
    assert len(sentences) == 1, "the page tells that the login is locked"
    page.goto(HOME)
    assert "/sign-in/" in page.url
    page.context.close()


def the_tries_are_seen(people: People) -> None:
    """The administrator reads what was refused and who is locked, and lets login A in again."""
    page = people.at(ADMINISTRATOR)
    page.goto(f"{HOME}records/looks/?login={THIEF}&refused=yes")
    assert page.locator("tbody tr").count() >= 20
    assert spoken("refused") in text(page.locator("tbody tr").first)
    page.goto(f"{HOME}logins/attempts/")
    locked = page.locator("section", has=page.locator("#locked-title"))
    assert OWNER in text(locked)
    Mouse().press(locked.locator("a"))
    page.locator("[name=reason]").fill("本人から電話で連絡があった。")
    page.locator("main form button").first.click()
    asked = page.locator("[name=confirmed-password]")
    if asked.count():
        asked.fill(site.password_of(ADMINISTRATOR))
    page.locator("button[value=perform]").click()
    page.wait_for_url("**/records/**")
    # Login A, who was signed in all the while, still is, and can sign in anew.
    owner = people.at(OWNER)
    owner.goto(f"{HOME}account/")
    assert "AST-1001" in text(owner.locator("h1"))
