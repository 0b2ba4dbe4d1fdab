"""A scheme as people look things up in it: one entry for each rule, value and word, with its source and its dates.

The command line, the public page and the reference pages all show these entries, so that they cannot differ.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from functools import cached_property
from typing import Any

from tanso.kernel.texts import Text
from tanso.rulebook.book import Rulebook
from tanso.rulebook.conditions import Condition
from tanso.rulebook.entry import KINDS, Dated, Days, Entry, Reads, Said, Source
from tanso.rulebook.grounds import grounds_of
from tanso.rulebook.model import UnitType
from tanso.rulebook.overrides import said as said_of_override
from tanso.rulebook.overrides import shown_value
from tanso.rulebook.parameters import DatedValue, Parameter
from tanso.rulebook.reading import Reader
from tanso.rulebook.registration_showing import entries_of_registration
from tanso.rulebook.reminders import EVENT
from tanso.rulebook.rules import CheckRule, DerivedRule, SelectionRule
from tanso.rulebook.schedule import ScheduleEntry

__all__ = ["KINDS", "Entry", "entries", "find", "on_day"]

_ONE_DAY = timedelta(days=1)


def entries(book: Rulebook) -> tuple[Entry, ...]:
    """Everything that the scheme says, by kind and then in the order of its files."""
    return tuple(_Shower(book).all())


def on_day(found: Iterable[Entry], day: date) -> tuple[Entry, ...]:
    """The same, with the values of one day alone."""
    return tuple(
        replace(entry, values=tuple(value for value in entry.values if value.holds_on(day))) for entry in found
    )


def find(book: Rulebook, code: str) -> tuple[Entry, ...]:
    """The entries of that name: several where a window is called like its parameter."""
    return tuple(entry for entry in entries(book) if entry.code == code)


class _Shower:
    """Makes the entries of one rulebook."""

    def __init__(self, book: Rulebook) -> None:
        self._book = book

    @cached_property
    def _reader(self) -> Reader:
        return Reader(self._book)

    def all(self) -> Iterator[Entry]:
        yield from self._phases()
        yield from self._participants()
        yield from self._accounts()
        yield from (self._unit(unit) for unit in self._book.units.values())
        yield from self._fields()
        yield from (self._parameter(parameter) for parameter in self._book.parameters.values())
        yield from self._windows()
        yield from self._due()
        yield from (self._derived(rule) for rule in self._book.derived_rules.values())
        yield from (self._check(rule) for rule in self._book.checks.values())
        yield from self._reports()
        yield from self._transfer_kinds()
        yield from self._results()
        yield from entries_of_registration(self._book, self._source)
        yield from self._operations()
        yield from self._second_persons()
        yield from self._schedule()
        yield from self._events()
        yield from self._contacts()
        yield from self._letters()
        yield from self._factors()

    def _source(self, clause: str) -> Source:
        document, _, paragraph = clause.partition(" ")
        return Source(document, self._book.texts.text("documents", document), paragraph)

    def _condition(self, role: Text, condition: Condition | None) -> tuple[Said, ...]:
        if condition is None:
            return ()
        return (Said(role, " ".join(condition.text.split()), self._reader.lines(condition.text)),)

    # -- words --------------------------------------------------------------------------------------------------------

    def _phases(self) -> Iterator[Entry]:
        for phase in self._book.phases.values():
            years = f"{phase.years[0]}–{phase.years[-1]}" if len(phase.years) > 1 else str(phase.target_fy)
            yield Entry(
                kind="phase",
                code=str(phase.number),
                title=phase.label,
                source=self._source(phase.clause),
                assumed=phase.assumed,
                notes=(
                    (_ADOPTED, Text(f"{phase.adopted_fy}年度", str(phase.adopted_fy))),
                    (_YEARS, Text(f"{years}年度", years)),
                ),
            )

    def _participants(self) -> Iterator[Entry]:
        for kind in self._book.participant_kinds.values():
            account = self._book.account_kinds.get(kind.account_kind or "")
            yield Entry(
                kind="participant",
                code=kind.kind,
                title=kind.label,
                source=self._source(kind.clause),
                notes=(
                    *(((_ACCOUNT, account.label),) if account is not None else ()),
                    (_PHASED, _YES if kind.has_phase else _NO),
                    (_LOGINS, Text("、".join(kind.logins), ", ".join(kind.logins))),
                ),
            )

    def _contacts(self) -> Iterator[Entry]:
        site = self._book.site
        for point in () if site is None else site.contact_points.values():
            yield Entry(
                kind="contact",
                code=f"contact.{point.id}",
                title=point.label,
                source=self._source(point.clause),
                notes=tuple((_REACHED, Text(way, way)) for way in (point.mail, point.telephone) if way),
            )

    def _accounts(self) -> Iterator[Entry]:
        for kind in self._book.account_kinds.values():
            after = self._book.account_kinds.get(kind.after_banking or "")
            yield Entry(
                kind="account",
                code=kind.kind,
                title=kind.label,
                source=self._source(kind.clause),
                assumed=kind.assumed,
                notes=((_AFTER_BANKING, after.label),) if after is not None else (),
            )

        clause, assumed = self._book.numbering_source
        first = self._book.number_format.format(n=self._book.first_number)
        notes = ((_FIRST_NUMBER, Text(first, first)),)
        yield Entry("account", "numbering", _NUMBERING, self._source(clause), assumed, notes=notes)
        for role in self._book.reserved.values():
            label = self._book.account_kinds[role.kind].label
            number = ((_NUMBER, Text(role.number, role.number)),)
            title = Text(f"{label.ja}（{role.number}）", f"{label.en} ({role.number})")
            yield Entry("account", role.number, title, self._source(role.clause), role.assumed, notes=number)

    def _unit(self, unit: UnitType) -> Entry:
        texts = self._book.texts
        evidence = [texts.text("evidence", kind) for kind in unit.evidence_kinds]
        derived = self._book.derived_rules.get(unit.quantity_from or "")
        return Entry(
            kind="unit",
            code=unit.type,
            title=unit.label,
            source=self._source(unit.clause),
            assumed=unit.assumed,
            notes=(
                (_ORIGIN, texts.text("origins", unit.origin)),
                (_PHASED, _YES if unit.has_phase else _NO),
                (_SURRENDERED_FOR, _phases_of(unit)),
                *(((_QUANTITY, derived.label),) if derived is not None else ()),
                *(((_EVIDENCE, _joined(evidence)),) if evidence else ()),
            ),
        )

    def _fields(self) -> Iterator[Entry]:
        for field in self._book.attributes.values():
            choices = list(field.choices.values())
            notes = ((_CHOICES, _joined(choices)),) if choices else ()
            yield Entry("attribute", field.id, field.label, self._source(field.clause), notes=notes)
        for figure in self._book.figures.values():
            yield Entry("figure", figure.id, figure.label, self._source(figure.clause))

    # -- values and days ----------------------------------------------------------------------------------------------

    def _parameter(self, parameter: Parameter) -> Entry:
        values = tuple(self._dated(parameter, value) for value in parameter.values)
        last = values[-1]
        return Entry("parameter", parameter.id, parameter.label, last.source, unit=parameter.unit, values=values)

    def _dated(self, parameter: Parameter, value: DatedValue) -> Dated:
        return Dated(
            first_day=value.start,
            last_day=None if value.end is None else value.end - _ONE_DAY,
            value=value.value,
            shown=shown_value(parameter.type, value.value, parameter.unit),
            source=self._source(value.clause),
            assumed=value.assumed,
            override=None if value.override is None else said_of_override(value.override, parameter.label),
        )

    def _windows(self) -> Iterator[Entry]:
        for name, window in self._book.windows.items():
            yield Entry(
                kind="window",
                code=name,
                title=window.label,
                source=self._source(window.clause),
                assumed=window.assumed,
                days=tuple(self._days(name, number) for number in self._book.calendar.numbers(name)),
            )

    def _days(self, window: str, number: int) -> Days:
        period = self._book.calendar.period(window, number)
        yearly = self._book.calendar.is_yearly(window)
        label = Text(f"{number}年度", str(number)) if yearly else self._book.phases[number].label
        overrides = tuple(
            said_of_override(entry, self._book.parameters[entry.parameter].label)
            for entry in self._book.calendar.overrides(window, number)
        )
        return Days(label, period.start, period.last_day, overrides)

    def _due(self) -> Iterator[Entry]:
        for name, due in self._book.due.items():
            yield Entry(
                kind="due",
                code=name,
                title=due.label,
                source=self._source(due.clause),
                assumed=due.assumed,
                operations=(self._book.operations[due.operation].label,),
                conditions=self._condition(_FALLS_DUE_IF, self._book.due_conditions.get(name)),
                notes=((_WHEN_CLOSES, self._book.windows[due.when_closes].label),),
            )

    # -- rules --------------------------------------------------------------------------------------------------------

    def _check(self, rule: CheckRule) -> Entry:
        return Entry(
            kind="check",
            code=rule.code,
            title=rule.title,
            source=self._source(rule.clause),
            assumed=rule.assumed,
            operations=tuple(self._book.operations[name].label for name in rule.operations),
            conditions=(*self._condition(_WHEN, rule.when), *self._condition(_REQUIRE, rule.require)),
            message=rule.message,
            next_step=rule.next_step,
            facts=tuple((name, self._reader.sentence(fact.condition.text)) for name, fact in rule.facts.items()),
            reads=tuple(self._reads(rule.code)),
        )

    def _derived(self, rule: DerivedRule) -> Entry:
        return Entry(
            kind="derived",
            code=rule.name,
            title=rule.label,
            source=self._source(rule.clause),
            assumed=rule.assumed,
            unit=rule.unit,
            conditions=(
                *self._condition(_EXISTS_IF, rule.exists_when),
                *self._condition(_VALUE, rule.condition),
                *self._condition(_SUM, None if rule.sum is None else rule.sum.where),
                *self._condition(_TEST, None if rule.test is None else rule.test.where),
            ),
            notes=tuple(self._selected(rule.sum or rule.test)),
            reads=tuple(self._reads(rule.name)),
        )

    def _reads(self, code: str) -> Iterator[Reads]:
        parameters, windows = grounds_of(self._book, code)
        for name in parameters:
            yield Reads("parameter", name, self._book.parameters[name].label)
        for name in windows:
            yield Reads("window", name, self._book.windows[name].label)

    @staticmethod
    def _selected(selection: SelectionRule | None) -> Iterator[tuple[Text, Text]]:
        if selection is None:
            return
        if selection.passes:
            yield _PASSES, _joined([check.title for check in selection.passes])
        if selection.fails:
            yield _FAILS, _joined([check.title for check in selection.fails])

    def _reports(self) -> Iterator[Entry]:
        for year in self._book.life.years.values():
            label = self._book.texts.text("year_names", year.year)
            notes = (
                (_FISCAL_YEAR, Text(year.fiscal_year, year.fiscal_year)),
                (_VERIFIED, _YES if year.verified else _NO),
            )
            steps = tuple(self._steps(year.year))
            yield Entry("year", year.year, label, self._source(year.clause), notes=(*notes, *steps))
        for opinion in self._book.opinions.values():
            suffices = ((_SUFFICES, _YES if opinion.suffices else _NO),)
            yield Entry("opinion", opinion.opinion, opinion.label, self._source(opinion.clause), notes=suffices)

    def _steps(self, year: str) -> Iterator[tuple[Text, Text]]:
        """The life of a report of that year: each operation, from which states it leads to which."""
        states = self._book.life.states
        for step in self._book.life.steps:
            if year in step.years:
                before = _joined([states[state] for state in step.from_states])
                after = states[step.to] if step.to is not None else _STAYS
                yield (
                    self._book.operations[step.operation].label,
                    Text(f"{before.ja} → {after.ja}", f"{before.en} → {after.en}"),
                )

    def _transfer_kinds(self) -> Iterator[Entry]:
        for kind in self._book.transfers.kinds.values():
            notes = ((_TRADE, _YES if kind.is_trade else _NO), (_PRICED, _YES if kind.takes_price else _NO))
            yield Entry("transfer_kind", kind.kind, kind.label, self._source(kind.clause), kind.assumed, notes=notes)

    def _results(self) -> Iterator[Entry]:
        rule = self._book.results
        if rule is None:
            return
        derived = {_BASE: rule.base, _TARGET: rule.target, _ACTUAL: rule.actual}
        notes = tuple((label, self._book.derived_rules[name].label) for label, name in derived.items() if name)
        yield Entry("results", "results", KINDS["results"], self._source(rule.clause), rule.assumed, notes=notes)

    def _operations(self) -> Iterator[Entry]:
        for operation in self._book.operations.values():
            if operation.reversal_clause is not None:
                yield Entry(
                    kind="operation",
                    code=operation.name,
                    title=Text(f"{operation.label.ja}の訂正", f"{operation.label.en}: correction by a reverse posting"),
                    source=self._source(operation.reversal_clause),
                    assumed=operation.reversal_assumed,
                )

    def _second_persons(self) -> Iterator[Entry]:
        for operation in self._book.operations.values():
            if operation.four_eyes_clause is not None:
                yield Entry(
                    kind="operation",
                    code=f"{operation.name}.two_persons",
                    title=Text(f"{operation.label.ja}：二人による手続", f"{operation.label.en}: two persons"),
                    source=self._source(operation.four_eyes_clause),
                    assumed=operation.four_eyes_assumed,
                    conditions=self._condition(
                        _TWO_PERSONS_IF, self._book.second_person_conditions.get(operation.name)
                    ),
                )

    def _schedule(self) -> Iterator[Entry]:
        found: dict[str, list[tuple[Text, ScheduleEntry]]] = {}
        for number, phase in self._book.phases.items():
            for item in self._book.schedule(number):
                found.setdefault(item.id, []).append((phase.label, item))
        for name, items in found.items():
            item = items[0][1]
            kind = self._book.participant_kinds.get(item.who)
            days = tuple(
                Days(label, each.period.start, None if each.period.end is None else each.period.end - _ONE_DAY)
                for label, each in items
            )
            notes = ((_WHO, _ADMINISTRATOR if kind is None else kind.label),)
            yield Entry("schedule", name, item.label, self._source(item.clause), item.assumed, days=days, notes=notes)

    def _events(self) -> Iterator[Entry]:
        for event in self._book.events.values():
            notes = ((_SUBJECT, event.subject), (_BODY, event.body))
            reminder = self._book.reminder_conditions.get(event.name.removeprefix(EVENT))
            yield Entry(
                "event",
                event.name,
                event.label,
                self._source(event.clause),
                event.assumed,
                conditions=self._condition(_REMINDS_IF, reminder) if event.name.startswith(EVENT) else (),
                notes=notes,
            )

    def _letters(self) -> Iterator[Entry]:
        letters = self._book.letters
        if letters.kinds:
            notes = ((_FORMAT, Text(letters.number_format, letters.number_format)),)
            source = self._source(letters.clause)
            yield Entry("letter", "numbering", _NUMBERING, source, letters.assumed, notes=notes)
        for rule in letters.kinds.values():
            rows = [letters.label(figure) for figure in rule.figures]
            listed = Text("、".join(row.ja for row in rows), ", ".join(row.en for row in rows))
            notes = ((_BODY, rule.body), *(((_ROWS, listed),) if rows else ()))
            yield Entry("letter", rule.kind, rule.title, self._source(rule.clause), rule.assumed, notes=notes)

    def _factors(self) -> Iterator[Entry]:
        tables: dict[tuple[str, str, date | None, date | None], list[str]] = {}
        of_table: dict[tuple[str, str, date | None, date | None], Any] = {}
        for factor in self._book.factors.factors:
            statute = factor.statute
            key = (factor.category, statute.clause, statute.start, statute.end)
            tables.setdefault(key, []).append(factor.slug)
            of_table[key] = statute
        for number, ((category, clause, start, end), rows) in enumerate(tables.items(), start=1):
            statute = of_table[category, clause, start, end]
            last = None if end is None else end - _ONE_DAY
            yield Entry(
                kind="factors",
                code=f"{category}-{number}",
                title=_CATEGORIES.get(category, Text(category, category)),
                source=Source("", statute.document, clause),
                assumed=statute.assumed,
                days=(Days(Text(f"{len(rows)}件", f"{len(rows)} rows"), start, last),),
            )


def _phases_of(unit: UnitType) -> Text:
    own = {"own": Text("その排出枠の期", "the phase of the unit")}

    def said(bound: int | str) -> Text:
        return own.get(str(bound), Text(f"第{bound}期", f"phase {bound}"))

    first = said(unit.surrender_from)
    if unit.surrender_to is None:
        return Text(f"{first.ja}以降", f"{first.en} and later")
    if unit.surrender_to == unit.surrender_from:
        return first
    last = said(unit.surrender_to)
    return Text(f"{first.ja}～{last.ja}", f"{first.en} to {last.en}")


def _joined(parts: Iterable[Text]) -> Text:
    texts = list(parts)
    return Text("、".join(text.ja for text in texts), ", ".join(text.en for text in texts))


_SUBJECT = Text("件名", "Subject")
_BODY = Text("本文", "Text")
_ROWS = Text("記載する事項", "What it states")
_NUMBERING = Text("文書番号", "Number of a letter")
_FORMAT = Text("書き方", "How it is written")
_NUMBERING = Text("口座番号の付け方", "How accounts are numbered")
_FIRST_NUMBER = Text("最初の番号", "First number")
_BASE = Text("基準", "Base")
_TARGET = Text("目標", "Target")
_ACTUAL = Text("実績", "Actual")
_WHO = Text("行う者", "Who")
_ADMINISTRATOR = Text("管理者", "Administrator")
_YES, _NO = Text("はい", "yes"), Text("いいえ", "no")
_ADOPTED = Text("採択年度", "Adopted in fiscal year")
_YEARS = Text("対象年度", "Years answered for")
_ACCOUNT = Text("開設される口座", "Account that opens")
_PHASED = Text("期に属する", "Belongs to a phase")
_REACHED = Text("連絡先", "Reached by")
_LOGINS = Text("ログイン", "Logins")
_NUMBER = Text("口座番号", "Account number")
_AFTER_BANKING = Text("バンキング後", "After banking")
_ORIGIN = Text("由来", "Origin")
_SURRENDERED_FOR = Text("償却に使える期", "May be surrendered in")
_QUANTITY = Text("発行量", "Quantity issued")
_EVIDENCE = Text("根拠書類", "Evidence")
_CHOICES = Text("選択肢", "Choices")
_TWO_PERSONS_IF = Text("二人を要する場合", "Needs two persons if")
_WHEN_CLOSES = Text("この期間の終了後", "At the end of")
_REMINDS_IF = Text("知らせる条件", "Reminds if")
_FALLS_DUE_IF = Text("対象となる条件", "Concerns an account if")
_WHEN = Text("検査の対象", "Asked when")
_REQUIRE = Text("許される条件", "Allowed if")
_EXISTS_IF = Text("存在する条件", "Exists if")
_VALUE = Text("算式", "Formula")
_SUM = Text("合計する保有分", "Sum of the holdings for which")
_TEST = Text("当てはまる条件", "Holds if")
_PASSES = Text("次の検査を通るもの", "Passing the checks")
_FAILS = Text("次の検査のいずれかを通らないもの", "Failing one of the checks")
_FISCAL_YEAR = Text("年度（期からの位置）", "Fiscal year (offset of the phase)")
_VERIFIED = Text("検証", "Verified")
_STAYS = Text("そのまま", "as it was")
_SUFFICES = Text("承認に足りる", "Suffices for an approval")
_TRADE = Text("取引として数える", "Counts as a trade")
_PRICED = Text("価格を示せる", "May carry a price")
_CATEGORIES = {
    "fuel": Text("燃料の係数", "Factors of fuels"),
    "process": Text("工程の係数", "Factors of processes"),
    "electricity": Text("電気の係数", "Factors of electricity"),
    "heat": Text("熱の係数", "Factors of heat"),
    "supplied": Text("供給者の係数", "Factors of suppliers"),
}
