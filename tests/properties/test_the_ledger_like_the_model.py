"""The ledger in the database and a ledger in plain Python say the same, whatever is done to them in whatever order."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from itertools import count
from typing import Any
from uuid import UUID, uuid4

from django.db import transaction
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from tanso.kernel.serials import SerialRange, append, take, total_t
from tanso.ledger import actions, as_of, queries
from tanso.ledger.errors import LedgerError
from tanso.ledger.records import Account, AccountEvent, Order
from tests.properties.ledger_model import LedgerModel, ModelAccount, ModelPosting, Queue, Refused, State, numbers

FIRST_DAY = date(2020, 4, 1)
NOBODY = 10**12  # the id of no account and of no unit class
worlds = count(1)

places = st.integers(0, 7)  # which account: counted round; the last one more than there are is nobody
# From one account to another, and now and then to itself: also one that is nobody's or closed.
two_places = st.one_of(st.tuples(places, places), places.map(lambda place: (place, place)))
amounts = st.integers(-1, 40)
days = st.integers(0, 5).map(lambda more: FIRST_DAY + timedelta(days=more))
namings = st.sampled_from(
    [
        "first in",
        "first in",
        "from the back",
        "here and there",
        "here and there",
        "too many",
        "twice",
        "not held",
        "too few",
    ]
)
kinds = st.sampled_from([None, "plain", "other"])
statuses = st.sampled_from([None, "open", "open", "closed"])
frozen_operations = st.lists(st.sampled_from(["transfer", "surrender"]), max_size=2)
orders = st.tuples(two_places, st.integers(0, 2), amounts, days)


class Ledger(RuleBasedStateMachine):
    """Does everything twice, and compares what comes back and what is there afterwards."""

    def __init__(self) -> None:
        super().__init__()
        self.world = f"world-{next(worlds)}"
        self.model = LedgerModel()
        self.unit_classes: list[int] = []
        self.acts: dict[int, UUID] = {}
        for role in ("issuance", "holding", "holding", "surrender"):
            self.open(role=role, by_number=True)
        for _ in range(2):
            self.define_class(phase=len(self.unit_classes))
        for unit_class in self.unit_classes:  # something to move from the first step on
            for holder in (1, 2):
                self._post(self._account(0), self._account(holder), unit_class, 300, FIRST_DAY, None)

    def _account(self, place: int) -> int:
        ids = [*self.model.accounts, NOBODY]
        return ids[place % len(ids)]

    def _unit_class(self, place: int) -> int:
        ids = [*self.unit_classes, NOBODY]
        return ids[place % len(ids)]

    def _open_holders(self) -> list[int]:
        return [
            account
            for account, known in self.model.accounts.items()
            if known.now.status == "open" and not known.is_issuance
        ]

    def _holding(self, place: int) -> tuple[int, int]:
        """An account and class with units, counted round among those of open accounts; else nobody and none."""
        held = [
            (account, unit_class)
            for (account, unit_class), queue in self.model.queues.items()
            if queue and account in self._open_holders()
        ]
        return held[place % len(held)] if held else (NOBODY, NOBODY)

    # What is done

    @rule(role=st.sampled_from(["holding", "holding", "cancellation", "issuance"]), by_number=st.booleans())
    @precondition(lambda self: len(self.model.accounts) < 7)
    def open(self, role: str, by_number: bool) -> None:
        numbers = {account.number for account in self.model.accounts.values()}
        number = f"{self.world}-{len(numbers)}" if by_number else None
        account = actions.open_account(
            act_id=uuid4(),
            scheme=self.world,
            number=number,
            number_format=f"{self.world}/{{n}}",
            first_number=1001,
            kind="plain",
            role=role,
            holder_key=f"{self.world}/{len(numbers) % 2}",
            day=FIRST_DAY,
        )
        allotted = sum("/" in known for known in numbers)
        assert account.number == (number or f"{self.world}/{1001 + allotted}")
        self.model.accounts[account.id] = ModelAccount(account.number, role, [(FIRST_DAY, State())])

    @rule(place=places)
    def open_under_a_taken_number(self, place: int) -> None:
        known = self.model.accounts.get(self._account(place))
        if known is not None:
            self._both(
                lambda: self.model.check_number(known.number),
                lambda: actions.open_account(
                    act_id=uuid4(), scheme=self.world, number=known.number, kind="plain", day=FIRST_DAY
                ),
            )

    @rule(place=places, kind=kinds, status=statuses, day=days)
    def change(self, place: int, kind: str | None, status: str | None, day: date) -> None:
        account = self._account(place)
        self._both(
            lambda: self.model.change(account, day, kind=kind, status=status),
            lambda: actions.change_account(act_id=uuid4(), account=account, kind=kind, status=status, day=day),
        )

    @rule(place=places, operations=frozen_operations, until=st.sampled_from([None, FIRST_DAY]), day=days)
    def freeze(self, place: int, operations: list[str], until: date | None, day: date) -> None:
        account = self._account(place)
        restricted = tuple(sorted(set(operations)))
        status = "open" if restricted else "frozen"
        self._both(
            lambda: self.model.change(account, day, status=status, restricted=restricted, reason="r", until=until),
            lambda: actions.freeze(
                act_id=uuid4(), account=account, day=day, reason="r", operations=operations, until=until
            ),
        )

    @rule(place=places, day=days)
    def unfreeze(self, place: int, day: date) -> None:
        account = self._account(place)
        self._both(
            lambda: self.model.change(account, day, status="open", restricted=(), reason="r"),
            lambda: actions.unfreeze(act_id=uuid4(), account=account, day=day, reason="r"),
        )

    @rule()
    def open_all_again(self) -> None:
        """Accounts that stay closed or frozen would end most stories early."""
        for place, known in enumerate(self.model.accounts.values()):
            if known.now.status != "open":
                self.change(place, None, "open", known.events[-1][0])

    @rule(phase=st.integers(0, 2))
    def define_class(self, phase: int) -> None:
        unit_class = actions.unit_class(scheme=self.world, unit_type="U", phase=phase)
        if phase < len(self.unit_classes):
            assert unit_class.id == self.unit_classes[phase]
        else:
            phase = len(self.unit_classes)
            unit_class = actions.unit_class(scheme=self.world, unit_type="U", phase=phase)
            self.unit_classes.append(unit_class.id)
            self.model.next_serial[unit_class.id] = 1

    @rule(receiver=places, unit_class=st.integers(0, 2), quantity_t=amounts, day=days)
    def issue(self, receiver: int, unit_class: int, quantity_t: int, day: date) -> None:
        self._post(self._account(0), self._account(receiver), self._unit_class(unit_class), quantity_t, day, None)

    @rule(ends=two_places, unit_class=st.integers(0, 2), quantity_t=amounts, naming=namings, day=days)
    def post(self, ends: tuple[int, int], unit_class: int, quantity_t: int, naming: str, day: date) -> None:
        source, target = map(self._account, ends)
        chosen = self._unit_class(unit_class)
        serials = named(self.model.queue(source, chosen), quantity_t, naming)
        self._post(source, target, chosen, quantity_t, day, serials)

    @rule(source=places, towards=places, share=st.integers(1, 8), naming=namings)
    def post_what_is_there(self, source: int, towards: int, share: int, naming: str) -> None:
        """Most quantities drawn blindly are refused; here a part, or all, of what an open account holds."""
        holder, unit_class = self._holding(source)
        queue = self.model.queue(holder, unit_class)
        quantity_t = max(1, total_t(queue) * share // 8)
        others = [account for account in self._open_holders() if account != holder]
        receiver = others[towards % len(others)] if others else NOBODY
        self._post(holder, receiver, unit_class, quantity_t, FIRST_DAY, named(queue, quantity_t, naming))

    @rule(wanted=st.lists(orders, min_size=1, max_size=12))
    def post_batch(self, wanted: list[tuple[tuple[int, int], int, int, date]]) -> None:
        """Orders that depend on one another, the impossible ones among them."""
        self._post_batch(
            [
                Order(uuid4(), *map(self._account, ends), self._unit_class(unit_class), quantity_t, day)
                for ends, unit_class, quantity_t, day in wanted
            ]
        )

    @rule(source=places, towards=places, pieces=st.integers(70, 250))
    def shred(self, source: int, towards: int, pieces: int) -> None:
        """Single units, in turn from an account and new ones: a queue of more ranges than a head and a segment hold."""
        holder, unit_class = self._holding(source)
        others = [account for account in self._open_holders() if account != holder]
        receiver = others[towards % len(others)] if others else NOBODY
        self._post_batch(
            [
                Order(uuid4(), (holder, self._account(0))[n % 2], receiver, unit_class, 1, FIRST_DAY)
                for n in range(pieces)
            ]
        )

    @rule(back=st.integers(0, 6), day=days)
    def reverse(self, back: int, day: date) -> None:
        """One of the latest postings, or one that is not there."""
        ids = [NOBODY, *self.model.journal]
        posting_id = ids[max(0, len(ids) - 1 - back)]
        posted = self._both(
            lambda: self.model.reverse(posting_id, day),
            lambda: actions.reverse(act_id=uuid4(), posting_id=posting_id, day=day),
        )
        if posted is not None:
            expected, posting = posted
            assert numbers(posting.serials) == numbers(expected.serials)
            self._record(posting.id, posting.act_id, expected)

    def _post_batch(self, wanted: list[Order]) -> None:
        expected: list[ModelPosting | str] = []
        for order in wanted:
            try:
                expected.append(self.model.post(*order[1:5], day=order.day))
            except Refused as refusal:
                expected.append(refusal.code)
        with transaction.atomic():
            result = actions.post_batch(wanted, with_serials=True)
        assert result.serials is not None
        assert {index: error.code for index, error in result.refusals.items()} == {
            index: answer for index, answer in enumerate(expected) if isinstance(answer, str)
        }
        for order, answer, posting_id, serials in zip(
            wanted, expected, result.posting_ids, result.serials, strict=True
        ):
            if isinstance(answer, str):
                assert (posting_id, serials) == (None, None)
            else:
                assert serials == answer.serials
                assert posting_id is not None
                self._record(posting_id, order.act_id, answer)

    def _post(  # noqa: PLR0917
        self, source: int, target: int, unit_class: int, quantity_t: int, day: date, serials: Queue | None
    ) -> None:
        posted = self._both(
            lambda: self.model.post(source, target, unit_class, quantity_t, day=day, serials=serials),
            lambda: actions.post(
                act_id=uuid4(),
                from_account=source,
                to_account=target,
                unit_class=unit_class,
                quantity_t=quantity_t,
                day=day,
                serials=serials,
            ),
        )
        if posted is not None:
            expected, posting = posted
            assert posting.serials == expected.serials
            self._record(posting.id, posting.act_id, expected)

    def _record(self, posting_id: int, act_id: UUID, expected: ModelPosting) -> None:
        assert not self.model.journal or posting_id > max(self.model.journal)
        self.model.journal[posting_id] = expected
        self.acts[posting_id] = act_id

    def _both(self, in_model: Any, in_database: Any) -> tuple[Any, Any] | None:
        """Do it in both. None where both refuse for the same reason."""
        expected = actual = None
        refused = said = ""
        try:
            expected = in_model()
        except Refused as refusal:
            refused = refusal.code
        try:
            with transaction.atomic():
                actual = in_database()
        except LedgerError as error:
            said = error.code
        assert said == refused
        return None if refused else (expected, actual)

    # What can be read

    @invariant()
    def every_account_holds_the_same_serials_in_the_same_order(self) -> None:
        held = queries.holdings(self.model.accounts)
        for account in self.model.accounts:
            found = {holding.unit_class.id: joined(holding.serials) for holding in held[account]}
            assert found == {
                unit_class: joined(queue)
                for (holder, unit_class), queue in self.model.queues.items()
                if holder == account and queue
            }
            assert all(holding.quantity_t == total_t(holding.serials) for holding in held[account])

    def teardown(self) -> None:
        self._compare_accounts()
        self._compare_journals()
        self._compare_totals()
        self._compare_days_gone_by()

    def _compare_accounts(self) -> None:
        for account_id, known in self.model.accounts.items():
            account = queries.account_by_number(known.number)
            assert account is not None
            assert (account.id, account.role, state_of(account)) == (account_id, known.role, known.now)
            assert [(event.day, state_of(event)) for event in queries.account_events(account_id)] == known.events
            for phase, unit_class in enumerate(self.unit_classes):
                assert queries.balance_t(account_id, "U", phase) >= total_t(self.model.queue(account_id, unit_class))

    def _compare_days_gone_by(self) -> None:
        for day in (FIRST_DAY + timedelta(days=more) for more in range(6)):
            held = as_of.holdings(self.model.accounts, day=day)
            states = as_of.status(self.model.accounts, day=day)
            for account, known in self.model.accounts.items():
                assert state_of(states[account]) == [state for since, state in known.events if since <= day][-1]
                if known.is_issuance:
                    continue
                found = {holding.unit_class.id: numbers(holding.serials) for holding in held[account]}
                expected = {
                    unit_class: set(+self.model.held_at_the_end_of(day, account, unit_class))
                    for unit_class in self.unit_classes
                }
                assert found == {unit_class: serials for unit_class, serials in expected.items() if serials}

    def _compare_journals(self) -> None:
        until = FIRST_DAY + timedelta(days=3)
        for account in self.model.accounts:
            for from_day, to_day in ((None, None), (FIRST_DAY, until), (until, None)):
                found = queries.journal_of(account, from_day, to_day)
                expected = {
                    posting_id: posting
                    for posting_id, posting in self.model.journal.items()
                    if account in (posting.source, posting.target)
                    and (from_day or posting.day) <= posting.day
                    and (to_day is None or posting.day < to_day)
                }
                assert [entry.posting.id for entry in found] == list(expected)
                for entry in found:
                    posting, row = expected[entry.posting.id], entry.posting
                    assert (row.from_account_id, row.to_account_id, row.unit_class_id, row.serials, row.valid_day) == (
                        posting.source,
                        posting.target,
                        posting.unit_class,
                        posting.serials,
                        posting.day,
                    )
                    assert row.act_id == self.acts[row.id]
                    assert row.quantity_t == posting.quantity_t

    def _compare_totals(self) -> None:
        roles = {account: known.role for account, known in self.model.accounts.items()}
        found = {total.unit_class.id: total for total in queries.totals(self.world)}
        for unit_class in self.unit_classes:
            by_role: dict[str, int] = {}
            for (account, held_class), queue in self.model.queues.items():
                if held_class == unit_class and queue:
                    by_role[roles[account]] = by_role.get(roles[account], 0) + total_t(queue)
            issued_t = self.model.next_serial[unit_class] - 1
            assert sum(by_role.values()) == issued_t
            if issued_t:
                assert (found[unit_class].issued_t, dict(found[unit_class].by_role_t)) == (issued_t, by_role)


def joined(queue: Sequence[SerialRange]) -> Queue:
    """A queue whose neighbouring ranges are one where they continue each other: how it is cut up means nothing."""
    return append((), queue)


def state_of(account: Account | AccountEvent) -> State:
    return State(account.kind, account.status, account.restricted, account.reason, account.until)


def named(queue: Sequence[SerialRange], quantity_t: int, naming: str) -> Queue | None:
    """Serials to name out of a queue: none, some from its back, or ones that must be refused."""
    if naming == "first in" or quantity_t < 1:
        return None
    if naming == "not held" or total_t(queue) < quantity_t:
        return (SerialRange(10_000, 10_000 + quantity_t),)
    if naming == "here and there":  # every other range, and then as much of the rest as is missing
        some, more = take((*queue[1::2], *queue[::2]), quantity_t)
        return tuple(sorted(some))
    some, more = take(tuple(reversed(queue)), quantity_t)
    if naming == "too many":
        return (*some, *(more[:1] or (SerialRange(10_000, 10_001),)))
    if naming in {"too few", "twice"} and quantity_t > 1:
        fewer, _ = take(some, quantity_t - 1)
        again = SerialRange(some[0].start, some[0].start + 1)
        return fewer if naming == "too few" else (*fewer, again)
    return some


def test_whatever_is_done_the_ledger_does_what_the_model_does(database: object) -> None:
    run_state_machine_as_test(Ledger)
    assert queries.verify() == []
