"""How a story stands on a day: a row for each participant with an account, and sums that must agree with the ledger.

Every figure is read back from approved reports and the ledger's journal, in a fixed number of queries; nothing here
knows what the story's files say.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Sum

from tanso.acts import queries as acts
from tanso.emissions import queries as emissions
from tanso.emissions.models import ReportStep
from tanso.interfaces.cli.stories.model import StoryShape
from tanso.kernel.texts import Text
from tanso.kernel.units import UnitName
from tanso.ledger import queries as ledger
from tanso.ledger.models import ROLE_HOLDING, ROLE_ISSUANCE
from tanso.ledger.records import Moved, Total
from tanso.registry import queries as registry
from tanso.registry.queries import Standing

_SURRENDER = "surrender"
_ROLES_OF_A_REPORT = {"participant", "verifier", "administrator"}


@dataclass(frozen=True, slots=True)
class Row:
    """One participant. `traded_t` is what it bought less what it sold; `credited_t` what was issued on evidence."""

    key: str
    name: str
    account: str
    account_kind: str
    account_status: str
    is_holder: bool
    base_t: int | None
    reduction_target_t: int | None
    allocated_t: int
    actual_t: int | None
    traded_t: int
    credited_t: int
    surrendered_t: int
    held_t: int
    compliance: str | None
    banking: str

    def as_json(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in self.__slots__}


@dataclass(frozen=True, slots=True)
class Check:
    """Two ways to one number, which must agree."""

    label: Text
    table: int
    records: int

    @property
    def holds(self) -> bool:
        return self.table == self.records


@dataclass(frozen=True, slots=True)
class Settlement:
    """The rows in the order of registration, their sums, and what they were checked against."""

    day: date
    allowance: str
    rows: tuple[Row, ...]
    totals: Mapping[str, int]
    checks: tuple[Check, ...]

    @property
    def reconciles(self) -> bool:
        return all(check.holds for check in self.checks)


_SUMMED = (
    "base_t",
    "reduction_target_t",
    "allocated_t",
    "actual_t",
    "traded_t",
    "credited_t",
    "surrendered_t",
    "held_t",
)


def settlement(shape: StoryShape, day: date) -> Settlement:
    """The story's scheme as it stands at the beginning of `day`."""
    allowance = UnitName.parse(shape.allowance)
    standings = registry.standings(shape.scheme, day)
    rows = tuple(_rows(shape, standings, allowance, _banking(shape.scheme)))
    totals = {name: sum(getattr(row, name) or 0 for row in rows) for name in _SUMMED}
    return Settlement(
        day=day,
        allowance=shape.allowance,
        rows=rows,
        totals=totals,
        checks=tuple(_checks(shape, rows, totals, allowance)),
    )


def _rows(
    shape: StoryShape, standings: list[Standing], allowance: UnitName, banking: Mapping[str, str]
) -> Iterable[Row]:
    ids = [standing.account.id for standing in standings]
    issued = ledger.received_t(ids, ROLE_ISSUANCE)
    allocated = _by_account(moved for moved in issued if _is(moved, allowance))
    credited = _by_account(moved for moved in issued if not _is(moved, allowance))
    bought, sold = _by_account(ledger.received_t(ids, ROLE_HOLDING)), _by_account(ledger.moved_t(ids, ROLE_HOLDING))
    surrendered = _by_account(ledger.moved_t(ids, _SURRENDER))
    for standing in standings:
        account = standing.account
        yield Row(
            key=standing.participant.key,
            name=standing.participant.name,
            account=account.number,
            account_kind=account.kind,
            account_status=account.status,
            is_holder=standing.participant.kind == shape.holders.kind,
            base_t=standing.base_t,
            reduction_target_t=standing.participant.reduction_target_t,
            allocated_t=allocated.get(account.id, 0),
            actual_t=standing.target_t,
            traded_t=bought.get(account.id, 0) - sold.get(account.id, 0),
            credited_t=credited.get(account.id, 0),
            surrendered_t=surrendered.get(account.id, 0),
            held_t=sum(holding.quantity_t for holding in standing.holdings),
            compliance=standing.compliance,
            banking=banking.get(account.number, ""),
        )


def _by_account(moves: Iterable[Moved]) -> dict[int, int]:
    sums: dict[int, int] = {}
    for moved in moves:
        sums[moved.account_id] = sums.get(moved.account_id, 0) + moved.quantity_t
    return sums


def _is(moved: Moved | Total, unit: UnitName) -> bool:
    return (moved.unit_class.unit_type, moved.unit_class.phase) == (unit.type, unit.phase)


def _banking(scheme: str) -> dict[str, str]:
    """ "waiting" or "approved" for each account that applied for banking, by the acts on record."""
    found: dict[str, str] = {}
    for operation, word in (("apply_for_banking", "waiting"), ("approve_banking", "approved")):
        done = acts.acts(scheme, operation=operation).filter(status="done")
        found |= {arguments["account"]: word for arguments in done.values_list("arguments", flat=True)}
    return found


def _checks(
    shape: StoryShape, rows: tuple[Row, ...], totals: Mapping[str, int], allowance: UnitName
) -> Iterable[Check]:
    settled = emissions.reports(shape.scheme).filter(settled_on__isnull=False)
    by_year = dict(settled.order_by("year").values_list("year").annotate(Sum("emissions_t")))
    units = ledger.totals(shape.scheme)

    def total(value: Callable[[Total], int]) -> int:
        return sum(value(unit) for unit in units)

    yield _check(
        "基準年度排出量の計 = 承認済み報告書", "Base total = approved reports", totals["base_t"], by_year.get("base")
    )
    yield _check(
        "実績の計 = 承認済み報告書", "Actual total = approved reports", totals["actual_t"], by_year.get("target")
    )
    yield _check(
        f"{shape.allowance} 割当の計 = 台帳の発行",
        f"{shape.allowance} allocated = issued in the ledger",
        totals["allocated_t"],
        total(lambda unit: unit.issued_t if _is(unit, allowance) else 0),
    )
    yield _check(
        "償却の計 = 償却口座",
        "Surrendered = surrender account",
        totals["surrendered_t"],
        total(lambda unit: unit.at_t(_SURRENDER)),
    )
    yield _check(
        "保有の計 = 台帳の残高",
        "Held = the ledger's balances",
        totals["held_t"],
        total(lambda unit: unit.at_t(ROLE_HOLDING)),
    )
    yield _check(
        "発行 = 償却 + 保有 + 取消等",
        "Issued = surrendered + held + cancelled",
        totals["allocated_t"] + totals["credited_t"],
        total(lambda unit: sum(unit.by_role_t.values())),
    )
    yield _check("売買の差引き = 0", "Bought less sold = 0", totals["traded_t"], 0)
    yield _check(
        "口座ごとの過不足（受入 − 償却 − 保有）のある口座",
        "Accounts where received − surrendered − held is not 0",
        sum(row.allocated_t + row.credited_t + row.traded_t != row.surrendered_t + row.held_t for row in rows),
        0,
    )
    yield _check(
        "仕訳から計算し直した残高との相違", "Differences from the recomputed journal", len(list(ledger.verify())), 0
    )
    yield _check(
        "三者の手続を経た承認済み報告書 = 承認済み報告書",
        "Approved reports that three actors acted on = approved reports",
        _reports_with_three_actors(shape.scheme),
        settled.count(),
    )


def _check(ja: str, en: str, table: int, records: int | None) -> Check:
    return Check(label=Text(ja=ja, en=en), table=table, records=records or 0)


def _reports_with_three_actors(scheme: str) -> int:
    """How many settled reports have steps by holder, verifier and administrator on record."""
    roles: dict[int, set[str]] = {}
    steps = ReportStep.objects.filter(report__participant__scheme=scheme, report__settled_on__isnull=False)
    for report_id, role in steps.values_list("report_id", "actor_role").distinct():
        roles.setdefault(report_id, set()).add(role)
    return sum(found == _ROLES_OF_A_REPORT for found in roles.values())
