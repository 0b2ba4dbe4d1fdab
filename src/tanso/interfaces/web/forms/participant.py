"""Forms of the administrator about participants: registering one directly, and changing one of its fields."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tanso.interfaces.web import describe
from tanso.interfaces.web.forms.base import ActForm, QuantityField, RadioField, ReasonForm, dress
from tanso.interfaces.web.forms.day_input import DayInput
from tanso.parties.fields import TEXT_LENGTH_MAX
from tanso.rulebook.model import Attribute

_YES, _NO = "yes", "no"
_FIELD = "field_"


def control_of(attribute: Attribute) -> forms.Field:
    """The control for a field of the scheme. What does not fit passes as it was written: the rules refuse it."""
    label, help_text = describe.capital(describe.here(attribute.label)), _("Leave it empty for no value.")
    if attribute.type == "bool":
        answers = [(_YES, _("yes")), (_NO, _("no")), ("", _("not known"))]
        return RadioField(label=label, choices=answers, required=False)
    if attribute.type == "choice":
        choices = [(name, describe.capital(describe.here(text))) for name, text in attribute.choices.items()]
        return RadioField(label=label, choices=[*choices, ("", str(_("not known")))], required=False)
    if attribute.type == "day":
        return forms.DateField(label=label, help_text=help_text, required=False, widget=DayInput())
    return forms.CharField(label=label, help_text=help_text, required=False, max_length=TEXT_LENGTH_MAX)


def value_of(attribute: Attribute, written: Any) -> Any:
    """What was written as the value of the field; None for nothing."""
    if written in ("", None):
        return None
    if attribute.type == "bool":
        return written == _YES
    if isinstance(written, date):
        return written.isoformat()
    text = unicodedata.normalize("NFKC", str(written)).strip()
    if attribute.type == "int":
        digits = text.replace(",", "")
        return int(digits) if digits.isascii() and digits.isdigit() and len(digits) < 16 else text
    return text if attribute.type in ("choice", "decimal") else str(written).strip()


class AttributeForm(ReasonForm):
    """Another value of one field, and why."""

    field_order = ("act", "value", "reason")

    def __init__(self, *args: Any, attribute: Attribute, value: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.attribute = attribute
        self.fields["value"] = control_of(attribute)
        dress(self.fields["value"])
        self.order_fields(self.field_order)
        self.fields["value"].initial = (_YES if value else _NO) if isinstance(value, bool) else value

    def arguments(self) -> dict[str, Any]:
        return super().arguments() | {"value": value_of(self.attribute, self.cleaned_data.get("value"))}


class RegisterForm(ActForm):
    """A participant with its corporation, sites and fields."""

    kind = RadioField(label=_("Kind of participant"))
    key = forms.RegexField(
        label=_("Key"),
        regex=r"\A[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?\Z",
        help_text=_("Names it in records and addresses, and begins its login IDs. It never changes."),
        error_messages={"invalid": _("Write small letters, digits and hyphens, at most 40.")},
    )
    name = forms.CharField(label=_("Name"), max_length=200)
    organisation = forms.CharField(
        label=_("Corporation"),
        help_text=_("Leave it empty where it has the same name."),
        max_length=200,
        required=False,
    )
    account_name = forms.CharField(
        label=_("Account name"),
        help_text=_("By it other participants know the account. Leave it empty for the participant's name."),
        max_length=200,
        required=False,
    )
    phase = forms.ChoiceField(label=_("Phase"), required=False)
    reduction_target_t = QuantityField(label=_("Reduction target"), required=False)
    form = RadioField(
        label=_("Form of participation"), choices=[("single", _("single")), ("group", _("group"))], required=False
    )
    sites = forms.CharField(
        label=_("Sites"),
        help_text=_("One on each line."),
        max_length=5000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(
        self,
        *args: Any,
        kinds: Sequence[tuple[str, str]],
        phases: Sequence[tuple[str, str]],
        attributes: Mapping[str, Attribute],
        **options: Any,
    ) -> None:
        super().__init__(*args, **options)
        self.attributes = attributes
        self.fields["kind"].choices = list(kinds)  # type: ignore[attr-defined]
        self.fields["phase"].choices = [("", _("none")), *phases]  # type: ignore[attr-defined]
        self.fields["form"].initial = "single"
        if not phases:
            del self.fields["phase"], self.fields["reduction_target_t"]

    def arguments(self) -> dict[str, Any]:
        said = self.cleaned_data
        given = {name: said[name].strip() for name in ("key", "kind", "name")}
        for name in ("organisation", "account_name"):
            if said.get(name, "").strip():
                given[name] = said[name].strip()
        more: dict[str, Any] = {"form": said["form"] or "single"}
        if said.get("phase"):
            more["phase"] = int(said["phase"])
        if said.get("reduction_target_t") is not None:
            more["reduction_target_t"] = said["reduction_target_t"]
        sites = [line.strip() for line in said["sites"].splitlines() if line.strip()]
        if sites:
            more["sites"] = sites
        values = {name: value_of(attribute, said.get(f"{_FIELD}{name}")) for name, attribute in self.attributes.items()}
        kept = {name: value for name, value in values.items() if value is not None}
        return given | more | ({"attributes": kept} if kept else {})


def register_form(attributes: Mapping[str, Attribute]) -> type[RegisterForm]:
    """The form with a control for each field that the scheme asks of its participants."""
    controls = {f"{_FIELD}{name}": control_of(attribute) for name, attribute in attributes.items()}
    return type("RegisterFormOfScheme", (RegisterForm,), controls)
