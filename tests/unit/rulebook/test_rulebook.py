"""What holds of any rulebook: values by day, versions, overrides, explanations, and the safety of its conditions."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from tanso.kernel.canonical import sha256
from tanso.rulebook import Library, Rulebook, RulebookError, load
from tanso.rulebook.conditions import divided, times
from tanso.rulebook.library import shipped_schemes
from tests.support.facts import account, quantity, unit

DAY = date(2015, 6, 1)


def changed(tmp_path: Path, file: str, old: str, new: str) -> Rulebook:
    shutil.copytree(shipped_schemes(), tmp_path, dirs_exist_ok=True)
    path = tmp_path / "asset" / file
    assert old in path.read_text()
    path.write_text(path.read_text().replace(old, new, 1))
    return load(tmp_path / "asset")


def test_a_parameter_has_the_value_of_the_day(tmp_path: Path):
    until = "- value: 1\n      to: 2015-03-31\n      reference: {document: S0, clause: x}\n"
    two = until + "    - from: 2015-04-01\n      value: 2\n"
    book = changed(tmp_path, "parameters.yaml", "- value: 2\n", two)
    assert book.value("jcer_last_phase", date(2015, 3, 31)) == 1
    assert book.value("jcer_last_phase", date(2015, 4, 1)) == 2


def test_a_day_without_a_value_is_an_error_and_not_a_guess(tmp_path: Path):
    book = changed(tmp_path, "parameters.yaml", "- value: 2\n", "- value: 2\n      from: 2014-04-01\n")
    with pytest.raises(RulebookError, match="2014-03-31"):
        book.value("jcer_last_phase", date(2014, 3, 31))


def test_the_version_is_that_of_the_document_and_changes_with_a_setting(asset: Rulebook):
    assert asset.version == sha256(asset.document()) == load(shipped_schemes() / "asset").version
    other = asset.with_settings({"bank_window": ["12-10", "01-20"]})
    assert other.version != asset.version
    assert other.document()["changes"]["settings"] == {"bank_window": ["12-10", "01-20"]}
    assert asset.with_settings({}) is asset


@pytest.mark.parametrize(
    ("setting", "words"),
    [
        ({"bank_windo": ["12-01", "12-28"]}, "Did you mean `bank_window`"),
        ({"bank_window": "12-01"}, "first and the last day"),
        ({"bank_window": ["12-01", "13-28"]}, "first and the last day"),
        ({"jcer_last_phase": True}, "whole number"),
        ({"jcer_last_phase": 2**80}, "whole number"),
        ({"jver_first_day": "tomorrow"}, "day"),
        ({"reserve_stops_cancel": "no"}, "true or false"),
        ({"surrender_deadline": "02-29"}, "day of the year"),
    ],
)
def test_a_wrong_setting_is_refused_with_its_name(asset: Rulebook, setting: dict[str, Any], words: str):
    with pytest.raises(RulebookError) as caught:
        asset.with_settings(setting)
    (problem,) = caught.value.problems
    assert problem.key == next(iter(setting))
    assert words in problem.message.en


def test_a_day_may_be_set_as_a_day_or_as_text(asset: Rulebook):
    books = [asset.with_settings({"jver_first_day": given}) for given in (date(2016, 4, 1), "2016-04-01")]
    assert {book.value("jver_first_day", DAY) for book in books} == {date(2016, 4, 1)}
    assert len({book.version for book in books}) == 1


def test_a_moved_deadline_moves_what_follows_it(asset: Rulebook):
    book = asset.with_settings({"surrender_deadline": "01-31", "bank_window": ["02-01", "02-28"]})
    assert book.calendar.period("surrender_period", 2).last_day == date(2016, 1, 31)
    assert book.calendar.period("banking_window", 2).start == date(2016, 2, 1)


def test_findings_come_in_the_order_of_the_files(asset: Rulebook):
    facts = account("account", "trading") | unit("JAA", 3, 5) | quantity(0) | {"day": DAY, "account.is_open": False}
    order = list(asset.checks)
    codes = list(asset.decide("surrender", facts).codes)
    assert codes == ["account.closed", "quantity.not_positive", "asset.surrender.no_obligation"]
    assert codes == sorted(codes, key=order.index)


def test_a_fact_that_nobody_knows_is_an_error(asset: Rulebook):
    with pytest.raises(RulebookError, match=r"Did you mean `quantity\.t`"):
        asset.decide("surrender", {"day": DAY, "quantity_t": 5})
    with pytest.raises(RulebookError, match="day"):
        asset.decide("surrender", {})


def test_a_fact_of_the_wrong_type_never_allows(asset: Rulebook):
    facts = account("account") | unit("JAA", 2, 5) | {"day": DAY, "quantity.is_whole": True}
    for wrong in ("5", 5.0, None, 2**70):
        with pytest.raises(RulebookError, match="could not be evaluated"):
            asset.decide("surrender", facts | {"quantity.t": wrong})


def test_a_condition_that_fails_to_evaluate_never_allows(tmp_path: Path):
    book = changed(
        tmp_path, "checks.yaml", "require: account.holder.has_base", "require: 1 / account.holder.base_t >= 0"
    )
    facts = account("account") | unit("JAA", 2) | {"day": DAY}
    with pytest.raises(RulebookError, match=r"asset\.issue\.base_year_not_approved.*could not be evaluated"):
        book.decide("issue", facts)


def test_an_unknown_operation_or_quantity_is_an_error(asset: Rulebook):
    with pytest.raises(RulebookError):
        asset.decide("borrow", {"day": DAY})
    with pytest.raises(RulebookError, match="Did you mean `sellable_t`"):
        asset.derive("sellable", {"day": DAY})


def test_what_the_source_does_not_say_is_marked_with_the_reason(asset: Rulebook):
    for name in ("bank_window", "trading_rest_from", "jver_first_day", "reserve_unit_types", "reserve_floor_t"):
        assumed = asset.parameters[name].dated(DAY).assumed
        assert assumed is not None, name
        assert assumed.ja, name
    assert [number for number, phase in asset.phases.items() if phase.assumed] == [5, 6, 7, 8, 9]


def test_every_finding_reads_in_both_languages_without_a_hole(asset: Rulebook):
    facts = {"day": DAY, "account.exists": True, "from.exists": True, "to.exists": True}
    for operation in asset.operations:
        for finding in asset.decide(operation, facts).findings:
            for text in (finding.title, finding.message, finding.next_step):
                assert text.ja, finding.code
                assert text.en, finding.code
                assert "{" not in text.ja + text.en, finding.code


def test_a_mutant_lets_pass_or_refuses_the_opposite(asset: Rulebook):
    code = "asset.surrender.deadline"
    late = account("account") | unit("JAA", 2, 5) | quantity(5) | {"day": date(2015, 12, 1)}
    assert asset.decide("surrender", late).codes == (code,)
    assert asset.without_check(code).decide("surrender", late).codes == ()
    negated = asset.with_negated_check(code)
    assert negated.decide("surrender", late).codes == ()
    assert negated.decide("surrender", late | {"day": DAY}).codes == (code,)
    assert len({asset.version, negated.version, asset.without_check(code).version}) == 3


def test_rates_are_multiplied_exactly_and_rounded_once():
    assert (times(7, "0.5", "down"), times(7, "0.5", "up"), times(7, "0.5", "half_up")) == (3, 4, 4)
    assert times(10**15, "0.1", "down") == 10**14
    assert (times(100, "1.1", "up"), times(3, "1.1", "down")) == (110, 3)


def test_the_library_finds_schemes_and_names_the_nearest():
    library = Library([shipped_schemes()])
    assert library.schemes() == ["asset", "eu-ets", "jvets", "trial-2008", "union-registry"]
    assert library.get("asset") is library.get("asset")
    with pytest.raises(RulebookError, match="Did you mean `asset`"):
        library.get("aset")
    mutant = library.get("asset").without_check("account.same")
    library.install(mutant)
    assert library.get("asset") is mutant
    library.forget("asset")
    assert library.get("asset") is not mutant


def test_a_scheme_has_the_name_of_its_folder(tmp_path: Path):
    shutil.copytree(shipped_schemes(), tmp_path, dirs_exist_ok=True)
    (tmp_path / "asset").rename(tmp_path / "other")
    with pytest.raises(RulebookError, match="same name"):
        Library([tmp_path]).get("other")


@pytest.mark.parametrize("name", ["", "..", ".", "common", "../schemes/asset", "/"])
def test_no_name_leads_out_of_the_folder_of_schemes(name: str):
    with pytest.raises(RulebookError):
        Library([shipped_schemes()]).get(name)


def test_quantities_are_divided_and_rounded_once() -> None:
    assert [divided(7, 2, mode) for mode in ("down", "up", "half_up")] == [3, 4, 4]
    assert [divided(-7, 2, mode) for mode in ("down", "up", "half_up")] == [-4, -3, -4]
    with pytest.raises(ValueError, match="sideways"):
        divided(7, 2, "sideways")
    assert [divided(10, 3, mode) for mode in ("down", "up", "half_up")] == [3, 4, 3]
    assert [divided(9, 3, mode) for mode in ("down", "up", "half_up")] == [3, 3, 3]
    assert divided(10**18 + 1, 10**18, "up") == 2
