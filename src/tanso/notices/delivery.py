"""Mails go out: at least once, one after the other, however often the server or this machine fails.

- A mail that is written with an address waits for sending, in the transaction that wrote it (`queue`). Where the
  installation has no mail server, or is a demonstration, nothing waits: the mail is on its page.
- One process sends at a time (an advisory lock of the database). Each attempt is noted before the mail goes to the
  server, with the time of the next one; what came of it is noted after, for a few mails at once. Only a process that
  dies in between sends those few again, under the Message-ID that they had.
- A server that cannot be reached is nobody's fault: mails wait as they were. A mail that is refused for now waits
  longer each time and fails in the end; one that is refused for good fails at once.
"""

from __future__ import annotations

import json
import logging
import smtplib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any, NamedTuple

from django.conf import settings
from django.core.mail import get_connection
from django.db import connection, transaction

from tanso.acts import queries as acts
from tanso.acts.outbox import Message
from tanso.notices import envelope
from tanso.notices.envelope import Outgoing
from tanso.rulebook import Rulebook

# How long a mail waits after each attempt that was refused for now; four days in all, as mail servers do.
WAITS = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 180, 360, 720, 1440, 1440, 1440))
# What came of so many mails is noted at once; and each of these parcels has a connection of its own to the server.
PARCEL = 50
# A server may say anything; this much of it is kept.
_REASON_LENGTH = 500
_SENDING = 7_261_530_003  # advisory lock: one process sends
_log = logging.getLogger(__name__)

_CALLS: list[Callable[[], None]] = []


class Delivered(NamedTuple):
    """What came of one delivery. `unreachable` says why the server could not be spoken to, else it is empty."""

    sent: int = 0
    failed: int = 0
    postponed: int = 0
    unreachable: str = ""


class _Result(NamedTuple):
    """What came of one attempt. `counts`: whether it was one at all."""

    mail_id: int
    state: str
    error: str = ""
    message_id: str = ""
    counts: bool = True


def is_on() -> bool:
    """Whether this installation sends mail: it has a server, and is no demonstration."""
    return bool(settings.EMAIL_HOST) and acts.demonstration_day() is None


def when_queued(call: Callable[[], None]) -> None:
    """Have `call` called after the commit that left mails waiting; once, at start, by the wiring."""
    _CALLS.append(call)


def adds_no_event(rulebook: Rulebook, event: str) -> bool:
    """`queue` looks at what the other receivers wrote; it asks for no event of its own."""
    return False


_QUEUE = """
INSERT INTO notices_sending (mail_id, address)
SELECT id, address FROM notices_mail WHERE outbox_id = ANY(%s) AND address <> ''
ON CONFLICT DO NOTHING
"""


def queue(messages: list[Message]) -> None:
    """Have the mails of these events wait for sending; the last receiver, in the transaction that wrote them."""
    if not messages or not is_on():
        return
    with connection.cursor() as cursor:
        cursor.execute(_QUEUE, [[message.id for message in messages]])
        queued = cursor.rowcount
    if queued:
        call_for_delivery()


def call_for_delivery() -> None:
    """Have somebody deliver as soon as this transaction is committed. A call that fails is made good by the clock."""
    for call in _CALLS:
        transaction.on_commit(call, robust=True)


def deliver() -> Delivered:
    """Send all mails whose time has come; does nothing while another process is at it."""
    if not is_on():
        return Delivered()
    total = Delivered()
    with _alone() as alone:
        while alone and _is_anything_due():
            done = _deliver_parcel()
            total = Delivered(
                total.sent + done.sent, total.failed + done.failed, total.postponed + done.postponed, done.unreachable
            )
            if done.unreachable:
                break
    return total


@contextmanager
def _alone() -> Iterator[bool]:
    """Whether nobody else sends now. The lock ends with the connection, so a dead worker holds up nobody."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [_SENDING])
        (alone,) = cursor.fetchall()[0]
    try:
        yield alone
    finally:
        if alone:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [_SENDING])


def _deliver_parcel() -> Delivered:
    """Send some mails over one connection."""
    server = get_connection(fail_silently=False)
    try:
        server.open()
    except (OSError, smtplib.SMTPException) as error:
        reason = _reason(error)
        _log.warning("the mail server cannot be reached: %s", reason)
        _note_unreachable(reason)
        return Delivered(unreachable=reason)
    try:
        parcel = _take()
        results = _send(parcel, server)
        _settle(results)
    finally:
        server.close()
    lost = [result for result in results if not result.counts]
    return Delivered(
        sent=sum(result.state == "sent" for result in results),
        failed=sum(result.state == "failed" for result in results),
        postponed=sum(result.state == "waiting" for result in results),
        # A connection that breaks before a single mail went through is no connection.
        unreachable=lost[0].error if lost and not any(result.state == "sent" for result in results) else "",
    )


def _is_anything_due() -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT EXISTS (SELECT FROM notices_sending
                               WHERE state = 'waiting' AND next_attempt_at <= statement_timestamp())"""
        )
        return bool(cursor.fetchall()[0][0])


_TAKE = """
WITH taken AS (
    UPDATE notices_sending AS sending
       SET attempts = attempts + 1,
           attempted_at = statement_timestamp(),
           next_attempt_at = statement_timestamp() + (%(waits)s::interval[])[least(attempts + 1, %(most)s)]
      FROM (SELECT mail_id FROM notices_sending
             WHERE state = 'waiting' AND next_attempt_at <= statement_timestamp()
             ORDER BY next_attempt_at, mail_id LIMIT %(parcel)s FOR UPDATE SKIP LOCKED) AS due
     WHERE sending.mail_id = due.mail_id
    RETURNING sending.mail_id, sending.address, sending.attempts)
SELECT taken.mail_id, taken.address, taken.attempts, mail.subject::text, mail.body::text,
       coalesce((SELECT login.mail_language FROM parties_login AS login
                  WHERE login.participant_id = mail.participant_id AND login.letter = mail.letter),
                (SELECT login.mail_language FROM parties_login AS login
                  WHERE mail.login <> '' AND login.login = mail.login), ''),
       mail.scheme, mail.outbox_id, mail.event, coalesce(mail.participant_id, 0), mail.letter, mail.login,
       mail.addressee, mail.reference, mail.written_at::text
  FROM taken JOIN notices_mail AS mail ON mail.id = taken.mail_id
 ORDER BY taken.mail_id
"""


def _take() -> list[tuple[Outgoing, int]]:
    """The mails whose turn it is, oldest first, with the number of this attempt; noted as attempted."""
    with connection.cursor() as cursor:
        cursor.execute(_TAKE, {"waits": list(WAITS), "most": len(WAITS), "parcel": PARCEL})
        return [
            (
                Outgoing(
                    mail_id=mail_id,
                    address=address,
                    subject=json.loads(subject),
                    body=json.loads(body),
                    origin={"mail": [str(part) for part in origin]},
                    language=language,
                ),
                attempts,
            )
            for mail_id, address, attempts, subject, body, language, *origin in cursor.fetchall()
        ]


def _send(parcel: list[tuple[Outgoing, int]], server: Any) -> list[_Result]:
    """Hand each mail to the server; once the connection is lost, the rest stays as it was."""
    results: list[_Result] = []
    sender = settings.DEFAULT_FROM_EMAIL
    for number, (mail, attempts) in enumerate(parcel):
        try:
            server.send_messages([envelope.message(mail, sender)])
        except (OSError, ValueError, smtplib.SMTPException) as error:
            reason = _reason(error)
            is_last = attempts > len(WAITS) or _is_for_good(error)
            results.append(_Result(mail.mail_id, "failed" if is_last else "waiting", reason))
            if _is_lost(error):
                rest = [_Result(left.mail_id, "waiting", reason, counts=False) for left, _ in parcel[number + 1 :]]
                return results + rest
        else:
            results.append(_Result(mail.mail_id, "sent", message_id=envelope.message_id(mail, sender)))
    return results


def _is_for_good(error: Exception) -> bool:
    """Whether the same mail would be refused again: its address, or what it says."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return all(code >= 500 for code, _ in error.recipients.values())
    if isinstance(error, smtplib.SMTPSenderRefused):
        return False  # our own address: it can be set right, and the mail is innocent
    if isinstance(error, smtplib.SMTPResponseException):
        return int(error.smtp_code) >= 500
    return isinstance(error, ValueError | smtplib.SMTPNotSupportedError)


def _is_lost(error: Exception) -> bool:
    """Whether the connection is gone. 421: the server has closed it."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return any(code == 421 for code, _ in error.recipients.values())
    if isinstance(error, smtplib.SMTPResponseException):
        return error.smtp_code == 421
    return isinstance(error, smtplib.SMTPServerDisconnected) or (
        isinstance(error, OSError) and not isinstance(error, smtplib.SMTPException)
    )


def _reason(error: Exception) -> str:
    """What the server (or the machine) said, on one line."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        said = "; ".join(f"{code} {_decoded(text)}" for code, text in error.recipients.values())
    elif isinstance(error, smtplib.SMTPResponseException):
        said = f"{error.smtp_code} {_decoded(error.smtp_error)}"
    else:
        said = str(error) or type(error).__name__
    # PostgreSQL keeps no NUL, and nobody wants to read control characters.
    return " ".join("".join(sign if sign.isprintable() else " " for sign in said).split())[:_REASON_LENGTH]


def _decoded(said: bytes | str) -> str:
    return said.decode("utf-8", "replace") if isinstance(said, bytes) else said


_SETTLE = """
UPDATE notices_sending AS sending
   SET state = result.state,
       error = result.error,
       message_id = CASE WHEN result.message_id = '' THEN sending.message_id ELSE result.message_id END,
       sent_at = CASE WHEN result.state = 'sent' THEN statement_timestamp() END,
       attempts = sending.attempts - CASE WHEN result.counts THEN 0 ELSE 1 END,
       next_attempt_at = CASE WHEN result.counts THEN sending.next_attempt_at ELSE statement_timestamp() END
  FROM unnest(%s::bigint[], %s::text[], %s::text[], %s::text[], %s::boolean[])
       AS result (mail_id, state, error, message_id, counts)
 WHERE sending.mail_id = result.mail_id
"""


def _settle(results: list[_Result]) -> None:
    if results:
        with connection.cursor() as cursor:
            cursor.execute(_SETTLE, [list(column) for column in zip(*results, strict=True)])


def _note_unreachable(reason: str) -> None:
    """Say with the mails that wait why they do; their attempts are not spent."""
    with connection.cursor() as cursor:
        cursor.execute(
            """UPDATE notices_sending SET error = %s
                WHERE state = 'waiting' AND next_attempt_at <= statement_timestamp() AND error <> %s""",
            [reason, reason],
        )
