"""The form of an application for units on evidence, with its document."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tanso.interfaces.web.forms.base import ActForm, QuantityField
from tanso.interfaces.web.forms.day_input import DayInput
from tanso.interfaces.web.forms.document_field import DocumentField, WithDocuments


class ApplyForUnitsForm(WithDocuments, ActForm):
    """Units on a document of another registry. `record` says which particulars of the document are asked for."""

    quantity_t = QuantityField(label=_("Quantity"), help_text=_("Exactly what the document says."))
    kind = forms.ChoiceField(label=_("Kind of evidence"))
    reference = forms.CharField(
        label=_("Reference of the evidence"), help_text=_("Each reference serves once."), max_length=200
    )
    account = forms.CharField(max_length=200)
    serials = forms.CharField(max_length=2000, widget=forms.Textarea(attrs={"rows": 3}))
    day = forms.DateField(widget=DayInput(), input_formats=["%Y-%m-%d", "%Y/%m/%d"])
    document = DocumentField(
        label=_("Document"), says=_("PDF, PNG or JPEG, up to %(size)s MB. You and the administrator can open it.")
    )

    def __init__(
        self,
        *args: Any,
        evidence_kinds: Sequence[tuple[str, str]],
        record: Mapping[str, str],
        **options: Any,
    ) -> None:
        super().__init__(*args, **options)
        self.fields["kind"].choices = list(evidence_kinds)  # type: ignore[attr-defined]
        for name in ("account", "serials", "day"):
            if name in record:
                self.fields[name].label = record[name]
            else:
                del self.fields[name]

    def arguments(self) -> dict[str, Any]:
        cleaned = self.cleaned_data
        evidence = {"kind": cleaned["kind"], "reference": cleaned["reference"].strip()}
        for name in ("account", "serials", "day"):
            given = cleaned.get(name)
            if given:
                evidence[name] = given.isoformat() if isinstance(given, date) else given.strip()
        return {"quantity_t": cleaned["quantity_t"], "evidence": evidence} | self.hashes()
