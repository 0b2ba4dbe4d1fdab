"""The form of the list of trusted accounts."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from tanso.interfaces.web.forms.base import AccountNumberField, ActForm


class TrustForm(ActForm):
    """Which account is to be trusted."""

    trusted = AccountNumberField(
        label=_("Account to be trusted"),
        help_text=_("Ask its holder for the number on a way that you trust, not by a link or a mail that came to you."),
    )

    def __init__(self, *args: Any, look_up: str, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["trusted"].widget.attrs |= {
            "hx-get": look_up,
            "hx-trigger": "load, change, keyup changed delay:400ms",
            "hx-target": "next .look-up",
        }

    def arguments(self) -> dict[str, Any]:
        return {"trusted": self.cleaned_data["trusted"]}
