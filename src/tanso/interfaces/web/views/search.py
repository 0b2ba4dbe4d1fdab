"""The administrator's search across everything of a scheme."""

from __future__ import annotations

from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from tanso.interfaces.web import searching
from tanso.interfaces.web.access import seen_by
from tanso.interfaces.web.acting import crumbs
from tanso.interfaces.web.desk import Desk, Who

# So many of each sort are shown, and so many where one sort alone is asked for.
MOST_OF_EACH, MOST_OF_ONE = 5, 100


@seen_by(Who.ADMINISTRATOR)
def search(request: HttpRequest) -> HttpResponse:
    """What was found, sort by sort; what has the written number or key itself comes first."""
    desk: Desk = request.desk  # type: ignore[attr-defined]
    written, only = searching.Written(request.GET.get("q", "")), request.GET.get("in", "")
    most = MOST_OF_ONE if only else MOST_OF_EACH
    groups = searching.search(desk, written, most=most, only=only) if written.is_enough else []
    address = reverse("search", kwargs={"scheme": desk.scheme})
    return render(
        request,
        "web/administration/search.html",
        {
            "crumbs": crumbs(desk, _("Search")),
            "written": written.text,
            "is_enough": written.is_enough,
            "exact": [(group.label, found) for group in groups for found in group.found if found.is_exact],
            "groups": [
                (group, others, f"{address}?{urlencode({'q': written.text, 'in': group.id})}")
                for group in groups
                if (others := [found for found in group.found if not found.is_exact]) or group.has_more
            ],
            "is_nothing": not groups,
            "only": only,
            "most": most,
            "all_address": f"{address}?{urlencode({'q': written.text})}",
            "mails": reverse("mails", kwargs={"scheme": desk.scheme}) + "?" + urlencode({"q": written.text}),
        },
    )
