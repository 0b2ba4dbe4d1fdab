"""What happened to an account, and to a tonne: the statement of an account and the life of a serial number.

On the page, as CSV, Excel and PDF. A login for allowances sees its own account and, of a tonne, the postings into and
out of that account; the administrator sees all. Everyone else: nothing, not even that there is something.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.http import (
    FileResponse,
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    QueryDict,
    StreamingHttpResponse,
)
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from tanso.interfaces.exports import excel, pdf
from tanso.interfaces.exports import statement as papers
from tanso.interfaces.exports.csv_file import csv_chunks
from tanso.interfaces.exports.life import life_paper
from tanso.interfaces.exports.names import Names
from tanso.interfaces.exports.paper import Kind, Paper
from tanso.interfaces.web import describe
from tanso.interfaces.web.access import own_or_404, seen_by
from tanso.interfaces.web.acting import Crumb, crumbs
from tanso.interfaces.web.desk import Desk, Who
from tanso.interfaces.web.downloads import named
from tanso.interfaces.web.lists import cells
from tanso.interfaces.web.lists.answering import answer
from tanso.interfaces.web.lists.listing import Column, Given, Listing
from tanso.interfaces.web.questions import PeriodForm, SerialForm
from tanso.interfaces.web.views.accounts import serials_shown
from tanso.kernel.errors import TansoError
from tanso.kernel.periods import FISCAL_YEAR_FIRST_MONTH, fiscal_year_of
from tanso.kernel.texts import Text
from tanso.ledger import life as lives
from tanso.ledger import movements
from tanso.ledger import queries as ledger
from tanso.ledger import statement as statements
from tanso.ledger.models import ROLE_HOLDING, ROLE_ISSUANCE
from tanso.ledger.movements import Movement
from tanso.ledger.records import Account
from tanso.ledger.statement import Statement, StatementLine
from tanso.registry import queries as registry

FORMS = ("csv", "xlsx", "pdf")
_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "pdf": "application/pdf",
}


# --- statements ------------------------------------------------------------------------------------------------------


class _Lines(Sequence[StatementLine]):
    """The lines of a statement, read page by page."""

    def __init__(self, statement: Statement) -> None:
        self._statement = statement

    def __len__(self) -> int:
        return self._statement.line_count

    def __getitem__(self, place: Any) -> Any:
        if not isinstance(place, slice):
            raise TypeError("lines are read by the page")
        first, last, _step = place.indices(len(self))
        return list(statements.lines(self._statement, offset=first, limit=last - first))


def account_of(desk: Desk, number: str) -> Account:
    """The account, if the login may see all that moved in it; raises Http404 otherwise."""
    account = ledger.account_by_number(number)
    if account is None or account.scheme != desk.scheme:
        raise Http404
    is_own = Who.ALLOWANCES in desk.who and account.holder_key == f"{desk.scheme}/{desk.key}"
    return own_or_404(account, is_own=desk.is_administrator or is_own)


@seen_by(Who.ALLOWANCES, Who.ADMINISTRATOR)
def statement_page(request: HttpRequest, number: str) -> HttpResponseBase:
    """Opening balances, every posting with the balance after it, what happened to the account, closing balances."""
    desk: Desk = request.desk  # type: ignore[attr-defined]
    return _show_statement(request, desk, account_of(desk, number))


def _show_statement(
    request: HttpRequest, desk: Desk, account: Account, problem: TansoError | None = None
) -> HttpResponseBase:
    form = _period_of(request, desk)
    context: dict[str, Any] = {
        "crumbs": _way(desk, account),
        "account": account,
        "holder": registry.holder_name(account),
        "form": form,
        "periods": _usual_periods(desk, account),
        "problem": problem,
        "file_address": reverse("statement-file", kwargs={"scheme": desk.scheme, "number": account.number}),
    }
    if not form.is_valid():
        return answer(request, "web/accounts/statement.html", context, status=422)
    # One snapshot for balances and lines, which are read as the page shows them.
    with movements.snapshot():
        statement = statements.read(account, form.from_day, form.to_day)
        context |= _content(desk, statement)
        listing = _listing(request, desk, statement)
        status = 200 if problem is None else 422
        return answer(request, "web/accounts/statement.html", context, listing, status=status)


def _content(desk: Desk, statement: Statement) -> dict[str, Any]:
    names = Names(desk.scheme)
    # As on the last day of the period, as its papers have it.
    holder = registry.holder_on(statement.account, statement.period.last_day or desk.today)
    return {
        "statement": statement,
        "holder": "" if holder is None else holder[0],
        "period": describe.here(papers.period_text(statement)),
        "sums": [(describe.here(names.unit(row.unit_class)), row) for row in statement.sums],
        "changes": [(change.event, describe.here(names.change(change))) for change in statement.changes],
        "file_query": urlencode(_days(statement)),
        "too_long_for_pdf": pdf.MOST_ROWS if papers.row_count(statement) > pdf.MOST_ROWS else None,
        "is_issuance": statement.account.role == ROLE_ISSUANCE,
    }


def _listing(request: HttpRequest, desk: Desk, statement: Statement) -> Listing:
    """The lines of the statement. The whole of it goes out as a file of its own."""
    names = Names(desk.scheme)

    def act(entry: dict[str, Any]) -> cells.Cell:
        number = _("No. %(number)s") % {"number": entry["line"].movement.id}
        first = cells.several([number, entry["remark"]])
        return cells.beside(
            cells.link(entry["act"], entry["address"]), cells.several([first, entry["terms"]], between="\n")
        )

    def lines(rows: Sequence[StatementLine]) -> list[dict[str, Any]]:
        return [
            _entry(desk, names, line, describe.here(act), papers.terms_text(names, line.movement, terms))
            for line, act, terms in papers.with_operations(names, rows)
        ]

    return Listing(
        request=request,
        name="statement",
        title=_("What came in and went out"),
        rows=_Lines(statement),
        columns=[
            Column(
                key="day",
                label=_("Day"),
                cell=lambda entry: entry["line"].movement.valid_day,
                kind=Kind.DAY,
                sort=Given.UP,
            ),
            Column(key="act", label=_("Act"), cell=act),
            Column(key="other", label=_("Other account"), cell=lambda entry: entry["counterparty"]),
            Column(key="unit", label=_("Unit"), cell=lambda entry: entry["unit"]),
            Column(
                key="change",
                label=_("Change of balance"),
                cell=lambda entry: entry["line"].change_t,
                kind=Kind.CHANGE,
            ),
            Column(
                key="balance",
                label=_("Balance of the unit"),
                cell=lambda entry: entry["line"].balance_t,
                kind=Kind.TONNES,
            ),
            Column(
                key="serials",
                label=_("Serial numbers"),
                cell=lambda entry: serials_shown(entry["line"].movement.serials),
            ),
        ],
        order="day",
        lines=lines,
        empty=_("Nothing moved in this period."),
        has_files=False,
    )


def _days(statement: Statement) -> dict[str, date | None]:
    return {"first": statement.period.start, "last": statement.period.last_day}


def _entry(desk: Desk, names: Names, line: StatementLine, act: str, terms: Text | None) -> dict[str, Any]:
    taken_back = papers.remark(line.movement)
    return {
        "line": line,
        "act": act,
        "terms": terms,
        "remark": "" if taken_back is None else describe.here(taken_back),
        "counterparty": describe.here(names.side(line.counterparty)),
        "unit": describe.here(names.unit(line.movement.unit_class)),
        "address": reverse("act", kwargs={"scheme": desk.scheme, "act_id": line.movement.act_id}),
    }


@seen_by(Who.ALLOWANCES, Who.ADMINISTRATOR)
def statement_file(request: HttpRequest, number: str) -> HttpResponseBase:
    """The statement as a file: `form` csv, xlsx or pdf; without it, CSV."""
    desk: Desk = request.desk  # type: ignore[attr-defined]
    account = account_of(desk, number)
    form = _period_of(request, desk)
    if not form.is_valid():
        return _show_statement(request, desk, account)

    def paper() -> Paper:
        statement = statements.read(account, form.from_day, form.to_day)
        return papers.statement_paper(statement, printed_on=desk.today)

    try:
        return _file(request, paper)
    except TansoError as problem:
        return _show_statement(request, desk, account, problem)


def _period_of(request: HttpRequest, desk: Desk) -> PeriodForm:
    """The period that was asked for; this fiscal year up to today where none was."""
    first = date(fiscal_year_of(desk.today), FISCAL_YEAR_FIRST_MONTH, 1)
    return PeriodForm.asked(request.GET, first=first, last=desk.today)


def _usual_periods(desk: Desk, account: Account) -> list[tuple[str, str]]:
    """Periods that people ask for, as label and query."""
    year = fiscal_year_of(desk.today)
    begin = date(year, FISCAL_YEAR_FIRST_MONTH, 1)
    before = date(year - 1, FISCAL_YEAR_FIRST_MONTH, 1)
    periods = [
        (_("This fiscal year"), begin, desk.today),
        (_("Last fiscal year"), before, date.fromordinal(begin.toordinal() - 1)),
        (_("Since the opening"), min(account.opened_on, desk.today), desk.today),
    ]
    return [(label, "?" + urlencode({"first": first, "last": last})) for label, first, last in periods]


def _way(desk: Desk, account: Account) -> list[Crumb]:
    steps: list[tuple[str, str] | str] = []
    if desk.is_administrator:
        steps.append((_("Participants"), reverse("standings", kwargs={"scheme": desk.scheme})))
    if account.holder_key is not None and account.role == ROLE_HOLDING:
        title = _("Balance of %(number)s") % {"number": account.number}
        address = reverse("account", kwargs={"scheme": desk.scheme, "number": account.number})
        return crumbs(desk, *steps, (title, address), _("Account statement"))
    return crumbs(desk, *steps, _("Statement of %(number)s") % {"number": account.number})


# --- the life of a serial number -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Seen:
    """What a login may see of a life; `is_whole` only for the administrator."""

    life: lives.Life
    hops: tuple[Movement, ...]
    is_whole: bool


@seen_by(Who.ALLOWANCES, Who.ADMINISTRATOR)
def serial_page(request: HttpRequest) -> HttpResponseBase:
    """Where a tonne has been: each posting that moved it, from its issue to where it is now."""
    return _show_serial(request, request.desk)  # type: ignore[attr-defined]


def _show_serial(request: HttpRequest, desk: Desk) -> HttpResponseBase:
    is_asked = bool(request.GET)
    form = _serial_form(desk, request.GET if is_asked else None)
    seen, problem = None, None
    if is_asked and form.is_valid():
        try:
            seen = _seen(desk, form)
        except TansoError as error:
            problem = error
    names = Names(desk.scheme)
    acts = {} if seen is None else names.operations({hop.act_id for hop in seen.hops})
    return answer(
        request,
        "web/accounts/serial.html",
        {
            "crumbs": crumbs(desk, _("Serial numbers")),
            "form": form,
            "seen": seen,
            "problem": problem,
            "unit": "" if seen is None else describe.here(names.unit(seen.life.unit_class)),
            "now_at": describe.here(names.side(seen.life.now_at)) if seen and seen.is_whole else "",
            "file_address": reverse("serial-file", kwargs={"scheme": desk.scheme}),
        },
        *([] if seen is None else [_hops(request, [_hop(desk, names, hop, acts) for hop in seen.hops])]),
        status=422 if is_asked and seen is None else 200,
    )


def _hops(request: HttpRequest, lines: list[dict[str, Any]]) -> Listing:
    """The postings that a serial number went through. They go out as a file of their own."""

    def act(line: dict[str, Any]) -> cells.Cell:
        number = _("No. %(number)s") % {"number": line["hop"].id}
        return cells.beside(cells.link(line["act"], line["address"]), cells.several([number, line["remark"]]))

    def source(line: dict[str, Any]) -> str:
        return str(line["source"])

    def target(line: dict[str, Any]) -> str:
        return str(line["target"])

    return Listing(
        request=request,
        name="hops",
        title=_("Where has this tonne been?"),
        rows=lines,
        columns=[
            Column(
                key="day",
                label=_("Day"),
                cell=lambda line: line["hop"].valid_day,
                kind=Kind.DAY,
                sort=lambda line: (line["hop"].valid_day, line["hop"].id),
            ),
            Column(key="act", label=_("Act"), cell=act, sort=lambda line: line["act"]),
            Column(key="from", label=_("From account"), cell=source, sort=source),
            Column(key="to", label=_("To account"), cell=target, sort=target),
            Column(
                key="moved",
                label=_("Moved together"),
                cell=lambda line: line["hop"].quantity_t,
                sort=lambda line: line["hop"].quantity_t,
                kind=Kind.TONNES,
            ),
        ],
        order="day",
        empty=_("Nothing moved in this period."),
        has_files=False,
    )


def _hop(desk: Desk, names: Names, hop: Movement, acts: dict[Any, Any]) -> dict[str, Any]:
    taken_back = papers.remark(hop)
    return {
        "hop": hop,
        "act": describe.here(acts[hop.act_id]) if hop.act_id in acts else "",
        "remark": "" if taken_back is None else describe.here(taken_back),
        "source": describe.here(names.side(hop.source)),
        "target": describe.here(names.side(hop.target)),
        "address": reverse("act", kwargs={"scheme": desk.scheme, "act_id": hop.act_id}),
    }


@seen_by(Who.ALLOWANCES, Who.ADMINISTRATOR)
def serial_file(request: HttpRequest) -> HttpResponseBase:
    """The life of a serial number as a file: `form` csv, xlsx or pdf; without it, CSV."""
    desk: Desk = request.desk  # type: ignore[attr-defined]
    form = _serial_form(desk, request.GET)
    if not form.is_valid():
        return _show_serial(request, desk)
    try:
        seen = _seen(desk, form)
    except TansoError:
        return _show_serial(request, desk)
    paper = life_paper(seen.life, seen.hops, scheme=desk.scheme, printed_on=desk.today, is_whole=seen.is_whole)
    return _file(request, lambda: paper)


def _serial_form(desk: Desk, given: QueryDict | None) -> SerialForm:
    names = Names(desk.scheme)
    units = [(str(one.id), describe.here(names.unit(one))) for one in lives.unit_classes(scheme=desk.scheme)]
    return SerialForm(given, units=units)


def _seen(desk: Desk, form: SerialForm) -> _Seen:
    """What the login may see of the serial number. Raises TansoError where there is no such unit, or none for it.

    For a participant these two are one answer: whether a number that never was in its account was issued, and where it
    is, is not its business.
    """
    (unit_class,) = (one for one in lives.unit_classes(scheme=desk.scheme) if str(one.id) == form.cleaned_data["unit"])
    number: int = form.cleaned_data["number"]
    if desk.is_administrator:
        life = lives.life_of(unit_class, number)
        return _Seen(life=life, hops=life.hops, is_whole=True)
    own = [account.id for account in ledger.accounts_of_holder(f"{desk.scheme}/{desk.key}")]
    try:
        life = lives.life_of(unit_class, number)
    except lives.SerialNotIssuedError:
        raise lives.SerialNotSeenError(unit_class, number) from None
    hops = life.seen_from(own)
    if not hops:
        raise lives.SerialNotSeenError(unit_class, number)
    return _Seen(life=life, hops=hops, is_whole=False)


# --- files -----------------------------------------------------------------------------------------------------------


def _file(request: HttpRequest, paper: Callable[[], Paper]) -> HttpResponseBase:
    """The paper in the form that was asked for. Raises TansoError where that form cannot take it."""
    form, language = request.GET.get("form", "csv"), get_language() or "en"
    if form not in FORMS:
        raise Http404
    response: HttpResponseBase
    if form == "csv":
        with movements.snapshot():
            name = paper().file_name(form)
        response = StreamingHttpResponse(_streamed_csv(paper, language), content_type=_TYPES[form])
    else:
        with movements.snapshot():
            made = paper()
            name = made.file_name(form)
            if form == "pdf":
                response = HttpResponse(pdf.pdf_bytes(made, language), content_type=_TYPES[form])
            else:
                # FileResponse closes the file, and with it the file is gone.
                file = tempfile.TemporaryFile()  # noqa: SIM115
                excel.write_excel(made, language, file)
                file.seek(0)
                response = FileResponse(file, content_type=_TYPES[form])
    return named(response, name)


def _streamed_csv(paper: Callable[[], Paper], language: str) -> Iterator[bytes]:
    with movements.snapshot():
        yield from csv_chunks(paper().flat, language)
