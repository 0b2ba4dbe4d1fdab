"""Live a story: each of its items becomes acts that come through the door, on its day.

Quantities are read when they are needed: reported figures from the published data, everything else from the registry.
Acts have ids that follow from the story, so that a run that was cut off goes on where it stopped.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from django.db.models import Q

from tanso.acts import Act, Actor, outbox, pass_time, perform
from tanso.acts import queries as acts
from tanso.interfaces.cli.stories import model, schedule
from tanso.interfaces.cli.stories.errors import StoryWentWrongError
from tanso.interfaces.cli.stories.reader import Story
from tanso.interfaces.cli.stories.schedule import Item
from tanso.kernel.outcomes import Outcome
from tanso.kernel.texts import Text
from tanso.kernel.units import UnitName
from tanso.parties import actions as parties_actions
from tanso.parties import queries as parties
from tanso.parties.models import Participant
from tanso.registry import queries as registry
from tanso.registry.queries import Standing

Progress = Callable[[int, int, date], None]


def is_begun(story: Story) -> bool:
    """Whether the connected database has participants of this story."""
    there = {participant.key for participant in parties.participants(story.shape.scheme)}
    return bool(there & {*story.shape.holder_keys, *story.shape.others})


def others_are_there(story: Story) -> bool:
    """Whether the connected database has participants that are not of this story."""
    own = Q(scheme=story.shape.scheme, key__in=[*story.shape.holder_keys, *story.shape.others])
    return Participant.objects.exclude(own).exists()


def live(story: Story, *, upto: date | None = None, progress: Progress = lambda *_: None) -> int:
    """Live the story up to the beginning of `upto` (its end where None); returns how many acts were performed.

    `progress` is told how many of how many items are done, and the day. Raises StoryWentWrongError where an act is
    refused that should not be, or the other way round.
    """
    end = story.shape.ends if upto is None else min(upto, story.shape.ends)
    items = [item for item in schedule.plan(story) if item.day < end]
    life = _Life(story)
    with outbox.held_back():
        for done, item in enumerate(items):
            progress(done, len(items), item.day)
            life.come_to(item.day)
            life.live(item)
        life.come_to(end)
    progress(len(items), len(items), end)
    return life.performed


class _Life:
    """One run through a story."""

    def __init__(self, story: Story) -> None:
        self._story = story
        self._shape = story.shape
        self._scheme = story.shape.scheme
        self._today: date | None = None
        self._had = set(acts.acts(self._scheme).values_list("id", flat=True))
        self._actors: dict[tuple[str, str], Actor] = {}
        self._numbers: dict[str, str] = {}
        self._secretariat = [
            parties.actor_of(parties_actions.add_administrator(login_id=login, person=person))
            for login, person in self._shape.administrators.items()
        ]
        self.performed = 0

    def come_to(self, day: date) -> None:
        """Let time pass to the beginning of a day."""
        if day != self._today:
            self._today = day
            self.performed += len(pass_time(self._scheme, day))

    def live(self, item: Item) -> None:
        """Perform what an item stands for, unless an earlier run has."""
        step = item.step
        if isinstance(step, model.Other):
            self._register_other(item, step)
        elif isinstance(step, model.Register):
            self._register_holder(item)
        elif isinstance(step, model.ReportLife):
            self._take_report_step(item, step)
        elif isinstance(step, model.Issue):
            self._issue(item, step)
        elif isinstance(step, model.Buy):
            self._buy(item, step)
        elif isinstance(step, model.Attempt):
            self._attempt(item, step)
        elif isinstance(step, model.Surrender):
            self._surrender(item, step)
        else:
            self._bank(item, step)

    # --- what happens -----------------------------------------------------------------------------------------------

    def _register_other(self, item: Item, other: model.Other) -> None:
        arguments = {"key": item.key, "kind": other.kind, "name": other.name}
        self._do(item, "register_participant", self._secretariat[0], arguments)

    def _register_holder(self, item: Item) -> None:
        site, holders = self._story.site_of(item.key), self._shape.holders
        arguments = {
            "key": item.key,
            "kind": holders.kind,
            "name": site,
            "organisation": holders.organisation,
            "phase": self._shape.phase,
            "reduction_target_t": self._shape.reduction_target_t(self._story.figure_t(item.key, "base")),
            "sites": [site],
        }
        self._do(item, "register_participant", self._secretariat[0], arguments)

    def _take_report_step(self, item: Item, step: model.ReportLife) -> None:
        verifiers = self._shape.verifiers
        # By place and step, so that base and target year go to different verifiers.
        verifier = verifiers[(item.place + item.number) % len(verifiers)]
        figure_t = self._story.figure_t(item.key, step.year)
        arguments: dict[str, Any] = {"participant": item.key, "year": step.year}
        if item.verb == "register_report":
            arguments |= {"emissions_t": figure_t}
        elif item.verb == "request_verification":
            arguments |= {"verifier": verifier}
        elif item.verb == "file_verification":
            arguments |= {"emissions_t": figure_t, "opinion": self._shape.opinion}
        actor = self._secretariat[0]
        if item.verb in ("register_report", "request_verification"):
            actor = self._login(item.key, step.login)
        elif item.verb in ("file_verification", "request_approval"):
            actor = self._login(verifier)
        self._do(item, item.verb, actor, arguments)

    def _issue(self, item: Item, step: model.Issue) -> None:
        proposal_id = self._id_of(f"{item.number}/propose/{item.key}")
        if item.verb == "confirm":
            proposal = acts.acts_by_id([proposal_id]).get(proposal_id)
            if proposal is not None:
                self._do(item, "issue", self._secretariat[1], proposal.arguments, proposal=proposal_id)
            return
        arguments: dict[str, Any] = {"account": self._account(item.key), "unit": step.unit}
        if step.quantity_lacked_by is not None:
            arguments["quantity_t"] = self._lacked_t(step.quantity_lacked_by)
            if not arguments["quantity_t"]:
                return
        if step.evidence is not None:
            arguments["evidence"] = step.evidence.model_dump()
        self._do(item, "issue", self._secretariat[0], arguments)

    def _buy(self, item: Item, step: model.Buy) -> None:
        for seller in step.of:
            quantity_t = self._offered_t(seller, step.unit)
            if step.quantity == "lacked":
                quantity_t = min(quantity_t, self._lacked_t(step.who))
            if quantity_t:
                self._transfer(item, seller=seller, buyer=step.who, unit=step.unit, quantity_t=quantity_t)

    def _attempt(self, item: Item, step: model.Attempt) -> None:
        quantity_t = self._lacked_t(step.to) if step.quantity == "lacked_by_buyer" else self._surplus_t(step.from_)
        if quantity_t:
            self._transfer(
                item, seller=step.from_, buyer=step.to, unit=step.unit, quantity_t=quantity_t, refused=step.refused
            )

    def _transfer(
        self, item: Item, *, seller: str, buyer: str, unit: str, quantity_t: int, refused: list[str] | None = None
    ) -> None:
        arguments = {
            "from": self._account(seller),
            "to": self._account(buyer),
            "unit": unit,
            "quantity_t": quantity_t,
        }
        self._do(item, "transfer", self._login(seller), arguments, part=seller, refused=refused)

    def _surrender(self, item: Item, step: model.Surrender) -> None:
        standing = self._standing(item.key)
        owed_t = standing.still_to_surrender_t or 0
        for unit in step.units:
            quantity_t = min(owed_t, _held_t(standing, UnitName.parse(unit)))
            owed_t -= quantity_t
            if quantity_t:
                arguments = {"account": standing.account_number, "unit": unit, "quantity_t": quantity_t}
                self._do(item, "surrender", self._login(item.key), arguments, part=unit)

    def _bank(self, item: Item, step: model.Banking) -> None:
        standing = self._standing(item.key)
        arguments = {"account": standing.account_number}
        if step.do == "apply_for_banking":
            # Who holds nothing has nothing to carry over.
            if standing.holdings:
                self._do(item, step.do, self._login(item.key), arguments)
        elif standing.has_pending_banking:
            self._do(item, step.do, self._secretariat[0], arguments)

    # --- what is read -----------------------------------------------------------------------------------------------

    def _standing(self, key: str) -> Standing:
        assert self._today is not None  # noqa: S101 (time has come to the item's day)
        standing = registry.standing(self._scheme, key, self._today)
        if standing is None:
            raise self._wrong("example.no_account", "口座がありません", "there is no account", key=key)
        return standing

    def _lacked_t(self, key: str) -> int:
        """What a holder must still come by: its shortfall, less what it holds."""
        standing = self._standing(key)
        return max(0, (standing.shortfall_t or 0) - sum(holding.quantity_t for holding in standing.holdings))

    def _surplus_t(self, key: str) -> int:
        """What a holder does not need itself; nothing before its emissions are known."""
        standing = self._standing(key)
        if standing.participant.phase is not None and standing.shortfall_t is None:
            return 0
        return max(0, sum(holding.quantity_t for holding in standing.holdings) - (standing.shortfall_t or 0))

    def _offered_t(self, key: str, unit: str) -> int:
        """What a seller can give of a unit: what it does not need, within what the rules let it sell."""
        assert self._today is not None  # noqa: S101
        sellable_t = registry.sellable_t(self._scheme, key, self._today, unit) or 0
        return min(sellable_t, self._surplus_t(key))

    def _account(self, key: str) -> str:
        if key not in self._numbers:
            self._numbers[key] = self._standing(key).account_number
        return self._numbers[key]

    def _login(self, key: str, letter: str = "A") -> Actor:
        if (key, letter) not in self._actors:
            participant = parties.participant(self._scheme, key)
            logins = {} if participant is None else parties.logins_of(participant.id)
            if letter not in logins:
                raise self._wrong(
                    "example.no_login",
                    f"「{key}」にログイン{letter}がありません",
                    f"{key} has no login {letter}",
                    key=key,
                )
            self._actors[key, letter] = parties.actor_of(logins[letter])
        return self._actors[key, letter]

    # --- through the door -------------------------------------------------------------------------------------------

    def _id_of(self, identity: str) -> UUID:
        return uuid5(NAMESPACE_URL, f"example/{self._scheme}/{self._story.name}/{identity}")

    def _do(
        self,
        item: Item,
        operation: str,
        actor: Actor,
        arguments: Mapping[str, Any],
        *,
        part: str = "",
        proposal: UUID | None = None,
        refused: list[str] | None = None,
    ) -> None:
        """Perform one act of an item, unless an earlier run has; `part` tells several acts of one item apart."""
        identity = self._id_of(f"{item.identity}/{part}" if part else item.identity)
        if identity in self._had:
            return
        outcome = perform(
            Act(
                id=identity,
                scheme=self._scheme,
                operation=operation,
                arguments=arguments,
                day=item.day,
                actor=actor,
                proposal=proposal,
            )
        )
        self.performed += 1
        if refused is None and not outcome.ok:
            raise self._refused(item, operation, outcome)
        if refused is not None and not set(refused) <= set(outcome.codes):
            raise self._wrong(
                "example.not_refused",
                f"{operation} は {', '.join(refused)} で断られるはずでした",
                f"{operation} should have been refused with {', '.join(refused)}",
                key=item.key,
            )

    def _refused(self, item: Item, operation: str, outcome: Outcome) -> StoryWentWrongError:
        headline = outcome.headline
        said = Text("", "") if headline is None else headline.message
        return self._wrong(
            "example.refused",
            f"{operation} は断られました。{said.ja}（{'、'.join(outcome.codes)}）",
            f"{operation} was refused. {said.en} ({', '.join(outcome.codes)})",
            key=item.key,
        )

    def _wrong(self, code: str, ja: str, en: str, *, key: str) -> StoryWentWrongError:
        return StoryWentWrongError(
            code=code,
            message=Text(ja=f"{self._today} {key}：{ja}", en=f"{self._today}, {key}: {en}"),
            facts={"key": key, "day": str(self._today)},
        )


def _held_t(standing: Standing, unit: UnitName) -> int:
    return sum(
        holding.quantity_t
        for holding in standing.holdings
        if (holding.unit_class.unit_type, holding.unit_class.phase) == (unit.type, unit.phase)
    )
