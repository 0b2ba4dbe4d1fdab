"""Every page, in both languages, narrow and wide: no violation of WCAG 2.2 AA, and nothing that scrolls sideways."""

from __future__ import annotations

from importlib.resources import files
from typing import Any

import pytest
from django.urls import URLPattern, URLResolver, get_resolver, resolve
from playwright.sync_api import Browser

from tanso.database.urls import Server
from tests.browser.people import People
from tests.browser.scenes import SCENES, build, open_scene
from tests.browser.site import serving

pytestmark = pytest.mark.browser

_RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa"]
_AXE = (files("axe_playwright_python") / "axe.min.js").read_text(encoding="utf-8")
# The parts of a page that many pages share, without what differs unseen: tokens, and where a form leads back to.
_SHARED = """() => [...document.querySelectorAll(
    '.demo-banner, .site-header__top, .site-search, .site-nav, .site-footer'
)].map(part => {
    const copy = part.cloneNode(true);
    copy.querySelectorAll('input[type=hidden]').forEach(input => input.setAttribute('value', ''));
    return ['.' + part.classList[part.classList.length - 1], copy.outerHTML];
})"""
# What was found comes back alone: all that passed is ten times as much.
_RUN = """async ([rules, seen]) => {
    const found = await axe.run({exclude: seen}, {runOnly: rules, resultTypes: ["violations"]});
    return {
        passes: found.passes.map(rule => rule.id),
        violations: found.violations.flatMap(rule => rule.nodes.map(node => [rule.id, node.html.slice(0, 120)])),
        width: window.innerWidth,
        needs: document.documentElement.scrollWidth,
        language: document.documentElement.lang,
        headings: document.querySelectorAll("h1").length,
        title: document.title,
    };
}"""
_NARROW, _WIDE, _HEIGHT = 320, 1280, 800
# Addresses that answer with something else than a page of their own.
_NO_PAGES = {
    "holdings-picture": "a picture",
    "account-names": "a fragment for htmx",
    "own-account": "leads on to the account",
    "account_login": "the page for signing in, by another name",
    "mfa_login_webauthn": "only takes a form, or answers a script",
    "app-picture": "a picture",
    "second-factor": "only where the installation demands one (tests/browser/test_second_factors.py)",
    "registration-save": "a fragment for htmx",
    "registration-paper": "a file",
    "sign-out": "only takes a form",
    "mail-language": "only takes a form",
    "read-messages": "only takes a form",
    "set_language": "only takes a form",
    "report-form": "a file",
    "report-file": "a file",
    "report-document": "a file",
    "results-file": "a file",
    "looks-file": "a file",
    "published-results-file": "a file",
    "statement-file": "a file",
    "serial-file": "a file",
    "application-document": "a file",
    "letter-file": "a file",
    "letter-for-post": "a file",
    "letters-file": "a file",
    "document-file": "a file",
    "blank-form": "a file",
    "objection-document": "a file",
    "company-form": "a file",
    "contact-list-file": "a file",
    "manual-file": "a file",
    "together-results": "only after a batch was confirmed (tests/integration/web/test_together.py)",
    "look-up": "a fragment for htmx",
}


@pytest.mark.parametrize("language", ["ja", "en"])
def test_every_page_can_be_used_by_everybody(database: Server, browser: Browser, language: str) -> None:
    """Each page is opened once and looked at in both widths: building and opening cost more than looking.

    Of the parts that pages share, each is looked at, in both widths, where it is met for the first time.
    """
    build()
    problems: list[str] = []
    titles: dict[str, str] = {}
    met: set[str] = set()
    with serving() as address:
        # Before each page, as the browser's own: the page's Content-Security-Policy stays as it is.
        people = People(browser, address, language=language, width=_WIDE, script=_AXE)
        visitor = people.visitor()
        for scene in SCENES:
            page = people.at(scene.login) if scene.login else visitor
            open_scene(page, scene)
            shared = page.evaluate(_SHARED)
            seen = [selector for selector, part in shared if part in met]
            met.update(part for _selector, part in shared)
            for width in (_WIDE, _NARROW):
                page.set_viewport_size({"width": width, "height": _HEIGHT})
                found = page.evaluate(_RUN, [_RULES, seen])
                problems += [f"{scene.name}, {width}: {problem}" for problem in _problems(found, language, width)]
            page.set_viewport_size({"width": _WIDE, "height": _HEIGHT})
            titles[scene.name] = found["title"]
        people.leave()
        visitor.context.close()

    assert problems == []
    assert people.complaints == []
    assert all(" | " in title and not title.startswith(" ") for title in titles.values()), titles


def _problems(found: dict[str, Any], language: str, width: int) -> list[str]:
    assert {"document-title", "bypass", "color-contrast"} <= set(found["passes"]), "axe did not look at the whole page"
    assert found["width"] == width, "the page is not shown in this width"
    problems = [f"{rule}: {html}" for rule, html in found["violations"]]
    if found["needs"] > width:
        problems.append("scrolls sideways")
    if found["language"] != language:
        problems.append("says that it is in another language")
    if found["headings"] != 1:
        problems.append("has not exactly one main heading")
    return problems


def test_no_page_is_left_out() -> None:
    visited = {resolve(scene.address.partition("?")[0]).url_name for scene in SCENES if scene.status == 200}
    # Reached from other scenes by following a link.
    visited |= {"act", "approve-proposal", "letter", "check-letter", "withdraw_letter"}
    visited |= {"mfa_authenticate", "mfa_remove_webauthn", "file_objection", "file_dispute", "rename_site"}

    missing = set(_names(get_resolver().url_patterns)) - visited - set(_NO_PAGES)

    assert missing == set()


def _names(patterns: list[URLPattern | URLResolver]) -> list[str]:
    names: list[str] = []
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            names += _names(pattern.url_patterns)
        else:
            names.append(str(pattern.name))
    return names
