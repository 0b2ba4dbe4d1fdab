"""Forms of the administrator about the kind of transfers: recorded beforehand, and afterwards."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tanso.interfaces.web.forms.base import AccountNumberField, QuantityField, RadioField, ReasonForm
from tanso.interfaces.web.forms.day_input import DayInput


class RecordKindForm(ReasonForm):
    """Of which kind a transfer was, and why that is known."""

    kind = RadioField(label=_("Kind of transfer"))
    field_order: Sequence[str] = ("act", "kind", "reason")

    def __init__(self, *args: Any, kinds: Sequence[tuple[str, str]], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["kind"].choices = list(kinds)  # type: ignore[attr-defined]
        self.fields["reason"].help_text = _("It is told to both holders.")

    def arguments(self) -> dict[str, Any]:
        return super().arguments() | {"kind": self.cleaned_data["kind"]}


class PermitKindForm(RecordKindForm):
    """To which account, of what, how much and until when transfers are of a kind."""

    to = AccountNumberField(label=_("To account"))
    unit = forms.ChoiceField(label=_("Unit"))
    quantity_t = QuantityField(label=_("Up to, in all"))
    last_day = forms.DateField(
        label=_("Until"),
        help_text=_("The last day on which such a transfer may be made."),
        input_formats=["%Y-%m-%d", "%Y/%m/%d"],
        error_messages={"invalid": _("Write a day, for example 2014-04-01.")},
        widget=DayInput(),
    )
    field_order = ("act", "to", "unit", "quantity_t", "kind", "last_day", "reason")

    def __init__(self, *args: Any, units: Sequence[tuple[str, str]], today: date, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["unit"].choices = list(units)  # type: ignore[attr-defined]
        # The name of an account is looked up for holders, before they send.
        self.fields["to"].look_up = False  # type: ignore[attr-defined]
        self.initial.setdefault("last_day", today)

    def arguments(self) -> dict[str, Any]:
        given = {name: self.cleaned_data[name] for name in ("to", "unit", "quantity_t")}
        return super().arguments() | given | {"last_day": self.cleaned_data["last_day"].isoformat()}
