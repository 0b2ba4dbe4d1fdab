"""Who looked at whose data: all of it for the administrator, and for everybody else on which days at one's own."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from tanso.interfaces.exports.csv_file import csv_chunks
from tanso.interfaces.exports.paper import Column, Kind, Row, Table
from tanso.interfaces.web.access import seen_by
from tanso.interfaces.web.acting import crumbs
from tanso.interfaces.web.desk import Desk, Who
from tanso.interfaces.web.downloads import named
from tanso.interfaces.web.limits import limited
from tanso.interfaces.web.looks import visible_looks
from tanso.interfaces.web.models import Look
from tanso.kernel.texts import Text

ROWS_A_PAGE = 50
_EVERYONE = (Who.EMISSIONS, Who.ALLOWANCES, Who.VERIFIER, Who.ADMINISTRATOR)
_REFUSED_FROM = 400
_TITLE = Text("閲覧の記録", "Who looked at what")


@seen_by(*_EVERYONE)
def look_list(request: HttpRequest) -> HttpResponse:
    """For the administrator every look, with filters; for a participant the days and roles of those at its own data."""
    desk: Desk = request.desk  # type: ignore[attr-defined]
    asked = {name: request.GET.get(name, "").strip() for name in ("participant", "login", "refused")}
    rows: Any = _filtered(visible_looks(desk), asked) if desk.is_administrator else _days(visible_looks(desk))
    return render(
        request,
        "web/records/looks.html",
        {
            "crumbs": crumbs(desk, (_("Records"), reverse("acts", kwargs={"scheme": desk.scheme})), _("Looks")),
            "rows": Paginator(rows, ROWS_A_PAGE).get_page(request.GET.get("page")),
            "file_address": reverse("looks-file", kwargs={"scheme": desk.scheme}),
            "is_filtered": desk.is_administrator and any(asked.values()),
            **asked,
        },
    )


def _filtered(rows: QuerySet[Look], asked: dict[str, str]) -> QuerySet[Look]:
    if asked["participant"]:
        rows = rows.filter(participants__contains=[asked["participant"]])
    if asked["login"]:
        rows = rows.filter(login=asked["login"])
    return rows.filter(status__gte=_REFUSED_FROM) if asked["refused"] else rows


def _days(rows: QuerySet[Look]) -> Any:
    """Days and roles, the last day first. Who it was in person is for the administrator to know."""
    shown = rows.filter(status__lt=_REFUSED_FROM)
    return shown.order_by("-day", "role").values("day", "role").distinct()


@seen_by(Who.ADMINISTRATOR)
@limited("looks file", most=30, methods=("GET",))
def looks_file(request: HttpRequest) -> HttpResponseBase:
    """The same as CSV, with the filters of the page."""
    desk: Desk = request.desk  # type: ignore[attr-defined]
    asked = {name: request.GET.get(name, "").strip() for name in ("participant", "login", "refused")}
    found = _filtered(visible_looks(desk), asked)
    pieces = csv_chunks(_table(found), get_language() or "en")
    answer = StreamingHttpResponse(pieces, content_type="text/csv; charset=utf-8")
    return named(answer, f"{desk.scheme}-looks.csv")


def _table(found: QuerySet[Look]) -> Table:
    def rows() -> Iterable[Row]:
        for look in found.iterator(chunk_size=2_000):
            participants = " ".join(look.participants)
            yield (look.at, look.login, look.role, look.page, participants, look.path, look.status, look.address)

    columns = (
        Column(Text("日時", "At"), Kind.INSTANT, 20),
        Column(Text("ログインID", "Login ID"), Kind.CODE, 16),
        Column(Text("役割", "Role"), Kind.TEXT, 14),
        Column(Text("画面", "Page"), Kind.CODE, 16),
        Column(Text("参加者", "Participants"), Kind.CODE, 20),
        Column(Text("アドレス（URL）", "Address"), Kind.CODE, 40),
        Column(Text("応答", "Answer"), Kind.TEXT, 8),
        Column(Text("接続元", "From"), Kind.CODE, 20),
    )
    return Table(_TITLE, columns, rows, found.count())
