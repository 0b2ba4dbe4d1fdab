"""What every page says about messages: how many the login has not opened."""

from __future__ import annotations

from tanso.notices import queries
from tanso.parties.models import Login


def unread(login: Login, scheme: str) -> str:
    """How many messages a login has not opened, for the navigation; empty for none."""
    number = queries.unread_of(login, scheme)
    return f"{queries.MANY - 1}+" if number >= queries.MANY else str(number or "")
