"""What changed in the tables that change, for the administrator: the trail that triggers leave."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _

from tanso.acts.models import ChangeRecord
from tanso.interfaces.exports.paper import Kind
from tanso.interfaces.web.access import seen_by
from tanso.interfaces.web.acting import crumbs
from tanso.interfaces.web.desk import Desk, Who
from tanso.interfaces.web.lists import cells
from tanso.interfaces.web.lists.answering import answer
from tanso.interfaces.web.lists.filters import Words, being
from tanso.interfaces.web.lists.listing import Column, Listing


@seen_by(Who.ADMINISTRATOR)
def change_list(request: HttpRequest) -> HttpResponseBase:
    """Changes, latest first, of one table, of one row of it or by one login where asked. They concern all schemes."""
    desk: Desk = request.desk  # type: ignore[attr-defined]
    listing = Listing(
        request=request,
        name="changes",
        title=_("What changed"),
        rows=ChangeRecord.objects.all(),
        columns=[
            # They are written down one after the other.
            Column(key="at", label=_("At"), cell=lambda change: change.at, kind=Kind.INSTANT, sort="pk"),
            Column(key="table", label=_("Table"), cell=lambda change: change.relation, kind=Kind.CODE),
            Column(key="row", label=_("Row"), cell=lambda change: str(change.row), kind=Kind.CODE),
            Column(key="by", label=_("By"), cell=lambda change: change.login or change.database_role, kind=Kind.CODE),
            Column(key="what", label=_("What differs"), cell=_differences, width=60),
        ],
        order="-at",
        filters=[
            Words(name="relation", label=_("Table"), narrow=being("relation")),
            Words(name="row", label=_("Row"), narrow=being("row")),
            Words(name="login", label=_("Login ID"), narrow=being("login")),
        ],
        tie="",
        empty=_("No record fits. Show all, or choose something else."),
        empty_filtered=_("No record fits. Show all, or choose something else."),
    )
    way = crumbs(desk, (_("Records"), reverse("acts", kwargs={"scheme": desk.scheme})), _("What changed"))
    return answer(request, "web/records/changes.html", {"crumbs": way}, listing)


def _differences(change: ChangeRecord) -> cells.Cell:
    """Each column that differs, with its value before and after; nothing where there was none."""
    before, after = change.before or {}, change.after or {}
    names = sorted({*before, *after})
    told = (f"{name}: {_shown(before.get(name))} → {_shown(after.get(name))}" for name in names)
    return cells.several(map(cells.code, told), between="\n")


def _shown(value: object) -> str:
    return "" if value is None else str(value)
