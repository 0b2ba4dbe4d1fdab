"""What a scenario file may say, and how the player gets it."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from tanso.interfaces.cli.scenarios.deeds import _MAKERS
from tanso.interfaces.cli.scenarios.model import Check, Evidence, Expectation, Signer, Step, Workbook
from tanso.interfaces.cli.scenarios.words import VERBS
from tests.unit.scenarios.stories import read, story


def first_step(folder: Path, step: str) -> Step:
    found = read(folder, story(step)).steps[0]
    assert isinstance(found, Step)
    return found


@pytest.mark.parametrize(
    ("written", "given"),
    [
        ("0", 0),
        ("-5", -5),
        ("1000", 1000),
        ("1000.0", 1000),
        ("1.5", "1.5"),
        ("-0.1", "-0.1"),
        ('"1,000"', 1000),
        ("１０００", 1000),
        ("1" + "0" * 30, "1" + "0" * 30),
        ("9" * 100, str(10**15)),
        ("-" + "9" * 5000, str(-(10**15))),
    ],
)
def test_odd_quantities_are_readable_and_left_to_the_rules(tmp_path: Path, written: str, given: int | str) -> None:
    step = first_step(tmp_path, f"{{day: 2014-04-01, do: surrender, party: abc, unit: JAA/2, quantity_t: {written}}}")

    assert step.arguments["quantity_t"] == given


@pytest.mark.parametrize("written", ["2014-04-01", '"2014-04-01"', "'2014-04-01'"])
def test_a_day_may_be_quoted_or_not(tmp_path: Path, written: str) -> None:
    assert first_step(tmp_path, f"{{day: {written}, do: advance}}").day == date(2014, 4, 1)


@pytest.mark.parametrize(
    ("written", "signer", "shown"),
    [
        ("admin", Signer(), "admin"),
        ("abc", Signer("abc"), "abc"),
        ("abc/A", Signer("abc", "A"), "abc/A"),
        ("abc/B", Signer("abc", "B"), "abc/B"),
        ("trd/A", Signer("trd", "A"), "trd/A"),
        ("ver", Signer("ver"), "ver"),
    ],
)
def test_a_step_names_its_signer(tmp_path: Path, written: str, signer: Signer, shown: str) -> None:
    step = first_step(tmp_path, f"{{day: 2014-04-01, do: approve_report, by: {written}, party: abc, year: base}}")

    assert step.by == signer
    assert str(step.by) == shown


@pytest.mark.parametrize("number", ["AST-2", "AST-9999", "ast-2", "XYZ-12"])
def test_a_transfer_may_name_an_account_number_that_only_the_rules_judge(tmp_path: Path, number: str) -> None:
    step = first_step(
        tmp_path, f'{{day: 2014-04-01, do: transfer, from: abc, to: "{number}", unit: JAA/2, quantity_t: 1}}'
    )

    assert step.arguments["to"] == number


def test_evidence_may_be_absent_or_of_any_kind(tmp_path: Path) -> None:
    issue = "{day: 2014-04-01, do: issue, party: abc, unit: jCER, quantity_t: 5%s}"

    assert "evidence" not in first_step(tmp_path, issue % "").arguments
    given = first_step(tmp_path, issue % ", evidence: {kind: unheard-of, reference: ''}").arguments["evidence"]
    assert given == Evidence(kind="unheard-of", reference="")


def test_a_workbook_lies_beside_the_story(tmp_path: Path) -> None:
    (tmp_path / "books").mkdir()
    (tmp_path / "books" / "report.xlsx").write_bytes(b"content")

    step = first_step(
        tmp_path, "{day: 2014-04-01, do: register_report, party: abc, year: base, workbook: books/report.xlsx}"
    )

    assert step.arguments["workbook"] == Workbook(path="books/report.xlsx", content=b"content")


@pytest.mark.parametrize(
    ("written", "expectation"),
    [
        ("ok", Expectation()),
        (
            "{refused: [account.unknown, quantity.not_positive]}",
            Expectation(("account.unknown", "quantity.not_positive")),
        ),
        ("{refused: []}", Expectation(())),
        ("{issued_t: 9000}", Expectation(issued_t=9000)),
    ],
)
def test_expectations(tmp_path: Path, written: str, expectation: Expectation) -> None:
    step = first_step(tmp_path, f"{{day: 2014-04-01, do: issue, party: abc, unit: JAA/2, expect: {written}}}")

    assert step.expect == expectation


def test_a_step_without_an_expectation_is_expected_to_be_done(tmp_path: Path) -> None:
    assert first_step(tmp_path, "{day: 2014-04-01, do: advance}").expect == Expectation()


def test_parties_carry_phase_sites_attributes_and_opening_day(tmp_path: Path) -> None:
    parties = """\
  two: {kind: target_holder, phase: 2, reduction_target_t: 0, sites: [East, West], tokyo_saitama: true}
  trd: {kind: trading_participant, opened: 2013-06-01}
"""

    scenario = read(tmp_path, story("{day: 2014-04-01, do: advance}", parties=parties))

    two, trd = scenario.parties["two"], scenario.parties["trd"]
    assert (two.phase, two.reduction_target_t, two.sites) == (2, 0, ("East", "West"))
    assert two.attributes == {"tokyo_saitama": True}
    assert scenario.opens_on(two) == date(2014, 4, 1)
    assert scenario.opens_on(trd) == date(2013, 6, 1)
    assert scenario.first_day == date(2013, 6, 1)


def test_null_is_an_answer_where_a_figure_may_not_exist(tmp_path: Path) -> None:
    check = read(tmp_path, story("{day: 2014-04-01, check: commitment_reserve, party: abc, equals_t: null}")).steps[0]

    assert isinstance(check, Check)
    assert check.arguments["equals_t"] is None


def test_settings_make_another_rulebook_for_this_story_only(tmp_path: Path) -> None:
    plain = read(tmp_path, story("{day: 2014-04-01, do: advance}"))

    other = read(
        tmp_path, story("{day: 2014-04-01, do: advance}", settings='settings: {bank_window: ["12-05", "12-10"]}\n')
    )

    assert other.rulebook.version != plain.rulebook.version
    assert plain.rulebook.version == read(tmp_path, story("{day: 2014-04-01, do: advance}")).rulebook.version


def test_a_byte_order_mark_and_windows_line_ends_are_no_mistake(tmp_path: Path) -> None:
    text = story("{day: 2014-04-01, do: advance}").replace("A story", "排出枠の物語").replace("\n", "\r\n")

    assert read(tmp_path, b"\xef\xbb\xbf" + text.encode()).title == "排出枠の物語"


def test_steps_are_numbered_with_their_checks_and_know_their_lines(tmp_path: Path) -> None:
    scenario = read(
        tmp_path,
        story(
            "{day: 2014-04-01, do: advance}",
            "{day: 2014-04-01, check: balance, party: abc, unit: JAA/2, equals_t: 0}",
            "{day: 2014-04-02, do: advance}",
        ),
    )

    assert [(item.n, item.line, item.does) for item in scenario.steps] == [
        (1, 8, "advance"),
        (2, 9, "check balance"),
        (3, 10, "advance"),
    ]


def test_every_verb_of_the_table_can_be_played() -> None:
    assert set(_MAKERS) == set(VERBS)
