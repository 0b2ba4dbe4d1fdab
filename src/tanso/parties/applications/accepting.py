"""Accepting an application: its participants are registered, each by an act of its own that this one carries out.

What registration asks of each of them is asked here too, so that an application is accepted as a whole or not at all.
Readings, sites, contact and mail addresses follow from what was submitted; they are in no act.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import uuid5

from tanso.acts.act import Act
from tanso.acts.operations import BatchWork, Done, Facts
from tanso.acts.refusals import refusal
from tanso.acts.steps import take_step
from tanso.kernel.outcomes import Finding
from tanso.parties import contacts
from tanso.parties import permissions as may
from tanso.parties.applications import checking, queries
from tanso.parties.applications.adoption import Adoptions
from tanso.parties.applications.content import YES, Content, sites_of
from tanso.parties.applications.events import RegistrationAccepted
from tanso.parties.applications.models import ACCEPTED, Application, ApplicationHolder
from tanso.parties.applications.steps import state_facts
from tanso.parties.contacts import ContactData
from tanso.parties.models import Login, Organisation, Participant, Site
from tanso.parties.queries import registered
from tanso.parties.registration import Registrations
from tanso.rulebook import Rulebook


class Acceptances(BatchWork):
    """Applications that are accepted, each with the registrations that it carries out."""

    def __init__(self, acts: Sequence[Act], rulebook: Rulebook) -> None:
        self._rulebook = rulebook
        self._found = {act.id: queries.application(rulebook.scheme, act.arguments["registration"]) for act in acts}

    def permits(self, act: Act) -> bool:
        return may.is_administrator(act.actor)

    def missing(self, act: Act) -> Finding | None:
        if self._found[act.id] is not None:
            return None
        return refusal("registration.unknown", number=act.arguments["registration"])

    def facts(self, act: Act) -> Facts:
        found = self._application(act)
        said = queries.content_of(self._rulebook, found)
        papers = queries.papers_of(self._rulebook, found)
        adopted = checking.adoption_facts(self._rulebook, said, found.phase)
        return state_facts(act.operation, found) | {
            "registration.papers_missing": [paper.paper for paper in papers if paper.arrived_on is None],
            **{f"registration.{name}": value for name, value in adopted.items()},
        }

    def carries_out(self, act: Act, facts: Facts) -> tuple[BatchWork, list[Act]] | None:
        """The registration of each holder, in the order of the application."""
        found = self._application(act)
        if not facts["registration.step_allowed"]:
            return None
        said = queries.content_of(self._rulebook, found)
        keys = keys_of(self._rulebook, found, act.arguments.get("keys"))
        wishes = [
            Act(
                id=uuid5(act.id, f"register {place}"),
                scheme=act.scheme,
                operation="register_participant",
                arguments=arguments,
                day=act.day,
                actor=act.actor,
            )
            for place, arguments in enumerate(registrations_of(self._rulebook, found, said, keys), start=1)
        ]
        return Registrations(wishes, self._rulebook), wishes

    def written_alone(self, act: Act) -> bool:
        return True

    def apply(self, act: Act, facts: Facts) -> None:
        """Nothing that another acceptance is decided on."""

    def write(self, allowed: Sequence[tuple[Act, Facts]]) -> list[Done]:
        return [self._accept(act) for act, _ in allowed]

    def _application(self, act: Act) -> Application:
        found = self._found[act.id]
        if found is None:
            raise AssertionError("an unknown application is refused before it comes here")
        return found

    def _accept(self, act: Act) -> Done:
        """Complete what the registrations wrote: they come first."""
        found = self._application(act)
        said = queries.content_of(self._rulebook, found)
        keys = keys_of(self._rulebook, found, act.arguments.get("keys"))
        for place, (key, holder) in enumerate(zip(keys, said.holders, strict=True), start=1):
            participant = Participant.objects.select_related("organisation").get(scheme=act.scheme, key=key)
            _complete(act, participant, said, holder)
            ApplicationHolder.objects.create(application=found, place=place, participant=participant)
        take_step(act, found, ACCEPTED)
        event = RegistrationAccepted(registration=found.id, kind=found.kind, reason="", participants=keys)
        return Done(result={"registration_state": ACCEPTED, "participants": keys}, events=(event,))


def keys_of(rulebook: Rulebook, found: Application, chosen: object = None) -> list[str]:
    """The keys of the participants to be: those that were chosen, or allotted by the form's rule."""
    form, holders = queries.form_of(rulebook, found), queries.content_of(rulebook, found).holders
    if isinstance(chosen, list) and len(chosen) == len(holders):
        return [str(key) for key in chosen]
    number = form.keys.format(n=found.id)
    return [number] if len(holders) == 1 else [f"{number}-{place}" for place in range(1, len(holders) + 1)]


def registrations_of(
    rulebook: Rulebook, found: Application, said: Content, keys: Sequence[str]
) -> list[dict[str, Any]]:
    """The arguments by which each holder is registered. They name no person."""
    adoptions = Adoptions(rulebook.scheme, found.phase, [row.get("site_name", "") for row in said.holders])
    return [
        _registration(said, found.phase, holder, key, adoptions) for key, holder in zip(keys, said.holders, strict=True)
    ]


def _registration(
    said: Content, phase: int | None, holder: Mapping[str, str], key: str, adoptions: Adoptions
) -> dict[str, Any]:
    arguments: dict[str, Any] = {
        "key": key,
        "kind": said.form.kind,
        "name": holder.get("account_name") or said.representative,
        "organisation": said.representative,
    }
    if holder.get("account_name"):
        arguments["account_name"] = holder["account_name"]
    if phase is not None:
        arguments["phase"] = phase
    if holder.get("form"):
        arguments["form"] = holder["form"]
    if sites_of(holder):
        arguments["sites"] = sites_of(holder)
    entry = adoptions.entry(said.representative, holder.get("site_name", ""))
    if entry is not None:
        arguments["reduction_target_t"] = entry.reduction_target_t
    attributes = _attributes(said, holder)
    return arguments | ({"attributes": attributes} if attributes else {})


def _attributes(said: Content, holder: Mapping[str, str]) -> dict[str, Any]:
    """The scheme's own fields, as they are kept with a participant."""
    found: dict[str, Any] = {}
    for field in said.form.fields:
        written = holder.get(field.id) or said.fields.get(field.id, "")
        if field.is_attribute and written:
            found[field.id] = written == YES if field.type == "bool" else written
    return found


def _complete(act: Act, participant: Participant, said: Content, holder: Mapping[str, str]) -> None:
    """Write what registration does not know: readings, the site's address, the contact, mail addresses."""
    fields = said.fields
    Organisation.objects.filter(pk=participant.organisation_id, name_kana="").update(
        name_kana=fields.get("representative_reading", "")
    )
    if holder.get("site_name"):
        Site.objects.filter(participant=participant, name=holder["site_name"]).update(
            name_kana=holder.get("site_reading", ""), address=holder.get("site_address", "")
        )
    letters = Login.objects.filter(participant=participant).values_list("letter", flat=True)
    mails = {"A": fields.get("mail_a", ""), "B": fields.get("mail_b", "")}
    contacts.keep(
        participant=participant,
        contact=ContactData(
            company=fields.get("contact_organisation") or said.representative,
            department=fields.get("contact_department", ""),
            title=fields.get("contact_title", ""),
            person=fields.get("contact_person", ""),
            person_kana=fields.get("contact_reading", ""),
            postcode=fields.get("contact_postcode", ""),
            address=fields.get("contact_address", ""),
            telephone=fields.get("contact_telephone", ""),
            fax=fields.get("contact_fax", ""),
        ),
        mails={letter: mails[letter] for letter in letters if letter in mails},
        day=act.day,
        act_id=act.id,
    )
    Login.objects.filter(participant=participant, letter="A").update(person=fields.get("contact_person", ""))


def key_problem(scheme: str, keys: Sequence[str]) -> bool:
    """Whether keys are used twice, or taken."""
    return len(set(keys)) < len(keys) or bool(registered(scheme, keys))
