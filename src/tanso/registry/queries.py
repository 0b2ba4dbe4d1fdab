"""Reads of the registry: where each holder stands, balances, totals, banking, compliance.

Numbers that rules speak of (reserve, sellable, shortfall, status) are derived by the rulebook from the same facts that
the checks read, so that page, check and explanation show one number.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from tanso.acts import remembering, rulebooks
from tanso.kernel.periods import Period
from tanso.kernel.units import UnitName
from tanso.ledger import queries as ledger
from tanso.ledger.models import ROLE_HOLDING
from tanso.ledger.records import Account, Holding
from tanso.parties import organisation_changes, renaming
from tanso.parties.models import Participant
from tanso.registry.facts import Subject, owed_t, subjects
from tanso.registry.models import BankingApplication, ComplianceStatement, PendingTransferStep, UnitApplicationStep
from tanso.registry.reserving import ReservedKey, reserved
from tanso.rulebook import Rulebook


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a participant stands on a day. Figures are None where they do not exist yet or do not apply."""

    participant: Participant
    account: Account
    base_t: int | None
    issued_t: int | None
    target_t: int | None
    # What the holder promised to emit at most, where the scheme says of what results are made.
    aim_t: int | None
    surrendered_t: int
    commitment_reserve_t: int | None
    sellable_t: int | None
    shortfall_t: int | None
    still_to_surrender_t: int | None
    # What is left of an additional obligation whose term runs, and the last day of the term.
    additional_t: int | None
    additional_until: date | None
    compliance: str | None
    stated_on: date | None
    surrender_period: Period | None
    has_pending_banking: bool
    rests: bool
    holdings: tuple[Holding, ...]
    # What is held and reserved for transfers that wait, by scheme, type and phase of the unit.
    reserved: Mapping[ReservedKey, int]

    @property
    def waiting_t(self) -> int:
        """All that is reserved for transfers that wait."""
        return sum(self.reserved.values())

    def blocked_t(self, holding: Holding) -> int:
        """How much of a holding is reserved for transfers that wait."""
        of = holding.unit_class
        return self.reserved.get((of.scheme, of.unit_type, of.phase), 0)

    @property
    def missed_t(self) -> int | None:
        """What was missing when the deadline had passed; None where the target is or may yet be met."""
        return self.shortfall_t if self.compliance == "non_compliant" and not self.additional_t else None

    @property
    def account_number(self) -> str:
        return self.account.number

    @property
    def account_kind(self) -> str:
        return self.account.kind

    @property
    def account_status(self) -> str:
        return self.account.status


# What a scheme derives of where an account stands.
_OF_A_STANDING = (
    "base_t",
    "owed_t",
    "commitment_reserve_t",
    "sellable_t",
    "shortfall_t",
    "still_to_surrender_t",
    "compliance",
    "account_rests",
)


@dataclass(frozen=True, slots=True)
class Totals:
    """How much of a unit was issued, surrendered and cancelled in a scheme."""

    issued_t: int
    surrendered_t: int
    cancelled_t: int


def account_of(scheme: str, participant_key: str) -> Account | None:
    """The participant's account in the scheme, or None where it has none."""
    held = [row for row in ledger.accounts_of_holder(f"{scheme}/{participant_key}") if row.role == ROLE_HOLDING]
    return held[0] if held else None


def standing(scheme: str, participant_key: str, day: date, *, with_serials: bool = False) -> Standing | None:
    """Where one participant stands on `day`; None where it has no account. Serial numbers only where asked for."""
    account = account_of(scheme, participant_key)
    if account is None:
        return None
    return standing_at(rulebooks.current(scheme), account, day, with_serials=with_serials)


def standing_at(rulebook: Rulebook, account: Account, day: date, *, with_serials: bool = False) -> Standing | None:
    """Where the holder of an account at hand stands, by rules at hand; None where nobody holds it."""
    return next(iter(_standings(rulebook, [account], day, with_serials=with_serials)), None)


def standings_of(scheme: str, participant_keys: Iterable[str], day: date) -> dict[str, Standing]:
    """Where these participants stand on `day`, by key; those without an account are left out."""
    rows = ledger.accounts_of_holders(f"{scheme}/{key}" for key in participant_keys)
    held = [row for row in rows if row.role == ROLE_HOLDING]
    return {row.participant.key: row for row in _standings(rulebooks.current(scheme), held, day)}


def standings(scheme: str, day: date, *, kind: str | None = None) -> list[Standing]:
    """Where every participant with an account stands on `day`, in order of account; of one kind where asked."""
    rulebook = rulebooks.current(scheme)

    def work_out() -> list[Standing]:
        return _standings(rulebook, ledger.accounts_of_role(scheme=scheme, role=ROLE_HOLDING), day)

    found = remembering.until_next_act("standings", scheme, rulebook.version, day, work_out=work_out)
    return [row for row in found if kind is None or row.participant.kind == kind]


def _standings(
    rulebook: Rulebook, accounts: Iterable[Account], day: date, *, with_serials: bool = False
) -> list[Standing]:
    known = subjects(accounts, with_serials=with_serials)
    stated = _first_statements(
        [one.participant.id for one in known.values() if one.participant is not None and one.participant.phase]
    )
    return [
        _standing(rulebook, subject, subject.participant, day, stated.get(subject.participant.id))
        for subject in known.values()
        if subject.participant is not None
    ]


def _first_statements(participant_ids: list[int]) -> dict[int, ComplianceStatement]:
    """The first statement of each participant's obligation: what was decided at the deadline is kept."""
    rows = ComplianceStatement.objects.filter(obligation__participant_id__in=participant_ids).select_related(
        "obligation"
    )
    return {row.obligation.participant_id: row for row in rows.order_by("-id")}


def derivation_facts(subject: Subject, day: date, selected_unit: str = "") -> dict[str, Any]:
    """What the rulebook needs to derive the figures of an account."""
    return subject.named("account") | {
        "day": day,
        "holdings": subject.holdings_facts,
        "selected_unit": selected_unit,
    }


def _standing(
    rulebook: Rulebook, subject: Subject, participant: Participant, day: date, stated: ComplianceStatement | None
) -> Standing:
    facts = derivation_facts(subject, day)
    # A scheme without a reserve, say, has no such figure for anybody.
    aim = None if rulebook.results is None else rulebook.results.target
    derived = rulebook.derive_all(_OF_A_STANDING if aim is None else (*_OF_A_STANDING, aim), facts).get
    known = subject.facts
    # Where the base is not one report but follows from several, the scheme says how.
    base_t = known["holder.base_t"] if known["holder.has_base"] else derived("base_t")
    additional_is_open = bool(known.get("holder.has_additional")) and day < known["holder.additional_until"]
    return Standing(
        participant=participant,
        account=subject.account,
        base_t=base_t,
        issued_t=known["holder.issued_t"] if known["holder.has_issued"] else None,
        target_t=derived("owed_t") if "owed_t" in rulebook.derived_rules else owed_t(rulebook, facts),
        aim_t=None if aim is None else derived(aim),
        surrendered_t=known["holder.surrendered_t"],
        commitment_reserve_t=derived("commitment_reserve_t"),
        sellable_t=derived("sellable_t"),
        shortfall_t=derived("shortfall_t"),
        still_to_surrender_t=derived("still_to_surrender_t"),
        additional_t=min(derived("shortfall_t"), known["holder.additional_t"]) if additional_is_open else None,
        additional_until=known["holder.additional_until"] - timedelta(days=1) if additional_is_open else None,
        compliance=(stated.status if stated is not None else derived("compliance"))
        if participant.phase is not None
        else None,
        stated_on=None if stated is None else stated.stated_on,
        surrender_period=None
        if participant.phase is None
        else rulebook.calendar.period("surrender_period", participant.phase),
        has_pending_banking=bool(known.get("has_pending", False)),
        rests=bool(derived("account_rests")),
        holdings=subject.holdings,
        reserved=subject.reserved,
    )


def sellable_t(scheme: str, participant_key: str, day: date, unit: str | None = None) -> int | None:
    """What a transfer could carry away from the participant's account today, of one unit where asked."""
    account = account_of(scheme, participant_key)
    if account is None:
        return None
    subject = subjects([account])[account.id]
    return rulebooks.current(scheme).derive("sellable_t", derivation_facts(subject, day, unit or ""))


def balance_t(account_number: str, unit: str) -> int:
    """How much of a unit an account holds; 0 where there is no such account."""
    account = ledger.account_by_number(account_number)
    if account is None:
        return 0
    name = UnitName.parse(unit)
    return ledger.balance_t(account.id, name.type, name.phase)


def blocked_t(account: Account, unit: str) -> int:
    """How much of a unit an account holds that is reserved for transfers which wait."""
    name = UnitName.parse(unit)
    kept = reserved([account.id]).get(account.id, {})
    return sum(t for (_, unit_type, phase), t in kept.items() if (unit_type, phase) == (name.type, name.phase))


def totals(scheme: str, unit: str) -> Totals:
    """What was issued, surrendered and cancelled of a unit, summed from the ledger's journal."""
    rulebook = rulebooks.current(scheme)
    name = UnitName.parse(unit)
    found = [
        total
        for total in ledger.totals(rulebook.units[name.type].scheme if name.type in rulebook.units else scheme)
        if (total.unit_class.unit_type, total.unit_class.phase) == (name.type, name.phase)
    ]
    purposes = set(rulebook.purposes.values())
    return Totals(
        issued_t=sum(total.issued_t for total in found),
        surrendered_t=sum(total.at_t("surrender") for total in found),
        cancelled_t=sum(total.at_t(role) for total in found for role in purposes),
    )


def waiting_banking(scheme: str) -> list[tuple[BankingApplication, Account]]:
    """Banking applications that wait for approval, with their accounts, oldest first."""
    rows = list(BankingApplication.objects.filter(scheme=scheme, approved_on=None).order_by("id"))
    accounts = ledger.accounts([row.account_id for row in rows])
    return [(row, accounts[row.account_id]) for row in rows]


def acts_of(participant_id: int, account_id: int) -> Any:
    """The ids of acts about banking, applications, transfers that wait and compliance, as a query to filter by."""
    stated = ComplianceStatement.objects.filter(obligation__participant_id=participant_id)
    approved = BankingApplication.objects.filter(account_id=account_id, approved_on__isnull=False)
    settled = UnitApplicationStep.objects.filter(application__participant_id=participant_id)
    waited = PendingTransferStep.objects.filter(transfer__from_account_id=account_id)
    return stated.values("act_id").union(
        approved.values("approved_act_id"), settled.values("act_id"), waited.values("act_id")
    )


def holder_name(account: Account) -> str | None:
    """The account's name, by which other participants know its holder; None for the registry's own accounts."""
    return holder_names([account]).get(account.number)


def holder_on(account: Account, day: date) -> tuple[str, str] | None:
    """What the account was called on a day, and the corporation that holds it; None for the registry's own."""
    if account.holder_key is None:
        return None
    scheme, key = account.holder_key.split("/", 1)
    found = Participant.objects.select_related("organisation").filter(scheme=scheme, key=key).first()
    if found is None:
        return None
    return renaming.account_names_on([found], day)[found.pk], organisation_changes.name_on(found.organisation, day)


def holder_names(accounts: Iterable[Account]) -> dict[str, str]:
    """The names of accounts by their numbers, in one query; the registry's own are left out."""
    holders = {row.number: row.holder_key.split("/", 1) for row in accounts if row.holder_key is not None}
    rows = Participant.objects.filter(
        scheme__in={scheme for scheme, _key in holders.values()}, key__in={key for _scheme, key in holders.values()}
    ).only("scheme", "key", "account_name", "name")
    names = {(row.scheme, row.key): row.known_as for row in rows}
    return {number: names[scheme, key] for number, (scheme, key) in holders.items() if (scheme, key) in names}
