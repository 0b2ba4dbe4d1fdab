"""The values of the scheme, and what this installation has overridden: the list, and both acts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from tanso.acts import Act, rulebooks
from tanso.acts import queries as acts
from tanso.acts.overriding import OVERRIDE, WITHDRAW, entry_of
from tanso.interfaces.web import describe, overrides, words
from tanso.interfaces.web.access import seen_by
from tanso.interfaces.web.acting import ActView, Change, Crumb, crumbs
from tanso.interfaces.web.desk import Desk, Who
from tanso.interfaces.web.override_forms import OverrideForm, WithdrawForm
from tanso.kernel.outcomes import Outcome
from tanso.rulebook import Rulebook
from tanso.rulebook.parameters import DatedValue, Parameter


@dataclass(frozen=True, slots=True)
class ValueLine:
    """One of a parameter's values with its days, as the list shows it."""

    days: str
    value: str
    clause: str
    assumed: str
    mark: str
    is_today: bool


@dataclass(frozen=True, slots=True)
class ParameterLine:
    """A parameter as the list shows it: its value today, all its values, and where to change it."""

    id: str
    label: str
    today: ValueLine | None
    others: list[ValueLine]
    override_address: str
    withdraw_address: str


@seen_by(Who.ADMINISTRATOR)
def parameter_list(request: HttpRequest) -> HttpResponse:
    """Every parameter with its value today, its source, and what was overridden."""
    desk: Desk = request.desk  # type: ignore[attr-defined]
    return render(
        request,
        "web/administration/parameters.html",
        {
            "crumbs": crumbs(desk, _("Parameters")),
            "lines": [_line(desk, parameter) for parameter in desk.rulebook.parameters.values()],
            "entries": [
                {
                    "entry": entry,
                    "label": describe.here(desk.rulebook.parameters[entry.override.parameter].label),
                    "value": ""
                    if entry.override.withdraws
                    else overrides.value(desk.rulebook, entry.override.parameter, entry.override.value),
                    "days": _days(entry.override.from_day, entry.override.end),
                }
                for entry in reversed(acts.override_entries(desk.scheme))
                if entry.override.parameter in desk.rulebook.parameters
            ],
        },
    )


def _line(desk: Desk, parameter: Parameter) -> ParameterLine:
    today = desk.today
    lines = [_value_line(desk, parameter, dated) for dated in parameter.values]
    can_withdraw = any(
        dated.override is not None and (dated.end is None or dated.end > today) for dated in parameter.values
    )
    operations = desk.rulebook.operations
    return ParameterLine(
        id=parameter.id,
        label=describe.here(parameter.label),
        today=next((line for line in lines if line.is_today), None),
        others=lines if len(lines) > 1 else [],
        override_address=_address(desk, OVERRIDE, parameter) if OVERRIDE in operations else "",
        withdraw_address=_address(desk, WITHDRAW, parameter) if can_withdraw and WITHDRAW in operations else "",
    )


def _value_line(desk: Desk, parameter: Parameter, dated: DatedValue) -> ValueLine:
    return ValueLine(
        days=_days(dated.start, dated.end),
        value=overrides.value(desk.rulebook, parameter.id, dated.value),
        clause=describe.clause(desk.rulebook, dated.clause),
        assumed="" if dated.assumed is None else describe.here(dated.assumed),
        mark="" if dated.override is None else overrides.marks(desk.rulebook, [dated.override])[0],
        is_today=dated.holds_on(desk.today),
    )


def _days(start: date | None, end: date | None) -> str:
    """Half-open days as people say them, with the last one included."""
    first = "" if start is None else describe.here(words.short_day(start))
    last = "" if end is None else describe.here(words.short_day(date.fromordinal(end.toordinal() - 1)))
    if first and last:
        return _("%(first)s to %(last)s") % {"first": first, "last": last}
    if first:
        return _("from %(first)s") % {"first": first}
    return _("until %(last)s") % {"last": last} if last else _("on all days")


def _address(desk: Desk, name: str, parameter: Parameter) -> str:
    return reverse(name, kwargs={"scheme": desk.scheme, "parameter": parameter.id})


class _ParameterAct(ActView):
    """An act about one parameter; its confirmation says which windows move."""

    who = (Who.ADMINISTRATOR,)
    parameter: Parameter

    def find(self, **kwargs: Any) -> None:
        found = self.desk.rulebook.parameters.get(kwargs["parameter"])
        if found is None or self.operation not in self.desk.rulebook.operations:
            raise Http404
        self.parameter = found

    def fixed_arguments(self) -> dict[str, Any]:
        return {"parameter": self.parameter.id}

    def lead(self) -> str:
        return describe.here(self.parameter.label)

    def way(self) -> list[Crumb]:
        return crumbs(self.desk, (_("Parameters"), self.back()), self.title())

    def back(self) -> str:
        return reverse("parameters", kwargs={"scheme": self.desk.scheme})

    def _act(self, *given: Any) -> Act:
        self.act = super()._act(*given)
        return self.act

    def look(self) -> Rulebook:
        return rulebooks.current(self.desk.scheme)

    def changes(self, before: Any, after: Any, outcome: Outcome) -> Sequence[Change]:
        return overrides.changes(self.desk, entry_of(self.act), before, after)

    def context(self) -> dict[str, Any]:
        line = next((value for value in _line_values(self.desk, self.parameter) if value.is_today), None)
        facts = [describe.Line(_("Parameter"), f"{describe.here(self.parameter.label)} ({self.parameter.id})")]
        if line is not None:
            facts += [describe.Line(_("Value today"), line.value), describe.Line(_("Clause"), line.clause)]
            facts += [describe.Line(_("Assumed, because"), line.assumed)] if line.assumed else []
            facts += [describe.Line(_("Overridden"), line.mark)] if line.mark else []
        return {"button": _("Continue to the confirmation"), "facts": facts}


def _line_values(desk: Desk, parameter: Parameter) -> list[ValueLine]:
    return [_value_line(desk, parameter, dated) for dated in parameter.values]


class OverrideParameter(_ParameterAct):
    """Set another value from a day on."""

    operation = OVERRIDE
    form_class = OverrideForm

    def form_options(self) -> dict[str, Any]:
        today = self.desk.today
        held = [dated for dated in self.parameter.values if dated.holds_on(today)]
        return {"parameter": self.parameter, "today": (held or list(self.parameter.values))[0], "day": today}


class WithdrawOverride(_ParameterAct):
    """Let the scheme's own value hold again."""

    operation = WITHDRAW
    form_class = WithdrawForm

    def form_options(self) -> dict[str, Any]:
        return {"day": self.desk.today}


def is_about_parameters(operation: str) -> bool:
    """Whether a proposal of this operation is shown with what it changes in the calendar."""
    return operation in (OVERRIDE, WITHDRAW)
