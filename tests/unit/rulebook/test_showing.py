"""Everything that a scheme says is there to be looked up: with its source, its dates and both languages."""

from __future__ import annotations

import json
from datetime import date

import pytest

from tanso.rulebook import Rulebook, library
from tanso.rulebook.entry import KINDS
from tanso.rulebook.overrides import Override
from tanso.rulebook.showing import entries, find, on_day
from tanso.rulebook.validation import sourced


@pytest.mark.parametrize("scheme", library().schemes())
def test_every_entry_has_a_source_and_both_languages(scheme: str):
    for entry in entries(library().get(scheme)):
        assert entry.kind in KINDS
        assert entry.title.ja, entry
        assert entry.title.en, entry
        for source in entry.sources:
            assert source.title.en, entry
            assert source.clause, entry
        json.dumps(entry.as_json())


@pytest.mark.parametrize("scheme", library().schemes())
def test_no_two_entries_have_one_anchor(scheme: str):
    anchors = [entry.anchor for entry in entries(library().get(scheme))]
    assert len(anchors) == len(set(anchors))


def test_nothing_of_the_scheme_is_left_out(asset: Rulebook):
    found = {(entry.kind, entry.code) for entry in entries(asset)}
    for kind, codes in {
        "check": asset.checks,
        "derived": asset.derived_rules,
        "parameter": asset.parameters,
        "window": asset.windows,
        "due": asset.due,
        "unit": asset.units,
        "account": asset.account_kinds,
        "participant": asset.participant_kinds,
        "opinion": asset.opinions,
        "attribute": asset.attributes,
    }.items():
        assert {(kind, code) for code in codes} <= found
    assert {("phase", str(number)) for number in asset.phases} <= found


@pytest.mark.parametrize("scheme", library().schemes())
def test_every_clause_that_a_file_refers_to_is_shown(scheme: str):
    book = library().get(scheme)
    shown = {(source.document, source.clause) for entry in entries(book) for source in entry.sources}
    # A table of factors shows the title of its document; the prescribed form has a page of its own.
    referred = {
        (reference.document, reference.clause)
        for section, _, reference in sourced(book._sources)
        if section not in ("factors", "form")
    }
    assert referred <= shown, sorted(referred - shown)


def test_a_check_is_told_with_its_clause_its_conditions_and_its_sentences(asset: Rulebook):
    (entry,) = find(asset, "asset.surrender.deadline")
    assert (entry.source.document, entry.source.clause) == ("S0", "2.2(7)・図1")
    assert [operation.en for operation in entry.operations] == ["Surrender"]
    assert [condition.role.en for condition in entry.conditions] == ["Asked when", "Allowed if"]
    assert entry.conditions[1].written.startswith("day < closes('surrender_period', account.holder.phase)")
    assert "last day of “Surrender period”" in entry.conditions[1].lines[0].en
    assert entry.message is not None
    assert "{last_day}" in entry.message.en


def test_a_window_and_its_parameter_of_one_name_are_both_found(asset: Rulebook):
    assert [entry.kind for entry in find(asset, "transfer_period")] == ["parameter", "window"]


def test_a_window_has_its_days_in_each_phase_the_last_one_inside(asset: Rulebook):
    (entry,) = [entry for entry in find(asset, "surrender_period") if entry.kind == "window"]
    first = entry.days[0]
    assert (first.label.en, first.first_day, first.last_day) == ("Phase 1", date(2013, 4, 1), date(2014, 11, 30))


def test_a_parameter_has_its_values_with_their_days():
    (entry,) = [entry for entry in entries(library().get("eu-ets")) if entry.code == "surrender_deadline"]
    assert [(value.first_day, value.last_day, value.shown.en) for value in entry.values] == [
        (None, date(2023, 12, 31), "30 April"),
        (date(2024, 1, 1), None, "30 September"),
    ]
    (on_the_day,) = on_day([entry], date(2024, 1, 1))
    assert [value.value for value in on_the_day.values] == ["09-30"]


def test_an_override_is_told_beside_the_value_that_it_sets(asset: Rulebook):
    override = Override("jcer_last_phase", 3, date(2015, 4, 1), None, "Guidance of the ministry", date(2015, 3, 1))
    (entry,) = find(asset.with_overrides([override]), "jcer_last_phase")
    told = [(value.value, value.override.en if value.override else "") for value in entry.values]
    assert told[0] == (2, "")
    assert told[1][0] == 3
    assert "Guidance of the ministry" in told[1][1]


def test_why_something_was_assumed_is_told(asset: Rulebook):
    (entry,) = find(asset, "jver_first_day")
    assert [text.en for text in entry.assumptions] == [
        "Figure 1 gives no first day; we take the first day of phase 3's target year."
    ]
