"""The way of an act through the pages, the same for all of them: form, decision, performance, record.

1. The form carries the act's id from the start.
2. Sent, it shows the decision: all findings, or what will happen with the numbers. Nothing is recorded.
3. Confirmed, it is performed under its id. A form that is sent again meets its first outcome.
4. The browser is sent on to the act's record, so that reloading does nothing.

A subclass says which operation it is for, whom, about what, and which numbers to look at before and after.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar
from uuid import UUID

from django.forms import Form
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views import View

from tanso import acts
from tanso.acts import Act
from tanso.interfaces.web import describe
from tanso.interfaces.web.access import seen_by
from tanso.interfaces.web.desk import Desk, Who
from tanso.interfaces.web.forms.base import ActForm
from tanso.interfaces.web.manual_links import manual_address
from tanso.interfaces.web.signing_in import confirming
from tanso.kernel.outcomes import Outcome


@dataclass(frozen=True, slots=True)
class Crumb:
    """One step of the way from the home page to this one."""

    label: str
    address: str = ""


@dataclass(frozen=True, slots=True)
class Change:
    """One number (or state) before and after an act, ready to be shown."""

    label: str
    before: str
    after: str


def crumbs(desk: Desk, *steps: tuple[str, str] | str) -> list[Crumb]:
    """Home, the steps on the way, and the page itself (the last, without address)."""
    way = [Crumb(_("Home"), reverse("home", kwargs={"scheme": desk.scheme}))]
    way += [Crumb(step) if isinstance(step, str) else Crumb(*step) for step in steps]
    return way


def perform(request: HttpRequest, act: Act) -> HttpResponseRedirect:
    """Let time pass to the act's day, perform it, and go to its record."""
    acts.pass_time(act.scheme, act.day)
    outcome = acts.perform(act)
    return HttpResponseRedirect(reverse("act", kwargs={"scheme": act.scheme, "act_id": outcome.act_id}))


class ActView(View):
    """The pages of one operation."""

    who: ClassVar[tuple[Who, ...]] = ()
    operation: ClassVar[str]
    form_class: ClassVar[type[ActForm]] = ActForm
    # Acts that carry a file are performed from their form: a browser does not keep a file for a second page.
    confirms: ClassVar[bool] = True
    form_template: ClassVar[str] = "web/acts/form.html"
    is_final: ClassVar[bool] = False
    # Before such an act is performed, the person shows once more to be the one who signed in (signing_in.confirming);
    # before every final one too.
    reauthenticates: ClassVar[bool] = False
    # Whether the act is carried out and undone before it is shown, so that the page tells what will be.
    tries_out: ClassVar[bool] = True

    desk: Desk
    proposal: UUID | None = None
    # The confirmation that was sent, with what was wrong with it.
    again: Form | None = None

    @classmethod
    def as_view(cls, **initial: Any) -> Callable[..., HttpResponseBase]:
        return seen_by(*cls.who)(super().as_view(**initial))

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        self.desk = request.desk  # type: ignore[attr-defined]
        self.find(**kwargs)

    # What a subclass says

    def find(self, **kwargs: Any) -> None:
        """Find the subject of the act, or raise Http404."""

    def form_options(self) -> dict[str, Any]:
        """What the form needs to know: its choices."""
        return {}

    def fixed_arguments(self) -> dict[str, Any]:
        """The arguments that the page's address gives."""
        return {}

    def title(self) -> str:
        return describe.operation(self.desk.rulebook, self.operation)

    def lead(self) -> str:
        """A sentence below the title."""
        return ""

    def way(self) -> list[Crumb]:
        return crumbs(self.desk, self.title())

    def back(self) -> str:
        """Where someone goes who thinks better of it."""
        return reverse("home", kwargs={"scheme": self.desk.scheme})

    def names(self, act: Act) -> dict[str, str]:
        """Names to show behind account numbers and participant keys."""
        return {}

    def phase(self) -> int | None:
        """The phase of the participant whom the act is about."""
        return self.desk.phase

    def look(self) -> Any:
        """What to look at before and after the act. Called outside and inside the rehearsal."""
        return None

    def look_before(self) -> Any:
        """What `look` would see now, where the view has it already."""
        return self.look()

    def changes(self, before: Any, after: Any, outcome: Outcome) -> Sequence[Change]:
        """The numbers before and after, from what `look` saw."""
        return ()

    def remarks(self, outcome: Outcome) -> Sequence[str]:
        """What the confirmation says besides, by what the rules answered."""
        return ()

    def context(self) -> dict[str, Any]:
        """What this page shows besides."""
        return {}

    # The way itself

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        form = self.form_class(**self.form_options())
        if form.visible_fields():
            return self._show_form(form)
        return self._show_decision(form, self._act(form.initial["act"], self.fixed_arguments()))

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponseBase:
        form = self.form_class(request.POST, request.FILES, **self.form_options())
        step = request.POST.get("step", "")
        if not form.is_valid():
            return self._show_form(form, status=422)
        if step == "change":
            return self._show_form(form)
        uploads = form.uploads()
        files = uploads | form.sealed()
        act = self._act(form.act_id, {**self.fixed_arguments(), **form.arguments()}, files)
        if self.confirms and step != "perform" and not uploads:
            return self._show_decision(form, act)
        if not self._is_the_same_person():
            return self._show_decision(form, act) if self.confirms else self._show_form(form, status=422)
        return perform(request, act)

    def _must_be_sure(self) -> bool:
        return self.is_final or self.reauthenticates

    def _is_the_same_person(self) -> bool:
        """Whether nothing has to be confirmed, or it just was; where not, the page shows what is wrong."""
        if not self._must_be_sure() or not confirming.is_due(self.request):
            return True
        self.again = confirming.form_for(self.request, sent=True)
        return confirming.confirm(self.request, self.again)

    def _act(self, act_id: UUID, arguments: dict[str, Any], files: dict[str, bytes] | None = None) -> Act:
        return Act(
            id=act_id,
            scheme=self.desk.scheme,
            operation=self.operation,
            arguments=arguments,
            day=self.desk.today,
            actor=self.desk.actor,
            proposal=self.proposal,
            files=files or {},
        )

    def _show_form(self, form: ActForm, *, findings: Sequence[Any] = (), status: int = 200) -> HttpResponse:
        return render(
            self.request,
            self.form_template,
            {**self._frame(), "form": form, "findings": findings},
            status=status,
        )

    def _show_decision(self, form: ActForm, act: Act) -> HttpResponse:
        before = self.look_before()
        status = 422 if self.again is not None else 200
        outcome, after = self._foresee(act)
        if not outcome.ok and form.visible_fields():
            return self._show_form(form, findings=outcome.findings, status=422)
        return render(
            self.request,
            "web/acts/confirm.html",
            {
                **self._frame(),
                "form": form,
                "act_id": act.id,
                "outcome": outcome,
                "lines": describe.arguments(self.desk.rulebook, act.arguments, self.names(act), self.phase()),
                "changes": self.changes(before, after, outcome) if outcome.ok and self.tries_out else (),
                # What is put off can be stopped until its day.
                "is_final": self.is_final and "executes_on" not in outcome.result,
                "remarks": self.remarks(outcome) if outcome.ok else (),
                "waits_for": outcome.result.get("waits_for", ""),
            },
            status=status,
        )

    def _foresee(self, act: Act) -> tuple[Outcome, Any]:
        """What would become of the act, and what there is to see after it."""
        return acts.rehearse(act, self.look) if self.tries_out else (acts.preview(act), None)

    def _confirmation(self) -> Form | None:
        """What the page asks for before it performs: a code or a password, or nothing."""
        if not self._must_be_sure() or (self.again is None and not confirming.is_due(self.request)):
            return None
        return self.again or confirming.form_for(self.request)

    def _frame(self) -> dict[str, Any]:
        return {
            "title": self.title(),
            "lead": self.lead(),
            "crumbs": self.way(),
            "back": self.back(),
            "operation": describe.operation(self.desk.rulebook, self.operation),
            "is_final": self.is_final,
            "again": self._confirmation(),
            "performs_here": not self.confirms,
            "login": self.desk.login.login,
            "manual": manual_address(self.operation),
            **self.context(),
        }
