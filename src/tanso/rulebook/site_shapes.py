"""The shape of `site.yaml`: what the public pages of a scheme say of themselves."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from tanso.rulebook.shapes import Name, Shape, Sourced

MailText = Annotated[str, StringConstraints(pattern=r"^[^@\s<>]+@[^@\s<>]+\.[^@\s<>]+$")]
TelephoneText = Annotated[str, StringConstraints(pattern=r"^[0-9+][0-9-]{5,19}$")]


class ContactPointShape(Sourced):
    """An office that answers questions. `post`: papers are sent there, to its address among the texts."""

    mail: MailText
    telephone: TelephoneText | None = None
    post: bool = False


class SubjectShape(Shape):
    """What a question is about, and which office answers it. `pages`: the pages of the system that it speaks of."""

    contact: Name
    pages: list[Literal["emissions", "allowances", "registration", "system"]] = Field(default=[])


class SiteShape(Shape):
    """`documents`: the kinds of documents to download, in the order in which they are shown."""

    contact_points: Annotated[dict[Name, ContactPointShape], Field(min_length=1)]
    subjects: Annotated[dict[Name, SubjectShape], Field(min_length=1)]
    documents: list[Name] = Field(default=[])
