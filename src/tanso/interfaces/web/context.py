"""What every page shows around its content: the scheme's name, navigation, today, the demonstration's notice."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from tanso.acts import queries as acts
from tanso.interfaces.web import describe
from tanso.interfaces.web.desk import Desk
from tanso.interfaces.web.navigation import NavigationGroup, NavigationItem, of_desk, of_public_pages
from tanso.interfaces.web.visiting import Visit
from tanso.kernel.texts import Text
from tanso.rulebook import Rulebook, library

_RULES = Text("制度の規則", "Rules of the scheme")


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
    navigation: tuple[NavigationItem | NavigationGroup, ...] = field(default=())
    scheme: str = ""
    help: Help | None = None
    offers_sign_in: bool = False
    # Where the field in the frame searches, for whom there is one, and what was searched for.
    search: str = ""
    searched: str = ""

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
    search = reverse("search", kwargs={"scheme": desk.scheme}) if desk.is_administrator else ""
    return {
        "page": Page(
            name=desk.rulebook.title.in_language(get_language() or "en"),
            title_separator=" | ",
            path=request.get_full_path(),
            notice=desk.notice,
            desk=desk,
            navigation=of_desk(desk, request.path),
            scheme=desk.scheme,
            help=_help(desk.rulebook, _subject_of(desk, request.path)),
            search=search,
            searched=request.GET.get("q", "")[:100] if request.path == search else "",
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
        navigation=() if visit is None else of_public_pages(visit, request.path),
        scheme="" if visit is None else visit.scheme,
        help=None if visit is None else _help(visit.rulebook, ""),
        offers_sign_in=is_public
        and match is not None
        and match.url_name != "sign-in"
        and not getattr(request, "user", AnonymousUser()).is_authenticated,
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
