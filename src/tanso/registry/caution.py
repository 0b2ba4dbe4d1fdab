"""What the rules may ask about a transfer to tell a thief's: is the receiver trusted, and how much went out lately.

Read for all transfers of a work at once, and only where the scheme's rules ask; what an act adds is added as it is
applied, so that ten transfers of one batch meet a threshold as ten single ones do.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from django.db import connection

from tanso.acts.act import Act
from tanso.registry import delays, trusting
from tanso.registry.desk import Place
from tanso.registry.facts import Facts
from tanso.registry.models import PendingTransfer
from tanso.rulebook import Rulebook

_ONE_DAY = timedelta(days=1)

# Transfers count on the day on which they were asked for: those that waited by their own row, whether carried out or
# not yet, the others by their posting. What was reversed, aborted or refused counts no more.
_SENT = """
SELECT account_id, day, sum(quantity_t)::bigint
  FROM (SELECT row.from_account_id AS account_id, row.valid_day AS day, row.quantity AS quantity_t
          FROM ledger_journal AS row JOIN acts_actrecord AS act ON act.id = row.act_id
         WHERE row.from_account_id = ANY(%(accounts)s) AND row.valid_day >= %(first)s
           AND act.operation = 'transfer' AND NOT act.arguments ? 'delayed'
           AND NOT EXISTS (SELECT FROM ledger_journal AS back WHERE back.reverses_id = row.id)
        UNION ALL
        SELECT from_account_id, proposed_on, quantity_t FROM registry_pendingtransfer
         WHERE from_account_id = ANY(%(accounts)s) AND proposed_on >= %(first)s
           AND state IN ('waiting', 'executed')) AS sent
 GROUP BY 1, 2
"""


class Caution:
    """What is known of the transfers of one work beyond their accounts."""

    def __init__(self, rulebook: Rulebook, transfers: Sequence[tuple[Act, Place]]) -> None:
        self._rulebook = rulebook
        asked = transfers if "transfer" in rulebook.operations else ()
        self.waiting = delays.by_number(
            rulebook.scheme, [int(act.arguments[delays.DELAYED]) for act, _ in asked if delays.DELAYED in act.arguments]
        )
        accounts = sorted({place.account.id for _, place in asked})
        self._trusts = bool(accounts) and rulebook.reads("transfer", "transfer.to_is_trusted")
        self._trusted = trusting.trusted_from(accounts) if self._trusts else {}
        self._counts = bool(accounts) and rulebook.reads("transfer", "transfer.sent_")
        self._sent: dict[tuple[int, date], int] = {}
        if self._counts:
            self._read_sent(accounts, min(act.day for act, _ in asked))

    def _read_sent(self, accounts: list[int], day: date) -> None:
        first = day - (self._rulebook.transfer_period_days(day) - 1) * _ONE_DAY
        with connection.cursor() as cursor:
            cursor.execute(_SENT, {"accounts": accounts, "first": first})
            self._sent = {(account_id, sent_on): int(t) for account_id, sent_on, t in cursor.fetchall()}

    def pending(self, act: Act) -> PendingTransfer | None:
        """The transfer that waited and that this act is to carry out."""
        number = act.arguments.get(delays.DELAYED)
        return None if number is None else self.waiting.get(int(number))

    def facts(self, act: Act, source: Place | None, target: Place | None) -> Facts:
        """What rules may ask about the transfer beyond its accounts, its unit and its terms."""
        facts: Facts = {}
        row = self.pending(act)
        if delays.DELAYED in act.arguments:
            facts = {"transfer.is_execution": True} | delays.facts_of(row, int(act.arguments[delays.DELAYED]))
        if source is None:
            return facts
        if target is not None and source.account.holder_key == target.account.holder_key:
            facts["transfer.same_holder"] = True
        if self._trusts and target is not None:
            since = self._trusted.get((source.account.id, target.account.id))
            facts["transfer.to_is_trusted"] = since is not None and since <= act.day
        return facts | (self._sent_facts(act, source, row) if self._counts else {})

    def _sent_facts(self, act: Act, source: Place, row: PendingTransfer | None) -> Facts:
        """The sums without the transfer itself, also when it is carried out."""
        first = act.day - (self._rulebook.transfer_period_days(act.day) - 1) * _ONE_DAY
        days = {sent_on: t for (account_id, sent_on), t in self._sent.items() if account_id == source.account.id}
        if row is not None and row.proposed_on in days:
            days[row.proposed_on] -= row.quantity_t
        return {
            "transfer.sent_today_t": days.get(act.day, 0),
            "transfer.sent_in_period_t": sum(t for sent_on, t in days.items() if first <= sent_on <= act.day),
        }

    def sent(self, act: Act, source: Place, quantity_t: int) -> None:
        """Count a transfer that was allowed, for the acts after it."""
        if self._counts and delays.DELAYED not in act.arguments:
            at = (source.account.id, act.day)
            self._sent[at] = self._sent.get(at, 0) + quantity_t
