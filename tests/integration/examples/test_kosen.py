"""The 56 sites live phase 8: their published figures come back from reports and ledger, and every outcome is seen.

One test database lives the whole story, once; the tests that live a story of their own live only its beginning.
"""

from __future__ import annotations

import csv
import io
import json
import shutil
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.db import connections
from rich.console import Console

from tanso.acts import queries as acts
from tanso.acts.models import ActRecord
from tanso.database import clones
from tanso.database.urls import Server
from tanso.emissions import queries as emissions
from tanso.emissions.models import Report
from tanso.interfaces import connect
from tanso.interfaces.cli import example
from tanso.interfaces.cli.stories.errors import StoryWentWrongError
from tanso.interfaces.cli.stories.life import live
from tanso.interfaces.cli.stories.printing import print_settlement
from tanso.interfaces.cli.stories.reader import Story, read_story, shipped_examples
from tanso.interfaces.cli.stories.settlement import Row, Settlement, settlement
from tanso.kernel.errors import TansoError
from tanso.parties.models import Login
from tanso.registry.results import results
from tests.support.world import World

SCHEME = "asset"
FOLDER = shipped_examples() / "kosen"
OPENS = date(2021, 8, 2)
SHORT = ["釧路", "仙台(広瀬)", "仙台(名取)", "秋田", "小山", "福井", "米子", "阿南", "機構本部"]


def published(name: str) -> dict[str, int]:
    """The sums of a CSV file, read here in another way than the example reads them."""
    rows = csv.DictReader(io.StringIO((FOLDER / name).read_text(encoding="utf-8-sig")))
    return {row.pop("事業所名"): sum(int(cell) for cell in row.values()) for row in rows}


@dataclass
class Lived:
    """A database in which the story was lived, and how it stood on the day on which the demonstration opens."""

    story: Story
    database: Server
    opening: Settlement
    opening_states: Counter[tuple[str, str]]
    waiting_proposals: int
    settled: Settlement

    def row(self, name: str) -> Row:
        return next(row for row in self.settled.rows if row.name == name)


@pytest.fixture(scope="module")
def whole_life(server: Server, template: str) -> Iterator[Lived]:
    clone = clones.clone(server, template)
    connect.use(clone)
    story = read_story("kosen")
    live(story, upto=OPENS)
    opening = settlement(story.shape, OPENS)
    states = Counter((report.year, report.state) for report in Report.objects.all())
    waiting = acts.open_proposals(SCHEME).count()
    live(story)  # goes on from there
    yield Lived(story, clone, opening, states, waiting, settlement(story.shape, story.shape.ends))
    connections.close_all()
    clones.drop(clone)


@pytest.fixture
def lived(whole_life: Lived) -> Iterator[Lived]:
    connect.use(whole_life.database)
    yield whole_life
    connections.close_all()


@pytest.fixture
def copied(tmp_path: Path) -> Callable[..., Story]:
    """The story from a copy of its folder, in which some texts are replaced."""

    def copy(**changes: tuple[str, str]) -> Story:
        folder = Path(shutil.copytree(FOLDER, tmp_path / "copy"))
        for stem, (old, new) in changes.items():
            path = next(folder.glob(f"{stem}.*"))
            text = path.read_text(encoding="utf-8")
            assert text.count(old) == 1
            path.write_text(text.replace(old, new), encoding="utf-8")
        return read_story(str(folder))

    return copy


# --- figures ---------------------------------------------------------------------------------------------------------


def test_the_totals_of_the_table_are_those_that_were_published(lived: Lived) -> None:
    assert lived.settled.totals["base_t"] == 63_694
    assert lived.settled.totals["actual_t"] == 54_169
    assert len([row for row in lived.settled.rows if row.is_holder]) == 56


def test_every_row_has_the_published_figures_of_its_site(lived: Lived) -> None:
    rows = {row.name: row for row in lived.settled.rows if row.is_holder}

    assert {name: row.base_t for name, row in rows.items()} == published("kankyo2020_co2.csv")
    assert {name: row.actual_t for name, row in rows.items()} == published("kankyo2021_co2.csv")


def test_each_holder_gets_its_base_less_three_per_cent_rounded_up(lived: Lived) -> None:
    for row in lived.settled.rows:
        if row.is_holder:
            assert row.base_t is not None
            assert row.reduction_target_t is not None
            assert 0 <= row.reduction_target_t * 100 - row.base_t * 3 < 100
            assert row.allocated_t == row.base_t - row.reduction_target_t


def test_table_reports_and_ledger_agree(lived: Lived) -> None:
    assert [check.label.en for check in lived.settled.checks if not check.holds] == []
    assert lived.settled.reconciles


def test_every_account_ends_with_what_it_received_less_what_it_gave(lived: Lived) -> None:
    for row in lived.settled.rows:
        assert row.allocated_t + row.credited_t + row.traded_t == row.surrendered_t + row.held_t, row.name


# --- outcomes --------------------------------------------------------------------------------------------------------


def test_nine_holders_fall_short_of_what_they_emitted(lived: Lived) -> None:
    assert [row.name for row in lived.settled.rows if row.is_holder and (row.actual_t or 0) > row.allocated_t] == SHORT


def test_who_falls_short_comes_by_exactly_what_it_lacks_but_one(lived: Lived) -> None:
    for name in SHORT:
        row = lived.row(name)
        came_by_t = row.traded_t + row.credited_t
        assert came_by_t == (0 if name == "阿南" else (row.actual_t or 0) - row.allocated_t), name


def test_everybody_who_is_compliant_surrendered_exactly_what_it_emitted(lived: Lived) -> None:
    compliant = [row for row in lived.settled.rows if row.compliance == "compliant"]

    assert len(compliant) == 55
    assert [row.name for row in compliant if row.surrendered_t != row.actual_t] == []


def test_the_one_that_misses_the_deadline_is_not_compliant_and_loses_its_account(lived: Lived) -> None:
    row = lived.row("阿南")

    assert (row.compliance, row.account_status) == ("non_compliant", "closed")
    assert row.surrendered_t == row.allocated_t < (row.actual_t or 0)


def test_credits_serve_where_allowances_are_lacking(lived: Lived) -> None:
    surrendered = ActRecord.objects.filter(operation="surrender", status="done", arguments__unit="jVER")

    assert sorted(act.actor_participant for act in surrendered) == ["headquarters", "yonago"]
    assert lived.row("機構本部").credited_t == 9


def test_banking_is_approved_left_waiting_or_not_applied_for(lived: Lived) -> None:
    found = Counter((row.banking, row.account_kind, row.account_status) for row in lived.settled.rows if row.held_t)

    assert found == {
        ("approved", "trading", "open"): 45,  # 44 holders and the trader
        ("waiting", "compliance", "open"): 1,
        ("", "compliance", "closed"): 1,
    }
    assert lived.row("八戸").account_status == "closed"
    assert lived.row("長岡").banking == "waiting"


def test_two_attempts_are_refused_and_stay_on_record(lived: Lived) -> None:
    refused = {act.actor_participant: act for act in acts.refused_acts(SCHEME).select_related("decision")}

    codes = {
        key: [finding["code"] for finding in act.decision.findings]
        for key, act in refused.items()
        if act.decision is not None
    }
    assert codes["kisarazu"] == ["asset.transfer.commitment_reserve"]
    assert "asset.transfer.window" in codes["kagawa-takamatsu"]
    assert len(refused) == 2


# --- actors ----------------------------------------------------------------------------------------------------------


def test_each_approved_report_shows_its_acts_by_its_three_actors(lived: Lived) -> None:
    reports = list(emissions.with_history(emissions.reports(SCHEME).filter(state="approved")))
    records = {act.id: act for act in ActRecord.objects.all()}

    assert len(reports) == 112
    for report in reports:
        holder = report.participant.key
        assert report.verifier is not None
        steps = list(reversed(report.steps.all()))
        assert [(step.operation, step.actor_role) for step in steps] == [
            ("register_report", "participant"),
            ("request_verification", "participant"),
            ("file_verification", "verifier"),
            ("request_approval", "verifier"),
            ("approve_report", "administrator"),
        ]
        by = [records[step.act_id] for step in steps]
        assert [act.operation for act in by] == [step.operation for step in steps]
        assert [act.actor_participant for act in by] == [holder] * 2 + [report.verifier.key] * 2 + [""]
        assert len({act.day for act in by}) == 5


def test_both_logins_of_the_holders_and_all_verifiers_have_their_part(lived: Lived) -> None:
    letters = Counter(act.actor_login[-1] for act in ActRecord.objects.filter(operation="register_report"))
    filed = Counter(act.actor_participant for act in ActRecord.objects.filter(operation="file_verification"))

    assert letters == {"A": 56, "B": 56}
    assert sum(filed.values()) == 112
    assert min(filed.values()) > 30
    assert len(filed) == 3


def test_every_issue_was_proposed_by_one_administrator_and_confirmed_by_another(lived: Lived) -> None:
    issued = ActRecord.objects.filter(operation="issue", status="done").select_related("proposal")

    assert len(issued) == 58
    assert {(act.proposal.actor_login, act.actor_login) for act in issued if act.proposal is not None} == {
        ("secretariat-1", "secretariat-2")
    }


# --- on the day on which the demonstration opens ---------------------------------------------------------------------


def test_the_demonstration_opens_with_work_for_everybody(lived: Lived) -> None:
    states = lived.opening_states

    assert states["base", "approved"] == 56
    assert states["target", "approved"] > 40
    assert min(states["target", state] for state in ("verification_requested", "verified", "approval_requested")) > 0
    assert lived.waiting_proposals == 1


def test_the_demonstration_opens_with_some_allowances_traded_and_surrendered(lived: Lived) -> None:
    rows = {row.name: row for row in lived.opening.rows}

    assert lived.opening.reconciles
    assert lived.opening.totals["allocated_t"] == lived.settled.totals["allocated_t"]
    assert 0 < lived.opening.totals["surrendered_t"] < lived.settled.totals["surrendered_t"]
    assert rows["釧路"].compliance == "compliant"
    assert (rows["米子"].compliance, rows["米子"].actual_t) == ("pending", 1_067)


# --- again, and otherwise --------------------------------------------------------------------------------------------


def test_living_it_a_second_time_adds_nothing(lived: Lived) -> None:
    before = ActRecord.objects.count()

    assert live(lived.story) == 0
    assert ActRecord.objects.count() == before


def test_a_run_that_was_cut_off_goes_on_where_it_stopped(database: Server) -> None:
    story = read_story("kosen")

    def cut_off(done: int, _total: int, _day: date) -> None:
        if done == 95:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        live(story, upto=date(2020, 6, 20), progress=cut_off)
    first = ActRecord.objects.count()
    second = live(story, upto=date(2020, 6, 20))

    assert first == 95
    assert (
        first + second
        == ActRecord.objects.count()
        == len({(act.operation, str(act.arguments)) for act in ActRecord.objects.all()})
    )


def test_one_changed_cell_of_each_file_changes_row_and_totals(
    database: Server, lived: Lived, copied: Callable[..., Story]
) -> None:
    story = copied(
        kankyo2020_co2=("函館,682,", "函館,782,"),
        kankyo2021_co2=("函館,609,", "函館,619,"),
    )
    upto = date(2021, 5, 20)
    connect.use(database)

    live(story, upto=upto)
    changed = settlement(story.shape, upto)

    row, before = changed.rows[0], lived.row("函館")
    assert row.name == "函館"
    assert (row.base_t, row.actual_t) == ((before.base_t or 0) + 100, (before.actual_t or 0) + 10)
    assert (row.reduction_target_t, row.allocated_t) == (53, 1_681)
    assert changed.totals["base_t"] == 63_794
    assert changed.totals["allocated_t"] == lived.settled.totals["allocated_t"] + 97
    assert changed.reconciles


def test_an_act_that_is_refused_against_the_story_ends_it_with_day_name_and_reason(
    database: Server, copied: Callable[..., Story]
) -> None:
    story = copied(story=("    days: [2020-09-01, 2020-09-25]", "    days: [2020-05-01, 2020-05-25]"))

    with pytest.raises(StoryWentWrongError) as wrong:
        live(story, upto=date(2020, 5, 2))

    assert wrong.value.code == "example.refused"
    assert "2020-05-01 hakodate" in wrong.value.message.ja
    assert "asset.issue.base_year_not_approved" in wrong.value.message.en


def test_the_results_of_the_phase_are_those_of_the_table(lived: Lived) -> None:
    (phase,) = results(SCHEME, lived.story.shape.ends, phase=8)
    made = Counter(
        record.day.year for record in ActRecord.objects.filter(scheme=SCHEME, operation="transfer", status="done")
    )

    assert phase.holders == sum(row.is_holder for row in lived.settled.rows) == 56
    assert (phase.base_t, phase.actual_t, phase.reduction_t) == (63_694, 54_169, 9525)
    assert phase.promised_t == 1940
    assert phase.trades.count == sum(made.values()) > 0
    assert phase.trades.average_yen is None, "nobody in this story told a price"


# --- the command and the demonstration -------------------------------------------------------------------------------


def test_the_command_prints_json_and_nothing_else(
    template: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    status = example.run("kosen", upto=date(2020, 4, 10), keep=False, as_json=True)
    document: dict[str, Any] = json.loads(capsys.readouterr().out)

    assert status == 0
    assert document["day"] == "2020-04-10"
    assert document["reconciles"] is True
    assert document["rows"][0]["name"] == "函館"
    assert "Real emissions, hypothetical participation" in document["notice"]["en"]


def test_the_table_fits_a_terminal_of_80_columns(lived: Lived) -> None:
    console = Console(width=80, record=True, file=io.StringIO())

    print_settlement(console, lived.story.shape, lived.settled)

    lines = console.export_text().splitlines()
    kushiro = next(line for line in lines if line.startswith("釧路"))
    assert kushiro.split() == ["釧路", "1,935", "59", "1,876", "1,927", "+51", "1,927", "0", "compliant/closed"]
    assert any(line.split()[:5] == ["Total", "63,694", "1,940", "61,754", "54,169"] for line in lines)
    assert any("hypothetical participation" in line for line in lines)


def test_a_demonstration_is_loaded_once_and_lets_its_visitors_in(
    database: Server, copied: Callable[..., Story], monkeypatch: pytest.MonkeyPatch
) -> None:
    story = copied(story=("  today: 2021-08-02", "  today: 2020-05-02"))
    monkeypatch.setattr(example, "OPENED_BY_DEMO", str(story.folder))
    said: list[Any] = []

    opened = example.open_demonstration(said.append)
    loaded = ActRecord.objects.count()
    again = example.open_demonstration(said.append)

    assert again == opened
    assert ActRecord.objects.count() == loaded > 56
    assert len(said) == 1
    assert acts.demonstration_day() == date(2020, 5, 2)
    assert acts.demonstration_notice() == story.shape.notice.text
    by_login = {sign_in.login: sign_in.password for sign_in in opened.sign_ins}
    logins = {login.login: login for login in Login.objects.filter(login__in=("numazu-A", "secretariat-2"))}
    assert all(login.check_password(by_login[name]) for name, login in logins.items())
    assert len(logins) == 2
    assert "AST-1032" in " ".join(text.en for text in opened.try_first)


def test_an_example_is_never_loaded_beside_other_participants(database: Server) -> None:
    World(begin=date(2020, 4, 1)).trader("somebody")

    with pytest.raises(TansoError) as refused:
        example.open_demonstration(lambda _: None)

    assert refused.value.code == "example.not_empty"
