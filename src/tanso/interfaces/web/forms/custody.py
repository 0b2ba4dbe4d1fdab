"""Forms of the administrator about accounts: freezing, reversing a posting; and the question for both clocks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tanso.interfaces.web.forms.base import ActForm, ReasonForm, dress
from tanso.interfaces.web.forms.day_input import DayInput, InstantInput

_DAYS = ["%Y-%m-%d", "%Y/%m/%d"]
_DAY_ERRORS = {"invalid": _("Write a day, for example 2014-04-01.")}


class OperationsField(forms.MultipleChoiceField):
    """Several of a few choices, all of them visible."""

    is_choice = True
    widget = forms.CheckboxSelectMultiple


class FreezeForm(ReasonForm):
    """What to freeze, why, and until when."""

    operations = OperationsField(
        label=_("Only these acts"),
        help_text=_("Choose none to freeze the whole account: then no units enter or leave it."),
        required=False,
    )
    until = forms.DateField(
        label=_("Ends on"),
        help_text=_("At the start of this day the freezing ends by itself. Leave it empty for no set end."),
        required=False,
        input_formats=_DAYS,
        error_messages=_DAY_ERRORS,
        widget=DayInput(),
    )
    field_order = ("act", "operations", "until", "reason")

    def __init__(self, *args: Any, operations: Sequence[tuple[str, str]], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["operations"].choices = list(operations)  # type: ignore[attr-defined]
        self.fields["reason"].help_text = _("It is told to the holder of the account.")

    def arguments(self) -> dict[str, Any]:
        given = super().arguments()
        if self.cleaned_data["operations"]:
            given["operations"] = sorted(self.cleaned_data["operations"])
        if self.cleaned_data["until"]:
            given["until"] = self.cleaned_data["until"].isoformat()
        return given


class ReverseForm(ActForm):
    """From which day the reversal counts, and why."""

    valid_day = forms.DateField(
        label=_("Counts from"),
        help_text=_("A day since which the units have been where they are now; today at the latest."),
        input_formats=_DAYS,
        error_messages=_DAY_ERRORS,
        widget=DayInput(),
    )
    reason = forms.CharField(
        label=_("Reason"),
        help_text=_("It is told to both holders."),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    def __init__(self, *args: Any, today: date, **options: Any) -> None:
        super().__init__(*args, **options)
        self.initial["valid_day"] = today

    def arguments(self) -> dict[str, Any]:
        return {"valid_day": self.cleaned_data["valid_day"].isoformat(), "reason": self.cleaned_data["reason"].strip()}


class AsOfForm(forms.Form):
    """Which day, and as known when. Sent by GET; the answer stands at its own address."""

    on = forms.DateField(
        label=_("On the day"),
        help_text=_("What counted at the end of this day."),
        input_formats=_DAYS,
        error_messages=_DAY_ERRORS,
        widget=DayInput(),
    )
    known = forms.DateTimeField(
        label=_("As known at"),
        help_text=_("What was recorded later does not show. Leave it empty for all that is known now."),
        required=False,
        error_messages={"invalid": _("Write day and time, for example 2014-04-01 09:00.")},
        widget=InstantInput(),
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M", "%Y/%m/%d %H:%M", "%Y-%m-%dT%H:%M:%S"],
    )

    def __init__(self, given: Mapping[str, str], *, today: date) -> None:
        super().__init__(
            {"on": given.get("on", today.isoformat()), "known": given.get("known", "")}, use_required_attribute=False
        )
        for field in self.fields.values():
            dress(field)
            field.error_messages["required"] = _("Please fill this in.")

    def clean_known(self) -> datetime | None:
        """The instant; people write it in the scheme's time, which the page is in."""
        known: datetime | None = self.cleaned_data["known"]
        return known
