"""The skeleton of a new scheme is a whole scheme: it loads, and everything in it has a source and both languages."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from tanso.kernel.errors import TansoError
from tanso.rulebook import load
from tanso.rulebook.library import shipped_schemes
from tanso.rulebook.new_scheme import write_skeleton

DAY = date(2026, 4, 1)


@pytest.mark.parametrize("name", ["my-scheme", "x1", "gx-ets-2"])
def test_a_new_scheme_loads_at_once(tmp_path: Path, name: str):
    written = write_skeleton(name, into=tmp_path, day=DAY)
    book = load(tmp_path / name, search=[shipped_schemes()])
    assert book.scheme == name
    assert book.checks
    assert written[-1].name == "first-year.yaml"
    assert all("@" not in path.read_text(encoding="utf-8") for path in written)


@pytest.mark.parametrize("name", ["", "My", "1x", "a_b", "a/b", "../x", "a-", "制度"])
def test_a_name_that_is_none_is_refused_in_both_languages(tmp_path: Path, name: str):
    with pytest.raises(TansoError) as caught:
        write_skeleton(name, into=tmp_path, day=DAY)
    assert caught.value.code == "rules.name"
    assert caught.value.message.ja
    assert list(tmp_path.iterdir()) == []


def test_what_is_there_is_never_overwritten(tmp_path: Path):
    write_skeleton("mine", into=tmp_path, day=DAY)
    with pytest.raises(TansoError) as caught:
        write_skeleton("mine", into=tmp_path, day=DAY)
    assert caught.value.code == "rules.exists"


@pytest.mark.parametrize("name", ["common", "asset"])
def test_no_new_scheme_takes_the_name_of_a_folder_that_comes_with_tanso(tmp_path: Path, name: str):
    with pytest.raises(TansoError) as caught:
        write_skeleton(name, into=tmp_path, day=DAY)
    assert caught.value.code == "rules.exists"
    assert list(tmp_path.iterdir()) == []
