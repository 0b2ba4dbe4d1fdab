"""`tanso ledger verify`: what it finds, as lines, and the exit status."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn
from rich.text import Text as Line

from tanso.interfaces.cli.speech import here, say
from tanso.kernel.texts import Text

if TYPE_CHECKING:
    from tanso.interfaces.ledger_check import Checked

FOUND = 1


def verify_ledger(*, as_json: bool = False, touched: bool = False, freeze: bool = True) -> int:
    """Recompute the ledger from its journal and print every difference. 0 if there is none."""
    from tanso.interfaces.cli.with_database import database  # noqa: PLC0415

    with database():
        checked = _check(touched=touched, freeze=freeze)
    if as_json:
        sys.stdout.write(json.dumps(_as_json(checked), ensure_ascii=False) + "\n")
    else:
        say_checked(checked)
    return FOUND if checked.differences else 0


def _check(*, touched: bool, freeze: bool) -> Checked:
    from tanso.interfaces import ledger_check  # noqa: PLC0415

    if touched:
        return ledger_check.check_touched(freeze=freeze)
    # On a terminal alone, and on the error stream: what is found may be on its way to a file.
    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task(here(Text(ja="仕訳帳を読んでいます", en="Reading the journal")), total=None)

        def follow(done: int, everything: int) -> None:
            bar.update(task, completed=done, total=everything)
            if done == everything:
                bar.update(task, description=here(Text(ja="計算し直しています", en="Recomputing")), total=None)

        return ledger_check.check_everything(freeze=freeze, progress=follow)


def say_checked(checked: Checked) -> None:
    """Every difference in a line, then what was done about it; or that all is well."""
    if not checked.differences:
        say(Text(ja="台帳は仕訳と一致しています。", en="The ledger agrees with its journal."))
        return
    for difference in checked.differences:
        Console().print(Line(here(difference.sentence())), soft_wrap=True)
    alarm = checked.alarm
    if alarm is None:
        return
    if alarm.frozen:
        sentence = Text(ja="凍結した口座：{numbers}", en="Accounts frozen: {numbers}")
        say(sentence.filled({"numbers": ", ".join(alarm.frozen)}))
    if alarm.new and not alarm.not_told:
        sentence = Text(
            ja="管理者に知らせた差異：{count}件", en="Differences that the administrator was told of: {count}"
        )
        say(sentence.filled({"count": len(alarm.new)}))
    for number, why in alarm.not_frozen.items():
        sentence = Text(
            ja="口座{number}を凍結できませんでした：{why}", en="Account {number} could not be frozen: {why}"
        )
        say(sentence.filled({"number": number, "why": why}))
    if alarm.not_told:
        sentence = Text(ja="管理者に知らせられませんでした：{why}", en="The administrator could not be told: {why}")
        say(sentence.filled({"why": alarm.not_told}))


def _as_json(checked: Checked) -> dict[str, Any]:
    alarm = checked.alarm
    return {
        "sound": not checked.differences,
        "differences": [difference.as_json() for difference in checked.differences],
        "frozen": [] if alarm is None else alarm.frozen,
        "not_frozen": {} if alarm is None else alarm.not_frozen,
        "told": 0 if alarm is None or alarm.not_told else len(alarm.new),
    }
