"""What one account must hold of one class, from its own postings, serial by serial and in order. Pure.

Most accounts send what they acquired first and are settled by sums (`recompute`). For the rest (serials were named, or
something is wrong) the postings are gone through one by one: every serial that is sent must have been held then, and
what remains is the queue, in the order in which it came in.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from tanso.kernel.serials import SerialRange

Pair = tuple[int, int]


class Piece(NamedTuple):
    """One range that entered (`sign` 1) or left (`sign` -1) with a posting."""

    posting: int
    sign: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Stretch:
    """Serials that the journal gives an account so many times, and its holding so many."""

    serials: SerialRange
    journal: int
    held: int


@dataclass(slots=True)
class Replayed:
    """What an account's postings add up to, beside what its holding says.

    `stretches` are the serials on which both disagree. `sent_unheld` and `received_held` are postings that sent what
    was not there, or brought what was there already, on the way. `misordered` are the held serials that stand elsewhere
    in the queue than the order of acquisition has them; it is filled only where nothing else is wrong.
    """

    stretches: list[Stretch]
    sent_unheld: list[tuple[int, SerialRange]]
    received_held: list[tuple[int, SerialRange]]
    misordered: list[SerialRange]


class Line:
    """Along the serial numbers: how often the journal and the holding have each; kept as steps at ends of ranges."""

    def __init__(self) -> None:
        self._steps: dict[int, list[int]] = {}

    def add(self, start: int, end: int, *, journal: int = 0, held: int = 0) -> None:
        for point, sign in ((start, 1), (end, -1)):
            step = self._steps.setdefault(point, [0, 0])
            step[0] += sign * journal
            step[1] += sign * held
            if step == [0, 0]:  # a range that left takes the steps of the one that came with it
                del self._steps[point]

    def stretches(self, once: int = 1) -> list[Stretch]:
        """Where both disagree, or the holding has a serial neither never nor `once`."""
        found = []
        journal = held = 0
        before = 0
        for point in sorted(self._steps):
            if journal != held or held not in (0, once):
                found.append(Stretch(SerialRange(before, point), journal, held))
            journal += self._steps[point][0]
            held += self._steps[point][1]
            before = point
        return found


@dataclass(slots=True)
class _Acquired:
    """Serials in hand, each range with its turn: the place in the order of acquisition."""

    starts: list[int] = field(default_factory=list)
    ranges: dict[int, tuple[int, int]] = field(default_factory=dict)  # start -> end, turn

    def add(self, start: int, end: int, turn: int) -> list[SerialRange]:
        """Take in what is not there yet; returns what was there already."""
        there = list(self._within(start, end))
        for gap_start, gap_end in _gaps(start, end, there):
            self.starts.insert(bisect_left(self.starts, gap_start), gap_start)
            self.ranges[gap_start] = (gap_end, turn)
        return [SerialRange(*part) for part in there]

    def remove(self, start: int, end: int) -> list[SerialRange]:
        """Give out what is there; returns what was not."""
        there = list(self._within(start, end))
        for part_start, part_end in there:
            at = bisect_right(self.starts, part_start) - 1
            whole = self.starts[at]
            whole_end, turn = self.ranges.pop(whole)
            del self.starts[at]
            for rest_start, rest_end in ((whole, part_start), (part_end, whole_end)):
                if rest_start < rest_end:
                    self.starts.insert(bisect_left(self.starts, rest_start), rest_start)
                    self.ranges[rest_start] = (rest_end, turn)
        return [SerialRange(*gap) for gap in _gaps(start, end, there)]

    def in_turn(self) -> list[tuple[int, int]]:
        order = sorted(self.ranges.items(), key=lambda item: (item[1][1], item[0]))
        return [(start, end) for start, (end, _turn) in order]

    def _within(self, start: int, end: int) -> Iterator[tuple[int, int]]:
        at = max(0, bisect_right(self.starts, start) - 1)
        while at < len(self.starts) and self.starts[at] < end:
            low, high = max(start, self.starts[at]), min(end, self.ranges[self.starts[at]][0])
            if low < high:
                yield low, high
            at += 1


def _gaps(start: int, end: int, there: list[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """What of [start, end) is not in `there`."""
    for low, high in there:
        if start < low:
            yield start, low
        start = high
    if start < end:
        yield start, end


def replay(pieces: Iterable[Piece], queue: Iterable[tuple[int, int]]) -> Replayed:
    """Go through the postings of one account and class, in their order, and compare with its queue."""
    line, acquired = Line(), _Acquired()
    sent_unheld: list[tuple[int, SerialRange]] = []
    received_held: list[tuple[int, SerialRange]] = []
    for turn, (posting, sign, start, end) in enumerate(pieces):
        line.add(start, end, journal=sign)
        if sign > 0:
            received_held.extend((posting, part) for part in acquired.add(start, end, turn))
        else:
            sent_unheld.extend((posting, part) for part in acquired.remove(start, end))
    held = list(queue)
    for start, end in held:
        line.add(start, end, held=1)
    stretches = line.stretches()
    sound = not (stretches or sent_unheld or received_held)
    misordered = _out_of_turn(_joined(acquired.in_turn()), _joined(held)) if sound else []
    return Replayed(stretches, sent_unheld, received_held, misordered)


def replay_issuance(pieces: Iterable[Piece], next_serial: int) -> Replayed:
    """What left issuance: every number of the class that was allotted, once, and nothing else."""
    line = Line()
    for _posting, sign, start, end in pieces:
        line.add(start, end, journal=sign)
    if next_serial > 1:
        line.add(1, next_serial, held=-1)
    return Replayed(line.stretches(once=-1), [], [], [])


def _joined(ranges: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """The same serials in the same order, where a range that continues the one before it is one with it."""
    joined: list[tuple[int, int]] = []
    for start, end in ranges:
        if joined and joined[-1][1] == start:
            joined[-1] = (joined[-1][0], end)
        else:
            joined.append((start, end))
    return joined


def _out_of_turn(expected: list[tuple[int, int]], found: list[tuple[int, int]]) -> list[SerialRange]:
    """The part of `found` between the first and the last serial that stands elsewhere than expected."""
    if expected == found:
        return []
    first = 0
    while expected[first] == found[first]:
        first += 1
    last = len(found)
    while expected[last - len(found) + len(expected) - 1] == found[last - 1]:
        last -= 1
    return [SerialRange(*part) for part in found[first:last]]
