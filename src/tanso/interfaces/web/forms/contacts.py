"""The forms of contact data: what a participant asks them to be, and what the authority says when it accepts."""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Mapping
from typing import Any

from django import forms
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from tanso.interfaces.web.forms.base import ActForm, StatementField
from tanso.parties.contact_data import FIELDS, LONGEST, ContactData, Known, Wish

# Written with a Japanese keyboard, these come in full width, and mean the same.
_NARROW = ("postcode", "telephone", "fax")
_DASHES = str.maketrans(dict.fromkeys("‐‑‒–—―−ーｰ", "-"))
_AUTOCOMPLETE = {
    "company": "organization",
    "title": "organization-title",
    "person": "name",
    "postcode": "postal-code",
    "address": "street-address",
    "telephone": "tel",
}
_MAIL_LENGTH_MAX = 254


class ContactForm(ActForm):
    """All contact data, as they are now until the person writes something else. Rules say what must be given."""

    def __init__(
        self, *args: Any, known: Known, labels: Mapping[str, str], required: Collection[str], **options: Any
    ) -> None:
        super().__init__(*args, **options)
        self._known = known
        contact = known.contact or ContactData()
        for name in FIELDS:
            self._add(name, labels[name], LONGEST[name], required, getattr(contact, name))
        self.fields["person_kana"].help_text = _("In hiragana, as it is read.")
        self.fields["postcode"].help_text = _("For example 123-4567.")
        for letter, mail in known.mails.items():
            name = f"mail_{letter}"
            self._add(name, labels[name], _MAIL_LENGTH_MAX, required, mail)
            self._add(f"{name}_again", _("%(label)s, once more") % {"label": labels[name]}, _MAIL_LENGTH_MAX, (), "")
            self.fields[f"{name}_again"].help_text = _("Only where the address changes. It must not be misspelt.")

    def _add(self, name: str, label: str, longest: int, required: Collection[str], value: str) -> None:
        is_mail = name.startswith("mail_")
        field = forms.CharField(label=label, required=name in required, max_length=longest, initial=value)
        field.widget.attrs["class"] = "input"
        if name in required:
            field.error_messages["required"] = _("Please fill this in.")
        if is_mail:
            # No `type=email`: a browser would refuse full-width letters that we can read.
            field.widget.attrs |= {"inputmode": "email", "autocapitalize": "off", "spellcheck": "false"}
        if name in _AUTOCOMPLETE:
            field.widget.attrs["autocomplete"] = _AUTOCOMPLETE[name]
        self.fields[name] = field

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        for name, text in cleaned.items():
            if isinstance(text, str):
                cleaned[name] = _written(name, text)
        for letter, now in self._known.mails.items():
            name = f"mail_{letter}"
            new, again = cleaned.get(name, ""), cleaned.get(f"{name}_again", "")
            if name in cleaned and new not in (now, again):
                self.add_error(f"{name}_again", _("This is not the address above."))
        if not self.errors:
            for name in self.wish(cleaned).wrong():
                self.add_error(name, _("Please check this."))
        return cleaned

    def wish(self, cleaned: Mapping[str, Any] | None = None) -> Wish:
        """What is asked for. Its salt follows from the act's id, so that a form sent twice is one act."""
        given = self.cleaned_data if cleaned is None else cleaned
        return Wish(
            contact=ContactData(**{name: given[name] for name in FIELDS}),
            mails={letter: given[f"mail_{letter}"] for letter in self._known.mails},
            salt=salted_hmac("tanso.contacts", str(given["act"]), algorithm="sha256").hexdigest(),
        )

    def arguments(self) -> dict[str, Any]:
        return {"content": self.wish().sha256}

    def sealed(self) -> dict[str, bytes]:
        return {"content": self.wish().as_bytes()}


def _written(name: str, text: str) -> str:
    """A text as it is kept: without spaces around it, and in half width where that means the same."""
    if name in _NARROW:
        return unicodedata.normalize("NFKC", text).translate(_DASHES).strip()
    return unicodedata.normalize("NFKC", text).strip() if name.startswith("mail_") else text.strip()


class AcceptContactForm(ActForm):
    """Accept what was asked for; where an address changes, that it was confirmed by another way."""

    mail_confirmed = StatementField(
        label=_("I have confirmed the new mail address with the contact person by another way, such as the telephone.")
    )

    def __init__(self, *args: Any, asks: bool, **options: Any) -> None:
        super().__init__(*args, **options)
        if not asks:
            del self.fields["mail_confirmed"]

    def arguments(self) -> dict[str, Any]:
        return {"mail_confirmed": True} if self.cleaned_data.get("mail_confirmed") else {}
