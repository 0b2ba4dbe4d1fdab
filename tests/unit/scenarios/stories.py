"""Small scenario texts for the reader's tests."""

from __future__ import annotations

from pathlib import Path

from tanso.interfaces.cli.scenarios.model import Problem, Scenario, UnreadableScenarioError
from tanso.interfaces.cli.scenarios.reader import read_scenario
from tanso.rulebook import library

PARTIES = """\
  abc: {kind: target_holder, phase: 2, reduction_target_t: 1000}
  trd: {kind: trading_participant}
  ver: {kind: verifier}
"""


def story(*steps: str, parties: str = PARTIES, settings: str = "") -> str:
    """A scenario text with these steps, each a mapping in braces."""
    lines = "".join(f"  - {step}\n" for step in steps)
    return f"scenario: A story\nscheme: asset\n{settings}parties:\n{parties}steps:\n{lines}"


def read(folder: Path, text: str | bytes, name: str = "story.yaml") -> Scenario:
    path = folder / name
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return read_scenario(path, library())


def problems(folder: Path, text: str | bytes) -> list[Problem]:
    """What is wrong with a text; none where it can be read."""
    try:
        read(folder, text)
    except UnreadableScenarioError as error:
        return list(error.problems)
    return []
