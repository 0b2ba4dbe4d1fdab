"""The rulebook of one scheme: values by day, the calendar, derived quantities, decisions and their explanations.

A rulebook never changes. Overriding a parameter, or mutating a rule in a test, makes another one with another version.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from tanso.kernel.canonical import sha256
from tanso.kernel.outcomes import Decision
from tanso.kernel.texts import Text
from tanso.rulebook import assembly, factors, grounds, letters, market, registration, reminders, report_form, site
from tanso.rulebook.calendar import Calendar, DueItem, Tweak, WindowError
from tanso.rulebook.conditions import Condition, Environment, suggestion
from tanso.rulebook.context import COLLECTIONS, SURRENDERED
from tanso.rulebook.deciding import Plan
from tanso.rulebook.deriving import Derivation
from tanso.rulebook.errors import RulebookError, refused
from tanso.rulebook.factor_checks import load_factor_files
from tanso.rulebook.factors import FactorBook
from tanso.rulebook.model import OperationRule
from tanso.rulebook.overrides import Override
from tanso.rulebook.parameters import DatedValue, Parameter, entry_problem, override_problem
from tanso.rulebook.protection import TRANSFER_DELAY, TRANSFER_PERIOD, TRUST_DELAY
from tanso.rulebook.reminders import ReminderItem
from tanso.rulebook.rules import CheckRule, DerivedRule
from tanso.rulebook.schedule import ScheduleEntry
from tanso.rulebook.schedule import schedule as entries_of
from tanso.rulebook.scope import Scope
from tanso.rulebook.sources import Sources
from tanso.rulebook.texts import Texts


@dataclass(frozen=True, slots=True)
class Changes:
    """What makes a rulebook differ from its files: overridden parameters, and the mutations of tests."""

    settings: tuple[tuple[str, Any], ...] = ()
    overrides: tuple[Override, ...] = ()
    requires: tuple[tuple[str, str], ...] = ()
    windows: tuple[tuple[str, Tweak], ...] = ()

    def as_json(self) -> dict[str, Any]:
        tweaks = {
            name: {
                "removed": tweak.removed,
                "negated": tweak.negated,
                "first_day_by": tweak.first_day_by,
                "last_day_by": tweak.last_day_by,
            }
            for name, tweak in self.windows
        }
        changes = {"settings": _json(dict(self.settings)), "requires": dict(self.requires), "windows": tweaks}
        return changes | ({"overrides": [entry.as_json() for entry in self.overrides]} if self.overrides else {})


class Rulebook:
    """One scheme's rules, ready to answer. Build it with `loading.load`."""

    def __init__(self, sources: Sources, changes: Changes | None = None, unchanged: Rulebook | None = None) -> None:
        assert sources.scheme is not None  # noqa: S101 -- `sources.read` has made sure
        assert sources.phases is not None  # noqa: S101
        self._sources = sources
        self._changes = changes or Changes()
        # The same rules with the scheme's own values, where some are overridden.
        self.unchanged = unchanged
        shape = sources.scheme
        self.scheme = shape.scheme
        self.timezone = ZoneInfo(shape.timezone)
        self.texts = Texts(sources.texts)
        self.title = self.texts.text("title")
        self.parameters: dict[str, Parameter] = assembly.parameters(
            sources, self.texts, dict(self._changes.settings), self._changes.overrides
        )
        self.phases = assembly.phases(sources, self.texts)
        self.units = assembly.units(sources, self.texts)
        self.account_kinds = assembly.account_kinds(sources, self.texts)
        self.reserved = assembly.reserved(sources)
        self.purposes = assembly.purposes(sources)
        self.number_format, self.first_number = assembly.numbering(sources)
        self.participant_kinds = assembly.participant_kinds(sources, self.texts)
        self.attributes = assembly.attributes(sources, self.texts)
        self.figures = assembly.figures(sources, self.texts)
        self.operations: dict[str, OperationRule] = assembly.operations(sources, self.texts)
        self.life = assembly.life(sources, self.texts)
        self.opinions = assembly.opinions(sources, self.texts)
        self.windows = assembly.windows(sources, self.texts)
        self.due = assembly.due(sources, self.texts)
        self.events = assembly.events(sources, self.texts)
        self.letters = letters.letters(sources, self.texts)
        self.transfers = market.transfers(sources, self.texts)
        self.results = market.results(sources)
        self.site = site.site(sources, self.texts)
        self.registration = registration.registration(sources, self.texts)
        self.report_form = report_form.assemble(sources)
        self.factors: FactorBook = factors.assemble(sources.factors, self.texts)
        self.variables, self._neutrals = assembly.variables(sources, self.attributes)
        self.environment = Environment(variables=self.variables, zone=self.timezone)
        self.calendar = Calendar(
            shape=sources.calendar,
            phases={phase.number: phase for phase in sources.phases.phases},
            dated_on=self.dated,
            year_begins=shape.year_begins,
            tweaks=dict(self._changes.windows),
        )
        self.environment.calendar = self.calendar
        requires = dict(self._changes.requires)
        self.checks: dict[str, CheckRule] = assembly.checks(sources, self.environment, self.texts, requires)
        self.derived_rules: dict[str, DerivedRule] = assembly.derived(
            sources, self.environment, self.texts, self.checks
        )
        self.due_conditions: dict[str, Condition] = assembly.due_conditions(sources, self.environment)
        self.reminder_conditions: dict[str, Condition] = reminders.conditions(sources, self.environment)
        self.second_person_conditions: dict[str, Condition] = assembly.second_person_conditions(
            sources, self.environment
        )
        self.year_conditions: dict[str, Condition] = assembly.year_conditions(sources, self.environment)
        self._guards: dict[str, tuple[CheckRule, ...]] = {
            operation: tuple(check for check in self.checks.values() if operation in check.operations)
            for operation in self.operations
        }
        self._plans: dict[str, Plan] = {}
        self._derivations: dict[tuple[str, ...], Derivation] = {}
        self._known_facts = frozenset(self._neutrals) | frozenset(COLLECTIONS)

    # -- what it is -----------------------------------------------------------------------------------------------

    @cached_property
    def version(self) -> str:
        """SHA-256 of the canonical document: the same text has the same version, an override another one."""
        return sha256(self.document())

    def document(self) -> dict[str, Any]:
        """The full content as canonical JSON can say it, to be kept with decisions and re-judged later."""
        files = {name: _json(value) for name, value in sorted(self._sources.raw.items())}
        return {"scheme": self.scheme, "files": files, "changes": self._changes.as_json()}

    @property
    def settings(self) -> dict[str, Any]:
        """The parameters that were set from the beginning, with their values."""
        return dict(self._changes.settings)

    @property
    def overrides(self) -> tuple[Override, ...]:
        """The entries of overrides and withdrawals, in the order in which they were recorded."""
        return self._changes.overrides

    def overrides_behind(self, code: str, day: date) -> tuple[Override, ...]:
        """The overrides of the values that a check or derived quantity reads on a day, directly or through a window."""
        return grounds.overrides_behind(self, code, day)

    @cached_property
    def documents(self) -> dict[str, Text]:
        """The texts that the rules are from, with their titles: the scheme's own first, then those of its includes."""
        names = sorted(self._sources.documents, key=lambda name: self._sources.is_common("documents", name))
        return {name: self.texts.text("documents", name) for name in names}

    @property
    def numbering_source(self) -> tuple[str, Text | None]:
        """The clause that says how accounts are numbered, and why where it was assumed."""
        assert self._sources.accounts is not None  # noqa: S101 -- `sources.read` has made sure
        numbering = self._sources.accounts.numbering
        return assembly.clause(numbering.reference), assembly.assumed(numbering)

    def unit_name(self, unit_type: str, phase: int | None) -> str:
        """A unit as people write it: the type, and its phase behind a slash."""
        return unit_type if phase is None else f"{unit_type}/{phase}"

    def factors_with(self, *paths: Path) -> FactorBook:
        """The scheme's factors, and those of files that an installation keeps beside them.

        Raises RulebookError where a file is wrong or overlaps other tables, OSError where it cannot be read.
        """
        return self.factors.joined(load_factor_files(paths, beside=self._sources.factors))

    def neutral(self, name: str) -> Any:
        """What a fact reads as where it was not given."""
        return self._neutrals[name]

    # -- values and quantities ------------------------------------------------------------------------------------

    def value(self, parameter_id: str, day: date) -> Any:
        """A parameter's value on a day (a month-day pair as a list of two texts). Raises RulebookError without one."""
        return self.dated(parameter_id, day).value

    def dated(self, parameter_id: str, day: date) -> DatedValue:
        """A parameter's value on a day with its days, clause and override. Raises RulebookError without one."""
        parameter = self.parameters.get(parameter_id)
        if parameter is None:
            raise refused(parameter_id, _no_parameter(parameter_id, self.parameters))
        return parameter.dated(day)

    def derive(self, name: str, facts: Mapping[str, Any]) -> Any:
        """A derived quantity under the facts (`day` is needed); None where it does not exist.

        Raises RulebookError for an unknown name or fact.
        """
        rule = self.derived_rules.get(name)
        if rule is None:
            ja, en = suggestion(name, self.derived_rules)
            raise refused(name, Text(f"この導出量はありません。{ja}", f"There is no such derived quantity.{en}"))
        return rule.value(self._scope(facts))

    def derive_all(self, names: tuple[str, ...], facts: Mapping[str, Any]) -> Mapping[str, Any]:
        """Several derived quantities under the same facts, by name; those that the scheme has not are left out.

        What was worked out from the same values before is remembered. Raises RulebookError for an unknown fact.
        """
        self._refuse_unknown(facts)
        derivation = self._derivations.get(names)
        if derivation is None:
            derivation = self._derivations[names] = Derivation(self, names)
        return derivation.values(facts)

    # -- decisions ------------------------------------------------------------------------------------------------

    def decide(self, operation: str, facts: Mapping[str, Any]) -> Decision:
        """Ask every check of the operation; all findings, in the order of the rule files.

        Raises RulebookError where the scheme has no such operation, a fact is unknown or a condition has no value.
        """
        self._refuse_unknown(facts)
        return self._plan(operation).decide(facts)

    def decision_context(self, decision: Decision, facts: Mapping[str, Any]) -> dict[str, Any]:
        """The facts by which the decision can be judged again: those that its checks read, and no other."""
        return self._plan(decision.operation).context(facts, allowed=decision.allowed)

    def judge_again(self, operation: str, context: Mapping[str, Any]) -> Decision:
        """Decide by a context as it is stored, days written as text."""
        days = {name for name, kind in self.variables.items() if kind == "day"}
        facts = {name: date.fromisoformat(value) if name in days else value for name, value in context.items()}
        return self.decide(operation, facts)

    def needs_second_person(self, operation: str, facts: Mapping[str, Any]) -> bool:
        """Whether such an act, by what is known of it, waits for a second person. Facts as for `decide`."""
        rule = self.operations.get(operation)
        if rule is None or not rule.four_eyes:
            return False
        condition = self.second_person_conditions.get(operation)
        if condition is None:
            return True
        scope = self._scope(facts)
        scope["operation"] = operation
        return condition.value(scope) is True

    def reads(self, operation: str, beginning: str) -> bool:
        """Whether deciding the operation (or deriving its quantities) reads a fact whose name begins like that."""
        return operation in self.operations and self._plan(operation).reads(beginning)

    @property
    def delays_transfers(self) -> bool:
        """Whether some transfers of the scheme are carried out on a later day than they are allowed."""
        return TRANSFER_DELAY in self.derived_rules

    def transfer_executes_on(self, facts: Mapping[str, Any]) -> date | None:
        """The day on which a transfer that is allowed now is carried out; None where that is at once."""
        return self._working_day(TRANSFER_DELAY, facts)

    def trusted_from(self, facts: Mapping[str, Any]) -> date:
        """The day from which an account that is put on the list of trusted ones now is trusted."""
        day: date = facts["day"]
        return self._working_day(TRUST_DELAY, facts) or day

    def transfer_period_days(self, day: date) -> int:
        """Over how many days, this one included, transfers are added up for a threshold."""
        found = self.derive(TRANSFER_PERIOD, {"day": day}) if TRANSFER_PERIOD in self.derived_rules else None
        return max(1, int(found or 1))

    def _working_day(self, name: str, facts: Mapping[str, Any]) -> date | None:
        days = int(self.derive(name, facts) or 0) if name in self.derived_rules else 0
        return self.calendar.working_days.after(facts["day"], days) if days > 0 else None

    @property
    def borrowed_unit(self) -> str:
        """The type of the units that are allocated for each phase, and borrowed where the scheme lets it."""
        return next(unit.type for unit in self.units.values() if unit.quantity_from is not None and unit.has_phase)

    @cached_property
    def sums_what_was_surrendered(self) -> bool:
        """Whether some derived quantity runs over what was surrendered for a year."""
        return any(rule.sum is not None and rule.sum.of == SURRENDERED for rule in self.derived_rules.values())

    def _plan(self, operation: str) -> Plan:
        plan = self._plans.get(operation)
        if plan is None:
            guards = self._guards.get(operation)
            if guards is None:
                raise refused(operation, Text("この制度にない手続です。", "The scheme has no such operation."))
            plan = self._plans[operation] = Plan(self, operation, guards)
        return plan

    def _refuse_unknown(self, facts: Mapping[str, Any]) -> None:
        if not facts.keys() <= self._known_facts:
            name = min(facts.keys() - self._known_facts)
            ja, en = suggestion(name, self._known_facts)
            raise refused(name, Text(f"知らない事実です。{ja}", f"This fact is unknown.{en}"))
        if "day" not in facts:
            raise refused("day", Text("日が示されていません。", "The day is missing."))

    def _scope(self, facts: Mapping[str, Any]) -> Scope:
        self._refuse_unknown(facts)
        return Scope(self, facts)

    def years_reported(self, facts: Mapping[str, Any]) -> list[str]:
        """The years that a new participant reports, by what is known of it (`day`, `participant.…`)."""
        scope = self._scope(facts)
        return [
            year
            for year in self.life.years
            if year not in self.year_conditions or self.year_conditions[year].value(scope) is True
        ]

    # -- what falls due -------------------------------------------------------------------------------------------

    def due_between(self, after: date, upto: date) -> list[DueItem]:
        """What falls due after one day, up to and including another, by day and then in the order of the file."""
        return self.calendar.due_between(after, upto)

    def due_applies(self, item: DueItem, facts: Mapping[str, Any]) -> bool:
        """Whether the item concerns the account of the facts (`day`, `due.phase` and `due.year` come from the item)."""
        condition = self.due_conditions.get(item.id)
        if condition is None:
            return True
        scope = self._scope({**facts, "day": item.day, "due.phase": item.phase, "due.year": item.year})
        scope["operation"] = item.operation
        return condition.value(scope) is True

    @cached_property
    def _reminders(self) -> list[ReminderItem]:
        return reminders.items(self, self._sources.calendar.reminders)

    def reminders_between(self, after: date, upto: date) -> list[ReminderItem]:
        """The reminders after one day, up to and including another, by day and then in the order of the file."""
        return [item for item in self._reminders if after < item.day <= upto]

    def reminders_on(self, day: date) -> list[ReminderItem]:
        """The reminders of one day."""
        return [item for item in self._reminders if item.day == day]

    def reminder_applies(self, item: ReminderItem, facts: Mapping[str, Any]) -> bool:
        """Whether the reminder concerns the account, report or obligation of the facts still."""
        scope = self._scope({**facts, "day": item.day, "due.phase": item.phase, "due.year": item.fiscal_year})
        scope["operation"] = reminders.OPERATION
        return self.reminder_conditions[item.id].value(scope) is True

    def schedule(self, phase: int) -> list[ScheduleEntry]:
        """What each kind of actor does in a phase, by year and then in the order of the file; [] where nothing is said.

        Raises KeyError for a phase that the scheme has not.
        """
        assert self._sources.scheme is not None  # noqa: S101
        shapes, year_begins = self._sources.calendar.schedule, self._sources.scheme.year_begins
        return entries_of(shapes, self.phases[phase], self.calendar, self.texts, year_begins)

    # -- other versions -------------------------------------------------------------------------------------------

    def with_settings(self, settings: Mapping[str, Any]) -> Rulebook:
        """The same rules with parameters overridden. Raises RulebookError for an unknown id or a wrong type."""
        problems = [
            problem
            for name, value in settings.items()
            if (problem := override_problem(self.parameters, self.scheme, str(name), value)) is not None
        ]
        if problems:
            raise RulebookError(problems)
        if not settings:
            return self
        merged = dict(self._changes.settings) | {name: _json(value) for name, value in settings.items()}
        typed = {name: self.parameters[name].typed(value) for name, value in merged.items()}
        return self._changed(settings=tuple(sorted(typed.items())))

    def with_overrides(self, overrides: Iterable[Override]) -> Rulebook:
        """The same rules with further overrides and withdrawals, in the order in which they were recorded.

        Raises RulebookError for an unknown parameter, a wrong type, or a window that would have no days.
        """
        added = tuple(overrides)
        problems = [
            problem for entry in added if (problem := entry_problem(self.parameters, self.scheme, entry)) is not None
        ]
        if problems:
            raise RulebookError(problems)
        return self._changed(overrides=(*self._changes.overrides, *added)) if added else self

    def without_check(self, code: str) -> Rulebook:
        """A mutant whose check lets everything pass."""
        return self._with_require(code, "true")

    def with_negated_check(self, code: str) -> Rulebook:
        """A mutant whose check requires the opposite."""
        return self._with_require(code, f"!({self.checks[code].require.text})")

    def without_window(self, name: str) -> Rulebook:
        """A mutant in which every day lies in the window, of every phase."""
        return self._with_tweak(name, Tweak(removed=True))

    def with_negated_window(self, name: str) -> Rulebook:
        """A mutant in which the days outside the window are inside, and its ends are swapped."""
        return self._with_tweak(name, Tweak(negated=True))

    def with_moved_window(self, name: str, *, first_day_by: int = 0, last_day_by: int = 0) -> Rulebook:
        """A mutant whose window begins or ends some days later (or earlier, below zero)."""
        return self._with_tweak(name, Tweak(first_day_by=first_day_by, last_day_by=last_day_by))

    def _with_require(self, code: str, require: str) -> Rulebook:
        if code not in self.checks:
            raise refused(code, Text("この検査はありません。", "There is no such check."))
        return self._changed(requires=(*self._changes.requires, (code, require)))

    def _with_tweak(self, name: str, tweak: Tweak) -> Rulebook:
        if name not in self.calendar.windows:
            raise refused(name, Text("この期間はありません。", "There is no such window."))
        return self._changed(windows=(*self._changes.windows, (name, tweak)))

    def _changed(self, **changes: Any) -> Rulebook:
        # Only values that people set are worth telling of; a mutant has no other version to compare with.
        unchanged = (self.unchanged or self) if changes.keys() & {"settings", "overrides"} else None
        try:
            return Rulebook(self._sources, replace(self._changes, **changes), unchanged)
        except WindowError as error:
            message = Text(f"期間になりません（{error.reason.ja}）。", f"This makes no window: {error.reason.en}.")
            raise refused(f"windows.{error.window}", message) from None


def _no_parameter(name: str, known: Mapping[str, Parameter]) -> Text:
    ja, en = suggestion(name, known)
    return Text(f"パラメーター「{name}」はありません。{ja}", f"There is no parameter `{name}`.{en}")


def _json(value: Any) -> Any:
    if isinstance(value, dict):
        return {str(key): _json(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_json(item) for item in value]
    return value.isoformat() if isinstance(value, date) else value
