"""The results of each phase: its holders, what they emitted and saved, what moved, and at what price on average.

One question for the administrator, the public page, the command line and the replay of published tables. Which derived
quantities are the base, the target and the actual emissions, and to which phase a movement of units belongs, is the
scheme's (`results.yaml`). Postings that were reversed, and their reversals, are no trades; transfers of a kind that is
no trade (within a group, a correction) are counted apart. What the public may see of it is in `publishing`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db import connection

from tanso.acts import remembering, rulebooks
from tanso.kernel.periods import Period
from tanso.kernel.prices import yen_a_tonne
from tanso.ledger import queries as ledger
from tanso.registry.facts import Subject, subjects
from tanso.registry.queries import derivation_facts
from tanso.rulebook import Rulebook
from tanso.rulebook.calendar import BEGINNING, END

# How many holders are read at once.
_AT_ONCE = 1000


@dataclass(frozen=True, slots=True)
class Traded:
    """Transfers of one kind in a phase. `priced_*` are those that told a price, `price_yen` is the sum of theirs.

    `volume_t` and `average_yen` are None where they are not told to whoever asks.
    """

    kind: str
    is_trade: bool
    count: int
    volume_t: int | None
    priced_count: int
    priced_t: int
    price_yen: int
    priced_sellers: int
    priced_buyers: int
    average_yen: int | None

    @classmethod
    def nothing(cls, kind: str, *, is_trade: bool) -> Traded:
        """No transfer of this kind."""
        return cls(kind, is_trade, 0, 0, 0, 0, 0, 0, 0, None)


@dataclass(frozen=True, slots=True)
class PhaseResults:
    """What came of a phase. Quantities in tonnes; None where nobody has such a figure, or where it is not told.

    Reduction and rate are over the holders whose base and actual emissions are both settled (`compared` of them).
    `statuses` counts what was stated of the years that holders answer for, `undecided` those of which nothing was yet.
    """

    phase: int
    holders: int
    base_t: int | None
    target_t: int | None
    actual_t: int | None
    compared: int
    compared_base_t: int | None
    compared_actual_t: int | None
    issued_t: int | None
    surrendered_t: int | None
    cancelled_t: int | None
    cancelling: int
    statuses: Mapping[str, int] | None
    undecided: int | None
    kinds: tuple[Traded, ...]
    is_told: bool = True

    @property
    def has_something(self) -> bool:
        """Whether anybody answers for the phase or anything moved in it."""
        return bool(self.holders or self.cancelling or any(kind.count for kind in self.kinds))

    @property
    def reduction_t(self) -> int | None:
        """How much less than in the base year was emitted."""
        if self.compared_base_t is None or self.compared_actual_t is None:
            return None
        return self.compared_base_t - self.compared_actual_t

    @property
    def reduction_per_mille(self) -> int | None:
        """The reduction in thousandths of the base, rounded half up away from zero."""
        reduction_t, base_t = self.reduction_t, self.compared_base_t
        if reduction_t is None or not base_t:
            return None
        rate = (2 * abs(reduction_t) * 1000 + base_t) // (2 * base_t)
        return rate if reduction_t >= 0 else -rate

    @property
    def promised_t(self) -> int | None:
        """How much less than in the base year the holders promised to emit."""
        return None if self.base_t is None or self.target_t is None else self.base_t - self.target_t

    @property
    def trades(self) -> Traded:
        """All transfers that are trades, as one."""
        return _together([one for one in self.kinds if one.is_trade])

    @property
    def others(self) -> tuple[Traded, ...]:
        """Transfers that are no trades, by kind."""
        return tuple(one for one in self.kinds if not one.is_trade)


@dataclass(slots=True)
class _Sum:
    """A sum over holders, and over how many."""

    total_t: int = 0
    count: int = 0

    def add(self, value_t: int | None) -> None:
        if value_t is not None:
            self.total_t += value_t
            self.count += 1

    @property
    def value_t(self) -> int | None:
        return self.total_t if self.count else None


@dataclass(slots=True)
class _Phase:
    """A phase while it is added up."""

    holders: set[int] = field(default_factory=set)
    accounts: set[int] = field(default_factory=set)
    statuses: dict[str, int] = field(default_factory=dict)
    undecided: int = 0
    base: _Sum = field(default_factory=_Sum)
    target: _Sum = field(default_factory=_Sum)
    actual: _Sum = field(default_factory=_Sum)
    compared_base: _Sum = field(default_factory=_Sum)
    compared_actual: _Sum = field(default_factory=_Sum)
    issued: _Sum = field(default_factory=_Sum)
    surrendered: _Sum = field(default_factory=_Sum)


def results(scheme: str, day: date, *, phase: int | None = None) -> list[PhaseResults]:
    """The results of the scheme's phases as they stand on `day`, in their order; of one phase where asked.

    Phases that nobody answers for and in which nothing moved are left out, unless asked for. Empty for a scheme that
    does not say what its results are made of.
    """
    rulebook = rulebooks.current(scheme)
    found = of_phases(rulebook, day, tuple(number for number in rulebook.phases if phase in (None, number)))
    return [one for one in found if phase is not None or one.has_something]


def of_phases(rulebook: Rulebook, day: date, phases: tuple[int, ...]) -> list[PhaseResults]:
    """The results of these phases, in their order; worked out anew only after an act."""
    if rulebook.results is None or not phases:
        return []
    about = (rulebook.scheme, rulebook.version, day, phases)
    return remembering.until_next_act("results", *about, work_out=lambda: list(_worked_out(rulebook, day, phases)))


def holders_by_phase(scheme: str) -> dict[int, int]:
    """How many holders answer for each phase; phases without holders are left out."""
    rows = _rows(
        """SELECT obligation.phase, count(DISTINCT obligation.participant_id)
             FROM registry_obligation AS obligation
             JOIN parties_participant AS participant ON participant.id = obligation.participant_id
            WHERE participant.scheme = %s GROUP BY 1""",
        [scheme],
    )
    return {phase: int(holders) for phase, holders in rows}


def _worked_out(rulebook: Rulebook, day: date, wanted: Sequence[int]) -> Iterable[PhaseResults]:
    known = {number: _Phase() for number in wanted}
    _add_obligations(rulebook.scheme, known)
    _add_figures(rulebook, known, day)
    traded, cancelled = _moved(rulebook, day, wanted)
    for number, one in known.items():
        kinds = {name: one_kind for (of, name), one_kind in traded.items() if of == number}
        yield _results(rulebook, number, one, kinds, cancelled.get(number, (0, 0)))


def _results(
    rulebook: Rulebook, number: int, one: _Phase, kinds: Mapping[str, Traded], cancelled: tuple[int, int]
) -> PhaseResults:
    declared = {kind.kind: kind.is_trade for kind in rulebook.transfers.kinds.values()}
    names = [*declared, *(name for name in kinds if name not in declared)]
    return PhaseResults(
        phase=number,
        holders=len(one.holders),
        base_t=one.base.value_t,
        target_t=one.target.value_t,
        actual_t=one.actual.value_t,
        compared=one.compared_base.count,
        compared_base_t=one.compared_base.value_t,
        compared_actual_t=one.compared_actual.value_t,
        issued_t=one.issued.total_t,
        surrendered_t=one.surrendered.total_t,
        cancelled_t=cancelled[0],
        cancelling=cancelled[1],
        statuses=dict(sorted(one.statuses.items())),
        undecided=one.undecided,
        kinds=tuple(kinds.get(name) or Traded.nothing(name, is_trade=_is_trade(rulebook, name)) for name in names),
    )


# The first statement of an obligation is the one of its deadline, and is kept.
_OBLIGATIONS = """
SELECT obligation.phase, obligation.participant_id, obligation.account_id,
       (SELECT stated.status FROM registry_compliancestatement AS stated
         WHERE stated.obligation_id = obligation.id ORDER BY stated.id LIMIT 1)
  FROM registry_obligation AS obligation
  JOIN parties_participant AS participant ON participant.id = obligation.participant_id
 WHERE participant.scheme = %s AND obligation.phase = ANY(%s)
"""


def _add_obligations(scheme: str, known: Mapping[int, _Phase]) -> None:
    for phase, participant, account, status in _rows(_OBLIGATIONS, [scheme, list(known)]):
        one = known[phase]
        one.holders.add(participant)
        one.accounts.add(account)
        if status is None:
            one.undecided += 1
        else:
            one.statuses[status] = one.statuses.get(status, 0) + 1


def _add_figures(rulebook: Rulebook, known: Mapping[int, _Phase], day: date) -> None:
    rule = rulebook.results
    if rule is None:
        raise AssertionError("results are asked for where the scheme says what they are made of")
    wanted = tuple(name for name in (rule.base, rule.actual, rule.target) if name is not None)
    for one in known.values():
        ids = sorted(one.accounts)
        for first in range(0, len(ids), _AT_ONCE):
            accounts = ledger.accounts(ids[first : first + _AT_ONCE])
            for subject in subjects(accounts.values()).values():
                facts = derivation_facts(subject, day)
                derived = rulebook.derive_all(wanted, facts)
                base_t, actual_t = derived[rule.base], derived[rule.actual]
                one.base.add(base_t)
                one.actual.add(actual_t)
                if base_t is not None and actual_t is not None:
                    one.compared_base.add(base_t)
                    one.compared_actual.add(actual_t)
                if rule.target is not None:
                    one.target.add(derived[rule.target])
                _add_units(one, subject)


def _add_units(one: _Phase, subject: Subject) -> None:
    one.issued.add(subject.facts.get("holder.issued_t"))
    one.surrendered.add(subject.facts.get("holder.surrendered_t"))


# -- what moved -------------------------------------------------------------------------------------------------------

_PARTS = """
WITH part AS (
    SELECT * FROM unnest(%(classes)s::bigint[], %(phases)s::integer[], %(first)s::date[], %(behind)s::date[])
        AS part (unit_class_id, phase, first, behind)
), moved AS (
    SELECT part.phase, row.id, row.quantity, source.id AS source, target.id AS target, source.holder_id AS seller,
           target.holder_id AS buyer, source.scheme AS from_scheme, target.scheme AS to_scheme, target.role
      FROM part
      JOIN ledger_journal AS row
        ON row.unit_class_id = part.unit_class_id AND row.valid_day >= part.first AND row.valid_day < part.behind
      JOIN ledger_account AS source ON source.id = row.from_account_id AND source.role = 'holding'
      JOIN ledger_account AS target ON target.id = row.to_account_id
     WHERE row.valid_day <= %(day)s AND row.reverses_id IS NULL
       AND NOT EXISTS (SELECT FROM ledger_journal AS back WHERE back.reverses_id = row.id)
)
"""
_TRADED = f"""{_PARTS}
SELECT phase, kind, count(*), sum(quantity), count(price_yen),
       coalesce(sum(quantity) FILTER (WHERE price_yen IS NOT NULL), 0), coalesce(sum(price_yen), 0),
       count(DISTINCT seller) FILTER (WHERE price_yen IS NOT NULL),
       count(DISTINCT buyer) FILTER (WHERE price_yen IS NOT NULL)
  FROM (SELECT moved.*, terms.price_yen,
               coalesce((SELECT later.kind FROM registry_transferkind AS later
                          WHERE later.journal_id = moved.id ORDER BY later.id DESC LIMIT 1),
                        terms.kind, %(default)s) AS kind
          FROM moved LEFT JOIN registry_transferterms AS terms ON terms.journal_id = moved.id
         WHERE moved.role = 'holding' AND %(scheme)s IN (moved.from_scheme, moved.to_scheme)) AS transfer
 GROUP BY phase, kind ORDER BY phase, kind
"""  # noqa: S608 -- put together from fixed texts
_CANCELLED = f"""{_PARTS}
SELECT phase, sum(quantity), count(DISTINCT seller) FROM moved
 WHERE role = ANY(%(roles)s) AND to_scheme = %(scheme)s GROUP BY phase
"""  # noqa: S608


def _moved(
    rulebook: Rulebook, day: date, wanted: Sequence[int]
) -> tuple[dict[tuple[int, str], Traded], dict[int, tuple[int, int]]]:
    """Transfers by phase and kind; and by phase, how much was cancelled and by how many holders."""
    parts = [part for part in _parts(rulebook) if part[1] in wanted]
    values = {
        "classes": [part[0] for part in parts],
        "phases": [part[1] for part in parts],
        "first": [part[2].start or BEGINNING for part in parts],
        "behind": [part[2].end or END for part in parts],
        "day": day,
        "default": rulebook.transfers.default,
        "scheme": rulebook.scheme,
        "roles": sorted(set(rulebook.purposes.values())),
    }
    traded = {}
    for phase, kind, *sums in _rows(_TRADED, values):
        count, volume_t, priced, priced_t, price_yen, sellers, buyers = (int(value) for value in sums)
        average = yen_a_tonne(price_yen, priced_t) if priced else None
        is_trade = _is_trade(rulebook, kind)
        traded[phase, kind] = Traded(
            kind, is_trade, count, volume_t, priced, priced_t, price_yen, sellers, buyers, average
        )
    cancelled = {phase: (int(total_t), holders) for phase, total_t, holders in _rows(_CANCELLED, values)}
    return traded, cancelled


def _is_trade(rulebook: Rulebook, kind: str) -> bool:
    """Whether transfers of the kind are trades; in a scheme that tells no kinds apart, all are."""
    known = rulebook.transfers.find(kind)
    return kind == "" if known is None else known.is_trade


def _parts(rulebook: Rulebook) -> Iterable[tuple[int, int, Period]]:
    """Of each unit class, the days on which its movements belong to each phase: unit class, phase, days.

    Periods of two phases may overlap. A movement then belongs to the first of the phases whose holders may surrender
    such units: old units are bought for the deadline that is near, new ones cannot be.
    """
    rule = rulebook.results
    if rule is None:
        return
    for class_id, unit_type, unit_phase in _rows("SELECT id, unit_type, phase FROM ledger_unit_class", []):
        unit = rulebook.units.get(unit_type)
        if unit is None:
            continue
        behind: date | None = None
        for number in unit.phases_of_surrender(unit_phase or 0):
            period = rulebook.calendar.period(rule.period, number)
            start = period.start or BEGINNING
            first = start if behind is None else max(start, behind)
            if first < (period.end or END):
                yield class_id, number, Period(first, period.end)
            behind = period.end or END


def _rows(statement: str, values: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return list(cursor.fetchall())


def _together(kinds: Iterable[Traded]) -> Traded:
    """Several kinds as one; told only as far as all of them are. Who traded under two kinds is counted twice."""
    found = list(kinds)
    if len(found) == 1:
        return found[0]
    volumes = [one.volume_t for one in found]
    priced_t, price_yen = sum(one.priced_t for one in found), sum(one.price_yen for one in found)
    told = all(one.average_yen is not None for one in found if one.priced_count)
    return Traded(
        kind="",
        is_trade=True,
        count=sum(one.count for one in found),
        volume_t=None if None in volumes else sum(volume or 0 for volume in volumes),
        priced_count=sum(one.priced_count for one in found),
        priced_t=priced_t,
        price_yen=price_yen,
        priced_sellers=sum(one.priced_sellers for one in found),
        priced_buyers=sum(one.priced_buyers for one in found),
        average_yen=yen_a_tonne(price_yen, priced_t) if priced_t and told else None,
    )
