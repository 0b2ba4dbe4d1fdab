"""Entries of a scheme as lines on a terminal."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING

from rich.console import Console
from rich.text import Text as Line

from tanso.kernel.texts import Text

if TYPE_CHECKING:
    from tanso.rulebook.entry import Dated, Days, Entry, Source

_ASSUMED = Text("想定", "assumed")
_OVERRIDE = Text("運用上の変更", "override")
_OPERATIONS = Text("手続", "Operations")
_MESSAGE = Text("拒否の文", "Refusal")
_NEXT = Text("次にすること", "Next step")
_READS = Text("基になる値と期間", "Values and windows behind it")
_FACTS = Text("示す事実", "Facts")
_VALUES = Text("値", "Values")
_DAYS = Text("日", "Days")
_KIND = Text("種別", "Kind")
_CLAUSE = Text("条項", "Clause")
_WRITTEN = Text("書かれた条件", "as written")


class Printer:
    """Writes entries to a console in one language."""

    def __init__(self, language: str, console: Console | None = None) -> None:
        self._language = language
        self._console = console or Console(highlight=False, soft_wrap=True, emoji=False, markup=False)

    def line(self, text: str, style: str = "") -> None:
        self._console.print(Line(text, style=style))

    def said(self, text: Text) -> str:
        return text.in_language(self._language)

    # -- a line or two each -----------------------------------------------------------------------------------------

    def brief(self, entry: Entry) -> None:
        """An entry in a list: what it is called, its value, where it is written, and what was assumed."""
        values = "; ".join(self._value(value) for value in entry.values)
        head = Line("  ").append(entry.code, style="bold").append(f"  {self.said(entry.title)}")
        if values:
            head.append(f" = {values}")
        for label, text in entry.notes:
            head.append(f" · {self.said(label)}: {self.said(text)}")
        self._console.print(head.append(f"  [{self.clauses(entry)}]", style="dim"))
        for days in entry.days:
            self.line(f"      {self._days(days)}", "dim")
        self._marks(entry, "      ")

    def clauses(self, entry: Entry) -> str:
        return "; ".join(_clause(source) for source in entry.sources)

    def _value(self, value: Dated) -> str:
        days = _span(value.first_day, value.last_day)
        return f"{self.said(value.shown)} ({days})" if days else self.said(value.shown)

    def _days(self, days: Days) -> str:
        return f"{self.said(days.label)}: {_span(days.first_day, days.last_day)}"

    def _marks(self, entry: Entry, indent: str) -> None:
        for text in entry.assumptions:
            self.line(f"{indent}{self.said(_ASSUMED)}: {self.said(text)}", "yellow")
        marks = [value.override for value in entry.values if value.override is not None]
        marks += [mark for days in entry.days for mark in days.overrides]
        for mark in dict.fromkeys(marks):
            self.line(f"{indent}{self.said(_OVERRIDE)}: {self.said(mark)}", "magenta")

    # -- the whole of it --------------------------------------------------------------------------------------------

    def whole(self, entry: Entry) -> None:
        """Everything about one entry."""
        from tanso.rulebook.entry import KIND_OF  # noqa: PLC0415

        self.line(f"{self.said(entry.title)}  {entry.code}", "bold")
        self._field(_KIND, self.said(KIND_OF[entry.kind]))
        for source in entry.sources:
            self._field(_CLAUSE, f"{self.said(source.title)} {source.clause}")
        for label, lines in self._lists(entry):
            self._list(label, lines)
        for label, text in entry.notes:
            self._field(label, self.said(text))
        for label, sentence in ((_MESSAGE, entry.message), (_NEXT, entry.next_step)):
            if sentence is not None:
                self._field(label, self.said(sentence))
        self._marks(entry, "  ")

    def _lists(self, entry: Entry) -> Iterator[tuple[Text, list[str]]]:
        yield _VALUES, [f"{self._value(value)}  [{_clause(value.source)}]" for value in entry.values]
        yield _OPERATIONS, [self.said(operation) for operation in entry.operations]
        for condition in entry.conditions:
            written = f"({self.said(_WRITTEN)}) {condition.written}"
            yield condition.role, [*(self.said(line) for line in condition.lines), written]
        yield _DAYS, [self._days(days) for days in entry.days]
        yield _READS, [f"{read.code}  {self.said(read.title)}" for read in entry.reads]
        yield _FACTS, [f"{{{name}}} = {self.said(text)}" for name, text in entry.facts]

    def _field(self, label: Text, value: str) -> None:
        self.line(f"  {self.said(label)}: {value}")

    def _list(self, label: Text, lines: list[str]) -> None:
        if not lines:
            return
        self.line(f"  {self.said(label)}:")
        for text in lines:
            self.line(f"    - {text}")


def _clause(source: Source) -> str:
    return f"{source.document} {source.clause}".strip()


def _span(first: date | None, last: date | None) -> str:
    return "" if first is None and last is None else f"{first or ''}..{last or ''}"
