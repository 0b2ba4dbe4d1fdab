"""Passwords of tests: hashed as people's are, in a thousandth of the rounds, because tests set and write hundreds.

tests/unit/parties/test_hashing.py makes sure that an installation spends all of them.
"""

from __future__ import annotations

from django.contrib.auth.hashers import PBKDF2PasswordHasher


class QuickHasher(PBKDF2PasswordHasher):
    """What a guess costs is not what these tests are about."""

    iterations = 1_000
