"""A scene: a page as somebody meets it, and what people do there."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.db.models import Q
from playwright.sync_api import Page

from tanso.acts.models import ActRecord
from tests.browser import site
from tests.browser.people import confirm_as
from tests.support.world import SCHEME

HOME = f"/schemes/{SCHEME}/"
SITE = f"/site/{SCHEME}/"
GUARDED = "/schemes/union-registry/"
# Mails to login A of the first holder, by their numbers.
SENT, FAILED, WAITS = 1, 3, 6


@dataclass(frozen=True, slots=True)
class Scene:
    """A page as somebody meets it: who, where, and what they did there. No `login`: nobody is signed in."""

    name: str
    login: str
    address: str
    act: Callable[[Page], None] | None = None
    status: int = 200


def send(**written: str) -> Callable[[Page], None]:
    """Write into fields and send the form."""

    def act(page: Page) -> None:
        for name, value in written.items():
            field = page.locator(f"main [name={name}]")
            if field.first.get_attribute("type") == "radio":
                page.locator(f"main [name={name}][value={value}]").check()
            else:
                field.fill(value)
        page.locator("main form:not(.filters) button").first.click()
        page.wait_for_load_state()

    return act


def send_step(step: str, **written: str) -> Callable[[Page], None]:
    """Write into fields and send the form by one of its several buttons."""

    def act(page: Page) -> None:
        for name, value in written.items():
            page.locator(f"main [name='{name}']").fill(value)
        page.locator(f"main button[name=step][value='{step}']").last.click()
        page.wait_for_load_state()

    return act


def send_and_confirm(**written: str) -> Callable[[Page], None]:
    def act(page: Page) -> None:
        send(**written)(page)
        confirm_as(page, page.locator(".who .code").inner_text().split()[-1])
        page.locator("button[value=perform]").click()
        page.wait_for_url("**/records/**")

    return act


def follow(selector: str) -> Callable[[Page], None]:
    def act(page: Page) -> None:
        page.locator(selector).first.click()
        page.wait_for_load_state()

    return act


def then(*acts: Callable[[Page], None]) -> Callable[[Page], None]:
    """One act after the other."""

    def act(page: Page) -> None:
        for one in acts:
            one(page)

    return act


def open_link(selector: str) -> Callable[[Page], None]:
    """Go where a link leads."""

    def act(page: Page) -> None:
        page.goto(page.locator(selector).first.get_attribute("href") or "")

    return act


def to(below: str) -> Callable[[Page], None]:
    """To an address below this one."""

    def act(page: Page) -> None:
        page.goto(f"{page.url}{below}")

    return act


def to_act(way: str, operation: str, participant: str) -> Callable[[Page], None]:
    """To an address with the id of the latest such act that names a participant or was done by its login A."""

    def act(page: Page) -> None:
        concerned = Q(arguments__participant=participant) | Q(actor_login=f"{participant}-A")
        found = ActRecord.objects.filter(concerned, operation=operation, status="done").latest("sequence")
        page.goto(f"{HOME}{way}/{found.id}/")

    return act


def confirm_first(page: Page) -> None:
    """Say who it is, and come back to the page."""
    page.locator("[name=password]").fill(site.password_of(page.locator(".who .code").inner_text().split()[-1]))
    page.locator("main button[type=submit]").click()
    page.wait_for_load_state()


def confirm_and_send_nothing(page: Page) -> None:
    if page.locator("[name=password]").count():
        confirm_first(page)
    send()(page)


def send_question(number: str) -> Callable[[Page], None]:
    """Ask for a serial number."""

    def act(page: Page) -> None:
        page.locator("main [name=number]").fill(number)
        page.locator("main form.filters button").click()
        page.wait_for_load_state()

    return act


def open_scene(page: Page, scene: Scene) -> None:
    """Go there and do it; raises AssertionError where the page answers otherwise."""
    response = page.goto(scene.address)
    assert response is not None
    assert response.status == scene.status, f"{scene.name}: {response.status}"
    if scene.act is not None:
        scene.act(page)
    page.wait_for_load_state()
