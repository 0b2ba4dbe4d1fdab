"""What differs between two days of a scheme, or between two versions of its files.

Between two days: values, windows that are open on one of them alone, factors, and the rules that lean on any of these.
Between two versions: every entry that was added, taken away or changed, with what changed in it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from tanso.kernel.texts import Text
from tanso.rulebook.book import Rulebook
from tanso.rulebook.entry import Dated, Entry, Said, Source
from tanso.rulebook.factors import Factor
from tanso.rulebook.showing import entries


@dataclass(frozen=True, slots=True)
class Side:
    """What one of the two says; `source` is where it is written."""

    shown: Text
    source: Source | None = None

    def as_json(self) -> dict[str, Any]:
        return {"shown": self.shown.as_json(), "source": None if self.source is None else self.source.as_json()}


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that differs; a side that is None does not have it. `part` names what differs within an entry."""

    kind: str
    code: str
    title: Text
    before: Side | None
    after: Side | None
    part: Text | None = None

    def as_json(self) -> dict[str, Any]:
        return {
            "kind": self.kind,
            "code": self.code,
            "title": self.title.as_json(),
            "part": None if self.part is None else self.part.as_json(),
            "before": None if self.before is None else self.before.as_json(),
            "after": None if self.after is None else self.after.as_json(),
        }


@dataclass(frozen=True, slots=True)
class Touched:
    """A rule that reads something that differs."""

    kind: str
    code: str
    title: Text
    source: Source
    reads: tuple[str, ...]

    def as_json(self) -> dict[str, Any]:
        return {
            "kind": self.kind,
            "code": self.code,
            "title": self.title.as_json(),
            "source": self.source.as_json(),
            "reads": list(self.reads),
        }


@dataclass(frozen=True, slots=True)
class Differences:
    """All that differs, and the rules that it touches."""

    found: tuple[Difference, ...]
    touched: tuple[Touched, ...] = ()

    def as_json(self) -> dict[str, Any]:
        return {
            "differences": [difference.as_json() for difference in self.found],
            "rules": [rule.as_json() for rule in self.touched],
        }


# -- two days ---------------------------------------------------------------------------------------------------------


def between_days(book: Rulebook, first: date, second: date) -> Differences:
    """What a scheme says otherwise on the second day than on the first."""
    shown = entries(book)
    found: list[Difference] = []
    for entry in shown:
        if entry.kind == "parameter":
            found += _values(entry, first, second)
        elif entry.kind == "window":
            found += _open_windows(entry, first, second)
    found += _factors(book, first, second)
    return Differences(tuple(found), tuple(_touched(shown, found)))


def _values(entry: Entry, first: date, second: date) -> Iterator[Difference]:
    before, after = entry.value_on(first), entry.value_on(second)
    if _said(before) != _said(after):
        yield Difference("parameter", entry.code, entry.title, _value_side(before), _value_side(after))


def _said(value: Dated | None) -> Any:
    """What counts as another value: the value itself, and where and why it is written."""
    return None if value is None else (value.value, value.source, value.assumed, value.override)


def _value_side(value: Dated | None) -> Side | None:
    return None if value is None else Side(value.shown, value.source)


def _open_windows(entry: Entry, first: date, second: date) -> Iterator[Difference]:
    for days in entry.days:
        sides = [
            (days.first_day is None or days.first_day <= day) and (days.last_day is None or day <= days.last_day)
            for day in (first, second)
        ]
        if sides[0] != sides[1]:
            shown = Text(
                f"{days.first_day or ''}～{days.last_day or ''}", f"{days.first_day or ''} to {days.last_day or ''}"
            )
            side = Side(shown, entry.source)
            yield Difference(
                "window", entry.code, entry.title, side if sides[0] else None, side if sides[1] else None, days.label
            )


def _factors(book: Rulebook, first: date, second: date) -> Iterator[Difference]:
    ones, others = ({factor.slug: factor for factor in book.factors.on(day)} for day in (first, second))
    for slug in dict.fromkeys((*ones, *others)):
        before, after = ones.get(slug), others.get(slug)
        if _factor_side(before) != _factor_side(after):
            named = after or before
            assert named is not None  # noqa: S101 -- one of the two has it
            yield Difference("factors", slug, named.name, _factor_side(before), _factor_side(after))


def _factor_side(factor: Factor | None) -> Side | None:
    if factor is None:
        return None
    figures = (
        (factor.gj_per_unit, f"GJ/{factor.unit.name}"),
        (factor.tc_per_gj, "t-C/GJ"),
        (factor.tc_per_unit, f"t-C/{factor.unit.name}"),
        (factor.t_per_unit, f"t-CO2/{factor.unit.name}"),
    )
    shown = ", ".join(f"{figure} {unit}" for figure, unit in figures if figure is not None) or "—"
    return Side(Text(shown, shown), Source("", factor.statute.document, factor.statute.clause))


def _touched(shown: tuple[Entry, ...], found: list[Difference]) -> Iterator[Touched]:
    differing = {(difference.kind, difference.code) for difference in found}
    for entry in shown:
        if entry.kind not in ("check", "derived"):
            continue
        read = [read.code for read in entry.reads if (read.kind, read.code) in differing]
        if read:
            yield Touched(entry.kind, entry.code, entry.title, entry.source, tuple(read))


# -- two versions -----------------------------------------------------------------------------------------------------


def between_versions(before: Rulebook, after: Rulebook) -> Differences:
    """What the second version of a scheme's files says otherwise than the first."""
    ones, others = ({(entry.kind, entry.code): entry for entry in entries(book)} for book in (before, after))
    found: list[Difference] = []
    for key in dict.fromkeys((*ones, *others)):
        one, other = ones.get(key), others.get(key)
        if one is None or other is None:
            there = one or other
            assert there is not None  # noqa: S101 -- one of the two has it
            side = Side(_summary(there), there.source)
            found.append(Difference(*key, there.title, side if one else None, side if other else None))
        elif one != other:
            found += _changed(one, other)
    return Differences(tuple(found))


def _summary(entry: Entry) -> Text:
    if entry.values:
        return entry.values[-1].shown
    return entry.message or entry.title


def _changed(one: Entry, other: Entry) -> Iterator[Difference]:
    """Each part of an entry that differs, in its own words."""
    for part, before, after in zip(_PARTS, _parts(one), _parts(other), strict=True):
        if before != after:
            yield Difference(
                one.kind,
                one.code,
                other.title,
                Side(before, one.source) if before != _EMPTY else None,
                Side(after, other.source) if after != _EMPTY else None,
                part,
            )


_EMPTY = Text("", "")
_PARTS = (
    Text("名称", "title"),
    Text("条項", "clause"),
    Text("値", "values"),
    Text("期間", "days"),
    Text("手続", "operations"),
    Text("条件", "conditions"),
    Text("説明", "message"),
    Text("次にすること", "next step"),
    Text("想定", "assumed"),
    Text("その他", "other"),
)


def _parts(entry: Entry) -> tuple[Text, ...]:
    clauses = " / ".join(f"{source.document} {source.clause}".strip() for source in entry.sources)
    values = [Text(f"{_span(value)}{value.shown.ja}", f"{_span(value)}{value.shown.en}") for value in entry.values]
    days = [
        Text(
            f"{item.label.ja} {item.first_day or ''}～{item.last_day or ''}",
            f"{item.label.en} {item.first_day or ''}..{item.last_day or ''}",
        )
        for item in entry.days
    ]
    notes = [Text(f"{label.ja}：{text.ja}", f"{label.en}: {text.en}") for label, text in entry.notes]
    facts = [Text(f"{name}：{text.ja}", f"{name}: {text.en}") for name, text in entry.facts]
    return (
        entry.title,
        Text(clauses, clauses),
        _together(values),
        _together(days),
        _together(list(entry.operations)),
        _together([_condition(said) for said in entry.conditions]),
        entry.message or _EMPTY,
        entry.next_step or _EMPTY,
        _together(list(entry.assumptions)),
        _together([*notes, *facts]),
    )


def _span(value: Dated) -> str:
    return f"{value.first_day or ''}..{value.last_day or ''} " if value.first_day or value.last_day else ""


def _condition(said: Said) -> Text:
    return Text(f"{said.role.ja}：{said.written}", f"{said.role.en}: {said.written}")


def _together(parts: list[Text]) -> Text:
    return Text("；".join(part.ja for part in parts), "; ".join(part.en for part in parts))
