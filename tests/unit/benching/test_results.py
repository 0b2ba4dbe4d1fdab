"""What a bench prints: the promised shape, medians, and goals beside what was measured."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from rich.console import Console

from tanso.interfaces.cli.benching import pgbench, printing
from tanso.interfaces.cli.benching.plan import DEFAULT
from tanso.interfaces.cli.benching.processes import Spent
from tanso.interfaces.cli.benching.session import Part, Results
from tanso.kernel.errors import TansoError


def part(cpu_s: float, *, done: int = 10_000, ranges: int = 0, stolen_s: float = 0.0) -> Part:
    spent = Spent(wall_s=2.0, client_s=cpu_s / 4, server_s=cpu_s * 3 / 4, machine_s=4.0, stolen_s=stolen_s)
    return Part(done=done, tps=done / 2, ranges=ranges, spent=spent)


def results() -> Results:
    parts: dict[str | int, list[Part]] = {
        "pgbench": [part(6.0), part(7.0), part(60.0)],
        "single": [part(5.0)],
        "action": [part(19.0)],
        100: [part(1.0, ranges=15_000)],
        10_000: [part(0.25, ranges=16_000, stolen_s=2.8)],
    }
    return Results(parts=parts, deliveries=[1.0, 9.0, 2.0], serials=True, fsync=True, verified=True)


def test_the_json_has_the_promised_shape_and_medians() -> None:
    assert results().as_json() == {
        "steal_pct": 10.0,
        "pgbench": {"tps": 5000.0, "cpu_s_per_10k": 7.0},
        "single": {"tps": 5000.0, "cpu_s_per_10k": 5.0},
        "action": {"tps": 5000.0, "cpu_s_per_10k": 19.0, "delivery_cpu_s_per_10k": 2.0},
        "batch": [
            {"size": 100, "tps": 5000.0, "ranges_per_s": 7500.0, "cpu_s_per_10k": 1.0},
            {"size": 10_000, "tps": 5000.0, "ranges_per_s": 8000.0, "cpu_s_per_10k": 0.25},
        ],
        "serials": True,
        "fsync": True,
        "verified": True,
    }


def test_a_batch_must_be_cheap_by_itself_and_beside_pgbench() -> None:
    assert printing.goals(7.0)[10_000].is_met(0.30)
    assert not printing.goals(7.0)[10_000].is_met(0.31)
    assert not printing.goals(4.0)[10_000].is_met(0.21)


def test_the_table_says_of_each_goal_whether_it_is_met() -> None:
    console = Console(file=io.StringIO(), width=100)
    printing.print_results(console, results())
    shown = console.file.getvalue()  # type: ignore[attr-defined]
    assert shown.count("✓") == 3
    assert "✗" not in shown


@pytest.mark.parametrize("doubtful", ["serials", "fsync", "verified"])
def test_figures_without_their_conditions_do_not_hold(doubtful: str) -> None:
    found = results()
    setattr(found, doubtful, False)
    assert not found.holds


def test_a_plan_never_has_more_traders_than_accounts() -> None:
    assert DEFAULT.changed(accounts=5, rounds=None).traders == 5
    assert DEFAULT.changed(rounds=1).traders == DEFAULT.traders


def test_a_postgresql_without_pgbench_is_explained(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("postgres", "initdb", "pg_ctl"):
        (tmp_path / name).write_text("#!/bin/sh\necho 'postgres (PostgreSQL) 18.1'\n")
        (tmp_path / name).chmod(0o755)
    monkeypatch.setenv("TANSO_POSTGRES_BIN", str(tmp_path))
    with pytest.raises(TansoError, match="pgbench") as caught:
        pgbench.find()
    assert caught.value.code == "bench.no_pgbench"
    assert "TANSO_POSTGRES_BIN" in caught.value.next_step.en
