"""One spelling for the ways in which people type one password. Pure."""

from __future__ import annotations

import unicodedata

# Letters and digits that nobody takes for one another on paper: no I, O, 0 or 1.
LETTER_ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"


def password_spelling(typed: str) -> str:
    """A password whose characters may have been typed full-width, as a Japanese keyboard does by accident."""
    return unicodedata.normalize("NFKC", typed)


def letter_spelling(typed: str) -> str:
    """A password read off a letter: case, spaces and the dashes between its groups do not matter."""
    return "".join(sign for sign in password_spelling(typed).upper() if sign.isalnum())
