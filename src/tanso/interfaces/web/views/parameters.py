"""The values of the scheme, and what this installation has overridden: the list, and both acts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.http import Http404, HttpRequest, HttpResponseBase
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _

from tanso.acts import Act, rulebooks
from tanso.acts import queries as acts
from tanso.acts.overriding import OVERRIDE, WITHDRAW, entry_of
from tanso.interfaces.web import describe, overrides, words
from tanso.interfaces.web.access import seen_by
from tanso.interfaces.web.acting import ActView, Change, Crumb, crumbs
from tanso.interfaces.web.desk import Desk, Who
from tanso.interfaces.web.forms.overrides import OverrideForm, WithdrawForm
from tanso.interfaces.web.lists import cells
from tanso.interfaces.web.lists.answering import answer
from tanso.interfaces.web.lists.filters import Tick, Words, plain, told, where
from tanso.interfaces.web.lists.listing import Column, Listing
from tanso.kernel.outcomes import Outcome
from tanso.rulebook import Rulebook
from tanso.rulebook.parameters import DatedValue, Parameter

_ALL = 1000


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
def parameter_list(request: HttpRequest) -> HttpResponseBase:
    """Every parameter with its value today, its source, and what was overridden."""
    desk: Desk = request.desk  # type: ignore[attr-defined]
    context = {"crumbs": crumbs(desk, _("Parameters"))}
    return answer(
        request, "web/administration/parameters.html", context, _values(request, desk), _entries(request, desk)
    )


def _values(request: HttpRequest, desk: Desk) -> Listing:
    def name(line: ParameterLine) -> cells.Cell:
        shown = format_html(
            '<span id="{}">{}<br><code class="small soft">{}</code></span>', line.id, line.label, line.id
        )
        return cells.Shown(shown, f"{line.label} · {line.id}")

    return Listing(
        request=request,
        name="parameters",
        title=_("Parameters"),
        rows=[_line(desk, parameter) for parameter in desk.rulebook.parameters.values()],
        columns=[
            Column(key="parameter", label=_("Parameter"), cell=name, sort=lambda line: plain(line.label), width=40),
            Column(key="value", label=_("Value today"), cell=_value_today, width=40),
            Column(key="source", label=_("Source"), cell=_source, sort=_clause, width=40),
            Column(key="acts", label=_("Act"), cell=_changing, in_file=False),
        ],
        filters=[
            Words(
                name="words",
                label=_("Words in the list"),
                narrow=told(lambda line: line.label, lambda line: line.id, _clause),
            ),
            Tick(
                name="overridden", label=_("Only overridden ones"), narrow=where(lambda line, _value: _is_marked(line))
            ),
        ],
        # A parameter is looked for on one page, and led to by its name.
        rows_a_page=_ALL,
        empty=_("The scheme has no parameters."),
        is_dense=False,
    )


def _is_marked(line: ParameterLine) -> bool:
    return any(value.mark for value in (line.today, *line.others) if value is not None)


def _clause(line: ParameterLine) -> str | None:
    return None if line.today is None else line.today.clause


def _value_today(line: ParameterLine) -> cells.Cell:
    """The value, whether it is overridden, and all values with their days."""
    html = render_to_string("web/administration/parameter_value.html", {"line": line})
    days = [f"{value.days}: {value.value}" for value in line.others]
    now = "" if line.today is None else line.today.value
    return cells.Shown(
        html, " · ".join(filter(None, (now, line.today.mark if line.today else "", *days))), is_block=True
    )


def _source(line: ParameterLine) -> cells.Cell:
    if line.today is None:
        return None
    assumed = f"{_('Assumed, because')}: {line.today.assumed}" if line.today.assumed else ""
    return cells.beside(line.today.clause, assumed)


def _changing(line: ParameterLine) -> cells.Cell:
    known = ((_("Override"), line.override_address), (_("Withdraw"), line.withdraw_address))
    links = [cells.link(label, address, about=line.label) for label, address in known if address]
    return cells.several(links, between="\n")


def _entries(request: HttpRequest, desk: Desk) -> Listing:
    def name(entry: acts.OverrideEntry) -> str:
        return describe.here(desk.rulebook.parameters[entry.override.parameter].label)

    def value(entry: acts.OverrideEntry) -> cells.Cell:
        if entry.override.withdraws:
            return cells.tag(_("Withdrawn"))
        return overrides.value(desk.rulebook, entry.override.parameter, entry.override.value)

    def by(entry: acts.OverrideEntry) -> cells.Cell:
        record = entry.act_id and reverse("act", kwargs={"scheme": desk.scheme, "act_id": entry.act_id})
        return cells.several(
            [
                cells.several(map(cells.code, filter(None, (entry.proposed_by, entry.recorded_by))), between=", "),
                entry.override.day,
                cells.link(_("Record"), record) if record else None,
            ],
            between="\n",
        )

    entries = [one for one in acts.override_entries(desk.scheme) if one.override.parameter in desk.rulebook.parameters]
    return Listing(
        request=request,
        name="overrides",
        prefix="overrides-",
        title=_("Overrides and withdrawals"),
        rows=list(reversed(entries)),
        columns=[
            Column(key="parameter", label=_("Parameter"), cell=name, sort=name, width=36),
            Column(key="value", label=_("Value"), cell=value, width=24),
            Column(
                key="days",
                label=_("Days"),
                cell=lambda entry: _days(entry.override.from_day, entry.override.end),
                sort=lambda entry: entry.override.from_day,
                width=28,
            ),
            Column(key="reason", label=_("Reason"), cell=lambda entry: entry.override.reason, width=48),
            Column(key="by", label=_("By"), cell=by, width=36),
        ],
        empty=_("Nothing was overridden: all values are the scheme's own."),
        is_dense=False,
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
