"""The results of phases as one table for CSV, and as JSON. What may be told was settled before.

A figure that does not exist, or that is not told, is an empty cell and null.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from tanso.interfaces.exports.names import Names
from tanso.interfaces.exports.paper import Cell, Column, Kind, Row, Table, plain_text
from tanso.kernel.texts import Text
from tanso.registry.results import PhaseResults, Traded
from tanso.rulebook import Rulebook

TITLE = Text("期ごとの実績", "Results of each phase")
# What is stated of a holder's year, in the order of the page; a scheme may state more.
STATUSES = {
    "compliant": Text("目標達成", "Target met"),
    "non_compliant": Text("目標未達成", "Target not met"),
    "not_entered": Text("排出量の登録なし", "No emissions recorded"),
    "excluded": Text("適用除外", "Excluded"),
}
_UNDECIDED = Text("未確定", "Not decided yet")


def per_cent(per_mille: int | None) -> str:
    """A rate in per cent with one digit behind the point, as results are published; "" where there is none."""
    if per_mille is None:
        return ""
    sign = "-" if per_mille < 0 else ""
    return f"{sign}{abs(per_mille) // 10}.{abs(per_mille) % 10}"


def statuses_of(found: Sequence[PhaseResults]) -> list[tuple[str, Text]]:
    """The statuses that were stated in any of the phases, with their names."""
    stated = {status for one in found for status in one.statuses or ()}
    known = [status for status in STATUSES if status in stated or status in ("compliant", "non_compliant")]
    return [(status, STATUSES.get(status, plain_text(status))) for status in [*known, *sorted(stated - {*STATUSES})]]


def results_table(rulebook: Rulebook, found: Sequence[PhaseResults]) -> Table:
    """One row a phase."""
    names = Names(rulebook.scheme)
    statuses = statuses_of(found)
    others = list(dict.fromkeys(other.kind for one in found for other in one.others))

    def tonnes(ja: str, en: str) -> Column:
        return Column(Text(f"{ja} (t)", f"{en} (t)"), Kind.TONNES, 14)

    def count(label: Text) -> Column:
        return Column(label, Kind.TONNES, 8)

    columns = [
        Column(Text("期", "Phase"), Kind.TEXT, 8),
        count(Text("目標保有者数", "Holders")),
        tonnes("基準年度排出量", "Base-year emissions"),
        tonnes("目標排出量", "Target emissions"),
        tonnes("実績排出量", "Actual emissions"),
        tonnes("約束した削減量", "Promised reduction"),
        tonnes("削減量", "Reduction"),
        Column(Text("削減率 (%)", "Reduction (%)"), Kind.TEXT, 8),
        tonnes("発行量", "Issued"),
        tonnes("償却量", "Surrendered"),
        tonnes("取消量", "Cancelled"),
        *(count(label) for _, label in statuses),
        count(_UNDECIDED),
        count(Text("取引件数", "Trades")),
        tonnes("取引量", "Volume"),
        count(Text("価格の示された取引の件数", "Trades that told a price")),
        Column(Text("平均価格 (円/t)", "Average price (yen/t)"), Kind.TONNES, 10),
    ]
    for kind in others:
        label = names.transfer_kind(kind)
        columns += [
            count(Text(f"{label.ja}の件数", f"{label.en}: transfers")),
            tonnes(f"{label.ja}の量", f"{label.en}: volume"),
        ]
    return Table(
        title=TITLE,
        columns=tuple(columns),
        rows=lambda: [_row(rulebook, one, [status for status, _ in statuses], others) for one in found],
        row_count=len(found),
    )


def _row(rulebook: Rulebook, one: PhaseResults, statuses: Sequence[str], others: Sequence[str]) -> Row:
    trades, apart = one.trades, {other.kind: other for other in one.others}
    cells: list[Cell] = [
        rulebook.phases[one.phase].label,
        one.holders,
        one.base_t,
        one.target_t,
        one.actual_t,
        one.promised_t,
        one.reduction_t,
        per_cent(one.reduction_per_mille),
        one.issued_t,
        one.surrendered_t,
        one.cancelled_t,
        *(None if one.statuses is None else one.statuses.get(status, 0) for status in statuses),
        one.undecided,
        trades.count if one.is_told else None,
        trades.volume_t if one.is_told else None,
        trades.priced_count if one.is_told else None,
        trades.average_yen,
    ]
    for kind in others:
        other = apart.get(kind)
        cells += [None, None] if other is None else [other.count, other.volume_t]
    return cells


def as_json(scheme: str, found: Sequence[PhaseResults], day: date) -> dict[str, Any]:
    """The results for programs: quantities in tonnes, prices in yen, the rate in thousandths."""
    return {"scheme": scheme, "day": day.isoformat(), "phases": [_phase(one) for one in found]}


def _phase(one: PhaseResults) -> dict[str, Any]:
    return {
        "phase": one.phase,
        "is_told": one.is_told,
        "holders": one.holders,
        "base_t": one.base_t,
        "target_t": one.target_t,
        "actual_t": one.actual_t,
        "promised_t": one.promised_t,
        "reduction_t": one.reduction_t,
        "reduction_per_mille": one.reduction_per_mille,
        "issued_t": one.issued_t,
        "surrendered_t": one.surrendered_t,
        "cancelled_t": one.cancelled_t,
        "statuses": None if one.statuses is None else dict(one.statuses),
        "undecided": one.undecided,
        "trades": _traded(one.trades) if one.is_told else None,
        "kinds": {kind.kind: _traded(kind) for kind in one.kinds},
    }


def _traded(one: Traded) -> dict[str, Any]:
    return {
        "is_trade": one.is_trade,
        "count": one.count,
        "volume_t": one.volume_t,
        "priced_count": one.priced_count,
        "priced_t": one.priced_t,
        "average_yen": one.average_yen,
    }
