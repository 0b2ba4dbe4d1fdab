"""What the page of a transfer says of its kind: which the holder may state, and what was recorded beforehand."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.utils.translation import gettext as _

from tanso.interfaces.web import describe, words
from tanso.interfaces.web.desk import Desk
from tanso.kernel.units import UnitName
from tanso.ledger import queries as ledger
from tanso.registry.terms import Permit

Recorded = Sequence[tuple[int, str, Permit]]


def choices(desk: Desk, permits: Recorded) -> list[tuple[str, str]]:
    """The kinds that this transfer may state, as choices; none where there is nothing to choose."""
    transfers = desk.rulebook.transfers
    names = [kind.kind for kind in transfers.kinds.values() if kind.is_open]
    names += [permit.kind for _to, _unit, permit in permits if permit.kind not in names]
    if len(set(names)) < 2:
        return []
    usual = describe.transfer_kind(desk.rulebook, transfers.default)
    unsaid = _("Not stated: what was recorded counts, otherwise “%(kind)s”") % {"kind": usual}
    return [("", unsaid), *((name, describe.transfer_kind(desk.rulebook, name)) for name in dict.fromkeys(names))]


def all_kinds(desk: Desk) -> list[tuple[str, str]]:
    """Every kind of the scheme, as choices of the administrator."""
    return [(name, describe.transfer_kind(desk.rulebook, name)) for name in desk.rulebook.transfers.kinds]


def all_units(desk: Desk, held: Iterable[UnitName]) -> list[tuple[str, str]]:
    """Every unit of the scheme, as choices of the administrator; those that the account holds come first."""
    names = [(name.type, name.phase) for name in held]
    names += [
        (unit.type, phase)
        for unit in desk.rulebook.units.values()
        for phase in (unit.own_phases if unit.has_phase else (None,))
    ]
    return [
        (desk.rulebook.unit_name(unit_type, phase), describe.unit_of(desk.rulebook, unit_type, phase))
        for unit_type, phase in dict.fromkeys(names)
    ]


def recorded(desk: Desk, permits: Recorded) -> Iterable[describe.Line]:
    """What was recorded beforehand, for the person to see beside the form."""
    accounts = ledger.accounts([to for to, _unit, _permit in permits])
    return [
        describe.Line(
            _("Recorded beforehand"),
            _("%(kind)s: to %(number)s, %(unit)s, up to %(quantity)s, until %(day)s")
            % {
                "kind": describe.transfer_kind(desk.rulebook, permit.kind),
                "number": accounts[to].number,
                "unit": describe.unit(desk.rulebook, unit),
                "quantity": words.tonnes(permit.left_t),
                "day": describe.here(words.long_day(permit.last_day)),
            },
        )
        for to, unit, permit in permits
    ]
