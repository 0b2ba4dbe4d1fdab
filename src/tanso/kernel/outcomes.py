"""What the door answers: findings make a decision, a decision and what was done make an outcome."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal
from uuid import UUID

from tanso.kernel.texts import Text

Status = Literal["done", "proposed", "refused", "allowed"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One reason to refuse: the code of the check, its clause, the facts it saw, and what to do next.

    `facts` holds whole numbers, strings, booleans and ISO days only, so that it can be stored and hashed.
    """

    code: str
    clause: str
    message: Text
    next_step: Text
    facts: dict[str, Any] = field(default_factory=dict)
    title: Text = field(default_factory=lambda: Text("", ""))

    def as_json(self) -> dict[str, Any]:
        return {
            "code": self.code,
            "clause": self.clause,
            "title": self.title.as_json(),
            "message": self.message.as_json(),
            "next": self.next_step.as_json(),
            "facts": self.facts,
        }

    @classmethod
    def from_json(cls, value: dict[str, Any]) -> Finding:
        return cls(
            code=value["code"],
            clause=value["clause"],
            title=Text.from_json(value["title"]),
            message=Text.from_json(value["message"]),
            next_step=Text.from_json(value["next"]),
            facts=value["facts"],
        )


@dataclass(frozen=True, slots=True)
class Decision:
    """The rulebook's answer to one act: every finding, in the order of the rule file. No finding means allowed."""

    scheme: str
    rulebook_version: str
    operation: str
    findings: tuple[Finding, ...]
    checks_passed: tuple[str, ...] = ()

    @property
    def allowed(self) -> bool:
        return not self.findings

    @property
    def codes(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(finding.code for finding in self.findings))


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of an act.

    `done`: carried out. `proposed`: recorded, waits for a second person. `refused`: recorded, nothing else happened.
    `allowed`: the answer of a preview, nothing recorded. `repeated`: the act had been given before, and this is what
    became of it then.
    """

    act_id: UUID
    operation: str
    status: Status
    findings: tuple[Finding, ...] = ()
    result: dict[str, Any] = field(default_factory=dict)
    repeated: bool = False

    @property
    def ok(self) -> bool:
        return self.status != "refused"

    @property
    def codes(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(finding.code for finding in self.findings))

    @property
    def headline(self) -> Finding | None:
        """The first finding in the order of the rule file: the one to say first."""
        return self.findings[0] if self.findings else None
