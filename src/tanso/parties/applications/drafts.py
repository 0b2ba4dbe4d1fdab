"""Drafts of applications, found by a secret link. Writing one is no act: nobody has asked for anything yet."""

from __future__ import annotations

import hashlib
import secrets
from datetime import date, timedelta

from django.db import transaction

from tanso.parties.applications.content import Content
from tanso.parties.applications.models import RETURNED, ApplicationDraft
from tanso.rulebook import Rulebook
from tanso.rulebook.registration import RegistrationForm

_TOKEN_BYTES = 32


def token_hash(token: str) -> str:
    """What the database knows of a secret."""
    return hashlib.sha256(token.encode()).hexdigest()


def form_of(rulebook: Rulebook, kind: str) -> RegistrationForm | None:
    """The form of a kind of participant; None where the scheme takes no applications of it."""
    return None if rulebook.registration is None else rulebook.registration.forms.get(kind)


def last_day_of_draft(rulebook: Rulebook, day: date) -> date:
    """Until when a draft that is saved on a day is kept."""
    if rulebook.registration is None:
        raise ValueError(f"{rulebook.scheme} takes no applications")
    return day + timedelta(days=int(rulebook.value(rulebook.registration.draft_days, day)))


def start(rulebook: Rulebook, *, kind: str, phase: int | None, day: date) -> str:
    """Begin a draft; answers its secret, which is kept nowhere. Drafts that have expired are deleted on the way."""
    if form_of(rulebook, kind) is None:
        raise ValueError(f"{rulebook.scheme} takes no applications of {kind}")
    delete_expired(day)
    token = secrets.token_urlsafe(_TOKEN_BYTES)
    ApplicationDraft.objects.create(
        scheme=rulebook.scheme,
        kind=kind,
        phase=phase,
        token_hash=token_hash(token),
        expires_on=last_day_of_draft(rulebook, day),
    )
    return token


def find(scheme: str, token: str, day: date) -> ApplicationDraft | None:
    """The draft behind a secret; None where there is none, or it has expired."""
    rows = ApplicationDraft.objects.select_related("application")
    draft = rows.filter(token_hash=token_hash(token), scheme=scheme).first()
    return None if draft is None or (draft.application is None and draft.expires_on < day) else draft


def may_be_written(draft: ApplicationDraft) -> bool:
    """Until it is submitted, and again once it was returned."""
    return draft.application is None or draft.application.state == RETURNED


def save(rulebook: Rulebook, draft: ApplicationDraft, content: Content, day: date) -> bool:
    """Keep what was written; false where the application is no longer the applicant's to write."""
    with transaction.atomic():
        row = ApplicationDraft.objects.select_for_update(of=("self",)).select_related("application").get(pk=draft.pk)
        if not may_be_written(row):
            return False
        row.content, row.expires_on = content.as_json(), last_day_of_draft(rulebook, day)
        row.save(update_fields=["content", "expires_on"])
    draft.content = row.content
    draft.expires_on = row.expires_on
    return True


def delete(draft: ApplicationDraft) -> None:
    """Delete a draft that was never submitted, as its writer wishes."""
    ApplicationDraft.objects.filter(pk=draft.pk, application=None).delete()


def delete_expired(day: date) -> int:
    """Delete the drafts that nobody has saved for so long; how many there were."""
    return ApplicationDraft.objects.filter(application=None, expires_on__lt=day).delete()[0]
