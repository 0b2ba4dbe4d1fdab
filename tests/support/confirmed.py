"""A browser whose person has just confirmed to be the one who signed in, and need not do so again."""

from __future__ import annotations

import time

from allauth.account.internal.flows.login import AUTHENTICATION_METHODS_SESSION_KEY
from django.test import Client

_WHOSE = "account_authentication_methods_user"


def confirmed(client: Client) -> Client:
    """The signed-in client, as after a confirmation that outlives the test."""
    session = client.session
    session[_WHOSE] = session["_auth_user_id"]
    session[AUTHENTICATION_METHODS_SESSION_KEY] = [
        {"method": "password", "at": time.time() + 86_400, "reauthenticated": True}
    ]
    session.save()
    return client
