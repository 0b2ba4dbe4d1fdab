"""`tanso ledger balance`: what an account held on a day, as it was known at an instant."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from tanso.interfaces.cli.speech import both, here
from tanso.kernel.errors import TansoError
from tanso.kernel.texts import Text

if TYPE_CHECKING:
    from tanso.ledger.records import AccountEvent, Holding


def register(ledger_app: typer.Typer) -> None:
    """Add the command to `tanso ledger`."""
    ledger_app.command("balance", help=both("ある日の残高を、ある時点の記録により示します。", "Show a day's balance."))(
        balance
    )


def balance(
    account: Annotated[str, typer.Argument(help=both("口座番号", "Account number."))],
    on: Annotated[str | None, typer.Option("--on", help=both("残高の日（既定は今日）", "The day (today)."))] = None,
    known: Annotated[
        str | None,
        typer.Option(
            "--known",
            help=both(
                "記録の時点。日付ならその日の終わり（既定は現在）",
                "As known at this instant; a day means its end (now).",
            ),
        ),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help=both("結果をJSONで出力", "Print JSON."))] = False,
) -> None:
    from tanso.interfaces.cli.with_database import database  # noqa: PLC0415

    with database():
        from tanso.acts import log, rulebooks  # noqa: PLC0415
        from tanso.interfaces.clock import today_in  # noqa: PLC0415
        from tanso.ledger import as_of, queries  # noqa: PLC0415
        from tanso.ledger.errors import UnknownAccountError  # noqa: PLC0415

        found = queries.account_by_number(account)
        if found is None:
            raise UnknownAccountError({"account": account})
        rulebook = rulebooks.current(found.scheme)
        day = today_in(rulebook) if on is None else _day(on)
        instant = None if known is None else instant_of(known, rulebook.timezone)
        position = log.last_position() if instant is None else log.position_at(instant)
        held = as_of.holdings([found.id], day=day, known=position)[found.id]
        state = as_of.status([found.id], day=day, known=position).get(found.id)
    asked = {
        "account": found.number,
        "scheme": found.scheme,
        "on": day.isoformat(),
        "known": None if instant is None else instant.astimezone(UTC).isoformat(),
        "position": position,
    }
    answer = asked | _answer(state, held)
    if as_json:
        typer.echo(json.dumps(answer, ensure_ascii=False))
    else:
        _print(answer)


def instant_of(text: str, zone: tzinfo) -> datetime:
    """The instant that a person wrote: "2015-12-02" means the end of that day; without an offset, the scheme's zone.

    Raises TansoError where it is neither a day nor an instant.
    """
    try:
        if len(text) == len("2015-12-02"):
            end = datetime.combine(date.fromisoformat(text) + timedelta(days=1), time(), zone)
            return end - timedelta(microseconds=1)
        instant = datetime.fromisoformat(text)
    except (ValueError, OverflowError):
        raise TansoError(
            code="cli.instant_unreadable",
            message=Text("「{text}」は日時として読めません。", "“{text}” cannot be read as an instant.").filled(
                {"text": text}
            ),
            next_step=Text(
                "2015-12-02 又は 2015-12-02T09:00+09:00 のように書いてください。",
                "Write it like 2015-12-02 or 2015-12-02T09:00+09:00.",
            ),
        ) from None
    return instant if instant.tzinfo is not None else instant.replace(tzinfo=zone)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise TansoError(
            code="cli.day_unreadable",
            message=Text("「{text}」は日付として読めません。", "“{text}” cannot be read as a day.").filled(
                {"text": text}
            ),
            next_step=Text("2014-04-01のように書いてください。", "Write it like 2014-04-01."),
        ) from None


def _answer(state: AccountEvent | None, held: list[Holding]) -> dict[str, Any]:
    return {
        "status": None if state is None else state.status,
        "kind": None if state is None else state.kind,
        "restricted": [] if state is None else list(state.restricted),
        "until": None if state is None or state.until is None else state.until.isoformat(),
        "holdings": [
            {
                "unit": holding.unit_class.label,
                "quantity_t": holding.quantity_t,
                "serials": [[part.start, part.end - 1] for part in holding.serials],
            }
            for holding in held
        ],
    }


def _print(answer: dict[str, Any]) -> None:
    console = Console(highlight=False)
    status = answer["status"] or here(Text("未開設", "not opened yet"))
    console.print(f"{answer['account']}  {answer['on']}  {status} {answer['kind'] or ''}".rstrip())
    known = answer["known"] or here(Text("現在", "now"))
    console.print(
        here(
            Text(
                f"記録の時点：{known}（位置 {answer['position']}）",
                f"As known at {known} (position {answer['position']})",
            )
        )
    )
    table = Table(box=None, pad_edge=False)
    table.add_column(here(Text("単位", "Unit")))
    table.add_column("t", justify="right")
    table.add_column(here(Text("識別番号", "Serial numbers")))
    for holding in answer["holdings"]:
        serials = ", ".join(f"{first}–{last}" if first != last else str(first) for first, last in holding["serials"])
        table.add_row(holding["unit"], f"{holding['quantity_t']:,}", serials)
    if answer["holdings"]:
        console.print(table)
    else:
        console.print(here(Text("保有する排出枠はありません。", "The account held no units.")))
