"""Live a replay: each row of the table becomes acts that come through the door in batches, on their days.

What the table says is entered; what it does not say (which units an account lacks, and so buys) is read from the
ledger, year by year. Acts have ids that follow from the replay.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from itertools import islice
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from tanso.acts import Act, Actor, outbox, pass_time, perform_batch
from tanso.interfaces.cli.replays.reader import Replay, Row
from tanso.interfaces.cli.stories.errors import StoryWentWrongError
from tanso.interfaces.ledger_check import check_after_batch
from tanso.kernel.outcomes import Outcome
from tanso.kernel.texts import Text
from tanso.ledger import queries as ledger
from tanso.ledger.queries import HeldByHolder
from tanso.parties import actions as parties
from tanso.parties import queries as logins
from tanso.rulebook import Rulebook, library

AT_ONCE = 10_000
# What is done and of how many steps, and in which year.
Progress = Callable[[int, int, int], None]
# The steps of a year, for the progress bar: eight days, and the statuses.
STEPS_A_YEAR = 9


@dataclass(slots=True)
class Lived:
    """What a replay took: acts by operation."""

    acts: Counter[str] = field(default_factory=Counter)


def live(
    replay: Replay, *, progress: Progress = lambda *_: None, step: Callable[[str], None] = lambda _: None
) -> Lived:
    """Live the replay in the connected database, which has nobody of it yet.

    `progress` is told how far it is, `step` the name of each step before it begins. Raises StoryWentWrongError where an
    act is refused.
    """
    life = _Life(replay, progress, step)
    years = replay.years
    with outbox.held_back():
        for year in range(years[0], years[-1] + 2):
            life.live(year)
    return life.lived


class _Life:
    """One run through a replay, calendar year by calendar year: its own business, and that of the year before."""

    def __init__(self, replay: Replay, progress: Progress, step: Callable[[str], None]) -> None:
        self._replay = replay
        self._shape = replay.shape
        self._rulebook: Rulebook = library().get(replay.shape.scheme)
        self._progress = progress
        self._step = step
        self._administrator = logins.actor_of(parties.add_administrator(login_id="registry", person="Registry"))
        self._logins: dict[str, Actor] = {}
        self._done = 0
        self.lived = Lived()

    def live(self, year: int) -> None:
        """Everything that happens in a calendar year, in order of its days."""
        days, after = self._shape.days, self._shape.days_after
        mine, before = self._replay.rows.get(year, []), self._replay.rows.get(year - 1, [])
        self._on(year, days.open_year, self._register(year, mine))
        self._on(year, days.open_year, self._open_year(year, mine))
        self._on(year, days.open_year, self._exclude(year, mine))
        self._on(year, days.allocate, self._allocate(year, mine))
        self._on(year, after.record_emissions, self._record(year - 1, before))
        self._on(year, after.buy, self._buy(year - 1, before))
        self._on(year, after.surrender, self._surrender(year - 1, before))
        self._pass_time(_day(year, after.status))
        self._on(year, days.sell, self._stock(year, mine))

    # -- one step after the other -------------------------------------------------------------------------------------

    def _pass_time(self, day: date) -> None:
        self._step("state")
        outcomes = pass_time(self._shape.scheme, day)
        self.lived.acts.update(outcome.operation for outcome in outcomes)
        self._tell(day.year)

    def _on(self, year: int, month_day: str, acts: Iterator[tuple[str, str, Actor, dict[str, Any]]]) -> None:
        """Perform the acts of one day in batches, in order."""
        day = _day(year, month_day)
        first = next(acts, None)
        if first is not None:
            self._step(first[0])
            pass_time(self._shape.scheme, day)
            self._perform(day, _chained(first, acts))
        self._tell(year)

    def _perform(self, day: date, wanted: Iterable[tuple[str, str, Actor, dict[str, Any]]]) -> None:
        scheme, name = self._shape.scheme, self._replay.name
        acts = (
            Act(
                id=uuid5(NAMESPACE_URL, f"replay/{scheme}/{name}/{day}/{operation}/{identity}"),
                scheme=scheme,
                operation=operation,
                arguments=arguments,
                day=day,
                actor=actor,
            )
            for operation, identity, actor, arguments in wanted
        )
        while batch := list(islice(acts, AT_ONCE)):
            for act, outcome in zip(batch, perform_batch(batch), strict=True):
                self.lived.acts[act.operation] += 1
                if not outcome.ok:
                    raise _refused(act, outcome)
                if act.operation == "register_participant":
                    self._remember(act.arguments["key"], outcome)
            # A difference freezes its accounts: what comes next for them is refused, and the replay ends there.
            check_after_batch()

    def _tell(self, year: int) -> None:
        self._done += 1
        years = self._replay.years
        self._progress(self._done, STEPS_A_YEAR * (years[-1] - years[0] + 2), year)

    def _remember(self, key: str, registered: Outcome) -> None:
        login = registered.result["logins"]["A"]
        self._logins[key] = Actor(role="participant", login=login, participant=key, letter="A")

    # -- what happens -------------------------------------------------------------------------------------------------

    def _register(self, year: int, rows: list[Row]) -> Iterator[tuple[str, str, Actor, dict[str, Any]]]:
        seller = self._shape.seller
        if seller.key not in self._logins and rows:
            first = {"key": seller.key, "kind": seller.kind, "name": seller.name}
            yield "register_participant", seller.key, self._administrator, first
        for row in rows:
            if row.participant not in self._logins:
                arguments: dict[str, Any] = {
                    "key": row.participant,
                    "kind": self._shape.holders.kind,
                    "name": row.participant,
                    "attributes": row.attributes,
                }
                yield "register_participant", row.participant, self._administrator, arguments

    def _open_year(self, year: int, rows: list[Row]) -> Iterator[tuple[str, str, Actor, dict[str, Any]]]:
        """Who answers for the year: one list of each group."""
        groups: dict[str, list[str]] = {}
        for row in rows:
            groups.setdefault(row.group, []).append(row.participant)
        for group, keys in groups.items():
            yield "open_year", group, self._administrator, {"fiscal_year": year, "participants": keys}

    def _exclude(self, year: int, rows: list[Row]) -> Iterator[tuple[str, str, Actor, dict[str, Any]]]:
        for row in rows:
            if row.is_excluded:
                arguments = {"participant": row.participant, "fiscal_year": year, "reason": "Excluded"}
                yield "exclude_year", row.participant, self._administrator, arguments

    def _allocate(self, year: int, rows: list[Row]) -> Iterator[tuple[str, str, Actor, dict[str, Any]]]:
        unit = f"{self._shape.allowance}/{self._phase(year)}"
        held: Mapping[str, HeldByHolder] = self._held() if rows else {}
        for row in rows:
            if row.allocated_t:
                arguments = {"account": self._at(held, row).number, "unit": unit, "quantity_t": row.allocated_t}
                yield "issue", row.participant, self._administrator, arguments

    def _record(self, year: int, rows: list[Row]) -> Iterator[tuple[str, str, Actor, dict[str, Any]]]:
        for row in rows:
            if row.emissions_t is not None:
                arguments = {"participant": row.participant, "fiscal_year": year, "emissions_t": row.emissions_t}
                yield "record_emissions", row.participant, self._administrator, arguments

    def _stock(self, year: int, rows: list[Row]) -> Iterator[tuple[str, str, Actor, dict[str, Any]]]:
        """What the seller needs so that everybody can buy what it lacks at the end of the year."""
        held: Mapping[str, HeldByHolder] = self._held() if rows else {}
        lacked: Counter[str] = Counter()
        for row in rows:
            lacked.update(self._lacked(year, row, self._at(held, row).held_t))
        for unit, lacked_t in lacked.items():
            in_stock_t = held[self._key(self._shape.seller.key)].held_t.get(unit, 0)
            if lacked_t > in_stock_t:
                account = held[self._key(self._shape.seller.key)].number
                arguments = {"account": account, "unit": unit, "quantity_t": lacked_t - in_stock_t}
                yield "issue", f"stock/{unit}", self._administrator, arguments

    def _buy(self, year: int, rows: list[Row]) -> Iterator[tuple[str, str, Actor, dict[str, Any]]]:
        held: Mapping[str, HeldByHolder] = self._held() if rows else {}
        seller = self._shape.seller.key
        for row in rows:
            here = self._at(held, row)
            for unit, lacked_t in self._lacked(year, row, here.held_t).items():
                arguments = {
                    "from": held[self._key(seller)].number,
                    "to": here.number,
                    "unit": unit,
                    "quantity_t": lacked_t,
                }
                yield "transfer", f"{row.participant}/{unit}", self._logins[seller], arguments

    def _surrender(self, year: int, rows: list[Row]) -> Iterator[tuple[str, str, Actor, dict[str, Any]]]:
        held: Mapping[str, HeldByHolder] = self._held() if rows else {}
        for row in rows:
            here = self._at(held, row)
            for unit, quantity_t in self._surrendered(year, row, here.held_t):
                arguments = {
                    "account": here.number, "fiscal_year": year, "unit": unit, "quantity_t": quantity_t
                }  # fmt: skip
                yield "surrender_for_year", f"{row.participant}/{unit}", self._logins[row.participant], arguments

    # -- what is worked out -------------------------------------------------------------------------------------------

    def _lacked(self, year: int, row: Row, held_t: Mapping[str, int]) -> dict[str, int]:
        """What the account must come by, of the last of the allowances that serve the year and of other units."""
        units = self._shape.allowances[self._phase(year)]
        wanted = {
            units[-1]: row.surrendered_t - sum(held_t.get(unit, 0) for unit in units),
            row.other_unit: row.other_t - held_t.get(row.other_unit, 0),
        }
        return {unit: lacked_t for unit, lacked_t in wanted.items() if lacked_t > 0}

    def _surrendered(self, year: int, row: Row, held_t: Mapping[str, int]) -> Iterator[tuple[str, int]]:
        """What is surrendered of each unit: allowances in the order of the replay, and other units."""
        owed_t = row.surrendered_t
        for unit in self._shape.allowances[self._phase(year)]:
            quantity_t = min(owed_t, held_t.get(unit, 0))
            owed_t -= quantity_t
            if quantity_t:
                yield unit, quantity_t
        if row.other_t:
            yield row.other_unit, row.other_t

    def _phase(self, year: int) -> int:
        return self._rulebook.calendar.phase_of_year(year)

    def _held(self) -> dict[str, HeldByHolder]:
        return ledger.held_by_holder(self._shape.scheme)

    def _key(self, participant: str) -> str:
        return f"{self._shape.scheme}/{participant}"

    def _at(self, held: Mapping[str, HeldByHolder], row: Row) -> HeldByHolder:
        return held[self._key(row.participant)]


def _chained(first: Any, rest: Iterator[Any]) -> Iterator[Any]:
    yield first
    yield from rest


def _day(year: int, month_day: str) -> date:
    return date.fromisoformat(f"{year}-{month_day}")


def _refused(act: Act, outcome: Outcome) -> StoryWentWrongError:
    headline = outcome.headline
    said = Text("", "") if headline is None else headline.message
    codes = ", ".join(outcome.codes)
    return StoryWentWrongError(
        code="example.refused",
        message=Text(
            ja=f"{act.day} {act.operation} は断られました。{said.ja}（{codes}）",
            en=f"{act.day}: {act.operation} was refused. {said.en} ({codes})",
        ),
        facts={"act": str(act.id), "arguments": dict(act.arguments)},
    )
