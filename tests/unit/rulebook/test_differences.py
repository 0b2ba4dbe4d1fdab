"""What differs between two days of a scheme, and between two versions of its files."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

from tanso.rulebook import Rulebook, library, load
from tanso.rulebook.differences import between_days, between_versions
from tanso.rulebook.library import shipped_schemes


def test_a_parameter_with_another_value_is_found_with_both_clauses():
    found = between_days(library().get("eu-ets"), date(2023, 12, 31), date(2024, 1, 1))
    (difference,) = [item for item in found.found if item.code == "surrender_deadline"]
    assert difference.before is not None
    assert difference.after is not None
    assert (difference.before.shown.en, difference.after.shown.en) == ("30 April", "30 September")
    assert difference.after.source is not None
    assert "2023/959" in difference.after.source.clause


def test_a_value_that_stays_is_no_difference():
    found = between_days(library().get("eu-ets"), date(2022, 1, 1), date(2023, 12, 31))
    assert not [item for item in found.found if item.kind == "parameter"]


def test_a_window_that_is_open_on_one_day_alone_is_found(asset: Rulebook):
    found = between_days(asset, date(2014, 11, 30), date(2014, 12, 1))
    told = {
        (item.code, item.part.en if item.part else ""): (item.before is not None, item.after is not None)
        for item in found.found
    }
    assert told["surrender_period", "Phase 1"] == (True, False)
    assert told["banking_window", "Phase 1"] == (False, True)
    assert ("surrender_period", "Phase 2") not in told


def test_rules_that_read_what_differs_are_named(asset: Rulebook):
    found = between_days(asset, date(2014, 11, 30), date(2014, 12, 1))
    touched = {rule.code: rule.reads for rule in found.touched}
    assert "surrender_period" in touched["asset.surrender.deadline"]
    assert "asset.cancel.offset_unit" not in touched


def test_factors_of_another_table_are_found(asset: Rulebook):
    found = between_days(asset, date(2024, 3, 31), date(2024, 4, 1))
    factors = {item.code: item for item in found.found if item.kind == "factors"}
    assert factors
    assert any(item.before is None or item.after is None for item in factors.values())


def test_the_same_day_differs_in_nothing(asset: Rulebook):
    assert between_days(asset, date(2014, 11, 30), date(2014, 11, 30)).found == ()


def test_two_versions_differ_in_what_was_changed_added_and_taken_away(asset: Rulebook, tmp_path: Path):
    shutil.copytree(shipped_schemes(), tmp_path, dirs_exist_ok=True)
    parameters = tmp_path / "asset" / "parameters.yaml"
    parameters.write_text(parameters.read_text().replace("- value: 2\n", "- value: 3\n", 1))
    checks = tmp_path / "asset" / "checks.yaml"
    changed = checks.read_text().replace("require: account.holder.has_base", "require: '!account.holder.has_base'", 1)
    checks.write_text(changed)
    found = between_versions(asset, load(tmp_path / "asset"))
    told = {(item.code, item.part.en if item.part else "") for item in found.found}
    assert told == {("jcer_last_phase", "values"), ("asset.issue.base_year_not_approved", "conditions")}
    assert between_versions(asset, asset).found == ()


def test_versions_of_two_schemes_tell_what_only_one_has(asset: Rulebook):
    found = between_versions(asset, library().get("eu-ets")).found
    (gone,) = [item for item in found if item.code == "asset.cancel.offset_unit"]
    assert gone.before is not None
    assert gone.after is None
