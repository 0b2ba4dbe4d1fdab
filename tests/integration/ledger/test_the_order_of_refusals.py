"""One order of refusals: in the document, in the code, and in what really comes back, for the ledger and the door."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from itertools import combinations
from pathlib import Path
from uuid import uuid4

import pytest

from tanso.acts import Actor, perform, refusals
from tanso.kernel.serials import SerialRange
from tanso.ledger import actions, errors
from tanso.ledger.records import Order
from tanso.rulebook import library
from tests.support.world import ADMINISTRATOR, World, login

from .conftest import DAY, SmallLedger

DOCUMENT = (Path(__file__).parents[3] / "docs" / "reference" / "door.md").read_text(encoding="utf-8")
BY_THE_DOOR, *_PARTS = re.split(r"^## (.*)$", DOCUMENT, flags=re.MULTILINE)
BY_THE_LEDGER = dict(zip(_PARTS[::2], _PARTS[1::2], strict=True))["What the ledger refuses, whoever asks"]
# (code, SQLSTATE) in the order of the document.
ORDER = re.findall(r"^\| \d+ \| `(ledger\.\w+)` \| (LG\d+) \|", BY_THE_LEDGER, flags=re.MULTILINE)
CODES = [code for code, _ in ORDER]
NOBODY = 10**9
# One quantity cannot be too small and too large.
EXCLUSIVE = {("ledger.quantity_not_positive", "ledger.insufficient_units")}


def broken_together() -> Iterator[tuple[str, ...]]:
    """Every single rule, and every two that one posting can break at once."""
    yield from ((code,) for code in CODES)
    yield from (pair for pair in combinations(CODES, 2) if pair not in EXCLUSIVE)


def order_that_breaks(
    ledger: SmallLedger, closed: int, broken: tuple[str, ...]
) -> tuple[Order, list[SerialRange] | None]:
    """A posting that breaks these rules and no other; ann holds the serials 1 to 100."""
    rules = {code.removeprefix("ledger.") for code in broken}
    source, target = ledger.ann.id, ledger.bob.id
    if "issuance_is_one_way" in rules:
        target = ledger.issuance.id
    if "account_not_open" in rules:
        if target == ledger.issuance.id or "unknown_unit_class" in rules:
            source = closed
        else:
            target = closed
    if "unknown_account" in rules:
        source = NOBODY
    if "same_account" in rules:
        source = target = NOBODY if "unknown_account" in rules else target if target != ledger.bob.id else source
    serials = None
    if "serials_refused" in rules:
        serials = [SerialRange(900, 902)] if "serials_not_held" in rules else [SerialRange(1, 3)]
    elif "serials_not_held" in rules:
        serials = [SerialRange(900, 905)]
    order = Order(
        act_id=uuid4(),
        from_account_id=source,
        to_account_id=target,
        unit_class_id=NOBODY if "unknown_unit_class" in rules else ledger.units.id,
        quantity_t=0 if "quantity_not_positive" in rules else 1_000 if "insufficient_units" in rules else 5,
        day=DAY,
    )
    return order, serials


def test_the_document_and_the_errors_name_the_same_states() -> None:
    assert ORDER
    assert [errors.BY_SQLSTATE[state].ERROR_CODE for _, state in ORDER] == CODES


def test_post_says_the_order_of_the_document() -> None:
    said = re.findall(r"\w+Error", actions.post.__doc__ or "")
    assert said == [errors.BY_SQLSTATE[state].__name__ for _, state in ORDER]


@pytest.mark.parametrize("broken", list(broken_together()), ids=lambda broken: "+".join(code[7:] for code in broken))
def test_of_what_a_posting_breaks_the_first_in_the_document_comes_back(
    ledger: SmallLedger, broken: tuple[str, ...]
) -> None:
    ledger.issue(100, ledger.ann)
    closed = ledger.open("X-closed")
    actions.close_account(act_id=uuid4(), account=closed, day=DAY)
    order, serials = order_that_breaks(ledger, closed.id, broken)

    with pytest.raises(errors.LedgerError) as refused:
        actions.post(
            act_id=order.act_id,
            from_account=order.from_account_id,
            to_account=order.to_account_id,
            unit_class=order.unit_class_id,
            quantity_t=order.quantity_t,
            day=order.day,
            serials=serials,
        )
    assert refused.value.code == broken[0]
    if serials is None:
        assert actions.post_batch([order]).refusals[0].code == broken[0]


# --- the door --------------------------------------------------------------------------------------------------------


def test_the_door_asks_in_the_order_of_its_document() -> None:
    rows = re.findall(r"^\| \d+ \| ([^|]*) \|", BY_THE_DOOR, flags=re.MULTILINE)
    said = [code for row in rows for code in re.findall(r"`([\w.]+\.\w+)`", row)]
    assert tuple(said) == refusals.codes()


@pytest.mark.usefixtures("database")
def test_each_step_of_the_door_comes_before_the_next() -> None:
    world = World(begin=date(2014, 3, 31))
    number = world.holder("abc")
    stranger = Actor(role="participant", login="def-A", participant="def", letter="A")
    wrong = {"account": number, "unit": "JAA/99"}

    first = world.act("issue", ADMINISTRATOR, {"account": number, "unit": "JAA/2"})
    perform(first)
    # Another act under the same id, by somebody who may not, about nothing: the id comes first.
    assert perform(world.act("issue", stranger, wrong, id=first.id)).codes == ("act.differs",)
    # No permission, an unknown unit: permission comes first, and nothing else is told.
    assert perform(world.act("issue", stranger, wrong, proposal=uuid4())).codes == ("permission.denied",)
    # An unknown unit, an unknown proposal: what is missing comes first.
    assert perform(world.act("issue", ADMINISTRATOR, wrong, proposal=uuid4())).codes == ("unit.unknown",)
    # An unknown proposal, and rules that forbid it: the proposal comes first.
    early = world.act("issue", ADMINISTRATOR, {"account": number, "unit": "JAA/2"}, proposal=uuid4())
    assert perform(early).codes == ("act.proposal_unknown",)


@pytest.mark.usefixtures("database")
def test_the_rulebooks_findings_come_all_and_in_the_order_of_its_files() -> None:
    world = World()
    world.holder_with_units("abc", tokyo_saitama=True)
    world.go_to(date(2015, 12, 1))
    arguments = {"from": "AST-1001", "to": "AST-2", "unit": "JAA/2", "quantity_t": 9_001}
    codes = world.do("transfer", login("abc"), **arguments).codes

    in_the_files = list(library().get("asset").checks)
    assert len(codes) == 5
    assert list(codes) == sorted(codes, key=in_the_files.index)
