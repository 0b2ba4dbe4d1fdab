"""From an application at the public address to a login in its owner's hands, by what people click, write and post.

An applicant writes the form behind a secret address; two papers arrive; the secretariat accepts; letters bring the
first passwords; each owner signs in and chooses an own password. What a letter says is derived here as its printer
derives it: the paper itself goes by post.
"""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Page

from tanso.interfaces.cli.scenarios.model import Party, Scenario
from tanso.interfaces.cli.scenarios.registration_deeds import filled
from tanso.parties import credentials
from tanso.parties.models import Login
from tanso.rulebook.registration import REPEATED
from tests.browser.people import People
from tests.browser.player import FIRST, PagePlayer, loading
from tests.browser.reading import text

SITE = "東工場"


def register_by_application(player: PagePlayer) -> None:
    """Everybody of the story applies, is accepted and gets logins."""
    scenario, people = player.scenario, player.people
    _load_adoption_list(player, [party for party in scenario.parties.values() if party.phase is not None])
    for party in scenario.parties.values():
        applicant = people.visitor()
        code = _apply(applicant, scenario, party)
        number = _follow_up(player, party, code)
        applicant.reload()
        assert applicant.locator(".notice--success").count() == 1, text(applicant.locator("main"))
        applicant.context.close()
        assert number > 0
    for login in Login.objects.filter(scheme=scenario.scheme).order_by("login"):
        _hand_over(player, login)


def _load_adoption_list(player: PagePlayer, holders: list[Party]) -> None:
    """The secretariat loads which sites were adopted, with their reduction targets."""
    page = player.walk(FIRST, "registrations/", "adoption-lists/", "adoption-lists/load/")
    lines = [f"{party.key},{SITE},{party.reduction_target_t}" for party in holders]
    content = "\r\n".join(["代表事業者,事業所名,排出削減目標量", *lines]).encode("utf-8-sig")
    player.write(page, phase=str(holders[0].phase))
    player.hands.hand_in(page.locator("[name=file]"), "adopted.csv", content)
    player.send(page, FIRST)


def _apply(page: Page, scenario: Scenario, party: Party) -> str:
    """The form at the public address: written, saved, checked and submitted; the check code of its papers."""
    page.goto(f"/site/{scenario.scheme}/")
    page.locator(f"a[href='/registration/{scenario.scheme}/']").first.click()
    begin = page.locator("main form", has=page.locator(f"[name=kind][value={party.kind}]"))
    if party.phase is not None:
        begin.locator("[name=phase]").select_option(str(party.phase))
    begin.locator("button").click()
    secret = page.url
    for name, value in _said(scenario, party).items():
        field = page.locator(f"main [name='{name}']")
        if field.first.get_attribute("type") == "radio":
            page.locator(f"main [name='{name}'][value='{value}']").check()
        else:
            field.fill(value)
    page.locator("main button.button--secondary[value=save]").click()
    page.wait_for_url("**saved=1**")
    # Whoever keeps the address comes back to what was written.
    page.goto(secret)
    page.locator("button[value=check]").click()
    page.locator("button[value=submit]").click()
    page.locator("strong.code").wait_for()
    return str(page.locator("strong.code").inner_text())


def _said(scenario: Scenario, party: Party) -> dict[str, str]:
    """What stands in each field of the form, by its name there."""
    registration = scenario.rulebook.registration
    assert registration is not None
    form = registration.forms[party.kind]
    said = {"representative_name": party.key, "mail_a": f"a@{party.key}.example", "contact_consent": "yes"}
    content: dict[str, Any] = filled(form, {**said, "holders": [{"site_name": SITE, "account_name": party.key}]})
    written = {name: str(value) for name, value in content["fields"].items()}
    for section in REPEATED:
        for number, row in enumerate(content[section], start=1):
            written |= {f"{section}.{number}.{name}": str(value) for name, value in row.items()}
    return {name: value for name, value in written.items() if value}


def _follow_up(player: PagePlayer, party: Party, code: str) -> int:
    """Both papers arrive, and the application is accepted under the party's key; gives its number."""
    page = player.walk(FIRST, "registrations/")
    with loading(page):
        player.hands.press(page.locator("tbody a", has_text=party.key).or_(page.locator("tbody a")).first)
    address = page.url.removeprefix(player.people.address + player.home)
    for paper in ("application", "consent"):
        page = player.walk(FIRST, address, f"{address}papers/{paper}/")
        player.write(page, check_code=code)
        player.send(page, FIRST)
        page = player.walk(FIRST, "registrations/", address)
    page = player.walk(FIRST, f"{address}accept/")
    player.write(page, key_1=party.key)
    player.send(page, FIRST)
    return int(address.strip("/").rpartition("/")[2])


def _hand_over(player: PagePlayer, login: Login) -> None:
    """A letter with the first password, and its owner, who chooses another one at once."""
    assert login.participant is not None
    issue = f"logins/{login.participant.key}/{login.letter}/issue/"
    page = player.walk(FIRST, "logins/", issue)
    player.confirm(page, FIRST)
    letter = credentials.latest_letter(login)
    assert letter is not None
    first = credentials.first_password(letter)
    assert first is not None
    _sign_in_for_the_first_time(player.people, login.login, first)


def _sign_in_for_the_first_time(people: People, login: str, first: str) -> None:
    page = people.visitor()
    page.goto("/sign-in/")
    page.locator("[name=username]").fill(login)
    page.locator("[name=password]").fill(first)
    page.locator("main button[type=submit]").first.click()
    page.wait_for_url("**/first-password/**")
    # Nothing else opens before.
    page.goto("/schemes/asset/")
    assert "/first-password/" in page.url
    own = f"seven grey herons know {login} by its walk"
    for field in ("password1", "password2"):
        page.locator(f"[name={field}]").fill(own)
    page.locator("main button[type=submit]").first.click()
    page.wait_for_url(lambda address: "/first-password/" not in address)
    people.seat(login, page, own)
