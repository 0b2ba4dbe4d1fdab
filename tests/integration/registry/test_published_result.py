"""The published result of phase 2 comes out of the register that lived it (env.go.jp/press/102333)."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from tanso.database.urls import Server
from tanso.interfaces.cli.scenarios.player import play
from tanso.interfaces.cli.scenarios.reader import read_scenario
from tanso.registry.results import results
from tanso.rulebook import library

STORY = Path(__file__).parents[2] / "scenarios" / "asset" / "published" / "phase-2-result.yaml"


def test_fifty_holders_cut_149015_tonnes_by_12865_which_is_8_6_percent_and_all_comply(database: Server) -> None:
    assert play(read_scenario(STORY, library())).failed == 0

    (phase,) = results("asset", date(2015, 12, 1), phase=2)

    assert phase.holders == 50
    assert phase.base_t == 149_015
    assert phase.reduction_t == 12_865
    assert phase.reduction_per_mille == 86
    assert phase.statuses == {"compliant": 50}
    assert phase.trades.count > 30
    assert phase.trades.volume_t == 6_000
