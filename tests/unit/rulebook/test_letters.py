"""What may be wrong with letters.yaml is said with its place; and what a letter states is there when it is made."""

from __future__ import annotations

import importlib
import pkgutil
import shutil
from dataclasses import fields
from pathlib import Path

import pytest

import tanso
from tanso.acts.events import Event
from tanso.rulebook import RulebookError, library
from tanso.rulebook.letters import STANDING
from tanso.rulebook.library import shipped_schemes
from tanso.rulebook.loading import load
from tanso.rulebook.texts import placeholders


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the shipped schemes, to be broken."""
    shutil.copytree(shipped_schemes(), tmp_path / "schemes")
    return tmp_path / "schemes" / "asset"


@pytest.mark.parametrize(
    ("right", "wrong", "key", "said"),
    [
        ("format: ASSET-{year}-{number}", "format: ASSET-{number}", "numbering.format", "{year}"),
        ("format: ASSET-{year}-{number}", "format: 'ASSET-{year'", "numbering.format", "{year}"),
        ("figures: [fiscal_year, emissions_t]", "figures: [fiscal_year, emission_t]", "base_result", "emissions_t"),
        ("public: [addressee, phase, stated_on]", "public: [addressee, base_y]", "compliance_certificate", "figures"),
        ("    series: report\n    about: [year]", "    about: [year]", "base_result", "series"),
        ("audience: emissions", "audience: everybody", "audience", "allowances"),
        ('reference: {document: S1, clause: "7"}', 'reference: {document: S9, clause: "7"}', "base_result", "S9"),
    ],
)
def test_a_mistake_is_said_with_its_place(folder: Path, right: str, wrong: str, key: str, said: str) -> None:
    file = folder / "letters.yaml"
    written = file.read_text(encoding="utf-8")
    assert right in written
    file.write_text(written.replace(right, wrong, 1), encoding="utf-8")

    with pytest.raises(RulebookError) as caught:
        load(folder)

    (problem,) = [one for one in caught.value.problems if "letters.yaml" in one.file]
    assert key in problem.key
    assert problem.line > 0
    assert said in problem.message.en


def test_a_text_that_is_missing_or_names_a_fact_that_there_is_not_is_said(folder: Path) -> None:
    file = folder / "text.en.yaml"
    written = file.read_text(encoding="utf-8")
    broken = written.replace("on {day} the following account", "on {dya} the following account").replace(
        "the following account was closed on {day}.", "the following account was closed on {dya}."
    )
    assert broken != written
    file.write_text(broken, encoding="utf-8")

    with pytest.raises(RulebookError) as caught:
        load(folder)

    assert any("closing_statement" in problem.key for problem in caught.value.problems)


def events() -> dict[str, set[str]]:
    """The facts of every event that the engine knows."""
    for module in pkgutil.walk_packages(tanso.__path__, "tanso."):
        if module.name.endswith(".events"):
            importlib.import_module(module.name)
    found, waiting = {}, [Event]
    while waiting:
        kind = waiting.pop()
        waiting += kind.__subclasses__()
        if hasattr(kind, "name"):
            found[kind.name] = {field.name for field in fields(kind)}
    return found


@pytest.mark.parametrize("scheme", library().schemes())
def test_every_letter_is_made_of_an_event_that_has_what_it_states(scheme: str) -> None:
    known = events()

    for rule in library().get(scheme).letters.kinds.values():
        assert rule.event in known, f"{rule.kind}: no event {rule.event}"
        facts = known[rule.event]
        stated = {*rule.figures, *placeholders(rule.body.ja), *placeholders(rule.body.en)}
        assert stated <= facts | STANDING, (
            f"{rule.kind}: {rule.event} does not tell {sorted(stated - facts - STANDING)}"
        )
        assert {*rule.only, *rule.about} <= facts, f"{rule.kind}: {rule.event} has no such facts"
        assert "participant" in facts
