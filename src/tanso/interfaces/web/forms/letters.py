"""Forms about letters: which ones were posted, and the public check by code and by file."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from tanso.interfaces.web.forms.base import ActForm, dress
from tanso.interfaces.web.forms.custody import OperationsField
from tanso.notices.letter_queries import plain_code

# A letter of a hundred pages has less.
LARGEST_FILE_BYTES = 2 * 1024 * 1024


class PostLettersForm(ActForm):
    """Letters that went to the post."""

    letters = OperationsField(label=_("Letters that were posted"))

    def __init__(self, *args: Any, letters: Sequence[tuple[str, str]], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["letters"].choices = list(letters)  # type: ignore[attr-defined]
        self.fields["letters"].initial = [reference for reference, _label in letters]

    def arguments(self) -> dict[str, Any]:
        return {"letters": self.cleaned_data["letters"]}


class CheckCodeForm(forms.Form):
    """The check code of a letter, as it stands at its foot."""

    code = forms.CharField(
        label=_("Check code"),
        help_text=_("20 letters and digits, at the foot of the letter. Hyphens may be left out."),
        max_length=100,
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.use_required_attribute = False
        self.fields["code"].widget.attrs |= {
            "autocomplete": "off",
            "autocapitalize": "characters",
            "spellcheck": "false",
            "class": "input--code",
        }
        dress(self.fields["code"])

    def clean_code(self) -> str:
        """The code in its one spelling."""
        code = plain_code(self.cleaned_data["code"])
        if not code.isascii() or not code.isalnum():
            raise forms.ValidationError(_("Write the code as it stands in the letter: letters and digits only."))
        return code


class CheckFileForm(forms.Form):
    """A file that somebody has, to be compared. It is read and not kept."""

    file = forms.FileField(
        label=_("PDF file of the letter"),
        help_text=_("Up to 2 MB. The file is compared and not kept."),
        allow_empty_file=True,
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.use_required_attribute = False
        self.fields["file"].widget.attrs["accept"] = ".pdf,application/pdf"
        dress(self.fields["file"])

    def clean_file(self) -> UploadedFile:
        """Refuse what no letter of ours can be, before it is read."""
        upload: UploadedFile = self.cleaned_data["file"]
        if (upload.size or 0) > LARGEST_FILE_BYTES:
            raise forms.ValidationError(_("The file is larger than 2 MB. No letter of ours is."))
        return upload

    def sha256(self) -> str:
        """The hash of the file, read piece by piece."""
        found = hashlib.sha256()
        for piece in self.cleaned_data["file"].chunks():
            found.update(piece)
        return found.hexdigest()
