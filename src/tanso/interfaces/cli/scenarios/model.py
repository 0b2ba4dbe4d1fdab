"""What a scenario file says, once it has been read: parties, dated steps and checks, expectations; and its problems."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from tanso.kernel.texts import Text
from tanso.rulebook import Rulebook

ADMINISTRATOR = "admin"


@dataclass(frozen=True, slots=True)
class Problem:
    """One reason why a file cannot be read: where it stands and what is wrong, in both languages.

    `step` counts from 1 and is None outside `steps`; `key` is written as a person would point to it: `steps[2].day`.
    """

    file: str
    line: int | None
    step: int | None
    key: str
    message: Text

    def in_language(self, language: str) -> str:
        place = self.file if self.line is None else f"{self.file}:{self.line}"
        parts = [place]
        if self.step is not None:
            parts.append(Text(ja=f"手順 {self.step}", en=f"step {self.step}").in_language(language))
        if self.key:
            parts.append(Text(ja=f"キー「{self.key}」", en=f'key "{self.key}"').in_language(language))
        return ": ".join([*parts, self.message.in_language(language)])

    def as_json(self) -> dict[str, Any]:
        return {
            "file": self.file,
            "line": self.line,
            "step": self.step,
            "key": self.key,
            "message": self.message.as_json(),
        }


class UnreadableScenarioError(Exception):
    """The file cannot be played; `problems` holds every reason, in the order of the file."""

    def __init__(self, problems: Sequence[Problem], *, title: str | None = None) -> None:
        self.problems = tuple(problems)
        self.title = title
        super().__init__("\n".join(problem.in_language("en") for problem in problems))


@dataclass(frozen=True, slots=True)
class Party:
    """One declared participant. `reduction_target_t` is whole tonnes, or text where the file has a fraction."""

    key: str
    kind: str
    opened: date | None = None
    phase: int | None = None
    reduction_target_t: int | str | None = None
    sites: tuple[str, ...] = ()
    attributes: Mapping[str, Any] = field(default_factory=dict)
    organisation: str | None = None
    account_name: str | None = None
    form: str | None = None
    # The scheme that it is registered in, where that is not the story's.
    scheme: str = ""


@dataclass(frozen=True, slots=True)
class Signer:
    """Who signs a step: the administrator (`party` is None), or a party by its login `letter` (empty: its first)."""

    party: str | None = None
    letter: str = ""

    def __str__(self) -> str:
        if self.party is None:
            return ADMINISTRATOR
        return self.party if not self.letter else f"{self.party}/{self.letter}"


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a credit is issued against: the kind of certificate or transfer, its reference, and what it says."""

    kind: str
    reference: str
    account: str = ""
    serials: str = ""
    day: date | None = None

    def as_argument(self) -> dict[str, str]:
        """As the acts of issue and application take it; particulars that are not given are left out."""
        said = {"account": self.account, "serials": self.serials, "day": self.day.isoformat() if self.day else ""}
        return {"kind": self.kind, "reference": self.reference} | {name: text for name, text in said.items() if text}


@dataclass(frozen=True, slots=True)
class Workbook:
    """A workbook or document beside the scenario: the path as written and the file's bytes, read once."""

    path: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Expectation:
    """What must come of a step. `refused` None: it must be done; a tuple: refused, with at least these codes.

    `proposed`: it must wait for a second person.
    """

    refused: tuple[str, ...] | None = None
    issued_t: int | str | None = None
    state: str | None = None
    proposed: bool = False


@dataclass(frozen=True, slots=True)
class Step:
    """One act on one day. `n` counts steps and checks together, from 1."""

    n: int
    line: int | None
    day: date
    verb: str
    arguments: Mapping[str, Any]
    by: Signer | None
    expect: Expectation

    @property
    def does(self) -> str:
        """What the outcome calls it."""
        return self.verb


@dataclass(frozen=True, slots=True)
class Check:
    """One question on one day, with the answer that the story expects."""

    n: int
    line: int | None
    day: date
    name: str
    arguments: Mapping[str, Any]

    @property
    def does(self) -> str:
        """What the outcome calls it."""
        return f"check {self.name}"


@dataclass(frozen=True, slots=True)
class Scenario:
    """A story ready to be played. `rulebook` already carries the story's settings; `digest` is of the file's bytes."""

    file: Path
    title: str
    scheme: str
    settings: Mapping[str, Any]
    parties: Mapping[str, Party]
    steps: tuple[Step | Check, ...]
    rulebook: Rulebook
    digest: str

    @property
    def first_day(self) -> date:
        """The day on which the timeline starts: the first step's, or the first opening where that is earlier."""
        return min([self.steps[0].day, *(party.opened for party in self.parties.values() if party.opened is not None)])

    @property
    def schemes(self) -> list[str]:
        """The story's scheme, and those of its parties."""
        return list(dict.fromkeys([self.scheme, *(self.scheme_of(key) for key in self.parties)]))

    def scheme_of(self, party: str) -> str:
        """The scheme in which a party takes part; the story's for what is no declared party."""
        found = self.parties.get(party)
        return (found.scheme if found is not None else "") or self.scheme

    def opens_on(self, party: Party) -> date:
        """The day on which the party is registered."""
        return party.opened or self.steps[0].day
