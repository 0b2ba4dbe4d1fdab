"""A ledger in plain Python: what `tanso.ledger` must do, written for reading and not for speed.

It knows accounts with their history, unit classes, queues of serials, and a journal. Where an act is refused it raises
`Refused` with the code of the first reason in the documented order, and nothing has changed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from tanso.kernel.serials import SerialRange, append, take, total_t

Queue = tuple[SerialRange, ...]


class Refused(Exception):  # noqa: N818 (it is no error here)
    """The ledger refuses."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True)
class State:
    """What an account is, from a day on."""

    kind: str = "plain"
    status: str = "open"
    restricted: tuple[str, ...] = ()
    reason: str = ""
    until: date | None = None


@dataclass
class ModelAccount:
    """An account with its history; the last state is that of now."""

    number: str
    role: str
    events: list[tuple[date, State]]

    @property
    def now(self) -> State:
        return self.events[-1][1]

    @property
    def is_issuance(self) -> bool:
        return self.role == "issuance"


@dataclass(frozen=True)
class ModelPosting:
    source: int
    target: int
    unit_class: int
    serials: Queue
    day: date
    reverses: int | None = None

    @property
    def quantity_t(self) -> int:
        return total_t(self.serials)


@dataclass
class LedgerModel:
    """Accounts and unit classes by the ids that the real ledger gave them."""

    accounts: dict[int, ModelAccount] = field(default_factory=dict)
    next_serial: dict[int, int] = field(default_factory=dict)
    queues: dict[tuple[int, int], Queue] = field(default_factory=dict)
    journal: dict[int, ModelPosting] = field(default_factory=dict)

    def queue(self, account: int, unit_class: int) -> Queue:
        return self.queues.get((account, unit_class), ())

    def check_number(self, number: str) -> None:
        if any(account.number == number for account in self.accounts.values()):
            raise Refused("ledger.account_number")

    def change(
        self,
        account: int,
        day: date,
        *,
        kind: str | None = None,
        status: str | None = None,
        restricted: tuple[str, ...] | None = None,
        reason: str = "",
        until: date | None = None,
    ) -> None:
        known = self.accounts.get(account)
        if known is None:
            raise Refused("ledger.unknown_account")
        new = replace(known.now, kind=kind or known.now.kind)
        if status is not None or restricted is not None:
            new = State(new.kind, status or new.status, restricted or (), reason, until)
        if day < known.events[-1][0] or new == known.now:
            raise Refused("ledger.account_event")
        known.events.append((day, new))

    def post(
        self,
        source: int,
        target: int,
        unit_class: int,
        quantity_t: int,
        *,
        day: date,
        serials: Sequence[SerialRange] | None = None,
        reverses: int | None = None,
    ) -> ModelPosting:
        """The posting as it will stand in the journal, once somebody enters it there with its number."""
        self._check_before(source, target, quantity_t)
        if self.accounts[source].is_issuance and serials is not None:
            raise Refused("ledger.serials_refused")
        if unit_class not in self.next_serial:
            raise Refused("ledger.unknown_unit_class")
        if self.accounts[source].is_issuance:
            first = self.next_serial[unit_class]
            moved: Queue = (SerialRange(first, first + quantity_t),)
            rest: Queue = ()
        else:
            moved, rest = self._pick(self.queue(source, unit_class), quantity_t, serials)
        if self.accounts[source].is_issuance:
            self.next_serial[unit_class] += quantity_t
        else:
            self.queues[source, unit_class] = rest
        moved = append((), moved)
        self.queues[target, unit_class] = append(self.queue(target, unit_class), moved)
        return ModelPosting(source, target, unit_class, moved, day, reverses)

    def reverse(self, posting_id: int, day: date) -> ModelPosting:
        old = self.journal.get(posting_id)
        if (
            old is None
            or old.reverses is not None
            or any(posting.reverses == posting_id for posting in self.journal.values())
            or day < old.day
            or self.accounts[old.source].is_issuance
        ):
            raise Refused("ledger.reversal")
        return self.post(
            old.target,
            old.source,
            old.unit_class,
            old.quantity_t,
            day=day,
            serials=old.serials,
            reverses=posting_id,
        )

    def held_at_the_end_of(self, day: date, account: int, unit_class: int) -> Counter[int]:
        """How often each serial had come in more than it had gone out, by what counts on or before the day."""
        held: Counter[int] = Counter()
        for posting in self.journal.values():
            if posting.unit_class == unit_class and posting.day <= day and account in {posting.source, posting.target}:
                for number in numbers(posting.serials):
                    held[number] += 1 if posting.target == account else -1
        return held

    def _check_before(self, source: int, target: int, quantity_t: int) -> None:
        if quantity_t < 1:
            raise Refused("ledger.quantity_not_positive")
        if source == target:
            raise Refused("ledger.same_account")
        if source not in self.accounts or target not in self.accounts:
            raise Refused("ledger.unknown_account")
        if any(self.accounts[account].now.status != "open" for account in (source, target)):
            raise Refused("ledger.account_not_open")
        if self.accounts[target].is_issuance:
            raise Refused("ledger.issuance_is_one_way")

    def _pick(self, queue: Queue, quantity_t: int, serials: Sequence[SerialRange] | None) -> tuple[Queue, Queue]:
        if total_t(queue) < quantity_t:
            raise Refused("ledger.insufficient_units")
        if serials is None:
            return take(queue, quantity_t)
        named = numbers(serials)
        if total_t(serials) != quantity_t or len(named) != quantity_t:  # one of them twice
            raise Refused("ledger.serials_refused")
        if not named <= numbers(queue):
            raise Refused("ledger.serials_not_held")
        return _parted(queue, named)


def numbers(queue: Sequence[SerialRange]) -> set[int]:
    """Every single serial number."""
    return {number for part in queue for number in range(part.start, part.end)}


def _parted(queue: Queue, wanted: set[int]) -> tuple[Queue, Queue]:
    """The wanted serials in the queue's order, and what stays: number by number, slow and plain."""
    taken: list[SerialRange] = []
    rest: list[SerialRange] = []
    for part in queue:
        for pile, is_wanted in ((taken, True), (rest, False)):
            singles = [SerialRange(n, n + 1) for n in range(part.start, part.end) if (n in wanted) is is_wanted]
            pile.extend(append((), singles))
    return tuple(taken), tuple(rest)
