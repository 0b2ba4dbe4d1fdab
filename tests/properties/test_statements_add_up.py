"""Opening balance + what moved = closing balance, for any story and any period; and every tonne's life leads to where
the holdings have it. Neither is computed from the other."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import count
from uuid import uuid4

from hypothesis import given
from hypothesis import strategies as st

from tanso.ledger import actions, queries
from tanso.ledger.life import life_of
from tanso.ledger.movements import snapshot
from tanso.ledger.records import Account
from tanso.ledger.statement import lines, read

BEGIN = date(2020, 4, 1)
worlds = count(1)

# (source, target, unit class, quantity, day of the year): source 0 is the issuance account. Days come in any order:
# a posting may be valid from an earlier day.
stories = st.lists(
    st.tuples(st.integers(0, 3), st.integers(1, 3), st.integers(0, 1), st.integers(1, 30), st.integers(0, 20)),
    max_size=25,
)
periods = st.tuples(st.integers(-1, 22), st.integers(1, 24))


def opened(number: str, role: str) -> Account:
    return actions.open_account(act_id=uuid4(), scheme="s", number=number, kind="plain", role=role, day=BEGIN)


class Told:
    """A story that the ledger lived through, and who had what by a plain list of numbers."""

    def __init__(self, story: list[tuple[int, int, int, int, int]]) -> None:
        world = next(worlds)
        self.classes = [actions.unit_class(scheme="s", unit_type=name, phase=world) for name in ("U", "V")]
        self.accounts = [opened(f"{world}-{n}", "issuance" if n == 0 else "holding") for n in range(4)]
        self.moved: list[tuple[int, int, int, int, date]] = []  # source, target, class, quantity, day
        held = {(n, kind): 0 for n in range(4) for kind in range(2)}
        for source, target, kind, wanted_t, day in story:
            quantity_t = wanted_t if source == 0 else min(wanted_t, held[source, kind])
            if source == target or quantity_t == 0:
                continue
            valid = BEGIN + timedelta(days=day)
            actions.post(
                act_id=uuid4(),
                from_account=self.accounts[source],
                to_account=self.accounts[target],
                unit_class=self.classes[kind],
                quantity_t=quantity_t,
                day=valid,
            )
            held[source, kind] -= quantity_t
            held[target, kind] += quantity_t
            self.moved.append((source, target, kind, quantity_t, valid))

    def change_t(self, account: int, kind: int, before: date) -> int:
        """What had come in less what had gone out before a day."""
        return sum(
            quantity_t * ((target == account) - (source == account))
            for source, target, of_kind, quantity_t, day in self.moved
            if of_kind == kind and day < before
        )


@given(stories, periods)
def test_opening_balance_and_movements_make_the_closing_balance(
    database: object, story: list[tuple[int, int, int, int, int]], period: tuple[int, int]
) -> None:
    told = Told(story)
    from_day = BEGIN + timedelta(days=period[0])
    to_day = from_day + timedelta(days=period[1])

    for number, account in enumerate(told.accounts):
        with snapshot():
            statement = read(account, from_day, to_day)
            found = list(lines(statement))
            paged = [line for at in range(0, len(found), 3) for line in lines(statement, offset=at, limit=3)]

        assert paged == found, "a page shows the balances that the whole shows"
        assert len(found) == statement.line_count
        assert [line.movement.valid_day for line in found] == sorted(line.movement.valid_day for line in found)
        for kind, unit_class in enumerate(told.classes):
            sums = next((row for row in statement.sums if row.unit_class == unit_class), None)
            changes = [line for line in found if line.movement.unit_class == unit_class]
            opening_t, closing_t = told.change_t(number, kind, from_day), told.change_t(number, kind, to_day)
            if sums is None:
                assert (opening_t, closing_t, changes) == (0, 0, [])
                continue
            assert (sums.opening_t, sums.closing_t) == (opening_t, closing_t)
            assert sums.opening_t + sums.in_t - sums.out_t == sums.closing_t
            assert sums.in_t - sums.out_t == sum(line.change_t for line in changes)
            balance_t = sums.opening_t
            for line in changes:
                balance_t += line.change_t
                assert line.balance_t == balance_t
            assert balance_t == sums.closing_t


@given(stories)
def test_the_life_of_every_tonne_leads_to_the_account_that_holds_it(
    database: object, story: list[tuple[int, int, int, int, int]]
) -> None:
    told = Told(story)

    held = queries.holdings(account.id for account in told.accounts)
    for account_id, holdings in held.items():
        for holding in holdings:
            for part in holding.serials:
                for number in {part.start, part.last}:
                    life = life_of(holding.unit_class, number)
                    assert life.now_at.id == account_id
                    assert life.hops[0].source.role == "issuance"
                    for before, after in zip(life.hops, life.hops[1:], strict=False):
                        assert before.target == after.source
                        assert before.id < after.id
                    assert all(any(number in moved for moved in hop.serials) for hop in life.hops)
