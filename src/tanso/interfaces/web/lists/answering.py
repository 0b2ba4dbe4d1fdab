"""The answer of a page with lists: the page, or one of its lists as a file."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render

from tanso.interfaces.web.lists import files, pages
from tanso.interfaces.web.lists.listing import Listing

_TOO_MANY_ROWS = 422


def answer(
    request: HttpRequest, template: str, context: dict[str, Any], *listings: Listing, status: int = 200
) -> HttpResponseBase:
    """The page with its lists, or one of them as a file where the address asks for it.

    The template finds the list as `list`; of several each under its name in `lists`.
    """
    asked = next((one for one in listings if one.file_form), None)
    if asked is not None and asked.count <= files.MOST_ROWS:
        return files.answer(asked)
    shown = {one.name: pages.ShownList(one) for one in listings}
    lists = {"lists": shown, "list": next(iter(shown.values()), None)}
    return render(request, template, {**lists, **context}, status=status if asked is None else _TOO_MANY_ROWS)
