"""What a person reads on the pages, in the language in which they are shown."""

from __future__ import annotations

import re
import unicodedata
from typing import Any

from django.utils.translation import gettext
from playwright.sync_api import Page

from tanso.interfaces.cli.scenarios.model import Check, Scenario
from tanso.interfaces.web import describe

COMPLIANCE = {"compliant": "Target met", "pending": "Not decided yet", "non_compliant": "Target not met"}
STATUS = {"open": "Open", "closed": "Closed", "frozen": "Frozen"}


def spoken(sentence: str) -> str:
    """A sentence of the pages in the language that is active here: that of the people at the browsers."""
    return gettext(sentence)


def plain(written: Any) -> Any:
    """A text, or all texts of a structure, with plain spaces and letters: 第１期（JAA） is 第1期(JAA)."""
    if isinstance(written, str):
        return re.sub(r"\s+", " ", unicodedata.normalize("NFKC", written)).strip()
    if isinstance(written, list):
        return [plain(one) for one in written]
    if isinstance(written, dict):
        return {plain(name): plain(one) for name, one in written.items()}
    return written


def text(locator: Any) -> str:
    """What a person reads there."""
    return str(plain(locator.inner_text()))


def texts(locator: Any) -> list[str]:
    """What a person reads in each of several places."""
    return [str(plain(one)) for one in locator.all_inner_texts()]


def fact(page: Page, label: str) -> str:
    """The value beside a label in a list of facts."""
    row = page.locator("dl.facts > div").filter(has=page.locator("dt", has_text=re.compile(f"^{spoken(label)}$")))
    return text(row.locator("dd").first)


class Reader:
    """Reads what a check asks for; gives what the page shows and what it should."""

    def __init__(self, scenario: Scenario) -> None:
        self.scenario = scenario
        self.home = f"/schemes/{scenario.scheme}/"

    def read(self, page: Page, check: Check) -> tuple[str, str]:
        found, wanted = getattr(self, f"_read_{check.name}")(page, check)
        return found, str(plain(wanted))

    def _open_balance(self, page: Page) -> None:
        page.goto(f"{self.home}account/")

    def _figure(self, page: Page, label: str, check: Check) -> tuple[str, str]:
        self._open_balance(page)
        wanted_t = check.arguments["equals_t"]
        return fact(page, label), plain(spoken("none")) if wanted_t is None else f"{wanted_t:,} t"

    def _read_commitment_reserve(self, page: Page, check: Check) -> tuple[str, str]:
        return self._figure(page, "Commitment reserve", check)

    def _read_sellable(self, page: Page, check: Check) -> tuple[str, str]:
        return self._figure(page, "Can be sold today", check)

    def _read_shortfall(self, page: Page, check: Check) -> tuple[str, str]:
        return self._figure(page, "Still to surrender", check)

    def _read_balance(self, page: Page, check: Check) -> tuple[str, str]:
        self._open_balance(page)
        label = describe.unit(self.scenario.rulebook, str(check.arguments["unit"]))
        holdings = page.locator("section", has=page.locator("#holdings-title"))
        row = holdings.locator("tbody tr", has=page.locator("th", has_text=label))
        return text(row.locator("td").first) if row.count() else "0 t", f"{check.arguments['equals_t']:,} t"

    def _read_compliance(self, page: Page, check: Check) -> tuple[str, str]:
        page.goto(self.home)
        figure = page.locator(".figure", has_text=spoken("Compliance with the target"))
        return text(figure.locator(".figure__value")), spoken(COMPLIANCE[check.arguments["equals"]])

    def _read_account(self, page: Page, check: Check) -> tuple[str, str]:
        self._open_balance(page)
        # An account that waits for its banking is open all the same.
        rests = plain(spoken("Open, transfers rest until banking is approved"))
        found = fact(page, "Status").replace(rests, plain(spoken("Open")))
        wanted = spoken(STATUS[check.arguments["equals"]])
        if "kind" in check.arguments:
            found += " " + fact(page, "Kind of account")
            wanted += " " + describe.account_kind(self.scenario.rulebook, check.arguments["kind"])
        return found, wanted

    def _read_report(self, page: Page, check: Check) -> tuple[str, str]:
        page.goto(f"{self.home}reports/{check.arguments['party']}/{check.arguments['year']}/")
        return text(page.locator("h1 + dl .tag").first), describe.report_state(
            self.scenario.rulebook, check.arguments["equals"]
        )

    def _read_application(self, page: Page, check: Check) -> tuple[str, str]:
        page.goto(f"{self.home}applications/")
        row = page.locator("tbody tr", has_text=check.arguments["reference"]).first
        states = {"waiting": "Waiting", "issued": "Units issued", "refused": "Application refused"}
        return text(row.locator(".tag")), spoken(states[check.arguments["equals"]])
