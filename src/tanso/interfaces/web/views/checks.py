"""What the checks of the ledger have found, for the administrator."""

from __future__ import annotations

from datetime import datetime

from django.http import HttpRequest, HttpResponseBase
from django.utils.translation import gettext as _

from tanso.interfaces.exports.paper import Kind
from tanso.interfaces.web.access import seen_by
from tanso.interfaces.web.acting import crumbs
from tanso.interfaces.web.desk import Desk, Who
from tanso.interfaces.web.lists import columns
from tanso.interfaces.web.lists.answering import answer
from tanso.interfaces.web.lists.listing import Column, Listing
from tanso.kernel.texts import Text
from tanso.ledger import checks


@seen_by(Who.ADMINISTRATOR)
def ledger_check(request: HttpRequest) -> HttpResponseBase:
    """Differences between the ledger and its journal that are still there. They concern the whole installation."""
    desk: Desk = request.desk  # type: ignore[attr-defined]
    last = checks.last_whole_check()
    listing = Listing(
        request=request,
        name="ledger-check",
        title=_("Check of the ledger"),
        rows=checks.open_findings(),
        columns=[
            Column(
                key="difference",
                label=_("Difference"),
                cell=lambda row: Text.from_json(row.content["sentence"]),
                width=80,
            ),
            Column(
                key="found",
                label=_("Found"),
                cell=lambda row: _in_zone(desk, row.found_at),
                sort="found_at",
                kind=Kind.INSTANT,
            ),
        ],
        order="found",
        filters=[columns.days("found", _("Found"), "found_at__date")],
        empty=_("No difference is known."),
        is_dense=False,
    )
    context = {
        "crumbs": crumbs(desk, _("Check of the ledger")),
        "last_at": None if last is None else _in_zone(desk, last.at),
        "has_findings": listing.rows.exists(),
    }
    return answer(request, "web/administration/ledger_check.html", context, listing)


def _in_zone(desk: Desk, moment: datetime) -> datetime:
    return moment.astimezone(desk.rulebook.timezone)
