"""Ask the rooms what a check wants to know: one function a check, each the same query that the pages use."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from tanso.emissions import queries as emissions
from tanso.notices import queries as notices
from tanso.registry import applications, results, yearly, yearly_queries
from tanso.registry import queries as registry


@dataclass(frozen=True, slots=True)
class Answer:
    """What was found, as it is shown, and whether it is what the check expects."""

    found: str | int | None
    holds: bool


Arguments = Mapping[str, Any]


def ask(name: str, *, scheme: str, arguments: Arguments, day: date) -> Answer:
    """Answer one check on one day; raises KeyError for a check that does not exist."""
    return _QUESTIONS[name](scheme, arguments, day)


def _figure(found: int | None, arguments: Arguments) -> Answer:
    return Answer(found=found, holds=found == arguments["equals_t"])


def _balance(scheme: str, arguments: Arguments, day: date) -> Answer:
    account = registry.account_of(scheme, arguments["party"])
    return _figure(0 if account is None else registry.balance_t(account.number, arguments["unit"]), arguments)


def _blocked(scheme: str, arguments: Arguments, day: date) -> Answer:
    account = registry.account_of(scheme, arguments["party"])
    return _figure(0 if account is None else registry.blocked_t(account, arguments["unit"]), arguments)


def _issued_total(scheme: str, arguments: Arguments, day: date) -> Answer:
    return _figure(registry.totals(scheme, arguments["unit"]).issued_t, arguments)


def _surrendered_total(scheme: str, arguments: Arguments, day: date) -> Answer:
    return _figure(registry.totals(scheme, arguments["unit"]).surrendered_t, arguments)


def _cancelled_total(scheme: str, arguments: Arguments, day: date) -> Answer:
    return _figure(registry.totals(scheme, arguments["unit"]).cancelled_t, arguments)


def _commitment_reserve(scheme: str, arguments: Arguments, day: date) -> Answer:
    standing = registry.standing(scheme, arguments["party"], day)
    return _figure(None if standing is None else standing.commitment_reserve_t, arguments)


def _sellable(scheme: str, arguments: Arguments, day: date) -> Answer:
    found = registry.sellable_t(scheme, arguments["party"], day, arguments.get("unit"))
    return _figure(0 if found is None else found, arguments)


def _shortfall(scheme: str, arguments: Arguments, day: date) -> Answer:
    standing = registry.standing(scheme, arguments["party"], day)
    return _figure(None if standing is None else standing.shortfall_t, arguments)


def _additional_obligation(scheme: str, arguments: Arguments, day: date) -> Answer:
    standing = registry.standing(scheme, arguments["party"], day)
    return _figure(None if standing is None else standing.additional_t, arguments)


def _compliance(scheme: str, arguments: Arguments, day: date) -> Answer:
    standing = registry.standing(scheme, arguments["party"], day)
    found = None if standing is None else standing.compliance
    return Answer(found=found, holds=found == arguments["equals"])


def _year_compliance(scheme: str, arguments: Arguments, day: date) -> Answer:
    stated = yearly.stated(scheme, arguments["party"], arguments["year"])
    found = None if stated is None else stated.status
    return Answer(found=found, holds=found == arguments["equals"])


def _year_figure(scheme: str, arguments: Arguments, day: date) -> Answer:
    stated = yearly.stated(scheme, arguments["party"], arguments["year"])
    return _figure(None if stated is None else stated.figure_t, arguments)


def _year_quantity(scheme: str, arguments: Arguments, day: date) -> Answer:
    found = yearly_queries.derived_t(scheme, arguments["party"], arguments["year"], arguments["quantity"], day)
    return _figure(found, arguments)


def _of_phase(scheme: str, arguments: Arguments, day: date) -> results.PhaseResults | None:
    return next(iter(results.results(scheme, day, phase=arguments["phase"])), None)


def _trades_total(scheme: str, arguments: Arguments, day: date) -> Answer:
    one = _of_phase(scheme, arguments, day)
    found = 0 if one is None else one.trades.count
    return Answer(found=found, holds=found == arguments["equals"])


def _traded_volume(scheme: str, arguments: Arguments, day: date) -> Answer:
    one = _of_phase(scheme, arguments, day)
    return _figure(0 if one is None else one.trades.volume_t, arguments)


def _average_price(scheme: str, arguments: Arguments, day: date) -> Answer:
    one = _of_phase(scheme, arguments, day)
    found = None if one is None else one.trades.average_yen
    return Answer(found=found, holds=found == arguments["equals_yen"])


def _reduction(scheme: str, arguments: Arguments, day: date) -> Answer:
    one = _of_phase(scheme, arguments, day)
    return _figure(None if one is None else one.reduction_t, arguments)


def _account(scheme: str, arguments: Arguments, day: date) -> Answer:
    account = registry.account_of(scheme, arguments["party"])
    if account is None:
        return Answer(found=None, holds=False)
    kind = arguments.get("kind")
    holds = account.status == arguments["equals"] and kind in (None, account.kind)
    return Answer(found=account.status if kind is None else f"{account.status} {account.kind}", holds=holds)


def _report(scheme: str, arguments: Arguments, day: date) -> Answer:
    found = emissions.report_state(scheme, arguments["party"], arguments["year"])
    return Answer(found=found, holds=found == arguments["equals"])


def _application(scheme: str, arguments: Arguments, day: date) -> Answer:
    found = applications.of_reference(scheme, arguments["party"], arguments["reference"])
    state = None if found is None else found.state
    return Answer(found=state, holds=state == arguments["equals"])


def _mail(scheme: str, arguments: Arguments, day: date) -> Answer:
    events = _events_mailed(scheme, arguments, day)
    return Answer(found=", ".join(events), holds=arguments["includes"] in events)


def _no_mail(scheme: str, arguments: Arguments, day: date) -> Answer:
    events = _events_mailed(scheme, arguments, day)
    return Answer(found=", ".join(events), holds=arguments["excludes"] not in events)


def _events_mailed(scheme: str, arguments: Arguments, day: date) -> list[str]:
    """The events of the mails to a login from `since` up to the day, each once, oldest first."""
    mails = notices.mails(scheme, arguments["party"], arguments["login"], arguments["since"])
    return list(dict.fromkeys(mail.event for mail in reversed(mails) if mail.day <= day))


_QUESTIONS: dict[str, Callable[[str, Arguments, date], Answer]] = {
    "balance": _balance,
    "blocked": _blocked,
    "issued_total": _issued_total,
    "surrendered_total": _surrendered_total,
    "cancelled_total": _cancelled_total,
    "commitment_reserve": _commitment_reserve,
    "sellable": _sellable,
    "shortfall": _shortfall,
    "additional_obligation": _additional_obligation,
    "compliance": _compliance,
    "year_compliance": _year_compliance,
    "year_figure": _year_figure,
    "year_quantity": _year_quantity,
    "trades_total": _trades_total,
    "traded_volume": _traded_volume,
    "average_price": _average_price,
    "reduction": _reduction,
    "account": _account,
    "report": _report,
    "application": _application,
    "mail": _mail,
    "no_mail": _no_mail,
}
