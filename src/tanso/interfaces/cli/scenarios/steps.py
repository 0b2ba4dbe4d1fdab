"""Read the steps and checks of a scenario against the tables in `words`."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from tanso.interfaces.cli.scenarios import values
from tanso.interfaces.cli.scenarios.check_words import CHECKS, CheckWord
from tanso.interfaces.cli.scenarios.model import Check, Expectation, Signer, Step
from tanso.interfaces.cli.scenarios.problems import Notebook
from tanso.interfaces.cli.scenarios.values import Surroundings, WrongValueError, listed, shown
from tanso.interfaces.cli.scenarios.words import VERBS, Argument, Verb
from tanso.kernel.strict_yaml import KeyPath

_DAY = Argument("day", "day")
_EXPECTED = {
    "issued_t": Argument("issued_t", "quantity"),
    "state": Argument("state", "report_state"),
}


def read_steps(notes: Notebook, steps: Any, around: Surroundings) -> tuple[Step | Check, ...]:
    """All steps that could be read; what is wrong with the others is in the notes."""
    if not isinstance(steps, list) or not steps:
        notes.wrong(("steps",), "手順を一つ以上、リストで書きます", "write a list with at least one step")
        return ()
    reader = _StepReader(notes, around)
    read = [reader.read(("steps", index), index + 1, item) for index, item in enumerate(steps)]
    return tuple(item for item in read if item is not None)


class _StepReader:
    """Reads one item after the other; `latest` is the day that the next one may not lie before."""

    def __init__(self, notes: Notebook, around: Surroundings) -> None:
        self.notes = notes
        self.around = around
        self.latest: date | None = None

    def read(self, path: KeyPath, n: int, item: Any) -> Step | Check | None:
        if not isinstance(item, Mapping):
            self.notes.wrong(
                path,
                "手順は {day: …, do: …} か {day: …, check: …} の形で書きます",
                "a step is written {day: …, do: …} or {day: …, check: …}",
            )
            return None
        day = self._day(path, item)
        if ("do" in item) == ("check" in item):
            self.notes.wrong(
                path, "「do」か「check」のどちらか一つを書きます", 'a step has either "do" or "check", one of them'
            )
            return None
        if "do" in item:
            verb = self.notes.word(path, "do", item, VERBS)
            return None if verb is None else self._step(path, n, day, verb, item)
        check = self.notes.word(path, "check", item, CHECKS)
        return None if check is None else self._check(path, n, day, check, item)

    def _day(self, path: KeyPath, item: Mapping[Any, Any]) -> date:
        """The step's day; where it is missing or wrong (and noted), a day that nobody will use."""
        if "day" not in item:
            self.notes.missing(path, "day")
        day: date | None = self.notes.value(path, _DAY, item, self.around)
        if day is None:
            return date.min
        if self.latest is not None and day < self.latest:
            self.notes.wrong(
                (*path, "day"),
                f"{day.isoformat()} は上の手順の日（{self.latest.isoformat()}）より前です",
                f"{day.isoformat()} lies before the day of the step above it ({self.latest.isoformat()})",
            )
        else:
            self.latest = day
        return day

    def _step(self, path: KeyPath, n: int, day: date, verb: Verb, item: Mapping[Any, Any]) -> Step:
        applicable = self._applicable(verb.arguments, item)
        self.notes.unknown(path, item, ("day", "do", "by", *(argument.name for argument in applicable), "expect"))
        arguments = self._arguments(path, applicable, item)
        if verb.one_of and sum(name in item for name in verb.one_of) != 1:
            self.notes.wrong(
                path,
                f"{listed(verb.one_of)} のうち、ちょうど一つを書きます",
                f"write exactly one of {listed(verb.one_of)}",
            )
        return Step(
            n=n,
            line=self.notes.line_of(path),
            day=day,
            verb=verb.name,
            arguments=arguments,
            by=self._signer((*path, "by"), item["by"]) if "by" in item else None,
            expect=self._expectation((*path, "expect"), verb, item["expect"]) if "expect" in item else Expectation(),
        )

    def _check(self, path: KeyPath, n: int, day: date, check: CheckWord, item: Mapping[Any, Any]) -> Check:
        self.notes.unknown(path, item, ("day", "check", *(argument.name for argument in check.arguments)))
        arguments = self._arguments(path, check.arguments, item)
        return Check(n=n, line=self.notes.line_of(path), day=day, name=check.name, arguments=arguments)

    def _unit_is_counted(self, item: Mapping[Any, Any]) -> bool | None:
        """Does the step's unit take a quantity? None where the unit is not known."""
        unit = item.get("unit")
        if self.around.vocabulary is None or not isinstance(unit, str):
            return None
        return self.around.vocabulary.units.get(unit)

    def _applicable(self, arguments: tuple[Argument, ...], item: Mapping[Any, Any]) -> tuple[Argument, ...]:
        """The arguments that this step may have: those of counted units only where its unit may be one."""
        if self._unit_is_counted(item) is not False:
            return arguments
        return tuple(argument for argument in arguments if not argument.counted_unit)

    def _arguments(self, path: KeyPath, applicable: tuple[Argument, ...], item: Mapping[Any, Any]) -> dict[str, Any]:
        arguments: dict[str, Any] = {}
        for argument in applicable:
            if argument.name in item:
                arguments[argument.name] = self.notes.value(path, argument, item, self.around)
            elif argument.unless in item:
                continue
            elif argument.required and (not argument.counted_unit or self._unit_is_counted(item)):
                self.notes.missing(path, argument.name)
        return arguments

    def _signer(self, path: KeyPath, value: Any) -> Signer | None:
        try:
            return values.signer(value, self.around)
        except WrongValueError as wrong:
            self.notes.note(path, wrong.message)
            return None

    def _expectation(self, path: KeyPath, verb: Verb, expect: Any) -> Expectation:
        if expect == "ok":
            return Expectation()
        if expect == "proposed":
            return Expectation(proposed=True)
        if not isinstance(expect, Mapping) or not expect:
            self.notes.wrong(
                path,
                f"ok、proposed 又は {{refused: [コード, …]}} と書きます（「{shown(expect)}」は読めません）",
                f'write ok, proposed or {{refused: [code, …]}}; "{shown(expect)}" is none of them',
            )
            return Expectation()
        known = ("refused", *verb.expects)
        self.notes.unknown(path, expect, known)
        if "refused" in expect and len(expect) > 1:
            self.notes.wrong(
                path, "「refused」は他の期待と一緒に書けません", '"refused" cannot stand with another expectation'
            )
        found = {
            name: self.notes.value(path, _EXPECTED[name], expect, self.around)
            for name in verb.expects
            if name in expect
        }
        return Expectation(
            refused=self._codes((*path, "refused"), expect["refused"]) if "refused" in expect else None, **found
        )

    def _codes(self, path: KeyPath, codes: Any) -> tuple[str, ...]:
        if not isinstance(codes, list) or not all(isinstance(code, str) for code in codes):
            self.notes.wrong(path, "コードを [コード, …] のように並べます", "list the codes: [code, …]")
            return ()
        return tuple(codes)
