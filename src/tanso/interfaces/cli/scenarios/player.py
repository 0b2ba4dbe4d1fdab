"""Live a scenario through the door, in the database that is connected now, and tell what came of each step.

The database must be migrated and empty: a clone of the template. Nothing here decides a rule; a step becomes acts
(`deeds`), a check becomes a query (`checks`), and what was found is compared with what the file expects.
"""

from __future__ import annotations

import traceback
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID, uuid5

from tanso import acts
from tanso.acts import Act, Actor
from tanso.acts import queries as act_queries
from tanso.acts.models import ActRecord
from tanso.interfaces.cli.scenarios import checks, wording
from tanso.interfaces.cli.scenarios.check_words import CHECKS
from tanso.interfaces.cli.scenarios.deeds import Deed, deeds_of
from tanso.interfaces.cli.scenarios.model import ADMINISTRATOR, Check, Party, Scenario, Signer, Step
from tanso.interfaces.cli.scenarios.story import FellDue, Story, Told
from tanso.interfaces.cli.scenarios.vocabulary import VERIFIER, PartyKind, Vocabulary
from tanso.kernel.outcomes import Outcome
from tanso.kernel.texts import Text
from tanso.ledger import postings
from tanso.parties import queries as parties
from tanso.parties.actions import add_administrator
from tanso.registry import applications
from tanso.registry import queries as registry
from tanso.rulebook import library

# Acts of scenarios have ids of their own kind, which follow from the file, the step and the part of the step.
_NAMESPACE = UUID("5a3b3b0e-7a52-5d0e-9c1f-2f6f2f0b7a11")
_ADMINISTRATORS = ("admin-1", "admin-2")
# A story may say what is so anyway.
_IS_SO_ALREADY = ("override.changes_nothing",)


def play(scenario: Scenario, *, after_step: Callable[[Story], None] | None = None) -> Story:
    """Play one scenario; `after_step` is called with the story so far after each step and check.

    What it raises ends the performance: whoever waits for one thing need not see the rest.
    """
    return _Player(scenario).play(after_step or (lambda _story: None))


class _Player:
    """One performance: the clock, the cast, and the story as it is told."""

    def __init__(self, scenario: Scenario) -> None:
        self.scenario = scenario
        self.kinds = {
            scheme: Vocabulary.of(scenario.rulebook if scheme == scenario.scheme else library().get(scheme)).kinds
            for scheme in scenario.schemes
        }
        self.story = Story(scenario)
        self.today: date | None = None
        self.n = 0
        self.part = 0
        # The scheme of the step that is being played.
        self.scheme = scenario.scheme
        by_a_step = {
            step.arguments["party"]
            for step in scenario.steps
            if isinstance(step, Step) and step.verb == "register_participant"
        }
        at_once = [party for party in scenario.parties.values() if party.key not in by_a_step]
        self.waiting = sorted(at_once, key=scenario.opens_on)
        self.logins: dict[str, dict[str, str]] = {}
        self.accounts: dict[str, str] = {}
        self.verifiers: dict[tuple[str, str], Actor] = {}
        self.done: dict[int, UUID] = {}
        # The last deed of each step with the act that it was, so that a later step can approve it.
        self.deeds: dict[int, tuple[Deed, UUID]] = {}

    # The performance

    def play(self, after_step: Callable[[Story], None]) -> Story:
        for login in _ADMINISTRATORS:
            add_administrator(login_id=login, person=login)
        for scheme in self.scenario.schemes:
            acts.pass_time(scheme, self.scenario.first_day)
        self.today = self.scenario.first_day
        self._set_parameters()
        for item in self.scenario.steps:
            self.n, self.part = item.n, 0
            try:
                self._go_to(item.day)
                told = self._check(item) if isinstance(item, Check) else self._step(item)
            except Exception as error:  # a defect of the engine must not end the other stories
                told = _broken(_untold(item), error)
            self.story.lines.append(told)
            after_step(self.story)
        return self.story

    def _set_parameters(self) -> None:
        """The story's settings become parameters of its installation, through the door."""
        for parameter, value in self.scenario.settings.items():
            arguments = {
                "parameter": parameter,
                "value": value.isoformat() if isinstance(value, date) else value,
                "from_day": None,
                "reason": self.scenario.title,
            }
            outcome = self._carry_out(Deed("override_parameter", self.administrator(), arguments))
            if not outcome.ok and outcome.codes != _IS_SO_ALREADY:
                self.story.lines.append(
                    Told(
                        n=0,
                        line=None,
                        day=self.scenario.first_day,
                        does="override_parameter",
                        who=ADMINISTRATOR,
                        what=parameter,
                        ok=False,
                        outcome=outcome.status,
                        findings=outcome.findings,
                        wanting=wording.setting(parameter),
                    )
                )

    def _go_to(self, day: date) -> None:
        """Let time pass to the start of `day`; parties that open on the way are registered on their day."""
        while self.waiting and self.scenario.opens_on(self.waiting[0]) <= day:
            party = self.waiting.pop(0)
            self._pass_time(self.scenario.opens_on(party))
            self._register(party)
        self._pass_time(day)

    def _pass_time(self, day: date) -> None:
        if self.today == day:
            return
        self.today = day
        outcomes = [outcome for scheme in self.scenario.schemes for outcome in acts.pass_time(scheme, day)]
        records = act_queries.acts_by_id([outcome.act_id for outcome in outcomes])
        for outcome in outcomes:
            record = records[outcome.act_id]
            self.story.lines.append(
                FellDue(
                    day=record.day,
                    operation=outcome.operation,
                    outcome=str(outcome.result.get("status", outcome.status)),
                    what=wording.arguments(record.arguments),
                )
            )

    def _step(self, step: Step) -> Told:
        outcome: Outcome | None = None
        self.scheme = self._scheme_of(step.arguments)
        for deed in deeds_of(step, self):
            outcome = self._carry_out(deed)
            if not outcome.ok:
                break
        wanting = wording.wanting(step.expect, outcome)
        return Told(
            n=step.n,
            line=step.line,
            day=step.day,
            does=step.does,
            who=wording.signer(step),
            what=wording.step(step),
            ok=wanting is None,
            outcome="done" if outcome is None else outcome.status,
            findings=() if outcome is None else outcome.findings,
            remark=wording.remark(outcome),
            wanting=wanting,
        )

    def _check(self, check: Check) -> Told:
        scheme = self._scheme_of(check.arguments)
        answer = checks.ask(check.name, scheme=scheme, arguments=check.arguments, day=check.day)
        return Told(
            n=check.n,
            line=check.line,
            day=check.day,
            does=check.does,
            who="",
            what=wording.check(check),
            ok=answer.holds,
            outcome=answer.found,
            figure=CHECKS[check.name].answer,
            wanting=None if answer.holds else wording.answer_wanted(check),
        )

    # Through the door

    def _carry_out(self, deed: Deed) -> Outcome:
        """Perform a deed; where it then waits for a second person, the other administrator approves it."""
        outcome = self._perform(deed)
        self.deeds[self.n] = deed, outcome.act_id
        if outcome.status == "proposed" and deed.actor == self.administrator():
            outcome = self._perform(replace(deed, actor=_administrator(1), proposal=outcome.act_id))
        if outcome.status == "done":
            self.done[self.n] = outcome.act_id
        if outcome.status == "done" and deed.operation == "register_participant":
            self._remember(deed.arguments["key"], outcome)
        if outcome.status == "done" and deed.operation == "request_verification":
            report = (deed.arguments["participant"], deed.arguments["year"])
            self.verifiers[report] = self._actor_of(deed.arguments["verifier"])
        return outcome

    def _perform(self, deed: Deed) -> Outcome:
        self.part += 1
        assert self.today is not None  # noqa: S101 -- nothing is performed before the first day
        return acts.perform(
            Act(
                id=uuid5(_NAMESPACE, f"{self.scenario.digest}/{self.n}/{self.part}"),
                scheme=self.scheme,
                operation=deed.operation,
                arguments=deed.arguments,
                day=self.today,
                actor=deed.actor,
                proposal=deed.proposal,
                files=deed.files,
            )
        )

    def registration_of(self, key: str) -> dict[str, Any]:
        """The arguments with which a declared party is registered."""
        party = self.scenario.parties[key]
        arguments: dict[str, Any] = {
            "key": party.key,
            "kind": party.kind,
            "name": party.key,
            "form": party.form or ("group" if len(party.sites) > 1 else "single"),
            "sites": list(party.sites),
            "attributes": dict(party.attributes),
        }
        if party.phase is not None:
            arguments |= {"phase": party.phase, "reduction_target_t": party.reduction_target_t}
        if party.organisation is not None:
            arguments["organisation"] = party.organisation
        if party.account_name is not None:
            arguments["account_name"] = party.account_name
        return arguments

    def _register(self, party: Party) -> None:
        self.scheme = self.scenario.scheme_of(party.key)
        not_registered = Told(
            n=0,
            line=None,
            day=self.scenario.opens_on(party),
            does="register_participant",
            who=ADMINISTRATOR,
            what=party.key,
            ok=False,
            outcome="refused",
            wanting=wording.registration(party.key),
        )
        try:
            outcome = self._perform(Deed("register_participant", self.administrator(), self.registration_of(party.key)))
        except Exception as error:  # as for a step
            self.story.lines.append(_broken(not_registered, error))
            return
        if outcome.ok:
            self._remember(party.key, outcome)
        else:
            self.story.lines.append(replace(not_registered, findings=outcome.findings))

    def _remember(self, key: str, registered: Outcome) -> None:
        self.logins[key] = registered.result["logins"]
        account = registry.account_of(self.scheme, key)
        if account is not None:
            self.accounts[key] = account.number

    # The cast, as `deeds` asks for it

    def administrator(self) -> Actor:
        return _administrator(0)

    def actor(self, signer: Signer) -> Actor:
        return self.administrator() if signer.party is None else self._actor_of(signer.party, signer.letter)

    def _actor_of(self, key: str, letter: str = "") -> Actor:
        """A login of a party. One that is not registered yet signs all the same; the door refuses it."""
        kinds = self.kinds[self.scenario.scheme_of(key)]
        kind = kinds[self.scenario.parties[key].kind] if key in self.scenario.parties else self._verifier_kind()
        letter = letter or kind.letters[0]
        login = self.logins.get(key, {}).get(letter, f"{key}-{letter}")
        return Actor(role=kind.role, login=login, participant=key, letter=letter)

    def account_number(self, party_or_number: str) -> str:
        """The account of a party; its name where it has none, so that the rules can call it unknown."""
        return self.accounts.get(party_or_number, party_or_number)

    def holder_of(self, party_or_number: str) -> Signer:
        """The party, or the one whose account it is. Nobody's account: any holder tries, and the door refuses."""
        if party_or_number in self.scenario.parties:
            return Signer(party=party_or_number)
        holders = [key for key, number in self.accounts.items() if number == party_or_number]
        return Signer(party=next(iter([*holders, *self.accounts]), None))

    def report_verifier(self, party: str, year: str) -> Actor:
        """The verifier that was asked to verify the report. Where none was: the story's first one, or a new one."""
        asked = self.verifiers.get((party, year))
        if asked is not None:
            return asked
        for key, declared in self.scenario.parties.items():
            scheme = self.scenario.scheme_of(key)
            if scheme == self.scheme and self.kinds[scheme][declared.kind].role == VERIFIER:
                return self._actor_of(key)
        return self.own_verifier(party, year)[1]

    def posting_of(self, step: int) -> int:
        """The posting that a step made; 0 where it made none, so that the rules can call it unknown."""
        return postings.first_of(self.done[step]) or 0 if step in self.done else 0

    def application_of(self, step: int) -> int:
        """The application that a step made; 0 where it made none, so that the rules can call it unknown."""
        return applications.made_by(self.done[step]) or 0 if step in self.done else 0

    def made_by(self, step: int, name: str) -> int:
        """The number that a step's result says under that name; 0 where it says none, so that rules can say so."""
        record = self._record_of(step)
        return 0 if record is None else int(record.result.get(name, 0))

    def act_of(self, step: int) -> str:
        """The id of the act of a step; empty where it was not carried out."""
        return str(self.done[step]) if step in self.done else ""

    def content_of(self, step: int) -> str:
        """The hash of what came beside a step's act."""
        record = self._record_of(step)
        return "" if record is None else str(record.arguments.get("content", ""))

    def _record_of(self, step: int) -> ActRecord | None:
        return ActRecord.objects.get(id=self.done[step]) if step in self.done else None

    def letters_of(self, party: str) -> tuple[str, ...]:
        """The letters of a party's logins."""
        found = parties.participant(self.scheme, party)
        return () if found is None else tuple(sorted(parties.logins_of(found.pk)))

    def approval_of(self, step: int, actor: Actor) -> Deed | None:
        """The approval of what a step proposed; None where it did nothing at all."""
        if step not in self.deeds:
            return None
        deed, act_id = self.deeds[step]
        return replace(deed, actor=actor, proposal=act_id)

    def own_verifier(self, party: str, year: str) -> tuple[str, Actor]:
        """A verifier registered for this step alone. No party of a file can have its name: that has no slash."""
        key = f"{party}/{year}/{self.n}"
        arguments = {"key": key, "kind": self._verifier_kind().name, "name": f"Verifier {party} {year}"}
        self._remember(key, self._perform(Deed("register_participant", self.administrator(), arguments)))
        return key, self._actor_of(key)

    def _verifier_kind(self) -> PartyKind:
        return next(kind for kind in self.kinds[self.scheme].values() if kind.role == VERIFIER)

    def _scheme_of(self, arguments: Mapping[str, Any]) -> str:
        """The scheme that a step or a check is about: that of its party, or of the account that units leave."""
        return self.scenario.scheme_of(str(arguments.get("from", arguments.get("party", ""))))


def _administrator(index: int) -> Actor:
    return Actor(role="administrator", login=_ADMINISTRATORS[index])


def _untold(item: Step | Check) -> Told:
    """A step or check of which nothing is known but what the file says."""
    return Told(
        n=item.n,
        line=item.line,
        day=item.day,
        does=item.does,
        who=wording.signer(item) if isinstance(item, Step) else "",
        what=wording.step(item) if isinstance(item, Step) else wording.check(item),
        ok=False,
        outcome=None,
    )


def _broken(told: Told, error: Exception) -> Told:
    """The same with the defect of the program that stopped it, and what its programmers need."""
    sentence = f"{type(error).__name__}: {error}".splitlines()[0]
    wanting = Text(ja=f"プログラムの不具合です：{sentence}", en=f"a defect of the program: {sentence}")
    return replace(told, outcome="error", wanting=wanting, trace="".join(traceback.format_exception(error)))
