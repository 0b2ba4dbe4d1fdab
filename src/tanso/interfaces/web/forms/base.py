"""Forms: what a person writes, read into the arguments of one act. They check that it can be read; rules do the rest.

Every form of an act carries the act's id from the moment it is shown, so that a form sent twice is one act.
"""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID, uuid4

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from tanso.emissions.workbooks import LARGEST_BYTES
from tanso.interfaces.web.forms.day_input import DayInput
from tanso.kernel.quantities import read_quantity

# Dashes that a Japanese keyboard offers where an account number has a hyphen.
_DASHES = str.maketrans(dict.fromkeys("‐‑‒–—―−ーｰ", "-"))

_CLASS_BY_WIDGET: tuple[tuple[type[forms.Widget], str], ...] = (
    (forms.Textarea, "textarea"),
    (forms.RadioSelect, ""),
    (forms.CheckboxInput, ""),
    (forms.Select, "select"),
    (forms.Widget, "input"),
)


def dress(field: forms.Field) -> None:
    """Give a field's control its style class, beside those that it has."""
    for widget_type, name in _CLASS_BY_WIDGET:
        if isinstance(field.widget, widget_type):
            classes = f"{name} {field.widget.attrs.get('class', '')}".strip()
            if classes:
                field.widget.attrs["class"] = classes
            return


class QuantityField(forms.CharField):
    """A number of tonnes as people write it. Fractions, zero, negative and huge numbers pass: the rules refuse them."""

    unit = "t"

    def __init__(self, **options: Any) -> None:
        options.setdefault("max_length", 100)
        super().__init__(**options)
        self.widget.attrs |= {"inputmode": "numeric", "autocomplete": "off", "class": "input--number"}

    def clean(self, value: Any) -> int | str | None:
        text = super().clean(value)
        if not text:
            return None
        try:
            quantity = read_quantity(text)
        except ValueError:
            raise forms.ValidationError(_("Write a number of tonnes, for example 1,000.")) from None
        return quantity.t if quantity.is_whole else unicodedata.normalize("NFKC", text).strip()


class YenField(QuantityField):
    """A number of yen as people write it. What is out of range passes: the rules refuse it."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        # A word of the page's language, where tonnes have a sign.
        self.unit = _("yen")  # type: ignore[assignment]

    def clean(self, value: Any) -> int | str | None:
        try:
            return super().clean(value)
        except forms.ValidationError as error:
            if value:
                raise forms.ValidationError(_("Write a number of yen, for example 1,000,000.")) from None
            raise error from None


class AccountNumberField(forms.CharField):
    """An account number in any width and with any dash."""

    look_up = True

    def __init__(self, **options: Any) -> None:
        options.setdefault("max_length", 64)
        super().__init__(**options)
        self.widget.attrs |= {
            "autocomplete": "off",
            "autocapitalize": "characters",
            "class": "input--code",
            "spellcheck": "false",
        }

    def clean(self, value: Any) -> str:
        return unicodedata.normalize("NFKC", super().clean(value)).translate(_DASHES).strip()


class WorkbookField(forms.FileField):
    """An Excel file. Whether it is the prescribed form is for the rules to say."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.widget.attrs["accept"] = ".xlsx"

    def clean(self, data: Any, initial: Any = None) -> Any:
        upload = super().clean(data, initial)
        if isinstance(upload, UploadedFile) and (upload.size or 0) > LARGEST_BYTES:
            raise forms.ValidationError(_("The file is larger than 20 MB. Send its pictures as attachments."))
        if isinstance(upload, UploadedFile) and not str(upload.name).casefold().endswith(".xlsx"):
            raise forms.ValidationError(_("The file's name must end in .xlsx. Save it as an Excel workbook."))
        return upload


class RadioField(forms.ChoiceField):
    """A choice of a few, all of them visible."""

    is_choice = True
    widget = forms.RadioSelect


class StatementField(forms.BooleanField):
    """What a person says by ticking it. Where it must be said, the form is not sent on without."""

    is_statement = True


class ActForm(forms.Form):
    """The form of one act. `act` is its id; a new form gets a new one."""

    act = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, **options: Any) -> None:
        options.setdefault("initial", {}).setdefault("act", uuid4())
        options.setdefault("use_required_attribute", False)
        super().__init__(*args, **options)
        for field in self.fields.values():
            dress(field)
            chooses = isinstance(field, (forms.ChoiceField, forms.FileField))
            field.error_messages["required"] = _("Please choose.") if chooses else _("Please fill this in.")

    @property
    def act_id(self) -> UUID:
        identity: UUID = self.cleaned_data["act"]
        return identity

    def arguments(self) -> dict[str, Any]:
        """What the person wrote, as arguments of the act."""
        return {}

    def uploads(self) -> dict[str, bytes]:
        """The bytes of uploaded files by argument name; a file that was not chosen is left out."""
        found = {}
        for name, field in self.fields.items():
            upload = self.cleaned_data.get(name) if isinstance(field, forms.FileField) else None
            if upload:
                upload.seek(0)
                found[name] = upload.read()
        return found

    def sealed(self) -> dict[str, bytes]:
        """What goes beside the act instead of into it, by argument name: data of persons, which acts only hash."""
        return {}

    def hashes(self) -> dict[str, str]:
        """The uploaded files by their SHA-256, as acts name them: with another file, it is another act."""
        return {name: hashlib.sha256(content).hexdigest() for name, content in self.uploads().items()}


class TransferForm(ActForm):
    """Units to another account."""

    to = AccountNumberField(
        label=_("Account to transfer to"), help_text=_("The account number that your trading partner gave you.")
    )
    unit = forms.ChoiceField(label=_("Unit"))
    quantity_t = QuantityField(label=_("Quantity"))
    kind = forms.ChoiceField(label=_("Kind of transfer"), required=False)
    price_yen = YenField(
        label=_("Price of the whole transfer"),
        help_text=_("Only your trading partner and the administrator see it. It counts in the average of the phase."),
        required=False,
    )

    def __init__(
        self,
        *args: Any,
        units: Sequence[tuple[str, str]],
        look_up: str,
        kinds: Sequence[tuple[str, str]] = (),
        takes_price: bool = False,
        **options: Any,
    ) -> None:
        super().__init__(*args, **options)
        self.fields["unit"].choices = list(units)  # type: ignore[attr-defined]
        if kinds:
            self.fields["kind"].choices = list(kinds)  # type: ignore[attr-defined]
        else:
            del self.fields["kind"]
        if not takes_price:
            del self.fields["price_yen"]
        # Where scripts run, the name of the account appears while its number is written.
        self.fields["to"].widget.attrs |= {
            "hx-get": look_up,
            "hx-trigger": "load, change, keyup changed delay:400ms",
            "hx-target": "next .look-up",
        }

    def arguments(self) -> dict[str, Any]:
        said = {name: self.cleaned_data.get(name) for name in ("kind", "price_yen")}
        given = {name: self.cleaned_data[name] for name in ("to", "unit", "quantity_t")}
        return given | {name: value for name, value in said.items() if value not in (None, "")}


class UnitsForm(ActForm):
    """Units that leave the account for one of the registry's own."""

    unit = forms.ChoiceField(label=_("Unit"))
    quantity_t = QuantityField(label=_("Quantity"))

    def __init__(self, *args: Any, units: Sequence[tuple[str, str]], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["unit"].choices = list(units)  # type: ignore[attr-defined]

    def arguments(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in ("unit", "quantity_t")}


class CancelForm(UnitsForm):
    """Units out of the market for good, with what for."""

    purpose = RadioField(label=_("Purpose"))
    statement = forms.CharField(
        label=_("Statement"),
        help_text=_("For whom or for what the units are cancelled. It is kept with the record."),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, purposes: Sequence[tuple[str, str]], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["purpose"].choices = list(purposes)  # type: ignore[attr-defined]

    def arguments(self) -> dict[str, Any]:
        return super().arguments() | {name: self.cleaned_data[name] for name in ("purpose", "statement")}


class IssueForm(ActForm):
    """Units into an account. Quantity and evidence are asked for only where the rules do not give them."""

    quantity_t = QuantityField(label=_("Quantity"))
    kind = forms.ChoiceField(label=_("Kind of evidence"))
    reference = forms.CharField(
        label=_("Reference of the evidence"), help_text=_("Each reference serves once."), max_length=200
    )

    def __init__(
        self, *args: Any, asks_quantity: bool, evidence_kinds: Sequence[tuple[str, str]], **options: Any
    ) -> None:
        super().__init__(*args, **options)
        if not asks_quantity:
            del self.fields["quantity_t"]
        if evidence_kinds:
            self.fields["kind"].choices = list(evidence_kinds)  # type: ignore[attr-defined]
        else:
            del self.fields["kind"], self.fields["reference"]

    def arguments(self) -> dict[str, Any]:
        given: dict[str, Any] = {}
        if "quantity_t" in self.fields:
            given["quantity_t"] = self.cleaned_data["quantity_t"]
        if "kind" in self.fields:
            given["evidence"] = {"kind": self.cleaned_data["kind"], "reference": self.cleaned_data["reference"].strip()}
        return given


class RegisterReportForm(ActForm):
    """A report's figure, as the prescribed workbook or as a number."""

    workbook = WorkbookField(
        label=_("Emissions report (Excel)"),
        help_text=_("Only the prescribed form is accepted. The emissions are read from it."),
        required=False,
    )
    emissions_t = QuantityField(
        label=_("Emissions, if you send no file"), help_text=_("Whole tonnes of CO2."), required=False
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if self.errors:
            return cleaned
        has_file, has_figure = bool(cleaned.get("workbook")), cleaned.get("emissions_t") is not None
        if has_file and has_figure:
            self.add_error("emissions_t", _("Send the file or the figure, not both."))
        if not has_file and not has_figure:
            self.add_error("workbook", _("Choose the file of the report, or write the emissions below."))
        return cleaned

    def arguments(self) -> dict[str, Any]:
        return self.hashes() or {"emissions_t": self.cleaned_data["emissions_t"]}


class RequestVerificationForm(ActForm):
    """Which verifier shall verify the report."""

    verifier = forms.ChoiceField(label=_("Verifier"))

    def __init__(self, *args: Any, verifiers: Sequence[tuple[str, str]], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["verifier"].choices = list(verifiers)  # type: ignore[attr-defined]

    def arguments(self) -> dict[str, Any]:
        return {"verifier": self.cleaned_data["verifier"]}


class FileVerificationForm(ActForm):
    """The verifier's figure and opinion."""

    emissions_t = QuantityField(label=_("Emissions as verified"))
    opinion = RadioField(label=_("Opinion"))

    def __init__(self, *args: Any, opinions: Sequence[tuple[str, str]], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["opinion"].choices = list(opinions)  # type: ignore[attr-defined]

    def arguments(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in ("emissions_t", "opinion")}


class ReasonForm(ActForm):
    """Why."""

    reason = forms.CharField(label=_("Reason"), max_length=1000, widget=forms.Textarea(attrs={"rows": 4}))

    def arguments(self) -> dict[str, Any]:
        return {"reason": self.cleaned_data["reason"].strip()}


class OptionalReasonForm(ReasonForm):
    """Why, where the person wants to say so."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["reason"].required = False

    def arguments(self) -> dict[str, Any]:
        return {name: value for name, value in super().arguments().items() if value}


class MoveTodayForm(forms.Form):
    """The demonstration's next day."""

    day = forms.DateField(
        label=_("New day"),
        help_text=_("A later day. What falls due on the way happens in its order."),
        widget=DayInput(),
        input_formats=["%Y-%m-%d", "%Y/%m/%d"],
    )

    def __init__(self, *args: Any, today: date, **options: Any) -> None:
        options.setdefault("use_required_attribute", False)
        super().__init__(*args, **options)
        self.today = today
        for field in self.fields.values():
            dress(field)

    def clean_day(self) -> date:
        day: date = self.cleaned_data["day"]
        if day <= self.today:
            raise forms.ValidationError(_("Choose a day after today. Time does not go back."))
        if day.year > self.today.year + 20:
            raise forms.ValidationError(_("Choose a day within the next 20 years."))
        return day
