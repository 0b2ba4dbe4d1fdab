"""Dated values: which one holds on a day, of which type it is, and how it may be overridden."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

from tanso.kernel.texts import Text
from tanso.rulebook.calendar import is_month_day
from tanso.rulebook.conditions import suggestion
from tanso.rulebook.context import Kind
from tanso.rulebook.errors import Problem, refused
from tanso.rulebook.overrides import Override
from tanso.rulebook.shapes import ParameterShape

KINDS: dict[str, Kind] = {
    "int": "int",
    "bool": "bool",
    "decimal": "text",
    "text": "text",
    "day": "day",
    "month_day": "text",
    "month_days": "texts",
    "texts": "texts",
    "phase": "int",
    "rounding": "text",
}
ROUNDINGS = ("down", "half_up", "up")
_INT_BOUND = 2**62
_DECIMAL = re.compile(r"-?(0|[1-9][0-9]{0,14})([.][0-9]{1,20})?")


@dataclass(frozen=True, slots=True)
class Limits:
    """Which values of its type a parameter may have: these texts alone, numbers from one to another, both included."""

    choices: tuple[str, ...] = ()
    at_least: Decimal | None = None
    at_most: Decimal | None = None

    def problem_of(self, value: Any) -> Text | None:
        """What is wrong with a value that is of the type, or None."""
        texts = value if isinstance(value, (list, tuple)) else [value]
        if self.choices and any(text not in self.choices for text in texts):
            known = ", ".join(self.choices)
            return Text(f"次のものだけを使えます：{known}。", f"Use these alone: {known}.")
        low, high = self.at_least, self.at_most
        if low is None and high is None:
            return None
        number = Decimal(str(value))
        if (low is not None and number < low) or (high is not None and number > high):
            ja = f"{low if low is not None else ''}～{high if high is not None else ''}"
            bounds = [f"at least {low}" if low is not None else "", f"at most {high}" if high is not None else ""]
            en = " and ".join(bound for bound in bounds if bound)
            return Text(f"{ja}の範囲で書いてください。", f"It must be {en}.")
        return None


@dataclass(frozen=True, slots=True)
class DatedValue:
    """One value with its days, half-open: from `start` (None: from the beginning) up to but not including `end`.

    `override` is the installation's own entry where the value is not the scheme's.
    """

    start: date | None
    end: date | None
    value: Any
    clause: str
    assumed: Text | None
    override: Override | None = None

    @property
    def overridden(self) -> bool:
        """Whether the installation set it in place of the scheme's."""
        return self.override is not None

    @property
    def reason(self) -> str:
        """Why it was overridden; empty where it is the scheme's own."""
        return "" if self.override is None else self.override.reason

    @property
    def since(self) -> date | None:
        """From when the override holds; None from the beginning, and where there is none."""
        return None if self.override is None else self.override.from_day

    @property
    def by(self) -> str:
        """The login that overrode it."""
        return "" if self.override is None else self.override.by

    def holds_on(self, day: date) -> bool:
        return (self.start is None or self.start <= day) and (self.end is None or day < self.end)


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter of the scheme with its values over time, oldest first; `shipped` are those of the scheme's files.

    `phases` are those that the scheme has, for a parameter that names one.
    """

    id: str
    type: str
    unit: str
    label: Text
    values: tuple[DatedValue, ...]
    shipped: tuple[DatedValue, ...] = ()
    phases: frozenset[int] = frozenset()
    limits: Limits = Limits()

    @property
    def kind(self) -> Kind:
        return KINDS[self.type]

    def problem_of(self, value: Any) -> Text | None:
        """What is wrong with a value for this parameter, or None."""
        return type_problem(self.type, value, self.phases) or self.limits.problem_of(value)

    def dated(self, day: date) -> DatedValue:
        """The value of that day with its source. Raises RulebookError where none holds."""
        for value in self.values:
            if value.holds_on(day):
                return value
        message = Text(f"{day.isoformat()}の値がありません。", f"It has no value on {day.isoformat()}.")
        raise refused(self.id, message)

    def on(self, day: date) -> Any:
        """The value of that day."""
        return self.dated(day).value

    def typed(self, value: Any) -> Any:
        """The value as conditions take it (an ISO text becomes a day where the parameter is one)."""
        return typed(self.type, value)

    def overridden_by(self, overrides: Iterable[Override]) -> Parameter:
        """The same parameter with overrides laid over its values, in their order: the later one counts.

        Values of the scheme that begin later are covered too. Days outside an override keep what they had.
        """
        values = self.values
        for override in overrides:
            start, end = override.from_day, override.end
            if override.withdraws:
                inside = tuple(_clipped(self.shipped, start, end))
            else:
                clause = _clause_at(self.shipped, start)
                inside = (DatedValue(start, end, self.typed(override.value), clause, None, override),)
            before = () if start is None else tuple(_clipped(values, None, start))
            after = () if end is None else tuple(_clipped(values, end, None))
            values = (*before, *inside, *after)
        return replace(self, values=values)


def _clipped(values: Iterable[DatedValue], start: date | None, end: date | None) -> Iterator[DatedValue]:
    """The parts of dated values that lie between two days, half-open."""
    for value in values:
        first = value.start if start is None or (value.start is not None and value.start >= start) else start
        after = value.end if end is None or (value.end is not None and value.end <= end) else end
        if first is None or after is None or first < after:
            yield replace(value, start=first, end=after)


def _clause_at(values: tuple[DatedValue, ...], day: date | None) -> str:
    """The clause of the value that an override stands in place of."""
    found = [value for value in values if day is not None and value.holds_on(day)]
    return (found or values)[0].clause


def typed(kind: str, value: Any) -> Any:
    if kind == "day" and isinstance(value, str):
        return date.fromisoformat(value)
    return list(value) if isinstance(value, (list, tuple)) else value


def type_problem(  # noqa: PLR0911 -- one answer per type
    kind: str, value: Any, phases: Collection[int] | None = None
) -> Text | None:
    """What is wrong with a value for a type of parameter, or None; with `phases`, a phase has to be one of them."""
    if kind == "phase":
        wrong = type_problem("int", value)
        if wrong is None and phases is not None and value not in phases:
            wrong = Text(f"第{value}期はありません。", f"There is no phase {value}.")
        return wrong
    if kind == "rounding":
        ja, en = "、".join(ROUNDINGS), ", ".join(ROUNDINGS)
        wrong = Text(f"次のいずれかを書いてください：{ja}。", f"Write one of these: {en}.")
        return None if isinstance(value, str) and value in ROUNDINGS else wrong
    if kind == "bool":
        return None if isinstance(value, bool) else Text("true か false で書いてください。", "Write true or false.")
    if kind == "int":
        whole = isinstance(value, int) and not isinstance(value, bool) and abs(value) < _INT_BOUND
        return None if whole else Text("整数で書いてください。", "Write a whole number.")
    if kind == "text":
        return None if isinstance(value, str) else Text("文字列で書いてください。", "Write a text.")
    if kind == "decimal":
        decimal = isinstance(value, str) and _DECIMAL.fullmatch(value) is not None
        return (
            None
            if decimal
            else Text(
                '引用符で囲んだ十進数で書いてください（例："1.075"）。', 'Write a decimal in quotes, like "1.075".'
            )
        )
    if kind == "day":
        return (
            None
            if _is_day(value)
            else Text("日付で書いてください（例：2014-04-01）。", "Write a day, like 2014-04-01.")
        )
    if kind == "month_day":
        return (
            None
            if is_month_day(value)
            else Text('月日で書いてください（例："11-30"）。', 'Write a day of the year, like "11-30".')
        )
    if kind == "month_days":
        pair = isinstance(value, (list, tuple)) and len(value) == 2 and all(is_month_day(item) for item in value)
        return (
            None
            if pair
            else Text(
                '初日と末日の組で書いてください（例：["12-01", "12-28"]）。',
                'Write the first and the last day, like ["12-01", "12-28"].',
            )
        )
    texts = isinstance(value, (list, tuple)) and all(isinstance(item, str) for item in value)
    return None if texts else Text("文字列の一覧で書いてください。", "Write a list of texts.")


LIMITS_DO_NOT_FIT = Text(
    "choices は文字列（text・texts）に、at_least と at_most は数（int・decimal、小数は引用符で）に使えます。",
    "`choices` is for texts, `at_least` and `at_most` for numbers (decimals in quotes).",
)


def limits_of(shape: ParameterShape) -> Limits | None:
    """Which values a parameter may have, as its file says; None where the limits do not fit its type."""
    bounds = [bound for bound in (shape.at_least, shape.at_most) if bound is not None]
    is_number = shape.type in ("int", "decimal")
    if bounds and not (is_number and all(type_problem(shape.type, bound) is None for bound in bounds)):
        return None
    if shape.choices and shape.type not in ("text", "texts"):
        return None
    low, high = (None if bound is None else Decimal(str(bound)) for bound in (shape.at_least, shape.at_most))
    return Limits(tuple(shape.choices), low, high)


def override_problem(parameters: Mapping[str, Parameter], scheme: str, name: str, value: Any) -> Problem | None:
    """Why a parameter cannot be overridden with that value, or None."""
    parameter = parameters.get(name)
    if parameter is None:
        ja, en = suggestion(name, parameters)
        message = Text(f"この制度にないパラメーターです。{ja}", f"The scheme has no such parameter.{en}")
        return Problem(f"{scheme}/settings", 0, name, message)
    wrong = parameter.problem_of(value)
    return None if wrong is None else Problem(f"{scheme}/settings", 0, name, wrong)


def entry_problem(parameters: Mapping[str, Parameter], scheme: str, override: Override) -> Problem | None:
    """Why an entry cannot be laid over the parameters, or None."""
    known = parameters.get(override.parameter)
    if known is None or not override.withdraws:
        problem = override_problem(parameters, scheme, override.parameter, override.value)
        if problem is not None:
            return problem
    first, last = override.from_day, override.to_day
    if first is not None and last is not None and last < first:
        message = Text("末日が初日より前です。", "The last day is before the first.")
        return Problem(f"{scheme}/overrides", 0, override.parameter, message)
    return None


def _is_day(value: Any) -> bool:
    if isinstance(value, str):
        try:
            date.fromisoformat(value)
        except ValueError:
            return False
        return len(value) == 10
    return type(value) is date
