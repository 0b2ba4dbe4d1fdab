"""Tests hash passwords quickly (tests/support/hashing.py); an installation does not."""

from __future__ import annotations

from django.conf import global_settings, settings
from django.contrib.auth.hashers import PBKDF2PasswordHasher
from django.utils.module_loading import import_string

from tanso.project import settings as of_an_installation


def test_an_installation_spends_a_million_rounds_on_a_password() -> None:
    names = getattr(of_an_installation, "PASSWORD_HASHERS", global_settings.PASSWORD_HASHERS)
    first = import_string(names[0])()

    assert isinstance(first, PBKDF2PasswordHasher)
    assert first.iterations >= 1_000_000


def test_only_the_tests_are_quick_about_it() -> None:
    assert settings.PASSWORD_HASHERS == ["tests.support.hashing.QuickHasher"]
