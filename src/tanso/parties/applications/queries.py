"""Reads of applications for registration."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from django.db.models import Prefetch, QuerySet

from tanso.parties.applications.content import Content
from tanso.parties.applications.models import (
    RETURNED,
    SUBMITTED,
    Application,
    ApplicationPaper,
    ApplicationVersion,
)
from tanso.rulebook import Rulebook
from tanso.rulebook.calendar import WindowError
from tanso.rulebook.registration import RegistrationForm

# Letters and digits that nobody takes for one another.
_SIGNS = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
_CODE_LENGTH = 8
# From which states an operation is possible; "" is before the first submission.
_STEPS: dict[str, tuple[str, ...]] = {
    "submit_registration": ("", RETURNED),
    "record_paper": (SUBMITTED, RETURNED),
    "return_registration": (SUBMITTED,),
    "refuse_registration": (SUBMITTED, RETURNED),
    "accept_registration": (SUBMITTED,),
}


def application(scheme: str, number: object) -> Application | None:
    """The application with this number, or None where the scheme has none."""
    if not isinstance(number, int) or isinstance(number, bool) or not 0 < number < 2**63:
        return None
    return Application.objects.filter(scheme=scheme, id=number).first()


def made_by(act_id: UUID) -> Application | None:
    """The application whose version an act submitted, or None."""
    version = ApplicationVersion.objects.select_related("application").filter(act_id=act_id).first()
    return None if version is None else version.application


def listed(scheme: str, *, state: str = "", kind: str = "", phase: int | None = None) -> QuerySet[Application]:
    """Applications, latest first, with their papers and latest versions; of one state, kind or phase where asked."""
    rows = Application.objects.filter(scheme=scheme)
    if state:
        rows = rows.filter(state=state)
    if kind:
        rows = rows.filter(kind=kind)
    if phase is not None:
        rows = rows.filter(phase=phase)
    versions = Prefetch("versions", queryset=ApplicationVersion.objects.order_by("-number"))
    return rows.prefetch_related("papers", versions).order_by("-id")


def is_possible(operation: str, state: str) -> bool:
    """Whether an application in that state takes the step; a state of "" is an application not yet submitted."""
    return state in _STEPS[operation]


def form_of(rulebook: Rulebook, found: Application) -> RegistrationForm:
    """The form of an application. Raises ValueError where the scheme has it no more."""
    form = None if rulebook.registration is None else rulebook.registration.forms.get(found.kind)
    if form is None:
        raise ValueError(f"{rulebook.scheme} has no form for {found.kind}")
    return form


def latest_version(found: Application) -> ApplicationVersion:
    """What was submitted last."""
    versions = list(found.versions.all())
    return next(version for version in versions if version.number == found.version)


def content_of(rulebook: Rulebook, found: Application) -> Content:
    """What the application says as it was submitted last."""
    return Content.read(form_of(rulebook, found), latest_version(found).content)


def check_code(found: Application) -> str:
    """What is printed on the papers of the latest version, so that a paper can be told from an earlier one."""
    said = f"{found.scheme}/{found.id}/{found.version}/{found.content_hash}"
    number = int.from_bytes(hashlib.sha256(said.encode()).digest())
    code = ""
    for _place in range(_CODE_LENGTH):
        number, sign = divmod(number, len(_SIGNS))
        code += _SIGNS[sign]
    return f"{code[:4]}-{code[4:]}"


@dataclass(frozen=True, slots=True)
class PaperState:
    """A paper of an application: when it arrived, or until when it is waited for (None: no day is set)."""

    paper: str
    arrived_on: date | None
    due_on: date | None

    def is_overdue(self, day: date) -> bool:
        return self.arrived_on is None and self.due_on is not None and day > self.due_on


def papers_of(rulebook: Rulebook, found: Application) -> list[PaperState]:
    """The papers that the application needs, in the order of the form, as its latest version has them."""
    form = form_of(rulebook, found)
    due_on = papers_due_on(rulebook, found)
    arrived = list(found.papers.all())
    return [
        PaperState(name, _arrival(arrived, name, found.version if paper.each_version else None), due_on)
        for name, paper in form.papers.items()
    ]


def _arrival(arrived: Iterable[ApplicationPaper], paper: str, version: int | None) -> date | None:
    days = [row.arrived_on for row in arrived if row.paper == paper and version in (None, row.version)]
    return min(days, default=None)


def papers_due_on(rulebook: Rulebook, found: Application) -> date | None:
    """The last day of the form's window; where it has none, so many days after the application."""
    form, registration = form_of(rulebook, found), rulebook.registration
    assert registration is not None  # noqa: S101 -- there is a form
    if form.due is not None and found.phase is not None:
        return due_on(rulebook, form, found.phase)
    return found.submitted_on + timedelta(days=int(rulebook.value(registration.paper_days, found.submitted_on)))


def due_on(rulebook: Rulebook, form: RegistrationForm, phase: int | None) -> date | None:
    """The last day on which the form can be submitted for a phase; None where no day is set."""
    if form.due is None or phase is None:
        return None
    try:
        end = rulebook.calendar.period(form.due, phase).end
    except (KeyError, WindowError):
        return None
    return None if end is None else end - timedelta(days=1)


def applicants(scheme: str, numbers: Collection[object]) -> Mapping[object, tuple[str, str]]:
    """Name and mail address A of those behind applications, by number: whom mails about them go to."""
    rows = Application.objects.filter(scheme=scheme, id__in=[number for number in numbers if isinstance(number, int)])
    found: dict[object, tuple[str, str]] = {}
    for row in rows.prefetch_related("versions"):
        fields = latest_version(row).content.get("fields", {})
        found[row.id] = (str(fields.get("representative_name", "")), str(fields.get("mail_a", "")))
    return found
