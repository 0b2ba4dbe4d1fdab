"""Lives a scenario through the pages: every step is what a person clicks and writes, every check what one reads.

The same file can be played through the door by `tanso play`; the two must come to the same end.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from datetime import date
from typing import Any

from django.utils.translation import gettext, override
from playwright.sync_api import Page

from tanso import acts
from tanso.acts import Act, Actor
from tanso.interfaces.cli.scenarios.model import Check, Scenario, Signer, Step
from tanso.interfaces.web import describe
from tanso.ledger import queries as ledger
from tanso.ledger.records import UnitClass
from tanso.registry import queries as registry
from tests.browser import site
from tests.browser.people import People, confirm_as

FIRST, SECOND = site.ADMINISTRATORS


def register_parties(scenario: Scenario) -> None:
    """What a letter and the administrator did before the story begins: participants and their logins."""
    site.begin(scenario.scheme, scenario.first_day)
    for number, party in enumerate(scenario.parties.values()):
        arguments: dict[str, Any] = {
            "key": party.key,
            "kind": party.kind,
            "name": party.key,
            "attributes": dict(party.attributes),
        }
        if party.phase is not None:
            arguments |= {"phase": party.phase, "reduction_target_t": party.reduction_target_t}
        outcome = acts.perform(
            Act(
                id=_registration_id(number),
                scheme=scenario.scheme,
                operation="register_participant",
                arguments=arguments,
                day=scenario.first_day,
                actor=Actor(role="administrator", login=FIRST),
            )
        )
        assert outcome.ok, outcome
    site.give_passwords()


def _registration_id(number: int) -> Any:
    from uuid import UUID  # noqa: PLC0415

    return UUID(int=number + 1)


class PagePlayer:
    """One performance through the pages."""

    def __init__(self, scenario: Scenario, people: People) -> None:
        self.scenario = scenario
        self.people = people
        self.today = scenario.first_day
        self.home = f"/schemes/{scenario.scheme}/"
        self.verifiers: dict[tuple[str, str], str] = {}

    def play(self) -> None:
        """Live every step and read every check; raises AssertionError where the pages show something else."""
        for item in self.scenario.steps:
            self._go_to(item.day)
            if isinstance(item, Check):
                self._check(item)
            else:
                self._step(item)

    # Time

    def _go_to(self, day: date) -> None:
        """The administrator moves today forward on the calendar page."""
        if day == self.today:
            return
        page = self.people.at(FIRST)
        page.goto(f"{self.home}calendar/")
        page.locator("[name=day]").fill(day.isoformat())
        page.locator("main form button").click()
        page.locator("button[value=perform]").click()
        page.wait_for_url("**/records/**")
        self.today = day

    # Steps

    def _step(self, step: Step) -> None:
        page = getattr(self, f"_{step.verb}")(step)
        if step.expect.refused is not None:
            shown = set(page.locator(".finding code").all_inner_texts())
            assert set(step.expect.refused) <= shown, (
                f"step {step.n}: the page shows {shown or page.inner_text('main')}"
            )
            return
        assert page.locator(".notice--success").count() == 1, f"step {step.n}: {page.inner_text('main')}"
        if step.expect.issued_t is not None:
            assert f"{step.expect.issued_t:,} t" in text(page.locator(".notice--success"))
        if step.expect.state is not None:
            label = describe.report_state(self.scenario.rulebook, step.expect.state)
            assert label in text(page.locator(".notice--success"))

    def _login(self, step: Step, party: str) -> str:
        signer = step.by or Signer(party=party)
        return f"{signer.party}-{signer.letter or 'A'}"

    def _report(self, step: Step, login: str, address: str, write: Callable[[Page], None] | None = None) -> Page:
        return self._act(login, f"reports/{step.arguments['party']}/{step.arguments['year']}/{address}/", write)

    def _act(self, login: str, address: str, write: Callable[[Page], None] | None = None) -> Page:
        """Open an act's page, fill its form, read the decision, confirm. Stops where the page refuses."""
        page = self.people.at(login)
        page.goto(f"{self.home}{address}")
        if write is not None:
            write(page)
            page.locator("main form button").first.click()
        confirm = page.locator("button[value=perform]")
        page.locator(".finding, .notice--success, .notice--warning, button[value=perform]").first.wait_for()
        if confirm.count():
            confirm_as(page, login)
            confirm.click()
            page.wait_for_url("**/records/**")
        return page

    def _register_report(self, step: Step) -> Page:
        def write(page: Page) -> None:
            workbook = step.arguments.get("workbook")
            if workbook is not None:
                upload = {"name": "report.xlsx", "mimeType": "application/octet-stream", "buffer": workbook.content}
                page.locator("[name=workbook]").set_input_files(upload)  # type: ignore[arg-type]
            else:
                page.locator("[name=emissions_t]").fill(str(step.arguments["emissions_t"]))

        return self._report(step, self._login(step, step.arguments["party"]), "register", write)

    def _request_verification(self, step: Step) -> Page:
        verifier = step.arguments["verifier"]
        self.verifiers[step.arguments["party"], step.arguments["year"]] = verifier
        login = self._login(step, step.arguments["party"])
        return self._report(
            step, login, "request-verification", lambda page: page.locator("[name=verifier]").select_option(verifier)
        )

    def _request_return(self, step: Step) -> Page:
        return self._report(step, self._login(step, step.arguments["party"]), "request-return", lambda page: None)

    def _of_verifier(self, step: Step) -> str:
        return f"{self.verifiers[step.arguments['party'], step.arguments['year']]}-A"

    def _file_verification(self, step: Step) -> Page:
        def write(page: Page) -> None:
            page.locator("[name=emissions_t]").fill(str(step.arguments["emissions_t"]))
            page.locator(f"[name=opinion][value={step.arguments['opinion']}]").check()
            page.locator("[name=assurance][value=reasonable]").check()

        return self._report(step, self._of_verifier(step), "file-verification", write)

    def _request_approval(self, step: Step) -> Page:
        return self._report(step, self._of_verifier(step), "request-approval")

    def _return_report(self, step: Step) -> Page:
        reason = step.arguments["reason"]
        return self._report(
            step, self._of_verifier(step), "return", lambda page: page.locator("[name=reason]").fill(reason)
        )

    def _approve_report(self, step: Step) -> Page:
        return self._report(step, FIRST, "approve")

    def _receive_report(self, step: Step) -> Page:
        return self._report(step, FIRST, "receive")

    def _issue(self, step: Step) -> Page:
        """The first administrator proposes, the second approves."""

        def write(page: Page) -> None:
            page.locator("[name=quantity_t]").fill(str(step.arguments["quantity_t"]))
            page.locator("[name=kind]").select_option(step.arguments["evidence"].kind)
            page.locator("[name=reference]").fill(step.arguments["evidence"].reference)

        unit = str(step.arguments["unit"]).replace("/", "-")
        asks = "quantity_t" in step.arguments
        page = self._act(FIRST, f"{self._account(step.arguments['party'])}issue/{unit}/", write if asks else None)
        if step.expect.refused is not None:
            return page
        assert page.locator(".notice--warning").count() == 1, page.inner_text("main")
        other = self.people.at(SECOND)
        other.goto(f"{self.home}proposals/")
        other.locator("main td a.button").first.click()
        confirm_as(other, SECOND)
        other.locator("button[value=perform]").click()
        other.wait_for_url("**/records/**")
        return other

    def _account(self, party: str) -> str:
        return f"accounts/{number_of(self.scenario.scheme, party)}/"

    def _transfer(self, step: Step) -> Page:
        source, target = step.arguments["from"], step.arguments["to"]
        number = number_of(self.scenario.scheme, target) if target in self.scenario.parties else target

        def write(page: Page) -> None:
            page.locator("[name=to]").fill(number)
            page.locator("[name=to]").press("Tab")
            if target in self.scenario.parties:
                # The name appears while one writes.
                page.locator(".look-up__found", has_text=target).wait_for()
            self._choose_units(page, step)

        return self._act(self._login(step, source), f"{self._account(source)}transfer/", write)

    def _choose_units(self, page: Page, step: Step) -> None:
        page.locator("[name=unit]").select_option(str(step.arguments["unit"]))
        page.locator("[name=quantity_t]").fill(str(step.arguments["quantity_t"]))

    def _of_account(self, step: Step, address: str, write: Callable[[Page], None] | None = None) -> Page:
        party = step.arguments["party"]
        return self._act(self._login(step, party), f"{self._account(party)}{address}/", write)

    def _surrender(self, step: Step) -> Page:
        return self._of_account(step, "surrender", lambda page: self._choose_units(page, step))

    def _cancel(self, step: Step) -> Page:
        def write(page: Page) -> None:
            self._choose_units(page, step)
            page.locator(f"[name=purpose][value={step.arguments['purpose']}]").check()
            page.locator("[name=statement]").fill(step.arguments["statement"])

        return self._of_account(step, "cancel", write)

    def _apply_for_banking(self, step: Step) -> Page:
        return self._of_account(step, "apply-for-banking")

    def _approve_banking(self, step: Step) -> Page:
        return self._act(FIRST, f"{self._account(step.arguments['party'])}approve-banking/")

    # Checks

    def _check(self, check: Check) -> None:
        party = check.arguments["party"]
        page = self.people.at(f"{party}-A")
        found, wanted = getattr(self, f"_read_{check.name}")(page, check)
        assert found == wanted, f"check {check.n}: the page shows {found!r} for {check.name} of {party}, not {wanted!r}"

    def _open_balance(self, page: Page) -> None:
        page.goto(f"{self.home}account/")

    def _figure(self, page: Page, label: str, check: Check) -> tuple[str, str]:
        self._open_balance(page)
        wanted_t = check.arguments["equals_t"]
        return fact(page, label), spoken("none") if wanted_t is None else f"{wanted_t:,} t"

    def _read_commitment_reserve(self, page: Page, check: Check) -> tuple[str, str]:
        return self._figure(page, "Commitment reserve", check)

    def _read_sellable(self, page: Page, check: Check) -> tuple[str, str]:
        return self._figure(page, "Can be sold today", check)

    def _read_shortfall(self, page: Page, check: Check) -> tuple[str, str]:
        return self._figure(page, "Still to surrender", check)

    def _read_balance(self, page: Page, check: Check) -> tuple[str, str]:
        self._open_balance(page)
        label = describe.unit(self.scenario.rulebook, str(check.arguments["unit"]))
        row = page.locator("section", has=page.locator("#holdings-title")).locator("tr", has_text=label)
        return text(row.locator("td").first), f"{check.arguments['equals_t']:,} t"

    def _read_compliance(self, page: Page, check: Check) -> tuple[str, str]:
        labels = {"compliant": "Target met", "pending": "Not decided yet", "non_compliant": "Target not met"}
        page.goto(self.home)
        figure = page.locator(".figure", has_text=spoken("Compliance with the target"))
        return text(figure.locator(".figure__value")), spoken(labels[check.arguments["equals"]])

    def _read_account(self, page: Page, check: Check) -> tuple[str, str]:
        self._open_balance(page)
        found = fact(page, "Status")
        wanted = spoken({"open": "Open", "closed": "Closed"}[check.arguments["equals"]])
        if "kind" in check.arguments:
            found += " " + fact(page, "Kind of account")
            wanted += " " + describe.account_kind(self.scenario.rulebook, check.arguments["kind"])
        return found, wanted

    def _read_report(self, page: Page, check: Check) -> tuple[str, str]:
        page.goto(f"{self.home}reports/{check.arguments['party']}/{check.arguments['year']}/")
        return text(page.locator("h1 + dl .tag")), describe.report_state(
            self.scenario.rulebook, check.arguments["equals"]
        )


def number_of(scheme: str, party: str) -> str:
    """The account number of a party, as a trading partner would have been told."""
    account = registry.account_of(scheme, party)
    assert account is not None, f"{party} has no account"
    return str(account.number)


def spoken(sentence: str) -> str:
    """A sentence of the pages in Japanese."""
    with override("ja"):
        return gettext(sentence)


def text(locator: Any) -> str:
    """What a person reads there, with plain spaces."""
    return re.sub(r"\s+", " ", unicodedata.normalize("NFKC", locator.inner_text())).strip()


def fact(page: Page, label: str) -> str:
    """The value beside a label in a list of facts."""
    row = page.locator("dl.facts > div").filter(has=page.locator("dt", has_text=re.compile(f"^{spoken(label)}$")))
    return text(row.locator("dd").first)


def unit_of(unit_class: UnitClass) -> str:
    """A unit class by what it is, because ids follow from what else happened in a database."""
    return f"{unit_class.unit_type}/{unit_class.phase}/{unit_class.origin}"


def state_of(scheme: str) -> dict[str, Any]:
    """Everything that two performances of one story must agree on, from ledger, reports and registry."""
    from tanso.emissions import queries as emissions  # noqa: PLC0415

    accounts = {row.number: row for row in ledger.accounts_of_role(scheme=scheme, role="holding")}
    return {
        "accounts": {number: (row.holder_key, row.kind, row.status) for number, row in accounts.items()},
        "journal": {
            number: [
                (
                    entry.from_number,
                    entry.to_number,
                    unit_of(entry.unit_class),
                    entry.posting.quantity_t,
                    [str(serials) for serials in entry.posting.serials],
                    entry.posting.valid_day,
                )
                for entry in ledger.journal_of(row.id)
            ]
            for number, row in accounts.items()
        },
        "holdings": {
            account_id: [
                (unit_of(held.unit_class), held.quantity_t, [str(serials) for serials in held.serials]) for held in row
            ]
            for account_id, row in ledger.holdings([row.id for row in accounts.values()]).items()
        },
        "reports": [
            (row.participant.key, row.year, row.state, row.emissions_t, row.verified_t, row.opinion, row.settled_on)
            for row in emissions.reports(scheme)
        ],
        "differences": ledger.verify(),
    }
