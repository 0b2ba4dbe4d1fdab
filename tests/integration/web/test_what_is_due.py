"""The home page says at each moment what is due, by when, and what happens if not, to every kind of login."""

from __future__ import annotations

import re
from datetime import date
from html import unescape

import pytest

from tests.integration.web.conftest import SignIn
from tests.support.world import ADMINISTRATOR, World, login

HOME = "/schemes/asset/"


def said(page: str) -> str:
    """What a page says, without markup."""
    main = re.search(r"<main.*</main>", page, re.DOTALL)
    assert main is not None
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", main[0]))).replace("\u00a0", " ")


def home(sign_in: SignIn, who: str) -> str:
    return said(sign_in(who, language="en").get(HOME).content.decode())


def a_target_of_8000_t(world: World) -> str:
    """A holder whose report about the target year is approved, ten days before the deadline; its account."""
    number = world.holder_with_units("abc")
    world.go_to(date(2015, 11, 20))
    world.approve_emissions("abc", "target", 8_000)
    return number


def figure(page: str, label: str) -> str:
    """A figure of the home page with what stands below it."""
    found = re.search(rf'<div class="figure[^"]*">\s*<dt>{label}</dt>(.*?)</div>', page, re.DOTALL)
    assert found is not None, label
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", found[1]))).strip().replace("\u00a0", " ")


@pytest.mark.parametrize("who", ["abc-A", "abc-B"])
def test_a_holder_reads_by_when_its_report_is_needed_and_what_follows(world: World, sign_in: SignIn, who: str) -> None:
    world.holder("abc")

    first = home(sign_in, who)
    world.go_to(date(2014, 4, 2))
    late = home(sign_in, who)

    assert "Its approval is needed by 1 April 2014. 1 day is left." in first
    assert "Until the report is approved, no allocation can be issued." in first
    assert "Its approval was needed by 1 April 2014." in late


def test_a_holder_reads_what_happens_if_it_does_not_surrender(world: World, sign_in: SignIn) -> None:
    a_target_of_8000_t(world)

    page = sign_in("abc-A", language="en").get(HOME).content.decode()

    assert "What is missing then stays so: the target counts as not met." in said(page)
    assert figure(page, "Surrendered") == "0 t"
    assert figure(page, "Still to surrender") == "8,000 t By 30 November 2015. 10 days are left."


def test_after_the_deadline_the_figure_is_what_was_missing(world: World, sign_in: SignIn) -> None:
    number = a_target_of_8000_t(world)
    assert world.do("surrender", login("abc"), account=number, unit="JAA/2", quantity_t=6_999).ok
    world.go_to(date(2015, 12, 2))

    page = sign_in("abc-A", language="en").get(HOME).content.decode()

    assert figure(page, "Surrendered") == "6,999 t"
    assert figure(page, "Missing at the deadline") == "1,001 t"
    account = said(sign_in("abc-A", language="en").get(f"{HOME}accounts/{number}/").content.decode())
    assert "Still to surrender none Missing at the deadline 1,001 t" in account
    overview = said(sign_in("admin-1", language="en").get(f"{HOME}overview/?phase=2").content.decode())
    assert "Target not met 1,001 t missing" in overview


def test_who_has_surrendered_everything_has_nothing_left_to_surrender(world: World, sign_in: SignIn) -> None:
    number = a_target_of_8000_t(world)
    assert world.do("surrender", login("abc"), account=number, unit="JAA/2", quantity_t=8_000).ok

    before = sign_in("abc-A", language="en").get(HOME).content.decode()
    world.go_to(date(2016, 2, 1))
    after = sign_in("abc-A", language="en").get(HOME).content.decode()

    assert "Next: Banking, from 1 December 2015" in said(before)
    assert "Without an application by then: Close an account" in said(before)
    assert figure(before, "Still to surrender") == figure(after, "Still to surrender") == "0 t"


def test_who_cannot_bank_reads_that_the_account_closes_and_why(world: World, sign_in: SignIn) -> None:
    a_target_of_8000_t(world)
    world.go_to(date(2015, 12, 28))

    page = home(sign_in, "abc-A")
    world.go_to(date(2015, 12, 29))
    after = home(sign_in, "abc-A")

    assert "The account is closed when the window for banking ends" in page
    assert "Banking cannot be applied for:" in page
    assert "Its last day is 28 December 2015." in page
    assert "when the window for banking ends" not in after
    assert "The account is closed" in after


def test_who_has_banked_reads_nothing_of_a_closure(world: World, sign_in: SignIn) -> None:
    number = a_target_of_8000_t(world)
    assert world.do("surrender", login("abc"), account=number, unit="JAA/2", quantity_t=8_000).ok
    world.go_to(date(2015, 12, 1))
    assert world.do("apply_for_banking", login("abc"), account=number).ok
    assert world.do("approve_banking", ADMINISTRATOR, account=number).ok

    assert "closed" not in home(sign_in, "abc-A")


def test_before_any_approval_both_figures_are_blank(world: World, sign_in: SignIn) -> None:
    world.holder("abc")

    page = sign_in("abc-A", language="en").get(HOME).content.decode()

    assert figure(page, "Surrendered") == "not yet Shown after the issue"
    assert figure(page, "Still to surrender") == "not yet Shown after the approval of the report"


def test_login_b_has_no_figure_of_surrenders(world: World, sign_in: SignIn) -> None:
    world.holder_with_units("abc")

    page = sign_in("abc-B", language="en").get(HOME).content.decode()

    assert page.count('<div class="figure') == 2
    assert "urrender" not in said(page)


def test_where_nothing_is_to_be_done_the_page_says_what_comes_next(world: World, sign_in: SignIn) -> None:
    world.holder_with_units("abc")
    world.trader("trd")

    for who in ("abc-A", "abc-B"):
        page = home(sign_in, who)
        assert "Nothing is to be done today. Next: Emissions report: Target year (FY2014), from 1 April 2015" in page
        assert "Without an approved report by then, the target counts as not met." in page
    page = home(sign_in, "trd-A")
    assert "Nothing is to be done today. Next: Banking, from 1 December 2014" in page
    assert "By 28 December 2014." in page
    assert "Without an application by then: Close an account" in page


def test_a_trading_participants_calendar_has_what_it_takes_part_in(world: World, sign_in: SignIn) -> None:
    world.go_to(date(2015, 4, 2))
    world.trader("trd")

    page = home(sign_in, "trd-A")

    assert "Transfer period (Phase 2)" in page
    # It was not there when accounts began to rest, and nothing is issued to it.
    assert "rest" not in page.split("Calendar")[1].split("Balance")[0]
    assert "Issue of JAA" not in page


def test_a_verifier_reads_by_when_each_report_is_needed_the_first_of_them_first(world: World, sign_in: SignIn) -> None:
    verifier = world.verifier("ver")
    for key, phase in (("later", 3), ("sooner", 2)):
        world.holder(key, phase=phase)
        about = {"participant": key, "year": "base"}
        assert world.do("register_report", login(key), emissions_t=1_000, **about).ok
        assert world.do("request_verification", login(key), verifier="ver", **about).ok

    page = home(sign_in, verifier.login)

    assert page.index("SOONER") < page.index("LATER")
    assert "1 Apr 2014 1 day left" in page
    assert "1 Apr 2015" in page
    assert page.count("Base year: Until the report is approved, no allocation can be issued.") == 1


@pytest.mark.parametrize(("language", "name"), [("ja", "削減目標年度"), ("en", "Target year")])
def test_the_list_of_reports_is_narrowed_by_years_in_words(
    world: World, sign_in: SignIn, language: str, name: str
) -> None:
    world.holder("abc")

    page = sign_in("admin-1", language=language).get(f"{HOME}reports/").content.decode()

    assert re.search(rf'<option value="target"[^>]*>{name}</option>', page)


def test_the_secretariat_reads_which_report_is_needed_first(world: World, sign_in: SignIn) -> None:
    assert "Review first" not in home(sign_in, "admin-1")
    verifier = world.verifier("ver")
    for key, phase in (("later", 3), ("sooner", 2)):
        world.holder(key, phase=phase)
        about = {"participant": key, "year": "base"}
        assert world.do("register_report", login(key), emissions_t=1_000, **about).ok
        assert world.do("request_verification", login(key), verifier="ver", **about).ok
        assert world.do("file_verification", verifier, emissions_t=1_000, opinion="unqualified", **about).ok
        assert world.do("request_approval", verifier, **about).ok

    page = home(sign_in, "admin-1")

    assert "Review first: Emissions report: Base year, Phase 2" in page
    assert "Its approval is needed by 1 April 2014. 1 day is left." in page
    assert "Until the report is approved, no allocation can be issued." in page


def test_the_secretariats_queue_counts_applications_for_registration_and_mails_that_failed(
    world: World, sign_in: SignIn
) -> None:
    page = sign_in("admin-1", language="en").get(HOME).content.decode()

    assert 'href="/schemes/asset/registrations/"><span class="queue__name">Applications for registration</span>' in page
    assert 'href="/schemes/asset/mails/?state=failed"><span class="queue__name">Mails that could not be sent' in page
