"""Live an example of a table: each step becomes acts, one a row, which go through the door in one batch on its day."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any
from uuid import UUID, uuid5

from tanso import acts
from tanso.acts import Act, Actor
from tanso.acts.act import Role
from tanso.interfaces.cli.stories.errors import StoryWentWrongError
from tanso.interfaces.cli.tables.model import StepShape
from tanso.interfaces.cli.tables.reader import Example, Row
from tanso.kernel.outcomes import Outcome
from tanso.kernel.texts import Text
from tanso.parties.actions import add_administrator
from tanso.parties.models import VERIFIER
from tanso.registry import queries as registry

Progress = Callable[[int, int, date], None]
# Acts of an example have ids that follow from it, the step and the row.
_NAMESPACE = UUID("c8f0f0c2-5a55-5f3c-9a1d-6f4f2d0b7e55")
_PLACE = re.compile(r"\{(\w+)(?::(int|bool))?\}")
_ACCOUNT_OF = "account of "


def live(example: Example, *, progress: Progress = lambda done, total, day: None) -> Counter[str]:
    """Live the example in the connected, empty database; how many acts of each operation were done.

    Raises StoryWentWrongError where an act is refused.
    """
    return _Life(example).live(progress)


class _Life:
    """One life: the steps in their order, with the accounts of those who are registered."""

    def __init__(self, example: Example) -> None:
        self._example = example
        self._schemes = list(dict.fromkeys([example.shape.scheme, *example.shape.schemes]))
        self._accounts: dict[tuple[str, str], str] = {}
        self._logins: dict[tuple[str, str], str] = {}
        self._verifiers: set[tuple[str, str]] = set()

    def live(self, progress: Progress) -> Counter[str]:
        shape = self._example.shape
        done: Counter[str] = Counter()
        add_administrator(login_id=shape.administrator, person=shape.administrator)
        self._pass_time(shape.begins)
        for number, step in enumerate(shape.steps):
            self._pass_time(step.day)
            wanted = list(self._acts(number, step))
            for act, outcome in zip(wanted, acts.perform_batch(wanted), strict=True):
                if outcome.status != "done":
                    raise _refused(act, outcome)
                self._remember(act, outcome)
            done[step.do] += len(wanted)
            progress(number + 1, len(shape.steps), step.day)
        self._pass_time(shape.ends)
        return done

    def _pass_time(self, day: date) -> None:
        for scheme in self._schemes:
            acts.pass_time(scheme, day)

    def _acts(self, number: int, step: StepShape) -> Iterator[Act]:
        scheme = step.scheme or self._example.shape.scheme
        for row in self._rows(step):
            identity = f"{self._example.name}/{number}/{sorted(row.items())}"
            yield Act(
                id=uuid5(_NAMESPACE, identity),
                scheme=scheme,
                operation=step.do,
                arguments={name: self._filled(scheme, value, row) for name, value in step.arguments.items()},
                day=step.day,
                actor=self._actor(scheme, step, row),
            )

    def _rows(self, step: StepShape) -> list[Row]:
        if step.of is None:
            return [{}]
        rows = self._example.rows[step.of]
        return [row for row in rows if all(row[column] in values for column, values in step.where.items())]

    def _actor(self, scheme: str, step: StepShape, row: Row) -> Actor:
        if step.by is None:
            return Actor(role="administrator", login=self._example.shape.administrator)
        key = str(_written(step.by, row))
        role: Role = "verifier" if (scheme, key) in self._verifiers else "participant"
        return Actor(role=role, login=self._logins[scheme, key], participant=key, letter="A")

    def _filled(self, scheme: str, value: Any, row: Row) -> Any:
        """A value of the file with the row's columns in their places."""
        if isinstance(value, dict):
            filled = {name: self._filled(scheme, item, row) for name, item in value.items()}
            return {name: item for name, item in filled.items() if item != ""}
        if isinstance(value, list):
            return [self._filled(scheme, item, row) for item in value]
        if isinstance(value, str) and value.startswith(_ACCOUNT_OF):
            return self._account(scheme, str(_written(value.removeprefix(_ACCOUNT_OF), row)))
        return _written(value, row) if isinstance(value, str) else value

    def _account(self, scheme: str, key: str) -> str:
        """The account number of a participant; `scheme/key` names one of another scheme."""
        if "/" in key:
            scheme, _, key = key.partition("/")
        return self._accounts[scheme, key]

    def _remember(self, act: Act, outcome: Outcome) -> None:
        if act.operation != "register_participant":
            return
        key = act.arguments["key"]
        if act.arguments["kind"] == VERIFIER:
            self._verifiers.add((act.scheme, key))
        self._logins[act.scheme, key] = outcome.result["logins"].get("A", "")
        account = registry.account_of(act.scheme, key)
        if account is not None:
            self._accounts[act.scheme, key] = account.number


def _written(value: str, row: Row) -> Any:
    """A text with the row's columns in their places; a whole number or a truth where it is one column of that type."""
    whole = _PLACE.fullmatch(value)
    if whole is not None and whole[2] is not None:
        return int(row[whole[1]]) if whole[2] == "int" else row[whole[1]] == "yes"
    return _PLACE.sub(lambda found: row[found[1]], value)


def _refused(act: Act, outcome: Outcome) -> StoryWentWrongError:
    headline = outcome.headline
    said = Text("", "") if headline is None else headline.message
    codes = ", ".join(outcome.codes)
    return StoryWentWrongError(
        code="example.refused",
        message=Text(
            ja=f"{act.day} {act.operation} は断られました。{said.ja}（{codes}）",
            en=f"{act.day}: {act.operation} was refused. {said.en} ({codes})",
        ),
        facts={"act": str(act.id), "arguments": dict(act.arguments)},
    )
