"""Credentials that come by letter, and what the authority and keepers do with logins: acts about the way in.

The password of a letter is in no table, act or log: it follows from the letter's row under a key of the installation's
own, so that the letter can be set again to the byte until its password was used. With another installation key, and the
former one not among the fallbacks, the letter can no longer be set; then it is issued again.
"""

from __future__ import annotations

import base64
import secrets
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from axes.models import AccessAttempt
from django.conf import settings
from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX, make_password
from django.db.models import Case, Min, Q, QuerySet, Sum, Value, When
from django.db.models.functions import Now
from django.utils.crypto import salted_hmac

from tanso.acts import operations
from tanso.acts.act import Act, Actor
from tanso.acts.operations import Done, Operation
from tanso.acts.refusals import refusal
from tanso.kernel.outcomes import Finding
from tanso.parties import permissions as may
from tanso.parties.events import LoginLetterWritten, PasswordChanged
from tanso.parties.logins import keepers
from tanso.parties.models import Login, LoginLetter, PasswordWish
from tanso.parties.spelling import LETTER_ALPHABET, password_spelling
from tanso.rulebook import Rulebook, library

# A hundred bits, read in groups of four.
_GROUPS, _GROUP = 5, 4
_BASE32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
_TO_LETTERS = str.maketrans(_BASE32, LETTER_ALPHABET)

# What an act says when app, passkeys and recovery codes are gone as well.
FACTOR_LOST = "second_factor_lost"

NOT_ISSUED, ISSUED, IN_USE, OUT_OF_USE = "not_issued", "issued", "in_use", "out_of_use"


def first_password(letter: LoginLetter) -> str | None:
    """The password that a letter brings; None once it was used, changed, or another letter took its place."""
    login = Login.objects.get(pk=letter.login_id)
    latest = latest_letter(login)
    if latest is None or latest.pk != letter.pk or not login.must_change_password:
        return None
    # Set before the installation's key was changed, it follows from one of the former keys.
    for key in settings.SECRET_KEY_FALLBACKS:
        former = _derived(letter, login.login, key)
        if login.check_password(former):
            return former
    return _derived(letter, login.login)


def latest_letter(login: Login) -> LoginLetter | None:
    """The letter of a login that counts."""
    return LoginLetter.objects.filter(login=login).order_by("-id").first()


def state_of(login: Login) -> str:
    """Where a login stands: without a letter, with one that nobody has used, in use, or out of use."""
    if not login.is_active:
        return OUT_OF_USE
    if login.must_change_password:
        return ISSUED
    return IN_USE if login.has_usable_password() else NOT_ISSUED


def least_advanced(scheme: str, phase: int) -> Iterable[tuple[int, str]]:
    """How far the logins of each participant of a phase are: the state of the least advanced that is not out of use.

    In one statement for all participants, in the order of their numbers; those without a login are left out.
    """
    state = Case(
        When(must_change_password=True, then=Value(1)),
        # What Django writes in place of a password that nobody has.
        When(Q(password__startswith=UNUSABLE_PASSWORD_PREFIX) | Q(password=""), then=Value(0)),
        default=Value(2),
    )
    rows = Login.objects.filter(participant__scheme=scheme, participant__phase=phase, is_active=True)
    found = rows.values_list("participant_id").annotate(least=Min(state)).order_by("participant_id")
    return [
        (participant_id, (NOT_ISSUED, ISSUED, IN_USE)[least])
        for participant_id, least in found
        if participant_id is not None
    ]


def in_state(rows: QuerySet[Login], state: str) -> QuerySet[Login]:
    """Those of the logins that stand there (`state_of`)."""
    used = ~Q(password__startswith=UNUSABLE_PASSWORD_PREFIX) & ~Q(password="")
    conditions = {
        OUT_OF_USE: Q(is_active=False),
        ISSUED: Q(is_active=True, must_change_password=True),
        IN_USE: Q(is_active=True, must_change_password=False) & used,
        NOT_ISSUED: Q(is_active=True, must_change_password=False) & ~used,
    }
    return rows.filter(conditions[state])


def locked_since(since: datetime) -> dict[str, int]:
    """The login ids that are locked, with their failures; `since` is when failures begin to count."""
    rows = AccessAttempt.objects.filter(attempt_time__gte=since).values("username")
    counted = rows.annotate(failures=Sum("failures_since_start")).filter(failures__gte=settings.AXES_FAILURE_LIMIT)
    return {row["username"]: row["failures"] for row in counted.order_by("username") if row["username"]}


def wish_password(login: Login, password: str) -> int:
    """Put a password, as its hash, aside for the act that gives it to a login; its number."""
    return PasswordWish.objects.create(login=login, password=make_password(password_spelling(password))).pk


def drop_wish(number: int) -> None:
    """Forget a password whose act was refused."""
    PasswordWish.objects.filter(pk=number).update(password="")


def hand_out(login: Login, password: str) -> None:
    """Give a login a password that somebody else has seen: its first use is to choose another one."""
    login.must_change_password, login.password_chosen_at = True, None
    login.set_password(password)
    login.save(update_fields=["password", "must_change_password", "password_chosen_at"])


def one_time_password() -> str:
    """A password as letters have them, drawn by lot; for whoever reads it off a screen."""
    return _grouped(secrets.token_bytes(20))


def _derived(letter: LoginLetter, login_id: str, key: str | None = None) -> str:
    said = f"{letter.pk}|{login_id}|{letter.kind}|{letter.issued_on.isoformat()}|{letter.act_id}"
    return _grouped(salted_hmac("tanso.parties.letters", said, secret=key, algorithm="sha256").digest())


def _grouped(digest: bytes) -> str:
    signs = base64.b32encode(digest).decode().translate(_TO_LETTERS)[: _GROUPS * _GROUP]
    return "-".join(signs[start : start + _GROUP] for start in range(0, len(signs), _GROUP))


# -- finding the login of an act --------------------------------------------------------------------------------------


def _find(act: Act) -> Login | None:
    """The login that an act names: of its participant, or any that the scheme's authority looks after."""
    given = act.arguments
    rows = Login.objects.select_related("participant").filter(login=str(given["login"]), scheme__in=("", act.scheme))
    if "participant" in given:
        rows = rows.filter(participant__key=str(given["participant"]))
    return rows.first()


def _login(act: Act) -> Login:
    found = _find(act)
    if found is None:
        raise AssertionError(f"{act.operation} was allowed without a login")
    return found


def _locks(act: Act) -> Iterable[str]:
    found = _find(act)
    return () if found is None else (f"login:{found.login}",)


def _missing(act: Act) -> Finding | None:
    if act.operation not in library().get(act.scheme).operations:
        return refusal("operation.not_offered", operation=act.operation)
    found = _find(act)
    if found is None:
        return refusal("login.unknown", login=str(act.arguments["login"])[:150])
    return _state_refusal(act, found)


def _state_refusal(act: Act, login: Login) -> Finding | None:
    """The refusal of an act that does not fit the state of the login."""
    has_password = login.has_usable_password() or latest_letter(login) is not None
    writes = act.operation in ("issue_login", "reissue_login")
    wrong = {
        "login.issued": act.operation == "issue_login" and has_password,
        "login.not_issued": act.operation == "reissue_login" and not has_password,
        "login.out_of_use": (writes or act.operation == "deactivate_login") and not login.is_active,
        "login.in_use": act.operation == "activate_login" and login.is_active,
        "login.not_locked": act.operation == "release_login" and not _has_failures(login),
        "login.no_password": act.operation == "change_password" and not _has_wish(act, login),
    }
    return next((refusal(code, login=login.login) for code, applies in wrong.items() if applies), None)


def _has_failures(login: Login) -> bool:
    return AccessAttempt.objects.filter(username=login.login).exists()


def _has_wish(act: Act, login: Login) -> bool:
    return PasswordWish.objects.filter(pk=act.arguments["wish"], login=login).exclude(password="").exists()


def _facts(act: Act, rulebook: Rulebook) -> dict[str, Any]:
    return {"reason": str(act.arguments.get("reason", "")).strip()}


# -- the acts ---------------------------------------------------------------------------------------------------------


def _write_letter(act: Act, rulebook: Rulebook, facts: Mapping[str, Any]) -> Done:
    """A letter with a new password. The one before, and sessions, let nobody in any more.

    The second factor stays, so that whoever has the letter alone has nothing; unless the act says that it was lost too.
    """
    login = _login(act)
    kind = LoginLetter.FIRST if act.operation == "issue_login" else LoginLetter.AGAIN
    letter = LoginLetter.objects.create(
        login=login, scheme=act.scheme, kind=kind, issued_on=act.day, reason=facts["reason"], act_id=act.id
    )
    hand_out(login, _derived(letter, login.login))
    if act.arguments.get(FACTOR_LOST) is True:
        Authenticator.objects.filter(user=login).delete()
    AccessAttempt.objects.filter(username=login.login).delete()
    event = LoginLetterWritten(
        participant=str(act.arguments["participant"]),
        letter=login.letter,
        login=login.login,
        number=letter.pk,
        kind=kind,
        day=act.day.isoformat(),
    )
    return Done(result={"login": login.login, "login_letter": letter.pk}, events=(event,))


def _set_use(act: Act, rulebook: Rulebook, facts: Mapping[str, Any]) -> Done:
    """Put a login in or out of use. Out of use, its sessions end, and do not come back with it."""
    login = _login(act)
    login.is_active = act.operation == "activate_login"
    login.save(update_fields=["is_active"])
    if not login.is_active:
        for session in UserSession.objects.filter(user=login):
            session.end()
    return Done(result={"login": login.login})


def _release(act: Act, rulebook: Rulebook, facts: Mapping[str, Any]) -> Done:
    """Count the failures of a login from nought. What was tried stays in the list of attempts."""
    login = _login(act)
    AccessAttempt.objects.filter(username=login.login).delete()
    return Done(result={"login": login.login})


def _change_password(act: Act, rulebook: Rulebook, facts: Mapping[str, Any]) -> Done:
    """Give a login the password that its keeper chose for it; its sessions end."""
    login = _login(act)
    wish = PasswordWish.objects.get(pk=act.arguments["wish"])
    Login.objects.filter(pk=login.pk).update(
        password=wish.password, must_change_password=False, password_chosen_at=Now()
    )
    drop_wish(wish.pk)
    event = PasswordChanged(
        participant=str(act.arguments["participant"]),
        letter=login.letter,
        login=login.login,
        day=act.day.isoformat(),
    )
    return Done(result={"login": login.login}, events=(event,))


def _keeps(actor: Actor, act: Act) -> bool:
    """Whether the actor is the login that keeps the other one's password."""
    if not may.acts_for(actor, str(act.arguments["participant"])):
        return False
    found = _find(act)
    if found is None or found.participant is None:
        return False
    return actor.letter in keepers(library().get(act.scheme), found.participant.kind, found.letter)


def register_operations() -> None:
    """Offer the acts about logins to the door."""
    of_participant = frozenset({"participant", "login"})
    nothing: frozenset[str] = frozenset()
    for name, required, optional, execute in (
        ("issue_login", of_participant, nothing, _write_letter),
        ("reissue_login", of_participant | {"reason"}, frozenset({FACTOR_LOST}), _write_letter),
        ("deactivate_login", of_participant | {"reason"}, nothing, _set_use),
        ("activate_login", of_participant | {"reason"}, nothing, _set_use),
        ("release_login", frozenset({"login", "reason"}), nothing, _release),
    ):
        operations.register(
            Operation(
                name=name,
                required=required,
                optional=optional,
                permission=lambda actor, act: may.is_administrator(actor),
                locks=_locks,
                missing=_missing,
                facts=_facts,
                execute=execute,
            )
        )
    operations.register(
        Operation(
            name="change_password",
            required=of_participant | {"wish"},
            permission=_keeps,
            locks=_locks,
            missing=_missing,
            execute=_change_password,
        )
    )
