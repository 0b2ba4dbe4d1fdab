"""The whole examination: everything as of one moment, from the journal and from the catalogues."""

from __future__ import annotations

import tempfile
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from tanso.ledger import guards
from tanso.ledger.differences import Difference
from tanso.ledger.verification import findings, rows
from tanso.ledger.verification.export import Progress, Snapshot, export, snapshot
from tanso.ledger.verification.findings import Names
from tanso.ledger.verification.marks import Mark, Sight, keep, marks_of, sight
from tanso.ledger.verification.recompute import ISSUANCE, Recomputation
from tanso.ledger.verification.replay import Pair, Piece, replay, replay_issuance


class LastPosting(NamedTuple):
    """The latest posting of an account and class that an examination saw."""

    account: int
    unit_class: int
    posting: int


@dataclass(slots=True)
class Examination:
    """What was found; `sound` is where each account and class stands in which nothing was found."""

    differences: list[Difference]
    sound: list[LastPosting] = field(default_factory=list)


@dataclass(slots=True)
class WholeExamination:
    """What was found, and what to remember of it: checkpoints of all that is sound, and how far the snapshot saw."""

    differences: list[Difference]
    marks: list[Mark]
    seen: Sight

    def keep(self) -> None:
        """Write the check down, with its checkpoints, for the quick checks that follow."""
        keep(self.marks, self.seen, is_whole=True, differences=len(self.differences))


def examine(
    *, with_acts: bool = False, marked: bool = False, progress: Progress = lambda _done, _all: None
) -> WholeExamination:
    """Everything: rows, accounts, guards.

    `with_acts` also asks for the record of every act that the journal names; `marked` also makes checkpoints.
    """
    with snapshot() as moment:
        seen = sight(moment)
        found = examine_rows(moment, progress=progress)
        found.differences += rows.differences(moment, with_acts=with_acts)
        marks = marks_of(moment, found.sound) if marked else []
    return WholeExamination([*found.differences, *guards.differences()], marks, seen)


def examine_rows(
    moment: Snapshot, *, accounts: Collection[int] | None = None, progress: Progress = lambda _done, _all: None
) -> Examination:
    """Recompute all accounts from the journal, or some from their own postings alone."""
    with tempfile.TemporaryDirectory(prefix="tanso-verify-") as name:
        folder = Path(name)
        recomputation = Recomputation(folder)
        try:
            export(moment, recomputation, folder, accounts=accounts, progress=progress)
            recomputation.prepare()
            issuing = set(recomputation.issuing_accounts())
            looked_at = None if accounts is None else _with_issuance(accounts, issuing)
            names = Names(moment)
            differences = list(_differences(recomputation, names, looked_at))
            wrong = {(difference.account, difference.unit_class) for difference in differences}
            sound = [
                LastPosting(*row)
                for row in recomputation.last_postings()
                if (looked_at is None or row[0] in looked_at)
                and not (wrong and (names.account(row[0]), names.unit_class(row[1])) in wrong)
            ]
            return Examination(differences, sound)
        finally:
            recomputation.close()


def _with_issuance(accounts: Collection[int], issuing: set[int]) -> set[int]:
    """Issuance is looked at as a whole or not at all."""
    chosen = set(accounts)
    return chosen | {ISSUANCE} if issuing <= chosen else chosen - issuing


def _differences(recomputation: Recomputation, names: Names, accounts: set[int] | None) -> Iterator[Difference]:
    def chosen(account: int) -> bool:
        return accounts is None or account in accounts

    quantities = [row for row in recomputation.wrong_quantities() if chosen(row.account)]
    overdrafts = [row for row in recomputation.overdrafts() if chosen(row.account)]
    yield from findings.of_quantities(quantities, names)
    suspects = {pair for pair in recomputation.suspects() if chosen(pair[0])}
    suspects |= {(row.account, row.unit_class) for row in quantities}
    suspects |= {(row.account, row.unit_class) for row in overdrafts}
    yield from _serial_by_serial(recomputation, sorted(suspects), names)
    yield from findings.of_overdrafts(overdrafts, names)
    yield from findings.of_broken_rows((row for row in recomputation.broken_rows() if chosen(row.account)), names)
    yield from findings.of_reversals((row for row in recomputation.wrong_reversals() if chosen(row.account)), names)


def _serial_by_serial(recomputation: Recomputation, suspects: list[Pair], names: Names) -> Iterator[Difference]:
    if not suspects:
        return
    queues, next_serials = recomputation.queues_of(suspects), recomputation.next_serials()
    without_postings = set(suspects)

    def compared(pair: Pair, pieces: Iterator[Piece]) -> Iterator[Difference]:
        if pair[0] == ISSUANCE:
            return findings.of_replayed(pair, replay_issuance(pieces, next_serials.get(pair[1], 1)), names)
        return findings.of_replayed(pair, replay(pieces, queues.get(pair, ())), names)

    for pair, pieces in recomputation.pieces_of(suspects):
        without_postings.discard(pair)
        yield from compared(pair, pieces)
    for pair in sorted(without_postings):
        yield from compared(pair, iter(()))
