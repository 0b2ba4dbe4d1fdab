"""Serial numbers of units: half-open ranges, sets of them, and the queue in which an account acquired them.

Invariants: a range is never empty; a set is sorted, and no two of its ranges overlap or touch; `split`, `take` and the
set operations neither lose nor double a number; the order of a queue is the order of acquisition (first in, first out).

Ranges are half-open inside and print with both ends included, as people write them: 1–10 is `SerialRange(1, 11)`.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from operator import attrgetter

from tanso.kernel.errors import TansoError
from tanso.kernel.texts import Text

# What PostgreSQL's bigint holds; no serial number is larger.
LARGEST = 2**63 - 2


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

    def __contains__(self, number: int) -> bool:
        return self.start <= number < self.end

    def split(self, quantity_t: int) -> tuple[SerialRange, SerialRange]:
        """The first `quantity_t` numbers and the rest; raises ValueError unless both parts have one at least."""
        if not 0 < quantity_t < self.quantity_t:
            raise ValueError(f"cannot split {quantity_t} from {self.quantity_t} numbers")
        middle = self.start + quantity_t
        return SerialRange(self.start, middle), SerialRange(middle, self.end)

    def __str__(self) -> str:
        return str(self.start) if self.quantity_t == 1 else f"{self.start}–{self.last}"


@dataclass(frozen=True, slots=True, init=False)
class SerialSet:
    """A set of serial numbers as its ranges, sorted and joined where they touch. Equal sets have equal ranges.

    `SerialSet(ranges)` takes ranges in any order, overlapping or not. `a | b`, `a & b` and `a - b` are union,
    intersection and difference; `a <= b` says that every number of `a` is in `b`; `number in a` asks for one number.
    """

    ranges: tuple[SerialRange, ...]

    def __init__(self, ranges: Iterable[SerialRange] = ()) -> None:
        object.__setattr__(self, "ranges", tuple(_joined(sorted(ranges))))

    @property
    def quantity_t(self) -> int:
        return total_t(self.ranges)

    def __bool__(self) -> bool:
        return bool(self.ranges)

    def __contains__(self, number: int) -> bool:
        at = bisect_right(self.ranges, number, key=attrgetter("start"))
        return at > 0 and number in self.ranges[at - 1]

    def __or__(self, other: SerialSet) -> SerialSet:
        return SerialSet((*self.ranges, *other.ranges))

    def __and__(self, other: SerialSet) -> SerialSet:
        return SerialSet(
            SerialRange(start, end) for start, end, mine, theirs in _stretches(self, other) if mine and theirs
        )

    def __sub__(self, other: SerialSet) -> SerialSet:
        return SerialSet(
            SerialRange(start, end) for start, end, mine, theirs in _stretches(self, other) if mine and not theirs
        )

    def __le__(self, other: SerialSet) -> bool:
        return not self - other

    def isdisjoint(self, other: SerialSet) -> bool:
        """Whether no number is in both."""
        return not self & other

    def split(self, quantity_t: int) -> tuple[SerialSet, SerialSet]:
        """The `quantity_t` lowest numbers and the rest; raises ValueError unless both parts have one at least."""
        if not 0 < quantity_t < self.quantity_t:
            raise ValueError(f"cannot split {quantity_t} from {self.quantity_t} numbers")
        taken, rest = take(self.ranges, quantity_t)
        return SerialSet(taken), SerialSet(rest)

    def __str__(self) -> str:
        return printed(self.ranges)

    @classmethod
    def parse(cls, text: str) -> SerialSet:
        """Read serial numbers as people write them: "1–10, 12", in any width, with any dash or wave between the ends.

        Numbers are separated by commas, semicolons or line breaks, and have no thousands separators. Raises
        SerialsUnreadableError where the text is empty or not such a list, a range runs backwards, or a number is
        named twice.
        """
        named: list[SerialRange] = [_read(part) for part in _parts(text)]
        result = cls(named)
        if result.quantity_t != total_t(named):
            raise _unreadable("twice", str(_named_twice(named)))
        return result


def _joined(ranges: Iterable[SerialRange]) -> Iterator[SerialRange]:
    """Sorted ranges, those joined that overlap or touch."""
    pending: SerialRange | None = None
    for serials in ranges:
        if pending is None or pending.end < serials.start:
            if pending is not None:
                yield pending
            pending = serials
        elif pending.end < serials.end:
            pending = SerialRange(pending.start, serials.end)
    if pending is not None:
        yield pending


def _stretches(mine: SerialSet, theirs: SerialSet) -> Iterator[tuple[int, int, bool, bool]]:
    """The stretches between two neighbouring ends of any range: start, end, whether in the one and in the other."""
    ends = [(point, 0) for serials in mine.ranges for point in (serials.start, serials.end)]
    ends += [(point, 1) for serials in theirs.ranges for point in (serials.start, serials.end)]
    inside = [False, False]
    before = 0
    for point, which in sorted(ends):
        if before < point and any(inside):
            yield before, point, inside[0], inside[1]
        inside[which] = not inside[which]
        before = point


# --- writing and reading ---------------------------------------------------------------------------------------------


class SerialsUnreadableError(TansoError):
    """A text that was to name serial numbers cannot be read. `facts` has the part that is wrong."""


_REASONS = {
    "empty": Text("識別番号が入力されていません。", "No serial number was given."),
    "gap": Text("区切りの間に識別番号がありません。", "A serial number is missing between two separators."),
    "form": Text("「{part}」は識別番号として読めません。", "“{part}” cannot be read as serial numbers."),
    "grouped": Text(
        "「{part}」は桁区切りか、二つの番号か区別できません。",
        "“{part}” may be one number with a thousands separator or two numbers.",
    ),
    "backwards": Text("「{part}」は終わりが始めより前です。", "“{part}” ends before it starts."),
    "range": Text("「{part}」は識別番号の範囲（1以上）にありません。", "“{part}” is no possible serial number."),
    "twice": Text("識別番号{part}が二度指定されています。", "Serial number {part} is named twice."),
}
_HOW = Text(
    "「1–10, 12」のように、桁区切りのない数字を読点またはコンマと空白で区切って入力してください。",
    "Write numbers without thousands separators, divided by a comma and a space, such as 1–10, 12.",
)
# Hyphens, dashes, minus signs, the long vowel mark and waves, as keyboards and documents have them between two numbers.
_DASHES = "\\-\u2010-\u2015\u2212\u30fc\uff70\u301c\u223c\u223e~"
_RANGE = re.compile(rf"([0-9]+)\s*(?:[{_DASHES}]\s*([0-9]+))?")
_GROUPED = re.compile(r"(?<![0-9])[0-9]{1,3}(?:,[0-9]{3})+(?![0-9])")
_LONGEST = 40
_SHOWN = 40


def printed(ranges: Iterable[SerialRange]) -> str:
    """Ranges in the order given, as people read them, both ends included: 1–10, 12."""
    return ", ".join(map(str, ranges))


def _parts(text: str) -> list[str]:
    plain = unicodedata.normalize("NFKC", text)
    if grouped := _GROUPED.search(plain):
        raise _unreadable("grouped", grouped.group())
    parts = [part.strip() for part in re.split(r"[,、;\n]", plain)]
    if not any(parts):
        raise _unreadable("empty", "")
    # A separator at the very end is no mistake worth stopping for; one in the middle may hide a lost number.
    return parts[:-1] if not parts[-1] else parts


def _read(part: str) -> SerialRange:
    if not part:
        raise _unreadable("gap", part)
    found = _RANGE.fullmatch(part)
    if found is None:
        raise _unreadable("form", part)
    texts = (found[1], found[2] or found[1])
    # Python refuses to read numbers of thousands of digits.
    if any(len(text) > _LONGEST or not 1 <= int(text) <= LARGEST for text in texts):
        raise _unreadable("range", part)
    first, last = map(int, texts)
    if last < first:
        raise _unreadable("backwards", part)
    return SerialRange(first, last + 1)


def _named_twice(named: list[SerialRange]) -> int:
    """The lowest number that stands in two of the ranges."""
    ordered = sorted(named)
    end = 0
    for serials in ordered:
        if serials.start < end:
            return serials.start
        end = max(end, serials.end)
    raise AssertionError("unreachable: the caller found fewer numbers than were named")


def _unreadable(reason: str, part: str) -> SerialsUnreadableError:
    shown = part if len(part) <= _SHOWN else f"{part[:_SHOWN]}…"
    return SerialsUnreadableError(
        code="serials.unreadable",
        message=_REASONS[reason].filled({"part": shown}),
        next_step=_HOW,
        facts={"part": part, "reason": reason},
    )


# --- the queue of an account -----------------------------------------------------------------------------------------


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
