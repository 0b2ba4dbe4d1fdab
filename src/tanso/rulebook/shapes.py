"""The shape of each file of a scheme, as pydantic models: what may be written where, and of what type.

Unknown keys are refused. What cannot be said by shape alone (names that must exist, conditions that must compile) is
in `validation`.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

Name = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$")]
Code = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_-]*(\.[a-z0-9_]+)+$")]
YearOffset = Annotated[str, StringConstraints(pattern=r"^(adopted|target|year)([+-][0-9]{1,2})?$")]
MonthDayText = Annotated[str, StringConstraints(pattern=r"^[0-9]{2}-[0-9]{2}$")]
Some = Annotated[str, StringConstraints(min_length=1)]


class Shape(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, populate_by_name=True)


class Bilingual(Shape):
    ja: Some
    en: Some


class Reference(Shape):
    """Where a rule is written: a document of `documents.yaml` and its clause."""

    document: Some
    clause: Some


class Sourced(Shape):
    """Something with a source. `assumed` says, in both languages, why we chose what the source does not say."""

    reference: Reference
    assumed: Bilingual | None = None
    checked_on: date | None = None


class DocumentShape(Shape):
    issued_on: date | None = None


class FourEyesShape(Sourced):
    """When an act needs a second person (`when`; without it, always), and who that may be.

    `by: same`: another login that may do the operation itself, as a rule of the same participant or another
    administrator; `by: administrator`: an administrator.
    """

    when: str | None = None
    by: Literal["same", "administrator"] = "same"


class OperationShape(Shape):
    """`reversible`: a posting of this operation may be reversed, and the clause that allows it.

    `four_eyes`: whether an act needs two persons; the name of a parameter that says so; or when, and by whom.
    """

    four_eyes: bool | Name | FourEyesShape = False
    reversible: Sourced | None = None


class ParticipantShape(Sourced):
    account: str | None = None
    has_phase: bool = False
    logins: dict[Annotated[str, StringConstraints(pattern=r"^[A-Z]$")], list[Literal["emissions", "allowances"]]]


class SchemeShape(Shape):
    """`year_begins`: the first day of the scheme's years."""

    scheme: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]*$")]
    timezone: Some
    year_begins: MonthDayText = "04-01"
    includes: list[Some] = []
    checked_on: date
    operations: dict[Name, OperationShape]
    participants: dict[Name, ParticipantShape]


# A `phase` is the number of one that the scheme has; a `rounding` is what `times` and `divided` take.
ParameterType = Literal[
    "int", "bool", "decimal", "text", "day", "month_day", "month_days", "texts", "phase", "rounding"
]


class DatedValue(Sourced):
    """A value from a day on (`from`; without it, from the beginning) to a last day included (`to`; else the next)."""

    from_: date | None = Field(default=None, alias="from")
    to: date | None = None
    value: Any


class ParameterShape(Shape):
    """A parameter; `choices` are the only texts that it may be, `at_least` and `at_most` bound a number."""

    type: ParameterType
    unit: str | None = None
    choices: list[Some] = []
    at_least: int | str | None = None
    at_most: int | str | None = None
    values: Annotated[list[DatedValue], Field(min_length=1)]


class YearSpan(Shape):
    """Years from one to another, both included."""

    first: int
    last: int


class PhaseShape(Sourced):
    """A phase; with `years`, its holders answer for each of them, without, for the target year alone."""

    number: Annotated[int, Field(ge=1)]
    adopted: int
    target: int
    years: YearSpan | None = None


class PhasesShape(Shape):
    phases: Annotated[list[PhaseShape], Field(min_length=1)]


class PhaseSpan(Shape):
    """Phases from one to another, both included; `own` is the phase of the unit itself; without `to`, all later."""

    from_: int | Literal["own"] = Field(alias="from")
    to: int | Literal["own"] | None = None


class UnitPhases(Shape):
    """Phases of the scheme that a unit belongs to, both ends included."""

    first: Annotated[int, Field(ge=1)]
    last: int


class UnitShape(Sourced):
    """A unit of the scheme's own, or, with `of`, one of another scheme that this one recognises.

    `phases` says which phases of that other scheme; a unit of the scheme's own may have each of the scheme's phases.
    """

    of: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]*$")] | None = None
    phases: UnitPhases | None = None
    has_phase: bool
    origin: Name
    quantity_from: str | None = None
    evidence_kinds: list[Some] = []
    evidence_record: list[Literal["account", "serials", "day"]] = []
    surrender_phases: PhaseSpan


class AccountKindShape(Sourced):
    holding: bool = False
    after_banking: str | None = None


class ReservedShape(Sourced):
    number: Some
    kind: Name


class AccountsShape(Shape):
    number_format: Annotated[str, StringConstraints(pattern=r"^[^{}]*\{n\}[^{}]*$")]
    first_number: Annotated[int, Field(ge=1)]
    numbering: Sourced
    kinds: dict[Name, AccountKindShape]
    reserved: dict[Name, ReservedShape]
    purposes: dict[Name, Name] = {}


AttributeType = Literal["bool", "text", "choice", "int", "decimal", "day"]


class AttributeShape(Sourced):
    """A field of the participants. `required_of` names the kinds of participant that must have it."""

    of: Literal["participant"] = "participant"
    type: AttributeType
    unit: str | None = None
    choices: list[Name] = []
    required_of: list[Name] = []


class FigureShape(Sourced):
    """A figure of a participant and a year, recorded by an act. A decimal is written as a text.

    `at_least`: the least that a number may be; without it, a number may be below zero.
    """

    type: Literal["int", "decimal", "bool", "text", "day"]
    unit: str | None = None
    at_least: int | None = None


class Selection(Shape):
    """Which holdings (or which unit) are meant: `where` holds, all of `passes` pass, and any of `fails` fails.

    A sum runs over what the account holds, or `of: surrendered` over what was surrendered for the year in question.
    """

    of: Literal["holdings", "surrendered"] = "holdings"
    where: str | None = None
    passes: list[Code] = []
    fails: list[Code] = []


class DerivedShape(Sourced):
    type: Literal["int", "bool", "text"] = "int"
    unit: str | None = None
    exists: str | None = None
    value: str | None = None
    sum: Selection | None = None
    test: Selection | None = None


class LabelledFact(Shape):
    """A fact whose value is a word of the scheme: it is shown by its label (`label: accounts`), as a day or a year."""

    value: Some
    label: Some


class CheckShape(Sourced):
    code: Code
    operations: Annotated[list[Name], Field(min_length=1)]
    each: list[Literal["from", "to"]] = []
    when: str | None = None
    require: Some
    facts: dict[Name, str | LabelledFact] = {}


class MonthDay(Shape):
    """A day of the year, fixed or from a parameter (`item` of a pair)."""

    fixed: MonthDayText | None = None
    parameter: str | None = None
    item: Literal["first", "last"] | None = None


class FirstDay(Shape):
    """The first day: that day of a fiscal year, or the next such day after another window has closed."""

    month_day: MonthDay
    fiscal_year: YearOffset | None = None
    after: str | None = None


class LastDay(Shape):
    """The last day, itself inside: that day of a fiscal year, or the next such day on or after the first day."""

    month_day: MonthDay
    fiscal_year: YearOffset | None = None


class WindowShape(Sourced):
    """A window of each phase, or of each year of every phase (then `fiscal_year: year` is that year)."""

    each: Literal["phase", "year"] = "phase"
    first_day: FirstDay
    last_day: LastDay | None = None

    @property
    def own_year(self) -> str:
        """The year that the window is about, as an offset."""
        return "year" if self.each == "year" else "target"


class DueShape(Sourced):
    operation: Name
    when_closes: str
    subjects: Literal["obligations", "open_accounts"]
    condition: str | None = None


class ScheduleShape(Sourced):
    """What a kind of participant (or `administrator`) does, in a window, a year, or the part of one in the other."""

    who: Name
    fiscal_year: YearOffset | None = None
    window: str | None = None


class WorkingDaysShape(Sourced):
    """Monday to Friday, without the holidays of a country (two letters) and the days that are `closed` each year.

    Single days that are `closed`, or `open` all the same, come before all of that.
    """

    holidays: Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}$")] | None = None
    closed_each_year: list[MonthDayText] = []
    closed: list[date] = []
    open: list[date] = []


class ReminderShape(Sourced):
    """A reminder before the last day of a window, or of an entry of the schedule. `days_before` are parameters.

    `condition` says whom of the subjects it concerns still; reports are those about `year`, obligations those of the
    year that the window is one of. `figure` is told with it.
    """

    window: str | None = None
    schedule: str | None = None
    days_before: Annotated[list[Name], Field(min_length=1)]
    subjects: Literal["accounts", "reports", "obligations"]
    year: Name | None = None
    figure: Name | None = None
    condition: Some


class CalendarShape(Shape):
    working_days: WorkingDaysShape | None = None
    windows: dict[Name, WindowShape] = {}
    due: dict[Name, DueShape] = {}
    schedule: dict[Name, ScheduleShape] = {}
    reminders: dict[Name, ReminderShape] = {}


class NeededBy(Shape):
    """The day that a figure is needed by: the first or the last day of a window of its phase."""

    window: Name
    day: Literal["first", "last"]


class YearShape(Sourced):
    """A year that holders report. `for`: only those of which this holds when they are registered (`participant.…`).

    `settles`: what its figure is for, so that a correction is followed by it; `takes_back_to`: the reserved account for
    units that an allocation turns out to be too large by; `needed_by`: the day in whose order reports are reviewed.
    """

    fiscal_year: YearOffset
    verified: bool = True
    for_: str | None = Field(default=None, alias="for")
    settles: Literal["allocation", "obligation"] | None = None
    takes_back_to: str | None = None
    needed_by: NeededBy | None = None


class StateShape(Shape):
    figure_is_final: bool = False


class TransitionShape(Shape):
    operation: Name
    years: list[Name]
    from_: list[Name] = Field(alias="from")
    to: Name | None = None


class OpinionShape(Sourced):
    suffices: bool


class ReportsShape(Shape):
    years: dict[Name, YearShape] = {}
    initial: Name | None = None
    states: dict[Name, StateShape] = {}
    life: list[TransitionShape] = []
    opinions: dict[Name, OpinionShape] = {}


class EventShape(Sourced):
    """A mail. `audience` is what it is about: `registration` is for the first login of a participant alone, `case` for
    the logins that emissions concern where the case is about emissions, else for the first one alone."""

    audience: Literal["emissions", "allowances", "registration", "case"]
    to: Annotated[list[Literal["holder", "verifier", "administrator", "applicant", "questioner"]], Field(min_length=1)]
    facts: list[Name] = []
