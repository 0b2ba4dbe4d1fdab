"""Transfers between accounts of two schemes: what each scheme's rules may know, and the act by which units arrive.

A scheme recognises units of another one by naming them in its `units.yaml` (`of: <scheme>`) and takes them in where it
has the operation `receive`. The sender's rules decide about the transfer, the receiver's about the receipt, each of its
own accounts; both decisions are recorded, each in the scheme that made it.
"""

from __future__ import annotations

from uuid import uuid5

from tanso.acts import rulebooks
from tanso.acts.act import Act, Actor
from tanso.acts.operations import Elsewhere, Facts
from tanso.kernel.units import UnitName
from tanso.registry.desk import Place
from tanso.registry.facts import unit_facts
from tanso.rulebook import Rulebook

RECEIVE = "receive"
# What means the same in every scheme; kinds of account and the holder's figures do not.
_EVERYWHERE = ("exists", "number", "scheme", "is_open", "is_frozen", "restricted_operations", "freeze_reason")


def from_outside(place: Place, prefix: str, *, book: Rulebook, unit: UnitName, unit_scheme: str) -> Facts:
    """An account, `book` being its own scheme's, as the rules of another scheme may know it."""
    facts = {f"{prefix}.{name}": place.facts[name] for name in _EVERYWHERE}
    known = book.units.get(unit.type)
    fits = known is not None and known.scheme == unit_scheme and known.exists_with(unit.phase)
    return facts | {f"{prefix}.recognises_unit": fits and RECEIVE in book.operations}


def may_send_to(book: Rulebook, scheme: str) -> bool:
    """Whether units can go to accounts of a scheme: its own ones, or those of one that takes some of its units in."""
    if scheme == book.scheme:
        return True
    other = rulebooks.current(scheme)
    return RECEIVE in other.operations and any(unit.scheme == book.scheme for unit in other.units.values())


def receipt(
    act: Act, facts: Facts, source: Place, target: Place, *, books: tuple[Rulebook, Rulebook], unit: UnitName
) -> Elsewhere:
    """What the scheme of `target` is asked about a transfer from `source`; `books` are the two schemes', in that order.

    The holder of the account that takes units in need not act: the receipt is the system's.
    """
    sending, receiving = books
    unit_scheme = sending.units[unit.type].scheme
    known = target.named("account") | target.named("to") | {"holdings": target.holdings_facts}
    known |= from_outside(source, "from", book=sending, unit=unit, unit_scheme=unit_scheme)
    known |= unit_facts(unit, source.free_t(unit, unit_scheme))
    known |= {name: facts[name] for name in ("quantity.t", "quantity.is_whole")}
    received = Act(
        id=uuid5(act.id, RECEIVE),
        scheme=receiving.scheme,
        operation=RECEIVE,
        arguments={**act.arguments, "transfer": str(act.id)},
        day=act.day,
        actor=Actor.system(),
    )
    return Elsewhere(received, receiving, known)
