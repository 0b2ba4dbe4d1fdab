"""Answers that are files to keep: never shown as a page of ours, under a name in any script."""

from __future__ import annotations

from typing import TypeVar
from urllib.parse import quote

from django.http import HttpResponse, HttpResponseBase

EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

Response = TypeVar("Response", bound=HttpResponseBase)


def named(response: Response, name: str) -> Response:
    """The response as a file of that name, to be saved and not opened in the browser."""
    response["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}"
    return response


def file_response(content: bytes, name: str, *, media_type: str) -> HttpResponse:
    """A file of somebody's own: no cache keeps it."""
    response = named(HttpResponse(content, content_type=media_type), name)
    response["Cache-Control"] = "private, no-store"
    return response
