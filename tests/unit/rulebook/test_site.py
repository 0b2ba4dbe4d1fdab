"""What a scheme says on its public pages: offices, subjects, kinds of documents."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tanso.rulebook import Rulebook, RulebookError, load
from tanso.rulebook.library import library, shipped_schemes


def test_each_subject_has_its_office(asset: Rulebook):
    assert asset.site is not None
    offices = {name: subject.contact.mail for name, subject in asset.site.subjects.items()}
    assert offices["emissions"] == offices["allowances"] == offices["system"] == "asset-sec@mri.co.jp"
    assert offices["other"] == "ASSET@env.go.jp"


def test_pages_that_no_subject_speaks_of_belong_to_the_rest(asset: Rulebook):
    assert asset.site is not None
    assert asset.site.subject_of("emissions").id == "emissions"
    assert asset.site.subject_of("weather").id == "other"


def test_a_scheme_need_not_have_a_public_side():
    assert library().get("jvets").site is None


@pytest.mark.parametrize(
    ("right", "wrong", "said"),
    [
        ("contact: ministry", "contact: minstry", "Did you mean `ministry`"),
        ("mail: asset-sec@mri.co.jp", "mail: nobody", "match pattern"),
        ("document: S1", "document: S9", "no document `S9`"),
        ("other: {contact", "rest: {contact", "subjects.rest"),
    ],
)
def test_a_mistake_is_named(tmp_path: Path, right: str, wrong: str, said: str):
    folder = Path(shutil.copytree(shipped_schemes(), tmp_path / "schemes")) / "asset"
    file = folder / "site.yaml"
    written = file.read_text(encoding="utf-8")
    assert right in written
    file.write_text(written.replace(right, wrong), encoding="utf-8")

    with pytest.raises(RulebookError) as raised:
        load(folder, search=[folder.parent])

    assert said in str([problem.message.en for problem in raised.value.problems])
