"""The pages of one operation for many: choose, look at what would happen to each, confirm once, see what came of each.

What was confirmed is kept in the session and done piece by piece, so that no request takes long: the page of results
shows how far it is and goes on, by itself where scripts run, by a button where they do not.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID, uuid4

from django.core.paginator import Paginator
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from tanso import acts
from tanso.acts.models import ActRecord
from tanso.interfaces.web import describe, together, words
from tanso.interfaces.web.access import seen_by
from tanso.interfaces.web.acting import crumbs
from tanso.interfaces.web.desk import Desk, Who
from tanso.interfaces.web.signing_in import confirming
from tanso.interfaces.web.together import Kind, Row
from tanso.kernel.outcomes import Outcome

# So many rows at once are looked at beforehand, so many are done in one request, and so many batches are remembered.
MOST_AT_ONCE, A_PIECE, BATCHES_KEPT = 100, 25, 5
_KEPT = "together"


def _found(request: HttpRequest, name: str) -> tuple[Desk, Kind]:
    desk: Desk = request.desk  # type: ignore[attr-defined]
    kind = together.kind_of(desk, name)
    if kind is None:
        raise Http404
    return desk, kind


@seen_by(Who.ADMINISTRATOR)
def choose(request: HttpRequest, kind: str) -> HttpResponseBase:
    """The rows that wait; once some are chosen, what would happen to each; once that is confirmed, it is done."""
    desk, sort = _found(request, kind)
    rows = list(sort.rows(desk))
    if request.method != "POST" or request.POST.get("step") == "change":
        return _show_choice(request, desk, sort, rows)
    takes_all = request.POST.get("all") == "1"
    wanted = (rows if takes_all else together.chosen(rows, request.POST.getlist("row")))[:MOST_AT_ONCE]
    batch = _batch(request.POST.get("batch", ""))
    if request.POST.get("step") == "perform" and batch is not None:
        if str(batch) in request.session.get(_KEPT, {}):
            return HttpResponseRedirect(_result_address(desk, kind, batch))
        again = confirming.form_for(request, sent=True) if confirming.is_due(request) else None
        if again is not None and not confirming.confirm(request, again):
            return _show_preview(request, desk, sort, wanted, batch, again)
        if wanted:
            _keep(request, batch, kind, wanted)
            return _go_on(request, desk, kind, batch)
    if not wanted:
        return _show_choice(request, desk, sort, rows, problem=_("Choose at least one row that still waits."))
    return _show_preview(request, desk, sort, wanted, batch or uuid4(), None)


def _batch(written: str) -> UUID | None:
    try:
        return UUID(written)
    except ValueError:
        return None


def _frame(desk: Desk, sort: Kind) -> dict[str, Any]:
    return {
        "title": sort.title,
        "crumbs": crumbs(desk, (sort.list_name, sort.back(desk)), sort.title),
        "back": sort.back(desk),
        "login": desk.login.login,
    }


def _show_choice(
    request: HttpRequest, desk: Desk, sort: Kind, rows: Sequence[Row], *, problem: str = ""
) -> HttpResponse:
    page = Paginator(rows, MOST_AT_ONCE).get_page(request.GET.get("page"))
    ticked = set(request.POST.getlist("row")) if request.method == "POST" else {row.key for row in page.object_list}
    return render(
        request,
        "web/together/choose.html",
        {
            **_frame(desk, sort),
            "rows": page,
            "lines": [(row, row.key in ticked) for row in page.object_list],
            "count": len(rows),
            "most": MOST_AT_ONCE,
            "problem": problem,
            "empty": sort.empty,
        },
        status=422 if problem else 200,
    )


def _show_preview(  # noqa: PLR0917 -- what a page is made of
    request: HttpRequest, desk: Desk, sort: Kind, rows: Sequence[Row], batch: UUID, again: Form | None
) -> HttpResponse:
    """What would happen to each of the rows, or why it is refused. Nothing is recorded."""
    looked = [(row, acts.rehearse(row.act(desk, batch), lambda: None)[0]) for row in rows]
    allowed = [row for row, outcome in looked if outcome.ok]
    if again is None and confirming.is_due(request):
        again = confirming.form_for(request)
    return render(
        request,
        "web/together/confirm.html",
        {
            **_frame(desk, sort),
            "batch": batch,
            "lines": [(row, outcome, said(outcome)) for row, outcome in looked],
            "allowed": allowed,
            "refused": len(looked) - len(allowed),
            "total": _total(looked),
            "proposes": any("waits_for" in outcome.result for _row, outcome in looked),
            "is_final": sort.is_final,
            "again": again,
        },
        status=422 if again is not None and again.is_bound else 200,
    )


def said(outcome: Outcome) -> str:
    """What would come of an act, in a few words."""
    parts = []
    if isinstance(outcome.result.get("issued_t"), int):
        parts.append(_("%(quantity)s are issued") % {"quantity": words.tonnes(outcome.result["issued_t"])})
    if outcome.result.get("waits_for"):
        parts.append(_("a second person approves it"))
    return ", ".join(parts)


def _total(looked: Sequence[tuple[Row, Outcome]]) -> int | None:
    """How much would be issued in all; None where nothing is issued."""
    found = [outcome.result["issued_t"] for _row, outcome in looked if isinstance(outcome.result.get("issued_t"), int)]
    return sum(found) if found else None


# --- what was confirmed, piece by piece ------------------------------------------------------------------------------


def _keep(request: HttpRequest, batch: UUID, kind: str, rows: Sequence[Row]) -> None:
    """Remember what was confirmed, and what is still to be done of it."""
    desk: Desk = request.desk  # type: ignore[attr-defined]
    kept = dict(list(request.session.get(_KEPT, {}).items())[1 - BATCHES_KEPT :])
    kept[str(batch)] = {
        "kind": kind,
        "scheme": desk.scheme,
        "done": 0,
        "rows": [
            {
                "key": row.key,
                "title": row.title,
                "note": row.note,
                "operation": row.operation,
                "arguments": dict(row.arguments),
                "proposal": None if row.proposal is None else str(row.proposal),
            }
            for row in rows
        ],
    }
    request.session[_KEPT] = kept


def _kept(request: HttpRequest, desk: Desk, kind: str, batch: UUID) -> dict[str, Any]:
    """What this login confirmed here; otherwise the page does not exist."""
    found = request.session.get(_KEPT, {}).get(str(batch))
    if found is None or (found["kind"], found["scheme"]) != (kind, desk.scheme):
        raise Http404
    known: dict[str, Any] = found
    return known


def _rows(kept: dict[str, Any]) -> list[Row]:
    return [
        Row(**(row | {"proposal": None if row["proposal"] is None else UUID(row["proposal"])})) for row in kept["rows"]
    ]


def _go_on(request: HttpRequest, desk: Desk, kind: str, batch: UUID) -> HttpResponseRedirect:
    """Do the next piece, and show what came of it."""
    kept = _kept(request, desk, kind, batch)
    rows = _rows(kept)[kept["done"] : kept["done"] + A_PIECE]
    if rows:
        acts.pass_time(desk.scheme, desk.today)
        acts.perform_batch([row.act(desk, batch) for row in rows])
        kept["done"] += len(rows)
        request.session.modified = True
    return HttpResponseRedirect(_result_address(desk, kind, batch))


def _result_address(desk: Desk, kind: str, batch: UUID) -> str:
    return reverse("together-results", kwargs={"scheme": desk.scheme, "kind": kind, "batch": batch})


@seen_by(Who.ADMINISTRATOR)
def results(request: HttpRequest, kind: str, batch: UUID) -> HttpResponseBase:
    """What came of each row so far; sent as a form, the next piece is done."""
    desk, sort = _found(request, kind)
    kept = _kept(request, desk, kind, batch)
    if request.method == "POST":
        return confirming.beforehand(request) if confirming.is_due(request) else _go_on(request, desk, kind, batch)
    rows = _rows(kept)
    known = _records(desk, rows, batch)
    lines = [(row, known.get(row.act(desk, batch).id)) for row in rows]
    done = [line for _row, line in lines if line is not None]
    return render(
        request,
        "web/together/results.html",
        {
            **_frame(desk, sort),
            "lines": lines,
            "done": len(done),
            "all": len(rows),
            "left": len(rows) - kept["done"],
            "refused": sum(line.record.status == "refused" for line in done),
            "proposed": sum(line.record.status == "proposed" for line in done),
            "goes_on": not confirming.is_due(request),
            "here": _result_address(desk, kind, batch),
            "proposals": reverse("proposals", kwargs={"scheme": desk.scheme}),
        },
    )


def _records(desk: Desk, rows: Sequence[Row], batch: UUID) -> dict[UUID, describe.ActLine]:
    """The records of the acts of these rows, by their ids."""
    ids = [row.act(desk, batch).id for row in rows]
    found = ActRecord.objects.filter(scheme=desk.scheme, id__in=ids)
    return {line.record.id: line for line in describe.act_lines(desk.rulebook, found)}
