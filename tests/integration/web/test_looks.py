"""The trail of looks on the page: all of it for the administrator, days and roles alone for whose data it was."""

from __future__ import annotations

import pytest

from tanso.interfaces.web.models import Look
from tanso.interfaces.web.views import looks as views
from tests.integration.web.conftest import SignIn
from tests.support.world import World

LOOKS = "/schemes/asset/records/looks/"


def page(client: object, address: str = LOOKS) -> str:
    response = client.get(address)  # type: ignore[attr-defined]
    assert response.status_code == 200
    return str(response.content.decode())


def test_a_participant_reads_when_and_in_which_role_and_not_who(world: World, sign_in: SignIn) -> None:
    world.holder("abc")
    world.holder("def")
    assert "他の者による閲覧はまだありません" in page(sign_in("abc-A"))

    sign_in("admin-1").get("/schemes/asset/reports/abc/base/")

    for who in ("abc-A", "abc-B"):
        shown = page(sign_in(who))
        assert "2014" in shown
        assert "事務局" in shown
        assert "admin-1" not in shown
        assert "127.0.0.1" not in shown
    assert "他の者による閲覧はまだありません" in page(sign_in("def-A"))


def test_the_administrator_filters_by_participant_login_and_refusal(world: World, sign_in: SignIn) -> None:
    world.holder("abc")
    world.holder("def")
    sign_in("admin-1").get("/schemes/asset/reports/abc/base/")
    sign_in("abc-A").get("/schemes/asset/reports/def/base/")

    admin = sign_in("admin-2")
    assert "/reports/abc/base/" in page(admin, f"{LOOKS}?participant=abc")
    assert "/reports/def/base/" not in page(admin, f"{LOOKS}?participant=abc")
    assert "/reports/def/base/" in page(admin, f"{LOOKS}?refused=yes")
    assert "/reports/abc/base/" not in page(admin, f"{LOOKS}?refused=yes")
    assert "/reports/abc/base/" not in page(admin, f"{LOOKS}?login=abc-A")


def test_the_file_has_what_the_page_has_and_no_formula(world: World, sign_in: SignIn) -> None:
    world.holder("abc")
    sign_in("admin-1").get("/schemes/asset/reports/abc/base/")

    response = sign_in("admin-1").get(f"{LOOKS}file/?participant=abc")

    text = b"".join(response.streaming_content).decode()
    assert "/schemes/asset/reports/abc/base/" in text
    assert "attachment" in response["Content-Disposition"]


def test_the_administrator_reads_what_changed_and_no_secret(world: World, sign_in: SignIn) -> None:
    world.holder("abc")
    address = "/schemes/asset/records/changes/"

    shown = page(sign_in("admin-1"), f"{address}?relation=parties_participant")

    assert "reduction_target_t" in shown
    assert "1000" in shown
    logins = page(sign_in("admin-1"), f"{address}?relation=parties_login")
    assert "***" in logins
    assert "pbkdf2" not in logins
    assert "<tbody" not in page(sign_in("admin-1"), f"{address}?row=nothing")
    assert sign_in("abc-A").get(address).status_code == 403


def test_whoever_could_read_the_looks_at_others_would_be_noticed(
    world: World, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.holder("abc")
    world.holder("def")
    sign_in("admin-1").get("/schemes/asset/reports/abc/base/")
    monkeypatch.setattr(views, "visible_looks", lambda desk: Look.objects.order_by("-id"))

    assert "他の者による閲覧はまだありません" not in page(sign_in("def-A"))
