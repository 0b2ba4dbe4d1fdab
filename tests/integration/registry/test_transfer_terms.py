"""Kind and price of transfers: one by one as in a batch, and what records beforehand and afterwards do to them."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.db import connection, transaction
from django.db.utils import Error, IntegrityError

from tanso.acts import Act, perform, preview
from tanso.database.urls import Server
from tanso.kernel.outcomes import Outcome
from tanso.ledger.models import Journal
from tanso.registry.models import TransferKind, TransferPermit, TransferTerms
from tanso.registry.terms import terms_of
from tests.support.batches import both_ways
from tests.support.world import ADMINISTRATOR, SECOND_ADMINISTRATOR, World, login


@pytest.fixture
def world(database: Server) -> World:
    """tky, of the Tokyo scheme, with 9,000 t in AST-1001; abc with 9,000 t in AST-1002; a trader with AST-1003."""
    world = World()
    world.holder_with_units("tky", tokyo_saitama=True)
    world.holder_with_units("abc")
    world.trader("trd")
    return world


def permit(world: World, quantity_t: int = 100, kind: str = "group", **more: Any) -> Outcome:
    given = {"from": "AST-1001", "to": "AST-1002", "unit": "JAA/2", "last_day": "2014-06-30", "reason": "One company"}
    return world.do("permit_transfer_kind", ADMINISTRATOR, quantity_t=quantity_t, kind=kind, **given, **more)


def a_transfer(world: World, quantity_t: int, *, source: str = "tky", **more: Any) -> Act:
    numbers = {"tky": "AST-1001", "abc": "AST-1002", "trd": "AST-1003"}
    given = {"from": numbers[source], "to": numbers["abc" if source == "tky" else "trd"], "unit": "JAA/2"}
    return world.act("transfer", login(source), {**given, "quantity_t": quantity_t, **more})


def test_in_a_batch_a_record_is_used_up_as_one_by_one(world: World, database: Server) -> None:
    assert permit(world, 100).ok
    acts = [
        a_transfer(world, 60),
        a_transfer(world, 50),
        a_transfer(world, 40, kind="group"),
        a_transfer(world, 1),
        a_transfer(world, 10, source="abc", price_yen=12_000),
        a_transfer(world, 10, source="abc", price_yen=12_000, kind="sale"),
        a_transfer(world, 10, source="abc", price_yen="1.5"),
        a_transfer(world, 10, source="abc"),
    ]

    (one_by_one, tables), (in_a_batch, tables_of_batch) = both_ways(database, acts)

    assert [outcome.status for outcome in one_by_one] == [
        "done",
        "refused",
        "done",
        "refused",
        "done",
        "done",
        "refused",
        "done",
    ]
    assert [(outcome.status, outcome.codes) for outcome in in_a_batch] == [
        (outcome.status, outcome.codes) for outcome in one_by_one
    ]
    assert tables_of_batch["registry_transferterms"] == tables["registry_transferterms"]
    assert tables_of_batch["acts_outboxmessage"] == tables["acts_outboxmessage"]
    assert tables_of_batch["acts_decisionrecord"] == tables["acts_decisionrecord"]
    assert len(tables["registry_transferterms"]) == 4, "the last says nothing that has to be kept"


def test_a_plain_transfer_keeps_nothing_and_counts_as_a_sale(world: World) -> None:
    assert world.do("transfer", login("abc"), **dict(a_transfer(world, 10, source="abc").arguments)).ok

    assert not TransferTerms.objects.exists()
    (posting,) = Journal.objects.order_by("-id").values_list("id", flat=True)[:1]
    assert terms_of([posting], "sale")[posting].kind == "sale"


def test_the_page_foresees_what_the_record_allows(world: World) -> None:
    assert preview(a_transfer(world, 10)).codes == ("asset.transfer.tokyo_saitama_sale",)
    assert permit(world).ok
    assert preview(a_transfer(world, 10)).ok
    assert preview(a_transfer(world, 101)).codes == ("asset.transfer.tokyo_saitama_sale",)


def test_the_kind_that_was_recorded_beforehand_is_kept_with_its_record(world: World) -> None:
    assert permit(world).ok
    assert world.do("transfer", login("tky"), **dict(a_transfer(world, 10).arguments)).ok

    terms = TransferTerms.objects.get()
    assert (terms.kind, terms.price_yen, terms.permit_id) == ("group", None, TransferPermit.objects.get().id)


@pytest.mark.parametrize("quantity_t", ["many", ""])
def test_a_record_of_what_is_no_quantity_is_a_mistake_of_the_page(world: World, quantity_t: str) -> None:
    with pytest.raises(ValueError, match="not a number"):
        permit(world, quantity_t)  # type: ignore[arg-type]


def test_the_latest_record_of_a_posting_counts(world: World) -> None:
    assert world.do("transfer", login("abc"), **dict(a_transfer(world, 10, source="abc", price_yen=5000).arguments)).ok
    posting = Journal.objects.order_by("-id").values_list("id", flat=True)[0]

    for kind in ("group", "correction"):
        assert world.do("record_transfer_kind", ADMINISTRATOR, posting=posting, kind=kind, reason="A note").ok

    assert terms_of([posting], "sale")[posting] == ("correction", 5000, None)
    assert TransferKind.objects.count() == 2


def test_a_posting_of_another_scheme_is_not_known(world: World) -> None:
    outcome = world.do("record_transfer_kind", ADMINISTRATOR, posting=10**6, kind="group", reason="A note")

    assert outcome.codes == ("posting.unknown",)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE registry_transferterms SET price_yen = 1",
        "DELETE FROM registry_transferpermit",
        "UPDATE registry_transferkind SET kind = 'sale'",
        "TRUNCATE registry_transferterms",
    ],
)
def test_what_was_said_of_transfers_is_history(world: World, statement: str) -> None:
    with pytest.raises(Error), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def test_the_database_takes_no_negative_price_and_one_row_a_posting(world: World) -> None:
    row = {"journal_id": 1, "kind": "sale", "act_id": "00000000-0000-0000-0000-000000000001"}
    with pytest.raises(IntegrityError), transaction.atomic():
        TransferTerms.objects.create(**row, price_yen=-1)
    TransferTerms.objects.create(**row, price_yen=0)
    with pytest.raises(IntegrityError), transaction.atomic():
        TransferTerms.objects.create(**row, price_yen=1)


def test_a_record_that_was_used_up_is_free_again_after_a_reversal(world: World) -> None:
    assert permit(world, 10).ok
    first = world.do("transfer", login("tky"), **dict(a_transfer(world, 10).arguments))
    assert first.ok
    assert not preview(a_transfer(world, 10)).ok
    posting = Journal.objects.order_by("-id").values_list("id", flat=True)[0]
    proposed = world.do("reverse", ADMINISTRATOR, posting=posting, reason="A slip")
    arguments = {"posting": posting, "reason": "A slip"}
    assert perform(world.act("reverse", SECOND_ADMINISTRATOR, arguments, proposal=proposed.act_id)).ok

    world.go_to(date(2014, 6, 30))
    assert preview(a_transfer(world, 10)).ok
    world.go_to(date(2014, 7, 1))
    assert not preview(a_transfer(world, 10)).ok
