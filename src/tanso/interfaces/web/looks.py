"""Who looked at whose data: one row a request, written before the answer goes out.

No view has to think of it. `remember` is a middleware; `own_or_404` tells it whose object was asked for. Kept are
- every page of the administrator and of a verifier, except those that show nobody (`SHOWS_NOBODY`),
- every answer to anybody that is about another participant, be it shown or refused,
- every page that was refused to a kind of login.
Where the row cannot be written, the page is not shown.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextvars import ContextVar
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponseBase

from tanso.acts.models import ActRecord
from tanso.interfaces.web.desk import Desk
from tanso.interfaces.web.limits import address_of
from tanso.interfaces.web.models import Attempt, Look
from tanso.ledger import queries as ledger
from tanso.ledger.records import JournalEntry
from tanso.parties.models import Participant

# Pages of the administrator and of verifiers on which nobody's data are.
SHOWS_NOBODY = frozenset(
    {"schedule", "calendar", "parameters", "override_parameter", "withdraw_override", "ledger-check"}
)
_FORBIDDEN, _NOT_THERE = 403, 404
_LONGEST_PATH = 490

_seen: ContextVar[set[str] | None] = ContextVar("seen", default=None)


def saw(found: object) -> None:
    """Tell whose object the request is about: a participant, or anything that belongs to some."""
    known = _seen.get()
    if known is not None and found is not None:
        known.update(owners_of(found))


def owners_of(found: Any) -> set[str]:
    """The keys of the participants whose data an object is."""
    if isinstance(found, Participant):
        return {found.key}
    if isinstance(found, ActRecord):
        return _owners_of_act(found)
    if isinstance(found, JournalEntry):
        sides = ledger.accounts([found.posting.from_account_id, found.posting.to_account_id])
        return _holders(sides.values())
    if hasattr(found, "from_account_id"):
        return _holders(ledger.accounts([found.from_account_id, found.to_account_id]).values())
    if isinstance(getattr(found, "participant", None), Participant):
        return {found.participant.key}
    return _holders([found]) if hasattr(found, "holder_key") else set()


def _owners_of_act(record: ActRecord) -> set[str]:
    given = record.arguments
    numbers = {str(given[name]) for name in ("account", "from", "to") if given.get(name)}
    accounts = ledger.accounts_by_number(numbers).values()
    named = {str(given[name]) for name in ("participant",) if given.get(name)}
    return _holders(accounts) | named | ({record.actor_participant} if record.actor_participant else set())


def _holders(accounts: Iterable[Any]) -> set[str]:
    return {account.holder_key.split("/", 1)[1] for account in accounts if account.holder_key}


def visible_looks(desk: Desk) -> QuerySet[Look]:
    """The looks that a login may hear of, latest first: all for the administrator, else those at its own data."""
    rows = Look.objects.filter(scheme=desk.scheme).order_by("-id")
    return (
        rows
        if desk.is_administrator
        else rows.filter(participants__contains=[desk.key]).exclude(login=desk.login.login)
    )


def remember(get_response: Callable[[HttpRequest], HttpResponseBase]) -> Callable[[HttpRequest], HttpResponseBase]:
    """Middleware: write down what the request looked at."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        known: set[str] = set()
        token = _seen.set(known)
        try:
            response = get_response(request)
        finally:
            _seen.reset(token)
        desk: Desk | None = getattr(request, "desk", None)
        if desk is not None and request.resolver_match is not None:
            _write(request, desk, request.resolver_match.view_name, known, response.status_code)
        return response

    return middleware


def _write(request: HttpRequest, desk: Desk, page: str, known: set[str], status: int) -> None:
    own = None if desk.participant is None else desk.participant.key
    is_refused = status == _FORBIDDEN or (status == _NOT_THERE and bool(known))
    # A login that is refused what belongs to its own participant (B, allowances) is worth knowing of, too.
    whose = sorted(known if is_refused else known - {own})
    reads_for_others = desk.is_administrator or desk.is_verifier
    if not (whose or is_refused or (reads_for_others and page not in SHOWS_NOBODY)):
        return
    Look.objects.create(
        day=desk.today,
        scheme=desk.scheme,
        login=desk.login.login,
        role=desk.actor.role,
        page=page,
        # Without the question behind it, as what somebody searched for may be a name; but that a list went as a file.
        path=f"{request.path[:_LONGEST_PATH]}{getattr(request, 'list_file', '')}",
        participants=whose,
        status=status,
        address=address_of(request),
    )


def forget(now: datetime) -> int:
    """Delete the looks that need not be kept any longer, and attempts whose time is over; how many looks."""
    Attempt.objects.filter(until__lt=now).delete()
    count, _tables = Look.objects.filter(at__lt=now - timedelta(days=settings.TANSO_LOOKS_KEPT_DAYS)).delete()
    return count
