"""Issue, transfer, surrender and cancel: the work of many acts that move units, and of one.

The rules decide each act on the accounts as the acts before it leave them (`desk`); then all postings go to the ledger
in one batch, and the registry's own rows in one statement a table.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from uuid import UUID

from tanso.acts import rulebooks
from tanso.acts.act import Act
from tanso.acts.locks import Asked
from tanso.acts.operations import BatchWork, Done, Elsewhere, Facts
from tanso.acts.refusals import refusal
from tanso.kernel.outcomes import Finding
from tanso.kernel.quantities import Quantity, read_quantity
from tanso.kernel.units import UnitName
from tanso.ledger import actions as ledger
from tanso.ledger.models import ROLE_HOLDING
from tanso.parties.permissions import is_administrator, is_system
from tanso.registry import several_schemes
from tanso.registry.applications import settle_issued
from tanso.registry.caution import Caution
from tanso.registry.delays import DELAYED, settle_executed
from tanso.registry.desk import Desk, Place, UnitKey, account_number
from tanso.registry.evidence import EvidenceDesk, application_number, evidence_in
from tanso.registry.facts import quantity_facts, unit_facts
from tanso.registry.models import WAITING, Allocation
from tanso.registry.moving import Move, done, holder_of, post, put_off, write_evidence, write_surrenders
from tanso.registry.permissions import acts_for_holder
from tanso.registry.reserving import ReservedKey
from tanso.registry.terms import Permit, permit_of, take_terms, terms_facts, write_terms
from tanso.registry.unit_names import known_unit
from tanso.registry.unit_years import YearsOfUnits
from tanso.rulebook import Rulebook

# Which arguments name accounts, and the one that units leave (or enter, at an issue).
_ACCOUNTS = {"issue": ("account",), "transfer": ("from", "to"), "surrender": ("account",), "cancel": ("account",)}


# One statement reads the names and takes the locks: an account never changes its number or its holder.
_LOCKS = """
SELECT 'account:' || account.number FROM ledger_account AS account WHERE account.number = ANY(%s)
 UNION ALL
SELECT 'participant:' || holder.external_key
  FROM ledger_account AS account JOIN ledger_holder AS holder ON holder.id = account.holder_id
 WHERE account.number = ANY(%s)
 UNION ALL
SELECT 'evidence:' || evidence FROM unnest(%s::text[]) AS evidence
"""
# The application that an issue names, and its evidence, which never changes.
_LOCKS_OF_APPLICATION = """
 UNION ALL
SELECT 'application:' || %s::bigint
 UNION ALL
SELECT 'evidence:' || scheme || '/' || reference FROM registry_unitapplication WHERE id = %s
"""


def locks(act: Act) -> Asked:
    """Each account that the act names, its holder, whose figures the rules read, and the evidence of an issue."""
    numbers = [account_number(str(act.arguments[name])) for name in _ACCOUNTS[act.operation]]
    evidence, application = evidence_in(act.arguments), application_number(act.arguments)
    asked = Asked(_LOCKS, (numbers, numbers, [] if evidence is None else [f"{act.scheme}/{evidence.key}"]))
    if application is None:
        return asked
    return Asked(asked.statement + _LOCKS_OF_APPLICATION, (*asked.values, application, application))


class UnitsWork(BatchWork):
    """Acts that move units, in any mixture."""

    def __init__(self, acts: Sequence[Act], rulebook: Rulebook) -> None:
        self._rulebook = rulebook
        self._units: dict[str, UnitName | None] = {}
        self._books: dict[str, Rulebook] = {rulebook.scheme: rulebook}
        self._desk = Desk(_numbers(acts, rulebook))
        self._evidence = EvidenceDesk(rulebook.scheme, [act for act in acts if act.operation == "issue"])
        self._facts: dict[str, Callable[[Act], Facts]] = {
            "issue": self._issue_facts,
            "transfer": self._transfer_facts,
            "surrender": self._own_units_facts,
            "cancel": self._own_units_facts,
        }
        self._moves: dict[UUID, Move] = {}
        transfers = [(act, self._place(act, "from")) for act in acts if act.operation == "transfer"]
        self._caution = Caution(rulebook, [(act, place) for act, place in transfers if place is not None])
        self._years = YearsOfUnits(
            rulebook, acts, lambda act: self._place(act, _ACCOUNTS[act.operation][0]), self._known_unit
        )

    # -- before the rules -----------------------------------------------------------------------------------------

    def permits(self, act: Act) -> bool:
        if act.operation == "issue":
            return is_administrator(act.actor)
        if DELAYED in act.arguments:
            return is_system(act.actor)
        place = self._place(act, _ACCOUNTS[act.operation][0])
        return acts_for_holder(act.actor, act.scheme, None if place is None else place.account)

    def missing(self, act: Act) -> Finding | None:
        if self._known_unit(act) is not None:
            return self._not_waiting(act)
        return refusal("unit.unknown", unit=str(act.arguments["unit"])[:40])

    def _not_waiting(self, act: Act) -> Finding | None:
        """A transfer that is to be carried out now, and was aborted since time set out to do it."""
        if DELAYED not in act.arguments:
            return None
        row = self._caution.pending(act)
        if row is not None and row.state == WAITING:
            return None
        return refusal("transfer.not_waiting", transfer=act.arguments[DELAYED])

    def facts(self, act: Act) -> Facts:
        return self._facts[act.operation](act)

    def _place(self, act: Act, name: str) -> Place | None:
        return self._desk.place(str(act.arguments[name]))

    def _known_unit(self, act: Act) -> UnitName | None:
        written = str(act.arguments["unit"])
        if written not in self._units:
            self._units[written] = known_unit(self._rulebook, written)
        return self._units[written]

    def _unit(self, act: Act) -> UnitName:
        unit = self._known_unit(act)
        if unit is None:
            raise AssertionError("an unknown unit is refused before it comes here")
        return unit

    def _transfer_facts(self, act: Act) -> Facts:
        source, target, unit = self._place(act, "from"), self._place(act, "to"), self._unit(act)
        number = str(act.arguments["from"])
        facts: Facts = {"from.number": number, "account.number": number, "to.number": str(act.arguments["to"])}
        facts |= self._years.facts(act, source, unit) | self._caution.facts(act, source, target)
        if source is not None:
            with self._freed(act, source):
                facts |= self._facts_of_source(source, unit)
        else:
            facts |= unit_facts(unit, 0)
        if target is not None:
            facts |= target.named("to") if self._is_here(target) else self._from_outside(target, "to", unit)
        facts |= terms_facts(act, self._permit(source, target, unit))
        return facts | quantity_facts(read_quantity(act.arguments["quantity_t"]))

    def _facts_of_source(self, source: Place, unit: UnitName) -> Facts:
        facts = {**source.named("from"), **source.named("account"), "holdings": source.holdings_facts}
        return facts | self._unit_facts(unit, source)

    @contextmanager
    def _freed(self, act: Act, source: Place) -> Iterator[None]:
        """While a transfer that waited is decided, the units reserved for it are free for it."""
        row = self._caution.pending(act)
        if row is None or row.state != WAITING or row.from_account_id != source.account.id:
            yield
            return
        kept: ReservedKey = (row.unit_scheme, row.unit_type, row.unit_phase)
        source.reserve(kept, -row.quantity_t)
        yield
        source.reserve(kept, row.quantity_t)

    def _permit(self, source: Place | None, target: Place | None, unit: UnitName) -> Permit | None:
        """What the administrator recorded beforehand of such a transfer."""
        if source is None or target is None:
            return None
        return permit_of(source.permits, target.account.id, unit)

    def _own_units_facts(self, act: Act) -> Facts:
        place, unit = self._place(act, "account"), self._unit(act)
        facts = _facts_of(act, place) | self._unit_facts(unit, place)
        facts |= self._years.facts(act, place, unit) | quantity_facts(read_quantity(act.arguments["quantity_t"]))
        if "purpose" in act.arguments:
            facts["cancel.purpose"] = act.arguments["purpose"]
            facts["cancel.has_statement"] = bool(str(act.arguments.get("statement", "")).strip())
        return facts

    def _issue_facts(self, act: Act) -> Facts:
        """Where the scheme derives the quantity, it is derived here, from the expression that the pages show.

        Units are issued into accounts of the scheme that hold, not into the registry's own.
        """
        place, unit = self._place(act, "account"), self._unit(act)
        if place is not None and (place.account.role != ROLE_HOLDING or not self._is_here(place)):
            place = None
        facts = {"day": act.day} | _facts_of(act, place) | self._unit_facts(unit, place)
        facts |= self._evidence.facts(act, self._rulebook) | self._years.facts(act, place, unit)
        derived = self._rulebook.units[unit.type].quantity_from
        if derived is None:
            return facts | quantity_facts(read_quantity(self._evidence.quantity_t(act)))
        quantity_t = self._rulebook.derive(derived, facts)
        # Where it cannot be derived yet, no quantity is known, and other findings say why.
        return facts if quantity_t is None else facts | quantity_facts(Quantity(t=int(quantity_t), is_whole=True))

    # -- units and accounts of several schemes --------------------------------------------------------------------

    def elsewhere(self, act: Act, facts: Facts) -> Elsewhere | None:
        """A transfer to an account of another scheme: that scheme's rules say whether it takes the units in."""
        if act.operation != "transfer" or not facts.get("to.recognises_unit", True):
            return None
        source, target = self._place(act, "from"), self._place(act, "to")
        if source is None or target is None or self._is_here(target):
            return None
        books = (self._rulebook, self._book(target))
        return several_schemes.receipt(act, facts, source, target, books=books, unit=self._unit(act))

    def _from_outside(self, place: Place, prefix: str, unit: UnitName) -> Facts:
        unit_scheme = self._scheme_of(unit)
        return several_schemes.from_outside(place, prefix, book=self._book(place), unit=unit, unit_scheme=unit_scheme)

    def _unit_facts(self, unit: UnitName, place: Place | None) -> Facts:
        if place is None:
            return unit_facts(unit, 0)
        scheme = self._scheme_of(unit)
        return unit_facts(unit, place.free_t(unit, scheme), place.reserved_t(unit, scheme))

    def _is_here(self, place: Place) -> bool:
        return place.account.scheme == self._rulebook.scheme

    def _scheme_of(self, unit: UnitName) -> str:
        """The scheme whose unit it is; the classes of the ledger belong to it."""
        return self._rulebook.units[unit.type].scheme

    def _book(self, place: Place) -> Rulebook:
        scheme = place.account.scheme
        if scheme not in self._books:
            self._books[scheme] = rulebooks.current(scheme)
        return self._books[scheme]

    # -- after the rules ------------------------------------------------------------------------------------------

    def puts_off(self, act: Act, facts: Facts) -> bool:
        return self._executes_on(act, facts) is not None

    def _executes_on(self, act: Act, facts: Facts) -> date | None:
        """The later day on which an allowed transfer is carried out; None where its units move now."""
        if act.operation != "transfer" or DELAYED in act.arguments or not self._rulebook.delays_transfers:
            return None
        return self._rulebook.transfer_executes_on(facts)

    def written_alone(self, act: Act) -> bool:
        """Where units wait, and where they settle what waited or was applied for; the ledger keeps its own books."""
        move = self._moves[act.id]
        return move.executes_on is not None or move.waited is not None or application_number(act.arguments) is not None

    def apply(self, act: Act, facts: Facts) -> None:
        move = self._moves[act.id] = self._move(act, facts)
        kept: ReservedKey = (self._scheme_of(move.unit), move.unit.type, move.unit.phase)
        unit: UnitKey = (*kept, "")
        if act.operation == "transfer":
            self._caution.sent(act, move.source, move.quantity_t)
            if move.executes_on is not None:
                move.source.reserve(kept, move.quantity_t)
                return
            if move.waited is not None:
                move.source.reserve(kept, -move.quantity_t)
        if act.operation != "issue":
            move.source.move(unit, -move.quantity_t)
        move.target.move(unit, move.quantity_t)
        holder = move.place.holder
        if act.operation == "surrender" and holder is not None:
            for place in self._desk.of_holder(holder):
                place.learn(holder__surrendered_t=move.before_t + move.quantity_t)
        if act.operation == "issue":
            if holder is not None and self._is_allocation(move.unit):
                self._years.issued(act, move.place, move.unit, move.quantity_t)
                issued_t = facts["account.holder.issued_t"] + move.quantity_t
                for place in self._desk.of_holder(holder):
                    place.learn(holder__has_issued=True, holder__issued_t=issued_t)
            move.evidence = self._evidence.serve(act)

    def _move(self, act: Act, facts: Facts) -> Move:
        place = self._there(act, _ACCOUNTS[act.operation][0])
        unit, quantity_t = self._unit(act), facts["quantity.t"]
        if act.operation == "transfer":
            target = self._there(act, "to")
            permit = self._permit(place, target, unit)
            executes_on, row = self._executes_on(act, facts), self._caution.pending(act)
            if executes_on is not None:
                return Move(act, place, place, target, unit, quantity_t, executes_on=executes_on)
            terms = take_terms(act, facts, permit, quantity_t, self._rulebook.transfers.default)
            waited = None if row is None else row.id
            return Move(act, place, place, target, unit, quantity_t, terms=terms, waited=waited)
        if act.operation == "issue":
            return Move(act, place, self._reserved("issuance"), place, unit, quantity_t)
        if act.operation == "surrender":
            before_t = facts["account.holder.surrendered_t"]
            return Move(act, place, place, self._reserved("surrender"), unit, quantity_t, before_t)
        role = self._rulebook.purposes[act.arguments["purpose"]]
        return Move(act, place, place, self._reserved(role), unit, quantity_t)

    def _there(self, act: Act, name: str) -> Place:
        place = self._place(act, name)
        if place is None:
            raise AssertionError(f"{act.operation} was allowed without an account")
        return place

    def _reserved(self, role: str) -> Place:
        place = self._desk.place(self._rulebook.reserved[role].number)
        if place is None:
            raise AssertionError(f"the scheme's {role} account is not open")
        return place

    def _is_allocation(self, unit: UnitName) -> bool:
        return self._rulebook.units[unit.type].quantity_from is not None

    def write(self, allowed: Sequence[tuple[Act, Facts]]) -> list[Done]:
        everything = [self._moves[act.id] for act, _ in allowed]
        later = [(move, move.executes_on) for move in everything if move.executes_on is not None]
        kept = put_off([(move, self._scheme_of(move.unit), day) for move, day in later])
        moves = [move for move in everything if move.executes_on is None]
        posted = dict(zip([move.act.id for move in moves], self._post(moves), strict=True))
        return [kept.get(act.id) or posted[act.id] for act, _ in allowed]

    def _post(self, moves: Sequence[Move]) -> list[Done]:
        """Have the ledger move the units, and keep beside the postings what the registry knows of them."""
        if not moves:
            return []
        classes = self._classes(moves)
        moved = post(moves, classes)
        self._write_allocations(moves, classes)
        write_evidence(moves)
        issued = [move.act for move in moves if move.act.operation == "issue"]
        settle_issued([(act, self._evidence.application(act)) for act in issued])
        write_surrenders(moves, moved)
        agreed = ((move.terms, came.posting_id, move.act.id) for move, came in zip(moves, moved, strict=True))
        write_terms(agreed, self._rulebook.transfers.default)
        settle_executed([(move.waited, move.act) for move in moves if move.waited is not None])
        return [done(move, came) for move, came in zip(moves, moved, strict=True)]

    def _classes(self, moves: Sequence[Move]) -> dict[UnitName, int]:
        """The ledger's unit classes: known where an account holds of them, else asked for, and defined where new."""
        found: dict[UnitName, int] = {}
        for move in moves:
            if move.unit not in found:
                unit, scheme = move.unit, self._scheme_of(move.unit)
                class_id = move.source.classes.get((scheme, unit.type, unit.phase, ""))
                found[unit] = class_id or ledger.unit_class(scheme=scheme, unit_type=unit.type, phase=unit.phase).id
        return found

    def _write_allocations(self, moves: Sequence[Move], classes: dict[UnitName, int]) -> None:
        Allocation.objects.bulk_create(
            [
                Allocation(
                    participant_id=holder_of(move).id,
                    unit_class_id=classes[move.unit],
                    fiscal_year=self._years.year(move.act, move.unit),
                    quantity_t=move.quantity_t,
                    act_id=move.act.id,
                )
                for move in moves
                if move.act.operation == "issue" and self._is_allocation(move.unit)
            ]
        )


def _numbers(acts: Sequence[Act], rulebook: Rulebook) -> Iterable[str]:
    """The accounts that the acts name, and those of the scheme that their units come from or go to."""
    numbers: dict[str, None] = {}
    roles: dict[str, None] = {}
    for act in acts:
        for name in _ACCOUNTS[act.operation]:
            numbers[str(act.arguments[name])] = None
        if act.operation == "issue":
            roles["issuance"] = None
        elif act.operation == "surrender":
            roles["surrender"] = None
        elif act.operation == "cancel":
            roles[rulebook.purposes.get(act.arguments["purpose"], "")] = None
    for role in roles:
        if role in rulebook.reserved:
            numbers[rulebook.reserved[role].number] = None
    return numbers


def _facts_of(act: Act, place: Place | None) -> Facts:
    if place is None:
        return {"account.number": str(act.arguments["account"])}
    return {**place.named("account"), "holdings": place.holdings_facts}
