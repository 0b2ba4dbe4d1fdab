"""What came of a scenario, step by step: the material of every report about it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from tanso.interfaces.cli.scenarios.model import Scenario
from tanso.kernel.outcomes import Finding
from tanso.kernel.texts import Text


@dataclass(frozen=True, slots=True)
class Told:
    """One step or check with its outcome.

    `outcome` is the word or figure of it; `wanting` says what was expected instead where `ok` is false. `n` is 0 for
    what the file does not list as a step: a registration that was refused. `figure` names the figure that a check
    found, so that it is shown with its unit; `remark` is what a
    step brought about (issued tonnes, the report's state).
    """

    n: int
    line: int | None
    day: date
    does: str
    who: str
    what: str
    ok: bool
    outcome: str | int | None
    findings: tuple[Finding, ...] = ()
    figure: str = ""
    remark: str = ""
    wanting: Text | None = None
    trace: str = ""

    @property
    def codes(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(finding.code for finding in self.findings))

    def as_json(self) -> dict[str, Any]:
        return {"n": self.n, "do": self.does, "ok": self.ok, "outcome": self.outcome, "refusals": list(self.codes)}


@dataclass(frozen=True, slots=True)
class FellDue:
    """Something that happened by itself while time passed. It is told, not counted."""

    day: date
    operation: str
    outcome: str
    what: str


@dataclass(slots=True)
class Story:
    """A played scenario."""

    scenario: Scenario
    lines: list[Told | FellDue] = field(default_factory=list)

    @property
    def told(self) -> list[Told]:
        return [line for line in self.lines if isinstance(line, Told)]

    @property
    def passed(self) -> int:
        return sum(told.ok for told in self.told)

    @property
    def failed(self) -> int:
        return sum(not told.ok for told in self.told)

    def as_json(self) -> dict[str, Any]:
        return {
            "scenario": self.scenario.title,
            "passed": self.passed,
            "failed": self.failed,
            "steps": [told.as_json() for told in self.told],
        }
