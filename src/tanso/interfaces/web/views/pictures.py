"""Pictures of what an account held, drawn on the server: no script, and the figures beside it as a table."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from tanso.acts import remembering
from tanso.interfaces import charts
from tanso.interfaces.exports.names import Names
from tanso.interfaces.web import describe
from tanso.interfaces.web.access import seen_by
from tanso.interfaces.web.desk import Desk, Who
from tanso.interfaces.web.views import accounts
from tanso.ledger import holdings_over_time
from tanso.registry.queries import Standing


@seen_by(Who.ALLOWANCES, Who.ADMINISTRATOR)
def holdings_picture(request: HttpRequest, number: str) -> HttpResponse:
    """What the account held over time, by unit, as SVG. Drawn once between two acts."""
    desk: Desk = request.desk  # type: ignore[attr-defined]
    standing = accounts.standing_of(desk, number)
    about = (standing.account.id, desk.today, desk.rulebook.version, get_language())
    drawn = remembering.until_next_act("holdings picture", *about, work_out=lambda: _drawn(desk, standing))
    return HttpResponse(drawn, content_type="image/svg+xml")


def _drawn(desk: Desk, standing: Standing) -> str:
    names = Names(desk.scheme)
    lines = [
        charts.Steps(describe.here(names.unit(one.unit_class)), one.balances)
        for one in holdings_over_time.read(standing.account.id, desk.today)
    ]
    return charts.steps(lines, desk.today, axis=_("Held (t)"), legend=_("Unit"))
