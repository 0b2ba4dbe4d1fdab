"""What every page shows around its content: the scheme's name, navigation, today, the demonstration's notice."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from tanso.acts import queries as acts
from tanso.interfaces.web import describe
from tanso.interfaces.web.desk import Desk, Who
from tanso.kernel.texts import Text
from tanso.parties.models import Login
from tanso.rulebook import library

_RULES = Text("制度の規則", "Rules of the scheme")


@dataclass(frozen=True, slots=True)
class NavigationItem:
    """One place of the main navigation. `here` is the value of aria-current on the page itself or below it."""

    label: str
    address: str
    here: str

    @property
    def is_here(self) -> bool:
        return bool(self.here)


@dataclass(frozen=True, slots=True)
class Page:
    """The frame of a page."""

    name: str
    title_separator: str
    path: str
    notice: Text | None
    desk: Desk | None = None
    navigation: tuple[NavigationItem, ...] = field(default=())

    @property
    def rules(self) -> NavigationItem:
        """Where everybody may read the rules: those of the scheme, or of all."""
        if self.desk is not None:
            return NavigationItem(describe.here(_RULES), reverse("rules", kwargs={"scheme": self.desk.scheme}), "")
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
        match = request.resolver_match
        # A page that anybody may read stays when the language changes.
        path = request.get_full_path() if match is not None and match.url_name in ("rules", "rules-list") else "/"
        return {
            "page": Page(
                name=_installation_name(),
                title_separator=" | ",
                path=path,
                notice=_notice(request),
            )
        }
    return {
        "page": Page(
            name=desk.rulebook.title.in_language(get_language() or "en"),
            title_separator=" | ",
            path=request.get_full_path(),
            notice=desk.notice,
            desk=desk,
            navigation=_navigation(desk, request.path),
        )
    }


def _notice(request: HttpRequest) -> Text | None:
    # The page about a failure must not ask the database again: it may be what failed.
    return None if getattr(request, "is_failing", False) else acts.demonstration_notice()


def _installation_name() -> str:
    """The scheme's name where the installation has one scheme; the name of the software otherwise."""
    schemes = library().schemes()
    if len(schemes) != 1:
        return "Tanso"
    return library().get(schemes[0]).title.in_language(get_language() or "en")


def _navigation(desk: Desk, path: str) -> tuple[NavigationItem, ...]:
    def at(name: str) -> str:
        return reverse(name, kwargs={"scheme": desk.scheme})

    places = [(_("Home"), at("home"))]
    if desk.has_reports:
        places.append((_("Reports"), at("reports")))
    if Who.ALLOWANCES in desk.who:
        places.append((_("Balance"), at("own-account")))
    if desk.sees_allowances and "apply_for_units" in desk.rulebook.operations:
        places.append((_("Applications"), at("applications")))
    if desk.is_administrator:
        places += [
            (_("Participants"), at("standings")),
            (_("Results"), at("results")),
            (_("Proposals"), at("proposals")),
            (_("Banking"), at("banking")),
            (_("Serial numbers"), at("serials")),
        ]
    if desk.who & {Who.ALLOWANCES, Who.ADMINISTRATOR, Who.EMISSIONS, Who.VERIFIER}:
        places.append((_("Records"), at("acts")))
    if desk.is_administrator:
        places += [(_("Calendar"), at("calendar")), (_("Parameters"), at("parameters"))]
    if desk.rulebook.schedule(min(desk.rulebook.phases)):
        places.append((_("Schedule"), at("schedule")))
    home = at("home")
    # The pages of an account belong to the balance, or for the administrator to the participants.
    of_accounts = at("standings") if desk.is_administrator else at("own-account")
    is_of_account = path.startswith(f"{home}accounts/") or (path == at("serials") and not desk.is_administrator)
    below = of_accounts if is_of_account else path
    return tuple(
        NavigationItem(label=label, address=address, here=_here(path, below, address, home))
        for label, address in places
    )


def _here(path: str, below: str, address: str, home: str) -> str:
    if path == address:
        return "page"
    return "true" if address != home and below.startswith(address) else ""


def signed_in(request: HttpRequest) -> Login | None:
    """The login behind a request, or None."""
    return request.user if isinstance(request.user, Login) else None
