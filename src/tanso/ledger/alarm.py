"""What happens when a check finds a difference: the accounts concerned stand still, and the administrator hears of it.

Each step is tried by itself. Whatever fails, the finding is returned to the caller, who prints it and fails.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from uuid import uuid4

from django.db import DatabaseError, transaction
from django.db.models import Max
from django.db.models.functions import Now

from tanso import acts
from tanso.acts.act import Act, Actor
from tanso.kernel.errors import TansoError
from tanso.kernel.texts import Text
from tanso.ledger import actions
from tanso.ledger.differences import Difference
from tanso.ledger.models import ROLE_ISSUANCE, STATUS_OPEN, Account, AccountEvent
from tanso.ledger.operations import REPORT_DIFFERENCES
from tanso.ledger.verification.findings import ISSUANCE_NAME
from tanso.ledger.verification.models import Finding
from tanso.rulebook import library

FREEZE = "freeze_account"
REASON = Text("台帳の検証で差異が見つかったため", "The check of the ledger found a difference.")
# So many go into one act and its mail; the page of findings has them all.
_IN_ONE_REPORT = 50

_log = logging.getLogger(__name__)
Today = Callable[[str], date]


@dataclass(slots=True)
class Alarm:
    """What was done: accounts frozen now, accounts that could not be (with the reason), and findings that are new."""

    frozen: list[str] = field(default_factory=list)
    not_frozen: dict[str, str] = field(default_factory=dict)
    new: list[Difference] = field(default_factory=list)
    not_told: str = ""


def raise_alarm(differences: Sequence[Difference], today: Today) -> Alarm:
    """Freeze the accounts that differ and tell the administrator what was not told before.

    `today` gives the day in a scheme. Accounts that are frozen or closed already stay as they are.
    """
    alarm = Alarm()
    if not differences:
        return alarm
    for account in _concerned(differences):
        try:
            _freeze(account, today)
            alarm.frozen.append(account.number)
        except (TansoError, DatabaseError, LookupError, ValueError) as error:
            _log.exception("account %s differs and could not be frozen", account.number)
            alarm.not_frozen[account.number] = str(error)
    try:
        alarm.new = _remember(differences)
        _tell(alarm.new, sorted(alarm.not_frozen), today)
        Finding.objects.filter(gone_at=None, key__in=[each.key for each in alarm.new]).update(told_at=Now())
    except (TansoError, DatabaseError, LookupError, ValueError) as error:
        _log.exception("differences could not be told")
        alarm.not_told = str(error)
    return alarm


def settle(differences: Iterable[Difference]) -> None:
    """After a check of everything: what was found before and is found no more is gone; once more, it is told anew."""
    still = {difference.key for difference in differences}
    Finding.objects.filter(gone_at=None).exclude(key__in=still).update(gone_at=Now())


def _concerned(differences: Iterable[Difference]) -> list[Account]:
    """The open accounts that the differences name. Issuance is all accounts of that role in the class's scheme."""
    found = list(differences)
    numbers = {difference.account for difference in found if difference.account}
    accounts = list(Account.objects.filter(number__in=numbers, status=STATUS_OPEN))
    schemes = {(each.unit_class or "").split("/", 1)[0] for each in found if each.account == ISSUANCE_NAME}
    accounts += Account.objects.filter(scheme__in=schemes, role=ROLE_ISSUANCE, status=STATUS_OPEN).exclude(
        pk__in=[account.pk for account in accounts]
    )
    return sorted(accounts, key=lambda account: account.pk)


def _freeze(account: Account, today: Today) -> None:
    """Through the door, so that it is on record; directly where the door does not know the account's scheme."""
    latest = AccountEvent.objects.filter(account_id=account.pk).aggregate(latest=Max("day"))["latest"]
    day = max(filter(None, (latest, _day(account.scheme, today))), default=account.opened_on)
    reason = f"{REASON.ja} / {REASON.en}"
    if account.scheme in library().schemes():
        with suppress(TypeError):  # the operation is not offered
            outcome = acts.perform(
                Act(
                    id=uuid4(),
                    scheme=account.scheme,
                    operation=FREEZE,
                    arguments={"account": account.number, "reason": reason},
                    day=day,
                    actor=Actor.system(),
                )
            )
            if outcome.ok:
                return
            _log.error("the door refused to freeze %s: %s", account.number, outcome.codes)
    with transaction.atomic():
        actions.freeze(act_id=uuid4(), account=account.pk, day=day, reason=reason)


def _day(scheme: str, today: Today) -> date | None:
    """The day in a scheme; None where the installation does not know the scheme."""
    with suppress(LookupError):
        return today(scheme)
    return None


def _remember(differences: Sequence[Difference]) -> list[Difference]:
    """Write down what is not written down already; returns what nobody has been told of yet."""
    by_key = {difference.key: difference for difference in differences}
    Finding.objects.bulk_create(
        [
            Finding(key=key, account=difference.account or "", content=difference.as_json())
            for key, difference in by_key.items()
        ],
        ignore_conflicts=True,
    )
    untold = Finding.objects.filter(gone_at=None, told_at=None, key__in=by_key).values_list("key", flat=True)
    return [by_key[key] for key in untold]


def _tell(new: Sequence[Difference], not_frozen: Sequence[str], today: Today) -> None:
    """One act for each scheme concerned. What concerns none (a trigger, a grant) goes to the first."""
    schemes = library().schemes()
    of_account = dict(
        Account.objects.filter(number__in={each.account for each in new if each.account}).values_list(
            "number", "scheme"
        )
    )
    by_scheme: dict[str, list[Difference]] = {}
    for difference in new:
        scheme = of_account.get(difference.account or "", (difference.unit_class or "").split("/", 1)[0])
        by_scheme.setdefault(scheme if scheme in schemes else schemes[0], []).append(difference)
    for scheme, found in by_scheme.items():
        acts.perform(
            Act(
                id=uuid4(),
                scheme=scheme,
                operation=REPORT_DIFFERENCES,
                arguments={
                    "count": len(found),
                    "differences": [each.as_json() for each in found[:_IN_ONE_REPORT]],
                    "not_frozen": list(not_frozen),
                },
                day=today(scheme),
                actor=Actor.system(),
            )
        )
