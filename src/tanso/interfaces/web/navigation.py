"""The main navigation: the places that a login may go to, in groups where they are many.

A group is a heading that opens (`<details>`): it needs no script. The group of the page that one is on is open.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from tanso.interfaces.web import proposing
from tanso.interfaces.web.desk import Desk, Who
from tanso.interfaces.web.messages import unread
from tanso.interfaces.web.visiting import Visit
from tanso.registry import overview

# With more places than these, those that belong together stand under one heading.
_MOST_PLAIN = 7


@dataclass(frozen=True, slots=True)
class NavigationItem:
    """One place of the main navigation. `here` is the value of aria-current on the page itself or below it.

    `unread` is how much waits there to be read, as it is shown; empty for nothing.
    """

    label: str
    address: str
    here: str
    unread: str = ""

    @property
    def is_here(self) -> bool:
        return bool(self.here)


@dataclass(frozen=True, slots=True)
class NavigationGroup:
    """Places that belong together, under a heading that opens."""

    label: str
    items: tuple[NavigationItem, ...]

    @property
    def is_here(self) -> bool:
        return any(item.is_here for item in self.items)

    @property
    def unread(self) -> str:
        """What waits in the group, shown while it is closed."""
        return next((item.unread for item in self.items if item.unread), "")


@dataclass(frozen=True, slots=True)
class _Place:
    """A page of the scheme by its name, and the heading that it stands under; without one it stands alone."""

    label: str
    name: str
    heading: str = ""
    of_participant: bool = False


def of_public_pages(visit: Visit, path: str) -> tuple[NavigationItem, ...]:
    """The public pages of a scheme."""
    front = reverse("front", kwargs={"scheme": visit.scheme})
    places = [
        (_("About the scheme"), front),
        *(
            (label, reverse(name, kwargs={"scheme": visit.scheme}))
            for label, name, operation in (
                (_("Notices"), "notices", "publish_notice"),
                (_("Documents"), "documents", "publish_document"),
                (_("Questions and answers"), "answers", "publish_answer"),
                (_("Ask a question"), "ask_question", "ask_question"),
            )
            if operation in visit.rulebook.operations
        ),
        (_("Rules"), reverse("rules", kwargs={"scheme": visit.scheme})),
    ]
    if visit.rulebook.registration is not None:
        places.append((_("Apply for registration"), reverse("registration", kwargs={"scheme": visit.scheme})))
    if visit.rulebook.results is not None:
        places.append((_("Results"), reverse("published-results", kwargs={"scheme": visit.scheme})))
    return tuple(
        NavigationItem(label=label, address=address, here=_here(path, path, address, front))
        for label, address in places
    )


def of_desk(desk: Desk, path: str) -> tuple[NavigationItem | NavigationGroup, ...]:
    """The places of a signed-in login, those of one heading together where the first of them stands."""
    places = _of_administrator(desk) if desk.is_administrator else _of_others(desk)
    home = reverse("home", kwargs={"scheme": desk.scheme})
    below = _below(desk, path, home)
    messages = reverse("messages", kwargs={"scheme": desk.scheme})
    waiting = {messages: unread(desk.login, desk.scheme)}
    found: list[tuple[str, NavigationItem]] = []
    for place in places:
        address = _address(desk, place)
        here = _here(path, below, address, home)
        found.append((place.heading, NavigationItem(place.label, address, here, waiting.get(address, ""))))
    return _grouped(found)


def _address(desk: Desk, place: _Place) -> str:
    if place.of_participant:
        return reverse(place.name, kwargs={"scheme": desk.scheme, "participant": desk.key})
    return reverse(place.name, kwargs={"scheme": desk.scheme})


def _grouped(found: Sequence[tuple[str, NavigationItem]]) -> tuple[NavigationItem | NavigationGroup, ...]:
    """Few places stay as they are; of many, those of one heading stand under it, unless it would hold one alone."""
    by_heading: dict[str, list[NavigationItem]] = {}
    for heading, item in found:
        by_heading.setdefault(heading, []).append(item)
    if len(found) <= _MOST_PLAIN:
        return tuple(item for _heading, item in found)
    shown: list[NavigationItem | NavigationGroup] = []
    for heading, item in found:
        together = by_heading.get(heading, [])
        if not heading or len(together) == 1:
            shown.append(item)
        elif together[0] is item:
            shown.append(NavigationGroup(heading, tuple(together)))
    return tuple(shown)


def _of_administrator(desk: Desk) -> list[_Place]:
    """Everything of the scheme, by what it is about."""
    has = desk.rulebook.operations
    people, emissions, units = _("Participants and logins"), _("Emissions"), _("Allowances")
    papers, site, oversight = _("Messages and letters"), _("Website"), _("Oversight")
    places = [
        (True, _Place(_("Home"), "home")),
        (True, _Place(_("Participants"), "standings", people)),
        (
            desk.rulebook.registration is not None,
            _Place(_("Applications for registration"), "registrations", people),
        ),
        ("issue_login" in has, _Place(_("Logins"), "logins", people)),
        ("request_contact_change" in has, _Place(_("Contacts"), "contact-list", people)),
        (True, _Place(_("Reports"), "reports", emissions)),
        (True, _Place(_("Reports to review"), "review-queue", emissions)),
        ("apply_for_units" in has, _Place(_("Applications"), "applications", units)),
        (True, _Place(_("Banking"), "banking", units)),
        ("abort_transfer" in has, _Place(_("Transfers that wait"), "waiting-transfers", units)),
        (True, _Place(_("Serial numbers"), "serials", units)),
        (True, _Place(_("Messages"), "messages", papers)),
        (bool(desk.rulebook.letters.kinds), _Place(_("Letters"), "letters", papers)),
        ("file_objection" in has, _Place(_("Objections"), "objections", papers)),
        ("publish_notice" in has, _Place(_("Publications"), "publications", site)),
        ("answer_question" in has, _Place(_("Questions"), "questions", site)),
        (overview.has_phases(desk.rulebook), _Place(_("Overview of a phase"), "overview", oversight)),
        (True, _Place(_("Proposals"), "proposals", oversight)),
        (True, _Place(_("Results"), "results", oversight)),
        (True, _Place(_("Records"), "acts", oversight)),
        (True, _Place(_("Calendar"), "calendar", oversight)),
        (_has_schedule(desk), _Place(_("Schedule"), "schedule", oversight)),
        (True, _Place(_("Parameters"), "parameters", oversight)),
    ]
    return [place for is_there, place in places if is_there]


def _of_others(desk: Desk) -> list[_Place]:
    """What a participant or a verifier does often stands alone; papers and records stand together."""
    has = desk.rulebook.operations
    papers = _("Papers and records")
    is_known = bool(desk.who & {Who.ALLOWANCES, Who.EMISSIONS, Who.VERIFIER})
    places = [
        (True, _Place(_("Home"), "home")),
        (desk.has_reports, _Place(_("Reports"), "reports")),
        (Who.ALLOWANCES in desk.who, _Place(_("Balance"), "own-account")),
        (
            desk.sees_allowances and "abort_transfer" in has,
            _Place(_("Transfers that wait"), "waiting-transfers"),
        ),
        (
            Who.ALLOWANCES in desk.who and proposing.may_propose(desk.rulebook),
            _Place(_("Proposals"), "proposals"),
        ),
        (desk.sees_allowances and "apply_for_units" in has, _Place(_("Applications"), "applications")),
        (is_known, _Place(_("Messages"), "messages")),
        (_has_schedule(desk), _Place(_("Schedule"), "schedule")),
        (
            "request_contact_change" in has and bool(desk.who & {Who.ALLOWANCES, Who.VERIFIER}),
            _Place(_("Contact data"), "contact", papers, of_participant=True),
        ),
        (bool(desk.rulebook.letters.kinds), _Place(_("Letters"), "letters", papers)),
        ("file_objection" in has and not desk.is_verifier, _Place(_("Objections"), "objections", papers)),
        (is_known, _Place(_("Records"), "acts", papers)),
    ]
    return [place for is_there, place in places if is_there]


def _has_schedule(desk: Desk) -> bool:
    return bool(desk.rulebook.schedule(min(desk.rulebook.phases)))


def _below(desk: Desk, path: str, home: str) -> str:
    """The place that a page belongs to, where its address does not say it."""

    def at(name: str) -> str:
        return reverse(name, kwargs={"scheme": desk.scheme})

    # The pages of an account belong to the balance, or for the administrator to the participants.
    of_accounts = at("standings") if desk.is_administrator else at("own-account")
    if path.startswith(f"{home}accounts/") or (path == at("serials") and not desk.is_administrator):
        return of_accounts
    elsewhere = {at("mails"): at("messages"), f"{home}adoption-lists/": at("registrations")}
    if desk.is_administrator:
        changes = {f"{home}contact-changes/": at("contact-list"), f"{home}company-changes/": at("contact-list")}
        elsewhere |= changes | {f"{home}disputes/": at("objections"), f"{home}ledger-check/": at("acts")}
    return next((place for beginning, place in elsewhere.items() if path.startswith(beginning)), path)


def _here(path: str, below: str, address: str, home: str) -> str:
    if path == address:
        return "page"
    return "true" if address != home and below.startswith(address) else ""
