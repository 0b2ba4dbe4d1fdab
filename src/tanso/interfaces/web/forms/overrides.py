"""Forms of the administrator about the values of a scheme: overriding one, and withdrawing that."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tanso.interfaces.web.forms.base import RadioField, ReasonForm
from tanso.interfaces.web.forms.day_input import DayInput
from tanso.rulebook.overrides import read_value, written_value
from tanso.rulebook.parameters import DatedValue, Parameter

_DAYS = ["%Y-%m-%d", "%Y/%m/%d"]
_DAY_ERRORS = {"invalid": _("Write a day, for example 2014-04-01.")}


class OverrideForm(ReasonForm):
    """Which value instead, from when, until when, and why."""

    value = forms.CharField(label=_("New value"), max_length=1000)
    from_day = forms.DateField(
        label=_("Holds from"),
        help_text=_("Today or later. What was decided before stays as it was."),
        input_formats=_DAYS,
        error_messages=_DAY_ERRORS,
        widget=DayInput(),
    )
    to_day = forms.DateField(
        label=_("Holds to"),
        help_text=_("The last day, included. Leave it empty to let the value hold until it is withdrawn."),
        required=False,
        input_formats=_DAYS,
        error_messages=_DAY_ERRORS,
        widget=DayInput(),
    )
    field_order = ("act", "value", "from_day", "to_day", "reason")

    def __init__(self, *args: Any, parameter: Parameter, today: DatedValue, day: date, **options: Any) -> None:
        super().__init__(*args, **options)
        self._kind = parameter.type
        if parameter.type == "bool":
            choice = RadioField(label=_("New value"), choices=[("true", _("Yes")), ("false", _("No"))])
            self.fields["value"] = choice
            self.order_fields(self.field_order)
        else:
            self.fields["value"].help_text = _HELP.get(parameter.type, "")
            self.fields["value"].unit = parameter.unit  # type: ignore[attr-defined]
        self.initial["value"] = written_value(today.value)
        self.initial["from_day"] = day
        self.fields["reason"].help_text = _("It is shown wherever the value is.")

    def arguments(self) -> dict[str, Any]:
        given = super().arguments()
        given["value"] = read_value(self._kind, self.cleaned_data["value"])
        given["from_day"] = self.cleaned_data["from_day"].isoformat()
        if self.cleaned_data["to_day"]:
            given["to_day"] = self.cleaned_data["to_day"].isoformat()
        return given


_HELP = {
    "int": _("A whole number."),
    "phase": _("A whole number."),
    "decimal": _("A decimal, for example 1.075."),
    "day": _("A day, for example 2014-04-01."),
    "month_day": _("Month and day, for example 11-30."),
    "month_days": _("First and last month and day, for example 12-01, 12-28."),
    "texts": _("Several, with commas between them."),
}


class WithdrawForm(ReasonForm):
    """From when the scheme's own value holds again, and why."""

    from_day = forms.DateField(
        label=_("Withdrawn from"),
        help_text=_("From this day on the scheme's own value holds. Overrides that would begin later end too."),
        input_formats=_DAYS,
        error_messages=_DAY_ERRORS,
        widget=DayInput(),
    )
    field_order = ("act", "from_day", "reason")

    def __init__(self, *args: Any, day: date, **options: Any) -> None:
        super().__init__(*args, **options)
        self.initial["from_day"] = day

    def arguments(self) -> dict[str, Any]:
        return super().arguments() | {"from_day": self.cleaned_data["from_day"].isoformat()}
