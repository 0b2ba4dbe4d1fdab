"""Headers that every answer carries, whatever it is: page, file, error, redirect or static file.

The middleware stands first, so that it also sees what others answer before any view is asked. It only adds what is not
there, except for files to keep, whose policy lets nothing run.
"""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase

# Nothing of a browser's devices is needed here; passkeys are asked for by our own pages alone.
PERMISSIONS = ", ".join(
    [
        *(f"{feature}=()" for feature in (
            "accelerometer", "autoplay", "browsing-topics", "camera", "display-capture", "encrypted-media",
            "fullscreen", "geolocation", "gyroscope", "magnetometer", "microphone", "midi", "payment",
            "picture-in-picture", "screen-wake-lock", "serial", "usb", "xr-spatial-tracking",
        )),
        "publickey-credentials-create=(self)",
        "publickey-credentials-get=(self)",
    ]
)  # fmt: skip
# A file that somebody sent may be anything; should a browser show it after all, it is nobody's page and runs nothing.
OF_FILES = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; sandbox"
_PRIVATE = "private, no-store"


def harden(get_response: Callable[[HttpRequest], HttpResponseBase]) -> Callable[[HttpRequest], HttpResponseBase]:
    """Middleware: refuse a request that is too large before any of it is read, and complete the headers."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        response = _too_large() if _length(request) > settings.TANSO_LARGEST_REQUEST_BYTES else get_response(request)
        is_static = request.path.startswith(settings.STATIC_URL)
        if response.get("Content-Disposition", "").startswith("attachment") or is_static:
            response["Content-Security-Policy"] = OF_FILES
        response.headers.setdefault("Content-Security-Policy", OF_FILES)
        response.headers.setdefault("Permissions-Policy", PERMISSIONS)
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        response.headers.setdefault("X-Frame-Options", "DENY")
        response.headers.setdefault("X-Content-Type-Options", "nosniff")
        response.headers.setdefault("Referrer-Policy", settings.SECURE_REFERRER_POLICY)
        response.headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
        response.headers.setdefault("X-Permitted-Cross-Domain-Policies", "none")
        if not is_static:
            # What one login was shown is in no cache, neither the browser's nor a proxy's.
            response.headers.setdefault("Cache-Control", _PRIVATE)
        return response

    return middleware


def _length(request: HttpRequest) -> int:
    """How much the browser says that it sends; a request that does not say is read as an empty one."""
    told = request.META.get("CONTENT_LENGTH") or "0"
    return (
        int(told) if told.isascii() and told.isdigit() and len(told) < 16 else settings.TANSO_LARGEST_REQUEST_BYTES + 1
    )


def _too_large() -> HttpResponse:
    # Plain, because nothing of the request is read, not even its language.
    text = "送信された内容が大きすぎます。何も変更されていません。\nWhat was sent is too large. Nothing was changed.\n"
    return HttpResponse(text, status=413, content_type="text/plain; charset=utf-8")
