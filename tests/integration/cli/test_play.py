"""`tanso play` as a person and a program meet it: what it prints where, and with which status it ends."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from tanso.acts.models import ActRecord
from tanso.database.urls import Server
from tanso.interfaces.cli.main import app
from tanso.interfaces.cli.scenarios import checks
from tanso.interfaces.cli.scenarios.check_words import CHECKS
from tanso.interfaces.cli.scenarios.player import play
from tanso.interfaces.cli.scenarios.reader import read_scenario
from tanso.interfaces.cli.scenarios.story import Story, Told
from tanso.parties.models import Login
from tanso.rulebook import library

STORY = """\
scenario: A trial [bold]排出枠[/bold]
scheme: asset
parties:
  abc: {kind: target_holder, phase: 2, reduction_target_t: 1000}
  trd: {kind: trading_participant}
steps:
  - {day: 2014-03-31, do: approve_emissions, party: abc, year: base, emissions_t: 10000}
  - {day: 2014-04-01, do: issue, party: abc, unit: JAA/2, expect: {issued_t: 9000}}
  - {day: 2014-04-01, do: transfer, from: abc, to: trd, unit: JAA/2, quantity_t: 0, expect: {refused: [quantity.not_positive]}}
  - {day: 2014-04-01, check: balance, party: abc, unit: JAA/2, equals_t: 9000}
"""  # noqa: E501 -- one step a line
WRONG_FIGURE = STORY.replace("equals_t: 9000", "equals_t: 9001")
WRONG_KEY = STORY.replace("quantity_t", "quantity")

Files = Callable[..., list[str]]


@pytest.fixture
def files(tmp_path: Path) -> Files:
    def write(*texts: str) -> list[str]:
        paths = [tmp_path / f"story-{index}.yaml" for index, _ in enumerate(texts)]
        for path, text in zip(paths, texts, strict=True):
            path.write_text(text, encoding="utf-8")
        return [str(path) for path in paths]

    return write


@pytest.fixture
def tanso_play(template: str, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    return lambda *arguments: CliRunner().invoke(app, ["play", *arguments])


@pytest.fixture
def played(database: Server, tmp_path: Path) -> Callable[[str], Story]:
    """A story lived in this test's own database, which can be looked into afterwards."""

    def live(text: str) -> Story:
        path = tmp_path / "story.yaml"
        path.write_text(text, encoding="utf-8")
        return play(read_scenario(path, library()))

    return live


def last_line(text: str) -> str:
    return text.rstrip("\n").splitlines()[-1]


def test_a_story_that_holds_ends_with_0_and_its_count(tanso_play: Callable[..., Result], files: Files) -> None:
    result = tanso_play(*files(STORY))

    assert result.exit_code == 0, result.output
    assert last_line(result.stdout) == "4 passed, 0 failed"
    assert "[bold]排出枠[/bold]" in result.stdout


def test_a_refusal_is_told_with_code_sentence_and_clause(tanso_play: Callable[..., Result], files: Files) -> None:
    result = tanso_play(*files(STORY))

    assert re.search(r"quantity\.not_positive  The quantity must be a whole number .* \[.+\]", result.stdout)


def test_a_failed_expectation_says_expected_and_found_and_play_goes_on(
    tanso_play: Callable[..., Result], files: Files
) -> None:
    result = tanso_play(*files(WRONG_FIGURE.replace("refused: [quantity.not_positive]", "refused: [account.closed]")))

    assert result.exit_code == 1
    assert "expected among the reasons, not found: account.closed" in result.stdout
    assert "check balance abc, JAA/2: 9,000 t" in result.stdout
    assert "expected 9,001 t" in result.stdout
    assert last_line(result.stdout) == "2 passed, 2 failed"


def test_an_unexpected_refusal_fails_and_an_unexpected_success_too(
    tanso_play: Callable[..., Result], files: Files
) -> None:
    text = STORY.replace(", expect: {refused: [quantity.not_positive]}", "").replace(
        "expect: {issued_t: 9000}", "expect: {refused: []}"
    )

    result = tanso_play("--json", *files(text))

    steps = json.loads(result.stdout)["steps"]
    assert [step["ok"] for step in steps] == [True, False, False, True]
    assert [step["outcome"] for step in steps] == ["done", "done", "refused", 9000]


def test_json_is_one_object_a_line_and_file_and_nothing_else(tanso_play: Callable[..., Result], files: Files) -> None:
    result = tanso_play("--json", *files(STORY, WRONG_FIGURE))

    first, second = (json.loads(line) for line in result.stdout.splitlines())
    assert first == {
        "scenario": "A trial [bold]排出枠[/bold]",
        "passed": 4,
        "failed": 0,
        "steps": [
            {"n": 1, "do": "approve_emissions", "ok": True, "outcome": "done", "refusals": []},
            {"n": 2, "do": "issue", "ok": True, "outcome": "done", "refusals": []},
            {"n": 3, "do": "transfer", "ok": True, "outcome": "refused", "refusals": ["quantity.not_positive"]},
            {"n": 4, "do": "check balance", "ok": True, "outcome": 9000, "refusals": []},
        ],
    }
    assert (second["passed"], second["failed"]) == (3, 1)
    assert last_line(result.stderr) == "7 passed, 1 failed"
    assert result.exit_code == 1


def test_an_unreadable_file_ends_with_2_and_the_others_are_played(
    tanso_play: Callable[..., Result], files: Files
) -> None:
    good, bad = files(STORY, WRONG_KEY)

    result = tanso_play(bad, good)

    assert result.exit_code == 2
    assert f'{bad}:9: step 3: key "quantity": unknown key' in result.stderr
    assert last_line(result.stdout) == "4 passed, 0 failed"


def test_an_unreadable_file_starts_no_database(files: Files, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tanso.interfaces.cli.with_database.throw_away_databases", None)

    result = CliRunner().invoke(app, ["play", *files(WRONG_KEY), "nowhere.yaml"])

    assert result.exit_code == 2
    assert "nowhere.yaml: cannot be opened" in result.stderr
    assert last_line(result.stdout) == "0 passed, 0 failed"


def test_an_unreadable_file_has_its_json_line_too(files: Files) -> None:
    result = CliRunner().invoke(app, ["play", "--json", *files(WRONG_KEY)])

    told = json.loads(result.stdout)
    assert (told["passed"], told["failed"], told["steps"]) == (0, 0, [])
    assert told["problems"][0]["step"] == 3
    assert result.exit_code == 2


def test_the_words_are_japanese_where_the_locale_is(
    tanso_play: Callable[..., Result], files: Files, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LC_ALL", "ja_JP.UTF-8")

    result = tanso_play(*files(WRONG_FIGURE))

    assert "9,001 t のはずでした" in result.stdout
    assert last_line(result.stdout) == "3 passed, 1 failed"


def test_proposer_and_approver_are_two_persons(played: Callable[[str], Story]) -> None:
    played(STORY)

    logins = ActRecord.objects.filter(operation="issue").order_by("sequence").values_list("actor_login", "status")

    assert list(logins) == [("admin-1", "proposed"), ("admin-2", "done")]
    assert set(Login.objects.filter(role="administrator").values_list("login", flat=True)) == {"admin-1", "admin-2"}


def test_the_shorthand_leaves_the_same_record_as_the_single_steps(played: Callable[[str], Story]) -> None:
    played(STORY)

    steps = ActRecord.objects.exclude(operation__in=("register_participant", "issue", "transfer")).order_by("sequence")

    assert [(act.operation, act.actor_role, act.status) for act in steps] == [
        ("register_report", "participant", "done"),
        ("request_verification", "participant", "done"),
        ("file_verification", "verifier", "done"),
        ("request_approval", "verifier", "done"),
        ("approve_report", "administrator", "done"),
    ]


def test_settings_are_recorded_as_the_installations_own_parameters(played: Callable[[str], Story]) -> None:
    plain = library().get("asset").version

    played(STORY.replace("parties:", 'settings: {bank_window: ["12-05", "12-10"]}\nparties:'))

    override = ActRecord.objects.get(operation="override_parameter", status="done")
    assert override.arguments["value"] == ["12-05", "12-10"]
    assert library().get("asset").version == plain


def test_a_party_opens_on_its_own_day_even_before_the_first_step(played: Callable[[str], Story]) -> None:
    text = STORY.replace("{kind: trading_participant}", "{kind: trading_participant, opened: 2013-06-01}")

    played(text)

    days = ActRecord.objects.filter(operation="register_participant").order_by("sequence")
    assert [(act.arguments["key"][:3], act.day.isoformat()) for act in days] == [
        ("trd", "2013-06-01"),
        ("abc", "2014-03-31"),
        ("abc", "2014-03-31"),  # the verifier of the shorthand, "abc/base/1"
    ]


def test_a_defect_of_the_program_is_a_failed_step_and_the_story_goes_on(
    played: Callable[[str], Story], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("a broken wheel")

    monkeypatch.setattr(checks, "ask", fail)

    story = played(STORY + "  - {day: 2014-04-02, do: advance}\n")

    broken = story.told[3]
    assert (broken.ok, broken.outcome) == (False, "error")
    assert broken.wanting is not None
    assert "a broken wheel" in broken.wanting.en
    assert isinstance(story.lines[-1], Told)
    assert story.lines[-1].ok


def test_every_check_of_the_table_can_be_asked() -> None:
    assert set(checks._QUESTIONS) == set(CHECKS)
