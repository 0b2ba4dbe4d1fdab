"""Logins in the administrator's hands: who has which, letters, use and locks; and the password of B in A's hands."""

from __future__ import annotations

from typing import Any, ClassVar

from axes.models import AccessFailureLog
from django import forms
from django.conf import settings
from django.contrib.auth.password_validation import password_validators_help_texts, validate_password
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tanso import acts
from tanso.interfaces.exports.paper import Kind
from tanso.interfaces.web import describe
from tanso.interfaces.web.access import own_or_404, seen_by
from tanso.interfaces.web.acting import ActView, Change, Crumb, crumbs, perform
from tanso.interfaces.web.desk import Desk, Who
from tanso.interfaces.web.forms.base import ActForm, ReasonForm, StatementField
from tanso.interfaces.web.lists import cells
from tanso.interfaces.web.lists.answering import answer
from tanso.interfaces.web.lists.filters import Choice, Filter, Words, having
from tanso.interfaces.web.lists.listing import Column, Listing
from tanso.interfaces.web.signing_in import confirming
from tanso.interfaces.web.signing_in.passwords import LONGEST
from tanso.kernel.outcomes import Outcome
from tanso.parties import credentials, logins
from tanso.parties.models import Login, SignInEvent
from tanso.parties.spelling import password_spelling

ROWS_A_PAGE = 50
_TONES = {
    credentials.NOT_ISSUED: "attention",
    credentials.ISSUED: "waiting",
    credentials.IN_USE: "good",
    credentials.OUT_OF_USE: "bad",
}


def state_name(state: str) -> str:
    """A state of a login in words."""
    return {
        credentials.NOT_ISSUED: _("Not issued"),
        credentials.ISSUED: _("Letter issued"),
        credentials.IN_USE: _("In use"),
        credentials.OUT_OF_USE: _("Out of use"),
    }[state]


def _locked() -> dict[str, int]:
    """The logins that are locked now, with how many failures."""
    return credentials.locked_since(timezone.now() - settings.AXES_COOLOFF_TIME)


def _address(desk: Desk, name: str, login: Login) -> str:
    if login.participant is None:
        raise ValueError("a login of the authority has no such page")
    of_login = {"participant": login.participant.key, "letter": login.letter}
    return reverse(name, kwargs={"scheme": desk.scheme, **of_login})


def _offered(desk: Desk, *names: str) -> list[str]:
    return [name for name in names if name in desk.rulebook.operations]


@seen_by(Who.ADMINISTRATOR)
def login_list(request: HttpRequest) -> HttpResponseBase:
    """All logins of the scheme: where each stands, its last sign-in, and what can be done."""
    desk: Desk = request.desk  # type: ignore[attr-defined]
    own_or_404(desk, is_own=bool(_offered(desk, "issue_login")))
    locked = _locked()
    rows = Login.objects.select_related("participant").filter(scheme=desk.scheme, participant__isnull=False)
    listing = Listing(
        request=request,
        name="logins",
        title=_("Logins"),
        rows=rows,
        columns=_columns(),
        order="participant",
        filters=_filters(),
        lines=lambda found: [_line(desk, login, login.login in locked) for login in found],
        empty=_("No participant is registered yet; registration makes its logins."),
        empty_filtered=_("No login fits. Show all, or look for something else."),
    )
    context = {
        "crumbs": crumbs(desk, _("Logins")),
        "attempts": reverse("sign-in-attempts", kwargs={"scheme": desk.scheme}),
    }
    return answer(request, "web/logins/list.html", context, listing)


def _columns() -> list[Column]:
    def state(line: dict[str, Any]) -> cells.Cell:
        locked = cells.tag(_("Locked"), "bad") if line["is_locked"] else None
        return cells.several([cells.tag(line["state"], line["tone"]), locked], between=" ")

    def doing(line: dict[str, Any]) -> cells.Cell:
        about = f"{line['login'].login}:"
        return cells.several([cells.link(label, address, about=about, style="") for label, address in line["acts"]])

    return [
        Column(key="login", label=_("Login ID"), cell=lambda line: line["login"].login, kind=Kind.CODE, sort="login"),
        Column(
            key="participant",
            label=_("Participant"),
            cell=lambda line: line["login"].participant.name,
            sort=("participant__name", "participant_id", "letter"),
            width=32,
        ),
        Column(key="state", label=_("State"), cell=state, sort=("is_active", "must_change_password")),
        Column(
            key="seen",
            label=_("Last sign-in"),
            cell=lambda line: line["login"].last_login or cells.soft("–"),
            kind=Kind.INSTANT,
            sort="last_login",
        ),
        Column(key="acts", label=_("What can be done"), cell=doing, in_file=False),
    ]


def _filters() -> list[Filter]:
    states = [(state, state_name(state)) for state in _TONES]
    return [
        Words(name="name", label=_("Name or login ID"), narrow=having("login", "participant__name")),
        Choice(name="state", label=_("State"), choices=states, narrow=credentials.in_state),
    ]


def _line(desk: Desk, login: Login, is_locked: bool) -> dict[str, Any]:
    state = credentials.state_of(login)
    fitting = {
        credentials.NOT_ISSUED: ("issue_login", "deactivate_login"),
        credentials.ISSUED: ("reissue_login", "deactivate_login"),
        credentials.IN_USE: ("reissue_login", "deactivate_login"),
        credentials.OUT_OF_USE: ("activate_login",),
    }
    return {
        "login": login,
        "state": state_name(state),
        "tone": _TONES[state],
        "is_locked": is_locked,
        "acts": [
            (describe.operation(desk.rulebook, name), _address(desk, name, login))
            for name in _offered(desk, *fitting[state])
        ],
    }


@seen_by(Who.ADMINISTRATOR)
def attempt_list(request: HttpRequest) -> HttpResponseBase:
    """Failed attempts at signing in, latest first, what happened to second factors, and which logins are locked."""
    desk: Desk = request.desk  # type: ignore[attr-defined]
    own_or_404(desk, is_own=bool(_offered(desk, "release_login")))
    name = password_spelling(request.GET.get("name", "")).replace("\0", "").strip()
    events = SignInEvent.objects.select_related("login").order_by("-id")
    if name:
        events = events.filter(login__login=name)
    known = set(Login.objects.filter(login__in=_locked(), scheme__in=("", desk.scheme)).values_list("login", flat=True))
    return answer(
        request,
        "web/logins/attempts.html",
        {
            "crumbs": crumbs(desk, (_("Logins"), _list(desk)), _("Attempts at signing in")),
            "events": [(event, event_name(event.event)) for event in events[:ROWS_A_PAGE]],
            "locked": [
                (
                    login,
                    count,
                    reverse("release_login", kwargs={"scheme": desk.scheme, "login": login}) if login in known else "",
                )
                for login, count in _locked().items()
            ],
        },
        _failures(request),
    )


def _failures(request: HttpRequest) -> Listing:
    locked = _("Locked")
    return Listing(
        request=request,
        name="attempts",
        title=_("Attempts at signing in"),
        rows=AccessFailureLog.objects.all(),
        columns=[
            # They are written down one after the other.
            Column(key="at", label=_("When"), cell=lambda row: row.attempt_time, kind=Kind.INSTANT, sort="pk"),
            Column(key="login", label=_("Login ID"), cell=lambda row: cells.code((row.username or "–")[:60])),
            Column(key="from", label=_("Address"), cell=lambda row: cells.code(row.ip_address or "–")),
            Column(key="browser", label=_("Browser"), cell=lambda row: row.user_agent[:80], width=40),
            Column(
                key="then",
                label=_("What followed"),
                cell=lambda row: cells.tag(locked, "bad") if row.locked_out else "–",
            ),
        ],
        order="-at",
        filters=[
            Words(
                name="name",
                label=_("Login ID"),
                narrow=lambda rows, value: rows.filter(username=password_spelling(value)),
            ),
        ],
        tie="",
        empty=_("No failures are known."),
    )


def event_name(event: str) -> str:
    """Something that happened to a login, in words."""
    return {
        "password_changed": _("Password changed"),
        "second_factor_added": _("Second factor added"),
        "second_factor_removed": _("Second factor removed"),
        "recovery_codes_made": _("Recovery codes made"),
        "new_browser": _("Signed in from a browser not seen before"),
        "code_refused": _("Wrong code of the second factor"),
    }.get(event, event)


def _list(desk: Desk) -> str:
    return reverse("logins", kwargs={"scheme": desk.scheme})


class LoginAct(ActView):
    """An act of the administrator about one login of a participant."""

    who = (Who.ADMINISTRATOR,)
    form_class: ClassVar[type[ActForm]] = ReasonForm
    reauthenticates = True
    login: Login

    def find(self, **kwargs: Any) -> None:
        rows = Login.objects.select_related("participant").filter(participant__scheme=self.desk.scheme)
        found = rows.filter(participant__key=kwargs["participant"], letter=kwargs["letter"]).first()
        self.login = own_or_404(found, is_own=self.operation in self.desk.rulebook.operations)

    def fixed_arguments(self) -> dict[str, Any]:
        if self.login.participant is None:
            raise Http404
        return {"participant": self.login.participant.key, "login": self.login.login}

    def lead(self) -> str:
        named = "" if self.login.participant is None else self.login.participant.name
        return f"{named} · {self.login.login}"

    def way(self) -> list[Crumb]:
        return crumbs(self.desk, (_("Logins"), _list(self.desk)), self.title())

    def back(self) -> str:
        return _list(self.desk)

    def look(self) -> str:
        return credentials.state_of(Login.objects.get(pk=self.login.pk))

    def changes(self, before: Any, after: Any, outcome: Outcome) -> list[Change]:
        return [Change(_("State of the login"), state_name(before), state_name(after))]

    def context(self) -> dict[str, Any]:
        return {"button": _("Continue to the confirmation"), "confirmed_facts": self.consequences()}

    def consequences(self) -> list[describe.Line]:
        """What the act does besides."""
        return []


class IssueLogin(LoginAct):
    operation = "issue_login"
    form_class = ActForm
    # To try it out would hash a password, which is made to take long.
    tries_out = False

    def consequences(self) -> list[describe.Line]:
        return [describe.Line(_("What follows"), _("A letter with the login ID and a password for the first sign-in."))]


class ReissueForm(ReasonForm):
    """Why, and whether more than the password is gone."""

    second_factor_lost = StatementField(
        label=gettext_lazy("The second factor was lost too: remove app, passkeys and recovery codes."), required=False
    )

    def arguments(self) -> dict[str, Any]:
        lost = {credentials.FACTOR_LOST: True} if self.cleaned_data["second_factor_lost"] else {}
        return {**super().arguments(), **lost}


class ReissueLogin(LoginAct):
    operation = "reissue_login"
    form_class = ReissueForm
    tries_out = False

    def consequences(self) -> list[describe.Line]:
        said = _(
            "A new letter. The older one and the present password no longer let anybody in, and all browsers are"
            " signed out. App, passkeys and recovery codes stay, unless they were lost too."
        )
        return [describe.Line(_("What follows"), said)]


class DeactivateLogin(LoginAct):
    operation = "deactivate_login"


class ActivateLogin(LoginAct):
    operation = "activate_login"


class ReleaseLogin(ActView):
    """Let a locked login try again."""

    who = (Who.ADMINISTRATOR,)
    operation = "release_login"
    form_class = ReasonForm
    reauthenticates = True
    login_id: str

    def find(self, **kwargs: Any) -> None:
        found = Login.objects.filter(login=kwargs["login"], scheme__in=("", self.desk.scheme)).first()
        self.login_id = own_or_404(found, is_own=self.operation in self.desk.rulebook.operations).login

    def fixed_arguments(self) -> dict[str, Any]:
        return {"login": self.login_id}

    def lead(self) -> str:
        return self.login_id

    def way(self) -> list[Crumb]:
        return crumbs(
            self.desk, (_("Logins"), _list(self.desk)), (_("Attempts at signing in"), self.back()), self.title()
        )

    def back(self) -> str:
        return reverse("sign-in-attempts", kwargs={"scheme": self.desk.scheme})

    def context(self) -> dict[str, Any]:
        return {"button": _("Continue to the confirmation")}


class PasswordOfAnotherForm(ActForm):
    """A new password for a login that one keeps."""

    password1 = forms.CharField(
        label=gettext_lazy("New password"),
        max_length=LONGEST,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    password2 = forms.CharField(
        label=gettext_lazy("New password once more"),
        max_length=LONGEST,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def __init__(self, *args: Any, login: Login, **options: Any) -> None:
        super().__init__(*args, **options)
        self.login = login
        self.fields["password1"].help_text = " ".join(password_validators_help_texts())

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        first, second = self.data.get("password1", ""), self.data.get("password2", "")
        if first and second and first != second:
            self.add_error("password2", _("The two passwords differ."))
        if "password1" in cleaned:
            try:
                validate_password(cleaned["password1"], self.login)
            except ValidationError as error:
                self.add_error("password1", error)
        return cleaned


class ChangePassword(ActView):
    """Login A changes the password of login B. The password is in no act: the act names where its hash waits."""

    who = (Who.ALLOWANCES,)
    operation = "change_password"
    form_class = PasswordOfAnotherForm
    confirms = False
    reauthenticates = True
    login: Login

    def find(self, **kwargs: Any) -> None:
        rows = Login.objects.select_related("participant").filter(participant=self.desk.participant)
        found = rows.filter(letter=kwargs["letter"]).first()
        is_kept = found is not None and self.desk.login.letter in logins.keepers_of(found)
        self.login = own_or_404(found, is_own=is_kept and self.operation in self.desk.rulebook.operations)

    def form_options(self) -> dict[str, Any]:
        return {"login": self.login}

    def title(self) -> str:
        return _("Change the password of %(login)s") % {"login": self.login.login}

    def lead(self) -> str:
        return _("It is valid at once; whoever is signed in with the present one is signed out.")

    def back(self) -> str:
        return reverse("mfa_index")

    def context(self) -> dict[str, Any]:
        return {"button": _("Change the password"), "password_of": self.login.login}

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """Who it is, is asked beforehand, on a page of its own: browsers take three passwords in one form amiss."""
        if confirming.is_due(request):
            return confirming.beforehand(request)
        return super().get(request, **kwargs)

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponseBase:
        form = self.form_class(request.POST, **self.form_options())
        if not form.is_valid() or not self._is_the_same_person():
            return self._show_form(form, status=422)
        wish = credentials.wish_password(self.login, form.cleaned_data["password1"])
        of_login = {"participant": self.desk.key, "login": self.login.login}
        act = self._act(form.act_id, {**of_login, "wish": wish})
        outcome = acts.preview(act)
        if not outcome.ok:
            credentials.drop_wish(wish)
            return self._show_form(form, findings=outcome.findings, status=422)
        return perform(request, act)
