"""From the page of an act to the section of the manual that explains it."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import get_language

from tanso.interfaces.exports import manual


def manual_address(operation: str) -> str:
    """The address of the section; empty where the manual has none."""
    found = manual.where(operation, get_language() or "en")
    if found is None:
        return ""
    chapter, anchor = found
    return f"{reverse('manual-chapter', kwargs={'chapter': chapter})}#{anchor}"
