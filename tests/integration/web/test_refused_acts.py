"""Whoever was refused finds it again, with the reasons and what to do next; so does the administrator."""

from __future__ import annotations

import pytest
from django.utils.html import escape

from tanso.acts.models import ActRecord
from tanso.interfaces.web import describe
from tests.integration.web.conftest import SignIn
from tests.support.world import World, login

REFUSED = "/schemes/asset/records/?status=refused"


@pytest.fixture
def record(world: World) -> ActRecord:
    number = world.holder_with_units("abc")
    world.trader("trd")
    outcome = world.do("transfer", login("abc"), from_=number, to="AST-1002", unit="JAA/2", quantity_t=9_000)
    assert outcome.codes == ("asset.transfer.commitment_reserve",)
    return ActRecord.objects.get(id=outcome.act_id)


@pytest.mark.parametrize("who", ["abc-A", "admin-1"])
def test_a_refused_act_is_listed_to_its_actor_and_to_the_administrator(
    record: ActRecord, sign_in: SignIn, who: str
) -> None:
    client = sign_in(who, language="en")
    home = client.get("/schemes/asset/").content.decode()
    listed = client.get(REFUSED).content.decode()
    page = client.get(f"/schemes/asset/records/{record.id}/").content.decode()

    assert f'href="{REFUSED}"' in home
    assert str(record.id) in listed
    assert "asset.transfer.commitment_reserve" in listed
    assert escape(describe.findings(record)[0].title.en) in listed
    assert escape(describe.findings(record)[0].next_step.en) in page
    assert "What to do next" in page


def test_nobody_else_sees_it(record: ActRecord, sign_in: SignIn) -> None:
    for who in ("abc-B", "trd-A"):
        client = sign_in(who)
        assert str(record.id) not in client.get(REFUSED).content.decode()
        assert client.get(f"/schemes/asset/records/{record.id}/").status_code == 404
