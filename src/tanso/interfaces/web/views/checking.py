"""The public check of a letter: by the code at its foot, and by its file. Anyone may ask; nothing is kept.

Who has the code has the letter in hand. Even so the page tells only what the scheme says may be told of that kind of
letter, and of a code that is none it says nothing but that.
"""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from tanso.interfaces.exports.letter import grouped
from tanso.interfaces.web.access import seen_by
from tanso.interfaces.web.describe import here
from tanso.interfaces.web.desk import Who
from tanso.interfaces.web.forms.letters import CheckCodeForm, CheckFileForm
from tanso.interfaces.web.limits import limited
from tanso.interfaces.web.views.letters import title_of
from tanso.kernel.texts import Text
from tanso.notices import letter_queries as queries
from tanso.notices.letter_models import Letter

# A code cannot be guessed; this keeps the page from being kept busy.
_MOST_AN_HOUR = 120


def _private(response: HttpResponseBase) -> HttpResponseBase:
    """An answer about one letter: kept by no cache, listed by no search engine."""
    response["Cache-Control"] = "private, no-store"
    response["X-Robots-Tag"] = "noindex, nofollow"
    return response


@seen_by(Who.ANYONE)
@limited("check a letter", most=_MOST_AN_HOUR)
def check(request: HttpRequest) -> HttpResponseBase:
    """The form that takes a code."""
    form = CheckCodeForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        return HttpResponseRedirect(reverse("check-letter", kwargs={"code": form.cleaned_data["code"]}))
    return render(request, "web/letters/check.html", {"form": form}, status=422 if form.is_bound else 200)


@seen_by(Who.ANYONE)
@limited("look a letter up", most=_MOST_AN_HOUR, methods=("GET", "POST"))
def check_letter(request: HttpRequest, code: str) -> HttpResponseBase:
    """What there is to tell of the letter with this code, and whether a file is one of it."""
    if code != queries.plain_code(code):
        return _private(HttpResponseRedirect(reverse("check-letter", kwargs={"code": queries.plain_code(code)})))
    letter = queries.by_code(code)
    if letter is None:
        form = CheckCodeForm(initial={"code": code})
        return _private(render(request, "web/letters/check.html", {"form": form, "unknown": True}, status=404))
    form_of_file = CheckFileForm(request.POST, request.FILES) if request.method == "POST" else CheckFileForm()
    is_compared = form_of_file.is_valid()
    context = {
        **told(letter),
        "form": form_of_file,
        "is_compared": is_compared,
        "is_ours": is_compared and queries.is_of(letter, form_of_file.sha256()),
    }
    status = 422 if form_of_file.is_bound and not is_compared else 200
    return _private(render(request, "web/letters/checked.html", context, status=status))


def told(letter: Letter) -> dict[str, Any]:
    """What anyone with the code is told."""
    said = letter.content
    standing = queries.standings([letter])[letter.pk]
    return {
        "letter": letter,
        "title": title_of(letter),
        "code": grouped(letter.code),
        "sender": here(Text.from_json(said["sender"])),
        "addressee": _addressee(said) if said["tells_addressee"] else "",
        "rows": [
            (here(Text.from_json(row["label"])), here(Text.from_json(row["value"])))
            for row in said["rows"]
            if row["is_public"]
        ],
        "standing": standing,
    }


def _addressee(said: dict[str, Any]) -> str:
    if said["holder"] == said["organisation"]:
        return str(said["holder"])
    return f"{said['organisation']} {said['holder']}"
