"""Lives a scenario through the pages: every step is what a person clicks and writes, every check what one reads.

The same file can be played through the door by `tanso play`; the two must come to the same end. A person goes by links
and buttons from one page to the next. Only what the story expects to be refused may lie behind an address that no page
offers.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from playwright.sync_api import Page

from tanso import acts
from tanso.acts import Act, Actor
from tanso.interfaces.cli.scenarios.model import Check, Scenario, Signer, Step, Workbook
from tanso.interfaces.web import describe
from tanso.registry import applications
from tanso.registry import queries as registry
from tests.browser import site
from tests.browser.hands import Hands, Mouse
from tests.browser.people import People
from tests.browser.reading import Reader, text

FIRST, SECOND = site.ADMINISTRATORS


def begin(scenario: Scenario) -> None:
    """An installation with two administrators and nobody else, on the day before the story."""
    site.begin(scenario.scheme, scenario.first_day)
    site.give_passwords()


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


def loading(page: Page) -> Any:
    """Wait for another page to come of what is done inside; going to a place of the same page is none."""
    return page.expect_event("load")


class PagePlayer:
    """One performance through the pages."""

    def __init__(
        self, scenario: Scenario, people: People, hands_of: Callable[[str], Hands] = lambda login: Mouse()
    ) -> None:
        self.scenario = scenario
        self.people = people
        self.hands_of = hands_of
        # Those of whoever acts now.
        self.hands = hands_of(FIRST)
        self.reader = Reader(scenario)
        self.today = scenario.first_day
        self.home = f"/schemes/{scenario.scheme}/"
        self.verifiers: dict[tuple[str, str], str] = {}
        # The application for units that a step made, by the step's number.
        self.applications: dict[int, int] = {}
        # How many acts asked the person once more who sits there.
        self.confirmed = 0

    def play(self) -> None:
        """Live every step and read every check; raises AssertionError where the pages show something else."""
        for item in self.scenario.steps:
            self.go_to(item.day)
            if isinstance(item, Check):
                self._check(item)
            else:
                self._step(item)

    # Time

    def go_to(self, day: date) -> None:
        """The administrator moves today forward on the calendar page."""
        if day == self.today:
            return
        page = self.walk(FIRST, "calendar/")
        self.hands.write(page.locator("[name=day]"), day.isoformat())
        self.send(page, FIRST)
        self.today = day

    # From page to page

    def walk(self, login: str, *way: str, by_address: bool = False) -> Page:
        """From where the login is to the last of the pages, link by link, skipping those that are not needed.

        `by_address`: where no link leads there, write the address: a page may hide what is not possible.
        """
        page, self.hands = self.people.at(login), self.hands_of(login)
        if not page.url.startswith(self.people.address + self.home):
            page.goto(self.home)
        addresses = [self.home + below for below in way]
        while addresses:
            nearest = next((place for place in reversed(addresses) if self._link(page, place).count()), None)
            if nearest is None:
                assert by_address, f"{login} finds no link to {addresses} on {page.url}"
                page.goto(addresses[-1])
                return page
            self._follow(page, nearest)
            addresses = addresses[addresses.index(nearest) + 1 :]
        return page

    def _link(self, page: Page, address: str) -> Any:
        return page.locator(f'main a[href="{address}"]:visible, .site-nav a[href="{address}"]').first

    def _follow(self, page: Page, address: str) -> None:
        link = self._link(page, address)
        heading = page.locator(f'.site-nav details:not([open]):has(a[href="{address}"]) > summary')
        if not link.is_visible() and heading.count():
            self.hands.press(heading)
        with loading(page):
            self.hands.press(link)

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
        return FIRST if signer.party is None else f"{signer.party}-{signer.letter or 'A'}"

    def _act(self, step: Step, login: str, *way: str, write: Callable[[Page], None] | None = None) -> Page:
        """Go to an act's page, fill its form, read the decision, confirm. Stops where the page refuses."""
        page = self.walk(login, *way, by_address=step.expect.refused is not None)
        if write is not None:
            write(page)
            self.send(page, login)
        elif page.locator("button[value=perform]").count():
            self.confirm(page, login)
        return page

    def send(self, page: Page, login: str) -> None:
        """Send a form and, unless the page refuses it or has done it, confirm what will happen."""
        with loading(page):
            self.hands.press(page.locator("main form:not(.filters) button").first)
        if page.locator("button[value=perform]").count():
            self.confirm(page, login)

    def confirm(self, page: Page, login: str) -> None:
        """Press the last button; before, say once more who one is, where the page asks."""
        asked = page.locator("[name=confirmed-password], [name=confirmed-code]")
        if asked.count():
            self.hands.write(asked, self.people.proof_of(login, asked.get_attribute("name") or "", page))
            self.confirmed += 1
        with loading(page):
            self.hands.press(page.locator("button[value=perform]"))
        assert "/records/" in page.url, page.inner_text("main")

    def write(self, page: Page, **written: str) -> None:
        """Fill fields in their order; a value of a list or of radio buttons is chosen."""
        for name, value in written.items():
            field = page.locator(f"main [name='{name}']")
            if field.first.get_attribute("type") == "radio":
                self.hands.tick(page.locator(f"main [name='{name}'][value='{value}']"))
            elif field.evaluate("e => e.tagName") == "SELECT":
                self.hands.choose(field, value)
            else:
                self.hands.write(field, value)

    # Reports

    def _report(self, step: Step, login: str, address: str, write: Callable[[Page], None] | None = None) -> Page:
        report = f"reports/{step.arguments['party']}/{step.arguments['year']}/"
        lists = "review/" if login == FIRST else "reports/"
        return self._act(step, login, "reports/", lists, report, f"{report}{address}/", write=write)

    def _register_report(self, step: Step) -> Page:
        def write(page: Page) -> None:
            workbook = step.arguments.get("workbook")
            if workbook is not None:
                self.hands.hand_in(page.locator("[name=workbook]"), "report.xlsx", workbook.content)
            else:
                self.write(page, emissions_t=str(step.arguments["emissions_t"]))

        return self._report(step, self._login(step, step.arguments["party"]), "register", write)

    def _request_verification(self, step: Step) -> Page:
        verifier = step.arguments["verifier"]
        self.verifiers[step.arguments["party"], step.arguments["year"]] = verifier
        login = self._login(step, step.arguments["party"])
        return self._report(step, login, "request-verification", lambda page: self.write(page, verifier=verifier))

    def _request_return(self, step: Step) -> Page:
        return self._report(step, self._login(step, step.arguments["party"]), "request-return", lambda page: None)

    def _of_verifier(self, step: Step) -> str:
        return self._login(step, self.verifiers[step.arguments["party"], step.arguments["year"]])

    def _file_verification(self, step: Step) -> Page:
        form = step.arguments.get("form") or {"assurance": "reasonable"}

        def write(page: Page) -> None:
            self.write(page, emissions_t=str(step.arguments["emissions_t"]), opinion=step.arguments["opinion"])
            self.write(page, assurance=form["assurance"])
            self.write(page, **{name: form[name] for name in ("sampling", "remarks") if name in form})
            for number, finding in enumerate(form.get("findings", ())):
                self.write(
                    page,
                    **{
                        f"finding_{number}": finding["description"],
                        f"effect_{number}": str(finding["effect_t"]),
                        f"correction_{number}": finding["correction"],
                    },
                )
            for number, visit in enumerate(form.get("site_visits", ())):
                self.write(page, **{f"site_{number}": visit["site"], f"visited_{number}": str(visit["day"])})

        return self._report(step, self._of_verifier(step), "file-verification", write)

    def _request_approval(self, step: Step) -> Page:
        return self._report(step, self._of_verifier(step), "request-approval")

    def _return_report(self, step: Step) -> Page:
        reason = step.arguments["reason"]
        return self._report(step, self._of_verifier(step), "return", lambda page: self.write(page, reason=reason))

    def _write_review_paper(self, step: Step) -> Page:
        """The administrator asks unless the step names somebody else."""
        login = self._login(step, "") if step.by else FIRST
        return self._report(step, login, "review", lambda page: self.write(page, text=step.arguments["text"]))

    def _approve_report(self, step: Step) -> Page:
        return self._report(step, FIRST, "approve")

    def _receive_report(self, step: Step) -> Page:
        return self._report(step, FIRST, "receive")

    # Units

    def _account(self, party: str) -> str:
        return f"accounts/{number_of(self.scenario.scheme, party)}/"

    def _issue(self, step: Step) -> Page:
        """The first administrator proposes, the second approves."""
        if "application" in step.arguments:
            number = self.applications[step.arguments["application"]]
            of = f"applications/{number}/"
            page = self._act(step, FIRST, "applications/", of, f"{of}issue/")
        else:
            of = self._account(step.arguments["party"])
            unit = str(step.arguments["unit"]).replace("/", "-")
            asks = "quantity_t" in step.arguments
            way = ("participants/", of, f"{of}issue/", f"{of}issue/{unit}/")
            page = self._act(step, FIRST, *way, write=(lambda page: self._of_evidence(page, step)) if asks else None)
        if step.expect.refused is not None:
            return page
        assert page.locator(".notice--warning").count() == 1, page.inner_text("main")
        return self.approve_newest(SECOND)

    def _of_evidence(self, page: Page, step: Step) -> None:
        evidence = step.arguments["evidence"]
        self.write(page, quantity_t=str(step.arguments["quantity_t"]), kind=evidence.kind, reference=evidence.reference)

    def approve_newest(self, login: str) -> Page:
        """A second person approves the proposal that waits."""
        other = self.walk(login, "proposals/")
        with loading(other):
            self.hands.press(other.locator("main td a.button").first)
        self.confirm(other, login)
        return other

    def _apply_for_units(self, step: Step) -> Page:
        evidence, document = step.arguments["evidence"], step.arguments["document"]
        assert isinstance(document, Workbook)

        def write(page: Page) -> None:
            self._of_evidence(page, step)
            said = {"account": evidence.account, "serials": evidence.serials}
            self.write(page, **{name: given for name, given in said.items() if given})
            if evidence.day:
                self.write(page, day=evidence.day.isoformat())
            self.hands.hand_in(page.locator("[name=document]"), document.path, document.content)

        party, unit = step.arguments["party"], str(step.arguments["unit"]).replace("/", "-")
        way = ("applications/", f"{self._account(party)}apply-for-units/{unit}/")
        page = self._act(step, self._login(step, party), *way, write=write)
        made = applications.made_by(page.url.rstrip("/").rpartition("/")[2])  # type: ignore[arg-type]
        if made is not None:
            self.applications[step.n] = made
        return page

    def _transfer(self, step: Step) -> Page:
        source, target = step.arguments["from"], step.arguments["to"]
        number = number_of(self.scenario.scheme, target) if target in self.scenario.parties else target

        def write(page: Page) -> None:
            self.write(page, to=number)
            page.keyboard.press("Tab")
            if target in self.scenario.parties:
                # The name appears while one writes.
                page.locator(".look-up__found", has_text=target).wait_for()
            self._choose_units(page, step)

        return self._of_account(step, "transfer", write, party=source)

    def _choose_units(self, page: Page, step: Step) -> None:
        self.write(page, unit=str(step.arguments["unit"]), quantity_t=str(step.arguments["quantity_t"]))

    def _of_account(
        self, step: Step, address: str, write: Callable[[Page], None] | None = None, *, party: str = ""
    ) -> Page:
        party = party or step.arguments["party"]
        of = self._account(party)
        # The balance leads on to the account's own page.
        login = self._login(step, party)
        if not self._link(self.people.at(login), f"{self.home}{of}{address}/").count():
            self.walk(login, "account/")
        return self._act(step, login, f"{of}{address}/", write=write)

    def _surrender(self, step: Step) -> Page:
        return self._of_account(step, "surrender", lambda page: self._choose_units(page, step))

    def _cancel(self, step: Step) -> Page:
        def write(page: Page) -> None:
            self._choose_units(page, step)
            self.write(page, purpose=step.arguments["purpose"], statement=step.arguments["statement"])

        return self._of_account(step, "cancel", write)

    def _apply_for_banking(self, step: Step) -> Page:
        return self._of_account(step, "apply-for-banking")

    def _approve_banking(self, step: Step) -> Page:
        of = self._account(step.arguments["party"])
        return self._act(step, FIRST, "banking/", f"{of}approve-banking/")

    def _advance(self, step: Step) -> None:
        """Time has passed already."""

    # Checks

    def _check(self, check: Check) -> None:
        party = check.arguments["party"]
        found, wanted = self.reader.read(self.people.at(f"{party}-A"), check)
        assert found == wanted, f"check {check.n}: the page shows {found!r} for {check.name} of {party}, not {wanted!r}"


def number_of(scheme: str, party: str) -> str:
    """The account number of a party, as a trading partner would have been told."""
    account = registry.account_of(scheme, party)
    assert account is not None, f"{party} has no account"
    return str(account.number)
