"""The form by which an adoption list is loaded: a file first, then exactly the rows that were read from it."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tanso.interfaces.web.adoption_file import LARGEST_BYTES, read_adoption_list
from tanso.interfaces.web.forms.base import ActForm
from tanso.parties.applications.adoption import FILE, file_of, rows_in

# A row is some 150 characters; nobody writes more than this by hand.
_LONGEST_ROWS = 3 * 1024 * 1024


class AdoptionListForm(ActForm):
    """A phase with the file of its list; the second time, the rows as they were shown."""

    phase = forms.ChoiceField(label=_("Phase"))
    file = forms.FileField(
        label=_("Adoption list (Excel or CSV)"),
        help_text=_(
            "The first row names the columns: 代表事業者, 事業所名, 排出削減目標量. The list takes the place of the "
            "one that was loaded before."
        ),
    )
    rows = forms.CharField(widget=forms.HiddenInput, required=False, strip=False, max_length=_LONGEST_ROWS)

    def __init__(self, *args: Any, phases: Sequence[tuple[str, str]], phase: str, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["phase"].choices = list(phases)  # type: ignore[attr-defined]
        self.fields["phase"].initial = phase
        # The second time there are rows instead.
        self.fields["file"].required = not self.data.get("rows")
        self.fields["file"].widget.attrs["accept"] = ".xlsx,.csv"

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        upload = cleaned.get("file")
        if upload:
            self._read(upload, cleaned)
        elif cleaned.get("rows"):
            try:
                cleaned["rows"] = file_of(rows_in(cleaned["rows"].encode())).decode()
            except ValueError:
                self.add_error("file", _("These are not the rows that were shown. Choose the file again."))
        return cleaned

    def _read(self, upload: Any, cleaned: dict[str, Any]) -> None:
        if (upload.size or 0) > LARGEST_BYTES:
            self.add_error("file", _("The file is larger than 2 MB."))
            return
        rows, problems = read_adoption_list(upload.read(), str(upload.name))
        for problem in problems:
            self.add_error("file", str(problem))
        if not problems:
            cleaned["rows"] = file_of(rows).decode()
            # The confirmation carries what was read, and not the file.
            self.data = {**self.data.dict(), "rows": cleaned["rows"]}  # type: ignore[attr-defined]

    def arguments(self) -> dict[str, Any]:
        content = self.cleaned_data["rows"].encode()
        return {"phase": int(self.cleaned_data["phase"]), FILE: hashlib.sha256(content).hexdigest()}

    def uploads(self) -> dict[str, bytes]:
        """None: the act carries the rows."""
        return {}

    def sealed(self) -> dict[str, bytes]:
        return {FILE: self.cleaned_data["rows"].encode()}
