"""Mails about a login's way in, to its owner and to the login that keeps it. What they say is the engine's.

They come of no act, so they have no place in the outbox: the row of what happened stands for it, below nought.
"""

from __future__ import annotations

from datetime import date

from tanso.acts.outbox import Message
from tanso.kernel.texts import Text
from tanso.notices import delivery
from tanso.notices.models import Mail
from tanso.parties.logins import keepers_of
from tanso.parties.models import Login, SignInEvent

_WHAT = {
    "password_changed": Text(ja="パスワードが変更されました", en="the password was changed"),
    "second_factor_added": Text(ja="二要素認証が追加されました", en="a second factor was added"),
    "second_factor_removed": Text(ja="二要素認証が解除されました", en="a second factor was removed"),
    "recovery_codes_made": Text(ja="回復コードが作り直されました", en="new recovery codes were made"),
    "new_browser": Text(
        ja="これまでにないブラウザーからログインがありました", en="there was a sign-in from a browser not seen before"
    ),
}
_SUBJECT = Text(ja="ログインID {login}：{what}", en="Login {login}: {what}")
_BODY = Text(
    ja="ログインID {login} について、{what}（接続元：{address}）。\n\n"
    "心当たりがない場合は、直ちにパスワードを変更し、事務局にご連絡ください。",
    en="Concerning login {login}: {what} (from {address}).\n\n"
    "If this was not you, change the password at once and tell the administrator.",
)


def tell(happened: SignInEvent, *, login: Login, scheme: str, day: date) -> None:
    """Write to the login, and to who keeps its password, what happened to it."""
    what = _WHAT[happened.event]
    said = {
        language: {"login": login.login, "what": getattr(what, language), "address": happened.address or "–"}
        for language in ("ja", "en")
    }
    subject, body = (
        Text(ja=text.ja.format(**said["ja"]), en=text.en.format(**said["en"])).as_json() for text in (_SUBJECT, _BODY)
    )
    letters = {login.letter, *keepers_of(login)}
    told = [login] if login.participant_id is None else list(login.participant.logins.filter(letter__in=letters))  # type: ignore[union-attr]
    Mail.objects.bulk_create(
        [
            Mail(
                outbox_id=-happened.pk,
                scheme=scheme,
                participant_id=one.participant_id,
                letter=one.letter,
                login="" if one.participant_id else one.login,
                address=one.mail,
                event=f"login.{happened.event}",
                subject=subject,
                body=body,
                day=day,
            )
            for one in told
        ],
        ignore_conflicts=True,
    )
    delivery.queue([Message(-happened.pk, scheme, f"login.{happened.event}", {}, day)])
