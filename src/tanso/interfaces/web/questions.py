"""Forms that ask and change nothing: which period of a statement, which serial number. Sent by GET, without scripts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tanso.interfaces.web import describe
from tanso.interfaces.web.forms.base import dress
from tanso.interfaces.web.forms.day_input import DayInput
from tanso.kernel.serials import SerialSet, SerialsUnreadableError

_DAYS = ["%Y-%m-%d", "%Y/%m/%d"]


class _Question(forms.Form):
    """A form whose answers stand in the page's address."""

    def __init__(self, *args: Any, **options: Any) -> None:
        options.setdefault("use_required_attribute", False)
        super().__init__(*args, **options)
        for field in self.fields.values():
            dress(field)
            field.error_messages["required"] = _("Please fill this in.")


class PeriodForm(_Question):
    """The days of a statement, both included. People count so; inside, a period ends before its `to_day`."""

    first = forms.DateField(
        label=_("From"),
        help_text=_("The first day."),
        input_formats=_DAYS,
        error_messages={"invalid": _("Write a day, for example 2014-04-01.")},
        widget=DayInput(),
    )
    last = forms.DateField(
        label=_("To"),
        help_text=_("The last day, included."),
        input_formats=_DAYS,
        error_messages={"invalid": _("Write a day, for example 2014-04-01.")},
        widget=DayInput(),
    )

    @classmethod
    def asked(cls, given: Mapping[str, str], *, first: date, last: date) -> PeriodForm:
        """The form as it was sent; where nothing was sent, as if for this period."""
        days = {"first": first.isoformat(), "last": last.isoformat()}
        return cls({name: given.get(name, day) for name, day in days.items()})

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        first, last = cleaned.get("first"), cleaned.get("last")
        if first and last and last < first:
            self.add_error("last", _("The last day lies before the first."))
        if last == date.max:
            self.add_error("last", _("Choose an earlier day."))
        return cleaned

    @property
    def from_day(self) -> date:
        day: date = self.cleaned_data["first"]
        return day

    @property
    def to_day(self) -> date:
        """The first day after the period."""
        day: date = self.cleaned_data["last"]
        return day + timedelta(days=1)


class SerialForm(_Question):
    """One serial number of one unit class."""

    unit = forms.ChoiceField(label=_("Unit"), error_messages={"invalid_choice": _("Please choose.")})
    number = forms.CharField(label=_("Serial number"), max_length=100)

    def __init__(self, *args: Any, units: Sequence[tuple[str, str]], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["unit"].choices = list(units)  # type: ignore[attr-defined]
        self.fields["number"].widget.attrs |= {"inputmode": "numeric", "autocomplete": "off"}

    def clean_number(self) -> int:
        try:
            named = SerialSet.parse(self.cleaned_data["number"])
        except SerialsUnreadableError as error:
            raise forms.ValidationError(describe.here(error.message)) from None
        if named.quantity_t != 1:
            raise forms.ValidationError(_("Write one number, without thousands separators."))
        return named.ranges[0].start
