"""A settlement on the terminal: one row a participant, the totals, and whether they agree with the records."""

from __future__ import annotations

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text as Line

from tanso.interfaces.cli.speech import here
from tanso.interfaces.cli.stories.model import StoryShape
from tanso.interfaces.cli.stories.settlement import Row, Settlement
from tanso.kernel.texts import Text

_COMPLIANCE = {
    "compliant": Text("遵守", "compliant"),
    "non_compliant": Text("不遵守", "non-compliant"),
    "pending": Text("未確定", "pending"),
}
_BANKING = {"approved": Text("繰越済", "banked"), "waiting": Text("申請中", "waits")}
_LEGEND = Text(
    "単位 t。売買：買い − 売り。クレジット：証明により発行されたもの。",
    "In t. Trade: bought less sold. Cred.: issued on evidence. Surr.: surrendered.",
)
_CLOSED = Text("閉鎖", "closed")
_STYLES = {"compliant": "green", "non_compliant": "bold red"}


def print_settlement(console: Console, shape: StoryShape, settled: Settlement) -> None:
    """The table with its notice and its checks."""
    table = Table(
        title=f"{here(shape.title.text)} ({settled.day})",
        caption=f"{here(_LEGEND)}\n{here(shape.notice.text)}",
        box=box.SIMPLE_HEAD,
        # Narrow, so that a terminal of 80 columns shows every figure.
        padding=0,
        show_edge=False,
        show_footer=True,
    )
    totals = settled.totals
    table.add_column(here(Text("保有者", "Holder")), here(Text("計", "Total")), no_wrap=True)
    for label, name in (
        (Text("基準", "Base"), "base_t"),
        (Text("目標", "Target"), "reduction_target_t"),
        (Text(settled.allowance, settled.allowance), "allocated_t"),
        (Text("実績", "Actual"), "actual_t"),
        (Text("売買", "Trade"), "traded_t"),
        (Text("クレジット", "Cred."), "credited_t"),
        (Text("償却", "Surr."), "surrendered_t"),
        (Text("保有", "Held"), "held_t"),
    ):
        footer = _signed(totals[name]) if name == "traded_t" else _tonnes(totals[name])
        table.add_column(here(label), footer, justify="right", no_wrap=True)
    table.add_column(here(Text("状況", "Status")), overflow="fold")
    for row in settled.rows:
        table.add_row(*_cells(row), _status(row))
    console.print(table)
    for check in settled.checks:
        sign = "=" if check.holds else "≠"
        console.print(
            Line(
                f"{'✓' if check.holds else '✗'} {here(check.label)}: {check.table:,} {sign} {check.records:,}",
                style="" if check.holds else "bold red",
            )
        )


def _cells(row: Row) -> list[str]:
    return [
        row.name,
        _tonnes(row.base_t),
        _tonnes(row.reduction_target_t),
        _tonnes(row.allocated_t if row.is_holder else None),
        _tonnes(row.actual_t),
        _signed(row.traded_t),
        _signed(row.credited_t),
        _tonnes(row.surrendered_t if row.is_holder else None),
        _tonnes(row.held_t),
    ]


def _tonnes(quantity_t: int | None) -> str:
    return "" if quantity_t is None else f"{quantity_t:,}"


def _signed(quantity_t: int) -> str:
    """What came in or went out; nothing where nothing did."""
    return f"{quantity_t:+,}".replace("-", "−") if quantity_t else ""


def _status(row: Row) -> Line:
    words = [_COMPLIANCE.get(row.compliance, Text(row.compliance, row.compliance))] if row.compliance else []
    if row.banking:
        words.append(_BANKING[row.banking])
    if row.account_status == "closed":
        words.append(_CLOSED)
    return Line(
        here(Text("・".join(word.ja for word in words), "/".join(word.en for word in words))),
        style=_STYLES.get(row.compliance or "", ""),
    )
