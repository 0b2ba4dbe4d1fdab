"""What was found, as differences: with account number, unit class, serials and a sentence in both languages."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from tanso.kernel.serials import SerialRange
from tanso.kernel.texts import Text
from tanso.ledger.differences import Difference
from tanso.ledger.verification.export import Snapshot
from tanso.ledger.verification.recompute import ISSUANCE, BrokenRow, Overdraft, Quantity, Reversal
from tanso.ledger.verification.replay import Pair, Replayed

# All issuance accounts of a class together.
ISSUANCE_NAME = "issuance"


class Names:
    """Account numbers and unit class labels by id, as the snapshot has them; read when the first is asked for."""

    def __init__(self, moment: Snapshot) -> None:
        self._moment = moment
        self._accounts: dict[int, str] | None = None
        self._classes: dict[int, str] | None = None

    def account(self, account: int) -> str:
        if account == ISSUANCE:
            return ISSUANCE_NAME
        if self._accounts is None:
            self._accounts = dict(self._moment.execute("SELECT id, number FROM ledger_account").fetchall())
        return self._accounts.get(account, f"? (id {account})")

    def unit_class(self, unit_class: int) -> str:
        if self._classes is None:
            rows = self._moment.execute(
                "SELECT id, concat_ws('/', scheme, unit_type, phase, nullif(origin, '')) FROM ledger_unit_class"
            )
            self._classes = dict(rows.fetchall())
        return self._classes.get(unit_class, f"? (id {unit_class})")


def of_quantities(rows: Iterable[Quantity], names: Names) -> Iterator[Difference]:
    for row in rows:
        yield Difference(
            kind="quantity",
            message=Text(
                "残高{held}が仕訳帳の合計{journal}と一致しません。",
                "The holding says {held}, the journal adds up to {journal}.",
            ),
            account=names.account(row.account),
            unit_class=names.unit_class(row.unit_class),
            facts={"journal": int(row.journal), "held": row.held or 0},
        )


def of_overdrafts(rows: Iterable[Overdraft], names: Names) -> Iterator[Difference]:
    for row in rows:
        yield Difference(
            kind="overdrawn",
            message=Text(
                "仕訳{posting}の時点で残高が{balance}になっています。",
                "With posting {posting} the account stood at {balance}.",
            ),
            account=names.account(row.account),
            unit_class=names.unit_class(row.unit_class),
            facts={"posting": row.posting, "balance": int(row.balance)},
        )


def of_broken_rows(rows: Iterable[BrokenRow], names: Names) -> Iterator[Difference]:
    for row in rows:
        yield Difference(
            kind="row",
            message=Text(
                "{source}の数量{quantity}と識別番号の数{counted}が一致しないか、口座または区分が正しくありません。",
                "{source} says {quantity} and has {counted} serials, or its account or class cannot be.",
            ),
            account=names.account(row.account),
            unit_class=names.unit_class(row.unit_class),
            facts={
                "source": row.source,
                "quantity": row.quantity,
                "counted": None if row.counted is None else int(row.counted),
            },
        )


def of_reversals(rows: Iterable[Reversal], names: Names) -> Iterator[Difference]:
    for row in rows:
        yield Difference(
            kind="reversal",
            message=Text(
                "仕訳{posting}は仕訳{reverses}の取消しですが、口座・区分・識別番号が逆の対応になっていません。",
                "Posting {posting} reverses {reverses}, but is not its mirror in accounts, class and serials, once.",
            ),
            account=names.account(row.account),
            unit_class=names.unit_class(row.unit_class),
            facts={"posting": row.posting, "reverses": row.reverses},
        )


def of_replayed(pair: Pair, replayed: Replayed, names: Names) -> Iterator[Difference]:
    """What is wrong with one account and class, serial by serial."""
    account, unit_class = names.account(pair[0]), names.unit_class(pair[1])
    grouped: dict[tuple[int, int], list[SerialRange]] = {}
    for stretch in replayed.stretches:
        grouped.setdefault((stretch.journal, stretch.held), []).append(stretch.serials)
    for (journal, held), serials in grouped.items():
        yield Difference(
            kind="serials",
            message=Text(
                "識別番号の所在が記録と一致しません（仕訳帳：{journal}、残高：{held}）。",
                "Serials are not where the journal says (times in the journal: {journal}, in the holding: {held}).",
            ),
            account=account,
            unit_class=unit_class,
            serials=tuple(serials),
            facts={"journal": journal, "held": held},
        )
    # Where serials are elsewhere now, the way there adds nothing.
    if not replayed.stretches:
        yield from _of_the_way(account, unit_class, replayed)
    if replayed.misordered:
        yield Difference(
            kind="order",
            message=Text(
                "残高の並びが取得順と一致しません。",
                "The queue is not in the order in which the account acquired these.",
            ),
            account=account,
            unit_class=unit_class,
            serials=tuple(replayed.misordered),
        )


def _of_the_way(account: str, unit_class: str, replayed: Replayed) -> Iterator[Difference]:
    """The first postings that could not have been, where all came right again later."""
    for found, message in (
        (
            replayed.sent_unheld,
            Text(
                "仕訳{posting}で、その時点で保有していない識別番号を送付しています。",
                "Posting {posting} sent serials that the account did not hold at that moment.",
            ),
        ),
        (
            replayed.received_held,
            Text(
                "仕訳{posting}で、すでに保有している識別番号を受領しています。",
                "Posting {posting} brought serials that the account held already.",
            ),
        ),
    ):
        if found:
            first = found[0][0]
            yield Difference(
                kind="custody",
                message=message,
                account=account,
                unit_class=unit_class,
                serials=tuple(part for posting, part in found if posting == first),
                facts={"posting": first},
            )
