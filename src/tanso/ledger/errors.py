"""What the database's last line says, as Python errors with facts and sentences.

The rulebook has refused politely before; whoever meets one of these went past it, or two people met and the door did
not hold its locks.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from string import Formatter
from typing import Any

from django.db import DatabaseError

from tanso.kernel.errors import TansoError
from tanso.kernel.texts import Text


class LedgerError(TansoError):
    """The ledger refused; nothing of the transaction remains."""

    ERROR_CODE = "ledger.refused"
    MESSAGE = Text("台帳が記録を拒否しました。", "The ledger refused to record this.")
    NEXT = Text("管理者に連絡してください。", "Tell the administrator.")

    def __init__(self, facts: dict[str, Any]) -> None:
        super().__init__(
            code=self.ERROR_CODE,
            message=_filled(self.MESSAGE, facts),
            next_step=_filled(self.NEXT, facts),
            facts=facts,
        )


def _filled(text: Text, facts: dict[str, Any]) -> Text:
    """The sentence with its facts; one that the database did not give shows as a dash."""
    names = {name for _, name, _, _ in Formatter().parse(text.ja + text.en) if name}
    return text.filled({name: facts.get(name, "—") for name in names})


class QuantityNotPositiveError(LedgerError):
    ERROR_CODE = "ledger.quantity_not_positive"
    MESSAGE = Text("数量{quantity_t}は記録できません。", "A quantity of {quantity_t} cannot be posted.")
    NEXT = Text("1以上の整数を指定してください。", "Give a whole number of at least 1.")


class SameAccountError(LedgerError):
    ERROR_CODE = "ledger.same_account"
    MESSAGE = Text("移転元と移転先が同じ口座です。", "Source and destination are the same account.")
    NEXT = Text("異なる口座を指定してください。", "Choose two different accounts.")


class UnknownAccountError(LedgerError):
    ERROR_CODE = "ledger.unknown_account"
    MESSAGE = Text("口座{account}は存在しません。", "Account {account} does not exist.")
    NEXT = Text("口座番号を確認してください。", "Check the account number.")


class AccountNotOpenError(LedgerError):
    ERROR_CODE = "ledger.account_not_open"
    MESSAGE = Text(
        "口座{account}は利用できません（状態：{status}）。", "Account {account} is not open (it is {status})."
    )
    NEXT = Text("利用中の口座を指定してください。", "Choose an open account.")


class UnknownUnitClassError(LedgerError):
    ERROR_CODE = "ledger.unknown_unit_class"
    MESSAGE = Text("排出枠の区分{unit_class}は存在しません。", "Unit class {unit_class} does not exist.")
    NEXT = Text("排出枠の種類と期を確認してください。", "Check unit type and phase.")


class InsufficientUnitsError(LedgerError):
    ERROR_CODE = "ledger.insufficient_units"
    MESSAGE = Text(
        "口座{account}の残高は{held_t}で、{quantity_t}に足りません。",
        "Account {account} holds {held_t}, fewer than {quantity_t}.",
    )
    NEXT = Text("残高以下の数量を指定してください。", "Give a quantity within the balance.")


class SerialsNotHeldError(LedgerError):
    ERROR_CODE = "ledger.serials_not_held"
    MESSAGE = Text(
        "口座{account}は識別番号{serials}を保有していません。", "Account {account} does not hold serials {serials}."
    )
    NEXT = Text("保有している識別番号を指定してください。", "Name serials that the account holds.")


class SerialsRefusedError(LedgerError):
    ERROR_CODE = "ledger.serials_refused"
    MESSAGE = Text(
        "指定された識別番号は数量と一致しないか、指定できません。",
        "The named serials do not make up the quantity, or cannot be named here.",
    )
    NEXT = Text("識別番号と数量を確認してください。", "Check serials and quantity.")


class HistoryIsClosedError(LedgerError):
    ERROR_CODE = "ledger.history"
    MESSAGE = Text(
        "記録済みの履歴は変更できません（{table}、{operation}）。",
        "History is only added to ({operation} on {table}).",
    )
    NEXT = Text("訂正は新しい記録として行ってください。", "Make a correction as a new record.")


class WrittenByHandError(LedgerError):
    ERROR_CODE = "ledger.by_hand"
    MESSAGE = Text(
        "台帳の表{table}は台帳の関数だけが書き込めます（{operation}）。",
        "Only the ledger's functions write table {table} ({operation}).",
    )
    NEXT = Text("tanso.ledger.actionsを使ってください。", "Use tanso.ledger.actions.")


class SerialsNotConservedError(LedgerError):
    ERROR_CODE = "ledger.serials_not_conserved"
    MESSAGE = Text(
        "口座{account}の識別番号に過不足が生じるため中止しました。",
        "Stopped: serials of account {account} would be lost or doubled.",
    )
    NEXT = Text(
        "`tanso ledger verify`を実行し、開発者に連絡してください。",
        "Run `tanso ledger verify` and tell the developers.",
    )


class WrongIsolationError(LedgerError):
    ERROR_CODE = "ledger.isolation"
    MESSAGE = Text(
        "台帳への記録はREAD COMMITTEDのトランザクションで行います。", "A posting needs a READ COMMITTED transaction."
    )
    NEXT = Text("データベース接続の分離レベルを戻してください。", "Set the connection's isolation level back.")


class IssuanceIsOneWayError(LedgerError):
    ERROR_CODE = "ledger.issuance_is_one_way"
    MESSAGE = Text(
        "発行口座{account}に排出枠を戻すことはできません。", "Units never go back to issuance account {account}."
    )
    NEXT = Text("取消しを使ってください。", "Cancel the units instead.")


class AccountEventRefusedError(LedgerError):
    ERROR_CODE = "ledger.account_event"
    MESSAGE = Text(
        "口座{account}の変更は、{latest}以降の日付で、現在と異なる内容にしてください。",
        "A change of account {account} needs day {latest} or later, and something new.",
    )
    NEXT = Text("日付と内容を確認してください。", "Check the day and what is to change.")


class AccountNumberRefusedError(LedgerError):
    ERROR_CODE = "ledger.account_number"
    MESSAGE = Text("口座番号{account}は使用できません。", "Account number {account} cannot be given.")
    NEXT = Text("別の番号を指定してください。", "Choose another number.")


class MalformedBatchError(LedgerError):
    ERROR_CODE = "ledger.batch"
    MESSAGE = Text("記録の一覧が正しい形ではありません。", "The list of postings is not well formed.")
    NEXT = Text("tanso.ledger.actionsを使ってください。", "Use tanso.ledger.actions.")


class ReversalRefusedError(LedgerError):
    ERROR_CODE = "ledger.reversal"
    MESSAGE = Text("仕訳{posting}は取り消せません（{reason}）。", "Posting {posting} cannot be reversed ({reason}).")
    NEXT = Text("仕訳番号と日付を確認してください。", "Check the posting's number and the day.")


BY_SQLSTATE: dict[str, type[LedgerError]] = {
    "LG001": QuantityNotPositiveError,
    "LG002": SameAccountError,
    "LG003": UnknownAccountError,
    "LG004": AccountNotOpenError,
    "LG005": UnknownUnitClassError,
    "LG006": InsufficientUnitsError,
    "LG007": SerialsNotHeldError,
    "LG008": SerialsRefusedError,
    "LG009": HistoryIsClosedError,
    "LG010": WrittenByHandError,
    "LG011": SerialsNotConservedError,
    "LG012": WrongIsolationError,
    "LG013": IssuanceIsOneWayError,
    "LG014": AccountEventRefusedError,
    "LG015": AccountNumberRefusedError,
    "LG016": MalformedBatchError,
    "LG017": ReversalRefusedError,
}


def refusal(code: str, facts: str) -> LedgerError:
    """The error for one refused item of a batch, from its code and its facts as JSON."""
    return BY_SQLSTATE[code](json.loads(facts))


@contextmanager
def translated() -> Iterator[None]:
    """Turn the ledger's own SQL errors, inside the block, into `LedgerError`s; all others pass as they are."""
    try:
        yield
    except DatabaseError as error:
        cause: Any = error.__cause__
        known = BY_SQLSTATE.get(getattr(cause, "sqlstate", None) or "")
        if known is None:
            raise
        raise known(json.loads(cause.diag.message_detail or "{}")) from error
