"""What a decision of the rulebook costs: CPU microseconds for each operation, medians of several runs.

A condition remembers what it answered for the same values, so each decision is timed twice: with values that were never
asked before, and asked again. The goal is for ten checks that were never asked before.

    .venv/bin/python benchmarks/decisions.py

No database: the facts of worked cases are given as the door would give them.
"""

from __future__ import annotations

import statistics
import time
from datetime import date
from typing import Any

from tanso.rulebook import library

RUNS, TIMES = 7, 500

HOLDER = {
    "exists": True,
    "number": "AST-1001",
    "kind": "compliance",
    "is_open": True,
    "opened_on": date(2014, 3, 31),
    "holder.kind": "target_holder",
    "holder.has_phase": True,
    "holder.phase": 2,
    "holder.reduction_target_t": 1000,
    "holder.has_issued": True,
    "holder.issued_t": 9000,
    "holder.has_base": True,
    "holder.base_t": 10_000,
}
TRADER = {
    "exists": True,
    "number": "AST-1002",
    "kind": "trading",
    "is_open": True,
    "opened_on": date(2014, 3, 31),
    "holder.kind": "trading_participant",
}


def named(prefix: str, facts: dict[str, Any]) -> dict[str, Any]:
    return {f"{prefix}.{name}": fact for name, fact in facts.items()}


UNITS = {"unit.type": "JAA", "unit.has_phase": True, "unit.phase": 2}
OWN = {
    **named("account", HOLDER),
    **UNITS,
    "day": date(2014, 6, 1),
    "unit.held_t": 9000,
    "quantity.t": 1000,
    "quantity.is_whole": True,
    "holdings": [{**UNITS, "quantity_t": 9000}],
}
CASES: dict[str, dict[str, Any]] = {
    "transfer": {**OWN, **named("from", HOLDER), **named("to", TRADER)},
    "surrender": OWN,
    "cancel": {**OWN, "cancel.purpose": "voluntary"},
    "issue": {**OWN, "day": date(2014, 4, 1)},
}


# What a decision of ten checks may cost.
GOAL_US, CHECKS = 500, 10


def cpu_us(operation: str, facts: dict[str, Any], *, forgetful: bool) -> float:
    """CPU microseconds of one decision; `forgetful`: no condition remembers what it answered before."""
    rulebook = library().get("asset")
    plan = rulebook._plan(operation)  # what remembers has no public door, because nobody but this page needs it shut
    remembered = [
        answers._known
        for question in plan._questions
        for answers in (question.when, question.require)
        if answers is not None
    ]
    spent = 0.0
    for _ in range(TIMES):
        if forgetful:
            for known in remembered:
                known.clear()
        began = time.process_time()
        rulebook.decide(operation, facts)
        spent += time.process_time() - began
    return 1_000_000 * spent / TIMES


def main() -> None:
    rulebook = library().get("asset")
    worst = 0.0
    for operation, facts in CASES.items():
        guards = sum(operation in check.operations for check in rulebook.checks.values())
        decision = rulebook.decide(operation, facts)
        anew, again = (
            statistics.median(cpu_us(operation, facts, forgetful=forgetful) for _ in range(RUNS))
            for forgetful in (True, False)
        )
        worst = max(worst, anew * CHECKS / guards)
        found = ", ".join(decision.codes) or "allowed"
        print(f"{operation}: {guards} checks, {anew:.0f} µs of CPU a decision, {again:.0f} µs asked again ({found})")
    said = "met" if worst < GOAL_US else "missed"
    print(
        f"ten checks with values never asked before: at most {worst:.0f} µs of CPU (goal: under {GOAL_US} µs, {said})"
    )


if __name__ == "__main__":
    main()
