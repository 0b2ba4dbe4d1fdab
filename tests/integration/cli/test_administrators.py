"""Administrators are added on the command line, with a password that serves once."""

from __future__ import annotations

from tanso.interfaces.cli.administrators import let_in
from tanso.parties.models import Login


def test_an_administrator_gets_a_password_that_must_be_changed(database: object) -> None:
    password = let_in("ministry-1", person="環境花子", mail="hanako@example.org")

    login = Login.objects.get(login="ministry-1")
    assert (login.role, login.person, login.must_change_password) == ("administrator", "環境花子", True)
    assert login.check_password(password)


def test_the_same_administrator_again_has_another_password(database: object) -> None:
    first = let_in("ministry-1")
    second = let_in("ministry-1")

    assert first != second
    assert not Login.objects.get().check_password(first)
