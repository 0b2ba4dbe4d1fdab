"""Conditions in CEL: compiled once in a typed environment, evaluated against a scope, never trusted half-way.

Traps of the language that are closed here: an evaluation error comes back as a value (a result counts only if it has
the declared type); there is no decimal (doubles are refused, rates go through `times`); days are instants (a day is its
midnight in the scheme's zone).
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_UP, Decimal
from typing import Any, Literal
from zoneinfo import ZoneInfo

from cel_expr_python import cel

from tanso.kernel.texts import Text
from tanso.rulebook.calendar import BEGINNING, END, Calendar
from tanso.rulebook.context import FUNCTIONS, Kind
from tanso.rulebook.errors import refused

CEL_TYPES: dict[Kind, Any] = {
    "bool": cel.Type.BOOL,
    "int": cel.Type.INT,
    "text": cel.Type.STRING,
    "day": cel.Type.TIMESTAMP,
    "ints": cel.Type.List(cel.Type.INT),
    "texts": cel.Type.List(cel.Type.STRING),
}
_KIND_WORDS = {
    "bool": Text("真偽", "true or false"),
    "int": Text("整数", "a whole number"),
    "text": Text("文字列", "a text"),
    "day": Text("日付", "a day"),
    "ints": Text("整数の一覧", "a list of whole numbers"),
    "texts": Text("文字列の一覧", "a list of texts"),
}
_ROUNDING = {"down": ROUND_FLOOR, "up": ROUND_CEILING, "half_up": ROUND_HALF_UP}
_REMEMBERED_DAYS = 10_000
_STRING = re.compile(r"\"(?:[^\"\\\n]|\\.)*\"|'(?:[^'\\\n]|\\.)*'")
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*(?:\.[A-Za-z_][A-Za-z0-9_]*)*")
_FRACTION = re.compile(r"(?<![\w.])(?:[0-9]+\.[0-9]+|\.[0-9]+|[0-9]+[eE][-+]?[0-9]+)|\bdouble\s*\(")
_CEL_ERROR = re.compile(r"ERROR: <input>:([0-9]+):([0-9]+): (.*)")
_UNDECLARED = re.compile(r"undeclared reference to '([^']+)'")


class Condition:
    """One expression of a rulebook. Compiled at its first use, or at once by `compile` when a rulebook is loaded."""

    __slots__ = ("_environment", "_program", "key", "kind", "names", "text")

    def __init__(self, environment: Environment, text: str, kind: Kind | Literal["any"], key: str) -> None:
        self._environment = environment
        self._program: Any = None
        self.text = text
        self.kind = kind
        self.key = key
        self.names = environment.names_in(text)

    def compile(self) -> list[Text]:
        """What is wrong with the expression, in words; empty where it can be used."""
        self._program, problems = self._environment.compile(self.text, self.kind)
        return problems

    def value(self, scope: Mapping[str, Any]) -> Any:
        """The value (days as `date`). Raises RulebookError where the expression has no value of its kind."""
        if self._program is None:
            problems = self.compile()
            if problems:
                raise refused(self.key, problems[0])
        result = self._program.eval(self._environment.activation({name: scope[name] for name in self.names}))
        value = result.value()
        if self.kind == "bool":
            # The one case in the inner loop: an error's value is a text, so the Python type tells the CEL type.
            if value is True or value is False:
                return value
        elif result.type() != cel.Type.ERROR:
            # The kind was checked when the expression was compiled; lists come back as lists of anything.
            return self._environment.plain(result.plain_value() if isinstance(value, list) else value)
        raise refused(
            self.key,
            Text(
                f"条件を評価できません（{self.text}）：{value}", f"This could not be evaluated ({self.text}): {value}"
            ),
        )

    def constant(self) -> bool | None:
        """True or false where the expression is that whatever the facts are, else None."""
        result = self._program.eval(self._environment.activation({})).value()
        return result if isinstance(result, bool) else None


class Environment:
    """The typed environment of one rulebook: its names, the closed list of functions, its calendar."""

    def __init__(self, *, variables: Mapping[str, Kind], zone: ZoneInfo) -> None:
        self.variables = dict(variables)
        self.calendar: Calendar | None = None
        self._zone = zone
        self._midnights: dict[date, datetime] = {}
        self._cel = cel.NewEnv(
            variables={name: CEL_TYPES[kind] for name, kind in variables.items()},
            functions=[_declaration(spec.name, self._function(spec.name)) for spec in FUNCTIONS],
        )
        self.activation = self._cel.Activation

    def names_in(self, text: str) -> tuple[str, ...]:
        """The declared names that an expression uses."""
        found: dict[str, None] = {}
        for match in _NAME.finditer(_STRING.sub('""', text)):
            name = match[0]
            while name and name not in self.variables:
                name = name.rpartition(".")[0]
            if name:
                found[name] = None
        return tuple(found)

    def compile(self, text: str, kind: Kind | Literal["any"]) -> tuple[Any, list[Text]]:
        if _FRACTION.search(_STRING.sub('""', text)):
            return None, [_NO_FRACTIONS]
        try:
            program = self._cel.compile(text)
        except RuntimeError as error:
            return None, [self._said(error)]
        if program.return_type() in CEL_TYPES.values() if kind == "any" else program.return_type() == CEL_TYPES[kind]:
            return program, []
        if kind == "any":
            return None, [_NO_FACT]
        wanted, found = _KIND_WORDS[kind], program.return_type().name()
        return None, [
            Text(f"{wanted.ja}になるべき式ですが、{found}です。", f"This should be {wanted.en}, but it is {found}.")
        ]

    def midnight(self, day: date) -> datetime:
        """A day as CEL takes it: its first moment in the scheme's zone."""
        moment = self._midnights.get(day)
        if moment is None:
            inside = min(max(day, BEGINNING), END)
            moment = datetime(inside.year, inside.month, inside.day, tzinfo=self._zone)
            if len(self._midnights) < _REMEMBERED_DAYS:
                self._midnights[day] = moment
        return moment

    def day(self, moment: datetime) -> date:
        return moment.astimezone(self._zone).date()

    def plain(self, value: Any) -> Any:
        return self.day(value) if isinstance(value, datetime) else value

    def _said(self, error: RuntimeError) -> Text:
        match = _CEL_ERROR.search(str(error))
        line, column, reason = (match[1], match[2], match[3]) if match else ("1", "1", str(error).splitlines()[0])
        unknown = _UNDECLARED.search(reason)
        if unknown is None:
            reason = reason.split(" (candidates")[0][:200]
            return Text(
                f"式の{line}行{column}字目が読めません（{reason}）。",
                f"Line {line}, column {column} of the expression: {reason}.",
            )
        name = unknown[1]
        known = [*self.variables, *(spec.name for spec in FUNCTIONS)]
        ja, en = suggestion(name, known)
        return Text(f"「{name}」という名前はありません。{ja}", f"There is no name `{name}`.{en}")

    def _function(self, name: str) -> Callable[..., Any]:
        functions: dict[str, Callable[..., Any]] = {
            "within": lambda window, phase, day: self._windows.within(window, phase, self.day(day)),
            "within_any": lambda window, day: self._windows.within_any(window, self.day(day)),
            "opens": lambda window, phase: self.midnight(self._windows.opens(window, phase)),
            "closes": lambda window, phase: self.midnight(self._windows.closes(window, phase)),
            "last_day": lambda window, phase: self.midnight(_day_before(self._windows.closes(window, phase))),
            "phase_within": lambda window, day: self._windows.phase_within(window, self.day(day)),
            "last_opened": lambda window, day: self._windows.last_opened(window, self.day(day)),
            "phase_exists": lambda number: number in self._windows.phases,
            "phase_of_year": lambda year: self._windows.phase_of_year(year),  # noqa: PLW0108 (the calendar comes later)
            "fiscal_year": lambda day: self._windows.year_of(self.day(day)),
            "is_working_day": lambda day: self._windows.working_days.is_one(self.day(day)),
            "max": max,
            "min": min,
            "times": times,
            "divided": divided,
            "at_least": lambda one, other: Decimal(one) >= Decimal(other),
        }
        return functions[name]

    @property
    def _windows(self) -> Calendar:
        if self.calendar is None:
            raise ValueError("the calendar is not known yet")
        return self.calendar


def times(quantity: int, rate: str, mode: str) -> int:
    """`quantity` × `rate`, exactly, then rounded once: 'down', 'up' or 'half_up' (away from zero at the half)."""
    product = Decimal(quantity) * Decimal(rate)
    return int(product.quantize(Decimal(1), rounding=_ROUNDING[mode]))


def divided(quantity: int, by: int, mode: str) -> int:
    """`quantity` ÷ `by`, rounded once: 'down', 'up' or 'half_up' (away from zero at the half)."""
    if mode not in _ROUNDING:
        raise ValueError(f"there is no rounding {mode!r}")
    whole, rest = divmod(quantity, by)  # rounded down, and 0 <= rest / by < 1
    if mode == "half_up":
        return whole + (2 * abs(rest) > abs(by) or (2 * abs(rest) == abs(by) and whole >= 0))
    return whole + (rest != 0 if mode == "up" else 0)


def suggestion(name: str, known: Iterable[str]) -> tuple[str, str]:
    """ "Did you mean …?" in both languages; empty where nothing is near."""
    near = difflib.get_close_matches(name, list(known), n=1)
    return (f"「{near[0]}」のことではありませんか。", f" Did you mean `{near[0]}`?") if near else ("", "")


def _day_before(day: date) -> date:
    return date.fromordinal(day.toordinal() - 1)


def _declaration(name: str, function: Callable[..., Any]) -> Any:
    spec = next(spec for spec in FUNCTIONS if spec.name == name)
    overload = cel.Overload(
        id=f"{name}_{'_'.join(spec.parameters)}",
        return_type=CEL_TYPES[spec.returns],
        parameters=[CEL_TYPES[kind] for kind in spec.parameters],
        impl=function,
    )
    return cel.FunctionDecl(name, [overload])


_NO_FRACTIONS = Text(
    "小数は使えません。率は十進の文字列にして times() で掛けてください。",
    "Fractions are not allowed: write the rate as a decimal string and use times().",
)
_NO_FACT = Text(
    "真偽・整数・文字列・日付・一覧のいずれかになる式にしてください。",
    "Write an expression that is true or false, a whole number, a text, a day or a list of these.",
)
