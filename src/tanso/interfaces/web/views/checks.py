"""What the checks of the ledger have found, for the administrator."""

from __future__ import annotations

from datetime import datetime

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from tanso.interfaces.web.access import seen_by
from tanso.interfaces.web.acting import crumbs
from tanso.interfaces.web.desk import Desk, Who
from tanso.kernel.texts import Text
from tanso.ledger import checks

ROWS_A_PAGE = 50


@seen_by(Who.ADMINISTRATOR)
def ledger_check(request: HttpRequest) -> HttpResponse:
    """Differences between the ledger and its journal that are still there. They concern the whole installation."""
    desk: Desk = request.desk  # type: ignore[attr-defined]
    page = Paginator(checks.open_findings(), ROWS_A_PAGE).get_page(request.GET.get("page"))
    last = checks.last_whole_check()
    return render(
        request,
        "web/administration/ledger_check.html",
        {
            "crumbs": crumbs(desk, _("Check of the ledger")),
            "rows": page,
            "last_at": None if last is None else _in_zone(desk, last.at),
            "findings": [
                {"sentence": Text.from_json(row.content["sentence"]), "found_at": _in_zone(desk, row.found_at)}
                for row in page.object_list
            ],
        },
    )


def _in_zone(desk: Desk, moment: datetime) -> datetime:
    return moment.astimezone(desk.rulebook.timezone)
