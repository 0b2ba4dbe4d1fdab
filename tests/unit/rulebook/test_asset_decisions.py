"""What ASSET decides in the situations of the shared scenarios and the worked figures (domain notes, section 8)."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from tanso.rulebook import Rulebook
from tests.support.facts import account, holding, quantity, unit

# Base 10,000 t, reduction target 1,000 t: JAA 9,000 t, reserve 8,000 t, sellable 1,000 t.
HOLDER = {
    "holder_reduction_target_t": 1000,
    "holder_has_base": True,
    "holder_base_t": 10000,
    "holder_has_issued": True,
    "holder_issued_t": 9000,
}


def issued(day: date, held_t: int = 9000, **more: Any) -> dict[str, Any]:
    holder = HOLDER | more
    holdings = [holding("JAA", 2, held_t)]
    return account("account", **holder) | {"day": day, "holdings": holdings} | unit("JAA", 2, held_t)


def transfer(day: date, quantity_t: int, held_t: int = 9000, to_kind: str = "trading", **more: Any) -> dict[str, Any]:
    facts = issued(day, held_t, **more) | quantity(quantity_t) | account("to", to_kind)
    facts |= {name.replace("account.", "from.", 1): fact for name, fact in facts.items() if name.startswith("account.")}
    return facts


def codes(asset: Rulebook, operation: str, facts: dict[str, Any]) -> tuple[str, ...]:
    return asset.decide(operation, facts).codes


def test_a_holder_receives_base_minus_target_from_the_first_day_of_the_target_year(asset: Rulebook):
    facts = account("account", holder_reduction_target_t=1000, holder_has_base=True, holder_base_t=10000)
    facts |= unit("JAA", 2) | quantity(9000)
    assert asset.derive("issue_quantity_t", facts | {"day": date(2014, 4, 1)}) == 9000
    assert codes(asset, "issue", facts | {"day": date(2014, 3, 31)}) == ("asset.issue.before_target_year",)
    assert codes(asset, "issue", facts | {"day": date(2014, 4, 1)}) == ()


def test_without_an_approved_base_year_there_is_no_quantity_and_that_is_the_only_reason(asset: Rulebook):
    facts = account("account") | unit("JAA", 2) | {"day": date(2014, 4, 1)}
    assert asset.derive("issue_quantity_t", facts) is None
    assert codes(asset, "issue", facts) == ("asset.issue.base_year_not_approved",)


def test_the_reserve_holds_to_the_tonne(asset: Rulebook):
    day = date(2014, 4, 3)
    assert asset.derive("commitment_reserve_t", issued(day)) == 8000
    assert asset.derive("sellable_t", issued(day)) == 1000
    assert codes(asset, "transfer", transfer(day, 1000)) == ()
    decision = asset.decide("transfer", transfer(day, 1001))
    assert decision.codes == ("asset.transfer.commitment_reserve",)
    assert decision.findings[0].facts == {"reserve_t": 8000, "countable_t": 9000, "quantity_t": 1001, "free_t": 1000}
    assert "8,000 t" in decision.findings[0].message.en
    assert "8,000 t" in decision.findings[0].message.ja
    assert decision.findings[0].clause == "S0 2.2(6)"


def test_the_reserve_falls_with_the_surrender_and_is_lifted_when_it_is_complete(asset: Rulebook):
    day = date(2015, 9, 1)
    assert asset.derive("commitment_reserve_t", issued(day, 6000, holder_surrendered_t=3000)) == 5000
    done = {"holder_surrendered_t": 8500, "holder_has_target": True, "holder_target_t": 8500}
    assert asset.derive("commitment_reserve_t", issued(day, 500, **done)) is None
    assert asset.derive("sellable_t", issued(day, 500, **done)) == 500
    assert asset.derive("compliance", issued(day, 500, **done)) == "compliant"


def test_a_holder_that_emitted_9400_is_400_short(asset: Rulebook):
    facts = issued(date(2015, 9, 1), 0, holder_surrendered_t=9000, holder_has_target=True, holder_target_t=9400)
    assert asset.derive("shortfall_t", facts) == 400
    assert asset.derive("compliance", facts) == "pending"
    assert asset.derive("compliance", facts | {"day": date(2015, 11, 30)}) == "pending"
    assert asset.derive("compliance", facts | {"day": date(2015, 12, 1)}) == "non_compliant"


def test_the_reserve_stops_a_cancellation_too_unless_the_parameter_says_not(asset: Rulebook):
    facts = issued(date(2014, 4, 3)) | quantity(1001) | {"cancel.purpose": "voluntary"}
    assert codes(asset, "cancel", facts) == ("asset.transfer.commitment_reserve",)
    assert codes(asset.with_settings({"reserve_stops_cancel": False}), "cancel", facts) == ()


@pytest.mark.parametrize(
    ("holder_phase", "unit_type", "unit_phase", "expected"),
    [
        (3, "JAA", 1, ()),
        (3, "JAA", 2, ()),
        (3, "JAA", 3, ()),
        (3, "JAA", 4, ("asset.surrender.later_phase",)),
        (1, "jCER", None, ()),
        (2, "jCER", None, ()),
        (3, "jCER", None, ("asset.surrender.unit_type",)),
        (2, "jVER", None, ("asset.surrender.unit_type",)),
        (3, "jVER", None, ()),
        (9, "jVER", None, ()),
    ],
)
def test_the_phase_matrix(asset: Rulebook, holder_phase: int, unit_type: str, unit_phase: int | None, expected: tuple):
    day = asset.calendar.closes("surrender_period", holder_phase).replace(month=11, day=30)
    facts = account("account", holder_phase=holder_phase) | unit(unit_type, unit_phase, 100) | quantity(100)
    assert codes(asset, "surrender", facts | {"day": day}) == expected


def test_allowances_of_an_earlier_phase_wait_for_that_phases_deadline(asset: Rulebook):
    facts = account("account", holder_phase=3) | unit("JAA", 2, 100) | quantity(100)
    assert codes(asset, "surrender", facts | {"day": date(2015, 11, 30)}) == ("asset.surrender.not_banked",)
    assert codes(asset, "surrender", facts | {"day": date(2015, 12, 1)}) == ()


def test_surrender_on_the_last_day_counts_and_a_day_later_is_refused(asset: Rulebook):
    facts = account("account") | unit("JAA", 2, 100) | quantity(100)
    assert codes(asset, "surrender", facts | {"day": date(2015, 11, 30)}) == ()
    decision = asset.decide("surrender", facts | {"day": date(2015, 12, 1)})
    assert decision.codes == ("asset.surrender.deadline",)
    assert decision.findings[0].facts["last_day"] == "2015-11-30"
    assert "2015年11月30日" in decision.findings[0].message.ja


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2014, 3, 31), ("asset.transfer.window",)),
        (date(2014, 4, 1), ()),
        (date(2015, 11, 30), ()),
        (date(2015, 12, 1), ("asset.transfer.window",)),
    ],
)
def test_a_compliance_account_transfers_from_april_to_november_of_the_next_year(
    asset: Rulebook, day: date, expected: tuple
):
    facts = transfer(day, 1, to_kind="compliance") | {
        "from.holder.has_issued": False,
        "account.holder.has_issued": False,
    }
    assert codes(asset, "transfer", facts) == expected


def test_both_accounts_are_asked_and_each_finding_names_its_account(asset: Rulebook):
    findings = asset.decide("transfer", transfer(date(2016, 1, 10), 1, to_kind="compliance")).findings
    assert [(finding.code, finding.facts["subject"]) for finding in findings] == [
        ("asset.transfer.window", "from"),
        ("asset.transfer.window", "to"),
    ]


def trading(day: date, **more: Any) -> dict[str, Any]:
    return account("account", "trading", **more) | {"day": day}


def test_a_trading_account_rests_from_december_until_its_banking_is_approved(asset: Rulebook):
    banked = {"has_applied": True, "applied_on": date(2014, 12, 3), "has_banked": True, "banked_on": date(2014, 12, 5)}
    assert asset.derive("account_rests", trading(date(2014, 11, 30))) is False
    assert asset.derive("account_rests", trading(date(2014, 12, 1))) is True
    assert asset.derive("account_rests", trading(date(2014, 12, 5), **banked)) is False
    assert asset.derive("account_rests", trading(date(2015, 11, 30), **banked)) is False
    assert asset.derive("account_rests", trading(date(2015, 12, 1), **banked)) is True
    opened = {"opened_on": date(2014, 12, 1)}
    assert asset.derive("account_rests", trading(date(2014, 12, 20), **opened)) is False
    assert asset.derive("account_rests", trading(date(2015, 12, 1), **opened)) is True


def closes(asset: Rulebook, phase: int, facts: dict[str, Any]) -> bool:
    end = asset.calendar.closes("banking_window", phase)
    (item,) = [item for item in asset.due_between(date(end.year, 12, 1), end) if item.id == "close_account"]
    return asset.due_applies(item, facts)


def test_accounts_that_did_not_apply_close_and_those_that_wait_stay_open(asset: Rulebook):
    applied = {"has_applied": True, "applied_on": date(2015, 12, 28)}
    assert closes(asset, 2, account("account"))
    assert not closes(asset, 3, account("account"))
    assert not closes(asset, 2, account("account", **applied, has_pending=True))
    assert closes(asset, 2, account("account", "trading"))
    assert not closes(asset, 2, account("account", "trading", opened_on=date(2015, 12, 1)))
    assert closes(asset, 2, account("account", "trading", opened_on=date(2015, 11, 30)))
    assert not closes(asset, 2, account("account", "trading", **applied, has_banked=True, banked_on=date(2015, 12, 28)))
    assert closes(asset, 2, account("account", "trading", has_applied=True, applied_on=date(2014, 12, 28)))


def test_applications_are_taken_on_the_first_and_the_last_day_of_the_window_only(asset: Rulebook):
    done = {"holder_surrendered_t": 10, "holder_has_target": True, "holder_target_t": 10}
    for day, expected in (
        (date(2015, 11, 30), ("asset.bank.window",)),
        (date(2015, 12, 1), ()),
        (date(2015, 12, 28), ()),
        (date(2015, 12, 29), ("asset.bank.window",)),
    ):
        assert codes(asset, "apply_for_banking", account("account", **done) | {"day": day}) == expected
    open_obligation = account("account") | {"day": date(2015, 12, 2)}
    assert codes(asset, "apply_for_banking", open_obligation) == ("asset.bank.not_complete",)
    last = account("account", **(done | {"holder_phase": 9})) | {"day": date(2022, 12, 2)}
    assert codes(asset, "apply_for_banking", last) == ("asset.bank.no_next_phase",)


def test_a_report_cannot_change_once_verification_is_requested(asset: Rulebook):
    facts = {"day": date(2014, 1, 1), "report.year": "base", "report.state": "verification_requested"} | quantity(5)
    assert codes(asset, "register_report", facts) == ("asset.report.locked", "asset.report.order")
    assert codes(asset, "register_report", facts | {"report.state": "registered"}) == ()
    assert codes(asset, "register_report", {"day": date(2014, 1, 1), "report.year": "base"} | quantity(0)) == ()


def test_a_file_that_is_not_the_form_is_the_only_finding(asset: Rulebook):
    facts = {"day": date(2014, 1, 1), "report.year": "base", "report.form_ok": False}
    assert codes(asset, "register_report", facts) == ("asset.report.form",)


@pytest.mark.parametrize(
    "bad", [quantity(0), quantity(-1), quantity(1) | {"quantity.is_whole": False}, quantity(10**12 + 1), {}]
)
def test_a_quantity_that_is_no_whole_positive_number_is_refused(asset: Rulebook, bad: dict[str, Any]):
    facts = account("account") | unit("JAA", 2, 10**13) | {"day": date(2015, 1, 1)} | bad
    assert codes(asset, "surrender", facts) == ("quantity.not_positive",)


def test_an_unknown_account_is_refused_without_further_guesses(asset: Rulebook):
    facts = transfer(date(2014, 5, 1), 10)
    facts = {name: fact for name, fact in facts.items() if not name.startswith("to.")} | {"to.number": "AST-9999"}
    decision = asset.decide("transfer", facts)
    assert decision.codes == ("account.unknown",)
    assert "AST-9999" in decision.findings[0].message.ja


def test_a_holder_is_registered_for_a_phase_that_the_scheme_has(asset: Rulebook):
    facts = {
        "day": date(2014, 1, 1),
        "participant.kind": "target_holder",
        "participant.has_phase": True,
        "participant.form": "single",
        "participant.account_name": "ABC",
    }
    unknown = ("participant.phase_unknown",)
    assert codes(asset, "register_participant", facts | {"participant.phase": 9}) == ()
    assert codes(asset, "register_participant", facts | {"participant.phase": 10}) == unknown
    assert codes(asset, "register_participant", facts | {"participant.has_phase": False}) == unknown
    assert codes(asset, "register_participant", facts | {"participant.kind": "verifier"}) == ()
