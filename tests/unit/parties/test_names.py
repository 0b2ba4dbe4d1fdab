"""Two spellings of one name are one name; two names are two."""

from __future__ import annotations

import pytest

from tanso.parties.names import name_key, organisation_key


@pytest.mark.parametrize(
    "spelling",
    ["株式会社アセット不動産", "㈱アセット不動産", "(株)アセット不動産", "（株）　アセット 不動産", "㍿ｱｾｯﾄ不動産"],
)
def test_a_corporation_is_known_in_any_spelling(spelling: str) -> None:
    assert organisation_key(spelling) == "株式会社アセット不動産"


@pytest.mark.parametrize("other", ["アセット不動産株式会社", "有限会社アセット不動産", "アセット不動産", "㈱アセット"])
def test_another_corporation_stays_another(other: str) -> None:
    assert organisation_key(other) != organisation_key("株式会社アセット不動産")


def test_latin_letters_are_one_in_any_case_and_width() -> None:
    assert name_key(" ＡＢＣ Tower ") == name_key("abctower")


def test_a_name_of_spaces_alone_is_none() -> None:
    assert name_key(" 　\t") == ""
