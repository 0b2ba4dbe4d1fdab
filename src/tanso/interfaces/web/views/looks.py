"""Who looked at whose data: all of it for the administrator, and for everybody else on which days at one's own."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponseBase, StreamingHttpResponse
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from tanso.interfaces.exports.csv_file import csv_chunks
from tanso.interfaces.exports.paper import Column as PaperColumn
from tanso.interfaces.exports.paper import Kind, Row, Table
from tanso.interfaces.web.access import seen_by
from tanso.interfaces.web.acting import crumbs
from tanso.interfaces.web.describe import here, role
from tanso.interfaces.web.desk import Desk, Who
from tanso.interfaces.web.downloads import named
from tanso.interfaces.web.limits import limited
from tanso.interfaces.web.lists import cells
from tanso.interfaces.web.lists.answering import answer
from tanso.interfaces.web.lists.filters import Days, Filter, Tick, Words, being, on_days
from tanso.interfaces.web.lists.listing import Column, Listing
from tanso.interfaces.web.looks import visible_looks
from tanso.interfaces.web.models import Look
from tanso.kernel.texts import Text

_EVERYONE = (Who.EMISSIONS, Who.ALLOWANCES, Who.VERIFIER, Who.ADMINISTRATOR)
_REFUSED_FROM = 400
_TITLE = Text("閲覧の記録", "Who looked at what")


@seen_by(*_EVERYONE)
def look_list(request: HttpRequest) -> HttpResponseBase:
    """For the administrator every look, with filters; for a participant the days and roles of those at its own data."""
    desk: Desk = request.desk  # type: ignore[attr-defined]
    listing = _all(request, desk) if desk.is_administrator else _at_own(request, desk)
    context = {
        "crumbs": crumbs(desk, (_("Records"), reverse("acts", kwargs={"scheme": desk.scheme})), _("Looks")),
        "file_address": reverse("looks-file", kwargs={"scheme": desk.scheme}),
    }
    return answer(request, "web/records/looks.html", context, listing)


def _all(request: HttpRequest, desk: Desk) -> Listing:
    return Listing(
        request=request,
        name="looks",
        title=here(_TITLE),
        rows=visible_looks(desk),
        columns=_columns(),
        order="-at",
        filters=_filters(),
        tie="",
        empty=_("Nobody else has looked yet."),
        empty_filtered=_("No record fits. Show all, or choose something else."),
    )


def _columns() -> list[Column]:
    shown, refused, nobodys = _("shown"), cells.tag(_("refused"), "bad"), cells.soft(_("a list, or nobody's"))

    def login(look: Look) -> cells.Cell:
        return cells.beside(cells.code(look.login), role(look.role))

    def page(look: Look) -> cells.Cell:
        return cells.beside(cells.code(look.page), look.path)

    def whose(look: Look) -> cells.Cell:
        return cells.several(map(cells.code, look.participants)) if look.participants else nobodys

    def answered(look: Look) -> cells.Cell:
        return shown if look.status < _REFUSED_FROM else refused

    return [
        # They are written down one after the other.
        Column(key="at", label=_("At"), cell=lambda look: look.at, kind=Kind.INSTANT, sort="pk"),
        Column(key="login", label=_("Login ID"), cell=login),
        Column(key="page", label=_("Page"), cell=page, width=40),
        Column(key="whose", label=_("Participants"), cell=whose),
        Column(key="answer", label=_("Answer"), cell=answered),
        Column(key="from", label=_("Where from"), cell=lambda look: look.address, kind=Kind.CODE),
    ]


def _filters() -> list[Filter]:
    return [
        Words(
            name="participant",
            label=_("Participant (key)"),
            narrow=lambda rows, key: rows.filter(participants__contains=[key]),
        ),
        Words(name="login", label=_("Login ID"), narrow=being("login")),
        Tick(
            name="refused",
            label=_("Only what was refused"),
            narrow=lambda rows, _value: rows.filter(status__gte=_REFUSED_FROM),
        ),
    ]


def _at_own(request: HttpRequest, desk: Desk) -> Listing:
    """Days and roles, the last day first. Who it was in person is for the administrator to know."""
    shown = visible_looks(desk).filter(status__lt=_REFUSED_FROM)

    def day(one: dict[str, Any]) -> cells.Cell:
        found: date = one["day"]
        return found

    return Listing(
        request=request,
        name="looks",
        title=_("Who looked at your data"),
        rows=shown.order_by("-day", "role").values("day", "role").distinct(),
        columns=[
            Column(key="day", label=_("Day"), cell=day, kind=Kind.DAY, sort=("day", "role"), width=12),
            Column(key="role", label=_("Role"), cell=lambda one: role(one["role"]), sort=("role", "day"), width=24),
        ],
        order="-day",
        filters=[Days(name="day", label=_("Day"), narrow=on_days("day"))],
        tie="",
        empty=_("Nobody else has looked yet."),
    )


@seen_by(Who.ADMINISTRATOR)
@limited("looks file", most=30, methods=("GET",))
def looks_file(request: HttpRequest) -> HttpResponseBase:
    """The same as CSV, with the filters of the page."""
    desk: Desk = request.desk  # type: ignore[attr-defined]
    found = _all(request, desk).found
    pieces = csv_chunks(_table(found), get_language() or "en")
    answer = StreamingHttpResponse(pieces, content_type="text/csv; charset=utf-8")
    return named(answer, f"{desk.scheme}-looks.csv")


def _table(found: QuerySet[Look]) -> Table:
    def rows() -> Iterable[Row]:
        for look in found.iterator(chunk_size=2_000):
            participants = " ".join(look.participants)
            yield (look.at, look.login, look.role, look.page, participants, look.path, look.status, look.address)

    columns = (
        PaperColumn(Text("日時", "At"), Kind.INSTANT, 20),
        PaperColumn(Text("ログインID", "Login ID"), Kind.CODE, 16),
        PaperColumn(Text("役割", "Role"), Kind.TEXT, 14),
        PaperColumn(Text("画面", "Page"), Kind.CODE, 16),
        PaperColumn(Text("参加者", "Participants"), Kind.CODE, 20),
        PaperColumn(Text("アドレス（URL）", "Address"), Kind.CODE, 40),
        PaperColumn(Text("応答", "Answer"), Kind.TEXT, 8),
        PaperColumn(Text("接続元", "From"), Kind.CODE, 20),
    )
    return Table(_TITLE, columns, rows, found.count())
