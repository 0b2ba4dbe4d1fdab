"""The forms of objections and disputes, and of changes of a corporation's name."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from tanso.interfaces.web.forms.base import ActForm, RadioField
from tanso.interfaces.web.forms.day_input import DayInput
from tanso.interfaces.web.forms.document_field import DocumentField, WithDocuments
from tanso.parties.models import Organisation
from tanso.parties.organisation_changes import NAME_LENGTH_MAX
from tanso.registry.objections import OUTCOMES, TEXT_LENGTH_MAX, Written

_INPUT_FORMATS = ["%Y-%m-%d", "%Y/%m/%d"]


class WriteForm(WithDocuments, ActForm):
    """What somebody has to say, with a document if there is one. It travels beside the act."""

    text = forms.CharField(label=_("What you have to say"), widget=forms.Textarea(attrs={"rows": 10}))
    document = DocumentField(label=_("Document"), required=False)

    def clean_text(self) -> str:
        text = str(self.cleaned_data["text"]).strip()
        if len(text) > TEXT_LENGTH_MAX:
            raise forms.ValidationError(_("Write 10,000 letters at most, and attach what is longer."))
        return text

    def _written(self) -> Written:
        """The salt follows from the act's id, so that a form sent twice is one act."""
        salt = salted_hmac("tanso.objections", str(self.act_id), algorithm="sha256").hexdigest()
        return Written(text=self.cleaned_data["text"], salt=salt)

    def arguments(self) -> dict[str, Any]:
        return {"content": self._written().sha256} | self.hashes()

    def sealed(self) -> dict[str, bytes]:
        return {"content": self._written().as_bytes()}


class DecideForm(ActForm):
    """The decision with its reasons, and the act that puts right what was wrong."""

    outcome = RadioField(label=_("Decision"))
    reason = forms.CharField(label=_("Reasons"), max_length=TEXT_LENGTH_MAX, widget=forms.Textarea(attrs={"rows": 8}))
    correction = forms.UUIDField(
        label=_("Record number of the act that puts it right"),
        help_text=_("Nothing changes by the decision itself. Carry out the correction first, where there is one."),
        required=False,
    )

    def __init__(self, *args: Any, names: dict[str, str], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["outcome"].choices = [(name, names[name]) for name in OUTCOMES]  # type: ignore[attr-defined]

    def arguments(self) -> dict[str, Any]:
        given = {"outcome": self.cleaned_data["outcome"], "reason": self.cleaned_data["reason"].strip()}
        correction = self.cleaned_data.get("correction")
        return given if correction is None else given | {"correction": str(correction)}


class CompanyNameForm(ActForm):
    """The new name of a corporation with its reading, and since when."""

    name = forms.CharField(label=_("New company name"), max_length=NAME_LENGTH_MAX)
    name_kana = forms.CharField(
        label=_("Reading of the new name"), help_text=_("In hiragana, as it is read."), max_length=NAME_LENGTH_MAX
    )
    from_day = forms.DateField(
        label=_("Day of the change"),
        help_text=_("From this day on the company has its new name."),
        widget=DayInput(),
        input_formats=_INPUT_FORMATS,
    )

    def __init__(self, *args: Any, organisation: Organisation, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["name"].initial = organisation.name
        self.fields["name_kana"].initial = organisation.name_kana

    def arguments(self) -> dict[str, Any]:
        cleaned = self.cleaned_data
        return {
            "name": cleaned["name"].strip(),
            "name_kana": cleaned["name_kana"].strip(),
            "from_day": cleaned["from_day"].isoformat(),
        }


class NameForm(ActForm):
    """Another name of an account or a site, and why. Only a site's name has a reading."""

    name = forms.CharField(label=_("New name"), max_length=NAME_LENGTH_MAX)
    name_kana = forms.CharField(
        label=_("Reading"),
        help_text=_("In hiragana, as it is read."),
        max_length=NAME_LENGTH_MAX,
        required=False,
    )
    reason = forms.CharField(label=_("Reason"), max_length=1000, widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(self, *args: Any, name: str, name_kana: str | None, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["name"].initial = name
        if name_kana is None:
            del self.fields["name_kana"]
        else:
            self.fields["name_kana"].initial = name_kana

    def arguments(self) -> dict[str, Any]:
        asked = (name for name in ("name", "name_kana", "reason") if name in self.fields)
        return {name: self.cleaned_data[name].strip() for name in asked}


class PaperArrivedForm(ActForm):
    """When the paper arrived."""

    arrived_on = forms.DateField(
        label=_("The paper arrived on"), widget=DayInput(), input_formats=_INPUT_FORMATS, required=True
    )

    def __init__(self, *args: Any, today: date, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["arrived_on"].initial = today

    def arguments(self) -> dict[str, Any]:
        return {"arrived_on": self.cleaned_data["arrived_on"].isoformat()}
