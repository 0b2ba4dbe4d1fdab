"""One wrong file for each mistake: the reader names file, line, step and key, and all mistakes at once."""

from __future__ import annotations

from pathlib import Path

import pytest

from tanso.interfaces.cli.scenarios.model import UnreadableScenarioError
from tanso.interfaces.cli.scenarios.reader import FILE_BYTES_MAX, read_scenario
from tanso.rulebook import library
from tests.unit.scenarios.stories import PARTIES, problems, story

WRONG_FILES = sorted((Path(__file__).parents[2] / "scenarios" / "unreadable").glob("*.yaml"))
ADVANCE = "{day: 2014-04-01, do: advance}"


@pytest.mark.parametrize("path", WRONG_FILES, ids=lambda path: path.stem)
def test_each_kept_wrong_file_gets_the_message_that_it_asks_for(path: Path) -> None:
    wanted = path.read_text(encoding="utf-8").splitlines()[0].removeprefix("# must name:").split(",")

    with pytest.raises(UnreadableScenarioError) as refused:
        read_scenario(path, library())

    said = "\n".join(problem.in_language("en") for problem in refused.value.problems)
    assert [word for word in wanted if word.strip() not in said] == [], said
    assert all(problem.file == str(path) for problem in refused.value.problems)
    assert all(problem.message.ja != problem.message.en for problem in refused.value.problems)


# What a step or check says wrongly, and the key that is named.
WRONG_STEPS = {
    "{day: 2014-04-01, do: transfer, to: trd, unit: JAA/2, quantity_t: 1}": "from",
    "{day: 2014-04-01, do: transfer, from: abc, to: trd, unit: JAA/2, quantity_t: true}": "quantity_t",
    "{day: 2014-04-01, do: transfer, from: abc, to: trd, unit: JAA/2, quantity_t: null}": "quantity_t",
    "{day: 2014-04-01, do: transfer, from: abc, to: trd, unit: JAA/2, quantity_t: [1]}": "quantity_t",
    "{day: 2014-04-01, do: transfer, from: abc, to: trd, unit: [JAA/2], quantity_t: 1}": "unit",
    "{day: 2014-04-01, do: transfer, from: abc, to: {a: b}, unit: JAA/2, quantity_t: 1}": "to",
    "{day: 2014-04-01, do: surrender, party: AST-1001, unit: JAA/2, quantity_t: 1}": "party",
    "{day: 2014-04-01, do: surrender, party: abc, unit: jCER/2, quantity_t: 1}": "unit",
    "{day: 2014-04-01, do: cancel, party: abc, unit: JAA/2, quantity_t: 1, purpose: voluntary}": "statement",
    "{day: 2014-04-01, do: cancel, party: abc, unit: JAA/2, quantity_t: 1, purpose: voluntary, statement: 5}": (
        "statement"
    ),
    "{day: 2014-04-01, do: issue, party: abc, unit: JAA/2, evidence: {kind: CER, reference: a}}": "evidence",
    "{day: 2014-04-01, do: issue, party: abc, unit: jCER, quantity_t: 1, evidence: {kind: CER}}": "evidence",
    "{day: 2014-04-01, do: issue, party: abc, unit: jCER, quantity_t: 1, evidence: CER}": "evidence",
    "{day: 2014-04-01, do: issue, party: abc, unit: jCER, quantity_t: 1, evidence: {kind: CER, reference: 1}}": (
        "evidence"
    ),
    "{day: 2014-04-01, do: register_report, party: abc, year: base, emissions_t: 1, workbook: story.yaml}": "",
    "{day: 2014-04-01, do: register_report, party: abc, year: base, workbook: .}": "workbook",
    "{day: 2014-04-01, do: return_report, party: abc, year: base}": "reason",
    "{day: 2014-04-01, do: request_return, party: abc, year: base, reason: a}": "reason",
    "{day: 2014-04-01, do: advance, party: abc}": "party",
    "{day: 2014-04-01, do: advance, by: nobody}": "by",
    "{day: 2014-04-01, do: advance, by: abc/}": "by",
    "{day: 2014-04-01, do: advance, by: trd/B}": "by",
    "{day: 2014-04-01, do: advance, by: admin/A}": "by",
    "{day: 2014-04-01, do: advance, by: 5}": "by",
    "{day: 2014-04-01, do: advance, expect: {}}": "expect",
    "{day: 2014-04-01, do: advance, expect: {issued_t: 5}}": "expect.issued_t",
    "{day: 2014-04-01, do: advance, expect: {refused: [5]}}": "expect.refused",
    "{day: 2014-04-01, do: issue, party: abc, unit: JAA/2, expect: {refused: [], issued_t: 5}}": "expect",
    "{day: 2014-04-01, do: issue, party: abc, unit: JAA/2, expect: {state: approved}}": "expect.state",
    "{day: 2014-04-01, do: approve_report, party: abc, year: base, expect: {state: done}}": "expect.state",
    "{day: 2014-04-01, do: [advance]}": "do",
    "{day: 2014-04-01T00:00:00, do: advance}": "day",
    "{day: 2014-4-1, do: advance}": "day",
    "{day: 20140401, do: advance}": "day",
    "{day: '2014-02-30', do: advance}": "day",
    "{day: '2014/04/01', do: advance}": "day",
    "{day: 0001-01-01, do: advance}": "day",
    "{day: 9999-12-31, do: advance}": "day",
    "{day: , do: advance}": "day",
    "[2014-04-01, advance]": "",
    "advance": "",
    "{day: 2014-04-01, check: balance, party: abc, equals_t: 1}": "unit",
    "{day: 2014-04-01, check: balance, by: abc, party: abc, unit: JAA/2, equals_t: 1}": "by",
    "{day: 2014-04-01, check: balance, party: abc, unit: JAA/2, equals_t: 1, expect: ok}": "expect",
    "{day: 2014-04-01, check: balance, party: abc, unit: JAA/2, equals: 1}": "equals",
    "{day: 2014-04-01, check: sellable, party: abc, equals_t: null}": "equals_t",
    "{day: 2014-04-01, check: compliance, party: abc, equals: null}": "equals",
    "{day: 2014-04-01, check: account, party: abc, equals: open, kind: surrender}": "kind",
    "{day: 2014-04-01, check: account, party: abc, equals: frozen}": "equals",
    "{day: 2014-04-01, check: mail, party: abc, login: C, since: 2014-04-01, includes: units.issued}": "login",
    "{day: 2014-04-01, check: mail, party: abc, login: A, since: soon, includes: units.issued}": "since",
    "{day: 2014-04-01, check: mail, party: abc, login: A, includes: units.issued}": "since",
    "{day: 2014-04-01, check: no_mail, party: abc, login: A, since: 2014-04-01, excludes: nothing}": "excludes",
    "{day: 2014-04-01, check: no_mail, party: abc, login: A, since: 2014-04-01, includes: units.issued}": "includes",
}


@pytest.mark.parametrize(("step", "key"), WRONG_STEPS.items())
def test_a_mistake_in_a_step_is_named_by_step_and_key(tmp_path: Path, step: str, key: str) -> None:
    found = problems(tmp_path, story("{day: 2013-04-01, do: advance}", step))

    assert (2, key) in [(problem.step, problem.key) for problem in found]
    assert {problem.line for problem in found if problem.step == 2} == {9}


WRONG_PARTIES = {
    "  abc: {kind: target_holder, phase: 0, reduction_target_t: 1}": "abc.phase",
    "  abc: {kind: target_holder, phase: true, reduction_target_t: 1}": "abc.phase",
    '  abc: {kind: target_holder, phase: "2", reduction_target_t: 1}': "abc.phase",
    "  abc: {kind: target_holder, phase: 2, reduction_target_t: a lot}": "abc.reduction_target_t",
    "  abc: {kind: target_holder, phase: 2, reduction_target_t: 1, sites: East}": "abc.sites",
    "  abc: {kind: target_holder, phase: 2, reduction_target_t: 1, sites: []}": "abc.sites",
    "  abc: {kind: target_holder, phase: 2, reduction_target_t: 1, sites: [East, East]}": "abc.sites",
    "  abc: {kind: target_holder, phase: 2, reduction_target_t: 1, tokyo_saitama: 1}": "abc.tokyo_saitama",
    "  abc: {kind: target_holder, phase: 2, reduction_target_t: 1, site_type: castle}": "abc.site_type",
    "  abc: {kind: trading_participant, phase: 2}": "abc.phase",
    "  abc: {kind: trading_participant, opened: then}": "abc.opened",
    "  abc: {kind: verifier, tokyo_saitama: true}": "abc.tokyo_saitama",
    "  abc: {phase: 2}": "abc.kind",
    "  abc: target_holder": "abc",
    "  abc:": "abc",
    "  admin: {kind: verifier}": "admin",
    "  a/b: {kind: verifier}": "a/b",
    '  "": {kind: verifier}': "",
    "  AST-1001: {kind: trading_participant}": "AST-1001",
    "  7: {kind: verifier}": "[7]",
}


@pytest.mark.parametrize(("party", "key"), WRONG_PARTIES.items())
def test_a_mistake_in_a_party_is_named_by_party_and_key(tmp_path: Path, party: str, key: str) -> None:
    found = problems(tmp_path, story(ADVANCE, parties=f"{party}\n"))

    assert [problem.key.removeprefix("parties.").removeprefix("parties") for problem in found] == [key]


@pytest.mark.parametrize(
    "settings",
    [
        "settings: {bank_windw: ['12-01', '12-28']}",
        "settings: {bank_window: [12-01, 12-28, 12-29]}",
        "settings: {largest_quantity_t: many}",
        "settings: {largest_quantity_t: 1.5}",
        "settings: [bank_window]",
        "settings: {7: 8}",
    ],
)
def test_wrong_settings_are_named(tmp_path: Path, settings: str) -> None:
    found = problems(tmp_path, story(ADVANCE, settings=f"{settings}\n"))

    assert len(found) == 1
    assert found[0].key.startswith("settings")


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(UnreadableScenarioError, match=r"nowhere\.yaml.*cannot be opened"):
        read_scenario(tmp_path / "nowhere.yaml", library())


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    with pytest.raises(UnreadableScenarioError, match="is a folder"):
        read_scenario(tmp_path, library())


@pytest.mark.parametrize("encoding", ["shift_jis", "utf-16", "euc_jp"])
def test_another_encoding_is_named_and_not_guessed(tmp_path: Path, encoding: str) -> None:
    found = problems(tmp_path, story(ADVANCE).replace("A story", "排出枠の物語").encode(encoding))

    assert len(found) == 1
    assert "UTF-8" in found[0].message.en


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("", 1),
        ("# nothing but a comment\n", 1),
        ("- a\n- list\n", 1),
        ("just words\n", 1),
        ("\tscenario: tab\n", 1),
        (story(ADVANCE) + "\tx: y\n", 9),
        (story(ADVANCE) + "---\nscenario: two\n", 9),
        (story(ADVANCE) + "scheme: asset\n", 9),
        (story(ADVANCE).replace("A story", "!!python/object/apply:os.system ['true']"), 1),
        (story(ADVANCE).replace("A story", "&a A story"), 1),
        (story(ADVANCE).replace("A story", "null\x00"), 1),
        ("a: &a [x]\nb: &b [*a, *a]\nc: [*b, *b]\n", 1),
        ("[" * 5000, 1),
        ("{" * 5000, 1),
    ],
)
def test_an_ugly_file_gets_a_sentence_with_its_line(tmp_path: Path, text: str, line: int) -> None:
    found = problems(tmp_path, text)

    assert found
    assert line in [problem.line for problem in found]


def test_a_huge_file_is_refused_before_it_is_parsed(tmp_path: Path) -> None:
    found = problems(tmp_path, story(ADVANCE) + "#" * FILE_BYTES_MAX)

    assert [problem.message.en for problem in found] == [f"is too large (at most {FILE_BYTES_MAX:,} bytes)"]


def test_keys_that_old_yaml_takes_for_truth_are_named(tmp_path: Path) -> None:
    found = problems(tmp_path, story("{day: 2014-04-01, do: advance, on: 2014-04-02}"))

    assert any("`on`" in problem.message.en for problem in found)


def test_all_mistakes_of_a_file_are_named_at_once_in_the_order_of_its_lines(tmp_path: Path) -> None:
    text = story(
        "{day: 2014-02-30, do: fly, party: abc}",
        "{day: 2014-04-02, do: transfer, from: abc, to: xyz, unit: GOLD, quantity: 5}",
        "{day: 2014-04-01, check: balance, party: abc, unit: JAA/2, equals_t: yes}",
        parties="  abc: {kind: target_holder, phase: 77, reduction_target_t: 1_000}\n",
    )

    found = problems(tmp_path, text)

    assert [(problem.step, problem.key) for problem in found] == sorted(
        [(problem.step, problem.key) for problem in found], key=lambda named: named[0] or 0
    )
    assert {(problem.step, problem.key) for problem in found} == {
        (None, "parties.abc.phase"),
        (None, "parties.abc.reduction_target_t"),
        (1, "day"),
        (1, "do"),
        (2, "to"),
        (2, "unit"),
        (2, "quantity"),
        (2, "quantity_t"),
        (3, "day"),
        (3, "equals_t"),
    }


def test_with_an_unknown_scheme_everything_else_is_still_checked(tmp_path: Path) -> None:
    text = story("{day: 2014-04-01, do: fly}", "{day: 2014-04-01, do: issue, party: nobody, unit: X}")

    found = problems(tmp_path, text.replace("scheme: asset", "scheme: atlantis"))

    assert {(problem.step, problem.key) for problem in found} == {(None, "scheme"), (1, "do"), (2, "party")}


def test_the_message_is_japanese_where_the_terminal_is(tmp_path: Path) -> None:
    found = problems(tmp_path, story("{day: 2014-04-01, do: fly}"))

    assert (
        found[0].in_language("ja").startswith(f"{tmp_path / 'story.yaml'}:8: 手順 1: キー「do」: 「fly」は使えません")
    )
    assert found[0].in_language("en").startswith(f'{tmp_path / "story.yaml"}:8: step 1: key "do": "fly" is not one of')


def test_the_declared_parties_are_named_to_the_one_who_misspelt_one(tmp_path: Path) -> None:
    found = problems(tmp_path, story("{day: 2014-04-01, do: apply_for_banking, party: acb}", parties=PARTIES))

    assert found[0].message.en == '"acb" is not declared under parties (declared: abc, trd, ver)'
