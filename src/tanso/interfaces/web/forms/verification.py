"""Forms of verification and review: what belongs to a report, the verification report, papers, which verifier."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from django import forms
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from tanso.emissions.verification import ASSURANCE, CORRECTIONS, TEXT_LENGTH_MAX
from tanso.interfaces.web.forms.base import (
    ActForm,
    FileVerificationForm,
    QuantityField,
    RadioField,
    RequestVerificationForm,
    dress,
)
from tanso.interfaces.web.forms.day_input import DayInput
from tanso.interfaces.web.forms.document_field import DocumentField, WithDocuments

FINDINGS, VISITS = 4, 2
ASSURANCE_LABELS = {"reasonable": _("Reasonable assurance"), "limited": _("Limited assurance")}
CORRECTION_LABELS = {"corrected": _("Corrected in the report"), "uncorrected": _("Not corrected")}


class VerificationReportForm(WithDocuments, FileVerificationForm):
    """The verification report: figure, opinion, assurance, misstatements, site visits, samples."""

    assurance = RadioField(
        label=_("Level of assurance"), choices=[(name, ASSURANCE_LABELS[name]) for name in ASSURANCE]
    )
    sampling = forms.CharField(
        label=_("Samples"),
        help_text=_("What was looked at, and how it was chosen."),
        max_length=TEXT_LENGTH_MAX,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    remarks = forms.CharField(
        label=_("Remarks"), max_length=TEXT_LENGTH_MAX, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    document = DocumentField(
        label=_("Document"),
        required=False,
        says=_(
            "The signed report, if you have one: PDF, PNG or JPEG, up to %(size)s MB. With a file, no second page asks."
        ),
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for number in range(FINDINGS):
            self.fields[f"finding_{number}"] = forms.CharField(
                label=format_lazy("{} {}", _("Misstatement"), number + 1), max_length=TEXT_LENGTH_MAX, required=False
            )
            self.fields[f"effect_{number}"] = QuantityField(
                label=format_lazy("{} {}", _("Effect"), number + 1), required=False
            )
            self.fields[f"correction_{number}"] = forms.ChoiceField(
                label=format_lazy("{} {}", _("Correction"), number + 1),
                required=False,
                choices=[("", "—"), *((name, CORRECTION_LABELS[name]) for name in CORRECTIONS)],
            )
        for number in range(VISITS):
            self.fields[f"site_{number}"] = forms.CharField(
                label=format_lazy("{} {}", _("Site"), number + 1), max_length=200, required=False
            )
            self.fields[f"visited_{number}"] = forms.DateField(
                label=format_lazy("{} {}", _("Visited on"), number + 1),
                required=False,
                widget=DayInput(),
                input_formats=["%Y-%m-%d", "%Y/%m/%d"],
            )
        for field in self.fields.values():
            dress(field)

    @property
    def single_fields(self) -> Iterator[Any]:
        """The fields that stand alone, in their order."""
        rows = tuple(f"{name}_" for name in ("finding", "effect", "correction", "site", "visited"))
        return (field for field in self.visible_fields() if not field.name.startswith(rows))

    @property
    def finding_rows(self) -> list[tuple[Any, Any, Any]]:
        return [(self[f"finding_{n}"], self[f"effect_{n}"], self[f"correction_{n}"]) for n in range(FINDINGS)]

    @property
    def visit_rows(self) -> list[tuple[Any, Any]]:
        return [(self[f"site_{n}"], self[f"visited_{n}"]) for n in range(VISITS)]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        for number in range(FINDINGS):
            self._require_whole_row(cleaned, number, ("finding", "effect", "correction"))
            effect = cleaned.get(f"effect_{number}")
            if effect is not None and not isinstance(effect, int):
                self.add_error(f"effect_{number}", _("Write whole tonnes, with a minus sign where it is less."))
        for number in range(VISITS):
            self._require_whole_row(cleaned, number, ("site", "visited"))
        return cleaned

    def _require_whole_row(self, cleaned: dict[str, Any], number: int, names: Sequence[str]) -> None:
        given = [name for name in names if cleaned.get(f"{name}_{number}") not in (None, "")]
        for name in names:
            if given and name not in given and f"{name}_{number}" not in self.errors:
                self.add_error(f"{name}_{number}", _("Please fill this in."))

    def arguments(self) -> dict[str, Any]:
        cleaned = self.cleaned_data
        findings = [
            {
                "description": cleaned[f"finding_{number}"].strip(),
                "effect_t": cleaned[f"effect_{number}"],
                "correction": cleaned[f"correction_{number}"],
            }
            for number in range(FINDINGS)
            if cleaned[f"finding_{number}"]
        ]
        visits = [
            {"site": cleaned[f"site_{number}"].strip(), "day": cleaned[f"visited_{number}"].isoformat()}
            for number in range(VISITS)
            if cleaned[f"site_{number}"]
        ]
        form = {"assurance": cleaned["assurance"], "findings": findings, "site_visits": visits}
        form |= {name: cleaned[name].strip() for name in ("sampling", "remarks") if cleaned[name].strip()}
        return super().arguments() | {"form": form} | self.hashes()


class AttachmentForm(WithDocuments, ActForm):
    """A file for a report: what it is, and the file."""

    text = forms.CharField(
        label=_("What it is"), help_text=_("For example: map of the site, calculation apart."), max_length=200
    )
    document = DocumentField(label=_("File"))

    def arguments(self) -> dict[str, Any]:
        return {"text": self.cleaned_data["text"].strip()} | self.hashes()


class ReviewPaperForm(WithDocuments, ActForm):
    """A question of the authority, or an answer of the verifier."""

    text = forms.CharField(label=_("Text"), max_length=TEXT_LENGTH_MAX, widget=forms.Textarea(attrs={"rows": 6}))
    document = DocumentField(label=_("Document"), required=False)

    def arguments(self) -> dict[str, Any]:
        return {"text": self.cleaned_data["text"].strip()} | self.hashes()


class AssignVerifierForm(RequestVerificationForm):
    """Which verifier, and why."""

    reason = forms.CharField(label=_("Reason"), max_length=1000, widget=forms.Textarea(attrs={"rows": 3}))

    def arguments(self) -> dict[str, Any]:
        return super().arguments() | {"reason": self.cleaned_data["reason"].strip()}
