"""What every page shows around its content: the scheme's name, navigation, today, the demonstration's notice."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from tanso.acts import queries as acts
from tanso.interfaces.web import describe, proposing
from tanso.interfaces.web.desk import Desk, Who
from tanso.interfaces.web.messages import unread
from tanso.kernel.texts import Text
from tanso.parties.models import Login
from tanso.rulebook import Rulebook, library

if TYPE_CHECKING:
    from tanso.interfaces.web.visiting import Visit

_RULES = Text("制度の規則", "Rules of the scheme")


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
class Help:
    """Whom to ask about what a page is about."""

    subject: str
    contact: str
    mail: str
    telephone: str
    can_ask: bool


@dataclass(frozen=True, slots=True)
class Page:
    """The frame of a page."""

    name: str
    title_separator: str
    path: str
    notice: Text | None
    desk: Desk | None = None
    navigation: tuple[NavigationItem, ...] = field(default=())
    scheme: str = ""
    help: Help | None = None
    offers_sign_in: bool = False

    @property
    def rules(self) -> NavigationItem:
        """Where everybody may read the rules: those of the scheme, or of all."""
        if self.scheme:
            return NavigationItem(describe.here(_RULES), reverse("rules", kwargs={"scheme": self.scheme}), "")
        return NavigationItem(describe.here(_RULES), reverse("rules-list"), "")

    @property
    def who_name(self) -> str:
        """Whose desk this is, in words."""
        if self.desk is None:
            return ""
        if self.desk.participant is not None:
            return self.desk.participant.name
        return self.desk.login.person or _("Administrator")


def page(request: HttpRequest) -> dict[str, Any]:
    """Context processor: the frame, as `page`. Pages outside a scheme, and error pages, have a smaller one."""
    desk: Desk | None = getattr(request, "desk", None)
    if desk is None:
        return {"page": _public_page(request)}
    return {
        "page": Page(
            name=desk.rulebook.title.in_language(get_language() or "en"),
            title_separator=" | ",
            path=request.get_full_path(),
            notice=desk.notice,
            desk=desk,
            navigation=_navigation(desk, request.path),
            scheme=desk.scheme,
            help=_help(desk.rulebook, _subject_of(desk, request.path)),
        )
    }


def _public_page(request: HttpRequest) -> Page:
    """The frame of a page of nobody's desk: of a scheme's public side, or of none."""
    visit: Visit | None = getattr(request, "visit", None)
    match = request.resolver_match
    is_public = match is not None and "anyone" in getattr(match.func, "seen_by", ())
    return Page(
        name=installation_name() if visit is None else describe.here(visit.rulebook.title),
        title_separator=" | ",
        # A page that anybody may read stays when the language changes.
        path=request.get_full_path() if is_public else "/",
        notice=_notice(request),
        navigation=() if visit is None else _public_navigation(visit, request.path),
        scheme="" if visit is None else visit.scheme,
        help=None if visit is None else _help(visit.rulebook, ""),
        offers_sign_in=is_public
        and match is not None
        and match.url_name != "sign-in"
        and not getattr(request, "user", AnonymousUser()).is_authenticated,
    )


def _public_navigation(visit: Visit, path: str) -> tuple[NavigationItem, ...]:
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


# The pages of a scheme that speak of emissions or of allowances, by the beginning of their addresses.
_ABOUT = {
    "emissions": ("reports/", "review/"),
    "allowances": ("account/", "accounts/", "applications/", "postings/", "serials/", "banking/", "waiting/"),
}


def _subject_of(desk: Desk, path: str) -> str:
    """What a page of the scheme is about, as `site.yaml` names it."""
    below = path.removeprefix(reverse("home", kwargs={"scheme": desk.scheme}))
    return next((subject for subject, beginnings in _ABOUT.items() if below.startswith(beginnings)), "system")


def _help(rulebook: Rulebook, pages: str) -> Help | None:
    """Whom to ask about these pages; None where the scheme names nobody."""
    if rulebook.site is None:
        return None
    subject = rulebook.site.subject_of(pages)
    point = subject.contact
    return Help(
        subject=describe.here(subject.label),
        contact=describe.here(point.label),
        mail=point.mail,
        telephone=point.telephone,
        can_ask="ask_question" in rulebook.operations,
    )


def _notice(request: HttpRequest) -> Text | None:
    # The page about a failure must not ask the database again: it may be what failed.
    return None if getattr(request, "is_failing", False) else acts.demonstration_notice()


def installation_name() -> str:
    """The name that the installation was given; else the scheme's where it has one, else that of the software."""
    given = describe.here(Text(settings.TANSO.name_ja, settings.TANSO.name_en))
    if given:
        return given
    schemes = library().schemes()
    if len(schemes) != 1:
        return "Tanso"
    return library().get(schemes[0]).title.in_language(get_language() or "en")


def _of_protection(desk: Desk) -> list[tuple[str, str]]:
    """Where a scheme that protects transfers shows what waits: for its day, or for a second person."""
    places = []
    if desk.sees_allowances and "abort_transfer" in desk.rulebook.operations:
        places.append((_("Transfers that wait"), "waiting-transfers"))
    if Who.ALLOWANCES in desk.who and proposing.may_propose(desk.rulebook):
        places.append((_("Proposals"), "proposals"))
    return places


def _contact_places(desk: Desk) -> list[tuple[str, str]]:
    """Contacts, and what people say against decisions, where the scheme has them."""
    places = []
    if "request_contact_change" in desk.rulebook.operations:
        if desk.is_administrator:
            places.append((_("Contacts"), reverse("contact-list", kwargs={"scheme": desk.scheme})))
        elif desk.who & {Who.ALLOWANCES, Who.VERIFIER}:
            places.append(
                (_("Contact data"), reverse("contact", kwargs={"scheme": desk.scheme, "participant": desk.key}))
            )
    if "file_objection" in desk.rulebook.operations and not desk.is_verifier:
        places.append((_("Objections"), reverse("objections", kwargs={"scheme": desk.scheme})))
    return places


def _navigation(desk: Desk, path: str) -> tuple[NavigationItem, ...]:
    def at(name: str) -> str:
        return reverse(name, kwargs={"scheme": desk.scheme})

    places = [(_("Home"), at("home"))]
    if desk.has_reports:
        places.append((_("Reports"), at("reports")))
    if Who.ALLOWANCES in desk.who:
        places.append((_("Balance"), at("own-account")))
    places += [(label, at(name)) for label, name in _of_protection(desk)]
    if desk.sees_allowances and "apply_for_units" in desk.rulebook.operations:
        places.append((_("Applications"), at("applications")))
    places += _contact_places(desk)
    if desk.rulebook.letters.kinds:
        places.append((_("Letters"), at("letters")))
    if desk.is_administrator:
        places += (
            [(_("Applications for registration"), at("registrations"))]
            if desk.rulebook.registration is not None
            else []
        )
        places += [
            (_("Participants"), at("standings")),
            *([(_("Logins"), at("logins"))] if "issue_login" in desk.rulebook.operations else []),
            (_("Results"), at("results")),
            (_("Proposals"), at("proposals")),
            (_("Banking"), at("banking")),
            (_("Serial numbers"), at("serials")),
        ]
    if desk.who & {Who.ALLOWANCES, Who.ADMINISTRATOR, Who.EMISSIONS, Who.VERIFIER}:
        places += [(_("Messages"), at("messages")), (_("Records"), at("acts"))]
    if desk.is_administrator:
        places += [(_("Calendar"), at("calendar")), (_("Parameters"), at("parameters"))]
        places += [
            (label, at(page))
            for label, page, operation in (
                (_("Publications"), "publications", "publish_notice"),
                (_("Questions"), "questions", "answer_question"),
            )
            if operation in desk.rulebook.operations
        ]
    if desk.rulebook.schedule(min(desk.rulebook.phases)):
        places.append((_("Schedule"), at("schedule")))
    home = at("home")
    # The pages of an account belong to the balance, or for the administrator to the participants.
    of_accounts = at("standings") if desk.is_administrator else at("own-account")
    is_of_account = path.startswith(f"{home}accounts/") or (path == at("serials") and not desk.is_administrator)
    below = of_accounts if is_of_account else path
    elsewhere = {at("mails"): at("messages"), f"{home}adoption-lists/": at("registrations")}
    below = next((place for beginning, place in elsewhere.items() if path.startswith(beginning)), below)
    waiting = {at("messages"): unread(desk.login, desk.scheme)}
    return tuple(
        NavigationItem(
            label=label, address=address, here=_here(path, below, address, home), unread=waiting.get(address, "")
        )
        for label, address in places
    )


def _here(path: str, below: str, address: str, home: str) -> str:
    if path == address:
        return "page"
    return "true" if address != home and below.startswith(address) else ""


def signed_in(request: HttpRequest) -> Login | None:
    """The login behind a request, or None."""
    return request.user if isinstance(request.user, Login) else None
