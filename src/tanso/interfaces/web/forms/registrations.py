"""The public form of an application for registration: its fields come from the scheme, its errors from the rules.

A field is named by its place (`contact_person`, `site.2.site_name`), so that what a rule says of a place stands beside
the field. The forms of the administrator who follows applications up are here too.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from tanso.interfaces.web.describe import here
from tanso.interfaces.web.forms.base import ActForm, RadioField, dress
from tanso.interfaces.web.forms.day_input import DayInput
from tanso.kernel.outcomes import Finding
from tanso.parties.applications.content import MOST_ROWS, NO, YES, Content, Line, length_max
from tanso.rulebook.registration import REPEATED, RegistrationForm

_DASHES = str.maketrans(dict.fromkeys("‐‑‒–—―−ーｰ－", "-"))
# What a browser can fill in by itself: of the contact, who is the one who writes.
_AUTOCOMPLETE = {
    "contact_organisation": "organization",
    "contact_title": "organization-title",
    "contact_person": "name",
    "contact_postcode": "postal-code",
    "contact_address": "street-address",
    "contact_telephone": "tel",
    "mail_a": "email",
}
_INPUT_MODES = {"postcode": "numeric", "telephone": "tel", "mail": "email", "quantity": "numeric"}


class _AnyChoice(RadioField):
    """A choice that takes what was sent: the rules say what is wrong with it."""

    def validate(self, value: Any) -> None:
        """Nothing is refused here."""


class RegistrationFieldsForm(forms.Form):
    """All lines of an application, filled with what it says."""

    def __init__(self, said: Content, findings: Iterable[Finding] = ()) -> None:
        lines = list(said.lines())
        super().__init__({line.place: line.value for line in lines}, use_required_attribute=False)
        for line in lines:
            self.fields[line.place] = _field(line, _which(line, said))
            dress(self.fields[line.place])
        self.full_clean()
        for line in lines:
            self.fields[line.place].required = line.field.required
        self.elsewhere: list[Finding] = []
        for finding in findings:
            self._place(finding)

    def _place(self, finding: Finding) -> None:
        """Say a finding beside its fields; what has no place in the form is said at the top."""
        places = [place for place in finding.facts.get("places", ()) if place in self.fields]
        for place in places:
            self.add_error(place, here(finding.message))
        if not places:
            self.elsewhere.append(finding)


def _which(line: Line, said: Content) -> str:
    """Which of several rows a line is in; empty where there is one."""
    section = line.field.section
    is_one_of_several = section in REPEATED and len(said.rows[section]) > 1
    return line.place.split(".")[1] if is_one_of_several else ""


def _field(line: Line, which: str) -> forms.Field:
    field = line.field
    options: dict[str, Any] = {"label": f"{here(field.label)} {which}".strip(), "required": False}
    if field.note is not None:
        options["help_text"] = here(field.note)
    if field.type == "bool":
        return _AnyChoice(choices=[(YES, _("Yes")), (NO, _("No"))], **options)
    if field.type == "choice":
        return _AnyChoice(choices=[(key, here(label)) for key, label in field.choices.items()], **options)
    attributes = {"autocomplete": _AUTOCOMPLETE.get(field.id, "off"), "maxlength": str(length_max(field))}
    if field.type in _INPUT_MODES:
        attributes["inputmode"] = _INPUT_MODES[field.type]
    if field.type == "lines":
        return forms.CharField(widget=forms.Textarea(attrs={**attributes, "rows": 3}), **options)
    found = forms.CharField(widget=forms.TextInput(attrs=attributes), **options)
    if field.type == "quantity":
        found.unit = "t"  # type: ignore[attr-defined]
    return found


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a section as the page shows it; number 0 is a section that comes once."""

    number: int
    fields: Sequence[forms.BoundField]
    may_go: bool


@dataclass(frozen=True, slots=True)
class SectionRows:
    """A section of the form with its rows, and whether another one may be added."""

    section: str
    title: str
    rows: Sequence[Row]
    may_grow: bool


def sections_of(said: Content, form: RegistrationFieldsForm) -> list[SectionRows]:
    """The form section by section, in the order of the scheme."""
    found = []
    for section, title in said.form.sections.items():
        lines = list(said.lines_of(section))
        numbers = [number for number, _row in said.rows_of(section)]
        least = 0 if section == "joint" else 1
        rows = [
            Row(
                number,
                [form[line.place] for line in lines if _is_of(line, section, number)],
                may_go=section in REPEATED and len(numbers) > least and said.form.several,
            )
            for number in numbers
        ]
        grows = section in REPEATED and said.form.several and len(numbers) < MOST_ROWS[section]
        found.append(SectionRows(section, here(title), rows, grows))
    return found


def _is_of(line: Line, section: str, number: int) -> bool:
    return number == 0 or line.place.startswith(f"{section}.{number}.")


def content_in(form: RegistrationForm, sent: QueryDict) -> Content:
    """The content in what a browser sent."""
    rows: dict[str, list[dict[str, str]]] = {}
    for section in REPEATED:
        numbers = [
            int(found[1])
            for name in sent
            if (found := re.fullmatch(rf"{section}\.([1-9][0-9]?)\.[a-z_]+", name)) is not None
        ]
        rows[section] = [
            {field.id: sent.get(f"{section}.{number}.{field.id}", "") for field in form.of(section)}
            for number in range(1, min(max(numbers, default=0), MOST_ROWS[section]) + 1)
        ]
    once = {field.id: sent.get(field.id, "") for field in form.fields if field.section not in REPEATED}
    return Content.read(form, {"fields": once, **rows})


def changed_rows(said: Content, step: str) -> Content:
    """The content with a row more or less, as a button says: `add:joint`, `remove:site:2`. Anything else: as it is."""
    asked = re.fullmatch(r"(add|remove):(joint|site)(?::([0-9]{1,2}))?", step)
    if asked is None or not said.form.several:
        return said
    section, number = asked[2], int(asked[3] or 0)
    rows: list[Mapping[str, str]] = [dict(row) for row in said.rows[section]]
    if asked[1] == "add":
        rows.append({})
    elif 0 < number <= len(rows):
        del rows[number - 1]
    return Content.read(said.form, {**said.as_json(), section: rows})


# -- of the administrator ---------------------------------------------------------------------------------------------


class PaperForm(ActForm):
    """A paper that arrived: when, and the check code that is printed on it."""

    arrived_on = forms.DateField(label=_("Day of arrival"), widget=DayInput(), input_formats=["%Y-%m-%d", "%Y/%m/%d"])
    check_code = forms.CharField(
        label=_("Check code on the paper"),
        help_text=_("It is printed at the top and tells this version of the application from earlier ones."),
        max_length=20,
    )

    def __init__(self, *args: Any, today: date, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["arrived_on"].initial = today
        self.fields["check_code"].widget.attrs |= {"autocomplete": "off", "spellcheck": "false"}

    def clean_check_code(self) -> str:
        written = unicodedata.normalize("NFKC", self.cleaned_data["check_code"]).translate(_DASHES).upper()
        signs = re.sub(r"[^0-9A-Z]", "", written)
        return f"{signs[:4]}-{signs[4:]}"

    def arguments(self) -> dict[str, Any]:
        return {
            "arrived_on": self.cleaned_data["arrived_on"].isoformat(),
            "check_code": self.cleaned_data["check_code"],
        }


class AcceptForm(ActForm):
    """The keys under which the holders of an application are registered; those that are allotted unless changed."""

    def __init__(self, *args: Any, keys: Sequence[tuple[str, str]], **options: Any) -> None:
        super().__init__(*args, **options)
        for number, (label, key) in enumerate(keys, start=1):
            field = forms.CharField(
                label=_("Key of %(holder)s") % {"holder": label},
                help_text=_("Its login IDs begin with it. Small letters, digits and hyphens."),
                initial=key,
                max_length=40,
            )
            field.widget.attrs |= {"class": "input--code", "autocomplete": "off", "spellcheck": "false"}
            self.fields[f"key_{number}"] = field
            dress(field)
            field.error_messages["required"] = str(_("Please fill this in."))

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        for name in [name for name in self.fields if name.startswith("key_") and name in cleaned]:
            if not re.fullmatch(r"[a-z0-9][a-z0-9-]*", cleaned[name]):
                self.add_error(name, _("Write small letters, digits and hyphens."))
        return cleaned

    def arguments(self) -> dict[str, Any]:
        return {"keys": [self.cleaned_data[name] for name in self.fields if name.startswith("key_")]}
