"""Forms become acts: once, whatever is sent twice; refused with reasons, whatever is written."""

from __future__ import annotations

import re
import threading
from datetime import date
from typing import Any
from uuid import uuid4

import pytest
from django.db import connections
from django.test import Client

from tanso.acts.models import ActRecord
from tanso.registry import queries
from tests.integration.web.conftest import SignIn
from tests.support.stories import Once
from tests.support.world import World

TRANSFER = "/schemes/asset/accounts/AST-1001/transfer/"
SURRENDER = "/schemes/asset/accounts/AST-1001/surrender/"


def _holder(world: World) -> None:
    world.holder_with_units("abc")
    world.trader("trd")


@pytest.fixture
def holder(world: World, once: Once, sign_in: SignIn) -> Client:
    """The browser of a holder with 9,000 t, of which 1,000 may leave, and a trading partner at AST-1002."""
    once(_holder, world)
    return sign_in("abc-A")


def form(**written: Any) -> dict[str, Any]:
    return {"act": str(uuid4()), "to": "AST-1002", "unit": "JAA/2", "quantity_t": "10", "step": "perform", **written}


def page(response: Any) -> str:
    return str(response.content.decode())


def test_a_sent_form_shows_the_decision_and_moves_nothing(holder: Client) -> None:
    response = holder.post(TRANSFER, form(step=""))

    assert response.status_code == 200
    assert "9,000\u00a0t" in page(response)
    assert "8,990\u00a0t" in page(response)
    assert queries.balance_t("AST-1002", "JAA/2") == 0
    assert not ActRecord.objects.filter(operation="transfer").exists()


def test_a_confirmed_form_moves_units_and_leads_to_its_record(holder: Client) -> None:
    written = form()

    response = holder.post(TRANSFER, written, follow=True)

    assert response.redirect_chain == [(f"/schemes/asset/records/{written['act']}/", 302)]
    assert "1–10" in page(response)
    assert queries.balance_t("AST-1002", "JAA/2") == 10


def test_a_form_sent_twice_meets_its_first_outcome(holder: Client) -> None:
    written = form()

    first, second = holder.post(TRANSFER, written), holder.post(TRANSFER, written)

    assert first["Location"] == second["Location"]
    assert queries.balance_t("AST-1002", "JAA/2") == 10


def test_a_form_sent_again_with_another_quantity_is_refused_by_the_name_of_the_field(holder: Client) -> None:
    written = form()
    holder.post(TRANSFER, written)

    response = holder.post(TRANSFER, {**written, "quantity_t": "11"}, follow=True)

    assert "act.differs" in page(response)
    assert "quantity_t" in page(response)
    assert queries.balance_t("AST-1002", "JAA/2") == 10


@pytest.mark.parametrize(
    ("quantity", "code"),
    [
        ("0", "quantity.not_positive"),
        ("-1", "quantity.not_positive"),
        ("1.5", "quantity.not_positive"),
        ("１．５", "quantity.not_positive"),
        ("9" * 40, "quantity.not_positive"),
        ("1001", "asset.transfer.commitment_reserve"),
        ("9001", "units.insufficient"),
    ],
)
def test_a_quantity_that_cannot_be_is_refused_with_code_clause_and_sentence(
    holder: Client, quantity: str, code: str
) -> None:
    shown = holder.post(TRANSFER, form(quantity_t=quantity, step=""))
    performed = holder.post(TRANSFER, form(quantity_t=quantity), follow=True)

    assert shown.status_code == 422
    for response in (shown, performed):
        assert f"<code>{code}</code>" in page(response)
        assert "根拠" in page(response)
    assert queries.balance_t("AST-1001", "JAA/2") == 9_000


@pytest.mark.parametrize("quantity", ["", "ten", "1 000 000 x", "١٢x"])
def test_a_quantity_that_is_no_number_is_an_error_beside_its_field(holder: Client, quantity: str) -> None:
    response = holder.post(TRANSFER, form(quantity_t=quantity, step=""))

    assert response.status_code == 422
    assert 'id="id_quantity_t_error"' in page(response)
    assert 'aria-invalid="true"' in page(response)
    assert 'href="#id_quantity_t"' in page(response)


def test_what_people_type_is_read_as_they_mean_it(holder: Client) -> None:
    holder.post(TRANSFER, form(to=" ＡＳＴ－１００２ ", quantity_t="１，０００"))

    assert queries.balance_t("AST-1002", "JAA/2") == 1_000


def test_an_unknown_account_is_named(holder: Client) -> None:
    response = holder.post(TRANSFER, form(to="AST-9999", step=""))

    assert "<code>account.unknown</code>" in page(response)


def test_a_unit_that_is_not_offered_is_an_error_of_the_form(holder: Client) -> None:
    response = holder.post(TRANSFER, form(unit="<script>", step=""))

    assert response.status_code == 422
    assert "<script>" not in page(response)


def test_a_form_without_an_act_id_does_nothing(holder: Client) -> None:
    written = form()
    del written["act"]

    assert holder.post(TRANSFER, written).status_code == 422
    assert queries.balance_t("AST-1002", "JAA/2") == 0


def test_two_windows_that_send_the_last_tonnes_at_once_move_them_once(holder: Client, world: World) -> None:
    results: list[str] = []

    def send(written: dict[str, Any]) -> None:
        try:
            response = holder.post(TRANSFER, written, follow=True)
            results.append("done" if "notice--success" in page(response) else "refused")
        finally:
            connections.close_all()

    threads = [threading.Thread(target=send, args=(form(quantity_t="1000"),)) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(results) == ["done", "refused"]
    assert queries.balance_t("AST-1002", "JAA/2") == 1_000


def test_who_proposed_an_issue_cannot_approve_it(world: World, sign_in: SignIn) -> None:
    world.holder("abc")
    world.approve_emissions("abc", "base", 10_000)
    world.go_to(date(2014, 4, 1))
    first, second = sign_in("admin-1"), sign_in("admin-2")
    address = "/schemes/asset/accounts/AST-1001/issue/JAA-2/"
    written = form()
    first.post(address, written)
    proposal = f"/schemes/asset/proposals/{written['act']}/"

    own = first.get(proposal)
    refused = first.post(proposal, form(), follow=True)
    approved = second.post(proposal, form(), follow=True)

    assert "act.same_person" in page(own)
    assert "act.same_person" in page(refused)
    assert "notice--success" in page(approved)
    assert queries.balance_t("AST-1001", "JAA/2") == 9_000
    assert second.get(proposal).status_code == 404


def test_today_moves_forward_and_never_back(world: World, sign_in: SignIn) -> None:
    world.holder_with_units("abc")
    client = sign_in("admin-1")
    address, overview = "/schemes/asset/calendar/", "/schemes/asset/participants/"
    not_met = '<span class="tag tag--bad">目標不遵守</span>'
    assert not_met not in page(client.get(overview))

    assert client.post(address, {"day": "2014-04-01", "step": "perform"}).status_code == 422
    assert client.post(address, {"day": "2013-01-01", "step": "perform"}).status_code == 422
    assert "2015年12月1日" in page(client.post(address, {"day": "2015-12-02"}))
    assert client.post(address, {"day": "2015-12-02", "step": "perform"}).status_code == 302
    assert not_met in page(client.get(overview))


def test_the_look_up_tells_a_name_and_nothing_else(holder: Client) -> None:
    found = page(holder.get("/schemes/asset/account-names/?to=ＡＳＴ-1002"))
    missing = page(holder.get("/schemes/asset/account-names/?to=AST-7"))

    assert re.sub(r"<[^>]*>", "", found).split() == ["AST-1002", "TRD", "(取引口座)"]
    assert "AST-7" in missing
    assert page(holder.get("/schemes/asset/account-names/")).strip() == ""
