"""The shape of `registration.yaml`: by which form each kind of participant applies, and on which papers."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from tanso.rulebook.shapes import Bilingual, Name, Shape, Sourced

Section = Literal["business", "joint", "contact", "publication", "site", "declaration"]


class FormFieldShape(Shape):
    """One line of a form. `note`: the text files have a note that stands beside it."""

    required: bool = False
    note: bool = False
    assumed: Bilingual | None = None


class PaperShape(Sourced):
    """A paper that the applicant prints, seals and sends. `sections` are those whose lines it shows.

    `each_version`: where the application was changed, the paper is needed again.
    """

    sections: Annotated[list[Section], Field(min_length=1)]
    each_version: bool = True


class RegistrationFormShape(Sourced):
    """The form of one kind of participant: its sections, in the order in which they are printed.

    `due` names the window in which an application is made; `adoption_list`: its holders must be on the list of those
    adopted for the phase; `several`: one application may carry several holders; `keys` is how keys are allotted.
    """

    version: str
    keys: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]*\{n\}$")]
    due: Name | None = None
    adoption_list: bool = False
    several: bool = False
    sections: Annotated[dict[Section, dict[Name, FormFieldShape]], Field(min_length=1)]
    papers: Annotated[dict[Name, PaperShape], Field(min_length=1)]


class RegistrationShape(Shape):
    """`draft_days`, `paper_days` and `paper_reminder_days` name parameters: how long a draft is kept, how long papers
    may take, and after how long they are called to mind."""

    draft_days: Name
    paper_days: Name
    paper_reminder_days: Name | None = None
    forms: Annotated[dict[Name, RegistrationFormShape], Field(min_length=1)]
