"""What changed in the tables that change, for the administrator: the trail that triggers leave."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from tanso.acts.models import ChangeRecord
from tanso.interfaces.web.access import seen_by
from tanso.interfaces.web.acting import crumbs
from tanso.interfaces.web.desk import Desk, Who

ROWS_A_PAGE = 50


@seen_by(Who.ADMINISTRATOR)
def change_list(request: HttpRequest) -> HttpResponse:
    """Changes, latest first, of one table, of one row of it or by one login where asked. They concern all schemes."""
    desk: Desk = request.desk  # type: ignore[attr-defined]
    asked = {name: request.GET.get(name, "").strip() for name in ("relation", "row", "login")}
    rows = ChangeRecord.objects.order_by("-id").filter(**{name: value for name, value in asked.items() if value})
    page = Paginator(rows, ROWS_A_PAGE).get_page(request.GET.get("page"))
    return render(
        request,
        "web/records/changes.html",
        {
            "crumbs": crumbs(desk, (_("Records"), reverse("acts", kwargs={"scheme": desk.scheme})), _("What changed")),
            "rows": page,
            "lines": [{"change": change, "columns": _columns(change)} for change in page.object_list],
            "is_filtered": any(asked.values()),
            **asked,
        },
    )


def _columns(change: ChangeRecord) -> list[tuple[str, str, str]]:
    """Each column that differs, with its value before and after; nothing where there was none."""
    before, after = change.before or {}, change.after or {}
    return [(name, _shown(before.get(name)), _shown(after.get(name))) for name in sorted({*before, *after})]


def _shown(value: object) -> str:
    return "" if value is None else str(value)
