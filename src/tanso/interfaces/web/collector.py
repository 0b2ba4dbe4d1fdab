"""The garbage collector leaves alone what lives as long as the server.

Rules, templates, catalogues and the program itself are a quarter of a million objects. To walk through all of them took
Python 140 ms now and then, during which nobody was answered. Once the first visitors have had them loaded, they are put
out of the collector's sight, and it walks through what came since.
"""

from __future__ import annotations

import gc
from collections.abc import Callable
from itertools import count

from django.http import HttpRequest, HttpResponseBase

# After so many answers most pages have been shown once, and later on nearly all.
_SETTLED_AFTER = frozenset({100, 1_000})


def spare(get_response: Callable[[HttpRequest], HttpResponseBase]) -> Callable[[HttpRequest], HttpResponseBase]:
    """Middleware: count the answers, and settle after the first of them."""
    answers = count(1)

    def middleware(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        if next(answers) in _SETTLED_AFTER:
            settle()
        return response

    return middleware


def settle() -> None:
    """Collect what is garbage now, and look no more at what is left."""
    gc.collect()
    gc.freeze()
