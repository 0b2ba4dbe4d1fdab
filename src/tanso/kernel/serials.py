"""Serial numbers of units: half-open ranges and the queue in which an account acquired them.

Invariants: a range is never empty; `split` and `take` neither lose nor double a number; the order of a queue is the
order of acquisition (first in, first out).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class SerialRange:
    """The serial numbers from `start` up to but not including `end`."""

    start: int
    end: int

    def __post_init__(self) -> None:
        if self.start < 1 or self.end <= self.start:
            raise ValueError(f"a serial range needs 1 <= start < end, got {self.start} and {self.end}")

    @property
    def quantity_t(self) -> int:
        return self.end - self.start

    @property
    def last(self) -> int:
        """The last number of the range, as people print it."""
        return self.end - 1

    def split(self, quantity_t: int) -> tuple[SerialRange, SerialRange]:
        """The first `quantity_t` numbers and the rest; raises ValueError unless both parts have one at least."""
        if not 0 < quantity_t < self.quantity_t:
            raise ValueError(f"cannot split {quantity_t} from {self.quantity_t} numbers")
        middle = self.start + quantity_t
        return SerialRange(self.start, middle), SerialRange(middle, self.end)

    def __str__(self) -> str:
        return f"{self.start}–{self.last}"


def total_t(ranges: Iterable[SerialRange]) -> int:
    """How many serial numbers the ranges hold together."""
    return sum(serials.quantity_t for serials in ranges)


def take(queue: tuple[SerialRange, ...], quantity_t: int) -> tuple[tuple[SerialRange, ...], tuple[SerialRange, ...]]:
    """The first `quantity_t` numbers of the queue, and what stays; raises ValueError where the queue holds fewer."""
    if quantity_t < 1 or quantity_t > total_t(queue):
        raise ValueError(f"cannot take {quantity_t} from a queue of {total_t(queue)}")
    taken: list[SerialRange] = []
    missing_t = quantity_t
    for index, serials in enumerate(queue):
        if serials.quantity_t > missing_t:
            head, tail = serials.split(missing_t)
            return (*taken, head), (tail, *queue[index + 1 :])
        taken.append(serials)
        missing_t -= serials.quantity_t
        if missing_t == 0:
            return tuple(taken), queue[index + 1 :]
    raise AssertionError("unreachable: the queue held enough")


def append(queue: tuple[SerialRange, ...], received: Iterable[SerialRange]) -> tuple[SerialRange, ...]:
    """The queue with `received` behind it; a range that continues the last one is merged into it."""
    result = list(queue)
    for serials in received:
        if result and result[-1].end == serials.start:
            result[-1] = SerialRange(result[-1].start, serials.end)
        else:
            result.append(serials)
    return tuple(result)
