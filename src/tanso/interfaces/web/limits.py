"""How often somebody may send a form: `limited`, for pages that anybody may use, and for what is dear to answer.

The count is one statement of PostgreSQL, so that it is right for any number of processes. (Django's cache in the
database counts in two steps and would lose some; that is why no library stands here.)
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.db import connection
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _

_COUNT = """
INSERT INTO web_attempt AS known (who, until, count) VALUES (%s, now() + make_interval(secs => %s), 1)
ON CONFLICT (who) DO UPDATE SET
    count = CASE WHEN known.until <= now() THEN 1 ELSE known.count + 1 END,
    until = CASE WHEN known.until <= now() THEN excluded.until ELSE known.until END
RETURNING count, greatest(1, ceil(extract(epoch FROM until - now())))::int
"""


def address_of(request: HttpRequest) -> str:
    """The network address that a request came from: what the nearest proxy that we trust says, where there is one."""
    proxies: int = settings.TANSO_TRUSTED_PROXIES
    told = [part.strip() for part in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",") if part.strip()]
    if proxies and len(told) >= proxies:
        return str(told[-proxies])[:45]
    return str(request.META.get("REMOTE_ADDR", ""))[:45]


def count(what: str, who: str, *, seconds: int) -> tuple[int, int]:
    """How often `who` has done `what` now, this time included, and in how many seconds counting begins anew."""
    key = hmac.new(settings.SECRET_KEY.encode(), f"{what}\0{who}".encode(), hashlib.sha256).hexdigest()
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, [key, seconds])
        found: tuple[int, int] = cursor.fetchone() or (1, seconds)
    return found


def limited(
    what: str, *, most: int, seconds: int = 3600, methods: tuple[str, ...] = ("POST",)
) -> Callable[[Callable[..., HttpResponseBase]], Callable[..., HttpResponseBase]]:
    """Let a view answer at most `most` requests of one login, or of one network address, within `seconds`.

    Further ones get a page that says when to come back (429). Stands below `seen_by`; pages that share `what` share
    the count.
    """

    def limit(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
        @wraps(view)
        def counted(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if request.method not in methods:
                return view(request, *args, **kwargs)
            login = getattr(request.user, "login", "")
            who = f"login {login}" if login else f"address {address_of(request)}"
            done, wait = count(what, who, seconds=seconds)
            return too_many(request, wait) if done > most else view(request, *args, **kwargs)

        return counted

    return limit


def too_many(request: HttpRequest, wait_seconds: int) -> HttpResponseBase:
    """429: the page that says when to come back."""
    texts = {
        "title": _("Too many attempts"),
        "message": _("This form was sent very often from here. Nothing was changed."),
        "next_step": _("Try again in %(minutes)s minutes.") % {"minutes": -(-wait_seconds // 60)},
    }
    response = render(request, "web/error.html", texts, status=429)
    response["Retry-After"] = str(wait_seconds)
    return response
