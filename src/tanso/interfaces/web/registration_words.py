"""Applications for registration in words: states, and what they say line by line."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from tanso.interfaces.web import words
from tanso.interfaces.web.describe import Line, here
from tanso.kernel.texts import Text
from tanso.parties.applications.content import NO, YES, Content
from tanso.parties.applications.models import ACCEPTED, REFUSED, RETURNED, SUBMITTED
from tanso.rulebook import Rulebook
from tanso.rulebook.registration import FormField

# How event rules call whoever applies.
ADDRESSEE = "applicant"
_TONES = {SUBMITTED: "waiting", RETURNED: "attention", REFUSED: "bad", ACCEPTED: "good"}
_YES_NO = {YES: Text("はい", "Yes"), NO: Text("いいえ", "No")}


@dataclass(frozen=True, slots=True)
class Part:
    """A section of an application, or one of its rows, with its lines."""

    title: str
    lines: list[Line]


def shown_state(state: str) -> str:
    """A state of an application in words."""
    return {
        SUBMITTED: _("Submitted"),
        RETURNED: _("Returned to the applicant"),
        REFUSED: _("Application refused"),
        ACCEPTED: _("Application accepted"),
    }.get(state, state)


def tone_of(state: str) -> str:
    """The tone of a state's tag."""
    return _TONES.get(state, "")


def phase_with_year(rulebook: Rulebook, number: int) -> Text:
    """A phase with the fiscal year in which it is adopted."""
    phase = rulebook.phases[number]
    year = words.fiscal_year(phase.adopted_fy)
    return Text(f"{phase.label.ja}（{year.ja}採択）", f"{phase.label.en} (adopted in {year.en})")


def shown_value(field: FormField, value: str) -> Text:
    """What is written in a field, as people read it."""
    if field.type == "bool":
        return _YES_NO.get(value, Text(value, value))
    if field.type == "choice" and value in field.choices:
        return field.choices[value]
    if field.type == "quantity" and value:
        return Text(f"{value} t", f"{value} t")
    return Text(value, value)


def lines_by_section(said: Content) -> list[Part]:
    """What an application says, in the language of the page; empty lines are left out."""
    parts = []
    for section, title in said.form.sections.items():
        for number, row in said.rows_of(section):
            lines = [
                Line(here(field.label), here(shown_value(field, row.get(field.id, ""))))
                for field in said.form.of(section)
                if row.get(field.id, "")
            ]
            count = len(list(said.rows_of(section)))
            shown = f"{here(title)} {number}" if number and count > 1 else here(title)
            if lines:
                parts.append(Part(shown, lines))
    return parts
