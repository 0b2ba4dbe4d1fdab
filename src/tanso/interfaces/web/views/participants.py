"""Participants in the administrator's hands: one is registered without an application, or gets another field."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from tanso.acts import Act
from tanso.interfaces.web import describe, words
from tanso.interfaces.web.access import own_or_404
from tanso.interfaces.web.acting import ActView, Change, Crumb, crumbs
from tanso.interfaces.web.desk import Desk, Who
from tanso.interfaces.web.forms.participant import AttributeForm, register_form
from tanso.kernel.outcomes import Outcome
from tanso.parties import queries
from tanso.parties.models import Participant
from tanso.rulebook.model import Attribute


class RegisterParticipant(ActView):
    """A participant that did not apply through the website; its account, reports and logins follow."""

    who = (Who.ADMINISTRATOR,)
    operation = "register_participant"
    is_final = True

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        self.form_class = register_form(self.desk.rulebook.attributes)  # type: ignore[misc]

    def find(self, **kwargs: Any) -> None:
        if self.operation not in self.desk.rulebook.operations:
            raise Http404

    def form_options(self) -> dict[str, Any]:
        rulebook = self.desk.rulebook
        has_phases = any(kind.has_phase for kind in rulebook.participant_kinds.values())
        return {
            "kinds": [
                (name, describe.capital(describe.here(kind.label))) for name, kind in rulebook.participant_kinds.items()
            ],
            "phases": [(str(number), describe.phase(rulebook, number)) for number in rulebook.phases if has_phases],
            "attributes": rulebook.attributes,
        }

    def lead(self) -> str:
        return _("For whoever did not apply through the website. Account, reports and logins are made at once.")

    def way(self) -> list[Crumb]:
        return crumbs(self.desk, (_("Participants"), self.back()), self.title())

    def back(self) -> str:
        return reverse("standings", kwargs={"scheme": self.desk.scheme})

    def context(self) -> dict[str, Any]:
        return {"button": _("Continue to the confirmation")}


class ChangeAttribute(ActView):
    """Another value of one field of a participant."""

    who = (Who.ADMINISTRATOR,)
    operation = "change_attribute"
    form_class = AttributeForm
    participant: Participant
    attribute: Attribute

    def find(self, **kwargs: Any) -> None:
        found = queries.participant(self.desk.scheme, kwargs["participant"])
        self.participant = own_or_404(found, is_own=self.operation in self.desk.rulebook.operations)
        known = self.desk.rulebook.attributes.get(kwargs["attribute"])
        if known is None:
            raise Http404
        self.attribute = known

    def form_options(self) -> dict[str, Any]:
        return {"attribute": self.attribute, "value": self.participant.attributes.get(self.attribute.id)}

    def fixed_arguments(self) -> dict[str, Any]:
        return {"participant": self.participant.key, "attribute": self.attribute.id}

    def title(self) -> str:
        return _("Change: %(field)s") % {"field": describe.capital(describe.here(self.attribute.label))}

    def lead(self) -> str:
        return self.participant.known_as

    def names(self, act: Act) -> dict[str, str]:
        return {self.participant.key: self.participant.known_as}

    def phase(self) -> int | None:
        return self.participant.phase

    def way(self) -> list[Crumb]:
        steps = (_("Participants"), _list(self.desk)), (self.participant.known_as, self.back())
        return crumbs(self.desk, *steps, self.title())

    def back(self) -> str:
        if "request_contact_change" not in self.desk.rulebook.operations:
            return _list(self.desk)
        return reverse("contact", kwargs={"scheme": self.desk.scheme, "participant": self.participant.key})

    def look(self) -> Any:
        found = queries.participant(self.desk.scheme, self.participant.key)
        return None if found is None else found.attributes.get(self.attribute.id)

    def changes(self, before: Any, after: Any, outcome: Outcome) -> list[Change]:
        label = describe.capital(describe.here(self.attribute.label))
        return [Change(label, *(shown_value(self.attribute, value) for value in (before, after)))]

    def context(self) -> dict[str, Any]:
        return {"button": _("Continue to the confirmation")}


def _list(desk: Desk) -> str:
    return reverse("standings", kwargs={"scheme": desk.scheme})


def shown_value(attribute: Attribute, value: Any) -> str:
    """The value of a field in words; a dash for none."""
    if value is None:
        return "–"
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if attribute.type == "choice" and value in attribute.choices:
        return describe.capital(describe.here(attribute.choices[value]))
    number = words.whole_number(value) if isinstance(value, int) else str(value)
    return f"{number} {attribute.unit}".strip()


def field_lines(desk: Desk, found: Participant) -> list[tuple[str, str, str]]:
    """The fields of a participant for the administrator: name, value, and where it is changed."""
    if not desk.is_administrator or "change_attribute" not in desk.rulebook.operations:
        return []
    return [
        (
            describe.capital(describe.here(attribute.label)),
            shown_value(attribute, found.attributes.get(attribute.id)),
            reverse(
                "change_attribute",
                kwargs={"scheme": desk.scheme, "participant": found.key, "attribute": attribute.id},
            ),
        )
        for attribute in desk.rulebook.attributes.values()
    ]
