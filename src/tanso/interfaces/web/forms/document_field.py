"""Documents that go with an act: one field, and the limit that the scheme sets.

What a document is by its content is for the rules to say; what is beyond the limit is refused before it is read.
"""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from tanso.interfaces.web.desk import Desk

_BYTES_A_MEGABYTE = 1024 * 1024


def largest_document(desk: Desk) -> dict[str, int]:
    """What a form with documents is told: how large one may be today."""
    return {"largest_bytes": desk.rulebook.value("largest_document_bytes", desk.today)}


class DocumentField(forms.FileField):
    """A document or a picture. `says` tells people what is taken; its %(size)s is the limit in MB."""

    says = _("PDF, PNG or JPEG, up to %(size)s MB.")

    def __init__(self, *, says: Any = None, accept: str = ".pdf,.png,.jpg,.jpeg", **options: Any) -> None:
        super().__init__(**options)
        self.says = says or self.says
        self.largest_bytes = 0
        self.widget.attrs["accept"] = accept

    def limit(self, largest_bytes: int) -> None:
        """Say and hold the limit."""
        self.largest_bytes = largest_bytes
        self.help_text = self.says % {"size": self.megabytes}

    def clean(self, data: Any, initial: Any = None) -> Any:
        upload = super().clean(data, initial)
        if isinstance(upload, UploadedFile) and (upload.size or 0) > self.largest_bytes:
            sentence = _("The file is too large. It may have up to %(size)s MB.")
            raise forms.ValidationError(sentence % {"size": self.megabytes})
        return upload

    @property
    def megabytes(self) -> str:
        """The limit as people read it."""
        tenths = self.largest_bytes * 10 // _BYTES_A_MEGABYTE
        return str(tenths // 10) if tenths % 10 == 0 else f"{tenths // 10}.{tenths % 10}"


class WithDocuments(forms.Form):
    """A form with documents: made with the limit that counts for them."""

    def __init__(self, *args: Any, largest_bytes: int, **options: Any) -> None:
        super().__init__(*args, **options)
        for field in self.fields.values():
            if isinstance(field, DocumentField):
                field.limit(largest_bytes)
