"""How a life ends, told three times: by the pages, by the same story through the door, and by the ledger."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

from playwright.sync_api import Page

from tanso.acts import queries as act_queries
from tanso.database import clones
from tanso.database.urls import Server
from tanso.emissions import queries as emissions
from tanso.interfaces import connect
from tanso.interfaces.cli.scenarios.model import Scenario
from tanso.interfaces.cli.scenarios.player import play
from tanso.interfaces.cli.scenarios.report import story_text
from tanso.interfaces.web import describe, words
from tanso.kernel.texts import Text
from tanso.ledger import queries as ledger
from tanso.ledger.records import UnitClass
from tanso.notices import queries as notices
from tanso.parties.models import Login
from tanso.registry import queries as registry
from tests.browser.people import People
from tests.browser.reading import COMPLIANCE, STATUS, fact, plain, spoken, text, texts

# What happens before or beside a story: who takes part, and what becomes of logins.
_BESIDE = (
    *("register_participant", "load_adoption_list", "submit_registration", "record_paper", "accept_registration"),
    *("issue_login", "release_login"),
)
# What is written to the owner of a login about it, whoever signs in and how, is no part of a story either.
_OF_A_LOGIN = "login."


@contextmanager
def another_database(database: Server, server: Server, template: str) -> Iterator[None]:
    """An empty database of its own for a while."""
    clone = clones.clone(server, template)
    connect.use(clone)
    try:
        yield
    finally:
        connect.use(database)
        clones.drop(clone)


def played(scenario: Scenario, look: Callable[[], Any]) -> Any:
    """What `look` sees where the story was played through the door."""
    story = play(scenario)
    assert story.failed == 0, story_text(story)
    return look()


def _unit_of(unit_class: UnitClass) -> str:
    """A unit class by what it is, because ids follow from what else happened in a database."""
    return f"{unit_class.unit_type}/{unit_class.phase}/{unit_class.origin}"


def state_of(scheme: str) -> dict[str, Any]:
    """Everything that two performances of one story must agree on, from ledger, reports and registry."""
    accounts = {row.number: row for row in ledger.accounts_of_role(scheme=scheme, role="holding")}
    # By number: ids follow from what else happened in a database.
    held = ledger.holdings([row.id for row in accounts.values()])
    return {
        "accounts": {number: (row.holder_key, row.kind, row.status) for number, row in accounts.items()},
        "journal": {
            number: [
                (
                    entry.from_number,
                    entry.to_number,
                    _unit_of(entry.unit_class),
                    entry.posting.quantity_t,
                    [str(serials) for serials in entry.posting.serials],
                    entry.posting.valid_day,
                )
                for entry in ledger.journal_of(row.id)
            ]
            for number, row in accounts.items()
        },
        "holdings": {
            number: [
                (_unit_of(each.unit_class), each.quantity_t, [str(serials) for serials in each.serials])
                for each in held.get(row.id, ())
            ]
            for number, row in accounts.items()
        },
        "reports": [
            (row.participant.key, row.year, row.state, row.emissions_t, row.verified_t, row.opinion, row.settled_on)
            for row in emissions.reports(scheme)
        ],
        "acts": sorted(
            (row.day, row.operation, row.actor_login)
            for row in act_queries.acts(scheme).filter(status="done").exclude(operation__in=_BESIDE)
        ),
        "differences": ledger.verify(),
    }


def figures_of(scenario: Scenario, day: date) -> dict[str, Any]:
    """What the pages have to show at the end, worked out from the database that is connected."""
    standings = {
        key: standing
        for key in scenario.parties
        if (standing := registry.standing(scenario.scheme, key, day, with_serials=True)) is not None
    }
    figures: dict[str, Any] = {
        "accounts": {key: _account(scenario, standing) for key, standing in standings.items()},
        "reports": {key: _reports(scenario, key) for key, standing in standings.items() if standing.participant.phase},
        "messages": {login: _messages(scenario, login) for login in _logins(scenario)},
        "overview": {
            key: [_tonnes(row) for row in (standing.base_t, standing.issued_t, standing.target_t)]
            for key, standing in standings.items()
        },
    }
    found: dict[str, Any] = plain(figures)
    return found


def _tonnes(quantity_t: int | None) -> str:
    return "" if quantity_t is None else f"{quantity_t:,} t"


def _account(scenario: Scenario, standing: registry.Standing) -> dict[str, Any]:
    rulebook, number = scenario.rulebook, standing.account_number
    status = spoken(STATUS[standing.account_status])
    if standing.account_status == "open" and standing.rests:
        status = spoken("Open, transfers rest until banking is approved")
    return {
        "number": number,
        "kind": describe.account_kind(rulebook, standing.account_kind),
        "status": status,
        "holdings": [
            [_unit(scenario, held.unit_class), _tonnes(held.quantity_t), words.serials(held.serials)]
            for held in standing.holdings
        ],
        "journal": [
            [
                describe.here(words.short_day(entry.posting.valid_day)),
                _unit(scenario, entry.unit_class),
                _tonnes(entry.posting.quantity_t) if entry.to_number == number else "",
                _tonnes(entry.posting.quantity_t) if entry.from_number == number else "",
                words.serials(entry.posting.serials),
            ]
            for entry in reversed(ledger.journal_of(standing.account.id))
        ],
        "surrendered": _tonnes(standing.surrendered_t) if standing.participant.phase else None,
        "compliance": _compliance(standing),
    }


def _unit(scenario: Scenario, unit_class: UnitClass) -> str:
    return describe.unit_of(scenario.rulebook, unit_class.unit_type, unit_class.phase)


def _compliance(standing: registry.Standing) -> str | None:
    """The home page tells it once the target-year emissions are approved, or the deadline has passed without them."""
    if standing.participant.phase is None:
        return None
    is_told = standing.target_t is not None or standing.compliance == "non_compliant"
    return spoken(COMPLIANCE[standing.compliance or "pending"]) if is_told else ""


def _reports(scenario: Scenario, key: str) -> dict[str, list[str]]:
    return {
        describe.report_year(scenario.rulebook, row.year, row.participant.phase): [
            describe.report_state(scenario.rulebook, row.state),
            _tonnes(row.emissions_t),
            "" if row.verifier is None else row.verifier.name,
        ]
        for row in emissions.reports(scenario.scheme)
        if row.participant.key == key
    }


def _logins(scenario: Scenario) -> list[str]:
    """Every login of the story."""
    rows = Login.objects.filter(scheme=scenario.scheme, participant__key__in=scenario.parties)
    return sorted(rows.values_list("login", flat=True))


def _messages(scenario: Scenario, login: str) -> list[str]:
    rows = notices.messages_of(Login.objects.get(login=login), scenario.scheme)
    return [describe.here(Text.from_json(row.subject)) for row in rows.exclude(event__startswith=_OF_A_LOGIN)]


# The same as the pages show it


def pages_of(scenario: Scenario, people: People) -> dict[str, Any]:
    """What everybody's pages show at the end, in the shape of `figures_of`."""
    home = f"/schemes/{scenario.scheme}/"
    with_account = [key for key in scenario.parties if registry.account_of(scenario.scheme, key) is not None]
    holders = [key for key in with_account if scenario.parties[key].phase is not None]
    return {
        "accounts": {key: _account_shown(people.at(f"{key}-A"), home, key in holders) for key in with_account},
        "reports": {key: _reports_shown(people.at(f"{key}-A"), home) for key in holders},
        "messages": {login: _without_signing_in(people.at(login), home, login) for login in _logins(scenario)},
        "overview": _overview(people, home),
    }


def _account_shown(page: Page, home: str, is_holder: bool) -> dict[str, Any]:
    page.goto(f"{home}account/")
    shown = {
        "number": fact(page, "Account number"),
        "kind": fact(page, "Kind of account"),
        "status": fact(page, "Status"),
        "holdings": rows(page, "#holdings-title"),
        "journal": [[row[0], row[3], *row[4:]] for row in rows(page, "#journal-title")],
        "surrendered": fact(page, "Surrendered") if is_holder else None,
        "compliance": None,
    }
    if is_holder:
        page.goto(home)
        figure = page.locator(".figure", has_text=spoken("Compliance with the target"))
        tag = figure.locator(".figure__value .tag")
        shown["compliance"] = text(tag) if tag.count() else ""
    return shown


def rows(page: Page, title: str) -> list[list[str]]:
    """The rows of the table below a title."""
    section = page.locator("section", has=page.locator(title))
    return [texts(row.locator("th, td")) for row in section.locator(":scope > table").locator("tbody tr").all()]


def _reports_shown(page: Page, home: str) -> dict[str, list[str]]:
    page.goto(f"{home}reports/")
    found = [texts(line.locator("th, td")) for line in page.locator("tbody tr").all()]
    # Between state and emissions stands what became of the papers of verification and review.
    return {row[0]: [row[1], *row[-2:]] for row in found}


def _without_signing_in(page: Page, home: str, login: str) -> list[str]:
    """The messages shown, but those about signing in: a story that is played signs nobody in."""
    row = Login.objects.get(login=login)
    left_out = notices.messages_of(row, row.scheme).filter(event__startswith=_OF_A_LOGIN)
    subjects = {plain(describe.here(Text.from_json(mail.subject))) for mail in left_out}
    return [subject for subject in _messages_shown(page, home) if subject not in subjects]


def _messages_shown(page: Page, home: str) -> list[str]:
    page.goto(f"{home}messages/")
    shown = texts(page.locator("tbody th"))
    while page.locator("a[rel=next]").count():
        page.locator("a[rel=next]").click()
        shown += texts(page.locator("tbody th"))
    return shown


def _overview(people: People, home: str) -> dict[str, list[str]]:
    """The figures of each participant as the administrator's page shows them."""
    page = people.at("admin-1")
    page.goto(f"{home}participants/")
    found = [texts(row.locator("th, td")) for row in page.locator("tbody tr").all()]
    return {row[0].split(" ")[0]: row[2:5] for row in found}
